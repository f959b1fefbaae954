"""Renders templates, each value escaped for the language of its file.

A template that uses a value that is not given fails (StrictUndefined). Every
filter either writes text that its language reads back as the same value, or
refuses the value. Nothing is dropped silently.
"""

import re
from typing import Any
from xml.sax.saxutils import escape

import jinja2
import numpy as np

from shopcam.errors import CardError
from shopcam.paths import TEMPLATES

C_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
RUBY_ESCAPES = {'"': '\\"', "\\": "\\\\", "#": "\\#"}
LINE_ENDS = re.compile("[\n\r\v\f\x85\u2028\u2029]")
XML_REFUSES = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def render(template: str, **values: Any) -> str:
    """The text of a template of templates/, with `values` filled in.

    Args:
        template: the template's path below templates/.

    Raises:
        CardError: a value cannot be written in the template's language.
        jinja2.UndefinedError: the template names a value that is not given.
    """
    return environment().get_template(template).render(values)


def environment() -> jinja2.Environment:
    """The Jinja2 environment: strict, with one filter per language."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        c_comment=c_comment,
        c_float=c_float,
        c_string=c_string,
        ruby_string=ruby_string,
        xcconfig_value=xcconfig_value,
        xml_text=xml_text,
    )
    return made


def writable(value: str) -> str:
    """`value` as given, if it can stand in a UTF-8 source file at all."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise refusal(value, "a text without NUL and without lone surrogates")
    return value


def refusal(value: object, rule: str) -> CardError:
    """The error for a value that a rendered file cannot hold."""
    return CardError(
        f"The app's sources need {rule}.", repr(value), "correct it in the card"
    )


def c_string(value: str) -> str:
    """A C, C++ or Objective-C string literal, quotes included.

    What is not printable ASCII is written as its UTF-8 bytes in octal: three
    digits always, so that a digit after it stays a digit (a hexadecimal
    escape would swallow it). A `?` after a `?` is escaped, since the two could
    begin a trigraph.
    """
    parts = []
    for letter in writable(value):
        if letter in C_ESCAPES:
            parts.append(C_ESCAPES[letter])
        elif " " <= letter <= "~":
            parts.append(letter)
        else:
            parts.extend(f"\\{byte:03o}" for byte in letter.encode("utf-8"))
    return '"' + re.sub(r"\?(?=\?)", r"?\\", "".join(parts)) + '"'


def c_float(value: float) -> str:
    """A float literal that a compiler reads as NumPy's float32 of `value`.

    It is the shortest text of the float32 itself. NumPy rounds twice (decimal
    to double, double to float32) and a compiler only once, so from the text
    of the double it could read the neighbouring float.
    """
    with np.errstate(over="ignore", under="ignore"):
        single = np.float32(value)
    if not np.isfinite(single) or (single == 0) != (value == 0):
        raise refusal(value, "numbers that a 32-bit float can hold")
    return f"{single!s}f"


def c_comment(value: str) -> str:
    """One line that neither ends nor opens a comment, nor continues one."""
    line = "".join(
        letter if letter.isprintable() else " " for letter in writable(value)
    )
    line = re.sub(r"\?(?=\?)", "? ", line.replace("\\", "/"))
    return line.replace("*/", "* /").replace("/*", "/ *")


def ruby_string(value: str) -> str:
    """A Ruby string literal in ASCII, in single quotes where possible."""
    if re.fullmatch(r"[ -~]*", value) and not re.search(r"['\\]", value):
        return f"'{value}'"
    parts = []
    for letter in writable(value):
        if letter in RUBY_ESCAPES:
            parts.append(RUBY_ESCAPES[letter])
        elif " " <= letter <= "~":
            parts.append(letter)
        else:
            parts.append(f"\\u{{{ord(letter):x}}}")
    return '"' + "".join(parts) + '"'


def xml_text(value: str) -> str:
    """Character data of an XML element or attribute."""
    if XML_REFUSES.search(value):
        raise refusal(value, "texts without control characters")
    return escape(value, {'"': "&quot;", "'": "&apos;", "\r": "&#13;"})


def xcconfig_value(value: str) -> str:
    """The value of a build setting, as Xcode's build system reads xcconfig.

    There `//` begins a comment even in a value and `$` a macro; a semicolon, a
    backslash or blanks at the end are dropped. `$(EMPTY)`, a macro without a
    value, is put between. A line end cannot be written.
    """
    if LINE_ENDS.search(writable(value)):
        raise refusal(value, "build settings of one line")
    text = value.replace("$", "$$").replace("//", "/$(EMPTY)/$(EMPTY)")
    if text[-1:] in {";", "\\"} or text != text.strip():
        text = f"$(EMPTY){text}$(EMPTY)"
    return text
