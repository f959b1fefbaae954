"""The real runtimes of TF 1.1 and 1.8 answer, and name what they refuse."""

import struct
from pathlib import Path

import numpy as np
import pytest

from shopcam.errors import GraphError, ToolError
from shopcam.graphdef import protos
from shopcam.graphdef.graph import Array
from shopcam.verify import runner, runner_call
from shopcam.verify.fetch import Runtime, find_runtime
from shopcam.verify.phone_runtime import (
    PhoneJob,
    registered_kernels,
    registered_ops,
)
from shopcam.verify.runner import build_runner

pytestmark = pytest.mark.native

PREFIX = "memmapped_package://"
DRAW = np.random.default_rng(5)
WEIGHTS = DRAW.normal(0, 1, (12, 40)).astype(np.float32)
IMAGES = DRAW.normal(0, 1, (3, 2, 2, 3)).astype(np.float32)


@pytest.fixture(params=["1.1", "1.8"])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found = find_runtime(request.param)
    if found is None:
        pytest.skip(f"fab runtime.fetch --version={request.param}")
    return found


def classifier(weights: Array = WEIGHTS, mapped: bool = False) -> bytes:
    """image -> Reshape -> MatMul named scores, as TF 1.1 can read it."""
    graph = protos.GraphDef()
    kind = protos.data_type("DT_FLOAT")
    node = graph.node.add(name="image", op="Placeholder")
    node.attr["dtype"].type = kind
    node = graph.node.add(name="flat", op="Const")
    node.attr["dtype"].type = node.attr["value"].tensor.dtype = 3
    node.attr["value"].tensor.tensor_shape.dim.add(size=2)
    node.attr["value"].tensor.int_val.extend([1, len(weights)])
    node = graph.node.add(name="row", op="Reshape", input=["image", "flat"])
    node.attr["T"].type, node.attr["Tshape"].type = kind, 3
    node = graph.node.add(name="weights", op="Const")
    node.attr["dtype"].type = kind
    if mapped:
        node.op = "ImmutableConst"
        node.attr["memory_region_name"].s = f"{PREFIX}weights".encode()
        shape = node.attr["shape"].shape
    else:
        node.attr["value"].tensor.dtype = kind
        node.attr["value"].tensor.tensor_content = weights.tobytes()
        shape = node.attr["value"].tensor.tensor_shape
    for size in weights.shape:
        shape.dim.add(size=size)
    node = graph.node.add(name="scores", op="MatMul", input=["row", "weights"])
    node.attr["T"].type = kind
    return bytes(graph.SerializeToString())


def package(regions: dict[str, bytes]) -> bytes:
    """A memory-mapped package, laid out by hand."""
    written = bytearray()
    directory = protos.MemmappedFileSystemDirectory()
    for name, content in regions.items():
        written += bytes(-len(written) % 64)
        directory.element.add(
            offset=len(written), name=PREFIX + name, length=len(content)
        )
        written += content
    end = struct.pack("<Q", len(written))
    return bytes(written + directory.SerializeToString() + end)


def mapped(weights: Array = WEIGHTS) -> bytes:
    return package(
        {"weights": weights.tobytes(), ".": classifier(weights, mapped=True)}
    )


def saved(folder: Path, content: bytes) -> Path:
    path = folder / "model.pb"
    path.write_bytes(content)
    return path


def refusal_of(
    runtime: Runtime, model: Path, memory_mapped: bool, **changes: object
) -> GraphError:
    arguments = {
        "input_node": "image",
        "output_node": "scores",
        "images": IMAGES,
        **changes,
    }
    with pytest.raises(GraphError) as caught:
        with PhoneJob(runtime, model, memory_mapped, **arguments) as job:
            job.result()
    assert caught.value.rule == (
        f"{model.name} must run in TensorFlow {runtime.release}, the phone's."
    )
    return caught.value


