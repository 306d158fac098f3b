"""What drawing and correcting have in common: the item on the map, snapping, keys, the label."""

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.domain.sketch_problems import ProblemKind
from collabmap.errors import PositionOutOfRange
from collabmap.ui.map.layers import MapTool
from collabmap.ui.map.sketch_item import SketchItem
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map.snapping_aid import SnappingAid
from collabmap.ui.map.view import MapView
from collabmap.ui.sketch_words import sketch_words

GRIP_PX = 22.0  # Half of the 44 px that a finger needs.
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# What is shown while somebody draws; the others are said at the end.
SHOWN_PROBLEMS = {
    ProblemKind.SELF_CROSSING,
    ProblemKind.HOLE_OUTSIDE,
    ProblemKind.PARTS_OVERLAP,
}


class SketchTool(MapTool, QObject):
    """A tool that works on a pad.  It has the map from set_tool() until it is put away."""

    def __init__(self, view: MapView, pad: SketchPad) -> None:
        QObject.__init__(self, view)
        self.view = view
        self.pad = pad
        self.aid = SnappingAid(view)
        self.item = SketchItem(view)
        self._has_space = False
        pad.changed.connect(self.refresh)
        view.installEventFilter(self)

    def put_away(self) -> None:
        self.view.removeEventFilter(self)
        self.pad.changed.disconnect(self.refresh)
        self.item.discard()
        self.deleteLater()

    # --- for whoever draws ---------------------------------------------------------------

    def refresh(self) -> None:
        """Show the sketch as it is now."""

    def take_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Return whether a key was ours."""
        return False

    def wants_tab(self, *, is_back: bool) -> bool:
        """Take Tab, which else leaves the map; return whether it was ours."""
        return False

    def undo(self) -> None:
        """Take the last step back."""
        self.pad.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.pad.redo()

    # --- helping -------------------------------------------------------------------------

    def position_at(self, point: QPointF) -> LngLat:
        return self.view.camera.position_at(point.x(), point.y())

    def pixel_of(self, position: LngLat) -> QPointF:
        return QPointF(*self.view.camera.pixel_of(position))

    def is_near(self, point: QPointF, position: LngLat, reach_px: float = GRIP_PX) -> bool:
        way = self.pixel_of(position) - point
        return way.x() ** 2 + way.y() ** 2 <= reach_px**2

    def say_label(self, sketch: Sketch, point: QPointF | None) -> None:
        """Write how long or how large it is beside a pixel, None takes the words away."""
        scene = self.item.shown
        words = sketch_words(sketch, is_sound=not scene.wrong)
        scene.label = words if point is not None else ""
        scene.label_px = point

    def wrong_places(self, sketch: Sketch) -> tuple[LngLat, ...]:
        """Return where an outline crosses itself, as far as that is shown while one draws."""
        if sketch.kind != "zone" or sketch.vertex_count < 4:
            return ()
        return tuple(p.position for p in sketch.problems() if p.kind in SHOWN_PROBLEMS)

    def try_take(self, make: Callable[[], Sketch]) -> None:
        """Do a step, unless a vertex would leave the world."""
        with suppress(PositionOutOfRange):
            self.pad.take(make())

    # --- events --------------------------------------------------------------------------

    @property
    def is_panning(self) -> bool:
        """Whether the space bar is held, with which every drag moves the map."""
        return self._has_space

    def press_key(self, event: QKeyEvent) -> bool:
        try:
            key = Qt.Key(event.key())
        except ValueError:
            return False
        return self.take_key(key, event.modifiers())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = kind != QEvent.Type.KeyRelease
        if event.key() == Qt.Key.Key_Alt and kind != QEvent.Type.ShortcutOverride:
            self.aid.is_off = kind == QEvent.Type.KeyPress
            self.refresh()
        if kind == QEvent.Type.ShortcutOverride and self._is_undo(event):
            # Else the window would take back the last place somebody saved.
            event.accept()
            return True
        if kind == QEvent.Type.KeyPress:
            return self._press(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        if self._is_undo(event):
            self._undo(event)
            return True
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return self.wants_tab(is_back=is_shift or event.key() == Qt.Key.Key_Backtab)
        return False

    def _is_undo(self, event: QKeyEvent) -> bool:
        is_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return is_ctrl and event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y)

    def _undo(self, event: QKeyEvent) -> None:
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Y or is_shift:
            self.redo()
        else:
            self.undo()

    def follow(self, event: QMouseEvent) -> None:
        """Take over from an event whether Alt is held."""
        self.aid.is_off = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
