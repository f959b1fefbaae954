"""The model card: what is taken, and how a wrong one is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from shopcam.card import load_card
from shopcam.errors import CardError
from shopcam.paths import MODELS

RIGHT: dict[str, Any] = {
    "name": "shoes",
    "source": {
        "format": "tf1",
        "graph": "graph.pb",
        "checkpoint": "model.ckpt",
    },
    "input": {"node": "input_1", "height": 180, "width": 180, "channels": 3},
    "output": {"node": "softmax_1"},
    "preprocessing": {"mean": [123.68, 116.78, 103.94], "std": [1, 1, 1]},
    "labels": "labels.txt",
    "deploy": {"runtime": "tensorflow", "runtime_version": "1.1"},
    "shop": {"search_url": "https://shop.example/s/{query}.html"},
}


def written(folder: Path, **changes: Any) -> Path:
    """A card in which `a__b=value` replaces the key b in a."""
    card = yaml.safe_load(yaml.safe_dump(RIGHT))
    for key, value in changes.items():
        place, parts = card, key.split("__")
        for part in parts[:-1]:
            place = place[part]
        if value is None:
            place.pop(parts[-1], None)
        else:
            place[parts[-1]] = value
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(card), encoding="utf-8")
    return path


def test_a_right_card_is_read_with_paths_from_its_folder(
    tmp_path: Path,
) -> None:
    card = load_card(written(tmp_path))
    assert card.input.shape == (1, 180, 180, 3)
    assert card.resolve(card.labels) == tmp_path / "labels.txt"


@pytest.mark.parametrize("content", [b"name: \xe9", b"name: 2026-13-01"])
def test_what_yaml_cannot_read_is_one_refusal(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes(content)
    with pytest.raises(CardError, match="must be YAML") as refused:
        load_card(path)
    assert str(refused.value).count("must be YAML") == 1


def test_the_home_of_nobody_is_a_path_like_any_other() -> None:
    with pytest.raises(CardError, match="which is neither"):
        load_card("~nobody-of-that-name/model.yaml")


def test_the_runtime_version_may_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, deploy__runtime_version=None)
    assert load_card(path).deploy.runtime_version == "1.1"


def test_a_node_may_be_written_with_its_port(tmp_path: Path) -> None:
    card = load_card(written(tmp_path, output__node="softmax_1:0"))
    assert card.output.node == "softmax_1"


def test_without_multi_view_the_answer_is_all_that_stages_keep(
    tmp_path: Path,
) -> None:
    assert load_card(written(tmp_path)).outputs == ("softmax_1",)


def test_a_head_that_is_left_out_is_the_output(tmp_path: Path) -> None:
    card = load_card(written(tmp_path, multi_view={"features": "map:0"}))
    assert card.head_node == "softmax_1"
    assert card.outputs == ("softmax_1", "map")


def test_features_and_a_head_of_their_own_are_kept(tmp_path: Path) -> None:
    views = {"features": "map", "head": "logits"}
    card = load_card(written(tmp_path, multi_view=views))
    assert card.outputs == ("softmax_1", "map", "logits")


WRONG = {
    "missing key": ({"input__node": None}, "input.node: this key is missing"),
    "misspelt key": (
        {"input__heigth": 3},
        "input.heigth: no such key, did you mean height?",
    ),
    "misspelt section": (
        {"lables": "x"},
        "lables: no such key, did you mean labels?",
    ),
    "zero size": ({"input__height": 0}, "input.height: "),
    "number of means": (
        {"preprocessing__mean": [1.0]},
        "preprocessing.mean has 1 numbers, input.channels is 3",
    ),
    "std of zero": (
        {"preprocessing__std": [1, 0, 1]},
        "every std must be above 0",
    ),
    "mean not a number": (
        {"preprocessing__mean": [float("nan"), 0, 0]},
        "every number must be finite",
    ),
    "version as number": (
        {"deploy__runtime_version": 1.1},
        'deploy.runtime_version: write it in quotes: "1.1"',
    ),
    "unknown version": (
        {"deploy__runtime_version": "2.0"},
        "deploy.runtime_version",
    ),
    "unknown format": ({"source__format": "onnx"}, "source: "),
    "runtime to come": (
        {"deploy__runtime": "coreml"},
        "only tensorflow is built",
    ),
    "url without query": (
        {"shop__search_url": "https://x.example/"},
        "shop.search_url: it must hold {query} once",
    ),
    "url of a script": (
        {"shop__search_url": "javascript:alert({query})"},
        "it must begin with https://",
    ),
    "name of a path": ({"name": "../evil"}, "name: "),
    "same node": ({"output__node": "input_1"}, "are the same node"),
    "features without a node": (
        {"multi_view": {"head": "softmax_1"}},
        "multi_view.features: this key is missing",
    ),
    "features that are the image": (
        {"multi_view": {"features": "input_1"}},
        "multi_view.features and input.node are the same node",
    ),
    "features that are the answer": (
        {"multi_view": {"features": "softmax_1"}},
        "multi_view.features and output.node are the same node",
    ),
    "features that are the head": (
        {"multi_view": {"features": "map", "head": "map"}},
        "multi_view.features and multi_view.head are the same node",
    ),
    "features with a quote": (
        {"multi_view": {"features": 'a"; drop'}},
        "multi_view.features: ",
    ),
    "misspelt key of views": (
        {"multi_view": {"feature": "map"}},
        "multi_view.feature: no such key, did you mean features?",
    ),
    "own name without views": (
        {"source__features": "relu_49"},
        "source.features is the source's name of multi_view.features",
    ),
    "node with a quote": ({"input__node": 'a"; drop'}, "input.node: "),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_a_wrong_card_is_refused_by_key_and_value(
    tmp_path: Path, case: str
) -> None:
    changes, words = WRONG[case]
    path = written(tmp_path, **changes)
    with pytest.raises(CardError) as caught:
        load_card(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be a mapping"),
        ("- a\n- b", "must be a mapping"),
        ("a: [", "must be YAML"),
        ("a: !!python/object/apply:os.system ['true']", "must be YAML"),
        ("\xff\xfe", "model card"),
    ],
)
def test_what_is_no_card_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(CardError, match=words):
        load_card(path)


def test_a_huge_card_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    with open(path, "wb") as stream:
        stream.truncate(1 << 30)
    with pytest.raises(CardError, match="at most"):
        load_card(path)


def test_an_unknown_model_is_answered_with_near_names() -> None:
    with pytest.raises(CardError, match="resnet50"):
        load_card("resnet5")


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in MODELS.glob("*/model.yaml"))
)
def test_every_card_that_we_ship_is_right(name: str) -> None:
    assert load_card(name).name == name
