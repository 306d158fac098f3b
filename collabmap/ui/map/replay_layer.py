"""What a map showed at a moment of an evening, painted on it: marks, links, and what is newest."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from collabmap.domain.mark_columns import STATES, Ints
from collabmap.domain.replay import Replay
from collabmap.domain.theme import Theme
from collabmap.render.camera import Camera, world_arrays
from collabmap.render.symbology import (
    FADED_OPACITY,
    SIZE,
    SIZE_DENSE,
    MarkKey,
    Symbology,
    half_extent,
)
from collabmap.ui import look
from collabmap.ui.map.atlas import Atlas
from collabmap.ui.map.layers import Frame

# More marks in view than these are drawn smaller.
_MANY = 250
_MARGIN_PX = 40.0
_RING_PX = 22.0
_RING_WIDTH = 3.0
# How far a link bends from the straight line, of its length.
_BEND = 0.12


class ReplayLayer:
    """moment_ms: what is shown.  ring_ms: for so long what is new wears a ring.

    caption: in words, above all.
    """

    def __init__(self, replay: Replay, theme: Theme) -> None:
        self.moment_ms = replay.begins_ms
        self.ring_ms = 180_000
        self.caption = ""
        self._replay = replay
        self._theme = theme
        self._x, self._y = world_arrays(replay.lng, replay.lat)
        self._is_new = replay.is_new
        self._placed_ms = _placed_since(replay)
        self._code = replay.category.astype(np.int64) * len(STATES) + replay.state
        self._symbology: Symbology | None = None
        self._atlases: dict[float, Atlas[MarkKey]] = {}

    def paint(self, painter: QPainter, frame: Frame) -> None:
        rows = self._replay.at(self.moment_ms)
        self._follow(frame)
        self._paint_links(painter, frame, rows)
        rows = rows[self._in_view(frame.camera, rows)]
        # North first, so that what lies in front hides what lies behind.
        rows = rows[np.lexsort((self._y[rows], self._is_new[rows]))]
        px, py = frame.camera.to_screen(self._x[rows], self._y[rows])
        size = SIZE if len(rows) <= _MANY else SIZE_DENSE
        first = int(np.searchsorted(self._is_new[rows], True))
        self._draw(painter, size, rows[:first], px[:first], py[:first], FADED_OPACITY)
        self._paint_rings(painter, frame, rows, px, py, size)
        self._draw(painter, size, rows[first:], px[first:], py[first:], 1.0)
        self._paint_caption(painter, frame)

    # --- marks -------------------------------------------------------------------------------

    def _follow(self, frame: Frame) -> None:
        """Paint the marks anew in other colours or for another screen."""
        known = self._symbology
        if known is None or (known.tokens, known.dpr) != (frame.tokens, frame.dpr):
            self._symbology = Symbology(self._theme, frame.tokens, frame.dpr)
            self._atlases.clear()

    def _in_view(self, camera: Camera, rows: Ints) -> np.ndarray:
        left, top, right, bottom = camera.world_box
        margin = _MARGIN_PX / camera.scale
        x, y = self._x[rows], self._y[rows]
        is_within = (x >= left - margin) & (x <= right + margin)
        found: np.ndarray = is_within & (y >= top - margin) & (y <= bottom + margin)
        return found

    def _draw(
        self,
        painter: QPainter,
        size: float,
        rows: Ints,
        px: np.ndarray,
        py: np.ndarray,
        opacity: float,
    ) -> None:
        assert self._symbology is not None
        atlas = self._atlases.get(size)
        if atlas is None:
            symbology = self._symbology
            atlas = Atlas[MarkKey](half_extent(size), symbology.dpr, symbology.image)
            self._atlases[size] = atlas
        codes, which = np.unique(self._code[rows], return_inverse=True)
        looks = np.array([atlas.number(self._key(code, size)) for code in codes.tolist()], np.int64)
        if len(rows):
            atlas.draw(painter, px, py, looks[which], opacity)

    def _key(self, code: int, size: float) -> MarkKey:
        category, state = divmod(code, len(STATES))
        # Without badges: nearly all would wear the one of what waits.
        return MarkKey(self._replay.categories[category], STATES[state], False, size, None)

    def _paint_caption(self, painter: QPainter, frame: Frame) -> None:
        if not self.caption:
            return
        tokens, scale = look.tokens(), frame.text_scale
        font = look.font(14, 600)
        wide = QFontMetricsF(font).horizontalAdvance(self.caption) + 20 * scale
        box = QRectF((frame.camera.width - wide) / 2, 18 * scale, wide, 29 * scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.text))
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(font)
        painter.setPen(QColor(tokens.surface))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.caption)

    # --- what is newest, and what is linked ---------------------------------------------------

    def _paint_rings(
        self,
        painter: QPainter,
        frame: Frame,
        rows: Ints,
        px: np.ndarray,
        py: np.ndarray,
        size: float,
    ) -> None:
        """Ring what was added or moved just before, the newest in full."""
        age = self.moment_ms - self._placed_ms[rows]
        newest = np.flatnonzero((age < self.ring_ms) & self._is_new[rows])
        colour = QColor(frame.tokens.states["yours"].mark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = _RING_PX * size / SIZE
        for index in newest.tolist():
            colour.setAlphaF(0.9 - 0.6 * float(age[index]) / self.ring_ms)
            painter.setPen(QPen(colour, _RING_WIDTH))
            painter.drawEllipse(QPointF(px[index], py[index]), radius, radius)

    def _paint_links(self, painter: QPainter, frame: Frame, rows: Ints) -> None:
        links = self._replay.links_at(self.moment_ms)
        if not len(links):
            return
        place_row = np.full(int(self._replay.place.max()) + 1, -1)
        place_row[self._replay.place[rows]] = rows
        ends = self._replay.link_source[links], self._replay.link_target[links]
        (x0, y0), (x1, y1) = (
            frame.camera.to_screen(self._x[at], self._y[at]) for at in map(place_row.take, ends)
        )
        box = QRectF(0, 0, frame.camera.width, frame.camera.height)
        colour = QColor(frame.tokens.text)
        colour.setAlphaF(0.4)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ax, ay, bx, by in zip(*(c.tolist() for c in (x0, y0, x1, y1)), strict=True):
            path = QPainterPath(QPointF(ax, ay))
            bend = QPointF((ax + bx) / 2 - _BEND * (by - ay), (ay + by) / 2 + _BEND * (bx - ax))
            path.quadTo(bend, QPointF(bx, by))
            if path.boundingRect().intersects(box):
                painter.drawPath(path)


def _placed_since(replay: Replay) -> Ints:
    """Return since when each version lies where it does: what else changes is nothing to ring."""
    order = np.lexsort((replay.since_ms, replay.place))
    columns = replay.place[order], replay.lng[order], replay.lat[order]
    is_same = np.zeros(len(order), np.bool_)
    is_same[1:] = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    first = np.maximum.accumulate(np.where(is_same, 0, np.arange(len(order))))
    since = np.empty(len(order), np.int64)
    since[order] = replay.since_ms[order][first]
    return since
