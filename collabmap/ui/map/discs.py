"""The discs of groups and the numbers on them, each by one call of the painter."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from collabmap.app.words import format_number, language
from collabmap.render.camera import Floats
from collabmap.render.fonts import NARROW_SPACE
from collabmap.render.symbology import (
    CLUSTER_PIXELS,
    Symbology,
    cluster_font,
    cluster_radius,
    paint_disc,
    paint_glyph,
)
from collabmap.ui.map.atlas import Atlas

_LARGEST = cluster_radius(10**12)
# As finely as a share of what awaits review is seen on the ring.
_SHARES = 24


class Discs:
    """Draws groups.  A disc and a sign are painted once, however many numbers there are."""

    def __init__(self, symbology: Symbology) -> None:
        self._symbology = symbology
        dpr = symbology.dpr
        self._discs = Atlas[tuple[int, int]](math.ceil(_LARGEST) + 3, dpr, self._disc)
        self._signs = Atlas[str](CLUSTER_PIXELS, dpr, self._sign)
        self._metrics = QFontMetricsF(cluster_font())
        self._texts: dict[tuple[int, str], tuple[np.ndarray, Floats]] = {}

    def draw(
        self,
        painter: QPainter,
        px: Floats,
        py: Floats,
        counts: Sequence[int],
        awaiting: Floats,
        opacity: float,
    ) -> None:
        """Draw the discs of groups around logical pixels.  awaiting: shares, 0 to 1."""
        if not counts:
            return
        shares = np.ceil(np.clip(awaiting, 0, 1) * _SHARES).astype(np.int64).tolist()
        numbers = [
            self._discs.number((round(2 * cluster_radius(count)), share))
            for count, share in zip(counts, shares, strict=True)
        ]
        self._discs.draw(painter, px, py, np.array(numbers), opacity)
        texts = [self._text(count) for count in counts]
        lengths = [len(signs) for signs, _ in texts]
        beside = np.concatenate([offsets for _, offsets in texts])
        signs = np.concatenate([signs for signs, _ in texts])
        self._signs.draw(
            painter, np.repeat(px, lengths) + beside, np.repeat(py, lengths), signs, opacity
        )

    def _text(self, count: int) -> tuple[np.ndarray, Floats]:
        """Return the numbers of the signs of a count, and how far right of the middle they are."""
        name = (count, language())
        if name not in self._texts:
            text = short_count(count)
            widths = np.array([self._metrics.horizontalAdvance(sign) for sign in text])
            offsets = np.cumsum(widths) - widths / 2 - widths.sum() / 2
            signs = [self._signs.number(sign) for sign in text]
            self._texts[name] = np.array(signs), offsets
        return self._texts[name]

    def _disc(self, key: tuple[int, int]) -> QImage:
        radius, share = key[0] / 2, key[1] / _SHARES
        half = math.ceil(radius) + 3
        return self._symbology.painted(half, lambda painter: paint_disc(painter, radius, share))

    def _sign(self, sign: str) -> QImage:
        half = math.ceil(CLUSTER_PIXELS)
        return self._symbology.painted(half, lambda painter: paint_glyph(painter, sign))


def short_count(count: int) -> str:
    """Return a number that fits a disc: '9 999', '12 k', '1,2 M' in French."""
    if count < 10_000:
        return format_number(count)
    if count < 1_000_000:
        return f"{count // 1000}{NARROW_SPACE}k"
    # Rounded down, as thousands are.
    tenths = count // 100_000 / 10
    return f"{format_number(tenths, 0 if tenths >= 100 else 1)}{NARROW_SPACE}M"
