"""Which toolchain a task takes, and the settings of the one that is built."""

from typing import TYPE_CHECKING, Any

from tasks._setting import setting

if TYPE_CHECKING:
    from invoke import Context

    from shopcam.card import Card

# The defaults of the section `bazel`, so that FABRIC_BAZEL_JOBS and the like
# work: Fabric looks for the variables of keys that it knows. Texts, because
# Fabric turns a variable into its default's type, with a traceback where it
# cannot. A test compares them with shopcam.toolchain.bazel.settings, which
# would cost `fab --list` its import.
DEFAULTS = {
    "command": "",
    "options": "",
    "startup_options": "",
    "configure": {},
    "jobs": "0",
    "memory_mb": "0",
    "disk_cache": "",
    "remote_cache": "",
}


def chosen(c: "Context", card: "Card", given: str) -> str:
    """The toolchain: the argument, then the card, fabric.yaml, the wheel."""
    named = given or card.toolchain
    toolchain: str = setting(c, "integrate.toolchain", named, "wheel")
    return toolchain


def sections(c: "Context") -> dict[str, Any]:
    """fabric.yaml's sections on the sources and on Bazel."""
    return {
        name: plain(c.config.get(name, {})) for name in ("tensorflow", "bazel")
    }


def plain(value: Any) -> Any:
    """Fabric's configuration as dictionaries."""
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    return value
