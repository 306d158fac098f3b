"""Tiles of any grid painted anew on the grid of web maps."""

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from collabmap.domain.geo import EARTH_RADIUS_M
from collabmap.domain.tiles import Tile

Numbers = NDArray[np.float64]
Dots = NDArray[np.uint8]
# Mercator metres to the units of the source: x and y go in, x and y come out.
ToSource = Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]
# From column and row, north-west first, to the bytes of a picture.
Read = Callable[[int, int], bytes | None]

TILE_PX = 256
# The projection is asked for at every 16th pixel, and drawn straight between: under a hundredth
# of a pixel off at the zooms of towns.
_STEP_PX = 16
_KEPT_TILES = 96
# More source than this under one tile means that the far view was asked of the near level.
_MAX_TILES_ACROSS = 16
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M


class Grid(NamedTuple):
    """left, top: its corner; step_x, step_y: of a pixel, in units of the source's reference
    system; width, height: of a tile in pixels."""

    left: float
    top: float
    step_x: float
    step_y: float
    width: int
    height: int


class Regridder:
    """Paints tiles of web maps from one grid; what was read lately is kept."""

    def __init__(self, grid: Grid, read: Read, to_source: ToSource) -> None:
        self._grid = grid
        self._read = read
        self._to_source = to_source
        self._kept: OrderedDict[tuple[int, int], Dots | None] = OrderedDict()

    def paint(self, tile: Tile) -> QImage | None:
        """Return the picture of a tile, transparent beyond the source; None where all of it is."""
        grid = self._grid
        x, y = self._places(tile)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            return None
        columns = range(math.floor(x.min() / grid.width), math.floor(x.max() / grid.width) + 1)
        rows = range(math.floor(y.min() / grid.height), math.floor(y.max() / grid.height) + 1)
        if max(len(columns), len(rows)) > _MAX_TILES_ACROSS:
            return None
        ground = self._mosaic(columns, rows)
        if ground is None:
            return None
        dots = _sampled(ground, x - columns.start * grid.width, y - rows.start * grid.height)
        return _image(dots) if dots[..., 3].any() else None

    def _places(self, tile: Tile) -> tuple[Numbers, Numbers]:
        """Return where the middles of a tile's pixels lie in the source, in its pixels."""
        across = _WORLD_M / (1 << tile.z)
        knots = np.arange(0, TILE_PX + 1, _STEP_PX) / TILE_PX
        x = (tile.x + knots) * across - _WORLD_M / 2
        y = _WORLD_M / 2 - (tile.y + knots) * across
        xs, ys = np.meshgrid(x, y)
        source_x, source_y = self._to_source(xs.ravel(), ys.ravel())
        grid = self._grid
        return (
            _between(((source_x - grid.left) / grid.step_x).reshape(xs.shape)),
            _between(((grid.top - source_y) / grid.step_y).reshape(xs.shape)),
        )

    def _mosaic(self, columns: range, rows: range) -> Dots | None:
        """Return the source under a tile as one array, None where there is none."""
        grid = self._grid
        found = {(c, r): self._tile(c, r) for c in columns for r in rows}
        if all(dots is None for dots in found.values()):
            return None
        whole = np.zeros((len(rows) * grid.height, len(columns) * grid.width, 4), np.uint8)
        for (column, row), dots in found.items():
            if dots is not None:
                top, left = (row - rows.start) * grid.height, (column - columns.start) * grid.width
                whole[top : top + grid.height, left : left + grid.width] = dots
        return whole

    def _tile(self, column: int, row: int) -> Dots | None:
        key = (column, row)
        if key not in self._kept:
            data = self._read(column, row)
            self._kept[key] = _dots(data, self._grid) if data else None
            if len(self._kept) > _KEPT_TILES:
                self._kept.popitem(last=False)
        return self._kept[key]


def encode(image: QImage, fmt: str, quality: int = 88) -> bytes:
    """Return a picture that may be transparent as 'webp' (lossy) or 'png'."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(fmt.encode()))
    if fmt == "webp":
        writer.setQuality(quality)
    if not writer.write(image):
        raise RuntimeError(f"Qt cannot write {fmt}: {writer.errorString()}")
    return bytes(buffer.data().data())


def _between(knots: Numbers) -> Numbers:
    """Return the values at the middles of all pixels, straight between those at the knots."""
    middles = (np.arange(TILE_PX) + 0.5) / _STEP_PX
    at = np.minimum(middles.astype(np.intp), knots.shape[0] - 2)
    share = middles - at
    rows = knots[at] * (1 - share)[:, None] + knots[at + 1] * share[:, None]
    whole: Numbers = rows[:, at] * (1 - share) + rows[:, at + 1] * share
    return whole


def _sampled(ground: Dots, x: Numbers, y: Numbers) -> Dots:
    """Return the ground at places (in pixels from its corner), smooth between four dots."""
    high, wide = ground.shape[:2]
    left, top = np.floor(x - 0.5), np.floor(y - 0.5)
    share_x, share_y = (x - 0.5 - left)[..., None], (y - 0.5 - top)[..., None]
    x0 = np.clip(left.astype(np.intp), 0, wide - 1)
    y0 = np.clip(top.astype(np.intp), 0, high - 1)
    x1, y1 = np.minimum(x0 + 1, wide - 1), np.minimum(y0 + 1, high - 1)
    upper = ground[y0, x0] * (1 - share_x) + ground[y0, x1] * share_x
    lower = ground[y1, x0] * (1 - share_x) + ground[y1, x1] * share_x
    whole: Dots = np.rint(upper * (1 - share_y) + lower * share_y).astype(np.uint8)
    return whole


def _dots(data: bytes, grid: Grid) -> Dots | None:
    """Return a tile as premultiplied RGBA, None where its bytes are no picture of that size."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    # See decision 0021: the decoder is found before read() lets go of the interpreter.
    if not reader.canRead():
        return None
    size = reader.size()
    if (size.width(), size.height()) != (grid.width, grid.height):
        return None
    image = reader.read().convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    if image.isNull():
        return None
    dots = np.frombuffer(image.constBits(), np.uint8)
    return dots.reshape(grid.height, image.bytesPerLine() // 4, 4)[:, : grid.width].copy()


def _image(dots: Dots) -> QImage:
    high, wide = dots.shape[:2]
    data = np.ascontiguousarray(dots).tobytes()
    form = QImage.Format.Format_RGBA8888_Premultiplied
    image = QImage(data, wide, high, 4 * wide, form).copy()
    is_opaque = bool((dots[..., 3] == 255).all())
    return image.convertToFormat(QImage.Format.Format_RGB32) if is_opaque else image
