"""The runtimes of the phone's generation, fetched from PyPI into the cache.

The wheels of TensorFlow 1.x still come by pip, and need no Python of their
age: only their library and its headers are unpacked.
"""

import contextlib
import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import sha256
from shopcam.errors import ToolError, UsageError
from shopcam.paths import cache_folder
from shopcam.verify.wheels import WHEELS, Wheel

SUPPORTED = tuple(WHEELS)
# What the app may meet: the pod is 1.1's code, its authors worked with 1.8.
USUAL = ("1.1", "1.8")

LIBRARY = "python/_pywrap_tensorflow_internal.so"


@dataclass(frozen=True)
class Runtime:
    """One unpacked TensorFlow 1.x: its library and its headers.

    Attributes:
        version: the generation as a card names it, `1.1`.
        release: the wheel's own version, `1.1.0`.
        folder: holds python/, include/ and, from 1.8 on, the framework.
    """

    version: str
    release: str
    folder: Path

    @property
    def libraries(self) -> list[Path]:
        """The shared libraries to link with."""
        framework = sorted(self.folder.glob("libtensorflow_framework.so*"))
        return [self.folder / LIBRARY, *framework[:1]]


def find_runtime(version: str) -> Runtime | None:
    """The runtime of that generation if it was fetched; uses no network.

    Raises:
        UsageError: no runtime is known for that version.
    """
    wheel = wheel_of(version)
    runtime = Runtime(version, wheel.release, folder_of(wheel))
    return runtime if runtime.folder.is_dir() else None


def fetch_runtime(
    version: str, progress: Callable[[str], None] = lambda line: None
) -> Runtime:
    """The runtime of that generation, downloaded if it is not there yet.

    A folder of wheels in `SHOPCAM_RUNTIME_WHEELS` serves a machine without
    network. Two processes may call this at once: the second one waits.

    Args:
        version: `1.1`, `1.8`, `1.13` or `1.15`.
        progress: called with a line of text before each slow step.

    Raises:
        UsageError: no runtime is known for that version.
        ToolError: no x86-64 Linux, no pip, no network, no room, or a wheel
            that is not the expected one.
    """
    wheel = wheel_of(version)
    refuse_other_machines()
    folder = folder_of(wheel)
    with room_for(wheel), locked(folder, progress):
        found = find_runtime(version)
        if found:
            return found
        for left_over in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent
        ) as name:
            install(wheel, Path(name), folder, progress)
    return Runtime(version, wheel.release, folder)


def install(
    wheel: Wheel,
    staging: Path,
    folder: Path,
    progress: Callable[[str], None],
) -> None:
    """Brings the wheel into `staging`, and what it holds to `folder`."""
    file = given_wheel(wheel)
    if file is None:
        progress(f"downloading {wheel.file} ({wheel.megabytes} MB)")
        file = download(wheel, staging)
    refuse_wrong_bytes(wheel, file)
    progress(f"unpacking {wheel.file}")
    unpack(file, staging / "runtime")
    os.replace(staging / "runtime", folder)


def wheel_of(version: str) -> Wheel:
    """The wheel that stands for a generation."""
    if version not in WHEELS:
        raise UsageError(
            "A runtime's version must be one that shopcam knows.",
            version,
            "choose one of " + ", ".join(WHEELS),
        )
    return WHEELS[version]


def folder_of(wheel: Wheel) -> Path:
    """Where the wheel's runtime lies once it is there."""
    return cache_folder() / "runtimes" / f"tensorflow-{wheel.release}"


