"""What other graphs of the same model came to on the same pictures.

Each graph's report lies in a folder of its own, side by side, so that what
quantization costs can be read off.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
JSON = "evaluation.json"


@dataclass(frozen=True)
class Other:
    """A graph's figures, shares in [0, 1].

    Attributes:
        graph: its path, as the report shows it.
        image_top1: of single images.
        product_top1: of products, by the mean of probabilities.
        loss: log loss of single images.
    """

    graph: str
    image_top1: float
    product_top1: float
    loss: float


def others(folder: Path, data: str, images: int) -> tuple[Other, ...]:
    """The reports beside `folder` on the same data, by their names.

    Args:
        folder: of a report, left out itself.
        data: what was measured on, as the report shows it.
        images: how many.
    """
    found = read_reports(folder)
    return tuple(
        Other(
            graph=each["graph"],
            image_top1=each["ways"]["image"]["top1"]["share"],
            product_top1=each["ways"]["mean"]["top1"]["share"],
            loss=each["ways"]["image"]["log_loss"],
        )
        for each in found
        if (each["data"], each["images"]) == (data, images)
    )


def read_reports(folder: Path) -> Iterator[dict[str, Any]]:
    """The content of the reports beside `folder`; of none that is damaged."""
    for path in sorted(folder.parent.glob(f"*/{JSON}")):
        if path.parent == folder:
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(content, dict) and content.get("format") == FORMAT:
            yield content
