"""Newer ops in small graphs, one case for each form that legalize replaces.

Every case reads the image `input`, (1, 9, 11, 4) float32, and returns the
name of its answer. Run alone a case shows what legalize makes of it; all
cases in one graph are run once in each runtime.
"""

from tests.graph.legalize_cases import (
    arithmetic,
    arrays,
    convolutions,
    products,
)
from tests.graph.legalize_cases.registry import (
    CASES,
    INPUT,
    INT32,
    SHAPE,
    all_cases,
    one_case,
)

__all__ = [
    "CASES",
    "INPUT",
    "INT32",
    "SHAPE",
    "all_cases",
    "arithmetic",
    "arrays",
    "convolutions",
    "one_case",
    "products",
]
