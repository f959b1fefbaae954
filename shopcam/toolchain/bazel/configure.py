"""TensorFlow's configure, answered without a prompt.

Its questions and the variables that answer them were read in configure.py of
1.8, 1.13 and 1.15 and of 2.1. What no variable answers is asked on a closed
standard input, and configure takes its own default.
"""

import contextlib
import hashlib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import sha256, write_text
from shopcam.errors import ToolError
from shopcam.toolchain.bazel.command import Bazel, started
from shopcam.toolchain.bazel.settings import BazelSettings

# The graph tools run on this machine's CPU and need nothing of all this.
OFF = (
    *("TF_NEED_GCP", "TF_NEED_HDFS", "TF_NEED_S3", "TF_NEED_AWS"),
    *("TF_NEED_KAFKA", "TF_NEED_IGNITE", "TF_NEED_NGRAPH", "TF_NEED_AURORA"),
    *("TF_NEED_JEMALLOC", "TF_NEED_MKL", "TF_NEED_GDR", "TF_NEED_VERBS"),
    *("TF_NEED_MPI", "TF_NEED_OPENCL", "TF_NEED_OPENCL_SYCL"),
    *("TF_NEED_COMPUTECPP", "TF_NEED_ROCM", "TF_NEED_CUDA"),
    *("TF_NEED_TENSORRT", "TF_CUDA_CLANG", "TF_DOWNLOAD_CLANG"),
    *("TF_ENABLE_XLA", "TF_SET_ANDROID_WORKSPACE", "TF_CONFIGURE_IOS"),
)
WRITTEN = ".tf_configure.bazelrc"
QUESTION = re.compile(r"^.*?\[(?:y/N|Y/n|Default is .*?)\]: ?|^Please .*", re.M)
PATIENCE_S = 300


@dataclass(frozen=True)
class Configured:
    """A configured tree.

    Attributes:
        again: whether configure ran now.
        open: questions that no variable answers; configure took its default.
    """

    again: bool
    open: tuple[str, ...] = ()


def answers(settings: BazelSettings) -> dict[str, str]:
    """The variables that answer configure; those of fabric.yaml win."""
    return {
        **dict.fromkeys(OFF, "0"),
        # Of the build's own Python steps; it must have NumPy.
        "PYTHON_BIN_PATH": sys.executable,
        "USE_DEFAULT_PYTHON_LIB_PATH": "1",
        # What `--config=opt` means; the tools need not be fast, and run on
        # any machine that has the cache.
        "CC_OPT_FLAGS": "-Wno-sign-compare",
        **settings.configure,
    }


def configure(
    tree: Path,
    bazel: Bazel,
    settings: BazelSettings,
    log: Path,
    *,
    force: bool = False,
) -> Configured:
    """Runs the tree's configure where anything has changed since.

    Args:
        tree: TensorFlow's sources.
        bazel: what configure is to find as `bazel`.
        settings: fabric.yaml's section.
        log: where everything that it says goes, appended.
        force: run it in any case.

    Raises:
        ToolError: it fails; holds its last words and the question.
    """
    given = answers(settings)
    note = log.parent / f"configured-{short_name(tree)}"
    if not force and read(note) == state(tree, bazel, given):
        return Configured(again=False)
    note.unlink(missing_ok=True)
    written = tree / WRITTEN
    before = modified(written)
    done = call(tree, bazel, settings)
    with open(log, "a", encoding="utf-8") as stream:
        stream.write(f"$ {shlex.join(done.args)}\n{done.stdout}\n")
    # It leaves with status 0 where it finds no Bazel at all.
    if done.returncode != 0 or modified(written) == before:
        raise refused(tree, done, log)
    write_text(note, state(tree, bazel, given))
    return Configured(True, tuple(questions(done.stdout)))


def short_name(tree: Path) -> str:
    """What tells this tree from others in a file's name."""
    return hashlib.sha256(str(tree.resolve()).encode()).hexdigest()[:8]


def state(tree: Path, bazel: Bazel, given: Mapping[str, str]) -> str:
    """All that configure's result depends on, and its result."""
    files = (*scripts(tree), tree / WRITTEN)
    parts = [
        bazel.version,
        *(f"{name}={value}" for name, value in sorted(given.items())),
        *(sha256(path) if path.is_file() else "none" for path in files),
    ]
    return "\n".join(parts)


def scripts(tree: Path) -> tuple[Path, Path]:
    """The script that is called, and the one that asks."""
    return tree / "configure", tree / "configure.py"


def read(path: Path) -> str | None:
    """A file's text, where there is one."""
    return path.read_text("utf-8") if path.is_file() else None


def modified(path: Path) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def call(
    tree: Path, bazel: Bazel, settings: BazelSettings
) -> "subprocess.CompletedProcess[str]":
    """Runs configure with every answer in the environment, none on stdin."""
    given = answers(settings)
    shell, script = scripts(tree)
    if shell.is_file():
        command = ["/bin/bash", str(shell)]
    else:
        command = [given["PYTHON_BIN_PATH"], str(script)]
    with bazel_on_path(started(bazel, settings)) as folder:
        path = f"{folder}:{os.environ.get('PATH', os.defpath)}"
        try:
            return subprocess.run(
                command,
                cwd=tree,
                env={**bazel.variables, **given, "PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE_S,
                errors="replace",
            )
        except subprocess.TimeoutExpired as error:
            text = f"no end after {PATIENCE_S} s"
            return subprocess.CompletedProcess(error.cmd, 1, text)
        except OSError as error:
            return subprocess.CompletedProcess(command, 1, str(error))


@contextlib.contextmanager
def bazel_on_path(command: Sequence[str]) -> Iterator[str]:
    """A folder in which our Bazel is called `bazel`, as configure calls it."""
    with tempfile.TemporaryDirectory(prefix="shopcam-") as folder:
        script = Path(folder) / "bazel"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        script.chmod(0o755)
        yield folder


def questions(text: str) -> Iterator[str]:
    """The questions in what configure printed, without their defaults."""
    for match in QUESTION.finditer(text):
        yield match[0].strip()


def refused(
    tree: Path, done: "subprocess.CompletedProcess[str]", log: Path
) -> ToolError:
    """The error of a configure that has left no configuration."""
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    asked = list(questions(done.stdout))
    found = lines[-1] if lines else f"status {done.returncode}"
    if asked:
        found += f"; it asked last: {asked[-1]}"
    return ToolError(
        f"TensorFlow's configure must end in {WRITTEN}.",
        found,
        "answer it with its variable under `bazel: configure:` in "
        f"fabric.yaml, e.g. PYTHON_BIN_PATH; the rest stands in {log}",
    )
