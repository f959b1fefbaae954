"""Several hosts at once: Fabric's group of threads, and what each came to."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from fabric import GroupResult, ThreadingGroup
from fabric.exceptions import GroupException

T = TypeVar("T")


class Member(Generic[T]):
    """What a group runs for one host, where Fabric has a connection.

    Args:
        name: the host's.
        work: what is to be done there.
    """

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self.name = name
        self.work = work

    def run(self) -> T:
        """What the work gives."""
        return self.work()


@dataclass(frozen=True)
class Outcomes(Generic[T]):
    """What every host came to, in the order in which they were named."""

    done: dict[str, T]
    failed: dict[str, BaseException]


def side_by_side(
    work: Mapping[str, Callable[[], T]],
    interrupted: Callable[[], float] = lambda: 0.0,
) -> Outcomes[T]:
    """Runs the work of all hosts at once; one that fails stops no other.

    Args:
        work: what to call for each host, each in a thread of its own.
        interrupted: called at Ctrl-C; gives how many seconds the threads
            may take to end.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    members = [Member(name, each) for name, each in work.items()]
    results: list[GroupResult] = []

    ended = threading.Event()

    def run() -> None:
        try:
            results.append(ThreadingGroup.from_connections(members).run())
        except GroupException as error:
            results.append(error.result)
        finally:
            ended.set()

    # Fabric joins its threads, and Ctrl-C would leave them to themselves.
    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
        ended.wait()
    except KeyboardInterrupt:
        ended.wait(interrupted())
        raise
    found = results[0]
    return Outcomes(
        {m.name: found.succeeded[m] for m in members if m in found.succeeded},
        {m.name: found.failed[m] for m in members if m in found.failed},
    )
