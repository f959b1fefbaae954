"""The section `ios` of fabric.yaml: what is built, and who signs it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from shopcam.card_file import explain
from shopcam.errors import UsageError
from shopcam.macos.build.export_options import Method
from shopcam.macos.commands.signing import (
    Automatic,
    KeyFile,
    Manual,
    Signing,
    Unsigned,
)
from shopcam.macos.commands.xcodebuild import Configuration, Platform


class Settings(BaseModel):
    """What a build is to be, after fabric.yaml, environment and arguments.

    Attributes:
        host: the hosts to take when `--host` names none: names, or
            addresses, between commas.
        configuration: of a build without archive; an archive is a Release.
        platform: `device`, or `simulator`, whose apps nobody signs.
        signing: `none` compiles and links, `automatic` lets Xcode sign,
            `manual` takes an installed profile.
        team: the ten characters of the team; the card's when empty.
        method: what an export is for.
        profile: a manual profile's name or UUID.
        certificate: the signing identity that goes with it.
        key_id: of the App Store Connect API key.
        issuer_id: of the team's keys.
        key_file: the .p8 file on this machine, if no variable holds it.
        keychain: the keychain with the identity; the default one if empty.
        keychain_password_file: a file on this machine with its password.
        device: UDID, identifier or name of the iPhone for tests, install
            and launch; the only one that is attached when empty.
        simulator: the simulator that tests run on without a device.
        internal_testing_only: an upload is for the team's own testers.
        on_interrupt: what Ctrl-C does to the job on the Mac.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = ""
    configuration: Configuration = "Release"
    platform: Platform = "device"
    signing: Literal["none", "automatic", "manual"] = "none"
    team: Annotated[str, Field(pattern=r"^([A-Z0-9]{10})?$")] = ""
    method: Method = "debugging"
    profile: str = ""
    certificate: str = "Apple Distribution"
    key_id: Annotated[str, Field(pattern=r"^([A-Z0-9]{8,20})?$")] = ""
    issuer_id: Annotated[str, Field(pattern=r"^([0-9a-fA-F-]{36})?$")] = ""
    key_file: str = ""
    keychain: str = ""
    keychain_password_file: str = ""
    device: str = ""
    simulator: str = "iPhone 17"
    internal_testing_only: bool = False
    on_interrupt: Literal["stop", "leave"] = "stop"

    @model_validator(mode="after")
    def go_together(self) -> "Settings":
        if self.signing == "manual" and not self.profile:
            raise ValueError("signing: manual needs a profile")
        if bool(self.key_id) != bool(self.issuer_id):
            raise ValueError("key_id and issuer_id go together")
        return self

    @property
    def signs(self) -> bool:
        """Whether somebody signs: no simulator asks for it."""
        return self.signing != "none" and self.platform == "device"

    @property
    def has_key(self) -> bool:
        """Whether an App Store Connect key is named."""
        return bool(self.key_id)

    def signed(self, team: str = "", key: KeyFile | None = None) -> Signing:
        """Who signs, for the commands.

        Args:
            team: the card's team, where the settings name none.
            key: where the App Store Connect key lies on the Mac.

        Raises:
            UsageError: a profile without a team.
        """
        if not self.signs:
            return Unsigned()
        if self.signing == "automatic":
            return Automatic(self.team, key)
        if not (self.team or team):
            raise UsageError(
                "A profile belongs to a team.",
                "neither ios.team nor app.team of the card is set",
                "set ios.team in fabric.yaml to the team's ten characters",
            )
        return Manual(self.team or team, self.profile, self.certificate)


def ios_settings(
    section: Mapping[str, Any], given: Mapping[str, Any]
) -> Settings:
    """The settings of a task.

    Args:
        section: `ios` of Fabric's merged configuration.
        given: the task's arguments, which beat it; what is empty was not
            given.

    Raises:
        UsageError: a key or a value that there is not; names all of them.
    """
    typed = {key: value for key, value in given.items() if value}
    try:
        return Settings.model_validate({**section, **typed})
    except ValidationError as error:
        raise UsageError(
            "The settings of an iOS build must be ones that there are.",
            "\n         ".join(map(explained, error.errors())),
            "correct them where they were typed, in FABRIC_IOS_..., or in "
            "the section ios of fabric.yaml",
        ) from None


def explained(problem: ErrorDetails) -> str:
    """One wrong key as the user knows it: `ios.signing: ...`."""
    text = explain(problem, tuple(Settings.model_fields))
    return f"ios.{text}" if problem["loc"] else text
