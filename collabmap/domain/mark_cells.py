"""How many places lie in which cell: a first sight of a large map, long before its marks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.cells import ACROSS, MIDDLE
from collabmap.domain.geo import Bbox


class MarkCells(NamedTuple):
    """lng, lat: middles of the cells, WGS84 degrees.  counts: places in each."""

    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: NDArray[np.int64], counts: NDArray[np.int64]) -> "MarkCells":
        """Return cells by their numbers, see domain/cells.py."""
        code = numbers + MIDDLE
        lng = (_column(code) + 0.5) * 360 / ACROSS - 180
        return cls(lng, (_column(code >> 1) + 0.5) * 180 / ACROSS - 90, counts)

    def extent(self) -> Bbox:
        """Return the box of the middles."""
        edges = (self.lng.min(), self.lat.min(), self.lng.max(), self.lat.max())
        return Bbox(*map(float, edges))


def _column(code: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number that every second bit makes."""
    code = code & 0x55555555
    code = (code | code >> 1) & 0x33333333
    code = (code | code >> 2) & 0x0F0F0F0F
    code = (code | code >> 4) & 0x00FF00FF
    return (code | code >> 8) & 0x0000FFFF
