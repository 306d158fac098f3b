"""Lines and zones of the open map: which places are one, and where they attract a hand."""

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.geometry import from_wkb, point_of_wkb
from collabmap.domain.mark_columns import IS_SHAPE, NO_MARKS, MarkColumns
from collabmap.domain.mark_order import in_view
from collabmap.domain.sketch import Sketch
from collabmap.domain.snapping import SnapIndex
from collabmap.errors import CollabMapError
from collabmap.ui.map.sketch_tool import SketchTool
from collabmap.ui.newest import Newest

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

# From further off than this nothing is drawn so exactly that it should stick to something.
NEAR_ZOOM = 12.0
# What is smaller on the screen attracts nobody.
SMALLEST_PX = 6.0
MOST_SHAPES = 1000
MOST_POINTS = 300


class Neighbours(QObject):
    """What lies in view attracts the hand that draws; read in a lane, as the view moves."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._tool: SketchTool | None = None
        self._index: SnapIndex | None = None
        self._newest = Newest(window.tasks, self)
        window.map.view_changed.connect(self._look)
        window.effects_arrived.connect(self._on_effect)
        window.marks.changed.connect(self._look)

    def attract(self, tool: SketchTool, place: bytes | None = None) -> None:
        """Let what lies in view attract a tool's hand.  place: being changed, so it does not."""
        self._tool = tool
        tool.aid.skip = frozenset((place,)) if place is not None else frozenset()
        tool.aid.neighbours = self._index
        tool.destroyed.connect(self._on_destroyed)
        self._look()

    def _on_destroyed(self) -> None:
        # Another tool may have come before the last one is gone.
        if self._window.map.tool is not self._tool:
            self._tool = self._index = None

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or effect.features:
            self._look()

    def _look(self) -> None:
        view = self._window.map
        if self._tool is None or self._window.lanes is None:
            return
        if view.zoom() < NEAR_ZOOM:
            self._take(None)
            return
        columns, bbox, middle = self._window.marks.columns or NO_MARKS, view.bbox(), view.centre()
        smallest = SMALLEST_PX * 360 / view.camera.scale
        self._newest.ask(
            lambda reader: index_of(reader, columns, bbox, middle, smallest), self._take
        )

    def _take(self, index: SnapIndex | None) -> None:
        self._index = index
        if self._tool is not None and self._window.map.tool is self._tool:
            self._tool.aid.neighbours = index


def index_of(
    reader: "Reader", columns: MarkColumns, bbox: Bbox, middle: LngLat, smallest_deg: float
) -> SnapIndex:
    """Return the shapes and the points of a box, to be snapped to; run in a read lane.

    Of more points than MOST_POINTS those nearest to the middle.  smallest_deg: of shapes, both
    ways.
    """
    import shapely

    rows = reader.shapes(bbox, smallest_deg=smallest_deg, limit=MOST_SHAPES)
    found: list[tuple[bytes, shapely.Geometry]] = []
    for row in rows:
        try:
            found.append((row.id, from_wkb(row.wkb)))
        except CollabMapError:
            # A merge may bring anything; what cannot be read attracts nobody.
            continue
    at = np.flatnonzero(in_view(columns, bbox) & ((columns.flags & IS_SHAPE) == 0))
    if len(at) > MOST_POINTS:
        wide = (columns.lng[at] - middle.lng) * math.cos(math.radians(middle.lat))
        away = np.hypot(wide, columns.lat[at] - middle.lat)
        at = at[np.argpartition(away, MOST_POINTS)[:MOST_POINTS]]
    points = shapely.points(columns.lng[at], columns.lat[at])
    found += zip(map(columns.id, at.tolist()), points.tolist(), strict=True)
    return SnapIndex.of(found)


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Let what measures and checks shapes be imported, away from somebody's first click."""
    corners = (LngLat(0, 0), LngLat(1, 0), LngLat(0, 1))
    zone = Sketch("zone", ((corners,),))
    zone.area_m2()
    zone.problems()


def is_shape(place: PlaceView) -> bool:
    """Whether a place is a path or a zone."""
    return bool(place.geometry_wkb) and point_of_wkb(place.geometry_wkb) is None


def bounds_of(sketch: Sketch) -> Bbox:
    """Return the box around a sketch."""
    lngs, lats = zip(*(position for _vertex, position in sketch.vertices()), strict=True)
    return Bbox(min(lngs), min(lats), max(lngs), max(lats))
