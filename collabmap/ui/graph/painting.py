"""Painting the graph: lines and arrows, marks as on the map, names and verbs where they fit."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPixmap, QPolygonF

from collabmap.app.ecosystem_words import name_of
from collabmap.domain.graph_layout import Floats, Ints
from collabmap.domain.links import LinkEnd
from collabmap.domain.theme import Theme
from collabmap.render.graph_words import Placed, Verb, placed
from collabmap.render.name_placing import Box, Name
from collabmap.render.symbology import MarkKey, Symbology, badge_of, half_extent
from collabmap.ui import look
from collabmap.ui.graph.scene import Scene, lines_on_screen
from collabmap.ui.map.atlas import Atlas
from collabmap.ui.map.pixmaps import draw, text_picture

# Radii of marks: in the middle, a step from it, further; seen from afar and from very far.
MIDDLE, NEAR, FURTHER, SMALL, TINY = 22.0, 16.0, 14.0, 9.0, 5.0
_SMALL_BELOW, _TINY_BELOW = 0.45, 0.2
_HALO_PX, _ARROW_GAP_PX = 13.0, 4.0
_NAME_PX, _NAMES = 190.0, 110
# More lines than these are drawn without smooth edges while they move.
SMOOTH_LINES = 700
# So many lines with words at once; more of them say nothing to anybody.
_VERBS = 70
_TURNS = 72
_ARROW_PX, _ARROW_HALF_PX = 11.0, 4.6


class Point(NamedTuple):
    """What is pointed at: selected, hovered and focused nodes, by number, -1 for none."""

    selected: int = -1
    hovered: int = -1


class GraphPainter:
    """The pictures that the graph is put together from, for one look and one pixel ratio."""

    def __init__(self, theme: Theme, dpr: float) -> None:
        self.tokens, self.scale, self.dpr = look.tokens(), look.scale(), dpr
        self._marks = Symbology(theme, self.tokens, dpr)
        half = half_extent(MIDDLE * self.scale)
        self._atlas: Atlas[MarkKey] = Atlas(half, dpr, self._marks.image)
        self._arrows: Atlas[tuple[str, int]] = Atlas(math.ceil(12 * self.scale), dpr, self._arrow)
        self._lines = PrimitiveArray(QLineF, 4)
        self._texts: dict[tuple[str, int], QPixmap] = {}
        self._numbers: tuple[Scene, float, Ints, Floats] | None = None

    def is_for(self, dpr: float) -> bool:
        """Whether the pictures are still those of the look in use."""
        return (look.tokens(), look.scale(), dpr) == (self.tokens, self.scale, self.dpr)

    # --- sizes -------------------------------------------------------------------------------

    def sizes(self, scene: Scene, zoom: float) -> Floats:
        """Return the radius of each mark, logical pixels.  zoom: of the camera."""
        return self._drawn(scene, zoom)[1]

    def _drawn(self, scene: Scene, zoom: float) -> tuple[Ints, Floats]:
        """Return the numbers in the atlas and the radii of the marks of a scene."""
        step = 2.0 if zoom < _TINY_BELOW else 1.0 if zoom < _SMALL_BELOW else 0.0
        if self._numbers is not None and self._numbers[:2] == (scene, step):
            return self._numbers[2], self._numbers[3]
        size = np.where(scene.depth <= 1, NEAR, FURTHER)
        if step:
            size = np.full(len(scene.nodes), TINY if step == 2.0 else SMALL)
        if scene.middle in scene.number:
            n = scene.number[scene.middle]
            size[n] = SMALL * 1.3 if step else MIDDLE
        size = size * self.scale
        keys = (
            MarkKey(end.category, end.state, False, float(r), badge_of(end.state))
            for end, r in zip(scene.nodes, size, strict=True)
        )
        numbers = np.array([self._atlas.number(key) for key in keys], np.int64)
        self._numbers = scene, step, numbers, size
        return numbers, size

    # --- painting ----------------------------------------------------------------------------

    def paint(
        self,
        painter: QPainter,
        scene: Scene,
        px: Floats,
        zoom: float,
        point: Point,
        words: Placed,
        *,
        is_moving: bool,
    ) -> None:
        """Paint everything.  px: (n, 2) pixels.  words: boxes as they are placed for these."""
        numbers, size = self._drawn(scene, zoom)
        reach = size * 1.12 + _ARROW_GAP_PX
        if 0 <= point.selected < len(reach):
            reach = reach.copy()
            reach[point.selected] = size[point.selected] + _HALO_PX * self.scale + 1
        lines, length = lines_on_screen(scene, px, reach)
        strong = self.strong(scene, point)
        is_smooth = not is_moving or len(lines) <= SMOOTH_LINES
        tokens = self.tokens
        self._paint_lines(painter, lines[~strong], tokens.line_strong, 1.2, is_smooth)
        self._paint_lines(painter, lines[strong], tokens.primary, 2.2, True)
        self._paint_proposed(painter, scene, px)
        has_arrow = length > 14 * self.scale
        self._paint_arrows(painter, lines[~strong & has_arrow], tokens.muted)
        self._paint_arrows(painter, lines[strong & has_arrow], tokens.primary)
        self._paint_verbs(painter, scene, words, strong)
        self._paint_halo(painter, px, size, point)
        self._atlas.draw(painter, px[:, 0], px[:, 1], numbers)
        self._paint_more(painter, scene, px, size, zoom)
        self._paint_names(painter, scene, words, point)

    def strong(self, scene: Scene, point: Point) -> np.ndarray:
        """Return which lines are those of the selected node, or of the one pointed at."""
        strong = (
            scene.of(point.selected) if point.selected >= 0 else np.zeros(len(scene.ends), bool)
        )
        return strong | scene.of(point.hovered) if point.hovered >= 0 else strong

    def _paint_lines(
        self, painter: QPainter, lines: Floats, ink: str, width: float, is_smooth: bool
    ) -> None:
        if not len(lines):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        # Qt draws lines of a pixel ten times as fast as wider ones.
        painter.setPen(QPen(QColor(ink), width * self.scale if is_smooth else 1))
        self._lines.resize(len(lines))
        self._lines.ndarray()[:] = lines
        painter.drawLines(*self._lines.drawargs())

    def _paint_proposed(self, painter: QPainter, scene: Scene, px: Floats) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self.tokens.primary), 2.0 * self.scale, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for one, other in scene.proposed:
            ends = px[scene.number[one]], px[scene.number[other]]
            painter.drawLine(QLineF(*map(float, ends[0]), *map(float, ends[1])))

    def _paint_arrows(self, painter: QPainter, lines: Floats, ink: str) -> None:
        if not len(lines):
            return
        dx, dy = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
        turn = np.round(np.arctan2(dy, dx) / math.tau * _TURNS).astype(np.int64) % _TURNS
        numbers = np.array([self._arrows.number((ink, n)) for n in range(_TURNS)])
        self._arrows.draw(painter, lines[:, 2], lines[:, 3], numbers[turn])

    def _arrow(self, key: tuple[str, int]) -> QImage:
        """Return the picture of an arrow whose tip is in the middle."""
        ink, turn = key

        def paint(painter: QPainter) -> None:
            painter.rotate(360 * turn / _TURNS)
            back, side = -_ARROW_PX * self.scale, _ARROW_HALF_PX * self.scale
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ink))
            painter.drawPolygon(
                QPolygonF([QPointF(1, 0), QPointF(back, side), QPointF(back, -side)])
            )

        return self._marks.painted(math.ceil(12 * self.scale), paint)

    def _paint_halo(self, painter: QPainter, px: Floats, size: Floats, point: Point) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for node, is_soft in ((point.hovered, True), (point.selected, False)):
            if not 0 <= node < len(px) or (is_soft and node == point.selected):
                continue
            wide = (_HALO_PX if not is_soft else 8.0) * self.scale
            painter.setBrush(QColor(self.tokens.primary_soft))
            painter.setPen(QPen(QColor(self.tokens.primary), 3.0 if not is_soft else 1.4))
            r = float(size[node]) + wide
            painter.drawEllipse(QPointF(*map(float, px[node])), r, r)

    def _paint_more(
        self, painter: QPainter, scene: Scene, px: Floats, size: Floats, zoom: float
    ) -> None:
        """Paint how many links a node has that are not shown, at its lower right."""
        if zoom < _SMALL_BELOW:
            return
        for node, count in scene.more.items():
            n = scene.number[node]
            far = 0.8 * float(size[n]) + 2
            picture = self._more(count)
            draw(painter, picture, float(px[n, 0]) + far, float(px[n, 1]) + far, self.dpr)

    def _more(self, count: int) -> QPixmap:
        key = (f"+{count}", -1)
        if key not in self._texts:
            font = look.font(10.5, 600)
            wide = QFontMetricsF(font).horizontalAdvance(key[0]) + 8 * self.scale
            tall = 16 * self.scale
            pixmap = QPixmap(math.ceil((wide + 2) * self.dpr), math.ceil((tall + 2) * self.dpr))
            pixmap.setDevicePixelRatio(self.dpr)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.tokens.line_strong), 1))
            painter.setBrush(QColor(self.tokens.surface))
            box = QRectF(1, 1, wide - 1, tall - 1)
            painter.drawRoundedRect(box, tall / 2, tall / 2)
            painter.setFont(font)
            painter.setPen(QColor(self.tokens.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key[0])
            painter.end()
            self._texts[key] = pixmap
        return self._texts[key]

    # --- words -------------------------------------------------------------------------------

    def place_words(
        self,
        scene: Scene,
        px: Floats,
        zoom: float,
        point: Point,
        view: Box,
        covered: Iterable[Box] = (),
    ) -> Placed:
        """Return where names and verbs fit; see graph_words.  covered: boxes to be kept free."""
        _numbers, size = self._drawn(scene, zoom)
        inside = np.flatnonzero(
            (px[:, 0] > view[0] - 30) & (px[:, 0] < view[2] + 30)
            & (px[:, 1] > view[1] - 30) & (px[:, 1] < view[3] + 30)
        )  # fmt: skip
        reach = size * 1.1 + 3
        halo = size.copy()
        if point.selected >= 0:
            halo[point.selected] += _HALO_PX * self.scale
            reach = np.maximum(reach, halo)
        marks = np.concatenate(
            (px[inside] - reach[inside, None], px[inside] + reach[inside, None]), 1
        )
        rank = np.argsort(-scene.degree[inside] + 100 * scene.depth[inside], kind="stable")
        chosen = set(inside[rank][:_NAMES].tolist())
        chosen |= {n for n in point if 0 <= n < len(scene.nodes)}
        names = [self._name(scene, px, reach, n, point) for n in sorted(chosen)]
        lines, length = lines_on_screen(scene, px, reach)
        tips = lines[length > 0, 2:]
        ends = np.concatenate((tips - 5 * self.scale, tips + 5 * self.scale), 1)
        is_near = (tips > view[:2]).all(axis=1) & (tips < view[2:]).all(axis=1)
        # Of a large graph only its own links are kept off a name: others are everywhere.
        own = {n: lines if len(lines) <= _VERBS else lines[scene.of(n)] for n in chosen}
        return placed(
            names,
            self._verbs(scene, px, reach, point, view),
            np.concatenate((marks, ends[is_near], np.array([*covered]).reshape(-1, 4))),
            view,
            own,
        )

    def _name(self, scene: Scene, px: Floats, reach: Floats, n: int, point: Point) -> Name:
        picture = self._name_picture(scene.nodes[n], is_selected=n == point.selected)
        size = picture.deviceIndependentSize()
        priority = 1_000_000 - 1000 * int(scene.depth[n]) + int(scene.degree[n])
        priority += 9_000_000 * (n == point.selected) + 5_000_000 * (n == point.hovered)
        # The halo around a letter may touch what the letter may not.
        return Name(
            n, float(px[n, 0]), float(px[n, 1]), float(reach[n]) - 1,
            size.width() - 5, size.height() - 5, priority,
        )  # fmt: skip

    def _verbs(
        self, scene: Scene, px: Floats, reach: Floats, point: Point, view: Box
    ) -> Iterable[Verb]:
        strong = self.strong(scene, point)
        lines, _length = lines_on_screen(scene, px, reach)
        middle = (lines[:, :2] + lines[:, 2:]) / 2
        is_seen = (middle[:, 0] > view[0]) & (middle[:, 0] < view[2])
        is_seen &= (middle[:, 1] > view[1]) & (middle[:, 1] < view[3])
        wanted = np.flatnonzero(is_seen & (strong | (len(lines) <= _VERBS)))
        for n in wanted[:_VERBS].tolist():
            picture = self._verb_picture(scene.words[n], is_strong=bool(strong[n]))
            size = picture.deviceIndependentSize()
            x0, y0, x1, y1 = map(float, lines[n])
            yield Verb(n, x0, y0, x1, y1, size.width(), size.height() - 6, bool(strong[n]))

    def _paint_verbs(
        self, painter: QPainter, scene: Scene, words: Placed, strong: np.ndarray
    ) -> None:
        ground = QColor(self.tokens.window)
        for n, box in words.verbs.items():
            if n < len(scene.words):
                picture = self._verb_picture(scene.words[n], is_strong=bool(strong[n]))
                painter.fillRect(_rect(box).adjusted(0, 3, 0, -3), ground)
                middle = _rect(box).center()
                draw(painter, picture, middle.x(), middle.y(), self.dpr)

    def _paint_names(self, painter: QPainter, scene: Scene, words: Placed, point: Point) -> None:
        for n, box in words.names.items():
            if n < len(scene.nodes):
                picture = self._name_picture(scene.nodes[n], is_selected=n == point.selected)
                middle = _rect(box).center()
                draw(painter, picture, middle.x(), middle.y(), self.dpr)

    def _name_picture(self, end: LinkEnd, *, is_selected: bool) -> QPixmap:
        font = look.font(13, 600 if is_selected else 500)
        name = " ".join(name_of(end).splitlines())
        return self._text(name, font, self.tokens.text, _NAME_PX * self.scale)

    def _verb_picture(self, words: str, *, is_strong: bool) -> QPixmap:
        font = look.font(12.5, 600 if is_strong else 400)
        ink = self.tokens.primary if is_strong else self.tokens.muted
        return self._text(words, font, ink, _NAME_PX * self.scale)

    def _text(self, text: str, font: QFont, ink: str, room: float) -> QPixmap:
        key = (f"{ink}{text}", font.weight())
        if key not in self._texts:
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._texts[key] = text_picture(shown, font, ink, self.dpr, self.tokens.window)
        return self._texts[key]


def _rect(box: Box) -> QRectF:
    return QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])
