"""The graph as one can take hold of it: moved, enlarged, its nodes dragged, chosen and opened.

Everything works by mouse, by touch and by keys: arrows go to the next node that way, with Shift
they move the chosen one, with Ctrl the whole graph; + and - enlarge, Home shows all, Enter opens.
"""

import math

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from collabmap.app.ecosystem_words import name_of
from collabmap.domain.theme import Theme
from collabmap.ui.graph.canvas import GraphCanvas
from collabmap.ui.widgets.tip import plain_tip

_SLOP_PX, _STEP_PX, _ZOOM = 6.0, 60.0, 1.25


class GraphView(GraphCanvas):
    """picked: id of a node that was clicked, None beside all.  opened: id, to show one step more.

    moved: id of a node that was dragged: it stays where it was put.  hovered_changed: id or None.
    """

    picked = Signal(object)
    opened = Signal(object)
    moved = Signal(object)
    hovered_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._press: tuple[QPointF, int] | None = None
        self._last = QPointF()
        self._is_dragging = False
        self._fingers: tuple[QPointF, QPointF] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)

    # --- the hand ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._take_hold(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None:
            self._drag(event.position())
            return
        node = self._id(self.hit(event.position()))
        if node != self.hovered:
            self.hover(node)
            self.hovered_changed.emit(node)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        node = self._id(self.hit(event.position()))
        if node is not None:
            self.opened.emit(node)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.hovered is not None:
            self.hover(None)
            self.hovered_changed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = event.position()
        self.zoom(2.0 ** (event.angleDelta().y() / 360), at.x(), at.y())

    def _take_hold(self, at: QPointF) -> None:
        self._press, self._last, self._is_dragging = (at, self.hit(at)), at, False

    def _drag(self, at: QPointF) -> None:
        assert self._press is not None
        start, node = self._press
        if not self._is_dragging:
            if (at - start).manhattanLength() < _SLOP_PX:
                return
            self._is_dragging = True
        step = at - self._last
        self._last = at
        if node >= 0:
            self.move_node(node, step.x(), step.y())
        else:
            self.pan(step.x(), step.y())

    def _let_go(self) -> None:
        press, self._press = self._press, None
        if press is None:
            return
        node = self._id(press[1])
        if not self._is_dragging:
            self.picked.emit(node)
        elif node is not None:
            self.moved.emit(node)

    def move_node(self, node: int, dx: float, dy: float) -> None:
        """Put a node, by its number, elsewhere by pixels; its links follow."""
        self._glide.stop()
        self._way = None
        self.place = self.place.copy()
        self.place[node] += np.array((dx, dy)) / self.camera.scale
        self._follows = False
        self._stir()

    def pan(self, dx: float, dy: float) -> None:
        """Move the graph by pixels."""
        self.camera = self.camera.moved(dx, dy)
        self._follows = False
        self._stir()

    def zoom(self, factor: float, px: float | None = None, py: float | None = None) -> None:
        """Enlarge the graph around a pixel, or around the middle."""
        x = self.width() / 2 if px is None else px
        y = self.height() / 2 if py is None else py
        self.camera = self.camera.zoomed(factor, x, y)
        self._follows = False
        self._stir()

    # --- fingers, tips -----------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and self._take_touch(event):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            n = self.hit(QPointF(event.pos()))
            tip = plain_tip(name_of(self.scene.nodes[n])) if n >= 0 else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _take_touch(self, event: QTouchEvent) -> bool:
        """Take fingers on a screen: one is the mouse, two move and enlarge."""
        if event.device() is None or event.device().type().name != "TouchScreen":
            return False
        down = [p.position() for p in event.points() if p.state().name != "Released"]
        if len(down) >= 2:
            self._press = None
            now = (down[0], down[1])
            if self._fingers is not None:
                self._pinch(self._fingers, now)
            self._fingers = now
        elif self._fingers is not None:
            # The other finger of a pinch that ends is no click.
            self._fingers = self._fingers if down else None
        elif event.type() == QEvent.Type.TouchBegin:
            self._take_hold(down[0])
        elif down and self._press is not None:
            self._drag(down[0])
        elif not down:
            self._let_go()
        event.accept()
        return True

    def _pinch(self, before: tuple[QPointF, QPointF], now: tuple[QPointF, QPointF]) -> None:
        was, is_ = (max(16.0, math.hypot(*(a - b).toTuple())) for a, b in (before, now))
        start, end = (before[0] + before[1]) / 2, (now[0] + now[1]) / 2
        self.pan(end.x() - start.x(), end.y() - start.y())
        self.zoom(is_ / was, end.x(), end.y())

    # --- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._has_ring = True
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        node = self.selected
        if key in ways:
            self._go(*ways[key], event.modifiers())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_6):
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and node is not None:
            self.opened.emit(node)
        else:
            super().keyPressEvent(event)

    def _go(self, dx: int, dy: int, modifiers: Qt.KeyboardModifier) -> None:
        selected = self._point.selected
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.pan(-dx * _STEP_PX, -dy * _STEP_PX)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            if (node := self._id(selected)) is not None:
                self.move_node(selected, dx * _STEP_PX / 4, dy * _STEP_PX / 4)
                self.moved.emit(node)
        elif (n := self._next(dx, dy)) >= 0:
            self.picked.emit(self._id(n))

    def _next(self, dx: int, dy: int) -> int:
        """Return the nearest node that way from the chosen one, or from the middle of the view."""
        if not len(self.place):
            return -1
        px = self.pixels()
        selected = self._point.selected
        here = px[selected] if selected >= 0 else np.array((self.width() / 2, self.height() / 2))
        gap = px - here
        ahead, aside = gap @ (dx, dy), np.abs(gap @ (dy, dx))
        cost = np.where((ahead > 2) & (aside < 2 * ahead), ahead + 2 * aside, np.inf)
        if selected < 0:
            cost = np.hypot(gap[:, 0], gap[:, 1])
        n = int(cost.argmin())
        return n if np.isfinite(cost[n]) else -1
