"""fab train itself on two hosts: killed, resumed, brought home."""

import contextlib
import inspect
import os
import signal
import threading
from pathlib import Path

import pytest

from shopcam.card import load_card
from shopcam.cluster.order import Order
from shopcam.cluster.train import train_on
from shopcam.console import Console
from shopcam.dataset.draw import draw_catalogue
from shopcam.macos.build.fleet import HostsError
from shopcam.training.settings import Settings
from tests.cluster.rig import CHIEF, OTHER, Rig
from tests.training.process import be_patient
from tests.until import becomes

pytestmark = [
    pytest.mark.tf,
    pytest.mark.ssh,
    pytest.mark.needs("sshd", "ssh", "zsh", "ps"),
]
PATIENCE_S = 240
# `fab train` with a recipe of two short epochs. The tests are not on the hosts,
# so that what they have of it goes there as text.
SHORT = f"""
import dataclasses, functools, pathlib, sys, time
{inspect.getsource(be_patient)}
be_patient()
"""
SHORT += """
from shopcam.training import fit
from shopcam.training.recipes import demo
# The chief waits after its first checkpoint until the other one is killed.
written = fit.write_snapshot
def write_snapshot(*arguments):
    path = written(*arguments)
    ends = time.monotonic() + 240
    while not pathlib.Path({killed!r}).exists() and time.monotonic() < ends:
        time.sleep(0.05)
    return path
fit.write_snapshot = write_snapshot
demo.RECIPE = dataclasses.replace(
    demo.RECIPE, rates=(0.05, 0.02), batch=16, crop=1.0
)
from fabric.main import program
program.run(["fab", *sys.argv[3:]])
"""


def kill_one(two: Rig) -> None:
    """Kills the second worker when the chief has a checkpoint."""
    becomes(
        lambda: any(
            list(each.glob("results/checkpoints/*.npz"))
            for each in two.releases(CHIEF)
        ),
        patience_s=PATIENCE_S,
    )
    for pid in two.macs[OTHER].processes():
        with contextlib.suppress(OSError):
            if b"\0train\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
    two.leave_to_end.touch()


def test_a_killed_worker_ends_the_training_and_resume_brings_it_home(
    two: Rig, tmp_path: Path
) -> None:
    catalogue = draw_catalogue(tmp_path / "catalogue", 60, 1).folder
    text = load_card("demo").path.read_text(encoding="utf-8")
    card = tmp_path / "small.yaml"
    card.write_text(text.replace("96", "32").replace("{folder: probes, ", "{"))
    for keys in two.keys.values():
        keys["interface"] = "lo"
        keys["environment"] = {
            "PLAY": SHORT.format(killed=str(two.leave_to_end)),
            "CUDA_VISIBLE_DEVICES": "-1",
            "OMP_NUM_THREADS": "1",
        }

    def train(settings: Settings) -> Path:
        order = Order(
            *(load_card(card), two.output, str(catalogue)), settings=settings
        )
        return train_on(two.hosts(), order, Console(stream=two.said)).card

    killing = threading.Thread(target=kill_one, args=(two,))
    killing.start()
    with pytest.raises(HostsError) as caught:
        train(Settings(checkpoint_minutes=0))
    killing.join()
    assert list(caught.value.failed) == [OTHER], str(caught.value)
    assert "signal 9 ended fab train there" in str(caught.value)

    trained = load_card(train(Settings(resume=True)))
    assert "gpu1 | going on from epoch" in two.text
    assert trained.measured and trained.measured.images > 0
    assert (two.output / "model.ckpt.index").exists()
    assert not (two.output / "checkpoints").exists()
