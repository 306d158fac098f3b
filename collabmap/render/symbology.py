"""The marks: one table for the canvas, pictures, list rows and palette tiles.

Shape says what a thing is, fill says whether it is published, a badge says what happens to it, a
ring says that it is yours, a pin says "this one".  Painted from paths once, then kept: a mark
costs 0.4 ms to paint and a thousandth of it to copy.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.theme import Category, Theme
from collabmap.render.camera import Floats
from collabmap.render.fonts import NARROW_SPACE
from collabmap.render.icons import paint_icon
from collabmap.render.mark_shapes import DIAMOND, PIN_LENGTH, pin_path, shape_path
from collabmap.render.tokens import CLUSTER_AWAITS, CLUSTER_RING, INK, LIGHT, PAPER, Tokens

SIZE = 14.0
SIZE_EVENT = 19.0
SIZE_DENSE = 9.0
# A crowd of new places stays readable when each is a little smaller than what it joins.
SIZE_NEW = 12.0
FADED_OPACITY = 0.38

_HALO = 2.0
_INK_EDGE = 0.8
_INK = QColor(27, 36, 48, round(0.59 * 255))
_RING_WIDTH = 2.6
_YOURS_GAP = 3.8
_YOURS_WIDTH = 2.8
_YOURS_EDGE = 1.8
_PIN = 1.42

# What the preview of a merge says of a place, and the state it is drawn in.
PREVIEW_STATES = {
    "new": FeatureState.ACCEPTED,
    "changed": FeatureState.CHANGE_PROPOSED,
    "deleted": FeatureState.DELETE_PROPOSED,
    "duplicate": FeatureState.ACCEPTED,
    "disagreement": FeatureState.PENDING,
}
_BADGE_NAMES = {"changed": "change_proposed", "deleted": "delete_proposed"}


class MarkKey(NamedTuple):
    """Everything that makes two marks look the same.  size: radius in logical pixels."""

    category: str
    state: FeatureState
    yours: bool
    size: float
    badge: str | None


def badge_of(state: FeatureState, disagreement: bool = False) -> str | None:
    """Return the name of the badge that a state wears on the map, None for an accepted one."""
    if disagreement:
        return "disagreement"
    if state in (FeatureState.ACCEPTED, FeatureState.REJECTED):
        return None
    return state.value


def key_of(mark: Mark, person: bytes | None, *, size: float = SIZE, badge: str = "") -> MarkKey:
    """Return how a mark is drawn for a person.

    badge: of a merge preview (new, changed, deleted, duplicate, disagreement) or a letter; it
    takes the place of the state's own.
    """
    if badge:
        state = PREVIEW_STATES.get(badge, mark.state)
        return MarkKey(mark.category, state, False, SIZE_NEW if badge == "new" else size, badge)
    # A place with two values is hollow whatever its state: it is not settled.
    is_settled = mark.state is not FeatureState.ACCEPTED or not mark.disagreement
    return MarkKey(
        mark.category,
        mark.state if is_settled else FeatureState.PENDING,
        person is not None and mark.author == person,
        size,
        badge_of(mark.state, mark.disagreement),
    )


def half_extent(size: float) -> int:
    """Return half the width of the picture of any mark of this size, in whole logical pixels."""
    ring = DIAMOND * size + _YOURS_GAP + _YOURS_WIDTH / 2 + _YOURS_EDGE
    badge = 0.76 * size + 1.35 * _badge_radius(size) + 1.6
    return math.ceil(max(ring, badge)) + 1


def cluster_radius(count: int) -> float:
    """Return 17 to 26 logical pixels, by the number of digits and the number."""
    return float(cluster_radii(np.array([count]))[0])


def cluster_radii(counts: "np.ndarray[Any, np.dtype[np.int64]]") -> Floats:
    """Return `cluster_radius` of many."""
    radii: Floats = np.minimum(26.0, 15.0 + 3.6 * np.log10(np.maximum(2, counts)))
    return radii


# The number on a disc.
CLUSTER_PIXELS = 13.0
# The pin of what a search has found, which is of no category.
FOUND = ""
_PIN_ICONS = {None: "plus-thick", FOUND: "magnify"}


class Symbology:
    """The marks of a theme in one set of colours, at one pixel ratio, painted on demand."""

    def __init__(self, theme: Theme, tokens: Tokens = LIGHT, dpr: float = 1.0) -> None:
        self.theme = theme
        self.tokens = tokens
        self.dpr = dpr
        self._categories: dict[str, Category] = {c.id: c for c in theme.categories}
        self._images: dict[object, QImage] = {}

    def category(self, category_id: str) -> Category:
        """Return the category, or a grey stand-in for one this laptop doesn't know."""
        if category_id not in self._categories:
            self._categories[category_id] = self.theme.category(category_id)
        return self._categories[category_id]

    def mark(
        self,
        category_id: str,
        state: FeatureState = FeatureState.ACCEPTED,
        yours: bool = False,
        size: float = SIZE,
        badge: str | None = None,
    ) -> QImage:
        """Return the picture of a mark; its place is the middle of the picture.

        size: radius.  badge: a state's name, a word of the merge preview or a letter; None gives
        the badge of the state, '' none.
        """
        shown = badge_of(state) if badge is None else badge or None
        return self.image(MarkKey(category_id, state, yours, size, shown))

    def image(self, key: MarkKey) -> QImage:
        """Return the picture of a key, square, 2 * half_extent(key.size) wide."""
        if key not in self._images:
            half = half_extent(key.size)
            self._images[key] = self.painted(half, lambda painter: self.paint(painter, key))
        return self._images[key]

    def pin(self, category_id: str | None, size: float = SIZE) -> QImage:
        """Return the pin of the selected place; its point is `pin_anchor(size)` in the picture.

        category_id: None while nothing has been chosen yet, FOUND for what a search has found.
        """
        name = ("pin", category_id, size)
        if name not in self._images:
            anchor = pin_anchor(size)
            image, painter = self._canvas(round(2 * anchor.x()), round(anchor.y()) + 8)
            try:
                painter.translate(anchor)
                self.paint_pin(painter, category_id, size)
            finally:
                painter.end()
            self._images[name] = image
        return self._images[name]

    def cluster(self, count: int, awaiting: float) -> QImage:
        """Return the disc for several places.  awaiting: share that awaits review, 0 to 1."""
        half = math.ceil(cluster_radius(count)) + 3
        return self.painted(half, lambda painter: paint_cluster(painter, count, awaiting))

    def painted(self, half: int, paint: Callable[[QPainter], None]) -> QImage:
        """Return a square picture, 2 * half wide, of what is painted around (0, 0); not kept."""
        image, painter = self._canvas(2 * half, 2 * half)
        try:
            painter.translate(half, half)
            paint(painter)
        finally:
            painter.end()
        return image

    def badge(self, name: str, radius: float = 8.0) -> QImage:
        """Return a badge alone, for a legend; its middle is the middle of the picture."""
        key = ("badge", name, radius)
        if key not in self._images:
            half = math.ceil(1.4 * radius) + 2
            self._images[key] = self.painted(
                half, lambda painter: paint_badge(painter, name, radius)
            )
        return self._images[key]

    def paint(self, painter: QPainter, key: MarkKey) -> None:
        """Paint a mark around (0, 0) of the painter."""
        category = self.category(key.category)
        hue = QColor(category.hue)
        outline = shape_path(category.shape, key.size)
        if key.yours:
            self._paint_ring(painter, outline)
        _stroke(painter, outline, 2 * (_HALO + _INK_EDGE), _INK)
        _stroke(painter, outline, 2 * _HALO, QColor(PAPER))
        icon_colour = hue
        if key.state in (FeatureState.ACCEPTED, FeatureState.REJECTED):
            painter.fillPath(outline, QColor("#767D87") if _is_rejected(key) else hue)
            icon_colour = QColor(PAPER)
        elif key.state is FeatureState.DELETE_PROPOSED:
            painter.fillPath(outline, QColor(PAPER))
            _paint_dots(painter, shape_path(category.shape, key.size, _RING_WIDTH / 2), hue)
        else:
            painter.fillPath(outline, hue)
            painter.fillPath(shape_path(category.shape, key.size, _RING_WIDTH), QColor(PAPER))
        side = 1.06 * key.size
        paint_icon(painter, category.icon, QRectF(-side / 2, -side / 2, side, side), icon_colour)
        if key.badge and key.size > SIZE_DENSE:
            painter.translate(0.76 * key.size, -0.76 * key.size)
            paint_badge(painter, key.badge, _badge_radius(key.size))

    def paint_pin(self, painter: QPainter, category_id: str | None, size: float = SIZE) -> None:
        """Paint the pin with its point on (0, 0) of the painter."""
        r = _PIN * size
        hue = QColor(self._hue(category_id) if category_id else self.tokens.primary)
        if not category_id and self.tokens.is_dark:
            hue = QColor("#0B559E")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(27, 36, 48, 90))
        painter.drawEllipse(QPointF(0, 1), 0.55 * r, 0.18 * r)
        outline = pin_path(r).translated(0, -2.5)
        _stroke(painter, outline, 7.6, QColor(INK))
        _stroke(painter, outline, 4.0, QColor(PAPER))
        painter.fillPath(outline, hue)
        side = 1.05 * r
        icon = _PIN_ICONS.get(category_id) or self.category(category_id or "").icon
        middle = -PIN_LENGTH * r - 2.5
        paint_icon(painter, icon, QRectF(-side / 2, middle - side / 2, side, side), PAPER)

    def _hue(self, category_id: str) -> str:
        return self.category(category_id).hue

    def _paint_ring(self, painter: QPainter, outline: QPainterPath) -> None:
        gap = QColor(self.tokens.base_map.land if self.tokens.is_dark else PAPER)
        outer = _YOURS_GAP + _YOURS_WIDTH / 2
        _stroke(painter, outline, 2 * (outer + _YOURS_EDGE), gap)
        _stroke(painter, outline, 2 * outer, QColor(self.tokens.states["yours"].mark))
        _stroke(painter, outline, 2 * (outer - _YOURS_WIDTH), gap)

    def _canvas(self, width: int, height: int) -> tuple[QImage, QPainter]:
        image = QImage(
            math.ceil(width * self.dpr),
            math.ceil(height * self.dpr),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.setDevicePixelRatio(self.dpr)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return image, painter


def pin_anchor(size: float = SIZE) -> QPointF:
    """Return where the point of the pin lies in its picture, in logical pixels."""
    r = _PIN * size
    return QPointF(math.ceil(r) + 5, math.ceil((PIN_LENGTH + 1) * r) + 7)


def paint_badge(painter: QPainter, name: str, radius: float) -> None:
    """Paint a badge around (0, 0): round, a square for a deletion, a diamond for a change."""
    name = _BADGE_NAMES.get(name, name)
    is_letter = name not in LIGHT.states
    # Badges keep their light colours in the dark: they wear a white edge and a white sign.
    colours = LIGHT.states["duplicate" if is_letter else name]
    outer, inner = _badge_path(name, radius + 0.8), _badge_path(name, radius - 0.8)
    painter.fillPath(outer, QColor(PAPER))
    painter.fillPath(inner, QColor(colours.mark))
    if is_letter:
        _paint_text(painter, name[:1], 1.35 * radius)
        return
    side = {"delete_proposed": 1.5}.get(name, 1.2) * radius
    paint_icon(painter, colours.icon, QRectF(-side / 2, -side / 2, side, side), PAPER)


def paint_cluster(painter: QPainter, count: int, awaiting: float) -> None:
    """Paint the disc of a group around (0, 0).  awaiting: share that awaits review, 0 to 1."""
    paint_disc(painter, cluster_radius(count), awaiting)
    _paint_text(painter, _short(count), CLUSTER_PIXELS, INK, QFont.Weight.Bold)


def paint_disc(painter: QPainter, r: float, awaiting: float) -> None:
    """Paint the disc of a group without its number; see paint_cluster."""
    disc = QPainterPath()
    disc.addEllipse(QPointF(0, 0), r - 0.4, r - 0.4)
    _stroke(painter, disc, 2 * (1.0 + _INK_EDGE), _INK)
    _stroke(painter, disc, 2 * 1.0, QColor(PAPER))
    painter.fillPath(disc, QColor(PAPER))
    ring = QRectF(-r + 2.4, -r + 2.4, 2 * r - 4.8, 2 * r - 4.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_flat_pen(CLUSTER_RING, 4))
    painter.drawEllipse(ring)
    if awaiting > 0:
        painter.setPen(_flat_pen(CLUSTER_AWAITS, 4))
        painter.drawArc(ring, 90 * 16, -round(min(1.0, awaiting) * 360 * 16))


def paint_glyph(painter: QPainter, glyph: str) -> None:
    """Paint a sign of the number on a disc around (0, 0), for `cluster_font`."""
    _paint_text(painter, glyph, CLUSTER_PIXELS, INK, QFont.Weight.Bold)


def cluster_font() -> QFont:
    """Return the font of the numbers on discs."""
    font = QFont()
    font.setPixelSize(round(CLUSTER_PIXELS))
    font.setWeight(QFont.Weight.Bold)
    return font


def _short(count: int) -> str:
    """Return a number that fits a disc: 12 345 becomes 12 k."""
    return str(count) if count < 10_000 else f"{count // 1000}{NARROW_SPACE}k"


def _paint_text(
    painter: QPainter,
    text: str,
    pixels: float,
    colour: str = PAPER,
    weight: QFont.Weight = QFont.Weight.DemiBold,
) -> None:
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(weight)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRectF(-40, -20, 80, 40), Qt.AlignmentFlag.AlignCenter, text)


def _badge_radius(size: float) -> float:
    return max(7.5, 0.52 * size)


def _badge_path(name: str, r: float) -> QPainterPath:
    if name == "change_proposed":
        return shape_path("diamond", 1.26 * r)
    path = QPainterPath()
    if name == "delete_proposed":
        r *= 0.94
        path.addRoundedRect(QRectF(-r, -r, 2 * r, 2 * r), 2, 2)
    else:
        path.addEllipse(QPointF(0, 0), r, r)
    return path


def _is_rejected(key: MarkKey) -> bool:
    return key.state is FeatureState.REJECTED


def _paint_dots(painter: QPainter, outline: QPainterPath, hue: QColor) -> None:
    """Stroke the outline in a whole number of dashes, so that no seam shows."""
    dashes = max(8, round(outline.length() / 6.8))
    unit = outline.length() / dashes / _RING_WIDTH
    pen = _flat_pen(hue, _RING_WIDTH)
    pen.setDashPattern([0.6 * unit, 0.4 * unit])
    painter.strokePath(outline, pen)


def _flat_pen(colour: QColor | str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _stroke(painter: QPainter, path: QPainterPath, width: float, colour: QColor) -> None:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
