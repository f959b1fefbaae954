"""The lock of a staging folder: held, refused, released, taken over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.errors import BusyError
from shopcam.macos.model_folder import ModelFolder
from shopcam.macos.ssh.ssh_machine import SshMachine
from shopcam.macos.transfer.staging_lock import drop, held, me, take
from tests.macos.sshd import Mac

pytestmark = [pytest.mark.ssh, pytest.mark.needs("sshd", "ssh", "zsh", "ps")]
STAGING = ModelFolder("~/Shop Cam/demo").staging("me")


def test_a_held_staging_folder_is_refused_to_others(
    machine: SshMachine, mac: Mac
) -> None:
    with held(machine, STAGING):
        assert (mac.home / "Shop Cam/demo/staging-me.lock").is_dir()
        with pytest.raises(BusyError) as caught, held(machine, STAGING):
            pass
    said = str(caught.value)
    assert f"{me()}, process {os.getpid()}, " in said
    assert f"if it is dead, remove {STAGING}.lock there" in said
    with held(machine, STAGING):
        pass
    assert not list((mac.home / "Shop Cam/demo").glob("*.lock*"))


def test_a_lock_is_released_after_an_error(machine: SshMachine) -> None:
    with pytest.raises(ZeroDivisionError), held(machine, STAGING):
        raise ZeroDivisionError
    with held(machine, STAGING):
        pass


def test_a_lock_whose_process_is_gone_is_taken_over(
    machine: SshMachine, mac: Mac
) -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    foreign(mac, f"{me()}, process {done.pid}, 1a2b3c")
    said: list[str] = []
    with held(machine, STAGING, say=said.append):
        pass
    assert said == [
        f"took over a lock of {me()}, process {done.pid}, 1a2b3c "
        "since 2026-01-01T00:00:00Z, whose process is gone"
    ]


def test_a_lock_of_another_machine_is_stale_when_it_is_old(
    machine: SshMachine, mac: Mac
) -> None:
    lock = foreign(mac, "anna@laptop, process 1, 1a2b3c")
    with pytest.raises(BusyError, match="anna@laptop"):
        with held(machine, STAGING):
            pass
    os.utime(lock, (0, 0))
    said: list[str] = []
    with held(machine, STAGING, say=said.append):
        pass
    assert said[0].endswith("since 2026-01-01T00:00:00Z, which is old")


def test_a_lock_that_does_not_say_whose_it_is_is_held(
    machine: SshMachine, mac: Mac
) -> None:
    lock = foreign(mac, "")
    (lock / "owner").unlink()
    with pytest.raises(BusyError, match="unknown does since unknown"):
        with held(machine, STAGING):
            pass
    os.utime(lock, (0, 0))
    with held(machine, STAGING):
        pass


def test_a_lock_that_was_cut_off_in_its_making_is_held_too(
    machine: SshMachine, mac: Mac
) -> None:
    (foreign(mac, "") / "owner").write_text("")
    with pytest.raises(BusyError, match="unknown does since unknown"):
        with held(machine, STAGING):
            pass


def test_who_comes_too_late_for_a_stale_lock_leaves_it_to_the_other(
    machine: SshMachine, mac: Mac
) -> None:
    stale = "anna@laptop, process 1, 1a2b3c"
    lock = foreign(mac, stale)
    # The second one has read whose it was, and then the first one has it.
    drop(machine, str(lock), stale, "aaaaaa")
    assert take(machine, str(lock), "ben@desk, process 2, 2b3c4d", 360) is None
    drop(machine, str(lock), stale, "bbbbbb")
    found = take(machine, str(lock), "carl@desk, process 3, 3c4d5e", 360)
    assert found and found.owner.startswith("ben@desk")


def foreign(mac: Mac, owner: str) -> Path:
    """A lock that somebody else made."""
    lock = mac.home / "Shop Cam/demo/staging-me.lock"
    lock.mkdir(parents=True)
    (lock / "owner").write_text(f"{owner}\n2026-01-01T00:00:00Z\n")
    return lock
