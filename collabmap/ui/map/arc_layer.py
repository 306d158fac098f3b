"""Links as arcs under the marks: those of the selected place, and all where they are wanted.

All of them are painted once, away from the window, into a picture larger than the view; a frame
only puts that picture in its place.  Those of the selected place are few and painted anew.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from collabmap.render.arcs import (
    NO_ARCS,
    SHORTEST_PX,
    Arcs,
    Ints,
    along,
    arrows,
    nearest,
)
from collabmap.render.camera import Camera, Floats
from collabmap.render.furniture import label_font
from collabmap.render.tokens import TYPE
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.pixmaps import draw, text_picture

if TYPE_CHECKING:
    from collabmap.ui.map.view import MapView

# From here on the arcs of the selected place say what they say.
VERBS_ZOOM = 15.5
# A verb stands on an arc that is longer than it by this.
_VERB_ROOM_PX = 56.0
# Where on an arc it may stand: in the middle if that is free.
_VERB_PLACES = (0.5, 0.6, 0.4, 0.68, 0.32)
# More arcs than these from one place say nothing that could be read.
_MAX_VERBS = 40
_KEPT_WORDS = 400
# How much wider the picture is than the view, on each side, as a share of it.
_MARGIN = 0.5
# Arcs painted in one go: so long no other thread waits.
_AT_ONCE = 400
# Of more arcs than these the edges are not smoothed, which is five times quicker.
_SMOOTH = 4_000
# More arcs than these fade, so that streets and places are seen through any number of them.
_CLEAR = 400
_FAINTEST = 0.04
REACH_PX = 6.0


class Ask(Protocol):
    """Runs work() away from the window, then done(answer) on its thread."""

    def __call__(
        self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[], object]
    ) -> None: ...


class Look(NamedTuple):
    """How arcs are painted."""

    colour: str
    width: float
    dpr: float
    opacity: float = 1.0


class Picture(NamedTuple):
    """All arcs around a view.  camera: of what the picture shows, in its own size."""

    image: QImage
    camera: Camera
    look: Look
    arcs: Arcs


class ArcLayer:
    """words_of: what an arc says, by the kinds of its links."""

    def __init__(
        self, view: "MapView", ask: Ask, words_of: Callable[[tuple[str, ...]], str]
    ) -> None:
        self._view, self._ask, self._words_of = view, ask, words_of
        self.all = NO_ARCS
        self.own = NO_ARCS
        self.is_shown = False
        self.picture: Picture | None = None
        self.hovered: tuple[Arcs, int] | None = None
        self._is_painting = False
        self._written: dict[tuple[object, ...], QPixmap] = {}

    def set_all(self, arcs: Arcs) -> None:
        """Show these where all arcs are wanted."""
        self.all = arcs
        self.hovered = None
        self._view.repaint_layers()

    def set_own(self, arcs: Arcs) -> None:
        """Show these of the selected place, whether others are shown or not."""
        self.own = arcs
        self.hovered = None
        self._view.repaint_layers()

    def set_shown(self, is_shown: bool) -> None:
        """Show all arcs, or only those of the selected place."""
        self.is_shown = is_shown
        if not is_shown:
            self.picture = None
        self._view.repaint_layers()

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self._view.counted is not None:
            return  # What is counted stands for the places, and arcs between none would be lost.
        tokens, scale = frame.tokens, 1.5 if frame.tokens.edge_px > 1 else 1.0
        if self.is_shown and len(self.all):
            look = Look(tokens.line_strong, 1.1 * scale, frame.dpr)
            self._paint_all(painter, frame.camera, look)
        if len(self.own):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_own(painter, frame, 2.0 * scale)
        if self.hovered is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            arcs, index = self.hovered
            px, py = to_screen(arcs, frame.camera, np.array([index]))
            paint_arcs(painter, px, py, Look(tokens.primary, 3.0 * scale, frame.dpr))
            self._paint_verbs(painter, frame, px, py, [arcs.types[index]], has_room=True)

    def _paint_all(self, painter: QPainter, camera: Camera, look: Look) -> None:
        picture = self.picture
        is_right = (
            picture is not None
            and (picture.look, picture.camera.zoom) == (look, camera.zoom)
            and picture.arcs is self.all
            and _covers(picture.camera, camera)
        )
        if picture is not None:
            # Until there is a new one the old one is moved and stretched.
            left, top = camera.to_screen(*picture.camera.world_box[:2])
            right, bottom = camera.to_screen(*picture.camera.world_box[2:])
            box = QRectF(QPointF(left, top), QPointF(right, bottom))
            if picture.camera.zoom == camera.zoom:
                painter.drawImage(QPointF(round(left), round(top)), picture.image)
            else:
                painter.drawImage(box, picture.image)
        if not is_right and not self._is_painting:
            self._is_painting = True
            wide = camera.resized(
                camera.width * (1 + 2 * _MARGIN), camera.height * (1 + 2 * _MARGIN)
            )
            arcs = self.all
            self._ask(lambda: painted(arcs, wide, look), self._on_painted, self._on_failed)

    def _on_painted(self, picture: Picture) -> None:
        self._is_painting = False
        self.picture = picture if self.is_shown else None
        self._view.repaint_layers()

    def _on_failed(self) -> None:
        self._is_painting = False

    def _paint_own(self, painter: QPainter, frame: Frame, width: float) -> None:
        which = self.own.within(_wider(frame.camera))
        px, py = to_screen(self.own, frame.camera, which)
        # A light edge, so that an arc is told from streets of any colour.
        paint_arcs(painter, px, py, Look(frame.tokens.surface, width + 2.5, frame.dpr), tips=False)
        paint_arcs(painter, px, py, Look(frame.tokens.primary, width, frame.dpr))
        if frame.camera.zoom >= VERBS_ZOOM and len(which) <= _MAX_VERBS:
            self._paint_verbs(painter, frame, px, py, [self.own.types[n] for n in which.tolist()])

    def _paint_verbs(
        self,
        painter: QPainter,
        frame: Frame,
        px: Floats,
        py: Floats,
        types: list[tuple[str, ...]],
        *,
        has_room: bool = False,
    ) -> None:
        """Write on the middle of arcs what they say, where there is room or always."""
        font = label_font(painter, TYPE["second"] * frame.text_scale, QFont.Weight.DemiBold)
        lengths = np.hypot(px[:, 2] - px[:, 0], py[:, 2] - py[:, 0])
        ways = [(along(px, t).tolist(), along(py, t).tolist()) for t in _VERB_PLACES]
        # The pin and its name are painted over the arcs later.
        taken = self._view.selected_boxes(font)
        # The shortest first: there is the least choice of where to write on them.
        for n in np.argsort(lengths, kind="stable").tolist():
            picture = self._picture_of(self._words_of(types[n]), font, frame)
            wide, tall = picture.width() / frame.dpr, picture.height() / frame.dpr
            if not has_room and lengths[n] < wide + _VERB_ROOM_PX:
                continue
            for xs, ys in ways:
                box = QRectF(xs[n] - wide / 2, ys[n] - tall / 2, wide, tall)
                if has_room or not any(map(box.intersects, taken)):
                    taken.append(box)
                    draw(painter, picture, xs[n], ys[n], frame.dpr)
                    break

    def _picture_of(self, words: str, font: QFont, frame: Frame) -> QPixmap:
        """Return words with a light edge; writing them anew costs half a millisecond."""
        ink, edge = frame.tokens.on_soft, frame.tokens.surface
        key = (words, ink, edge, font.family(), font.pixelSize(), frame.dpr)
        if key not in self._written:
            if len(self._written) >= _KEPT_WORDS:
                self._written.clear()
            self._written[key] = text_picture(words, font, ink, frame.dpr, edge)
        return self._written[key]

    # --- asking ------------------------------------------------------------------------------

    def hover(self, point: QPointF | None) -> None:
        """Light up the arc under a pixel and say what it says; None: under none."""
        found = self._at(point) if point is not None else None
        if found != self.hovered:
            self.hovered = found
            self._view.repaint_layers()

    def _at(self, point: QPointF) -> tuple[Arcs, int] | None:
        camera, at = self._view.camera, (point.x(), point.y())
        if self._view.counted is not None:
            return None
        for arcs in (self.own, self.all if self.is_shown else NO_ARCS):
            which = arcs.within(_wider(camera))
            px, py = to_screen(arcs, camera, which)
            index = nearest(px, py, at, REACH_PX)
            if index >= 0:
                return arcs, int(which[index])
        return None


def to_screen(arcs: Arcs, camera: Camera, which: Ints) -> tuple[Floats, Floats]:
    """Return pixels of some arcs: (n, 3) x and y."""
    return camera.to_screen(arcs.x[which], arcs.y[which])


def painted(arcs: Arcs, camera: Camera, look: Look) -> Picture:
    """Return a picture of all arcs that a camera sees.  Not on the window's thread."""
    width, height = round(camera.width * look.dpr), round(camera.height * look.dpr)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(look.dpr)
    image.fill(Qt.GlobalColor.transparent)
    px, py = to_screen(arcs, camera, arcs.within(camera.world_box))
    tall = np.hypot(px[:, 2] - px[:, 0], py[:, 2] - py[:, 0])
    px, py = px[tall >= SHORTEST_PX], py[tall >= SHORTEST_PX]
    painter = QPainter(image)
    is_smooth = len(px) <= _SMOOTH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
    opacity = max(_FAINTEST, min(1.0, _CLEAR / max(1, len(px))))
    # A line of one pixel is painted without working out its outline.
    faint = look._replace(opacity=opacity, width=look.width if is_smooth else 1.0)
    for start in range(0, len(px), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        paint_arcs(painter, px[part], py[part], faint, tips=is_smooth)
    painter.end()
    return Picture(image, camera, look, arcs)


def paint_arcs(painter: QPainter, px: Floats, py: Floats, look: Look, *, tips: bool = True) -> None:
    """Paint arcs with their arrows.  px, py: (n, 3) pixels."""
    ink = QColor(look.colour)
    ink.setAlphaF(look.opacity)
    pen = QPen(ink, look.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (x0, x1, x2), (y0, y1, y2) in zip(px.tolist(), py.tolist(), strict=True):
        path = QPainterPath(QPointF(x0, y0))
        path.quadTo(x1, y1, x2, y2)
        painter.drawPath(path)
    if not tips:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    heads = arrows(px, py)
    for xs, ys in zip(heads.px.tolist(), heads.py.tolist(), strict=True):
        painter.drawConvexPolygon(QPolygonF([QPointF(*each) for each in zip(xs, ys, strict=True)]))


def _covers(wide: Camera, view: Camera) -> bool:
    left, top, right, bottom = view.world_box
    outer = wide.world_box
    return outer[0] <= left and outer[1] <= top and outer[2] >= right and outer[3] >= bottom


def _wider(camera: Camera) -> tuple[float, float, float, float]:
    """Return the view with room for what is written beside it."""
    margin = 40.0 / camera.scale
    left, top, right, bottom = camera.world_box
    return left - margin, top - margin, right + margin, bottom + margin
