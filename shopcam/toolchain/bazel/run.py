"""One run of Bazel over a tree: configured, built, and where it lies."""

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import Console, Stage
from shopcam.errors import ToolError
from shopcam.paths import shown
from shopcam.toolchain.bazel.command import Bazel, build_command, place_command
from shopcam.toolchain.bazel.configure import configure
from shopcam.toolchain.bazel.failure import first_failure
from shopcam.toolchain.bazel.log import BuildProgress, masked, run_logged
from shopcam.toolchain.bazel.machine import this_machine
from shopcam.toolchain.bazel.settings import BazelSettings


@dataclass(frozen=True)
class BazelRun:
    """What builds where.

    Attributes:
        tree: TensorFlow's sources.
        bazel: a Bazel that they accept.
        settings: fabric.yaml's section.
        console: where the run is shown.
        log: where Bazel's whole output goes.
    """

    tree: Path
    bazel: Bazel
    settings: BazelSettings
    console: Console
    log: Path

    def run(self, force: bool) -> Path:
        """The folder `bazel-bin` of a build that has succeeded.

        Args:
            force: configure in any case.

        Raises:
            ToolError: configure or the build failed; holds its first error.
            KeyboardInterrupt: Ctrl-C; Bazel has ended.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        self.configure(force)
        self.console.note(
            f"Bazel {self.bazel.version}; its whole output: {shown(self.log)}"
        )
        with self.console.stage("bazel") as stage:
            self.build(stage)
            stage.at("finding what was built")
            return self.place()

    def configure(self, force: bool) -> None:
        """Runs TensorFlow's configure where anything has changed."""
        with self.console.stage("configure"):
            configured = configure(
                self.tree, self.bazel, self.settings, self.log, force=force
            )
        for question in configured.open:
            self.console.note(
                f"  configure asked, and took its default: {question}\n"
                "  a variable in bazel.configure answers it"
            )

    def build(self, stage: Stage) -> None:
        """Runs `bazel build`."""
        command = build_command(self.bazel, self.settings, this_machine())
        with open(self.log, "a", encoding="utf-8") as stream:
            stream.write(masked(f"$ {shlex.join(command)}\n"))
        try:
            status, lines = run_logged(
                command,
                folder=self.tree,
                environment=self.bazel.variables,
                log=self.log,
                take=BuildProgress(self.console, stage).take,
            )
        except KeyboardInterrupt:
            self.console.note(
                "Bazel has stopped; fab tensorflow.build goes on from what "
                "it has compiled."
            )
            raise
        if status != 0:
            failure = first_failure(lines)
            raise ToolError(
                "Bazel must build TensorFlow's graph tools.",
                failure.error,
                f"{failure.advice}; the whole log: {shown(self.log)}",
            )

    def place(self) -> Path:
        """The folder `bazel-bin` that these options build in.

        Raises:
            ToolError: Bazel does not say.
        """
        done = subprocess.run(
            place_command(self.bazel, self.settings),
            cwd=self.tree,
            env=self.bazel.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        lines = done.stdout.split()
        if done.returncode != 0 or not lines:
            raise ToolError(
                "Bazel must say where it has built the tools.",
                first_failure(done.stderr.splitlines()).error,
                "correct bazel.options in fabric.yaml",
            )
        return Path(lines[-1])
