"""What a host lacks, decided from facts."""

import dataclasses
import re
from collections.abc import Mapping

import pytest

from shopcam.cluster.checks import refusal
from shopcam.cluster.facts import PACKAGES, Facts
from shopcam.cluster.hosts import TrainingHost
from shopcam.paths import ROOT

VERSIONS = {name: "1.0" for name in PACKAGES}
GOOD = Facts(
    python="3.11.7",
    packages=VERSIONS,
    gpus=8,
    seen_gpus=8,
    catalogue={"train.bson": 58_000_000_000, "category_names.csv": 401_004},
    address="10.1.0.8",
)
HOST = TrainingHost(name="gpu2", interface="ib0")
PLACE = "/data/cdiscount"


def without(name: str) -> Mapping[str, str]:
    return {**VERSIONS, name: ""}


def test_a_host_that_has_all_is_not_refused() -> None:
    assert refusal(HOST, GOOD, GOOD, PLACE) is None


@pytest.mark.parametrize(
    ("change", "found", "how"),
    [
        ({"python": "3.9.2"}, "Python 3.9.2, and 3.10", "fab hosts.setup"),
        ({"python": "3.12.1"}, "Python 3.12, and the first", "the same Python"),
        ({"packages": without("keras")}, "no keras in", "fab hosts.setup"),
        (
            {"packages": {**VERSIONS, "tensorflow": "2.20.0"}},
            "tensorflow 2.20.0, and the first host has 1.0",
            "fab hosts.setup --hosts=gpu2",
        ),
        ({"seen_gpus": 0}, "8 GPUs, of which TensorFlow sees 0", "and-cuda"),
        (
            {"gpus": 4, "seen_gpus": 4},
            "4 GPUs, and the first host has 8",
            "CUDA_VISIBLE_DEVICES",
        ),
        ({"address": ""}, "no address of an interface ib0", "ip -4 addr"),
        ({"catalogue": None}, f"no catalogue at {PLACE}", "copy it there"),
        (
            {"catalogue": {"train.bson": 5, "category_names.csv": 401_004}},
            "train.bson: 5 B, there 58,000,000,000 B",
            "rsync",
        ),
        (
            {"catalogue": {"train.bson": 58_000_000_000}},
            "category_names.csv: missing, there 401,004 B",
            "rsync",
        ),
    ],
)
def test_what_is_missing_is_named_and_mended(
    change: dict[str, object], found: str, how: str
) -> None:
    facts = dataclasses.replace(GOOD, **change)  # type: ignore[arg-type]
    error = refusal(HOST, facts, GOOD, PLACE)
    assert error
    assert found in error.found
    assert how in error.next_step


def test_a_recipe_that_draws_its_catalogue_needs_none() -> None:
    facts = dataclasses.replace(GOOD, catalogue=None)
    assert refusal(HOST, facts, GOOD, "") is None


def test_the_packages_that_are_asked_for_are_those_that_are_installed() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text.partition("dependencies = [")[2].partition("]")[0]
    named = set(re.findall(r'^\s+"([A-Za-z0-9_-]+)', section, re.MULTILINE))
    assert set(PACKAGES) <= named
