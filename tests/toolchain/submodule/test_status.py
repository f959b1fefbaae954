"""What is said to lie where the sources belong."""

import os
from pathlib import Path

import pytest

from shopcam.toolchain.submodule.finding import finding
from shopcam.toolchain.submodule.report import next_steps, rows
from shopcam.toolchain.submodule.status import Change, size_of, status
from tests.toolchain.submodule.servers import Manners, web
from tests.toolchain.submodule.upstream import (
    Checkout,
    Upstream,
    commit_all,
    git,
)


def table(checkout: Checkout) -> dict[str, str]:
    """What `tensorflow.status` shows."""
    return dict(rows(status(checkout.pin())))


def doctored(checkout: Checkout, **section: str) -> tuple[str, str, bool]:
    """What the doctor finds, what he wants, and whether it fits."""
    remote = str(checkout.upstream.folder)
    found = finding({"remote": remote, **section}, checkout.root)
    return found.found, found.wanted, found.fits


def test_a_fresh_checkout_has_an_empty_folder(checkout: Checkout) -> None:
    assert table(checkout) == {
        "pinned": f"v1.15.0, {checkout.upstream.commit_of('v1.15.0')}",
        "remote": str(checkout.upstream.folder),
        "folder": str(checkout.sources),
        "present": "an empty folder",
    }
    assert next_steps(status(checkout.pin())) == ["fab tensorflow.update"]
    assert doctored(checkout) == ("", "v1.15.0", False)


def test_the_pinned_sources_fit(checkout: Checkout) -> None:
    found = checkout.update().after
    head = checkout.upstream.commit_of("v1.15.0")
    assert (found.state, found.head, found.tag) == ("present", head, "v1.15.0")
    assert (found.branch, found.changes, found.own_commits) == ("", (), ())
    assert found.size_bytes > 300_000
    assert doctored(checkout) == ("v1.15.0", "v1.15.0", True)
    assert table(checkout)["present"] == f"v1.15.0, {head[:8]}"


def test_a_file_that_vanishes_while_it_is_measured_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git's lock files do."""
    (tmp_path / "stays").write_bytes(b"x" * 5000)
    lasting = size_of(tmp_path)
    (place, folders, names) = next(os.walk(tmp_path))
    monkeypatch.setattr(
        os, "walk", lambda folder: [(place, folders, [*names, "lock"])]
    )
    assert size_of(tmp_path) == lasting


def test_another_commit_than_the_pinned_one_is_named(
    checkout: Checkout,
) -> None:
    old = checkout.upstream.commit_of("v1.14.0")
    checkout.update(tag="v1.14.0", commit=old)
    assert table(checkout)["present"] == (
        f"v1.14.0, {old[:8]}, which is not {checkout.pin().label}"
    )
    assert doctored(checkout) == ("v1.14.0", "v1.15.0", False)


def test_changes_branch_and_own_commits_are_shown(checkout: Checkout) -> None:
    checkout.update()
    git(checkout.sources, "checkout", "--quiet", "-b", "mine")
    (checkout.sources / "WORKSPACE").write_text("# mine\n")
    own = commit_all(checkout.sources, "Mine")
    (checkout.sources / "configure.py").write_text("")
    (checkout.sources / "notes.txt").write_text("")
    (checkout.sources / "bazel-bin").mkdir()
    (checkout.sources / "bazel-bin" / "tool").write_text("")
    shown = table(checkout)
    assert shown["present"].startswith(f"no tag, {own[:8]}, on the branch mine")
    assert shown["dirty"] == " M configure.py, ?? notes.txt"
    assert shown["own commits"] == f"{own[:7]} Mine"
    changes = status(checkout.pin()).changes
    assert [each.tracked for each in changes] == [True, False]


def test_a_name_with_blanks_and_umlauts_is_read_right(
    checkout: Checkout,
) -> None:
    checkout.update()
    (checkout.sources / "mit Größe.txt").write_text("")
    assert status(checkout.pin()).changes == (Change("??", "mit Größe.txt"),)


def test_where_it_was_fetched_from_is_shown_if_it_is_elsewhere(
    checkout: Checkout,
) -> None:
    checkout.update()
    git(checkout.sources, "config", "remote.origin.url", "https://a:b@c/d")
    assert table(checkout)["fetched from"] == "https://c/d"


def test_looking_changes_and_fetches_nothing(checkout: Checkout) -> None:
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        checkout.update(remote=remote)
        # As after an edit that was taken back: git would note that.
        os.utime(checkout.sources / "WORKSPACE", (1, 1))
        asked, before = manners.packs, times(checkout.root)
        # Of a commit that the partial clone has not.
        status(checkout.pin(remote=remote, commit="12" * 20))
    assert manners.packs == asked
    assert times(checkout.root) == before


def times(folder: Path) -> dict[str, int]:
    """When each file was changed last."""
    return {
        str(path): path.lstat().st_mtime_ns
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def test_a_machine_without_git_is_told_to_get_it(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = finding({"remote": "x"}, checkout.root)
    assert not found.fits
    assert "apt-get install git" in found.how


def test_the_doctor_survives_an_archive(
    upstream: Upstream, tmp_path: Path
) -> None:
    found = finding({}, tmp_path)
    assert (found.found, found.fits) == ("", False)
    assert "set tensorflow.commit" in found.how
