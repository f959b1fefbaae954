"""Passwords and keys: where they come from, and that they show up nowhere.

A secret is read from an environment variable, a file, or a prompt on a
terminal, travels to the Mac by standard input, and is never an argument.
"""

import base64
import getpass
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from shopcam.errors import UsageError
from shopcam.paths import expanded

MASK = "****"
# Masking shorter values would make a log unreadable and hide nothing: that
# the letter is missing everywhere tells which one it is.
SHORTEST_MASKED = 4
PRIVATE = stat.S_IRUSR | stat.S_IWUSR


class Secret:
    """A text that is not shown: not by print, repr, a log or a traceback.

    Args:
        value: the text itself; `reveal` alone gives it back.
        name: what it is, which is shown in its place.
    """

    __slots__ = ("_value", "name")

    def __init__(self, value: str, name: str = "secret") -> None:
        self._value = value
        self.name = name

    def reveal(self) -> str:
        """The text itself, for standard input and nothing else."""
        return self._value

    def __repr__(self) -> str:
        return f"<{self.name} {MASK}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"the {self.name} is not written to a file")


@dataclass(frozen=True)
class Wanted:
    """A secret that a task needs, and where it is looked for.

    Args:
        name: what it is, in a message.
        variable: the environment variable that holds it; the same name with
            `_FILE` holds the path of a file with it.
        one_line: whether it is a password, which can be typed, and not a
            key of several lines.
    """

    name: str
    variable: str
    one_line: bool = True

    def variables(self, host: str = "") -> tuple[str, ...]:
        """The variables that may hold it: that of one host, that of all."""
        suffix = re.sub(r"\W", "_", host, flags=re.ASCII).upper()
        own = (f"{self.variable}_{suffix}",) if host else ()
        return (*own, self.variable)


KEYCHAIN_PASSWORD = Wanted(
    "password of the Mac's keychain", "SHOPCAM_KEYCHAIN_PASSWORD"
)
APP_STORE_KEY = Wanted(
    "App Store Connect API key (.p8)", "SHOPCAM_APP_STORE_KEY", one_line=False
)


def unheard(warning: str) -> None:
    """Where nobody listens to warnings."""


def read_secret(
    wanted: Wanted,
    *,
    host: str = "",
    file: str = "",
    environment: Mapping[str, str] = os.environ,
    warn: Callable[[str], None] = unheard,
) -> Secret:
    """The secret: of an environment variable, a file, or the user.

    Args:
        wanted: which one.
        host: the Mac that it is for; `<VARIABLE>_<HOST>` is asked first.
        file: the file that the configuration names, asked after the
            variables.
        environment: where the variables are.
        warn: told of a file that others can read.

    Raises:
        UsageError: there is none and no terminal to ask on, or it cannot be
            what it should be.
    """
    for variable in wanted.variables(host):
        if variable in environment:
            return checked(wanted, environment[variable], variable)
        if path := environment.get(f"{variable}_FILE"):
            return of_file(wanted, expanded(path), warn)
    if file:
        return of_file(wanted, expanded(file), warn)
    return asked(wanted, host)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables for a program that is to know none of the secrets.

    xcodebuild hands its own on to every script, and some print them.
    """
    names = (KEYCHAIN_PASSWORD.variable, APP_STORE_KEY.variable)
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(names)
    }


def is_at_hand(
    wanted: Wanted,
    host: str = "",
    file: str = "",
    environment: Mapping[str, str] = os.environ,
) -> bool:
    """Whether `read_secret` would find it without asking the user."""
    named = (
        name in environment or f"{name}_FILE" in environment
        for name in wanted.variables(host)
    )
    return bool(file) or any(named)


def of_file(
    wanted: Wanted, path: Path, warn: Callable[[str], None] = unheard
) -> Secret:
    """The secret that a file holds, without the line's end."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(
            f"The {wanted.name} is read from a file of text.",
            f"{path}: {found}",
            f"correct the path, or set {wanted.variable}",
        ) from None
    if mode & ~PRIVATE:
        warn(f"others can read {path}: chmod 600 {shlex.quote(str(path))}")
    return checked(wanted, text, str(path))


def asked(wanted: Wanted, host: str = "") -> Secret:
    """The secret that the user types, which the terminal does not show."""
    if not (wanted.one_line and sys.stdin.isatty() and sys.stderr.isatty()):
        names = " or ".join(wanted.variables(host))
        raise UsageError(
            f"This needs the {wanted.name}.",
            "no environment variable with it, and no terminal to ask on",
            f"set {names}; with _FILE at its end it names a file with it",
        )
    of = f" ({host})" if host else ""
    typed = getpass.getpass(f"{wanted.name}{of}: ", stream=sys.stderr)
    return checked(wanted, typed, "the prompt")


def checked(wanted: Wanted, value: str, place: str) -> Secret:
    """The secret, if it can be one; the message shows nothing of it."""
    if wanted.one_line:
        value = re.sub(r"\r?\n\Z", "", value)
        fits, rule = is_line(value), "one line without control characters"
    else:
        fits, rule = is_key(value), "a private key in PEM form"
    if not fits:
        raise UsageError(
            f"The {wanted.name} is {rule}.",
            f"something else in {place}",
            f"correct {place}",
        )
    return Secret(value, wanted.name)


def is_line(value: str) -> bool:
    """Whether `value` can be a password: `security` reads it by lines."""
    return value.isprintable()


def is_key(value: str) -> bool:
    """Whether `value` is a PKCS#8 key, as App Store Connect gives it."""
    body = re.fullmatch(
        r"\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)"
        r"\s*-----END PRIVATE KEY-----\s*",
        value,
    )
    return body is not None


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """`text` in which no secret stands, in none of the forms that it takes.

    A value of fewer than four characters stays: it cannot be told from text.
    """
    return masking(secrets)(text)


def masking(secrets: Iterable[Secret]) -> Callable[[str], str]:
    """`masked` for these secrets, for many texts: each line of a log."""
    forms = {form for each in secrets for form in forms_of(each.reveal())}
    # The longest first, or a part of it would be masked and the rest stay.
    ordered = sorted(forms, key=len, reverse=True)

    def mask(text: str) -> str:
        for form in ordered:
            text = text.replace(form, MASK)
        return text

    return mask


def forms_of(value: str) -> Iterable[str]:
    """How a secret may look in a text: whole, quoted, or one of its lines."""
    lines = [line.strip() for line in value.splitlines()]
    texts = [value, value.strip()]
    texts += [line for line in lines if not line.startswith("-----")]
    for text in texts:
        for form in (text, shlex.quote(text), escaped(text), in_base64(text)):
            if len(form.strip("'")) >= SHORTEST_MASKED:
                yield form


def escaped(text: str) -> str:
    """`text` as it stands between quotes for `security -i`, and in JSON."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def in_base64(text: str) -> str:
    """`text` as an HTTP header would carry it."""
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()
