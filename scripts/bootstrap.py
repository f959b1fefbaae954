"""Makes .venv with everything that shopcam needs, and keeps it up to date.

    python3 scripts/bootstrap.py          what integrate needs
    python3 scripts/bootstrap.py --dev    and what the tests and checks need

Only the standard library and the syntax of Python 3.6 are used, so that an
old Python ends with a message and not with a SyntaxError. Debian's
python3 comes without ensurepip; there pip's own wheel, pinned by hash, is
fetched and installs itself.

A second call takes 0.1 s: the stamp in .venv holds the digest of the lock
files. A set-up that was interrupted starts over.
"""

import argparse
import configparser
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "shopcam-stamp"
UNFINISHED = VENV / "shopcam-unfinished"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}

OLDEST, NEWEST = (3, 10), (3, 13)
# Nothing is compiled. docopt, which pbxproj wants, is one file of Python
# that comes as source alone.
WHEELS_ONLY = ("--only-binary=:all:", "--no-binary=docopt")
NEEDED_BYTES = 4 << 30  # TensorFlow's wheel (0.6 GB) and all of it unpacked

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
INDEX = "https://pypi.org/simple"


class BootstrapError(Exception):
    """A set-up that cannot go on; the text says what to do."""


def main():
    """Sets up .venv and says how to use it; status 1 with the reason."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dev", action="store_true", help="tests and checks")
    kind = "dev" if parser.parse_args().dev else "run"
    try:
        use_a_good_python()
        with alone():
            set_up(kind)
    except BootstrapError as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(
            "Setting up .venv failed; the reason stands above.\n"
            f"  found: {' '.join(error.cmd)}: status {error.returncode}\n"
            f"  next:  correct that, then: {' '.join(sys.argv)}"
        )
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next set-up begins anew.")


def use_a_good_python():
    """Continues in a Python that shopcam supports: this one or another."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        # pyenv puts a shim on PATH for versions that are not switched on.
        if path and runs(path):
            os.execv(path, [path, *sys.argv])
    raise BootstrapError(
        "shopcam needs Python 3.10, 3.11, 3.12 or 3.13.\n"
        f"  found: {sys.version.split()[0]} ({sys.executable})\n"
        "  next:  sudo apt-get install python3.11, or pyenv install 3.12 "
        "&& pyenv shell 3.12; then run this again"
    )


def runs(python):
    """Whether `python` starts at all."""
    silent = subprocess.DEVNULL
    command = [str(python), "-c", ""]
    try:
        return subprocess.call(command, stdout=silent, stderr=silent) == 0
    except OSError:
        return False


@contextlib.contextmanager
def alone():
    """Waits while another set-up of this checkout runs."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def set_up(kind):
    """Makes .venv hold what the lock of `kind` says, if it does not yet."""
    if stamped(kind):
        return
    free = shutil.disk_usage(str(ROOT)).free
    if free < NEEDED_BYTES:
        raise BootstrapError(
            "The set-up needs 4 GB of disk.\n"
            f"  found: {free / 1e9:.1f} GB free in {ROOT}\n"
            "  next:  make room, then run this again"
        )
    make_venv()
    UNFINISHED.touch()
    lock = ROOT / LOCKS[kind]
    say(f"Installing {lock.name} (0.6 GB to download, once) ...")
    pip("install", "--require-hashes", *WHEELS_ONLY, "-r", str(lock))
    STAMP.write_text(stamp(kind))
    UNFINISHED.unlink()
    say("Ready. Fabric is .venv/bin/fab; try: .venv/bin/fab --list")
    say("For the short name in this shell: . .venv/bin/activate")


def stamp(kind):
    """What identifies a set-up: kind, place, Python and lock files."""
    hashed = hashlib.sha256()
    for name in sorted(LOCKS.values()):
        hashed.update((ROOT / name).read_bytes())
    # The scripts of a venv hold its absolute path, so it cannot be moved.
    return f"{kind} {hashed.hexdigest()} {VENV}\n"


def stamped(kind):
    """Whether .venv is as the lock wants it; dev holds all that run does."""
    return sound() and STAMP.read_text() in {stamp(kind), stamp("dev")}


def sound():
    """Whether .venv can be installed into: whole, working and not moved."""
    if UNFINISHED.exists() or not STAMP.exists() or not runs(PYTHON):
        return False
    return STAMP.read_text().endswith(f" {VENV}\n")


def make_venv():
    """Makes .venv, again where the one that is there is broken."""
    if sound():
        return
    if VENV.exists():
        shutil.rmtree(str(VENV))
    say(f"Making .venv with Python {sys.version.split()[0]} ...")
    has_pip = importlib.util.find_spec("ensurepip") is not None
    options = [] if has_pip else ["--without-pip"]
    run([sys.executable, "-m", "venv", *options, str(VENV)])
    if not has_pip:
        UNFINISHED.touch()
        wheel = fetch_pip(VENV)
        run([str(PYTHON), str(wheel / "pip"), "install", "-q", str(wheel)])
        wheel.unlink()


def pip(*arguments):
    """Runs pip; on a terminal it shows its progress, else only warnings."""
    manner = [] if sys.stdout.isatty() else ["--quiet"]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    run([*pip, *arguments, *manner])


def run(command):
    """Runs `command`; its output is the user's."""
    sys.stdout.flush()
    subprocess.check_call(command)


def say(text):
    """One line to the user, before what a program prints."""
    print(text, flush=True)


def fetch_pip(folder):
    """The path of pip's pinned wheel, fetched into `folder` and checked."""
    say(f"This Python has no ensurepip; fetching {PIP_WHEEL} ...")
    page = setting("index-url", INDEX).rstrip("/") + "/pip/"
    try:
        listing = fetch(page).decode("utf-8", "replace")
        links = re.findall(f'href="([^"#]*{PIP_WHEEL})', listing)
        content = fetch(urllib.parse.urljoin(page, links[0])) if links else b""
    except OSError as error:
        raise BootstrapError(
            "pip must come from a package index.\n"
            f"  found: {page}: {error}\n"
            "  next:  check the network, or set PIP_INDEX_URL, or on Debian: "
            "sudo apt-get install python3-venv"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != PIP_SHA256:
        raise BootstrapError(
            f"{PIP_WHEEL} must have the SHA-256 {PIP_SHA256}.\n"
            f"  found: {found if links else 'no such file'} at {page}\n"
            "  next:  set PIP_INDEX_URL to another index, or on Debian: "
            "sudo apt-get install python3-venv"
        )
    path = folder / PIP_WHEEL
    path.write_bytes(content)
    return path


def fetch(url):
    """The bytes at `url`."""
    context = ssl.create_default_context(cafile=setting("cert", None))
    with urllib.request.urlopen(url, timeout=60, context=context) as answer:
        return answer.read()


def setting(name, default):
    """One of pip's settings: PIP_INDEX_URL or `index-url` of a pip.conf."""
    variable = "PIP_" + name.upper().replace("-", "_")
    if os.environ.get(variable):
        return os.environ[variable]
    home = Path("~").expanduser()
    places = [
        os.environ.get("PIP_CONFIG_FILE"),
        home / ".config/pip/pip.conf",
        home / ".pip/pip.conf",
        "/etc/pip.conf",
    ]
    for place in filter(None, places):
        config = configparser.RawConfigParser()
        config.read(str(place))
        if config.has_option("global", name):
            return config.get("global", name).strip("'\"")
    return default


if __name__ == "__main__":
    main()
