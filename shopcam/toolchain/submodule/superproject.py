"""The repository whose submodule the sources are, if they are one.

A submodule's own repository lies in .git/modules of the repository around
it, as git has it since 1.7.8: git then can take the folder away and bring it
back (another branch, `git submodule deinit`) without losing commits, and
`git submodule update` by hand finds what it expects.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from shopcam.artifact import write_text
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.refusals import refuse_own_commits
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.status import marker


@dataclass(frozen=True)
class Superproject:
    """A repository with the sources' folder as a submodule.

    Attributes:
        root: its working tree.
        path: the submodule's, from there on.
        name: the submodule's in .gitmodules.
        modules: where git keeps the submodule's repository.
    """

    root: Path
    path: str
    name: str
    modules: Path


def superproject_of(folder: Path) -> Superproject | None:
    """The repository around `folder`, if it has a submodule there."""
    above = folder.resolve().parents
    root = next((each for each in above if (each / ".git").exists()), None)
    if root is None:
        return None
    path = folder.resolve().relative_to(root).as_posix()
    repository = Repository(root)
    if not repository.run("ls-files", "-s", "--", path).out.startswith(
        "160000"
    ):
        return None
    named = repository.run(
        *("config", "--file", ".gitmodules", "--get-regexp"),
        r"^submodule\..*\.path$",
    ).out.splitlines()
    for line in named:
        key, _, value = line.partition(" ")
        if value == path:
            name = key.removeprefix("submodule.").removesuffix(".path")
            where = repository.ask("rev-parse", "--git-path", f"modules/{name}")
            return Superproject(root, path, name, root / where)
    return None


def register(pin: Pin) -> None:
    """Makes the folder the submodule that git expects there.

    A plain clone, as one that was made by hand, becomes one as well. What a
    later `git submodule update` by hand clones comes from the pin's remote.

    Raises:
        ToolError: the repository around it cannot be written.
    """
    around = superproject_of(pin.folder)
    if around is None:
        return
    repository = Repository(around.root)
    if (pin.folder / ".git").is_dir() and not around.modules.exists():
        repository.ask("submodule", "absorbgitdirs", "--", around.path)
    key = f"submodule.{around.name}.url"
    # A secret stays where git needs it, in the submodule's own file.
    wanted = masked(pin.remote)
    if repository.run("config", key).out != wanted:
        repository.ask("submodule", "init", "--", around.path)
        repository.ask("config", key, wanted)


def attach(around: Superproject, pin: Pin) -> None:
    """Gives an empty folder the repository that git kept for it.

    Raises:
        ToolError: it has commits that an update would leave behind, or a
            file cannot be written.
    """
    modules, folder = around.modules.resolve(), pin.folder.resolve()
    # git does nothing in a repository whose working tree is not there.
    folder.mkdir(parents=True, exist_ok=True)
    # Relative, as git writes them, so that the whole can be moved.
    tree, link = (
        os.path.relpath(folder, modules),
        os.path.relpath(modules, folder),
    )
    config = ("config", "--file", str(modules / "config"), "core.worktree")
    Repository(around.root).ask(*config, tree)
    refuse_own_commits(Repository(modules), pin)
    # Without it all files would count as deleted by the user.
    write_text(marker(modules), f"{pin.commit}\n")
    write_text(folder / ".git", f"gitdir: {link}\n")
