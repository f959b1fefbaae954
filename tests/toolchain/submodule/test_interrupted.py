"""An update that ends too early, and the one that goes on with it."""

import fcntl
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopcam.errors import BusyError, ToolError
from shopcam.toolchain.submodule import fetch
from shopcam.toolchain.submodule.report import next_steps, rows
from shopcam.toolchain.submodule.status import status
from tests.toolchain.submodule.program import ended, running
from tests.toolchain.submodule.servers import Manners, web
from tests.toolchain.submodule.upstream import Checkout, contents, git
from tests.until import becomes

# In the process that git runs as; a pack of the tests' remote is larger.
SMALL_BYTES = 20_000


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files in several batches."""
    monkeypatch.setattr(fetch, "FILES_PER_BATCH", 20)


def break_off(checkout: Checkout, pack: int) -> str:
    """What is said when the server closes in the middle of a pack."""
    manners = Manners(breaks_at=pack)
    with web(checkout.upstream.folder, manners) as remote:
        with pytest.raises(ToolError) as caught:
            checkout.update(remote=remote)
    return str(caught.value)


@pytest.mark.parametrize("pack", [1, 2, 3])
def test_a_broken_connection_leaves_no_clone_that_looks_whole(
    pack: int, checkout: Checkout, batches: None
) -> None:
    said = break_off(checkout, pack)
    assert said.startswith("The connection must last until everything")
    assert "next:  fab tensorflow.update, which goes on" in said
    assert list(checkout.sources.iterdir()) == []
    assert status(checkout.pin()).state == "half"
    assert checkout.update().after.fits
    assert not checkout.growing.exists()


def test_the_files_that_came_before_are_not_fetched_again(
    checkout: Checkout, batches: None
) -> None:
    break_off(checkout, 3)
    manners = Manners()
    with web(checkout.upstream.folder, manners) as remote:
        checkout.update(remote=remote)
    listed = git(checkout.sources, "ls-files", "--stage").splitlines()
    different = {line.split()[1] for line in listed}
    # The first request is for the commit; one batch had come.
    assert sum(manners.wanted[1:]) == len(different) - 20


def test_a_server_of_plain_files_cannot_go_on_with_a_partial_clone(
    checkout: Checkout,
) -> None:
    break_off(checkout, 2)
    up = checkout.upstream.folder
    git(up, "update-server-info")
    with web(up / ".git", Manners(smart=False)) as remote:
        with pytest.raises(ToolError, match="Only a git server can go on"):
            checkout.update(remote=remote)
    assert checkout.update().after.fits


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (signal.SIGINT, "fab tensorflow.update goes on with what came so far"),
        (signal.SIGKILL, ""),
    ],
)
def test_a_stopped_clone_goes_on(
    sent: signal.Signals, words: str, checkout: Checkout
) -> None:
    manners = Manners(hangs_at=2)
    with web(checkout.upstream.folder, manners) as remote:
        with running(checkout, remote) as program:
            assert manners.hanging.wait(60)
            said = ended(program, sent)
        assert words in said
        assert "Traceback" not in said
        assert program.returncode == (130 if words else -sent)
        assert list(checkout.sources.iterdir()) == []
        assert checkout.update(remote=remote).after.fits
    assert git(checkout.root, "status", "--porcelain") == ""


def test_ctrl_c_at_shopcam_alone_ends_its_git_too(checkout: Checkout) -> None:
    manners = Manners(hangs_at=2)
    with web(checkout.upstream.folder, manners) as remote:
        with running(checkout, remote) as program:
            assert manners.hanging.wait(60)
            program.send_signal(signal.SIGINT)
            program.communicate()
            assert manners.gone.wait(60)


@pytest.fixture
def stuck(checkout: Checkout, tmp_path: Path) -> Iterator[Checkout]:
    """Killed while git writes the files of v1.15.0 over those of v1.14.0.

    One of the new files goes through a program of the test's that waits for
    ever, so git stands in the middle of its work.
    """
    old = checkout.upstream.commit_of("v1.14.0")
    checkout.update(tag="v1.14.0", commit=old)
    waits = tmp_path / "waits"
    command = f"touch {waits}; sleep 600"
    attributes = git(checkout.sources, "rev-parse", "--git-path", "info")
    info = checkout.sources / attributes
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text("only-in-* filter=stuck\n")
    git(checkout.sources, "config", "filter.stuck.smudge", command)
    with running(checkout, str(checkout.upstream.folder)) as program:
        assert becomes(waits.exists)
        ended(program, signal.SIGKILL)
    git(checkout.sources, "config", "--remove-section", "filter.stuck")
    (info / "attributes").unlink()
    yield checkout


def test_a_checkout_that_was_killed_is_not_taken_for_good(
    stuck: Checkout,
) -> None:
    found = status(stuck.pin())
    assert found.unfinished == stuck.upstream.commit_of("v1.15.0")
    assert found.state == "half"
    assert found.edited
    assert rows(found)[3] == (
        "present",
        f"on the way to {found.unfinished[:8]}, not finished",
    )
    assert next_steps(found) == ["fab tensorflow.update goes on"]
    assert stuck.update().after.fits
    git(stuck.upstream.folder, "checkout", "--quiet", "v1.15.0")
    assert contents(stuck.sources) == contents(stuck.upstream.folder)


def test_half_a_file_of_gits_is_not_taken_for_a_change(
    stuck: Checkout,
) -> None:
    file = stuck.sources / "tensorflow" / "core" / "source0.cc"
    file.write_bytes(file.read_bytes()[:-5])
    assert stuck.update().after.fits


def test_what_was_changed_after_the_kill_is_not_lost(stuck: Checkout) -> None:
    file = stuck.sources / "WORKSPACE"
    file.write_text("# mine\n")
    before = contents(stuck.sources)
    with pytest.raises(ToolError) as caught:
        stuck.update()
    assert str(caught.value).splitlines() == [
        "A change of yours must not be lost by finishing an update.",
        "  found: WORKSPACE",
        "  next:  move it away, then fab tensorflow.update",
    ]
    assert contents(stuck.sources) == before
    file.unlink()
    assert stuck.update().after.fits


def test_another_pin_after_the_kill_still_finds_the_way(
    stuck: Checkout,
) -> None:
    old = stuck.upstream.commit_of("v1.14.0")
    assert stuck.update(tag="v1.14.0", commit=old).after.head == old
    assert not status(stuck.pin()).edited


def limited() -> None:
    """No file of this process and its children becomes larger."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_BYTES, SMALL_BYTES))


