"""The same work on all hosts at once, and what each came to."""

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from shopcam.console import Console, seconds_text, size_text
from shopcam.errors import MacError, ShopcamError
from shopcam.macos.build.build import HostBuild
from shopcam.macos.build.parallel import side_by_side
from shopcam.macos.build.voices import voices
from shopcam.macos.build.wanted import Built, Wanted, machine_of
from shopcam.macos.host import Host
from shopcam.macos.machine import Machine

T = TypeVar("T")
# How long Ctrl-C waits for the hosts' threads: to stop a job takes ten
# seconds at most, to leave one no longer than to close a connection.
STOP_S, LEAVE_S = 30.0, 3.0


def build(
    hosts: Sequence[Host], wanted: Wanted, console: Console
) -> tuple[Built, ...]:
    """What came back from every host; `show` ends with it.

    All hosts are asked first what they lack; then the secrets are read, so
    that a prompt stands alone; then they work side by side.

    Raises:
        ShopcamError: a host failed; of several, all are shown before.
        KeyboardInterrupt: Ctrl-C; what became of each job has been said.
    """
    heard = voices(console, [host.name for host in hosts])
    work = {
        host.name: HostBuild(host, wanted, heard[host.name]) for host in hosts
    }
    try:
        ready, failed = prepared(work, console)
        outcomes = side_by_side(
            {name: each.run for name, each in ready.items()},
            functools.partial(interrupted, ready, wanted, console),
        )
    finally:
        for each in work.values():
            each.machine.close()
    failed |= outcomes.failed
    if len(hosts) == 1:
        raise_failures(failed, 1)
    console.rows(
        ("host", "result", "seconds", "product", "size", "build"),
        [row(name, outcomes.done.get(name)) for name in work],
        right=("seconds", "size"),
        styles={"ok": "green", "failed": "bold red"},
    )
    if failed:
        show(console, outcomes.done.values())
    raise_failures({n: failed[n] for n in work if n in failed}, len(hosts))
    return tuple(outcomes.done.values())


def prepared(
    work: Mapping[str, HostBuild], console: Console
) -> tuple[dict[str, HostBuild], dict[str, BaseException]]:
    """The hosts that can begin, and why the others cannot."""
    looked = side_by_side({name: each.look for name, each in work.items()})
    failed = dict(looked.failed)
    for name in looked.done:
        try:
            work[name].take_secrets(console.warn)
        except ShopcamError as error:
            failed[name] = error
    return {n: work[n] for n in work if n not in failed}, failed


def interrupted(
    work: Mapping[str, HostBuild], wanted: Wanted, console: Console
) -> float:
    """Stops all jobs, or leaves them, and says which; seconds to wait."""
    leave = wanted.settings.on_interrupt == "leave"
    said = side_by_side(
        {
            name: functools.partial(each.interrupt, leave)
            for name, each in work.items()
        }
    )
    for name in work:
        what = said.done.get(name) or str(said.failed[name])
        console.note(f"{name}: {what}")
    return LEAVE_S if leave else STOP_S


def row(name: str, built: Built | None) -> tuple[str, ...]:
    """A host's row of the closing table."""
    if built is None:
        return (name, "failed", "", "", "", "")
    product = built.fetched.product
    return (
        name,
        "ok",
        seconds_text(built.seconds),
        product.name if product else "",
        size_text(product.stat().st_size) if product else "",
        built.build,
    )


def show(console: Console, built: Iterable[Built]) -> None:
    """The paths that a build ends with: each host's product, or its log."""
    for each in built:
        console.result(each.fetched.product or each.record.log)


class HostsError(MacError):
    """Several hosts were asked, and some failed.

    Args:
        failed: what each of them came to.
        of: how many there were.
    """

    def __init__(self, failed: Mapping[str, BaseException], of: int) -> None:
        super().__init__(f"{len(failed)} of {of} hosts failed.")
        self.failed = failed

    def __str__(self) -> str:
        texts = [self.rule]
        for name, error in self.failed.items():
            text = str(error)
            is_named = name in text.partition("\n")[0]
            texts.append(text if is_named else f"{name}: {text}")
        return "\n\n".join(texts)


def raise_failures(failed: Mapping[str, BaseException], of: int) -> None:
    """Raises what went wrong on any of the hosts.

    What nobody foresaw goes first: it is a defect, and its traceback counts.

    Args:
        failed: what each failed host came to.
        of: how many hosts there were.
    """
    for error in failed.values():
        if not isinstance(error, ShopcamError) or of == 1:
            raise error
    if failed:
        raise HostsError(failed, of)


def on_each(
    hosts: Sequence[Host],
    console: Console,
    work: Callable[[Host, Machine, Console], T],
) -> dict[str, T]:
    """What a piece of work gives on every host, side by side.

    Args:
        hosts: the Macs.
        console: where it is shown.
        work: called in a thread of its own for each.

    Raises:
        ShopcamError: a host failed; of several, after all have ended.
    """
    heard = voices(console, [host.name for host in hosts])

    def one(host: Host) -> T:
        with contextlib.closing(machine_of(host)) as machine:
            return work(host, machine, heard[host.name])

    outcomes = side_by_side(
        {host.name: functools.partial(one, host) for host in hosts}
    )
    raise_failures(outcomes.failed, len(hosts))
    return outcomes.done
