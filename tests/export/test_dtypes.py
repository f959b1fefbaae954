"""Types and shapes, as far as a node's attributes tell them."""

import pytest

from shopcam.export.dtypes import declared_shape, output_type
from shopcam.graphdef import protos
from tests.graphs import Builder

TYPES = {
    name: protos.data_type(f"DT_{name.upper()}")
    for name in ("float", "int64", "int32", "bool", "uint8")
}


@pytest.mark.parametrize(
    ("op", "attributes", "kind"),
    [
        ("Relu", {"T": "float"}, "DT_FLOAT"),
        ("Cast", {"SrcT": "uint8", "DstT": "float"}, "DT_FLOAT"),
        ("Greater", {"T": "float"}, "DT_BOOL"),
        ("AsString", {"T": "float"}, "DT_STRING"),
        ("Shape", {"T": "float", "out_type": "int32"}, "DT_INT32"),
        ("ArgMax", {"T": "float", "output_type": "int32"}, "DT_INT32"),
        ("ArgMax", {"T": "float"}, "DT_INT64"),
        ("DecodeJpeg", {}, "DT_UINT8"),
        ("ReadFile", {}, "DT_STRING"),
        ("Placeholder", {"dtype": "float"}, "DT_FLOAT"),
        ("NoOp", {}, None),
    ],
)
def test_the_type_of_an_output_is_read_from_its_attributes(
    op: str, attributes: dict[str, str], kind: str | None
) -> None:
    build = Builder()
    types = {"T": None, **{key: TYPES[attributes[key]] for key in attributes}}
    build.node("node", op, **types)
    assert output_type(build.graph.proto.node[0]) == kind
    assert len(build.graph.proto.node[0].attr) == len(attributes)


def test_each_of_several_outputs_has_its_type() -> None:
    build = Builder()
    build.node("next", "IteratorGetNext", T=None)
    node = build.graph.proto.node[0]
    node.attr["output_types"].list.type.extend([TYPES["float"], TYPES["int32"]])
    assert output_type(node, 0) == "DT_FLOAT"
    assert output_type(node, 1) == "DT_INT32"
    assert output_type(node, 2) is None


def test_a_shape_is_declared_open_or_not_at_all() -> None:
    build = Builder()
    build.placeholder("open", -1, 8, 8, 3)
    build.placeholder("unknown")
    build.placeholder("unranked")
    first, second, third = build.graph.proto.node
    third.attr["shape"].shape.unknown_rank = True
    assert declared_shape(first) == [-1, 8, 8, 3]
    assert declared_shape(second) is None
    assert declared_shape(third) is None
