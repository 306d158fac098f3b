"""A picture laid over the map by an affine: its tiles, smooth at every zoom."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from collabmap.domain.geo import EARTH_RADIUS_M
from collabmap.domain.georeference import Affine
from collabmap.domain.tiles import Tile
from collabmap.render.picture import Picture, Size

TILE_PX = 256
# Tiles are painted four by four: a picture's part is then fetched once for sixteen of them.
BLOCK = 4
_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
# Around what a block shows, for the dots that smoothing asks for.
_ROOM_PX = 2


class Block(NamedTuple):
    """Tiles that are painted at once: x, y of the north-west one at a zoom."""

    z: int
    x: int
    y: int


def blocks(affine: Affine, size: Size, zoom: int) -> Sequence[Block]:
    """Return the blocks that a picture touches at a zoom, by the rows of the picture.

    In that order the strips of a large picture are each read once.
    """
    corners = [affine.to_mercator(x, y) for x in (0, size.width) for y in (0, size.height)]
    across = (1 << zoom) / _WORLD_M
    columns = [(corner.x + _WORLD_M / 2) * across / BLOCK for corner in corners]
    rows = [(_WORLD_M / 2 - corner.y) * across / BLOCK for corner in corners]
    last = ((1 << zoom) - 1) // BLOCK
    found = []
    for x in range(max(0, math.floor(min(columns))), min(last, math.floor(max(columns))) + 1):
        for y in range(max(0, math.floor(min(rows))), min(last, math.floor(max(rows))) + 1):
            block = Block(zoom, x * BLOCK, y * BLOCK)
            box = _to_block(affine, block).inverted()[0].mapRect(_frame(zoom))
            if box.intersects(QRectF(0, 0, *size)):
                found.append((round(box.center().y()), block))
    return [block for _row, block in sorted(found)]


def paint(picture: Picture, affine: Affine, block: Block) -> QImage:
    """Return the picture of a block, transparent where there is nothing."""
    frame = _frame(block.z)
    image = QImage(frame.size().toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    to_block = _to_block(affine, block)
    level = _level(picture, to_block)
    scale = picture.size.width / picture.level_size(level).width
    scale_y = picture.size.height / picture.level_size(level).height
    to_block = QTransform.fromScale(scale, scale_y) * to_block
    size = picture.level_size(level)
    wanted = (
        to_block.inverted()[0].mapRect(frame).adjusted(-_ROOM_PX, -_ROOM_PX, _ROOM_PX, _ROOM_PX)
    )
    rect = wanted.toAlignedRect().intersected(QRect(0, 0, size.width, size.height))
    if rect.isEmpty():
        return image
    part = picture.part(level, rect)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(to_block)
        painter.drawImage(QPointF(rect.topLeft()), part)
    finally:
        painter.end()
    return image


def cut(image: QImage, block: Block) -> Iterator[tuple[Tile, QImage]]:
    """Return the tiles of a block's picture in which there is something."""
    for row in range(image.height() // TILE_PX):
        for column in range(image.width() // TILE_PX):
            part = image.copy(column * TILE_PX, row * TILE_PX, TILE_PX, TILE_PX)
            alpha = np.frombuffer(part.constBits(), np.uint32) >> 24
            if alpha.any():
                is_opaque = bool((alpha == 255).all())
                tile = Tile(block.z, block.x + column, block.y + row)
                yield tile, part.convertToFormat(QImage.Format.Format_RGB32) if is_opaque else part


def _frame(zoom: int) -> QRectF:
    """Return a block's own pixels; the far zooms have fewer tiles than a block."""
    side = float(min(BLOCK, 1 << zoom) * TILE_PX)
    return QRectF(0, 0, side, side)


def _to_block(affine: Affine, block: Block) -> QTransform:
    """Return the way from the picture's pixels to the block's."""
    scale = TILE_PX * (1 << block.z) / _WORLD_M
    half = TILE_PX * (1 << block.z) / 2
    return QTransform(
        affine.a * scale,
        -affine.d * scale,
        affine.b * scale,
        -affine.e * scale,
        affine.c * scale + half - block.x * TILE_PX,
        half - affine.f * scale - block.y * TILE_PX,
    )


def _level(picture: Picture, to_block: QTransform) -> int:
    """Return the level whose pixels are no more than twice as fine as those painted."""
    shrink = 1 / math.sqrt(abs(to_block.determinant()))
    level = max(0, math.floor(math.log2(shrink) + 0.7))
    while level and min(picture.level_size(level)) < 2:
        level -= 1
    return level
