"""Training end to end, on a few drawn products."""

import dataclasses
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Card, load_card
from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import write_catalogue
from shopcam.dataset.categories import drawn_labels
from shopcam.dataset.draw import draw_catalogue, draw_product, encode_jpeg
from shopcam.dataset.images import ImageTable, table_of
from shopcam.errors import CatalogueError, ToolError, UsageError
from shopcam.evaluation.answers import Answers
from shopcam.evaluation.measure import measure
from shopcam.evaluation.records import Evaluation
from shopcam.labels import read_labels
from shopcam.pixels import Tensor
from shopcam.training.beginning import require_room
from shopcam.training.recipes import demo
from shopcam.training.result import card_text
from shopcam.training.settings import Settings
from shopcam.training.tf1_files import Tf1Files
from shopcam.training.train import train
from tests.training.test_tf1_files import nodes_of, restored_answers

LABELS = drawn_labels()


class Blank:
    """Pictures that show nothing."""

    size = None

    def read(self, row: int) -> bytes:
        return encode_jpeg(np.zeros((8, 8, 3), np.uint8))

    def where(self, row: int) -> str:
        return f"picture {row}"


BLANK = Blank()
SMALL = dataclasses.replace(demo.RECIPE, rates=(0.02, 0.05, 0.01))


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """The demo's card for smaller pictures, with probes beside it.

    It names no feature map, which training then does.
    """
    text = load_card("demo").path.read_text(encoding="utf-8")
    text = text.replace("multi_view: {features: feature_map}\n", "")
    path = tmp_path / "mine/model.yaml"
    (path.parent / "probes").mkdir(parents=True)
    path.write_text(text.replace("96", "48"), encoding="utf-8")
    return load_card(path)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_catalogue(tmp_path_factory.mktemp("drawn"), 240, 1).folder


def without_measured(card: Path) -> str:
    """A card's text before what was measured, with all its comments."""
    return card.read_text(encoding="utf-8").partition("measured:")[0]


def measured(files: Tf1Files, table: ImageTable, card: Card) -> Evaluation:
    """What the files on the disk are worth, restored by TF 1's own Saver."""

    def predict(images: Tensor) -> Answers:
        return Answers(restored_answers(files, images, card.output.node))

    labels = read_labels(card.resolve(card.labels))
    return measure(predict, table, card, labels)


@pytest.mark.tf
def test_training_learns_and_leaves_a_model_that_a_card_describes(
    card: Card,
    catalogue: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "RECIPE", SMALL)
    monkeypatch.setattr("shopcam.training.watch.EVERY_S", 0)
    # However slow the machine is, reading and measuring are a line each.
    for module in ("beginning", "prepare", "train"):
        monkeypatch.setattr(f"shopcam.training.{module}.EVERY_S", float("inf"))
    output, log = tmp_path / "trained", io.StringIO()
    result = train(
        card,
        output,
        catalogue=catalogue,
        settings=Settings(seed=2),
        console=Console(stream=log),
    )
    assert result
    seen, found = result.epochs, result.score.evaluation
    lines = log.getvalue().splitlines()
    stages = dict.fromkeys(line.split()[0] for line in lines)
    assert list(stages) == ["read", "train", "epoch", "measure"]
    images = len(table_of(BsonCatalogue(catalogue / "train.bson"), LABELS))
    shown = f"  epoch 2 of 3, 64 of {images} images  loss "
    (line,) = [line for line in lines if line.startswith(shown)]
    assert "rate 0.05" in line and "input wait" in line
    assert re.search(r"  \d+ (s|min|h \d+ min) left$", line), line
    assert sum(" of 3  loss " in line for line in lines) == 3
    assert [epoch.rate for epoch in seen] == list(SMALL.rates)
    assert seen[-1].loss < 0.95 * seen[0].loss
    # A blind guess is right once in 24.
    assert found.top1 > 2 / 24

    trained = load_card(result.card)
    assert trained.measured and trained.measured.data == "test.bson"
    assert trained.measured.top1 == round(found.top1, 4)
    assert trained.measured.images == found.images
    assert without_measured(result.card) == without_measured(card.path).replace(
        "folder: probes", "folder: ../mine/probes"
    )
    assert load_card(card.path).multi_view is None
    assert trained.feature_node == "feature_map"
    assert "feature_map" in nodes_of(result.files)
    table = table_of(BsonCatalogue(catalogue / "test.bson"), LABELS)
    again = measured(result.files, table, trained)
    assert again.images == found.images
    assert again.top1 == pytest.approx(found.top1, abs=0.02)
    record = json.loads((output / "training.json").read_text())
    assert record["settings"]["seed"] == 2
    assert len(record["epochs"]) == len(seen)


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ("category_names.csv", "category_names.csv, which does not exist"),
        ("", "none, which does not exist"),
    ],
)
def test_a_folder_that_is_no_catalogue_is_refused(
    missing: str, found: str, tmp_path: Path
) -> None:
    folder = tmp_path if missing else tmp_path / "none"
    with pytest.raises(CatalogueError, match=found):
        train(
            load_card("demo"),
            tmp_path / "out",
            catalogue=folder,
            console=Console(quiet=True),
        )


