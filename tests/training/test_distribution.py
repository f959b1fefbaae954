"""Which worker this is, and how its pixels and batches come to its devices."""

import json

import numpy as np
import pytest

from shopcam.card import Preprocessing
from shopcam.dataset.plan import FILLING
from shopcam.errors import UsageError
from shopcam.pixels import normalize
from shopcam.training.distribution import (
    ALONE,
    Devices,
    Place,
    find_devices,
    place_of,
)
from shopcam.training.pixels_on_device import prepares
from shopcam.training.plans import full, refuse_uneven
from shopcam.training.prepare import lost
from shopcam.training.recipes import demo


def config(kind: str, index: int, **cluster: list[str]) -> str:
    task = {"type": kind, "index": index}
    return json.dumps({"cluster": cluster, "task": task})


def test_tf_config_says_which_worker_this_is() -> None:
    pair = ["gpu1:2222", "gpu2:2222"]
    assert place_of(None) == place_of("") == ALONE
    assert place_of(config("worker", 1, worker=pair)) == Place(1, tuple(pair))
    assert place_of(config("worker", 0, worker=pair)).is_chief
    chief = {"chief": pair[:1], "worker": pair[1:]}
    assert place_of(config("chief", 0, **chief)).is_chief
    assert place_of(config("worker", 0, **chief)).worker == 1
    assert place_of(config("worker", 0, worker=pair[:1])) == ALONE
    assert place_of('{"cluster": {}}') == ALONE


@pytest.mark.parametrize(
    "variable",
    [
        "gpu1,gpu2",
        '{"cluster": {"worker": ["a:1", "b:1"]}}',
        config("worker", 2, worker=["a:1", "b:1"]),
        config("ps", 0, worker=["a:1", "b:1"]),
        config("evaluator", 0, chief=["a:1"]),
        config("chief", 1, chief=["a:1"], worker=["b:1"]),
        config("worker", -1, chief=["a:1"], worker=["b:1"]),
        config("worker", 0, worker="gpu1:1"),  # type: ignore[arg-type]
        "[]",
    ],
)
def test_a_tf_config_of_another_form_is_refused(variable: str) -> None:
    with pytest.raises(UsageError, match="TF_CONFIG"):
        place_of(variable)


@pytest.mark.tf
def test_workers_without_a_gpu_are_not_cut_into_replicas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is said before anybody waits for the other worker."""
    pair = config("worker", 1, worker=["127.0.0.1:1", "127.0.0.1:2"])
    monkeypatch.setenv("TF_CONFIG", pair)
    monkeypatch.setattr(
        "tensorflow.config.list_physical_devices", lambda kind="": []
    )
    with pytest.raises(UsageError, match=r"--replicas=2 on worker 1"):
        find_devices(2)


def test_a_batch_that_the_devices_cannot_share_is_refused() -> None:
    devices = Devices(ALONE, None, 5)
    with pytest.raises(UsageError, match=r"32 on 5[\s\S]*take 4 devices"):
        refuse_uneven(demo.RECIPE, devices)


def test_filling_borrows_pictures_of_the_next_step() -> None:
    rows = np.array([[4, 2, FILLING], [1, FILLING, FILLING]], np.int32)
    assert full(rows).tolist() == [[4, 2, 1], [1, 4, 2]]
    assert full(rows[1:]).tolist() == [[1, 1, 1]]


def test_what_tensorflow_says_of_a_lost_worker_is_one_line() -> None:
    text = (
        "Graph execution error:\n\nCollective ops is aborted by: The following "
        "tasks are unhealthy (stopped sending heartbeats):\n/job:worker/"
        "replica:0/task:1\nThe tasks have crashed."
    )
    assert lost(text) == (
        "The following tasks are unhealthy (stopped sending heartbeats) "
        "/job:worker/replica:0/task:1"
    )
    assert lost("Connection reset\nmore") == "Connection reset"


@pytest.mark.tf
@pytest.mark.parametrize("channels", ["RGB", "BGR"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_pixels_are_prepared_bit_for_bit_as_numpy_does(
    channels: str, dtype: type
) -> None:
    preprocessing = Preprocessing.model_validate(
        {
            "mean": [123.68, 116.78, 103.94],
            "std": [58.4, 57.1, 57.4],
            "channels": channels,
        }
    )
    random = np.random.default_rng(2)
    images = random.uniform(0, 256, (3, 5, 4, 3)).astype(dtype)
    mirrored = np.array([False, True, False])
    found = np.asarray(prepares(preprocessing)(images, mirrored))
    for each, image, flip in zip(found, images, mirrored, strict=True):
        turned = image[:, :: -1 if flip else 1].astype(np.float32)
        assert np.array_equal(each, normalize(turned, preprocessing))


@pytest.mark.tf
def test_a_grey_network_sees_the_luma() -> None:
    preprocessing = Preprocessing(mean=(110.0,), std=(60.0,))
    random = np.random.default_rng(2)
    images = random.integers(0, 256, (2, 5, 4, 3)).astype(np.uint8)
    found = prepares(preprocessing)(images, np.zeros(2, bool))
    wanted = [normalize(i.astype(np.float32), preprocessing) for i in images]
    np.testing.assert_allclose(found, wanted, atol=1e-5)
