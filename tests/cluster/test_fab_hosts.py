"""The `fab` program and hosts that train, as a user types it."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.paths import ROOT
from tests.cluster.rig import CATALOGUE, CHIEF, OTHER, WAITS, Rig
from tests.tasks.test_fab import fab as fab_alone
from tests.until import becomes

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
DATA = f"--catalogue={CATALOGUE}"
WHO = ("--model=demo", f"--hosts={CHIEF},{OTHER}")


def fab(two: Rig, *words: str) -> "subprocess.CompletedProcess[str]":
    """What it says and how it ends, where the hosts are named."""
    return fab_alone("-f", str(two.config()), *words)


def interrupted(two: Rig, text: str, *words: str) -> tuple[int, str]:
    """Status and words of a run that gets Ctrl-C once it has said a text."""
    program = subprocess.Popen(
        [sys.executable, "-m", "fabric", "-f", str(two.config()), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.default_int_handler
        ),
    )
    assert program.stdout
    said = ""
    for line in program.stdout:
        said += line
        if text in line:
            program.send_signal(signal.SIGINT)
            break
    said += program.stdout.read()
    program.stdout.close()
    return program.wait(), said


def ends(two: Rig, name: str) -> str:
    """What a host's training ended with, in a moment at most."""
    (release,) = two.releases(name)
    status = release / "job" / "status"
    assert becomes(status.exists, patience_s=15)
    return status.read_text().strip()


def test_ctrl_c_stops_the_training_on_all_hosts(
    two: Rig, tmp_path: Path
) -> None:
    for name in (CHIEF, OTHER):
        two.plays(name, WAITS)
    status, said = interrupted(
        two, "epoch 1 of 9", "train", *WHO, DATA, f"--output={tmp_path}/out"
    )
    assert status == 130, said
    assert "stopped the training on gpu1, gpu2; with --resume it goes" in said
    assert [ends(two, name) for name in (CHIEF, OTHER)] == ["143", "143"]


def test_a_training_that_was_left_is_looked_at_and_comes_home(
    two: Rig, tmp_path: Path
) -> None:
    for name in (CHIEF, OTHER):
        two.holds_up(name)
    output = f"--output={tmp_path}/out"
    status, said = interrupted(
        two, "epoch 1 of 1", "train", *WHO, DATA, output, "--leave"
    )
    assert status == 130, said
    run = two.releases(CHIEF)[0].name[-6:]
    again = f"fab hosts.attach --model=demo --hosts=gpu1,gpu2 --run={run}"
    assert f"the training goes on; {again}\n" in said

    listed = fab(two, "hosts.trainings", *WHO)
    assert listed.stdout.count("| running") == 2, listed.stdout
    two.leave_to_end.touch()
    done = fab(two, "hosts.attach", *WHO, f"--run={run}", output, "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path}/out/model.yaml\n"
    assert (tmp_path / "out" / "graph.pb").exists()

    stopped = fab(two, "hosts.stop", *WHO)
    assert "gpu1 | " in stopped.stdout
    assert "does not run: ended with status 0\n" in stopped.stdout
    logs = fab(two, "hosts.logs", *WHO)
    assert "gpu2 | epoch 1 of 1  loss 0.5\n" in logs.stdout
    cleaned = fab(two, "hosts.clean", *WHO)
    assert "gpu2 | removed " in cleaned.stdout
    assert not two.releases(CHIEF) and not two.releases(OTHER)


def test_trainings_are_listed_newest_first_and_named_by_six_digits(
    two: Rig,
) -> None:
    for year in (2025, 2026):
        name = f"shopcam/trainings/{CHIEF}/demo/releases/{year}0101T000000Z-"
        (two.macs[CHIEF].home / f"{name}abc{year}"[:-1]).mkdir(parents=True)
    listed = fab(two, "hosts.trainings", *WHO).stdout
    assert 0 < listed.index("20260101T") < listed.index("20250101T"), listed
    refused = fab(two, "hosts.logs", *WHO, "--run=2")
    assert refused.returncode == 1
    assert "found: --run=2\n" in refused.stderr


def test_the_doctor_shows_what_hosts_have_and_lack(two: Rig) -> None:
    two.keys[OTHER]["interface"] = "nosuch0"
    found = fab(two, "hosts.doctor", WHO[1], f"--catalogue={ROOT}/models")
    assert found.returncode == 1
    assert "\ngpu1 | 3." in found.stdout
    assert "gpu2 lacks what this training needs." in found.stderr
    assert "no address of an interface nosuch0" in found.stderr


def test_a_host_that_names_its_python_is_not_set_up(two: Rig) -> None:
    refused = fab(two, "hosts.setup", WHO[1])
    assert refused.returncode == 1
    assert "gpu1 has python: " in refused.stderr


def test_a_python_that_is_up_to_date_stays(two: Rig) -> None:
    """The set-up itself, which takes pip a minute, was done before."""
    two.keys = {CHIEF: {**two.keys[CHIEF], "python": ""}}
    place = two.macs[CHIEF].home / "shopcam" / "environment"
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    locks = ("requirements-dev.txt", "requirements.txt")
    hashed = hashlib.sha256(b"".join((ROOT / n).read_bytes() for n in locks))
    stamp = place / ".venv" / "shopcam-stamp"
    stamp.write_text(f"run {hashed.hexdigest()} {place}/.venv\n")
    done = fab(two, "hosts.setup", f"--hosts={CHIEF}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Python 3.")
    assert "TensorFlow 2." in done.stdout
    assert (place / "requirements.txt").exists()
