"""Tiles: the squares a base map is cut into, numbered from the north-west (XYZ scheme).

Source: OGC 17-083r2, WebMercatorQuad.  MBTiles counts rows from the south: see `tms_row`.
"""

import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple, Protocol

from collabmap.domain.geo import Bbox, from_world, to_world
from collabmap.errors import AreaInvalid, ZoomOutOfRange

MAX_ZOOM = 22
# Of the world's width, half a millimetre on the ground: a box that ends on a tile's edge must not
# pull in the next tile through the last bit of a double.
EDGE = 1e-11


class Tile(NamedTuple):
    """A tile: zoom, column from the west, row from the *north*."""

    z: int
    x: int
    y: int


class TileSource(Protocol):
    """Where tiles come from.  One source belongs to one thread."""

    @property
    def attribution(self) -> str:
        """Plain text that must be shown with the tiles; '' when nobody asks for any."""

    @property
    def min_zoom(self) -> int: ...

    @property
    def max_zoom(self) -> int: ...

    @property
    def bounds(self) -> Bbox: ...

    @property
    def tile_size(self) -> int:
        """Width of a tile in pixels: 256 or 512."""

    def get(self, tile: Tile) -> bytes | None:
        """Return the bytes of an image (PNG, JPEG or WebP), or None when there is no such tile."""


class Window(NamedTuple):
    """The columns and rows of one zoom that cover a box; a box over the antimeridian has two
    runs of columns."""

    columns: tuple[range, ...]
    rows: range

    @property
    def size(self) -> int:
        """How many tiles that is."""
        return sum(len(run) for run in self.columns) * len(self.rows)


def tile_at(lng: float, lat: float, zoom: int) -> Tile:
    """Return the tile that holds a position.  Positions off the map give the nearest tile."""
    x, y = to_world(max(-180.0, min(180.0, lng)), lat)
    across = tiles_across(zoom)
    return Tile(zoom, _index(x, across), _index(y, across))


def tiles_across(zoom: int) -> int:
    """Return how many tiles lie side by side at a zoom.  Raises ZoomOutOfRange."""
    if not 0 <= zoom <= MAX_ZOOM:
        raise ZoomOutOfRange(value=zoom, field="zoom")
    return 1 << zoom


def window(bbox: Bbox, zoom: int) -> Window:
    """Return the columns and rows that cover a box at one zoom, from west to east.

    bbox: WGS84 degrees; west > east means that it crosses the antimeridian.  A box that ends on
    a tile's edge does not take the next tile; a box without width still takes one.
    Raises ZoomOutOfRange outside 0..22, AreaInvalid where south > north or a number is none.
    """
    across = tiles_across(zoom)
    if not all(map(math.isfinite, bbox)) or bbox.south > bbox.north:
        raise AreaInvalid(value=", ".join(map(str, bbox)), field="area")
    left, top = to_world(max(-180.0, bbox.west), bbox.north)
    right, bottom = to_world(min(180.0, bbox.east), bbox.south)
    rows = _run(top, bottom, across)
    if bbox.west <= bbox.east:
        return Window((_run(left, right, across),), rows)
    west, east = _run(left, 1.0, across), _run(0.0, right, across)
    if east.stop >= west.start:
        return Window((range(across),), rows)
    return Window((west, east), rows)


def tiles_of(bbox: Bbox, zoom: int) -> Iterator[Tile]:
    """Return the tiles that cover a box at one zoom, row by row.  Box and errors: see `window`."""
    columns, rows = window(bbox, zoom)
    return (Tile(zoom, x, y) for y in rows for x in chain(*columns))


def count_tiles(bbox: Bbox, zoom: int) -> int:
    """Return how many tiles `tiles_of` gives, without making them."""
    return window(bbox, zoom).size


def bounds_of(tile: Tile) -> Bbox:
    """Return the box that a tile covers, in WGS84 degrees."""
    across = tiles_across(tile.z)
    west, north = from_world(tile.x / across, tile.y / across)
    east, south = from_world((tile.x + 1) / across, (tile.y + 1) / across)
    return Bbox(west, south, east, north)


def parent(tile: Tile) -> Tile | None:
    """Return the tile one zoom out that holds this one, None for the world."""
    return Tile(tile.z - 1, tile.x >> 1, tile.y >> 1) if tile.z else None


def children(tile: Tile) -> tuple[Tile, Tile, Tile, Tile]:
    """Return the four tiles one zoom in: north-west, north-east, south-west, south-east."""
    z, x, y = tile.z + 1, tile.x * 2, tile.y * 2
    return Tile(z, x, y), Tile(z, x + 1, y), Tile(z, x, y + 1), Tile(z, x + 1, y + 1)


def tms_row(zoom: int, y: int) -> int:
    """Return the row counted from the other side: XYZ to TMS and back.  Source: MBTiles 1.3."""
    return (1 << zoom) - 1 - y


def _run(low: float, high: float, across: int) -> range:
    """Return the run of tiles over [low, high] of the unit square: one at least."""
    first = _index(low + EDGE, across)
    last = max(0, min(across, math.ceil((high - EDGE) * across)) - 1)
    return range(first, max(first, last) + 1)


def _index(position: float, across: int) -> int:
    return max(0, min(across - 1, math.floor(position * across)))
