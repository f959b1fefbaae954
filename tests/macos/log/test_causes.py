"""Each log of ../logs has the cause that its file of ../golden says."""

from pathlib import Path

import pytest

from shopcam.macos.log.causes import Cause, cause, problems
from shopcam.macos.log.known_causes import KNOWN
from tests.macos.golden_files import matches_golden

LOGS = Path(__file__).parents[1] / "logs"
CASES = sorted(path.stem for path in LOGS.glob("*.log"))
# Causes that lines below show, and no log.
WITHOUT_A_LOG = {"keychain-password", "profile-mismatch", "profile-for-pods"}


def read(case: str) -> list[str]:
    return (LOGS / f"{case}.log").read_text(encoding="utf-8").splitlines()


def text_of(found: Cause | None) -> str:
    if found is None:
        return "no cause\n"
    return (
        f"cause: {found.name or '(the first error)'}\n"
        f"found: {found.problem.found}\n"
        f"why:   {found.why}\n"
        f"next:  {found.next_step}\n"
    )


@pytest.mark.parametrize("case", CASES)
def test_a_log_has_the_cause_that_its_golden_file_says(case: str) -> None:
    matches_golden(text_of(cause(read(case))), f"causes/{case}.txt")


@pytest.mark.parametrize("case", CASES)
def test_a_known_cause_is_found_under_the_name_of_its_log(case: str) -> None:
    names = {each.name for each in KNOWN}
    found = cause(read(case))
    if case in names:
        assert found is not None
        assert found.name == case


def test_every_known_cause_has_a_log() -> None:
    shown = {found.name for case in CASES if (found := cause(read(case)))}
    assert {each.name for each in KNOWN} - shown == WITHOUT_A_LOG


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("zsh:1: command not found: pod", "pod-missing"),
        ("env: pod: No such file or directory", "pod-missing"),
        (
            "security: SecKeychainUnlock <NULL>: The user name or passphrase "
            "you entered is not correct.",
            "keychain-password",
        ),
        (
            '/p/A.xcodeproj: error: Provisioning profile "P" has app ID '
            '"com.a", which does not match the bundle ID "com.b".',
            "profile-mismatch",
        ),
        (
            "/p/Pods.xcodeproj: error: TensorFlow-experimental does not "
            "support provisioning profiles, but provisioning profile P has "
            "been manually specified.",
            "profile-for-pods",
        ),
        ("xcrun: error: unable to find utility", "command-line-tools"),
        ("/p/ShopCam.app: no identity found", "no-signing-identity"),
        ("error: No Accounts: Add a new account", "no-account"),
    ],
)
def test_another_form_of_a_known_cause_is_known(line: str, name: str) -> None:
    found = cause([line])
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "line",
    [
        "warning: error: No space left on device",
        "/p/a.cc:3:4: warning: error: No space left on device [-Wall]",
        "note: error: errSecInternalComponent",
        "    echo 'error: No space left on device'",
        "2026-11-23 10:00:00.000 App[1:2] error: No space left on device",
        "error_count: 0",
        "/p/ShopCam.app: replacing existing signature",
        "ld: warning: -undefined error: is deprecated",
        "Showing errors: 3",
        "",
    ],
)
def test_a_line_that_says_no_failure_is_none(line: str) -> None:
    assert list(problems([line])) == []


def test_the_source_that_a_compiler_quotes_is_no_cause() -> None:
    log = [
        "/p/camera/a.mm:4:2: warning: unused [-Wunused]",
        '  throw "error: No space left on device";',
        "  ^",
        "/p/camera/a.mm:9:1: error: expected ';'",
        "xcodebuild: error: errSecInternalComponent",
    ]
    assert [each.found for each in problems(log)] == [
        "a.mm:9: expected ';'",
        "errSecInternalComponent",
    ]


def test_every_known_cause_says_what_to_do_in_one_line() -> None:
    for known in KNOWN:
        assert "\n" not in known.next_step
        assert known.why.endswith(".")
        assert len(known.next_step) < 280
    assert len({each.name for each in KNOWN}) == len(KNOWN)
