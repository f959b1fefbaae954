"""The card's file: found by name or path, read safely, its errors explained."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic_core import ErrorDetails

from shopcam.errors import CardError
from shopcam.paths import MODELS, expanded

LARGEST_CARD_BYTES = 1 << 20


def find_card(model: str) -> Path:
    """The path of the card that `model` names.

    Args:
        model: a folder's name under models/, or the path of a card.

    Raises:
        CardError: there is no such card; the nearest names are given.
    """
    named = MODELS / model / "model.yaml"
    given = expanded(model)
    if "/" not in model and named.is_file():
        return named
    if given.is_file():
        return given.resolve()
    if (given / "model.yaml").is_file():
        return (given / "model.yaml").resolve()
    known = sorted(path.parent.name for path in MODELS.glob("*/model.yaml"))
    near = difflib.get_close_matches(model, known, n=3)
    raise CardError(
        "--model takes a name under models/ or the path of a model.yaml.",
        f"{model!r}, which is neither",
        f"try {', '.join(near or known)}, or give the path of your card",
    )


def read_card_text(path: Path) -> str:
    """The text of the card at `path`, its line ends as they are."""
    size = path.stat().st_size
    if size > LARGEST_CARD_BYTES:
        raise CardError(
            f"A model card is at most {LARGEST_CARD_BYTES} bytes.",
            f"{path}: {size} bytes",
            "give the path of a model.yaml, not of a model",
        )
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise no_yaml(path, error) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in the YAML file at `path`, read by safe load."""
    text = read_card_text(path)
    try:
        content = yaml.safe_load(text)
    # PyYAML leaves a date such as 2026-13-01 to datetime.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise no_yaml(path, error) from None
    if not isinstance(content, dict):
        raise CardError(
            f"The model card {path} must be a mapping of keys to values.",
            f"{type(content).__name__}: {str(content)[:60]!r}",
            "begin it with `name: ...`; README.md shows a whole card",
        )
    return {str(key): value for key, value in content.items()}


def no_yaml(path: Path, error: Exception) -> CardError:
    """The error for a file that is no YAML."""
    return CardError(
        f"The model card {path} must be YAML.",
        " ".join(str(error).split()),
        "correct the line named above",
    )


def explain(problem: ErrorDetails, keys: Sequence[str]) -> str:
    """One problem of pydantic's as `key: what is wrong, found value`.

    Args:
        problem: one of `ValidationError.errors()`.
        keys: every key that a card may hold, for misspelt ones.
    """
    key = ".".join(str(part) for part in problem["loc"]) or "the card"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        return f"{key}: this key is missing"
    if problem["type"] == "extra_forbidden":
        return f"{key}: no such key" + near_key(problem["loc"][-1], keys)
    found = repr(problem["input"])
    if problem["type"] == "value_error" and not problem["loc"]:
        return message
    return f"{key}: {message}, found {found[:80]}"


def near_key(key: str | int, keys: Sequence[str]) -> str:
    """`, did you mean X?` for a misspelt key, or nothing."""
    near = difflib.get_close_matches(str(key), sorted(keys), n=1)
    return f", did you mean {near[0]}?" if near else ""
