"""What is wrong with a sketch, and where: shown while it is drawn, before it is mended or refused.

Seen flat in degrees, as GEOS and RFC 7946 see it.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from collabmap.domain.geo import LngLat
from collabmap.domain.geometry import MAX_VERTICES, Flaw, crosses_antimeridian, flaw_of, repair
from collabmap.errors import GeometryCollapsed, PositionOutOfRange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from collabmap.domain.sketch import Sketch

    Pairs = NDArray[np.float64]

# More marks than this would hide the shape that they are about.
_MOST = 20
# Edges looked at in one go: a scribble of 3,000 has millions of crossings.
_EDGES_AT_ONCE = 200
_REASON = re.compile(r"^(?P<words>[^[]+)\[(?P<x>\S+) (?P<y>\S+)\]$")


class ProblemKind(StrEnum):
    """TOO_FEW and NO_EXTENT, TOO_MANY and OFF_THE_MAP cannot be mended; the others can."""

    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    OFF_THE_MAP = "off-the-map"
    NO_EXTENT = "no-extent"
    REPEATED = "repeated"
    SELF_CROSSING = "self-crossing"
    HOLE_OUTSIDE = "hole-outside"
    PARTS_OVERLAP = "parts-overlap"


class Problem(NamedTuple):
    """What is wrong, and where on the map that is seen."""

    kind: ProblemKind
    position: LngLat


_OF_FLAWS = {
    Flaw.HOLE_OUTSIDE: ProblemKind.HOLE_OUTSIDE,
    Flaw.OVERLAPPING_PARTS: ProblemKind.PARTS_OVERLAP,
    Flaw.EMPTY_PART: ProblemKind.NO_EXTENT,
}


def problems_of(sketch: "Sketch") -> tuple[Problem, ...]:
    """Return what is wrong with a sketch, at most 20 of a kind; nothing is wrong with an empty one.

    Where nothing is, `geometry.prepare` has nothing to put right.
    """
    found = [*_about_vertices(sketch)]
    if not any(problem.kind in _HOPELESS for problem in found):
        found += _about_shape(sketch)
    return tuple(found)


_HOPELESS = {ProblemKind.OFF_THE_MAP, ProblemKind.TOO_MANY}


def _about_vertices(sketch: "Sketch") -> Iterator[Problem]:
    from collabmap.domain.sketch import FEWEST, checked

    last = None
    for _, position in sketch.vertices():
        last = position
        try:
            checked(position)
        except PositionOutOfRange:
            yield Problem(ProblemKind.OFF_THE_MAP, position)
            return
    if last is not None and sketch.stored_vertex_count > MAX_VERTICES:
        yield Problem(ProblemKind.TOO_MANY, last)
    for part in sketch.parts:
        for ring in part:
            if ring and len(ring) < FEWEST[sketch.kind]:
                yield Problem(ProblemKind.TOO_FEW, ring[-1])
    repeats = [edge.a for edge in sketch.segments() if edge.a == edge.b]
    yield from (Problem(ProblemKind.REPEATED, position) for position in repeats[:_MOST])


def _about_shape(sketch: "Sketch") -> list[Problem]:
    import shapely

    geometry = sketch.geometry()
    if geometry.is_empty:
        return []
    if crosses_antimeridian(geometry):
        return _about_crossing(sketch, geometry)
    if geometry.is_valid:
        return []
    found = _holes_outside(sketch) + _crossings(sketch)
    if found:
        # A scribble takes seconds to untangle: not at every move of a hand.
        return found
    try:
        repair(geometry)
    except GeometryCollapsed:
        return [Problem(ProblemKind.NO_EXTENT, _first(sketch))]
    # What only touches itself, lies on itself or has parts upon parts.
    reason = _REASON.match(shapely.is_valid_reason(geometry))
    where = LngLat(float(reason["x"]), float(reason["y"])) if reason else _first(sketch)
    return [Problem(_kind_of(flaw_of(reason["words"] if reason else "")), where)]


def _about_crossing(sketch: "Sketch", geometry: "BaseGeometry") -> list[Problem]:
    """Return what is wrong with a shape across the antimeridian, which only its cut tells."""
    try:
        flaws = repair(geometry).flaws
    except GeometryCollapsed:
        return [Problem(ProblemKind.NO_EXTENT, _first(sketch))]
    return [Problem(_kind_of(flaw), _first(sketch)) for flaw in sorted(flaws)]


def _kind_of(flaw: Flaw) -> ProblemKind:
    return _OF_FLAWS.get(flaw, ProblemKind.SELF_CROSSING)


def _first(sketch: "Sketch") -> LngLat:
    return next(position for _, position in sketch.vertices())


def _holes_outside(sketch: "Sketch") -> list[Problem]:
    import shapely

    found = []
    for part in sketch.parts:
        outline = shapely.Polygon(part[0]) if len(part[0]) >= 3 else None
        if outline is None or not outline.is_valid:
            continue
        for hole in part[1:]:
            if len(hole) >= 3 and not outline.intersects(shapely.LinearRing(hole)):
                found.append(Problem(ProblemKind.HOLE_OUTSIDE, hole[0]))
    return found[:_MOST]


def _crossings(sketch: "Sketch") -> list[Problem]:
    """Return where edges cross."""
    import numpy as np
    import shapely

    ends = [
        np.stack([ring, np.roll(ring, -1, axis=0)], axis=1)
        for part in sketch.parts
        for vertices in part
        if len(vertices) >= 3
        for ring in (np.array(vertices, dtype=np.float64),)
    ]
    if not ends:
        return []
    edges = np.concatenate(ends)
    lines = shapely.linestrings(edges)
    tree = shapely.STRtree(lines)
    places: dict[LngLat, None] = {}
    for start in range(0, len(edges), _EDGES_AT_ONCE):
        mine, theirs = tree.query(lines[start : start + _EDGES_AT_ONCE])
        once = mine + start < theirs
        met = _met(edges[mine[once] + start], edges[theirs[once]])
        places |= {LngLat(float(x), float(y)): None for x, y in met[:_MOST]}
        if len(places) >= _MOST:
            break
    return [Problem(ProblemKind.SELF_CROSSING, place) for place in list(places)[:_MOST]]


def _met(one: "Pairs", other: "Pairs") -> "Pairs":
    """Return where edges cross within both, pair by pair; nothing for those that only touch.

    GEOS would tell each pair's whole relation: ten times as long, at every move of a hand.
    """
    a, c = one[:, 0], other[:, 0]
    along, across, gap = one[:, 1] - a, other[:, 1] - c, c - a
    turn = _cross(along, across)
    is_crossing = turn != 0
    turn[~is_crossing] = 1.0
    share, other_share = _cross(gap, across) / turn, _cross(gap, along) / turn
    is_crossing &= (share > 0) & (share < 1) & (other_share > 0) & (other_share < 1)
    places: Pairs = (a + share[:, None] * along)[is_crossing]
    return places


def _cross(a: "Pairs", b: "Pairs") -> "Pairs":
    product: Pairs = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
