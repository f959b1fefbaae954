"""What a host lacks for a training, decided from its facts alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shopcam.cluster.facts import Facts
from shopcam.cluster.hosts import TrainingHost
from shopcam.errors import HostError

OLDEST = (3, 10)
# What all workers must agree about, or their gradients are not alike.
ALIKE = ("tensorflow", "keras", "numpy")
SHOWN = 3


@dataclass(frozen=True)
class Lack:
    """Something that a host lacks.

    Attributes:
        found: what was found instead.
        how: what mends it.
    """

    found: str
    how: str


def refusal(
    host: TrainingHost, facts: Facts, chief: Facts, catalogue: str
) -> HostError | None:
    """The error that names all that a host lacks; None for one that fits.

    Args:
        chief: the facts of the first host, which the others are compared
            with.
        catalogue: the catalogue's path there; empty when the recipe draws
            its own.
    """
    lacks = [
        *of_python(host, facts, chief),
        *of_gpus(facts, chief),
        *of_network(host, facts),
    ]
    if catalogue:
        lacks += of_catalogue(facts, chief, catalogue)
    if not lacks:
        return None
    return HostError(
        f"{host.name} lacks what this training needs.",
        "\n         ".join(each.found for each in lacks),
        "\n         ".join(each.how for each in lacks),
    )


def of_python(host: TrainingHost, facts: Facts, chief: Facts) -> Iterator[Lack]:
    """A Python that is too old or lacks packages, or has other ones."""
    setup = (
        f"fab hosts.setup --hosts={host.reached.argument}, or mend "
        f"{host.interpreter}"
    )
    version = short(facts.python)
    if tuple(map(int, version.split("."))) < OLDEST:
        yield Lack(f"Python {facts.python}, and 3.10 is the oldest", setup)
    missing = [name for name, has in facts.packages.items() if not has]
    if missing:
        yield Lack(f"no {', '.join(missing)} in {host.interpreter}", setup)
    if version != short(chief.python):
        yield Lack(
            f"Python {version}, and the first host has {short(chief.python)}",
            "let all hosts have the same Python",
        )
    for name in ALIKE:
        own, its = facts.packages[name], chief.packages[name]
        if own and its and own != its:
            yield Lack(f"{name} {own}, and the first host has {its}", setup)


def of_gpus(facts: Facts, chief: Facts) -> Iterator[Lack]:
    """GPUs that TensorFlow does not see, or not as many as the others'."""
    if facts.seen_gpus < facts.gpus:
        version = facts.packages["tensorflow"]
        yield Lack(
            f"{facts.gpus} GPUs, of which TensorFlow sees {facts.seen_gpus}",
            f"pip install 'tensorflow[and-cuda]=={version}' there, or hide "
            "them: environment: {CUDA_VISIBLE_DEVICES: '-1'}",
        )
    elif facts.gpus != chief.gpus:
        yield Lack(
            f"{facts.gpus} GPUs, and the first host has {chief.gpus}",
            "let each worker have as many: environment: "
            "{CUDA_VISIBLE_DEVICES: '0,1'} of a host chooses some",
        )


def of_network(host: TrainingHost, facts: Facts) -> Iterator[Lack]:
    """An interface that is not there."""
    if host.interface and not facts.address:
        yield Lack(
            f"no address of an interface {host.interface}",
            "correct `interface` in fabric.yaml: `ip -4 addr` shows them",
        )


def of_catalogue(facts: Facts, chief: Facts, catalogue: str) -> Iterator[Lack]:
    """A catalogue that is missing, or another one than the first host's."""
    how = (
        "copy it there, or name its place as `catalogue` of this host in "
        "fabric.yaml"
    )
    if not facts.catalogue:
        yield Lack(f"no catalogue at {catalogue}", how)
    elif chief.catalogue and facts.catalogue != chief.catalogue:
        differing = differences(facts.catalogue, chief.catalogue)
        more = f" and {len(differing) - SHOWN} more" * (len(differing) > SHOWN)
        yield Lack(
            f"another catalogue at {catalogue} than the first host's: "
            f"{'; '.join(differing[:SHOWN])}{more}",
            "let all hosts have the same one; rsync -a carries it",
        )


def differences(
    own: Mapping[str, int], its: Mapping[str, int]
) -> tuple[str, ...]:
    """How a catalogue differs from the first host's, file by file."""
    return tuple(
        f"{name}: {amount(own.get(name))}, there {amount(its.get(name))}"
        for name in sorted({*own, *its})
        if own.get(name) != its.get(name)
    )


def amount(size_bytes: int | None) -> str:
    """A file's size for a message."""
    if size_bytes is None:
        return "missing"
    return "a folder" if size_bytes < 0 else f"{size_bytes:,} B"


def short(version: str) -> str:
    """`3.11` of `3.11.2`."""
    return ".".join(version.split(".")[:2])
