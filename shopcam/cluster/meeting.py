"""Whether the workers reach each other at their ports, as one line of JSON.

This is a program of its own: every host runs it at the same time, before
TensorFlow is started there, which would wait for a worker that a firewall
hides until somebody loses patience. Each listens at its own port, calls all
others, and goes when it has called and been called by all.
"""

import contextlib
import json
import os
import socket
import sys
import threading
import time

MARK = "=== shopcam meeting "
TRY_S, CALL_S = 0.2, 2.0
# What a caller says once it has been answered.
MET = "met"


class Meeting:
    """One worker's side.

    Args:
        word: what the workers of this training know each other by.
        own: this worker's place among the addresses.
        addresses: `host:port` of every worker.
        ends: when to stop waiting, by the monotonic clock.
    """

    def __init__(
        self, word: str, own: int, addresses: "list[str]", ends: float
    ) -> None:
        self.word = word
        self.own = own
        self.addresses = addresses
        self.ends = ends
        self.missed: dict[str, str] = {}
        self.callers: set[str] = set()

    def run(self) -> "dict[str, object]":
        """What came of it: why we could not listen, whom we did not reach."""
        try:
            listening = listen(int(self.addresses[self.own].rpartition(":")[2]))
        except OSError as error:
            return {"deaf": reason(error), "missed": {}}
        with listening:
            threading.Thread(
                target=self.answer, args=(listening,), daemon=True
            ).start()
            others = [a for a in self.addresses if a != self.address]
            calls = [
                threading.Thread(target=self.call, args=(each,))
                for each in others
            ]
            for each in calls:
                each.start()
            for each in calls:
                each.join()
            while len(self.callers) < len(others) and self.is_early:
                time.sleep(TRY_S / 4)
        return {"deaf": "", "missed": self.missed}

    @property
    def address(self) -> str:
        """Our own address."""
        return self.addresses[self.own]

    @property
    def is_early(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.ends

    def answer(self, listening: socket.socket) -> None:
        """Says our name to all who call and know the word."""
        while True:
            with contextlib.suppress(OSError):
                caller, _ = listening.accept()
                with caller:
                    caller.settimeout(CALL_S)
                    word, _, name = heard(caller).partition(" ")
                    if word == self.word:
                        caller.sendall(f"{self.word} {self.address}\n".encode())
                        # One that hung up meanwhile will call again.
                        if heard(caller) == MET:
                            self.callers.add(name)
            if listening.fileno() < 0:
                return

    def call(self, address: str) -> None:
        """Calls another worker until it answers, or the time is over."""
        host, _, port = address.rpartition(":")
        while True:
            try:
                where = (host.strip("[]"), int(port))
                with socket.create_connection(where, CALL_S) as line:
                    line.sendall(f"{self.word} {self.address}\n".encode())
                    answer = heard(line)
                    if answer == f"{self.word} {address}":
                        line.sendall(f"{MET}\n".encode())
                        return
                why = "something else answers there"
            except OSError as error:
                why = reason(error)
            if not self.is_early:
                self.missed[address] = why
                return
            time.sleep(TRY_S)


def listen(port: int) -> socket.socket:
    """A socket that others can call, by IPv6 where there is some."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(
            ("", port), family=socket.AF_INET6, dualstack_ipv6=True
        )
    return socket.create_server(("", port))


def reason(error: OSError) -> str:
    """Why something failed, in the system's own words."""
    if isinstance(error, socket.gaierror):
        return f"no address is known by that name ({error.strerror})"
    return os.strerror(error.errno) if error.errno else str(error)


def heard(line: socket.socket) -> str:
    """The line that the other side says."""
    said = b""
    while not said.endswith(b"\n"):
        part = line.recv(256)
        if not part:
            break
        said += part
    return said.decode("utf-8", "replace").strip()


def main() -> None:
    """Meets the others as argument 1 says, a JSON object."""
    asked = json.loads(sys.argv[1])
    meeting = Meeting(
        asked["word"],
        asked["own"],
        asked["addresses"],
        time.monotonic() + asked["seconds"],
    )
    print("\n" + MARK + json.dumps(meeting.run()))


if __name__ == "__main__":
    main()
