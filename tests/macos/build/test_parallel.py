"""Several hosts at once: their results, their lines, Ctrl-C."""

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shopcam.console import Console
from shopcam.macos.build.parallel import side_by_side
from shopcam.macos.build.voices import voices


def refuse() -> str:
    raise ValueError("broken")


def test_one_that_fails_hides_no_other() -> None:
    outcomes = side_by_side(
        {"mac1": lambda: "one", "mac2": refuse, "mac3": lambda: "three"}
    )
    assert outcomes.done == {"mac1": "one", "mac3": "three"}
    assert list(outcomes.failed) == ["mac2"]
    assert str(outcomes.failed["mac2"]) == "broken"


def test_the_work_runs_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=30)
    names = ("mac1", "mac2", "mac3")
    outcomes = side_by_side({name: together.wait for name in names})
    assert list(outcomes.done) == list(names)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Lets SIGINT interrupt, which a shell ignores for what it backgrounds."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_what_runs_and_waits_for_it() -> None:
    stopped = threading.Event()
    ended = []

    def work() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        stopped.wait(30)
        time.sleep(0.1)
        ended.append("the work")

    def interrupted() -> float:
        stopped.set()
        return 30

    with pytest.raises(KeyboardInterrupt):
        side_by_side({"mac1": work}, interrupted)
    assert ended == ["the work"]


def test_a_single_host_speaks_as_the_run_itself() -> None:
    console = Console(stream=io.StringIO())
    assert voices(console, ["mac1"]) == {"mac1": console}


def test_each_line_of_several_hosts_has_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standing = SimpleNamespace(monotonic=lambda: 7.0)
    monkeypatch.setattr("shopcam.console.time", standing)
    stream = io.StringIO()
    heard = voices(Console(stream=stream), ["mac1", "studio"])
    with heard["mac1"].stage("pods"):
        heard["studio"].note("one\ntwo")
        heard["mac1"].note("three")
    lines = stream.getvalue().splitlines()
    assert lines[:4] == [
        "studio | one",
        "studio | two",
        "mac1   | pods",
        "mac1   | three",
    ]
    assert lines[4].startswith("mac1   | pods         0.0")
    assert len(lines) == 5


def test_many_threads_never_share_a_line() -> None:
    stream = io.StringIO()
    names = [f"mac{number}" for number in range(5)]
    heard = voices(Console(stream=stream), names)

    def speak(name: str) -> None:
        for _ in range(200):
            heard[name].note(f"{name} speaks")

    threads = [threading.Thread(target=speak, args=(n,)) for n in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1000
    assert set(lines) == {f"{name} | {name} speaks" for name in names}


def test_quiet_hosts_say_nothing_but_their_results() -> None:
    stream = io.StringIO()
    heard = voices(Console(True, stream), ["mac1", "mac2"])
    heard["mac1"].note("not heard")
    assert stream.getvalue() == ""
