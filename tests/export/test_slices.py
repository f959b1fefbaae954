"""Slices as a Saver writes them."""

import numpy as np
import pytest

from shopcam.errors import SourceError
from shopcam.export.slices import parse_slice


def test_a_slice_takes_its_extent_of_every_axis() -> None:
    part = parse_slice("4 6 1,2:3,3")
    whole = np.arange(24).reshape(4, 6)
    np.testing.assert_array_equal(part.of(whole), whole[1:3, 3:6])


def test_a_dash_takes_all_of_an_axis() -> None:
    part = parse_slice("4 6 -:0,3")
    assert part.begins == (0, 0)
    assert part.sizes == (4, 3)


@pytest.mark.parametrize("spec", ["4 6 0,4", "4 0,4,1", "four 0,4", "-"])
def test_a_damaged_slice_is_refused_with_its_text(spec: str) -> None:
    with pytest.raises(SourceError, match=f"found: '{spec}'"):
        parse_slice(spec)
