"""A command is a value; these are its words for a shell, run by real ones."""

import subprocess
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcam.macos.command import (
    LOCALE,
    Command,
    for_login_shell,
    quoted,
    script,
    with_surroundings,
)

SHELLS = [each for each in ("sh", "bash", "zsh", "fish") if which(each)]
ODD = ["two words", "it's", 'say "x"', "a\\b", "line\nbreak", "$HOME", "`id`"]


def test_a_command_is_one_line_with_every_part_quoted() -> None:
    command = Command(("pod", "install", "a b", "it's"))
    assert command.text() == """pod install 'a b' 'it'"'"'s'"""


def test_folder_and_environment_stand_before_the_program() -> None:
    command = Command(("pod", "install"), "~/shop cam", (("A", "b c"),))
    assert command.text() == """cd "$HOME"/'shop cam' && A='b c' pod install"""


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("~", '"$HOME"'),
        ("~/", '"$HOME"/'),
        ("~/a b", """"$HOME"/'a b'"""),
        ("~other/x", "'~other/x'"),
        ("x~/y", "'x~/y'"),
    ],
)
def test_only_a_leading_tilde_is_the_home(part: str, expected: str) -> None:
    assert quoted(part) == expected


def test_a_script_takes_what_varies_as_arguments() -> None:
    command = script('rm -- "$1"', "~/a b", folder="/tmp")
    assert command.parts == ("/bin/sh", "-c", 'rm -- "$1"', "sh", "~/a b")
    assert command.folder == "/tmp"


def test_homebrew_and_rbenv_come_before_the_bare_path() -> None:
    line = with_surroundings(Command(("pod",)), ["~/own bin"])
    assert line == (
        """export PATH="$HOME"/'own bin':"$HOME"/.rbenv/shims:"""
        """/opt/homebrew/bin:/usr/local/bin:"$PATH" """
        "LANG=en_US.UTF-8 LC_ALL=en_US.UTF-8; pod"
    )


def test_the_commands_own_environment_wins() -> None:
    command = Command(("/usr/bin/env",), environment=(("LC_ALL", "C"),))
    line = with_surroundings(command, environment=LOCALE)
    done = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, check=True
    )
    assert "LC_ALL=C\n" in done.stdout


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("odd", ODD)
def test_any_login_shell_passes_the_parts_on(shell: str, odd: str) -> None:
    text = with_surroundings(Command(("printf", "%s", odd)))
    done = subprocess.run(
        [shell, "-c", for_login_shell(text)], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == (odd, "")


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_whatever_a_part_holds_arrives(part: str) -> None:
    line = for_login_shell(Command(("printf", "%s", "." + part)).text())
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True)
    assert done.stdout.decode("utf-8") == "." + part
