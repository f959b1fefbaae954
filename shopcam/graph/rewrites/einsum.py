"""Einsum, as in attention and some dense layers, as a matrix product.

With every label in one of four groups (in both operands and the answer, in
both operands only, in one operand and the answer) it is Transpose, Reshape, a
batch of matrix products, Reshape and Transpose.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopcam.graph.attributes import kind, text
from shopcam.graph.rewrites.editor import Editor, refusal, replaces
from shopcam.graph.rewrites.padding import INT32
from shopcam.graphdef.nodes import data_inputs
from shopcam.graphdef.protos import NodeDef

ADVICE = 'set deploy.runtime_version to "1.15", or write it as a MatMul'


@dataclass(frozen=True)
class Operand:
    """One factor of the product.

    Attributes:
        side: `left` or `right`, for the names of new nodes.
        tensor: the input.
        labels: its axes in the equation, such as `ab`.
        groups: the same labels, those of each axis of the matrices together.
    """

    side: str
    tensor: str
    labels: str
    groups: tuple[str, str, str]


@dataclass(frozen=True)
class Labels:
    """The labels of an equation such as `ab,bc->ac`, by their role."""

    both: str
    summed: str
    left: str
    right: str


@replaces("Einsum")
def einsum(node: NodeDef, editor: Editor) -> str:
    """A product of two tensors over labelled axes."""
    equation = text(node, "equation").replace(" ", "")
    terms, _, answer = equation.partition("->")
    first, _, second = terms.partition(",")
    inputs = data_inputs(node)
    labels = sort_labels(first, second, answer)
    sizes = label_sizes([first, second], inputs, editor)
    if labels is None or sizes is None or len(inputs) != 2:
        raise refusal(node, f"its equation is {equation}", ADVICE)
    rows = (labels.both, labels.left, labels.summed)
    columns = (labels.both, labels.summed, labels.right)
    factors = [
        as_matrices(node, operand, sizes, editor)
        for operand in (
            Operand("left", inputs[0], first, rows),
            Operand("right", inputs[1], second, columns),
        )
    ]
    dtype = kind(node)
    product = editor.add(
        node, "product", "BatchMatMulV2", factors, T=dtype, adj_x=False
    )
    ordered = labels.both + labels.left + labels.right
    shape = editor.add_constant(
        node, "shape", np.array([sizes[each] for each in ordered], np.int32)
    )
    if ordered == answer:
        editor.turn(node, "Reshape", [product, shape], T=dtype, Tshape=INT32)
    else:
        cube = editor.add(
            node, "cube", "Reshape", [product, shape], T=dtype, Tshape=INT32
        )
        order = permutation(node, "order", ordered, answer, editor)
        editor.turn(node, "Transpose", [cube, order], T=dtype, Tperm=INT32)
    return f"Einsum {equation} became a matrix product"


def sort_labels(first: str, second: str, answer: str) -> Labels | None:
    """The labels by group; None for an equation that is no product."""
    terms = (first, second, answer)
    if not all(
        each.isalpha() and len(set(each)) == len(each) for each in terms
    ):
        return None
    both = "".join(x for x in answer if x in first and x in second)
    summed = "".join(x for x in first if x in second and x not in answer)
    left = "".join(x for x in answer if x in first and x not in second)
    right = "".join(x for x in answer if x in second and x not in first)
    if (
        set(both + left + summed) != set(first)
        or set(both + summed + right) != set(second)
        or len(both + left + right) != len(answer)
    ):
        return None
    return Labels(both, summed, left, right)


def label_sizes(
    terms: Sequence[str], inputs: Sequence[str], editor: Editor
) -> dict[str, int] | None:
    """The size of each label's axis; None where one is not known."""
    sizes: dict[str, int] = {}
    for term, reference in zip(terms, inputs, strict=False):
        shape = editor.shape(reference)
        if shape is None or len(shape) != len(term) or None in shape:
            return None
        for label, size in zip(term, shape, strict=True):
            if sizes.setdefault(label, size or 0) != size:
                return None
    return sizes


def as_matrices(
    node: NodeDef, operand: Operand, sizes: dict[str, int], editor: Editor
) -> str:
    """The name of an operand as (batch, rows, columns), or as one matrix."""
    dtype, name, x = kind(node), operand.side, operand.tensor
    ordered = "".join(operand.groups)
    if ordered != operand.labels:
        order = permutation(
            node, f"{name}_order", operand.labels, ordered, editor
        )
        x = editor.add(
            node,
            f"{name}_turned",
            "Transpose",
            [x, order],
            T=dtype,
            Tperm=INT32,
        )
    shape = [
        math.prod(sizes[label] for label in group) for group in operand.groups
    ]
    wanted = editor.add_constant(
        node,
        f"{name}_shape",
        np.array(shape if shape[0] > 1 else shape[1:], np.int32),
    )
    return editor.add(node, name, "Reshape", [x, wanted], T=dtype, Tshape=INT32)


def permutation(
    node: NodeDef, name: str, before: str, after: str, editor: Editor
) -> str:
    """The name of the constant that Transpose takes `before` to `after` by."""
    order = [before.index(each) for each in after]
    return editor.add_constant(node, name, np.array(order, np.int32))
