"""TensorFlow as a training imports it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopcam.paths import ROOT

pytestmark = pytest.mark.tf

ASK = """
from shopcam.training.backend import import_tensorflow
import_tensorflow()
from tensorflow.python.util import _pywrap_util_port
print(_pywrap_util_port.IsMklEnabled())
"""
BUILD = """
from shopcam.training.backend import import_keras
import_keras()
from shopcam.training.networks import NETWORKS, feature_map
model = NETWORKS["small_resnet"]((32, 32, 3), 24)
print(feature_map(model).shape, model.weights[0].dtype)
"""


def onednn(**environment: str) -> str:
    """Whether TensorFlow itself says that it uses oneDNN's kernels."""
    return printed(ASK, **environment)


def printed(program: str, **environment: str) -> str:
    """What a program prints in a process of its own."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "TF_ENABLE_ONEDNN_OPTS"
    }
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_a_training_uses_the_fast_kernels() -> None:
    assert onednn() == "True"


def test_whoever_switches_them_off_has_none() -> None:
    assert onednn(TF_ENABLE_ONEDNN_OPTS="0") == "False"


def test_a_network_is_the_same_whatever_the_users_keras_prefers(
    tmp_path: Path,
) -> None:
    preferred = {"floatx": "float16", "image_data_format": "channels_first"}
    (tmp_path / "keras.json").write_text(json.dumps(preferred))
    answer = printed(BUILD, KERAS_HOME=str(tmp_path))
    assert answer.splitlines()[-1] == "(None, 1, 1, 96) float32"
