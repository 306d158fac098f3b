"""One layer of tiles: which pictures stand where, whole, borrowed from others, or missing."""

import math
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPixmap, QRegion

from collabmap.basemap.cartography import Style
from collabmap.domain.geo import to_world
from collabmap.domain.tiles import Tile, children, parent, window
from collabmap.render.camera import SHRUNK_ZOOMS, TILE_PX, Camera
from collabmap.ui.map.pictures import PackInfo
from collabmap.ui.map.tile_loader import Wish

# 384 tiles of 256 px: two screens of each of three zooms, or of three layers.
CACHE_BYTES = 96 * 1024 * 1024
# Tiles known to be absent, of one layer, before we forget and ask again.
MAX_ABSENT = 50_000


class Piece(NamedTuple):
    """A part of a pixmap to draw.  box: device pixels.  is_opaque: nothing shows through."""

    box: QRect
    pixmap: QPixmap
    part: QRectF
    is_opaque: bool


class Plan(NamedTuple):
    """What a layer draws now, and what it would rather draw, most urgent first.

    covered: device pixels where nothing shows through the pieces.
    """

    pieces: list[Piece]
    missing: list[Tile]
    covered: QRegion


class PixmapCache:
    """Pixmaps of all layers, the longest unused dropped first, never those of the last frame."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[Wish, tuple[QPixmap, bool]] = OrderedDict()
        self._bytes = 0
        self._frame_bytes = 0

    def __contains__(self, wish: Wish) -> bool:
        return wish in self._pixmaps

    def begin_frame(self) -> None:
        self._frame_bytes = 0

    def get(self, wish: Wish) -> tuple[QPixmap, bool] | None:
        """Return a pixmap, and whether it is opaque."""
        found = self._pixmaps.get(wish)
        if found is not None:
            self._pixmaps.move_to_end(wish)
            self._frame_bytes += _bytes(found[0])
        return found

    def put(self, wish: Wish, pixmap: QPixmap) -> None:
        self._drop(wish)
        self._pixmaps[wish] = pixmap, not pixmap.hasAlphaChannel()
        self._bytes += _bytes(pixmap)
        # Several layers on a large screen take more than the usual room: what the last frame
        # showed must not push itself out.
        room = max(CACHE_BYTES, 2 * self._frame_bytes)
        while self._bytes > room and len(self._pixmaps) > 1:
            self._drop(next(iter(self._pixmaps)))

    def forget(self, source: int) -> None:
        """Drop all that came from a source."""
        for wish in [wish for wish in self._pixmaps if wish.source == source]:
            self._drop(wish)

    def _drop(self, wish: Wish) -> None:
        dropped = self._pixmaps.pop(wish, None)
        if dropped is not None:
            self._bytes -= _bytes(dropped[0])


class TileLayer:
    """A source's tiles.  number: the loader's.  opacity: 0 to 1.

    info: None until the source is open.  style: which of our looks it has, None where that cannot
    be told; is_styled: that has been found out.  is_over: it could not be opened, or is read no
    more.
    """

    def __init__(self, number: int, cache: PixmapCache, opacity: float = 1.0) -> None:
        self.number = number
        self.opacity = opacity
        self.info: PackInfo | None = None
        self.style: Style | None = None
        self.is_styled = False
        self.is_over = False
        self._cache = cache
        self._absent: set[Tile] = set()

    @property
    def first_zoom(self) -> int:
        """The tile zoom from which on the layer is shown, before its own first one if need be."""
        assert self.info is not None
        return max(0, self.info.min_zoom - SHRUNK_ZOOMS)

    def mark_absent(self, tile: Tile) -> None:
        """Ask for a tile no more."""
        if len(self._absent) >= MAX_ABSENT:
            self._absent.clear()
        self._absent.add(tile)

    def bounds_box(self, camera: Camera, dpr: float) -> QRect | None:
        """Return the area of the pack in device pixels, None for no limit."""
        if self.info is None or self.info.bounds.west > self.info.bounds.east:
            return None
        west, south, east, north = self.info.bounds
        left, top = camera.to_screen(*to_world(west, north))
        right, bottom = camera.to_screen(*to_world(east, south))
        # Qt's whole numbers end at 32 bits; what lies so far outside is not seen.
        sides = (max(-1e6, min(1e6, side * dpr)) for side in (left, top, right, bottom))
        left, top, right, bottom = map(round, sides)
        return QRect(left, top, max(1, right - left), max(1, bottom - top))

    def plan(self, camera: Camera, dpr: float, hidden: QRegion) -> Plan:
        """Return what to draw.  hidden: device pixels that other layers cover."""
        if self.info is None or self.wanted_zoom(camera, dpr) < self.first_zoom:
            return Plan([], [], QRegion())
        zoom = self.tile_zoom(camera, dpr)
        columns, rows = camera.tiles(zoom)
        if self.wanted_zoom(camera, dpr) < zoom:
            columns, rows = self._within_bounds(zoom, columns, rows)
        pieces: list[Piece] = []
        missing: list[Tile] = []
        is_bare = hidden.isEmpty()
        is_whole = True
        xs, ys = _edges(camera, zoom, columns, rows, dpr)
        for y, top, bottom in zip(rows, ys, ys[1:], strict=False):
            for x, left, right in zip(columns, xs, xs[1:], strict=False):
                box = QRect(left, top, right - left, bottom - top)
                if not is_bare and QRegion(box).subtracted(hidden).isEmpty():
                    continue
                tile = Tile(zoom, x, y)
                found = self._cache.get(Wish(self.number, tile))
                if found is not None:
                    pixmap, is_opaque = found
                    pieces.append(Piece(box, pixmap, QRectF(pixmap.rect()), is_opaque))
                    is_whole &= is_opaque
                    continue
                is_whole = False
                wish = self._wish(tile)
                if wish is not None:
                    missing.append(wish)
                pieces.extend(self._stand_in(camera, tile, box, dpr))
        middle = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
        missing.sort(key=lambda t: _distance(t, zoom, middle))
        grid = QRect(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])
        covered = QRegion(grid) if is_whole else _covered(pieces)
        return Plan(pieces, list(dict.fromkeys(missing)), covered)

    def wanted_zoom(self, camera: Camera, dpr: float) -> int:
        """Return the zoom of the tiles that would look best."""
        return round_zoom(camera.zoom - self._bias(dpr))

    def tile_zoom(self, camera: Camera, dpr: float) -> int:
        """Return the zoom of the tiles that look best, within what the pack has."""
        assert self.info is not None
        return max(self.info.min_zoom, min(self.info.max_zoom, self.wanted_zoom(camera, dpr)))

    def _bias(self, dpr: float) -> float:
        """Return by how many zooms a tile's own width is off 256 logical pixels.

        Tiles of 512 px are shown at their size on a plain screen, so that names are not halved,
        and at half of it where the screen is twice as fine.
        """
        assert self.info is not None
        wide = math.log2(self.info.tile_size / TILE_PX)
        return wide - 1 if wide >= 1 and dpr >= 1.5 else wide

    def _within_bounds(self, zoom: int, columns: range, rows: range) -> tuple[range, range]:
        """Return the tiles that the pack may have: seen from afar, most of the view is outside."""
        assert self.info is not None
        runs, own_rows = window(self.info.bounds, zoom)
        if len(runs) == 1:
            columns = range(max(columns.start, runs[0].start), min(columns.stop, runs[0].stop))
        return columns, range(max(rows.start, own_rows.start), min(rows.stop, own_rows.stop))

    def _wish(self, tile: Tile) -> Tile | None:
        """Return the tile to read for a place: the tile, or the nearest ancestor there may be."""
        if self.is_over:
            return None
        for candidate in self._with_ancestors(tile):
            if Wish(self.number, candidate) in self._cache:
                return None
            if candidate not in self._absent:
                return candidate
        return None

    def _stand_in(self, camera: Camera, tile: Tile, box: QRect, dpr: float) -> Iterator[Piece]:
        """Return a part of an ancestor in place of a tile, else those of its children there are."""
        for ancestor in self._with_ancestors(tile):
            found = self._cache.get(Wish(self.number, ancestor))
            if found is not None:
                yield Piece(box, found[0], _part(found[0], ancestor, tile), found[1])
                return
        for child in children(tile):
            found = self._cache.get(Wish(self.number, child))
            if found is not None:
                pixmap, is_opaque = found
                yield Piece(_box(camera, child, dpr), pixmap, QRectF(pixmap.rect()), is_opaque)

    def _with_ancestors(self, tile: Tile) -> Iterator[Tile]:
        """Return the tile and those that hold it, nearest first, up to the first zoom."""
        assert self.info is not None
        candidate: Tile | None = tile
        while candidate is not None and candidate.z >= self.info.min_zoom:
            yield candidate
            candidate = parent(candidate)


def round_zoom(zoom: float) -> int:
    """Return the zoom of the tiles that look best at a zoom of the view."""
    # Rather a little too large than too small: names on tiles shrink with them.
    return math.floor(zoom + 0.4)


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _part(pixmap: QPixmap, ancestor: Tile, tile: Tile) -> QRectF:
    """Return the part of an ancestor's pixmap that shows a tile."""
    steps = 1 << (tile.z - ancestor.z)
    width, height = pixmap.width() / steps, pixmap.height() / steps
    return QRectF(
        (tile.x - ancestor.x * steps) * width, (tile.y - ancestor.y * steps) * height, width, height
    )


