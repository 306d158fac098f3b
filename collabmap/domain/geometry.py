"""Shapes on the map: read from GeoJSON or WKB, checked, repaired, measured, written again.

Coordinates are WGS84 degrees, longitude first.  A stored shape is two-dimensional WKB, valid
and cut at the antimeridian; a stored point lies within the latitudes of Web Mercator.

shapely takes a tenth of a second to import and pyproj more, so both are imported where they are
used: a map of points opens without either.
"""

import struct
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from collabmap.domain.antimeridian import atoms, cut, gathered
from collabmap.domain.geo import MAX_LAT, LngLat
from collabmap.errors import (
    GeometryCollapsed,
    GeometryTooLarge,
    GeometryUnreadable,
    PositionOutOfRange,
)

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from collabmap.domain.extent import Extent

# A change holds 64 KiB: 3,000 positions of 16 bytes leave room for the text beside them.
MAX_VERTICES = 3000
MAX_WKB_BYTES = 60_000
# Collections within collections.
_MAX_NESTING = 16
# 1e-7 degrees are at most 11 mm.
DECIMALS = 7

_LITTLE_ENDIAN_POINT = struct.Struct("<BIdd")
_POINT_HEADER = b"\x01\x01\x00\x00\x00"
# How deep the arrays of `coordinates` are nested.  Source: RFC 7946, 3.1.
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


class Flaw(StrEnum):
    """What was wrong with a shape and was put right."""

    UNCLOSED_RING = "unclosed-ring"
    HEIGHT = "height"
    SELF_CROSSING = "self-crossing"
    HOLE_OUTSIDE = "hole-outside"
    OVERLAPPING_PARTS = "overlapping-parts"
    EMPTY_PART = "empty-part"


# GEOS' own words (IsValidOp), by their beginning.
_REASONS = {
    "Hole lies outside": Flaw.HOLE_OUTSIDE,
    "Holes are nested": Flaw.OVERLAPPING_PARTS,
    "Nested shells": Flaw.OVERLAPPING_PARTS,
    "Duplicate Rings": Flaw.OVERLAPPING_PARTS,
    "Too few points": Flaw.EMPTY_PART,
}


class Shape(NamedTuple):
    """A valid geometry, and what had to be put right."""

    geometry: "BaseGeometry"
    flaws: frozenset[Flaw] = frozenset()


class Prepared(NamedTuple):
    """A shape ready to be stored: WKB, the position of its mark, and what was put right."""

    wkb: bytes
    position: LngLat
    flaws: frozenset[Flaw]


# --- points, without shapely ------------------------------------------------------------------


def check_position(lng: float, lat: float) -> LngLat:
    """Return the position.  Raises PositionOutOfRange, also for NaN and infinity."""
    # The edge of the map, rounded to 7 decimals on its way through a file, lies just beyond it.
    if not (-180 <= lng <= 180 and abs(lat) <= MAX_LAT + 10**-DECIMALS):
        raise PositionOutOfRange(lng=lng, lat=lat)
    return LngLat(float(lng), max(-MAX_LAT, min(MAX_LAT, float(lat))))


def point_wkb(lng: float, lat: float) -> bytes:
    """Return a point as WKB, little endian.  Raises PositionOutOfRange."""
    position = check_position(lng, lat)
    return _LITTLE_ENDIAN_POINT.pack(1, 1, position.lng, position.lat)


def point_of_wkb(wkb: bytes) -> LngLat | None:
    """Return the position of a two-dimensional point on the world, None for any other shape."""
    if len(wkb) != _LITTLE_ENDIAN_POINT.size or wkb[:5] != _POINT_HEADER:
        return None
    _, _, lng, lat = _LITTLE_ENDIAN_POINT.unpack(wkb)
    # Written so that NaN fails too.
    return LngLat(lng, lat) if abs(lng) <= 180 and abs(lat) <= 90 else None


# --- reading ----------------------------------------------------------------------------------


def from_geojson(value: object) -> Shape | None:
    """Return the shape of a GeoJSON geometry object; None for null and for an empty one.

    Accepts either winding, rings left open, heights, and lines or zones that run past ±180: what
    crosses the antimeridian comes back cut.  Source: RFC 7946, 3.1.

    Raises GeometryUnreadable, GeometryTooLarge, GeometryCollapsed or PositionOutOfRange.
    """
    if value is None:
        return None
    flaws: set[Flaw] = set()
    parts = _parts(value)
    _check_count(sum(_count_positions(part.get("coordinates")) for part in parts))
    geometries = [geometry for part in parts if (geometry := _geometry(part, flaws)) is not None]
    if not geometries:
        return None
    geometry = (
        geometries[0]
        if len(geometries) == 1
        else gathered([atom for geometry in geometries for atom in atoms(geometry)])
    )
    repaired = repair(geometry)
    return Shape(repaired.geometry, repaired.flaws | flaws)


