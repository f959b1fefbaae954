"""Training end to end, on a few drawn products."""

import dataclasses
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from shopcam.card import Card, load_card
from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import write_catalogue
from shopcam.dataset.categories import drawn_labels
from shopcam.dataset.draw import draw_catalogue, draw_product
from shopcam.dataset.images import ImageTable, table_of
from shopcam.errors import CatalogueError, ShopcamError, ToolError, UsageError
from shopcam.labels import read_labels
from shopcam.training.checkpoint import Tf1Files
from shopcam.training.evaluate import Accuracy, accuracy, evaluate
from shopcam.training.fit import Epoch, refuse_divergence
from shopcam.training.recipes import demo
from shopcam.training.train import card_text, parts_of, require_room, train
from tests.training.test_checkpoint import nodes_of, restored_answers

LABELS = drawn_labels()
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


def hidden(catalogue: Path, folder: Path) -> Path:
    """The catalogue with a test part that hides its categories."""
    (folder / "train.bson").write_bytes((catalogue / "train.bson").read_bytes())
    write_catalogue(
        folder / "test.bson",
        (
            dataclasses.replace(product, category_id=None)
            for product in BsonCatalogue(catalogue / "test.bson")
        ),
    )
    return folder


def without_measured(card: Path) -> str:
    """A card's text before what was measured, with all its comments."""
    return card.read_text(encoding="utf-8").partition("measured:")[0]


def table_with(products: list[int], classes: list[int]) -> ImageTable:
    return ImageTable(
        None,  # type: ignore[arg-type]
        np.arange(len(products)),
        np.array(products, np.int32),
        np.array(classes, np.int32),
        np.arange(max(products) + 1),
    )


@pytest.mark.tf
def test_training_learns_and_leaves_a_model_that_a_card_describes(
    card: Card,
    catalogue: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "RECIPE", SMALL)
    monkeypatch.setattr("shopcam.training.train.EVERY_S", 0)
    output, log = tmp_path / "trained", io.StringIO()
    result = train(
        card, output, catalogue=catalogue, seed=2, console=Console(stream=log)
    )
    seen = result.epochs
    images = len(table_of(BsonCatalogue(catalogue / "train.bson"), LABELS))
    shown = [line.split() for line in log.getvalue().splitlines()]
    stages = dict.fromkeys(line[0] for line in shown if "of" not in line)
    assert list(stages) == ["read", "train", "measure"]
    assert [line[1] for line in shown if line[0] == "epoch"] == ["1", "2", "3"]
    steps = f"64 of {images} images of the epoch".split()
    assert shown.count(steps) == 3
    assert [epoch.rate for epoch in seen] == list(SMALL.rates)
    assert seen[-1].loss < 0.95 * seen[0].loss
    # A blind guess is right once in 24.
    assert result.accuracy.top1 > 2 / 24

    trained = load_card(result.card)
    assert trained.measured and trained.measured.data == "test.bson"
    assert trained.measured.top1 == round(result.accuracy.top1, 4)
    assert trained.measured.images == result.accuracy.images
    assert without_measured(result.card) == without_measured(card.path).replace(
        "folder: probes", "folder: ../mine/probes"
    )
    assert load_card(card.path).multi_view is None
    assert trained.feature_node == "feature_map"
    assert "feature_map" in nodes_of(result.files)
    labels = read_labels(trained.resolve(trained.labels))
    table = table_of(BsonCatalogue(catalogue / "test.bson"), labels)
    again = evaluate(
        lambda images: restored_answers(result.files, images, "softmax_1"),
        table,
        trained,
    )
    assert again.images == result.accuracy.images
    assert again.top1 == pytest.approx(result.accuracy.top1, abs=0.02)
    record = json.loads((output / "training.json").read_text())
    assert record["seed"] == 2
    assert len(record["epochs"]) == len(seen)


def test_a_labelled_test_part_is_what_is_measured(catalogue: Path) -> None:
    labels = read_labels(catalogue / "category_names.csv")
    parts = parts_of(catalogue, labels)
    assert parts.test.pictures.path == catalogue / "test.bson"
    assert len(parts.test) + len(parts.train) > 240


def test_a_hidden_test_part_leaves_products_of_train_for_measuring(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shopcam.training.train.HELD_SHARE", 0.25)
    labels = read_labels(catalogue / "category_names.csv")
    parts = parts_of(hidden(catalogue, tmp_path), labels)
    assert parts.test.pictures.path == tmp_path / "train.bson"
    assert not set(parts.test.products) & set(parts.train.products)
    assert 0.1 < len(parts.test) / len(parts.train) < 0.34


def test_a_catalogue_without_categories_is_refused(
    catalogue: Path, tmp_path: Path
) -> None:
    labels = read_labels(catalogue / "category_names.csv")
    folder = hidden(catalogue, tmp_path)
    (folder / "test.bson").replace(folder / "train.bson")
    with pytest.raises(CatalogueError, match="0 for training"):
        parts_of(folder, labels)


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


def test_too_few_products_to_measure_on_are_refused(
    catalogue: Path, tmp_path: Path
) -> None:
    labels = read_labels(catalogue / "category_names.csv")
    folder = hidden(catalogue, tmp_path)
    with pytest.raises(CatalogueError, match="0 for measuring"):
        parts_of(folder, labels)


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
    found = card_text(
        card.path.read_text(encoding="utf-8"),
        card,
        tmp_path,
        Accuracy(images=3, top1=0.5, products=2, product_top1=0.5),
        "mine.bson",
    )
    assert f"probes: {{folder: {folder}, count: 8}}\n" in found
    assert "  top1: 0.5\n  images: 3\n  data: mine.bson\n" in found


def test_a_training_that_finds_no_room_at_its_end_does_not_begin(
    tmp_path: Path,
) -> None:
    free = shutil.disk_usage(tmp_path).free
    require_room(tmp_path, 1000)
    with pytest.raises(ToolError, match="the checkpoint takes"):
        require_room(tmp_path, free)


@pytest.mark.parametrize("seed", [-1, 1 << 32])
def test_a_seed_that_is_none_is_refused(seed: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"seed={seed}"):
        train(
            load_card("demo"),
            tmp_path,
            seed=seed,
            console=Console(quiet=True),
        )


def test_accuracy_counts_images_and_averages_products() -> None:
    answers = np.array(
        [[0.9, 0.1], [0.4, 0.6], [0.4, 0.6], [0.2, 0.8]], np.float32
    )
    found = accuracy(answers, table_with([3, 3, 3, 7], [0, 0, 0, 1]))
    assert (found.images, found.products) == (4, 2)
    assert found.top1 == 0.5
    # 0.9 + 0.4 + 0.4 against 0.1 + 0.6 + 0.6.
    assert found.product_top1 == 1.0


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_divergence_is_stopped_with_advice(loss: float) -> None:
    epoch = Epoch(3, 12, 0.5, loss, 0.1, 9.0, 100.0)
    with pytest.raises(ShopcamError, match=r"epoch 3 at rate 0.5[\s\S]*lower"):
        refuse_divergence(epoch)


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
    found = evaluate(
        lambda images: restored_answers(files, images, card.output.node),
        table,
        card,
    )
    # Three standard errors at 350 images.
    assert found.top1 == pytest.approx(card.measured.top1, abs=0.045)
