"""The pictures of a report, as a reader of them finds the marks."""

import xml.etree.ElementTree as ET

import numpy as np

from shopcam.evaluation.calibration_picture import calibration_picture
from shopcam.evaluation.matrix_picture import matrix_of, matrix_picture
from shopcam.evaluation.records import Bin, Calibration
from shopcam.evaluation.tally import Pairs

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    """All that can be read, in the order of painting."""
    return [
        each.text or "" for each in ET.fromstring(picture).iter(f"{SVG}text")
    ]


def tips(picture: str) -> list[str]:
    """What shows where the pointer rests."""
    boxes = ET.fromstring(picture).iter(f"{SVG}rect")
    found = (each.find(f"{SVG}title") for each in boxes)
    return [each.text or "" for each in found if each is not None]


def outside(picture: str) -> list[str]:
    """Marks that do not fit on the paper."""
    root = ET.fromstring(picture)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    return [
        ET.tostring(each, encoding="unicode")
        for each in root.iter(f"{SVG}rect")
        if float(each.attrib["x"]) + float(each.attrib["width"]) > width
        or float(each.attrib["y"]) + float(each.attrib["height"]) > height
    ]


def matrix(pairs: list[tuple[int, int]], names: list[str]) -> str:
    counted = Pairs(len(names))
    truth, answer = np.array(pairs).T
    counted.add(truth, answer)
    shown = matrix_of(counted.confusions(), np.arange(len(names)), names)
    return matrix_picture(shown, "Confusion of <categories>")


def test_a_matrix_names_what_was_taken_for_what() -> None:
    picture = matrix(
        [(0, 0), (0, 0), (0, 1), (1, 1), (2, 0)],
        ["THÉIÈRE", 'TABLETTE 8" & <12>', "T-SHIRT"],
    )
    assert tips(picture) == [
        "THÉIÈRE taken for THÉIÈRE: 2 of 3 images",
        'THÉIÈRE taken for TABLETTE 8" & <12>: 1 of 3 images',
        'TABLETTE 8" & <12> taken for TABLETTE 8" & <12>: 1 of 1 images',
        "T-SHIRT taken for THÉIÈRE: 1 of 1 images",
    ]
    assert [each for each in texts(picture) if each.isdigit()] == [
        *("67", "33", "100", "100")
    ]
    assert texts(picture).count("THÉIÈRE") == 2
    assert "others" not in texts(picture)
    assert not outside(picture)


def test_of_hundreds_of_categories_the_most_mistaken_are_shown() -> None:
    names = [f"CATÉGORIE {number:03d}" for number in range(300)]
    wrong = [(number, number + 1) for number in range(100, 158)]
    pairs = [(number, number) for number in range(300)]
    picture = matrix([*pairs, *wrong, *wrong, (120, 299)], names)
    found = texts(picture)
    assert (
        "Confusion of <categories>, the 60 of 300 with most mistakes" in found
    )
    shown = [each for each in found if each.startswith("CATÉGORIE")]
    assert shown[::2] == [names[number] for number in (*range(100, 159), 299)]
    assert "others" in found
    assert "CATÉGORIE 120 taken for CATÉGORIE 121: 2 of 4 images" in tips(
        picture
    )
    assert not outside(picture)


def test_what_was_taken_for_a_category_that_is_not_shown_is_not_lost() -> None:
    names = [str(number) for number in range(200)]
    # Of 0's images one goes to each of the others: no pair stands out.
    picture = matrix([(0, number) for number in range(200)], names)
    (tip,) = (each for each in tips(picture) if "others" in each)
    assert tip == "0 taken for others: 140 of 200 images"


def test_a_reliability_diagram_tells_bins_and_skips_empty_ones() -> None:
    calibration = Calibration(
        (
            Bin(0.0, 0.5, answers=4, right=1, confidence=1.6),
            Bin(0.5, 0.75, answers=0, right=0, confidence=0.0),
            Bin(0.75, 1.0, answers=8, right=8, confidence=7.2),
        )
    )
    picture = calibration_picture([("Images", calibration)])
    assert "mean confidence 0.733, calibration error 0.117" in texts(picture)
    assert sorted(set(tips(picture))) == [
        "4 answers of confidence 0.00 to 0.50: 0.250 right, mean confidence "
        "0.400",
        "8 answers of confidence 0.75 to 1.00: 1.000 right, mean confidence "
        "0.900",
    ]
    assert not outside(picture)
