"""Pictures of tiles of lines and zones: what there is, what is out of date, what stands in."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPixmap

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, bounds_of, children, parent
from collabmap.render.camera import Camera, Floats
from collabmap.render.shape_painter import MARGIN_PX, TILE_PX

# Sixty-four tiles of 512 px: four screens.
CACHE_BYTES = 64 * 1024 * 1024
# What is empty costs no pixels, but is remembered too.
MAX_TILES = 1024


@dataclass(slots=True)
class Entry:
    """pixmap: None where nothing lies.  box: of it in the tile, in shares of the tile's width.

    look: number of the look that it was painted in.  ids: the shapes on it; reach: the box around
    them, far outside the tile too.  is_stale: something on it has changed since.
    """

    pixmap: QPixmap | None
    box: QRectF
    look: int
    ids: frozenset[bytes] = frozenset()
    reach: Bbox | None = None
    is_stale: bool = False

    @property
    def size(self) -> int:
        return 0 if self.pixmap is None else self.pixmap.width() * self.pixmap.height() * 4


class Piece(NamedTuple):
    """A part of a pixmap to draw.  target: logical pixels; source: pixels of the pixmap."""

    target: QRectF
    pixmap: QPixmap
    source: QRectF


class ShapeCache:
    """The longest unused are dropped first, never those of the last frame."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Tile, Entry] = OrderedDict()
        self._bytes = 0
        self._frame: set[Tile] = set()

    def clear(self) -> None:
        self._entries.clear()
        self._frame.clear()
        self._bytes = 0

    def get(self, tile: Tile) -> Entry | None:
        return self._entries.get(tile)

    def put(self, tile: Tile, entry: Entry) -> None:
        before = self._entries.pop(tile, None)
        self._bytes += entry.size - (before.size if before is not None else 0)
        self._entries[tile] = entry
        for oldest in list(self._entries):
            if self._bytes <= CACHE_BYTES and len(self._entries) <= MAX_TILES:
                break
            if oldest not in self._frame and oldest != tile:
                self._bytes -= self._entries.pop(oldest).size

    def outdate(self, boxes: Sequence[Bbox], ids: frozenset[bytes]) -> None:
        """Mark what lies in boxes, and what shows some shapes."""
        edges = _edges(boxes)
        for tile, entry in self._entries.items():
            if entry.ids & ids or _meets(grown(tile), edges):
                entry.is_stale = True

    def outdate_around(self, boxes: Sequence[Bbox]) -> None:
        """Mark what lies in boxes, and what shows a shape that reaches into one of them."""
        edges = _edges(boxes)
        for tile, entry in self._entries.items():
            is_reached = entry.reach is not None and _meets(entry.reach, edges)
            if is_reached or _meets(grown(tile), edges):
                entry.is_stale = True

    def pieces(self, camera: Camera, tiles: list[Tile], dpr: float) -> list[Piece]:
        """Return what to draw for tiles: each, or what stands in for one that is missing."""
        self._frame = set()
        found: list[Piece] = []
        drawn: set[Tile] = set()
        for tile in tiles:
            for stand_in in self._stand_ins(tile):
                self._frame.add(stand_in)
                self._entries.move_to_end(stand_in)
                clip = None if stand_in.z >= tile.z else tile
                if clip is None and stand_in in drawn:
                    continue
                drawn.add(stand_in)
                found += _piece(camera, stand_in, self._entries[stand_in], clip, dpr)
        return found

    def _stand_ins(self, tile: Tile) -> Iterator[Tile]:
        """Return the tile, else the nearest ancestor that there is, else its children."""
        candidate: Tile | None = tile
        while candidate is not None:
            if candidate in self._entries:
                yield candidate
                return
            candidate = parent(candidate)
        yield from (child for child in children(tile) if child in self._entries)


def _edges(boxes: Sequence[Bbox]) -> Floats:
    return np.array(boxes, np.float64).reshape(-1, 4)


def grown(tile: Tile) -> Bbox:
    """Return a tile's box and what is near enough for its line to be seen on the tile."""
    west, south, east, north = bounds_of(tile)
    wide = (east - west) * MARGIN_PX / TILE_PX
    high = (north - south) * MARGIN_PX / TILE_PX
    return Bbox(west - wide, south - high, east + wide, north + high)


def _meets(box: Bbox, edges: Floats) -> bool:
    """Whether a box meets one of others, (n, 4) west, south, east, north."""
    west, south, east, north = edges.T
    is_met = (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
    return bool(is_met.any())


def tile_box(camera: Camera, tile: Tile, dpr: float) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of a tile in whole device pixels, so that no seam shows."""
    across = 1 << tile.z
    left, top = camera.to_screen(tile.x / across, tile.y / across)
    right, bottom = camera.to_screen((tile.x + 1) / across, (tile.y + 1) / across)
    return round(left * dpr), round(top * dpr), round(right * dpr), round(bottom * dpr)


def _piece(camera: Camera, tile: Tile, entry: Entry, clip: Tile | None, dpr: float) -> list[Piece]:
    """Return what to draw of a tile's picture.  clip: only what lies in this tile of it."""
    if entry.pixmap is None:
        return []
    left, top, right, bottom = tile_box(camera, tile, dpr)
    wide, high, box = right - left, bottom - top, entry.box
    target = QRectF(
        left + box.x() * wide, top + box.y() * high, box.width() * wide, box.height() * high
    )
    source = QRectF(entry.pixmap.rect())
    if clip is not None:
        left, top, right, bottom = tile_box(camera, clip, dpr)
        seen = target.intersected(QRectF(left, top, right - left, bottom - top))
        if seen.isEmpty():
            return []
        by_x, by_y = source.width() / target.width(), source.height() / target.height()
        source = QRectF(
            (seen.x() - target.x()) * by_x,
            (seen.y() - target.y()) * by_y,
            seen.width() * by_x,
            seen.height() * by_y,
        )
        target = seen
    return [Piece(target, entry.pixmap, source)]
