"""One host's part in a training."""

import threading
from collections.abc import Callable
from pathlib import Path

from shopcam.cluster.code import send
from shopcam.cluster.facts import Facts, gather
from shopcam.cluster.hosts import TrainingHost
from shopcam.cluster.order import Order, training, words
from shopcam.cluster.worker_log import WorkerLog
from shopcam.console import Console
from shopcam.errors import HostError
from shopcam.macos.jobs import job as jobs
from shopcam.macos.jobs.job import Job, LeftError
from shopcam.macos.jobs.releases import set_aside
from shopcam.macos.machine import LostError
from shopcam.macos.model_folder import Release
from shopcam.macos.patience import WAITS_S, Say
from shopcam.macos.ssh.ssh_machine import SshMachine

# TensorFlow's workers take no notice of SIGTERM; checkpoints are written whole,
# so that a killed training has lost nothing but its last minutes.
STOP_S = 2
# How long who leaves waits for a training that is being started.
START_S = 30.0
# What a shell says of a program that a signal ended.
BY_SIGNAL, KILLED = 128, 137


class StoppedError(HostError):
    """The others failed, or Ctrl-C was pressed: this one did nothing wrong."""


class Worker:
    """A host that trains.

    Args:
        host: how the user describes it.
        own: its place among the workers; 0 is the chief, who alone writes.
        model: the model's name.
        logs: the folder here for its log.
        console: where it is shown.

    Attributes:
        words: what messages say of the training.
        release: where it trains; None before it was made or found.
        job: its training; None before it began.
        status: what its training ended with; None before that.
        started: set once it has begun, or could not.
        stopped: set once it is to end, or to go on without us.
    """

    def __init__(
        self,
        host: TrainingHost,
        own: int,
        model: str,
        logs: Path,
        console: Console,
    ) -> None:
        self.host = host
        self.own = own
        self.console = console
        self.machine = SshMachine(host.reached)
        self.model = host.model(model)
        self.log = WorkerLog(logs / f"{host.name}.log", console, not own)
        self.words = words([host], model, "")
        self.release: Release | None = None
        self.job: Job | None = None
        self.status: int | None = None
        self.stopped = threading.Event()
        self.started = threading.Event()
        self._ended_by_us = False

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.host.name

    @property
    def is_running(self) -> bool:
        """Whether its training has begun and not ended, as far as we know."""
        return self.job is not None and self.status is None

    def look(self, catalogue: str) -> Facts:
        """What the host has; see `gather`."""
        return gather(self.machine, self.host, catalogue)

    def address(self, facts: Facts) -> str:
        """`host:port` at which the others reach it."""
        name = facts.address or self.machine.settings.hostname
        return (
            f"[{name}]:{self.host.port}"
            if ":" in name
            else (f"{name}:{self.host.port}")
        )

    def send(self, code: Path, run: str, say: Say) -> None:
        """Brings the code there: into its release, or into a new one.

        Args:
            code: what `code_of` gives.
            run: six digits, with which a new release's name ends.
            say: called with what the user should know.
        """
        self.release = send(
            self.machine,
            self.model,
            code,
            self.release or run,
            lambda text: say(f"  {self.name}: {text}"),
        )

    def start(self, order: Order, addresses: tuple[str, ...]) -> None:
        """Lets the training begin, which then needs us no more.

        Raises:
            HostError: it could not be started.
        """
        self.check()
        assert self.release  # noqa: S101
        set_aside(self.machine, self.release)
        command = training(order, self.host, self.release, addresses, self.own)
        try:
            jobs.start(
                *(self.machine, self.release, command.text()), words=self.words
            )
        except LostError as error:
            # It may have begun all the same: following it will tell.
            self.console.note(error.found)
        self.job = Job(self.machine, self.release, self.words)
        if self.stopped.is_set():
            self.stop()

    def follow(self, again: Callable[[LeftError], None]) -> None:
        """Shows the training until its end.

        Args:
            again: called when the connection stays lost; returns when
                another attempt is worth while, or raises.

        Raises:
            HostError: it failed; what it said last is in the message.
            StoppedError: it was stopped.
        """
        assert self.job  # noqa: S101
        with self.log:
            while self.status is None:
                seen = self.log.count
                try:
                    self.status = jobs.follow(
                        *(self.job, self._unseen(seen)),
                        say=self._say,
                        waits_s=WAITS_S,
                    )
                except LeftError as error:
                    self.check()
                    again(error)
        if self._ended_by_us:
            self.check()
        if self.status:
            raise self._failure(self.status)

    def check(self) -> None:
        """Ends this thread's work when the training is to end."""
        if self.stopped.is_set():
            raise StoppedError(f"{self.name} was stopped.")

    def stop(self) -> None:
        """Ends the training there, if it has begun.

        Raises:
            HostError: the host cannot be reached; the training goes on.
        """
        self.stopped.set()
        if self.job:
            # What had ended before is not our doing, and may be to blame.
            self._ended_by_us = not jobs.has_ended(self.job)
            end(self.job)

    def leave(self) -> None:
        """Lets the training go on without us."""
        # One that is about to begin would be left half begun.
        self.started.wait(START_S)
        self.stopped.set()
        self.machine.close()

    def _unseen(self, seen: int) -> Callable[[str], None]:
        """Takes the log from its beginning, and passes on what is new."""
        count = 0

        def line(text: str) -> None:
            nonlocal count
            count += 1
            if count > seen:
                # Once it is being stopped nobody wants to see it die; but what
                # it says still tells who was to blame.
                self.log.line(text, shown=not self.stopped.is_set())

        return line

    def _say(self, text: str) -> None:
        """A note on the connection."""
        self.check()
        self.console.note(text)

    def _failure(self, status: int) -> HostError:
        """The error for a training that ended with another status than 0."""
        ended = f"fab train ended there with status {status}"
        how = "correct that"
        if status > BY_SIGNAL:
            ended = f"signal {status - BY_SIGNAL} ended fab train there"
        if status == KILLED:
            how = "see there whether memory ran out (dmesg | tail)"
        return HostError(
            f"{self.name} must train to the end.",
            "\n         ".join([ended, *self.log.last]),
            f"{how}, then run this again with --resume; all that it said is "
            f"in {self.log.path}",
        )


def end(job: Job) -> None:
    """Stops a training on its host.

    Raises:
        HostError: the host cannot be reached; the training goes on.
    """
    jobs.stop(job, STOP_S)
