"""Where a hand that draws is drawn to: vertices and edges of what lies there, right angles.

Positions are WGS84 degrees; distances are world units (see geo.to_world: the map is 1 wide, so a
tolerance in pixels is divided by Camera.scale).  Edges are straight in Web Mercator, as they are
painted; it keeps angles, so that what is a right angle there is one on the ground.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import LngLat, from_world, to_world
from collabmap.domain.world_arrays import Floats, world_arrays

if TYPE_CHECKING:
    import shapely
    from shapely.geometry.base import BaseGeometry

XY = tuple[float, float]


class Snap(NamedTuple):
    """Where to, to what, and of which feature.  position: exactly the vertex's own.

    edge: both ends of the edge, None for a vertex.
    """

    position: LngLat
    kind: Literal["vertex", "edge"]
    feature: bytes
    edge: tuple[LngLat, LngLat] | None = None


class SnapIndex:
    """The vertices and edges of the shapes in view, to be asked at every move of the pointer.

    Made in a lane; it does not change, so that any thread may ask.
    """

    def __init__(
        self, ids: list[bytes], tree: "shapely.STRtree", starts: NDArray[np.int64], runs: "_Runs"
    ) -> None:
        self._ids = ids
        self._tree = tree
        self._starts = starts
        self._runs = runs

    @classmethod
    def of(cls, features: "Iterable[tuple[bytes, BaseGeometry]]") -> Self:
        """Return the index of features: (id, shapely geometry in WGS84), valid or not."""
        import shapely

        rows = [(id_, geometry) for id_, geometry in features if not geometry.is_empty]
        ids = [id_ for id_, _ in rows]
        geometries = np.array([geometry for _, geometry in rows], dtype=object)
        runs = _runs_of(geometries)
        starts = np.searchsorted(runs.feature, np.arange(len(ids) + 1))
        return cls(ids, shapely.STRtree(geometries), starts, runs)

    def nearest(
        self, position: LngLat, tolerance: float, skip: Collection[bytes] = ()
    ) -> Snap | None:
        """Return the nearest vertex within a tolerance, or else the nearest edge; None if neither.

        skip: features that don't count, such as the one being drawn.
        """
        import shapely

        x, y = to_world(*position)
        west, north = from_world(x - tolerance, y - tolerance)
        east, south = from_world(x + tolerance, y + tolerance)
        vertex: tuple[float, int, int] | None = None
        edge: _Beside | None = None
        for found in self._tree.query(shapely.box(west, south, east, north)):
            number = int(found)
            if self._ids[number] in skip:
                continue
            run = self._runs.of(self._starts[number], self._starts[number + 1])
            if not len(run.x):
                continue
            squares = (run.x - x) ** 2 + (run.y - y) ** 2
            index = int(np.argmin(squares))
            if vertex is None or squares[index] < vertex[0]:
                vertex = (float(squares[index]), number, index)
            beside = _nearest_on_edges(run, x, y)
            if beside is not None and (edge is None or beside.square < edge.square):
                edge = beside
        if vertex is not None and vertex[0] <= tolerance**2:
            _, number, index = vertex
            at = int(self._starts[number]) + index
            own = LngLat(float(self._runs.lng[at]), float(self._runs.lat[at]))
            return Snap(own, "vertex", self._ids[number])
        if edge is not None and edge.square <= tolerance**2:
            return Snap(from_world(*edge.place), "edge", self._ids[edge.feature], edge.ends)
        return None


class _Runs(NamedTuple):
    """All vertices one after the other.  run: those of one line or ring have the same."""

    feature: NDArray[np.int64]
    run: NDArray[np.int64]
    lng: Floats
    lat: Floats
    x: Floats
    y: Floats

    def of(self, start: int, end: int) -> "_Runs":
        rows = slice(start, end)
        ids = self.feature[rows], self.run[rows]
        return _Runs(*ids, self.lng[rows], self.lat[rows], self.x[rows], self.y[rows])


def _runs_of(geometries: "NDArray[np.object_]") -> _Runs:
    import shapely

    pieces, feature = _flat(geometries)
    is_zone = shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON
    rings, owner = shapely.get_rings(pieces[is_zone], return_index=True)
    lines = np.concatenate([pieces[~is_zone], rings])
    feature = np.concatenate([feature[~is_zone], feature[is_zone][owner]])
    order = np.argsort(feature, kind="stable")
    coordinates, run = shapely.get_coordinates(lines[order], return_index=True)
    # What a merge brought may hold anything.  A vertex that is left out parts the line.
    whole = np.isfinite(coordinates).all(axis=1)
    feature, run = feature[order][run], run + np.cumsum(~whole)
    lng, lat = coordinates[whole, 0], coordinates[whole, 1]
    return _Runs(feature[whole], run[whole], lng, lat, *world_arrays(lng, lat))


def _flat(geometries: "NDArray[np.object_]") -> "tuple[NDArray[np.object_], NDArray[np.int64]]":
    """Return points, lines and polygons without their collections, each with its feature."""
    import shapely

    pieces, feature = geometries, np.arange(len(geometries))
    while (shapely.get_type_id(pieces) >= shapely.GeometryType.MULTIPOINT).any():
        pieces, owner = shapely.get_parts(pieces, return_index=True)
        feature = feature[owner]
    return pieces, feature


class _Beside(NamedTuple):
    """The nearest place on an edge.  square: of the distance.  ends: of that edge."""

    square: float
    place: XY
    feature: int
    ends: tuple[LngLat, LngLat]


def _nearest_on_edges(run: _Runs, x: float, y: float) -> _Beside | None:
    """Return the nearest place on edges; None without edges."""
    joined = np.flatnonzero(run.run[1:] == run.run[:-1])
    if not len(joined):
        return None
    ax, ay = run.x[joined], run.y[joined]
    dx, dy = run.x[joined + 1] - ax, run.y[joined + 1] - ay
    length = dx * dx + dy * dy
    along = (x - ax) * dx + (y - ay) * dy
    share = np.clip(along / np.where(length > 0, length, 1.0), 0, 1)
    px, py = ax + share * dx, ay + share * dy
    squares = (px - x) ** 2 + (py - y) ** 2
    best = int(np.argmin(squares))
    start = int(joined[best])
    ends = (_at(run, start), _at(run, start + 1))
    place = (float(px[best]), float(py[best]))
    return _Beside(float(squares[best]), place, int(run.feature[start]), ends)


def _at(run: _Runs, index: int) -> LngLat:
    return LngLat(float(run.lng[index]), float(run.lat[index]))


# --- right angles -----------------------------------------------------------------------------


def right_angle(
    a: LngLat,
    b: LngLat,
    pointer: LngLat,
    tolerance: float,
    closing: tuple[LngLat, LngLat] | None = None,
) -> LngLat | None:
    """Return the place near the pointer that makes a right or straight angle at b, after a.

    closing: the first two vertices of a zone; the corner that also makes the first angle right or
    straight comes first.  None where nothing is within the tolerance.
    """
    point = to_world(*pointer)
    guides = _guides(to_world(*a), to_world(*b))
    places = [place for guide in guides if (place := guide.nearest(point)) is not None]
    if closing is not None:
        first, second = to_world(*closing[0]), to_world(*closing[1])
        corners = [
            corner
            for guide in guides
            for other in _guides(second, first)
            if (corner := guide.crossing(other)) is not None
        ]
        corner = _within(corners, point, tolerance)
        if corner is not None:
            return from_world(*corner)
    best = _within(places, point, tolerance)
    return None if best is None else from_world(*best)


class _Guide(NamedTuple):
    """A line through a point in a direction of length 1; is_ray: only forward."""

    start: XY
    direction: XY
    is_ray: bool

    def nearest(self, point: XY) -> XY | None:
        return self._at(_dot(_minus(point, self.start), self.direction))

    def crossing(self, other: "_Guide") -> XY | None:
        (dx, dy), (ex, ey) = self.direction, other.direction
        turn = dx * ey - dy * ex
        # Nearly parallel ones meet anywhere or nowhere.
        if abs(turn) < 1e-3:
            return None
        gap = _minus(other.start, self.start)
        theirs = (gap[0] * dy - gap[1] * dx) / turn
        if other.is_ray and theirs <= 0:
            return None
        return self._at((gap[0] * ey - gap[1] * ex) / turn)

    def _at(self, along: float) -> XY | None:
        if self.is_ray and along <= 0:
            return None
        return self.start[0] + along * self.direction[0], self.start[1] + along * self.direction[1]


def _guides(a: XY, b: XY) -> list[_Guide]:
    """Return straight on from a through b, and square to it through b; none where a is b."""
    dx, dy = _minus(b, a)
    length = math.hypot(dx, dy)
    if length == 0:
        return []
    dx, dy = dx / length, dy / length
    return [_Guide(b, (dx, dy), True), _Guide(b, (-dy, dx), False)]


def _within(places: Sequence[XY], point: XY, tolerance: float) -> XY | None:
    best = min(places, key=lambda place: math.dist(place, point), default=None)
    return best if best is not None and math.dist(best, point) <= tolerance else None


def _minus(a: XY, b: XY) -> XY:
    return a[0] - b[0], a[1] - b[1]


def _dot(a: XY, b: XY) -> float:
    return a[0] * b[0] + a[1] * b[1]
