"""The report of an integration: report.json for programs, report.html for
people, both from the same record."""

import base64
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shopcam.artifact import write_text
from shopcam.console import seconds_text, size_text
from shopcam.paths import TEMPLATES
from shopcam.pixels import Image
from shopcam.tools import Tool
from shopcam.verify.parity import Parity

FORMAT = 1
THUMBNAIL_PIXELS = 96


@dataclass(frozen=True)
class StageReport:
    """One stage: its file, what it took, and whether it still agrees."""

    name: str
    file: str
    bytes: int
    seconds: float
    skipped: bool
    why: str
    parity: Parity | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RuntimeReport:
    """The package's run in one generation of the phone's runtime."""

    version: str
    parity: Parity | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ViewsReport:
    """One run in which several views of a product were averaged.

    Attributes:
        version: of the TensorFlow that ran the file.
        file: the model's file.
        seconds: what it took.
        parity: with the frozen graph; `images` counts the questions, each
            picture alone and several averaged.
    """

    version: str
    file: str
    seconds: float
    parity: Parity


@dataclass(frozen=True)
class ProbeReport:
    """One probe image and what the source and the package say of it."""

    name: str
    source_label: str
    source_confidence: float
    package_label: str = ""
    package_confidence: float | None = None


@dataclass(frozen=True)
class ToolchainReport:
    """Who ran TensorFlow's graph tools.

    Attributes:
        name: `wheel` or `bazel`.
        version: of the TensorFlow that the tools were built from.
        tools: each with the hash of its file.
    """

    name: str
    version: str
    tools: Sequence[Tool]


@dataclass(frozen=True)
class Report:
    """A whole integration."""

    name: str
    deployable: bool
    verdict: str
    untrained: bool
    card: Mapping[str, Any]
    versions: Mapping[str, str]
    toolchain: ToolchainReport
    stages: Sequence[StageReport]
    runtimes: Sequence[RuntimeReport] = ()
    views: Sequence[ViewsReport] = ()
    probes: Sequence[ProbeReport] = ()
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    created: str = ""


def write_report(
    report: Report, folder: Path, images: Mapping[str, Image]
) -> None:
    """Writes report.json and report.html into `folder`.

    Args:
        report: what to write.
        folder: the build folder.
        images: what the network sees of the probe images, by name; may be
            empty.
    """
    content = {"format": FORMAT, **asdict(report)}
    text = json.dumps(finite(content), indent=1, ensure_ascii=False)
    write_text(folder / "report.json", text + "\n")
    write_text(folder / "report.html", render(report, images))


def finite(value: Any) -> Any:
    """`value` with infinities as text, which JSON has no number for."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def render(report: Report, images: Mapping[str, Image]) -> str:
    """report.html: one page that needs nothing beside it."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(size=size_text, seconds=seconds_text)
    thumbnails = {name: thumbnail(image) for name, image in images.items()}
    page = environment.get_template("report.html.j2")
    return page.render(report=report, thumbnails=thumbnails)


def thumbnail(image: Image) -> str:
    """A picture as a data URL, at most 96 pixels wide and high."""
    from PIL import Image as Pillow

    picture = Pillow.fromarray(image)
    picture.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(
        stream.getvalue()
    ).decode("ascii")
