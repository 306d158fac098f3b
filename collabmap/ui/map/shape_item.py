"""The line or zone that is selected or under the pointer: above all others, under the marks."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from collabmap.render.camera import Camera
from collabmap.render.shape_painter import MARGIN_PX, paint_lit
from collabmap.render.shape_set import ShapeSet
from collabmap.render.strokes import Box
from collabmap.render.tokens import Tokens

# Above the ground's item, under that of the marks.
LIT_Z = 0.25
# How far around the view a picture reaches, so that not every step of a pan paints another one.
_AROUND_PX = 160.0


class _Picture(NamedTuple):
    """pixmap: None where nothing is seen.  box: of the view it was made for, grown; left, top: of
    the pixmap; all in pixels of the world.  look: zoom, colours and pixel ratio.
    """

    pixmap: QPixmap | None
    left: float
    top: float
    box: Box
    look: tuple[float, Tokens, float]


class ShapeItem(pg.GraphicsObject):
    """One picture of what is lit, made anew when the view leaves it: an outline may be long."""

    def __init__(self, camera: Callable[[], Camera], tokens: Callable[[], Tokens]) -> None:
        super().__init__()
        self._camera, self._tokens = camera, tokens
        self._shapes: ShapeSet | None = None
        self._picture: _Picture | None = None
        self.setZValue(LIT_Z)

    def light(self, shapes: ShapeSet | None) -> None:
        """Show other shapes, None for none."""
        self._shapes, self._picture = shapes, None
        self.update()

    def boundingRect(self) -> QRectF:
        # As the item of all layers: never outside the view, never changing.
        return QRectF(-1, -1, 3, 3)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        if self._shapes is None:
            return
        camera, dpr = self._camera(), painter.device().devicePixelRatioF()
        left, top, right, bottom = (edge * camera.scale for edge in camera.world_box)
        look = (camera.zoom, self._tokens(), dpr)
        picture = self._picture
        if (
            picture is None
            or picture.look != look
            or not _holds(picture.box, left, top, right, bottom)
        ):
            picture = self._picture = _picture(
                self._shapes, camera.scale, (left, top, right, bottom), look
            )
        if picture.pixmap is None:
            return
        painter.save()
        try:
            painter.resetTransform()
            # On whole device pixels, as the tiles under it.
            x, y = round((picture.left - left) * dpr), round((picture.top - top) * dpr)
            painter.drawPixmap(QPointF(x / dpr, y / dpr), picture.pixmap)
        finally:
            painter.restore()


def _holds(box: Box, left: float, top: float, right: float, bottom: float) -> bool:
    return box[0] <= left and box[1] <= top and box[2] >= right and box[3] >= bottom


def _picture(
    shapes: ShapeSet, scale: float, view: Box, look: tuple[float, Tokens, float]
) -> _Picture:
    """Paint shapes as far as they lie in a view or near it.  view: in pixels of the world."""
    _, tokens, dpr = look
    box = (
        view[0] - _AROUND_PX,
        view[1] - _AROUND_PX,
        view[2] + _AROUND_PX,
        view[3] + _AROUND_PX,
    )
    boxes = shapes.boxes[np.isfinite(shapes.boxes).all(axis=1)] * scale
    if not len(boxes):
        return _Picture(None, 0.0, 0.0, box, look)
    left, top = np.maximum(boxes[:, :2].min(axis=0) - MARGIN_PX, box[:2]).tolist()
    right, bottom = np.minimum(boxes[:, 2:].max(axis=0) + MARGIN_PX, box[2:]).tolist()
    left, top = math.floor(left), math.floor(top)
    width, height = math.ceil(right) - left, math.ceil(bottom) - top
    if width <= 0 or height <= 0:
        return _Picture(None, 0.0, 0.0, box, look)
    image = QImage(
        math.ceil(width * dpr), math.ceil(height * dpr), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        paint_lit(painter, shapes, tokens, scale, (left, top, left + width, top + height))
    finally:
        painter.end()
    return _Picture(QPixmap.fromImage(image), left, top, box, look)
