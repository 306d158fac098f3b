"""The outline that a line or a zone had, dashed, while somebody decides about a new one."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from collabmap.domain.sketch import Sketch
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.sketch_painting import Brushes, paint_label_beside
from collabmap.ui.map.sketch_pixels import Pixels


class EarlierOutline:
    """sketch: as it was, WGS84.  words: written beside its northernmost vertex."""

    def __init__(self, sketch: Sketch, words: str) -> None:
        self.sketch = sketch
        self.words = words
        self._pixels = Pixels()
        self._brushes = Brushes(self._pixels)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        self._brushes.follow(frame)
        self._brushes.dashed_outline(painter, self.sketch)
        rings = [(px, py) for _part, _ring, px, py in self._pixels.rings(self.sketch, frame.camera)]
        px, py = (np.concatenate(each) for each in zip(*rings, strict=True))
        top = int(py.argmin())
        point = QPointF(px[top], py[top])
        paint_label_beside(painter, frame, self.words, point, is_wrong=True)