def test_a_recipe_for_real_data_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--catalogue=FOLDER"):
        train(load_card("resnet50"), tmp_path, console=Console(quiet=True))


@pytest.mark.parametrize("folder", ["/srv/probes", "~/probes"])
def test_a_folder_that_no_card_moves_stays(
    folder: str, card: Card, tmp_path: Path
) -> None:
    text = card.path.read_text(encoding="utf-8")
    card.path.write_text(text.replace("folder: probes", f"folder: {folder}"))
    card = load_card(card.path)
    ids, classes = np.arange(4), np.array([0, 0, 1, 1], np.int32)
    table = ImageTable(BLANK, ids, ids.astype(np.int32), classes, ids)
    evaluation = measure(
        lambda images: Answers(np.eye(2, dtype=np.float32)[[0] * len(images)]),
        table,
        card,
        LABELS[:2],
    )
    found = card_text(
        card.path.read_text(encoding="utf-8"),
        card,
        tmp_path,
        evaluation,
        "mine.bson",
        {"recipe": "demo"},
    )
    assert f"probes: {{folder: {folder}, count: 8}}\n" in found
    assert "  top1: 0.5\n  images: 4\n  data: mine.bson\n" in found


def test_a_training_that_finds_no_room_at_its_end_does_not_begin(
    tmp_path: Path,
) -> None:
    free = shutil.disk_usage(tmp_path).free
    require_room(tmp_path, 1000)
    with pytest.raises(ToolError, match="three checkpoints take"):
        require_room(tmp_path, free)
    (tmp_path / "checkpoints").mkdir()
    for older in ("epoch009-step0000000.npz", "epoch008-step0000000.npz"):
        with open(tmp_path / "checkpoints" / older, "wb") as stream:
            stream.truncate(1 << 32)
    require_room(tmp_path, free // 3 + (1 << 20))


@pytest.mark.parametrize("seed", [-1, 1 << 32])
def test_a_seed_that_is_none_is_refused(seed: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"seed={seed}"):
        train(
            load_card("demo"),
            tmp_path,
            settings=Settings(seed=seed),
            console=Console(quiet=True),
        )


@pytest.mark.tf
@pytest.mark.parametrize(
    "settings",
    [Settings(precision="mixed_float16"), Settings(xla=True)],
    ids=["float16", "xla"],
)
def test_however_it_was_trained_what_is_exported_is_float32(
    settings: Settings,
    small_card: Path,
    few_products: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "RECIPE", dataclasses.replace(SMALL, batch=16))
    result = train(
        load_card(small_card),
        tmp_path,
        catalogue=few_products,
        settings=settings,
        console=Console(quiet=True),
    )
    assert result and np.isfinite([e.loss for e in result.epochs]).all()
    types = {
        node.attr[key].type
        for node in nodes_of(result.files).values()
        for key in ("T", "dtype", "DstT")
        if key in node.attr
    }
    half, bfloat16 = 19, 14  # types.proto
    assert types and not types & {half, bfloat16}


@pytest.mark.tf
def test_the_demo_is_as_good_as_its_card_says(tmp_path: Path) -> None:
    card = load_card("demo")
    assert card.measured and demo.RECIPE.drawn
    files = Tf1Files(card.folder / "graph.pb", card.folder / "model.ckpt")
    assert sum(part.stat().st_size for part in files.parts) < 2_000_000
    labels = read_labels(card.resolve(card.labels))
    assert labels == drawn_labels()
    # Products of the same catalogue that nobody drew: neither trained on nor
    # measured when the card was written.
    first = demo.RECIPE.drawn.products
    fresh = (
        draw_product(number, demo.RECIPE.drawn.seed, labels)
        for number in range(first, first + 200)
    )
    write_catalogue(tmp_path / "fresh.bson", fresh)
    table = table_of(BsonCatalogue(tmp_path / "fresh.bson"), labels)
    found = measured(files, table, card)
    # Three standard errors at 350 images.
    assert found.top1 == pytest.approx(card.measured.top1, abs=0.045)
