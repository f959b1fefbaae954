"""The workers of one training: what happens to one concerns all."""

import contextlib
import functools
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.order import arguments, words
from shopcam.cluster.worker import StoppedError, Worker
from shopcam.console import Console
from shopcam.errors import HostError, ShopcamError
from shopcam.macos.build.fleet import raise_failures
from shopcam.macos.build.parallel import side_by_side
from shopcam.macos.build.voices import voices
from shopcam.macos.jobs.job import LeftError

# Within it fail also those whose partner is gone; who is to blame is then
# seen in what they say.
GRACE_S = 2.0
# How long the chief may say nothing while another host cannot be reached:
# after that it waits in vain, most likely.
SILENCE_S = 300.0
RETRY_S = 15.0
# How long Ctrl-C waits for the hosts' threads to end.
STOP_S, LEAVE_S = 30.0, 3.0
# What fab train and TensorFlow say on a worker whose partner has gone.
PARTNER_GONE = re.compile(
    r"lost another one|UnavailableError|UNAVAILABLE|CancelledError"
    r"|AbortedError|ABORTED|Connection reset by peer|Socket closed"
    r"|failed to connect|heartbeat|[Cc]ollective ops is aborted|peer .* is down"
)


class Team:
    """Workers that train together.

    Args:
        workers: the chief first.
        console: where the whole is shown.
    """

    def __init__(self, workers: Sequence[Worker], console: Console) -> None:
        self.workers = tuple(workers)
        self.console = console
        self._stop_them = ""
        self._failed: dict[str, BaseException] = {}
        self._lost: set[str] = set()
        self._lock = threading.Condition()

    @property
    def chief(self) -> Worker:
        """The first worker, who alone writes."""
        return self.workers[0]

    def call_it(self, model: str, run: str) -> None:
        """Lets all messages name the training.

        Args:
            run: its six digits.
        """
        hosts = [each.host for each in self.workers]
        self._stop_them = f"fab hosts.stop {arguments(hosts, model, run)}"
        said = words(hosts, model, run)
        for worker in self.workers:
            worker.words = said

    def all(self, work: Callable[[Worker], None]) -> None:
        """Does the same on all hosts.

        Raises:
            ShopcamError: a host failed; of several, all are named.
        """
        outcomes = side_by_side(
            {w.name: functools.partial(work, w) for w in self.workers}
        )
        raise_failures(outcomes.failed, len(self.workers))

    def train(self, start: Callable[[Worker], None], leave: bool) -> None:
        """Starts the workers, or finds them at work, and follows them.

        Args:
            start: lets one worker begin.
            leave: whether Ctrl-C leaves them running.

        Raises:
            ShopcamError: a worker failed, and the others were stopped.
            KeyboardInterrupt: Ctrl-C; what became of them has been said.
        """
        side_by_side(
            {
                worker.name: functools.partial(self._run, worker, start)
                for worker in self.workers
            },
            functools.partial(self._interrupted, leave),
        )
        raise_failures(blamed(self._failed), len(self.workers))

    def close(self) -> None:
        """Ends all connections."""
        for worker in self.workers:
            worker.machine.close()

    def _run(self, worker: Worker, start: Callable[[Worker], None]) -> None:
        """One worker's training; its failure ends the others'."""
        try:
            try:
                start(worker)
            finally:
                worker.started.set()
            worker.follow(functools.partial(self._stand_by, worker))
        except StoppedError:
            return
        except BaseException as error:
            self._fail(worker, error)

    def _stand_by(self, worker: Worker, error: LeftError) -> None:
        """Returns when a host that cannot be reached may be asked again.

        A training whose chief goes on has lost no worker: what is lost is
        our way to it.
        """
        chief = self.chief
        with self._lock:
            self._lost.add(worker.name)
        if worker is not chief and chief.status == 0:
            worker.status = 0
            return
        if not self._others_seen(worker):
            raise error
        silence_s = time.monotonic() - chief.log.heard_at
        if chief.name not in self._lost and silence_s > SILENCE_S:
            raise HostError(
                f"{worker.name} must stay in the training.",
                f"it cannot be reached, and {chief.name} has said nothing "
                f"for {silence_s:.0f} s",
                "see whether it is up, then run this again with --resume",
            )
        worker.console.note("cannot be reached; the others go on")
        worker.stopped.wait(RETRY_S)
        with self._lock:
            self._lost.discard(worker.name)

    def _others_seen(self, worker: Worker) -> bool:
        """Whether another worker is at work that we can reach."""
        with self._lock:
            return any(
                each.is_running and each.name not in self._lost
                for each in self.workers
                if each is not worker
            )

    def _fail(self, worker: Worker, error: BaseException) -> None:
        """Takes note of a failure, and stops all after the first.

        The connection to the last one that was seen being lost is none of
        the training's: nothing is stopped.
        """
        with self._lock:
            is_first = not self._failed
            self._failed[worker.name] = error
            self._lock.notify_all()
        if not is_first or isinstance(error, LeftError):
            return
        with self._lock:
            self._lock.wait_for(self._all_failed, GRACE_S)
        others = [w for w in self.workers if w.name not in self._failed]
        running = [each for each in others if each.is_running]
        if running:
            names = ", ".join(each.name for each in running)
            self.console.note(f"{worker.name} failed; stopping {names}")
        # Of one that failed without a status we know only that we lost it.
        lost = [w for w in self.workers if w not in others and w.is_running]
        ended = side_by_side({w.name: w.stop for w in [*others, *lost]})
        for name, why in ended.failed.items():
            self.console.warn(f"{name} may go on: {why}")

    def _all_failed(self) -> bool:
        """Whether there is nobody left to stop."""
        return len(self._failed) == len(self.workers)

    def _interrupted(self, leave: bool) -> float:
        """Stops all, or leaves them, and says so; seconds to wait."""
        if leave:
            for worker in self.workers:
                worker.leave()
            if jobs := [each.job for each in self.workers if each.job]:
                again = jobs[0].attach
                self.console.note(f"the training goes on; {again}")
            return LEAVE_S
        begun = [each for each in self.workers if each.job]
        try:
            outcomes = side_by_side({w.name: w.stop for w in self.workers})
        except KeyboardInterrupt:
            if begun:
                self.console.warn(
                    f"the training may go on; {self._stop_them} ends it"
                )
            raise
        for name, why in outcomes.failed.items():
            self.console.warn(f"{name} may go on: {why}")
        if begun:
            self.console.note(
                f"stopped the training on {', '.join(outcomes.done)}; with "
                "--resume it goes on from its last checkpoint"
            )
        return STOP_S


@contextlib.contextmanager
def gathered(
    hosts: Sequence[TrainingHost],
    model: str,
    console: Console,
    logs: Path = Path(),
) -> Iterator[Team]:
    """A worker on each host, the first one the chief; connected at need.

    Args:
        model: the model's name.
        logs: the folder here for the logs of those that are followed.
    """
    heard = voices(console, [host.name for host in hosts])
    team = Team(
        [
            Worker(host, own, model, logs, heard[host.name])
            for own, host in enumerate(hosts)
        ],
        console,
    )
    with contextlib.closing(team):
        yield team


def run_of(release: str) -> str:
    """The six digits that the releases of one training have in common."""
    return release[-6:]


def blamed(failed: dict[str, BaseException]) -> dict[str, BaseException]:
    """Those of the failures that are no consequence of another."""
    own = {
        name: error
        for name, error in failed.items()
        if not (
            isinstance(error, ShopcamError) and PARTNER_GONE.search(error.found)
        )
    }
    return own or failed
