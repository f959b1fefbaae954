"""What a user may bring: BSON, a folder for each class, a list of paths."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from shopcam.dataset import sources
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import encode, write_catalogue
from shopcam.dataset.decode import decode
from shopcam.dataset.draw import Drawing, draw, sample_pictures
from shopcam.dataset.draw_views import encode_jpeg
from shopcam.dataset.images import ImageTable
from shopcam.dataset.plan import image_plan
from shopcam.dataset.sources import Source, open_source
from shopcam.dataset.supply import Supply
from shopcam.errors import CatalogueError, UsageError
from shopcam.labels import Label
from tests.no_file import no_file

PARTS = ("train", "test")
PICTURES = sample_pictures(4, 1)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawing = Drawing(240, 1, categories=4, duplicates=0.3)
    return draw(tmp_path_factory.mktemp("drawn"), drawing).folder


def hidden(drawn: Path, folder: Path) -> Path:
    """The catalogue with a test part that hides its categories."""
    for name in ("train.bson", "category_names.csv"):
        (folder / name).write_bytes((drawn / name).read_bytes())
    products = BsonCatalogue(drawn / "test.bson")
    write_catalogue(
        folder / "test.bson",
        (dataclasses.replace(each, category_id=None) for each in products),
    )
    return folder


def png() -> bytes:
    stream = io.BytesIO()
    Picture.fromarray(PICTURES[0]).save(stream, "PNG")
    return stream.getvalue()


def put(folder: Path, *names: str) -> Path:
    """Pictures of these names."""
    for at, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_png = path.suffix.lower() == ".png"
        path.write_bytes(png() if is_png else encode_jpeg(PICTURES[at % 4]))
    return folder


def parts(source: Source) -> list[ImageTable]:
    return [source.train, source.held]


def shares_a_picture(source: Source) -> bool:
    """Whether a picture is on both sides."""
    train, held = (
        {table.pictures.read(int(row)) for row in table.rows}
        for table in parts(source)
    )
    return bool(train & held)


def test_a_labelled_test_part_is_what_is_measured_on(drawn: Path) -> None:
    source = open_source(drawn)
    assert source.name_of_held == "test.bson"
    assert source.test and len(source.held) == len(source.test)
    assert len(source.labels) == 4
    assert source.train.pictures.where(0).startswith(str(drawn / "train.bson"))


def test_a_hidden_test_part_leaves_products_of_train_for_measuring(
    drawn: Path, tmp_path: Path
) -> None:
    source = open_source(hidden(drawn, tmp_path))
    assert source.name_of_held == "5% of train.bson, by product"
    assert not set(source.train.products) & set(source.held.products)
    assert source.test and (source.test.classes == -1).all()
    assert 0.02 < len(source.held) / len(source.train) < 0.08


def test_a_split_by_duplicates_keeps_equal_pictures_on_one_side(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_SHARE", 0.25)
    folder = hidden(drawn, tmp_path)
    assert shares_a_picture(open_source(folder))
    source = open_source(folder, split="duplicate")
    assert not shares_a_picture(source)
    assert source.name_of_held == "25% of train.bson, by duplicate"
    assert len(source.held) > 20


def test_a_split_that_a_test_part_has_made_cannot_be_made_by_duplicates(
    drawn: Path,
) -> None:
    assert shares_a_picture(open_source(drawn))
    with pytest.raises(UsageError, match=r"test\.bson carries categories"):
        open_source(drawn, split="duplicate")


def test_damaged_documents_are_refused_or_told(
    drawn: Path, tmp_path: Path
) -> None:
    folder = hidden(drawn, tmp_path)
    content = bytearray((folder / "train.bson").read_bytes())
    first = len(encode(BsonCatalogue(folder / "train.bson")[0]))
    content[first + 5] ^= 1
    (folder / "train.bson").write_bytes(content)
    with pytest.raises(CatalogueError, match=f"begins at byte {first}"):
        open_source(folder)
    (damage,) = open_source(folder, corrupt="skip").damages
    assert f"begins at byte {first}" in damage


def test_a_folder_for_each_class_is_a_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_SHARE", 0.5)
    put(
        tmp_path,
        *("mug/1_0.jpg", "mug/1_1.JPG", "mug/2.png", "mug/.hidden.jpg"),
        *("bag/1-7.jpeg", "bag/red-bag.jpg", "bag/notes.txt", "top.jpg"),
    )
    source = open_source(tmp_path)
    assert source.labels == (Label("bag", ("bag",)), Label("mug", ("mug",)))
    assert len(source.train) and len(source.held)
    both = np.concatenate([table.classes for table in parts(source)])
    assert sorted(both) == [0, 0, 1, 1, 1]
    # 1_0 and 1_1 are one product; bag/1-7 is another.
    products = [set(table.products) for table in parts(source)]
    assert not products[0] & products[1]
    assert len(products[0] | products[1]) == 4


@pytest.mark.parametrize(
    "name", ["n01_{}.jpg", "IMG_{:04}.JPG", "20240131_1745{:02}.jpg"]
)
def test_numbered_names_of_a_class_are_a_product_each(
    name: str, tmp_path: Path
) -> None:
    put(tmp_path, *(f"mug/{name.format(at)}" for at in range(20)))
    source = open_source(tmp_path, to_train=False)
    assert (len(source.train), len(source.held)) == (19, 1)


def test_train_and_test_folders_are_parts(tmp_path: Path) -> None:
    put(tmp_path, "train/mug/1.jpg", "train/bag/2.jpg", "test/mug/3.jpg")
    source = open_source(tmp_path)
    assert source.name_of_held == f"the test part of {tmp_path.name}"
    assert list(source.held.classes) == [1]
    assert source.held.pictures.where(0).endswith("test/mug/3.jpg")


def test_pictures_that_lie_in_test_itself_have_no_class(
    tmp_path: Path,
) -> None:
    put(tmp_path, *(f"train/{c}/{n}.jpg" for c in "ab" for n in range(20)))
    put(tmp_path, "test/17_0.jpg", "test/17_1.jpg", "test/4.jpg")
    source = open_source(tmp_path)
    assert source.test and list(source.test.classes) == [-1, -1, -1]
    assert list(source.test.product_ids) == [17, 4]
    assert source.name_of_held == f"5% of {tmp_path.name}, by product"
    assert (len(source.train), len(source.held)) == (38, 2)


def test_a_list_of_paths_is_a_source(tmp_path: Path) -> None:
    put(tmp_path, "p/a.jpg", "p/b.jpg", "p/c.png", "d.jpg")
    (tmp_path / "list.csv").write_text(
        "path,category,product,part\n"
        f"p/a.jpg,mug,7,train\np/b.jpg,bag,8,\np/c.png,mug,9,train\n"
        f"{tmp_path}/d.jpg,mug,7,test\n"
    )
    source = open_source(tmp_path / "list.csv")
    assert [label.name for label in source.labels] == ["bag", "mug"]
    assert list(source.train.classes) == [1, 0, 1]
    assert list(source.train.product_ids) == [7, 8, 9]
    assert np.array_equal(
        source.held.image(0), decode(encode_jpeg(PICTURES[3]))
    )
    assert source.held.pictures.where(0) == f"{tmp_path}/d.jpg"


def test_a_list_need_not_say_products_and_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_SHARE", 0.5)
    put(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "list.csv").write_text("category,path\n1,a.jpg\n1,b.jpg\n")
    source = open_source(tmp_path / "list.csv", to_train=False)
    assert (len(source.train), len(source.held)) == (1, 1)


def test_a_product_of_two_categories_is_refused(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    put(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    lines = "path,category,product\na.jpg,mug,7\nb.jpg,,7\nc.jpg,bag,8\n"
    listed.write_text(lines + "d.jpg,bag,7\n")
    with pytest.raises(
        CatalogueError, match=r"product 7: mug in .*a\.jpg, bag in .*d\.jpg"
    ):
        open_source(listed)
    listed.write_text(lines)
    assert len(open_source(listed, to_train=False).undivided) == 2


def test_a_cards_labels_say_which_class_is_which(tmp_path: Path) -> None:
    put(tmp_path, "train/9/1.jpg", "train/bag/2.jpg", "test/bag/3.jpg")
    labels = (Label("x", ("x",), 3), Label("bag"), Label("mug", (), 9))
    source = open_source(tmp_path, labels)
    assert sorted(source.train.classes) == [1, 2]
    assert list(source.held.classes) == [1]
    with pytest.raises(CatalogueError, match=r"train/9/1\.jpg: 9"):
        open_source(tmp_path, labels[:2])


def test_own_pictures_reach_a_network(tmp_path: Path) -> None:
    put(tmp_path, "train/mug/1.jpg", "train/bag/2.png", "test/mug/3.jpg")
    (tmp_path / "train/mug/gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    table = open_source(tmp_path).train
    plan = image_plan(table, seed=1, epoch=1, batch=4, flip=False, crop=1.0)
    with Supply(table, plan, (96, 96), threads=1, corrupt="skip") as supply:
        (batch,) = list(supply)
    assert batch.images.dtype == np.float32
    assert batch.weights.sum() == 2
    assert len(supply.broken) == 1 and "gone.jpg" in supply.broken[0]
    with pytest.raises(CatalogueError, match=r"gone\.jpg: No such file"):
        table.image(list(table.rows).index(2))


def nothing(folder: Path) -> Path:
    return folder


def no_names(folder: Path) -> Path:
    write_catalogue(folder / "train.bson", [])
    return folder


def no_train(folder: Path) -> Path:
    (folder / "category_names.csv").write_text(
        "category_id,category_level1,category_level2,category_level3\n1,a,b,c\n"
    )
    return folder


def listing(content: bytes, name: str = "list.csv") -> Callable[[Path], Path]:
    """Writes a list of that content."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def no_suffixes(folder: Path) -> Path:
    for name in ("mug/1.webp", "mug/2.webp", "bag/3.heic"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"RIFF")
    return folder


