"""A plan that is being placed: its picture over the map, pale, and the spots found on both."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform

from collabmap.domain.geo import EARTH_RADIUS_M, LngLat
from collabmap.domain.georeference import Affine
from collabmap.render.camera import Camera
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.tokens import INK, PAPER, TYPE, Tokens

_WORLD_M = 2 * math.pi * EARTH_RADIUS_M
SPOT_PX = 7.0


@dataclass(frozen=True, slots=True)
class Tracing:
    """spots: positions, numbered from 1.  image, affine, scale: the picture, where it lies, and
    how many of the affine's pixels one of its dots is; None while that is not known.

    opacity: 0 to 1.
    """

    spots: tuple[LngLat, ...] = ()
    image: QImage | None = None
    affine: Affine | None = None
    scale: float = 1.0
    opacity: float = 0.6

    def paint(self, painter: QPainter, camera: Camera, tokens: Tokens, text_scale: float) -> None:
        """Paint it in the pixels of a view."""
        if self.image is not None and self.affine is not None and self.opacity > 0:
            painter.save()
            painter.setOpacity(self.opacity)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(self._to_view(self.affine, camera), combine=True)
            painter.drawImage(QPointF(0, 0), self.image)
            painter.restore()
        for number, position in enumerate(self.spots, 1):
            point = QPointF(*camera.pixel_of(position))
            paint_spot(painter, point, str(number), tokens, text_scale)

    def _to_view(self, affine: Affine, camera: Camera) -> QTransform:
        """Return the way from the image's dots to the view's pixels."""
        across = camera.scale / _WORLD_M * self.scale
        left, top = camera.to_screen(affine.c / _WORLD_M + 0.5, 0.5 - affine.f / _WORLD_M)
        return QTransform(
            affine.a * across, -affine.d * across, affine.b * across, -affine.e * across, left, top
        )


def paint_spot(
    painter: QPainter, point: QPointF, label: str, tokens: Tokens, text_scale: float
) -> None:
    """Paint a target whose middle is the spot, with its number beside it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((5.0, PAPER), (2.0, INK)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(point, SPOT_PX, SPOT_PX)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            inner, outer = SPOT_PX - 4, SPOT_PX + 4
            painter.drawLine(
                point + QPointF(dx * inner, dy * inner), point + QPointF(dx * outer, dy * outer)
            )
    pixels = TYPE["second"] * text_scale
    width_px, height_px = label_size(label, painter.font().family(), pixels)
    box = QRectF(point.x() + SPOT_PX + 6, point.y() - height_px - 2, width_px, height_px)
    paint_label(painter, box, label, tokens.primary, tokens.primary_text, pixels)
    painter.restore()
