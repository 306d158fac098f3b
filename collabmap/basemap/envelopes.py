"""The boxes of many geometries, read from their WKB without making them.

Most of a region lies outside a town: what is thrown away should cost little.
Source: OGC 06-103r4, 8.2.8: byte order, type, counts, then positions as doubles.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# Bytes before the positions: of a point, of a line, of a multipolygon of one ring.
POINT, LINE, MULTIPOLYGON = 1, 2, 6
HEADERS = {POINT: 5, LINE: 9, MULTIPOLYGON: 22}
EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)


def envelopes(hex_wkb: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return west, south, east, north of each geometry, as its numbers are; shape (n, 4).

    Whatever is no point, line or multipolygon of one ring, in little-endian, is everywhere.
    """
    data = np.frombuffer(bytes.fromhex("".join(hex_wkb)), dtype=np.uint8)
    sizes = np.array([len(text) // 2 for text in hex_wkb])
    starts = np.cumsum(sizes) - sizes
    boxes = np.tile(np.array(EVERYWHERE), (len(sizes), 1))
    kinds = np.where(data[starts] == 1, data[starts + 1], 0)
    for kind, header in HEADERS.items():
        rows = np.flatnonzero((kinds == kind) & (sizes > header) & ((sizes - header) % 16 == 0))
        if kind == MULTIPOLYGON:
            # One polygon, and one ring in it: otherwise there are counts between the positions.
            rows = rows[(data[starts[rows] + 5] == 1) & (data[starts[rows] + 14] == 1)]
            rows = rows[_is_zero(data, starts[rows], (6, 7, 8, 15, 16, 17))]
        if not len(rows):
            continue
        first, counts = starts[rows] + header, (sizes[rows] - header) // 16
        runs = np.cumsum(counts) - counts
        index = np.repeat(first - runs * 16, counts) + np.arange(counts.sum()) * 16
        pairs = data[index[:, None] + np.arange(16)].view("<f8")
        boxes[rows, :2] = np.minimum.reduceat(pairs, runs, axis=0)
        boxes[rows, 2:] = np.maximum.reduceat(pairs, runs, axis=0)
    return boxes


def _is_zero(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], offsets: Sequence[int]
) -> npt.NDArray[np.bool_]:
    zero: npt.NDArray[np.bool_] = (data[starts[:, None] + np.array(offsets)] == 0).all(axis=1)
    return zero
