"""Shapes of ops that compute: arithmetic, windows, products."""

from collections.abc import Sequence

from shopcam.graph.attributes import flag, numbers, text
from shopcam.graph.shapes.registry import Shape, Shapes, Values, rule
from shopcam.graphdef.protos import NodeDef

UNCHANGED = frozenset(
    """Abs AddN BatchNormWithGlobalNormalization BiasAdd BiasAddV1 Cast
    CheckNumerics ClipByValue DebugGradientIdentity Dequantize Elu
    EnsureShape Erf Exp FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars Floor
    FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Identity LRN LeakyRelu
    Log LogSoftmax LogicalNot Neg OnesLike PlaceholderWithDefault
    PreventGradient ReadVariableOp Reciprocal Relu Relu6 ReverseV2 Round Rsqrt
    Selu Sigmoid Sign Snapshot Softmax Softplus Softsign Sqrt Square
    StopGradient Tanh ZerosLike""".split()
)
BROADCAST = frozenset(
    """Add AddV2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual
    Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mul NotEqual Pow
    RealDiv SelectV2 SquaredDifference Sub Xdivy Xlogy""".split()
)


@rule(*UNCHANGED)
def unchanged(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return inputs[:1]


@rule(*BROADCAST)
def arithmetic(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    return [broadcast(inputs)]


@rule("All", "Any", "Max", "Mean", "Min", "Prod", "Sum")
def reduction(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    axes, shape = values.value(node, 1), inputs[0]
    if axes is None or shape is None:
        return []
    gone = [axis % len(shape) for axis in axes] if shape else []
    if flag(node, "keep_dims"):
        kept = enumerate(shape)
        return [tuple(1 if at in gone else size for at, size in kept)]
    return [tuple(s for at, s in enumerate(shape) if at not in gone)]


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


@rule("Conv2D", "DepthwiseConv2dNative", "_FusedConv2D")
def convolution(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    image, kernel = inputs[:2]
    if image is None or not is_nhwc(node, image):
        return []
    if kernel is None or len(kernel) != 4:
        return []
    depth = kernel[3]
    if node.op == "DepthwiseConv2dNative":
        depth = times(kernel[2], kernel[3])
    return [(*windows(node, image, kernel[:2]), depth)]


@rule("MaxPool", "AvgPool")
def pooling(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    image = inputs[0]
    if image is None or not is_nhwc(node, image):
        return []
    size = numbers(node, "ksize")[1:3]
    return [(*windows(node, image, size), image[3])]


def is_nhwc(node: NodeDef, shape: Sequence[int | None]) -> bool:
    """Whether the node works on batches of (height, width, channels)."""
    layout = text(node, "data_format", "NHWC")
    return layout == "NHWC" and len(shape) == 4


def times(one: int | None, other: int | None) -> int | None:
    """The product of two sizes, if both are known."""
    return None if one is None or other is None else one * other


def windows(
    node: NodeDef, image: Sequence[int | None], kernel: Sequence[int | None]
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
def matmul(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    a, b = inputs[:2]
    if a is None or b is None or len(a) != 2 or len(b) != 2:
        return []
    rows = a[1] if flag(node, "transpose_a") else a[0]
    columns = b[0] if flag(node, "transpose_b") else b[1]
    return [(rows, columns)]


@rule("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
def batch_matmul(values: Values, node: NodeDef, inputs: Shapes) -> Shapes:
    a, b = inputs
    if a is None or b is None or len(a) < 2 or len(b) < 2:
        return []
    batch = broadcast([a[:-2], b[:-2]])
    rows = a[-1] if flag(node, "adj_x") else a[-2]
    columns = b[-2] if flag(node, "adj_y") else b[-1]
    return [None if batch is None else (*batch, rows, columns)]
