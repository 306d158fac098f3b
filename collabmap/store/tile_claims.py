"""What tile files say about themselves, held against their tiles: files lie."""

import math
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, tms_row, window
from collabmap.store.tile_image import Image

VECTOR_FORMATS = frozenset({"pbf", "mvt", "mlt", "application/vnd.mapbox-vector-tile"})
_FORMAT_NAMES = {"jpeg": "jpg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
# From the whole world no row tells north from south.
_MIN_TELLING_ZOOM = 2


class Extent(NamedTuple):
    """The columns and rows of the tiles at one zoom, first and last; rows as they are stored."""

    zoom: int
    west: int
    east: int
    low: int
    high: int

    def flipped(self) -> "Extent":
        """Return the same with rows counted from the other side."""
        low, high = tms_row(self.zoom, self.high), tms_row(self.zoom, self.low)
        return self._replace(low=low, high=high)

    def box(self) -> Bbox:
        """Return what the tiles cover, in WGS84 degrees; rows are those of `Tile`."""
        north_west = bounds_of(Tile(self.zoom, self.west, self.low))
        south_east = bounds_of(Tile(self.zoom, self.east, self.high))
        return Bbox(north_west.west, south_east.south, south_east.east, north_west.north)


class Extents:
    """Where tiles lie, zoom by zoom, gathered one after the other."""

    def __init__(self) -> None:
        self._ends: dict[int, list[int]] = {}

    def add(self, zoom: int, x: int, y: int, side: int = 1) -> None:
        """Take in a square of tiles by its corner with the lowest numbers."""
        ends = self._ends.setdefault(zoom, [x, x, y, y])
        ends[0], ends[2] = min(ends[0], x), min(ends[2], y)
        ends[1], ends[3] = max(ends[1], x + side - 1), max(ends[3], y + side - 1)

    def __bool__(self) -> bool:
        return bool(self._ends)

    @property
    def zooms(self) -> tuple[int, int]:
        """The first and the last zoom that hold tiles."""
        return min(self._ends), max(self._ends)

    @property
    def last(self) -> Extent:
        """Where the tiles of the last zoom lie."""
        zoom = max(self._ends)
        return Extent(zoom, *self._ends[zoom])


def claimed_bounds(text: str) -> Bbox | None:
    """Return 'west,south,east,north' in degrees as a box, None where it is none."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        return None
    claimed = Bbox(west, south, east, north)
    is_box = all(map(math.isfinite, claimed)) and west < east and south < north
    return claimed if is_box else None


def best_bounds(claimed: Bbox | None, tiles_box: Bbox) -> Bbox:
    """Return the box the file claims where its tiles bear it out, else the box of its tiles."""
    room = 1e-6
    is_inside = claimed is not None and (
        claimed.west >= tiles_box.west - room
        and claimed.south >= tiles_box.south - room
        and claimed.east <= tiles_box.east + room
        and claimed.north <= tiles_box.north + room
    )
    return claimed if claimed is not None and is_inside else tiles_box


def is_other_way_up(rows: Extent, claimed: Bbox | None) -> bool:
    """Whether only the other count of rows puts the tiles where the file says that they are.

    rows: as `Tile` counts them if the file keeps to its rule.
    """
    if claimed is None or rows.zoom < _MIN_TELLING_ZOOM:
        return False
    wanted = window(claimed, rows.zoom)
    across = any(run.start <= rows.east and rows.west < run.stop for run in wanted.columns)
    return across and not _meets(rows, wanted.rows) and _meets(rows.flipped(), wanted.rows)


def _meets(rows: Extent, wanted: range) -> bool:
    return rows.low < wanted.stop and wanted.start <= rows.high


def guesses(
    said: Mapping[str, str], image: Image, zooms: tuple[int, int], bounds: Bbox
) -> tuple[str, ...]:
    """Return codes of what the file left open or told wrongly, and the tiles had to tell.

    said: its metadata, by the names of MBTiles.  Codes: name, format, zooms, bounds, size.
    """
    wide, high = image.width, image.height
    told = said.get("format", "").strip().lower()
    checks = {
        "name": bool(said.get("name", "").strip()),
        "format": _FORMAT_NAMES.get(told, told) == image.format,
        "zooms": (said.get("minzoom"), said.get("maxzoom")) == (str(zooms[0]), str(zooms[1])),
        "bounds": claimed_bounds(said.get("bounds", "")) == bounds,
        "size": (wide, high) == (256, 256) or said.get("tile_size") == str(wide) == str(high),
    }
    return tuple(code for code, is_told in checks.items() if not is_told)


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        self.parts.append(" " if tag in ("br", "p", "div", "li") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return what a reader would see of a piece of HTML, on one line."""
    parser = _PlainText()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split())
