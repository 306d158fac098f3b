"""Picking a place on the map for something that is under way, while the map itself stays usable."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, Signal

from collabmap.ui.map.layers import MapTool

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView


class Picks(QObject):
    """picked: id of the place that was clicked.  missed: the click hit nothing."""

    picked = Signal(object)
    missed = Signal()


class PickTool(MapTool):
    """A click on a mark, a line or a zone picks it; a group opens as ever, the map can be moved."""

    def __init__(self, view: "MapView") -> None:
        self._view = view
        self.picks = Picks(view)

    def click(self, point: QPointF) -> bool:
        hit = self._view.hit_at(point)
        if hit is not None and hit.mark is not None:
            self.picks.picked.emit(hit.mark.id)
            return True
        if hit is None:
            self.picks.missed.emit()
            return True
        return False

    def hover(self, point: QPointF) -> bool:
        hit = self._view.hit_at(point)
        self._view.hover(hit.mark.id if hit is not None and hit.mark is not None else None)
        self._view.viewport().setCursor(Qt.CursorShape.CrossCursor)
        return True

    def put_away(self) -> None:
        self._view.hover(None)
        self.picks.deleteLater()
