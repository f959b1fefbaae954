"""Work shared out to processes.

Not multiprocessing: what that spawns runs the caller's main program again,
which without a guard starts the same work anew, and what it forks inherits
TensorFlow's threads half. A process here knows shopcam alone, takes its tasks
from a pipe, and ends with it, so none is left behind when the caller is
killed.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

from shopcam.errors import ToolError
from shopcam.paths import ROOT

Task = TypeVar("Task")
Result = TypeVar("Result")
PATIENCE_S = 5
SERVE = "from shopcam.dataset.workers import serve; serve()"


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_processes(
    work: Callable[[Task], Result], tasks: Iterable[Task], processes: int
) -> Iterator[Result]:
    """`work(task)` for each task, in their order, a few of them ahead.

    Args:
        work: a function of a module of shopcam.
        processes: how many; with one the work is done in this one.

    Raises:
        ToolError: a process was ended from outside.
        Exception: whatever `work` raises.
    """
    if processes <= 1:
        yield from map(work, tasks)
        return
    waiting: deque[Future[Result]] = deque()
    threads = ThreadPoolExecutor(processes)
    try:
        with workers(processes) as idle:

            def call(task: Task) -> Result:
                worker = idle.get()
                try:
                    found: Result = answer(worker, work, task)
                finally:
                    idle.put(worker)
                return found

            for task in tasks:
                waiting.append(threads.submit(call, task))
                if len(waiting) > 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    finally:
        # The processes are gone, so no thread waits for one.
        threads.shutdown(cancel_futures=True)


@contextlib.contextmanager
def workers(count: int) -> Iterator["SimpleQueue[subprocess.Popen[bytes]]"]:
    """Started processes; they are killed when the block is left."""
    path = os.pathsep.join(
        filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    )
    started = []
    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    try:
        for _ in range(count):
            worker = subprocess.Popen(
                [sys.executable, "-c", SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
            started.append(worker)
            idle.put(worker)
        yield idle
    finally:
        for worker in started:
            worker.kill()
            # Also closes the pipes, at which a thread may wait.
            with contextlib.suppress(OSError):
                worker.communicate()


def answer(
    worker: "subprocess.Popen[bytes]", work: Callable[[Any], Any], task: Any
) -> Any:
    """What a process makes of a task."""
    try:
        pickle.dump((work, task), worker.stdin)  # type: ignore[arg-type]
        worker.stdin.flush()  # type: ignore[union-attr]
        error, result = pickle.load(worker.stdout)  # type: ignore[arg-type]
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        raise ToolError(
            "A process that shares the work must live until it is done.",
            f"process {worker.pid} ended with status {status_of(worker)}",
            "if memory was short, give the command fewer processes, or end "
            "other programs",
        ) from None
    if error is not None:
        raise error
    return result


def status_of(worker: "subprocess.Popen[bytes]") -> int:
    """The status of a process whose pipe has ended, as it itself soon has."""
    try:
        return worker.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.wait()


def serve() -> None:
    """Does tasks from standard input until it ends: a process's whole life."""
    # Ctrl-C reaches the whole group; the caller decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A result that nobody waits for any more ends it without a traceback.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the results, nor wait in a
    # buffer that is lost when the process is ended.
    os.dup2(2, 1)
    # A line at a time, also where PYTHONUNBUFFERED cuts it in two.
    sys.stdout = sys.stderr = open(
        2, "w", buffering=1, errors="backslashreplace", closefd=False
    )
    while True:
        try:
            work, task = pickle.load(tasks)
        except EOFError:
            return
        found, failed = None, None
        try:
            found = work(task)
        except Exception as error:
            failed = error
        pickle.dump((failed, found), results, pickle.HIGHEST_PROTOCOL)
        results.flush()
