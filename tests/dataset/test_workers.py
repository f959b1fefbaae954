"""Work that is shared out to processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.dataset.workers import cores, in_processes
from shopcam.errors import CatalogueError, ToolError
from shopcam.paths import ROOT, no_file


def test_results_come_in_order_from_other_processes() -> None:
    assert list(in_processes(abs, range(-20, 0), 3)) == list(range(20, 0, -1))
    pids = set(in_processes(eval, ["__import__('os').getpid()"] * 6, 2))
    assert os.getpid() not in pids and 1 <= len(pids) <= 2


def test_one_process_is_this_one() -> None:
    pids = set(in_processes(eval, ["__import__('os').getpid()"] * 3, 1))
    assert pids == {os.getpid()}


def test_an_error_comes_back_as_it_was_raised(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        list(in_processes(no_file, [tmp_path, "no path"], 2))  # type: ignore[list-item]
    wrong = "raise_it"
    with pytest.raises(NameError, match=wrong):
        list(in_processes(eval, [wrong], 2))


def test_what_a_worker_prints_gets_between_no_results(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert list(in_processes(eval, ["print('noise') or 3"] * 2, 2)) == [3, 3]
    found = capfd.readouterr()
    assert (found.out, found.err) == ("", "noise\nnoise\n")


def test_a_worker_that_is_killed_is_named() -> None:
    end = "__import__('os').kill(__import__('os').getpid(), 9)"
    with pytest.raises(ToolError, match=r"process \d+ ended with status -9"):
        list(in_processes(eval, [end], 2))


def test_an_error_of_shopcams_keeps_its_three_parts() -> None:
    code = "__import__('shopcam.dataset.bson_catalogue').dataset"
    code += ".bson_catalogue.opened(__import__('pathlib').Path('/none'))"
    with pytest.raises(CatalogueError) as caught:
        list(in_processes(eval, [code], 2))
    assert "/none, which does not exist" in caught.value.found


def test_leaving_early_ends_the_processes() -> None:
    results = in_processes(eval, ["__import__('os').getpid()"] * 50, 2)
    first = next(results)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


# Without a guard, as a user's script may be: what is started must not run it.
CALLER = """
import signal
from shopcam.dataset.workers import in_processes
signal.signal(signal.SIGINT, signal.default_int_handler)
print("caller", flush=True)
task = "import time; print('at work'); time.sleep(1)"
list(in_processes(exec, [task] * 99, 2))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_caller(
    how: signal.Signals, tmp_path: Path
) -> None:
    script = tmp_path / "caller.py"
    script.write_text(CALLER)
    with subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "caller\n"
        # What a task prints comes by standard error.
        said = process.stderr.readline()
        process.send_signal(how)
        # The pipe ends when the last process that holds it has ended.
        said += process.stderr.read()
    assert said.startswith("at work\n")
    assert said.count("Traceback") == (how == signal.SIGINT), said


def test_there_is_a_core_at_least() -> None:
    assert cores() >= 1
