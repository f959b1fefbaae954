"""The wanted commit, fetched into a repository: as little as the server can.

One tag with a history of one commit, and at first without the files
(`--filter=blob:none`): commits and trees of TensorFlow are some 2 MB. The
files then come in batches, each of which stays: what a killed run or a broken
connection had brought is not fetched again, which git itself cannot do within
one transfer. Going to another tag later, only the files that differ come.
"""

import difflib
import re
from collections.abc import Callable

from shopcam.errors import ToolError
from shopcam.paths import shown
from shopcam.toolchain.submodule.causes import explained
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.pin import Pin
from shopcam.toolchain.submodule.progress import Follower
from shopcam.toolchain.submodule.repository import (
    Answer,
    Repository,
)

FILES_PER_BATCH = 2000
# The first git that can be told by `fetch --stdin` what to bring.
BATCHES_SINCE = (2, 30)
# A server without shallow clones, as one that serves plain files, and one
# that gives no file by its id.
NO_DEPTH = re.compile(r"dumb http|shallow|--depth|no-deepen", re.IGNORECASE)
NO_FILES = re.compile(r"unadvertised object|not our ref|no such remote ref")

# A step's text to what shows git's progress in it.
Following = Callable[[str], Follower]


def name_remote(repository: Repository, pin: Pin) -> None:
    """Sets `origin` to the pin's remote, for its one tag.

    As `git clone --depth 1 --branch TAG` leaves it, so a fetch by hand
    brings no other branches and tags.
    """
    tag = f"refs/tags/{pin.tag}"
    repository.ask("config", "remote.origin.url", pin.remote)
    repository.ask("config", "remote.origin.tagOpt", "--no-tags")
    if pin.tag:
        repository.ask("config", "remote.origin.fetch", f"+{tag}:{tag}")


def refuse_moved_tag(pin: Pin) -> None:
    """Raises where the remote's tag is not the pinned commit.

    Asked before anything is made or fetched; the answer takes a second.

    Raises:
        ToolError: no such tag, another commit, or no answer.
    """
    if not pin.tag:
        return
    around = Repository(pin.folder.parent)
    listed = around.ask("ls-remote", "--tags", "--", pin.remote)
    pairs = (line.split("\t") for line in listed.splitlines())
    # An annotated tag is listed twice; `^{}` marks the commit it stands for.
    tags = {name.removeprefix("refs/tags/"): commit for commit, name in pairs}
    if pin.tag not in tags:
        raise unknown_tag(pin, sorted(tags))
    found = tags.get(f"{pin.tag}^{{}}", tags[pin.tag])
    if found != pin.commit:
        raise moved_tag(pin, found)


def unknown_tag(pin: Pin, tags: list[str]) -> ToolError:
    """The error of a tag that the remote has not."""
    names = [tag for tag in tags if not tag.endswith("^{}")]
    near = difflib.get_close_matches(pin.tag, names, 4, 0.5)
    return ToolError(
        "The remote must have the tag of tensorflow.tag in fabric.yaml.",
        f"no tag {pin.tag} in {masked(pin.remote)}"
        + (f"; near it: {', '.join(near)}" if near else ""),
        "correct tensorflow.tag, or tensorflow.remote",
    )


def moved_tag(pin: Pin, found: str) -> ToolError:
    """The error of a tag that stands for another commit than the pinned."""
    return ToolError(
        "The tag must be the commit that is pinned: a tag that moved is "
        "another program.",
        f"{pin.tag} of {masked(pin.remote)}\n         is     {found}\n"
        f"         pinned {pin.commit}",
        "ask who moved it. To take the new one, set tensorflow.commit in\n"
        f"         fabric.yaml to {found}; to take the\n"
        '         pinned one in spite of it, set tensorflow.tag to ""',
    )


