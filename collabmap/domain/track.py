"""Where somebody walked: what a phone or a watch recorded, cleaned, trimmed and made small.

Positions are arrays of WGS84 degrees; times are seconds since 1970 UTC, NaN where none was noted.
"""

import math
from collections.abc import Iterator
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

    @property
    def rough_length_m(self) -> float:
        """Metres along all points, the noise of the receiver too; quickly."""
        steps = (_distances_m(g.lng[:-1], g.lat[:-1], g.lng[1:], g.lat[1:]) for g in self.legs)
        return float(sum(step.sum() for step in steps))


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
    """Return the track without all that lies within metres of where it began or ended.

    So neither the door is seen nor the walking about before it, nor coming by once more in the
    middle of the walk.  None where it never went that far.
    """
    if not track.legs:
        return None
    first, last = track.legs[0], track.legs[-1]
    legs = list(track.legs)
    for door in ((first.lng[0], first.lat[0]), (last.lng[-1], last.lat[-1])):
        legs = [part for leg in legs for part in _away_from(leg, door, metres)]
    return track._replace(legs=tuple(legs)) if legs else None


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


def _away_from(leg: Leg, door: tuple[float, float], metres: float) -> list[Leg]:
    """Return the parts of a leg that lie farther from a door; each ends where it comes so near."""
    is_off = _distances_from_m(leg, *door) > metres
    # A step between two points far off may pass by the door.
    is_joined = is_off[:-1] & is_off[1:] & (_steps_from_m(leg, *door) > metres)
    found: list[Leg] = []
    for first, last in _runs(is_off, is_joined):
        part = _rows(leg, slice(first, last + 1))
        if first > 0 and not is_off[first - 1]:
            part = _joined(_leaving(leg, first - 1, first, door, metres), part)
        if last + 1 < len(is_off) and not is_off[last + 1]:
            part = _joined(part, _leaving(leg, last + 1, last, door, metres))
        if len(part.lng) > 1:
            found.append(part)
    return found


def _runs(
    is_there: "NDArray[np.bool_]", is_joined: "NDArray[np.bool_]"
) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of points that are there and joined to the one before."""
    starts = is_there & ~np.concatenate([[False], is_joined])
    ends = is_there & ~np.concatenate([is_joined, [False]])
    yield from zip(np.flatnonzero(starts).tolist(), np.flatnonzero(ends).tolist(), strict=True)


def _joined(one: Leg, other: Leg) -> Leg:
    return Leg(*(np.concatenate(columns) for columns in zip(one, other, strict=True)))


def _steps_from_m(leg: Leg, lng: float, lat: float) -> Floats:
    """Return how near each step of a leg comes to a position, on a plane that touches it there."""
    metre = math.pi * EARTH_RADIUS_M / 180
    x = ((leg.lng - lng + 180) % 360 - 180) * math.cos(math.radians(lat)) * metre
    y = (leg.lat - lat) * metre
    wide, high = np.diff(x), np.diff(y)
    square = np.maximum(wide**2 + high**2, 1e-12)
    share = np.clip(-(x[:-1] * wide + y[:-1] * high) / square, 0, 1)
    nearest: Floats = np.hypot(x[:-1] + share * wide, y[:-1] + share * high)
    return nearest


def _leaving(leg: Leg, near: int, off: int, door: tuple[float, float], metres: float) -> Leg:
    """Return where the step from a point near a door to one farther off leaves, just outside."""
    inside, outside = 0.0, 1.0
    at = [float(column[off]) for column in leg]
    for _ in range(20):
        share = (inside + outside) / 2
        place = [float(c[near] + share * (c[off] - c[near])) for c in leg]
        if distance_m(LngLat(*door), LngLat(place[0], place[1])) > metres:
            outside, at = share, place
        else:
            inside = share
    return Leg(*(np.array([value]) for value in at))


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
