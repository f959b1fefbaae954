"""git served on the loopback interface, well and badly."""

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.ports import free_port
from tests.until import becomes

HOST = "127.0.0.1"


@contextlib.contextmanager
def daemon(folder: Path) -> Iterator[str]:
    """The URL at which `git daemon` serves a repository."""
    port = free_port()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [
                *("git", "daemon", "--export-all", "--reuseaddr"),
                *(f"--base-path={folder.parent}", f"--listen={HOST}"),
                f"--port={port}",
            ],
            stderr=said,
            start_new_session=True,
        )
        try:
            if not listens(process, port):
                said.seek(0)
                raise RuntimeError(f"no git daemon: {said.read().decode()}")
            yield f"git://{HOST}:{port}/{folder.name}"
        finally:
            process.terminate()
            process.wait()


def listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether a program comes to listen on a port before it ends."""

    def answers() -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, port), 1),
        ):
            return True
        return False

    becomes(lambda: answers() or process.poll() is not None)
    return process.poll() is None


@dataclass
class Manners:
    """How a web server behaves, and what it was asked.

    Attributes:
        smart: git's own protocol; else files, as any web server has them.
        login: who may read, `name:password` in base64; empty: everybody.
        breaks_at: which pack is cut off in its middle, counted from 1.
        hangs_at: which pack stops in its middle, until the client is gone.
        hanging: set as soon as it stopped.
        gone: set when its client is gone.
        packs: how many packs were asked for.
        wanted: the ids that were asked for, per pack.
    """

    smart: bool = True
    login: str = ""
    breaks_at: int = 0
    hangs_at: int = 0
    hanging: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    packs: int = 0
    wanted: list[int] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    """A web server with one repository."""

    daemon_threads = True
    manners: Manners
    repository: Path

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing of a client that was killed."""


class Handler(BaseHTTPRequestHandler):
    """`git http-backend` by CGI, or plain files."""

    server: Server
    protocol_version = "HTTP/1.0"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length")
        self.answer(self.rfile.read(int(length)) if length else self.chunks())

    def chunks(self) -> bytes:
        """A body of which the client did not know the length."""
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def answer(self, body: bytes) -> None:
        manners = self.server.manners
        if manners.login and not str(
            self.headers.get("Authorization")
        ).endswith(f" {manners.login}"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
        elif manners.smart:
            self.smart(body, manners)
        else:
            self.plain()

    def smart(self, body: bytes, manners: Manners) -> None:
        """What git's own program answers."""
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            stdout=subprocess.PIPE,
            env={**os.environ, **self.variables(len(body))},
        ).stdout
        head, _, rest = done.partition(b"\r\n\r\n")
        lines = dict(
            line.decode().split(": ", 1) for line in head.split(b"\r\n")
        )
        self.send_response(int(lines.pop("Status", "200")[:3]))
        for name, value in lines.items():
            self.send_header(name, value)
        self.end_headers()
        if wants := count_wants(body):
            manners.packs += 1
            manners.wanted.append(wants)
            if manners.packs in (manners.breaks_at, manners.hangs_at):
                self.wfile.write(rest[: len(rest) // 2])
                if manners.packs == manners.hangs_at:
                    self.wfile.flush()
                    manners.hanging.set()
                    with contextlib.suppress(ConnectionResetError):
                        self.connection.recv(1)
                    manners.gone.set()
                return
        self.wfile.write(rest)

    def variables(self, length: int) -> dict[str, str]:
        """The environment of a CGI program."""
        path, _, query = self.path.partition("?")
        return {
            "GIT_PROJECT_ROOT": str(self.server.repository.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": HOST,
        }

    def plain(self) -> None:
        """A file, as a server has it that knows nothing of git."""
        path = self.server.repository.parent / self.path.partition("?")[0][1:]
        found = path.is_file()
        self.send_response(200 if found else 404)
        self.end_headers()
        if found:
            self.wfile.write(path.read_bytes())


def count_wants(body: bytes) -> int:
    """How many objects a request asks for; git packs a long one."""
    import gzip

    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return body.count(b"want ")


@contextlib.contextmanager
def web(folder: Path, manners: Manners | None = None) -> Iterator[str]:
    """The URL at which a web server has the repository `folder`."""
    with Server((HOST, 0), Handler) as server:
        server.manners = manners or Manners()
        server.repository = folder
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/{folder.name}"
        finally:
            server.shutdown()
            thread.join()
