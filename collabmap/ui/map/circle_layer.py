"""Numbers on the map: circles whose areas are proportional to them, with the number inside."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from collabmap.domain.world_arrays import world_arrays
from collabmap.render.camera import Camera
from collabmap.render.circles import MAX_RADIUS_PX, Circles, circles
from collabmap.render.furniture import label_font, label_size, paint_label
from collabmap.render.tokens import TYPE, Tokens
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.pixmaps import canvas, draw, text_picture

if TYPE_CHECKING:
    from collabmap.app.numbers import Numbers
    from collabmap.ui.map.view import MapView

# The ground, and a circle under another one, are seen through it.
OPACITY = 0.42
EDGE_PX = 1.4
# A small circle is pointed at within this.
_REACH_PX = 8.0
_KEPT_PICTURES = 600
# Of the largest, where all are alike.
_ALIKE = 0.6


class CircleLayer:
    """A layer over the ground, while `is_shown`.  words_of: what a number is, in words.

    picked: called with the index of a number that was clicked.
    hovered: index of the number under the pointer; None where there is none.
    """

    def __init__(
        self,
        view: "MapView",
        words_of: Callable[[int], str],
        picked: Callable[[int], object],
    ) -> None:
        self._view, self._words_of, self._picked = view, words_of, picked
        self.is_shown = False
        self.hovered: int | None = None
        self._numbers: Numbers | None = None
        self._texts: list[str] = []
        self._circles: Circles | None = None
        self._scale = 1.0
        self._pictures: dict[Hashable, QPixmap] = {}

    def set_numbers(self, numbers: "Numbers | None", texts: list[str]) -> None:
        """Show these.  texts: each number as written into its circle."""
        self._numbers, self._texts = numbers, texts
        self._circles, self.hovered = None, None
        self._view.repaint_layers()

    def circle_at(self, point: QPointF) -> int | None:
        """Return the index of the number under a pixel, of several the smallest; else None."""
        if self._circles is None:
            return None
        seen = self._seen(self._circles, self._view.camera)
        px, py = self._view.camera.to_screen(self._circles.x[seen], self._circles.y[seen])
        radii = np.maximum(self._circles.radii[seen], _REACH_PX)
        under = np.flatnonzero(np.hypot(px - point.x(), py - point.y()) <= radii)
        return int(self._circles.indices[seen[under[-1]]]) if len(under) else None

    def hover(self, point: QPointF | None) -> bool:
        """Say in words what the number under a pixel is, beside its circle."""
        index = self.circle_at(point) if point is not None else None
        if index != self.hovered:
            self.hovered = index
            self._view.repaint_layers()
        return index is not None

    def click(self, point: QPointF) -> bool:
        index = self.circle_at(point)
        if index is not None:
            self._picked(index)
        return index is not None

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.is_shown or self._numbers is None:
            return
        scale = max(1.0, frame.text_scale**0.5)
        if self._circles is None or scale != self._scale:
            x, y = world_arrays(self._numbers.lng, self._numbers.lat)
            values = self._numbers.values
            if (values < 0).any():
                # No area stands for a number below nought: all are alike, and have room for it.
                self._circles = circles(x, y, np.ones(len(values)), scale * _ALIKE)
            else:
                self._circles = circles(x, y, values, scale)
            self._scale = scale
        if len(self._pictures) > _KEPT_PICTURES:
            self._pictures.clear()
        made, camera = self._circles, frame.camera
        seen = self._seen(made, camera)
        px, py = (each.tolist() for each in camera.to_screen(made.x[seen], made.y[seen]))
        radii, indices = made.radii[seen].tolist(), made.indices[seen].tolist()
        for x, y, radius in zip(px, py, radii, strict=True):
            draw(painter, self._circle(radius, frame), x, y, frame.dpr)
        self._paint_texts(painter, frame, list(zip(px, py, radii, indices, strict=True)))
        self._paint_hovered(painter, frame)

    def _seen(self, made: Circles, camera: Camera) -> np.ndarray:
        left, top, right, bottom = camera.world_box
        margin = MAX_RADIUS_PX * self._scale / camera.scale
        return made.within((left - margin, top - margin, right + margin, bottom + margin))

    def _paint_texts(
        self, painter: QPainter, frame: Frame, seen: list[tuple[float, float, float, int]]
    ) -> None:
        """Write numbers where they fit, no two over each other; the smaller circles lie above."""
        font = label_font(painter, TYPE["second"] * frame.text_scale, QFont.Weight.DemiBold)
        taken: list[QRectF] = []
        for x, y, radius, index in seen:
            if radius * 1.8 < font.pixelSize() * 1.3:
                break
            picture = self._text(self._texts[index], font, frame)
            size = picture.deviceIndependentSize()
            box = QRectF(x - size.width() / 2, y - size.height() / 2, size.width(), size.height())
            if size.width() > radius * 1.8 or any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            draw(painter, picture, x, y, frame.dpr)

    def _circle(self, radius: float, frame: Frame) -> QPixmap:
        size = max(1.0, round(radius * frame.dpr * 2) / 2 / frame.dpr)
        key = (size, frame.tokens.name, frame.dpr)
        if key not in self._pictures:
            side = 2 * (size + EDGE_PX + 1)
            pixmap, painter = canvas(side, side, frame.dpr)
            paint_circle(painter, QPointF(0, 0), size, frame.tokens)
            painter.end()
            self._pictures[key] = pixmap
        return self._pictures[key]

    def _text(self, text: str, font: QFont, frame: Frame) -> QPixmap:
        key = (text, font.pixelSize(), frame.tokens.name, frame.dpr)
        if key not in self._pictures:
            ink, halo = frame.tokens.text, frame.tokens.base_map.street_halo
            self._pictures[key] = text_picture(text, font, ink, frame.dpr, halo)
        return self._pictures[key]

    def _paint_hovered(self, painter: QPainter, frame: Frame) -> None:
        made, index = self._circles, self.hovered
        if made is None or index is None:
            return
        at = int(np.flatnonzero(made.indices == index)[0])
        x, y = frame.camera.to_screen(float(made.x[at]), float(made.y[at]))
        radius = float(made.radii[at])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(frame.tokens.base_map.circle_edge), 2.4))
        painter.drawEllipse(QPointF(x, y), radius + 1, radius + 1)
        words, pixels = self._words_of(index), TYPE["second"] * frame.text_scale
        width, height = label_size(words, painter.font().family(), pixels)
        top = y - radius - height - 6
        box = QRectF(x - width / 2, top if top > 0 else y + radius + 6, width, height)
        box.moveLeft(max(4.0, min(box.left(), frame.camera.width - width - 4)))
        paint_label(painter, box, words, frame.tokens.text, frame.tokens.surface, pixels)


def paint_circle(painter: QPainter, middle: QPointF, radius: float, tokens: Tokens) -> None:
    """Paint a circle as on the map, or as its legend."""
    fill = QColor(tokens.base_map.circle)
    fill.setAlphaF(OPACITY)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(tokens.base_map.circle_edge), EDGE_PX))
    painter.drawEllipse(middle, radius, radius)
