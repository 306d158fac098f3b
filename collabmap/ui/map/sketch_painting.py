"""How a sketch looks on the map: outline, handles, dashes, and the signs that help a hand.

Everything is the primary colour (or that of danger) on a halo, so that it reads on any map.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.domain.snapping import Snap
from collabmap.render.camera import Floats
from collabmap.render.furniture import label_size, paint_label
from collabmap.render.tokens import TYPE
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.sketch_pixels import Pixels
from collabmap.ui.map.snapping_aid import Corner

LINE_PX = 3.0
HALO_PX = 6.5
HANDLE_PX = 7.0  # Half of what is drawn; a finger has 44 px.
GHOST_PX = 6.0
# With more vertices than this, those on the same spot of the screen are painted once.
FEW = 200
SPOT_PX = 2.0
# Of more lines than this the halo is painted without smooth edges, which nobody sees.
MANY = 800
# Handles closer than this would be a smear: one of them is shown.
HANDLE_CELL_PX = 10.0
FAR_PX = 60.0
FILL_ALPHA = 44
REST_ALPHA = 110
LABEL_OFF_PX = 20.0


class Brushes:
    """Paints sketches in one frame: follow() first."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._lines = PrimitiveArray(QLineF, 4)
        self._frame: Frame | None = None

    def follow(self, frame: Frame) -> None:
        self._frame = frame

    @property
    def frame(self) -> Frame:
        assert self._frame is not None
        return self._frame

    # --- lines and zones -----------------------------------------------------------------

    def shape(
        self,
        painter: QPainter,
        sketch: Sketch,
        filled: Sketch | None = None,
        *,
        is_wrong: bool = False,
    ) -> None:
        """Paint lines and zones, the zones filled.

        filled: the inside of an outline that is still open, which is then not closed.
        """
        if sketch.kind == "zone":
            fill = QColor(self._ink(is_wrong))
            fill.setAlpha(FILL_ALPHA)
            painter.fillPath(self._path(filled or sketch), fill)
        is_closed = sketch.kind == "zone" and filled is None
        self._stroke(painter, sketch, is_wrong, is_closed)

    def dashed_outline(self, painter: QPainter, sketch: Sketch) -> None:
        """Paint an outline as it was drawn, where another is shown in its place."""
        pen = QPen(QColor(self._ink(is_wrong=True)), 2)
        pen.setDashPattern([3, 3])
        painter.strokePath(self._path(sketch), pen)

    def dashes(self, painter: QPainter, line: Sequence[LngLat], *, is_wrong: bool) -> None:
        """Paint the way that the next vertex would make."""
        points = [QPointF(*self.frame.camera.pixel_of(position)) for position in line]
        for start, end in pairwise(points):
            seen = _clipped(start, end, self._room())
            if seen is None:
                continue
            painter.setPen(_pen(self._halo(), 5.0, alpha=200))
            painter.drawLine(*seen)
            pen = _pen(self._ink(is_wrong), 2.2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawLine(*seen)

    def rest(self, painter: QPainter, whole: Sketch, without: Sketch, colour: str) -> None:
        """Fill what a zone has and another one has not."""
        fill = QColor(colour)
        fill.setAlpha(REST_ALPHA)
        painter.fillPath(self._path(whole).subtracted(self._path(without)), fill)

    def _path(self, sketch: Sketch) -> QPainterPath:
        path = QPainterPath()
        for _part, _ring, px, py in self._pixels.rings(sketch, self.frame.camera):
            if len(px) > 1:
                path.addPolygon(arrayToQPolygonF(*_thinned(px, py)))
                if sketch.kind == "zone":
                    path.closeSubpath()
        return path

    def _stroke(self, painter: QPainter, sketch: Sketch, is_wrong: bool, is_closed: bool) -> None:
        # Line by line: the outline of one wide path through thousands of points takes far longer.
        ends = [
            _edges(*_thinned(px, py), self._room(), is_closed=is_closed)
            for _part, _ring, px, py in self._pixels.rings(sketch, self.frame.camera)
        ]
        lines = np.concatenate(ends) if ends else np.empty((0, 4))
        if not len(lines):
            return
        self._lines.resize(len(lines))
        self._lines.ndarray()[:] = lines
        for colour, width in ((self._halo(), HALO_PX), (self._ink(is_wrong), LINE_PX)):
            is_smooth = colour != self._halo() or len(lines) <= MANY
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
            painter.setPen(_pen(colour, width))
            painter.drawLines(*self._lines.drawargs())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _ink(self, is_wrong: bool = False) -> str:
        tokens = self.frame.tokens
        return tokens.danger if is_wrong else tokens.primary

    def _halo(self) -> str:
        return self.frame.tokens.surface

    def _room(self) -> QRectF:
        camera = self.frame.camera
        return QRectF(0, 0, camera.width, camera.height).adjusted(-FAR_PX, -FAR_PX, FAR_PX, FAR_PX)

    # --- handles -------------------------------------------------------------------------

    def handles(
        self,
        painter: QPainter,
        sketch: Sketch,
        hovered: Vertex | None,
        chosen: Vertex | None,
        *,
        is_all: bool,
    ) -> None:
        """Paint what the vertices are taken by.  is_all: all of them are held."""
        dpr, ink, halo = self.frame.dpr, self._ink(), self._halo()
        plain = handle_image(HANDLE_PX, ink if is_all else halo, ink, halo, dpr)
        for _part, _ring, px, py in self._pixels.rings(sketch, self.frame.camera):
            for at in self._shown(px, py):
                draw_middle(painter, plain, px[at], py[at])
        for vertex in {v for v in (hovered, chosen) if v is not None}:
            image = handle_image(HANDLE_PX + 2, ink, ink, halo, dpr)
            draw_middle(painter, image, *self.frame.camera.pixel_of(sketch.position_of(vertex)))
        if chosen is not None:
            middle = QPointF(*self.frame.camera.pixel_of(sketch.position_of(chosen)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((halo, 5.0), (self.frame.tokens.focus, 2.0)):
                painter.setPen(_pen(colour, width))
                painter.drawEllipse(middle, HANDLE_PX + 7, HANDLE_PX + 7)

    def ghosts(self, painter: QPainter, sketch: Sketch, hovered: Vertex | None) -> None:
        """Paint what a new vertex is pulled out of an edge by."""
        dpr, ink, halo = self.frame.dpr, self._ink(), self._halo()
        for part, ring, numbers, px, py in self._pixels.ghosts(sketch, self.frame.camera):
            for at in self._shown(px, py):
                is_hovered = Vertex(part, ring, int(numbers[at])) == hovered
                size = GHOST_PX + 2 if is_hovered else GHOST_PX
                draw_middle(painter, ghost_image(size, ink, halo, dpr), px[at], py[at])

    def _shown(self, px: Floats, py: Floats) -> list[int]:
        """Return the numbers of the vertices in view, one of those that cover each other."""
        room = self._room()
        seen = np.flatnonzero(
            (px > room.left()) & (px < room.right()) & (py > room.top()) & (py < room.bottom())
        )
        if len(seen) < 100:
            return seen.tolist()
        cells = np.floor(px[seen] / HANDLE_CELL_PX) * 100_000 + np.floor(py[seen] / HANDLE_CELL_PX)
        _, first = np.unique(cells, return_index=True)
        return seen[first].tolist()

    # --- signs that help -----------------------------------------------------------------

    def snap(self, painter: QPainter, snap: Snap) -> None:
        """Paint a ring around the vertex, or a bar along the edge, that attracts the hand."""
        camera = self.frame.camera
        middle = QPointF(*camera.pixel_of(snap.position))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        along = None
        if snap.edge is not None:
            start, end = (QPointF(*camera.pixel_of(each)) for each in snap.edge)
            along = _towards(start, end)
        for colour, width in ((self._halo(), 8.0), (self._ink(), 4.0)):
            painter.setPen(_pen(colour, width))
            if along is None:
                painter.drawEllipse(middle, 12.0, 12.0)
            else:
                painter.drawLine(middle - along * 18, middle + along * 18)
        if along is not None:
            image = handle_image(HANDLE_PX - 1, self._halo(), self._ink(), "", self.frame.dpr)
            draw_middle(painter, image, middle.x(), middle.y())

    def right_angle(self, painter: QPainter, corner: Corner) -> None:
        """Paint a small square into the corner."""
        camera = self.frame.camera
        before, middle, after = (QPointF(*camera.pixel_of(each)) for each in corner)
        one, other = _towards(middle, before), _towards(middle, after)
        if one is None or other is None:
            return
        side = 14.0
        square = QPolygonF(
            [middle + one * side, middle + (one + other) * side, middle + other * side]
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._halo(), 6.0), (self._ink(), 2.4)):
            painter.setPen(_pen(colour, width))
            painter.drawPolyline(square)


def paint_spots(painter: QPainter, frame: Frame, spots: Sequence[LngLat]) -> None:
    """Mark where an outline crosses itself: a cross in a circle."""
    tokens = frame.tokens
    for position in spots:
        middle = QPointF(*frame.camera.pixel_of(position))
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(_pen(tokens.surface, 6.0))
        painter.drawEllipse(middle, 10.0, 10.0)
        painter.setPen(_pen(tokens.danger, 2.6))
        painter.drawEllipse(middle, 10.0, 10.0)
        arm = QPointF(4.0, 4.0)
        other = QPointF(4.0, -4.0)
        painter.drawLine(middle - arm, middle + arm)
        painter.drawLine(middle - other, middle + other)


def paint_label_beside(
    painter: QPainter, frame: Frame, text: str, point: QPointF, *, is_wrong: bool
) -> None:
    """Write words beside the pointer, inside the view."""
    pixels = TYPE["label"] * frame.text_scale
    width, height = label_size(text, painter.font().family(), pixels)
    x, y = point.x() + LABEL_OFF_PX, point.y() + LABEL_OFF_PX
    if x + width > frame.camera.width - 8:
        x = point.x() - LABEL_OFF_PX - width
    if y + height > frame.camera.height - 32:
        y = point.y() - LABEL_OFF_PX - height
    tokens = frame.tokens
    ground, ink = (tokens.danger if is_wrong else tokens.primary), tokens.primary_text
    paint_label(painter, QRectF(x, y, width, height), text, ground, ink, pixels)


@lru_cache(maxsize=64)
def handle_image(radius: float, fill: str, edge: str, halo: str, dpr: float) -> QPixmap:
    """Return a round handle; halo: '' for none."""
    image, painter = _canvas(radius + 3, dpr)
    middle = QPointF(radius + 3, radius + 3)
    painter.setPen(Qt.PenStyle.NoPen)
    if halo:
        painter.setBrush(QColor(halo))
        painter.drawEllipse(middle, radius + 2, radius + 2)
    painter.setBrush(QColor(fill))
    painter.setPen(QPen(QColor(edge), 2.6))
    painter.drawEllipse(middle, radius - 1.3, radius - 1.3)
    painter.end()
    return image


@lru_cache(maxsize=64)
def ghost_image(radius: float, ink: str, halo: str, dpr: float) -> QPixmap:
    """Return a pale handle with a plus: a vertex that could be."""
    image, painter = _canvas(radius + 3, dpr)
    middle = QPointF(radius + 3, radius + 3)
    ground = QColor(halo)
    ground.setAlpha(235)
    painter.setPen(QPen(QColor(ink), 1.2))
    painter.setBrush(ground)
    painter.drawEllipse(middle, radius, radius)
    painter.setPen(QPen(QColor(ink), 1.8))
    arm = radius - 2.6
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
    painter.end()
    return image


def _canvas(half: float, dpr: float) -> tuple[QPixmap, QPainter]:
    side = math.ceil(2 * half * dpr)
    image = QPixmap(side, side)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return image, painter


def draw_middle(painter: QPainter, image: QPixmap, px: float, py: float) -> None:
    """Draw a picture around a pixel."""
    size = image.deviceIndependentSize()
    painter.drawPixmap(QPointF(px - size.width() / 2, py - size.height() / 2), image)


def _thinned(px: Floats, py: Floats) -> tuple[Floats, Floats]:
    """Return a line without the vertices that lie on the same spot as the one before."""
    if len(px) <= FEW:
        return px, py
    x, y = np.floor(px / SPOT_PX), np.floor(py / SPOT_PX)
    stays = np.ones(len(px), np.bool_)
    stays[1:-1] = (x[1:-1] != x[:-2]) | (y[1:-1] != y[:-2])
    return px[stays], py[stays]


def _edges(px: Floats, py: Floats, room: QRectF, *, is_closed: bool) -> Floats:
    """Return the lines between vertices that may be seen: rows of x, y, x, y."""
    if is_closed and len(px) >= 3:
        px, py = np.append(px, px[0]), np.append(py, py[0])
    x, y = np.sort([px[:-1], px[1:]], axis=0), np.sort([py[:-1], py[1:]], axis=0)
    seen = (
        (x[1] >= room.left())
        & (x[0] <= room.right())
        & (y[1] >= room.top())
        & (y[0] <= room.bottom())
    )
    return np.stack([px[:-1], py[:-1], px[1:], py[1:]], axis=1)[seen]


def _pen(colour: str, width: float, *, alpha: int = 255) -> QPen:
    ink = QColor(colour)
    ink.setAlpha(alpha)
    pen = QPen(ink, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _towards(start: QPointF, end: QPointF) -> QPointF | None:
    """Return the direction from one pixel to another, one pixel long."""
    way = end - start
    length = math.hypot(way.x(), way.y())
    return way / length if length > 1e-6 else None


def _clipped(start: QPointF, end: QPointF, room: QRectF) -> tuple[QPointF, QPointF] | None:
    """Return what of a line lies in a box: dashes out of view would be painted for ever.

    Source: Liang and Barsky 1984.
    """
    way = end - start
    low, high = 0.0, 1.0
    for delta, near, far in (
        (way.x(), room.left() - start.x(), room.right() - start.x()),
        (way.y(), room.top() - start.y(), room.bottom() - start.y()),
    ):
        if abs(delta) < 1e-9:
            if near > 0 or far < 0:
                return None
            continue
        first, last = sorted((near / delta, far / delta))
        low, high = max(low, first), min(high, last)
    return (start + way * low, start + way * high) if low < high else None
