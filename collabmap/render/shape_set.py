"""Lines and zones of the read model as flat arrays of the unit square: what painting begins with.

Nothing is trusted: what cannot be read, is not a number or lies off the map is left out, and the
rest of the shape stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from collabmap.domain.feature import ShapeRow
from collabmap.domain.geo import Bbox, from_world
from collabmap.render.camera import world_arrays
from collabmap.render.shapes import Floats, Ints, Shapes

# Collections within collections; deeper ones are not looked into.
MAX_NESTING = 16
# How many rows are read in one go: shapely keeps the interpreter, and with it the window, for a
# microsecond and a half a shape.
_AT_ONCE = 1000
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_LINES = (1, 2, 5)

Objects = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]


class _Runs(NamedTuple):
    """points: of the unit square.  counts: how many of them each run has; owner: its row."""

    points: Floats
    counts: Ints
    owner: Ints


@dataclass(frozen=True, slots=True)
class ShapeSet:
    """rows: what is painted, in order.  zones: the rings of rows; ways: the lines of rows.

    Owners are indices of rows.  boxes: (rows, 4) in the unit square, NaN where nothing is left.
    """

    rows: Sequence[ShapeRow]
    zones: Shapes
    ways: Shapes
    boxes: Floats

    @classmethod
    def of(cls, rows: Sequence[ShapeRow]) -> "ShapeSet":
        """Return the rows' shapes; whatever can be painted of them."""
        zones, ways = [], []
        for first in range(0, len(rows), _AT_ONCE):
            polygons, polygon_rows, lines, line_rows = atoms_of(
                geometries_of(rows[first : first + _AT_ONCE])
            )
            rings, ring_rows, are_holes = _rings(polygons, polygon_rows)
            found, kept = _cleaned(rings, ring_rows + first, least=3)
            zones.append(_turned(found, are_holes[kept]))
            ways.append(_cleaned(lines, line_rows + first, least=2)[0])
        made_zones = _shapes(zones, len(rows), are_closed=True)
        made_ways = _shapes(ways, len(rows), are_closed=False)
        boxes = np.concatenate(
            [
                np.fmin(made_zones.boxes[:, :2], made_ways.boxes[:, :2]),
                np.fmax(made_zones.boxes[:, 2:], made_ways.boxes[:, 2:]),
            ],
            axis=1,
        )
        return cls(rows, made_zones, made_ways, boxes)

    @property
    def reach(self) -> Bbox | None:
        """Return the box around all, WGS84 degrees; None where nothing is left."""
        if not np.isfinite(self.boxes).any():
            return None
        left, top = np.nanmin(self.boxes[:, :2], axis=0).tolist()
        right, bottom = np.nanmax(self.boxes[:, 2:], axis=0).tolist()
        return Bbox(*from_world(left, bottom), *from_world(right, top))

    def sizes(self, scale: float) -> Floats:
        """Return the greater side of each row's box.  scale: pixels of the world's width."""
        wide, high = (self.boxes[:, 2:] - self.boxes[:, :2]).T
        return np.asarray(np.fmax(wide, high) * scale)


def geometries_of(rows: Sequence[ShapeRow]) -> Objects:
    """Return the rows' geometries (shapely), WGS84, two-dimensional; None for what is no WKB."""
    import shapely

    found = np.empty(len(rows), np.object_)
    for first in range(0, len(rows), _AT_ONCE):
        wkbs = np.array([row.wkb for row in rows[first : first + _AT_ONCE]], np.object_)
        with np.errstate(invalid="ignore"):
            read = shapely.from_wkb(wkbs, on_invalid="ignore")
            found[first : first + _AT_ONCE] = shapely.force_2d(read)
    return found


def atoms_of(geometries: Objects) -> tuple[Objects, Ints, Objects, Ints]:
    """Return the polygons and the lines in geometries, and for each the row it is of."""
    import shapely

    parts, owner = geometries, np.arange(len(geometries), dtype=np.intp)
    for _ in range(MAX_NESTING):
        kinds = shapely.get_type_id(parts)
        if not (kinds >= _MULTIPOLYGON - 2).any():
            break
        # A simple geometry is its own only part.
        parts, index = shapely.get_parts(parts, return_index=True)
        owner = owner[index]
    kinds = shapely.get_type_id(parts)
    is_zone, is_line = kinds == _POLYGON, np.isin(kinds, _LINES[:2])
    return parts[is_zone], owner[is_zone], parts[is_line], owner[is_line]


def _rings(zones: Objects, owner: Ints) -> tuple[Objects, Ints, Bools]:
    """Return outlines and holes of polygons, the row each is of, and which are holes."""
    import shapely

    rings, index = shapely.get_rings(zones, return_index=True)
    return rings, owner[index], np.diff(index, prepend=-1) == 0


def _cleaned(runs: Objects, owner: Ints, *, least: int) -> tuple[_Runs, Bools]:
    """Return lines or rings in the unit square without what is not a number, and which are left.

    least: positions that a run must have.
    """
    import shapely

    if not len(runs):
        return _Runs(np.empty((0, 2)), np.empty(0, np.intp), owner), np.empty(0, np.bool_)
    coordinates, run = shapely.get_coordinates(runs, return_index=True)
    is_number = np.isfinite(coordinates).all(axis=1)
    coordinates, run = coordinates[is_number], run[is_number]
    counts = np.bincount(run, minlength=len(runs))
    is_kept = counts >= least
    lng, lat = coordinates[is_kept[run]].T
    # Within what Qt can count at any zoom: a position out there is not on any map.
    x, y = world_arrays(np.clip(lng, -540, 540), lat)
    points = np.column_stack([x, y])
    return _Runs(points, counts[is_kept].astype(np.intp), owner[is_kept]), is_kept


def _turned(runs: _Runs, are_holes: Bools) -> _Runs:
    """Return rings of which holes turn the other way than outlines.

    Under the winding rule overlapping parts then add up, and holes stay empty.  Not by shapely,
    which refuses a whole batch for one position without end.
    """
    points, counts, owner = runs
    if not len(counts):
        return runs
    starts = np.cumsum(counts) - counts
    after = np.roll(points, -1, axis=0)
    after[starts + counts - 1] = points[starts]
    cross = points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]
    is_turned = (np.add.reduceat(cross, starts) < 0) != are_holes
    # Position k of a turned ring is the k-th from its end.
    at = np.arange(len(points))
    first, count = np.repeat(starts, counts), np.repeat(counts, counts)
    at = np.where(np.repeat(is_turned, counts), 2 * first + count - 1 - at, at)
    return _Runs(points[at], counts, owner)


def _shapes(parts: Sequence[tuple[Floats, Ints, Ints]], count: int, *, are_closed: bool) -> Shapes:
    """Return the runs of all parts.  count: of rows."""
    points = np.concatenate([np.empty((0, 2)), *(part[0] for part in parts)])
    counts = np.concatenate([np.zeros(1, np.intp), *(part[1] for part in parts)])
    owner = np.concatenate([np.empty(0, np.intp), *(part[2] for part in parts)])
    starts = np.cumsum(counts).astype(np.intp)
    return Shapes(points, starts, owner, _boxes(points, starts, owner, count), are_closed)


def _boxes(points: Floats, starts: Ints, owner: Ints, count: int) -> Floats:
    boxes = np.full((count, 4), np.nan)
    if len(owner):
        # Runs come in the order of their owners.
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        at = starts[:-1][firsts]
        boxes[owner[firsts], :2] = np.minimum.reduceat(points, at)
        boxes[owner[firsts], 2:] = np.maximum.reduceat(points, at)
    return boxes
