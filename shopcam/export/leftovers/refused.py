"""Ops that an inference graph must not hold, and what the user can do."""

import re
from dataclasses import dataclass

from shopcam.errors import GraphError
from shopcam.graphdef import Graph
from shopcam.graphdef.protos import NodeDef

FEEDS = "write its value in the card: source: {{feeds: {{{name}: ...}}}}"
BEHIND = "name as source.input the node that outputs the decoded images"


@dataclass(frozen=True)
class Family:
    """Ops that are refused for one reason."""

    ops: re.Pattern[str]
    what: str
    next_step: str


def family(ops: str, what: str, next_step: str) -> Family:
    """The family of the ops that the pattern `ops` matches whole."""
    return Family(re.compile(ops), what, next_step)


FAMILIES = (
    family(
        "Placeholder(V2|WithDefault)?", "waits for a value of its own", FEEDS
    ),
    family(
        r".*Queue.*|Iterator.*|OneShotIterator|.*Dataset.*|.*Reader.*|ReadFile"
        r"|Decode(Jpeg|Png|Image|Bmp|Gif|Raw|CSV|AndCropJpeg)|Parse.*Example.*"
        r"|Stage|Unstage|Barrier.*|MatchingFiles",
        "reads the training data",
        BEHIND,
    ),
    family(
        r"(Stateless|Stateful)?(Random|Truncated|Multinomial|Parameterized).*",
        "draws random numbers",
        "export the graph in inference mode, where it is left out",
    ),
    family(
        r"Assign.*|Scatter(Nd)?(Add|Sub|Update|Mul|Div)|ResourceScatter.*"
        r"|(Resource)?(Sparse)?Apply.*|CountUpTo",
        "writes a variable",
        "export the graph in inference mode, where it is left out",
    ),
    family(
        "Switch|RefSwitch|Merge|RefMerge|If|StatelessIf|Case|StatelessCase",
        "is a condition",
        "export the graph in inference mode, where it is settled",
    ),
    family(
        "While|StatelessWhile|For|TensorArray.*",
        "is a loop",
        "unroll it, or export the part after it",
    ),
    family(
        r"(Stateful|Stateless)?PyFunc|EagerPyFunc|NumpyFunction",
        "runs Python, which the phone does not have",
        "write it with TensorFlow's own ops",
    ),
    family(
        r".*HashTable.*|LookupTable.*|InitializeTable.*",
        "is a look-up table",
        "name as source.output the node that holds the probabilities",
    ),
    family(
        r"(Stateful)?PartitionedCall|RemoteCall|SymbolicGradient",
        "calls a function",
        "the file is damaged, or lacks its functions: export it again",
    ),
)


def refuse_the_rest(graph: Graph, keep: str) -> None:
    """Raises for a node that an inference graph must not hold.

    Args:
        graph: an inference graph.
        keep: the name of its input.

    Raises:
        GraphError: names the node, why, and what to do.
    """
    for node in graph.proto.node:
        if node.name == keep:
            continue
        for one in FAMILIES:
            if one.ops.fullmatch(node.op):
                raise refusal(node, one)


def refusal(node: NodeDef, one: Family) -> GraphError:
    """The error for `node`, a member of a family."""
    return GraphError(
        "An inference graph computes its answer from the image alone.",
        f"the output depends on {node.name} ({node.op}), which {one.what}",
        one.next_step.format(name=node.name),
    )
