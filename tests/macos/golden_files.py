"""Golden files: written when SHOPCAM_GOLDEN=write is set, compared else."""

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def matches_golden(text: str, path: str) -> None:
    """Fails with both texts where a golden file holds another one."""
    file = GOLDEN / path
    if os.environ.get("SHOPCAM_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    expected = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == expected, (
        f"{file} holds\n{expected}\nand what comes now is\n{text}\n"
        "if that is right, SHOPCAM_GOLDEN=write writes it"
    )
