"""Which toolchain a task takes."""

from types import SimpleNamespace
from typing import Any

import pytest

from tasks._toolchain import chosen, sections


def context(**config: Any) -> Any:
    return SimpleNamespace(config=config)


@pytest.mark.parametrize(
    ("given", "card", "configured", "toolchain"),
    [
        ("", None, "", "wheel"),
        ("", None, "bazel", "bazel"),
        ("", "wheel", "bazel", "wheel"),
        ("bazel", "wheel", "wheel", "bazel"),
    ],
)
def test_the_argument_beats_the_card_and_the_card_fabric_yaml(
    given: str, card: str | None, configured: str, toolchain: str
) -> None:
    c = context(integrate={"toolchain": configured})
    model: Any = SimpleNamespace(toolchain=card)
    assert chosen(c, model, given) == toolchain


def test_both_sections_are_handed_on_as_plain_dictionaries() -> None:
    bazel = {"jobs": 2, "configure": {"TF_NEED_CUDA": "0"}}
    found = sections(context(bazel=bazel, ios={}))
    assert found == {"tensorflow": {}, "bazel": bazel}
