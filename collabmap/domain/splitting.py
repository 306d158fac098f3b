"""Cut a line where it is met, a zone right across: what was one place becomes several.

Shapes are shapely geometries in WGS84 degrees, valid, as they are stored.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from collabmap.domain.antimeridian import atoms, gathered
from collabmap.domain.geo import LngLat
from collabmap.errors import CutMissesLine, CutMissesZone, PointNotSplit

if TYPE_CHECKING:
    from shapely.geometry import LineString, Polygon
    from shapely.geometry.base import BaseGeometry

# A cut that begins on an edge begins a hair beside it, in floating point: 1e-7 degrees are 11 mm.
_HAIR = 1e-7
# What a cut along an edge shaves off is no part.
_SHAVING = 1e-9


def split(geometry: "BaseGeometry", cut: Sequence[LngLat]) -> "tuple[BaseGeometry, ...]":
    """Return two parts or more of a line or zone, the largest first.

    cut: where a line is met (one position: cut where it is nearest to that), or a line to cut
    along; a zone must be crossed from side to side, or cut out of.  Parts of the shape that the
    cut does not touch stay with the largest one; of mixed kinds, zones are cut before lines.

    Raises CutMissesLine, CutMissesZone or PointNotSplit.
    """
    pieces = list(atoms(geometry))
    kind = next((k for k in ("Polygon", "LineString") if any(p.geom_type == k for p in pieces)), "")
    if not kind:
        raise PointNotSplit
    parts: list[BaseGeometry] = []
    whole: list[BaseGeometry] = []
    for piece in pieces:
        found = _parts_of(piece, cut) if piece.geom_type == kind else [piece]
        if len(found) > 1:
            parts += found
        else:
            whole.append(piece)
    if not parts:
        raise CutMissesZone if kind == "Polygon" else CutMissesLine
    parts.sort(key=lambda part: part.area if kind == "Polygon" else part.length, reverse=True)
    return (gathered([parts[0], *whole]), *parts[1:])


def _parts_of(piece: "BaseGeometry", cut: Sequence[LngLat]) -> "Sequence[BaseGeometry]":
    if piece.geom_type == "LineString":
        return _line_at(piece, cut[0]) if len(cut) == 1 else _line_by(piece, cut)
    return _zone_by(piece, cut)


# --- zones ------------------------------------------------------------------------------------


def _zone_by(zone: "Polygon", cut: Sequence[LngLat]) -> "list[Polygon]":
    import shapely

    if len(set(cut)) < 2:
        return [zone]
    blade = shapely.LineString(_lengthened(cut))
    if not blade.intersects(zone):
        return [zone]
    # Holes are rings of the boundary, so what is made of their inside is found and left out.
    faces = shapely.polygonize([shapely.union(zone.boundary, blade)])
    return [
        face
        for face in atoms(faces)
        if face.area > _SHAVING * zone.area and zone.contains(face.representative_point())
    ]


def _lengthened(cut: Sequence[LngLat]) -> list[tuple[float, float]]:
    """Return the cut a hair longer at both ends."""
    positions = [position for i, position in enumerate(cut) if i == 0 or position != cut[i - 1]]
    first, last = _beyond(*positions[:2]), _beyond(positions[-1], positions[-2])
    return [first, *positions, last]


def _beyond(end: LngLat, inner: LngLat) -> tuple[float, float]:
    dx, dy = end.lng - inner.lng, end.lat - inner.lat
    share = _HAIR / math.hypot(dx, dy)
    return end.lng + dx * share, end.lat + dy * share


# --- lines ------------------------------------------------------------------------------------


def _line_at(line: "LineString", position: LngLat) -> "list[LineString]":
    import shapely

    return _line_cut(line, [line.project(shapely.Point(position))])


def _line_by(line: "LineString", cut: Sequence[LngLat]) -> "list[LineString]":
    """Return the line's parts; edge by edge, for an overlay breaks a line where it meets itself."""
    import numpy as np
    import shapely

    blade = shapely.LineString(_lengthened(cut) if len(set(cut)) > 1 else cut)
    corners = shapely.get_coordinates(line)
    edges = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    starts = np.concatenate([[0.0], np.cumsum(shapely.length(edges))])
    places = []
    for number in np.flatnonzero(shapely.intersects(edges, blade)):
        met = shapely.get_coordinates(shapely.intersection(edges[number], blade))
        a = corners[number]
        places += [float(starts[number] + math.dist(a, position)) for position in met]
    return _line_cut(line, places)


def _line_cut(line: "LineString", places: Sequence[float]) -> "list[LineString]":
    """Return the parts of a line that is cut at distances along it, in degrees.

    A cut a hair away from an end or from another cut is none.
    """
    from shapely.ops import substring

    cuts = [0.0]
    for place in sorted(places):
        if place - cuts[-1] > _HAIR and line.length - place > _HAIR:
            cuts.append(place)
    cuts.append(line.length)
    return [substring(line, start, end) for start, end in pairwise(cuts)]
