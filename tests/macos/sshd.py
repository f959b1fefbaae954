"""A Mac made of what a Linux machine has: a real OpenSSH server, zsh, a home.

Every session, SFTP's and rsync's too, runs as on a Mac: through zsh as the
login shell, with a home of its own and the bare PATH of a shell that is
neither a login shell nor interactive.
"""

import contextlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from shopcam.macos.host import Host
from tests.ports import free_port

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") or "sshd"
SFTP_SERVER = "/usr/lib/openssh/sftp-server"
BARE_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
USER = pwd.getpwuid(os.getuid()).pw_name
START_S = 30.0
LISTENS, IN_USE = b"Server listening on", b"Address already in use"

SESSION = """\
#!/bin/sh
# What launchd gives a session on a Mac, and nothing of this machine's.
cd {home} || exit 1
exec env -i HOME={home} USER={user} LOGNAME={user} SHELL=/bin/zsh \\
    PATH={path} PERL_BADLANG=0 zsh -c "${{SSH_ORIGINAL_COMMAND-}}"
"""
SSHD_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {host_key}
AuthorizedKeysFile {authorized_keys}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
# bash as this user's shell would read the developer's own ~/.bashrc first.
SetEnv SHLVL=1
MaxStartups 100
Subsystem sftp {sftp_server}
ForceCommand {session}
{more}
"""
SSH_CONFIG = """\
Host {name}
  HostName 127.0.0.1
  Port {port}
  User {user}
"""
# A server that a busy machine holds up for some seconds is not lost; a test
# whose subject is silence asks for less patience.
FOR_ALL = """\
Host *
  IdentityFile {key}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile {known_hosts}
  GlobalKnownHostsFile none
  ConnectTimeout 20
  ServerAliveInterval 1
  ServerAliveCountMax 10
"""


def make_key(path: Path, *options: str, passphrase: str = "") -> Path:
    """A new key pair; ed25519 unless `options` say otherwise."""
    options = options or ("-t", "ed25519")
    subprocess.run(
        ["ssh-keygen", "-q", *options, "-N", passphrase, "-f", str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return path


def public(key: Path) -> str:
    """The public half of a key: its kind and its bytes."""
    return " ".join(key.with_suffix(".pub").read_text("ascii").split()[:2])


class Mac:
    """A server that can be started, killed and started again.

    Args:
        folder: in which its own lies, with its home, keys and settings.
        name: what the client calls it.
        path: the PATH of its sessions.
        more: further lines for sshd_config.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "mac1",
        path: str = BARE_PATH,
        more: str = "",
    ) -> None:
        self.name = name
        folder = folder / name
        self.home = folder / "Users" / "builder"
        self.home.mkdir(parents=True)
        self.port = free_port()
        self.host_key = make_key(folder / "host_key")
        self.authorized_keys = folder / "authorized_keys"
        self.config = folder / "sshd_config"
        self.log = folder / "sshd.log"
        self.session = folder / "session"
        self.session.write_text(
            SESSION.format(
                home=shlex.quote(str(self.home)),
                user=USER,
                path=shlex.quote(path),
            )
        )
        self.session.chmod(0o755)
        self.config.write_text(
            SSHD_CONFIG.format(
                port=self.port,
                host_key=self.host_key,
                authorized_keys=self.authorized_keys,
                sftp_server=SFTP_SERVER,
                session=self.session,
                more=more,
            )
        )
        self._server: subprocess.Popen[bytes] | None = None
        # A thread may kill it while a test starts it again.
        self._lock = threading.Lock()

    def __enter__(self) -> "Mac":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server, and waits until it listens."""
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        ends = time.monotonic() + START_S
        with self._lock:
            while not self._listens(ends):
                # Whoever was given its port meanwhile may be gone soon.
                time.sleep(0.1)

    def _listens(self, ends: float) -> bool:
        """Whether a new server listens; not while its port is in use.

        Args:
            ends: when to stop waiting, by the monotonic clock.

        Raises:
            RuntimeError: with the server's log, where it does not start.
        """
        with open(self.log, "ab") as log:
            before = log.tell()
            self._server = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() < ends:
            has_ended = self._server.poll() is not None
            said = self.log.read_bytes()[before:]
            if LISTENS in said:
                return True
            if has_ended and IN_USE in said:
                return False
            if has_ended:
                break
            time.sleep(0.01)
        raise RuntimeError(self.log.read_text())

    def kill(self) -> None:
        """Ends the server and all connections at once, as a power cut does
        to a network; what it started goes on."""
        with self._lock:
            for pid in self.servers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self._server:
                self._server.wait()
                self._server = None

    def freeze(self) -> None:
        """Stops the server in its tracks: connections stay, in silence."""
        for pid in self.servers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def servers(self) -> list[int]:
        """The processes of the server, the listening one first."""
        if self._server is None:
            return []
        children: dict[int, list[tuple[int, str]]] = {}
        listed = subprocess.run(
            ["ps", "-Ao", "pid=,ppid=,comm="], capture_output=True, text=True
        )
        for line in listed.stdout.splitlines():
            pid, parent, program = line.split(None, 2)
            children.setdefault(int(parent), []).append((int(pid), program))
        found = [self._server.pid]
        for parent in found:
            found += [
                pid
                for pid, program in children.get(parent, [])
                if "sshd" in program
            ]
        return found

    def stop(self) -> None:
        """Ends the server and everything that was started through it."""
        self.kill()
        # All stand still first: a shell whose child is killed before it would
        # go on, and tidy up.
        pids = list(self.processes())
        for each in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, each)

    def processes(self) -> Iterator[int]:
        """What runs with this Mac's home, in its sessions or detached."""
        mark = f"HOME={self.home}".encode()
        for each in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in each.read_bytes().split(b"\0"):
                    yield int(each.parent.name)


class Client:
    """A user's side: a key, ~/.ssh/config, known hosts.

    ssh looks for these in the home of the user database, whatever HOME is,
    so they are passed as a configuration file.

    Args:
        folder: in which its own lies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "client"
        folder = self.folder
        folder.mkdir()
        self.key = make_key(folder / "id_ed25519")
        self.known_hosts = folder / "known_hosts"
        self.known_hosts.touch()
        self.config = folder / "config"
        self.config.write_text(
            FOR_ALL.format(key=self.key, known_hosts=self.known_hosts)
        )

    def meet(self, mac: Mac) -> None:
        """Makes the two know each other, and names the Mac in the config."""
        with open(mac.authorized_keys, "a") as stream:
            stream.write(public(self.key) + "\n")
        with open(self.known_hosts, "a") as stream:
            stream.write(f"[127.0.0.1]:{mac.port} {public(mac.host_key)}\n")
        self.configure(
            SSH_CONFIG.format(name=mac.name, port=mac.port, user=USER)
        )

    def configure(self, lines: str) -> None:
        """Puts lines before the others; ssh takes the first that fits."""
        self.config.write_text(lines + self.config.read_text())

    def host(self, mac: Mac, **keys: object) -> Host:
        """The Mac as a host of fabric.yaml."""
        return Host.model_validate(
            {"name": mac.name, "ssh_config": str(self.config), **keys}
        )
