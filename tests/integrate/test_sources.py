"""Every kind of source, carried to a package that the phone's runtimes run."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from shopcam.card import Card, MultiView, Preprocessing, load_card
from shopcam.console import Console
from shopcam.errors import GraphError
from shopcam.graph.inspect import inspect
from shopcam.integrate import integrate
from tests import sources
from tests.sources import Tf1Graph, conv, head, placeholder

pytestmark = [pytest.mark.tf, pytest.mark.native]

SIDE, CLASSES = 64, 20


def carried_through(card: Card, output: Path) -> dict[str, Any]:
    """The report of an integration, after the checks that all share."""
    result = integrate(card, output, console=Console(stream=io.StringIO()))
    assert result.deployable, result.verdict
    report = dict(json.loads(result.report.read_text()))
    source = np.load(output / ".shopcam" / "source.npy")
    assert np.ptp(source, axis=0).max() > 0.01, "the source tells nothing apart"
    for stage in report["stages"]:
        if stage["parity"]:
            assert stage["parity"]["max_abs_diff"] <= 1e-4, stage["name"]
    runs = {run["version"]: run["parity"] for run in report["runtimes"]}
    for version in ("1.1", "1.8"):
        assert runs[version]["max_abs_diff"] <= 1e-4, version
        assert runs[version]["top1_agreement"] == 1.0
    return report


def tiny_card(folder: Path, source: dict[str, Any], std: float = 70.0) -> Card:
    """The card of a tiny source, whose weights want inputs around 1."""
    card = sources.write_card(folder, source)
    scaled = Preprocessing(mean=(120.0,) * 3, std=(std,) * 3)
    return card.model_copy(update={"preprocessing": scaled})


def ops(output: Path) -> Counter[str]:
    return Counter(dict(inspect(output / "memmapped.pb").ops))


def keras_card(folder: Path, model: Any, file: str) -> Card:
    """The card of a Keras model that was given telling weights and saved."""
    from shopcam.training.untrained import calibrate

    random = np.random.default_rng(5)
    images = random.uniform(-120, 150, (8, SIDE, SIDE, 3)).astype(np.float32)
    calibrate(model, images)
    folder.mkdir(exist_ok=True)
    source: dict[str, Any] = {"format": "keras", "path": file}
    if file.endswith(".keras"):
        model.save(folder / file)
    else:
        model.export(folder / file, verbose=False)
        source = {"format": "saved_model", "path": file}
    content = {
        "name": "big",
        "source": source,
        "input": {"node": "input_1", "height": SIDE, "width": SIDE},
        "output": {"node": "softmax_1"},
        "preprocessing": {"mean": [123.68, 116.78, 103.94]},
        "labels": "labels.txt",
        # Random weights call most pictures the same.
        "probes": {"count": 6},
        "shop": {"search_url": "https://shop.example/{query}"},
    }
    labels = "".join(f"class {index}\n" for index in range(CLASSES))
    (folder / "labels.txt").write_text(labels)
    path = folder / "model.yaml"
    path.write_text(yaml.safe_dump(content))
    return load_card(path)


def averaging(card: Card, output: Path) -> Card:
    """The card with the first feature map that a refusal proposes, renamed."""
    views = MultiView(features="feature_map")
    card = card.model_copy(update={"multi_view": views})
    with pytest.raises(GraphError) as caught:
        integrate(card, output, console=Console(stream=io.StringIO()))
    first = caught.value.next_step.splitlines()[1].strip()
    source = card.source.model_copy(update={"features": first})
    return card.model_copy(update={"source": source})


def assert_views_agree(report: dict[str, Any]) -> None:
    for view in report["views"]:
        assert view["parity"]["max_abs_diff"] <= 1e-4, view["version"]
    assert {"1.1", "1.8"} < {view["version"] for view in report["views"]}


def application(name: str) -> Any:
    """A keras.applications network for small images, random weights."""
    import keras

    keras.utils.set_random_seed(2)
    base = getattr(keras.applications, name)(
        weights=None,
        include_top=False,
        input_shape=(SIDE, SIDE, 3),
        pooling="avg",
    )
    answer = keras.layers.Dense(CLASSES, activation="softmax", name="softmax")
    return keras.Model(base.input, answer(base.output))


def test_keras_3_resnet_50_loses_every_batch_norm(tmp_path: Path) -> None:
    card = keras_card(tmp_path / "m", application("ResNet50"), "model.keras")
    carried_through(card, tmp_path / "out")
    found = ops(tmp_path / "out")
    assert found["Conv2D"] == 53
    assert found["BiasAdd"] in (53, 54)
    assert not found.keys() & {"Mul", "Rsqrt", "AddV2", "Sub", "Reshape"}


def test_keras_3_mobilenet_v2_keeps_relu6_and_depthwise(tmp_path: Path) -> None:
    card = keras_card(tmp_path / "m", application("MobileNetV2"), "saved_model")
    card = averaging(card, tmp_path / "out")
    assert_views_agree(carried_through(card, tmp_path / "out"))
    found = ops(tmp_path / "out")
    assert found["DepthwiseConv2dNative"] == 17
    assert found["Relu6"] == 35
    assert not found.keys() & {"Mul", "Rsqrt", "AddV2", "Sub"}


def test_keras_3_resnet_50_v2_keeps_the_norms_before_convolutions(
    tmp_path: Path,
) -> None:
    card = keras_card(tmp_path / "m", application("ResNet50V2"), "model.keras")
    carried_through(card, tmp_path / "out")
    found = ops(tmp_path / "out")
    assert found["Mul"] > 0
    assert "Rsqrt" not in found


def norm_vectors(values: Any, name: str) -> list[Any]:
    import tensorflow as tf

    v1 = tf.compat.v1
    with v1.variable_scope(name):
        return [
            v1.get_variable(key, (int(values.shape[-1]),), use_resource=False)
            for key in ("gamma", "beta", "moving_mean", "moving_variance")
        ]


def fused(values: Any, name: str) -> Any:
    import tensorflow as tf

    gamma, beta, mean, variance = norm_vectors(values, name)
    normed, _, _ = tf.compat.v1.nn.fused_batch_norm(
        values, gamma, beta, mean, variance, epsilon=1e-3, is_training=False
    )
    return normed


def unfused(values: Any, name: str) -> Any:
    import tensorflow as tf

    gamma, beta, mean, variance = norm_vectors(values, name)
    return tf.nn.batch_normalization(values, mean, variance, beta, gamma, 1e-3)


def after_convolutions(norm: Any) -> Any:
    def network() -> Tf1Graph:
        import tensorflow as tf

        start = placeholder()
        values = tf.nn.relu(norm(bare_conv(start, 6, "one"), "n1"))
        values = tf.nn.relu(norm(bare_conv(values, 6, "two"), "n2"))
        return Tf1Graph(start, head(values), {})

    return network


def bare_conv(values: Any, filters: int, name: str) -> Any:
    """A convolution without bias, as it stands in front of batch norm."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with v1.variable_scope(name):
        shape = (3, 3, int(values.shape[-1]), filters)
        weights = v1.get_variable("weights", shape, use_resource=False)
        return tf.nn.conv2d(values, weights, 1, "SAME")