@pytest.mark.parametrize("memory_mapped", [False, True])
def test_a_model_answers_like_numpy(
    runtime: Runtime, tmp_path: Path, memory_mapped: bool
) -> None:
    model = saved(tmp_path, mapped() if memory_mapped else classifier())
    with PhoneJob(
        runtime, model, memory_mapped, "image", "scores", IMAGES
    ) as job:
        run = job.result()
    assert (run.answers.shape, run.answers.dtype) == ((3, 40), np.float32)
    expected = IMAGES.reshape(3, 12) @ WEIGHTS
    np.testing.assert_allclose(run.answers, expected, rtol=0, atol=1e-5)
    assert (run.release, run.nodes) == (runtime.release, 5)
    assert run.seconds_load > 0
    assert run.seconds_per_image > 0
    assert 0 < run.dirty_bytes < run.peak_bytes < 1 << 30


def test_mapped_weights_cost_hardly_any_dirty_memory(
    runtime: Runtime, tmp_path: Path
) -> None:
    weights = np.ones((12, 1 << 20), np.float32)
    dirty = {}
    for memory_mapped in (False, True):
        model = saved(
            tmp_path, mapped(weights) if memory_mapped else classifier(weights)
        )
        with PhoneJob(
            runtime, model, memory_mapped, "image", "scores", IMAGES[:1]
        ) as job:
            dirty[memory_mapped] = job.result().dirty_bytes
    assert dirty[False] > weights.nbytes
    assert dirty[True] < dirty[False] / 5


def test_a_plain_graph_given_as_a_package_is_recognised(
    runtime: Runtime, tmp_path: Path
) -> None:
    error = refusal_of(runtime, saved(tmp_path, classifier()), True)
    assert "Corrupted memmapped model file" in error.found
    assert "is a plain GraphDef, not a memory-mapped" in error.next_step


def test_a_package_given_as_a_plain_graph_is_recognised(
    runtime: Runtime, tmp_path: Path
) -> None:
    error = refusal_of(runtime, saved(tmp_path, mapped()), False)
    assert "as binary proto" in error.found
    assert "ends like a memory-mapped package" in error.next_step


@pytest.mark.parametrize(
    ("damage", "found", "next_step"),
    [
        (lambda whole: whole[:-40], "Invalid directory offset", "cut short"),
        (lambda whole: whole[:8], "Invalid package size", "nearly empty"),
        (lambda whole: b"", "an empty one", "run the stage"),
        (
            lambda whole: whole[:-8] + struct.pack("<Q", 1 << 40),
            "Invalid directory offset",
            "cut short",
        ),
        (
            lambda whole: whole[:-8] + struct.pack("<Q", 3),
            "Can't parse its internal directory",
            "ends like a memory-mapped package",
        ),
    ],
)
def test_a_damaged_package_says_what_is_wrong_with_it(
    runtime: Runtime, tmp_path: Path, damage, found: str, next_step: str
) -> None:
    error = refusal_of(runtime, saved(tmp_path, damage(mapped())), True)
    assert found in error.found
    assert next_step in error.next_step


def test_a_package_whose_graph_is_empty_is_refused(
    runtime: Runtime, tmp_path: Path
) -> None:
    empty = protos.GraphDef()
    empty.versions.producer = 21
    written = package({"weights": bytes(64), ".": empty.SerializeToString()})
    model = saved(tmp_path, written)
    assert "holds no nodes" in refusal_of(runtime, model, True).found


def test_a_region_that_is_too_short_is_named(
    runtime: Runtime, tmp_path: Path
) -> None:
    graph = classifier(mapped=True)
    model = saved(tmp_path, package({"weights": bytes(64), ".": graph}))
    error = refusal_of(runtime, model, True)
    assert "Readonly memory region has wrong length" in error.found


def test_an_op_of_a_later_tensorflow_is_named(
    runtime: Runtime, tmp_path: Path
) -> None:
    graph = protos.GraphDef.FromString(classifier())
    graph.node[-1].op = "BatchMatMulV2"
    error = refusal_of(
        runtime, saved(tmp_path, graph.SerializeToString()), False
    )
    assert "BatchMatMulV2" in error.found
    assert error.next_step == (
        f"run legalize for runtime_version {runtime.version}"
    )


