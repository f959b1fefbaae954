"""The wheel's graph tools in TensorFlow's own process."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shopcam import tensorflow_wheel
from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain.wheel import WheelToolchain


@dataclass(frozen=True)
class SeparateWheel:
    """TensorFlow's wheel as a toolchain that runs beside this process."""

    process: TensorFlowProcess
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
        return self.process.submit(
            transform,
            *(graph, tuple(inputs), tuple(outputs), tuple(transforms)),
            work=f"finish {' '.join(transforms)}",
            lane="tools",
            advice="take the transform out of the card's list, or export the "
            "graph again",
        ).result()


def transform(
    graph: bytes,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    transforms: tuple[str, ...],
) -> bytes:
    """`WheelToolchain.transform`, in TensorFlow's process."""
    return WheelToolchain().transform(graph, inputs, outputs, transforms)
