"""Values of a card change in their places, and nothing around them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shopcam.card_edit import edited
from shopcam.card_file import read_card_text
from shopcam.paths import MODELS

MEASURED = {"top1": 0.9, "images": 12, "data": "test.bson"}
SOURCE = {"format": "tf1", "graph": "graph.pb", "checkpoint": "model.ckpt"}


def test_leaves_change_and_comments_stay() -> None:
    old = """\
# What it is.
name: shoes

source:   # ours
  format: tf1
  graph: old.pb        # by hand
  checkpoint: "model.ckpt"
measured: {top1: 0.5,  images: 3, data: mine}  # last year
probes: {folder: ours}
# The end.
"""
    new = """\
# What it is.
name: shoes

source:   # ours
  format: tf1
  graph: graph.pb        # by hand
  checkpoint: "model.ckpt"
measured: {top1: 0.9,  images: 12, data: test.bson}  # last year
probes: {folder: ours}
# The end.
"""
    assert edited(old, {"source": SOURCE, "measured": MEASURED}) == new


@pytest.mark.parametrize("list_indent", ["    ", "  "])
def test_a_value_of_another_form_is_replaced_whole(list_indent: str) -> None:
    old = f"""\
source:
  format: keras
  path: shoes.keras   # from the shop
  feeds:
{list_indent}- a
{list_indent}- b

# How it is fed.
input: {{node: x}}
"""
    new = """\
source:
  {format: tf1, graph: graph.pb, checkpoint: model.ckpt}

# How it is fed.
input: {node: x}
"""
    assert edited(old, {"source": SOURCE}) == new


def test_a_list_beneath_its_key_is_replaced() -> None:
    assert edited("a:  # b\n- c\nd: e\n", {"a": [1]}) == "a:  # b\n [1]\nd: e\n"


ADDED = "measured:\n  top1: 0.9\n  images: 12\n  data: test.bson\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name: a  # why\n# end\n", f"name: a  # why\n{ADDED}# end\n"),
        ("name: a", f"name: a\n{ADDED}"),
        ("app:\n  b: |\n    text\n", f"app:\n  b: |\n    text\n{ADDED}"),
        ("app:\n  b:\n  - c # d\n\n", f"app:\n  b:\n  - c # d\n{ADDED}\n"),
        ("recipe:\n", f"recipe:\n{ADDED}"),
        ("---\nname: a\n...\n", f"---\nname: a\n{ADDED}...\n"),
        (
            "{name: a, app: {b: c}}  # e\n",
            "{name: a, app: {b: c}, measured: {top1: 0.9, images: 12, "
            "data: test.bson}}  # e\n",
        ),
        (
            "measured:\nname: a\n",
            "measured: {top1: 0.9, images: 12, data: test.bson}\nname: a\n",
        ),
        (
            "\ufeffname: été\r\n# x\r\n",
            "\ufeffname: été\r\n" + ADDED.replace("\n", "\r\n") + "# x\r\n",
        ),
    ],
)
def test_a_key_that_was_not_there_comes_last(text: str, wanted: str) -> None:
    assert edited(text, {"measured": MEASURED}) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "base: &b {labels: x}\n<<: *b\n",
        "labels: &n {a: b}\nname: *n\n",
        "name: &n {a: b}\nlabels: *n\n",
        "name: a\nlabels: b\nlabels: c\n",
        "labels: !!str b\nname: a\n",
    ],
)
def test_what_anchors_and_twins_hide_is_never_lost(text: str) -> None:
    found = yaml.safe_load(edited(text, {"labels": {"a": 1}}))
    assert found == {**yaml.safe_load(text), "labels": {"a": 1}}


def test_every_card_of_the_repository_keeps_each_other_line() -> None:
    for path in sorted(MODELS.glob("*/model.yaml")):
        text = read_card_text(path)
        old = text.partition("measured:")[0].splitlines()
        new = edited(text, {"source": SOURCE, "measured": MEASURED})
        assert new.splitlines() == old + ADDED.splitlines()


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])),
    st.sampled_from(["a: b", "# no", "{", "- x", "", "two\nlines\n", "1e3"]),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
cards = st.dictionaries(st.sampled_from("pqrst"), values, max_size=5)


@given(
    old=cards,
    new=st.dictionaries(st.sampled_from("rstuv"), values, min_size=1),
    style=st.sampled_from([True, False, None]),
    quotes=st.sampled_from([None, '"', "'", "|", ">"]),
    indent=st.integers(2, 6),
)
def test_any_card_means_what_it_shall_afterwards(
    old: dict[str, Any],
    new: dict[str, Any],
    style: bool | None,
    quotes: str | None,
    indent: int,
) -> None:
    text = yaml.safe_dump(
        old, default_flow_style=style, default_style=quotes, indent=indent
    )
    assert yaml.safe_load(edited(text, new)) == {**old, **new}


def test_a_card_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes(b"name: \xe9t\xe9\n")
    with pytest.raises(ValueError, match="must be YAML"):
        read_card_text(path)
