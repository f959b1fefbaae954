"""The benchmark: what it runs, and how it reckons."""

import sys
from pathlib import Path

import pytest

from shopcam.benchmark.integrate import benchmark_integrate, combine, command
from shopcam.errors import ToolError, UsageError
from shopcam.paths import MODELS

YARDSTICK = "TF 1.8 freeze_graph + TransformGraph"


def test_a_ratio_is_taken_within_each_round() -> None:
    """The machine slowed down to half: the ratio does not notice."""
    rows = [
        {YARDSTICK: {"seconds": 4}, "ours": {"seconds": 1, "peak_bytes": 7}},
        {YARDSTICK: {"seconds": 8}, "ours": {"seconds": 2, "peak_bytes": 9}},
    ]
    measure = combine("ours", rows)
    assert measure.ratio == 0.25
    assert measure.peak_bytes == 9
    assert measure.seconds == 1.5


def test_without_a_yardstick_there_is_no_ratio() -> None:
    assert combine("ours", [{"ours": {"seconds": 1}}]).ratio is None


def test_every_stage_is_measured_on_real_files(tmp_path: Path) -> None:
    stages = command(
        sys.executable,
        "-m",
        "shopcam.benchmark.stages",
        MODELS / "demo" / "model.yaml",
        tmp_path,
    )
    for name in ("export", "freeze", "optimize", "legalize", "memory_map"):
        assert stages[name]["seconds"] > 0
        assert stages[name]["peak_bytes"] > 10_000_000
    assert (tmp_path / "memmapped.pb").is_file()


def test_a_program_that_fails_is_named_with_its_last_words() -> None:
    with pytest.raises(ToolError, match=r"-c raise .*: ValueError: no"):
        command(sys.executable, "-c", "raise ValueError('no')")


def test_a_python_that_does_not_exist_is_named() -> None:
    with pytest.raises(ToolError, match=r"nowhere/python"):
        benchmark_integrate(python36="nowhere/python")


def test_no_rounds_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        benchmark_integrate(rounds=0)