def test_an_attribute_of_a_later_tensorflow_is_named(
    runtime: Runtime, tmp_path: Path
) -> None:
    graph = protos.GraphDef.FromString(classifier())
    graph.node[-1].attr["grad_a"].b = False
    error = refusal_of(
        runtime, saved(tmp_path, graph.SerializeToString()), False
    )
    assert "grad_a" in error.found
    assert "run legalize" in error.next_step


@pytest.mark.parametrize("change", ["input_node", "output_node"])
def test_a_node_that_is_not_there_is_named(
    runtime: Runtime, tmp_path: Path, change: str
) -> None:
    model = saved(tmp_path, mapped())
    error = refusal_of(runtime, model, True, **{change: "softmax_1"})
    assert "softmax_1" in error.found


def test_an_output_that_is_not_float_is_refused(
    runtime: Runtime, tmp_path: Path
) -> None:
    model = saved(tmp_path, mapped())
    error = refusal_of(runtime, model, True, output_node="flat")
    assert error.found == "flat is int32, not float"


def test_a_crash_is_told_with_its_signal(
    runtime: Runtime, tmp_path: Path
) -> None:
    graph = protos.GraphDef()
    node = graph.node.add(name="image", op="Placeholder")
    node.attr["dtype"].type = protos.data_type("DT_FLOAT")
    # Takes single numbers for a range, and ends the process over others.
    graph.node.add(
        name="scores", op="FakeQuantWithMinMaxVars", input=["image"] * 3
    )
    model = saved(tmp_path, graph.SerializeToString())
    found = refusal_of(runtime, model, False).found
    assert found.startswith("crashed with SIGABRT")
    assert "one element tensor" in found


def test_a_runtime_that_takes_too_long_is_stopped(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one that waits: the real one may have answered when it is asked."""
    hangs = tmp_path / "runner"
    hangs.write_text("#!/bin/sh\nexec sleep 600\n")
    hangs.chmod(0o755)
    monkeypatch.setattr(runner_call, "build_runner", lambda runtime: hangs)
    model = saved(tmp_path, mapped())
    error = refusal_of(runtime, model, True, timeout_s=0.001)
    assert error.found == "no answer after 0.001 s"


def test_a_model_that_is_not_there_is_named(
    runtime: Runtime, tmp_path: Path
) -> None:
    error = refusal_of(runtime, tmp_path / "gone.pb", True)
    assert str(tmp_path / "gone.pb") in error.found


def test_the_ops_and_kernels_of_the_generation_are_listed(
    runtime: Runtime,
) -> None:
    ops = protos.OpList.FromString(registered_ops(runtime)).op
    names = {op.name for op in ops}
    assert {"Conv2D", "ImmutableConst"} <= names
    assert ("AddV2" in names) == (runtime.version != "1.1")
    kernels = registered_kernels(runtime)
    assert ("ImmutableConst", "device='CPU'") in kernels
    assert ("Relu", "device='CPU'; T in [DT_FLOAT]") in kernels


def test_the_runner_is_compiled_once(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_runner(runtime)
    monkeypatch.delattr(runner, "compile_runner")
    assert build_runner(runtime) == first


def test_without_a_compiler_the_command_that_installs_it_is_given(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as caught:
        build_runner(runtime)
    assert caught.value.found == "no g++ on the PATH"
    assert "apt-get install g++" in caught.value.next_step


def test_a_compiler_that_refuses_is_quoted(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOPCAM_CACHE", str(tmp_path))
    monkeypatch.setattr(runner, "FLAGS", ("-std=c++11", "-no-such-flag"))
    with pytest.raises(ToolError, match="no-such-flag"):
        build_runner(runtime)
    assert not list(tmp_path.rglob("runner"))
