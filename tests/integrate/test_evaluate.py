"""The demo measured on drawn products, through the graphs of its build."""

import csv
import dataclasses
import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.dataset.bson_catalogue import BsonCatalogue
from shopcam.dataset.bson_documents import Product, write_catalogue
from shopcam.dataset.draw import draw_catalogue
from shopcam.errors import (
    CardError,
    CatalogueError,
    GraphError,
    SourceError,
    ToolError,
    UsageError,
)
from shopcam.integrate.alone import run_stage
from shopcam.integrate.evaluate import EvaluateResult, evaluate
from shopcam.integrate.evaluate_lines import show
from shopcam.integrate.evaluate_request import Request, chosen
from shopcam.labels import read_labels
from shopcam.paths import ROOT

pytestmark = pytest.mark.tf
STAGES = ("export", "freeze", "optimize", "legalize", "memory_map")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_catalogue(tmp_path_factory.mktemp("drawn"), 150, 5).folder


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("build")
    console = Console(stream=io.StringIO())
    for name in STAGES:
        run_stage(load_card("demo"), output, name, console=console)
    return output


def asked(catalogue: Path, output: Path, **more: object) -> EvaluateResult:
    request = Request(load_card("demo"), output, catalogue)
    return evaluate(
        dataclasses.replace(request, **more),  # type: ignore[arg-type]
        console=Console(stream=io.StringIO()),
    )


def with_test_part(
    catalogue: Path, folder: Path, change: Callable[[int, Product], Product]
) -> Path:
    """The catalogue with another test.bson."""
    folder.mkdir()
    for name in ("train.bson", "category_names.csv"):
        shutil.copy(catalogue / name, folder)
    products = enumerate(BsonCatalogue(catalogue / "test.bson"))
    write_catalogue(folder / "test.bson", (change(*each) for each in products))
    return folder


def hidden(number: int, product: Product) -> Product:
    return dataclasses.replace(product, category_id=None)


def damaged(number: int, product: Product) -> Product:
    """Every fifth product has a first picture that is none."""
    pictures = (b"\xff\xd8 no more", *product.pictures[1:])
    return dataclasses.replace(
        product, pictures=product.pictures if number % 5 else pictures
    )


def test_the_demo_is_about_as_good_as_its_card_says(
    catalogue: Path, tmp_path: Path
) -> None:
    result = asked(catalogue, tmp_path / "out")
    assert result.written and not result.notes
    found = result.written.report.evaluation
    measured = load_card("demo").measured
    assert measured
    interval = found.ways[0].accuracy.top1.interval
    assert interval.low < measured.top1 < interval.high
    assert [each.way for each in found.ways] == [
        *("image", "mean", "geometric", "features")
    ]
    test = BsonCatalogue(catalogue / "test.bson")
    assert found.products == len(test)
    assert found.images == sum(len(each.pictures) for each in test)
    # Its head is linear up to the softmax; see test_fusion.
    geometric, features = found.ways[2:]
    assert features.loss == pytest.approx(geometric.loss, abs=1e-5)
    left = result.written.page.parent
    assert left == tmp_path / "out" / "evaluation" / "frozen"
    assert (tmp_path / "out" / "frozen.pb").is_file()
    text = io.StringIO()
    show(result, Console(stream=text))
    assert f"{found.images} images of {found.products} products" in (
        text.getvalue()
    )
    assert "level2" in text.getvalue()


def test_every_stage_of_a_float_build_is_as_good_as_the_source(
    catalogue: Path, build: Path
) -> None:
    asked(catalogue, build)
    result = asked(catalogue, build, graph=build / "memmapped.pb")
    assert result.written
    (source,) = result.written.report.others
    own = result.written.report.evaluation
    assert source.graph.endswith("frozen.pb")
    assert source.image_top1 == own.top1
    assert source.loss == pytest.approx(own.ways[0].loss, abs=1e-5)
    text = io.StringIO()
    show(result, Console(stream=text))
    assert "on the same pictures" in text.getvalue()


def test_a_limit_draws_the_same_products_each_time(
    catalogue: Path, build: Path
) -> None:
    pages = [asked(catalogue, build, limit=7).written for _ in range(2)]
    first, second = (each.report for each in pages if each)
    assert first.evaluation.products == 7
    assert first.data.endswith(", 7 products of it")
    for one, other in zip(
        first.evaluation.ways, second.evaluation.ways, strict=True
    ):
        assert one.loss == other.loss


