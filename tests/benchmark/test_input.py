"""benchmark.input, on a file of a few megabytes."""

import importlib.util
import os

import pytest

from shopcam.benchmark.input import NAMES, benchmark_input
from shopcam.errors import ToolError, UsageError


@pytest.mark.tf
def test_all_ways_are_measured_in_one_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shopcam.benchmark.input.POOL", 20)
    monkeypatch.setenv("SHOPCAM_CACHE", "elsewhere")
    said: list[int] = []
    found = benchmark_input(
        gigabytes=0.002,
        rounds=1,
        threads=1,
        images=150,
        progress=lambda done, of: said.append(done),
    )
    assert [rate.name for rate in found.rates] == list(NAMES.values())
    assert found.rates[0].of_simplejpeg == 1.0
    assert found.rates[2].of_tensorflow == 1.0
    assert all(rate.per_second > 0 for rate in found.rates)
    assert found.epoch.images > 250
    assert 1.5e6 < found.size_bytes < 3e6
    assert found.epoch.anonymous_bytes[1] > 1e6
    assert said[-1] == 194
    assert os.environ["SHOPCAM_CACHE"] == "elsewhere"


@pytest.mark.parametrize(
    "wrong",
    [{"gigabytes": 0}, {"gigabytes": 5000}, {"rounds": 0}, {"threads": 4096}],
)
def test_what_nothing_can_be_measured_with_is_refused(
    wrong: dict[str, int],
) -> None:
    name, value = next(iter(wrong.items()))
    with pytest.raises(UsageError, match=f"{name}={value}"):
        benchmark_input(**wrong)  # type: ignore[arg-type]


def test_without_pymongo_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolError, match="pip install pymongo"):
        benchmark_input()
