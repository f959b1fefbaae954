"""Which sources are wanted: a remote, a tag, and the commit of that tag."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from shopcam.errors import ToolError
from shopcam.paths import ROOT, TENSORFLOW, expanded
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.settings import TensorFlowSettings

# Mode, commit and stage 0 of a gitlink; a merge conflict has other stages.
GITLINK = re.compile(r"^160000 ([0-9a-f]{40}) 0\t", re.MULTILINE)
SUBMODULE = TENSORFLOW.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Pin:
    """The sources that are wanted.

    Attributes:
        folder: where they lie or shall lie.
        remote: what git fetches from; may hold a secret, so it is shown by
            `masked` only.
        tag: the release's tag; empty to fetch the commit by its id.
        commit: the 40 digits that decide.
    """

    folder: Path
    remote: str = field(repr=False)
    tag: str
    commit: str

    @property
    def label(self) -> str:
        """`v1.15.0, 590d6eef`."""
        return f"{self.tag}, {self.commit[:8]}" if self.tag else self.commit[:8]


def pin_of(settings: TensorFlowSettings, root: Path = ROOT) -> Pin:
    """The sources that the settings and the repository's index name.

    Args:
        root: the repository with the submodule third_party/tensorflow.

    Raises:
        ToolError: neither names a commit.
    """
    commit = settings.commit or gitlink(root)
    if not commit:
        raise ToolError(
            "Something has to pin the commit of TensorFlow's sources.",
            f"no tensorflow.commit in fabric.yaml, and no submodule "
            f"{SUBMODULE} in git's index",
            "git checkout HEAD -- third_party/tensorflow, or where this is "
            "no git checkout\n         set tensorflow.commit to the 40 digits"
            " that this shows last:\n         git ls-remote "
            f"{masked(settings.remote)} 'refs/tags/{settings.tag}*'",
        )
    # A link to another disk is that disk's folder to git.
    folder = (root / expanded(settings.folder)).resolve()
    return Pin(folder, located(settings.remote, root), settings.tag, commit)


def gitlink(root: Path) -> str:
    """The submodule's commit in the index of `root`, or nothing."""
    if not (root / ".git").exists():
        return ""
    listed = Repository(root).run("ls-files", "--stage", "--", SUBMODULE)
    found = GITLINK.findall(listed.out)
    return found[0] if len(found) == 1 else ""


def located(remote: str, root: Path) -> str:
    """`remote`, written out where it is a path: git would read it from
    elsewhere."""
    path = root / expanded(remote)
    return str(path) if path.exists() else remote
