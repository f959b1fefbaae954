"""What every test shares: quiet TensorFlow, no network, no user's files.

With SHOPCAM_NO_SKIPS=1 (as .ci/run sets it) a test that would be skipped
fails: what CI does not run is not proven.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from shopcam.benchmark.memory import field_bytes
from shopcam.dataset.workers import cores

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

# Two busy cores make any deadline a coin toss; derandomised, a failure in CI
# is the failure that the developer sees.
settings.register_profile("shopcam", deadline=None, derandomize=True)
settings.load_profile("shopcam")

# What brings a program that is not called as its package.
PACKAGES = {
    "clang++": "clang",
    "aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu",
    "ps": "procps",
    "qemu-aarch64": "qemu-user",
    "shasum": "perl",
    "ssh": "openssh-client",
    "sshd": "openssh-server",
}

# Folders whose tests share what takes a compiler or Bazel half a minute.
BUILT_ONCE = ("tests/camera/", "tests/toolchain/bazel/")

# A test process with what it starts took up to 2 GB; more than four of them
# wait for the folders that are given out whole.
MOST_PROCESSES, PROCESS_BYTES = 4, 2.5e9

LOCAL = ("127.0.0.1", "::1", "localhost")


class ByFile(LoadScopeScheduling):
    """Gives each worker whole files, and a folder whole that builds once."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in BUILT_ONCE:
            if nodeid.startswith(folder):
                return folder
        return nodeid.partition("::")[0]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes `pytest -n auto` takes: as cores and memory allow."""
    allowed = min(cores(), MOST_PROCESSES)
    memory = Path("/proc/meminfo")
    if memory.exists():
        room = field_bytes(memory, "MemAvailable:")
        allowed = min(allowed, int(room // PROCESS_BYTES))
    return max(1, allowed)


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadScopeScheduling:
    """Says how `pytest -n` shares the tests out."""
    return ByFile(config, log)


@pytest.fixture(autouse=True)
def refuse_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a connection to any other machine an error."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            self.close()
            raise RuntimeError(f"a test connects to {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def refuse_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Gives every test an empty home; only the cache of runtimes is real."""
    cache = os.environ.get("SHOPCAM_CACHE") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        / "shopcam"
    )
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SHOPCAM_CACHE", cache)
    yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose programs are missing, and says how to get them."""
    wanted = ["g++"] if item.get_closest_marker("native") else []
    for mark in item.iter_markers("needs"):
        wanted += mark.args
    # A user who is not root has sshd, but not on PATH.
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    if missing := [
        each for each in wanted if not shutil.which(each, path=path)
    ]:
        packages = [PACKAGES.get(name, name) for name in missing]
        pytest.skip(f"sudo apt-get install {' '.join(packages)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turns a skip into a failure where none may be."""
    report = yield
    if report.skipped and os.environ.get("SHOPCAM_NO_SKIPS") == "1":
        report.outcome = "failed"
        reason = report.longrepr[2] if report.longrepr else "no reason given"
        report.longrepr = f"SHOPCAM_NO_SKIPS=1, and {item.nodeid}: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Iterator[None]:
    """The same for a module that skips itself whole."""
    report = yield
    if report.skipped and os.environ.get("SHOPCAM_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"SHOPCAM_NO_SKIPS=1, and {collector.nodeid} skips"
    return report
