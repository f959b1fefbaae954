"""How a task ends: message and status for everything that may happen."""

import errno
import signal
from pathlib import Path

import pytest
from invoke import Exit

from shopcam.errors import CardError
from tasks._task import argument_help, guarded


def ending(error: BaseException) -> Exit:
    """The `Exit` that an exception of a task's body becomes."""

    def body() -> None:
        raise error

    with pytest.raises(Exit) as ended:
        guarded(body)()
    return ended.value


def test_a_refusal_is_its_message_and_status_1() -> None:
    end = ending(CardError("The rule.", "what was found", "what to do"))
    assert end.code == 1
    assert end.message == (
        "The rule.\n  found: what was found\n  next:  what to do"
    )


def test_an_interrupt_is_one_line_and_status_130() -> None:
    end = ending(KeyboardInterrupt())
    assert end.code == 130
    assert len(end.message.strip().splitlines()) == 1


def test_sigterm_leaves_all_in_good_order_and_gives_status_143() -> None:
    before = signal.getsignal(signal.SIGTERM)
    tidied = []

    def body() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            tidied.append("yes")

    with pytest.raises(Exit) as ended:
        guarded(body)()
    assert ended.value.code == 143
    assert ended.value.message == (
        "\nEnded by SIGTERM; what was finished before stays."
    )
    assert tidied == ["yes"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_defect_names_the_file_that_holds_the_traceback() -> None:
    end = ending(ZeroDivisionError("division by zero"))
    assert end.code == 70
    assert "This is a defect in shopcam." in end.message
    report = Path(end.message.split()[-1])
    text = report.read_text(encoding="utf-8")
    report.unlink()
    assert "Traceback (most recent call last)" in text
    assert "ZeroDivisionError: division by zero" in text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x.pb"), "x.pb"),
        (PermissionError(errno.EACCES, "Permission denied", "y"), "y"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "z"), "z"),
        (OSError(errno.ENOSPC, "No space left on device"), "a file: No space"),
        (MemoryError(), "memory"),
    ],
)
def test_what_the_machine_refuses_is_no_defect(
    error: Exception, said: str
) -> None:
    end = ending(error)
    assert end.code == 1
    assert said in end.message
    assert "defect" not in end.message


def test_an_exit_of_the_body_stays_as_it_is() -> None:
    assert ending(Exit("done", code=3)).code == 3


def test_argument_help_joins_the_lines_of_an_argument() -> None:
    def body() -> None:
        """Do it.

        Args:
            model: a name, or
                a path: any.
            force: again.

        Raises:
            ValueError: never.
        """

    assert argument_help(body) == {
        "model": "a name, or a path: any.",
        "force": "again.",
    }
