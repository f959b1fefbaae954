"""What git's error messages mean, and what to do about each.

The texts are git's own in English, which GitPython asks it for, and curl's
and OpenSSH's, which git passes on.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from shopcam.console import size_text
from shopcam.errors import ToolError
from shopcam.toolchain.submodule.masked import masked

AGAIN = "fab tensorflow.update, which goes on from there"
REMOTE = "tensorflow.remote in fabric.yaml"


@dataclass(frozen=True)
class Cause:
    """One kind of failure.

    Attributes:
        seen: what git's message holds then.
        rule: what would have to hold.
        next_step: what the user does.
    """

    seen: str
    rule: str
    next_step: str


# git gives no reason where it cannot write a file of the working tree, and
# there is none but that the disk, a quota or a limit is full.
FULL = (
    r"No space left on device|Disk quota exceeded|File too large|SIGXFSZ"
    r"|unable to write file|write error"
)
# The first that is seen counts: a full disk also breaks the connection, and a
# refused password also ends in "could not read".
CAUSES = (
    Cause(
        FULL,
        "The disk must have room for TensorFlow's sources.",
        f"make room, then {AGAIN}",
    ),
    Cause(
        r"detected dubious ownership",
        "git works in a folder of another user only where it is told to.",
        "if you trust it:\n         git config --global --add "
        "safe.directory FOLDER",
    ),
    Cause(
        r"Unable to create '.*\.lock': File exists",
        "Only one git command at a time may work on TensorFlow's sources.",
        "wait for the other one; if there is none, it was killed: remove the"
        "\n         file that is named above",
    ),
    Cause(
        r"untracked working tree files would be overwritten",
        "A file of yours must not be overwritten by one of TensorFlow's.",
        "move it away, then fab tensorflow.update",
    ),
    Cause(
        r"SSL certificate|certificate verif|unable to get local issuer",
        "The remote's certificate must be one that this machine trusts.",
        "for a company's own authority:\n         git config --global "
        "http.sslCAInfo FILE.pem",
    ),
    Cause(
        r"Host key verification failed",
        "The remote's SSH host key must be known.",
        "connect once by hand with ssh, and compare the key",
    ),
    Cause(
        r"Authentication failed|could not read (Username|Password)"
        r"|Permission denied \(|returned error: 40[13]|HTTP 40[13]"
        r"|Invalid username",
        "The remote must let you read it.",
        "log in with a git credential helper or an SSH key, or set "
        f"{REMOTE}\n         to one that everybody may read",
    ),
    Cause(
        r"does not appear to be a git repository|repository '.*' not found"
        r"|[Rr]epository not found|not valid: is this a git repository"
        r"|repository not exported|access denied or repository"
        r"|returned error: 404|is not a git command|not a git repository"
        r"|does not exist",
        f"{REMOTE} must name a git repository.",
        f"correct {REMOTE}",
    ),
    Cause(
        r"transport '.*' not allowed|Unable to find remote helper"
        r"|remote helper '.*' aborted",
        f"{REMOTE} must be https://, ssh://, git:// or a path.",
        f"correct {REMOTE}",
    ),
    Cause(
        r"unadvertised object|not our ref|upload-pack: not our"
        r"|couldn't find remote ref [0-9a-f]{40}",
        "The remote must hand out the commit that is wanted.",
        "set tensorflow.tag to a tag of that commit: some servers give no\n"
        "         commit by its id alone",
    ),
    Cause(
        r"Could not resolve|Name or service not known|Failed to connect"
        r"|Couldn't connect|unable to connect|Connection refused"
        r"|Network is unreachable|No route to host|timed out"
        r"|Temporary failure in name resolution|Could not connect"
        r"|Connection reset by peer$",
        "The remote of TensorFlow's sources must be reachable.",
        "check the network; git takes a proxy from https_proxy or "
        f"http.proxy.\n         A mirror or a local path: {REMOTE}",
    ),
    Cause(
        r"early EOF|unexpected disconnect|RPC failed|hung up|unpack-objects"
        r"|bytes of body are still expected|transfer closed|too slow"
        r"|index-pack|Connection reset|expected flush",
        "The connection must last until everything is there.",
        AGAIN,
    ),
    Cause(
        r"Permission denied|Read-only file system|Operation not permitted",
        "The folder of TensorFlow's sources must be writable.",
        "fix its permissions, or set tensorflow.folder in fabric.yaml",
    ),
)
# Lines that only repeat that something went wrong.
TALK = re.compile(r"^(Cloning into|hint:|From |remote: (Count|Compr|Enumer))")


def explained(said: str, folder: Path) -> ToolError:
    """The error that git's words stand for.

    Args:
        said: what git wrote to standard error.
        folder: where it ran.
    """
    for cause in CAUSES:
        # git lists files below its message, behind a tab each.
        pattern = rf".*(?:{cause.seen}).*(?:\n\t.*){{0,5}}"
        if seen := re.search(pattern, said, re.MULTILINE):
            return ToolError(
                cause.rule,
                masked(seen[0].strip().replace("\n\t", "\n         "))
                + free(folder) * (cause.seen == FULL),
                cause.next_step.replace("FOLDER", quoted(seen[0])),
            )
    return ToolError(
        "git must do its work on TensorFlow's sources.",
        masked(first_error(said)),
        f"try it by hand: git -C {folder} status",
    )


def quoted(line: str) -> str:
    """The path that git names last in its message."""
    return next(iter(re.findall(r"'([^']+)'", line)[-1:]), "")


def free(folder: Path) -> str:
    """`; 1.2 MB are free`, where `folder` lies."""
    return f"; {size_text(shutil.disk_usage(folder).free)} are free"


def first_error(said: str) -> str:
    """The line that says what went wrong."""
    lines = [line for line in said.splitlines() if line.strip()]
    for line in lines:
        if re.match(r"(remote: )?(fatal|error|ERROR):", line):
            return line.strip()
    plain = [line for line in lines if not TALK.match(line)]
    return plain[-1].strip() if plain else "git said nothing"
