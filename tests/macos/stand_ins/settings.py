"""What the Mac of the stand-ins is like, kept in its user's home."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = ".stand_ins"
LOGS = Path(__file__).resolve().parent.parent / "logs"


@dataclass
class Settings:
    """A Mac; by default one that lacks nothing but an unlocked keychain.

    Attributes:
        failure: a case of logs/ that is played; none when empty.
        line_delay_s: how long xcodebuild waits before each task.
        halts: whether xcodebuild stands still after its first task, until
            this is no more so.
        macos: the version that sw_vers prints.
        xcode: the version of Xcode.
        platforms: the installed versions of iOS.
        has_xcode: whether an Xcode is selected, or the command line tools.
        has_licence: whether the licence was accepted.
        was_launched: whether nothing is left of the first launch.
        keychain_password: what opens the keychain.
        keychain_is_open: whether it is open.
        identities: the names of signing identities.
        profiles: the names of installed provisioning profiles.
        devices: the names of the iPhones that are attached.
        device_json: the version of devicectl's JSON: 2 or 5.
        pod_version: the version of CocoaPods.
        specs: pods and versions that CocoaPods' cache knows.
        remote_specs: those that an update of the index brings.
        uploaded: build numbers that App Store Connect has.
        beautified_lines: how many lines xcbeautify reads before it dies.
    """

    failure: str = ""
    line_delay_s: float = 0.0
    halts: bool = False
    macos: str = "26.4"
    xcode: str = "27.0"
    platforms: tuple[str, ...] = ("27.0",)
    has_xcode: bool = True
    has_licence: bool = True
    was_launched: bool = True
    keychain_password: str = "keychain password"
    keychain_is_open: bool = False
    identities: tuple[str, ...] = ("Apple Development: Ana (AB12CD34EF)",)
    profiles: tuple[str, ...] = ("Shop profile",)
    devices: tuple[str, ...] = ("Ana's iPhone",)
    device_json: int = 5
    pod_version: str = "1.16.2"
    specs: tuple[str, ...] = ("TensorFlow-experimental 1.1.1",)
    remote_specs: tuple[str, ...] = ()
    uploaded: tuple[str, ...] = ()
    beautified_lines: int | None = None


def home() -> Path:
    """The home of the Mac's user."""
    return Path(os.environ["HOME"])


def load(of: Path | None = None) -> Settings:
    """The settings of a home; those of this process's without one."""
    file = (of or home()) / FOLDER / "settings.json"
    if not file.exists():
        return Settings()
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    known = {each.name for each in fields(Settings)}
    assert set(values) <= known, set(values) - known
    return Settings(
        **{
            key: tuple(value) if isinstance(value, list) else value
            for key, value in values.items()
        }
    )


def save(settings: Settings, of: Path | None = None) -> None:
    """Makes a home's Mac be like this."""
    file = (of or home()) / FOLDER / "settings.json"
    file.parent.mkdir(exist_ok=True)
    # Whole at once: a program that stands still looks at it all the time.
    part = file.with_name(f"settings.{os.getpid()}.part")
    part.write_text(json.dumps(asdict(settings)), encoding="utf-8")
    part.replace(file)


def calls(of: Path) -> list[dict[str, Any]]:
    """Every call of a stand-in in a home, in their order."""
    file = of / FOLDER / "calls.jsonl"
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def record(program: str, arguments: list[str]) -> None:
    """Notes a call."""
    file = home() / FOLDER / "calls.jsonl"
    file.parent.mkdir(exist_ok=True)
    entry = {
        "program": program,
        "arguments": arguments,
        "folder": os.getcwd(),
        "environment": dict(os.environ),
    }
    with open(file, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")


def log_of(case: str) -> str:
    """The text of a case of logs/."""
    return (LOGS / f"{case}.log").read_text(encoding="utf-8")
