"""What is lacking on a Mac, how it is shown, and what mends it."""

import io
from dataclasses import replace

import pytest

from shopcam.console import Console
from shopcam.errors import MacError
from shopcam.macos.doctor.checks import checks
from shopcam.macos.doctor.doctor import lacking, require_fit, show
from shopcam.macos.facts.cocoapods import CocoaPods
from shopcam.macos.facts.gather import Facts
from shopcam.macos.facts.xcode_version import Xcode
from tests.macos.golden_files import matches_golden
from tests.macos.mac_facts import BARE, READY

MACS = {"ready": READY, "bare": BARE}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def verdict(facts: Facts, name: str, **known: bool) -> str:
    found = {each.name: each for each in checks(facts, **known)}
    return found[name].verdict


@pytest.mark.parametrize("name", MACS)
def test_the_table_is_as_its_golden_file_shows(name: str) -> None:
    stream = io.StringIO()
    show(Console(stream=stream), name, checks(MACS[name]))
    text = "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
    matches_golden(f"{text}\n", f"doctor/{name}.txt")
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_a_terminal_shows_in_colour_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show(Console(stream=stream), "bare", checks(BARE))
    assert "\x1b[1;31mmissing" in stream.getvalue()
    assert "\x1b[32mok" in stream.getvalue()


def test_a_mac_that_is_ready_lacks_nothing() -> None:
    found = checks(READY)
    assert all(each.fits for each in found)
    require_fit(found, {each.needed_for for each in found}, "mac1")


def test_everything_that_is_wrong_says_what_mends_it() -> None:
    found = checks(BARE)
    assert {each.name for each in found if each.fits} == {"rsync"}
    for each in found:
        assert each.how
        assert each.wanted


def test_only_what_the_purpose_needs_is_demanded() -> None:
    found = checks(replace(READY, keychain_is_open=False, identities=()))
    require_fit(found, {"build", "pods", "sync"}, "mac1")
    with pytest.raises(MacError) as raised:
        require_fit(found, {"build", "signing"}, "mac1")
    assert str(raised.value).startswith("mac1 lacks what this needs.")
    assert "keychain: locked, wanted open" in str(raised.value)
    assert "SHOPCAM_KEYCHAIN_PASSWORD" in str(raised.value)
    assert "Xcode" not in str(raised.value).partition("next:")[0]
    assert [each.name for each in lacking(found, {"signing"})] == [
        "keychain",
        "identities",
    ]


def test_a_password_and_a_key_make_up_for_keychain_and_identity() -> None:
    facts = replace(READY, keychain_is_open=False, identities=())
    assert verdict(facts, "keychain") == "wrong"
    assert verdict(facts, "keychain", has_password=True) == "ok"
    assert verdict(facts, "identities") == "missing"
    assert verdict(facts, "identities", has_key=True) == "ok"


def test_a_host_without_devices_is_not_asked_for_an_iphone() -> None:
    found = checks(READY, has_iphones=False)
    assert "iPhone" not in {each.name for each in found}


@pytest.mark.parametrize(
    ("facts", "name", "expected"),
    [
        (replace(READY, platforms=()), "iOS platform", "missing"),
        (replace(READY, platforms=("9.3",)), "iOS platform", "wrong"),
        (replace(READY, skew_s=59.0), "clock", "ok"),
        (replace(READY, skew_s=61.0), "clock", "wrong"),
        (replace(READY, skew_s=None), "clock", "missing"),
        (replace(READY, free_bytes=None), "disk", "missing"),
        (replace(READY, free_bytes=-5), "disk", "wrong"),
        (replace(READY, xcode=Xcode("16.4", "x")), "Xcode", "ok"),
        (
            replace(READY, xcode=Xcode("16.4", "x")),
            "Xcode for uploads",
            "wrong",
        ),
        (
            replace(READY, cocoapods=CocoaPods("", "/usr/local/bin/pod")),
            "CocoaPods",
            "wrong",
        ),
        (
            replace(READY, cocoapods=CocoaPods("1.9.3", "/usr/local/bin/pod")),
            "CocoaPods",
            "wrong",
        ),
    ],
)
def test_a_fact_is_judged(facts: Facts, name: str, expected: str) -> None:
    assert verdict(facts, name) == expected
