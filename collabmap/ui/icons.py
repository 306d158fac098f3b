"""Icons for actions and buttons: QIcon drawn from paths at whatever size and pixel ratio is asked.

The colour is read when the icon is painted, so that a change of theme needs no new icons.
"""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from collabmap.render.icons import paint_icon
from collabmap.ui import look


class _PathEngine(QIconEngine):
    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def clone(self) -> QIconEngine:
        return _PathEngine(self._name, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = "disabled" if mode is QIcon.Mode.Disabled else self._colour
        colour = role if role.startswith("#") else getattr(look.tokens(), role)
        paint_icon(painter, self._name, QRectF(rect), colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return pixmap


def icon(name: str, colour: str = "text") -> QIcon:
    """Return an icon of Material Design Icons.  colour: a token's name or '#RRGGBB'."""
    return QIcon(_PathEngine(name, colour))
