"""legalize: the graph with only what the phone's TensorFlow knows.

What the target does not know is dropped where it changes nothing (attributes
at their defaults), replaced where older ops compute the same
(shopcam/graph/rewrites) and refused otherwise, naming the node, the op and the
first generation that has it. What remains has passed the static check of
compatibility.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.errors import GraphError
from shopcam.graph.compatibility import (
    Problem,
    check_compatibility,
    malformed,
)
from shopcam.graph.rewrites import (
    RULES,
    Editor,
    Rewrite,
    narrow_indices,
    wide_indices,
)
from shopcam.graphdef import Graph, nodes, read_graph, write_graph
from shopcam.graphdef.op_table import (
    OpTable,
    default_value,
    first_version_that_knows,
    target_table,
)
from shopcam.graphdef.protos import NodeDef

# Hints for training and for other processors: inference on a phone answers
# the same whatever they say.
HINTS = frozenset(
    {
        "exponential_avg_factor",
        "grad_a",
        "grad_b",
        "grad_x",
        "grad_y",
        "use_cudnn_on_gpu",
    }
)
# Every rewrite brings a node closer to the target; more in a row than this
# would be an endless loop.
MOST_REWRITES = 8
SHOWN_PROBLEMS = 5


@dataclass(frozen=True)
class Change:
    """One node that legalize changed, and how."""

    node: str
    what: str


@dataclass(frozen=True)
class LegalizeResult:
    """What legalize did.

    Attributes:
        file: the legal graph.
        version: the generation that it is legal in.
        changes: the nodes that were replaced, in order.
        dropped: how often each attribute was dropped, by its name.
    """

    file: Path
    version: str
    changes: tuple[Change, ...]
    dropped: dict[str, int]


def legalize(
    source: Path,
    target: Path,
    *,
    version: str,
    input_node: str,
    outputs: Sequence[str],
) -> LegalizeResult:
    """The graph at `source`, made legal in TensorFlow `version`.

    It gives the same answers, and its input and outputs keep their names. A
    legal graph is written unchanged.

    Args:
        source: a frozen GraphDef.
        target: where the legal GraphDef goes.
        version: the phone's generation: `1.1`, `1.8`, `1.13` or `1.15`.
        input_node: the name of the input.
        outputs: the nodes to keep, the answer first; what they do not need
            is left out.

    Raises:
        GraphError: older ops cannot compute something in the graph.
        ToolError: the file cannot be written.
    """
    graph = read_graph(source)
    nodes.find_node(graph.proto, input_node, "input.node")
    nodes.require_outputs(graph.proto, outputs)
    changes, dropped = legalize_graph(graph, version, outputs)
    if input_node not in nodes.by_name(graph.proto):
        raise GraphError(
            "The output of a graph must depend on its input.",
            f"{outputs[0]} needs no {input_node}",
            "name the right nodes as input.node and output.node in the card",
        )
    write_graph(graph, target)
    return LegalizeResult(target, version, tuple(changes), dropped)


def legalize_graph(
    graph: Graph, version: str, outputs: Sequence[str]
) -> tuple[list[Change], dict[str, int]]:
    """Makes `graph` legal in place; the changes, and attributes dropped.

    Raises:
        GraphError: older ops cannot compute something in the graph.
    """
    table = target_table(version)
    nodes.keep_reachable(graph, outputs)
    refuse_calls(graph)
    changes = rewrite(graph, table)
    nodes.keep_reachable(graph, outputs)
    dropped = Counter[str]()
    for node in graph.proto.node:
        dropped.update(drop_attributes(node, table))
        node.ClearField("device")
        node.ClearField("experimental_debug_info")
        node.ClearField("experimental_type")
    graph.proto.ClearField("library")
    graph.proto.ClearField("debug_info")
    set_versions(graph, table)
    refuse(check_compatibility(graph, version), version)
    return changes, dict(sorted(dropped.items()))


def refuse_calls(graph: Graph) -> None:
    """Refuses a node that calls a function of the graph's library."""
    functions = {each.signature.name for each in graph.proto.library.function}
    for node in graph.proto.node:
        called = [
            value.func.name
            for value in node.attr.values()
            if value.WhichOneof("value") == "func"
        ]
        if node.op in functions or called:
            raise GraphError(
                "A graph for the phone must not call functions.",
                f"{node.name} ({node.op}) calls {[*called, node.op][0]}",
                "export the model again, so that its functions are inlined",
            )


