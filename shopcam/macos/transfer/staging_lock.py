"""One run at a time into a staging folder on the Mac.

`mkdir` either makes a folder or does not, on any file system. The lock says
whose it is; it is stale when its process is gone, which the machine that
made it can tell, or when it is old.
"""

import contextlib
import getpass
import os
import platform
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from shopcam.errors import BusyError, MacError
from shopcam.macos.command import script
from shopcam.macos.machine import Machine, require
from shopcam.macos.patience import Say, silent

STALE_MINUTES = 360
HELD = 75

# $1 the lock, $2 the owner, $3 when it is old; the owner of one that is held.
TAKE = f"""
mkdir -p "${{1%/*}}" || exit
if mkdir "$1" 2>/dev/null
then printf '%s\\n' "$2" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$1/owner"; exit
fi
[ -d "$1" ] || exit 1
{{ [ -s "$1/owner" ] && cat "$1/owner"; }} 2>/dev/null ||
  printf '%s\\n' unknown unknown
[ -z "$(find "$1" -prune -mmin "+$3")" ] || echo old
exit {HELD}
"""
# $1 the lock, $2 whose it has to be, $3 six digits. The owner's name is moved
# before it is read: of two that find a lock stale, the second would otherwise
# take away the one that the first has made since.
DROP = """
if mv "$1/owner" "$1/owner.$3" 2>/dev/null
then
  owner=$(head -n 1 "$1/owner.$3")
  [ "${owner:-unknown}" = "$2" ] || { mv "$1/owner.$3" "$1/owner"; exit 0; }
elif [ "$2" != unknown ] || [ ! -d "$1" ]
then exit 0
fi
mv "$1" "$1.$3" && rm -rf "$1.$3"
"""


@dataclass(frozen=True)
class Holder:
    """Whose lock it is.

    Attributes:
        owner: as the lock says it: `user@machine, process 123, 1a2b3c`.
        since: when it was made, UTC.
        is_old: whether nobody would work that long.
    """

    owner: str
    since: str
    is_old: bool

    @property
    def is_gone(self) -> bool:
        """Whether its process is known to have ended, on this machine."""
        who, _, rest = self.owner.partition(", process ")
        pid = rest.partition(",")[0]
        if who != me() or not pid.isdigit():
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def me() -> str:
    """`user@machine`."""
    return f"{getpass.getuser()}@{platform.node()}"


@contextlib.contextmanager
def held(
    machine: Machine,
    staging: str,
    *,
    say: Say = silent,
    stale_minutes: int = STALE_MINUTES,
) -> Iterator[None]:
    """Holds the lock of a staging folder while the block runs.

    Args:
        say: called when a stale lock is taken over.
        stale_minutes: when a lock is old.

    Raises:
        BusyError: another run holds it; says whose, since when.
        MacError: it cannot be made.
    """
    lock = f"{staging}.lock"
    token = secrets.token_hex(3)
    owner = f"{me()}, process {os.getpid()}, {token}"
    holder = take(machine, lock, owner, stale_minutes)
    if holder and (holder.is_gone or holder.is_old):
        why = "whose process is gone" if holder.is_gone else "which is old"
        say(f"took over a lock of {holder.owner} since {holder.since}, {why}")
        drop(machine, lock, holder.owner, token)
        holder = take(machine, lock, owner, stale_minutes)
    if holder:
        raise busy(machine, lock, holder)
    try:
        yield
    finally:
        # What was lost with the connection is stale when we are gone.
        with contextlib.suppress(MacError):
            drop(machine, lock, owner, token)


def take(
    machine: Machine, lock: str, owner: str, stale_minutes: int
) -> Holder | None:
    """Takes the lock; who holds it, if somebody does."""
    ran = machine.run(script(TAKE, lock, owner, str(stale_minutes)))
    if ran.status != HELD:
        require(
            ran,
            f"{lock} must be made on {machine.name}.",
            "correct `folder` in fabric.yaml, its permissions, or make room",
        )
        return None
    owner, since, *old = ran.output.splitlines()
    return Holder(owner, since, bool(old))


def drop(machine: Machine, lock: str, owner: str, token: str) -> None:
    """Removes the lock, if it is `owner`'s."""
    require(
        machine.run(script(DROP, lock, owner, token)),
        f"{lock} must be removed on {machine.name}.",
        "remove it by hand",
    )


def busy(machine: Machine, lock: str, holder: Holder) -> BusyError:
    """The error for a lock that somebody else holds."""
    return BusyError(
        f"Only one run at a time may bring this to {machine.name}.",
        f"{holder.owner} does since {holder.since}",
        f"wait for it; if it is dead, remove {lock} there",
    )
