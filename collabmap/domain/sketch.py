"""A point, line or zone while it is drawn: a value; each change of it gives another.

Positions are WGS84 degrees, longitude first.  Rings of zones are kept open: the first position is
not repeated at the end.  Measured on the WGS84 ellipsoid (Karney 2013, through pyproj).

shapely and pyproj are imported where they are used: who draws a point pays for neither.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from collabmap.domain.geo import (
    MAX_LAT,
    LngLat,
    MercatorXY,
    from_world,
    to_mercator,
    to_world,
)
from collabmap.domain.geometry import (
    Flaw,
    Prepared,
    from_wkb,
    geod,
    point_of_wkb,
    point_wkb,
    prepare,
)
from collabmap.errors import GeometryCollapsed, GeometryUnreadable, PositionOutOfRange

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from collabmap.domain.sketch_problems import Problem

Kind = Literal["point", "line", "zone"]
Ring = tuple[LngLat, ...]
# A point or a line: one ring.  A zone: its outline, then its holes.
Part = tuple[Ring, ...]

# Vertices of a ring.
FEWEST = {"point": 1, "line": 2, "zone": 3}
_KINDS: dict[str, Kind] = {"Point": "point", "LineString": "line", "Polygon": "zone"}


class Vertex(NamedTuple):
    """Where a vertex stands in a sketch: part, ring (0 is the outline), number in the ring."""

    part: int
    ring: int
    number: int


class Segment(NamedTuple):
    """An edge of a sketch.  start: its first vertex; a new one goes in behind it."""

    start: Vertex
    a: LngLat
    b: LngLat


class Mended(NamedTuple):
    """A sketch made valid, and what had to be put right."""

    sketch: "Sketch"
    flaws: frozenset[Flaw]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A shape of one kind, of several parts perhaps; it may be unfinished or invalid.

    kind: "point", "line" or "zone".  parts: see Part; empty before the first vertex.
    """

    kind: Kind
    parts: tuple[Part, ...] = ()

    # --- from and to what is stored ------------------------------------------------------

    @classmethod
    def from_wkb(cls, wkb: bytes) -> "Sketch":
        """Return the sketch of a stored shape.

        Raises GeometryUnreadable (also for shapes of mixed kinds), GeometryTooLarge,
        GeometryCollapsed or PositionOutOfRange.
        """
        point = point_of_wkb(wkb)
        if point is not None:
            return cls("point", (((point,),),))
        return cls.from_geometry(from_wkb(wkb))

    @classmethod
    def from_geometry(cls, geometry: "BaseGeometry") -> "Sketch":
        """Return the sketch of a shapely geometry.  Raises GeometryUnreadable, -Collapsed."""
        from collabmap.domain.antimeridian import atoms

        pieces = list(atoms(geometry))
        if not pieces:
            raise GeometryCollapsed
        kinds = {piece.geom_type for piece in pieces}
        if len(kinds) != 1:
            raise GeometryUnreadable(found=geometry.geom_type)
        kind = _KINDS[kinds.pop()]
        if kind == "zone":
            rings = [[zone.exterior, *zone.interiors] for zone in pieces]
            parts = [tuple(_ring_of(ring.coords[:-1]) for ring in part) for part in rings]
        else:
            parts = [(_ring_of(piece.coords),) for piece in pieces]
        return cls(kind, tuple(parts))

    def geometry(self) -> "BaseGeometry":
        """Return the shape for shapely as it is drawn, valid or not; unfinished parts left out.

        Empty where no part is finished.
        """
        import shapely

        from collabmap.domain.antimeridian import gathered

        fewest = FEWEST[self.kind]
        parts = [part for part in self.parts if part and len(part[0]) >= fewest]
        if self.kind == "point":
            return gathered([shapely.Point(part[0][0]) for part in parts])
        if self.kind == "line":
            return gathered([shapely.LineString(part[0]) for part in parts])
        return gathered(
            [
                shapely.Polygon(part[0], [hole for hole in part[1:] if len(hole) >= fewest])
                for part in parts
            ]
        )

    def wkb(self) -> bytes:
        """Return what is stored: valid (put right where it was not), cut at the antimeridian.

        Raises GeometryCollapsed, GeometryTooLarge or PositionOutOfRange.
        """
        if self.kind == "point" and len(self.parts) == 1:
            return point_wkb(*self.parts[0][0][0])
        return self._prepared().wkb

    def mended(self) -> Mended:
        """Return the sketch made valid: crossing outlines untangled, what has no extent left out.

        Raises, where nothing would remain or it cannot be stored, GeometryCollapsed,
        GeometryTooLarge or PositionOutOfRange.
        """
        prepared = self._without_repeats()._prepared()
        return Mended(Sketch.from_wkb(prepared.wkb), prepared.flaws)

    def _prepared(self) -> Prepared:
        for _, position in self.vertices():
            checked(position)
        return prepare(self.geometry())

    def _without_repeats(self) -> "Sketch":
        closed = self.kind == "zone"
        return self._each_ring(
            lambda ring: (
                tuple(
                    position
                    for number, position in enumerate(ring)
                    if (number == 0 and not closed) or position != ring[number - 1]
                )
                or ring[:1]
            )
        )

    # --- looking at it -------------------------------------------------------------------

    def vertices(self) -> Iterator[tuple[Vertex, LngLat]]:
        """Yield every vertex with its position."""
        for part, rings in enumerate(self.parts):
            for ring, positions in enumerate(rings):
                for number, position in enumerate(positions):
                    yield Vertex(part, ring, number), position

    def segments(self) -> Iterator[Segment]:
        """Yield every edge; of a zone's ring of three vertices or more also the closing one."""
        if self.kind == "point":
            return
        for part, rings in enumerate(self.parts):
            for ring, positions in enumerate(rings):
                for number, (a, b) in enumerate(pairwise(positions)):
                    yield Segment(Vertex(part, ring, number), a, b)
                if self.kind == "zone" and len(positions) >= 3:
                    last = Vertex(part, ring, len(positions) - 1)
                    yield Segment(last, positions[-1], positions[0])

    def position_of(self, vertex: Vertex) -> LngLat:
        """Return where a vertex lies."""
        return self.parts[vertex.part][vertex.ring][vertex.number]

    @property
    def vertex_count(self) -> int:
        return sum(len(ring) for part in self.parts for ring in part)

    @property
    def stored_vertex_count(self) -> int:
        """As it is counted in a file, where a ring ends with its beginning."""
        rings = sum(len(part) for part in self.parts) if self.kind == "zone" else 0
        return self.vertex_count + rings

    @property
    def is_finished(self) -> bool:
        """Whether every part has the vertices that its kind needs at least."""
        fewest = FEWEST[self.kind]
        return bool(self.parts) and all(
            part and all(len(ring) >= fewest for ring in part) for part in self.parts
        )

    def problems(self) -> "tuple[Problem, ...]":
        """Return what is wrong with it and where; see sketch_problems."""
        from collabmap.domain.sketch_problems import problems_of

        return problems_of(self)

    # --- changing vertices ---------------------------------------------------------------

    def with_vertex(self, position: LngLat) -> "Sketch":
        """Return it with one vertex more at the end of the last part's outline.

        A point moves there.  The same place again (a double click) changes nothing.  Raises
        PositionOutOfRange for NaN.
        """
        position = checked(position)
        if not self.parts or self.kind == "point":
            return replace(self, parts=(((position,),),))
        outline = self.parts[-1][0]
        if outline and outline[-1] == position:
            return self
        return self._with_ring(len(self.parts) - 1, 0, (*outline, position))

    def with_inserted(self, after: Vertex, position: LngLat) -> "Sketch":
        """Return it with a vertex between `after` and the one that follows."""
        ring = self.parts[after.part][after.ring]
        cut = after.number + 1
        grown = (*ring[:cut], checked(position), *ring[cut:])
        return self._with_ring(after.part, after.ring, grown)

    def with_moved(self, vertex: Vertex, position: LngLat) -> "Sketch":
        """Return it with a vertex elsewhere."""
        ring = self.parts[vertex.part][vertex.ring]
        moved = (*ring[: vertex.number], checked(position), *ring[vertex.number + 1 :])
        return self._with_ring(vertex.part, vertex.ring, moved)

    def without_vertex(self, vertex: Vertex) -> "Sketch | None":
        """Return it without a vertex; None where too few would remain (2, of a zone 3)."""
        ring = self.parts[vertex.part][vertex.ring]
        if len(ring) <= FEWEST[self.kind]:
            return None
        fewer = (*ring[: vertex.number], *ring[vertex.number + 1 :])
        return self._with_ring(vertex.part, vertex.ring, fewer)

    def closed(self) -> "Sketch":
        """Return a line as a zone: each part's end is joined to its beginning."""
        lines = (part[0] for part in self.parts)
        opened = (line[:-1] if len(line) > 3 and line[0] == line[-1] else line for line in lines)
        return Sketch("zone", tuple((ring,) for ring in opened))

    def _with_ring(self, part: int, ring: int, positions: Ring) -> "Sketch":
        rings = self.parts[part]
        changed = (*rings[:ring], positions, *rings[ring + 1 :])
        return replace(self, parts=(*self.parts[:part], changed, *self.parts[part + 1 :]))

    # --- changing the whole --------------------------------------------------------------

    def moved_by(self, start: LngLat, end: LngLat) -> "Sketch":
        """Return it moved as a hand moves it from start to end, looking the same on the map.

        It stops at the map's upper and lower edge; past ±180 it goes on.
        """
        if not self.parts:
            return self
        ys = [_world_y(position) for _, position in self.vertices()]
        dy = max(-min(ys), min(1 - max(ys), _world_y(end) - _world_y(start)))
        dx = end.lng - start.lng
        middle = dx + sum(position.lng for _, position in self.vertices()) / len(ys)
        turn = 360.0 * math.floor((middle + 180) / 360)

        def shifted(position: LngLat) -> LngLat:
            lat = from_world(0.5, _world_y(position) + dy).lat if dy else position.lat
            return LngLat(position.lng + dx - turn, lat)

        return self._each_ring(lambda ring: tuple(shifted(position) for position in ring))

    def with_hole(self, ring: Sequence[LngLat]) -> "Sketch":
        """Return a zone with a hole in the part that contains its beginning.

        A hole outside of every part goes to the last one; problems() tells.
        """
        import shapely

        hole = tuple(checked(position) for position in ring)
        start = shapely.Point(hole[0])
        found = len(self.parts) - 1
        for number, part in enumerate(self.parts):
            if shapely.Polygon(part[0]).covers(start):
                found = number
        parts = list(self.parts)
        parts[found] = (*parts[found], hole)
        return replace(self, parts=tuple(parts))

    def without_hole(self, vertex: Vertex) -> "Sketch":
        """Return a zone without the hole that a vertex belongs to.  vertex.ring: 1 or more."""
        assert vertex.ring > 0, "ring 0 is the outline"
        rings = self.parts[vertex.part]
        left = (*rings[: vertex.ring], *rings[vertex.ring + 1 :])
        parts = (*self.parts[: vertex.part], left, *self.parts[vertex.part + 1 :])
        return replace(self, parts=parts)

    def simplified(self, tolerance_m: float) -> "Sketch":
        """Return a line or zone with fewer vertices, none further off than a tolerance.

        tolerance_m: on the ground, in the middle of the shape.  Source: Douglas and Peucker 1973,
        through GEOS, which keeps a zone valid.
        """
        import shapely

        if self.kind == "point" or not self.is_finished:
            return self
        lats = [position.lat for _, position in self.vertices()]
        stretch = 1 / math.cos(math.radians((min(lats) + max(lats)) / 2))
        plane = self._each_ring(lambda ring: tuple(LngLat(*to_mercator(*p)) for p in ring))
        fewer = shapely.simplify(plane.geometry(), tolerance_m * stretch, preserve_topology=True)
        simple = Sketch.from_geometry(fewer)
        # What stays is given back exactly as it was.
        degrees = {
            MercatorXY(*flat): position
            for (_, flat), (_, position) in zip(plane.vertices(), self.vertices(), strict=True)
        }
        named = simple._each_ring(lambda ring: tuple(degrees[MercatorXY(*p)] for p in ring))
        if self.kind == "zone":
            return named
        # Positions less than a rounding apart are one in the plane: the ends are theirs.
        ends = zip(named.parts, self.parts, strict=True)
        parts = tuple(((old[0], *new[1:-1], old[-1]),) for (new,), (old,) in ends)
        return replace(named, parts=parts)

    def _each_ring(self, changed: Callable[[Ring], Ring]) -> "Sketch":
        parts = tuple(tuple(changed(ring) for ring in part) for part in self.parts)
        return replace(self, parts=parts)

    # --- measuring -----------------------------------------------------------------------

    def length_m(self) -> float:
        """Return metres along a line, or around a zone and its holes; 0 for a point."""
        return math.fsum(self.segment_lengths_m())

    def segment_lengths_m(self) -> list[float]:
        """Return metres of every edge, in the order of segments()."""
        metres: list[float] = []
        if self.kind == "point":
            return metres
        for part in self.parts:
            for ring in part:
                if len(ring) >= 2:
                    closing = ring[:1] if self.kind == "zone" and len(ring) >= 3 else ()
                    lngs, lats = zip(*ring, *closing, strict=True)
                    metres += geod().line_lengths(lngs, lats)
        return metres

    def area_m2(self) -> float:
        """Return square metres of a zone, its holes taken off; 0 for points and lines."""
        if self.kind != "zone":
            return 0.0
        total = 0.0
        for part in self.parts:
            for number, ring in enumerate(part):
                if len(ring) >= 3:
                    total += _ring_area_m2(ring) * (-1 if number else 1)
        return max(total, 0.0)


def checked(position: LngLat) -> LngLat:
    """Return a position on the map, led back to its upper or lower edge where it lies beyond.

    Longitudes may run past ±180.  Raises PositionOutOfRange, also for NaN.
    """
    lng, lat = position
    # Written so that NaN fails too.
    if not (-540 <= lng <= 540 and -90 <= lat <= 90):
        raise PositionOutOfRange(lng=lng, lat=lat)
    return LngLat(float(lng), max(-MAX_LAT, min(MAX_LAT, float(lat))))


def _ring_of(coordinates: Sequence[tuple[float, ...]]) -> Ring:
    return tuple(LngLat(position[0], position[1]) for position in coordinates)


def _ring_area_m2(ring: Ring) -> float:
    lngs, lats = zip(*ring, strict=True)
    area, _ = geod().polygon_area_perimeter(lngs, lats)
    return abs(float(area))


def _world_y(position: LngLat) -> float:
    return to_world(position.lng, position.lat)[1]
