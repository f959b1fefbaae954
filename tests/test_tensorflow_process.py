"""The process in which TensorFlow works beside ours."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.errors import GraphError, ToolError
from shopcam.paths import ROOT
from shopcam.tensorflow_process import TensorFlowProcess
from tests.until import PATIENCE_S, becomes

pytestmark = pytest.mark.tf

PARENT = """
import sys, time
from shopcam.tensorflow_process import TensorFlowProcess

process = TensorFlowProcess()
process.prepare()
print(process.running.process.pid, flush=True)
time.sleep(60)
"""

PRINTER = """
from shopcam.tensorflow_process import TensorFlowProcess

process = TensorFlowProcess()
process.submit(print, "chatter", work="print").result()
process.close()
"""


@pytest.fixture
def process() -> Iterator[TensorFlowProcess]:
    process = TensorFlowProcess()
    yield process
    process.close()


def refuse(node: str) -> None:
    raise GraphError("A rule.", node, "mend it")


def wait_for(path: Path) -> None:
    """Returns when a file is there; nothing of a test waits for ever."""
    becomes(path.exists)


def is_alive(pid: int) -> bool:
    """Whether a process that is no child of ours still runs."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_it_runs_elsewhere_with_tensorflow_loaded(
    process: TensorFlowProcess,
) -> None:
    pid = process.submit(os.getpid, work="say who it is").result()
    assert pid != os.getpid()
    assert "libtensorflow_cc" in Path(f"/proc/{pid}/maps").read_text()


def test_replies_come_in_order_whichever_is_asked_for_first(
    process: TensorFlowProcess,
) -> None:
    replies = [process.submit(pow, 2, n, work="reckon") for n in range(5)]
    assert replies[4].result() == 16
    assert all(reply.done() for reply in replies)
    assert [reply.result() for reply in replies] == [1, 2, 4, 8, 16]


def test_the_tools_do_not_wait_for_a_model(process: TensorFlowProcess) -> None:
    model = process.submit(time.sleep, 600, work="answer", lane="models")
    tool = process.submit(pow, 2, 3, work="transform", lane="tools")
    assert tool.result() == 8
    assert not model.done()


def test_a_reply_is_done_only_when_it_has_come(
    process: TensorFlowProcess, tmp_path: Path
) -> None:
    process.submit(pow, 1, 1, work="start").result()
    reply = process.submit(wait_for, tmp_path / "go-on", work="wait")
    assert not reply.done()
    (tmp_path / "go-on").touch()
    assert becomes(reply.done)


def test_our_errors_come_back_whole_and_the_process_goes_on(
    process: TensorFlowProcess,
) -> None:
    with pytest.raises(GraphError) as caught:
        process.submit(refuse, "conv1", work="refuse").result()
    assert (caught.value.rule, caught.value.found) == ("A rule.", "conv1")
    assert process.submit(pow, 2, 3, work="reckon").result() == 8


def test_a_defect_shows_where_it_lies(process: TensorFlowProcess) -> None:
    reply = process.submit(int, "seven", work="read a number")
    with pytest.raises(
        RuntimeError, match=r"read a number failed:(?s:.*)seven"
    ):
        reply.result()


def test_a_crash_is_an_error_of_every_call_and_a_new_process_takes_over(
    process: TensorFlowProcess,
) -> None:
    first = process.submit(os.abort, work="answer for a.pb", advice="look")
    second = process.submit(pow, 2, 3, work="answer for b.pb")
    with pytest.raises(ToolError) as caught:
        second.result()
    assert caught.value.rule == "TensorFlow must answer for b.pb."
    with pytest.raises(ToolError) as caught:
        first.result()
    assert caught.value.rule == "TensorFlow must answer for a.pb."
    assert f"status -{signal.SIGABRT.value}" in caught.value.found
    assert "answer for a.pb, answer for b.pb" in caught.value.found
    assert caught.value.next_step == "look"
    assert process.submit(pow, 2, 3, work="reckon").result() == 8


def test_closing_does_not_wait_for_work(process: TensorFlowProcess) -> None:
    pid = process.submit(os.getpid, work="say who it is").result()
    process.submit(time.sleep, 600, work="sleep")
    started = time.monotonic()
    process.close()
    assert time.monotonic() - started < 60
    assert not is_alive(pid)


def test_it_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    assert becomes(lambda: is_alive(pid), False)


def test_it_ends_without_a_word_where_a_reply_is_left_unread(
    capfd: pytest.CaptureFixture[str],
) -> None:
    process = TensorFlowProcess()
    process.submit(pow, 2, 3, work="reckon")
    process.submit(time.sleep, 600, work="sleep", lane="models")
    assert process.running
    running = process.running
    assert running.connection.poll(PATIENCE_S)
    running.connection.close()
    assert running.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in capfd.readouterr().err


def test_what_it_prints_is_no_output_of_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINTER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert done.stderr == "chatter\n"
