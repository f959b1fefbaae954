"""What lies at a source's path: everything in one part, or in two."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.decode import Corrupt
from shopcam.dataset.images import ImageTable, table_of
from shopcam.dataset.left_out import left_out_of
from shopcam.dataset.picture_files import (
    TEST,
    files_of_folder,
    labels_of,
    table_of_files,
)
from shopcam.dataset.picture_list import files_of_csv, require_files
from shopcam.errors import CatalogueError
from shopcam.labels import Label, read_labels
from shopcam.paths import no_file
from shopcam.progress import Progress

TRAIN_FILE, TEST_FILE = "train.bson", "test.bson"
CATEGORY_NAMES = "category_names.csv"


@dataclass(frozen=True)
class Parts:
    """Images as they lie at a path.

    Attributes:
        labels: of the classes that the tables name.
        train: the training part, or everything.
        test: the test part; None where there is none.
        name_of_train: what people call the first one.
        name_of_test: what people call the second one.
        damages: what was passed over, where damage is not refused.
    """

    labels: tuple[Label, ...]
    train: ImageTable
    test: ImageTable | None
    name_of_train: str
    name_of_test: str
    damages: tuple[str, ...] = ()


def parts_at(
    path: Path,
    labels: Sequence[Label] | None,
    corrupt: Corrupt,
    progress: Progress,
) -> Parts:
    """The parts at a path, whichever kind of source it is.

    Raises:
        CatalogueError: it is none, or is damaged.
    """
    if (path / TRAIN_FILE).exists() or (path / CATEGORY_NAMES).exists():
        return bson_parts(path, labels, corrupt, progress)
    return file_parts(path, labels, corrupt)


def bson_parts(
    folder: Path,
    labels: Sequence[Label] | None,
    corrupt: Corrupt,
    progress: Progress,
) -> Parts:
    """The parts of a folder with BSON files."""
    names = folder / CATEGORY_NAMES
    if labels is None:
        if not names.is_file():
            raise no_source(names)
        labels = read_labels(names)
    files = [folder / TRAIN_FILE]
    if (folder / TEST_FILE).is_file():
        files.append(folder / TEST_FILE)
    catalogues = [BsonCatalogue(each, corrupt, progress) for each in files]
    tables = [table_of(each, labels) for each in catalogues]
    return Parts(
        tuple(labels),
        tables[0],
        tables[1] if len(tables) > 1 else None,
        TRAIN_FILE,
        TEST_FILE,
        tuple(
            damage.found
            for catalogue in catalogues
            for damage in catalogue.index.damages
        ),
    )


def file_parts(
    path: Path, labels: Sequence[Label] | None, corrupt: Corrupt
) -> Parts:
    """The parts of a folder of classes, or of a CSV."""
    if path.is_dir():
        files = files_of_folder(path)
    elif path.suffix.lower() == ".csv":
        files = files_of_csv(path)
    else:
        raise no_source(path)
    if not any(file.category for file in files):
        raise no_source(path, len(files))
    if path.is_file() and corrupt == "refuse":
        require_files(path, files)
    labels = tuple(labels or labels_of(files))
    test = [file for file in files if file.part == TEST]
    train = [file for file in files if file.part != TEST]
    return Parts(
        labels,
        table_of_files(train, labels),
        table_of_files(test, labels) if test else None,
        path.name,
        f"the test part of {path.name}",
    )


def no_source(path: Path, rows: int = 0) -> CatalogueError:
    """The error for a path where there is nothing to learn from.

    Args:
        rows: how many a list has, all without a category.
    """
    if path.is_dir():
        missing = no_file(path / CATEGORY_NAMES)
        found = ", ".join(
            [missing, "no folder of pictures", *left_out_of(path)]
        )
    elif not path.is_file():
        found = no_file(path)
    elif path.suffix.lower() != ".csv":
        found = f"{path}, which does not end in .csv"
    else:
        what = "no row with a category" if rows else "no rows"
        found = f"{path}, which has {what}"
    return CatalogueError(
        f"A catalogue is a folder with train.bson, test.bson and "
        f"{CATEGORY_NAMES}, a folder with a folder of JPEGs or PNGs for each "
        "class, or a CSV with the columns path and category.",
        found,
        "give one of them as --catalogue, or draw one: fab data.draw",
    )
