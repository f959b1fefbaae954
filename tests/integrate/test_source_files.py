"""Which files a run depends on, per format."""

from pathlib import Path
from typing import Any

import pytest

from shopcam.integrate.sources import source_files
from tests.sources import write_card

FILES = {
    "tf1": ["graph.pb", "model.ckpt.index", "model.ckpt.data-00000-of-00001"],
    "v1": ["graph.pb", "old.ckpt", "old.ckpt.meta"],
    "saved": ["saved/saved_model.pb", "saved/variables/variables.index"],
}

CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "V2 checkpoint": (
        {"format": "tf1", "graph": "graph.pb", "checkpoint": "model.ckpt"},
        FILES["tf1"],
    ),
    "V2 checkpoint with its suffix": (
        {
            "format": "tf1",
            "graph": "graph.pb",
            "checkpoint": "model.ckpt.index",
        },
        FILES["tf1"],
    ),
    "V1 checkpoint": (
        {"format": "tf1", "graph": "graph.pb", "checkpoint": "old.ckpt"},
        FILES["v1"],
    ),
    "SavedModel": ({"format": "saved_model", "path": "saved"}, FILES["saved"]),
    "SavedModel by its file": (
        {"format": "saved_model", "path": "saved/saved_model.pb"},
        FILES["saved"],
    ),
    "frozen": ({"format": "frozen", "path": "graph.pb"}, ["graph.pb"]),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_source_is_all_files_that_answers_depend_on(
    tmp_path: Path, case: str
) -> None:
    for name in (name for names in FILES.values() for name in names):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    source, names = CASES[case]
    card = write_card(tmp_path, source)
    found = {str(path.relative_to(tmp_path)) for path in source_files(card)}
    assert found == set(names)
