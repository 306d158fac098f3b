"""Cells by their numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.cells import ACROSS, cell_of
from collabmap.domain.mark_cells import MarkCells


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_the_middle_of_a_cell_is_in_it_and_near_all_it_holds(lng: float, lat: float) -> None:
    number = cell_of(lng, lat)
    cells = MarkCells.of(np.array([number]), np.array([3]))
    assert cell_of(float(cells.lng[0]), float(cells.lat[0])) == number
    # Half a cell, and what a double rounds off near 180.
    assert abs(cells.lng[0] - lng) <= 180 / ACROSS + 1e-12
    assert abs(cells.lat[0] - lat) <= 90 / ACROSS + 1e-12
    assert cells.extent() == (cells.lng[0], cells.lat[0], cells.lng[0], cells.lat[0])
