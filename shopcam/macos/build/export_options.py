"""ExportOptions.plist: how an archive becomes an .ipa, or goes to Apple.

The keys are those that `xcodebuild -help` lists.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from shopcam.app.render import render
from shopcam.errors import UsageError
from shopcam.macos.commands.signing import Automatic, Signing, Unsigned

# The names since Xcode 15.3; before they were development, ad-hoc, app-store.
Method = Literal[
    "debugging",
    "release-testing",
    "app-store-connect",
    "enterprise",
    "validation",
]
TEMPLATE = "ExportOptions.plist"


@dataclass(frozen=True)
class ExportOptions:
    """What the plist says.

    The build number stays the card's: Xcode would count it up by itself
    when it uploads, and then no source says which build testers have.

    Args:
        method: `debugging` for one's own iPhones, `release-testing` for
            registered ones, `app-store-connect` for TestFlight.
        destination: `export` makes an .ipa, `upload` sends it to Apple.
        team: the ten characters of the team; that of the archive if empty.
        bundle_id: the app's, which a profile is for.
        profile: the name or UUID of a profile that is installed on the Mac;
            Xcode signs by itself when empty.
        certificate: the signing identity for that profile.
        internal_testing_only: testers of the team alone may have the build.
    """

    method: Method = "debugging"
    destination: Literal["export", "upload"] = "export"
    team: str = ""
    bundle_id: str = ""
    profile: str = ""
    certificate: str = "Apple Distribution"
    internal_testing_only: bool = False

    def __post_init__(self) -> None:
        """Refuses what xcodebuild refuses only after minutes.

        Raises:
            UsageError: the values do not go together.
        """
        if self.method not in get_args(Method):
            raise UsageError(
                "An export has one of Xcode's methods.",
                self.method,
                "choose one of " + ", ".join(get_args(Method)),
            )
        uploads = self.destination == "upload"
        if uploads and self.method != "app-store-connect":
            raise UsageError(
                "An upload goes to App Store Connect.",
                f"method {self.method}",
                "choose the method app-store-connect",
            )
        if self.profile and not self.bundle_id:
            raise UsageError(
                "A profile is named for a bundle id.",
                f"profile {self.profile} and no bundle id",
                "set app.bundle_id in the card",
            )

    @property
    def style(self) -> str:
        """`manual` with a profile, `automatic` without."""
        return "manual" if self.profile else "automatic"


def export_options(
    signing: Signing,
    bundle_id: str,
    *,
    method: Method = "debugging",
    upload: bool = False,
    internal_testing_only: bool = False,
) -> ExportOptions:
    """The options that go with how the archive was signed.

    Raises:
        UsageError: the archive is unsigned, or the values do not go together.
    """
    if isinstance(signing, Unsigned):
        raise UsageError(
            "Only a signed archive can be exported.",
            "a build without signing",
            "--signing=automatic or manual; fabric.yaml shows the keys",
        )
    options = ExportOptions(
        method=method,
        destination="upload" if upload else "export",
        team=signing.team,
        bundle_id=bundle_id,
        internal_testing_only=internal_testing_only,
    )
    if isinstance(signing, Automatic):
        return options
    return replace(
        options, profile=signing.profile, certificate=signing.certificate
    )


def rendered(options: ExportOptions) -> str:
    """The text of ExportOptions.plist.

    Raises:
        CardError: a value cannot stand in XML.
    """
    return render(TEMPLATE, options=options)
