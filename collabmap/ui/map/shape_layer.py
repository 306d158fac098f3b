"""Lines and zones on the map: pictures of tiles painted away from the window, kept and redrawn.

One question at a time goes to a read lane, so that lists and cards need not wait: a tile that is
missing, then what lies under the pointer, then tiles that are out of date, the nearest to the
middle first.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QPainter, QPixmap

from collabmap.domain.effect import Effect
from collabmap.domain.feature import Mark, ShapeRow
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import Tile
from collabmap.render.camera import Camera
from collabmap.render.shape_index import ShapeIndex
from collabmap.render.shape_painter import TILE_PX, Picture, ShapeLook, paint_tile
from collabmap.render.shape_set import ShapeSet
from collabmap.ui.map.layers import Frame
from collabmap.ui.map.shape_cache import Entry, ShapeCache, grown
from collabmap.ui.map.shape_item import ShapeItem

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.render.symbology import Symbology
    from collabmap.ui.map.view import MapView

# Of one tile, and of all in view; of more the smallest are left out.
MAX_SHAPES = 20_000
MAX_ZOOM = 18
# How far beyond the view one can point without asking again, in widths of the view.
_AROUND = 0.5
# What is smaller cannot be pointed at: its mark can.
_POINTED_PX = 4.0


class _Painted(NamedTuple):
    """A tile's picture, None where nothing lies; ids and reach: see Entry."""

    picture: Picture | None = None
    ids: frozenset[bytes] = frozenset()
    reach: Bbox | None = None


class Ask(Protocol):
    """Asks a read lane; done(answer) or failed(error) comes later, on the window's thread."""

    def __call__(
        self,
        work: "Callable[[Reader], Any]",
        done: Callable[[Any], object],
        failed: Callable[[Any], object],
    ) -> None: ...


@dataclass(slots=True)
class _Job:
    """What was asked.  tile: None for another question.  is_late: its answer is out of date."""

    tile: Tile | None = None
    is_late: bool = False


