"""A folder of photos, placed by where or when they were taken: looked at first, then added."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collabmap.app.desk import Report
from collabmap.app.progress import CancelToken, stepper
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.domain.photo_placing import NEAR_M, Found, Shot, Spot, Way, locate, spots
from collabmap.domain.track import Track
from collabmap.errors import CollabMapError, FolderGone, PhotosNotFound
from collabmap.formats.photo_facts import SUFFIXES, PhotoFacts, read_facts

if TYPE_CHECKING:
    from collabmap.app.reader import Reader

# More than anybody looks through; the rest is for another time, and said.
MAX_PHOTOS = 20_000


class FolderPhoto(NamedTuple):
    path: Path
    facts: PhotoFacts


@dataclass(frozen=True, slots=True)
class Folder:
    """The photos of a folder and of those in it.

    photos: in order of time, those that do not say when last.  unread: files that are called as
    photos are and are none, with why.  is_all: there were not more than MAX_PHOTOS.
    """

    path: Path
    photos: tuple[FolderPhoto, ...]
    unread: tuple[tuple[Path, CollabMapError], ...] = ()
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """Photos for one place.  place: id of one that is there, None for a new one at `position`.

    name, distance_m: of the place that is there.
    """

    position: LngLat
    photos: tuple[FolderPhoto, ...]
    ways: frozenset[Way]
    place: bytes | None = None
    name: str = ""
    category: str = ""
    distance_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of a folder.  unplaced: photos of which nothing says where."""

    folder: Folder
    stops: tuple[Stop, ...]
    unplaced: tuple[FolderPhoto, ...]

    @property
    def count(self) -> int:
        """Return how many photos would be added."""
        return sum(len(stop.photos) for stop in self.stops)


def read_folder(
    folder: Path, progress: Report | None = None, cancel: CancelToken | None = None
) -> Folder:
    """Return what the photos of a folder say of themselves; no picture is decoded.

    Raises FolderGone, PhotosNotFound, Cancelled.
    """
    paths = []
    for path in _files(folder):
        if cancel is not None:
            cancel.check()
        paths.append(path)
        if len(paths) > MAX_PHOTOS:
            break
    if not paths:
        raise PhotosNotFound(folder=folder.name or str(folder))
    is_all = len(paths) <= MAX_PHOTOS
    paths = paths[:MAX_PHOTOS]
    step = stepper(progress, cancel, "photos", len(paths))
    photos, unread = [], []
    for number, path in enumerate(paths):
        step(number)
        try:
            photos.append(FolderPhoto(path, read_facts(path)))
        except CollabMapError as error:
            unread.append((path, error))
    step(len(paths))
    photos.sort(key=_order)
    return Folder(folder, tuple(photos), tuple(unread), is_all)


def _order(photo: FolderPhoto) -> tuple[bool, int, str]:
    taken = photo.facts.taken_ms
    return taken is None, taken or 0, str(photo.path)


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        # A folder in it that may not be read hides no photo of the others.
        if Path(error.filename or "") == folder:
            raise FolderGone(folder=str(folder)) from error

    for base, below, names in os.walk(folder, onerror=refuse):
        # Hidden folders hold copies and thumbnails that nobody means.
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(base) / name


def plan(
    reader: "Reader",
    folder: Folder,
    walk: Track | None = None,
    clock_ahead_s: float = 0.0,
) -> Plan:
    """Return to which places the photos of a folder would go.

    walk: where somebody was when, for photos that say only when.  clock_ahead_s: see `locate`.
    """
    shots = [
        Shot(None if p.facts.taken_ms is None else p.facts.taken_ms / 1000, p.facts.position)
        for p in folder.photos
    ]
    found = locate(shots, walk, clock_ahead_s)
    stops: dict[bytes, Stop] = {}
    for number, spot in enumerate(spots(found)):
        stop = _stop(reader, folder.photos, found, spot)
        key = stop.place or number.to_bytes(4, "big")
        stops[key] = _joined(stops[key], stop) if key in stops else stop
    unplaced = (p for p, one in zip(folder.photos, found, strict=True) if one.position is None)
    return Plan(folder, tuple(stops.values()), tuple(unplaced))


def _stop(
    reader: "Reader", photos: Sequence[FolderPhoto], found: Sequence[Found], spot: Spot
) -> Stop:
    at = spot.position
    of_spot = tuple(photos[number] for number in spot.photos)
    ways = frozenset(found[number].way for number in spot.photos)
    rows, _count = reader.places(_around(at, NEAR_M), near=at, limit=1)
    near = [row for row in rows if distance_m(at, LngLat(row.lng, row.lat)) <= NEAR_M]
    if not near:
        return Stop(at, of_spot, ways)
    row = near[0]
    metres = distance_m(at, LngLat(row.lng, row.lat))
    return Stop(at, of_spot, ways, row.id, row.name, row.category, metres)


def _joined(one: Stop, other: Stop) -> Stop:
    """Return two stops at the same place as one, with the nearer position."""
    near, far = sorted((one, other), key=lambda stop: stop.distance_m)
    return Stop(
        near.position, (*near.photos, *far.photos), near.ways | far.ways,
        near.place, near.name, near.category, near.distance_m,
    )  # fmt: skip


def _around(at: LngLat, metres: float) -> Bbox:

    north = metres / 110_000
    east = north / max(0.05, math.cos(math.radians(at.lat)))
    return Bbox(at.lng - east, at.lat - north, at.lng + east, at.lat + north)
