"""The state of the sources in words: for a table, and in a line."""

from typing import TYPE_CHECKING

from shopcam.console import size_text
from shopcam.paths import shown
from shopcam.toolchain.submodule.masked import masked
from shopcam.toolchain.submodule.refusals import listed
from shopcam.toolchain.submodule.status import Status, partial

if TYPE_CHECKING:
    from shopcam.toolchain.submodule.update import Updated

UPDATE = "fab tensorflow.update"


def rows(found: Status) -> list[tuple[str, str]]:
    """What `tensorflow.status` shows: (what, found) per line."""
    pin = found.pin
    table = [
        ("pinned", f"{pin.tag or 'no tag'}, {pin.commit}"),
        ("remote", masked(pin.remote)),
        ("folder", shown(pin.folder)),
        ("present", f"{found.words}{'' if found.fits else wrong(found)}"),
    ]
    if found.head:
        dirty = [f"{each.code} {each.path}" for each in found.changes]
        table += [
            ("dirty", listed(dirty) or "no"),
            ("own commits", listed(list(found.own_commits)) or "none"),
        ]
        if found.remote != masked(pin.remote):
            table.append(("fetched from", found.remote or "no remote"))
    if found.size_bytes:
        table.append(("on disk", size_text(found.size_bytes)))
    return table


def wrong(found: Status) -> str:
    """What is wrong about a commit that is not the pinned one."""
    if found.state == "present":
        return f", which is not {found.pin.label}"
    return ""


def next_steps(found: Status) -> list[str]:
    """What the user does about the sources, if he wants them."""
    if found.state in ("files", "other"):
        return [f"move {shown(found.pin.folder)} away, then {UPDATE}"]
    if found.state == "half":
        growing = partial(found.pin.folder)
        give_up = f"rm -r {shown(growing)} gives it up"
        return [f"{UPDATE} goes on"] + [give_up] * growing.exists()
    if not found.fits:
        return [UPDATE]
    return ["fab tensorflow.build, which makes the tools of them"]


def summary(updated: "Updated") -> str:
    """What an update did, in a line."""
    before, after = updated.before, updated.after
    if not updated.changed:
        changed = listed([each.path for each in after.changes])
        return f"{after.words}: as pinned, nothing to do" + (
            f"; changed by you: {changed}" if changed else ""
        )
    came = f" instead of {before.words}" if before.state == "present" else ""
    return f"{after.words}{came}, {size_text(after.size_bytes)} on disk"
