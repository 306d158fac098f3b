"""Places named by letters that are compared with one another: dashed lines join them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from collabmap.domain.geo import LngLat
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.tokens import PAPER, TYPE
from collabmap.ui.map.layers import Frame

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# From the middle of a mark up to the middle of the words above it.
_ABOVE_PX = 45.0
_LETTER_PX = 20.0
# From the middle of a mark to its edge.
_MARK_PX = 18.0


@dataclass(frozen=True, slots=True)
class Lettered:
    """A place that is compared.  letter: A, B, C...  words: above it, such as a distance, or ''."""

    id: bytes
    letter: str
    position: LngLat
    words: str = ""


class LetterLines:
    """A layer above the marks.  show(...) letters some of them, fades the others, joins them.

    places: those that are lettered now.
    """

    def __init__(self, view: "MapView") -> None:
        self._view = view
        self._start: LngLat | None = None
        self.places: tuple[Lettered, ...] = ()
        view.add_layer(self, "above")

    def show(self, start: LngLat | None, places: Sequence[Lettered]) -> None:
        """Join places with what they are compared with.  start: None joins them with the first.

        No places: nothing is shown any more, and no mark is faded.
        """
        if not places and not self.places:
            return
        self._start, self.places = start, tuple(places)
        # Out of their groups, and without a badge: the letter stands in its place.
        self._view.set_badges({place.id: "" for place in places})
        self._view.set_faded(frozenset(place.id for place in places) if places else None)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.places:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = [QPointF(*frame.camera.pixel_of(place.position)) for place in self.places]
        start = at[0] if self._start is None else QPointF(*frame.camera.pixel_of(self._start))
        colour = frame.tokens.states["duplicate"].mark
        for end in at:
            # One of the places is no less to be seen than the others.
            begin = start if self._start is not None else _short_of(end, start)
            _paint_dashes(painter, begin, _short_of(start, end), colour)
        pixels = TYPE["second"] * frame.text_scale
        ground = frame.tokens.states["duplicate"].text
        for place, end in zip(self.places, at, strict=True):
            # Over the badge of the mark, which is too small to find a letter on a map.
            side = _LETTER_PX * frame.text_scale
            left, top = end.x() + _MARK_PX / 2, end.y() - _MARK_PX / 2 - side
            box = QRectF(left, top, side, side)
            paint_label(painter, box, place.letter, ground, frame.tokens.surface, pixels)
        for place, end in zip(self.places, at, strict=True):
            if place.words:
                family = painter.font().family()
                width, height = label_size(place.words, family, pixels)
                middle = end.y() - _ABOVE_PX * frame.text_scale
                box = QRectF(end.x() - width / 2, middle - height / 2, width, height)
                paint_label(painter, box, place.words, ground, frame.tokens.surface, pixels)


def _short_of(start: QPointF, end: QPointF) -> QPointF:
    """Return where a line ends that stops at the edge of the mark."""
    length = math.dist((start.x(), start.y()), (end.x(), end.y()))
    return start if length <= _MARK_PX else end + (start - end) * (_MARK_PX / length)


def _paint_dashes(painter: QPainter, start: QPointF, end: QPointF, colour: str) -> None:
    for ink, width in ((PAPER, 4.0), (colour, 2.0)):
        pen = QPen(QColor(ink), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if width == 2.0:
            pen.setDashPattern([4, 2.5])
        painter.setPen(pen)
        painter.drawLine(start, end)
