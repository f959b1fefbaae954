"""Macs with the stand-ins, a user who builds on them, and a small bundle."""

import atexit
import contextlib
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from shopcam.app.bundle import bundle
from shopcam.card import load_card
from shopcam.console import Console
from shopcam.labels import Label
from shopcam.macos.build import fleet
from shopcam.macos.build.build import HostBuild
from shopcam.macos.build.credentials import credentials
from shopcam.macos.build.order import Action, App
from shopcam.macos.build.plan import usual_actions
from shopcam.macos.build.settings import Settings as IosSettings
from shopcam.macos.build.settings import ios_settings
from shopcam.macos.build.wanted import Built, Wanted
from shopcam.macos.host import Host
from shopcam.paths import ROOT
from tests.macos.sshd import BARE_PATH, Client, Mac
from tests.macos.stand_ins.install import install
from tests.macos.stand_ins.settings import Settings, load, save

PASSWORD = 'correct "horse" \\ battery'
KEY_ID, ISSUER_ID = "ABC123DEF4", "69a6de70-03db-47e3-e053-5b8c7c11a4d1"
KEY_LINE = "MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg"
KEY = f"-----BEGIN PRIVATE KEY-----\n{KEY_LINE}\n-----END PRIVATE KEY-----\n"
TEAM = "TEAM123456"
APP = App("demo", "com.example.shop", TEAM)
# Sections `ios` of fabric.yaml.
AUTOMATIC = {
    "signing": "automatic",
    "team": TEAM,
    "key_id": KEY_ID,
    "issuer_id": ISSUER_ID,
}
MANUAL = {
    "signing": "manual",
    "profile": "Shop profile",
    "method": "release-testing",
}


@cache
def small_bundle() -> Path:
    """A bundle as integrate makes it, around a model of a hundred bytes."""
    # Gone when this process ends.
    kept = tempfile.TemporaryDirectory(prefix="bundle-")
    atexit.register(kept.cleanup)
    folder = Path(kept.name)
    card = load_card(ROOT / "models" / "demo" / "model.yaml")
    deploy = card.deploy.model_copy(update={"memory_map": False})
    app = card.app.model_copy(
        update={"bundle_id": APP.bundle_id, "team": APP.team}
    )
    card = card.model_copy(update={"deploy": deploy, "app": app})
    model = folder / "frozen.pb"
    model.write_bytes(b"\x0a\x05graph" * 20)
    labels = [Label("a", ("A",), 1), Label("b", ("B",), 2)]
    return bundle(card, labels, model, folder / "camera").folder


@dataclass
class Studio:
    """Macs, and who builds on them.

    Attributes:
        macs: by their names.
        client: the user's side.
        results: where results come to, as build/demo/ios would be.
        said: what was shown so far.
    """

    macs: dict[str, Mac]
    client: Client
    results: Path
    said: io.StringIO

    @property
    def text(self) -> str:
        """All that was shown."""
        return self.said.getvalue()

    def hosts(self, *names: str) -> tuple[Host, ...]:
        """Hosts of fabric.yaml, all of them without a name."""
        wanted = names or tuple(self.macs)
        return tuple(self.client.host(self.macs[name]) for name in wanted)

    def is_like(self, **changes: object) -> None:
        """Makes every Mac be different in some way."""
        for mac in self.macs.values():
            values = {**vars(load(mac.home)), **changes}
            save(Settings(**values), mac.home)

    def wanted(
        self,
        actions: tuple[Action, ...] = (),
        *,
        build: str | None = None,
        **section: object,
    ) -> Wanted:
        """What a task wants; a build of the small bundle.

        Args:
            actions: the usual ones when empty.
            build: work in this release, the newest when empty, and send
                nothing.
            section: of fabric.yaml's `ios`.
        """
        settings: IosSettings = ios_settings(section, {})
        return Wanted(
            APP,
            settings,
            actions or usual_actions(settings),
            self.results,
            bundle=small_bundle() if build is None else None,
            build=build or "",
            label=actions[-1] if actions else "build",
        )

    def config(self, **section: object) -> Path:
        """A configuration file for `fab -f`, with all Macs in it.

        Args:
            section: of `ios`.
        """
        keys = {"ssh_config": str(self.client.config)}
        hosts = {name: dict(keys) for name in self.macs}
        path = self.client.folder / "fabric-of-the-test.yaml"
        path.write_text(
            yaml.safe_dump({"mac": {"hosts": hosts}, "ios": section})
        )
        return path

    def run(self, wanted: Wanted, name: str = "mac1") -> Built:
        """Builds on one Mac without asking the doctor, which takes a second."""
        console = Console(stream=self.said)
        work = HostBuild(self.client.host(self.macs[name]), wanted, console)
        with contextlib.closing(work.machine):
            work.credentials = credentials(
                wanted.actions,
                wanted.settings,
                name,
                load(self.macs[name].home).keychain_is_open,
                warn=console.warn,
            )
            return work.run()

    def build(self, wanted: Wanted, *names: str) -> tuple[Built, ...]:
        """Builds on the named hosts, or on all."""
        console = Console(stream=self.said)
        return fleet.build(self.hosts(*names), wanted, console)


@contextlib.contextmanager
def studio(folder: Path, *names: str) -> Iterator[Studio]:
    """Running Macs, whose keychains are locked, and a user they know."""
    client = Client(folder)
    with contextlib.ExitStack() as running:
        macs = {}
        for name in names or ("mac1",):
            programs = folder / f"{name}-usr-bin"
            mac = Mac(folder, name, path=f"{programs}:{BARE_PATH}")
            install(programs, mac.home / ".rbenv" / "shims")
            save(Settings(keychain_password=PASSWORD), mac.home)
            client.meet(running.enter_context(mac))
            macs[name] = mac
        yield Studio(macs, client, folder / "ios", io.StringIO())