def _parts(value: object) -> list[Mapping[str, Any]]:
    """Return the geometry objects without collections, which may be nested (discouraged)."""
    found: list[Mapping[str, Any]] = []
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
            raise GeometryUnreadable(found=_shortened(item))
        if item["type"] == "GeometryCollection":
            if not isinstance(item.get("geometries"), list):
                raise GeometryUnreadable(found="GeometryCollection")
            waiting = [*item["geometries"], *waiting]
            _check_count(len(found) + len(waiting))
        elif item["type"] in _DEPTHS:
            found.append(item)
        else:
            raise GeometryUnreadable(found=_shortened(item["type"]))
    return found


def _count_positions(value: object) -> int:
    """Return how many positions nested arrays hold, stopping soon after the limit."""
    count, waiting = 0, [value]
    while waiting and count <= MAX_VERTICES:
        item = waiting.pop()
        if isinstance(item, list) and item and isinstance(item[0], list):
            waiting.extend(item[: MAX_VERTICES + 2])
        else:
            count += 1
    return count + len(waiting)


def _check_count(vertices: int) -> None:
    if vertices > MAX_VERTICES:
        raise GeometryTooLarge(vertices=vertices, limit=MAX_VERTICES)


def _geometry(part: Mapping[str, Any], flaws: set[Flaw]) -> "BaseGeometry | None":
    import shapely

    kind = part["type"]
    coordinates = part.get("coordinates")
    if not isinstance(coordinates, list):
        raise GeometryUnreadable(found=kind)
    if not coordinates:
        return None
    if kind == "Point":
        position = _position(coordinates, flaws)
        check_position(*position)
        return shapely.Point(position)
    nested = _nested(coordinates, _DEPTHS[kind], kind, flaws)
    if kind == "MultiPoint":
        for position in nested:
            check_position(*position)
        return shapely.MultiPoint(nested)
    if kind in ("LineString", "MultiLineString"):
        lines = [nested] if kind == "LineString" else nested
        if any(len(line) < 2 for line in lines):
            raise GeometryCollapsed
        return gathered([shapely.LineString(line) for line in lines])
    zones = [nested] if kind == "Polygon" else nested
    return gathered([_polygon(rings, flaws) for rings in zones if rings])


def _nested(value: object, depth: int, kind: str, flaws: set[Flaw]) -> Any:
    if not isinstance(value, list):
        raise GeometryUnreadable(found=kind)
    if depth == 0:
        return _position(value, flaws)
    return [_nested(item, depth - 1, kind, flaws) for item in value]


def _position(value: Sequence[object], flaws: set[Flaw]) -> LngLat:
    numbers = [v for v in value if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) != len(value) or len(numbers) < 2:
        raise GeometryUnreadable(found=_shortened(value))
    if len(numbers) > 2:
        flaws.add(Flaw.HEIGHT)
    lng, lat = numbers[0], numbers[1]
    # Lines and zones may run on past the antimeridian; a single place may not.
    if not (-360 <= lng <= 360 and -90 <= lat <= 90):
        raise PositionOutOfRange(lng=lng, lat=lat)
    return LngLat(float(lng), float(lat))


