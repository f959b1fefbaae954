"""The `fab` program and a Mac, as a user types it."""

import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopcam.paths import ROOT
from tests.macos.studio import Studio, small_bundle, studio
from tests.tasks.test_fab import fab as fab_alone
from tests.until import becomes

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby", "ps", "shasum"),
]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Studio]:
    """A Mac with the stand-ins, and who builds on it."""
    with studio(tmp_path) as found:
        yield found


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A build folder with a bundle, as if integrate had run."""
    folder = tmp_path / "output"
    folder.mkdir()
    (folder / "camera").symlink_to(small_bundle())
    return folder


def fab(
    here: Studio, *words: str, **section: object
) -> "subprocess.CompletedProcess[str]":
    """What it says and how it ends, where Macs are named."""
    return fab_alone("-f", str(here.config(**section)), *words)


def started(
    here: Studio, *words: str, **section: object
) -> "subprocess.Popen[str]":
    """The running program, which heeds Ctrl-C wherever the tests run."""
    config = str(here.config(**section))
    return subprocess.Popen(
        [sys.executable, "-m", "fabric", "-f", config, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.default_int_handler
        ),
    )


def until(program: "subprocess.Popen[str]", text: str) -> str:
    """What a program says up to a line with that text."""
    assert program.stdout
    said = ""
    for line in program.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


def builds_of(here: Studio) -> list[Path]:
    """The releases on the Mac."""
    home = here.macs["mac1"].home
    return sorted(home.glob("shopcam/demo/releases/*"))


def becomes_idle(here: Studio) -> bool:
    """Whether nothing works on the Mac any more."""
    return becomes(lambda: list(here.macs["mac1"].processes()), [])


@pytest.mark.tf
def test_the_demo_is_carried_from_its_checkpoint_to_an_app(
    here: Studio, tmp_path: Path
) -> None:
    output = f"--output={tmp_path}/demo"
    bundle = fab_alone("build_ios", output)
    assert bundle.returncode == 0, bundle.stderr
    assert "no Mac is named yet: fab build_ios --host=user" in bundle.stdout
    assert bundle.stdout.splitlines()[-1] == f"{tmp_path}/demo/camera"

    done = fab(here, f"build_ios:model=demo,host=mac1,output={tmp_path}/demo")
    assert done.returncode == 0, done.stderr
    for name in ("export", "bundle", "doctor", "sync", "pods", "build"):
        assert f"\n{name:<11} " in f"\n{done.stdout}", name
    assert "didn't change, skipping" in done.stdout
    product = tmp_path / "demo" / "ios" / "mac1" / "ShopCam.app.zip"
    assert done.stdout.splitlines()[-1] == str(product)
    with zipfile.ZipFile(product) as app:
        assert "ShopCam.app/data/memmapped.pb" in app.namelist()


def test_the_steps_one_by_one(here: Studio, output: Path) -> None:
    to = f"--output={output}"
    synced = fab(here, "ios.sync", to)
    assert synced.returncode == 0, synced.stderr
    assert " kB by " in synced.stdout
    (release,) = builds_of(here)
    assert f"  {release.name}\n" in synced.stdout
    assert fab(here, "ios.pods", to, "--quiet").stdout == (
        f"{output}/ios/mac1/pods.log\n"
    )
    logs = fab(here, "ios.logs").stdout
    assert "=== shopcam begin pods 0" in logs
    assert "Pod installation complete!" in logs
    stopped = fab(here, "ios.stop").stdout
    assert f"{release.name} does not run: it ended with status 0" in stopped
    attached = fab(here, "ios.attach", to, f"--build={release.name[-6:]}")
    assert "Installing TensorFlow-experimental (1.1.1)" in attached.stdout
    cleaned = fab(here, "ios.clean", "--all")
    assert f"removed {release.name}, staging: " in cleaned.stdout
    assert not (here.macs["mac1"].home / "shopcam" / "demo").exists()


def test_the_doctor_says_what_is_lacking_and_ends_with_status_1(
    here: Studio,
) -> None:
    here.is_like(has_licence=False)
    done = fab(here, "ios.doctor:host=mac1")
    assert done.returncode == 1
    assert "CocoaPods" in done.stdout
    assert "sudo xcodebuild -license accept" in done.stdout
    assert "Something that build_ios needs is missing." in done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_ctrl_c_stops_the_build_on_the_mac(here: Studio, output: Path) -> None:
    here.run(here.wanted(("pods",)))
    here.is_like(halts=True)
    program = started(here, "ios.build", f"--output={output}")
    until(program, "compile ")
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=60)
    (release,) = builds_of(here)
    assert f"mac1: stopped the build {release.name}" in said
    assert "Interrupted" in said
    assert program.returncode == 130
    assert (release / "job" / "status").is_file()
    assert becomes_idle(here)

    # What was stopped can be built again, and this time it fails.
    here.is_like(halts=False, failure="compile-error")
    done = fab(here, "ios.build", f"--output={output}")
    assert done.returncode == 1
    assert "shell/CameraViewController.mm:42: no member" in done.stderr
    assert done.stderr.splitlines()[-1] == (
        f"  log:   {output}/ios/mac1/build.log"
    )


def test_ctrl_c_leaves_the_build_where_the_user_wants_it(
    here: Studio, output: Path
) -> None:
    here.run(here.wanted(("pods",)))
    here.is_like(halts=True)
    program = started(here, "ios.build", f"--output={output}", "--leave")
    until(program, "compile ")
    program.send_signal(signal.SIGINT)
    said, _ = program.communicate(timeout=60)
    (release,) = builds_of(here)
    way_back = f"fab ios.attach --model=demo --host=mac1 --build={release.name}"
    assert f"mac1: the build {release.name} goes on; {way_back}" in said
    assert program.returncode == 130
    here.is_like(halts=False)
    attached = fab(here, *way_back.split()[1:], f"--output={output}")
    assert attached.returncode == 0, attached.stderr
    assert attached.stdout.splitlines()[-1].endswith("ShopCam.app.zip")
