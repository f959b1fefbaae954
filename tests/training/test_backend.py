"""TensorFlow as a training imports it."""

import os
import subprocess
import sys

import pytest

from shopcam.paths import ROOT

pytestmark = pytest.mark.tf

ASK = """
from shopcam.training.backend import import_tensorflow
import_tensorflow()
from tensorflow.python.util import _pywrap_util_port
print(_pywrap_util_port.IsMklEnabled())
"""


def onednn(**environment: str) -> str:
    """Whether TensorFlow itself says that it uses oneDNN's kernels."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "TF_ENABLE_ONEDNN_OPTS"
    }
    ran = subprocess.run(
        [sys.executable, "-c", ASK],
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
