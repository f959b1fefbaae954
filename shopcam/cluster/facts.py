"""What a training host has, asked in one round trip."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shopcam.cluster import probe
from shopcam.cluster.hosts import TrainingHost
from shopcam.errors import HostError
from shopcam.macos.command import Command
from shopcam.macos.login import noise
from shopcam.macos.machine import Machine, Ran, last_lines

# The probe's own two programs may take two minutes each.
PATIENCE_S = 300.0
# What `fab train` imports; a test holds them to pyproject.toml.
PACKAGES = (
    *("fabric", "invoke", "keras", "numpy", "pillow", "protobuf"),
    *("pydantic", "pyyaml", "rich", "simplejpeg", "tensorboard"),
    *("tensorflow", "xxhash"),
)


@dataclass(frozen=True)
class Facts:
    """What a host has.

    Attributes:
        python: its Python's version; empty where there is none.
        packages: versions by name; empty for one that is missing.
        gpus: the NVIDIA GPUs that its driver lists.
        seen_gpus: those of them that TensorFlow sees.
        catalogue: what lies where the catalogue should be, by name: sizes
            in bytes, -1 for a folder; None where nothing is.
        address: that of the interface that was asked for; empty where there
            is none.
    """

    python: str
    packages: Mapping[str, str]
    gpus: int
    seen_gpus: int
    catalogue: Mapping[str, int] | None
    address: str


def program(
    host: TrainingHost, module: object, asked: Mapping[str, object]
) -> tuple[Command, str]:
    """One of our programs for a host's own Python: command and its input.

    Args:
        module: `probe` or `meeting`.
        asked: its argument.
    """
    text = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    return Command((host.interpreter, "-", json.dumps(asked))), text


def gather(machine: Machine, host: TrainingHost, catalogue: str) -> Facts:
    """What a host has.

    Args:
        catalogue: the path there; empty when the recipe draws its own.

    Raises:
        HostError: it cannot be reached, or its Python does not answer.
    """
    command, text = program(
        host,
        probe,
        {
            "packages": PACKAGES,
            "catalogue": catalogue,
            "interface": host.interface,
        },
    )
    ran = machine.run(command, stdin=text, timeout_s=PATIENCE_S)
    if answer := answer_of(ran, probe.MARK):
        return Facts(**answer)  # type: ignore[arg-type]
    raise noise(machine) or without_python(host, ran)


def answer_of(ran: Ran, mark: str) -> dict[str, object]:
    """The JSON that a program of ours printed; empty where it did not."""
    for line in ran.output.splitlines():
        if line.startswith(mark):
            found: dict[str, object] = json.loads(line.removeprefix(mark))
            return found
    return {}


def without_python(host: TrainingHost, ran: Ran) -> HostError:
    """The error for a host whose Python does not run."""
    said = last_lines(ran.errors) or last_lines(ran.output)
    status = f"{host.interpreter} ended with status {ran.status}"
    return HostError(
        f"{host.name} needs a Python with shopcam's packages.",
        "\n         ".join([status, *said]),
        f"fab hosts.setup --hosts={host.reached.argument} makes one; or name "
        "yours as `python` of this host in fabric.yaml",
    )
