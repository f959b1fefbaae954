"""The section `ios` of fabric.yaml."""

import pytest

from shopcam.errors import UsageError
from shopcam.macos.build.settings import ios_settings
from shopcam.macos.commands.signing import Automatic, KeyFile, Manual, Unsigned

TEAM = "TEAM123456"
KEY_ID, ISSUER_ID = "ABC123DEF4", "69a6de70-03db-47e3-e053-5b8c7c11a4d1"


def test_nothing_said_is_a_release_that_nobody_signs() -> None:
    settings = ios_settings({}, {})
    assert settings.configuration == "Release"
    assert settings.signed() == Unsigned()
    assert not settings.signs


def test_an_argument_beats_the_configuration() -> None:
    section = {"signing": "automatic", "team": TEAM}
    assert ios_settings(section, {"signing": "none"}).signing == "none"


def test_an_argument_that_is_empty_was_not_given() -> None:
    assert ios_settings({"device": "Ana"}, {"device": ""}).device == "Ana"


def test_automatic_signing_takes_the_key_and_the_team() -> None:
    settings = ios_settings({"signing": "automatic", "team": TEAM}, {})
    key = KeyFile("~/key.p8", KEY_ID, ISSUER_ID)
    assert settings.signed(key=key) == Automatic(TEAM, key)


def test_a_profile_is_signed_with_by_the_team_of_the_card() -> None:
    settings = ios_settings({"signing": "manual", "profile": "Shop"}, {})
    assert settings.signed(TEAM) == Manual(TEAM, "Shop")


def test_a_profile_without_any_team_is_refused() -> None:
    settings = ios_settings({"signing": "manual", "profile": "Shop"}, {})
    with pytest.raises(UsageError) as caught:
        settings.signed()
    assert caught.value.found == (
        "neither ios.team nor app.team of the card is set"
    )


def test_a_simulator_asks_for_no_signature() -> None:
    section = {"signing": "automatic", "platform": "simulator"}
    assert ios_settings(section, {}).signed() == Unsigned()


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"signing": "auto"}, "ios.signing: Input should be 'none', "),
        ({"signin": "none"}, "ios.signin: no such key, did you mean signing?"),
        ({"signing": "manual"}, "signing: manual needs a profile"),
        ({"key_id": KEY_ID}, "key_id and issuer_id go together"),
        ({"team": "short"}, "ios.team: "),
        ({"method": "ad-hoc"}, "ios.method: Input should be 'debugging', "),
        ({"on_interrupt": "wait"}, "ios.on_interrupt: "),
    ],
)
def test_a_wrong_key_is_named_with_what_was_found(
    section: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        ios_settings(section, {})
    assert caught.value.found.startswith(said)


def test_all_wrong_keys_are_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        ios_settings({"signing": "x", "platform": "y"}, {})
    assert "ios.signing" in caught.value.found
    assert "ios.platform" in caught.value.found
