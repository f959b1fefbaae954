"""The core with real TensorFlow 1.x runtimes: a bundle's own model answers.

The wheel of TensorFlow 1.1 is the pod's generation; 1.8 is the one that the
original app was written against.
"""

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from shopcam.app.bundle import Bundle, bundle
from shopcam.card import Card
from shopcam.graph.memory_map import memory_map
from shopcam.graphdef import write_graph
from shopcam.labels import Label
from shopcam.paths import CAMERA
from shopcam.pixels import prepare
from shopcam.verify import runner
from shopcam.verify.fetch import Runtime, find_runtime
from shopcam.verify.session import Session
from tests.app.conftest import card_of
from tests.camera.conftest import Answers, text
from tests.graphs import Builder

pytestmark = pytest.mark.native

HERE = Path(__file__).parent
CLASSES = 6
SIZE = (24, 32)
IDENTITY = {"mean": [0, 0, 0]}


@dataclass(frozen=True)
class Phone:
    """The driver, linked with one generation of TensorFlow."""

    version: str
    binary: Path

    def ask(self, *questions: bytes) -> Answers:
        ran = subprocess.run(
            [self.binary],
            input=b"".join(questions),
            capture_output=True,
            check=True,
        )
        return Answers(ran.stdout)


def link(runtime: Runtime, folder: Path) -> Path:
    """The driver with the whole core, compiled against a wheel's headers."""
    symbols = runner.python_symbols(runtime.libraries[0])
    (folder / "python_symbols.inc").write_text("\n".join(symbols) + "\n")
    include = runtime.folder / "include"
    binary = folder / "driver"
    command = [
        *("g++", "-std=c++14", "-Wall", "-Wextra", "-Werror", "-O1"),
        *("-D_GLIBCXX_USE_CXX11_ABI=0", "-pthread", f"-I{CAMERA}"),
        *("-include", "cstdint", "-include", "limits"),
        *("-include", "functional", "-I", folder, "-isystem", include),
        *("-isystem", include / "external/nsync/public", "-o", binary),
        HERE / "tensorflow_driver.cc",
        *sorted((CAMERA / "core").glob("*.cc")),
        *("-Wno-attributes", runner.NATIVE / "python_stub.cc"),
        *("-Wl,--no-as-needed", *runtime.libraries),
        *(f"-Wl,-rpath,{library.parent}" for library in runtime.libraries),
    ]
    subprocess.run(command, check=True)
    return binary


@pytest.fixture(scope="session", params=["1.1", "1.8"])
def phone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Phone:
    """The driver in each generation that has been fetched."""
    runtime = find_runtime(request.param)
    if runtime is None:
        pytest.skip("without the runtimes: run `fab runtime.fetch`")
    folder = tmp_path_factory.mktemp("phone")
    return Phone(request.param, link(runtime, folder))


@dataclass(frozen=True)
class Model:
    """A small network, frozen and memory-mapped, each in its bundle."""

    card: Card
    frozen: Bundle
    mapped: Bundle


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("model")
    build = Builder()
    draw = np.random.default_rng(5)
    build.placeholder("input_1", 1, *SIZE, 3)
    weights = draw.normal(0, 0.01, (3, 3, 3, 120))
    build.conv("conv", "input_1", weights)
    build.node("relu", "Relu", "conv")
    build.head("relu", 120, CLASSES)
    write_graph(build.graph, folder / "legal.pb")
    memory_map(
        folder / "legal.pb",
        folder / "memmapped.pb",
        outputs=["softmax_1"],
        threshold_bytes=1000,
    )
    labels = [Label(f"catégorie {i}", (), i) for i in range(CLASSES)]
    plain = card_of(
        folder,
        preprocessing=IDENTITY,
        output={"node": "softmax_1"},
        deploy={"memory_map": False},
    )
    mapped = plain.model_copy(
        update={"deploy": plain.deploy.model_copy(update={"memory_map": True})}
    )
    return Model(
        plain,
        bundle(plain, labels, folder / "legal.pb", folder / "frozen"),
        bundle(mapped, labels, folder / "memmapped.pb", folder / "mapped"),
    )


