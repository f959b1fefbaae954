"""The versions that a stage's result depends on."""

import functools
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import xxhash

from shopcam import __version__
from shopcam.paths import CAMERA, ROOT, TEMPLATES
from shopcam.tools import GraphTools, Work

PACKAGE = ROOT / "shopcam"
SKIPPED = ("__pycache__", ".pyc", ".DS_Store")


@functools.cache
def code_version(*folders: str) -> str:
    """shopcam's version and a digest of the code in some of its packages.

    A change of the code reruns what it may change, also between releases.

    Args:
        folders: packages of shopcam, or `templates` and `camera`.
    """
    places = {"templates": TEMPLATES, "camera": CAMERA}
    hashed = xxhash.xxh3_64()
    for name in folders:
        for path in files_below(places.get(name, PACKAGE / name)):
            hashed.update(str(path.relative_to(ROOT)).encode())
            hashed.update(path.read_bytes())
    return f"{__version__}+{hashed.hexdigest()[:8]}"


def tool_versions(tools: GraphTools, work: Work) -> dict[str, str]:
    """The toolchain that does some work, and the hash of its tool for it.

    Where it has none, shopcam's code does the work, whatever the version.
    """
    used = [tool for tool in tools.tools if tool.work == work]
    if not used:
        return {"toolchain": tools.name}
    return {
        "toolchain": f"{tools.name} {tools.version}",
        # Behind `toolchain` in the alphabet: when that changes, it is what
        # the user is told.
        **{f"toolchain's {tool.name}": tool.sha256[:12] for tool in used},
    }


def files_below(folder: Path) -> list[Path]:
    """The files in `folder` and below, sorted, without caches."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part in str(path) for part in SKIPPED)
    )


def package_version(name: str) -> str:
    """The version of an installed distribution, or `missing`."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
