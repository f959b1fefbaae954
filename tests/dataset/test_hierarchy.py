"""The levels above the classes, by names and by paths."""

from pathlib import Path

import pytest

from shopcam.dataset.categories import drawn_labels, write_category_names
from shopcam.dataset.hierarchy import By, hierarchy_of
from shopcam.labels import Label, read_labels

# Cdiscount's traps: SECURITE stands under two parents, PELUCHE is two leaves.
PATHS = (
    ("BRICOLAGE", "SECURITE", "CASQUE"),
    ("BRICOLAGE", "SECURITE", "GANT"),
    ("BRICOLAGE", "OUTIL", "SCIE"),
    ("AUTO-MOTO", "SECURITE", "TRIANGLE"),
    ("AUTO-MOTO", "JEU", "PELUCHE"),
    ("ENFANT", "JOUET", "PELUCHE"),
)
LABELS = tuple(Label(path[-1], path, at) for at, path in enumerate(PATHS))


def counts(labels: tuple[Label, ...], by: By) -> list[int]:
    return [len(level.nodes) for level in hierarchy_of(labels, by).levels]


def test_by_names_a_node_may_have_two_parents() -> None:
    assert counts(LABELS, "names") == [3, 4, 5]
    middle = hierarchy_of(LABELS, "names").levels[1]
    assert middle.nodes == (("SECURITE",), ("OUTIL",), ("JEU",), ("JOUET",))
    assert list(middle.of_class) == [0, 0, 1, 0, 2, 3]


def test_by_paths_it_is_a_tree_down_to_the_classes() -> None:
    assert counts(LABELS, "paths") == [3, 5, 6]
    top, middle, leaves = hierarchy_of(LABELS, "paths").levels
    assert list(middle.of_class) == [0, 0, 1, 2, 3, 4]
    assert list(leaves.of_class) == list(range(6))
    assert middle.nodes[2] == ("AUTO-MOTO", "SECURITE")
    for node in range(5):
        parents = {
            top.of_class[at] for at in range(6) if middle.of_class[at] == node
        }
        assert len(parents) == 1


@pytest.mark.parametrize("by", ["names", "paths"])
def test_every_class_has_a_node_at_every_level(by: By) -> None:
    hierarchy = hierarchy_of(LABELS, by)
    assert [level.name for level in hierarchy.levels] == [
        *("level1", "level2", "level3"),
    ]
    for level in hierarchy.levels:
        assert level.of_class.shape == (6,)
        assert set(level.of_class.tolist()) == set(range(len(level.nodes)))


def test_a_label_without_a_path_stands_for_itself() -> None:
    labels = (Label("one"), Label("two", ("two",)), Label("one"))
    assert counts(labels, "names") == [2]
    assert counts((Label("one"),), "names") == []


def test_a_shorter_path_ends_in_its_last_name() -> None:
    labels = (Label("b", ("a", "b")), Label("d", ("c",)))
    (_, second) = hierarchy_of(labels, "paths").levels
    assert second.nodes == (("a", "b"), ("c", "c"))


def test_5270_drawn_categories_have_about_cdiscounts_nodes(
    tmp_path: Path,
) -> None:
    labels = drawn_labels(5270)
    assert counts(labels, "paths") == [44, 440, 5270]
    write_category_names(labels, tmp_path / "category_names.csv")
    assert read_labels(tmp_path / "category_names.csv") == labels
    assert labels[:24] == drawn_labels()
