"""What the tasks of a Mac share: settings, hosts, the card, one build."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks._setting import build_folder, setting

if TYPE_CHECKING:
    from invoke import Context

    from shopcam.card import Card
    from shopcam.macos.build.order import Action
    from shopcam.macos.build.settings import Settings
    from shopcam.macos.build.wanted import Wanted
    from shopcam.macos.host import Host, Role

# The defaults of the section `ios`, so that FABRIC_IOS_SIGNING and the like
# work: Fabric looks for the variables of keys that it knows. Spelt here, since
# shopcam.macos.build.settings costs what `fab --list` has not; a test compares
# them.
DEFAULTS = {
    "host": "",
    "configuration": "Release",
    "platform": "device",
    "signing": "none",
    "team": "",
    "method": "debugging",
    "profile": "",
    "certificate": "Apple Distribution",
    "key_id": "",
    "issuer_id": "",
    "key_file": "",
    "keychain": "",
    "keychain_password_file": "",
    "device": "",
    "simulator": "iPhone 17",
    "internal_testing_only": False,
    "on_interrupt": "stop",
}
NO_MAC = (
    "no Mac is named yet: fab build_ios --host=user@address,",
    "or mac.hosts in fabric.yaml; README.md, section The Mac",
    "by hand: copy the folder below to a Mac with Xcode and CocoaPods,",
    "in it pod install, then open ShopCam.xcworkspace",
)


def after_build(model: str, settings: "Settings") -> list[str]:
    """What can be done with a product."""
    if settings.platform == "simulator":
        return ["open the simulator on the Mac, and drop the .app onto it"]
    if not settings.signs:
        return [
            "nobody signed this app, and no iPhone takes it;",
            f"fab build_ios --model={model} --signing=automatic makes an .ipa",
        ]
    if settings.method == "app-store-connect":
        return [f"fab ios.upload --model={model}"]
    return [f"fab ios.install --model={model}"]


def card_of(c: "Context", model: str) -> "Card":
    """The card of `--model`, or of the model that fabric.yaml names."""
    from shopcam.card import load_card

    return load_card(setting(c, "build_ios.model", model, "demo"))


def settings_of(c: "Context", **given: Any) -> "Settings":
    """The section `ios`, and what was typed."""
    from shopcam.macos.build.settings import ios_settings
    from shopcam.macos.host import plain

    section: Mapping[str, Any] = plain(c.config.get("ios", DEFAULTS))
    return ios_settings(section, given)


def hosts_of(
    c: "Context", settings: "Settings", role: "Role" = "build"
) -> tuple["Host", ...]:
    """The Macs of `--host`, of `ios.host`, or all that have the role."""
    from shopcam.macos.host import hosts, listed

    return hosts(c.config.get("mac", {}), listed(settings.host), role)


def all_hosts(c: "Context", settings: "Settings") -> tuple["Host", ...]:
    """The Macs of `--host`, of `ios.host`, or all, whatever they are for."""
    from shopcam.macos.host import hosts, listed

    section = c.config.get("mac", {})
    named = settings.host or list(section.get("hosts") or ())
    return hosts(section, listed(named))


def has_mac(c: "Context", settings: "Settings") -> bool:
    """Whether any Mac is named, be it by a wrong name."""
    section = c.config.get("mac", {})
    return bool(settings.host or section.get("hosts") or section.get("host"))


def results_folder(card: "Card", output: str) -> Path:
    """Where results of a Mac come to, one folder per host."""
    return build_folder(card, output) / "ios"


def wanted(
    card: "Card",
    settings: "Settings",
    actions: tuple["Action", ...],
    *,
    output: str,
    bundle: Path | None = None,
    build: str = "",
    label: str = "build",
) -> "Wanted":
    """What is to be done for a card's app, on every host alike."""
    from shopcam.macos.build.order import App
    from shopcam.macos.build.wanted import Wanted

    return Wanted(
        App(card.name, card.app.bundle_id, card.app.team),
        settings,
        actions,
        results_folder(card, output),
        bundle,
        build,
        label,
    )


def run_job(
    c: "Context",
    *actions: "Action",
    model: str,
    build: str,
    output: str,
    quiet: bool,
    leave: bool = False,
    **given: Any,
) -> None:
    """Does actions in a release that is there; shows what came back."""
    from shopcam.console import Console
    from shopcam.errors import UsageError
    from shopcam.macos.build.fleet import build as build_on
    from shopcam.macos.build.fleet import show

    card = card_of(c, model)
    settings = settings_of(c, on_interrupt="leave" * leave, **given)
    hosts = hosts_of(c, settings)
    if "upload" in actions and len(hosts) > 1:
        raise UsageError(
            "An app is uploaded once.",
            ", ".join(host.name for host in hosts),
            "name one of them with --host",
        )
    console = Console(quiet)
    built = build_on(
        hosts,
        wanted(
            card,
            settings,
            actions,
            output=output,
            build=build,
            label=actions[-1],
        ),
        console,
    )
    show(console, built)
