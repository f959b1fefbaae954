"""What the app shows of the model card."""

from typing import Any

import yaml

from shopcam.card import Card

# They hold paths of the developer's machine, or may: a transform of the graph
# tool can name a log file, and whoever measured says with what. The phone has
# no use for them.
LEFT_OUT: dict[str, Any] = {
    "source": True,
    "labels": True,
    "probes": True,
    "optimize": True,
    "measured": {"data"},
}


def card_text(card: Card) -> str:
    """The card as YAML, with its defaults, for people to read."""
    content = card.model_dump(mode="json", exclude=LEFT_OUT, exclude_none=True)
    return yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, default_flow_style=None
    )
