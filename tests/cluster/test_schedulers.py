"""What docs/training.md lets a scheduler run makes a TF_CONFIG that we read."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from shopcam.cluster.tf_config import tf_config
from shopcam.paths import ROOT
from shopcam.training.distribution import Place, place_of

DOCUMENT = ROOT / "docs" / "training.md"
# Slurm's programs and fab, as far as the script asks them.
STAND_INS = {
    "srun": 'exec "$@"',
    "scontrol": "printf 'node-a\\nnode-b\\nnode-c\\n'",
    "fab": 'echo "$TF_CONFIG"',
}


def block(language: str) -> str:
    """The document's block of code in a language."""
    found = re.search(
        rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL
    )
    assert found
    return found[1]


def test_the_variable_of_hosts_is_read_by_fab_train() -> None:
    addresses = ["10.0.0.7:2222", "[fe80::1]:2223"]
    found = place_of(tf_config(addresses, 1))
    assert found == Place(1, tuple(addresses))


@pytest.mark.needs("bash")
def test_the_script_for_slurm_gives_each_node_its_place(tmp_path: Path) -> None:
    for name, text in STAND_INS.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash"],
        input=block("bash"),
        capture_output=True,
        text=True,
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "SLURM_JOB_NODELIST": "node-[a-c]",
            "SLURM_NODEID": "2",
        },
    )
    assert place_of(done.stdout) == Place(
        2, ("node-a:2222", "node-b:2222", "node-c:2222")
    ), done.stderr


def test_the_entry_point_for_sagemaker_gives_each_host_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resources = tmp_path / "resourceconfig.json"
    resources.write_text(
        '{"current_host": "algo-10", "hosts": ["algo-10", "algo-2", "algo-1"]}'
    )
    typed: list[str] = []
    monkeypatch.setattr(os, "execvp", lambda _, words: typed.extend(words))
    monkeypatch.setenv("TF_CONFIG", "")
    code = block("python").replace(
        "/opt/ml/input/config/resourceconfig.json", str(resources)
    )
    exec(code, {})
    assert place_of(os.environ["TF_CONFIG"]) == Place(
        2, ("algo-1:2222", "algo-2:2222", "algo-10:2222")
    )
    assert typed[:2] == ["fab", "train"]
