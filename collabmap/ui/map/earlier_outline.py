"""The outline that a line or a zone had, dashed, while somebody decides about a new one."""

from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from collabmap.domain.sketch import Sketch
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.sketch_painting import Brushes, paint_label_beside
from collabmap.ui.map.sketch_pixels import Pixels

# With more vertices than this, what came and what went costs a frame too much.
MAX_VERTICES = 400


class EarlierOutline:
    """sketch: as it was, WGS84.  words: written beside its northernmost vertex.

    later: as it would be, of which the map shows the outline; what it gains and loses is filled.
    """

    def __init__(self, sketch: Sketch, words: str, later: Sketch | None = None) -> None:
        self.sketch = sketch
        self.words = words
        zones = [each for each in (sketch, later) if each is not None and each.kind == "zone"]
        is_simple = sum(each.vertex_count for each in zones) <= MAX_VERTICES
        self.later = later if len(zones) == 2 and is_simple else None
        self._pixels = Pixels()
        self._brushes = Brushes(self._pixels)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self._brushes.follow(frame)
        if self.later is not None:
            ways: tuple[tuple[Sketch, Sketch, Literal["accepted", "delete_proposed"]], ...] = (
                (self.later, self.sketch, "accepted"),
                (self.sketch, self.later, "delete_proposed"),
            )
            for whole, without, state in ways:
                self._brushes.rest(painter, whole, without, frame.tokens.states[state].mark)
        self._brushes.dashed_outline(painter, self.sketch)
        rings = [(px, py) for _part, _ring, px, py in self._pixels.rings(self.sketch, frame.camera)]
        px, py = (np.concatenate(each) for each in zip(*rings, strict=True))
        top = int(py.argmin())
        point = QPointF(px[top], py[top])
        paint_label_beside(painter, frame, self.words, point, is_wrong=True)
