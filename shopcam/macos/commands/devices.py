"""devicectl: the iPhones that are attached to a Mac."""

from shopcam.macos.command import Command, script

# Its help says that a file is the only output that programs may read; into
# /dev/stdout it would write its table, too.
LIST = (
    'folder=$(mktemp -d "${TMPDIR:-/tmp}/devices.XXXXXX") || exit; '
    'xcrun devicectl list devices --timeout "$1" '
    '--json-output "$folder/devices.json" >&2; status=$?; '
    'cat "$folder/devices.json" 2>/dev/null; rm -rf "$folder"; exit "$status"'
)
PATIENCE_S = 10


def listed() -> Command:
    """Prints the known devices as JSON; `facts.devices.parse` reads it."""
    return script(LIST, str(PATIENCE_S))


def install(app: str, device: str) -> Command:
    """Installs an app on an iPhone.

    Args:
        app: the path of an .app or .ipa on the Mac.
        device: its UDID, identifier or name.
    """
    return devicectl("device", "install", "app", "--device", device, app)


def launch(bundle_id: str, device: str, *, console: bool = False) -> Command:
    """Starts an app, after ending the one that runs.

    Args:
        bundle_id: the app's.
        device: the iPhone's UDID, identifier or name.
        console: stay and show what the app prints, until it ends.
    """
    options = ["--terminate-existing", *(["--console"] if console else [])]
    return devicectl(
        "device", "process", "launch", "--device", device, *options, bundle_id
    )


def devicectl(*arguments: str) -> Command:
    """A call of devicectl; it refuses to work under sudo."""
    return Command(("xcrun", "devicectl", *arguments))
