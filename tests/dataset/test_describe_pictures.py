"""Pictures that are missing or broken are counted and named."""

import io
from pathlib import Path

import pytest
from PIL import Image as Picture

from shopcam.console import Console
from shopcam.dataset import bson_index, bson_scan
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.categories import drawn_labels, write_category_names
from shopcam.dataset.describe_files import describe_into
from shopcam.dataset.describe_lines import show
from shopcam.dataset.draw import sample_pictures
from shopcam.dataset.draw_views import encode_jpeg

PICTURE = sample_pictures(1, 1)[0]
JPEG = encode_jpeg(PICTURE)


def png() -> bytes:
    stream = io.BytesIO()
    Picture.fromarray(PICTURE).save(stream, "PNG")
    return stream.getvalue()


def said(path: Path, output: Path, corrupt: str = "refuse") -> str:
    """What describing says on a console."""
    stream = io.StringIO()
    console = Console(stream=stream)
    found = describe_into(path, output, corrupt=corrupt, console=console)
    show(console, found.description)
    return stream.getvalue()


def folder_of(folder: Path, **pictures: bytes) -> Path:
    for category in ("mug", "bag"):
        (folder / category).mkdir(parents=True)
        (folder / category / "good.jpg").write_bytes(JPEG)
    for name, content in pictures.items():
        (folder / "mug" / f"{name}.jpg").write_bytes(content)
    return folder


def test_broken_files_of_a_folder_are_named(tmp_path: Path) -> None:
    folder = folder_of(
        *(tmp_path / "own",),
        **{"cut": JPEG[: len(JPEG) // 2], "empty": b"", "text": b"no picture"},
        **{"png": png()},
    )
    text = said(folder, tmp_path)
    assert "pictures   180x180 (3), unknown (3)" in text
    for name in ("cut", "empty", "text"):
        assert f"warning: broken: {folder}/mug/{name}.jpg: " in text
    assert text.count("broken: ") == 3
    assert "empty.jpg: it is empty" in text
    assert "missing" not in text


def test_more_broken_files_than_a_few_are_counted(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path / "own", **{f"none{at}": b"none" for at in range(8)}
    )
    text = said(folder, tmp_path)
    assert text.count("warning: broken: /") == 5
    assert "warning: broken: and 3 more" in text


def test_missing_files_of_a_list_are_told_from_broken_ones(
    tmp_path: Path,
) -> None:
    folder_of(tmp_path, text=b"no picture")
    path = tmp_path / "list.csv"
    path.write_text(
        "path,category,part\nmug/good.jpg,mug,\nnope.jpg,mug,\n"
        "mug/text.jpg,bag,\nneither.jpg,bag,test\n"
    )
    text = said(path, tmp_path / "out", corrupt="skip")
    assert f"warning: missing: {tmp_path}/nope.jpg\n" in text
    assert f"warning: missing: {tmp_path}/neither.jpg\n" in text
    assert text.count("broken: ") == 1
    assert "mug/text.jpg: its bytes are something else" in text


def test_a_broken_picture_of_a_bson_file_is_named_by_its_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind PNGs, which are whole, in other blocks and pieces of the file."""
    labels = drawn_labels()
    category = labels[0].category_id
    products = [Product(n, (JPEG, png()), category) for n in range(60)]
    broken = Product(99, (png(), b"no more" + JPEG[7:]), category)
    write_catalogue(tmp_path / "train.bson", [*products, broken])
    write_category_names(labels, tmp_path / "category_names.csv")
    monkeypatch.setattr(bson_index, "cores", lambda: 1)
    monkeypatch.setattr(bson_index, "PIECE_BYTES", 100_000)
    monkeypatch.setattr(bson_scan, "BLOCK_DOCUMENTS", 7)
    index = BsonCatalogue(tmp_path / "train.bson").index
    text = said(tmp_path, tmp_path / "out")
    assert "pictures   180x180 (121), unknown (1)" in text
    assert text.count("broken: ") == 1
    assert f"picture 1 of product 99, byte {index.offsets[-1]}: " in text


def test_files_and_folders_that_are_left_out_are_counted(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path / "own")
    for name in ("1.webp", "2.webp", "3.GIF", "notes", ".hidden.bmp"):
        (folder / "mug" / name).write_bytes(b"some")
    (folder / "shoe").mkdir()
    (folder / "hat").mkdir()
    (folder / "hat/1.tiff").write_bytes(b"some")
    text = said(folder, tmp_path)
    assert "left out   2 files .webp\n" in text
    for other in (".gif", ".tiff", "without a suffix"):
        assert f"left out   1 file {other}\n" in text
    assert "left out   2 folders without a picture: hat, shoe\n" in text
    assert text.count("left out") == 5


def test_rows_without_a_category_are_counted(tmp_path: Path) -> None:
    folder_of(tmp_path)
    path = tmp_path / "list.csv"
    rows = "mug/good.jpg,mug\nbag/good.jpg,\nbag/good.jpg\n"
    path.write_text(f"path,category\n{rows}")
    text = said(path, tmp_path / "out")
    assert "left out   2 pictures without a category\n" in text


def test_a_picture_that_is_listed_in_two_categories_is_named(
    tmp_path: Path,
) -> None:
    folder_of(tmp_path)
    path = tmp_path / "list.csv"
    path.write_text(
        "path,category,part\nmug/good.jpg,mug,\nmug/good.jpg,mug,\n"
        "bag/good.jpg,bag,\n./mug/good.jpg,bag,test\n"
    )
    text = said(path, tmp_path / "out")
    warning = f"warning: in several categories: {tmp_path}/mug/good.jpg\n"
    assert text.count("warning") == text.count(warning) == 1
