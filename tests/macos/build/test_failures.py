"""Every failure that the stand-ins can play ends in its cause."""

import contextlib
import threading
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from shopcam.console import Console
from shopcam.errors import MacError
from shopcam.macos.build.build import HostBuild
from shopcam.macos.build.order import Action
from shopcam.macos.build.phone import install
from shopcam.macos.log.causes import cause
from tests.macos.stand_ins import pod, xcodebuild, xcrun
from tests.macos.stand_ins.settings import LOGS, load, log_of, save
from tests.macos.studio import MANUAL, Studio, studio

pytestmark = [
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ruby", "ps", "shasum"),
]
# Each Mac plays one case after the other, beside the other Macs.
NAMES = ("mac1", "mac2", "mac3")
# What no stand-in plays: no failure, and what is refused before it is asked.
NEVER = {"succeeded", "device-not-found", "pod-missing", "pods-changed"}


def action_of(case: str) -> Action | str:
    """The step that a case of logs/ belongs to."""
    if case in pod.FAILURES:
        return "pods"
    if case in xcodebuild.AT_EXPORT:
        return "export"
    if case in xcodebuild.AT_TEST:
        return "test"
    return "install" if case in xcrun.DEVICE_FAILURES else "build"


CASES = {
    path.stem: action_of(path.stem)
    for path in sorted(LOGS.glob("*.log"))
    if path.stem not in NEVER
}


def failure_of(here: Studio, name: str, case: str) -> MacError:
    """What one Mac says when it plays a case."""
    mac = here.macs[name]
    save(replace(load(mac.home), failure=case), mac.home)
    action = CASES[case]
    console = Console(stream=here.said)
    actions = ("test",) if action == "install" else (action,)
    wanted = here.wanted(actions, build="", **MANUAL)
    work = HostBuild(here.client.host(mac), wanted, console)
    with (
        contextlib.closing(work.machine) as machine,
        pytest.raises(MacError) as caught,
    ):
        if action == "install":
            install(machine, work.model, "", None, "", console)
        if action == "test":
            work.look()
        work.run()
    return caught.value


def test_each_is_named_with_what_to_do(tmp_path: Path) -> None:
    said: dict[str, MacError] = {}
    # An app is installed before a failed build or export takes it away.
    left = deque(sorted(CASES, key=lambda case: CASES[case] != "install"))

    def play(name: str) -> None:
        here.run(here.wanted(("pods", "archive", "export"), **MANUAL), name)
        with contextlib.suppress(IndexError):
            while True:
                case = left.popleft()
                said[case] = failure_of(here, name, case)

    with studio(tmp_path, *NAMES) as here:
        here.is_like(keychain_is_open=True)
        threads = [threading.Thread(target=play, args=(n,)) for n in NAMES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(said) == set(CASES)
    for case, error in said.items():
        expected = cause(log_of(case).splitlines())
        assert expected, case
        assert error.found == expected.found, case
        assert error.next_step.startswith(expected.next_step), case