def test_a_part_that_hides_its_categories_is_answered_for_kaggle(
    catalogue: Path, build: Path, tmp_path: Path
) -> None:
    folder = with_test_part(catalogue, tmp_path / "hidden", hidden)
    target = tmp_path / "submission.csv"
    result = asked(folder, build, part="test", submission=target)
    assert result.written is None and result.submission == target
    with open(target, newline="") as stream:
        rows = list(csv.reader(stream))
    known = list(BsonCatalogue(catalogue / "test.bson"))
    assert rows[0] == ["_id", "category_id"]
    assert [int(row[0]) for row in rows[1:]] == [
        each.product_id for each in known
    ]
    right = [
        int(row[1]) == each.category_id
        for row, each in zip(rows[1:], known, strict=True)
    ]
    # As the same products are where their categories are known.
    measured = asked(catalogue, build).written
    assert measured
    share = sum(right) / len(right)
    assert share == measured.report.evaluation.product_top1


def test_a_hidden_part_alone_has_no_accuracy(
    catalogue: Path,
    build: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = with_test_part(catalogue, tmp_path / "hidden", hidden)
    with pytest.raises(CatalogueError, match=r"--submission=FILE"):
        asked(folder, build, part="test")
    with pytest.raises(CatalogueError, match=r"held[\s\S]*--part=all"):
        asked(folder, build)
    # Enough to be kept from the few products of a test.
    monkeypatch.setattr("shopcam.dataset.sources.HELD_SHARE", 0.25)
    held = asked(folder, build).written
    assert held and held.report.data.startswith("25% of train.bson")


def test_a_folder_of_pictures_gives_the_figures_of_the_same_catalogue(
    demo: Path, catalogue: Path, build: Path, tmp_path: Path
) -> None:
    """Labels without ids do, where folders carry their names."""
    labels = read_labels(demo.parent / "category_names.csv")
    names = {label.category_id: label.name for label in labels}
    for product in BsonCatalogue(catalogue / "test.bson"):
        folder = tmp_path / "pictures" / names[product.category_id]
        folder.mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(product.pictures):
            path = folder / f"{product.product_id}_{number}.jpg"
            path.write_bytes(picture)
    (demo.parent / "names.txt").write_text("\n".join(names.values()))
    text = demo.read_text(encoding="utf-8")
    demo.write_text(text.replace("category_names.csv", "names.txt"))
    request = Request(
        *(load_card(demo), build, tmp_path / "pictures"),
        part="all",
        graph=build / "frozen.pb",
    )
    console = Console(stream=io.StringIO())
    found = evaluate(request, console=console).written
    same = asked(catalogue, build, graph=build / "frozen.pb").written
    assert found and same
    for one, other in zip(
        found.report.evaluation.ways, same.report.evaluation.ways, strict=True
    ):
        assert one.accuracy == other.accuracy
        assert one.loss == pytest.approx(other.loss)
        assert one.levels == ()


def test_broken_pictures_are_told_or_refused(
    catalogue: Path, build: Path, tmp_path: Path
) -> None:
    folder = with_test_part(catalogue, tmp_path / "damaged", damaged)
    with pytest.raises(CatalogueError, match="--corrupt=skip"):
        asked(folder, build)
    target = tmp_path / "submission.csv"
    result = asked(folder, build, corrupt="skip", submission=target)
    (note,) = result.notes
    count = -(-len(BsonCatalogue(folder / "test.bson")) // 5)
    assert note.startswith(f"pictures that cannot be read, left out: {count},")
    assert result.written
    page = result.written.page
    assert note in page.read_text(encoding="utf-8").replace("&#39;", "'")
    found = json.loads((page.parent / "evaluation.json").read_text())
    assert len(found["broken"]) == count
    assert found["images"] == result.written.report.evaluation.images
    lines = target.read_text().splitlines()
    assert len(lines) == 1 + len(BsonCatalogue(folder / "test.bson"))


def test_damaged_documents_are_told(
    catalogue: Path, build: Path, tmp_path: Path
) -> None:
    folder = with_test_part(catalogue, tmp_path / "cut", lambda _, each: each)
    path = folder / "test.bson"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CatalogueError, match="--corrupt=skip"):
        asked(folder, build)
    result = asked(folder, build, corrupt="skip")
    (note,) = result.notes
    assert note.startswith("damaged documents of the catalogue, left out: 1,")
    assert result.written
    products = result.written.report.evaluation.products
    assert products == len(BsonCatalogue(catalogue / "test.bson")) - 1


def test_an_output_that_is_no_softmax_is_told(
    catalogue: Path, build: Path
) -> None:
    card = load_card("demo")
    before = card.output.model_copy(
        update={"node": "small_resnet_1/softmax_1/BiasAdd"}
    )
    logits = card.model_copy(update={"output": before, "multi_view": None})
    result = evaluate(
        Request(
            *(logits, build, catalogue),
            graph=build / "frozen.pb",
            limit=5,
        ),
        console=Console(stream=io.StringIO()),
    )
    (note,) = result.notes
    assert note.startswith("the output is no softmax")


def test_a_graph_without_the_cards_nodes_is_refused(
    catalogue: Path, build: Path
) -> None:
    card = load_card("demo")
    views = card.multi_view
    assert views
    wrong = views.model_copy(update={"features": "feature_mop"})
    with pytest.raises(GraphError, match="feature_map"):
        evaluate(
            Request(
                card.model_copy(update={"multi_view": wrong}),
                *(build, catalogue),
                graph=build / "frozen.pb",
            ),
            console=Console(stream=io.StringIO()),
        )


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"limit": -1}, UsageError, r"0 for all[\s\S]*limit=-1"),
        ({"way": "features"}, UsageError, "features, without a submission"),
        (
            {"limit": 3, "submission": Path("x.csv")},
            *(UsageError, "limit=3, with a submission"),
        ),
        ({"submission": ROOT}, UsageError, "A submission is a file"),
        ({"output": ROOT / "README.md"}, ToolError, "must be writable"),
        ({"graph": Path("none.pb")}, SourceError, "none.pb, which does not"),
        ({"graph": ROOT / "README.md"}, GraphError, "binary GraphDef"),
        ({"catalogue": Path("nowhere")}, CatalogueError, "nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    more: dict[str, object],
    error: type[Exception],
    message: str,
    catalogue: Path,
    build: Path,
) -> None:
    with pytest.raises(error, match=message):
        asked(**{"catalogue": catalogue, "output": build, **more})  # type: ignore[arg-type]