def _box(camera: Camera, tile: Tile, dpr: float) -> QRect:
    """Return where a tile lies, in whole device pixels, so that no seam shows."""
    across = 1 << tile.z
    left, top = camera.to_screen(tile.x / across, tile.y / across)
    right, bottom = camera.to_screen((tile.x + 1) / across, (tile.y + 1) / across)
    x, y = round(left * dpr), round(top * dpr)
    return QRect(x, y, round(right * dpr) - x, round(bottom * dpr) - y)


def _edges(
    camera: Camera, zoom: int, columns: range, rows: range, dpr: float
) -> tuple[list[int], list[int]]:
    """Return the edges between columns and between rows, rounded as `_box` does."""
    across = 1 << zoom
    xs = [camera.to_screen(x / across, 0.0)[0] for x in range(columns.start, columns.stop + 1)]
    ys = [camera.to_screen(0.0, y / across)[1] for y in range(rows.start, rows.stop + 1)]
    return [round(x * dpr) for x in xs], [round(y * dpr) for y in ys]


def _covered(pieces: list[Piece]) -> QRegion:
    region = QRegion()
    for piece in pieces:
        if piece.is_opaque:
            region = region.united(piece.box)
    return region


def _distance(tile: Tile, zoom: int, middle: tuple[float, float]) -> float:
    steps = 2.0 ** (zoom - tile.z)
    dx, dy = (tile.x + 0.5) * steps - middle[0], (tile.y + 0.5) * steps - middle[1]
    # An ancestor serves many places at once: it goes first.
    return dx * dx + dy * dy - 1e6 * (zoom - tile.z)
