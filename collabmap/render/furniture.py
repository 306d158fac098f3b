"""What stands on every map: the scale, whom the base map is from, and labels on marks."""

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from collabmap.render.tokens import TYPE, Tokens

_BAR_HEIGHT = 24.0
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


def paint_scale(
    painter: QPainter, height: float, metres_per_pixel: float, tokens: Tokens, factor: float = 1.0
) -> QRectF:
    """Paint the scale into the lower left corner of a map; return the box it takes.

    height: of the map.  factor: of the size of the text.
    """
    metres, length = scale_length(metres_per_pixel)
    text = scale_text(metres)
    font = label_font(painter, TYPE["attribution"] * factor, QFont.Weight.DemiBold)
    width = QFontMetricsF(font).horizontalAdvance(text)
    tall = _BAR_HEIGHT * factor
    box = QRectF(0, height - tall, 12 + length + 8 + width + 12, tall)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(_corner(box, at_left=True), _ground(tokens))
    pen = QPen(QColor(tokens.text), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    left, right = 13.0, 11 + length
    floor = box.center().y() + 3.0
    painter.drawPolyline(
        [
            QPointF(left, floor - 7),
            QPointF(left, floor),
            QPointF(right, floor),
            QPointF(right, floor - 7),
        ]
    )
    painter.setFont(font)
    words = QRectF(right + 8, box.top(), width + 2, box.height())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()
    return box


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
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(label_font(painter, pixels, QFont.Weight.DemiBold))
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _ground(tokens: Tokens) -> QColor:
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