def resnet_v2() -> Tf1Graph:
    import tensorflow as tf

    start = placeholder()
    trunk = conv(start, 6, "first")
    for number in range(2):
        inner = tf.nn.relu(fused(trunk, f"pre{number}"))
        trunk = trunk + bare_conv(inner, 6, f"conv{number}")
    last = tf.nn.relu(unfused(trunk, "post"))
    # Scaled down, because random residual sums saturate the softmax.
    return Tf1Graph(start, head(last * 0.05), {})


@pytest.mark.parametrize(
    ("network", "is_left", "std"),
    [
        (after_convolutions(fused), False, 70),
        (after_convolutions(unfused), False, 70),
        (resnet_v2, True, 70),
    ],
    ids=["fused", "unfused", "resnet v2"],
)
def test_a_tf_1_graph_with_batch_norm(
    tmp_path: Path, network: Any, is_left: bool, std: float
) -> None:
    made = sources.tf1_source(tmp_path / "m", network)
    card = tiny_card(tmp_path / "m", made.source, std)
    card = averaging(card, tmp_path / "out")
    assert_views_agree(carried_through(card, tmp_path / "out"))
    found = ops(tmp_path / "out")
    norms = found["FusedBatchNorm"] + found["Rsqrt"] + found["Mul"]
    assert bool(norms) == is_left, found


KINDS = {
    "text and V1 checkpoint": lambda folder: sources.tf1_source(
        folder, sources.plain, text=True, version=1
    ),
    "frozen": lambda folder: sources.tf1_source(
        folder, sources.plain, constants=True
    ),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_other_forms_of_tf_1(tmp_path: Path, kind: str) -> None:
    made = KINDS[kind](tmp_path / "m")
    card = tiny_card(tmp_path / "m", made.source)
    carried_through(card, tmp_path / "out")


def test_a_meta_graph_beside_the_checkpoint(tmp_path: Path) -> None:
    made = sources.tf1_source(tmp_path / "m", sources.plain)
    ends = {"input": "images", "output": "probabilities"}
    source = {"format": "tf1", "checkpoint": "model.ckpt", **ends}
    (made.folder / "graph.pb").unlink()
    carried_through(tiny_card(tmp_path / "m", source), tmp_path / "out")
