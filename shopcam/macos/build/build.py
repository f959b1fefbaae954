"""One host's way from the bundle to the product."""

import threading
import time
from collections.abc import Callable

from shopcam.console import Console, StageLine
from shopcam.errors import MacError
from shopcam.lock import lock_path, locked
from shopcam.macos.build.credentials import Credentials, credentials
from shopcam.macos.build.devices import chosen
from shopcam.macos.build.order import Order
from shopcam.macos.build.plan import Plan, plan, purposes, secret_input
from shopcam.macos.build.results import (
    LEAVES,
    Fetched,
    drop_earlier,
    fetch_results,
    write_record,
)
from shopcam.macos.build.send import send
from shopcam.macos.build.wanted import Built, Wanted, machine_of
from shopcam.macos.command import Command
from shopcam.macos.commands import pack
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.pods import lock_fits
from shopcam.macos.commands.xcodebuild import (
    Project,
    on_device,
    on_simulator,
)
from shopcam.macos.doctor.checks import checks
from shopcam.macos.doctor.doctor import require_fit
from shopcam.macos.facts.gather import Facts, gather
from shopcam.macos.host import Host
from shopcam.macos.jobs import job as jobs
from shopcam.macos.jobs.job import Job
from shopcam.macos.jobs.release import folder_exists
from shopcam.macos.jobs.releases import end, find_build, private, set_aside
from shopcam.macos.jobs.watch import watch
from shopcam.macos.log.build_log import BuildRecord, failure
from shopcam.macos.machine import require
from shopcam.macos.model_folder import Release


class StoppedError(MacError):
    """Ctrl-C ended what a host was at."""


