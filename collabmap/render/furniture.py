"""What stands on every map: north, the scale, whom the base map is from, and labels on marks."""

import math
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from collabmap.render.camera import Camera
from collabmap.render.tokens import TYPE, Tokens

_BAR_HEIGHT = 24.0
# From the edge of the map to the scale: the arrow that points north stands there.
_NORTH_PX = 30.0
# Between boxes that share the lower edge of the map.
_GAP = 8.0
# With less than this beside the scale, other words stand above it.
_LEAST_ROOM = 150.0
# The same letter in French and in English, as on printed maps.
_NORTH = "N"
_NBSP = "\u00a0"
# Between those a map is from, where there are several.
BETWEEN_CREDITS = " · "


def scale_length(metres_per_pixel: float, max_px: float = 120) -> tuple[float, float]:
    """Return (metres, pixels) of the longest round length, 1, 2 or 5 times a power of ten."""
    limit = metres_per_pixel * max_px
    power = 10.0 ** math.floor(math.log10(limit))
    metres = max(step * power for step in (1, 2, 5) if step * power <= limit * (1 + 1e-9))
    return metres, metres / metres_per_pixel


def scale_text(metres: float) -> str:
    """Return a length as read in French and English alike: 200 m, 5 km."""
    if metres < 1:
        return f"{round(metres * 100)}{_NBSP}cm"
    return f"{metres:.0f}{_NBSP}m" if metres < 1000 else f"{metres / 1000:.0f}{_NBSP}km"


class Furniture(NamedTuple):
    """Where the furniture of a map stands, in logical pixels.  credits: None where nothing is owed.

    room: free for a line of words, right of the scale or above it.
    """

    scale: QRectF
    credits: QRectF | None
    room: QRectF


def paint_furniture(
    painter: QPainter, camera: Camera, tokens: Tokens, credits: str = "", factor: float = 1.0
) -> Furniture:
    """Paint north, scale and whom the map is from along its lower edge; nothing overlaps.

    credits: see `paint_attribution`.  factor: of the size of the text.
    """
    width, height = camera.width, camera.height
    owed = paint_attribution(painter, width, height, credits, tokens, factor) if credits else None
    metres_per_pixel = camera.metres_per_pixel
    wide = scale_width(painter, metres_per_pixel, factor)
    edge = width if owed is None else owed.left() - _GAP
    if owed is not None and wide > edge:
        # On a narrow map the credits take the whole edge, and the scale stands on them.
        height, edge = owed.top() - 2, width
    scale = paint_scale(painter, height, metres_per_pixel, tokens, factor)
    room = QRectF(scale.right(), scale.top(), edge - scale.right(), scale.height())
    if room.width() < _LEAST_ROOM * factor:
        floor = scale.top() if owed is None else min(scale.top(), owed.top())
        room = QRectF(0, floor - scale.height(), width, scale.height())
    return Furniture(scale, owed, room)


def scale_width(painter: QPainter, metres_per_pixel: float, factor: float = 1.0) -> float:
    """Return how wide `paint_scale` would be."""
    metres, length = scale_length(metres_per_pixel)
    font = label_font(painter, TYPE["attribution"] * factor, QFont.Weight.DemiBold)
    words = QFontMetricsF(font).horizontalAdvance(scale_text(metres))
    return _NORTH_PX * factor + length + 8 + words + 12


