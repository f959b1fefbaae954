"""Removing build folders."""

from pathlib import Path

import pytest

from shopcam.clean import clean
from shopcam.errors import BusyError, UsageError
from shopcam.lock import locked


@pytest.fixture
def build(tmp_path: Path) -> Path:
    for name in ("demo", "resnet50"):
        (tmp_path / "build" / name).mkdir(parents=True)
        (tmp_path / "build" / name / "frozen.pb").write_bytes(b"12345")
    return tmp_path / "build"


def test_one_model_goes_and_the_others_stay(build: Path) -> None:
    removed = clean("demo", build)
    assert (removed.folder, removed.size_bytes) == (build / "demo", 5)
    assert [path.name for path in build.iterdir()] == ["resnet50"]


def test_all_models_go_without_a_name(build: Path) -> None:
    assert clean(build=build).size_bytes == 10
    assert list(build.iterdir()) == []


def test_nothing_built_is_nothing_to_remove(tmp_path: Path) -> None:
    assert clean(build=tmp_path / "build").size_bytes == 0


@pytest.mark.parametrize("model", ["resnet", "..", ".", "demo/..", "/"])
def test_what_is_no_model_is_refused(build: Path, model: str) -> None:
    with pytest.raises(UsageError, match="demo, resnet50"):
        clean(model, build)
    assert (build / "demo" / "frozen.pb").exists()


def test_a_folder_that_a_training_writes_stays(build: Path) -> None:
    with (
        locked(build / "demo" / "trained" / ".shopcam" / "lock"),
        pytest.raises(BusyError),
    ):
        clean("demo", build)
    assert (build / "demo" / "frozen.pb").exists()


def test_of_a_link_nothing_but_the_link_goes(
    build: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (build / "demo").rename(elsewhere)
    (build / "demo").symlink_to(elsewhere)
    clean("demo", build)
    assert not (build / "demo").is_symlink()
    assert (elsewhere / "frozen.pb").exists()


def test_a_folder_that_a_run_writes_stays(build: Path) -> None:
    with (
        locked(build / "demo" / ".shopcam" / "lock"),
        pytest.raises(BusyError),
    ):
        clean("demo", build)
    assert (build / "demo" / "frozen.pb").exists()


def test_a_folder_that_results_of_a_mac_come_to_stays(build: Path) -> None:
    with (
        locked(build / "demo" / "ios" / "mac1" / ".shopcam" / "lock"),
        pytest.raises(BusyError),
    ):
        clean("demo", build)
    assert (build / "demo" / "frozen.pb").exists()
