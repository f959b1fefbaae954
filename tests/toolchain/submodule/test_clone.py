"""A new clone of the sources: what it holds, and how servers give it."""

import contextlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.toolchain.submodule import fetch, progress
from tests.toolchain.submodule.servers import Manners, daemon, web
from tests.toolchain.submodule.upstream import (
    SUBMODULE,
    Checkout,
    Upstream,
    contents,
    git,
)

Serving = Callable[[Path], AbstractContextManager[str]]
WAYS: dict[str, Serving] = {
    "path": lambda folder: contextlib.nullcontext(str(folder)),
    "file": lambda folder: contextlib.nullcontext(f"file://{folder}"),
    "daemon": daemon,
    "http": web,
}


def history(checkout: Checkout) -> int:
    """How many commits the clone has, whatever points to them."""
    return int(git(checkout.sources, "rev-list", "--all", "HEAD", "--count"))


def missing(checkout: Checkout) -> int:
    """How many objects of its commits the clone has left out."""
    listed = git(
        *(checkout.sources, "rev-list", "--objects", "--missing=print"),
        *("--all", "HEAD"),
    )
    return sum(line.startswith("?") for line in listed.splitlines())


@pytest.mark.parametrize("way", WAYS)
def test_one_commit_and_one_tag_come_however_they_are_served(
    way: str, checkout: Checkout
) -> None:
    with WAYS[way](checkout.upstream.folder) as remote:
        updated = checkout.update(remote=remote)
    assert updated.after.fits
    assert updated.changed
    assert history(checkout) == 1
    assert git(checkout.sources, "tag") == "v1.15.0"
    git(checkout.upstream.folder, "checkout", "--quiet", "v1.15.0")
    assert contents(checkout.sources) == contents(checkout.upstream.folder)


def test_the_repository_around_it_finds_its_submodule_clean(
    checkout: Checkout,
) -> None:
    checkout.update()
    commit = checkout.upstream.commit_of("v1.15.0")
    assert git(checkout.root, "status", "--porcelain") == ""
    assert git(checkout.root, "submodule", "status") == (
        f"{commit} {SUBMODULE} (v1.15.0)"
    )
    assert (checkout.root / ".git" / "modules" / SUBMODULE).is_dir()
    assert (checkout.sources / ".git").is_file()


def test_git_by_hand_has_nothing_left_to_do(checkout: Checkout) -> None:
    checkout.update()
    before = contents(checkout.sources)
    git(checkout.root, "submodule", "update", "--init", SUBMODULE)
    by_hand = ("submodule", "update", "--init", "--checkout", "--depth", "1")
    git(checkout.root, *by_hand, SUBMODULE)
    assert contents(checkout.sources) == before
    assert git(checkout.root, "status", "--porcelain") == ""


def test_a_submodule_made_by_hand_is_taken_as_it_is(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = ("-c", "protocol.file.allow=always")
    by_hand = ("submodule", "update", "--init", "--checkout", SUBMODULE)
    git(checkout.root, *allowed, *by_hand)
    updated = checkout.update(remote="/nowhere")
    assert not updated.changed
    assert git(checkout.root, "status", "--porcelain") == ""


def test_deinit_by_hand_and_a_new_update_need_no_new_clone(
    checkout: Checkout,
) -> None:
    checkout.update()
    git(checkout.root, "submodule", "deinit", "--force", SUBMODULE)
    assert not contents(checkout.sources)
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        assert checkout.update(remote=remote).after.fits
    assert manners.packs == 0
    assert git(checkout.root, "status", "--porcelain") == ""


def test_without_a_repository_around_it_the_clone_stands_alone(
    upstream: Upstream, tmp_path: Path
) -> None:
    unpacked = Checkout(tmp_path / "unpacked", upstream)
    commit = upstream.commit_of("v1.15.0")
    assert unpacked.update(commit=commit).after.fits
    assert (unpacked.sources / ".git").is_dir()


def test_another_folder_may_hold_the_sources(
    checkout: Checkout, tmp_path: Path
) -> None:
    folder = tmp_path / "big disk" / "tf"
    assert checkout.update(folder=str(folder)).after.fits
    assert (folder / "WORKSPACE").is_file()
    assert not contents(checkout.sources)


def test_a_commit_without_a_tag_comes_by_its_id(checkout: Checkout) -> None:
    commit = git(checkout.upstream.folder, "rev-parse", "master")
    assert checkout.update(tag="", commit=commit).after.head == commit
    assert history(checkout) == 1


def test_files_come_in_batches(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "FILES_PER_BATCH", 20)
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        checkout.update(remote=remote)
    assert manners.wanted[:3] == [1, 20, 20]
    assert missing(checkout) == 0


def test_a_later_tag_brings_only_the_files_that_differ(
    checkout: Checkout,
) -> None:
    old = checkout.upstream.commit_of("v1.14.0")
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        checkout.update(remote=remote, tag="v1.14.0", commit=old)
        first = sum(manners.wanted)
        assert checkout.update(remote=remote).after.tag == "v1.15.0"
    assert sum(manners.wanted) - first < first / 2
    assert not (checkout.sources / "only-in-1.14.0.txt").exists()
    assert (checkout.sources / "only-in-1.15.0.txt").exists()


def test_a_server_that_leaves_no_files_out_sends_them_all(
    checkout: Checkout,
) -> None:
    git(checkout.upstream.folder, "config", "uploadpack.allowFilter", "false")
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        assert checkout.update(remote=remote).after.fits
    assert manners.packs == 1


def test_a_server_that_gives_no_single_file_is_asked_for_all(
    checkout: Checkout, tmp_path: Path
) -> None:
    up = checkout.upstream.folder
    git(up, "config", "uploadpack.allowAnySHA1InWant", "false")
    (Path.home() / ".gitconfig").write_text("[protocol]\n\tversion = 0\n")
    with daemon(up) as remote:
        assert checkout.update(remote=remote).after.fits
    assert (missing(checkout), history(checkout)) == (0, 1)


def test_a_server_of_plain_files_gives_the_whole_history(
    checkout: Checkout,
) -> None:
    up = checkout.upstream.folder
    git(up, "update-server-info")
    said = io.StringIO()
    with web(up / ".git", Manners(smart=False)) as remote:
        checkout.update(Console(stream=said), remote=remote)
    assert "warning: the server gives no shallow clone" in said.getvalue()
    assert history(checkout) == 2


def test_what_was_done_is_shown_in_a_line_each(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is.
    monkeypatch.setattr(progress, "EVERY_S", float("inf"))
    said = io.StringIO()
    checkout.update(Console(stream=said))
    stages = [line.split()[0] for line in said.getvalue().splitlines()]
    assert stages == ["ask", "fetch", "checkout"]


def test_a_hook_that_runs_it_does_not_lead_it_astray(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(checkout.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    updated = checkout.update()
    monkeypatch.undo()
    assert updated.after.fits
    assert git(checkout.root, "status", "--porcelain") == ""
