"""Whether the phone's generation of TensorFlow can load and run a graph.

A static check against the op tables. It finds what the runtime would refuse
at Session::Create or at the first Run, and what only the phone would: the iOS
build has fewer kernels, for fewer types, than the wheel of the same version.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shopcam.graph import signature
from shopcam.graphdef import Graph, nodes, protos
from shopcam.graphdef.op_table import (
    NEWEST,
    OpTable,
    first_version_that_knows,
    first_version_that_runs,
    op_table,
    target_table,
)
from shopcam.graphdef.protos import AttrDef, AttrValue, NodeDef

# The oneof fields of AttrValue that hold each type of attribute.
VALUE_FIELDS = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
CONVOLUTIONS = ("Conv2D", "DepthwiseConv2dNative")


@dataclass(frozen=True)
class Problem:
    """Why one node cannot run on the phone.

    Attributes:
        node: its name.
        op: its op.
        what: what is wrong, as half a sentence: `attribute U is unknown`.
        first_version: the oldest generation without the problem, where one
            is known.
    """

    node: str
    op: str
    what: str
    first_version: str | None = None

    def __str__(self) -> str:
        since = self.first_version and f" (from TF {self.first_version} on)"
        return f"{self.node} ({self.op}): {self.what}{since or ''}"


def check_compatibility(graph: Graph, version: str) -> tuple[Problem, ...]:
    """All reasons why the phone's runtime would refuse `graph`.

    Args:
        graph: a frozen graph; a memory-mapped one (ImmutableConst) as well.
        version: the generation, `1.1`, `1.8`, `1.13` or `1.15`.

    Returns:
        The problems in the order of the nodes; none for a graph that loads.

    Raises:
        GraphError: there is no table for `version`.
    """
    table = target_table(version)
    problems: list[Problem] = []
    for node in graph.proto.node:
        found = list(problems_of_op(node, graph, table))
        if not found:
            found += problems_of_attributes(node, table)
        if not found:
            found += problems_of_kernel(node, table)
        problems += found
    if not problems:
        problems += problems_of_edges(graph, table)
    return tuple(problems)


def problems_of_op(
    node: NodeDef, graph: Graph, table: OpTable
) -> Iterator[Problem]:
    """That the op is unknown, withdrawn, or that the phone cannot run it."""
    if not table.knows(node.op):
        yield Problem(
            node.name,
            node.op,
            f"TensorFlow {table.version} has no such op",
            first_version_that_runs(node.op)
            or first_version_that_knows(node.op),
        )
        return
    withdrawn = table.ops[node.op].deprecation.version
    if withdrawn and graph.proto.versions.producer >= withdrawn:
        yield Problem(
            node.name,
            node.op,
            f"withdrawn from GraphDef version {withdrawn} on, "
            f"and the graph says {graph.proto.versions.producer}",
        )
    if not table.runs(node.op):
        yield Problem(
            node.name,
            node.op,
            f"the iOS build of TensorFlow {table.version} has no kernel",
            first_version_that_runs(node.op),
        )


def problems_of_attributes(node: NodeDef, table: OpTable) -> Iterator[Problem]:
    """Attributes that the op lacks, that lack a value, or have a wrong one."""
    known = {attribute.name for attribute in table.ops[node.op].attr}
    for name in sorted(node.attr):
        if not name.startswith("_") and name not in known:
            yield Problem(
                node.name,
                node.op,
                f"attribute {name} is unknown to TensorFlow {table.version}",
                first_version_that_knows(node.op, name),
            )
    for what in wrong_attributes(node, table):
        yield Problem(node.name, node.op, what)


def wrong_attributes(node: NodeDef, table: OpTable) -> Iterator[str]:
    """What is wrong with those attributes that the op has."""
    for attribute in table.ops[node.op].attr:
        name = attribute.name
        if name in node.attr:
            if what := wrong_value(node.attr[name], attribute):
                yield f"attribute {name} {what}"
        elif not attribute.HasField("default_value"):
            yield f"attribute {name} is missing"


def malformed(node: NodeDef) -> str:
    """Why no TensorFlow would accept the node; nothing for an unknown op."""
    table = op_table(NEWEST)
    if not table.knows(node.op):
        return ""
    for what in wrong_attributes(node, table):
        return what
    wanted = len(signature.input_types(node, table.ops[node.op]))
    given = len(nodes.data_inputs(node))
    return "" if given == wanted else f"has {given} inputs and wants {wanted}"


def wrong_value(value: AttrValue, attribute: AttrDef) -> str:
    """What is wrong with an attribute's value; nothing if it is right."""
    kind = attribute.type
    held = value.WhichOneof("value")
    if kind.startswith("list("):
        # Before GraphDef version 4 an empty list was no value at all.
        if held not in ("list", None):
            return f"must be a {kind}"
        kind = kind[len("list(") : -1]
        values = list(getattr(value.list, VALUE_FIELDS[kind]))
        if attribute.has_minimum and len(values) < attribute.minimum:
            return f"has {len(values)} values of {attribute.minimum}"
    else:
        if held != VALUE_FIELDS[kind]:
            return f"must be a {kind}"
        values = [getattr(value, VALUE_FIELDS[kind])]
        if attribute.has_minimum and values[0] < attribute.minimum:
            return f"is {values[0]}, below {attribute.minimum}"
    allowed = allowed_values(attribute, kind)
    for each in values:
        if allowed and each not in allowed:
            return f"is {readable(each, kind)}, which it may not be"
    return ""


