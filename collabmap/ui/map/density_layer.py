"""The density of places: hexagons in colours from few to many, with the count in each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from collabmap.app.words import language
from collabmap.domain.mark_columns import NO_MARKS, MarkColumns
from collabmap.domain.world_arrays import world_arrays
from collabmap.render.camera import Camera, Floats
from collabmap.render.density import Hexagons, Ints, corners, count, level_of
from collabmap.render.furniture import label_font
from collabmap.render.tokens import INK, PAPER, TYPE, Tokens, contrast
from collabmap.ui.map.atlas import Atlas
from collabmap.ui.map.discs import short_count
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.pixmaps import canvas, text_picture

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

T = TypeVar("T")
# Between two hexagons the ground is seen.
_FILLED = 0.94
_KEPT_LEVELS = 6
# How much nearer a click goes: two hexagons across become the width of a few.
NEARER = 1.5


class Beside(Protocol):
    """Runs work() away from the window, then done(answer) on its thread."""

    def __call__(self, work: Callable[[], T], done: Callable[[T], object]) -> None: ...


class Counted(NamedTuple):
    """What is counted: world positions."""

    x: Floats
    y: Floats


class DensityLayer:
    """A layer over the ground, while `is_shown`.  changed: called when there are other hexagons.

    hexagons: those painted last, None before the first.
    """

    def __init__(self, view: "MapView", beside: Beside, changed: Callable[[], object]) -> None:
        self._view, self._beside, self._changed = view, beside, changed
        self.is_shown = False
        self.hexagons: Hexagons | None = None
        self._columns: MarkColumns | None = None
        self._shown: np.ndarray | None = None
        self._counted: Counted | None = None
        self._levels: dict[tuple[float, float], Hexagons] = {}
        self._is_counting = False
        self._generation = 0
        self._atlas: tuple[tuple[object, ...], Atlas[str]] | None = None
        self._texts: tuple[tuple[object, ...], _Texts] | None = None

    def set_places(self, columns: MarkColumns | None, shown: np.ndarray | None) -> None:
        """Count these.  shown: which of them, None for all."""
        self._columns, self._shown = columns, shown
        self._counted = None
        self._levels = {}
        self._generation += 1
        # What is under way may never be answered, where another map was opened meanwhile.
        self._is_counting = False
        # Those from before stay until there are others of this map.
        if columns is None:
            self.hexagons = None
        self._view.repaint_layers()

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.is_shown:
            return
        camera = frame.camera
        wanted = level_of(camera.zoom), max(1.0, frame.text_scale)
        known = self._levels.get(wanted)
        if known is None:
            self._ask(wanted)
        elif known is not self.hexagons:
            self.hexagons = known
            self._changed()
        if self.hexagons is not None:
            self._paint(painter, frame, self.hexagons)

    def hexagon_at(self, point: QPointF) -> int | None:
        """Return the hexagon under a pixel, None where none is shown."""
        if self.hexagons is None:
            return None
        return self.hexagons.at(*self._view.camera.to_world(point.x(), point.y()))

    def hover(self, point: QPointF | None) -> bool:
        return point is not None and self.hexagon_at(point) is not None

    def click(self, point: QPointF) -> bool:
        """Go nearer to a hexagon."""
        if self.hexagon_at(point) is None:
            return False
        view = self._view
        zoom = view.zoom_within(view.camera.zoom + NEARER)
        view.jump(view.camera.zoomed(zoom, point.x(), point.y()))
        return True

    # --- counting ----------------------------------------------------------------------------

    def _ask(self, wanted: tuple[float, float]) -> None:
        columns, shown = self._columns, self._shown
        # One at a time: who flies through all levels asks for the one at which the map rests.
        counted = self._counted
        if (counted is None and columns is None) or self._is_counting:
            return
        self._is_counting = True
        generation = self._generation

        def work() -> tuple[Counted, Hexagons]:
            spots = counted or _counted(columns or NO_MARKS, shown)
            return spots, count(spots.x, spots.y, *wanted)

        def done(answer: tuple[Counted, Hexagons]) -> None:
            if generation == self._generation:
                self._is_counting = False
                self._counted, self._levels[wanted] = answer
                # All that a million marks are is not kept for their positions.
                self._columns = self._shown = None
                while len(self._levels) > _KEPT_LEVELS:
                    del self._levels[next(iter(self._levels))]
            self._view.repaint_layers()

        self._beside(work, done)

    # --- painting ----------------------------------------------------------------------------

    def _paint(self, painter: QPainter, frame: Frame, hexagons: Hexagons) -> None:
        camera = frame.camera
        radius = hexagons.radius * camera.scale
        left, top, right, bottom = camera.world_box
        margin = hexagons.radius
        seen = hexagons.within((left - margin, top - margin, right + margin, bottom + margin))
        if not len(seen):
            return
        px, py = camera.to_screen(hexagons.x[seen], hexagons.y[seen])
        classes = hexagons.classes(seen)
        colours = class_colours(len(hexagons.bounds), frame.tokens)
        atlas = self._hexagons_of(radius, frame)
        numbers = np.array([atlas.number(colour) for colour in colours])
        atlas.draw(painter, px, py, numbers[classes])
        inks = [ink_on(colour) for colour in colours]
        font = label_font(painter, TYPE["second"] * frame.text_scale, QFont.Weight.DemiBold)
        counts = zip(hexagons.sizes[seen].tolist(), classes.tolist(), strict=True)
        texts = self._texts_of(font, frame)
        room = radius * _FILLED * 1.6
        texts.draw(painter, px, py, [(count, inks[number]) for count, number in counts], room)

    def _hexagons_of(self, radius: float, frame: Frame) -> Atlas[str]:
        """Return the pictures of hexagons in their colours, at the size that they have now."""
        size = round(radius * _FILLED * frame.dpr * 4) / 4 / frame.dpr
        key = (size, frame.tokens.name, frame.dpr)
        if self._atlas is None or self._atlas[0] != key:
            edge = frame.tokens.base_map.density_edge
            self._atlas = (
                key,
                Atlas(size + 2, frame.dpr, lambda fill: _picture(size, fill, edge, frame.dpr)),
            )
        return self._atlas[1]

    def _texts_of(self, font: QFont, frame: Frame) -> "_Texts":
        key = (font.family(), font.pixelSize(), frame.dpr, language())
        if self._texts is None or self._texts[0] != key:
            self._texts = key, _Texts(font, frame.dpr)
        return self._texts[1]


class _Texts:
    """Draws counts, all by one call of the painter: each sign is painted once."""

    def __init__(self, font: QFont, dpr: float) -> None:
        self._font = QFont(font)
        self._metrics = QFontMetricsF(font)
        self._signs = Atlas[tuple[str, str]](font.pixelSize(), dpr, self._sign)
        self._dpr = dpr
        self._known: dict[tuple[int, str], tuple[Ints, Floats, float]] = {}

    def draw(
        self, painter: QPainter, px: Floats, py: Floats, counts: list[tuple[int, str]], room: float
    ) -> None:
        """Draw counts, each in an ink, where they are no wider than `room`."""
        texts = [self._text(key) for key in counts]
        if not texts:
            return
        lengths = np.array([len(signs) if wide <= room else 0 for signs, _, wide in texts])
        fitting = [each for each, length in zip(texts, lengths.tolist(), strict=True) if length]
        if not fitting:
            return
        signs = np.concatenate([signs for signs, _, _ in fitting])
        beside = np.concatenate([offsets for _, offsets, _ in fitting])
        self._signs.draw(painter, np.repeat(px, lengths) + beside, np.repeat(py, lengths), signs)

    def _text(self, key: tuple[int, str]) -> tuple[Ints, Floats, float]:
        """Return the signs of a count, how far right of the middle they are, and its width."""
        if key not in self._known:
            text, ink = short_count(key[0]), key[1]
            widths = np.array([self._metrics.horizontalAdvance(sign) for sign in text])
            offsets = np.cumsum(widths) - widths / 2 - widths.sum() / 2
            signs = np.array([self._signs.number((sign, ink)) for sign in text])
            self._known[key] = signs, offsets, float(widths.sum())
        return self._known[key]

    def _sign(self, key: tuple[str, str]) -> QImage:
        return text_picture(key[0], self._font, key[1], self._dpr).toImage()


def _picture(size: float, fill: str, edge: str, dpr: float) -> QImage:
    pixmap, painter = canvas(2 * size + 4, 2 * size + 4, dpr)
    painter.setBrush(QColor(fill))
    painter.setPen(QPen(QColor(edge), 1))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners(size)]))
    painter.end()
    return pixmap.toImage()


def class_colours(classes: int, tokens: Tokens) -> list[str]:
    """Return a colour for each class, spread over the ramp."""
    ramp = tokens.base_map.density
    if classes == 1:
        return [ramp[len(ramp) // 2]]
    # Of few classes the last is not the darkest: two places are no crowd.
    last = min(len(ramp) - 1, classes + 1)
    return [ramp[round(at * last / (classes - 1))] for at in range(classes)]


def ink_on(colour: str) -> str:
    """Return the ink that is read best on a colour."""
    return INK if contrast(INK, colour) >= contrast(PAPER, colour) else PAPER


def width_m(hexagons: Hexagons, camera: Camera) -> float:
    """Return how wide a hexagon is on the ground, in the middle of the view."""
    return 3**0.5 * hexagons.radius * camera.scale * camera.metres_per_pixel


def _counted(columns: MarkColumns, shown: np.ndarray | None) -> Counted:
    if shown is None:
        return Counted(*world_arrays(columns.lng, columns.lat))
    return Counted(*world_arrays(columns.lng[shown], columns.lat[shown]))
