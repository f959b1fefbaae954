"""`pod install`: without the network where it can do without.

Nothing asks the network as long as the specs and the pods are in CocoaPods'
caches: `pod install` revalidates neither. Only where no spec is found is the
index brought up to date, which CocoaPods says with status 31
(NoSpecFoundError in its resolver.rb).
"""

import hashlib
import re

from shopcam.macos.command import Command, script

NO_SPEC_FOUND = 31
RETRY = (
    '"$@" && exit; status=$?; '
    f'[ "$status" = {NO_SPEC_FOUND} ] || exit "$status"; '
    'exec "$@" --repo-update'
)
CHECKSUM = re.compile(r"^PODFILE CHECKSUM: ([0-9a-f]{40})$", re.MULTILINE)


def install(
    folder: str, *, locked: bool = False, repo_update: bool = False
) -> Command:
    """Makes the workspace and Pods/ in the project's folder.

    Args:
        folder: where the Podfile is.
        locked: Podfile.lock fits the Podfile: exactly its pods, or fail.
        repo_update: bring the index up to date first, always.
    """
    options = ["--no-ansi"]
    if locked:
        options.append("--deployment")
    if repo_update:
        options.append("--repo-update")
    command = ("pod", "install", *options)
    if repo_update:
        return Command(command, folder)
    return script(RETRY, *command, folder=folder)


def lock_fits(podfile: bytes, lock: str) -> bool:
    """Whether a Podfile.lock was made from this very Podfile.

    CocoaPods writes the SHA-1 of the Podfile into it, and refuses
    `--deployment` where another would have to be written.
    """
    found = CHECKSUM.search(lock)
    made_of = hashlib.sha1(podfile, usedforsecurity=False).hexdigest()
    return found is not None and found[1] == made_of
