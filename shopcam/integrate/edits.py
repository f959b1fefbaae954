"""What the user changed in a bundle is kept when the bundle is made anew."""

import time
from pathlib import Path

from shopcam.integrate.build import Build

# What CocoaPods, Xcode and the Finder make again by themselves.
MADE_BY_TOOLS = {
    "Pods",
    "Podfile.lock",
    "xcuserdata",
    "build",
    "DerivedData",
    ".DS_Store",
}
WORKSPACE = ".xcworkspace"


def keep_changes(build: Build, folder: Path) -> None:
    """Moves a bundle aside that holds changes of the user's.

    Files that were edited, and files that neither shopcam nor Apple's tools
    put there, count as changes; the folder then stays under a name with the
    time in it.
    """
    changed = changes(build, folder)
    if not changed:
        return
    stamp = time.strftime("%Y%m%d-%H%M%S")
    kept = folder.with_name(f"{folder.name}.edited-{stamp}")
    folder.rename(kept)
    build.warn(
        f"{changed[0]}"
        + (f" and {len(changed) - 1} more" if len(changed) > 1 else "")
        + f" in the bundle had been changed by hand: kept in {kept.name}/"
    )


def changes(build: Build, folder: Path) -> list[str]:
    """The files in the bundle that are not as shopcam left them."""
    if not folder.is_dir():
        return []
    entry = build.manifest.entries.get("bundle")
    ours = dict(entry.files) if entry else {}
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or is_made_by_tools(inside):
            continue
        state = ours.get(str(path.relative_to(build.folder)))
        if state is None or build.manifest.is_changed(path, state):
            found.append(str(inside))
    return found


def is_made_by_tools(inside: Path) -> bool:
    """Whether a file of the bundle is one that tools make again."""
    top = inside.parts[0]
    return bool(MADE_BY_TOOLS.intersection(inside.parts)) or top.endswith(
        WORKSPACE
    )
