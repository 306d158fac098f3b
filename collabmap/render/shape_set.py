"""Lines and zones of the read model as flat arrays of the unit square: what painting begins with.

Nothing is trusted: what cannot be read, is not a number or lies off the map is left out, and the
rest of the shape stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from collabmap.domain.feature import ShapeRow
from collabmap.domain.geo import Bbox, from_world
from collabmap.render.camera import world_arrays
from collabmap.render.shapes import Floats, Ints, Shapes

# Collections within collections; deeper ones are not looked into.
MAX_NESTING = 16
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_LINES = (1, 2, 5)

Objects = npt.NDArray[np.object_]


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
        zones, zone_rows, lines, line_rows = _atoms(geometries_of(rows))
        made_zones = _shapes(*_rings(zones, zone_rows), len(rows), are_closed=True)
        made_ways = _shapes(lines, line_rows, len(rows), are_closed=False)
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

    read = shapely.from_wkb(np.array([row.wkb for row in rows], dtype=object), on_invalid="ignore")
    return np.asarray(shapely.force_2d(read), dtype=object)


def _atoms(geometries: Objects) -> tuple[Objects, Ints, Objects, Ints]:
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


def _rings(zones: Objects, owner: Ints) -> tuple[Objects, Ints]:
    """Return the outlines and holes of polygons; holes turn the other way (see Shapes.of)."""
    import shapely

    if not len(zones):
        return zones, owner
    rings, index = shapely.get_rings(shapely.orient_polygons(zones), return_index=True)
    return rings, owner[index]


def _shapes(runs: Any, owner: Ints, count: int, *, are_closed: bool) -> Shapes:
    """Return lines or rings as arrays of the unit square, without what is not a number."""
    import shapely

    coordinates, run = shapely.get_coordinates(runs, return_index=True)
    is_number = np.isfinite(coordinates).all(axis=1)
    coordinates, run = coordinates[is_number], run[is_number]
    counts = np.bincount(run, minlength=len(runs)) if len(runs) else np.zeros(0, np.intp)
    is_kept = counts >= (3 if are_closed else 2)
    points = np.empty((int(counts[is_kept].sum()), 2))
    lng, lat = coordinates[is_kept[run]].T if len(run) else np.zeros((2, 0))
    # Within what Qt can count at any zoom: a position out there is not on any map.
    points[:, 0], points[:, 1] = world_arrays(np.clip(lng, -540, 540), lat)
    starts = np.concatenate([[0], np.cumsum(counts[is_kept])]).astype(np.intp)
    owner = owner[is_kept]
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
