"""The error function by arithmetic: no iOS build has Erfc, and few have Erf.

erf(x) is x * P(x^2) / Q(x^2) for |x| <= 3.85, and +-1 in float32 beyond. P
and Q are of degree 5, fitted for the smallest maximum error by reweighted
least squares; in float32 they are within 4e-7 of the true value everywhere
(tests/graph/test_legalize_erf.py), a few units in the last place of 1.
"""

from collections.abc import Sequence

import numpy as np

from shopcam.graph.attributes import kind
from shopcam.graph.rewrites.editor import Editor, replaces
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

LARGEST = 3.85
# From the constant term upwards.
NUMERATOR = (
    1.1283791,
    0.18996717,
    0.052747052,
    0.0037623174,
    0.00028759637,
    2.0905904e-6,
)
DENOMINATOR = (
    1.0,
    0.50168604,
    0.11397942,
    0.014959957,
    0.0011669297,
    3.8651243e-5,
)


@replaces("Erf", "Erfc")
def error_function(node: NodeDef, editor: Editor) -> str:
    """Erf(x) as a quotient of polynomials; Erfc(x) as 1 - Erf(x)."""
    (x,), op, dtype = data_inputs(node), node.op, kind(node)
    limits = [
        editor.add_constant(node, name, np.array(value, dtype))
        for name, value in (("lowest", -LARGEST), ("highest", LARGEST))
    ]
    raised = editor.add(node, "raised", "Maximum", [x, limits[0]], T=dtype)
    bounded = editor.add(
        node, "bounded", "Minimum", [raised, limits[1]], T=dtype
    )
    square = editor.add(node, "square", "Mul", [bounded, bounded], T=dtype)
    above = polynomial(node, "above", square, NUMERATOR, editor)
    below = polynomial(node, "below", square, DENOMINATOR, editor)
    product = editor.add(node, "product", "Mul", [bounded, above], T=dtype)
    if op == "Erf":
        editor.turn(node, "RealDiv", [product, below], T=dtype)
    else:
        erf = editor.add(node, "erf", "RealDiv", [product, below], T=dtype)
        one = editor.add_constant(node, "one", np.ones((), dtype))
        editor.turn(node, "Sub", [one, erf], T=dtype)
    return f"{op} became a quotient of polynomials"


def polynomial(
    node: NodeDef, name: str, x: str, terms: Sequence[float], editor: Editor
) -> str:
    """The name of a polynomial of `x`, by Horner's rule."""
    dtype = kind(node)
    factors = [
        editor.add_constant(node, name, np.array(term, dtype)) for term in terms
    ]
    value = factors[-1]
    for factor in reversed(factors[:-1]):
        scaled = editor.add(node, name, "Mul", [value, x], T=dtype)
        value = editor.add(node, name, "Add", [scaled, factor], T=dtype)
    return value
