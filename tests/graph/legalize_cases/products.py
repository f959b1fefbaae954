"""Products of matrices."""

import numpy as np

from shopcam.graphdef import protos
from shopcam.graphdef.graph import set_constant
from tests.graph.legalize_cases.registry import (
    CASES,
    INPUT,
    INT32,
    INT64,
    Case,
    attribute,
    case,
    draw,
)
from tests.graphs import FLOAT, Builder


@case
def batch_matmul_of_matrices(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [9, 44], np.int32)
    build.constant(f"{at}/b", draw(7, 44))
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    return build.node(
        f"{at}/product",
        "BatchMatMulV2",
        f"{at}/a",
        f"{at}/b",
        adj_x=False,
        adj_y=True,
        grad_x=False,
        grad_y=True,
    )


@case
def batch_matmul_by_a_matrix(build: Builder, at: str) -> str:
    build.constant(f"{at}/b", draw(4, 6))
    return build.node(
        f"{at}/product",
        "BatchMatMulV3",
        INPUT,
        f"{at}/b",
        T=None,
        Ta=FLOAT,
        Tb=FLOAT,
        Tout=FLOAT,
        adj_x=False,
        adj_y=False,
    )


@case
def batch_matmul_of_batches(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [1, 3, 33, 4], np.int32)
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.constant(f"{at}/b", draw(1, 3, 33, 5))
    return build.node(
        f"{at}/product", "BatchMatMulV2", f"{at}/a", f"{at}/b", adj_x=True
    )


def einsum(equation: str, *sizes: int) -> Case:
    """The image times a constant."""

    def build_it(build: Builder, at: str) -> str:
        build.constant(f"{at}/b", draw(*sizes))
        name = build.node(
            f"{at}/einsum", "Einsum", INPUT, f"{at}/b", equation=equation
        )
        build.graph.proto.node[-1].attr["N"].i = 2
        return name

    return build_it


CASES["einsum_dense"] = einsum("abcd,de->abce", 4, 3)
CASES["einsum_into_heads"] = einsum("abcd,def->abcef", 4, 2, 3)
CASES["einsum_attention"] = einsum("aecd,abcd->acbe", 1, 7, 11, 4)
CASES["einsum_turned"] = einsum("abcd,bce->ead", 9, 11, 2)


@case
def matmul_with_hints(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [11, 36], np.int64)
    build.constant(f"{at}/b", draw(36, 3))
    build.node(f"{at}/a", "Reshape", INPUT, f"{at}/shape", Tshape=INT64)
    return build.node(
        f"{at}/product",
        "MatMul",
        f"{at}/a",
        f"{at}/b",
        transpose_a=False,
        transpose_b=False,
        grad_a=False,
        grad_b=True,
    )


@case
def fused_matmul(build: Builder, at: str) -> str:
    build.constant(f"{at}/shape", [9, 44], np.int32)
    build.node(f"{at}/rows", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.constant(f"{at}/weights", draw(44, 5))
    build.constant(f"{at}/bias", draw(5))
    build.node(
        f"{at}/fused",
        "_FusedMatMul",
        f"{at}/rows",
        f"{at}/weights",
        f"{at}/bias",
    )
    attribute(build, "num_args", 1)
    attribute(build, "fused_ops", ["BiasAdd", "Elu"])
    return f"{at}/fused"


@case
def dequantized_weights(build: Builder, at: str) -> str:
    lowest, highest = -1.7, 2.3
    values = np.random.default_rng(8).integers(0, 256, (4, 6))
    node = build.graph.proto.node.add(name=f"{at}/weights", op="Const")
    tensor = node.attr["value"].tensor
    tensor.dtype = node.attr["dtype"].type = protos.data_type("DT_QUINT8")
    set_constant(node, values.astype(np.uint8), build.graph)
    build.constant(f"{at}/min", lowest)
    build.constant(f"{at}/max", highest)
    build.constant(f"{at}/shape", [99, 4], np.int32)
    build.node(f"{at}/rows", "Reshape", INPUT, f"{at}/shape", Tshape=INT32)
    build.node(
        f"{at}/float",
        "Dequantize",
        f"{at}/weights",
        f"{at}/min",
        f"{at}/max",
        T=protos.data_type("DT_QUINT8"),
        dtype=FLOAT,
        mode="MIN_FIRST",
        narrow_range=False,
    )
    build.graph.proto.node[-1].attr["axis"].i = -1
    return build.node(f"{at}/product", "MatMul", f"{at}/rows", f"{at}/float")
