"""Fingers on a touch screen: one is the pointer, two move and zoom, one that rests asks."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QTouchEvent
from PySide6.QtWidgets import QApplication

from collabmap.render.camera import Camera
from collabmap.ui.map.navigation import MAX_ZOOM, MIN_ZOOM

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# A finger is less steady than a mouse.
SLOP_PX = 12.0
REST_MS = 600
# Two fingers closer than this tell no size.
_NEAREST_PX = 16.0
# Two short taps this near each other, in time and place, are a double one.
_DOUBLE_MS, _DOUBLE_PX = 350, 40.0

Fingers = tuple[QPointF, QPointF]


def pinched(camera: Camera, before: Fingers, after: Fingers) -> Camera:
    """Return the view after two fingers moved: what was between them stays between them.

    before, after: pixels of both fingers.  The map is never turned.
    """
    was, now = _span(before), _span(after)
    zoom = max(MIN_ZOOM, min(MAX_ZOOM, camera.zoom + math.log2(now / was)))
    start, end = _between(before), _between(after)
    moved = camera.moved(end.x() - start.x(), end.y() - start.y())
    return moved.zoomed(zoom, end.x(), end.y())


def _span(fingers: Fingers) -> float:
    far = fingers[0] - fingers[1]
    return max(_NEAREST_PX, math.hypot(far.x(), far.y()))


def _between(fingers: Fingers) -> QPointF:
    return (fingers[0] + fingers[1]) / 2


class Touches(QObject):
    """Turns touches into what the mouse does, which the map and its tools know already.

    A finger is told only once it moves or leaves: two that pinch never land at the same moment,
    and the first must not draw a vertex.
    """

    def __init__(self, view: "MapView") -> None:
        super().__init__(view)
        self._view = view
        self._start: QPointF | None = None
        self._is_told = False
        self._fingers: Fingers | None = None
        self._tap: tuple[int, QPointF] | None = None
        self._is_spent = False
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        self._resting.timeout.connect(self._on_rest)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)

    def take(self, event: QTouchEvent) -> bool:
        """Return whether these are fingers on a screen; a pad sends a wheel and gestures."""
        if event.device() is None or event.device().type().name != "TouchScreen":
            return False
        points = event.points()
        down = [p.position() for p in points if p.state().name != "Released"]
        if event.type() == QEvent.Type.TouchCancel:
            self._let_go(event, None)
        elif len(down) >= 2:
            self._pinch((down[0], down[1]))
        elif event.type() == QEvent.Type.TouchBegin:
            self._land(points[0].position())
        elif event.type() == QEvent.Type.TouchEnd or not down:
            self._let_go(event, points[0].position())
        else:
            self._fingers = None
            self._move(event, down[0])
        event.accept()
        return True

    # --- one finger --------------------------------------------------------------------------

    def _land(self, point: QPointF) -> None:
        self._view.stop_motion()
        self._start, self._is_told, self._is_spent, self._fingers = point, False, False, None
        self._resting.start()

    def _move(self, event: QTouchEvent, point: QPointF) -> None:
        # The finger that stays after two have pinched does nothing more.
        if self._start is None or self._is_spent:
            return
        far = point - self._start
        if not self._is_told:
            if math.hypot(far.x(), far.y()) < SLOP_PX:
                return
            self._resting.stop()
            self._is_told = True
            self._tell(QEvent.Type.MouseButtonPress, self._start, event.timestamp())
        self._tell(QEvent.Type.MouseMove, point, event.timestamp())

    def _let_go(self, event: QTouchEvent, point: QPointF | None) -> None:
        self._resting.stop()
        start, self._start, self._fingers = self._start, None, None
        if start is None or self._is_spent:
            return
        if self._is_told:
            self._tell(QEvent.Type.MouseButtonRelease, point or start, event.timestamp())
        elif point is not None:
            self._on_tap(start, event.timestamp())

    def _on_tap(self, point: QPointF, at_ms: int) -> None:
        last, self._tap = self._tap, (at_ms, point)
        is_double = (
            last is not None
            and at_ms - last[0] <= _DOUBLE_MS
            and math.hypot(*(point - last[1]).toTuple()) <= _DOUBLE_PX
        )
        if is_double:
            self._tap = None
        kind = QEvent.Type.MouseButtonDblClick if is_double else QEvent.Type.MouseButtonPress
        self._tell(kind, point, at_ms)
        self._tell(QEvent.Type.MouseButtonRelease, point, at_ms)

    def _on_rest(self) -> None:
        """A finger that rests asks what can be done here, as the right button does."""
        if self._start is not None and not self._is_told:
            self._is_spent = True
            self._view.ask_for_menu(self._start)

    def _tell(self, kind: QEvent.Type, point: QPointF, at_ms: int) -> None:
        view = self._view
        is_up = kind == QEvent.Type.MouseButtonRelease
        event = QMouseEvent(
            kind,
            point,
            QPointF(view.viewport().mapToGlobal(point)),
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton,
            Qt.MouseButton.NoButton if is_up else Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.setTimestamp(at_ms)
        # As from outside, so that a menu that is open sees it too and closes.
        QApplication.sendEvent(view.viewport(), event)

    # --- two fingers -------------------------------------------------------------------------

    def _pinch(self, fingers: Fingers) -> None:
        self._resting.stop()
        view = self._view
        if self._is_told and not self._is_spent and self._start is not None:
            # The first finger was panning already: it lets go where it is, without rolling on.
            self._tell(QEvent.Type.MouseButtonRelease, fingers[0], 0)
        self._is_spent = True
        before, self._fingers = self._fingers, fingers
        if before is not None:
            view.look_from(pinched(view.camera, before, fingers))
