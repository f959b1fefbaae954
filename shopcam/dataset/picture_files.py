"""A user's own pictures: a folder for each class, or a CSV of paths."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shopcam.dataset.decode import UnreadPicture
from shopcam.dataset.images import ImageTable
from shopcam.errors import CatalogueError
from shopcam.labels import Label

SUFFIXES = (".jpg", ".jpeg", ".png")
TRAIN, TEST = "train", "test"
# `1234_0.jpg` and `1234-2.jpg` are pictures of the product 1234; what a
# camera writes, `IMG_0001.jpg` or `20240131_174502.jpg`, says nothing of that.
VIEW = re.compile(r"(\d+)[_-]\d{1,2}")
UNKNOWN = -1


@dataclass(frozen=True)
class PictureFile:
    """One picture of a user's own.

    Attributes:
        path: of the file, as text: a million of them are not to be Paths.
        category: the name or id of its class; empty where nobody says.
        product: what tells its product from others.
        part: `train` or `test`; empty where nobody says.
    """

    path: str
    category: str
    product: str
    part: str = ""


class PictureFiles:
    """Pictures that are a file each."""

    # Looking into a million files would take minutes.
    size = None

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths

    def read(self, row: int) -> bytes:
        """The encoded picture of a row.

        Raises:
            UnreadPicture: the file is gone, or cannot be read.
        """
        try:
            with open(self.paths[row], "rb") as stream:
                return stream.read()
        except OSError as error:
            raise UnreadPicture(error.strerror or str(error)) from None

    def where(self, row: int) -> str:
        """The path of a row's file."""
        return self.paths[row]

    def missing(self) -> list[str]:
        """The paths at which nothing lies.

        By a listing of each folder, which takes a second for a million files
        where asking for each would take minutes of a network's disk.
        """
        folders = {os.path.dirname(path) for path in self.paths}
        listed = {
            os.path.join(folder, name)
            for folder in folders
            for name in names_in(folder)
        }
        # A disk that ignores case lists one name and opens others.
        return [
            path
            for path in self.paths
            if path not in listed and not os.path.exists(path)
        ]


def names_in(folder: str) -> list[str]:
    """What lies in a folder; nothing where it cannot be listed."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def files_of_folder(folder: Path) -> list[PictureFile]:
    """The pictures of a folder that has a folder for each class.

    `train/` and `test/` in it are parts, each with a folder for each class;
    pictures that lie in `test/` itself have no class. `17_0.jpg` and `17_1.jpg`
    of a class, a number of at most two digits behind the product's, show one
    product; a picture of any other name is a product of its own.
    """
    parts = parts_of_folder(folder)
    files = [
        file
        for part, inner in parts.items()
        for each in folders_of_classes(inner)
        for file in files_in(each, each.name, part)
    ]
    nameless = files_in(parts[TEST], "", TEST) if TEST in parts else ()
    return [*files, *nameless]


def parts_of_folder(folder: Path) -> dict[str, Path]:
    """The folder of each part; the folder itself where it has no `train/`."""
    parts = {each: folder / each for each in (TRAIN, TEST)}
    found = {name: path for name, path in parts.items() if path.is_dir()}
    return found if TRAIN in found else {"": folder}


def folders_of_classes(folder: Path) -> list[Path]:
    """The folders in a folder, in the order of names."""
    return [
        Path(each.path)
        for each in sorted(os.scandir(folder), key=lambda entry: entry.name)
        if each.is_dir() and not each.name.startswith(".")
    ]


def files_in(folder: Path, category: str, part: str) -> Iterator[PictureFile]:
    """The pictures that lie in a folder itself, in the order of names."""
    names = sorted(
        entry.name
        for entry in os.scandir(folder)
        if entry.name.lower().endswith(SUFFIXES)
        and not entry.name.startswith(".")
    )
    for name in names:
        stem = os.path.splitext(name)[0]
        view = VIEW.fullmatch(stem)
        product = f"{category}/{view[1] if view else stem}"
        path = os.path.join(folder, name)
        yield PictureFile(path, category, product, part)


def labels_of(files: Sequence[PictureFile]) -> tuple[Label, ...]:
    """A label for every category, in the order of their names."""
    names = sorted({file.category for file in files if file.category})
    return tuple(Label(name, (name,)) for name in names)


def table_of_files(
    files: Sequence[PictureFile], labels: Sequence[Label]
) -> ImageTable:
    """All pictures, a product's together.

    Raises:
        CatalogueError: a category that no label has, or two of one product.
    """
    known = {
        str(label.category_id): at
        for at, label in enumerate(labels)
        if label.category_id is not None
    }
    known |= {label.name: at for at, label in enumerate(labels)}
    known[""] = UNKNOWN
    if wrong := next((f for f in files if f.category not in known), None):
        raise CatalogueError(
            "Every picture's category is the name or the id of a label.",
            f"{wrong.path}: {wrong.category}",
            "add it to the labels, or rename its folder as one of them",
        )
    require_one_class(files, known)
    numbers: dict[str, int] = {}
    products = np.array(
        [numbers.setdefault(file.product, len(numbers)) for file in files],
        np.int32,
    )
    classes = np.array([known[file.category] for file in files], np.int32)
    order = np.argsort(products, kind="stable")
    return ImageTable(
        PictureFiles([file.path for file in files]),
        order.astype(np.int64),
        products[order],
        classes[order],
        own_numbers(list(numbers)),
    )


def require_one_class(
    files: Sequence[PictureFile], known: Mapping[str, int]
) -> None:
    """Refuses a product that is said to be of two classes.

    Args:
        known: the class of each category.
    """
    first: dict[str, PictureFile] = {}
    for file in files:
        if not file.category:
            continue
        other = first.setdefault(file.product, file)
        if known[file.category] != known[other.category]:
            raise CatalogueError(
                "All pictures of a product have one category.",
                f"product {file.product}: {other.category} in {other.path}, "
                f"{file.category} in {file.path}",
                "correct the category of one, or give it another product",
            )


def own_numbers(products: Sequence[str]) -> "np.ndarray":
    """(products,) int64, their own numbers where all have one."""
    names = [name.rpartition("/")[2] for name in products]
    if all(name.isdecimal() and len(name) < 19 for name in names):
        return np.array(names, np.int64)
    return np.arange(len(products), dtype=np.int64)
