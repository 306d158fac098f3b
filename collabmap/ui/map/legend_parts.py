"""The rows of the legend: a picture as it is on the map, and what it means."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from collabmap.domain.feature import FeatureState, ShapeRow
from collabmap.domain.theme import Theme
from collabmap.render.circles import MAX_RADIUS_PX, radius_of
from collabmap.render.density import corners
from collabmap.render.shape_painter import TILE_PX, ShapeLook, paint_tile
from collabmap.render.shape_set import ShapeSet
from collabmap.render.tokens import RADIUS_CONTROL, Tokens
from collabmap.ui import look
from collabmap.ui.map.circle_layer import paint_circle
from collabmap.ui.widgets.text import Text

PICTURE_PX = 40
ROW_PX = 34
# A tile near the equator, where a degree is as long both ways.
_SAMPLE_ZOOM = 12


class Sample(QWidget):
    """A picture and its words.  paint(painter, box): paints the picture, logical pixels."""

    def __init__(self, text: str, paint: Callable[[QPainter, QRectF], None]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(8), 0, look.px(8), 0)
        row.setSpacing(look.px(8))
        row.addWidget(_Picture(paint))
        words = Text(text, wrap=True)
        row.addWidget(words, 1)
        self.setAccessibleName(text)


class _Picture(QWidget):
    def __init__(self, paint: Callable[[QPainter, QRectF], None]) -> None:
        super().__init__()
        self._paint = paint
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(PICTURE_PX), look.px(ROW_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint(painter, QRectF(self.rect()))
        painter.end()


def centred(image: QImage, scale: float = 1.0) -> Callable[[QPainter, QRectF], None]:
    """Return a painter of a picture in the middle of its box.  scale: of its own size."""

    def paint(painter: QPainter, box: QRectF) -> None:
        size = image.deviceIndependentSize() * scale
        middle = box.center()
        left, top = middle.x() - size.width() / 2, middle.y() - size.height() / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), image)

    return paint


def on_ground(
    tokens: Tokens, paint_sign: Callable[[QPainter, QRectF], None]
) -> Callable[[QPainter, QRectF], None]:
    """Return a painter of a sign on a piece of the map, where the card is of another brightness.

    tokens: of the ground.
    """

    def paint(painter: QPainter, box: QRectF) -> None:
        paint_ground(painter, box.adjusted(0, 1, 0, -1), tokens)
        paint_sign(painter, box)

    return paint


def paint_ground(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Paint a piece of the map behind a sign, where it would not be seen on the card."""
    if tokens.is_dark != look.tokens().is_dark:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.base_map.land))
        painter.drawRoundedRect(box, RADIUS_CONTROL / 2, RADIUS_CONTROL / 2)


def hexagon(colour: str, tokens: Tokens) -> Callable[[QPainter, QRectF], None]:
    """Return a painter of a hexagon as it is on the map."""

    def paint(painter: QPainter, box: QRectF) -> None:
        middle, radius = box.center(), box.height() * 0.42
        painter.setBrush(QColor(colour))
        painter.setPen(QPen(QColor(tokens.base_map.density_edge), 1))
        points = [QPointF(middle.x() + x, middle.y() + y) for x, y in corners(radius)]
        painter.drawPolygon(QPolygonF(points))

    return paint


def shape_sample(
    theme: Theme, tokens: Tokens, state: FeatureState, *, is_zone: bool, dpr: float
) -> QImage | None:
    """Return a line or a zone in a state, painted as those on the map are."""
    import shapely

    category = theme.categories[0].id
    pixel = 360 / (TILE_PX << _SAMPLE_ZOOM)
    # Waves, as a path has; a zone is large enough to be filled.
    spots = (
        [(0, 6), (10, 1), (22, 8), (34, 3)] if not is_zone else [(0, 0), (34, 2), (32, 20), (3, 18)]
    )
    lnglats = [((40 + x) * pixel, -(40 + y) * pixel) for x, y in spots]
    shape = shapely.Polygon(lnglats) if is_zone else shapely.LineString(lnglats)
    row = ShapeRow(0, b"", shape.wkb, category, state, b"", False, "", *lnglats[0])
    painted = ShapeLook({c.id: c.hue for c in theme.categories}, tokens, dpr=dpr)
    middle = 1 << (_SAMPLE_ZOOM - 1)
    picture = paint_tile(ShapeSet.of([row]), painted, _SAMPLE_ZOOM, middle, middle)
    if picture is None:
        return None
    image = picture.image
    image.setDevicePixelRatio(dpr)
    return image


class NestedCircles(QWidget):
    """Circles of round numbers one in another, each with its number at the right."""

    def __init__(
        self, values: Sequence[float], texts: Sequence[str], largest: float, tokens: Tokens
    ) -> None:
        super().__init__()
        scale = max(1.0, look.scale() ** 0.5)
        self._radii = radius_of(np.array(values), largest, scale).tolist()
        self._texts, self._tokens = texts, tokens
        self.setAccessibleName(", ".join(texts))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _line_px(self) -> float:
        return QFontMetricsF(look.font(13)).height()

    def sizeHint(self) -> QSize:
        tall = max(2 * max(self._radii, default=0), self._line_px() * len(self._texts))
        return QSize(look.px(200), round(tall) + look.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look.font(13)
        painter.setFont(font)
        tokens = look.tokens()
        floor = self.height() - look.px(6)
        x = look.px(8) + MAX_RADIUS_PX * max(1.0, look.scale() ** 0.5)
        right = x + max(self._radii, default=0) + look.px(20)
        widest = max(self._radii, default=0)
        ground = QRectF(x - widest - 4, 0, 2 * widest + 8, self.height())
        paint_ground(painter, ground, self._tokens)
        line, above = self._line_px(), -1.0
        for radius in self._radii:
            paint_circle(painter, QPointF(x, floor - radius), radius, self._tokens)
        for radius, text in zip(self._radii, self._texts, strict=True):
            top = max(floor - 2 * radius, above + line, line / 2)
            above = top
            painter.setPen(QPen(QColor(tokens.line_strong), 1))
            painter.drawLine(QPointF(x, floor - 2 * radius), QPointF(right - look.px(4), top))
            painter.setPen(QColor(tokens.text))
            where = QRectF(right, top - line / 2, self.width() - right, line)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
