"""What a host's own Python says of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.cluster import probe


def found(tmp_path: Path, **asked: object) -> dict[str, object]:
    """The answer of the program, as it is sent: by standard input."""
    asked = {"packages": [], "catalogue": "", "interface": "", **asked}
    done = subprocess.run(
        [sys.executable, "-", json.dumps(asked)],
        input=Path(probe.__file__).read_text(),
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )
    answer: dict[str, object] = json.loads(
        done.stdout.partition(probe.MARK)[2] or done.stderr
    )
    return answer


def test_versions_are_those_of_the_python_that_answers(tmp_path: Path) -> None:
    answer = found(tmp_path, packages=["numpy", "no-such-package"])
    packages = answer["packages"]
    assert isinstance(packages, dict)
    assert packages["numpy"][0].isdigit()
    assert packages["no-such-package"] == ""
    assert answer["python"] == ".".join(map(str, sys.version_info[:3]))


def test_a_catalogue_is_its_files_and_their_sizes(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    (folder / "shoes").mkdir(parents=True)
    (folder / "train.bson").write_bytes(b"12345")
    (folder / ".hidden").touch()
    answer = found(tmp_path, catalogue=str(folder))
    assert answer["catalogue"] == {"shoes": -1, "train.bson": 5}
    table = found(tmp_path, catalogue=str(folder / "train.bson"))
    assert table["catalogue"] == {"train.bson": 5}
    nothing = found(tmp_path, catalogue=str(folder / "nothing"))
    assert nothing["catalogue"] is None


def test_an_interface_has_an_address_or_there_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, interface="lo")["address"] == "127.0.0.1"
    assert found(tmp_path, interface="nosuch0")["address"] == ""


@pytest.mark.parametrize(
    ("visible", "count"), [(None, 2), ("", 0), ("-1", 0), ("1", 1)]
)
def test_gpus_are_those_that_the_driver_lists_and_nobody_hides(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    visible: str | None,
    count: int,
) -> None:
    driver = tmp_path / "nvidia-smi"
    driver.write_text(
        "#!/bin/sh\necho 'GPU 0: NVIDIA H200 (UUID: GPU-1)'\n"
        "echo 'GPU 1: NVIDIA H200 (UUID: GPU-2)'\n"
    )
    driver.chmod(0o755)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    answer = found(tmp_path, packages=["tensorflow-is-not-asked", "numpy"])
    assert answer["gpus"] == count
