"""The section `bazel` of fabric.yaml: which Bazel, and how it builds."""

import shlex
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from shopcam.card_file import explain
from shopcam.errors import UsageError

WORD = {True: "1", False: "0"}


class BazelSettings(BaseModel):
    """What fabric.yaml and the environment say of Bazel.

    Attributes:
        command: a name, a path, or a prefix with arguments such as a
            container's; what is found on PATH when empty.
        options: added to `bazel build`, last, so that they win; a list, or
            one text as a shell would take it.
        startup_options: before the command, e.g. `--output_user_root=...`.
        configure: variables that answer TensorFlow's configure; they beat
            the answers of shopcam.
        jobs: actions at a time; from the machine when 0.
        memory_mb: what they may take; from the machine when 0.
        disk_cache: a folder that keeps what was compiled.
        remote_cache: the address of a cache that a team shares.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True
    )

    command: str = ""
    options: tuple[str, ...] = ()
    startup_options: tuple[str, ...] = ()
    configure: dict[str, str] = {}
    jobs: Annotated[int, Field(ge=0, le=10_000)] = 0
    memory_mb: Annotated[int, Field(ge=0)] = 0
    disk_cache: str = ""
    remote_cache: str = ""

    @field_validator("options", "startup_options", mode="before")
    @classmethod
    def as_typed(cls, value: Any) -> Any:
        # A variable of the environment holds one text.
        return shlex.split(value) if isinstance(value, str) else value

    @field_validator("configure", mode="before")
    @classmethod
    def words(cls, value: Any) -> Any:
        # YAML reads a bare `yes` as true, configure wants 1 or 0.
        if not isinstance(value, Mapping):
            return value
        return {
            key: WORD[each] if isinstance(each, bool) else each
            for key, each in value.items()
        }


def bazel_settings(section: Mapping[str, Any]) -> BazelSettings:
    """The settings in the section `bazel` of Fabric's configuration.

    Raises:
        UsageError: a key or a value that there is not; names all of them.
    """
    try:
        return BazelSettings.model_validate(dict(section))
    except ValidationError as error:
        raise UsageError(
            "The section bazel of fabric.yaml must hold keys that there are.",
            "\n         ".join(map(explained, error.errors())),
            "correct them in fabric.yaml, in ~/.fabric.yaml or in "
            "FABRIC_BAZEL_...",
        ) from None


def explained(problem: ErrorDetails) -> str:
    """One wrong key as the user knows it: `bazel.jobs: ...`."""
    return f"bazel.{explain(problem, tuple(BazelSettings.model_fields))}"
