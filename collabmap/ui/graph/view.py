"""The graph as one can take hold of it: moved, enlarged, its nodes dragged, chosen and opened.

Everything works by mouse, by touch and by keys: arrows go to the next node that way, with Shift
they move the chosen one, with Ctrl the whole graph; + and - enlarge, Home shows all, Enter opens.
"""

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from collabmap.app.ecosystem_words import name_of
from collabmap.app.words import _
from collabmap.domain.ego_layout import Spot
from collabmap.domain.graph_layout import Floats
from collabmap.domain.theme import Theme
from collabmap.render.graph_words import Placed
from collabmap.render.name_placing import Box
from collabmap.ui import look
from collabmap.ui.graph.camera import GraphCamera
from collabmap.ui.graph.painting import GraphPainter, Point
from collabmap.ui.graph.scene import Scene
from collabmap.ui.widgets.tip import plain_tip

_SLOP_PX, _HIT_PX, _REST_MS, _GLIDE_MS = 6.0, 22.0, 70, 200
_STEP_PX, _ZOOM = 60.0, 1.25
NO_WORDS = Placed({}, {})


class GraphView(QWidget):
    """picked: id of a node that was clicked, None beside all.  opened: id, to show one step more.

    moved: id of a node that was dragged: it stays where it was put.  hovered_changed: id or None.
    glides: whether nodes that go elsewhere can be followed with the eye.  covered: boxes of what
    lies over the graph, in pixels, where no words can be read.
    """

    picked = Signal(object)
    opened = Signal(object)
    moved = Signal(object)
    hovered_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.scene = Scene()
        self.place: Floats = np.empty((0, 2))
        self.camera = GraphCamera()
        self.glides = True
        self.covered: tuple[Box, ...] = ()
        self._point = Point()
        self._painter: GraphPainter | None = None
        self._words, self._words_at = NO_WORDS, np.empty((0, 2))
        self._is_moving = False
        self._follows = True
        self._press: tuple[QPointF, int] | None = None
        self._last = QPointF()
        self._is_dragging = self._has_ring = False
        self._fingers: tuple[QPointF, QPointF] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.rest)
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glide)
        self._way: tuple[Floats, Floats] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setAccessibleName(_("Graph of links"))
        look.signals().changed.connect(self._on_look)

    # --- what is shown -----------------------------------------------------------------------

    def show_scene(self, scene: Scene, spots: Mapping[bytes, Spot], *, fits: bool) -> None:
        """Show other nodes and links.  fits: all of it is brought into view."""
        before = {end.id: self.place[n] for n, end in enumerate(self.scene.nodes)}
        selected, hovered = self.selected, self.hovered
        self._glide.stop()
        self.scene = scene
        target = scene.places(spots)
        number = scene.number
        self._point = Point(
            number.get(selected, -1) if selected else -1, number.get(hovered, -1) if hovered else -1
        )
        self._follows = fits
        self._words = NO_WORDS
        if fits:
            self.camera = self._fitted(target)
        start = np.array([before.get(end.id, target[n]) for n, end in enumerate(scene.nodes)])
        self.place = target
        if self.glides and self.isVisible() and before and len(target):
            self._way = start.reshape(-1, 2), target
            self.place = start.reshape(-1, 2)
            self._glide.start()
        self._stir()

    def show_places(self, place: Floats, *, fits: bool) -> None:
        """Show where the nodes of the scene are on the way, in their order."""
        if len(place) == len(self.scene.nodes):
            self._glide.stop()
            self.place = place
            if fits and self._follows:
                self.camera = self._fitted(place)
            self._stir()

    def _on_glide(self, share: float) -> None:
        if self._way is not None:
            start, target = self._way
            self.place = start + (target - start) * share
            self._stir()

    def _fitted(self, place: Floats) -> GraphCamera:
        return self.camera.sized(self.width(), self.height()).fitted(place, look.scale())

    def fit(self) -> None:
        """Bring all nodes into view."""
        self._glide.stop()
        if self._way is not None:
            self.place, self._way = self._way[1], None
        self.camera = self._fitted(self.place)
        self._follows = True
        self._stir()

    @property
    def spots(self) -> dict[bytes, Spot]:
        """Return where the nodes stand."""
        return {end.id: Spot(*map(float, self.place[n])) for n, end in enumerate(self.scene.nodes)}

    @property
    def selected(self) -> bytes | None:
        return self._id(self._point.selected)

    @property
    def hovered(self) -> bytes | None:
        return self._id(self._point.hovered)

    @property
    def words(self) -> Placed:
        """Return the names and verbs that are shown and their boxes, in pixels."""
        return self._words

    def _id(self, n: int) -> bytes | None:
        return self.scene.nodes[n].id if 0 <= n < len(self.scene.nodes) else None

    def select(self, node: bytes | None) -> None:
        """Show which node is chosen, and bring it into view."""
        n = self.scene.number.get(node, -1) if node is not None else -1
        if n == self._point.selected:
            return
        self._point = self._point._replace(selected=n)
        if n >= 0:
            x, y = self.pixels()[n]
            if not (30 < x < self.width() - 30 and 30 < y < self.height() - 30):
                self.camera = self.camera.moved(self.width() / 2 - x, self.height() / 2 - y)
        self._place_words()
        self.update()

    def hover(self, node: bytes | None) -> None:
        """Light a node up, with its links."""
        n = self.scene.number.get(node, -1) if node is not None else -1
        if n != self._point.hovered:
            self._point = self._point._replace(hovered=n)
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if n >= 0 else Qt.CursorShape.ArrowCursor
            )
            self._place_words()
            self.update()

    # --- painting ----------------------------------------------------------------------------

    def pixels(self) -> Floats:
        """Return the pixels of the nodes, (n, 2)."""
        return self.camera.to_screen(self.place)

    @property
    def _pictures(self) -> GraphPainter:
        if self._painter is None or not self._painter.is_for(self.devicePixelRatioF()):
            self._painter = GraphPainter(self.theme, self.devicePixelRatioF())
        return self._painter

    def set_theme(self, theme: Theme) -> None:
        """Draw the marks of another theme."""
        self.theme, self._painter = theme, None
        self.update()

    def _on_look(self) -> None:
        self._painter = None
        self._stir()

    def _stir(self) -> None:
        """Paint anew; words find their places once all is at rest."""
        self._is_moving = True
        self._rest.start()
        self.update()

    def rest(self) -> None:
        """Paint smooth edges and find places for the words, once nothing moves any more."""
        if self._glide.state() == QVariantAnimation.State.Running:
            self._rest.start()
            return
        self._is_moving = False
        self._place_words()
        self.update()

    def _view_box(self) -> Box:
        return 4.0, 4.0, self.width() - 4.0, self.height() - 4.0

    def _place_words(self) -> None:
        if not self._is_moving and len(self.place) and self.width() > 1:
            px = self.pixels()
            self._words = self._pictures.place_words(
                self.scene, px, self.camera.scale, self._point, self._view_box(), self.covered
            )
            self._words_at = px

    def _moved_words(self, px: Floats) -> Placed:
        """Return the words where their nodes and links are now."""
        if not self._is_moving or len(px) != len(self._words_at):
            return self._words
        shift = px - self._words_at
        ends = self.scene.ends
        names = {n: _shifted(box, shift[n]) for n, box in self._words.names.items()}
        verbs = {
            n: _shifted(box, (shift[ends[n, 0]] + shift[ends[n, 1]]) / 2)
            for n, box in self._words.verbs.items()
        }
        return Placed(names, verbs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        painter.fillRect(self.rect(), QColor(tokens.window))
        if len(self.place):
            px = self.pixels()
            self._pictures.paint(
                painter, self.scene, px, self.camera.scale, self._point, self._moved_words(px),
                is_moving=self._is_moving,
            )  # fmt: skip
        if self.hasFocus() and self._has_ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.camera = self.camera.sized(self.width(), self.height())
        if self._follows:
            self.camera = self._fitted(self._way[1] if self._way is not None else self.place)
        self._stir()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # A ring around half the window is for those who came by keys.
        reason = Qt.FocusReason
        self._has_ring = event.reason() in (
            reason.TabFocusReason, reason.BacktabFocusReason, reason.ShortcutFocusReason,
        )  # fmt: skip
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # --- the hand ----------------------------------------------------------------------------

    def hit(self, at: QPointF) -> int:
        """Return the number of the node at a pixel, -1 for none."""
        if not len(self.place):
            return -1
        px = self.pixels()
        far = np.hypot(px[:, 0] - at.x(), px[:, 1] - at.y())
        size = self._pictures.sizes(self.scene, self.camera.scale)
        edge = far - np.maximum(size + 4, min(_HIT_PX, 14 * look.scale()))
        n = int(edge.argmin())
        return n if edge[n] <= 0 else -1

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

    def point_of(self, node: bytes) -> QPoint | None:
        """Return the pixel of a node that is shown."""
        n = self.scene.number.get(node)
        return None if n is None else QPointF(*map(float, self.pixels()[n])).toPoint()


def _shifted(box: Box, shift: Floats) -> Box:
    x, y = float(shift[0]), float(shift[1])
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y
