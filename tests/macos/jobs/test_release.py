"""Releases on the Mac: made whole, kept, removed."""

import os
from pathlib import Path

import pytest

from shopcam.errors import MacError
from shopcam.macos.jobs.job import start
from shopcam.macos.jobs.release import (
    Build,
    State,
    builder_id,
    builds,
    make_release,
    outdated,
    remove,
)
from shopcam.macos.model_folder import ModelFolder, Release
from shopcam.macos.ssh.ssh_machine import SshMachine
from tests.macos.sshd import Mac

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
MODEL = ModelFolder("~/Shop Cam/demo")
STAGING = MODEL.staging("me")


@pytest.fixture
def staging(mac: Mac) -> Path:
    """A staging folder with a bundle, on the disk of the Mac."""
    folder = mac.home / "Shop Cam/demo/staging-me"
    (folder / "core").mkdir(parents=True)
    (folder / "core/pixels.cc").write_text("int x;\n")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    return folder


def build(name: str, state: State) -> Build:
    return Build(Release(name, f"~/{name}"), state, None, "")


def test_a_release_is_a_copy_that_staging_changes_no_more(
    machine: SshMachine, mac: Mac, staging: Path
) -> None:
    release = make_release(machine, MODEL, STAGING)
    assert release.model == "demo"
    (staging / "core/pixels.cc").write_text("int y;\n")
    copy = mac.home / release.camera.removeprefix("~/")
    assert (copy / "core/pixels.cc").read_text() == "int x;\n"
    assert os.access(copy / "run.sh", os.X_OK)
    assert (copy.parent / "results").is_dir()


def test_a_release_that_cannot_be_made_leaves_nothing(
    machine: SshMachine, mac: Mac
) -> None:
    with pytest.raises(MacError, match="A release must be made on mac1"):
        make_release(machine, MODEL, "~/nowhere")
    assert not list((mac.home / "Shop Cam/demo/releases").iterdir())


def test_builds_are_listed_newest_first_with_their_state(
    machine: SshMachine, mac: Mac, staging: Path
) -> None:
    assert builds(machine, MODEL) == ()
    for name in ("20260101T000000Z-aaaaaa", "20260102T000000Z-bbbbbb"):
        folder = mac.home / "Shop Cam/demo/releases" / name / "job"
        folder.mkdir(parents=True)
        (folder / "started").write_text("2026-01-01T00:00:01Z\n")
        (folder / "pid").write_text("1\n")
    (folder / "status").write_text("65\n")
    new = make_release(machine, MODEL, STAGING)
    # Two of one second stand in the order of their digits.
    running = make_release(machine, MODEL, STAGING)
    start(machine, running, "sleep 30")
    found = builds(machine, MODEL)
    assert {each.release: each.state for each in found[:2]} == {
        new: "new",
        running: "running",
    }
    assert [each.state for each in found[2:]] == ["ended", "gone"]
    assert (found[2].status, found[3].status) == (65, None)
    assert found[2].started == "2026-01-01T00:00:01Z"


def test_only_old_releases_without_a_job_at_work_may_go() -> None:
    found = [
        build("e", "running"),
        build("d", "ended"),
        build("c", "running"),
        build("b", "gone"),
        build("a", "new"),
    ]
    assert [each.name for each in outdated(found, 2)] == ["b"]
    assert outdated(found, 5) == ()


def test_releases_are_removed_and_so_is_what_a_killed_copy_left(
    machine: SshMachine, mac: Mac, staging: Path
) -> None:
    release = make_release(machine, MODEL, STAGING)
    folder = mac.home / "Shop Cam/demo/releases"
    for name in (".old.part", ".new.part"):
        (folder / name).mkdir()
    os.utime(folder / ".old.part", (0, 0))
    remove(machine, MODEL, [release])
    assert [path.name for path in folder.iterdir()] == [".new.part"]


def test_two_bundles_have_two_builders(tmp_path: Path) -> None:
    assert builder_id(tmp_path / "a") != builder_id(tmp_path / "b")
    assert builder_id(tmp_path / "a") == builder_id(tmp_path / "a")
    assert builder_id(tmp_path).replace("-", "").isalnum()
