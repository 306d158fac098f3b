"""The base map: tiles kept as pixmaps, painted on whole device pixels so that no seam shows."""

import math
from collections import OrderedDict
from collections.abc import Iterator

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from collabmap.domain.tiles import Tile, children, parent
from collabmap.render.camera import TILE_PX, Camera
from collabmap.ui.map.tile_loader import OpenSource, PackInfo, TileLoader

# 256 tiles of 256 px are 64 MB: two screens of each of three zooms.
CACHE_BYTES = 64 * 1024 * 1024
# A torn tile must not send us up the whole pyramid at once.
MAX_PARENTS = 8


class TileLayer(QObject):
    """changed: something new to paint.  opened: PackInfo.  failed: CollabMapError.

    ground_seen: whether the pack is a dark one, told once its first tile has been read.
    """

    changed = Signal()
    opened = Signal(object)
    ground_seen = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent_object: QObject | None = None) -> None:
        super().__init__(parent_object)
        self.info: PackInfo | None = None
        self.is_complete = True
        self._loader: TileLoader | None = None
        self._retired: list[TileLoader] = []
        self._cache: OrderedDict[Tile, QPixmap] = OrderedDict()
        self._cached_bytes = 0
        self._absent: set[Tile] = set()
        self._has_seen_ground = False

    def set_source(self, open_source: OpenSource | None) -> None:
        """Show another base map, or none.  It is opened on the loader's threads."""
        self._retire()
        self._cache.clear()
        self._cached_bytes = 0
        self._absent.clear()
        self.info = None
        self._has_seen_ground = False
        self.is_complete = open_source is None
        if open_source is not None:
            loader = TileLoader(open_source)
            loader.opened.connect(self._on_opened)
            loader.loaded.connect(self._on_loaded)
            loader.failed.connect(self._on_failed)
            self._loader = loader
            loader.start()
        self.changed.emit()

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self._retire()
        for loader in self._retired:
            loader.wait()
        self._retired.clear()

    def _retire(self) -> None:
        """Stop reading the base map shown so far.

        A slow stick must not hold up the next one: the loader is only kept until its threads have
        ended, because they still tell it what they read.
        """
        self._retired = [loader for loader in self._retired if loader.is_running]
        if self._loader is not None:
            self._loader.stop()
            self._retired.append(self._loader)
            self._loader = None

    def paint(self, painter: QPainter, camera: Camera, dpr: float) -> None:
        """Paint what is there, ask for what is not.  painter: in logical pixels of the view."""
        if self.info is None:
            return
        zoom = self.tile_zoom(camera, dpr)
        columns, rows = camera.tiles(zoom)
        missing: list[Tile] = []
        for y in rows:
            for x in columns:
                tile = Tile(zoom, x, y)
                box = _box(camera, tile, dpr)
                pixmap = self._find(tile)
                if pixmap is not None:
                    _draw(painter, box, pixmap, QRectF(pixmap.rect()), dpr)
                    continue
                wish = self._wish(tile)
                if wish is not None:
                    missing.append(wish)
                self._paint_stand_in(painter, camera, tile, box, dpr)
        self.is_complete = not missing
        if self._loader is not None:
            middle = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
            missing.sort(key=lambda t: _distance(t, zoom, middle))
            self._loader.want(list(dict.fromkeys(missing)))

    def tile_zoom(self, camera: Camera, dpr: float) -> int:
        """Return the zoom of the tiles that look best, within what the pack has."""
        assert self.info is not None
        # Rather a little too large than too small: names on tiles shrink with them.
        wanted = math.floor(camera.zoom - self._bias(dpr) + 0.4)
        return max(self.info.min_zoom, min(self.info.max_zoom, wanted))

    def _bias(self, dpr: float) -> float:
        """Return by how many zooms a tile's own width is off 256 logical pixels.

        Tiles of 512 px are shown at their size on a plain screen, so that names are not halved,
        and at half of it where the screen is twice as fine.
        """
        assert self.info is not None
        wide = math.log2(self.info.tile_size / TILE_PX)
        return wide - 1 if wide >= 1 and dpr >= 1.5 else wide

    def _find(self, tile: Tile) -> QPixmap | None:
        pixmap = self._cache.get(tile)
        if pixmap is not None:
            self._cache.move_to_end(tile)
        return pixmap

    def _wish(self, tile: Tile) -> Tile | None:
        """Return the tile to read for a place: the tile, or the nearest ancestor there may be."""
        assert self.info is not None
        for candidate in _with_ancestors(tile, self.info.min_zoom):
            if candidate in self._cache:
                return None
            if candidate not in self._absent:
                return candidate
        return None

    def _paint_stand_in(
        self, painter: QPainter, camera: Camera, tile: Tile, box: QRectF, dpr: float
    ) -> None:
        """Paint a part of an ancestor in place of a tile, else those of its children there are."""
        assert self.info is not None
        for ancestor in _with_ancestors(tile, self.info.min_zoom):
            pixmap = self._find(ancestor)
            if pixmap is not None:
                _draw(painter, box, pixmap, _part(pixmap, ancestor, tile), dpr)
                return
        for child in children(tile):
            pixmap = self._find(child)
            if pixmap is not None:
                _draw(painter, _box(camera, child, dpr), pixmap, QRectF(pixmap.rect()), dpr)

    def _on_opened(self, info: PackInfo) -> None:
        if self.sender() is self._loader:
            self.info = info
            self.opened.emit(info)
            self.changed.emit()

    def _on_loaded(self, tile: Tile, image: QImage | None) -> None:
        if self._loader is None or self.sender() is not self._loader:
            return
        self._loader.received(tile)
        if image is None:
            self._absent.add(tile)
        else:
            if not self._has_seen_ground:
                self._has_seen_ground = True
                self.ground_seen.emit(_is_dark(image))
            self._keep(tile, QPixmap.fromImage(image))
        self.changed.emit()

    def _on_failed(self, error: object) -> None:
        if self.sender() is self._loader:
            if self.info is None:
                self.is_complete = True
            self.failed.emit(error)
            self.changed.emit()

    def _keep(self, tile: Tile, pixmap: QPixmap) -> None:
        self._cache[tile] = pixmap
        self._cached_bytes += _bytes(pixmap)
        while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
            _oldest, dropped = self._cache.popitem(last=False)
            self._cached_bytes -= _bytes(dropped)


