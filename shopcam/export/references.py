"""Inputs of nodes as they are written: `a`, `a:1`, `^a`."""


def port(reference: str) -> int:
    """The number of the output that an input refers to."""
    number = reference.partition(":")[2]
    return int(number) if number.isdecimal() else 0


def full(reference: str) -> str:
    """A reference with its output's number written out."""
    return reference if ":" in reference else f"{reference}:0"
