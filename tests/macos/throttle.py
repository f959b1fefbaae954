"""A slow link: a TCP proxy that lets so many bytes through a second."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from shopcam.macos.host import Host
from tests.macos.sshd import USER, Client, Mac, public

STEP_S = 0.02


class Throttle:
    """Forwards a port of its own to another, slowly, in both directions.

    Args:
        port: where to.
        bytes_per_s: what each direction of a connection lets through.
    """

    def __init__(self, port: int, bytes_per_s: int) -> None:
        self.bytes_per_s = bytes_per_s
        self.passed_bytes = 0
        self._target = port
        self._counting = threading.Lock()
        self._then: Callable[[], object] | None = None
        self._then_at = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Throttle":
        return self

    def __exit__(self, *error: object) -> None:
        # Closing alone does not wake a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def reach(self, client: Client, mac: Mac) -> Host:
        """The Mac as a host behind the slow link."""
        client.configure(
            f"Host slow\n  HostName 127.0.0.1\n  Port {self.port}\n"
            f"  User {USER}\n"
        )
        with open(client.known_hosts, "a") as stream:
            stream.write(f"[127.0.0.1]:{self.port} {public(mac.host_key)}\n")
        return client.host(mac, name="slow")

    def after(self, passed_bytes: int, do: Callable[[], object]) -> None:
        """Has something done when so many more bytes have passed.

        What follows them in the same direction waits until it is done.
        """
        with self._counting:
            self._then, self._then_at = do, self.passed_bytes + passed_bytes

    def _count(self, passed_bytes: int) -> None:
        """Notes that so many more have passed, and does what is then due."""
        due = None
        with self._counting:
            self.passed_bytes += passed_bytes
            if self._then and self.passed_bytes >= self._then_at:
                due, self._then = self._then, None
        if due:
            due()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                # A small buffer: what waits in it has not passed.
                near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    threading.Thread(
                        target=self._forward, args=(one, other), daemon=True
                    ).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        most = max(1, int(self.bytes_per_s * STEP_S))
        with source, target, contextlib.suppress(OSError):
            while data := source.recv(most):
                time.sleep(len(data) / self.bytes_per_s)
                target.sendall(data)
                self._count(len(data))
            target.shutdown(socket.SHUT_WR)
