"""Which sources are wanted, and who says so."""

import shutil
from pathlib import Path

import pytest

from shopcam.errors import ToolError, UsageError
from shopcam.paths import ROOT, TENSORFLOW
from shopcam.toolchain.submodule.pin import pin_of
from shopcam.toolchain.submodule.settings import (
    TensorFlowSettings,
    tensorflow_settings,
)
from tests.toolchain.submodule.upstream import (
    SUBMODULE,
    Checkout,
    Upstream,
    git,
)


def test_shopcams_own_repository_pins_the_release_of_its_settings() -> None:
    pin = pin_of(TensorFlowSettings())
    assert pin.folder == TENSORFLOW
    assert pin.label == "v1.15.0, 590d6eef"


def test_the_gitlink_of_the_index_is_the_commit(checkout: Checkout) -> None:
    other = checkout.upstream.commit_of("v1.14.0")
    entry = f"160000,{other},{SUBMODULE}"
    git(checkout.root, "update-index", "--cacheinfo", entry)
    assert checkout.pin().commit == other


def test_the_settings_beat_the_gitlink(checkout: Checkout) -> None:
    assert checkout.pin(commit="ab" * 20).commit == "ab" * 20


def test_an_unpacked_archive_asks_for_the_commit(
    upstream: Upstream, tmp_path: Path
) -> None:
    unpacked = Checkout(tmp_path, upstream)
    with pytest.raises(ToolError) as caught:
        unpacked.pin()
    assert str(caught.value).splitlines()[:2] == [
        "Something has to pin the commit of TensorFlow's sources.",
        "  found: no tensorflow.commit in fabric.yaml, and no submodule "
        f"{SUBMODULE} in git's index",
    ]
    assert f"git ls-remote {upstream.folder}" in str(caught.value)
    assert unpacked.pin(commit="ab" * 20).commit == "ab" * 20


def test_an_archive_within_a_strangers_repository_asks_too(
    checkout: Checkout,
) -> None:
    inner = Checkout(checkout.root / "inner", checkout.upstream)
    with pytest.raises(ToolError, match="Something has to pin"):
        inner.pin()


def test_a_gitlink_that_was_removed_is_brought_back(
    checkout: Checkout,
) -> None:
    git(checkout.root, "rm", "--cached", "--quiet", SUBMODULE)
    with pytest.raises(ToolError, match="git checkout HEAD -- third_party"):
        checkout.pin()
    git(checkout.root, "reset", "--quiet", "HEAD", "--", SUBMODULE)
    assert checkout.pin().commit == checkout.upstream.commit_of("v1.15.0")


def test_a_remote_may_be_a_path_from_the_repository_on(
    checkout: Checkout,
) -> None:
    shutil.copytree(checkout.upstream.folder, checkout.root / "mirror")
    assert checkout.pin(remote="mirror").remote == str(checkout.root / "mirror")
    assert checkout.update(remote="mirror").after.fits


def test_the_settings_of_fabric_yaml_are_ones_that_there_are() -> None:
    import yaml

    section = yaml.safe_load((ROOT / "fabric.yaml").read_text())["tensorflow"]
    assert tensorflow_settings(section) == TensorFlowSettings()


def test_the_tasks_know_the_keys_and_their_defaults() -> None:
    from tasks._tensorflow import DEFAULTS

    assert TensorFlowSettings().model_dump() == DEFAULTS


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ({"comit": "12"}, "tensorflow.comit"),
        ({"commit": "590d6eef"}, "tensorflow.commit"),
        ({"commit": 12}, "tensorflow.commit"),
        ({"tag": "--upload-pack=evil"}, "tensorflow.tag"),
        ({"remote": "--upload-pack=evil"}, "tensorflow.remote"),
        ({"remote": ""}, "tensorflow.remote"),
        ({"folder": ""}, "tensorflow.folder"),
    ],
)
def test_a_wrong_setting_is_named(
    section: dict[str, object], found: str
) -> None:
    with pytest.raises(UsageError, match=f"found: {found}") as caught:
        tensorflow_settings(section)
    assert "fabric.yaml" in str(caught.value)
