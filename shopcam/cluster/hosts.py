"""The hosts of fabric.yaml's section `training`, and of `--hosts`.

training:
  port: 2222                    # what holds for all hosts
  hosts:
    gpu1: anna@10.0.0.7         # short for {address: ...}
    gpu2:
      address: anna@10.0.0.8
      interface: ib0            # what the workers reach each other by
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from shopcam.card_file import explain
from shopcam.errors import UsageError
from shopcam.macos.host import (
    Host,
    HostAddress,
    HostFolder,
    HostName,
    VariableName,
    plain,
    rule,
    slug,
)
from shopcam.macos.model_folder import ModelFolder

HOW = "correct it in fabric.yaml or ~/.fabric.yaml; docs/training.md shows it"
# Every Linux has it; of the Mac's en_US.UTF-8 many a server knows nothing.
LOCALE = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
# The keys that may stand beside `hosts`, too.
SHARED = (
    *("folder", "python", "port", "interface", "catalogue"),
    *("environment", "ssh_config"),
)


class TrainingHost(BaseModel):
    """One host that trains, as fabric.yaml describes it.

    Attributes:
        name: what it is called, also before its lines.
        address: `user@host:port`, or an alias of ~/.ssh/config; its name
            when nothing else is said.
        folder: where shopcam works there; `~/` is the user's home.
        python: the Python with TensorFlow; the one that `fab hosts.setup`
            makes in `folder` when empty.
        port: the TCP port at which TensorFlow's worker is reached.
        interface: the network interface that the workers meet on, e.g.
            `ib0`; without it they take the address that SSH takes.
        catalogue: where the catalogue lies there, if not where `--catalogue`
            says.
        environment: further variables of the training.
        ssh_config: a file instead of ~/.ssh/config, as `ssh -F` takes it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: HostName
    address: HostAddress = ""
    folder: HostFolder = "~/shopcam"
    python: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 2222
    interface: Annotated[
        str,
        rule(
            r"[^\s/:]{0,15}",
            "an interface is a name that `ip link` shows, such as eth0",
        ),
    ] = ""
    catalogue: str = ""
    environment: dict[VariableName, str] = {}
    ssh_config: str = ""

    @property
    def reached(self) -> Host:
        """The same for SSH."""
        return Host(
            name=self.name,
            address=self.address,
            folder=self.folder,
            environment={**LOCALE, **self.environment},
            ssh_config=self.ssh_config,
        )

    @property
    def setup(self) -> str:
        """The folder that `fab hosts.setup` fills."""
        return f"{self.folder}/environment"

    @property
    def interpreter(self) -> str:
        """The Python that trains."""
        return self.python or f"{self.setup}/.venv/bin/python"

    def model(self, name: str) -> ModelFolder:
        """Where a model's trainings lie there.

        Apart for each host: those of a cluster may have one home.
        """
        return ModelFolder(f"{self.folder}/trainings/{self.name}/{name}")


def training_hosts(
    section: Mapping[str, Any], names: Sequence[str]
) -> tuple[TrainingHost, ...]:
    """The hosts of `--hosts`, in its order: the first one is the chief.

    Args:
        section: `training` of Fabric's merged configuration.
        names: names of the section, or addresses.

    Raises:
        UsageError: a name is misspelt, or the section breaks a rule.
    """
    described = plain(section)
    shared = {key: described[key] for key in SHARED if key in described}
    known = by_name(described.get("hosts") or {})
    unique = tuple(dict.fromkeys(names))
    if not unique:
        raise UsageError(
            "--hosts takes names of fabric.yaml, or addresses.",
            f"hosts of fabric.yaml: {', '.join(known) or 'none'}",
            "name some: --hosts=gpu1,gpu2, or --hosts=user@address,...",
        )
    found = tuple(
        host(name, {**shared, **known[name]})
        if name in known
        else by_address(name, tuple(known), shared)
        for name in unique
    )
    refuse_one_name(found)
    return found


def refuse_one_name(hosts: Sequence[TrainingHost]) -> None:
    """Refuses two addresses that give one name, which is a folder's, too."""
    by_name = {each.name: each for each in reversed(hosts)}
    for each in hosts:
        first = by_name[each.name]
        if first is not each:
            raise UsageError(
                "Each host has a name of its own.",
                f"{first.reached.argument} and {each.reached.argument} are "
                f"both {each.name}",
                "give them names in fabric.yaml; docs/training.md shows it",
            )


def by_name(hosts: Any) -> dict[str, dict[str, Any]]:
    """The hosts of the section by their names."""
    if not isinstance(hosts, dict):
        raise UsageError(
            "training.hosts maps names to hosts.", repr(hosts)[:80], HOW
        )
    found = {}
    for name, keys in hosts.items():
        if isinstance(keys, str):
            keys = {"address": keys}
        if not isinstance(keys, dict | None):
            raise UsageError(
                f"training.hosts.{name} is an address, or a mapping of keys.",
                repr(keys)[:80],
                HOW,
            )
        found[name] = keys or {}
    return found


def host(name: str, keys: Mapping[str, Any]) -> TrainingHost:
    """One host of the section.

    Raises:
        UsageError: a key is wrong; names all that are.
    """
    try:
        return TrainingHost.model_validate({"name": name, **keys})
    except ValidationError as error:
        known = tuple(TrainingHost.model_fields)
        raise UsageError(
            f"The host {name} must be described by the keys that it has.",
            "\n         ".join(explain(e, known) for e in error.errors()),
            HOW,
        ) from None


def by_address(
    address: str, known: Sequence[str], shared: Mapping[str, Any]
) -> TrainingHost:
    """A host that stands in no configuration."""
    near = difflib.get_close_matches(address, known, n=1, cutoff=0.7)
    if near and "@" not in address:
        raise UsageError(
            "--hosts takes names of fabric.yaml, or addresses.",
            f"{address!r}; did you mean {near[0]}?",
            f"an alias or address of that name is reached as USER@{address}",
        )
    return host(slug(address), {**shared, "address": address})
