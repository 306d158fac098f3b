"""A small map of what a base map lacks: the area, and the holes in it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.geo import Bbox, to_world
from collabmap.ui import look

MIN_HOLE_PX = 4.0


class HolesMap(QWidget):
    """show_holes(area, boxes) draws the boxes in the area; both WGS84."""

    def __init__(self) -> None:
        super().__init__()
        self.area: Bbox | None = None
        self.holes: tuple[Bbox, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_holes(self, area: Bbox, holes: Sequence[Bbox]) -> None:
        self.area, self.holes = area, tuple(holes)
        words = ngettext(
            "{count} hole in the base map", "{count} holes in the base map", len(holes)
        )
        self.setAccessibleName(words.format(count=format_number(len(holes))))
        self.setToolTip(_("Dark: what is missing"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(240), look.px(160))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.area is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        left, top = to_world(self.area.west, self.area.north)
        right, bottom = to_world(self.area.east, self.area.south)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        scale = min(
            room.width() / max(right - left, 1e-12), room.height() / max(bottom - top, 1e-12)
        )
        whole = QRectF(0, 0, (right - left) * scale, (bottom - top) * scale)
        whole.moveCenter(room.center())
        painter.setPen(QPen(QColor(tokens.line_strong), tokens.edge_px))
        painter.setBrush(QColor(tokens.base_map.park))
        painter.drawRect(whole)
        painter.setClipRect(whole)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.states["pending"].mark))
        for hole in self.holes:
            west, north = to_world(hole.west, hole.north)
            east, south = to_world(hole.east, hole.south)
            box = QRectF(
                whole.left() + (west - left) * scale,
                whole.top() + (north - top) * scale,
                max(MIN_HOLE_PX, (east - west) * scale),
                max(MIN_HOLE_PX, (south - north) * scale),
            )
            painter.drawRect(box)
        painter.end()
