"""TF 1 graphs beside their checkpoints."""

from pathlib import Path

import numpy as np
import pytest

from tests import sources
from tests.export.helpers import export_card

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> sources.Source:
    return sources.tf1_source(tmp_path_factory.mktemp("p"), sources.plain)


def test_a_graph_and_its_checkpoint_answer_as_their_source(
    plain: sources.Source, tmp_path: Path
) -> None:
    card = sources.write_card(plain.folder, plain.source)
    exported = export_card(card, tmp_path)
    np.testing.assert_allclose(exported.answers(), plain.answers, atol=1e-5)
    assert exported.result.checkpoint == plain.folder / "model.ckpt"
    assert "VariableV2" in exported.ops
