"""The furniture of the map, copied from pictures while it stays the same from frame to frame."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from collabmap.render.furniture import Furniture, paint_furniture, scale_length
from collabmap.ui.map.layers import Frame

# Finer than this the length of the scale's bar, which grows towards the poles, is not seen.
BAR_STEPS_PX = 4


class FurniturePicture:
    """Paints what `paint_furniture` does; twice the same, and pictures are kept of it."""

    def __init__(self) -> None:
        self._said: tuple[object, ...] = ()
        self._furniture = Furniture(QRectF(), None, QRectF())
        self._pictures: list[tuple[QPointF, QPixmap]] = []

    def paint(self, painter: QPainter, frame: Frame, credits: str) -> Furniture:
        """Paint it in logical pixels of the view; the painter's family is that of the words.

        frame: its tokens are those of the furniture.  credits: see `paint_attribution`.
        """
        camera, tokens, factor, dpr = frame
        metres, length = scale_length(camera.metres_per_pixel)
        size = camera.width, camera.height
        bar = metres, round(length * BAR_STEPS_PX)
        said = (size, bar, tokens, credits, factor, dpr, painter.font().family())
        if said != self._said:
            # While it goes nearer the bar is another in every frame, and a picture is of no use.
            self._said, self._pictures = said, []
            self._furniture = paint_furniture(painter, camera, tokens, credits, factor)
            return self._furniture
        if not self._pictures:
            self._pictures = self._taken(painter, frame, credits)
        for corner, picture in self._pictures:
            painter.drawPixmap(corner, picture)
        return self._furniture

    def _taken(
        self, painter: QPainter, frame: Frame, credits: str
    ) -> list[tuple[QPointF, QPixmap]]:
        """Return the pictures, and where each lies in logical pixels."""
        camera, tokens, factor, dpr = frame
        found = []
        for part in (self._furniture.scale, self._furniture.credits):
            if part is None:
                continue
            # On whole device pixels, or it would be blurred.
            box = QTransform.fromScale(dpr, dpr).mapRect(part).toAlignedRect()
            corner = QPointF(box.topLeft()) / dpr
            picture = QPixmap(box.size())
            picture.setDevicePixelRatio(dpr)
            picture.fill(Qt.GlobalColor.transparent)
            into = QPainter(picture)
            into.translate(-corner)
            into.setFont(painter.font())
            paint_furniture(into, camera, tokens, credits, factor)
            into.end()
            found.append((corner, picture))
        return found
