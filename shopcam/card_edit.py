"""Changes a few values in a card's text and leaves the rest as it stands.

A card is written by a person: its comments, order and blank lines are theirs.
So values are replaced at their places in the text instead of writing the card
anew, and what comes out is read again before anyone gets it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from shopcam.errors import CardError


@dataclass(frozen=True)
class Edit:
    """`text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def edited(text: str, values: Mapping[str, Any]) -> str:
    """A card's text in which some top-level keys have other values.

    Comments inside of a value are lost where it gets other keys, and kept
    where only its leaves change. A card that writes one of these values with
    an anchor, a merge key or as a block of text is written anew as a whole:
    then all comments are lost, but no key is.

    Args:
        text: the text of a card that could be read.
        values: what the keys shall hold; other keys stay as they are.

    Raises:
        CardError: the text is no mapping.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise CardError("A model card must be a mapping of keys to values.")
    wanted = {**yaml.safe_load(text), **values}
    places = children(root)
    edits = [
        edit
        for key, value in values.items()
        if key in places
        for edit in replace(places[key], value)
    ]
    new = {key: value for key, value in values.items() if key not in places}
    if new:
        edits.append(addition(text, root, new))
    changed = apply(text, edits)
    return changed if holds(changed, wanted) else block(wanted)


def children(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    """A mapping's values by their keys, as they are written."""
    return {str(key.value): value for key, value in node.value}


def replace(node: yaml.Node, value: Any) -> Iterator[Edit]:
    """What has to change for `node` to hold `value`; nothing if it does."""
    if construct(node) == value:
        return
    if isinstance(node, yaml.MappingNode) and isinstance(value, Mapping):
        places = children(node)
        if set(places) == set(value):
            for key, place in places.items():
                yield from replace(place, value[key])
            return
    start, stop = node.start_mark.index, end(node)
    # `key:` alone has its empty value right behind the colon, and a list may
    # begin where its key does, which a value in one line may not.
    needs_room = start == stop or not node.start_mark.column
    yield Edit(start, stop, " " * needs_room + flow(value))


def construct(node: yaml.Node) -> Any:
    """What a node means."""
    return yaml.SafeLoader("").construct_document(node)


def end(node: yaml.Node) -> int:
    """Where a node's last character is followed by something else.

    PyYAML lets a block end where the next key begins, behind the comments
    that belong to that key.
    """
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def addition(text: str, root: yaml.MappingNode, new: Mapping[str, Any]) -> Edit:
    """The keys that the card lacks, behind its last one."""
    last = end(root)
    if root.flow_style:
        inner = f", {flow(new)[1:-1]}" if root.value else flow(new)[1:-1]
        place = end(root.value[-1][1]) if root.value else last - 1
        return Edit(place, place, inner)
    column = root.start_mark.column * " "
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(column + line + newline for line in block(new).splitlines())
    # A block scalar ends behind its line break, anything else before it.
    starts_line = text[:last].endswith("\n")
    line_end = last if starts_line else text.find("\n", last) + 1
    if not line_end:
        return Edit(len(text), len(text), newline + lines)
    return Edit(line_end, line_end, lines)


def flow(value: Any) -> str:
    """A value in one line: `{top1: 0.9}`, `model.ckpt`."""
    text = yaml.safe_dump(
        value,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=True,
        width=float("inf"),
    )
    return text.removesuffix("\n").removesuffix("\n...")


def block(value: Mapping[str, Any]) -> str:
    """A mapping with each key on a line of its own."""
    return yaml.safe_dump(
        dict(value), sort_keys=False, allow_unicode=True, width=float("inf")
    )


def apply(text: str, edits: list[Edit]) -> str:
    """The text after the edits, none of which may overlap."""
    for edit in sorted(edits, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def holds(text: str, wanted: Mapping[str, Any]) -> bool:
    """Whether the text means what it shall mean, and nothing else."""
    try:
        return bool(yaml.safe_load(text) == wanted)
    except yaml.YAMLError:
        return False