def _draw(painter: QPainter, box: QRectF, pixmap: QPixmap, part: QRectF, dpr: float) -> None:
    # Smoothing costs five times as much as copying, and would soften what needs no scaling.
    is_scaled = abs(box.width() * dpr - part.width()) > 0.5
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_scaled)
    painter.drawPixmap(box, pixmap, part)


def _is_dark(image: QImage) -> bool:
    """Return whether a tile is a dark one, by its mean colour."""
    smooth = Qt.TransformationMode.SmoothTransformation
    mean = image.scaled(1, 1, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).pixelColor(0, 0)
    return mean.lightness() < 70


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _with_ancestors(tile: Tile, min_zoom: int) -> Iterator[Tile]:
    """Return the tile and those that hold it, nearest first."""
    candidate: Tile | None = tile
    for _step in range(MAX_PARENTS + 1):
        if candidate is None or candidate.z < min_zoom:
            return
        yield candidate
        candidate = parent(candidate)


def _part(pixmap: QPixmap, ancestor: Tile, tile: Tile) -> QRectF:
    """Return the part of an ancestor's pixmap that shows a tile."""
    steps = 1 << (tile.z - ancestor.z)
    width, height = pixmap.width() / steps, pixmap.height() / steps
    return QRectF(
        (tile.x - ancestor.x * steps) * width, (tile.y - ancestor.y * steps) * height, width, height
    )


def _box(camera: Camera, tile: Tile, dpr: float) -> QRectF:
    """Return where a tile lies, in logical pixels that are whole device pixels."""
    across = 1 << tile.z
    left, top = camera.to_screen(tile.x / across, tile.y / across)
    right, bottom = camera.to_screen((tile.x + 1) / across, (tile.y + 1) / across)
    x, y = round(left * dpr), round(top * dpr)
    return QRectF(x / dpr, y / dpr, (round(right * dpr) - x) / dpr, (round(bottom * dpr) - y) / dpr)


def _distance(tile: Tile, zoom: int, middle: tuple[float, float]) -> float:
    steps = 2.0 ** (zoom - tile.z)
    dx, dy = (tile.x + 0.5) * steps - middle[0], (tile.y + 0.5) * steps - middle[1]
    # An ancestor serves many places at once: it goes first.
    return dx * dx + dy * dy - 1e6 * (zoom - tile.z)
