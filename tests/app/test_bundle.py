"""What bundle() leaves on disk, and what it refuses."""

import hashlib
import os
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from shopcam.app.bundle import Bundle, bundle
from shopcam.app.replay import Question
from shopcam.card import Card
from shopcam.errors import CardError, PackageError, ToolError
from shopcam.labels import Label
from shopcam.paths import CAMERA
from tests.app.conftest import LABELS, card_of

SCORES = np.array([0.25, 0.75], np.float32)


def tree(folder: Path) -> dict[str, str]:
    """Every file below `folder` with the digest of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def controller(made: Bundle) -> str:
    path = made.folder / "CameraExampleViewController.mm"
    return path.read_text(encoding="utf-8")


def test_the_bundle_holds_sources_rendered_files_model_and_labels(
    card: Card, model: Path, tmp_path: Path
) -> None:
    made = bundle(card, LABELS, model, tmp_path / "camera")

    files = tree(made.folder)
    assert {str(path) for path in made.files} == set(files)
    assert {*made.rendered, made.model, made.labels} < set(made.files)
    for source in CAMERA.rglob("*.cc"):
        copy = made.folder / source.relative_to(CAMERA)
        assert copy.read_bytes() == source.read_bytes()
    assert (made.folder / made.model).read_bytes() == model.read_bytes()
    assert made.workspace == made.folder / "ShopCam.xcworkspace"
    assert not any(Path(path).name.startswith(".") for path in files)


def test_the_card_reaches_the_view_controller(
    card: Card, model: Path, tmp_path: Path
) -> None:
    content = model.read_bytes()
    rendered = controller(bundle(card, LABELS, model, tmp_path / "camera"))

    for line in (
        'model_file_name = @"frozen";',
        'model_file_type = @"pb";',
        "model_uses_memory_mapping = false;",
        "model_is_untrained = false;",
        'labels_file_name = @"labels";',
        'labels_file_type = @"txt";',
        "wanted_input_width = 32;",
        "wanted_input_height = 24;",
        "wanted_input_channels = 3;",
        "shopcam::ChannelOrder::kBgr;",
        "input_r_mean = 123.68f;",
        "input_g_mean = 116.779f;",
        "input_b_mean = 103.939f;",
        "input_r_std = 58.395f;",
        "input_g_std = 2.5f;",
        "input_b_std = 1.0f;",
        'input_layer_name[] = "input_1";',
        'output_layer_name[] = "head/softmax_1";',
        'feature_layer_name[] =\n    "";',
        'head_layer_name[] = "";',
        f'model_sha256[] =\n    "{hashlib.sha256(content).hexdigest()}";',
        'card_file_name = @"card";',
        'card_file_type = @"yaml";',
        '"https://shop.example/s/{query}.html";',
        "input.mean = {{input_b_mean, input_g_mean, input_r_mean}};",
        "input.std = {{input_b_std, input_g_std, input_r_std}};",
    ):
        assert line in rendered


def test_means_of_an_rgb_card_keep_their_colours(
    model: Path, tmp_path: Path
) -> None:
    card = card_of(tmp_path, preprocessing={"mean": [1, 2, 3]})

    rendered = controller(bundle(card, LABELS, model, tmp_path / "camera"))

    assert "input_r_mean = 1.0f;" in rendered
    assert "input_b_mean = 3.0f;" in rendered
    assert "{{input_r_mean, input_g_mean, input_b_mean}}" in rendered


def test_a_grey_card_has_one_mean_for_all(model: Path, tmp_path: Path) -> None:
    card = card_of(
        tmp_path,
        input={"node": "x", "height": 8, "width": 8, "channels": 1},
        preprocessing={"mean": [9], "std": [2]},
    )

    rendered = controller(bundle(card, LABELS, model, tmp_path / "camera"))

    assert rendered.count("_mean = 9.0f;") == 3
    assert "wanted_input_channels = 1;" in rendered


@pytest.mark.parametrize(
    ("views", "head"),
    [
        ({"features": "map/relu"}, "head/softmax_1"),
        ({"features": "map/relu", "head": "logits"}, "logits"),
    ],
)
def test_the_nodes_of_multi_view_reach_the_view_controller(
    views: dict[str, str], head: str, model: Path, tmp_path: Path
) -> None:
    card = card_of(tmp_path, multi_view=views)

    rendered = controller(bundle(card, LABELS, model, tmp_path / "camera"))

    assert 'feature_layer_name[] =\n    "map/relu";' in rendered
    assert f'head_layer_name[] = "{head}";' in rendered


def test_people_can_read_the_card_in_the_app(
    model: Path, tmp_path: Path
) -> None:
    views = {"features": "map/relu"}
    measured = {"top1": 0.9, "images": 10, "data": "/home/me/test.bson"}
    card = card_of(tmp_path, multi_view=views, measured=measured)

    made = bundle(card, LABELS, model, tmp_path / "camera")

    shown = yaml.safe_load((made.folder / "data" / "card.yaml").read_text())
    assert shown["preprocessing"]["channels"] == "BGR"
    assert shown["multi_view"] == views
    assert shown["measured"] == {"top1": 0.9, "images": 10}
    assert shown["deploy"]["quantize"] == "none"


def test_no_path_of_this_machine_gets_into_the_bundle(
    model: Path, tmp_path: Path
) -> None:
    """Whatever the card holds that is a path, or may hold one."""
    here = str(tmp_path)
    (tmp_path / "probes").mkdir()
    card = card_of(
        tmp_path,
        source={"format": "frozen", "path": f"{here}/frozen.pb"},
        labels=f"{here}/labels.txt",
        probes={"folder": f"{here}/probes"},
        measured={"top1": 0.9, "images": 10, "data": f"{here}/test.bson"},
        optimize={"transforms": [f'a(min_max_log_file="{here}/log")']},
    )
    question = Question("a.jpg", (np.zeros((2, 2, 3), np.uint8),), SCORES)

    made = bundle(
        card, LABELS, model, tmp_path / "camera", questions=[question]
    )

    for name in made.files:
        content = (made.folder / name).read_bytes()
        assert here.encode() not in content, name
        assert str(Path.home()).encode() not in content, name


def test_the_recorded_questions_are_where_the_apps_tests_look(
    card: Card, model: Path, tmp_path: Path
) -> None:
    question = Question("a", (np.zeros((2, 2, 3), np.uint8),), SCORES)

    made = bundle(
        card, LABELS, model, tmp_path / "camera", questions=[question]
    )

    probes = {str(path) for path in made.files if "probes" in path.parts}
    assert probes == {
        "tests/probes/probes.txt",
        "tests/probes/frame-01.bgra",
        "tests/probes/scores-01.f32",
    }


def test_the_flag_for_memory_mapping_comes_from_the_file(
    package: Path, tmp_path: Path
) -> None:
    card = card_of(tmp_path, deploy={"memory_map": True})

    rendered = controller(bundle(card, LABELS, package, tmp_path / "camera"))

    assert "model_uses_memory_mapping = true;" in rendered
    assert 'model_file_name = @"memmapped";' in rendered


@pytest.mark.parametrize("mapped", [True, False])
def test_a_model_of_the_other_kind_is_refused(
    mapped: bool, model: Path, package: Path, tmp_path: Path
) -> None:
    card = card_of(tmp_path, deploy={"memory_map": mapped})
    wrong = model if mapped else package

    with pytest.raises(PackageError, match=r"deploy\.memory_map is") as caught:
        bundle(card, LABELS, wrong, tmp_path / "camera")

    assert str(wrong) in str(caught.value)
    assert not (tmp_path / "camera").exists()


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9])
def test_a_file_too_short_for_a_trailer_is_no_package(
    size: int, card: Card, tmp_path: Path
) -> None:
    short = tmp_path / "short.pb"
    short.write_bytes(b"\x00" * size)

    if size:
        bundle(card, LABELS, short, tmp_path / "camera")
    else:
        with pytest.raises(PackageError, match="which is empty"):
            bundle(card, LABELS, short, tmp_path / "camera")


def test_a_missing_model_is_refused(card: Card, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="which is no file"):
        bundle(card, LABELS, tmp_path / "none.pb", tmp_path / "camera")


def test_no_labels_are_refused(card: Card, model: Path, tmp_path: Path) -> None:
    with pytest.raises(CardError, match="a label for every class"):
        bundle(card, [], model, tmp_path / "camera")


def test_a_label_that_no_file_can_hold_is_refused(
    card: Card, model: Path, tmp_path: Path
) -> None:
    with pytest.raises(CardError, match="without NUL"):
        bundle(card, [Label("a", ("b\0c",))], model, tmp_path / "camera")


def test_labels_keep_their_order_path_and_id(
    card: Card, model: Path, tmp_path: Path
) -> None:
    made = bundle(card, LABELS, model, tmp_path / "camera")

    table = (made.folder / made.labels).read_text(encoding="utf-8")
    assert table.split("\n") == [
        "SMARTPHONE\t1000015309\tTÉLÉPHONIE\tMOBILE\tSMARTPHONE",
        'a "quoted"\\\\ name\\twith a tab\t\t*/\t//',
        "",
    ]


def test_an_untrained_model_is_called_so(
    card: Card, model: Path, tmp_path: Path
) -> None:
    made = bundle(card, LABELS, model, tmp_path / "camera", untrained=True)

    assert "model_is_untrained = true;" in controller(made)
    info = (made.folder / "Info.plist").read_text()
    assert re.search(r"ShopcamModelIsUntrained</key>\s*<true/>", info)


def test_the_same_input_gives_the_same_bytes(
    card: Card, model: Path, tmp_path: Path
) -> None:
    one = bundle(card, LABELS, model, tmp_path / "one")
    other = bundle(card, LABELS, model, tmp_path / "other")

    assert tree(one.folder) == tree(other.folder)


def test_the_model_is_linked_not_copied(
    card: Card, model: Path, tmp_path: Path
) -> None:
    made = bundle(card, LABELS, model, tmp_path / "camera")

    assert os.path.samefile(made.folder / made.model, model)


def test_a_model_behind_a_symbolic_link_arrives_as_a_file(
    card: Card, model: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.pb"
    link.symlink_to(model)

    made = bundle(card, LABELS, link, tmp_path / "camera")

    placed = made.folder / made.model
    assert placed.name == "link.pb"
    assert not placed.is_symlink()
    assert placed.read_bytes() == model.read_bytes()


def test_a_new_bundle_replaces_the_old_one_whole(
    card: Card, model: Path, tmp_path: Path
) -> None:
    destination = tmp_path / "camera"
    destination.mkdir()
    (destination / "stale.mm").write_text("old")

    bundle(card, LABELS, model, destination)

    assert not (destination / "stale.mm").exists()
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["camera"]


def test_a_folder_that_cannot_be_written_is_an_error(
    card: Card, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ToolError, match="--output"):
        bundle(card, LABELS, model, tmp_path / "file" / "camera")


@pytest.mark.parametrize("version", ["1.8", "1.13", "1.15"])
def test_a_newer_runtime_comes_from_a_folder_not_from_the_old_pod(
    version: str, model: Path, tmp_path: Path
) -> None:
    card = card_of(
        tmp_path, deploy={"memory_map": False, "runtime_version": version}
    )

    made = bundle(card, LABELS, model, tmp_path / "camera")

    podfile = (made.folder / "Podfile").read_text()
    assert "path: 'vendor/tensorflow'" in podfile
    assert "1.1.1" not in podfile


def test_a_url_with_doubled_braces_is_read_as_the_card_reads_it(
    model: Path, tmp_path: Path
) -> None:
    card = card_of(
        tmp_path, shop={"search_url": "https://s.example/{{a}}/{query}"}
    )

    rendered = controller(bundle(card, LABELS, model, tmp_path / "camera"))

    assert '"https://s.example/{a}/{query}"' in rendered