def question(
    made: Bundle,
    image: np.ndarray,
    *,
    mapped: bool,
    file: Path | None = None,
    nodes: tuple[str, str] = ("input_1", "softmax_1"),
) -> bytes:
    height, width = image.shape[:2]
    frame = np.zeros((height, width + 1, 4), np.uint8)
    frame[:, :width, :3] = image[..., ::-1]
    return (
        text(str(file or made.folder / made.model))
        + struct.pack("<i", mapped)
        + text(nodes[0])
        + text(nodes[1])
        + struct.pack("<2i", SIZE[1], SIZE[0])
        + text(str(made.folder / made.labels))
        + struct.pack("<3i", width, height, 4 * (width + 1))
        + text(frame.tobytes())
    )


def images() -> list[np.ndarray]:
    """Frames of one strong colour each, so that the answers differ."""
    random = np.random.default_rng(11)
    return [
        (
            random.integers(0, 256, (*random.integers(20, 90, 2), 3))
            * random.random(3)
        ).astype(np.uint8)
        for _ in range(12)
    ]


@pytest.mark.parametrize("mapped", [False, True])
def test_the_app_answers_what_python_answers(
    phone: Phone, model: Model, mapped: bool
) -> None:
    made = model.mapped if mapped else model.frozen
    frames = images()

    answers = phone.ask(
        *(question(made, image, mapped=mapped) for image in frames)
    )

    seen = set()
    with Session(model.frozen.folder / model.frozen.model) as session:
        for image in frames:
            tensor = prepare(image, model.card.input, model.card.preprocessing)
            (wanted,) = session.run({"input_1": tensor[None]}, ["softmax_1"])
            assert answers.text() == ""
            np.testing.assert_allclose(
                answers.floats(), wanted[0], rtol=0, atol=1e-5
            )
            best = f"catégorie {wanted[0].argmax()}"
            # One frame of a quarter's weight shows what exceeds 0.2.
            assert answers.text() == (best if wanted.max() > 0.2 else "")
            seen.add(best)
    assert len(seen) > 1, "the test's frames must not all look the same"


def test_what_does_not_load_is_an_error_and_never_a_crash(
    phone: Phone, model: Model, tmp_path: Path
) -> None:
    image = images()[0]
    whole = (model.mapped.folder / model.mapped.model).read_bytes()
    cut, empty, noise = (tmp_path / name for name in ("cut", "empty", "noise"))
    cut.write_bytes(whole[: len(whole) // 2])
    empty.write_bytes(b"")
    noise.write_bytes(bytes(range(255, 0, -1)) * 40)
    frozen = model.frozen.folder / model.frozen.model
    package = model.mapped.folder / model.mapped.model
    cases = [
        (tmp_path / "none.pb", True, "cannot be mapped"),
        (tmp_path / "none.pb", False, "cannot be read"),
        (frozen, True, "Corrupted memmapped model file"),
        (package, False, ""),
        (cut, True, "Corrupted memmapped model file"),
        (cut, False, ""),
        (empty, True, ""),
        (empty, False, "holds no nodes"),
        (noise, True, "Corrupted memmapped model file"),
        (noise, False, "holds no nodes"),
    ]

    answers = phone.ask(
        *(
            question(model.frozen, image, mapped=mapped, file=file)
            for file, mapped, _ in cases
        )
    )

    for file, mapped, problem in cases:
        message = answers.text()
        assert message and problem in message, (file, mapped)
        assert answers.floats().size == 0
        assert answers.text() == ""


@pytest.mark.parametrize(
    "nodes", [("input", "softmax_1"), ("input_1", "softmax")]
)
def test_a_node_that_is_not_there_is_named(
    phone: Phone, model: Model, nodes: tuple[str, str]
) -> None:
    (missing,) = set(nodes) - {"input_1", "softmax_1"}

    answers = phone.ask(
        question(model.frozen, images()[0], mapped=False, nodes=nodes)
    )

    assert answers.text() == f"The model has no node {missing}."
