"""A build on a Mac that has xcbeautify: shown by it, kept and read as ever."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.macos.build import fleet
from shopcam.macos.jobs import watch
from shopcam.macos.log.beautified import Beautified
from tests.macos.stand_ins.install import write
from tests.macos.stand_ins.settings import calls
from tests.macos.studio import Studio, studio
from tests.until import PATIENCE_S

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby", "ps", "shasum"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A Mac with the stand-ins, xcbeautify among them."""
    # A busy machine starts a Python in some seconds.
    patient = functools.partial(Beautified, patience_s=PATIENCE_S)
    monkeypatch.setattr(watch, "Beautified", patient)
    with studio(tmp_path) as found:
        write(tmp_path / "mac1-usr-bin" / "xcbeautify", "xcbeautify")
        yield found


def shown(here: Studio) -> tuple[list[str], list[str]]:
    """The lines beneath a build's two steps, pods and build, of its raw log."""
    record = here.run(here.wanted()).record
    raw = record.log.read_text()
    assert "\nCompileC " in raw
    assert "[ShopCam]" not in raw
    assert [step.name for step in record.steps] == ["pods", "build"]
    assert record.steps[1].tally.tasks["link"] == 1
    lines = here.text.splitlines()
    begins, ends = lines.index("build       "), len(lines) - 1
    while not lines[ends].startswith("build "):
        ends -= 1
    return lines[:begins], lines[begins + 1 : ends]


def test_its_lines_are_shown_beneath_the_step(here: Studio) -> None:
    before, build = shown(here)
    assert "  Analyzing dependencies" in before
    assert "  [ShopCam] Linking ShopCam" in build
    assert any(line.startswith("  [ShopCam] Compiling ") for line in build)
    assert all(line.startswith("  [ShopCam] ") for line in build)


def test_one_that_dies_leaves_the_build_and_ours(here: Studio) -> None:
    here.is_like(beautified_lines=4, line_delay_s=0.05)
    _, build = shown(here)
    assert any(line.startswith("  compile ") for line in build) or any(
        line.startswith("  link ") for line in build
    )


def test_who_wants_quiet_asks_for_none(here: Studio) -> None:
    quiet = Console(quiet=True, stream=here.said)
    fleet.build(here.hosts(), here.wanted(), quiet)
    called = [each["program"] for each in calls(here.macs["mac1"].home)]
    assert "xcodebuild" in called
    assert "xcbeautify" not in called
    assert "Compiling" not in here.text
