"""Bazel and the built tools as the doctor and tensorflow.status show them."""

from collections.abc import Mapping
from typing import Any

from shopcam.doctor import Finding
from shopcam.errors import ShopcamError, ToolError
from shopcam.toolchain.bazel.bounds import Bounds, wanted
from shopcam.toolchain.bazel.command import Bazel
from shopcam.toolchain.bazel.find import tried
from shopcam.toolchain.bazel.record import built_tools
from shopcam.toolchain.bazel.settings import BazelSettings, bazel_settings
from shopcam.toolchain.submodule.pin import Pin, pin_of
from shopcam.toolchain.submodule.settings import tensorflow_settings

# What the sources of the usual tag say, for a machine that has none.
USUAL = {"v1.15.0": Bounds("", "0.24.1", "0.26.1", "configure.py of v1.15.0")}


def finding(sections: Mapping[str, Any]) -> Finding:
    """The Bazel that is there, the one wanted, and how to get it.

    Args:
        sections: `tensorflow` and `bazel` of Fabric's merged configuration.
    """
    found, text = Bazel((), "", ""), "what the sources name"
    fits, how = False, "fab tensorflow.update, which brings the sources"
    try:
        settings = bazel_settings(sections.get("bazel", {}))
        pin = pin_of(tensorflow_settings(sections.get("tensorflow", {})))
        if bounds := bounds_of(pin):
            found, text = best_tried(settings, bounds, pin), bounds.text
            fits = bool(found.version) and bounds.fits(found.version)
            how = f"npm install -g @bazel/bazelisk, or Bazel {bounds.best} "
            how += "and bazel.command in fabric.yaml"
    except ShopcamError as error:
        how = error.next_step
    return Finding("bazel", found.version, text, fits, "toolchain bazel", how)


def rows(pin: Pin, settings: BazelSettings) -> list[tuple[str, str]]:
    """Bazel wanted, Bazel found, and the built tools: (what, found) each."""
    bounds = bounds_of(pin)
    if bounds is None:
        return [
            ("Bazel wanted", "what the sources will say"),
            tools_row(pin, settings),
        ]
    found = best_tried(settings, bounds, pin)
    text = "none"
    if found.version:
        text = f"{found.version}, {found.kind}: {' '.join(found.command)}"
        text += "" if bounds.fits(found.version) else "; another is wanted"
    return [
        ("Bazel wanted", f"{bounds.text}, says {bounds.source}"),
        ("Bazel found", text),
        tools_row(pin, settings),
    ]


def tools_row(pin: Pin, settings: BazelSettings) -> tuple[str, str]:
    """Whether the tools of these sources have been built."""
    try:
        record = built_tools(pin, settings).record
    except ToolError as error:
        return ("tools", f"not there: {error.found}")
    return ("tools", f"built {record.built} by Bazel {record.bazel}")


def bounds_of(pin: Pin) -> Bounds | None:
    """What the sources accept; None where nothing says so yet."""
    try:
        return wanted(pin.folder)
    except ToolError:
        return USUAL.get(pin.tag)


def best_tried(settings: BazelSettings, bounds: Bounds, pin: Pin) -> Bazel:
    """The first Bazel that fits, or the first that is one at all."""
    others = []
    tree = pin.folder if pin.folder.is_dir() else None
    for each in tried(settings, bounds, tree):
        if each.version and bounds.fits(each.version):
            return each
        others.append(each)
    known = [each for each in others if each.version]
    return (known or [Bazel((), "", "")])[0]
