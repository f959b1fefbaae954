"""The types of a node's inputs and outputs, by its op's definition."""

from shopcam.graphdef.protos import ArgDef, AttrValue, NodeDef, OpDef


class SignatureError(ValueError):
    """A node that lacks an attribute of its op."""


def attribute(node: NodeDef, definition: OpDef, name: str) -> AttrValue:
    """An attribute's value: the node's own, or else the op's default.

    Raises:
        SignatureError: the node lacks it and there is no default.
    """
    if name in node.attr:
        return node.attr[name]
    for each in definition.attr:
        if each.name == name and each.HasField("default_value"):
            return each.default_value
    raise SignatureError(f"{node.name} ({node.op}) lacks {name}")


def argument_types(
    node: NodeDef, definition: OpDef, argument: ArgDef
) -> list[int]:
    """The types of the tensors that one ArgDef of `node` stands for."""
    if argument.type_list_attr:
        value = attribute(node, definition, argument.type_list_attr)
        return list(value.list.type)
    if argument.type_attr:
        kind = attribute(node, definition, argument.type_attr).type
    else:
        kind = argument.type
    count = 1
    if argument.number_attr:
        count = attribute(node, definition, argument.number_attr).i
    return [kind] * count


def input_types(node: NodeDef, definition: OpDef) -> list[int]:
    """The types that the node's data inputs must have, in order.

    Raises:
        SignatureError: an attribute is missing.
    """
    return [
        kind
        for argument in definition.input_arg
        for kind in argument_types(node, definition, argument)
    ]


def output_types(node: NodeDef, definition: OpDef) -> list[int]:
    """The types of the node's outputs, in order.

    Raises:
        SignatureError: an attribute is missing.
    """
    return [
        kind
        for argument in definition.output_arg
        for kind in argument_types(node, definition, argument)
    ]
