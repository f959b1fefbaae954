"""What is to be built: the same for every action of a build."""

from dataclasses import dataclass
from typing import Literal

from shopcam.macos.build.settings import Settings
from shopcam.macos.commands.signing import ApiKey, KeyFile, Signing
from shopcam.macos.commands.xcodebuild import Project

Action = Literal["pods", "build", "test", "archive", "export", "upload"]


@dataclass(frozen=True)
class App:
    """What of the card matters on the Mac.

    Args:
        model: the card's name.
        bundle_id: the app's.
        team: its team, where the card names one.
    """

    model: str
    bundle_id: str
    team: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be built, and where on the Mac.

    Args:
        project: the release's copy of the bundle, and its results.
        private: a folder for what nobody else may read.
        kept_lock: the Podfile.lock that the model's last build left.
        app: whose app it is.
        settings: what it is to be.
        key: the App Store Connect key, if there is one.
        unlocks: the keychain's password comes with the job.
        locked: the kept Podfile.lock fits the Podfile.
        destination: what tests run on.
    """

    project: Project
    private: str
    kept_lock: str
    app: App
    settings: Settings
    key: ApiKey | None = None
    unlocks: bool = False
    locked: bool = False
    destination: str = ""

    @property
    def key_file(self) -> KeyFile | None:
        """The key as it lies on the Mac while the job runs."""
        return self.key.at(self.private) if self.key else None

    @property
    def signing(self) -> Signing:
        """Who signs."""
        return self.settings.signed(self.app.team, self.key_file)