@pytest.fixture
def small_disk(checkout: Checkout) -> Iterator[Callable[[], object]]:
    """What to call in the program's process so that its disk is full soon.

    Root gets a small file system; others a limit for each file.
    """
    folder = checkout.sources.parent
    mount = ("mount", "-t", "tmpfs", "-o", "size=300k", "none", str(folder))
    if subprocess.run(mount, capture_output=True).returncode:
        yield limited
        return
    checkout.sources.mkdir()
    try:
        yield int
    finally:
        subprocess.run(("umount", str(folder)), check=True)


def test_a_full_disk_is_said_and_leaves_nothing_that_looks_whole(
    checkout: Checkout, small_disk: Callable[[], object]
) -> None:
    up = str(checkout.upstream.folder)
    with running(checkout, up, before=small_disk) as program:
        said = program.communicate()[0]
    assert "The disk must have room for TensorFlow's sources." in said
    assert "next:  make room, then fab tensorflow.update" in said
    assert list(checkout.sources.iterdir()) == []


def test_only_one_update_runs_at_a_time(checkout: Checkout) -> None:
    lock = checkout.sources.parent / ".shopcam" / "tensorflow.lock"
    lock.parent.mkdir()
    with open(lock, "w") as held:
        held.write("4711")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="process 4711 is writing"):
            checkout.update()
    assert checkout.update().after.fits


def test_a_lock_that_a_killed_git_left_is_named(checkout: Checkout) -> None:
    old = checkout.upstream.commit_of("v1.14.0")
    checkout.update(tag="v1.14.0", commit=old)
    git_folder = Path(git(checkout.sources, "rev-parse", "--absolute-git-dir"))
    (git_folder / "index.lock").touch()
    with pytest.raises(ToolError, match=r"index\.lock.*\n.*remove") as caught:
        checkout.update()
    assert "Only one git command at a time" in str(caught.value)
    (git_folder / "index.lock").unlink()
    assert checkout.update().after.fits
