"""Where somebody walked: what a phone or a watch recorded, cleaned, trimmed and made small.

Positions are arrays of WGS84 degrees; times are seconds since 1970 UTC, NaN where none was noted.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.geo import EARTH_RADIUS_M, MAX_LAT, LngLat, distance_m
from collabmap.domain.geometry import MAX_VERTICES
from collabmap.domain.sketch import Sketch
from collabmap.domain.world_arrays import Floats, world_arrays

# Faster than any train in a town: 250 km/h.
_MOST_M_A_S = 70.0
# Without times, a jump that long which comes back at once is no walk.
_JUMP_M = 2_000.0
# After so many points elsewhere it was no jump: the recording went on there.
_MOST_JUMPED = 10
# Receivers that have no signal yet note the Gulf of Guinea.
_NOWHERE_DEG = 1e-6
TOLERANCE_M = 2.0
# What is kept of a walk leaves room for the ends that a cut at the antimeridian adds.
_MOST_KEPT = MAX_VERTICES - 100


class Leg(NamedTuple):
    """A part of a track without a gap: three arrays of one length."""

    lng: Floats
    lat: Floats
    time_s: Floats


class Track(NamedTuple):
    """One walk.  legs: with gaps between them.  left_out: how many points made no sense."""

    name: str
    legs: tuple[Leg, ...]
    left_out: int = 0

    @property
    def duration_s(self) -> float | None:
        """Seconds from the first to the last time that was noted, None without two."""
        times = np.concatenate([leg.time_s for leg in self.legs]) if self.legs else np.empty(0)
        times = times[np.isfinite(times)]
        return float(times.max() - times.min()) if len(times) > 1 else None


def cleaned(track: Track) -> Track:
    """Return the track without points off the map, points nowhere and absurd jumps, counted.

    Standing still is one point.  A leg that stays within the tolerance of its start is none.
    """
    legs: list[Leg] = []
    left_out = track.left_out
    for leg in track.legs:
        on_map = _on_map(leg)
        kept = _without_jumps(_unrolled(_rows(leg, on_map)))
        left_out += len(leg.lng) - sum(len(part.lng) for part in kept)
        legs += [moving for part in kept if _goes_away(moving := _moving(part))]
    return Track(track.name, tuple(legs), left_out)


def trimmed(track: Track, metres: float) -> Track | None:
    """Return the track without its start and end, as far as they lie within metres of its ends.

    So neither the door where it began is seen nor the walking about before it.  None where it never
    went that far.
    """
    legs = _from_start(track.legs, metres)
    back = _from_start([_backwards(leg) for leg in reversed(legs)], metres)
    kept = tuple(_backwards(leg) for leg in reversed(back))
    return track._replace(legs=kept) if kept else None


def simplified(track: Track, tolerance_m: float = TOLERANCE_M) -> Sketch:
    """Return the track as a line of few enough vertices to be stored, each leg a part.

    Off by at most the tolerance; of a walk so long that this is not enough, by twice that, and so
    on.  Source: Douglas and Peucker 1973, through GEOS.
    """
    while True:
        lines = (_line(leg, tolerance_m) for leg in track.legs)
        # A round that is smaller than the tolerance is a point.
        parts = tuple((line,) for line in lines if len(set(line)) > 1)
        sketch = Sketch("line", parts)
        if sketch.vertex_count <= _MOST_KEPT or all(len(ring) == 2 for (ring,) in parts):
            return sketch
        tolerance_m *= 2


# --- cleaning ---------------------------------------------------------------------------------


def _on_map(leg: Leg) -> "NDArray[np.bool_]":
    # Written so that NaN fails too.
    inside = (np.abs(leg.lng) <= 180) & (np.abs(leg.lat) <= MAX_LAT)
    nowhere = (np.abs(leg.lng) < _NOWHERE_DEG) & (np.abs(leg.lat) < _NOWHERE_DEG)
    return inside & ~nowhere


def _rows(leg: Leg, rows: "NDArray[np.bool_] | slice") -> Leg:
    return Leg(leg.lng[rows], leg.lat[rows], leg.time_s[rows])


def _unrolled(leg: Leg) -> Leg:
    """Return the leg without the jump at the antimeridian: longitudes run on past ±180."""
    return leg._replace(lng=np.unwrap(leg.lng, period=360))


def _moving(leg: Leg) -> Leg:
    still = (np.diff(leg.lng) == 0) & (np.diff(leg.lat) == 0)
    return _rows(leg, np.concatenate([[True], ~still])) if len(leg.lng) else leg


def _goes_away(leg: Leg) -> bool:
    if len(leg.lng) < 2:
        return False
    return bool((_distances_from_m(leg, leg.lng[0], leg.lat[0]) > TOLERANCE_M).any())


def _without_jumps(leg: Leg) -> list[Leg]:
    """Return the leg without single points far off; in two where it went on elsewhere."""
    count = len(leg.lng)
    if count < 3:
        return [leg]
    steps = _distances_m(leg.lng[:-1], leg.lat[:-1], leg.lng[1:], leg.lat[1:])
    if not _is_jump(steps, np.diff(leg.time_s)).any():
        return [leg]
    parts: list[list[int]] = [[]]
    jumped: list[int] = []
    for number in range(count):
        last = parts[-1][-1] if parts[-1] else None
        if last is None or not _is_jump(*_step(leg, last, number)):
            parts[-1].append(number)
            jumped = []
            continue
        if jumped and _is_jump(*_step(leg, jumped[-1], number)):
            jumped = []
        jumped.append(number)
        if len(jumped) >= _MOST_JUMPED or number == count - 1 > jumped[0]:
            parts.append(jumped)
            jumped = []
    return [_rows(leg, np.array(part, dtype=np.int64)) for part in parts if len(part) > 1]


def _step(leg: Leg, a: int, b: int) -> tuple[Floats, Floats]:
    """Return metres and seconds from one point to another."""
    metres = _distances_m(leg.lng[[a]], leg.lat[[a]], leg.lng[[b]], leg.lat[[b]])
    return metres, leg.time_s[[b]] - leg.time_s[[a]]


def _is_jump(metres: Floats, seconds: Floats) -> "NDArray[np.bool_]":
    timed = seconds > 0
    speed = metres / np.where(timed, seconds, 1.0)
    return np.where(timed, (speed > _MOST_M_A_S) & (metres > 100), metres > _JUMP_M)


def _distances_from_m(leg: Leg, lng: float, lat: float) -> Floats:
    there = np.full_like(leg.lng, lng), np.full_like(leg.lat, lat)
    return _distances_m(*there, leg.lng, leg.lat)


def _distances_m(lng_a: Floats, lat_a: Floats, lng_b: Floats, lat_b: Floats) -> Floats:
    """Return great-circle distances: geo.distance_m for arrays."""
    half_lat = np.sin(np.radians(lat_b - lat_a) / 2) ** 2
    half_lng = np.sin(np.radians(lng_b - lng_a) / 2) ** 2
    chord = half_lat + np.cos(np.radians(lat_a)) * np.cos(np.radians(lat_b)) * half_lng
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
    return metres


# --- trimming ---------------------------------------------------------------------------------


def _backwards(leg: Leg) -> Leg:
    return _rows(leg, slice(None, None, -1))


def _from_start(legs: "tuple[Leg, ...] | list[Leg]", metres: float) -> list[Leg]:
    """Return what comes after the start was first left behind by a distance."""
    if not legs:
        return []
    start_lng, start_lat = legs[0].lng[0], legs[0].lat[0]
    for number, leg in enumerate(legs):
        off = _distances_from_m(leg, start_lng, start_lat)
        beyond = np.flatnonzero(off > metres)
        if not len(beyond):
            continue
        first = int(beyond[0])
        left = _rows(leg, slice(first, None))
        if first > 0:
            edge = _leaving(leg, first, (start_lng, start_lat), metres)
            left = Leg(*(np.concatenate([[at], c]) for at, c in zip(edge, left, strict=True)))
        return [*([left] if len(left.lng) > 1 else []), *legs[number + 1 :]]
    return []


def _leaving(leg: Leg, first: int, start: tuple[float, float], metres: float) -> list[float]:
    """Return where the step to the first point beyond the circle leaves it, just outside."""
    inside, outside = 0.0, 1.0
    at = [float(column[first]) for column in leg]
    for _ in range(20):
        share = (inside + outside) / 2
        place = [float(c[first - 1] + share * (c[first] - c[first - 1])) for c in leg]
        if distance_m(LngLat(*start), LngLat(place[0], place[1])) > metres:
            outside, at = share, place
        else:
            inside = share
    return at


# --- making small -----------------------------------------------------------------------------


def _line(leg: Leg, tolerance_m: float) -> tuple[LngLat, ...]:
    import shapely

    middle = math.radians(float(leg.lat.min() + leg.lat.max()) / 2)
    metre = 1 / (2 * math.pi * EARTH_RADIUS_M * math.cos(middle))
    x, y = world_arrays(leg.lng, leg.lat)
    # The number of each point rides along as its height, so that it is found again.
    flat = shapely.LineString(np.column_stack([x, y, np.arange(len(x), dtype=np.float64)]))
    simple = shapely.simplify(flat, tolerance_m * metre, preserve_topology=False)
    rows = shapely.get_coordinates(simple, include_z=True)[:, 2].astype(np.int64)
    return tuple(LngLat(float(leg.lng[row]), float(leg.lat[row])) for row in rows)
