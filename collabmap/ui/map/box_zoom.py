"""A rectangle drawn on the map, which is then shown as large as it fits."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from collabmap.domain.geo import Bbox
from collabmap.render.camera import Camera
from collabmap.render.tokens import PAPER
from collabmap.ui.map.layers import Frame

# A smaller one was a click with a hand that trembles.
SMALLEST_PX = 12.0
_FILL_OPACITY = 0.16


class BoxZoom:
    """A MapLayer: the rectangle between where a hand pressed and where it is."""

    def __init__(self) -> None:
        self._start: QPointF | None = None
        self._end = QPointF()

    @property
    def is_drawing(self) -> bool:
        return self._start is not None

    def begin(self, point: QPointF) -> None:
        self._start = self._end = point

    def stretch(self, point: QPointF) -> None:
        self._end = point

    def finish(self, camera: Camera) -> Bbox | None:
        """End the rectangle; return what it holds, None if it is too small to be meant."""
        box = self._box()
        self._start = None
        if min(box.width(), box.height()) < SMALLEST_PX:
            return None
        north_west = camera.position_at(box.left(), box.top())
        south_east = camera.position_at(box.right(), box.bottom())
        return Bbox(north_west.lng, south_east.lat, south_east.lng, north_west.lat)

    def give_up(self) -> None:
        self._start = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self._start is None:
            return
        colour = QColor(frame.tokens.primary)
        fill = QColor(colour)
        fill.setAlphaF(_FILL_OPACITY)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(PAPER), 4))
        painter.drawRect(self._box())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2))
        painter.drawRect(self._box())

    def _box(self) -> QRectF:
        start = self._start or self._end
        return QRectF(start, self._end).normalized()
