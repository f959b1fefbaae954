"""What a build does on the Mac: decided from an order, run by others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shopcam.macos.build.order import Action, Order
from shopcam.macos.build.parts import PARTS, Need
from shopcam.macos.build.settings import Settings
from shopcam.macos.command import Command, script
from shopcam.macos.commands import fed
from shopcam.macos.commands.fed import Fed
from shopcam.macos.commands.job_script import Step, job_script
from shopcam.macos.commands.keychain import allow_codesign, unlock
from shopcam.macos.commands.signing import ApiKey
from shopcam.macos.doctor.checks import Purpose
from shopcam.macos.secrets import Secret

# The secrets are in what the job reads, the key first; the shell's own read
# and printf take it line by line, and show it to no other process.
READ_KEY = """\
umask 077
mkdir -p "${1%/*}" && rm -f "$1" || exit
while IFS= read -r line; do
  printf '%s\\n' "$line"
  case $line in -----END*) break ;; esac
done >"$1" <&3
"""
# A step has no input of its own, since it runs in the background.
KEEP_INPUT = "exec 3<&0 </dev/null\n"


@dataclass(frozen=True)
class Plan:
    """What a build does on the Mac; see `Part`.

    Args:
        steps: the job.
        always: what the job does at its end, however it ends.
    """

    needs: tuple[Need, ...]
    before: tuple[Command | Fed, ...]
    steps: tuple[Step, ...]
    always: tuple[Command, ...]
    leaves: tuple[str, ...]

    @property
    def script(self) -> str:
        """The job, for /bin/sh."""
        return KEEP_INPUT + job_script(self.steps, self.always)


def plan(actions: Sequence[Action], order: Order) -> Plan:
    """What these actions do, in their order.

    Raises:
        UsageError: an archive without signing, a profile without a team.
    """
    parts = [PARTS[action](order) for action in actions]
    secret = [] if set(actions) == {"pods"} else list(secret_steps(order))
    steps = [
        Step(action, part.command)
        for action, part in zip(actions, parts, strict=True)
    ]
    return Plan(
        needs=tuple(
            need
            for part in parts
            for need in part.needs
            if need.action not in actions
        ),
        before=tuple(each for part in parts for each in part.before),
        steps=(*secret, *steps),
        always=(fed.removed(order.private),) if order.key else (),
        leaves=tuple(each for part in parts for each in part.leaves),
    )


def secret_steps(order: Order) -> Iterator[Step]:
    """What takes the secrets that the job reads; see `secret_input`."""
    if order.key:
        path = order.key.at(order.private).path
        yield Step("key", script(READ_KEY, path))
    if order.unlocks:
        yield Step("keychain", script("exec security -i <&3"))


def secret_input(
    key: ApiKey | None, password: Secret | None, keychain: str
) -> Secret:
    """What the job reads: the key, then the lines that open the keychain.

    They are in no file of the Mac but the key's own, and that no longer than
    the job runs.

    Args:
        keychain: its name; the default keychain when empty.
    """
    text = f"{key.key.reveal().strip()}\n" if key else ""
    if password:
        for each in (unlock, allow_codesign):
            line = each(password, keychain).stdin
            text += line if isinstance(line, str) else line.reveal()
    return Secret(text, "input of the job")


def usual_actions(settings: Settings) -> tuple[Action, ...]:
    """What `fab build_ios` does: an .ipa, or an .app that nobody signed."""
    if settings.signs:
        return ("pods", "archive", "export")
    return ("pods", "build")


def purposes(
    actions: Sequence[Action], settings: Settings
) -> tuple[Purpose, ...]:
    """What the doctor must find in order for these actions."""
    found: list[Purpose] = ["sync", "build"]
    if "pods" in actions:
        found.append("pods")
    if settings.signs and set(actions) - {"pods"}:
        found.append("signing")
    if "upload" in actions:
        found.append("upload")
    return tuple(found)
