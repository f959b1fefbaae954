"""SHA-256 of what lies on a host.

`shasum` is on every Mac, and on a Linux without Perl there is `sha256sum`.
"""

from shopcam.artifact import WHOLE
from shopcam.macos.command import script
from shopcam.macos.machine import Machine, require

SUM = """
sum='shasum -a 256'
command -v shasum >/dev/null || sum=sha256sum
"""
# $1 the file, $2 how many of its first bytes; its size, then their SHA-256.
# A Mac's `head` takes no 0.
ASK = (
    SUM
    + """
[ -f "$1" ] || exit 0
wc -c <"$1"
if [ "$2" -gt 0 ]; then head -c "$2" <"$1"; fi | $sum
"""
)


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
