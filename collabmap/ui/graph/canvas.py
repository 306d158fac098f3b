"""What the graph looks like: its nodes and links, where they are, and what of it is in view."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

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

_HIT_PX, _REST_MS, _GLIDE_MS = 22.0, 70, 200
NO_WORDS = Placed({}, {})


class GraphCanvas(QWidget):
    """glides: whether nodes that go elsewhere can be followed with the eye.

    covered: boxes of what lies over the graph, in pixels, where no words can be read.
    """

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
        self._has_ring = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.rest)
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glide)
        self._way: tuple[Floats, Floats] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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


def _shifted(box: Box, shift: Floats) -> Box:
    x, y = float(shift[0]), float(shift[1])
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y
