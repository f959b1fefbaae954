"""TensorFlow's camera example, copied for comparison."""

import os
import subprocess
from pathlib import Path

import pytest

from shopcam.errors import ToolError
from shopcam.toolchain.submodule.vendor import EXAMPLE, Vendored, vendor
from tests.tasks.test_fab import fab
from tests.toolchain.submodule.program import variables
from tests.toolchain.submodule.upstream import Checkout, commit_all, contents


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "build" / "camera-original"


def copied(checkout: Checkout, target: Path) -> Vendored:
    checkout.update()
    return vendor(checkout.pin(), target)


def test_the_example_is_copied_as_it_is(
    checkout: Checkout, target: Path
) -> None:
    found = copied(checkout, target)
    assert contents(target) == contents(checkout.sources / EXAMPLE)
    assert found.files == len(contents(target)) > 2
    assert found.size_bytes == sum(map(len, contents(target).values()))
    assert found.sources.tag == "v1.15.0"
    assert [each.name for each in target.parent.iterdir()] == [target.name]


def test_the_same_copy_again_is_done_already(
    checkout: Checkout, target: Path
) -> None:
    assert copied(checkout, target).copied
    assert not vendor(checkout.pin(), target).copied


def test_what_was_changed_in_the_copy_is_not_replaced(
    checkout: Checkout, target: Path
) -> None:
    copied(checkout, target)
    (target / "Camera.mm").write_text("// mine")
    with pytest.raises(ToolError) as caught:
        vendor(checkout.pin(), target)
    assert str(caught.value).splitlines() == [
        "The copy must not replace anything else.",
        f"  found: {target} is there, and not what would be copied",
        f"  next:  rm -r {target}, or choose another folder with --output",
    ]
    assert (target / "Camera.mm").read_text() == "// mine"


def test_without_sources_the_way_to_them_is_said(
    checkout: Checkout, target: Path
) -> None:
    with pytest.raises(ToolError) as caught:
        vendor(checkout.pin(), target)
    assert caught.value.found.endswith("an empty folder")
    assert caught.value.next_step == "fab tensorflow.update"
    assert not target.exists()


def test_a_release_without_the_example_is_said(
    checkout: Checkout, target: Path
) -> None:
    checkout.update()
    for file in (checkout.sources / EXAMPLE).rglob("*"):
        if file.is_file():
            file.unlink()
    subprocess.run(["rm", "-r", str(checkout.sources / EXAMPLE)], check=True)
    commit_all(checkout.sources, "Without it")
    with pytest.raises(ToolError, match=f"has no {EXAMPLE}"):
        vendor(checkout.pin(), target)


def test_half_a_copy_is_not_there(checkout: Checkout, target: Path) -> None:
    checkout.update()
    # It ends the copying: no copy of a pipe can be made.
    pipe = checkout.sources / EXAMPLE / "data" / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ToolError, match="pipe"):
        vendor(checkout.pin(), target)
    assert list(target.parent.iterdir()) == []


def test_the_task_says_how_to_compare(
    checkout: Checkout, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.update()
    for name, value in variables(checkout, "/nowhere").items():
        monkeypatch.setenv(name, value)
    done = fab("camera.vendor", f"--output={target}")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"diff -r {target} camera\n" in done.stdout
    assert done.stdout.endswith(f"\n{target}\n")


def test_status_and_update_are_tasks(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = str(checkout.upstream.folder)
    for name, value in variables(checkout, remote).items():
        monkeypatch.setenv(name, value)
    updated = fab("tensorflow.update")
    assert (updated.returncode, updated.stderr) == (0, "")
    assert updated.stdout.endswith(f"\n{checkout.sources}\n")
    shown = fab("tensorflow.status").stdout
    assert "own commits" in shown
    assert max(map(len, shown.splitlines())) <= 80
