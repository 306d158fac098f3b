"""The marks on the canvas: groups where they crowd, one call of the painter for the others."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.mark_columns import MarkColumns
from collabmap.render.camera import Camera, Floats
from collabmap.render.crowds import Ints
from collabmap.render.groups import ALL_SHOWN_ZOOM, fan_out
from collabmap.render.mark_scene import Part
from collabmap.render.symbology import (
    FADED_OPACITY,
    SIZE,
    MarkKey,
    Symbology,
    cluster_radii,
    half_extent,
    key_of,
)
from collabmap.ui.map.atlas import Atlas
from collabmap.ui.map.discs import Discs
from collabmap.ui.map.mark_scenes import Clear, MarkScenes
from collabmap.ui.map.mark_table import OF_CATEGORY, MarkTable

# Later ones are painted over earlier ones.
RANK_ACCEPTED, RANK_PENDING, RANK_YOURS = 0, 1, 2
TARGET_PX = 22.0  # Half of the 44 px that a finger needs.
HOVER_EXTRA = 3.0
# Beyond the edge of the view by the size of a mark with its ring and its badge.
MARGIN_PX = 40.0


class Shown(NamedTuple):
    """What the last frame showed, in painting order.  rows: of the table; px, py: middles."""

    rows: Ints
    px: Floats
    py: Floats


class ShownGroup(NamedTuple):
    """A disc that was painted.  number: in the groups of its part."""

    part: Part
    number: int
    px: float
    py: float
    radius: float
    size: int


class Hit(NamedTuple):
    """What lies under a pixel: a mark or a group."""

    mark: Mark | None
    group: ShownGroup | None


EMPTY = Shown(np.empty(0, np.int64), np.empty(0), np.empty(0))


class FeatureLayer:
    """Marks, who looks at them, and which of them are faded, badged, hovered or selected."""

    def __init__(self, symbology: Symbology, changed: Callable[[], object]) -> None:
        """changed: called when there is something new to paint."""
        self.table = MarkTable()
        self.scenes = MarkScenes(self.table, changed)
        self.hovered: bytes | None = None
        self.all_faded = False
        self.is_hidden = False
        self.size = SIZE
        self.shown = EMPTY
        self.shown_groups: list[ShownGroup] = []
        self.set_symbology(symbology)

    # --- what there is -----------------------------------------------------------------------

    def set_symbology(self, symbology: Symbology) -> None:
        """Paint all marks anew: other colours, other categories or another pixel ratio."""
        self.symbology = symbology
        self._discs = Discs(symbology)
        self._atlas = Atlas[MarkKey](half_extent(SIZE + 6), symbology.dpr, symbology.image)
        self._forget_looks()

    def set_person(self, person: bytes | None) -> None:
        self.table.set_person(person)
        self._forget_looks()

    def set_size(self, radius: float) -> None:
        self.size = radius
        self._forget_looks()

    def set_badges(self, badges: Mapping[bytes, str]) -> None:
        self.scenes.set_badges(badges)

    def select(self, mark_id: bytes | None) -> None:
        self.scenes.select(mark_id)

    @property
    def selected(self) -> bytes | None:
        return self.scenes.selected

    def set_columns(self, columns: MarkColumns, zoom: float) -> None:
        self.scenes.set_columns(columns, zoom)
        self._forget_looks()

    def update_marks(self, changed: MarkColumns, removed: Collection[bytes]) -> None:
        self.scenes.update(changed, removed)

    def set_clear(self, clear: Clear | None) -> None:
        """Fade all marks but these; None fades none."""
        self.scenes.set_clear(clear)

    def _forget_looks(self) -> None:
        # By code: the number in the atlas, -1 where it is not known yet, and the rank.
        self._looks = np.empty(0, np.int64)
        self._ranks = np.empty(0, np.int8)
        self._badged: tuple[Ints, Ints] | None = None

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, camera: Camera) -> None:
        """Paint everything but the selected mark, which is a pin above all layers."""
        self.shown, self.shown_groups = EMPTY, []
        if self.is_hidden or self.scenes.is_empty:
            return
        left, top, right, bottom = camera.world_box
        margin = MARGIN_PX / camera.scale
        box = (left - margin, top - margin, right + margin, bottom + margin)
        scene = self.scenes.at(camera.zoom, box)
        faded, clear = (_joined([p.alone_in(box) for p in parts]) for parts in scene)
        rows = np.concatenate((faded, clear))
        look, rank = self._looks_of(rows)
        rank[: len(faded)] = -1
        x, y = self.table.positions(rows)
        # North first, so that what lies in front hides what lies behind.
        order = np.lexsort((y, rank))
        rows, look = rows[order], look[order]
        px, py = camera.to_screen(x[order], y[order])
        if camera.zoom >= ALL_SHOWN_ZOOM and len(rows) > 1:
            px, py = fan_out(px, py, self.size)
        first = len(faded)
        # Those that are pointed out stay clear, also while a place is being put.
        opacity = FADED_OPACITY if self.all_faded and not self.scenes.fades_some else 1.0
        self._atlas.draw(painter, px[:first], py[:first], look[:first], FADED_OPACITY)
        self._paint_groups(painter, camera, scene.faded, box, FADED_OPACITY)
        self.shown_groups = self._paint_groups(painter, camera, scene.clear, box, opacity)
        self.shown = Shown(rows[first:], px[first:], py[first:])
        self._atlas.draw(painter, self.shown.px, self.shown.py, look[first:], opacity)
        self._paint_hovered(painter)

    def _paint_groups(
        self,
        painter: QPainter,
        camera: Camera,
        parts: list[Part],
        box: tuple[float, float, float, float],
        opacity: float,
    ) -> list[ShownGroup]:
        shown: list[ShownGroup] = []
        for part in parts:
            numbers = part.groups_in(box)
            px, py = camera.to_screen(part.x[numbers], part.y[numbers])
            counts = part.sizes[numbers]
            self._discs.draw(painter, px, py, counts, part.awaiting[numbers], opacity)
            columns = numbers, px, py, cluster_radii(counts), counts
            rows = zip(*(column.tolist() for column in columns), strict=True)
            shown += [ShownGroup(part, *row) for row in rows]
        return shown

    def _paint_hovered(self, painter: QPainter) -> None:
        place = self.place_of(self.hovered)
        mark = self.table.get(self.hovered)
        if place is None or mark is None or self.hovered == self.selected:
            return
        key = key_of(mark, self.table.person, badge=self.scenes.badges.get(mark.id, ""))
        draw_centred(
            painter, self.symbology.image(key._replace(size=self.size + HOVER_EXTRA)), *place
        )

    def _looks_of(self, rows: Ints) -> tuple[Ints, np.ndarray]:
        """Return the numbers in the atlas and the ranks of rows."""
        codes = self.table.codes(rows)
        size = OF_CATEGORY * len(self.table.categories)
        if len(self._looks) < size:
            known = len(self._looks)
            self._looks = np.append(self._looks, np.full(size - known, -1))
            self._ranks = np.append(self._ranks, np.zeros(size - known, np.int8))
        looks = self._looks[codes]
        if (looks < 0).any():
            for code in np.unique(codes[looks < 0]).tolist():
                self._looks[code], self._ranks[code] = self._look_of(self.table.mark_like(code), "")
            looks = self._looks[codes]
        ranks = self._ranks[codes]
        if len(badged := self.scenes.badge_rows):
            at = np.minimum(np.searchsorted(badged, rows), len(badged) - 1)
            has_badge = badged[at] == rows
            looks[has_badge] = self._badge_looks()[at[has_badge]]
            ranks[has_badge] = RANK_YOURS
        return looks, ranks

    def _badge_looks(self) -> Ints:
        rows = self.scenes.badge_rows
        if self._badged is None or self._badged[0] is not rows:
            marks = [self.table.mark(row) for row in rows.tolist()]
            looks = [self._look_of(mark, self.scenes.badges[mark.id])[0] for mark in marks]
            self._badged = rows, np.array(looks)
        return self._badged[1]

    def _look_of(self, mark: Mark, badge: str) -> tuple[int, int]:
        key = key_of(mark, self.table.person, size=self.size, badge=badge)
        rank = RANK_ACCEPTED if key.state is FeatureState.ACCEPTED else RANK_PENDING
        return self._atlas.number(key), RANK_YOURS if key.yours or badge else rank

    # --- asking ------------------------------------------------------------------------------

    def place_of(self, mark_id: bytes | None) -> tuple[float, float] | None:
        """Return the pixel at which the last frame showed a mark, None when it did not."""
        row = self.table.row_of(mark_id)
        if row < 0 or not len(at := np.flatnonzero(self.shown.rows == row)):
            return None
        return float(self.shown.px[at[0]]), float(self.shown.py[at[0]])

    def hit(self, px: float, py: float) -> Hit | None:
        """Return what a click at a pixel means: the topmost mark under it, else the nearest.

        Marks are drawn 28 px wide and hit 44 px wide.  Faded ones are not hit.
        """
        shown = self.shown
        distance = np.hypot(shown.px - px, shown.py - py)
        under = np.flatnonzero(distance <= self.size + 3)
        if len(under):
            return Hit(self.table.mark(int(shown.rows[under[-1]])), None)
        near = [g for g in self.shown_groups if math.hypot(g.px - px, g.py - py) <= g.radius + 3]
        if near:
            return Hit(None, near[-1])
        if len(distance) and distance.min() <= TARGET_PX:
            return Hit(self.table.mark(int(shown.rows[int(distance.argmin())])), None)
        return None

    def box_of(self, group: ShownGroup) -> Bbox | None:
        """Return the box of the members of a group, degrees; None while they are not known."""
        members = group.part.members(group.number)
        return self.table.box_of(members) if len(members) else None

    def categories_of(self, group: ShownGroup) -> Counter[str]:
        """Return how many members of a group are of each category."""
        return self.table.categories_of(group.part.members(group.number))


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def draw_centred(painter: QPainter, image: QImage, px: float, py: float) -> None:
    """Draw a picture around a pixel, on whole device pixels."""
    dpr = image.devicePixelRatio()
    width, height = image.width() / dpr, image.height() / dpr
    x, y = round((px - width / 2) * dpr) / dpr, round((py - height / 2) * dpr) / dpr
    painter.drawImage(QPointF(x, y), image)
