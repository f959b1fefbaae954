"""What a host has, printed as one line of JSON.

This is a program of its own: it is sent to the host's Python, which may lack
all of shopcam, and asks nothing but the standard library. It imports
TensorFlow only to count GPUs where there are some, since that takes seconds.
"""

import importlib
import json
import os
import socket
import struct
import subprocess
import sys

MARK = "=== shopcam probe "
# ioctl's number for the IPv4 address of an interface (linux/sockios.h).
SIOCGIFADDR = 0x8915
COUNT = (
    "import tensorflow as t; print(len(t.config.list_physical_devices('GPU')))"
)
PATIENCE_S = 120


def main() -> None:
    """Prints what argument 1 asks for, a JSON object."""
    asked = json.loads(sys.argv[1])
    packages = {name: version(name) for name in asked["packages"]}
    gpus = installed_gpus()
    found = {
        "python": "{}.{}.{}".format(*sys.version_info[:3]),
        "packages": packages,
        "gpus": gpus,
        "seen_gpus": seen_gpus() if gpus and packages.get("tensorflow") else 0,
        "catalogue": listed(asked["catalogue"]),
        "address": address_of(asked["interface"]),
    }
    print("\n" + MARK + json.dumps(found))


def version(name: str) -> str:
    """A package's version; empty where it is not installed."""
    try:
        return str(importlib.import_module("importlib.metadata").version(name))
    except ImportError:  # PackageNotFoundError is one, too
        return ""


def installed_gpus() -> int:
    """The NVIDIA GPUs that this user's programs may see."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in ("", "-1"):
        return 0
    said = output("nvidia-smi", "-L").splitlines()
    count = sum(line.startswith("GPU ") for line in said)
    return min(count, len(visible.split(","))) if visible else count


def seen_gpus() -> int:
    """The GPUs that TensorFlow sees."""
    counted = output(sys.executable, "-c", COUNT).split()
    return int(counted[-1]) if counted and counted[-1].isdigit() else 0


def output(*command: str) -> str:
    """What a program prints; nothing where there is none, or it hangs."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""


def listed(catalogue: str) -> "dict[str, int] | None":
    """Name and size of what is in a catalogue's folder, or of its file.

    A folder counts as -1. None where there is nothing.
    """
    path = os.path.expanduser(catalogue)
    try:
        if os.path.isfile(path):
            return {os.path.basename(path): os.path.getsize(path)}
        with os.scandir(path) as entries:
            return {
                each.name: each.stat().st_size if each.is_file() else -1
                for each in entries
                if not each.name.startswith(".")
            }
    except OSError:
        return None


def address_of(interface: str) -> str:
    """The IPv4 address of a network interface; empty without one."""
    try:
        fcntl = importlib.import_module("fcntl")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            name = struct.pack("256s", interface.encode()[:15])
            answer = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, name)
        return socket.inet_ntoa(answer[20:24])
    except (ImportError, OSError):
        return ""


if __name__ == "__main__":
    main()
