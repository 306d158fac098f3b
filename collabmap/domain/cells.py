"""Cells: a fixed grid over the world, numbered so that neighbours mostly have near numbers.

A number is the z-order code of a cell: the bits of its column and of its row in turn.  All within
a square of the grid that was halved and halved again is then one run of numbers, and a box on the
map is a few such runs.

The grid has 2^16 columns and rows of plain degrees: in Europe a cell is 300 m high and about
400 m wide, a few hundred places of a dense town, some dozens of a region with a million.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from collabmap.domain.geo import Bbox

ACROSS = 1 << 16
_COLUMNS_A_DEGREE, _ROWS_A_DEGREE = ACROSS / 360, ACROSS / 180
# SQLite's numbers are signed: counted from the middle one, every cell's fits in four bytes.
MIDDLE = 1 << 31
# The bits of a byte with a gap after each.
_SPREAD = tuple(sum((byte >> bit & 1) << 2 * bit for bit in range(8)) for byte in range(256))
# How far a box is looked at more finely than the answer will be: with some choice of where to cut,
# little is covered needlessly.
_CHOICE = 4


def cell_of(lng: float, lat: float) -> int:
    """Return the number of the cell that holds a position: -2^31 and above, below 2^31.

    lng, lat: within ±180, ±90.
    """
    return _code(_index(lng + 180, _COLUMNS_A_DEGREE), _index(lat + 90, _ROWS_A_DEGREE))


def ranges_of(bbox: Bbox, most: int = 16) -> list[tuple[int, int]]:
    """Return runs of cells, first and last number, that cover a box; in order, at most so many.

    They may cover more than the box, never less.  bbox: WGS84 degrees, may reach off the map;
    west > east means that it crosses the antimeridian.
    """
    west, east = (_index(max(0, min(360, lng + 180)), _COLUMNS_A_DEGREE) for lng in bbox[::2])
    south, north = (_index(max(0, min(180, lat + 90)), _ROWS_A_DEGREE) for lat in bbox[1::2])
    is_crossing = bbox.west > bbox.east
    columns = [(west, ACROSS - 1), (0, east)] if is_crossing else [(west, east)]
    rows = [(south, north)]
    found: list[tuple[int, int]] = []
    size = ACROSS
    squares = [(0, 0)]
    while squares and size > 1 and len(found) + len(squares) <= _CHOICE * most:
        size //= 2
        quarters = [(x + i, y + j) for x, y in squares for i in (0, size) for j in (0, size)]
        squares = []
        for x, y in quarters:
            if _covers(columns, x, size) and _covers(rows, y, size):
                found.append(_run(x, y, size))
            elif _meets(columns, x, size) and _meets(rows, y, size):
                squares.append((x, y))
    found += [_run(x, y, size) for x, y in squares]
    return _joined(sorted(found), most)


def _index(degrees: float, a_degree: float) -> int:
    # The last column and row hold the world's far edge too.
    return min(ACROSS - 1, int(degrees * a_degree))


def _code(x: int, y: int) -> int:
    low = _SPREAD[x & 255] | _SPREAD[y & 255] << 1
    return (low | (_SPREAD[x >> 8] | _SPREAD[y >> 8] << 1) << 16) - MIDDLE


def _run(x: int, y: int, size: int) -> tuple[int, int]:
    first = _code(x, y)
    return first, first + size * size - 1


def _covers(spans: Iterable[tuple[int, int]], start: int, size: int) -> bool:
    return any(first <= start and start + size - 1 <= last for first, last in spans)


def _meets(spans: Iterable[tuple[int, int]], start: int, size: int) -> bool:
    return any(first <= start + size - 1 and start <= last for first, last in spans)


def _joined(runs: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Join runs until there are at most so many, over the smallest gaps."""
    gaps = [(after[0] - before[1], i) for i, (before, after) in enumerate(pairwise(runs), 1)]
    cuts = sorted(i for gap, i in sorted(gaps, reverse=True)[: most - 1] if gap > 1)
    return [
        (runs[start][0], runs[stop - 1][1])
        for start, stop in zip([0, *cuts], [*cuts, len(runs)], strict=True)
        if runs
    ]
