"""Where things are: the repository, the models, the cache."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
TEMPLATES = ROOT / "templates"
CAMERA = ROOT / "camera"
BUILD = ROOT / "build"
TENSORFLOW = ROOT / "third_party" / "tensorflow"
# The folder in a folder that a run writes, for what only shopcam reads.
STATE = ".shopcam"


def cache_folder() -> Path:
    """The folder for downloads and compiled tools that outlive a build.

    `SHOPCAM_CACHE` wins, then `XDG_CACHE_HOME/shopcam`, then
    `~/.cache/shopcam`.
    """
    if chosen := os.environ.get("SHOPCAM_CACHE"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "shopcam"


def expanded(path: str | Path) -> Path:
    """`path` with `~` and `~user` written out, where that user is known."""
    return Path(os.path.expanduser(path))


def no_file(path: Path) -> str:
    """What stands at `path` instead of a file, for a message."""
    if path.is_dir():
        return f"{path}, which is a folder"
    if path.exists():
        return f"{path}, which is no regular file"
    return f"{path}, which does not exist"


def shown(path: Path) -> str:
    """`path` as a user wants to read it: relative where that is shorter."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
