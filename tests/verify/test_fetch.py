"""Runtimes arrive whole or not at all, and each failure says what helps."""

import hashlib
import threading
import venv
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from shopcam.errors import ToolError, UsageError
from shopcam.verify import fetch
from shopcam.verify.fetch import (
    LIBRARY,
    Runtime,
    download_error,
    fetch_runtime,
    find_runtime,
    wanted_path,
)
from shopcam.verify.wheels import WHEELS
from tests.until import PATIENCE_S

OLD = "tensorflow-1.8.0.data/purelib/"
NEW = "tensorflow-1.15.5.data/purelib/"
PYTHON_CODE = "tensorflow-1.1.0.data/purelib/tensorflow/__init__.py"
MEMBERS = {
    f"{OLD}tensorflow/{LIBRARY}": b"library",
    f"{OLD}tensorflow/libtensorflow_framework.so": b"framework",
    f"{OLD}tensorflow/include/Eigen/Core": b"header",
    PYTHON_CODE: b"python",
}


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SHOPCAM_RUNTIME_WHEELS", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def small_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel of a few bytes in place of 1.1's, in the folder of wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    file = folder / WHEELS["1.1"].file
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setitem(WHEELS, "1.1", replace(WHEELS["1.1"], sha256=digest))
    monkeypatch.setenv("SHOPCAM_RUNTIME_WHEELS", str(folder))
    return file


def everything_under(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_library_and_its_headers_are_unpacked(small_wheel: Path) -> None:
    said: list[str] = []
    runtime = fetch_runtime("1.1", said.append)
    assert everything_under(runtime.folder) == {
        LIBRARY: b"library",
        "libtensorflow_framework.so": b"framework",
        "include/Eigen/Core": b"header",
    }
    assert runtime.libraries == [
        runtime.folder / LIBRARY,
        runtime.folder / "libtensorflow_framework.so",
    ]
    assert said == [f"unpacking {small_wheel.name}"]


def test_a_fetched_runtime_is_found_and_not_fetched_again(
    small_wheel: Path,
) -> None:
    assert find_runtime("1.1") is None
    fetched = fetch_runtime("1.1")
    small_wheel.unlink()
    assert fetch_runtime("1.1") == find_runtime("1.1") == fetched


@pytest.mark.parametrize(
    ("member", "path"),
    [
        (f"{OLD}tensorflow/{LIBRARY}", LIBRARY),
        (f"{OLD}external/nsync/public/nsync.h", None),
        (f"tensorflow_core/{LIBRARY}", LIBRARY),
        (f"{NEW}tensorflow_core/include/a/b.h", "include/a/b.h"),
        ("tensorflow_core/libtensorflow_framework.so.1", None),
        (f"{OLD}tensorflow/contrib/ops/_ops.so", ""),
        (f"{OLD}external/protobuf/_message.so", ""),
        ("tensorflow-1.8.0.dist-info/RECORD", ""),
    ],
)
def test_each_release_is_unpacked_alike(member: str, path: str | None) -> None:
    special = {
        "nsync.h": "include/external/nsync/public/nsync.h",
        "libtensorflow_framework.so.1": "libtensorflow_framework.so.1",
    }
    expected = special[member.rpartition("/")[2]] if path is None else path
    assert (wanted_path(member) or "") == expected


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    for call in (find_runtime, fetch_runtime):
        with pytest.raises(UsageError) as caught:
            call("2.0")
        assert caught.value.next_step == "choose one of 1.1, 1.8, 1.13, 1.15"


def test_another_machine_is_told_that_it_needs_linux(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(ToolError) as caught:
        fetch_runtime("1.1")
    assert caught.value.rule == (
        "The check in the phone's runtime needs x86-64 Linux."
    )
    assert caught.value.found == "Linux on aarch64"


def test_a_wheel_with_other_bytes_is_refused_and_leaves_nothing(
    small_wheel: Path, empty_cache: Path
) -> None:
    small_wheel.write_bytes(small_wheel.read_bytes() + b" ")
    with pytest.raises(ToolError, match="SHA-256"):
        fetch_runtime("1.1")
    assert find_runtime("1.1") is None
    assert everything_under(empty_cache) == {
        "runtimes/tensorflow-1.1.0.lock": b""
    }


def test_a_missing_wheel_is_answered_with_the_command_that_brings_it(
    small_wheel: Path,
) -> None:
    small_wheel.unlink()
    with pytest.raises(ToolError) as caught:
        fetch_runtime("1.1")
    assert f"no {small_wheel.name}" in caught.value.found
    assert "pip" in caught.value.next_step
    assert "--abi cp36m --platform manylinux1_x86_64" in caught.value.next_step


def test_what_a_killed_fetch_left_is_cleared_away(
    small_wheel: Path, empty_cache: Path
) -> None:
    left_over = empty_cache / "runtimes" / ".tensorflow-1.1.0-killed"
    (left_over / "runtime" / "python").mkdir(parents=True)
    assert find_runtime("1.1") is None
    fetch_runtime("1.1")
    assert not left_over.exists()


def test_of_two_at_once_the_second_waits_and_fetches_nothing(
    small_wheel: Path,
) -> None:
    waiting = threading.Event()
    said: list[str] = []
    found: list[Runtime] = []

    def listen(line: str) -> None:
        said.append(line)
        waiting.set()

    def second() -> None:
        found.append(fetch_runtime("1.1", listen))

    thread = threading.Thread(target=second)

    def start_the_second(line: str) -> None:
        thread.start()
        assert waiting.wait(PATIENCE_S)

    first = fetch_runtime("1.1", start_the_second)
    thread.join(PATIENCE_S)
    assert found == [first]
    assert said == ["waiting for another process that fetches the same"]


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path / "file"))
    with pytest.raises(ToolError) as caught:
        fetch_runtime("1.1")
    assert str(tmp_path / "file") in caught.value.found
    assert "SHOPCAM_CACHE" in caught.value.next_step


def test_a_python_without_pip_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=False, symlinks=True)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(fetch.sys, "executable", str(bare / "bin" / "python"))
    with pytest.raises(ToolError) as caught:
        fetch_runtime("1.1")
    assert caught.value.next_step.endswith("-m ensurepip")


def test_an_index_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Nothing listens on the discard port of this machine.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(ToolError) as caught:
        fetch_runtime("1.1")
    assert "no connection to the package index" in caught.value.found
    assert "SHOPCAM_RUNTIME_WHEELS" in caught.value.next_step
    assert find_runtime("1.1") is None


@pytest.mark.parametrize(
    ("said", "found", "next_step"),
    [
        (
            "ERROR: Exception:\nOSError: [Errno 28] No space left on device",
            "No space left on device",
            "make 155 MB of room",
        ),
        ("ERROR: hash mismatch\nnotice", "ERROR: hash mismatch", "by hand"),
        ("", "pip said nothing", "by hand"),
    ],
)
def test_what_pip_says_becomes_one_line(
    said: str, found: str, next_step: str
) -> None:
    error = download_error(WHEELS["1.1"], said)
    assert found in error.found
    assert next_step in error.next_step