class HostBuild:
    """The work of one host, in a thread of its own.

    Args:
        host: the Mac.
        wanted: what is to be done.
        console: where it is shown.
    """

    def __init__(self, host: Host, wanted: Wanted, console: Console) -> None:
        self.host = host
        self.wanted = wanted
        self.console = console
        self.machine = machine_of(host)
        self.model = host.model(wanted.app.model)
        self.folder = wanted.results / host.name
        self.credentials = Credentials()
        self.job: Job | None = None
        self._facts: Facts | None = None
        self._stopped = threading.Event()
        # Either Ctrl-C finds the job, or the job finds that it was pressed.
        self._deciding = threading.Lock()

    def look(self) -> None:
        """Asks the Mac what it has, and refuses one that lacks something.

        Raises:
            MacError: it cannot be reached, or what it lacks.
        """
        settings = self.wanted.settings
        with self.console.stage("doctor") as stage:
            facts = gather(self.machine, self.host.folder, settings.keychain)
            stage.done(
                StageLine("doctor", seconds=stage.seconds, why=brief(facts))
            )
        # Whether the secrets are there is asked of the user, not of the Mac.
        found = checks(facts, has_key=bool(settings.key_id), has_password=True)
        needed = purposes(self.wanted.actions, settings)
        require_fit(found, needed, self.host.name)
        self._facts = facts

    def take_secrets(self, warn: Callable[[str], None]) -> None:
        """Reads the secrets that the build needs, or asks for them.

        Args:
            warn: told of a file that others can read.

        Raises:
            UsageError: one is needed and cannot be had.
        """
        self.credentials = credentials(
            self.wanted.actions,
            self.wanted.settings,
            self.host.name,
            bool(self._facts and self._facts.keychain_is_open),
            warn=warn,
        )

    def run(self) -> Built:
        """Sends, builds and fetches.

        Raises:
            MacError: what failed, with the cause that the log tells.
            StoppedError: `interrupt` was called.
        """
        started = time.monotonic()
        with locked(lock_path(self.folder)):
            release = self._release()
            job = self._start(release, self._plan(release))
            record = self._watch(job)
            fetched = self._fetch(release, record)
        return Built(
            self.host.name,
            release.name,
            self.folder,
            record,
            fetched,
            time.monotonic() - started,
        )

    def interrupt(self, leave: bool) -> str:
        """Ends the work; what became of the job, for the user.

        Args:
            leave: let a job on the Mac go on.
        """
        with self._deciding:
            self._stopped.set()
            job = self.job
        if job is None:
            return "interrupted before its build began"
        name = job.release.name
        if jobs.has_ended(job):
            return f"the build {name} had ended"
        if leave:
            self.machine.close()
            return f"the build {name} goes on; {job.attach}"
        end(job)
        return f"stopped the build {name}"

    def _check(self) -> None:
        """Ends this thread's work after Ctrl-C."""
        if self._stopped.is_set():
            raise StoppedError(f"{self.host.name} was interrupted.")

    def _release(self) -> Release:
        """The release to work in: a new one of the bundle, or one there."""
        wanted = self.wanted
        if wanted.bundle:
            return send(
                self.machine,
                self.host,
                self.model,
                wanted.bundle,
                self.console,
                self._check,
            )
        return find_build(self.machine, self.model, wanted.build).release

    def _plan(self, release: Release) -> Plan:
        """What the job does in that release."""
        wanted, given = self.wanted, self.credentials
        kept_lock = f"{self.model.folder}/Podfile.lock"
        order = Order(
            Project(release.camera, release.results),
            private=private(release),
            kept_lock=kept_lock,
            app=wanted.app,
            settings=wanted.settings,
            key=given.key,
            unlocks=given.password is not None,
            locked="pods" in wanted.actions and self._fits(release, kept_lock),
            destination=self._destination(),
        )
        made = plan(wanted.actions, order)
        for need in made.needs:
            if not folder_exists(self.machine, need.folder):
                raise MacError(
                    f"{wanted.actions[0]} works on what {need.action} made.",
                    f"nothing yet in {release.name} on {self.host.name}",
                    f"fab ios.{need.action} --model={wanted.app.model} "
                    f"--host={self.host.argument} --build={release.name}",
                )
        return made

    def _fits(self, release: Release, kept_lock: str) -> bool:
        """Whether the lock of the last build is one of this Podfile."""
        podfile = self.machine.run(
            Command(("cat", f"{release.camera}/Podfile"))
        )
        lock = self.machine.run(Command(("cat", kept_lock)))
        return lock_fits(podfile.output.encode(), lock.output)

    def _destination(self) -> str:
        """What tests run on; nothing where none run."""
        settings = self.wanted.settings
        if "test" not in self.wanted.actions or self._facts is None:
            return ""
        if settings.platform == "simulator":
            return on_simulator(settings.simulator)
        devices = self._facts.devices
        return on_device(chosen(devices, settings.device, self.host.name).udid)

    def _start(self, release: Release, made: Plan) -> Job:
        """The job of a plan, on its way."""
        set_aside(self.machine, release)
        note = pack.noted(f"{release.results}/{LEAVES}", made.leaves)
        for each in (*made.before, note):
            fed = each if isinstance(each, Fed) else Fed(each, "")
            require(
                self.machine.run(fed.command, stdin=fed.stdin),
                f"The build must be made ready on {self.host.name}.",
                "make room on the Mac: fab ios.clean",
            )
        self._check()
        drop_earlier(self.folder, made.leaves)
        given = self.credentials
        secret = secret_input(
            given.key, given.password, self.wanted.settings.keychain
        )
        job = jobs.start(self.machine, release, made.script, secret)
        with self._deciding:
            self.job = job
            is_late = self._stopped.is_set()
        if is_late:
            end(job)
        return job

    def _watch(self, job: Job) -> BuildRecord:
        """The job's end."""
        return watch(
            job,
            self.folder / f"{self.wanted.label}.log",
            self.console,
            secrets=self.credentials.secrets,
            check=self._check,
        )

    def _fetch(self, release: Release, record: BuildRecord) -> Fetched:
        """What it left; of a failed one the result bundle, if there is one.

        Raises:
            MacError: the job failed, and why.
        """
        self._check()
        fetched = fetch_results(
            self.machine, release.results, self.folder, self.console
        )
        write_record(self.folder, self.host.name, release.name, record, fetched)
        if record.status:
            raise failure(record, self.host.name)
        return fetched


def brief(facts: Facts) -> str:
    """`macOS 26.4, Xcode 27.0, CocoaPods 1.16.2`."""
    parts = (
        ("macOS", facts.macos.version),
        ("Xcode", facts.xcode.version),
        ("CocoaPods", facts.cocoapods.version),
    )
    return ", ".join(f"{name} {version or '?'}" for name, version in parts)
