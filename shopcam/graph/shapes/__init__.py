"""Static shapes; importing the package fills `registry.RULES`."""

from shopcam.graph.shapes import arrays, layers
from shopcam.graph.shapes.inference import Inference
from shopcam.graph.shapes.layers import broadcast
from shopcam.graph.shapes.registry import Shape

__all__ = ["Inference", "Shape", "arrays", "broadcast", "layers"]
