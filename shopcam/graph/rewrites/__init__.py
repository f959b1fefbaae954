"""Rewrites of newer ops as older ones, one family per module.

Importing the package fills `editor.RULES`.
"""

from shopcam.graph.rewrites import (
    activations,
    arithmetic,
    arrays,
    batch_norm,
    convolution,
    einsum,
    error_function,
    fused,
    identities,
    matmul,
    padding,
    quantized,
    resize,
)
from shopcam.graph.rewrites.editor import RULES, Editor, Rewrite
from shopcam.graph.rewrites.indices import narrow_indices, wide_indices

__all__ = [
    "RULES",
    "Editor",
    "Rewrite",
    "activations",
    "arithmetic",
    "arrays",
    "batch_norm",
    "convolution",
    "einsum",
    "error_function",
    "fused",
    "identities",
    "matmul",
    "narrow_indices",
    "padding",
    "quantized",
    "resize",
    "wide_indices",
]
