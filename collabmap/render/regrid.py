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
from collabmap.render.decoding import can_read

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
_KEPT_BYTES = 48 << 20
_FEWEST_KEPT = 4
# More source than this under one tile means that the far view was asked of the near level.
_MAX_SOURCE_PX = 4096
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
        x, y = self._places(tile)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            return None
        # One more dot on each side, for what smoothing asks for.
        left, right = math.floor(x.min()) - 1, math.ceil(x.max()) + 1
        top, bottom = math.floor(y.min()) - 1, math.ceil(y.max()) + 1
        if max(right - left, bottom - top) > _MAX_SOURCE_PX:
            return None
        ground = self._mosaic(range(left, right), range(top, bottom))
        if ground is None:
            return None
        dots = _sampled(ground, x - left, y - top)
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

    def _mosaic(self, xs: range, ys: range) -> Dots | None:
        """Return a part of the source, in its pixels, as one array; None where there is none."""
        grid, whole = self._grid, np.zeros((len(ys), len(xs), 4), np.uint8)
        is_empty = True
        for row in range(ys.start // grid.height, (ys.stop - 1) // grid.height + 1):
            for column in range(xs.start // grid.width, (xs.stop - 1) // grid.width + 1):
                dots = self._tile(column, row)
                if dots is not None:
                    is_empty = False
                    _copy(dots, column * grid.width - xs.start, row * grid.height - ys.start, whole)
        return None if is_empty else whole

    def _tile(self, column: int, row: int) -> Dots | None:
        key = (column, row)
        if key not in self._kept:
            data = self._read(column, row)
            self._kept[key] = _dots(data, self._grid) if data else None
            tile_bytes = 4 * self._grid.width * self._grid.height
            if len(self._kept) > max(_FEWEST_KEPT, _KEPT_BYTES // tile_bytes):
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


def _copy(dots: Dots, left: int, top: int, whole: Dots) -> None:
    """Put a tile into a larger array, of which it may reach beyond any edge."""
    first_x, first_y = max(0, left), max(0, top)
    last_x = min(whole.shape[1], left + dots.shape[1])
    last_y = min(whole.shape[0], top + dots.shape[0])
    whole[first_y:last_y, first_x:last_x] = dots[
        first_y - top : last_y - top, first_x - left : last_x - left
    ]


def _sampled(ground: Dots, x: Numbers, y: Numbers) -> Dots:
    """Return the ground at places (in pixels from its corner), smooth between four dots."""
    high, wide = ground.shape[:2]
    left, top = np.floor(x - 0.5), np.floor(y - 0.5)
    # Single precision is plenty between two dots, and half the work.
    share_x = (x - 0.5 - left).astype(np.float32)[..., None]
    share_y = (y - 0.5 - top).astype(np.float32)[..., None]
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
    if not can_read(reader):
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
