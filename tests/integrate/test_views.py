"""A card with multi_view: what is proven, shown, refused, and done again."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import CardError, GraphError, ParityError
from shopcam.graphdef import nodes, read_graph, write_graph
from shopcam.graphdef.graph import set_constant
from shopcam.integrate import integrate
from shopcam.integrate.build import Build
from shopcam.integrate.lines import Lines
from shopcam.integrate.proof import Proof
from shopcam.integrate.reference import Reference
from shopcam.integrate.views import views_of
from shopcam.manifest import Manifest, manifest_path
from shopcam.paths import ROOT
from shopcam.tensorflow_process import TensorFlowProcess

pytestmark = [pytest.mark.tf, pytest.mark.native]

PROBES = 8


def run(card: Path, output: Path, **options: Any) -> str:
    """What an integration shows."""
    stream = io.StringIO()
    integrate(
        load_card(card), output, console=Console(stream=stream), **options
    )
    return stream.getvalue()


def change(card: Path, **keys: Any) -> None:
    """Replaces top-level keys of a card; None removes one."""
    content = yaml.safe_load(card.read_text(encoding="utf-8")) | keys
    kept = {key: value for key, value in content.items() if value is not None}
    card.write_text(yaml.safe_dump(kept), encoding="utf-8")


def report(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / "report.json").read_text()))


def why(output: Path) -> dict[str, str]:
    """Why each stage ran that did."""
    return {
        stage["name"]: stage["why"]
        for stage in report(output)["stages"]
        if not stage["skipped"]
    }


def test_averaged_views_are_proven_here_and_in_each_of_the_phones_runtimes(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    shown = run(demo, output)
    found = {view["version"]: view for view in report(output)["views"]}
    assert {"1.1", "1.8"} < set(found)
    assert len(found) == len(report(output)["runtimes"]) + 1
    for view in found.values():
        # Each picture alone, and each with the three that follow it.
        assert view["parity"]["images"] == 2 * PROBES
        assert view["parity"]["max_abs_diff"] < 1e-5
        assert view["parity"]["top1_agreement"] == 1.0
    names = [line.split("  ")[0] for line in shown.splitlines()]
    assert names.index("memory_map") < names.index("views")
    assert names.index("TF 1.1") + 1 == names.index("views 1.1")
    page = (output / "report.html").read_text()
    assert "averaged at <code>feature_map</code>" in page


def test_several_views_are_answered_otherwise_than_one(
    demo: Path, tmp_path: Path
) -> None:
    run(demo, tmp_path / "out")
    state = tmp_path / "out" / ".shopcam"
    views, source = np.load(state / "views.npy"), np.load(state / "source.npy")
    np.testing.assert_allclose(views[:PROBES], source, atol=1e-6)
    assert np.abs(views[PROBES] - source[:4].mean(axis=0)).max() > 1e-3


def test_a_card_without_multi_view_is_asked_nothing_of_views(
    demo: Path, tmp_path: Path
) -> None:
    change(demo, multi_view=None)
    shown = run(demo, tmp_path / "out")
    assert "views" not in shown
    assert report(tmp_path / "out")["views"] == []
    assert "Several views" not in (tmp_path / "out/report.html").read_text()
    assert not (tmp_path / "out" / ".shopcam" / "views.npy").exists()


def test_another_feature_map_runs_the_stages_again_and_says_why(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    change(demo, multi_view={"features": "small_resnet_1/block4_add_1/Add"})
    run(demo, output)
    ran = why(output)
    assert ran["export"].startswith("changed: multi_view ")
    assert ran["freeze"].startswith("changed: outputs ")
    assert ran["bundle"].startswith("changed: ")
    assert report(output)["deployable"]
    run(demo, output)
    assert why(output) == {}


def test_a_wrong_name_is_refused_before_anything_is_frozen(
    demo: Path, tmp_path: Path
) -> None:
    change(demo, multi_view={"features": "activation_49"})
    with pytest.raises(GraphError) as caught:
        run(demo, tmp_path / "out")
    proposed = caught.value.next_step.split()
    assert proposed[-5:-3] == ["feature_map", "small_resnet_1/block4_add_1/Add"]
    assert not (tmp_path / "out" / "frozen.pb").exists()
    change(demo, multi_view={"features": "feature_map"})
    assert "new" in run(demo, tmp_path / "out")


def test_a_head_of_another_width_than_the_labels_is_refused(
    demo: Path, tmp_path: Path
) -> None:
    pool = "small_resnet_1/avg_pool_1/Mean"
    change(demo, multi_view={"features": "feature_map", "head": pool})
    with pytest.raises(CardError, match=rf"24 labels .* 96 outputs at {pool}"):
        run(demo, tmp_path / "out")


def test_a_head_of_its_own_is_asked(demo: Path, tmp_path: Path) -> None:
    """The values before the softmax, of which there are as many."""
    logits = "small_resnet_1/softmax_1/BiasAdd"
    change(
        demo,
        multi_view={"features": "feature_map", "head": logits},
        tolerance={"max_abs_diff": 1e-3},
    )
    run(demo, tmp_path / "out")
    answers = np.load(tmp_path / "out" / ".shopcam" / "views.npy")
    assert np.abs(answers.sum(axis=1) - 1).max() > 0.1


def test_a_model_that_averages_otherwise_fails_with_its_evidence(
    demo: Path, tmp_path: Path
) -> None:
    """Its head has other weights than the frozen graph's."""
    output = tmp_path / "out"
    run(demo, output)
    graph = read_graph(output / "legal.pb")
    name = max(graph.weights, key=lambda key: "softmax" in key)
    node = nodes.by_name(graph.proto)[name]
    set_constant(node, graph.constant(node) * np.float32(1.1), graph)
    write_graph(graph, output / "other.pb")
    manifest = Manifest(manifest_path(output))
    lines = Lines(Console(stream=io.StringIO()))
    build = Build(load_card(demo), output, lines, False, manifest)
    process = TensorFlowProcess()
    views = views_of(Proof(Reference(build, process)))
    assert views
    comparison = views.graph(output / "other.pb", quantized=False)
    with pytest.raises(ParityError) as caught:
        comparison.parity()
    process.close()
    assert str(caught.value).startswith("After averaging views,")
    with np.load(output / "evidence" / "averaging-views.npz") as kept:
        assert np.abs(kept["source"] - kept["stage"]).max() > 1e-4
        assert len(kept["names"]) == 2 * PROBES
        assert kept["names"][PROBES].count(" + ") == 3


