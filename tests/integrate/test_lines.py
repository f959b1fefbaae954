"""The lines of a run: in order, and none before its comparison is over."""

import io

import pytest

from shopcam.console import Console, StageLine
from shopcam.errors import GraphError, ParityError, ShopcamError
from shopcam.integrate.lines import Comparison, Lines
from shopcam.verify.parity import Parity

EQUAL = Parity(0.0, 1.0, 1.0, 4)
FAR = Parity(0.5, 0.0, 0.2, 4)


class Model:
    """A model that answers when the test says so."""

    def __init__(self, error: ShopcamError | None = None) -> None:
        self.error = error
        self.has_answered = False

    def comparison(self) -> Comparison:
        return Comparison(lambda: self.has_answered, self.parity)

    def parity(self) -> Parity:
        if self.error:
            raise self.error
        return EQUAL


class Run:
    """Lines on a console whose text a test can read."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.lines = Lines(Console(stream=self.stream))
        self.finished: list[tuple[str, Parity | None]] = []

    def stage(self, name: str, model: Model | None = None) -> None:
        def finish(parity: Parity | None) -> StageLine:
            self.finished.append((name, parity))
            return StageLine(name)

        self.lines.begin(name)
        self.lines.wait_for(name, model.comparison() if model else None, finish)

    @property
    def shown(self) -> list[str]:
        return [line.stage for line in self.lines.shown]


def test_a_stage_without_a_comparison_is_shown_at_once() -> None:
    run = Run()
    run.stage("export")
    assert run.shown == ["export"]


def test_a_line_waits_for_those_before_it() -> None:
    run, first, second = Run(), Model(), Model()
    run.stage("freeze", first)
    run.stage("optimize", second)
    second.has_answered = True
    run.lines.settle(wait=False)
    assert run.shown == []
    first.has_answered = True
    run.lines.settle(wait=False)
    assert run.shown == ["freeze", "optimize"]
    text = run.stream.getvalue().splitlines()
    assert [line.split()[0] for line in text] == ["freeze", "optimize"]


def test_the_log_of_a_killed_run_ends_with_what_has_no_line_yet() -> None:
    run = Run()
    run.stage("export")
    run.stage("freeze", Model())
    run.stage("optimize", Model())
    assert run.stream.getvalue().splitlines()[-1].split() == ["freeze"]


def test_settling_waits_for_all() -> None:
    run = Run()
    run.stage("freeze", Model())
    run.stage("optimize", Model())
    run.lines.settle()
    assert run.shown == ["freeze", "optimize"]


def test_a_difference_is_raised_reported_and_shown_as_failed() -> None:
    error = ParityError("After freeze, it differs.")
    error.parity = FAR
    run = Run()
    run.stage("freeze", Model(error))
    run.stage("optimize", Model())
    with pytest.raises(ParityError):
        run.lines.settle()
    run.lines.close()
    assert run.finished == [("freeze", FAR)]
    assert run.stream.getvalue().rstrip().endswith("failed")
    assert "optimize" not in run.stream.getvalue()


def test_a_model_that_does_not_answer_has_no_parity() -> None:
    run = Run()
    run.stage("freeze", Model(GraphError("It must run.")))
    with pytest.raises(GraphError):
        run.lines.settle()
    assert run.finished == [("freeze", None)]


def test_a_failed_stage_yields_to_a_difference_before_it() -> None:
    run = Run()
    run.stage("freeze", Model(ParityError("After freeze, it differs.")))
    run.lines.begin("optimize")
    with pytest.raises(ParityError):
        run.lines.fail("optimize")


def test_a_failed_stage_is_shown_after_those_before_it() -> None:
    run = Run()
    run.stage("freeze", Model())
    run.lines.begin("optimize")
    run.lines.fail("optimize")
    text = [line.split() for line in run.stream.getvalue().splitlines()]
    assert [words[0] for words in text] == ["freeze", "optimize"]
    assert [words[-1] == "failed" for words in text] == [False, True]