def fetch(repository: Repository, pin: Pin, following: Following) -> None:
    """Brings the pinned commit, its tree and its files.

    Raises:
        ToolError: what git said, explained; what came stays.
    """
    begun = has_pinned(repository, pin)
    said = fetch_commit(repository, pin, following, begun)
    if said.status:
        raise explained(said.err, repository.folder)
    if not has_pinned(repository, pin):
        found = repository.run("rev-parse", f"{pin.tag}^{{commit}}").out
        raise moved_tag(pin, found)
    failed = fetch_files(repository, pin, following)
    if failed and NO_FILES.search(failed.err):
        again = ("--refetch", "--no-filter", "--depth=1")
        failed = fetch_with(repository, pin, following, again)
    if failed and failed.status:
        raise explained(failed.err, repository.folder)


def is_complete(repository: Repository, pin: Pin) -> bool:
    """Whether nothing has to be fetched any more."""
    return has_pinned(repository, pin) and not missing_files(
        repository, pin.commit
    )


def has_pinned(repository: Repository, pin: Pin) -> bool:
    """Whether the pinned commit is there, under its tag."""
    if not repository.has(f"{pin.commit}^{{tree}}"):
        return False
    if not pin.tag:
        return True
    tag = f"refs/tags/{pin.tag}^{{commit}}"
    return repository.run("rev-parse", "-q", "--verify", tag).out == pin.commit


def fetch_commit(
    repository: Repository, pin: Pin, following: Following, begun: bool
) -> Answer:
    """How the fetch of the commit and its trees ended.

    A server that cannot leave files out sends them as well; one that cannot
    cut the history off sends all of it.

    Args:
        begun: the commit is there, some files are not. It is fetched all the
            same: a server that refuses it here must not be asked for files.

    Raises:
        ToolError: the server cannot go on with what another one began.
    """
    options = ("--depth=1", "--filter=blob:none")
    said = fetch_with(repository, pin, following, options)
    if said.status and NO_DEPTH.search(said.err):
        if begun:
            raise ToolError(
                "Only a git server can go on with a clone that one began.",
                f"{masked(pin.remote)} serves plain files",
                f"rm -r {shown(repository.folder)}, then fab "
                "tensorflow.update, or go back to the other server",
            )
        following("").console.warn(
            "the server gives no shallow clone: the tag's whole history comes"
        )
        # A partial clone would ask for each missing file by a fetch, which
        # over plain HTTP does the same again, and so on without end.
        for key in ("promisor", "partialclonefilter"):
            repository.run("config", "--unset", f"remote.origin.{key}")
        said = fetch_with(repository, pin, following, ())
    return said


def fetch_with(
    repository: Repository,
    pin: Pin,
    following: Following,
    options: tuple[str, ...],
) -> Answer:
    """How one `git fetch` of the tag, or of the commit, ended."""
    tag = f"refs/tags/{pin.tag}"
    return repository.follow(
        *("fetch", "--progress", "--no-tags", "--no-recurse-submodules"),
        *options,
        *("origin", f"+{tag}:{tag}" if pin.tag else pin.commit),
        progress=following(""),
    )


def fetch_files(
    repository: Repository, pin: Pin, following: Following
) -> Answer | None:
    """Fetches the files that are still missing; gives what failed."""
    from git import Git

    missing = missing_files(repository, pin.commit)
    if not missing or Git().version_info < BATCHES_SINCE:
        return None
    for start in range(0, len(missing), FILES_PER_BATCH):
        batch = missing[start : start + FILES_PER_BATCH]
        said = repository.follow(
            *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress"),
            *("--no-tags", "--no-write-fetch-head", "--filter=blob:none"),
            *("--no-recurse-submodules", "--stdin", "origin"),
            progress=following(f"{start:,}/{len(missing):,} files, "),
            lines=batch,
        )
        if said.status:
            return said
    return None


def missing_files(repository: Repository, commit: str) -> list[str]:
    """The ids of the commit's files that a partial clone left out."""
    listed = repository.ask(
        *("rev-list", "--objects", "--no-walk", "--missing=print"),
        *("--no-object-names", commit),
    )
    return [line[1:] for line in listed.splitlines() if line.startswith("?")]
