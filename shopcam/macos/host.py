"""The Mac hosts of fabric.yaml's section `mac`, and of `--host`.

mac:
  keep: 5                       # what holds for all hosts
  hosts:
    mac1:
      address: builder@10.0.0.5:2222
    studio: {}                  # an alias of ~/.ssh/config
    here:
      local: true               # this machine is the Mac
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from shopcam.card_file import explain
from shopcam.errors import MacError, UsageError
from shopcam.macos.address import Address, parsed_address
from shopcam.macos.model_folder import ModelFolder

Role = Literal["build", "device"]
# The keys of the form with one host, which was the only one at first.
SINGLE = ("host", "user", "folder")
HOW = "correct it in fabric.yaml or ~/.fabric.yaml; README.md shows the keys"


def rule(pattern: str, text: str) -> AfterValidator:
    """The check that a key's text has a form, said in words.

    Args:
        pattern: the form as a regular expression.
        text: the form as the user reads it.
    """

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(text)
        return value

    return AfterValidator(check)


def checked_address(text: str) -> str:
    """`text`, if it is an address or empty."""
    if text:
        parsed_address(text)
    return text


def listed(value: Any) -> Any:
    """A text from an environment variable, `build,device`, as a list."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


VariableName = Annotated[
    str,
    rule("[A-Za-z_][A-Za-z0-9_]*", "this is no name of a variable"),
]
HostName = Annotated[
    str,
    rule(
        "[A-Za-z0-9][A-Za-z0-9_.-]*",
        "a host's name is made of letters, digits, and _ . -",
    ),
]
HostAddress = Annotated[str, AfterValidator(checked_address)]
HostFolder = Annotated[
    str,
    rule(
        r"(~/|/)[^\x00-\x1f]*[^\x00-\x1f/]",
        "a folder on a host begins with ~/ or / and ends without /",
    ),
]


class Host(BaseModel):
    """One Mac, as fabric.yaml describes it.

    Attributes:
        name: what it is called; its results lie in a folder of this name.
        address: `user@host:port`, or an alias of ~/.ssh/config; its name
            when nothing else is said.
        local: this machine is the Mac, and no connection is made.
        roles: what it is there for: `build`, and `device` where iPhones are
            attached.
        folder: where shopcam works there; `~/` is the user's home.
        path: folders that come first on PATH.
        developer_dir: the Xcode to take when several are installed, e.g.
            `/Applications/Xcode-27.app/Contents/Developer`.
        environment: further variables, also instead of the locale.
        keep: how many releases of a model are kept.
        ssh_config: a file instead of ~/.ssh/config, as `ssh -F` takes it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: HostName
    address: HostAddress = ""
    local: bool = False
    roles: Annotated[tuple[Role, ...], BeforeValidator(listed)] = (
        "build",
        "device",
    )
    folder: HostFolder = "~/shopcam"
    path: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    developer_dir: str = ""
    environment: dict[VariableName, str] = {}
    keep: Annotated[int, Field(ge=1)] = 5
    ssh_config: str = ""

    @model_validator(mode="after")
    def one_way(self) -> "Host":
        if self.local and self.address:
            raise ValueError("name an address or local: true, not both")
        return self

    @property
    def destination(self) -> Address:
        """What `ssh` is asked to reach."""
        return parsed_address(self.address or self.name)

    @property
    def argument(self) -> str:
        """What `--host` takes for it: its name, or the address typed there."""
        typed = self.address and self.name == slug(self.address)
        return self.address if typed else self.name

    def model(self, name: str) -> ModelFolder:
        """Where a model lies there."""
        return ModelFolder(f"{self.folder}/{name}")


def hosts(
    section: Mapping[str, Any], names: Sequence[str] = (), role: Role = "build"
) -> tuple[Host, ...]:
    """The hosts that a command works on, in the order in which they stand.

    Args:
        section: `mac` of Fabric's merged configuration.
        names: what `--host` says: names of the section, or addresses; every
            host of the role without it.
        role: what the command needs a host for; a named one needs no role.

    Raises:
        MacError: the section breaks a rule.
        UsageError: no host has the role, or a name is misspelt.
    """
    described = plain(section)
    shared = {
        key: described[key]
        for key in ("keep", "ssh_config")
        if key in described
    }
    known = {
        name: host(name, {**shared, **keys})
        for name, keys in by_name(described).items()
    }
    if names:
        unique = dict.fromkeys(names)
        return tuple(
            known.get(n) or by_address(n, known, shared) for n in unique
        )
    found = tuple(each for each in known.values() if role in each.roles)
    if not found:
        raise UsageError(
            f"A Mac host with the role {role} is needed.",
            f"hosts of fabric.yaml: {', '.join(known) or 'none'}",
            "add one under mac.hosts, or name one: --host=user@address",
        )
    return found


def plain(value: Any) -> Any:
    """Fabric's configuration as dictionaries."""
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    return value


def by_name(section: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The hosts of the section by their names, of either form.

    `mac1: builder@10.0.0.5` is short for a host with that address alone.
    """
    many = section.get("hosts")
    if many is None:
        return single(section)
    if not isinstance(many, dict):
        raise MacError("mac.hosts maps names to hosts.", repr(many)[:80], HOW)
    found = {}
    for name, keys in many.items():
        if isinstance(keys, str):
            keys = {"address": keys}
        if not isinstance(keys, dict | None):
            raise MacError(
                f"mac.hosts.{name} is an address, or a mapping of keys.",
                repr(keys)[:80],
                HOW,
            )
        found[name] = keys or {}
    return found


def single(section: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The one host of the old form, called `mac`."""
    keys = {key: section[key] for key in SINGLE if section.get(key)}
    address, user = keys.pop("host", ""), keys.pop("user", "")
    if not address:
        return {}
    return {
        "mac": {"address": f"{user}@{address}" if user else address, **keys}
    }


def host(name: str, keys: Mapping[str, Any]) -> Host:
    """One host of the section.

    Raises:
        MacError: a key is wrong; names all that are.
    """
    try:
        return Host.model_validate({"name": name, **keys})
    except ValidationError as error:
        wrong = [explain(e, tuple(Host.model_fields)) for e in error.errors()]
        raise MacError(
            f"The Mac host {name} must be described by the keys that it has.",
            "\n         ".join(wrong),
            HOW,
        ) from None


def by_address(
    address: str, known: Mapping[str, Host], shared: Mapping[str, Any]
) -> Host:
    """A host that stands in no configuration."""
    near = difflib.get_close_matches(address, known, n=1, cutoff=0.7)
    if near and "@" not in address:
        raise UsageError(
            "--host takes names of fabric.yaml, or addresses.",
            f"{address!r}; did you mean {near[0]}?",
            f"an alias or address of that name is reached as USER@{address}",
        )
    return host(slug(address), {**shared, "address": address})


def slug(address: str) -> str:
    """An address as a host's name, which is a folder's, too."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", address).strip("-._")
