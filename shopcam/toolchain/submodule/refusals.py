"""What an update must not touch: whatever only this machine has."""

from shopcam.errors import ToolError
from shopcam.paths import shown
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.repository import Repository
from shopcam.toolchain.submodule.status import Status, commits_not_in

SHOWN = 5
UPDATE = "fab tensorflow.update"


def refuse_loss(found: Status) -> None:
    """Raises where an update would lose or hide something.

    Raises:
        ToolError: names it, and how to keep it.
    """
    folder = shown(found.pin.folder)
    if found.state == "files":
        raise ToolError(
            "TensorFlow's sources go into a folder of their own.",
            f"{folder} is no git repository, and not empty",
            f"move it away, then {UPDATE}; or set tensorflow.folder",
        )
    if found.state == "other":
        raise ToolError(
            "The sources' folder must hold TensorFlow.",
            f"{folder} is a repository of something else"
            + (f", {found.remote}" if found.remote else ""),
            f"move it away, then {UPDATE}; or set tensorflow.folder",
        )
    # In a half-made tree the checkout tells whose a change is.
    if found.edited and found.state != "half":
        raise ToolError(
            "Changes to TensorFlow's sources must not be lost.",
            listed([each.path for each in found.edited]) + f" in {folder}",
            f"keep them: git -C {folder} stash\n"
            f"         or give them up: git -C {folder} reset --hard\n"
            f"         then {UPDATE}",
        )


def refuse_own_commits(repository: Repository, pin: Pin) -> None:
    """Raises where HEAD has commits that an update would leave behind.

    Those of a branch stay on it, but who works on a branch is not to find
    himself elsewhere.

    Raises:
        ToolError: names them, and how to keep them.
    """
    branch = repository.run("symbolic-ref", "-q", "--short", "HEAD").out
    kept = [] if branch else ["--branches"]
    own = commits_not_in(repository, pin, ["HEAD"], kept)
    if not own:
        return
    folder = shown(pin.folder)
    raise ToolError(
        "Commits that no remote has must not be lost.",
        f"{'; '.join(own[:SHOWN])}{more(own)}, "
        + (f"on the branch {branch}" if branch else "on no branch"),
        (
            f"leave the branch, which keeps them:\n         git -C {folder} "
            "checkout --detach"
            if branch
            else f"give them a branch: git -C {folder} branch mine"
        )
        + f"\n         then {UPDATE}",
    )


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    return f"{', '.join(names[:SHOWN])}{more(names)}"


def more(names: list[str] | tuple[str, ...]) -> str:
    """` and 3 more`, where that many were not shown."""
    left = len(names) - SHOWN
    return f" and {left} more" if left > 0 else ""
