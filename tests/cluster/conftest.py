"""What the tests of training hosts share: two of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.rig import Rig, rig


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Rig]:
    """Two hosts, gpu1 and gpu2, and who trains on them."""
    with rig(tmp_path) as found:
        yield found
