"""Paths at which no file lies, and what a message has to call them."""

import os
from pathlib import Path

import pytest

no_file = pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: None, "which does not exist"),
        (Path.mkdir, "which is a folder"),
        (os.mkfifo, "which is no regular file"),
    ],
)
