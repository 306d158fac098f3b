"""The discs of groups and the numbers on them, each by one call of the painter."""

import math

import numpy as np
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from collabmap.app.words import format_number, language
from collabmap.render.camera import Floats
from collabmap.render.crowds import Ints
from collabmap.render.fonts import NARROW_SPACE
from collabmap.render.symbology import (
    CLUSTER_PIXELS,
    Symbology,
    cluster_font,
    cluster_radii,
    cluster_radius,
    paint_disc,
    paint_glyph,
)
from collabmap.ui.map.atlas import Atlas

_LARGEST = cluster_radius(10**12)
# As finely as a share of what awaits review is seen on the ring.
_SHARES = 24
# Signs of a number on a disc: "9 999", "999 k", "12,3 M".
_LONGEST = 12


class Discs:
    """Draws groups.  A disc and a sign are painted once, however many numbers there are."""

    def __init__(self, symbology: Symbology) -> None:
        self._symbology = symbology
        dpr = symbology.dpr
        self._discs = Atlas[tuple[int, int]](math.ceil(_LARGEST) + 3, dpr, self._disc)
        self._signs = Atlas[str](CLUSTER_PIXELS, dpr, self._sign)
        self._metrics = QFontMetricsF(cluster_font())
        # By the code of what is written: numbers of its signs, and how far beside the middle.
        self._signs_of: Ints
        self._beside: Floats
        self._forget_texts("")
        # By twice the radius and the share: the number of the disc, -1 where it has none yet.
        self._numbers = np.full((round(2 * _LARGEST) + 1, _SHARES + 1), -1, np.int64)

    def draw(
        self,
        painter: QPainter,
        px: Floats,
        py: Floats,
        counts: Ints,
        awaiting: Floats,
        opacity: float,
    ) -> None:
        """Draw the discs of groups around logical pixels.  awaiting: shares, 0 to 1."""
        if not len(counts):
            return
        shares = np.ceil(np.clip(awaiting, 0, 1) * _SHARES).astype(np.int64)
        self._discs.draw(painter, px, py, self._disc_numbers(counts, shares), opacity)
        codes = self._codes(counts)
        signs, beside = self._signs_of[codes], self._beside[codes]
        group, at = np.nonzero(signs >= 0)
        x, y = px[group] + beside[group, at], py[group]
        self._signs.draw(painter, x, y, signs[group, at], opacity)

    def _disc_numbers(self, counts: Ints, shares: Ints) -> Ints:
        sizes = np.round(2 * cluster_radii(counts)).astype(np.int64)
        numbers = self._numbers[sizes, shares]
        if (new := numbers < 0).any():
            for key in set(zip(sizes[new].tolist(), shares[new].tolist(), strict=True)):
                self._numbers[key] = self._discs.number(key)
            numbers = self._numbers[sizes, shares]
        return numbers

    def _codes(self, counts: Ints) -> Ints:
        """Return the rows of what is written; those with the same words share one."""
        if self._language != language():
            self._forget_texts(language())
        codes = np.where(counts < 10_000, counts, 10_000 + counts // 1000)
        codes = np.where(counts < 1_000_000, codes, 11_000 + counts // 100_000)
        if (most := int(codes.max())) >= len(self._signs_of):
            more = most + 1000 - len(self._signs_of)
            self._signs_of = np.pad(self._signs_of, ((0, more), (0, 0)), constant_values=-1)
            self._beside = np.pad(self._beside, ((0, more), (0, 0)))
        new = np.flatnonzero(self._signs_of[codes, 0] < 0)
        for index in new.tolist():
            self._write(int(codes[index]), short_count(int(counts[index])))
        return codes

    def _write(self, code: int, text: str) -> None:
        """Note the numbers of the signs of a text, and how far right of the middle they are."""
        widths = np.array([self._metrics.horizontalAdvance(sign) for sign in text])
        self._beside[code, : len(text)] = np.cumsum(widths) - widths / 2 - widths.sum() / 2
        self._signs_of[code, : len(text)] = [self._signs.number(sign) for sign in text]

    def _forget_texts(self, now: str) -> None:
        self._language = now
        self._signs_of = np.full((0, _LONGEST), -1, np.int64)
        self._beside = np.zeros((0, _LONGEST))

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
