"""The workflows for GitHub, which nothing here runs, name what there is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shopcam.macos.host import hosts
from shopcam.paths import ROOT
from tasks import collect

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Every step of every job."""
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        yield from job["steps"]


def lines(path: Path) -> list[str]:
    """Every command line."""
    texts = [step["run"] for step in steps(path) if "run" in step]
    return [line for text in texts for line in text.splitlines()]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_task_and_target_exists(path: Path) -> None:
    text = "\n".join(lines(path))
    tasks = {context.name for context in collect().to_contexts()}
    assert set(re.findall(r"\bfab ([\w.]+)", text)) <= tasks
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake (\w+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for program in re.findall(r"^(\.\S+/\S+)", text, re.MULTILINE):
        assert program.startswith(".venv/") or (ROOT / program).is_file()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_job_downloads_another_uploads(path: Path) -> None:
    names: dict[str, set[str]] = {"upload": set(), "download": set()}
    for step in steps(path):
        if match := re.match(r"actions/(\w+)-artifact@", step.get("uses", "")):
            names[match[1]].add(step["with"]["name"])
    assert names["download"] <= names["upload"]


def test_the_runner_is_a_local_host() -> None:
    (line,) = [
        line for path in WORKFLOWS for line in lines(path) if "mac:" in line
    ]
    written = line.partition('"')[2].partition('"')[0]
    (here,) = hosts(yaml.safe_load(written)["mac"])
    assert here.local
