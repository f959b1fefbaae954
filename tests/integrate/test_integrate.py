"""The main job, on a copy of the demo model."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from shopcam.card import load_card
from shopcam.console import Console
from shopcam.errors import CardError, ParityError, ShopcamError, SourceError
from shopcam.graphdef import nodes, read_graph, write_graph
from shopcam.graphdef.graph import set_constant
from shopcam.integrate import IntegrateResult, integrate
from shopcam.paths import ROOT

pytestmark = pytest.mark.native

STAGES = ["export", "freeze", "optimize", "legalize", "memory_map"]


def run(card: Path, output: Path, **options: Any) -> IntegrateResult:
    console = Console(stream=io.StringIO())
    return integrate(load_card(card), output, console=console, **options)


def report(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / "report.json").read_text()))


def stages(output: Path) -> dict[str, dict[str, Any]]:
    return {stage["name"]: stage for stage in report(output)["stages"]}


def change(card: Path, **keys: Any) -> None:
    """Replaces top-level keys of a card."""
    content = yaml.safe_load(card.read_text(encoding="utf-8"))
    content.update(keys)
    card.write_text(yaml.safe_dump(content), encoding="utf-8")


def ran(output: Path) -> dict[str, str]:
    """Why each stage ran that did."""
    return {
        name: stage["why"]
        for name, stage in stages(output).items()
        if not stage["skipped"]
    }


def test_demo_becomes_a_bundle_proven_in_both_generations(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    result = run(demo, output)
    assert result.deployable, result.verdict
    for name in ("graph.pb", "frozen.pb", "optimized.pb", "legal.pb"):
        assert read_graph(output / name).proto.node
    for name in ("memmapped.pb", "labels.txt", "report.html"):
        assert (output / name).stat().st_size
    assert (output / "camera" / "Podfile").is_file()
    found = stages(output)
    assert [name for name in found if name in STAGES] == STAGES
    for name in STAGES[1:]:
        parity = found[name]["parity"]
        assert parity["max_abs_diff"] <= 1e-4
        assert parity["top1_agreement"] == 1.0
        assert parity["images"] >= 4
        assert (
            found[name]["bytes"]
            == (output / found[name]["file"]).stat().st_size
        )
    versions = [run["version"] for run in report(output)["runtimes"]]
    assert {"1.1", "1.8"} <= set(versions)


def test_a_second_run_skips_every_stage_and_a_forced_one_none(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    run(demo, output)
    assert ran(output) == {}
    assert all(
        stage["why"] == "didn't change, skipping"
        for stage in stages(output).values()
    )
    run(demo, output, force=True)
    assert set(ran(output).values()) == {"forced"}


def test_a_changed_mean_renders_and_verifies_but_does_not_freeze(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    before = (output / "frozen.pb").stat().st_mtime_ns
    change(demo, preprocessing={"mean": [1.0, 2.0, 3.0], "std": [1, 1, 1]})
    run(demo, output)
    assert set(ran(output)) == {"bundle"}
    assert (output / "frozen.pb").stat().st_mtime_ns == before
    source = next(
        output.joinpath("camera").rglob("CameraExampleViewController.mm")
    )
    assert re.search(r"input_r_mean = 1\b", source.read_text())


def test_another_output_is_compared_with_the_sources_own(
    demo: Path, tmp_path: Path
) -> None:
    """The values before the softmax, of which there are as many."""
    output = tmp_path / "out"
    run(demo, output)
    answered = np.load(output / ".shopcam" / "source.npy")
    change(demo, output={"node": "small_resnet_1/softmax_1/BiasAdd"})
    run(demo, output)
    other = np.load(output / ".shopcam" / "source.npy")
    assert other.shape == answered.shape
    assert np.abs(other - answered).max() > 1


def test_a_hand_edited_file_is_noticed_and_made_again(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    good = (output / "optimized.pb").read_bytes()
    (output / "optimized.pb").write_bytes(good + b"\x00")
    run(demo, output)
    assert ran(output)["optimize"] == "optimized.pb was edited"
    assert (output / "optimized.pb").read_bytes() == good


def test_the_same_model_gives_the_same_bytes(
    demo: Path, tmp_path: Path
) -> None:
    names = [
        "graph.pb",
        "frozen.pb",
        "optimized.pb",
        "legal.pb",
        "memmapped.pb",
    ]
    run(demo, tmp_path / "one")
    run(demo, tmp_path / "two")
    for name in names:
        one = (tmp_path / "one" / name).read_bytes()
        assert one == (tmp_path / "two" / name).read_bytes(), name


def test_the_first_stage_that_diverges_is_named_and_kept(
    demo: Path, tmp_path: Path
) -> None:
    """round_weights to two steps destroys the model; optimize is to blame."""
    output = tmp_path / "out"
    change(demo, optimize={"transforms": ["round_weights(num_steps=2)"]})
    with pytest.raises(ParityError) as caught:
        run(demo, output)
    assert str(caught.value).startswith("After optimize,")
    with np.load(output / "evidence" / "optimize.npz") as kept:
        difference = np.abs(kept["source"] - kept["stage"]).max()
    assert difference > 1e-4
    assert not (output / "camera").exists()
    assert not report(output)["deployable"]
    change(demo, optimize={"transforms": None})
    assert run(demo, output).deployable


def test_a_label_too_few_is_refused_with_both_numbers(
    demo: Path, tmp_path: Path
) -> None:
    (demo.parent / "three.txt").write_text("a\nb\nc\n")
    change(demo, labels="three.txt")
    with pytest.raises(CardError, match=r"3 labels in .*, \d+ outputs"):
        run(demo, tmp_path / "out")


def test_without_a_checkpoint_one_message_shows_three_ways(
    tmp_path: Path,
) -> None:
    with pytest.raises(SourceError) as caught:
        run(ROOT / "models" / "resnet50" / "model.yaml", tmp_path / "out")
    for way in ("bring one", "fab train --model=resnet50", "--untrained"):
        assert way in str(caught.value)


@pytest.mark.parametrize(
    "name", ["graph.pb", "model.ckpt.index", "model.ckpt.data-00000-of-00001"]
)
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_damaged_source_gives_our_error_and_leaves_no_bundle(
    demo: Path, tmp_path: Path, name: str, kept: float
) -> None:
    path = demo.parent / name
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(ShopcamError) as caught:
        run(demo, tmp_path / "out")
    assert caught.value.found
    assert not (tmp_path / "out" / "camera").exists()


def test_a_model_whose_weights_are_not_numbers_is_refused(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    graph = read_graph(output / "frozen.pb")
    name = max(graph.weights, key=lambda key: graph.weights[key].nbytes)
    broken = np.full(graph.weights[name].shape, np.nan, np.float32)
    set_constant(nodes.by_name(graph.proto)[name], broken, graph)
    write_graph(graph, demo.parent / "nan.pb")
    change(demo, source={"format": "frozen", "path": "nan.pb"})
    with pytest.raises(ParityError, match="finite numbers"):
        run(demo, output)


def start(card: Path, output: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "fabric", "integrate"]
    return subprocess.Popen(
        [*command, f"--model={card}", f"--output={output}", "--force"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell lets what it starts in the background ignore Ctrl-C, and
        # this suite hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize("delay_s", [0.6, 1.2, 2.0])
def test_a_killed_run_leaves_nothing_that_the_next_one_trips_over(
    demo: Path, tmp_path: Path, delay_s: float
) -> None:
    output = tmp_path / "out"
    process = start(demo, output)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert run(demo, output).deployable
    assert not list(output.rglob(".*.partial"))


def test_a_half_made_file_and_bundle_are_removed(
    demo: Path, tmp_path: Path
) -> None:
    """What a kill within a write, and within the bundle's, leaves behind."""
    output = tmp_path / "out"
    bundle = output / ".camera.0123abcd.partial"
    (bundle / "ShopCam").mkdir(parents=True)
    for path in (
        output / ".frozen.pb.89ab.partial",
        bundle / ".ShopCam.txt.partial",
        bundle / "ShopCam" / "labels.txt",
    ):
        path.write_text("half")
    assert run(demo, output).deployable
    assert not list(output.rglob(".*.partial"))