class ShapeLayer(QObject):
    """A layer of the ground, and the item above it that is lit."""

    def __init__(self, view: "MapView", ask: Ask) -> None:
        super().__init__(view)
        self._view, self._ask = view, ask
        self._cache = ShapeCache()
        self.is_open = False
        self._job: _Job | None = None
        self._symbology: Symbology | None = None
        self._look: ShapeLook | None = None
        self._look_number = 0
        self._person: bytes | None = None
        self._clear_rows: NDArray[np.int64] | None = None
        self._clear_ids: frozenset[bytes] | None = None
        self._hidden: bytes | None = None
        self._effects: list[Effect] = []
        self._wanted: list[Tile] = []
        self._index: ShapeIndex | None = None
        self._wants_index = False
        self._lit_ids: frozenset[bytes] = frozenset()
        self._wants_lit = False
        self._item = ShapeItem(lambda: view.camera, lambda: view.ground)
        view.view_box.addItem(self._item, ignoreBounds=True)
        view.view_changed.connect(self._on_view)

    # --- what is shown -----------------------------------------------------------------------

    def open(self) -> None:
        """Show the lines and zones of the project that is open now."""
        self.forget()
        self.is_open = self._wants_index = True
        self._view.repaint_layers()

    def forget(self) -> None:
        """Show nothing: the project is closed."""
        self.is_open = self._wants_index = self._wants_lit = False
        self._job = None
        self._cache.clear()
        self._effects, self._wanted = [], []
        self._lit_ids = frozenset()
        self._item.light(None)
        self._index = None
        self._view.repaint_layers()

    def follow(self, effect: Effect) -> None:
        """Paint again where an effect has changed something."""
        if effect.features is None or effect.features:
            if self._job is not None:
                # It may have been read before the write.
                self._job.is_late = True
            self._effects.append(effect)
            self._ask_next()

    def set_person(self, person: bytes | None) -> None:
        """Say whose shapes are marked as theirs."""
        if person != self._person:
            self._person = person
            self._look_again()

    def set_clear_rows(self, rows: NDArray[np.int64] | None) -> None:
        """Fade all but these, by number (sorted); None fades none."""
        self._clear_rows = rows
        self._look_again()

    def set_faded(self, clear_ids: Collection[bytes] | None) -> None:
        """Fade all but these; None fades none."""
        ids = None if clear_ids is None else frozenset(clear_ids)
        if ids != self._clear_ids:
            self._clear_ids = ids
            self._look_again()

    def hide(self, shape: bytes | None) -> None:
        """Leave a shape out that a tool shows in its place; None shows all again."""
        before, self._hidden = self._hidden, shape
        self.follow(Effect(frozenset(i for i in (before, shape) if i is not None)))

    def _look_again(self) -> None:
        # The next frame finds out what to paint in the other look.
        self._look, self._wanted = None, []
        self._view.repaint_layers()

    # --- asking ------------------------------------------------------------------------------

    @property
    def is_complete(self) -> bool:
        """Whether all that is in view is painted as it is now."""
        return self.is_open and self._job is None and not self._wanted and not self._effects

    def hit(self, px: float, py: float) -> Mark | None:
        """Return the mark of the line or zone under a pixel; see ShapeIndex.hit."""
        if self._index is None or self._look is None:
            return None
        look = self._look
        row = self._index.hit(self._view.camera, px, py, lambda rows: ~look.is_faded(rows))
        return row.mark if row is not None else None

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if not self.is_open:
            return
        self._follow_look(frame)
        tiles = _tiles(frame.camera)
        dpr = frame.dpr
        # In device pixels, where a picture that needs no scaling is only copied.
        painter.scale(1 / dpr, 1 / dpr)
        for target, pixmap, source in self._cache.pieces(frame.camera, tiles, dpr):
            is_scaled = abs(target.width() - source.width()) > 0.5
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_scaled)
            if is_scaled:
                painter.drawPixmap(target, pixmap, source)
            else:
                painter.drawPixmap(target.topLeft(), pixmap, source)
        missing, late = [], []
        for tile in tiles:
            entry = self._cache.get(tile)
            if entry is None:
                missing.append(tile)
            elif entry.is_stale or entry.look != self._look_number:
                late.append(tile)
        self._wanted = _nearest_first(frame.camera, missing) + _nearest_first(frame.camera, late)
        self._follow_lit()
        self._ask_next()

    def _follow_look(self, frame: Frame) -> None:
        symbology = self._view.symbology
        if self._look is None or symbology is not self._symbology:
            self._symbology = symbology
            self._look_number += 1
            self._look = ShapeLook(
                {category.id: category.hue for category in symbology.theme.categories},
                frame.tokens,
                self._person,
                self._clear_rows,
                self._clear_ids,
                frame.dpr,
            )

    # --- what is lit -------------------------------------------------------------------------

    def _follow_lit(self) -> None:
        """Light what is selected and what is under the pointer, once its shape is known."""
        # What a tool draws is not to be confused with what is there.
        has_tool = self._view.tool is not None
        chosen = () if has_tool else (self._view.selected, self._view.hovered)
        ids = frozenset(i for i in chosen if i is not None)
        if ids == self._lit_ids:
            return
        self._lit_ids = ids
        rows = [row for i in ids if self._index and (row := self._index.row_of(i))]
        self._light(rows)
        self._wants_lit = len(rows) < len(ids)

    def _light(self, rows: list[ShapeRow]) -> None:
        self._item.light(ShapeSet.of(rows) if rows else None)

    # --- asking the lane ---------------------------------------------------------------------

    def _on_view(self, _bbox: Bbox, _zoom: float) -> None:
        self._wants_index |= self._index is None or not self._index.covers(self._view.camera)
        self._ask_next()

    def _ask_next(self) -> None:
        if self._job is not None or not self.is_open:
            return
        is_missing = bool(self._wanted) and self._cache.get(self._wanted[0]) is None
        if self._effects:
            self._ask_boxes()
        elif self._wants_lit:
            self._ask_lit()
        elif self._wants_index and not is_missing:
            self._ask_index()
        elif self._wanted:
            self._ask_tile(self._wanted.pop(0))

    def _send(
        self, job: _Job, work: "Callable[[Reader], Any]", done: Callable[[Any], object]
    ) -> None:
        self._job = job

        def arrived(answer: Any) -> None:
            if self._job is job:
                self._job = None
                done(answer)
                self._ask_next()

        def failed(_error: object) -> None:
            if self._job is job:
                # Told by whoever asks the lane; asked again for ever, it would be told for ever.
                self._job = None
                if job.tile is not None:
                    self._keep(job.tile, _Painted(), self._look_number)

        self._ask(work, arrived, failed)

    def _ask_tile(self, tile: Tile) -> None:
        assert self._look is not None
        look, number, job = self._look, self._look_number, _Job(tile)
        hidden = self._hidden

        def work(reader: "Reader") -> _Painted:
            around = grown(tile)
            smallest = _smallest(around, (around.east - around.west) / TILE_PX)
            found = reader.shapes(around, smallest_deg=smallest, limit=MAX_SHAPES)
            rows = [row for row in found if row.id != hidden]
            if not rows:
                return _Painted()
            shapes = ShapeSet.of(rows)
            picture = paint_tile(shapes, look, *tile)
            return _Painted(picture, frozenset(row.id for row in rows), shapes.reach)

        def done(painted: _Painted) -> None:
            self._keep(tile, painted, number, is_stale=job.is_late)

        self._send(job, work, done)

    def _keep(self, tile: Tile, painted: _Painted, look: int, *, is_stale: bool = False) -> None:
        pixmap, box, before = None, QRectF(), self._cache.get(tile)
        picture = painted.picture
        if picture is not None:
            pixmap, side = QPixmap.fromImage(picture.image), float(picture.side)
            width, height = pixmap.width() / side, pixmap.height() / side
            box = QRectF(picture.left / side, picture.top / side, width, height)
        self._cache.put(tile, Entry(pixmap, box, look, painted.ids, painted.reach, is_stale))
        if pixmap is not None or is_stale or (before is not None and before.pixmap is not None):
            self._view.repaint_layers()

    def _ask_index(self) -> None:
        self._wants_index = False
        camera, job = self._view.camera, _Job()
        west, south, east, north = camera.bbox
        wide, high = (east - west) * _AROUND, (north - south) * _AROUND
        box = Bbox(west - wide, south - high, east + wide, north + high)
        smallest = _smallest(box, _POINTED_PX * 360 / camera.scale)

        def work(reader: "Reader") -> ShapeIndex:
            rows = reader.shapes(box, smallest_deg=smallest, limit=MAX_SHAPES)
            return ShapeIndex(rows, box, camera.zoom)

        def done(index: ShapeIndex) -> None:
            self._index = index
            self._wants_index |= job.is_late or not index.covers(self._view.camera)

        self._send(job, work, done)

    def _ask_lit(self) -> None:
        self._wants_lit = False
        ids, job = self._lit_ids, _Job()

        def done(rows: list[ShapeRow]) -> None:
            if ids == self._lit_ids:
                self._light(rows)
            self._wants_lit |= job.is_late

        self._send(job, lambda reader: reader.shapes_of(ids), done)

    def _ask_boxes(self) -> None:
        """Ask where what has changed lies now; where it lay, the pictures know."""
        effect, job = self._effects[0], _Job()
        for later in self._effects[1:]:
            effect = effect.joined(later)
        self._effects = []
        ids, bbox = effect.features, effect.bbox

        def done(boxes: list[Bbox]) -> None:
            if ids is not None:
                self._cache.outdate(boxes, ids)
            elif bbox is not None:
                self._cache.outdate_around([*boxes, bbox])
            self._wants_index = True
            self._wants_lit |= bool(self._lit_ids)
            self._view.repaint_layers()

        self._send(job, lambda reader: reader.shape_boxes(ids, bbox), done)


def _tiles(camera: Camera) -> list[Tile]:
    """Return the tiles in view, at the zoom at which they look best."""
    zoom = max(0, min(MAX_ZOOM, math.floor(camera.zoom - 1 + 0.5)))
    columns, rows = camera.tiles(zoom)
    return [Tile(zoom, x, y) for y in rows for x in columns]


def _nearest_first(camera: Camera, tiles: list[Tile]) -> list[Tile]:
    def distance(tile: Tile) -> float:
        across = 1 << tile.z
        return math.hypot((tile.x + 0.5) / across - camera.x, (tile.y + 0.5) / across - camera.y)

    return sorted(tiles, key=distance)


def _smallest(box: Bbox, degrees: float) -> float:
    """Return the size in degrees, both ways, under which a shape is left out.

    degrees: of longitude.  A degree of latitude is more pixels, the more so the nearer the poles.
    """
    return degrees * math.cos(math.radians(min(85.0, max(abs(box.south), abs(box.north)))))
