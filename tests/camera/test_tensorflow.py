"""The core with real TensorFlow 1.x runtimes: a bundle's own model answers.

The wheel of TensorFlow 1.1 is the pod's generation; 1.8 is the one that the
original app was written against.
"""

import dataclasses
import subprocess
from pathlib import Path

import numpy as np
import pytest

from shopcam.verify.fetch import find_runtime
from tests.camera.driver import CORE, STRICT
from tests.camera.phone import GENERATIONS, Phone, headers, read_shown, shown
from tests.camera.small_model import PLAIN, Bundles, images, tensor_of

pytestmark = pytest.mark.native


@pytest.mark.parametrize("mapped", [False, True])
def test_the_app_answers_what_python_answers(
    phone: Phone, bundles: Bundles, mapped: bool
) -> None:
    frames = images()

    answers = phone.ask(
        bundles.model(mapped).opening, *(shown([image]) for image in frames)
    )

    assert answers.text() == ""
    seen = set()
    with bundles.session() as session:
        for image in frames:
            tensor = tensor_of(image, bundles.card)
            (wanted,) = session.run({"input_1": tensor}, ["softmax_1"])
            found = read_shown(answers)
            assert found.problem == ""
            np.testing.assert_allclose(
                found.scores, wanted[0], rtol=0, atol=1e-5
            )
            best = f"catégorie {wanted[0].argmax()}"
            assert found.first == best
            # One frame of a quarter's weight shows what exceeds 0.2.
            assert found.first_live == (best if wanted.max() > 0.2 else "")
            seen.add(best)
    assert answers.ended
    assert len(seen) > 1, "the test's frames must not all look the same"


def test_what_does_not_load_is_an_error_and_never_a_crash(
    phone: Phone, bundles: Bundles, tmp_path: Path
) -> None:
    whole = bundles.model(True).file.read_bytes()
    cut, empty, noise = (tmp_path / name for name in ("cut", "empty", "noise"))
    cut.write_bytes(whole[: len(whole) // 2])
    empty.write_bytes(b"")
    noise.write_bytes(bytes(range(255, 0, -1)) * 40)
    frozen, package = (bundles.model(mapped).file for mapped in (False, True))
    cases = [
        (tmp_path / "none.pb", True, "cannot be mapped"),
        (tmp_path / "none.pb", False, "cannot be read"),
        (tmp_path, True, "cannot be mapped"),
        (tmp_path, False, "holds no nodes"),
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
            dataclasses.replace(bundles.model(mapped), file=file).opening
            for file, mapped, _ in cases
        )
    )

    for file, mapped, problem in cases:
        message = answers.text()
        assert message and problem in message, (file, mapped)
    assert answers.ended


@pytest.mark.parametrize(
    "nodes",
    [
        ("none", "softmax_1"),
        ("input_1", "none"),
        (*PLAIN, "none", "softmax_1"),
        (*PLAIN, "relu", "none"),
    ],
)
def test_a_node_that_is_not_there_is_named(
    phone: Phone, bundles: Bundles, nodes: tuple[str, ...]
) -> None:
    answers = phone.ask(bundles.model(False, nodes).opening)

    assert answers.text() == "The model has no node none."


def test_an_output_that_is_not_the_classes_is_an_error(
    phone: Phone, bundles: Bundles
) -> None:
    cases = {
        ("input_1", "relu"): "tells 92160 classes apart",
        ("input_1", "axes"): "axes is not one tensor of floats",
        ("axes", "softmax_1"): "does not run",
        (*PLAIN, "relu", "pool"): "tells 120 classes apart",
        (*PLAIN, "axes", "softmax_1"): "axes is not one tensor of floats",
    }

    answers = phone.ask(
        *(bundles.model(False, nodes).opening for nodes in cases)
    )

    for nodes, problem in cases.items():
        assert problem in answers.text(), nodes
    assert answers.ended


@pytest.mark.needs("clang++")
@pytest.mark.parametrize("version", GENERATIONS)
def test_the_phones_compiler_takes_the_classifier(version: str) -> None:
    runtime = find_runtime(version)
    if runtime is None:
        pytest.skip("without the runtimes: run `fab runtime.fetch`")
    (source,) = (each for each in CORE if each.stem == "tensorflow_classifier")

    subprocess.run(
        ["clang++", *STRICT, *headers(runtime), "-fsyntax-only", source],
        check=True,
    )
