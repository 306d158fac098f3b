"""Whether a base map is there under all places: each tile is looked for once, and remembered.

To look is heavy and needs no project, so it can be done aside; the answer holds for as long as the
file and the area are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from collabmap.app.base_maps import BaseMapView
from collabmap.app.desk import Desk
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import bounds_of, count_tiles, tile_at

# Beyond the outermost places, so that one sees where they lie: about 300 m.
MARGIN_DEGREES = 0.003
# The views in which people find and place things: the town, down to a house.
NEEDED_ZOOMS = range(12, 18)
# Of a region the nearest views alone would take millions.
MAX_TILES = 200_000
_NOTE = "map-cover"


class Question(NamedTuple):
    """What is to be looked for.  area: WGS84.  stamp: size and time (ns) of the file."""

    path: Path
    area: Bbox
    zooms: tuple[int, ...]
    stamp: tuple[int, int]

    @property
    def tiles(self) -> int:
        """How many tiles are to be looked for."""
        return sum(count_tiles(self.area, zoom) for zoom in self.zooms)


@dataclass(frozen=True, slots=True)
class MapCover:
    """How many tiles there should be, and how many are missing or no picture."""

    expected: int
    missing: int


def question(view: BaseMapView, places: Bbox | None) -> Question | None:
    """Return what is to be looked for in a base map, None where it covers nothing of the places.

    places: the box of all places, None where there is none yet: then in all of the base map.
    """
    if view.bounds is None or view.zooms is None:
        return None
    area = view.bounds if places is None else _common(_snapped(places, view.zooms[1]), view.bounds)
    if area is None:
        return None
    zooms = [z for z in range(view.zooms[0], view.zooms[1] + 1) if z in NEEDED_ZOOMS]
    zooms = zooms or [view.zooms[1]]
    while len(zooms) > 1 and sum(count_tiles(area, zoom) for zoom in zooms) > MAX_TILES:
        zooms.pop()
    status = view.path.stat()
    return Question(view.path, area, tuple(zooms), (status.st_size, status.st_mtime_ns))


def _snapped(box: Bbox, zoom: int) -> Bbox:
    """Return whole tiles around a box, so that one more place asks for the same most often."""
    first = bounds_of(tile_at(box.west - MARGIN_DEGREES, box.north + MARGIN_DEGREES, zoom))
    last = bounds_of(tile_at(box.east + MARGIN_DEGREES, box.south - MARGIN_DEGREES, zoom))
    return Bbox(first.west, last.south, last.east, first.north)


def _common(one: Bbox, other: Bbox) -> Bbox | None:
    found = Bbox(
        max(one.west, other.west),
        max(one.south, other.south),
        min(one.east, other.east),
        min(one.north, other.north),
    )
    return found if found.west < found.east and found.south < found.north else None


def measure(asked: Question, step: Callable[[int], None] | None = None) -> MapCover:
    """Look for every tile, and whether it is a picture.  step: told how many; may raise to stop.

    Raises FileMissing, TilesUnreadable and its like.
    """
    # Late: it brings what reads extracts with it, and the window opens without.
    from collabmap.basemap import completeness

    tell = step or (lambda _done: None)
    found = completeness.check(
        asked.path, asked.area, asked.zooms, progress=lambda done, _total: tell(done)
    )
    return MapCover(found.expected, found.wrong)


# --- remembering ------------------------------------------------------------------------------


def remember(desk: Desk, asked: Question, found: MapCover) -> None:
    """Keep an answer for as long as the question is the same."""
    desk.device.set_note(desk.project.id, _NOTE, [_key(asked), found.expected, found.missing])


def known(desk: Desk, asked: Question) -> MapCover | None:
    """Return what was found when the same was asked before, None if it was not."""
    kept = desk.device.note(desk.project.id, _NOTE)
    if not kept or kept[0] != _key(asked):
        return None
    return MapCover(kept[1], kept[2])


def _key(asked: Question) -> list[object]:
    area = [round(side * 1e7) for side in asked.area]
    return [asked.path.name, *asked.stamp, area, list(asked.zooms)]
