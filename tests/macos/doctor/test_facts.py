"""Facts: what a Mac prints, in ../facts, and what is read of it, in ../golden.

A file of ../facts/<fact>/ is one answer of a Mac: status, output, errors.
"""

import importlib
import pprint
import re
from pathlib import Path

import pytest

from shopcam.macos.command import Command
from shopcam.macos.facts import clock
from shopcam.macos.facts.gather import (
    LATE,
    Facts,
    answers,
    commands,
    gather,
    question,
)
from shopcam.macos.facts.versions import at_least, first_version
from shopcam.macos.host import Host
from shopcam.macos.local import LocalMachine
from shopcam.macos.machine import Ran
from tests.macos.golden_files import matches_golden

RECORDED = Path(__file__).parents[1] / "facts"
CASES = sorted(
    f"{path.parent.name}/{path.stem}" for path in RECORDED.glob("*/*.txt")
)
ANSWER = re.compile(
    r"status (\d+)\n----- output\n(.*)----- errors\n(.*)", re.DOTALL
)


def recorded(case: str) -> Ran:
    """An answer of a Mac."""
    text = (RECORDED / f"{case}.txt").read_text(encoding="utf-8")
    match = ANSWER.fullmatch(text)
    assert match, case
    return Ran(Command(("x",)), int(match[1]), match[2], match[3], 0.1)


@pytest.mark.parametrize("case", CASES)
def test_an_answer_is_read_as_its_golden_file_says(case: str) -> None:
    fact = importlib.import_module(f"shopcam.macos.facts.{case.split('/')[0]}")
    read = pprint.pformat(fact.parse(recorded(case)), width=72)
    matches_golden(f"{read}\n", f"facts/{case}.txt")


def test_every_fact_has_recorded_answers() -> None:
    folder = Path(clock.__file__).parent
    facts = {path.stem for path in folder.glob("*.py")}
    assert facts - {"__init__", "gather", "versions"} == {
        case.split("/")[0] for case in CASES
    }


@pytest.mark.parametrize("case", CASES)
def test_no_answer_at_all_is_read_too(case: str) -> None:
    fact = importlib.import_module(f"shopcam.macos.facts.{case.split('/')[0]}")
    fact.parse(Ran(Command(("x",)), LATE, "", "", 30.0))
    fact.parse(Ran(Command(("x",)), 0, "{}[]null\0", "", 0.1))


@pytest.mark.parametrize("name", commands("~/shopcam"))
def test_a_fact_is_asked_as_its_golden_file_says(name: str) -> None:
    text = commands("~/shopcam", "build.keychain-db")[name].text()
    matches_golden(f"{text}\n", f"questions/{name}.txt")


@pytest.mark.parametrize(
    ("there", "skew_s"),
    [(1000, 0.0), (1005, 0.0), (990, -9.0), (1011, 4.0), (None, None)],
)
def test_a_clock_is_off_only_by_what_waiting_does_not_explain(
    there: int | None, skew_s: float | None
) -> None:
    assert clock.skew_s(there, before_s=1000.0, after_s=1007.0) == skew_s


@pytest.mark.parametrize(
    ("found", "wanted", "is_enough"),
    [
        ("27.0", "26", True),
        ("26", "26.0", True),
        ("9.9", "10", False),
        ("1.16.2", "1.16", True),
        ("1.9", "1.16", False),
        ("", "1", False),
    ],
)
def test_versions_are_compared_by_their_numbers(
    found: str, wanted: str, is_enough: bool
) -> None:
    assert at_least(found, wanted) is is_enough
    assert first_version(f"v{found}") == (found if "." in found else "")


def test_all_facts_are_asked_for_in_one_round_trip() -> None:
    """On this machine, which is no Mac: what there is, is found."""

    class Counting(LocalMachine):
        calls = 0

        def run(self, *arguments: object, **options: object) -> Ran:
            self.calls += 1
            return super().run(*arguments, **options)  # type: ignore

    machine = Counting(Host(name="here", local=True))
    facts = gather(machine, "~/shopcam/not/there")
    assert machine.calls == 1
    assert isinstance(facts, Facts)
    assert facts.free_bytes
    assert facts.free_bytes > 0
    assert facts.skew_s == 0
    assert facts.shell_path == ("/usr/bin", "/bin", "/usr/sbin", "/sbin")
    assert not facts.xcode.version


def test_a_fact_that_hangs_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shopcam.macos.facts.gather.PATIENCE_S", 3)
    asked = {
        "hangs": Command(("sleep", "60")),
        "fails": Command(("sh", "-c", "echo out; echo err >&2; exit 7")),
        "reads": Command(("cat",)),
    }
    ran = LocalMachine(Host(name="here", local=True)).run(question(asked))
    found, noise = answers(ran, asked)
    assert ran.seconds < 30
    assert noise == ""
    assert found["hangs"].status == LATE
    assert (found["fails"].status, found["reads"].status) == (7, 0)
    assert (found["fails"].output, found["fails"].errors) == ("out\n", "err\n")


def test_what_stands_before_the_first_answer_is_the_login_shell_s() -> None:
    asked = {"one": Command(("echo",)), "two": Command(("echo",))}
    text = "Welcome!\n\n=== fact one 0\na\n\n=== fact one errors\n"
    ran = Ran(Command(("x",)), 0, text, "", 0.1)
    found, noise = answers(ran, asked)
    assert noise == "Welcome!\n"
    assert (found["one"].status, found["one"].output) == (0, "a\n")
    assert found["two"].status == LATE
