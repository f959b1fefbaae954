"""Work shared out to the cores, in processes and in threads."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


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
        work: a function of a module, which a new process can import.
        processes: how many; with 1 the work is done in this one.
    """
    if processes == 1:
        yield from map(work, tasks)
        return
    # Spawned, not forked: TensorFlow's threads do not survive a fork.
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), obey_parent
    )
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def obey_parent() -> None:
    """Leaves Ctrl-C to the parent, and ends when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """Waits for the parent's end, and ends this process, too.

    A pool's process would else wait for work for ever when its parent was
    killed.
    """
    parent = multiprocessing.parent_process()
    with contextlib.suppress(InterruptedError):
        if parent:
            parent.join()
    os._exit(1)
