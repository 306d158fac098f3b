"""Words on the edges of a sketch, such as how long each is."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from collabmap.domain.geo import LngLat
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.tokens import TYPE
from collabmap.ui.map.layers import Frame

# Beside a shorter edge there is no room for its words.
ROOM_PX = 12.0


class EdgeWords(NamedTuple):
    """What is written in the middle of an edge; where a is b, it stands there in any case."""

    a: LngLat
    b: LngLat
    words: str


def paint_edge_words(painter: QPainter, frame: Frame, written: Sequence[EdgeWords]) -> None:
    """Write on edges that are long enough, the first ones first, and nothing over another."""
    tokens, pixels = frame.tokens, TYPE["attribution"] * frame.text_scale
    view = QRectF(0, 0, frame.camera.width, frame.camera.height)
    taken: list[QRectF] = []
    for edge in written:
        start = QPointF(*frame.camera.pixel_of(edge.a))
        end = QPointF(*frame.camera.pixel_of(edge.b))
        way, middle = end - start, (start + end) / 2
        width, height = label_size(edge.words, painter.font().family(), pixels)
        box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        is_spot = edge.a == edge.b
        has_room = abs(way.x()) > width + ROOM_PX or abs(way.y()) > height + ROOM_PX
        if not (is_spot or has_room) or not box.intersects(view):
            continue
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        ground = tokens.primary if is_spot else tokens.surface
        ink = tokens.primary_text if is_spot else tokens.text
        paint_label(painter, box, edge.words, ground, ink, pixels)
