"""Which iPhone a task means, and an app on it."""

from collections.abc import Sequence

from shopcam.errors import MacError
from shopcam.macos.doctor.checks import device_text
from shopcam.macos.facts.devices import Device


def chosen(devices: Sequence[Device], wanted: str, host: str) -> Device:
    """The iPhone that `--device` names, or the only one that is ready.

    Args:
        devices: those that the Mac knows.
        wanted: a UDID or a name; the only one when empty.
        host: what the user calls the Mac.

    Raises:
        MacError: there is none, there are several, or it is not ready.
    """
    named = [d for d in devices if wanted in (d.udid, d.name)]
    found = named if wanted else [each for each in devices if each.is_ready]
    if len(found) == 1 and found[0].is_ready:
        return found[0]
    known = ", ".join(map(device_text, devices)) or "no iPhone"
    if not found:
        what = f"The iPhone {wanted}" if wanted else "An iPhone"
        raise MacError(
            f"{what} must be attached to {host}, paired, in developer mode.",
            known,
            "attach it, unlock it, trust the Mac; fab ios.doctor shows it",
        )
    if len(found) == 1:
        raise MacError(
            f"{found[0].name} must be ready for apps from Xcode.",
            device_text(found[0]),
            "unlock it, trust the Mac; Settings > Privacy & Security > "
            "Developer Mode",
        )
    raise MacError(
        f"--device names one of the iPhones of {host}.", known, "--device=NAME"
    )
