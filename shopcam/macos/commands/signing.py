"""Who signs the app: nobody, Xcode with an App Store Connect key, a profile."""

from dataclasses import dataclass

from shopcam.macos.commands.fed import Fed, written
from shopcam.macos.secrets import Secret


@dataclass(frozen=True)
class KeyFile:
    """An API key as it lies on the Mac: xcodebuild takes it as a file."""

    path: str
    key_id: str
    issuer_id: str

    @property
    def options(self) -> tuple[str, ...]:
        """What lets xcodebuild make certificates and profiles itself."""
        return (
            "-allowProvisioningUpdates",
            *("-authenticationKeyPath", self.path),
            *("-authenticationKeyID", self.key_id),
            *("-authenticationKeyIssuerID", self.issuer_id),
        )


@dataclass(frozen=True)
class ApiKey:
    """An App Store Connect API key, by which Apple knows the team.

    Args:
        key_id: its ten characters.
        issuer_id: the team's UUID on the page of the keys.
        key: the content of the .p8 file.
    """

    key_id: str
    issuer_id: str
    key: Secret

    def at(self, folder: str) -> KeyFile:
        """How it lies in a private folder of the Mac while a job needs it."""
        path = f"{folder}/AuthKey_{self.key_id}.p8"
        return KeyFile(path, self.key_id, self.issuer_id)

    def placed(self, folder: str) -> Fed:
        """Writes it there; `fed.removed(key.at(folder).path)` takes it away."""
        return written(self.at(folder).path, self.key)


@dataclass(frozen=True)
class Unsigned:
    """No signing at all: proves that the app compiles and links."""

    @property
    def options(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def settings(self) -> tuple[str, ...]:
        """The build setting that switches signing off."""
        return ("CODE_SIGNING_ALLOWED=NO",)


@dataclass(frozen=True)
class Automatic:
    """Xcode chooses certificate and profile.

    Args:
        team: the ten characters of the developer team; the project's own,
            which is that of the card, when empty.
        key: with it Xcode makes what is missing; without it, an account in
            Xcode on the Mac, or certificate and profile must be there.
    """

    team: str = ""
    key: KeyFile | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """How Xcode reaches the team's account."""
        return self.key.options if self.key else ()

    @property
    def settings(self) -> tuple[str, ...]:
        """Build settings of the team."""
        team = (f"DEVELOPMENT_TEAM={self.team}",) if self.team else ()
        return (*team, "CODE_SIGN_STYLE=Automatic")


@dataclass(frozen=True)
class Manual:
    """A profile that is installed on the Mac.

    A setting on the command line holds for every target, and those of the
    pods refuse a profile; so the profile goes into a setting of our own,
    which the app's xcconfig alone reads.

    Args:
        team: the ten characters of the developer team.
        profile: the profile's name or UUID.
        certificate: the identity's name or SHA-1; `Apple Distribution`
            chooses the newest of its kind.
    """

    team: str
    profile: str
    certificate: str = "Apple Distribution"

    @property
    def options(self) -> tuple[str, ...]:
        """None: nothing is asked of Apple."""
        return ()

    @property
    def settings(self) -> tuple[str, ...]:
        """Build settings of team, certificate and profile."""
        return (
            f"DEVELOPMENT_TEAM={self.team}",
            "CODE_SIGN_STYLE=Manual",
            f"CODE_SIGN_IDENTITY={self.certificate}",
            f"SHOPCAM_PROFILE={self.profile}",
        )


Signing = Unsigned | Automatic | Manual
