"""Each filter against a reader of its language, the compiler among them."""

import plistlib
import re
import struct
import subprocess
from pathlib import Path

import jinja2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopcam.app.render import (
    c_comment,
    c_float,
    c_string,
    environment,
    ruby_string,
    xcconfig_value,
    xml_text,
)
from shopcam.errors import CardError

NASTY = [
    'he said "no"',
    "back\\slash \\n \\x41 \\",
    "*/ /* // *\\/",
    "é1 \u65e5\u672c 🛒 \u202e",
    "??= ??/ ???",
    "line\nfeed\r\n\ttab \x01 \x7f",
    "#{1 + 1} #$0 'single'",
    "$(HOME) ${HOME} $$ $",
    "a//b///c ; ;",
    "%s %@ %n",
    "\u2028\u2029\x85\ufeff",
    "é\u0301f0",
    "",
]
LETTERS = st.one_of(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    st.sampled_from("\"\\?'/*#$(){};%\n\r\t 0aF"),
)
TEXTS = st.text(LETTERS, max_size=12)
ONE_LINE = TEXTS.filter(lambda text: len(f"{text}.".splitlines()) == 1)


def drawn(strategy: st.SearchStrategy[str]) -> list[str]:
    """What hypothesis draws, to be judged by one run of a compiler."""
    texts: list[str] = []

    @given(strategy)
    def draw(text: str) -> None:
        texts.append(text)

    draw()
    return texts


@pytest.mark.native
@pytest.mark.parametrize("standard", ["c++14", "gnu++14"])
def test_a_compiler_reads_every_string_back(
    tmp_path: Path, standard: str
) -> None:
    """-std=c++14 reads trigraphs, -std=gnu++14 (Xcode's way) does not."""
    texts = NASTY + drawn(TEXTS)
    rows = "".join(
        f"/* {c_comment(text)} */ // {c_comment(text)}\n  {c_string(text)},\n"
        for text in texts
    )
    source = tmp_path / "strings.cc"
    source.write_text(
        "#include <cstdio>\n#include <cstring>\n"
        f"const char* const texts[] = {{\n{rows}}};\n"
        "int main() {\n  for (const char* text : texts)\n"
        "    std::fwrite(text, 1, std::strlen(text) + 1, stdout);\n}\n",
        encoding="utf-8",
    )
    binary = tmp_path / "strings"
    strict = ["-Wall", "-Wextra", "-Wno-trigraphs", "-Werror"]
    subprocess.run(
        ["g++", f"-std={standard}", *strict, "-o", binary, source], check=True
    )

    printed = subprocess.run([binary], stdout=subprocess.PIPE, check=True)

    assert printed.stdout.decode("utf-8").split("\0")[:-1] == texts


@pytest.mark.native
def test_a_compiler_reads_every_float_as_numpy_does(tmp_path: Path) -> None:
    values = [123.68, 1e-30, 3.4e38, -0.1, 0.0, 16777217.0, 1.00000017881393433]
    random = np.random.default_rng(1)
    values += list(random.normal(size=200) * 10.0 ** random.integers(-30, 30))
    rows = "".join(f"  {c_float(value)},\n" for value in values)
    source = tmp_path / "floats.cc"
    source.write_text(
        f"#include <cstdio>\nconst float values[] = {{\n{rows}}};\n"
        "int main() { std::fwrite(values, 4, sizeof values / 4, stdout); }\n"
    )
    binary = tmp_path / "floats"
    subprocess.run(["g++", "-std=c++14", "-o", binary, source], check=True)

    printed = subprocess.run([binary], stdout=subprocess.PIPE, check=True)

    wanted = np.array(values, np.float32).tolist()
    assert list(struct.unpack(f"<{len(values)}f", printed.stdout)) == wanted


@pytest.mark.native
@pytest.mark.needs("ruby")
def test_ruby_reads_every_string_back() -> None:
    texts = NASTY + drawn(TEXTS)
    rows = "".join(f"  {ruby_string(text)},\n" for text in texts)
    script = f"STDOUT.binmode\nprint [\n{rows}].map(&:b).join(0.chr)\n"

    printed = subprocess.run(
        ["ruby", "-"], input=script.encode(), stdout=subprocess.PIPE, check=True
    )

    assert printed.stdout.decode("utf-8").split("\0") == texts


@given(TEXTS)
@example("a ]]> & < > \" ' \r\n\t")
def test_a_plist_reads_every_text_back(text: str) -> None:
    try:
        escaped = xml_text(text)
    except CardError:
        assert re.search("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)
        return
    document = f'<plist version="1.0"><string>{escaped}</string></plist>'
    # An XML reader makes one line feed of a bare carriage return too.
    assert plistlib.loads(document.encode("utf-8")) == text


def read_setting(value: str) -> str:
    """What Xcode makes of `NAME = value`, by the rules of its open parser.

    Comment, blanks, one semicolon and a continuation are taken from the line;
    then `$$` is a dollar sign and `$(EMPTY)` nothing.
    """
    line = value.split("//")[0].strip(" \t\v\f")
    line = line.removesuffix(";").rstrip(" \t\v\f")
    assert not line.endswith("\\"), "the next line would belong to the value"
    parts = {"$$": "$", "$(EMPTY)": ""}
    return re.sub(r"\$\$|\$\(EMPTY\)|\$", lambda m: parts[m.group()], line)


@given(ONE_LINE)
@example("https://a//b ; ")
@example("$(HOME)//$")
@example("ends \\")
def test_xcode_reads_every_setting_back(text: str) -> None:
    assert read_setting(xcconfig_value(text)) == text


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\u2029", "\x85"])
def test_a_setting_of_two_lines_is_refused(end: str) -> None:
    with pytest.raises(CardError, match="one line"):
        xcconfig_value(f"a{end}OTHER = b")


@given(TEXTS)
def test_a_comment_stays_one_line_inside_its_marks(text: str) -> None:
    comment = c_comment(text)

    assert len(f"{comment}.".splitlines()) == 1
    assert not re.search(r"\*/|/\*|\\|\?\?", comment)


@pytest.mark.parametrize(
    "quote", [c_string, ruby_string, c_comment, xml_text, xcconfig_value]
)
@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_no_source_can_hold_is_refused(quote, text: str) -> None:
    with pytest.raises(CardError, match="correct it in the card"):
        quote(text)


@pytest.mark.parametrize("value", [1e39, float("nan"), float("inf"), 1e-60])
def test_a_number_beyond_a_float_is_refused(value: float) -> None:
    with pytest.raises(CardError, match="32-bit float"):
        c_float(value)


def test_a_name_that_nobody_gave_fails() -> None:
    with pytest.raises(jinja2.UndefinedError, match="nobody_gave"):
        environment().from_string("{{ nobody_gave }}").render()
