"""Fabric 1's colon form on Fabric 3's command line."""

from collections.abc import Callable

import pytest
from fabric.main import make_program
from hypothesis import given
from hypothesis import strategies as st
from invoke import Collection, Context
from invoke.parser import Parser, ParserContext

from shopcam.errors import UsageError
from tasks._task import task
from tasks.colon import check, translate


@task
def integrate(
    c: Context,
    model: str,
    output: str = "",
    count: int = 3,
    dry_run: bool = False,
) -> None:
    """A task with every kind of argument.

    Args:
        model: a model.
    """


@task
def build_ios(c: Context, model: str = "", host: str = "") -> None:
    """A task without a required argument."""


def collection() -> Collection:
    namespace = Collection(auto_dash_names=False)
    namespace.add_task(integrate)
    namespace.add_task(build_ios)
    inner = Collection("graph", auto_dash_names=False)
    inner.add_task(integrate, name="memory_map")
    namespace.add_collection(inner)
    return namespace


CONTEXTS = collection().to_contexts()


def initial() -> ParserContext:
    program = make_program()
    return ParserContext(args=program.core_args() + program.task_args())


def parsed(*tokens: str) -> list[dict[str, object]]:
    """What Fabric makes of the translated tokens, per task."""
    core = initial()
    translated = translate(tokens, CONTEXTS, core)
    check(translated, CONTEXTS, core)
    result = Parser(initial=core, contexts=CONTEXTS).parse_argv(translated)
    return [context.as_kwargs for context in result[1:]]


def model_of(*tokens: str) -> object:
    return parsed(*tokens)[0]["model"]


@pytest.mark.parametrize(
    "tokens",
    [
        ["integrate:model=demo"],
        ["integrate:demo"],
        ["integrate", "--model=demo"],
        ["integrate", "--model", "demo"],
        ["integrate", "-m", "demo"],
        ["integrate", "-mdemo"],
        ["integrate", "demo"],
        ["integrate:", "demo"],
        ["integrate:output=out", "demo"],
        ["integrate", "--dry-run", "demo"],
        ["integrate:dry_run=yes", "--model=demo"],
        ["graph.memory_map:demo"],
    ],
)
def test_every_spelling_names_the_model(tokens: list[str]) -> None:
    assert model_of(*tokens) == "demo"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("model=a=b", "a=b"),
        ("model=a\\,b", "a,b"),
        ('model="a,b"', "a,b"),
        ("model='a,b'", "a,b"),
        ('model="say \\"hi\\""', 'say "hi"'),
        ("model=it's", "it's"),
        ("model=C:\\dir", "C:\\dir"),
        ("model=a\\\\,count=2", "a\\"),
        ("model=-x", "-x"),
        ("model=", ""),
        ("models/a=b/model.yaml", "models/a=b/model.yaml"),
        ("a\\=b", "a=b"),
        ("model=été,count=1", "été"),
        ("model=a:b", "a:b"),
    ],
)
def test_values_keep_what_belongs_to_them(typed: str, value: str) -> None:
    assert model_of(f"integrate:{typed}") == value


@given(st.text(), st.text())
def test_any_quoted_text_comes_back_as_it_was(model: str, output: str) -> None:
    quoted = [
        '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for text in (model, output)
    ]
    token = f"integrate:model={quoted[0]},output={quoted[1]}"
    kwargs = translate([token], CONTEXTS, initial())
    assert kwargs == [
        "integrate",
        f"--model={model}",
        f"--output={output}",
    ]


def test_numbers_and_yes_or_no_become_what_the_task_takes() -> None:
    (kwargs,) = parsed("integrate:demo,count=12,dry-run=True")
    assert (kwargs["count"], kwargs["dry_run"]) == (12, True)
    (kwargs,) = parsed("integrate:demo,dry_run=no")
    assert kwargs["dry_run"] is False


def test_several_tasks_keep_their_own_arguments() -> None:
    first, second = parsed("integrate:demo,output=x", "build_ios:host=mac")
    assert (first["model"], first["output"]) == ("demo", "x")
    assert (second["model"], second["host"]) == ("", "mac")


def test_a_flags_value_is_not_taken_for_a_task() -> None:
    (kwargs,) = parsed("integrate", "--output", "build_ios:x", "-m", "graph:y")
    assert (kwargs["output"], kwargs["model"]) == ("build_ios:x", "graph:y")


def test_core_flags_stand_beside_the_colon_form() -> None:
    assert model_of("integrate:model=demo", "-H", "mac.example.com") == "demo"


REFUSED: dict[str, tuple[list[str], str]] = {
    "task": (["integrat:model=demo"], "did you mean integrate?"),
    "dash": (["build-ios"], "did you mean build_ios?"),
    "noun": (["graph.memorymap:x"], "did you mean graph.memory_map?"),
    "argument": (["integrate:modle=demo"], "did you mean model?"),
    "flag": (["integrate", "--modle=demo"], "did you mean --model?"),
    "core flag": (["--hots=x", "integrate"], "did you mean --hosts?"),
    "missing": (["integrate"], "integrate needs model: a model."),
    "second": (["integrate", "demo", "twice"], "'twice'"),
    "excess": (["integrate:a,b,3,4"], "one value too many: '4'"),
    "twice": (["integrate:a,model=b"], "takes model once"),
    "twice as flags": (
        ["integrate", "--model=a", "--model=b"],
        "takes model once",
    ),
    "quote": (['integrate:model="a'], "ends with its quote"),
    "after": (['integrate:model="a"b'], "ends with its quote"),
    "yes or no": (["integrate:a,dry_run=maybe"], "is yes or no"),
    "number": (["integrate:a,count=many"], "A number is expected"),
    "no value": (["integrate", "demo", "--output"], "--output takes a value"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_command_line_is_answered_with_the_nearest(case: str) -> None:
    tokens, message = REFUSED[case]
    with pytest.raises(UsageError) as refused:
        parsed(*tokens)
    assert message in str(refused.value)
    assert refused.value.next_step


def test_help_of_a_task_needs_none_of_its_arguments() -> None:
    core = initial()
    check(translate(["integrate", "--help"], CONTEXTS, core), CONTEXTS, core)


def test_help_texts_survive_being_listed_twice() -> None:
    for _ in range(2):
        (argument, *_) = integrate.get_arguments()
        assert argument.help == "a model."


def test_the_list_shows_the_sentence_and_not_the_arguments() -> None:
    body: Callable[..., None] = integrate.body
    assert body.__doc__ == "A task with every kind of argument."
