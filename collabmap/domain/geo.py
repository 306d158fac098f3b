"""Positions and boxes: two coordinate systems with types of their own, so that they cannot mix.

Web Mercator here is the spherical EPSG:3857; source of the formulas: OGC 17-083r2, annex D.
"""

import math
from typing import NamedTuple

EARTH_RADIUS_M = 6378137.0
# Where Web Mercator's square ends.  Source: OGC 17-083r2, WebMercatorQuad.
MAX_LAT = 85.0511287798066


class LngLat(NamedTuple):
    """A position in WGS84 degrees (EPSG:4326), longitude first."""

    lng: float
    lat: float


class Bbox(NamedTuple):
    """A box in WGS84 degrees; west > east means that it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lng: float, lat: float) -> bool:
        """Whether a position lies inside or on the edge."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lng <= self.east
        return lng >= self.west or lng <= self.east


class MercatorXY(NamedTuple):
    """A position in Web Mercator metres (EPSG:3857), x east, y north."""

    x: float
    y: float


def to_mercator(lng: float, lat: float) -> MercatorXY:
    """Return Web Mercator metres.  lat is clamped to ±MAX_LAT, where the projection ends."""
    world = to_world(lng, lat)
    size = 2 * math.pi * EARTH_RADIUS_M
    return MercatorXY((world[0] - 0.5) * size, (0.5 - world[1]) * size)


def to_world(lng: float, lat: float) -> tuple[float, float]:
    """Return the position in the unit square: x east in [0, 1], y *down* in [0, 1] (tile axes).

    lat is clamped to ±MAX_LAT.
    """
    lat = max(-MAX_LAT, min(MAX_LAT, lat))
    sin_lat = math.sin(math.radians(lat))
    return (
        lng / 360 + 0.5,
        0.5 - math.log((1 + sin_lat) / (1 - sin_lat)) / (4 * math.pi),
    )


def from_world(x: float, y: float) -> LngLat:
    """Return degrees for a position in the unit square (x east, y down)."""
    return LngLat((x - 0.5) * 360, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))))


def distance_m(a: LngLat, b: LngLat) -> float:
    """Return the great-circle distance in metres on a sphere: good to 0.5 %, without pyproj."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2) ** 2
    half_lng = math.sin(math.radians(b.lng - a.lng) / 2) ** 2
    chord = half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lng
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
