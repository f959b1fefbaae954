"""Keras files of every age, and those that are refused."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from shopcam.errors import ShopcamError, SourceError
from shopcam.export.keras_file import refuse_code
from tests import sources
from tests.export.helpers import (
    assert_same_answers,
    export_card,
    export_source,
)

pytestmark = [
    pytest.mark.tf,
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5"),
]


def keras_of(age: str) -> Any:
    """Keras 3, or the Keras 2 that TensorFlow had before 2.16."""
    if age == "keras":
        import keras

        return keras
    import tf_keras

    return tf_keras


@pytest.mark.parametrize("age", ["keras", "tf_keras"])
@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("model", [sources.functional, sources.sequential])
def test_models_of_keras_2_and_3_are_exported_from_both_formats(
    tmp_path: Path, age: str, suffix: str, model: Callable[[Any], Any]
) -> None:
    source = sources.keras_source(
        tmp_path, model(keras_of(age)), f"model.{suffix}"
    )
    exported = export_source(source)
    assert exported.result.checkpoint is None
    assert not any("Variable" in op for op in exported.ops)
    assert_same_answers(exported, source)


def test_an_open_size_is_fixed_to_the_cards(tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            layers.Rescaling(0.5, offset=0.1),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(5, activation="softmax"),
        ]
    )
    source = sources.keras_source(tmp_path, model)
    assert_same_answers(export_source(source), source)


def test_what_only_trains_is_gone(tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(),
            layers.RandomRotation(0.1),
            layers.GaussianNoise(0.1),
            layers.Conv2D(4, 3),
            layers.SpatialDropout2D(0.3),
            layers.Flatten(),
            layers.Dense(5, activation="softmax"),
        ]
    )
    source = sources.keras_source(tmp_path, model)
    exported = export_source(source)
    assert not any("Random" in op for op in exported.ops)
    assert_same_answers(exported, source)


def two_outputs(keras: Any) -> Any:
    """A model with a main and an auxiliary output."""
    layers = keras.layers
    start = keras.Input((8, 8, 3), name="photo")
    values = layers.Flatten(name="flat")(start)
    return keras.Model(
        start,
        [
            layers.Dense(5, activation="softmax", name="main")(values),
            layers.Dense(7, activation="softmax", name="aux")(values),
        ],
    )


def test_one_of_two_outputs_is_named(tmp_path: Path) -> None:
    import keras

    source = sources.keras_source(tmp_path, two_outputs(keras))
    assert_same_answers(export_source(source, output="main"), source)
    with pytest.raises(ShopcamError, match="outputs: main, aux"):
        export_source(source)
    with pytest.raises(ShopcamError, match="model's: main"):
        export_source(source, output="mian")


@pytest.mark.parametrize("age", ["keras", "tf_keras"])
def test_a_layer_can_be_the_output(tmp_path: Path, age: str) -> None:
    model = sources.functional(keras_of(age))
    source = sources.keras_source(tmp_path, model)
    exported = export_source(source, output="global_average_pooling2d")
    assert "Softmax" not in exported.ops
    assert "no Softmax but Mean" in exported.result.notes[0]


@pytest.mark.parametrize(
    ("shape", "kind", "says"),
    [
        ((9, 8, 3), "float32", "takes [None, 9, 8, 3]; the card says [1, 8"),
        ((8, 8, 1), "float32", "takes [None, 8, 8, 1]; the card says [1, 8"),
        ((8, 8, 3), "uint8", "takes uint8"),
    ],
)
def test_an_input_that_is_not_the_cards_is_refused(
    tmp_path: Path, shape: tuple[int, ...], kind: str, says: str
) -> None:
    import keras

    start = keras.Input(shape, dtype=kind)
    values = keras.layers.Rescaling(1.0)(start)
    end = keras.layers.Dense(5)(keras.layers.Flatten()(values))
    keras.Model(start, end).save(tmp_path / "model.keras")
    card = sources.write_card(
        tmp_path, {"format": "keras", "path": "model.keras"}
    )
    with pytest.raises(ShopcamError) as caught:
        export_card(card)
    assert says in str(caught.value)


def test_another_name_of_the_input_is_refused(tmp_path: Path) -> None:
    import keras

    source = sources.keras_source(tmp_path, sources.functional(keras))
    with pytest.raises(ShopcamError, match="the model's is images"):
        export_source(source, input="image")
    assert export_source(source, input="images")


def test_an_answer_that_is_no_row_of_classes_is_refused(
    tmp_path: Path,
) -> None:
    import keras

    start = keras.Input((8, 8, 3))
    model = keras.Model(start, keras.layers.Conv2D(4, 3)(start))
    source = sources.keras_source(tmp_path, model)
    with pytest.raises(ShopcamError, match=r"\[1, 6, 6, 4\] of float32"):
        export_source(source)


def test_mixed_precision_is_refused_naming_a_layer(tmp_path: Path) -> None:
    import keras

    start = keras.Input((8, 8, 3))
    values = keras.layers.Flatten()(start)
    end = keras.layers.Dense(5, dtype="mixed_float16", name="half")(values)
    source = sources.keras_source(tmp_path, keras.Model(start, end))
    with pytest.raises(ShopcamError, match="half computes in float16"):
        export_source(source)


# Files of strangers ---------------------------------------------------------


def test_a_lambda_is_refused_with_its_layers_name(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Lambda(lambda values: values + 1, name="sneaky"),
            keras.layers.Flatten(),
        ]
    )
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        with pytest.raises(SourceError, match="sneaky is a Lambda"):
            export_card(
                sources.write_card(tmp_path, {"format": "keras", "path": name})
            )


def test_a_class_of_the_users_own_is_refused(tmp_path: Path) -> None:
    import keras

    class Own(keras.layers.Layer):  # type: ignore[misc]
        """A layer that only this test knows."""

        def call(self, values: Any) -> Any:
            return values

    model = keras.Sequential([keras.Input((8, 8, 3)), Own(name="mine")])
    model.save(tmp_path / "model.keras")
    with pytest.raises(SourceError) as caught:
        export_card(
            sources.write_card(
                tmp_path, {"format": "keras", "path": "model.keras"}
            )
        )
    assert "mine is a " in str(caught.value)
    assert "format: saved_model" in str(caught.value)


@pytest.mark.parametrize(
    "part",
    [
        {"module": "os", "class_name": "function", "config": "system"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": None, "class_name": "Lambda", "config": {}},
        {"module": "keras.layers", "class_name": "__lambda__", "config": {}},
        {
            "class_name": "TFOpLambda",
            "config": {"name": "x", "function": "io.write_file"},
        },
        {
            "class_name": "TFOpLambda",
            "config": {"name": "x", "function": "keras.utils.get_file"},
        },
        {"class_name": "ClassMethod", "config": {"name": "x"}},
        {
            "module": "keras.layers",
            "class_name": "Dense",
            "registered_name": "pack>Dense",
            "config": {},
        },
    ],
)
def test_a_description_that_calls_code_is_refused(
    part: dict[str, Any],
) -> None:
    config = {"class_name": "Sequential", "config": {"layers": [part]}}
    with pytest.raises(SourceError, match=r"m\.keras: "):
        refuse_code(config, Path("m.keras"))


@pytest.mark.parametrize(
    "called", ["nn.relu6", "math.multiply", "__operators__.add", "concat"]
)
def test_a_description_may_call_what_networks_are_made_of(
    called: str,
) -> None:
    part = {"class_name": "TFOpLambda", "config": {"function": called}}
    refuse_code({"class_name": "Functional", "config": [part]}, Path("m.h5"))


def rewrite_config(path: Path, old: str, new: str) -> None:
    """Replaces text in the description inside a `.keras` archive."""
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    config = members["config.json"].decode()
    assert old in config
    members["config.json"] = config.replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_a_layer_beyond_all_memory_is_refused_before_it_is_made(
    tmp_path: Path,
) -> None:
    import keras

    source = sources.keras_source(tmp_path, sources.functional(keras))
    path = tmp_path / "model.keras"
    rewrite_config(path, '"units": 5', '"units": 2000000000')
    with pytest.raises(SourceError, match="describes 10000000"):
        export_source(source)


@pytest.mark.parametrize("age", ["keras", "tf_keras"])
def test_a_layer_beyond_all_memory_is_refused_in_an_hdf5_file_too(
    tmp_path: Path, age: str
) -> None:
    model = sources.functional(keras_of(age))
    source = sources.keras_source(tmp_path, model, "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        config = str(file.attrs["model_config"])
        assert '"units": 5' in config
        file.attrs["model_config"] = config.replace(
            '"units": 5', '"units": 2000000000'
        )
    with pytest.raises(SourceError, match="describes 10000000"):
        export_source(source)


def test_a_description_beyond_all_models_is_refused_unread(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", " " * (65 << 20))
    source = {"format": "keras", "path": "model.keras"}
    with pytest.raises(SourceError, match="unpacks to at most"):
        export_card(sources.write_card(tmp_path, source))


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_truncated_file_is_reported(tmp_path: Path, suffix: str) -> None:
    import keras

    name = f"model.{suffix}"
    source = sources.keras_source(tmp_path, sources.functional(keras), name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="must be a Keras model"):
        export_source(source)


def test_weights_of_another_model_are_reported(tmp_path: Path) -> None:
    import keras

    source = sources.keras_source(tmp_path, sources.functional(keras))
    path = tmp_path / "model.keras"
    rewrite_config(path, '"units": 5', '"units": 6')
    with pytest.raises(SourceError, match="must be a Keras model"):
        export_source(source)


def test_a_description_that_is_no_model_is_reported(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(["what", 1]))
    source = {"format": "keras", "path": "model.keras"}
    with pytest.raises(SourceError, match="must be a Keras model"):
        export_card(sources.write_card(tmp_path, source))


def test_other_formats_import_no_tensorflow(tmp_path: Path) -> None:
    source = sources.unpack(
        tmp_path, "saved", {"format": "saved_model", "path": "saved_model"}
    )
    card = sources.write_card(tmp_path, source.source)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from shopcam.card import load_card\n"
        "from shopcam.export.export import export\n"
        "from shopcam.toolchain.checkpoint import read_checkpoint\n"
        f"card = load_card({str(card.path)!r})\n"
        f"export(card, Path({str(tmp_path / 'graph.pb')!r}),\n"
        "    open_checkpoint=read_checkpoint)\n"
        "print(sorted({'tensorflow', 'keras', 'h5py'} & set(sys.modules)))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout == "[]\n"
    assert np.load(tmp_path / "answers.npz")["answers"].shape == (4, 5)
