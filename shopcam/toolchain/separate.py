"""The wheel's graph tools in TensorFlow's own process."""

from collections.abc import Sequence
from dataclasses import dataclass

from shopcam.tensorflow_process import TensorFlowProcess
from shopcam.toolchain.wheel import WheelToolchain


@dataclass(frozen=True)
class SeparateWheel(WheelToolchain):
    """The same tools, called beside this process."""

    process: TensorFlowProcess

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
            WheelToolchain().transform,
            *(graph, inputs, outputs, transforms),
            work=f"finish {' '.join(transforms)}",
            lane="tools",
            advice="take the transform out of the card's list, or export the "
            "graph again",
        ).result()
