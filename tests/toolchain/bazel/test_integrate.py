"""A model carried to its bundle by the built tools."""

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from shopcam.card import Card, load_card
from shopcam.console import Console
from shopcam.errors import ToolError
from shopcam.graph.optimize import DEFAULT_TRANSFORMS, expand
from shopcam.graphdef import protos
from shopcam.integrate import integrate
from shopcam.integrate.alone import run_stage
from shopcam.paths import MODELS
from shopcam.toolchain.bazel.settings import BazelSettings
from tests.toolchain.bazel.workshop import Workshop

pytestmark = [pytest.mark.native, pytest.mark.tf]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The card of a copy of models/demo."""
    shutil.copytree(MODELS / "demo", tmp_path / "demo")
    return tmp_path / "demo" / "model.yaml"


def settings(workshop: Workshop) -> dict[str, Any]:
    """fabric.yaml's sections that come to this workshop."""
    changed = workshop.settings.model_dump(exclude_defaults=True)
    pin = workshop.pin
    return {
        "tensorflow": {"folder": str(pin.folder), "commit": pin.commit},
        "bazel": changed,
    }


def carry(card: Path, output: Path, **options: Any) -> dict[str, Any]:
    """The report of an integration."""
    console = Console(stream=io.StringIO())
    result = integrate(load_card(card), output, console=console, **options)
    return dict(json.loads(result.report.read_text()))


def run_alone(card: Card, output: Path, stage: str, workshop: Workshop) -> Path:
    """The file of a stage that is run in any case."""
    return run_stage(
        card,
        output,
        stage,
        force=True,
        toolchain="bazel",
        settings=settings(workshop),
        console=Console(quiet=True),
    )


def whys(report: dict[str, Any]) -> dict[str, str]:
    """Why each stage ran that did."""
    return {
        stage["name"]: stage["why"]
        for stage in report["stages"]
        if not stage["skipped"]
    }


def test_the_bundle_passes_the_same_parity_in_both_generations(
    workshop: Workshop, demo: Path, tmp_path: Path
) -> None:
    built = {"toolchain": "bazel", "settings": settings(workshop)}
    report = carry(demo, tmp_path / "out", **built)
    assert report["deployable"]
    runs = {run["version"]: run["parity"] for run in report["runtimes"]}
    assert {"1.1", "1.8"} <= runs.keys()
    assert all(each["max_abs_diff"] < 1e-5 for each in runs.values())

    assert report["toolchain"]["name"] == "bazel"
    assert report["toolchain"]["version"] == "1.15.0"
    tools = {tool["name"]: tool for tool in report["toolchain"]["tools"]}
    kept = workshop.built.tools.record.tools
    assert {name: tool["sha256"] for name, tool in tools.items()} == kept
    page = (tmp_path / "out" / "report.html").read_text()
    assert kept["transform_graph"] in page
    assert "bazel: TensorFlow 1.15.0" in page

    assert whys(carry(demo, tmp_path / "out", **built)) == {}
    assert "changed: toolchain bazel 1.15.0 -> wheel 2." in said_by_the_wheel(
        demo, tmp_path / "out", "optimize"
    )
    assert "changed: toolchain bazel 1.15.0 -> wheel\n" in said_by_the_wheel(
        demo, tmp_path / "out", "memory_map"
    )


def said_by_the_wheel(card: Path, output: Path, stage: str) -> str:
    """What is shown where the wheel runs a stage that Bazel's tools ran."""
    stream = io.StringIO()
    run_stage(load_card(card), output, stage, console=Console(stream=stream))
    return stream.getvalue()


def test_a_stage_depends_on_the_hash_of_the_tool_that_it_used(
    workshop: Workshop, demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    card = load_card(demo)
    for stage in ("export", "freeze", "optimize", "legalize", "memory_map"):
        run_alone(card, output, stage, workshop)
    manifest = json.loads((output / ".shopcam" / "manifest.json").read_text())
    tools = workshop.built.tools.record.tools
    versions = {
        stage: manifest["stages"][stage]["key"]["versions"]
        for stage in ("optimize", "legalize", "memory_map")
    }
    name = "convert_graphdef_memmapped_format"
    assert (
        versions["optimize"]["toolchain's transform_graph"]
        == (tools["transform_graph"][:12])
    )
    assert versions["memory_map"][f"toolchain's {name}"] == tools[name][:12]
    assert versions["legalize"].keys() == {"shopcam"}


def test_tool_only_is_the_frozen_graph_through_the_tool_alone(
    workshop: Workshop, demo: Path, tmp_path: Path
) -> None:
    content = yaml.safe_load(demo.read_text())
    content["optimize"] = {"tool_only": True}
    content["toolchain"] = "bazel"
    demo.write_text(yaml.safe_dump(content))
    card, output = load_card(demo), tmp_path / "out"
    for stage in ("export", "freeze", "optimize"):
        run_alone(card, output, stage, workshop)
    direct = tmp_path / "direct.pb"
    steps = expand(DEFAULT_TRANSFORMS, card.input)
    subprocess.run(
        [
            workshop.built.tools.path("transform_graph"),
            f"--in_graph={output / 'frozen.pb'}",
            f"--out_graph={direct}",
            f"--inputs={card.input.node}",
            f"--outputs={','.join(card.outputs)}",
            f"--transforms={' '.join(steps)}",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    ours = (output / "optimized.pb").read_bytes()
    theirs = protos.GraphDef.FromString(direct.read_bytes())
    # The tool writes a node's attributes in another order in every run.
    assert ours == theirs.SerializeToString(deterministic=True)
    again = run_alone(card, output, "optimize", workshop)
    assert again.read_bytes() == ours


def test_tools_that_were_never_built_are_asked_for(
    workshop: Workshop, demo: Path, tmp_path: Path
) -> None:
    section = settings(workshop)
    other = BazelSettings(options=("--config=other",)).options
    section["bazel"]["options"] = other
    with pytest.raises(ToolError) as caught:
        carry(demo, tmp_path / "out", toolchain="bazel", settings=section)
    assert "are stale: bazel.options were" in caught.value.found
    assert caught.value.next_step == "fab tensorflow.build"