def rewrite(graph: Graph, table: OpTable) -> list[Change]:
    """Replaces in place what older ops can compute; the changes made."""
    editor = Editor(graph, table)
    changes: list[Change] = []
    for node in list(graph.proto.node):
        changes += rewrite_node(node, editor)
    editor.place_new_nodes()
    return changes


def rewrite_node(node: NodeDef, editor: Editor) -> list[Change]:
    """The changes to one node, and to the new nodes before it."""
    changes: list[Change] = []
    for _ in range(MOST_REWRITES):
        what = rewrite_once(node, editor)
        if what is None:
            break
        changes.append(Change(node.name, what))
    if changes:
        for new in list(editor.before.get(node.name, [])):
            changes += rewrite_node(new, editor)
    return changes


def rewrite_once(node: NodeDef, editor: Editor) -> str | None:
    """The first change that some rewrite makes to `node`, if any does."""
    rule = RULES.get(node.op)
    if rule and not (rule.only_where_missing and editor.table.runs(node.op)):
        what = apply(rule.rewrite, node, editor)
        if what is not None:
            return what
    if wide_indices(node):
        return apply(narrow_indices, node, editor)
    return None


def apply(change: Rewrite, node: NodeDef, editor: Editor) -> str | None:
    """What a rewrite did to a node, which must be as its op demands."""
    if what := malformed(node):
        raise damaged(node, what)
    try:
        return change(node, editor)
    except GraphError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # Lists too short, constants of a wrong shape: nothing that the op's
        # definition would tell.
        raise damaged(node, f"{error}") from error


def damaged(node: NodeDef, what: str) -> GraphError:
    """The error for a node that no TensorFlow would run."""
    return GraphError(
        "A node must be as its op demands.",
        f"{node.name} ({node.op}): {what}",
        "the graph is damaged: export it again",
    )


def drop_attributes(node: NodeDef, table: OpTable) -> list[str]:
    """Drops the attributes that the target does not know; their names.

    Raises:
        GraphError: one of them is not at its default.
    """
    definition = table.ops.get(node.op)
    known = {each.name for each in definition.attr} if definition else set()
    dropped = []
    for name in sorted(node.attr):
        if name.startswith("_"):
            del node.attr[name]
            dropped.append(name)
        elif definition and name not in known:
            if name not in HINTS:
                refuse_unless_default(node, name, table)
            del node.attr[name]
            dropped.append(name)
    return dropped


def refuse_unless_default(node: NodeDef, name: str, table: OpTable) -> None:
    """Refuses an unknown attribute that is not at its default."""
    value = node.attr[name]
    default = default_value(node.op, name)
    if default is not None and value == default:
        return
    since = first_version_that_knows(node.op, name)
    shown = str(value).strip().replace("\n", " ")
    raise GraphError(
        f"TensorFlow {table.version} knows no attribute {name} of {node.op}.",
        f"{node.name} ({node.op}) has {name} = {shown}",
        f'set deploy.runtime_version to "{since}" or later in the card, '
        "or build the model without it"
        if since in ("1.8", "1.13", "1.15")
        else "build the model without it",
    )


def set_versions(graph: Graph, table: OpTable) -> None:
    """Sets the version to the target's generation, or leaves an older one.

    A graph older than the target keeps its version, since later versions
    change or withdraw some ops.
    """
    withdrawn = [
        table.ops[node.op].deprecation.version - 1
        for node in graph.proto.node
        if node.op in table.ops and table.ops[node.op].deprecation.version
    ]
    written = graph.proto.versions.producer or table.producer
    graph.proto.versions.Clear()
    graph.proto.versions.producer = min([written, table.producer, *withdrawn])


def refuse(problems: Sequence[Problem], version: str) -> None:
    """Raises what the static check has found, if anything."""
    if not problems:
        return
    shown = [str(problem) for problem in problems[:SHOWN_PROBLEMS]]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    later = {problem.first_version for problem in problems}
    known = [each for each in ("1.8", "1.13", "1.15") if each in later]
    advice = "build the model without these nodes"
    if known and later <= {"1.8", "1.13", "1.15"}:
        advice = f'set deploy.runtime_version to "{known[-1]}", or {advice}'
    raise GraphError(
        "A graph for the phone must consist of what the iOS build of "
        f"TensorFlow {version} can load and run.",
        "\n         ".join(shown),
        advice,
    )