def test_ctrl_c_is_one_line_and_status_130(demo: Path, tmp_path: Path) -> None:
    process = start(demo, tmp_path / "out")
    assert process.stdout is not None
    process.stdout.read(5)
    process.send_signal(signal.SIGINT)
    shown, said = process.communicate()
    assert process.returncode == 130, (shown, said)
    assert b"Traceback" not in said


def test_a_second_run_at_the_same_time_is_refused(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    first = start(demo, output)
    assert first.stdout is not None
    first.stdout.read(5)
    first.send_signal(signal.SIGSTOP)
    second = start(demo, output)
    _, said = second.communicate()
    first.send_signal(signal.SIGCONT)
    first.communicate()
    assert first.returncode == 0
    assert second.returncode == 1
    assert f"process {first.pid} ".encode() in said


def test_nothing_changed_needs_no_tensorflow(
    demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    run(demo, output)
    script = (
        "import io, sys; from pathlib import Path;"
        "from shopcam.card import load_card;"
        "from shopcam.console import Console;"
        "from shopcam.integrate import integrate;"
        f"integrate(load_card({str(demo)!r}), Path({str(output)!r}),"
        "console=Console(stream=io.StringIO()));"
        "assert 'tensorflow' not in sys.modules;"
        "maps = open('/proc/self/maps').read();"
        "assert 'libtensorflow' not in maps, 'library loaded'"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_a_full_disk_is_one_message(demo: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk's end."""
    output = tmp_path / "out"
    script = (
        "import signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from fabric.main import program;"
        f"program.run(['fab', 'integrate', '--model={demo}',"
        f" '--output={output}'])"
    )
    result = subprocess.run(
        ["bash", "-c", f'ulimit -f 100; exec {sys.executable} -c "{script}"'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "make room" in result.stderr


@pytest.mark.tf
def test_a_rehearsal_says_untrained_everywhere(tmp_path: Path) -> None:
    """The demo's network on random weights: its card without a checkpoint."""
    card = tmp_path / "demo" / "model.yaml"
    card.parent.mkdir()
    original = (ROOT / "models" / "demo" / "model.yaml").read_text()
    card.write_text(original)
    change(card, probes={"count": 4}, labels="nowhere.txt")
    result = run(card, tmp_path / "out", untrained=True)
    assert not result.deployable
    assert "UNTRAINED" in result.verdict
    assert "UNTRAINED" in (tmp_path / "out" / "report.html").read_text()
    texts = [
        path.read_text(errors="ignore")
        for path in result.bundle.rglob("*")
        if path.suffix in (".mm", ".plist", ".xcconfig")
    ]
    assert any("UNTRAINED" in text for text in texts)
    assert (tmp_path / "out" / "labels.txt").read_text().startswith("untrained")
