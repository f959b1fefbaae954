"""Bazel's command line, compared with golden files.

SHOPCAM_GOLDEN=write writes them.
"""

import os
from pathlib import Path

import pytest

from shopcam.toolchain.bazel.command import Bazel, build_command, place_command
from shopcam.toolchain.bazel.machine import Machine, this_machine
from shopcam.toolchain.bazel.settings import BazelSettings

GOLDEN = Path(__file__).parent / "golden"
MACHINE = Machine(cores=8, memory_mb=12_000)
OLD = Bazel(("bazel",), "0.21.0", "installed")
BAZEL = Bazel(("/opt/bazel",), "0.26.1", "path")
CONTAINER = Bazel(
    ("docker", "run", "--rm", "-v/src:/src", "-w/src", "tf:1.15", "bazel"),
    "0.26.1",
    "prefix",
)
CASES = {
    "defaults": (BAZEL, BazelSettings()),
    "before_0_24": (OLD, BazelSettings()),
    "container": (
        CONTAINER,
        BazelSettings(startup_options=("--output_user_root=/src/out",)),
    ),
    "caches_and_limits": (
        BAZEL,
        BazelSettings(
            options=("--config=opt", "--remote_executor=grpc://farm"),
            jobs=50,
            memory_mb=64_000,
            disk_cache="/var/cache/bazel",
            remote_cache="grpc://cache.local:9092",
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_command_is_the_golden_one(name: str) -> None:
    bazel, settings = CASES[name]
    lines = [
        *build_command(bazel, settings, MACHINE),
        "",
        *place_command(bazel, settings),
    ]
    text = "\n".join(lines) + "\n"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("SHOPCAM_GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


def test_a_small_machine_compiles_one_file_at_a_time() -> None:
    assert Machine(cores=64, memory_mb=1_500).jobs(1_500) == 1
    assert Machine(cores=64, memory_mb=16_000).jobs(16_000) == 8
    assert Machine(cores=2, memory_mb=16_000).jobs(16_000) == 2


def test_this_machine_has_something_to_give() -> None:
    machine = this_machine()
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 100 < machine.memory_mb <= pages / 1_000_000 * 2 / 3


def test_a_containers_limit_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("3000000000\n")
    places = (str(limit), str(tmp_path / "none"))
    monkeypatch.setattr("shopcam.toolchain.bazel.machine.LIMITS", places)
    assert this_machine().memory_mb == 2000
    limit.write_text("max\n")
    assert this_machine().memory_mb != 2000