def paint_scale(
    painter: QPainter, bottom: float, metres_per_pixel: float, tokens: Tokens, factor: float = 1.0
) -> QRectF:
    """Paint north and the scale at the left edge of a map; return the box they take.

    bottom: of the box, the height of the map for its lower corner.  factor: of the text's size.
    """
    metres, length = scale_length(metres_per_pixel)
    font = label_font(painter, TYPE["attribution"] * factor, QFont.Weight.DemiBold)
    tall = _BAR_HEIGHT * factor
    box = QRectF(0, bottom - tall, scale_width(painter, metres_per_pixel, factor), tall)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(_corner(box, at_left=True), _ground(tokens))
    painter.setFont(font)
    _paint_north(painter, box, tokens, factor)
    pen = QPen(QColor(tokens.text), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    left = _NORTH_PX * factor + 1
    right = left + length - 2
    floor = box.center().y() + 3.0
    painter.drawPolyline(
        [
            QPointF(left, floor - 7),
            QPointF(left, floor),
            QPointF(right, floor),
            QPointF(right, floor - 7),
        ]
    )
    words = QRectF(right + 8, box.top(), box.right() - right, box.height())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(words, flags, scale_text(metres))
    painter.restore()
    return box


def _paint_north(painter: QPainter, box: QRectF, tokens: Tokens, factor: float) -> None:
    """Paint a needle that points up, and its letter."""
    middle, half = box.center().y(), 5.5 * factor
    x = 8.0 * factor
    needle = QPainterPath(QPointF(x, middle - half))
    needle.lineTo(x + 3.5 * factor, middle + half)
    needle.lineTo(x, middle + half * 0.55)
    needle.lineTo(x - 3.5 * factor, middle + half)
    needle.closeSubpath()
    painter.fillPath(needle, QColor(tokens.muted))
    painter.setPen(QColor(tokens.muted))
    words = QRectF(x + 5 * factor, box.top(), 12 * factor, box.height())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(words, flags, _NORTH)


def paint_attribution(
    painter: QPainter,
    width: float,
    height: float,
    text: str,
    tokens: Tokens,
    factor: float = 1.0,
) -> QRectF:
    """Paint whom the base map is from into the lower right corner; return the box it takes.

    text: several joined by BETWEEN_CREDITS are broken into lines where one is too narrow.
    """
    font = label_font(painter, TYPE["attribution"] * factor)
    metrics = QFontMetricsF(font)
    # Whom the map is from stays readable; only a pack's own long sentence is cut.
    room = max(width / 2, min(width - 16, 190 * factor))
    lines = [
        metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
        for line in _lines(text.split(BETWEEN_CREDITS), metrics, room)
    ]
    wide = max(map(metrics.horizontalAdvance, lines)) + 14
    tall = (20 + 14 * (len(lines) - 1)) * factor
    box = QRectF(width - wide, height - tall, wide, tall)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(_corner(box, at_left=False), _ground(tokens))
    painter.setFont(font)
    painter.setPen(QColor(tokens.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))
    painter.restore()
    return box


def _lines(credits: list[str], metrics: QFontMetricsF, room: float) -> list[str]:
    """Return credits on as few lines as they fit on."""
    lines = credits[:1]
    for credit in credits[1:]:
        longer = lines[-1] + BETWEEN_CREDITS + credit
        if metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(credit)
    return lines


def label_font(
    painter: QPainter, pixels: float, weight: QFont.Weight = QFont.Weight.Normal
) -> QFont:
    """Return the painter's own family at a size in logical pixels."""
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(weight)
    return font


def label_size(text: str, family: str, pixels: float) -> tuple[float, float]:
    """Return (width, height) of the box that `paint_label` draws."""
    return _label_size(text, family, round(pixels))


@lru_cache(maxsize=2048)
def _label_size(text: str, family: str, pixels: int) -> tuple[float, float]:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold)
    return math.ceil(QFontMetricsF(font).horizontalAdvance(text)) + 20, pixels + 14


def paint_label(
    painter: QPainter,
    box: QRectF,
    text: str,
    ground: str,
    ink: str,
    pixels: float = TYPE["second"],
) -> None:
    """Paint a word on its own ground, so that it reads on any map."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # With an edge, for a light ground on a light map.
    painter.setPen(QPen(QColor(ink), 1))
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    painter.setFont(label_font(painter, pixels, QFont.Weight.DemiBold))
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _ground(tokens: Tokens) -> QColor:
    """Return what lies behind words in a corner of the map."""
    colour = QColor(tokens.surface)
    colour.setAlphaF(1.0 if tokens.name.startswith("contrast") else 0.86)
    return colour


def _corner(box: QRectF, *, at_left: bool) -> QPainterPath:
    """Return a box in a corner of the map, rounded where it meets the map."""
    path = QPainterPath()
    path.addRoundedRect(box.adjusted(-6 if at_left else 0, 0, 0 if at_left else 6, 6), 6, 6)
    clip = QPainterPath()
    clip.addRect(box)
    return path.intersected(clip)
