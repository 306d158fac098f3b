"""Many small pictures on one pixmap, so that thousands are drawn by one call."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from collabmap.render.camera import Floats

_COLUMNS = 16

Key = TypeVar("Key", bound=Hashable)


class Atlas(Generic[Key]):
    """Cells of one size; a picture is painted into the next free one when it is first needed.

    Keys are numbered as they come, so that the number can live in an array.
    """

    def __init__(self, half: float, dpr: float, image_of: Callable[[Key], QImage]) -> None:
        """half: half the side of the largest picture, logical pixels."""
        self._dpr = dpr
        self._image_of = image_of
        self._cell = 2 * round(half * dpr)
        self._numbers: dict[Key, int] = {}
        self._painted = 0
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        self._pixmap = self._blank(4)

    def number(self, key: Key) -> int:
        """Return the number of a key; painting it waits until it is drawn."""
        return self._numbers.setdefault(key, len(self._numbers))

    def draw(
        self, painter: QPainter, px: Floats, py: Floats, number: np.ndarray, opacity: float = 1.0
    ) -> None:
        """Draw pictures around logical pixels.

        They are put on whole device pixels: a picture between two pixels is blurred.
        """
        if not len(number):
            return
        self._prepare()
        self._fragments.resize(len(number))
        fragments, dpr = self._fragments.ndarray(), self._dpr
        fragments[:, 0] = np.round(px * dpr) / dpr
        fragments[:, 1] = np.round(py * dpr) / dpr
        fragments[:, 2] = number % _COLUMNS * self._cell
        fragments[:, 3] = number // _COLUMNS * self._cell
        fragments[:, 4] = fragments[:, 5] = self._cell
        fragments[:, 6] = fragments[:, 7] = 1 / dpr
        fragments[:, 8] = 0.0
        fragments[:, 9] = opacity
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        # The stub lacks the count; PySide takes a pointer to the first of an array.
        painter.drawPixmapFragments(*self._fragments.drawargs(), self._pixmap)  # type: ignore[call-arg]

    def _prepare(self) -> None:
        """Paint the keys that are new."""
        if self._painted == len(self._numbers):
            return
        rows = -(-len(self._numbers) // _COLUMNS)
        if rows * self._cell > self._pixmap.height():
            taller = self._blank(2 * rows)
            painter = QPainter(taller)
            painter.drawPixmap(0, 0, self._pixmap)
            painter.end()
            self._pixmap = taller
        painter = QPainter(self._pixmap)
        for key in list(self._numbers)[self._painted :]:
            image = self._image_of(key).copy()
            image.setDevicePixelRatio(1.0)
            left = self._numbers[key] % _COLUMNS * self._cell + (self._cell - image.width()) / 2
            top = self._numbers[key] // _COLUMNS * self._cell + (self._cell - image.height()) / 2
            painter.drawImage(QPointF(round(left), round(top)), image)
        painter.end()
        self._painted = len(self._numbers)

    def _blank(self, rows: int) -> QPixmap:
        pixmap = QPixmap(_COLUMNS * self._cell, rows * self._cell)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap
