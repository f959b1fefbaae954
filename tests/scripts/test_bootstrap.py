"""The set-up of a fresh checkout, without its downloads."""

import functools
import hashlib
import http.server
import importlib.util
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from shopcam.paths import ROOT

SCRIPT = ROOT / "scripts" / "bootstrap.py"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module that sets up an empty folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("")
    venv = tmp_path / ".venv"
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / "shopcam-stamp",
        "UNFINISHED": venv / "shopcam-unfinished",
        # The lock files here are empty.
        "NEEDED_BYTES": 1 << 26,
    }.items():
        monkeypatch.setattr(module, name, value)
    return module


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Path]:
    """A folder that is served as a package index; its URL is in url.txt."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test's output clean."""

    folder = tmp_path / "index"
    (folder / "pip").mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (folder / "url.txt").write_text(f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def serve(index: Path, name: str, content: bytes) -> str:
    """Puts a wheel into the index; returns the SHA-256 of its bytes."""
    (index / name).write_bytes(content)
    (index / "pip" / "index.html").write_text(
        f'<a href="../{name}#sha256=whatever">{name}</a>'
    )
    return hashlib.sha256(content).hexdigest()


@pytest.mark.skipif(
    importlib.util.find_spec("ensurepip") is None,
    reason="sudo apt-get install python3-venv",
)
def test_a_set_up_installs_what_the_lock_says_and_once(
    bootstrap: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    bootstrap.set_up("run")
    said = capfd.readouterr().out
    assert "Making .venv" in said
    assert ".venv/bin/fab --list" in said

    bootstrap.set_up("run")
    assert capfd.readouterr().out == ""

    lock = bootstrap.ROOT / "requirements.txt"
    lock.write_text("# changed\n")
    bootstrap.set_up("run")
    said = capfd.readouterr().out
    assert "Installing requirements.txt" in said
    assert "Making .venv" not in said

    lock.write_text("nothing @ file:///nowhere.whl --hash=sha256:00\n")
    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.set_up("run")
    assert not bootstrap.sound()


@pytest.fixture
def ready(bootstrap: ModuleType) -> ModuleType:
    """The script beside a .venv that it takes for its own work."""
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    bootstrap.STAMP.write_text(bootstrap.stamp("run"))
    assert bootstrap.stamped("run")
    return bootstrap


def test_the_tests_venv_serves_the_run_and_not_the_other_way(
    ready: ModuleType,
) -> None:
    assert not ready.stamped("dev")
    ready.STAMP.write_text(ready.stamp("dev"))
    assert ready.stamped("run")
    assert ready.stamped("dev")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_changed_lock_ends_a_stamp(ready: ModuleType, lock: str) -> None:
    (ready.ROOT / lock).write_text("# changed\n")
    assert ready.sound()
    assert not ready.stamped("run")


def test_an_interrupted_set_up_is_not_sound(ready: ModuleType) -> None:
    ready.UNFINISHED.touch()
    assert not ready.sound()


def test_a_venv_whose_python_is_gone_is_not_sound(ready: ModuleType) -> None:
    ready.PYTHON.unlink()
    assert not ready.sound()


def test_a_moved_venv_is_not_sound(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = ready.ROOT / "moved"
    ready.VENV.rename(moved)
    for name in ("PYTHON", "STAMP", "UNFINISHED"):
        path = moved / getattr(ready, name).relative_to(ready.VENV)
        monkeypatch.setattr(ready, name, path)
    monkeypatch.setattr(ready, "VENV", moved)
    assert ready.runs(ready.PYTHON)
    assert not ready.sound()


def test_pips_wheel_comes_from_the_configured_index(
    bootstrap: ModuleType,
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", (index / "url.txt").read_text())
    digest = serve(index, bootstrap.PIP_WHEEL, b"a wheel")
    monkeypatch.setattr(bootstrap, "PIP_SHA256", digest)
    assert bootstrap.fetch_pip(tmp_path).read_bytes() == b"a wheel"


def test_another_wheel_than_the_pinned_one_is_refused(
    bootstrap: ModuleType,
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", (index / "url.txt").read_text())
    digest = serve(index, bootstrap.PIP_WHEEL, b"another wheel")
    with pytest.raises(bootstrap.BootstrapError, match=digest):
        bootstrap.fetch_pip(tmp_path)
    assert not (tmp_path / bootstrap.PIP_WHEEL).exists()


def test_an_index_without_pip_is_named(
    bootstrap: ModuleType,
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = (index / "url.txt").read_text()
    (index / "pip" / "index.html").write_text("nothing here")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    with pytest.raises(bootstrap.BootstrapError, match=re.escape(url)):
        bootstrap.fetch_pip(tmp_path)


def test_an_index_that_does_not_answer_is_named(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(bootstrap.BootstrapError, match="check the network"):
        bootstrap.fetch_pip(tmp_path)


def test_a_pip_conf_names_the_index(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://index.example/simple\n")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    url = bootstrap.setting("index-url", bootstrap.INDEX)
    assert url == "https://index.example/simple"
    assert bootstrap.setting("proxy", "none") == "none"


def test_an_old_python_is_told_what_to_install(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "OLDEST", (3, 90))
    with pytest.raises(bootstrap.BootstrapError, match="apt-get install"):
        bootstrap.use_a_good_python()


def test_a_full_disk_is_said_before_anything_is_made(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED_BYTES", 1 << 60)
    with pytest.raises(bootstrap.BootstrapError, match="make room"):
        bootstrap.set_up("run")
    assert not bootstrap.VENV.exists()


def test_the_script_runs_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(SCRIPT), "--help"],
        capture_output=True,
        text=True,
    )
    assert "--dev" in done.stdout


def test_the_locks_agree_and_name_no_index() -> None:
    pins: dict[str, set[str]] = {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins[name] = set(re.findall(r"^[a-z0-9-]+==[^\\]*", text, re.M))
        assert not re.search(
            r"^\s*(-i|--index|--extra|--find|.*://)", text, re.M
        )
    assert pins["requirements.txt"] < pins["requirements-dev.txt"]
