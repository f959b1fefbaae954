"""A list of pictures: what it may look like, and what it is refused for."""

from pathlib import Path

import pytest

from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.sources import Source, open_source
from shopcam.errors import CatalogueError

JPEG = encode_jpeg(sample_pictures(1, 1)[0])


def listed(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A list of this text, and pictures shoes/1.jpg to shoes/6.jpg."""
    (folder / "shoes").mkdir()
    for number in range(1, 7):
        (folder / "shoes" / f"{number}.jpg").write_bytes(JPEG)
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def described(path: Path) -> Source:
    return open_source(path, to_train=False)


def test_missing_files_are_counted_and_named_before_a_training(
    tmp_path: Path,
) -> None:
    rows = "".join(f"none/{at}.jpg,mug\n" for at in range(5))
    path = listed(tmp_path, f"path,category\nshoes/1.jpg,shoe\n{rows}")
    with pytest.raises(CatalogueError) as caught:
        described(path)
    assert "5 of 6 in" in caught.value.found
    assert f"{tmp_path}/none/2.jpg and 2 more" in caught.value.found
    assert f"begin in {tmp_path}" in caught.value.next_step
    skipped = open_source(path, to_train=False, corrupt="skip")
    assert len(skipped.undivided) == 6


def test_a_picture_that_vanished_is_not_called_a_broken_jpeg(
    tmp_path: Path,
) -> None:
    path = listed(tmp_path, "path,category\nshoes/1.jpg,shoe\n")
    table = described(path).undivided
    (tmp_path / "shoes/1.jpg").unlink()
    with pytest.raises(
        CatalogueError, match=r"can be read[\s\S]*No such file[\s\S]*put the"
    ):
        table.image(0)


def test_windows_separators_are_understood(tmp_path: Path) -> None:
    text = "path,category\nshoes\\6.jpg,shoe\nshoes/5.jpg,shoe\na\\b.jpg,mug\n"
    path = listed(tmp_path, text)
    # A name may hold a backslash.
    (tmp_path / "a\\b.jpg").write_bytes(JPEG)
    pictures = described(path).undivided.pictures
    assert [Path(pictures.where(row)).name for row in range(3)] == [
        *("6.jpg", "5.jpg", "a\\b.jpg")
    ]


@pytest.mark.parametrize(
    "text",
    [
        'path, category\nshoes/1.jpg, "shoe, red"\n',
        'Path,Category \nshoes/1.jpg,"shoe, red"\n',
        '\ufeffCATEGORY,PATH\r\n"shoe, red",shoes/1.jpg\r\n',
    ],
)
def test_a_list_may_have_blanks_and_capitals(text: str, tmp_path: Path) -> None:
    source = described(listed(tmp_path, text))
    assert [label.name for label in source.labels] == ["shoe, red"]
    assert len(source.undivided) == 1


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("path;category\na.jpg;mug\n", "utf-8", "separate .* by commas"),
        ("path\tcategory\na.jpg\tmug\n", "utf-8", "separate .* by commas"),
        ("path,category\na.jpg,thé\n", "latin-1", "save it as UTF-8"),
        ("path,category\na.jpg,mug\n", "utf-16", "save it as UTF-8"),
        ("", "utf-8", r"list\.csv is empty[\s\S]*name the columns"),
        ("file,label\na.jpg,mug\n", "utf-8", "it has file, label"),
    ],
)
def test_what_a_spreadsheet_wrote_otherwise_is_told(
    text: str, encoding: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(CatalogueError, match=said):
        described(listed(tmp_path, text, encoding))
