"""Hosts that train: real SSH servers, and a program in the place of fab train.

What is sent to a host's Python (`probe`, `meeting`) runs in the real one. In
the place of `fab train` a program plays the part that a test gives the host.
"""

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shopcam.card import load_card
from shopcam.cluster.hosts import TrainingHost, training_hosts
from shopcam.cluster.order import Order
from shopcam.cluster.train import Trained, train_on
from shopcam.console import Console
from shopcam.training.settings import Settings
from tests.macos.sshd import Client, Mac
from tests.ports import free_port
from tests.until import becomes

CHIEF, OTHER = "gpu1", "gpu2"
CATALOGUE = "~/data"
# A Python whose `-m fabric train` is what the variable PLAY holds.
PYTHON = """\
#!/bin/sh
[ "$1" = - ] && exec {python} "$@"
exec {python} -c "$PLAY" "$@"
"""
# A worker that does as fab train does: the first one alone leaves a model.
TRAINS = """
import json, os, pathlib, sys
task = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
print("epoch 1 of 1  loss 0.5", flush=True)
print("warning: worker", task, "warns")
results = pathlib.Path("../results")
name = next(a for a in sys.argv if a.startswith("--model=")).split("=")[1]
if task == 0:
    card = pathlib.Path("models", name, "model.yaml").read_text()
    (results / "checkpoints").mkdir(exist_ok=True)
    (results / "checkpoints" / "big.npz").write_text("stays")
    (results / "graph.pb").write_text("trained")
    (results / "model.yaml").write_text(card)
    (results / "typed.json").write_text(json.dumps(sys.argv[1:]))
    print("Next:")
    print("  fab integrate:model=../results/model.yaml")
"""
# Until a file is there; a minute at most, as nothing of a test outlives it.
UNTIL = """
import pathlib, time
ends = time.monotonic() + 60
while not pathlib.Path({path!r}).exists() and time.monotonic() < ends:
    time.sleep(0.05)
"""
WAITS = """
import time
print("epoch 1 of 9", flush=True)
time.sleep(60)
"""
FAILS = WAITS.replace("time.sleep(60)", "raise SystemExit(1)")


@dataclass
class Rig:
    """Hosts, and who trains on them.

    Attributes:
        macs: the servers, by their names.
        client: the user's side.
        keys: what fabric.yaml says of each host.
        output: where a trained model goes here.
        said: what was shown so far.
    """

    macs: dict[str, Mac]
    client: Client
    keys: dict[str, dict[str, object]]
    output: Path
    said: io.StringIO

    @property
    def text(self) -> str:
        """All that was shown."""
        return self.said.getvalue()

    def plays(self, name: str, play: str) -> None:
        """Gives a host its part."""
        self.keys[name]["environment"] = {"PLAY": play}

    @property
    def leave_to_end(self) -> Path:
        """Once this file is there, those end who were held up."""
        return self.client.folder / "may-end"

    def holds_up(self, name: str, play: str = TRAINS) -> None:
        """Gives a host its part, to be ended once that file is there."""
        lines = play.splitlines(keepends=True)
        told = next(n for n, each in enumerate(lines) if "print(" in each) + 1
        until = UNTIL.format(path=str(self.leave_to_end))
        self.plays(name, "".join([*lines[:told], until, *lines[told:]]))

    def hosts(self, *names: str) -> tuple[TrainingHost, ...]:
        """Hosts of fabric.yaml, all of them without a name."""
        return training_hosts({"hosts": self.keys}, names or tuple(self.macs))

    def config(self) -> Path:
        """A configuration file for `fab -f`."""
        path = self.client.folder / "fabric-of-the-test.yaml"
        path.write_text(yaml.safe_dump({"training": {"hosts": self.keys}}))
        return path

    def train(
        self,
        *names: str,
        catalogue: str = CATALOGUE,
        leave: bool = False,
        **settings: Any,
    ) -> Trained:
        """Trains the demo on the named hosts, or on all."""
        wanted = Order(
            *(load_card("demo"), self.output, catalogue),
            settings=Settings(**settings),
            leave=leave,
        )
        console = Console(stream=self.said)
        return train_on(self.hosts(*names), wanted, console)

    def releases(self, name: str) -> list[Path]:
        """The trainings on a host, on its disk."""
        home = self.macs[name].home
        return sorted(home.glob(f"shopcam/trainings/{name}/demo/releases/*"))


@contextlib.contextmanager
def rig(folder: Path, *names: str) -> Iterator[Rig]:
    """Running hosts, and a user they know; all of them train well."""
    client = Client(folder)
    python = folder / "python"
    python.write_text(PYTHON.format(python=sys.executable))
    python.chmod(0o755)
    with contextlib.ExitStack() as running:
        macs, keys = {}, {}
        for name in names or (CHIEF, OTHER):
            mac = Mac(folder, name)
            client.meet(running.enter_context(mac))
            macs[name] = mac
            place = mac.home / CATALOGUE.removeprefix("~/")
            place.mkdir()
            (place / "train.bson").write_bytes(b"the same on all hosts")
            keys[name] = {
                "ssh_config": str(client.config),
                "python": str(python),
                "port": free_port(),
                "environment": {"PLAY": TRAINS},
            }
        yield Rig(macs, client, keys, folder / "trained", io.StringIO())


def until(what: Callable[[], bool], two: Rig) -> None:
    """Returns once something is so."""
    assert becomes(what), two.text


def begun(two: Rig, name: str) -> None:
    """Returns when a host's training has written something."""
    until(
        lambda: any(
            log.read_text()
            for release in two.releases(name)
            for log in release.glob("job/log")
        ),
        two,
    )


def followed(two: Rig, *names: str) -> None:
    """Returns when what hosts' trainings have written has come here."""
    for name in names:
        log = two.output / "logs" / f"{name}.log"
        until(lambda log=log: log.exists() and bool(log.read_text()), two)


@contextlib.contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Lets a thread do something while the block runs, and waits for it."""
    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        yield
        working.result()
