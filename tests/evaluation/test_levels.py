"""Levels of the hierarchy as sums of leaves."""

import numpy as np

from shopcam.dataset.categories import drawn_labels
from shopcam.evaluation.levels import groupings
from shopcam.labels import Label
from tests.evaluation.tables import drawn_answers, names

# As in Cdiscount's: SECURITE stands under two parents, and so does VOITURE,
# in the same branch of names.
TWICE = tuple(
    Label(path[-1], path, number)
    for number, path in enumerate(
        [
            ("AUTO", "SECURITE", "ALARME"),
            ("AUTO", "PIECES", "PNEU"),
            ("BEBE", "SECURITE", "BARRIERE"),
            ("BEBE", "JOUET", "VOITURE"),
            ("SPORT", "JOUET", "VOITURE"),
        ]
    )
)


def test_names_under_two_parents_are_one_node_and_two_paths() -> None:
    found = {(each.level, each.by): each for each in groupings(TWICE)}
    assert {key: len(each.names) for key, each in found.items()} == {
        ("level1", "both"): 3,
        ("level2", "names"): 3,
        # The paths of level 2 are five, as the classes are: left out.
        ("level3", "names"): 4,
    }
    by_names = found["level2", "names"]
    assert by_names.names == ("SECURITE", "PIECES", "JOUET")
    assert by_names.node_of.tolist() == [0, 1, 0, 2, 2]


def test_a_node_has_the_probability_of_its_classes() -> None:
    answers = drawn_answers(7, 5)
    for each in groupings(TWICE):
        summed = each.summed(answers)
        assert summed.shape == (7, len(each.names))
        for node in range(len(each.names)):
            wanted = answers[:, each.node_of == node].sum(axis=1)
            assert np.abs(summed[:, node] - wanted).max() < 1e-6


def test_a_level_that_is_the_same_both_ways_stands_there_once() -> None:
    found = [(each.level, each.by) for each in groupings(drawn_labels())]
    assert found == [("level1", "both"), ("level2", "both")]


def test_two_levels_that_part_the_classes_alike_stand_there_both() -> None:
    """Every name of level 1 has one below it, as in a small catalogue."""
    paths = [("A", "B", "C"), ("A", "B", "D"), ("X", "Y", "Z")]
    labels = [Label(path[-1], path, at) for at, path in enumerate(paths)]
    found = {(each.level, each.by): each for each in groupings(labels)}
    assert {key: each.names for key, each in found.items()} == {
        ("level1", "both"): ("A", "X"),
        ("level2", "both"): ("B", "Y"),
    }


def test_labels_without_a_hierarchy_have_no_levels() -> None:
    assert groupings(names(4)) == ()
