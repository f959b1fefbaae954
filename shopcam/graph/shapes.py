"""The static shapes of an inference graph, as far as its rewrites need them.

TensorFlow's own shape inference takes the import of TensorFlow; this knows
the ops of image classifiers, and answers None for what it does not know.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shopcam.graph import signature
from shopcam.graph.attributes import flag, number, numbers, text
from shopcam.graphdef import Graph, nodes

Shape = tuple[int | None, ...] | None

UNCHANGED = frozenset(
    """Abs BiasAdd BiasAddV1 Cast CheckNumerics DebugGradientIdentity
    Dequantize Elu EnsureShape Erf Exp FakeQuantWithMinMaxArgs
    FakeQuantWithMinMaxVars Floor FusedBatchNorm FusedBatchNormV2
    FusedBatchNormV3 Identity LRN LeakyRelu Log LogSoftmax LogicalNot Neg
    PlaceholderWithDefault PreventGradient Reciprocal Relu Relu6 Round Rsqrt
    Selu Sigmoid Sign Snapshot Softmax Softplus Softsign Sqrt Square
    StopGradient Tanh ZerosLike OnesLike""".split()
)
BROADCAST = frozenset(
    """Add AddV2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual
    Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mul NotEqual Pow
    RealDiv SelectV2 SquaredDifference Sub Xdivy Xlogy""".split()
)
REDUCTIONS = frozenset("All Any Max Mean Min Prod Sum".split())


class Inference:
    """Shapes by node, each found when it is first asked for.

    Args:
        graph: holds the values of the constants.
        named: the nodes by name; new ones may join while this is in use.
    """

    def __init__(self, graph: Graph, named: Mapping[str, Any]) -> None:
        self.graph = graph
        self.named = named
        self.found: dict[str, list[Shape]] = {}

    def of(self, reference: str) -> Shape:
        """The shape of the tensor that a reference names.

        A size that is unknown is None; so is the whole shape where even the
        rank is.
        """
        name = nodes.input_name(reference)
        if name not in self.found:
            self.find(name)
        return self.known(reference)

    def find(self, name: str) -> None:
        """Finds the shapes of a node, and of what they depend on first."""
        waiting, entered = [name], set[str]()
        while waiting:
            node = self.named.get(waiting[-1])
            needed = [] if node is None else nodes.data_inputs(node)
            sources = [nodes.input_name(each) for each in needed]
            missing = [each for each in sources if each not in self.found]
            if missing and waiting[-1] not in entered:
                entered.add(waiting[-1])
                # What was entered and is not found yet waits on a loop.
                waiting += [each for each in missing if each not in entered]
                continue
            done = waiting.pop()
            shapes = [self.known(each) for each in needed]
            self.found[done] = [] if node is None else self.rule(node, shapes)

    def known(self, reference: str) -> Shape:
        """The shape of a tensor as far as it has been found."""
        outputs = self.found.get(nodes.input_name(reference), [])
        index = signature.output_index(reference)
        return outputs[index] if index < len(outputs) else None

    def value(self, node: Any, index: int) -> list[int] | None:
        """An input's elements, if it is a constant of integers."""
        source = self.named[nodes.input_name(node.input[index])]
        if source.op != "Const":
            return None
        array = self.graph.constant(source)
        return [int(each) for each in array.reshape(-1)]

    def rule(self, node: Any, inputs: list[Shape]) -> list[Shape]:
        """The shapes of a node's outputs."""
        if node.op in UNCHANGED:
            return inputs[:1]
        if node.op in BROADCAST:
            return [broadcast(inputs)]
        if node.op in REDUCTIONS:
            return [self.reduced(node, inputs)]
        if rule := RULES.get(node.op):
            return rule(self, node, inputs)
        return []

    def reduced(self, node: Any, inputs: list[Shape]) -> Shape:
        """The shape after a Mean, Sum, ... over constant axes."""
        axes, shape = self.value(node, 1), inputs[0]
        if axes is None or shape is None:
            return None
        axes = [axis % len(shape) for axis in axes] if shape else []
        if flag(node, "keep_dims"):
            return tuple(
                1 if index in axes else size for index, size in enumerate(shape)
            )
        return tuple(
            size for index, size in enumerate(shape) if index not in axes
        )


Rule = Callable[[Inference, Any, list[Shape]], list[Shape]]
RULES: dict[str, Rule] = {}


def rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers the shape rule of some ops."""

    def enter(function: Rule) -> Rule:
        for op in ops:
            RULES[op] = function
        return function

    return enter


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """The shape of coefficient-wise arithmetic on `shapes`."""
    result: list[int | None] = []
    for shape in shapes:
        if shape is None:
            return None
        result = [*[1] * (len(shape) - len(result)), *result]
        offset = len(result) - len(shape)
        for index, size in enumerate(shape, offset):
            if result[index] == 1:
                result[index] = size
            elif result[index] is None and size not in (1, None):
                result[index] = size
    return tuple(result)


def shape_attribute(node: Any, name: str) -> Shape:
    """The shape in an attribute; a Placeholder's {} means unknown."""
    if name not in node.attr or node.attr[name].shape.unknown_rank:
        return None
    dims = node.attr[name].shape.dim
    return tuple(int(dim.size) if dim.size >= 0 else None for dim in dims)