def _polygon(rings: list[list[LngLat]], flaws: set[Flaw]) -> "BaseGeometry":
    import shapely

    closed = []
    for ring in rings:
        if ring and ring[0] != ring[-1]:
            flaws.add(Flaw.UNCLOSED_RING)
            ring = [*ring, ring[0]]
        if len(ring) < 4:
            raise GeometryCollapsed
        closed.append(ring)
    return shapely.Polygon(closed[0], closed[1:])


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def from_wkb(wkb: bytes) -> "BaseGeometry":
    """Return the geometry of WKB or EWKB as it is, valid or not; it may be empty.

    Raises GeometryUnreadable, GeometryTooLarge or PositionOutOfRange.
    """
    import numpy as np
    import shapely

    if len(wkb) > MAX_WKB_BYTES:
        raise GeometryTooLarge(vertices=len(wkb) // 16, limit=MAX_VERTICES)
    try:
        with np.errstate(invalid="ignore"):
            geometry = shapely.force_2d(shapely.from_wkb(wkb))
    except (shapely.errors.ShapelyError, RuntimeError) as error:
        raise GeometryUnreadable(found="WKB") from error
    if not is_plain(geometry):
        raise GeometryUnreadable(found="WKB")
    coordinates = shapely.get_coordinates(geometry)
    _check_count(len(coordinates))
    # Written so that NaN fails too.
    inside = (np.abs(coordinates[:, 0]) <= 360) & (np.abs(coordinates[:, 1]) <= 90)
    if not inside.all():
        lng, lat = coordinates[~inside][0]
        raise PositionOutOfRange(lng=float(lng), lat=float(lat))
    return geometry


def is_plain(geometry: "BaseGeometry") -> bool:
    """Whether all parts are of kinds that shapely knows: GEOS reads curves, shapely has none.

    Collections that are nested without end are not plain: walking through them ends in none.
    """
    import numpy as np
    import shapely

    level = np.array([geometry])
    for _ in range(_MAX_NESTING):
        kinds = shapely.get_type_id(level)
        if ((kinds < 0) | (kinds > shapely.GeometryType.GEOMETRYCOLLECTION)).any():
            return False
        level = shapely.get_parts(level[kinds == shapely.GeometryType.GEOMETRYCOLLECTION])
        if not len(level):
            return True
    return False


# --- repairing --------------------------------------------------------------------------------


def repair(geometry: "BaseGeometry") -> Shape:
    """Return the shape made valid, with what was wrong.  Raises GeometryCollapsed.

    A zone stays a zone: crossing outlines are untangled, parts without extent left out.
    """
    import shapely

    if geometry.is_empty:
        raise GeometryCollapsed
    if crosses_antimeridian(geometry):
        # Seen flat, an uncut crossing looks tangled; repairing it would turn it inside out.
        geometry = cut(geometry)
        if geometry.is_empty:
            raise GeometryCollapsed
    reason = shapely.is_valid_reason(geometry)
    if reason == "Valid Geometry":
        return Shape(geometry)
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if not valid.is_valid:
        # GEOS 3.14 leaves two parts side by side where an outline went along an edge twice.
        valid = shapely.union_all(valid)
    if valid.is_empty:
        raise GeometryCollapsed
    return Shape(valid, frozenset({flaw_of(reason)}))


def flaw_of(reason: str) -> Flaw:
    """Return what GEOS' words for an invalid shape mean (shapely.is_valid_reason)."""
    found = (flaw for start, flaw in _REASONS.items() if reason.startswith(start))
    return next(found, Flaw.SELF_CROSSING)


def crosses_antimeridian(geometry: "BaseGeometry") -> bool:
    """Whether a shape that is not empty needs to be cut, or is wider than half the world."""
    west, _, east, _ = geometry.bounds
    return bool(west < -180 or east > 180 or east - west > 180)


def prepare(geometry: "BaseGeometry") -> Prepared:
    """Return what is stored of a shape: repaired, cut at the antimeridian, two-dimensional.

    Raises GeometryCollapsed or GeometryTooLarge.
    """
    import shapely

    shape = repair(shapely.force_2d(geometry))
    stored = cut(shape.geometry)
    _check_count(len(shapely.get_coordinates(stored)))
    wkb: bytes = shapely.to_wkb(stored, byte_order=1, output_dimension=2)
    return Prepared(wkb, representative_point(stored), shape.flaws)


def representative_point(geometry: "BaseGeometry") -> LngLat:
    """Return where the mark goes: on the shape, in its largest part, halfway along a line."""
    import shapely

    parts = list(atoms(geometry))
    if not parts:
        raise GeometryCollapsed
    largest = max(parts, key=lambda part: (shapely.get_dimensions(part), part.area, part.length))
    if largest.geom_type == "LineString":
        point = largest.interpolate(0.5, normalized=True)
    else:
        point = largest.representative_point()
    return LngLat(point.x, point.y)


# --- writing ----------------------------------------------------------------------------------


def to_geojson(geometry: "BaseGeometry", extent: "Extent | None" = None) -> dict[str, Any] | None:
    """Return a GeoJSON geometry object as RFC 7946 wants it; None for an empty shape.

    Cut at the antimeridian, outer rings counter-clockwise, holes clockwise, 7 decimals.
    extent: grows by what is written.
    """
    import shapely

    written = shapely.orient_polygons(_rounded(cut(geometry)), exterior_cw=False)
    if written.is_empty:
        return None
    if extent is not None:
        extent.add_geometry(written)
    if written.geom_type == "GeometryCollection":
        return {
            "type": "GeometryCollection",
            "geometries": [member for part in atoms(written) if (member := to_geojson(part))],
        }
    return {"type": written.geom_type, "coordinates": _arrays(written)}


def point_geojson(position: LngLat) -> dict[str, Any]:
    """Return a GeoJSON point, without shapely."""
    # Adding zero turns -0.0 into 0.0.
    rounded = [round(position.lng, DECIMALS) + 0.0, round(position.lat, DECIMALS) + 0.0]
    return {"type": "Point", "coordinates": rounded}


def _rounded(geometry: "BaseGeometry") -> "BaseGeometry":
    import numpy as np
    import shapely

    def shortened(coordinates: Any) -> Any:
        return np.round(coordinates, DECIMALS) + 0.0

    geometry = shapely.force_2d(geometry)
    for _ in range(3):
        rounded = shapely.transform(geometry, shortened)
        if rounded.is_valid:
            return rounded
        # Rounding can make a sliver cross itself; what has no inside any more is left out.
        geometry = shapely.make_valid(rounded, method="structure", keep_collapsed=False)
    return geometry


def _arrays(geometry: "BaseGeometry") -> list[Any]:
    if geometry.geom_type == "Point":
        return [geometry.x, geometry.y]
    if geometry.geom_type == "LineString":
        return [list(position) for position in geometry.coords]
    if geometry.geom_type == "Polygon":
        rings = [geometry.exterior, *geometry.interiors]
        return [[list(position) for position in ring.coords] for ring in rings]
    return [_arrays(part) for part in geometry.geoms]


# --- measuring --------------------------------------------------------------------------------


@cache
def geod() -> Any:
    """Return the WGS84 ellipsoid of pyproj."""
    from pyproj import Geod

    return Geod(ellps="WGS84")