def two_products(folder: Path) -> Path:
    return put(folder, "mug/1_0.jpg", "mug/1_1.jpg", "mug/2.jpg")


def one_class(folder: Path) -> Path:
    names = (f"{part}/mug/{at}.jpg" for at in (1, 2) for part in PARTS)
    return put(folder, *names, "test/bag/3.jpg")


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (nothing, r"category_names\.csv, which does not exist, no folder"),
        (lambda folder: folder / "none", "none, which does not exist"),
        (lambda folder: folder / "no.csv", r"no\.csv, which does not exist\n"),
        (no_names, r"category_names\.csv, which does not exist"),
        (no_train, r"train\.bson, which does not exist"),
        (
            listing(b"file,label\na.jpg,mug\n"),
            "lacks path, category; it has file, label",
        ),
        (
            listing(b"path,category,part\na.jpg,mug,third\n"),
            "line 2: path 'a.jpg', part 'third'",
        ),
        (listing(b"path,category\n"), r"list\.csv, which has no rows"),
        (
            listing(b"path,category\na.jpg,\n"),
            r"list\.csv, which has no row with a category",
        ),
        (
            listing(b"path,category\na.jpg,mug\n", "list.txt"),
            r"list\.txt, which does not end in \.csv",
        ),
        (listing(b"path,category\n\xff,mug\n"), "can't decode byte"),
        (one_class, r"of two categories or more[\s\S]*all are of mug"),
        (no_suffixes, r"no folder of pictures, 2 files \.webp, 1 file \.hei"),
        (two_products, "3 images of 2 products for training and 0 for measu"),
    ],
)
def test_what_is_no_source_says_what_is_missing(
    make: Callable[[Path], Path], found: str, tmp_path: Path
) -> None:
    with pytest.raises(CatalogueError, match=found):
        open_source(make(tmp_path))


@no_file
def test_a_train_file_that_is_none_is_called_what_it_is(
    make: Callable[[Path], None], found: str, tmp_path: Path
) -> None:
    no_train(tmp_path)
    make(tmp_path / "train.bson")
    with pytest.raises(CatalogueError, match=found):
        open_source(tmp_path)
