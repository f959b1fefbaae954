"""Ports for the servers of tests that nobody else is given meanwhile."""

import os
import random
import socket
from pathlib import Path

# Where the kernel takes the port of an outgoing connection from: one that
# `bind` chose for us could be taken by any before our server listens there.
OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST, USUAL_OUTGOING = 10_000, 32_768
# Workers of pytest-xdist that have ports of their own.
WORKERS = 16


def ports() -> list[int]:
    """Every port that this process may hand out, in a random order."""
    most = USUAL_OUTGOING
    if OUTGOING.exists():
        first = int(OUTGOING.read_text().split()[0])
        most = first if first > LOWEST + 1000 else most
    found = range(LOWEST, most)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        found = found[int(worker.removeprefix("gw")) % WORKERS :: WORKERS]
    # The system's own dice: a seed would lead two suites to the same ports.
    return random.SystemRandom().sample(found, len(found))


LEFT = ports()


def free_port() -> int:
    """A TCP port that nobody listens on; each is handed out once."""
    while LEFT:
        port = LEFT.pop()
        if is_free(port):
            return port
    raise RuntimeError("no port is left: a process hands each out once")


def is_free(port: int) -> bool:
    """Whether a server could listen there on every interface."""
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
