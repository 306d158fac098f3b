"""Small pictures for layers: made once in device pixels, drawn on whole ones."""

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

HALO_PX = 3.4


def canvas(width: float, height: float, dpr: float) -> tuple[QPixmap, QPainter]:
    """Return a picture, logical pixels, and its painter, with (0, 0) in the middle.

    The painter's `end` is the caller's to call.
    """
    pixmap = QPixmap(math.ceil(width * dpr), math.ceil(height * dpr))
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(pixmap.width() / dpr / 2, pixmap.height() / dpr / 2)
    return pixmap, painter


def draw(painter: QPainter, pixmap: QPixmap, x: float, y: float, dpr: float) -> None:
    """Draw a picture with its middle on a logical pixel."""
    left = round((x - pixmap.width() / dpr / 2) * dpr) / dpr
    top = round((y - pixmap.height() / dpr / 2) * dpr) / dpr
    painter.drawPixmap(QPointF(left, top), pixmap)


def text_picture(text: str, font: QFont, ink: str, dpr: float, halo: str = "") -> QPixmap:
    """Return a line of text, its middle and that of its digits in the middle.  halo: a colour."""
    metrics = QFontMetricsF(font)
    margin = HALO_PX if halo else 0.0
    wide, tall = metrics.horizontalAdvance(text), metrics.height()
    pixmap, painter = canvas(wide + 2 + 2 * margin, tall + 2 * margin, dpr)
    at = QPointF(-wide / 2, metrics.capHeight() / 2)
    if halo:
        path = QPainterPath()
        path.addText(at, font, text)
        pen = QPen(QColor(halo), HALO_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(at, text)
    painter.end()
    return pixmap