@rule("Placeholder", "PlaceholderV2")
def placeholder(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    return [shape_attribute(node, "shape") or None]


@rule("Const")
def const(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    dims = node.attr["value"].tensor.tensor_shape.dim
    return [tuple(int(dim.size) for dim in dims)]


@rule("ImmutableConst")
def immutable(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    return [shape_attribute(node, "shape")]


@rule("Conv2D", "DepthwiseConv2dNative", "_FusedConv2D")
def convolution(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    image, kernel = inputs[:2]
    if not is_nhwc(node, image) or kernel is None or len(kernel) != 4:
        return []
    depth = kernel[3]
    if node.op == "DepthwiseConv2dNative":
        depth = times(kernel[2], kernel[3])
    return [(*windows(node, image, kernel[:2]), depth)]


@rule("MaxPool", "AvgPool")
def pooling(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    image = inputs[0]
    if image is None or not is_nhwc(node, image):
        return []
    size = numbers(node, "ksize")[1:3]
    return [(*windows(node, image, size), image[3])]


def is_nhwc(node: Any, shape: Shape) -> bool:
    """Whether the node works on batches of (height, width, channels)."""
    layout = text(node, "data_format", "NHWC")
    return layout == "NHWC" and shape is not None and len(shape) == 4


def times(one: int | None, other: int | None) -> int | None:
    """The product of two sizes, if both are known."""
    return None if one is None or other is None else one * other


def windows(
    node: Any, image: Any, kernel: Sequence[int | None]
) -> list[int | None]:
    """Batch, height and width after windows have slid over `image`."""
    strides = numbers(node, "strides")
    rates = numbers(node, "dilations") or [1, 1, 1, 1]
    padding = text(node, "padding")
    pads = [0] * 8
    if padding == "EXPLICIT":
        pads = numbers(node, "explicit_paddings")
    result: list[int | None] = [image[0]]
    for axis in (1, 2):
        size, window = image[axis], kernel[axis - 1]
        if size is None or window is None:
            result.append(None)
        elif padding == "SAME":
            result.append(-(-size // strides[axis]))
        else:
            reach = (window - 1) * rates[axis] + 1
            padded = size + pads[2 * axis] + pads[2 * axis + 1]
            result.append((padded - reach) // strides[axis] + 1)
    return result


@rule("MatMul", "_FusedMatMul")
def matmul(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    a, b = inputs[:2]
    if a is None or b is None or len(a) != 2 or len(b) != 2:
        return []
    rows = a[1] if flag(node, "transpose_a") else a[0]
    columns = b[0] if flag(node, "transpose_b") else b[1]
    return [(rows, columns)]


@rule("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
def batch_matmul(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    a, b = inputs
    if a is None or b is None or len(a) < 2 or len(b) < 2:
        return []
    batch = broadcast([a[:-2], b[:-2]])
    rows = a[-1] if flag(node, "adj_x") else a[-2]
    columns = b[-2] if flag(node, "adj_y") else b[-1]
    return [None if batch is None else (*batch, rows, columns)]


@rule("Reshape")
def reshape(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    wanted = run.value(node, 1)
    if wanted is None:
        return []
    result: list[int | None] = list(wanted)
    if -1 in wanted:
        rest, total = -math.prod(wanted), elements(inputs[0])
        fits = total is not None and rest > 0
        result[wanted.index(-1)] = (total or 0) // rest if fits else None
    return [tuple(result)]


def elements(shape: Shape) -> int | None:
    """How many elements a tensor has, if that is known."""
    if shape is None or None in shape:
        return None
    return math.prod(size or 0 for size in shape)


@rule("Squeeze")
def squeeze(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    shape = inputs[0]
    if shape is None:
        return []
    axes = numbers(node, "squeeze_dims")
    if not axes and None in shape:
        return []
    gone = [axis % len(shape) for axis in axes] or [
        index for index, size in enumerate(shape) if size == 1
    ]
    return [tuple(s for index, s in enumerate(shape) if index not in gone)]


@rule("ExpandDims")
def expand_dims(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    axis, shape = run.value(node, 1), inputs[0]
    if axis is None or shape is None:
        return []
    at = axis[0] % (len(shape) + 1)
    return [(*shape[:at], 1, *shape[at:])]


@rule("ConcatV2")
def concat(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    axis = run.value(node, len(inputs) - 1)
    parts = [shape for shape in inputs[:-1] if shape]
    if axis is None or len(parts) != len(inputs) - 1:
        return []
    at = axis[0] % len(parts[0])
    sizes = [shape[at] for shape in parts]
    known = [size for size in sizes if size is not None]
    result = list(parts[0])
    result[at] = sum(known) if len(known) == len(sizes) else None
    return [tuple(result)]


@rule("Pad", "PadV2", "MirrorPad")
def pad(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    amounts, shape = run.value(node, 1), inputs[0]
    if amounts is None or shape is None:
        return []
    return [
        tuple(
            None if size is None else size + before + after
            for size, before, after in zip(
                shape, amounts[::2], amounts[1::2], strict=False
            )
        )
    ]


@rule("Transpose")
def transpose(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    order, shape = run.value(node, 1), inputs[0]
    if order is None or shape is None or len(order) != len(shape):
        return []
    return [tuple(shape[axis] for axis in order)]


@rule("Split")
def split(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    axis, shape = run.value(node, 0), inputs[1]
    if axis is None or not shape:
        return []
    count = number(node, "num_split")
    at = axis[0] % len(shape)
    size = shape[at]
    part = list(shape)
    part[at] = None if size is None else size // count
    return [tuple(part)] * count


@rule("Shape")
def shape_of(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    return [None if inputs[0] is None else (len(inputs[0]),)]


@rule("ResizeBilinear", "ResizeNearestNeighbor")
def resize(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    size, shape = run.value(node, 1), inputs[0]
    if size is None or shape is None or len(shape) != 4:
        return []
    return [(shape[0], *size, shape[3])]


@rule("Select")
def select(run: Inference, node: Any, inputs: list[Shape]) -> list[Shape]:
    return [inputs[1]]
