"""pod: `pod --version` and `pod install` of CocoaPods 1.16."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.macos.stand_ins.pods_project import write_project
from tests.macos.stand_ins.refusal import options, refuse
from tests.macos.stand_ins.settings import Settings, load, log_of

# `pod install --help`; the global ones of CLAide.
FLAGS = (
    "--allow-root",
    "--clean-install",
    "--deployment",
    "--no-ansi",
    "--repo-update",
    "--silent",
    "--verbose",
)
VALUED = ("--project-directory",)
FAILURES = {
    "cdn": 1,
    "locale": 1,
    "pod-download": 1,
    "pod-not-found": 31,
    "pods-old-format": 1,
}
PODFILE = Path(__file__).resolve().parent / "podfile.rb"
WORKSPACE = """\
<?xml version="1.0" encoding="UTF-8"?>
<Workspace
   version = "1.0">
   <FileRef
      location = "group:{project}">
   </FileRef>
   <FileRef
      location = "group:Pods/Pods.xcodeproj">
   </FileRef>
</Workspace>
"""


def main(arguments: list[str]) -> int:
    """Prints the version, or installs."""
    settings = load()
    if arguments == ["--version"]:
        print(settings.pod_version)
        return 0
    refuse(arguments[:1] != ["install"], f"unknown: {arguments}")
    given, words = options(arguments[1:], FLAGS, VALUED, joined=True)
    refuse(words, f"unknown: {words}")
    if not is_utf8():
        print(log_of("locale"), end="", file=sys.stderr)
        return 1
    if settings.failure in FAILURES:
        print(log_of(settings.failure), end="")
        return FAILURES[settings.failure]
    folder = Path(given.get("--project-directory", "."))
    return install(folder, given, settings)


def is_utf8() -> bool:
    """Whether the locale's encoding is one that CocoaPods works in."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "C")
    return locale.upper().endswith("UTF-8")


def install(folder: Path, given: dict[str, str], settings: Settings) -> int:
    """Makes Pods/, Podfile.lock and the workspace."""
    podfile = folder / "Podfile"
    if not podfile.is_file():
        print("[!] No `Podfile' found in the project directory.")
        return 1
    read = evaluated(podfile)
    print("Analyzing dependencies", flush=True)
    if "--repo-update" in given:
        print("Updating local specs repositories")
    for name, pod in read["pods"].items():
        specs = settings.specs
        if "--repo-update" in given:
            specs += settings.remote_specs
        if pod["path"]:
            spec = folder / pod["path"] / f"{name}.podspec"
            refuse(not spec.is_file(), f"No podspec found for `{name}`", 1)
        elif f"{name} {pod['version']}" not in specs:
            print(not_found(name, pod["version"]))
            return 31
    lock = lock_text(podfile, read["pods"], settings)
    file = folder / "Podfile.lock"
    if "--deployment" in given:
        if not file.is_file():
            print("[!] No `Podfile.lock' found in the project directory.")
            return 1
        if file.read_text(encoding="utf-8") != lock:
            print(
                "\n[!] There were changes to the lockfile in deployment mode:"
            )
            return 1
    write(folder, read, lock)
    return 0


def write(folder: Path, read: dict[str, Any], lock: str) -> None:
    """Writes what an installation leaves."""
    print("Downloading dependencies", flush=True)
    pods = folder / "Pods"
    for name, pod in read["pods"].items():
        print(f"Installing {name} ({pod['version'] or 'local'})", flush=True)
        (pods / name).mkdir(parents=True, exist_ok=True)
        (pods / name / "libtensorflow-core.a").write_bytes(b"!<arch>\n")
    print("Generating Pods project", flush=True)
    (folder / "Podfile.lock").write_text(lock, encoding="utf-8")
    (pods / "Manifest.lock").write_text(lock, encoding="utf-8")
    write_project(pods / "Pods.xcodeproj", read["targets"])
    for target in {pod["target"] for pod in read["pods"].values()}:
        support = pods / "Target Support Files" / f"Pods-{target}"
        support.mkdir(parents=True, exist_ok=True)
        for configuration in ("debug", "release"):
            file = support / f"Pods-{target}.{configuration}.xcconfig"
            file.write_text('OTHER_LDFLAGS = $(inherited) -ObjC -l"c++"\n')
    print("Integrating client project", flush=True)
    project = read["project"]
    refuse(not (folder / project).is_dir(), f"Unable to find `{project}`", 1)
    workspace = folder / Path(project).with_suffix(".xcworkspace")
    workspace.mkdir(exist_ok=True)
    (workspace / "contents.xcworkspacedata").write_text(
        WORKSPACE.format(project=project), encoding="utf-8"
    )
    count = len(read["pods"])
    print(
        f"Pod installation complete! There {'is' if count == 1 else 'are'} "
        f"{count} dependency from the Podfile and {count} total pod installed."
    )


def evaluated(podfile: Path) -> dict[str, Any]:
    """What a Podfile says, read by Ruby."""
    done = subprocess.run(
        ["ruby", str(PODFILE), str(podfile)], capture_output=True, text=True
    )
    refuse(
        done.returncode,
        f"Invalid `Podfile` file: {done.stderr.strip()[-500:]}",
        1,
    )
    read: dict[str, Any] = json.loads(done.stdout)
    refuse(read["platform"] != "ios", "the platform is ios", 1)
    return read


def lock_text(podfile: Path, pods: dict[str, Any], settings: Settings) -> str:
    """A Podfile.lock: the pods, the Podfile's checksum, the version."""
    checksum = hashlib.sha1(podfile.read_bytes(), usedforsecurity=False)
    installed = [f"  - {name} ({pod['version']})" for name, pod in pods.items()]
    asked = [f"  - {name} (= {pod['version']})" for name, pod in pods.items()]
    return "\n".join(
        [
            "PODS:",
            *installed,
            "",
            "DEPENDENCIES:",
            *asked,
            "",
            f"PODFILE CHECKSUM: {checksum.hexdigest()}",
            "",
            f"COCOAPODS: {settings.pod_version}",
            "",
        ]
    )


def not_found(name: str, version: str) -> str:
    """What CocoaPods says about a pod that it has no spec of."""
    text = log_of("pod-not-found").partition("\n")[2]
    return text.replace("TensorFlow-experimental", name).replace(
        "1.1.1", str(version)
    )