@pytest.mark.parametrize("version", ["1.1", "1.8"])
def test_a_quantized_model_averages_too(
    demo: Path, tmp_path: Path, version: str
) -> None:
    change(
        demo,
        deploy={"runtime_version": version, "quantize": "weights"},
        tolerance={"top1_agreement": 0.5},
    )
    output = tmp_path / "out"
    run(demo, output)
    (target,) = (
        view for view in report(output)["views"] if view["version"] == version
    )
    assert target["parity"]["top1_agreement"] > 0.8
    assert target["parity"]["images"] == 200
    table = (output / "camera/tests/probes/probes.txt").read_text()
    assert table.startswith(
        "shopcam-probes 1\tmax_abs_diff\t-\ttop1_agreement\t0.5\n"
    )


def test_the_bundle_carries_what_the_source_answered(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    folder = output / "camera" / "tests" / "probes"
    lines = (folder / "probes.txt").read_text("utf-8").splitlines()[1:]
    assert len(lines) == PROBES + 1
    source = np.load(output / ".shopcam" / "source.npy")
    for row, line in zip(source, lines, strict=False):
        scores = np.fromfile(folder / line.split("\t")[1], "<f4")
        np.testing.assert_array_equal(scores, row)
    together = lines[-1].split("\t")
    assert together[0].count(" + ") == 3
    views = np.load(output / ".shopcam" / "views.npy")
    scores = np.fromfile(folder / together[1], "<f4")
    np.testing.assert_array_equal(scores, views[PROBES])


def test_no_path_of_this_machine_is_in_the_bundle(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    for path in output.joinpath("camera").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for known in (ROOT, demo.parent, output, Path.home()):
                assert str(known).encode() not in content, path


def test_other_pictures_make_another_bundle_and_no_other_model(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    pictures = sorted((demo.parent / "probes").iterdir())
    pictures[0].write_bytes(pictures[1].read_bytes())
    run(demo, output)
    assert list(why(output)) == ["bundle"]
    assert why(output)["bundle"].startswith("changed: probes")