def test_a_submission_wants_ids_and_views_want_a_feature_node(
    demo: Path, catalogue: Path, tmp_path: Path
) -> None:
    text = demo.read_text(encoding="utf-8")
    plain = text.replace("multi_view: {features: feature_map}\n", "")
    demo.write_text(plain, encoding="utf-8")
    request = Request(load_card(demo), tmp_path / "out", catalogue)
    console = Console(stream=io.StringIO())
    submission = tmp_path / "submission.csv"
    views = dataclasses.replace(request, way="features", submission=submission)
    with pytest.raises(UsageError, match="no multi_view in"):
        evaluate(views, console=console)
    labels = read_labels(demo.parent / "category_names.csv")
    (demo.parent / "names.txt").write_text(
        "\n".join(label.name for label in labels), encoding="utf-8"
    )
    demo.write_text(
        plain.replace("category_names.csv", "names.txt"), encoding="utf-8"
    )
    with pytest.raises(CardError, match=r"names\.txt has names alone"):
        evaluate(
            dataclasses.replace(
                request, card=load_card(demo), submission=submission
            ),
            console=console,
        )


def test_a_choice_that_is_none_names_the_choices() -> None:
    assert chosen("part", "train", ("held", "train")) == "train"
    with pytest.raises(UsageError, match=r"held, train\.\s+found: 'tset'"):
        chosen("part", "tset", ("held", "train"))


def test_ctrl_c_while_the_graph_answers_is_one_line_and_status_130(
    catalogue: Path, build: Path, tmp_path: Path
) -> None:
    words = ["--model=demo", f"--catalogue={catalogue}", "--part=train"]
    files = [f"--graph={build / 'frozen.pb'}", f"--output={tmp_path}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "fabric", "evaluate", *words, *files],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # See test_integrate.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    seen = b""
    while b"evaluate" not in seen and (letter := process.stdout.read(1)):
        seen += letter
    process.send_signal(signal.SIGINT)
    shown, said = process.communicate()
    assert process.returncode == 130, (shown, said)
    assert b"Traceback" not in said
    assert not list(tmp_path.rglob("evaluation.*"))
