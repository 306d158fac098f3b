"""Paint base-map tiles: many at once on one picture, then cut.

A picture depends on what is drawn and where, never on which metatile it is part of: positions are
rounded to 1/64 px of the world before anything is painted, so neighbours meet without a seam.
Works without a screen (QGuiApplication, platform "offscreen"), in any process.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QPainterPath,
    QPen,
)

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile, window
from collabmap.render import lettering, pieces
from collabmap.render.labels import Placed, within
from collabmap.render.pieces import Source
from collabmap.render.shapes import Shapes

TILE_PX = 256
# Tiles on a side of what is painted at once, at most: 2048 px, 16 MB.  With 4 tiles what lies on an
# edge, and is painted twice, costs a tenth more; with 12 nothing is saved.
METATILE = 8
# How much farther than half a pen's width colour may reach.
EDGE_PX = 2.0
# Qt has a way of its own for lines of up to 1 px, ten times as fast: those hardly wider take it.
HAIRLINE_PX = 1.15
# Up to this width a round corner differs from a plain one by less than a pixel, and takes longer.
THIN_PX = 4.8


@dataclass(frozen=True, slots=True)
class Fill:
    """Polygons in one colour.  edge: colour of their outline, '' for none."""

    shapes: Shapes
    colour: str
    edge: str = ""
    edge_px: float = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines of one width.  dash: drawn and left out, in pixels.  is_round: caps."""

    shapes: tuple[Shapes, ...]
    colour: str
    width_px: float
    dash: tuple[float, ...] = ()
    is_round: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn at one zoom, from the bottom up, without the names."""

    ground: str
    inks: tuple[Fill | Stroke, ...]


class Metatile(NamedTuple):
    """A block of tiles painted at once: x, y of its north-west tile."""

    z: int
    x: int
    y: int
    columns: int
    rows: int

    def tiles(self) -> Iterator[Tile]:
        """Return its tiles, row by row."""
        for y in range(self.y, self.y + self.rows):
            for x in range(self.x, self.x + self.columns):
                yield Tile(self.z, x, y)

    @property
    def box_px(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom in pixels of the world at its zoom."""
        left, top = self.x * TILE_PX, self.y * TILE_PX
        return left, top, left + self.columns * TILE_PX, top + self.rows * TILE_PX


def metatiles(area: Bbox, zoom: int) -> Iterator[Metatile]:
    """Return the blocks that cover an area at a zoom, cut to it, row by row and alike in size.

    Raises AreaInvalid, ZoomOutOfRange.
    """
    columns, rows = window(area, zoom)
    for y in split(rows):
        for run in columns:
            for x in split(run):
                yield Metatile(zoom, x.start, y.start, len(x), len(y))


def split(tiles: range) -> Iterator[range]:
    """Return columns or rows in as few runs as metatiles may have, alike in length."""
    count = math.ceil(len(tiles) / METATILE)
    for number in range(count):
        yield tiles[len(tiles) * number // count : len(tiles) * (number + 1) // count]


_application: list[QGuiApplication] = []


def start() -> None:
    """Make sure that Qt can draw letters in this process: a QGuiApplication must live."""
    if QGuiApplication.instance() is None:
        _application.append(QGuiApplication(["collabmap"]))


def paint(sheet: Sheet, metatile: Metatile, names: Sequence[Placed] = (), scale: int = 1) -> QImage:
    """Return the picture of a metatile.  names: those of its zoom; the others are left out.

    scale: 2 draws the same map with twice the pixels, for fine screens.
    """
    side = TILE_PX * scale
    image = QImage(metatile.columns * side, metatile.rows * side, QImage.Format.Format_RGB32)
    image.fill(QColor(sheet.ground))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        _draw(painter, sheet.inks, metatile, scale)
        near = within(names, metatile.box_px)
        lettering.write(painter, near, metatile.box_px[:2], scale)
    finally:
        painter.end()
    return image


def cut(image: QImage, metatile: Metatile) -> Iterator[tuple[Tile, QImage]]:
    """Return the tiles of a metatile's picture."""
    side = image.width() // metatile.columns
    for tile in metatile.tiles():
        x, y = (tile.x - metatile.x) * side, (tile.y - metatile.y) * side
        yield tile, image.copy(x, y, side, side)


def encode(image: QImage, format: str = "webp", quality: int = 80) -> bytes:
    """Return the bytes of an image file: 'webp' (lossy) or 'png'."""
    colour = _single_colour(image)
    if colour is not None:
        return _encode_plain(image.width(), image.height(), colour, format, quality)
    return _encode(image, format, quality)


def _single_colour(image: QImage) -> int | None:
    """Return the only colour of an image (0xffRRGGBB), None when it has more."""
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32)
    return int(pixels[0]) if (pixels == pixels[0]).all() else None