def refuse_other_machines() -> None:
    """Raises where the wheels cannot run."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) != ("Linux", "x86_64"):
        raise ToolError(
            "The check in the phone's runtime needs x86-64 Linux.",
            f"{system} on {machine}",
            "run it on such a machine; the static check runs everywhere",
        )


@contextlib.contextmanager
def locked(folder: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock beside `folder`; it dies with the process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process that fetches the same")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def room_for(wheel: Wheel) -> Iterator[None]:
    """Within the block, a full disk or a forbidden folder is a ToolError."""
    try:
        yield
    except OSError as error:
        raise ToolError(
            f"The cache must take TensorFlow {wheel.release}.",
            f"{cache_folder()}: {error.strerror or error}",
            make_room(wheel),
        ) from error


def given_wheel(wheel: Wheel) -> Path | None:
    """The wheel in the folder that `SHOPCAM_RUNTIME_WHEELS` names, if set.

    Raises:
        ToolError: it is set, and the wheel is not there.
    """
    given = os.environ.get("SHOPCAM_RUNTIME_WHEELS")
    if not given:
        return None
    file = Path(given).expanduser() / wheel.file
    if not file.is_file():
        raise ToolError(
            "SHOPCAM_RUNTIME_WHEELS must name a folder with the wheels.",
            f"no {wheel.file} in {given}",
            f"bring it there, on a machine with network: {command(wheel)}",
        )
    return file


def download(wheel: Wheel, staging: Path) -> Path:
    """The wheel, downloaded by the user's own pip and its settings.

    Raises:
        ToolError: there is no pip, or it failed; says why.
    """
    done = subprocess.run(
        [sys.executable, *arguments(wheel), "--dest", str(staging)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        # /tmp may be a small file system, and pip unpacks there.
        env={**os.environ, "TMPDIR": str(staging)},
    )
    if done.returncode:
        raise download_error(wheel, done.stdout)
    return staging / wheel.file


def arguments(wheel: Wheel) -> list[str]:
    """What follows `python` to download the wheel."""
    return [
        *("-m", "pip", "--disable-pip-version-check", "download"),
        *("--no-input", "--no-deps", "--only-binary=:all:"),
        # At least one: pip names the broken connection only as it retries.
        *("--retries", "2"),
        *("--implementation", "cp", "--python-version", wheel.python),
        *("--abi", wheel.abi, "--platform", wheel.platform),
        f"tensorflow=={wheel.release}",
    ]


def command(wheel: Wheel) -> str:
    """The command line that downloads the wheel."""
    return " ".join(["python", *arguments(wheel)])


def download_error(wheel: Wheel, said: str) -> ToolError:
    """The error for a pip that failed, with what helps against its reason."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    found = (errors or lines or ["pip said nothing"])[-1]
    next_step = f"try it by hand: {command(wheel)}"
    if "No module named pip" in said:
        next_step = f"install pip: {sys.executable} -m ensurepip"
    elif "No space left on device" in said:
        found = f"{cache_folder()}: No space left on device"
        next_step = make_room(wheel)
    elif "onnection" in said or "timed out" in said:
        found = f"no connection to the package index; {found}"
        next_step = (
            "check network and proxy, or put the wheel into a folder and "
            "name that in SHOPCAM_RUNTIME_WHEELS"
        )
    return ToolError(
        f"pip must download TensorFlow {wheel.release}.", found, next_step
    )


def make_room(wheel: Wheel) -> str:
    """What to do about a cache that is full or forbidden."""
    return (
        f"make {wheel.megabytes * 5} MB of room there, or name another "
        "folder in SHOPCAM_CACHE"
    )


def refuse_wrong_bytes(wheel: Wheel, file: Path) -> None:
    """Raises unless the file is, by its SHA-256, the wheel that was tried."""
    found = sha256(file)
    if found != wheel.sha256:
        raise ToolError(
            f"{wheel.file} must have the SHA-256 {wheel.sha256}.",
            found,
            "remove the file and fetch it from pypi.org",
        )


def unpack(file: Path, folder: Path) -> None:
    """The wheel's libraries and headers under `folder`, paths made alike."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            path = wanted_path(member.filename)
            if path and not member.is_dir():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out, 1 << 20)


def wanted_path(name: str) -> str | None:
    """Where a wheel's member goes, or None for what is not needed.

    The releases differ: their package is tensorflow or tensorflow_core, all
    of it or part under *.data/purelib, and 1.8 keeps nsync apart.
    """
    if ".data/purelib/" in name:
        name = name.partition(".data/purelib/")[2]
    if name.startswith("external/nsync/public/"):
        return f"include/{name}"
    package, _, path = name.partition("/")
    if package not in ("tensorflow", "tensorflow_core"):
        return None
    wanted = ("include/", LIBRARY, "libtensorflow_framework.so")
    return path if path.startswith(wanted) else None
