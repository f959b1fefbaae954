"""TensorFlow's sources as the doctor sees them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shopcam.doctor import Finding
from shopcam.errors import ShopcamError
from shopcam.paths import ROOT
from shopcam.toolchain.submodule.pin import pin_of
from shopcam.toolchain.submodule.settings import tensorflow_settings
from shopcam.toolchain.submodule.status import Status, status


def finding(section: Mapping[str, Any], root: Path = ROOT) -> Finding:
    """The sources that are there, those wanted, and how to get them.

    Args:
        section: `tensorflow` of Fabric's merged configuration.
        root: the repository with the submodule third_party/tensorflow.
    """
    try:
        pin = pin_of(tensorflow_settings(section), root)
        there = status(pin)
    except ShopcamError as error:
        return about("", "a pinned commit", False, error.next_step)
    return about(
        found=short(there),
        wanted=pin.tag or pin.commit[:8],
        fits=there.fits,
        how="fab tensorflow.update",
    )


def short(there: Status) -> str:
    """What there is, as narrow as a column of the doctor's table."""
    if there.state in ("absent", "empty"):
        return ""
    if there.state == "present":
        return there.tag or there.head[:8]
    return there.words


def about(found: str, wanted: str, fits: bool, how: str) -> Finding:
    """The finding, with what is the same in every case."""
    return Finding(
        name="TensorFlow's sources",
        found=found,
        wanted=wanted,
        fits=fits,
        needed_for="toolchain bazel",
        how=how,
    )
