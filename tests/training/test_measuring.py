"""How often the heads of the hierarchy are right by themselves."""

import numpy as np
import pytest

from shopcam.evaluation.steps import Step
from shopcam.training.backend import import_keras
from shopcam.training.learner import HeadPlan, build_learner
from shopcam.training.measuring import Asked
from shopcam.training.networks import NETWORKS
from tests.training.tiny import CLASSES, SHAPE, tiny

OF_CLASS = {
    "level1": np.array([0, 0, 0, 1, 1, 1], np.int32),
    "level2": np.array([2, 2, 0, 0, 1, 1], np.int32),
}


@pytest.mark.tf
def test_a_heads_accuracy_is_what_a_recount_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_keras().utils.set_random_seed(2)
    monkeypatch.setitem(NETWORKS, "tiny", tiny)
    plans = [HeadPlan(name, each, 0.3) for name, each in OF_CLASS.items()]
    learner = build_learner("tiny", SHAPE, CLASSES, plans)
    asked = Asked(learner.model, learner)
    random = np.random.default_rng(4)
    hits, known = dict.fromkeys(OF_CLASS, 0), 0
    for images in (30, 11):
        found = asked.predict(
            random.normal(size=(images, *SHAPE)).astype(np.float32)
        )
        classes = random.integers(-1, CLASSES, images)
        asked.count(Step(classes, found.probabilities, None))
        known += int((classes >= 0).sum())
        assert found.features is not None
        features = found.features.mean(axis=(1, 2))
        for head in learner.heads[1:]:
            nodes = features @ np.asarray(head.layer.kernel.value)
            right = head.plan.of_class[classes] == nodes.argmax(axis=1)
            hits[head.plan.name] += int(right[classes >= 0].sum())
    for score in asked.accuracies(known):
        assert score.top1 == hits[score.name] / known != 0.5
        assert score.nodes == len(set(OF_CLASS[score.name]))
