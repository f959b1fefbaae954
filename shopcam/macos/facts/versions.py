"""Version numbers as programs print them."""

import re

NUMBER = re.compile(r"\d+(?:\.\d+)+")


def first_version(text: str) -> str:
    """The first text like `1.16.2`, or nothing."""
    match = NUMBER.search(text)
    return match[0] if match else ""


def at_least(found: str, wanted: str) -> bool:
    """Whether a version is another one or later; `26` is `26.0`."""
    numbers = [int(part) for part in re.findall(r"\d+", found)]
    least = [int(part) for part in wanted.split(".")]
    width = max(len(numbers), len(least))
    padded = numbers + [0] * (width - len(numbers))
    return bool(numbers) and padded >= least + [0] * (width - len(least))
