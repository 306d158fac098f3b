"""All marks on one pixmap, so that thousands are drawn by one call."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from collabmap.render.camera import Floats
from collabmap.render.symbology import SIZE, MarkKey, Symbology, half_extent

_COLUMNS = 16


class Atlas:
    """Cells of one size; a mark is painted into the next free one when it is first needed.

    Keys are numbered as they come, so that the number can live in an array.
    """

    def __init__(self, symbology: Symbology) -> None:
        self.symbology = symbology
        self._cell = 2 * round(half_extent(SIZE + 6) * symbology.dpr)
        self._numbers: dict[MarkKey, int] = {}
        self._painted = 0
        self.pixmap = self._blank(4)

    def number(self, key: MarkKey) -> int:
        """Return the number of a key; painting it waits until `prepare`."""
        return self._numbers.setdefault(key, len(self._numbers))

    def prepare(self) -> None:
        """Paint the keys that are new."""
        if self._painted == len(self._numbers):
            return
        rows = -(-len(self._numbers) // _COLUMNS)
        if rows * self._cell > self.pixmap.height():
            taller = self._blank(2 * rows)
            painter = QPainter(taller)
            painter.drawPixmap(0, 0, self.pixmap)
            painter.end()
            self.pixmap = taller
        painter = QPainter(self.pixmap)
        for key in list(self._numbers)[self._painted :]:
            image = self.symbology.image(key).copy()
            image.setDevicePixelRatio(1.0)
            left = self._numbers[key] % _COLUMNS * self._cell + (self._cell - image.width()) / 2
            top = self._numbers[key] // _COLUMNS * self._cell + (self._cell - image.height()) / 2
            painter.drawImage(QPointF(round(left), round(top)), image)
        painter.end()
        self._painted = len(self._numbers)

    def fill(self, fragments: Floats, px: Floats, py: Floats, number: np.ndarray) -> None:
        """Write position, source and scale of marks into an array of PixmapFragment.

        px, py: logical pixels.  They are put on whole device pixels: a mark between two pixels is
        blurred.
        """
        dpr = self.symbology.dpr
        fragments[:, 0] = np.round(px * dpr) / dpr
        fragments[:, 1] = np.round(py * dpr) / dpr
        fragments[:, 2] = number % _COLUMNS * self._cell
        fragments[:, 3] = number // _COLUMNS * self._cell
        fragments[:, 4] = fragments[:, 5] = self._cell
        fragments[:, 6] = fragments[:, 7] = 1 / dpr
        fragments[:, 8] = 0.0
        fragments[:, 9] = 1.0

    def _blank(self, rows: int) -> QPixmap:
        pixmap = QPixmap(_COLUMNS * self._cell, rows * self._cell)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap
