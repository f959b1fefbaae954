"""What an update leaves alone, and what it says then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.paths import shown
from tests.toolchain.submodule.upstream import (
    Checkout,
    commit_all,
    contents,
    git,
)


@pytest.fixture
def old(checkout: Checkout) -> Checkout:
    """The sources at v1.14.0, where v1.15.0 is pinned."""
    commit = checkout.upstream.commit_of("v1.14.0")
    checkout.update(tag="v1.14.0", commit=commit)
    return checkout


def refused(checkout: Checkout) -> str:
    """What the refusal says, once nothing has changed by it."""
    before = contents(checkout.sources)
    with pytest.raises(ToolError) as caught:
        checkout.update()
    assert contents(checkout.sources) == before
    return str(caught.value)


def test_a_changed_file_is_not_lost(old: Checkout) -> None:
    (old.sources / "WORKSPACE").write_text("# mine\n")
    head = old.head
    folder = shown(old.sources)
    assert refused(old).splitlines() == [
        "Changes to TensorFlow's sources must not be lost.",
        f"  found: WORKSPACE in {folder}",
        f"  next:  keep them: git -C {folder} stash",
        f"         or give them up: git -C {folder} reset --hard",
        "         then fab tensorflow.update",
    ]
    assert old.head == head


@pytest.mark.parametrize("way", ["stash", "reset --hard"])
def test_what_the_refusal_of_a_change_advises_helps(
    way: str, old: Checkout
) -> None:
    (old.sources / "WORKSPACE").write_text("# mine\n")
    git(old.sources, "-c", "user.name=a", "-c", "user.email=a@b", *way.split())
    assert old.update().after.fits


def test_many_changed_files_are_counted(old: Checkout) -> None:
    for number in range(8):
        (old.sources / "tensorflow/core" / f"source{number}.cc").unlink()
    assert "tensorflow/core/source4.cc and 3 more in " in refused(old)


def test_a_staged_file_is_not_lost(old: Checkout) -> None:
    (old.sources / "new.txt").write_text("mine")
    git(old.sources, "add", "new.txt")
    assert "found: new.txt in " in refused(old)


def test_a_file_that_git_does_not_know_stays(old: Checkout) -> None:
    (old.sources / "notes.txt").write_text("mine")
    (old.sources / "bazel-out").mkdir()
    assert old.update().after.fits
    assert (old.sources / "notes.txt").read_text() == "mine"
    assert (old.sources / "bazel-out").is_dir()


def test_a_file_in_the_way_of_a_new_one_stays(old: Checkout) -> None:
    (old.sources / "only-in-1.15.0.txt").write_text("mine")
    said = refused(old)
    assert "A file of yours must not be overwritten" in said
    assert "only-in-1.15.0.txt" in said
    (old.sources / "only-in-1.15.0.txt").unlink()
    assert old.update().after.fits


def test_commits_on_no_branch_are_not_lost(old: Checkout) -> None:
    (old.sources / "WORKSPACE").write_text("# mine\n")
    own = commit_all(old.sources, "Mine")
    folder = shown(old.sources)
    assert refused(old).splitlines() == [
        "Commits that no remote has must not be lost.",
        f"  found: {own[:7]} Mine, on no branch",
        f"  next:  give them a branch: git -C {folder} branch mine",
        "         then fab tensorflow.update",
    ]
    assert old.head == own
    git(old.sources, "branch", "mine")
    assert old.update().after.fits
    assert git(old.sources, "rev-parse", "mine") == own


def test_who_works_on_a_branch_stays_there(old: Checkout) -> None:
    git(old.sources, "checkout", "--quiet", "-b", "mine")
    (old.sources / "WORKSPACE").write_text("# mine\n")
    own = commit_all(old.sources, "Mine")
    said = refused(old)
    assert f"{own[:7]} Mine, on the branch mine" in said
    assert f"git -C {shown(old.sources)} checkout --detach" in said
    assert git(old.sources, "symbolic-ref", "--short", "HEAD") == "mine"
    git(old.sources, "checkout", "--quiet", "--detach")
    assert old.update().after.own_commits == (f"{own[:7]} Mine",)


def test_commits_of_a_folder_that_was_emptied_are_not_lost(
    old: Checkout,
) -> None:
    (old.sources / "WORKSPACE").write_text("# mine\n")
    own = commit_all(old.sources, "Mine")
    git(old.root, "submodule", "deinit", "--force", "--all")
    assert f"{own[:7]} Mine, on no branch" in refused(old)
    modules = old.root / ".git" / "modules" / "third_party" / "tensorflow"
    assert git(modules, "-c", "core.worktree=/", "rev-parse", "HEAD") == own


def fill_with_files(folder: Path) -> None:
    (folder / "thesis.txt").write_text("mine")


def fill_with_another_repository(folder: Path) -> None:
    git(folder, "init", "--quiet")
    fill_with_files(folder)
    commit_all(folder, "Something else")


def fill_with_a_dead_link(folder: Path) -> None:
    fill_with_files(folder)
    (folder / ".git").write_text("gitdir: ../nowhere\n")


def fill_with_an_empty_repository(folder: Path) -> None:
    fill_with_files(folder)
    (folder / ".git").mkdir()


@pytest.mark.parametrize(
    ("fill", "found"),
    [
        (fill_with_files, "is no git repository, and not empty"),
        (fill_with_another_repository, "is a repository of something else"),
        (fill_with_a_dead_link, "is no git repository, and not empty"),
        (fill_with_an_empty_repository, "is no git repository, and not empty"),
    ],
)
def test_a_folder_of_something_else_is_left_alone(
    fill: Callable[[Path], None], found: str, checkout: Checkout
) -> None:
    fill(checkout.sources)
    said = refused(checkout)
    assert f"found: {shown(checkout.sources)} {found}" in said
    assert "next:  move it away, then fab tensorflow.update" in said
    assert (checkout.sources / "thesis.txt").read_text() == "mine"


def test_changes_at_the_pinned_commit_are_nobodys_business(
    checkout: Checkout,
) -> None:
    checkout.update()
    (checkout.sources / "WORKSPACE").write_text("# mine\n")
    updated = checkout.update()
    assert not updated.changed
    assert (checkout.sources / "WORKSPACE").read_text() == "# mine\n"


def test_a_clone_that_git_was_killed_in_is_finished(
    checkout: Checkout,
) -> None:
    sources = checkout.sources
    git(sources, "init", "--quiet")
    assert checkout.update().after.fits
    assert git(checkout.root, "status", "--porcelain") == ""


def test_a_file_in_a_clone_that_was_not_finished_stays(
    checkout: Checkout,
) -> None:
    git(checkout.sources, "init", "--quiet")
    (checkout.sources / "WORKSPACE").write_text("# mine\n")
    assert "A change of yours must not be lost" in refused(checkout)
