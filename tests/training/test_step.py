"""One step: what an example of a class counts, and what a replica takes."""

import dataclasses
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from shopcam.errors import UsageError
from shopcam.paths import ROOT
from shopcam.training.backend import import_keras
from shopcam.training.distribution import find_devices
from shopcam.training.learner import build_learner, logits
from shopcam.training.networks import NETWORKS
from shopcam.training.objective import of_images
from shopcam.training.pixels_on_device import prepares
from shopcam.training.prepare import class_weights_of, refuse_xla
from shopcam.training.recipes import demo
from shopcam.training.settings import Settings
from shopcam.training.sgd import build_sgd
from shopcam.training.step import StepResult, build_step
from tests.training.tiny import CLASSES, PREPROCESSING, SHAPE, drawn_feed, tiny

RATE = 0.5
BALANCED = dataclasses.replace(
    demo.RECIPE, class_balance=1.0, label_smoothing=0.0
)


@pytest.mark.tf
def test_a_rare_classes_example_counts_more_in_loss_and_gradient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_keras().utils.set_random_seed(2)
    monkeypatch.setitem(NETWORKS, "tiny", tiny)
    learner = build_learner("tiny", SHAPE, CLASSES)
    sgd = build_sgd(
        learner.trainable,
        momentum=0.9,
        weight_decay=0.0,
        clip_norm=None,
        scaled=False,
    )
    many = np.repeat(np.arange(CLASSES, dtype=np.int32), [64, 32, 16, 8, 4, 2])
    source: Any = SimpleNamespace(
        labels=range(CLASSES), train=SimpleNamespace(classes=many)
    )
    weight_of = class_weights_of(BALANCED, source)
    assert weight_of is not None and weight_of[5] == 32 * weight_of[0]
    feed = drawn_feed(24, 1)
    pictures = prepares(PREPROCESSING)(feed.images, feed.mirrored)
    maps = learner.body(pictures, training=True)
    seen = of_images(maps, feed.classes, feed.weights)
    answers = np.asarray(logits(learner.heads[0], seen.features), np.float64)
    step = build_step(
        *(learner, sgd, BALANCED, PREPROCESSING, find_devices()),
        class_weights=weight_of,
    )
    found = StepResult.of(step(feed, RATE).numpy(), 1)

    shares = np.exp(answers) / np.exp(answers).sum(axis=1, keepdims=True)
    wanted = np.eye(CLASSES)[feed.classes]
    weights = feed.weights * weight_of[feed.classes]
    losses = -np.log((shares * wanted).sum(axis=1))
    assert found.weight == pytest.approx(weights.sum(), rel=1e-5)
    assert found.losses[0] == pytest.approx((weights * losses).sum(), rel=1e-4)
    assert found.examples == feed.weights.sum()
    gradient = weights @ (shares - wanted) / weights.sum()
    velocity = np.asarray(sgd.velocities["softmax/bias"].value)
    np.testing.assert_allclose(velocity, -RATE * gradient, atol=1e-5)


@pytest.mark.tf
def test_two_replicas_learn_what_one_does() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.training.replicas"],
        cwd=ROOT,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    apart = dict(line.rsplit(" ", 1) for line in ran.stdout.splitlines())
    assert {"conv/kernel", "norm/moving_mean", "last step"} < set(apart)
    for name, difference in apart.items():
        assert float(difference) < 1e-5, name


def test_xla_on_several_devices_is_refused() -> None:
    refuse_xla(Settings(xla=True), 1)
    refuse_xla(Settings(), 2)
    with pytest.raises(UsageError, match=r"--xla on 2[\s\S]*--replicas=1"):
        refuse_xla(Settings(xla=True), 2)
