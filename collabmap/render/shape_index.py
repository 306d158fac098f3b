"""Which line or zone lies under a pixel: a tree of what is in view."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.feature import ShapeRow
from collabmap.domain.geo import Bbox
from collabmap.render.camera import Camera
from collabmap.render.shape_set import Objects, atoms_of, geometries_of
from collabmap.render.shapes import Ints

# Half of the 44 px that a finger needs.
TARGET_PX = 22.0
# A line this near is meant, even inside a zone.
ON_LINE_PX = 8.0
# Of shapely's dimensions.
_ZONE = 2


class ShapeIndex:
    """Lines and zones that reach into a box; made in a lane, asked by the window.

    rows: the largest first.  box: WGS84 degrees.  zoom: what was too small there is left out.
    """

    def __init__(self, rows: Sequence[ShapeRow], box: Bbox, zoom: float) -> None:
        self.box, self.zoom = box, zoom
        self.rows: list[ShapeRow] = []
        # Polygons and lines, whatever holds them, and the row each is of.
        self._parts: Objects = np.empty(0, np.object_)
        self._row_of: Ints = np.empty(0, np.intp)
        if rows:
            # Only now: a map of points opens without shapely.
            self._plant(rows)

    def _plant(self, rows: Sequence[ShapeRow]) -> None:
        import shapely

        geometries = geometries_of(rows)
        positions, owner = shapely.get_coordinates(geometries, return_index=True)
        # Written so that NaN fails too.
        is_off = ~(np.abs(positions) <= 540).all(axis=1)
        is_kept = np.bincount(owner, minlength=len(rows)) > 0
        is_kept[owner[is_off]] = False
        kept = np.flatnonzero(is_kept)
        self.rows = [rows[at] for at in kept.tolist()]
        zones, zone_rows, lines, line_rows = atoms_of(geometries[kept])
        self._parts = np.concatenate([zones, lines])
        self._row_of = np.concatenate([zone_rows, line_rows])
        self._tree = shapely.STRtree(self._parts)

    def covers(self, camera: Camera) -> bool:
        """Whether all that is in view at a camera was looked at."""
        seen, box = camera.bbox, self.box
        is_inside = (
            box.west <= seen.west
            and box.south <= seen.south
            and box.east >= seen.east
            and box.north >= seen.north
        )
        return is_inside and abs(camera.zoom - self.zoom) < 1.0

    def row_of(self, shape_id: bytes) -> ShapeRow | None:
        return next((row for row in self.rows if row.id == shape_id), None)

    def hit(
        self,
        camera: Camera,
        px: float,
        py: float,
        is_clear: Callable[[list[ShapeRow]], NDArray[np.bool_]],
    ) -> ShapeRow | None:
        """Return what a click at a pixel means.

        A line under the pointer, else the smallest zone around it, else the nearest outline that
        a finger may have meant.  A zone whose outline is out of view is the ground one stands on.
        is_clear: which rows can be hit.
        """
        if not self.rows:
            return None
        import shapely

        at = camera.position_at(px, py)
        degree_x = camera.scale / 360
        degree_y = degree_x / max(0.01, math.cos(math.radians(at.lat)))
        far_x, far_y = TARGET_PX / degree_x, TARGET_PX / degree_y
        around = shapely.box(at.lng - far_x, at.lat - far_y, at.lng + far_x, at.lat + far_y)
        found = self._tree.query(around)
        found = found[np.argsort(self._row_of[found], kind="stable")]
        rows = self._row_of[found]
        if len(found):
            clear = is_clear([self.rows[i] for i in rows.tolist()])
            found, rows = found[clear], rows[clear]
        if not len(found):
            return None

        def to_pixels(positions: Any) -> Any:
            return (positions - (at.lng, at.lat)) * (degree_x, -degree_y)

        near = shapely.transform(self._parts[found], to_pixels)
        is_zone = shapely.get_dimensions(near) == _ZONE
        outlines = np.where(is_zone, shapely.boundary(near), near)
        distance = shapely.distance(outlines, shapely.Point(0, 0))
        is_around = is_zone & shapely.intersects_xy(near, 0, 0)
        view = shapely.box(-px, -py, camera.width - px, camera.height - py)
        is_around &= shapely.intersects(outlines, view)
        best = _choose(distance, is_zone, is_around)
        return None if best is None else self.rows[int(rows[best])]


def _choose(distance: Any, is_zone: Any, is_around: Any) -> int | None:
    """Return which of the shapes, the largest first, is meant."""
    on_line = np.flatnonzero(~is_zone & (distance <= ON_LINE_PX))
    if len(on_line):
        return int(on_line[distance[on_line].argmin()])
    if is_around.any():
        return int(np.flatnonzero(is_around)[-1])
    near = np.flatnonzero(distance <= TARGET_PX)
    return int(near[distance[near].argmin()]) if len(near) else None
