"""The label table in both of its forms."""

from pathlib import Path

import pytest

from shopcam.errors import CardError
from shopcam.labels import Label, read_labels

HEADER = "category_id,category_level1,category_level2,category_level3\n"


def test_a_text_file_is_one_label_per_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("chaussure\nthéière « bleue »\n", encoding="utf-8")
    assert [label.name for label in read_labels(path)] == [
        "chaussure",
        "théière « bleue »",
    ]


def test_a_folder_is_refused_as_one(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="which is a folder"):
        read_labels(tmp_path)


def test_the_last_newline_makes_no_label(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(b"a\r\nb\r\n")
    assert len(read_labels(path)) == 2


def test_a_table_carries_ids_and_the_path_from_the_top(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    row = '1000000237,"ABONNEMENT, SERVICES",CARTE,CARTE CADEAU\n'
    path.write_text(HEADER + row, encoding="utf-8")
    assert read_labels(path) == (
        Label(
            "CARTE CADEAU",
            ("ABONNEMENT, SERVICES", "CARTE", "CARTE CADEAU"),
            1000000237,
        ),
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("labels.txt", b"a\n\nb\n", "line 2 is empty"),
        ("labels.txt", b"caf\xe9\n", "byte 3 is not"),
        ("names.csv", b"a,b\n1,2\n", "lacks category_id"),
        ("names.csv", HEADER.encode() + b"x,A,B,C\n", "line 2: 'x'"),
        ("names.csv", HEADER.encode() + b"7,A,B,\n", "line 2"),
        ("names.csv", HEADER.encode() + b"7,A\n", "line 2"),
    ],
)
def test_a_wrong_file_is_refused_by_line(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CardError, match=words):
        read_labels(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CardError, match=r"nowhere\.txt"):
        read_labels(tmp_path / "nowhere.txt")
