"""SHA-256 on both sides: `shasum` is on every Mac."""

import hashlib
from pathlib import Path

from shopcam.artifact import CHUNK_BYTES
from shopcam.macos.command import script
from shopcam.macos.machine import Machine, require

# $1 the file, $2 how many of its first bytes; its size, then their SHA-256.
# A Mac's `head` takes no 0.
ASK = """
[ -f "$1" ] || exit 0
wc -c <"$1"
if [ "$2" -gt 0 ]; then head -c "$2" <"$1"; fi | shasum -a 256
"""
WHOLE = 1 << 62


def sha256(path: Path, size_bytes: int = WHOLE) -> str:
    """The SHA-256 of a file here, or of its first bytes."""
    hashed = hashlib.sha256()
    with open(path, "rb") as stream:
        while size_bytes > 0:
            chunk = stream.read(min(CHUNK_BYTES, size_bytes))
            if not chunk:
                break
            hashed.update(chunk)
            size_bytes -= len(chunk)
    return hashed.hexdigest()


def remote_sha256(
    machine: Machine, path: str, size_bytes: int = WHOLE
) -> tuple[int, str]:
    """Size and SHA-256 of a file there; size -1 where there is none.

    Args:
        size_bytes: how many of its first bytes are hashed.

    Raises:
        MacError: it cannot be read.
    """
    ran = require(
        machine.run(script(ASK, path, str(size_bytes))),
        f"{path} must be readable on {machine.name}.",
        "correct its permissions",
    )
    if not ran.output.strip():
        return -1, ""
    size, digest, *_ = ran.output.split()
    return int(size), digest