def allowed_values(attribute: AttrDef, kind: str) -> list[int] | list[bytes]:
    """The values that an AttrDef allows; empty where it allows all."""
    listed = attribute.allowed_values.list
    if kind == "type":
        return list(listed.type)
    return list(listed.s) if kind == "string" else []


def readable(value: int | bytes, kind: str) -> str:
    """A value as a message shows it."""
    if isinstance(value, bytes):
        return value.decode()
    return protos.data_type_name(value) if kind == "type" else str(value)


def problems_of_kernel(node: NodeDef, table: OpTable) -> Iterator[Problem]:
    """Types and forms that the iOS build's kernel for the op lacks."""
    definition = table.ops[node.op]
    for name, kinds in table.kernels[node.op].items():
        value = signature.attribute(node, definition, name)
        kind = protos.data_type_name(value.type)
        if value.WhichOneof("value") == "type" and kind not in kinds:
            yield Problem(
                node.name,
                node.op,
                f"the iOS build has no kernel for {name}={kind}, "
                f"only for {', '.join(kinds)}",
            )
    if what := wrong_form(node):
        yield Problem(node.name, node.op, what)


def wrong_form(node: NodeDef) -> str:
    """Why no kernel of the phone computes what the attributes ask for."""
    # Conv2DUsingGemmOp, the Conv2D of iOS builds, refuses other layouts...
    if "data_format" in node.attr and node.attr["data_format"].s not in (
        b"NHWC",
        b"NDHWC",
    ):
        layout = node.attr["data_format"].s.decode()
        return f"the phone's kernels know NHWC only, and it says {layout}"
    # ...and never reads dilations: its answers would silently be wrong.
    if node.op in CONVOLUTIONS and "dilations" in node.attr:
        rates = list(node.attr["dilations"].list.i)
        if any(rate != 1 for rate in rates):
            return f"the phone's kernel ignores dilations={rates}"
    return ""


def problems_of_edges(graph: Graph, table: OpTable) -> Iterator[Problem]:
    """Inputs that are too many, too few, missing, or of the wrong type."""
    named = nodes.by_name(graph.proto)
    types = {
        node.name: signature.output_types(node, table.ops[node.op])
        for node in graph.proto.node
    }
    for node in graph.proto.node:
        wanted = signature.input_types(node, table.ops[node.op])
        given = nodes.data_inputs(node)
        if len(given) != len(wanted):
            yield Problem(
                node.name,
                node.op,
                f"has {len(given)} inputs and wants {len(wanted)}",
            )
            continue
        for reference, kind in zip(given, wanted, strict=True):
            what = wrong_edge(reference, kind, named, types)
            if what:
                yield Problem(node.name, node.op, what)


def wrong_edge(
    reference: str,
    kind: int,
    named: dict[str, NodeDef],
    types: dict[str, list[int]],
) -> str:
    """What is wrong with reading type `kind` from `reference`, if anything."""
    source = nodes.input_name(reference)
    if source not in named:
        return f"reads {source}, which is not there"
    index = nodes.output_index(reference)
    if index >= len(types[source]):
        return f"reads {reference}, an output that {source} does not have"
    # A reference type, such as a variable's, is its type plus 100.
    found = types[source][index] % 100
    if found != kind % 100:
        return (
            f"reads {protos.data_type_name(found)} from {reference} "
            f"and wants {protos.data_type_name(kind % 100)}"
        )
    return ""
