"""Which Bazel is taken, with real ones and with scripts that say versions."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.toolchain.bazel.bounds import Bounds
from shopcam.toolchain.bazel.find import find_bazel
from shopcam.toolchain.bazel.settings import BazelSettings
from tests.toolchain.bazel.workshop import NEWER, OLDER

BOUNDS = Bounds("", "0.24.1", "0.26.1", "configure.py")
NEW_BOUNDS = Bounds("2.1.0", "", "", ".bazelversion")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder before the system's own on PATH, which has no Bazel."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def own(root: Path, **keys: str) -> BazelSettings:
    """Settings with a folder for what Bazel unpacks."""
    return BazelSettings(
        startup_options=(f"--output_user_root={root}",), **keys
    )


def test_an_old_bazel_that_knows_no_version_option_tells_its_version(
    path: Path, root: Path, bazel: Path
) -> None:
    (path / "bazel").symlink_to(bazel)
    found = find_bazel(own(root), BOUNDS)
    assert (found.version, found.kind) == (OLDER, "installed")
    assert found.command == (str(path / "bazel"),)


def test_a_new_bazel_answers_without_being_unpacked(
    tmp_path: Path, newer_bazel: Path
) -> None:
    settings = own(tmp_path / "out", command=str(newer_bazel))
    found = find_bazel(settings, NEW_BOUNDS)
    assert (found.version, found.kind) == (NEWER, "path")
    assert not (tmp_path / "out").exists()


def test_a_wrong_version_says_both(path: Path, newer_bazel: Path) -> None:
    (path / "bazel").symlink_to(newer_bazel)
    with pytest.raises(ToolError) as caught:
        find_bazel(BazelSettings(), BOUNDS)
    assert caught.value.rule == (
        "These sources of TensorFlow are built by Bazel 0.24.1 to 0.26.1 "
        "(configure.py)."
    )
    assert caught.value.found == f"{path}/bazel is Bazel 2.1.0"


def test_without_any_bazel_every_way_to_one_is_named(path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        find_bazel(BazelSettings(), BOUNDS)
    assert caught.value.found == "neither bazel nor bazelisk on PATH"
    for way in (
        "npm install -g @bazel/bazelisk",
        "npm pack @bazel/bazel-linux_x64@0.26.1",
        "github.com/bazelbuild/bazel/releases/tag/0.26.1",
        "docker run",
        "docs/tensorflow-1.15.md",
    ):
        assert way in caught.value.next_step


def test_the_configured_command_is_the_only_one_tried(
    path: Path, tmp_path: Path
) -> None:
    script(path, "bazel", "echo bazel 0.26.1")
    with pytest.raises(ToolError) as caught:
        find_bazel(BazelSettings(command="/no/bazel"), BOUNDS)
    assert caught.value.found == "bazel.command: /no/bazel tells no version"


def test_a_prefix_with_arguments_is_started_in_the_tree(
    path: Path, tmp_path: Path
) -> None:
    script(path, "container", 'shift; pwd > "$1"; echo bazel 0.26.0')
    note = tmp_path / "where it ran"
    settings = BazelSettings(command=f"container run '{note}' bazel")
    found = find_bazel(settings, BOUNDS, tmp_path)
    assert found.command == ("container", "run", str(note), "bazel")
    assert (found.version, found.kind) == ("0.26.0", "prefix")
    assert note.read_text().strip() == str(tmp_path)


def test_a_bazelisk_under_the_name_bazel_is_told_the_version(
    path: Path,
) -> None:
    script(path, "bazel", 'echo "bazel $USE_BAZEL_VERSION"')
    assert find_bazel(BazelSettings(), BOUNDS).version == "0.26.1"


def test_what_prints_no_version_is_passed_over(path: Path) -> None:
    script(path, "bazel", "exit 1")
    script(path, "bazelisk", "echo Build label: 0.25.1")
    found = find_bazel(BazelSettings(), BOUNDS)
    assert (found.version, found.kind) == ("0.25.1", "bazelisk")


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *message: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, bazel: Path) -> Iterator[str]:
    """The address of a folder laid out as Bazel's releases are."""
    place = tmp_path / "mirror" / OLDER
    place.mkdir(parents=True)
    os.link(shutil.copy(bazel, tmp_path), place / bazel.name)
    handler = functools.partial(Silent, directory=tmp_path / "mirror")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_bazelisk_brings_the_version_that_fits(
    path: Path,
    tmp_path: Path,
    root: Path,
    bazelisk: Path,
    mirror: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (path / "bazelisk").symlink_to(bazelisk)
    monkeypatch.setenv("BAZELISK_BASE_URL", mirror)
    monkeypatch.setenv("BAZELISK_HOME", str(tmp_path / "home"))
    found = find_bazel(own(root), BOUNDS)
    assert (found.version, found.kind) == (OLDER, "bazelisk")
    assert found.variables["USE_BAZEL_VERSION"] == OLDER
