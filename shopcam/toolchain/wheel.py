"""The graph tools that lie in TensorFlow's wheel, called in this process."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shopcam import tensorflow_wheel
from shopcam.errors import ToolError


@dataclass(frozen=True)
class WheelToolchain:
    """The Graph Transform Tool of the installed TensorFlow wheel."""

    name: str = field(default="wheel", init=False)

    @property
    def version(self) -> str:
        """TensorFlow's version, without importing it."""
        return tensorflow_wheel.version()

    def transform(
        self,
        graph: bytes,
        inputs: Sequence[str],
        outputs: Sequence[str],
        transforms: Sequence[str],
    ) -> bytes:
        """The serialised GraphDef after `transforms`, applied in order.

        See `shopcam.tools.GraphTools.transform`.
        """
        try:
            return call(graph, inputs, outputs, transforms)
        except ToolError:
            # The tool says what went wrong, but not in which of many. Each
            # alone gives the same graphs, for a parse and a write apiece.
            for transform in transforms:
                graph = call(graph, inputs, outputs, [transform])
            raise


def call(
    graph: bytes,
    inputs: Sequence[str],
    outputs: Sequence[str],
    transforms: Sequence[str],
) -> bytes:
    """One call of the tool; its exceptions become a ToolError."""
    tool = tensorflow_wheel.extension(tensorflow_wheel.GRAPH_TOOLS)
    written = (",".join(inputs), ",".join(outputs), " ".join(transforms))
    try:
        return tool.TransformGraphWithStringInputs(
            graph, *(each.encode() for each in written)
        )
    except (RuntimeError, LookupError, ValueError) as error:
        raise ToolError(
            f"The graph must go through the transform {written[2]}.",
            str(error) or type(error).__name__,
            "correct its arguments or take it out of the list of transforms",
        ) from error
