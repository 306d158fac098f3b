"""The line or zone that is selected or under the pointer: above all others, under the marks."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from collabmap.render.camera import Camera
from collabmap.render.shape_painter import paint_lit
from collabmap.render.shape_set import ShapeSet
from collabmap.render.tokens import Tokens

# Above the ground's item, under that of the marks.
LIT_Z = 0.25


class ShapeItem(pg.GraphicsObject):
    """shapes: what is lit, None for nothing."""

    def __init__(self, camera: Callable[[], Camera], tokens: Callable[[], Tokens]) -> None:
        super().__init__()
        self._camera, self._tokens = camera, tokens
        self.shapes: ShapeSet | None = None
        self.setZValue(LIT_Z)

    def boundingRect(self) -> QRectF:
        # As the item of all layers: never outside the view, never changing.
        return QRectF(-1, -1, 3, 3)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        if self.shapes is None:
            return
        camera = self._camera()
        left, top, right, bottom = (edge * camera.scale for edge in camera.world_box)
        painter.save()
        try:
            painter.resetTransform()
            box = (left, top, right, bottom)
            paint_lit(painter, self.shapes, self._tokens(), camera.scale, box)
        finally:
            painter.restore()
