"""The section `tensorflow` of fabric.yaml: which sources, and from where."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shopcam.card_file import explain
from shopcam.errors import UsageError


class TensorFlowSettings(BaseModel):
    """Where TensorFlow's sources come from and where they lie.

    Attributes:
        remote: what git fetches from: a URL, `git@host:path`, or a local
            path.
        tag: the release; empty fetches the commit by its id.
        commit: its 40 digits; empty takes the submodule's gitlink.
        folder: where the sources lie, from the repository's root on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    remote: Annotated[str, Field(pattern=r"^[^\s-][^\n]*$")] = (
        "https://github.com/tensorflow/tensorflow.git"
    )
    tag: Annotated[str, Field(pattern=r"^([\w][\w./+-]*)?$")] = "v1.15.0"
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")] = ""
    folder: Annotated[str, Field(min_length=1)] = "third_party/tensorflow"


def tensorflow_settings(section: Mapping[str, Any]) -> TensorFlowSettings:
    """The settings that the section `tensorflow` comes to.

    Args:
        section: `tensorflow` of Fabric's merged configuration.

    Raises:
        UsageError: a key or a value that there is not; names all of them.
    """
    try:
        return TensorFlowSettings.model_validate(dict(section))
    except ValidationError as error:
        fields = tuple(TensorFlowSettings.model_fields)
        raise UsageError(
            "The section tensorflow of fabric.yaml names TensorFlow's sources.",
            "\n         ".join(
                f"tensorflow.{explain(problem, fields)}"
                for problem in error.errors()
            ),
            "correct it there, in ~/.fabric.yaml or in FABRIC_TENSORFLOW_...;"
            "\n         a commit has 40 digits, in quotes if all are numbers",
        ) from None
