"""Cut shapes where longitude jumps from 180 to -180 degrees.

Source: RFC 7946, 3.1.9.  An edge longer than 180 degrees of longitude is read as going the short
way round, as every map program does; only a full turn (-180 to 180) stays an edge.

How: a ring or line is unrolled (each step takes the short way, so longitudes may leave ±180),
intersected with strips of 360 degrees, and each piece is brought back.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry import LineString, Polygon
    from shapely.geometry.base import BaseGeometry

Position = tuple[float, float]

_ATOMS = ("Point", "LineString", "Polygon")


def cut(geometry: "BaseGeometry") -> "BaseGeometry":
    """Return the same shape with every longitude within ±180 and no part across the antimeridian.

    A polygon or line that crosses becomes a Multi of its pieces; anything else comes back as it
    was.  Rings around a pole are closed along the pole that is nearer.
    """
    if not _needs_cut(geometry):
        return geometry
    import shapely

    pieces: list[BaseGeometry] = []
    for atom in atoms(geometry):
        if atom.geom_type == "Point":
            pieces.append(shapely.Point(_wrapped(atom.x), atom.y))
        elif atom.geom_type == "LineString":
            pieces.extend(_cut_line(atom))
        else:
            pieces.extend(_cut_polygon(atom))
    return gathered(pieces)


def atoms(geometry: "BaseGeometry") -> "Iterable[BaseGeometry]":
    """Yield the points, lines and polygons that a shape is made of, however deeply nested."""
    if geometry.geom_type in _ATOMS:
        if not geometry.is_empty:
            yield geometry
    elif geometry.geom_type == "LinearRing":
        import shapely

        yield shapely.LineString(geometry)
    else:
        for part in geometry.geoms:
            yield from atoms(part)


def gathered(pieces: "Sequence[BaseGeometry]") -> "BaseGeometry":
    """Return one geometry: the piece itself, a Multi of its kind, or a flat collection."""
    import shapely

    if len(pieces) == 1:
        return pieces[0]
    kinds = {piece.geom_type for piece in pieces}
    multi = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    if len(kinds) == 1 and (kind := next(iter(kinds))) in multi:
        return multi[kind](pieces)
    return shapely.GeometryCollection(list(pieces))


def _needs_cut(geometry: "BaseGeometry") -> bool:
    import numpy as np
    import shapely

    if geometry.is_empty:
        return False
    west, _, east, _ = geometry.bounds
    if west < -180 or east > 180:
        return True
    if east - west <= 180:
        return False
    # Wide enough to hold a long edge; look at each one before paying for the cut.
    lines = [
        ring
        for atom in atoms(geometry)
        if atom.geom_type != "Point"
        for ring in ([atom] if atom.geom_type == "LineString" else [atom.exterior, *atom.interiors])
    ]
    for line in lines:
        steps = np.abs(np.diff(shapely.get_coordinates(line)[:, 0]))
        if np.any((steps > 180) & (steps < 360)):
            return True
    return False


def _wrapped(lng: float) -> float:
    """Return the longitude within ±180; ±180 itself stays as it is."""
    return lng if -180 <= lng <= 180 else (lng + 180) % 360 - 180


def _unrolled(positions: Iterable[Sequence[float]]) -> list[Position]:
    """Return the positions with each longitude the short way from the one before."""
    rolled: list[Position] = []
    turn = 0.0
    before: float | None = None
    for position in positions:
        lng, lat = position[0], position[1]
        if before is not None:
            step = lng - before
            if 180 < abs(step) < 360:
                turn -= math.copysign(360, step)
        before = lng
        rolled.append((lng + turn, lat))
    return rolled


def _strips(west: float, east: float) -> range:
    """Return the numbers k of the strips [360k - 180, 360k + 180] that a width touches."""
    return range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1)


def _cut_line(line: "LineString") -> "list[LineString]":
    # Walked by hand: an overlay would also break the line where it crosses itself.
    import shapely

    points = _unrolled(line.coords)
    walked = [points[0]]
    for (lng_a, lat_a), (lng_b, lat_b) in pairwise(points):
        for edge in _edges_between(lng_a, lng_b):
            share = (edge - lng_a) / (lng_b - lng_a)
            walked.append((edge, lat_a + share * (lat_b - lat_a)))
        walked.append((lng_b, lat_b))
    pieces: list[tuple[int, list[Position]]] = []
    for a, b in pairwise(walked):
        strip = math.floor(((a[0] + b[0]) / 2 + 180) / 360)
        # A step along the antimeridian belongs to either side: stay on the one we came from.
        on_edge = a[0] == b[0] and (a[0] + 180) % 360 == 0
        if pieces and (strip == pieces[-1][0] or on_edge):
            pieces[-1][1].append(b)
        else:
            pieces.append((strip, [a, b]))
    # An edge less than a rounding away from an end is not among those that the walk found.
    return [
        shapely.LineString([(max(-180.0, min(180.0, lng - 360 * strip)), lat) for lng, lat in part])
        for strip, part in pieces
        if len(set(part)) > 1
    ]


def _edges_between(lng_a: float, lng_b: float) -> list[float]:
    """Return the antimeridians strictly between two unrolled longitudes, in walking order."""
    low, high = min(lng_a, lng_b), max(lng_a, lng_b)
    first, last = math.floor((low + 180) / 360) + 1, math.ceil((high + 180) / 360) - 1
    edges = [360.0 * k - 180 for k in range(first, last + 1)]
    return edges if lng_a < lng_b else edges[::-1]


def _cut_polygon(polygon: "Polygon") -> "list[Polygon]":
    import shapely

    unrolled = _unrolled(polygon.exterior.coords)
    outer = _closed_at_pole(unrolled)
    west, east = min(p[0] for p in outer), max(p[0] for p in outer)
    holes = [_moved_into(_unrolled(ring.coords), west, east) for ring in polygon.interiors]
    whole = shapely.Polygon(outer, holes)
    if not whole.is_valid:
        whole = shapely.make_valid(whole, method="structure", keep_collapsed=False)
    pieces: list[Polygon] = []
    for k in _strips(west, east):
        strip = shapely.box(360 * k - 180, -90, 360 * k + 180, 90)
        for part in atoms(whole.intersection(strip)):
            if part.geom_type == "Polygon":
                pieces.append(shapely.transform(part, lambda c, k=k: c - [360 * k, 0]))
    if outer is not unrolled:
        # Around a pole the ring's own beginning is no border: join what it parted.  The grid
        # closes the gap of one rounding error between the two sides.
        return list(atoms(shapely.union_all(pieces, grid_size=1e-9)))
    return pieces


def _closed_at_pole(ring: list[Position]) -> list[Position]:
    """Return the ring closed: one that went once round the globe is led along the nearer pole."""
    if abs(ring[-1][0] - ring[0][0]) < 180:
        return ring
    pole = math.copysign(90, sum(lat for _, lat in ring))
    # In quarter turns, so that nobody reads an edge along the pole as going the other way round.
    first, last = ring[0][0], ring[-1][0]
    along = [(last + (first - last) * quarter / 4, pole) for quarter in range(5)]
    return [*ring, *along, ring[0]]


def _moved_into(hole: list[Position], west: float, east: float) -> list[Position]:
    """Return the hole shifted by whole turns to where its outer ring was unrolled."""
    centre = (min(p[0] for p in hole) + max(p[0] for p in hole)) / 2
    turn = 360.0 * round(((west + east) / 2 - centre) / 360)
    return [(lng + turn, lat) for lng, lat in hole]
