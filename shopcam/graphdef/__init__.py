"""Reads, holds and writes GraphDefs without TensorFlow."""

from shopcam.graphdef.graph import Graph, Weights
from shopcam.graphdef.reader import read_graph
from shopcam.graphdef.writer import write_graph

__all__ = ["Graph", "Weights", "read_graph", "write_graph"]
