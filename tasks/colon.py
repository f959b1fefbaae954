"""Fabric 1's `task:value,key=value` on Fabric 3's command line.

When Fabric loads fabfile.py it has parsed its own flags and not yet the
tasks; what is left stands in `program.core.unparsed`. There `adapt` writes
`integrate:model=demo` as `integrate --model=demo`, and refuses what Fabric
would answer with a bare "No idea what ... is!".

Values are separated by commas. A comma, equals sign, quote or backslash that
belongs to a value is escaped with a backslash, or the whole value is quoted:
`fab 'integrate:output="a,b"'`, `fab 'integrate:output=a\\,b'`.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fabric.main import program
from invoke import Collection, Exit
from invoke.exceptions import ParseError
from invoke.parser import Argument, Parser, ParserContext

from shopcam.errors import UsageError

KEY = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_-]*)=")
VALUE = re.compile(
    r"""
    (?: "(?P<double>(?:[^"\\]|\\.)*)"
      | '(?P<single>[^']*)'
      | (?!["'])(?P<bare>(?:[^,\\]|\\.?)*)
    )
    (?:,|$)
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPED = re.compile(r"""\\([\\,="'])""")
HELP = "fab --help TASK shows what a task takes"
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Piece:
    """One argument as it was typed: `key=value`, or a value alone."""

    key: str | None
    value: str


def adapt(namespace: Collection) -> None:
    """Rewrites the command line that loads fabfile.py; refuses a wrong one.

    Does nothing when something other than `fab` imports fabfile.py.
    """
    core = getattr(program, "core", None)
    if core is None or program.args.complete.value:
        return
    contexts = namespace.to_contexts()
    initial = program.initial_context
    try:
        core.unparsed[:] = translate(core.unparsed, contexts, initial)
        check(core.unparsed, contexts, initial)
    except UsageError as error:
        raise Exit(str(error), code=1) from None


def translate(
    tokens: Sequence[str],
    contexts: Sequence[ParserContext],
    initial: ParserContext,
) -> list[str]:
    """`tokens` with every `task:arguments` as the task and its flags.

    A word that is no task is the first required argument that the task
    before it lacks: `integrate demo`. What follows a flag that takes a value
    is that value, whatever it looks like.

    Raises:
        UsageError: an unknown task or argument, a value of the wrong kind.
    """
    translated: list[str] = []
    context = initial
    lacking: list[Argument] = []
    given: set[str | None] = set()
    waiting = False
    for token in tokens:
        name, colon, text = token.partition(":")
        if waiting:
            words, waiting = [token], False
        elif token.startswith("-"):
            argument = find_flag(token, context, initial)
            if argument.name in given and argument.kind not in (bool, list):
                raise twice(context, argument)
            given.add(argument.name)
            lacking = [each for each in lacking if each.name != argument.name]
            words, waiting = [token], takes_next(argument, token)
        elif found := find_context(name, contexts):
            context, given = found, set()
            words = [name, *(flags(context, text) if colon else ())]
            lacking = [
                each
                for each in required(context)
                if not any(w.startswith(f"{written(each)}=") for w in words)
            ]
        elif lacking:
            words = [f"{written(lacking.pop(0))}={token}"]
        else:
            raise unknown_task(name, contexts)
        translated += words
    if waiting:
        raise UsageError(
            f"{written(argument)} takes a value.",
            "none was given",
            f"fab --help {context.name or ''} explains it",
        )
    return translated


def check(
    tokens: Sequence[str],
    contexts: Sequence[ParserContext],
    initial: ParserContext,
) -> None:
    """Parses `tokens` as Fabric is about to, for the sake of the message.

    Raises:
        UsageError: Fabric would refuse them, or an argument is missing.
    """
    parser = Parser(initial=initial, contexts=contexts)
    try:
        parsed = parser.parse_argv(list(tokens))
    except ParseError as error:
        raise UsageError(str(error), next_step=HELP) from None
    except ValueError as error:
        raise UsageError("A number is expected.", str(error), HELP) from None
    if parsed[0].args.help.value:
        return
    for context in parsed[1:]:
        for argument in required(context):
            if argument.value is None:
                raise UsageError(
                    f"{context.name} needs {argument.name}: {argument.help}",
                    "none was given",
                    f"fab {context.name}:{argument.name}=..., "
                    f"or see fab --help {context.name}",
                )


def flags(context: ParserContext, text: str) -> list[str]:
    """The arguments of `task:text` as flags of that task."""
    places = iter(
        argument
        for argument in context.args.values()
        if argument.kind is not bool
    )
    given: set[str | None] = set()
    words = []
    for piece in split(str(context.name), text):
        if piece.key is None:
            argument = next(places, None)
            if argument is None:
                raise UsageError(
                    f"{context.name} takes {known(context.args)}.",
                    f"one value too many: {piece.value!r}",
                    f"fab --help {context.name} shows its arguments",
                )
        else:
            argument = find_argument(context, piece.key)
        if argument.name in given:
            raise twice(context, argument)
        given.add(argument.name)
        words += flag(context, argument, piece.value)
    return words


def twice(context: ParserContext, argument: Argument) -> UsageError:
    """The error for an argument that is given again."""
    return UsageError(
        f"{context.name} takes {argument.name} once.",
        "it is given twice",
        "remove one of the two",
    )


def split(task: str, text: str) -> Iterator[Piece]:
    """The pieces of `text` between commas, without quotes and escapes."""
    position = 0
    while position < len(text):
        key = KEY.match(text, position)
        match = VALUE.match(text, key.end() if key else position)
        if match is None:
            raise UsageError(
                "A quoted value ends with its quote, before a comma or the "
                "end.",
                f"{task}:{text}, at {text[position:]!r}",
                'close the quote, or escape it: \\"',
            )
        position = match.end()
        value = match["single"]
        if value is None:
            value = ESCAPED.sub(r"\1", match["double"] or match["bare"] or "")
        yield Piece(key["key"] if key else None, value)


def flag(context: ParserContext, argument: Argument, value: str) -> list[str]:
    """`argument` and its value as Fabric 3 wants them typed."""
    if argument.kind is not bool:
        return [f"{written(argument)}={value}"]
    if value.lower() in TRUE:
        return [written(argument)]
    if value.lower() in FALSE:
        return []
    raise UsageError(
        f"{argument.name} of {context.name} is yes or no.",
        repr(value),
        f"fab {context.name}:{argument.name}=yes",
    )


def written(argument: Argument) -> str:
    """`--dry-run` for the argument `dry_run`."""
    return f"--{str(argument.name).replace('_', '-')}"


def required(context: ParserContext) -> list[Argument]:
    """The arguments that have no default."""
    return [
        argument
        for argument in context.args.values()
        if argument.default is None
    ]


def find_context(
    name: str, contexts: Iterable[ParserContext]
) -> ParserContext | None:
    """The task that is called `name`, if there is one."""
    for context in contexts:
        if name == context.name or name in context.aliases:
            return context
    return None


def find_argument(context: ParserContext, key: str) -> Argument:
    """The task's argument `key`, however its words are joined."""
    for argument in context.args.values():
        if key.replace("_", "-") in argument.names:
            return argument
    raise unknown_argument(context, key)


def find_flag(
    token: str, context: ParserContext, initial: ParserContext
) -> Argument:
    """The argument that a token like `--model=x`, `-m` or `-mx` sets."""
    name = token.partition("=")[0]
    if not name.startswith("--"):
        name = name[:2]
    for each in (context, initial):
        if name in each.flags:
            return each.flags[name]
    raise unknown_argument(context, name, "--")


def takes_next(argument: Argument, token: str) -> bool:
    """Whether the value of `argument` is the token after `token`."""
    has_value = "=" in token or (token[1] != "-" and len(token) > 2)
    return argument.takes_value and not argument.optional and not has_value


def unknown_task(name: str, contexts: Iterable[ParserContext]) -> UsageError:
    """`name` is no task; the nearest are given."""
    names = [str(context.name) for context in contexts]
    return UsageError(
        "The first word of a command is the name of a task.",
        repr(name),
        f"{nearest(name, names)}fab --list shows all tasks",
    )


def unknown_argument(
    context: ParserContext, key: str, prefix: str = ""
) -> UsageError:
    """`key` is no argument of the task; the nearest is given."""
    names = [
        f"{prefix}{name}"
        for argument in context.args.values()
        for name in argument.names
        if len(name) > 1
    ]
    if context.name is None:
        return UsageError(
            "Before the first task stand Fabric's own flags.",
            repr(key),
            f"{nearest(key, names)}fab --help shows them",
        )
    return UsageError(
        f"{context.name} takes {known(context.args)}.",
        repr(key),
        f"{nearest(key, names)}fab --help {context.name} explains them",
    )


def known(names: Iterable[str]) -> str:
    """The names that are no single letters, as a list for a sentence."""
    return ", ".join(name for name in names if len(name) > 1) or "no arguments"


def nearest(name: str, names: Sequence[str]) -> str:
    """`did you mean X? `, or nothing where nothing is near."""
    for spelling in (name, name.replace("_", "-")):
        if near := difflib.get_close_matches(spelling, names, n=1):
            return f"did you mean {near[0]}? "
    return ""