@lru_cache(maxsize=64)
def _encode_plain(width: int, height: int, colour: int, format: str, quality: int) -> bytes:
    """Encode the open sea and the blank land once: they are most tiles of a coast."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    return _encode(image, format, quality)


def _encode(image: QImage, format: str, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(format.encode()))
    if format == "webp":
        writer.setQuality(quality)
    if not writer.write(image):
        raise RuntimeError(f"Qt cannot write {format}: {writer.errorString()}")
    return bytes(buffer.data().data())


def can_write(format: str) -> bool:
    """Whether this Qt has the plugin for an image format."""
    return format.encode() in [
        bytes(known.data()) for known in QImageWriter.supportedImageFormats()
    ]


# --- shapes -----------------------------------------------------------------------------------


def _draw(painter: QPainter, inks: Sequence[Fill | Stroke], metatile: Metatile, scale: int) -> None:
    """Draw all inks, from the bottom up; shapes that several inks share are cut once."""
    sources: dict[int, Source] = {}
    for ink in inks:
        # A dash pattern counts from the line's start: none of its length may be cut away.
        is_dashed = isinstance(ink, Stroke) and bool(ink.dash)
        for shapes in _shapes_of(ink):
            known = sources.get(id(shapes))
            sources[id(shapes)] = Source(shapes, is_dashed or bool(known and known.is_whole))
    world = TILE_PX * 2.0**metatile.z
    margin = max((_pen_px(ink) for ink in inks), default=0.0) / 2 + EDGE_PX
    tolerance = pieces.TOLERANCE_PX / scale
    cut_up = pieces.cut(list(sources.values()), world, metatile.box_px, margin, tolerance)
    paths = dict(zip(sources, cut_up, strict=True))
    for ink in inks:
        found = [path for shapes in _shapes_of(ink) for path in paths[id(shapes)]]
        if not found:
            continue
        if isinstance(ink, Fill):
            _fill(painter, ink, found)
        else:
            _stroke(painter, ink, found, scale)


def _pen_px(ink: Fill | Stroke) -> float:
    return ink.edge_px if isinstance(ink, Fill) else ink.width_px


def _shapes_of(ink: Fill | Stroke) -> tuple[Shapes, ...]:
    return (ink.shapes,) if isinstance(ink, Fill) else ink.shapes


def _fill(painter: QPainter, ink: Fill, paths: Sequence[QPainterPath]) -> None:
    # Inside and edge in one go, while the picture's memory is at hand: a quarter less time.
    painter.setBrush(QColor(ink.colour))
    painter.setPen(QPen(QColor(ink.edge), ink.edge_px) if ink.edge else Qt.PenStyle.NoPen)
    for path in paths:
        painter.drawPath(path)


def _stroke(painter: QPainter, ink: Stroke, paths: Sequence[QPainterPath], scale: int) -> None:
    width = ink.width_px
    if 1.0 < width * scale <= HAIRLINE_PX:
        width = 1.0 / scale
    pen = QPen(QColor(ink.colour), width)
    is_thin = width * scale <= THIN_PX
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin if is_thin else Qt.PenJoinStyle.RoundJoin)
    pen.setMiterLimit(0.5)  # of the width, beyond the edge: a right angle keeps its tip
    if ink.is_round:
        pen.setCapStyle(Qt.PenCapStyle.SquareCap if is_thin else Qt.PenCapStyle.RoundCap)
    else:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if ink.dash:
        pen.setDashPattern([part / width for part in ink.dash])
    for path in paths:
        painter.strokePath(path, pen)
