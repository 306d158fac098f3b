"""Where the photos of a folder belong: by what they say themselves, by a walk, by their neighbours.

A photo that says where it was taken lies there.  One that says only when lies where a recorded walk
was at that moment, or between two photos taken shortly before and after it.  Times are seconds
since 1970 UTC, positions WGS84 degrees.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.track import Track
from collabmap.domain.world_arrays import Floats

# Nobody walks on for longer than this between two photos and is found again on the line.
BETWEEN_S = 180.0
# Beside one photo alone: as long as people stand and take pictures.
BESIDE_S = 60.0
# A gap in a recording that is longer says nothing of where somebody was.
GAP_S = 300.0
# As far as a telephone errs among houses.
NEAR_M = 40.0
SAME_SPOT_M = 25.0


class Way(StrEnum):
    """How it is known where a photo was taken."""

    ITSELF = "itself"
    WALK = "walk"
    NEIGHBOURS = "neighbours"
    UNKNOWN = "unknown"


class Shot(NamedTuple):
    """What a photo says of itself; None for what it does not say."""

    taken_s: float | None
    position: LngLat | None


class Found(NamedTuple):
    """position: None with Way.UNKNOWN."""

    position: LngLat | None
    way: Way


def locate(
    shots: Sequence[Shot], walk: Track | None = None, clock_ahead_s: float = 0.0
) -> list[Found]:
    """Return where each photo was taken.

    clock_ahead_s: by how much the camera's clock was ahead of the walk's.
    """
    line = _line_of(walk) if walk is not None else None
    said = sorted(
        (shot.taken_s, shot.position)
        for shot in shots
        if shot.taken_s is not None and shot.position is not None
    )
    found = []
    for shot in shots:
        if shot.position is not None:
            found.append(Found(shot.position, Way.ITSELF))
        elif shot.taken_s is None:
            found.append(Found(None, Way.UNKNOWN))
        elif line is not None and (at := _on_line(line, shot.taken_s - clock_ahead_s)) is not None:
            found.append(Found(at, Way.WALK))
        elif (at := _between(said, shot.taken_s)) is not None:
            found.append(Found(at, Way.NEIGHBOURS))
        else:
            found.append(Found(None, Way.UNKNOWN))
    return found


def _line_of(walk: Track) -> tuple[Floats, Floats, Floats] | None:
    """Return the times, longitudes and latitudes of a walk in order of time."""
    parts = [np.stack([leg.time_s, leg.lng, leg.lat]) for leg in walk.legs]
    rows = np.concatenate(parts, axis=1) if parts else np.empty((3, 0))
    rows = rows[:, np.isfinite(rows[0])]
    if rows.shape[1] < 2:
        return None
    time_s, lng, lat = rows[:, np.argsort(rows[0], kind="stable")]
    return time_s, lng, lat


def _on_line(line: tuple[Floats, Floats, Floats], at_s: float) -> LngLat | None:
    time_s, lng, lat = line
    after = int(np.searchsorted(time_s, at_s))
    if after == 0 or after == len(time_s):
        near = 0 if after == 0 else len(time_s) - 1
        is_there = abs(time_s[near] - at_s) <= BESIDE_S
        return LngLat(float(lng[near]), float(lat[near])) if is_there else None
    before_s, after_s = float(time_s[after - 1]), float(time_s[after])
    if after_s - before_s > GAP_S:
        return None
    share = (at_s - before_s) / (after_s - before_s) if after_s > before_s else 0.0
    start, end = (LngLat(float(lng[i]), float(lat[i])) for i in (after - 1, after))
    return _part_way(start, end, share)


def _between(said: Sequence[tuple[float, LngLat]], at_s: float) -> LngLat | None:
    index = bisect_left(said, at_s, key=lambda one: one[0])
    before = said[index - 1] if index else None
    after = said[index] if index < len(said) else None
    if before and after and after[0] - before[0] <= BETWEEN_S:
        share = (at_s - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
        return _part_way(before[1], after[1], share)
    near = [one for one in (before, after) if one and abs(one[0] - at_s) <= BESIDE_S]
    return min(near, key=lambda one: abs(one[0] - at_s))[1] if near else None


def _part_way(start: LngLat, end: LngLat, share: float) -> LngLat:
    # The short way round, also across the antimeridian.
    east = math.remainder(end.lng - start.lng, 360.0)
    lng = math.remainder(start.lng + east * share, 360.0)
    return LngLat(lng, start.lat + (end.lat - start.lat) * share)


class Spot(NamedTuple):
    """Photos that were taken at one spot.  photos: their numbers, in the order given."""

    position: LngLat
    photos: tuple[int, ...]


def spots(found: Sequence[Found]) -> list[Spot]:
    """Return the spots where photos were taken, each photo at the nearest spot within reach."""
    centres: list[LngLat] = []
    members: list[list[int]] = []
    cells: dict[tuple[int, int], list[int]] = {}
    for number, one in enumerate(found):
        if one.position is None:
            continue
        cell = _cell(one.position)
        around = [
            spot
            for east in (-1, 0, 1)
            for north in (-1, 0, 1)
            for spot in cells.get((cell[0] + east, cell[1] + north), ())
        ]
        near = [(distance_m(centres[spot], one.position), spot) for spot in around]
        metres, spot = min(near, default=(math.inf, -1))
        if metres > SAME_SPOT_M:
            spot = len(centres)
            centres.append(one.position)
            members.append([])
            cells.setdefault(cell, []).append(spot)
        members[spot].append(number)
    return [Spot(centre, tuple(of)) for centre, of in zip(centres, members, strict=True)]


def _cell(position: LngLat) -> tuple[int, int]:
    """Return a cell of the grid in which spots within reach lie beside one another."""
    # A degree of latitude is 111 km; of longitude less, so that cells get wider to be as large.
    side = SAME_SPOT_M / 110_000
    wide = side / max(0.05, math.cos(math.radians(position.lat)))
    return math.floor(position.lng / wide), math.floor(position.lat / side)
