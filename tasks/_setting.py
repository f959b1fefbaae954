"""What a task's options come to: argument, then fabric.yaml, then default."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invoke import Context

    from shopcam.card import Card


def setting(c: "Context", name: str, given: Any, default: Any) -> Any:
    """`given`, or fabric.yaml's value for `section.key`, or the default.

    Args:
        c: Fabric's context, which holds the merged configuration.
        name: `section.key`, e.g. `integrate.toolchain`.
        given: the task's argument; what is false was not given.
        default: for a configuration without that key.
    """
    section, _, key = name.partition(".")
    configured = c.config.get(section, {}).get(key)
    return given or configured or default


def build_folder(card: "Card", output: str) -> Path:
    """Where a run writes: `output`, or build/<name> in the repository."""
    from shopcam.paths import BUILD, expanded

    return expanded(output) if output else BUILD / card.name
