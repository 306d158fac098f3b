"""The marks on the canvas: groups where they crowd, one call of the painter for the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.mark_columns import NO_MARKS, MarkColumns
from collabmap.render.camera import Camera, Floats
from collabmap.render.groups import ALL_SHOWN_ZOOM, Bools, Groups, PointGrid, fan_out, group
from collabmap.render.symbology import (
    FADED_OPACITY,
    SIZE,
    Symbology,
    cluster_radius,
    key_of,
)
from collabmap.ui.map.atlas import Atlas
from collabmap.ui.map.mark_table import (
    RANK_ACCEPTED,
    RANK_PENDING,
    RANK_YOURS,
    MarkTable,
)

TARGET_PX = 22.0  # Half of the 44 px that a finger needs.
HOVER_EXTRA = 3.0
# Beyond the edge of the view by the size of a mark with its ring and its badge.
MARGIN_PX = 40.0


class Shown(NamedTuple):
    """What the last frame showed, in painting order.  rows: of the table; px, py: middles."""

    rows: np.ndarray
    px: Floats
    py: Floats


class Level(NamedTuple):
    """A zoom's groups, of clear and of faded marks, and the marks that stand alone there.

    rows: those of the table that stand alone, in the order of the grid that finds them.
    """

    clear: Groups
    faded: Groups
    rows: np.ndarray
    grid: PointGrid


class ShownGroup(NamedTuple):
    """A disc that was painted.  number: in the groups of its frame."""

    number: int
    px: float
    py: float
    radius: float
    size: int


class Hit(NamedTuple):
    """What lies under a pixel: a mark, or a group with the box of its members."""

    mark: Mark | None
    members: list[Mark]


EMPTY = Shown(np.empty(0, np.int64), np.empty(0), np.empty(0))
NO_GROUPS = group(np.empty(0), np.empty(0), np.empty(0, np.bool_), 0)


class FeatureLayer:
    """Marks, who looks at them, and which of them are faded, badged, hovered or selected."""

    def __init__(self, symbology: Symbology) -> None:
        self.table = MarkTable()
        self.hovered: bytes | None = None
        self.selected: bytes | None = None
        self.all_faded = False
        self.size = SIZE
        self._columns = NO_MARKS
        self._person: bytes | None = None
        self._badges: dict[bytes, str] = {}
        self._clear_ids: frozenset[bytes] | None = None
        self._is_faded = np.zeros(0, np.bool_)
        self._atlas = Atlas(symbology)
        self._levels: dict[float, Level] = {}
        self._painted_groups = NO_GROUPS
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)
        self.shown = EMPTY
        self.shown_groups: list[ShownGroup] = []

    # --- what there is -----------------------------------------------------------------------

    @property
    def symbology(self) -> Symbology:
        return self._atlas.symbology

    def set_symbology(self, symbology: Symbology) -> None:
        """Paint all marks anew: other colours, other categories or another pixel ratio."""
        self._atlas = Atlas(symbology)
        self._look_again()

    def set_person(self, person: bytes | None) -> None:
        self._person = person
        self._look_again()

    def set_size(self, radius: float) -> None:
        self.size = radius
        self._look_again()

    def set_badges(self, badges: Mapping[bytes, str]) -> None:
        self._badges = dict(badges)
        self._look_again()

    def set_faded(self, clear_ids: Collection[bytes] | None) -> None:
        """Fade all marks but these; None fades none."""
        self._clear_ids = None if clear_ids is None else frozenset(clear_ids)
        self._fade_again()

    def set_marks(self, marks: Iterable[Mark]) -> None:
        self.table.set_all(marks)
        self._look_again()

    def set_columns(self, columns: MarkColumns) -> None:
        self._columns = columns
        self.set_marks([columns.mark(index) for index in range(len(columns))])

    def set_clear_rows(self, rows: np.ndarray | None) -> None:
        """Fade all marks but these; None fades none."""
        if rows is None:
            self.set_faded(None)
            return
        clear = np.flatnonzero(np.isin(self._columns.row, rows))
        self.set_faded([self._columns.id(index) for index in clear.tolist()])

    def update_marks(self, changed: Sequence[Mark], removed: Iterable[bytes]) -> None:
        self.table.update(changed, removed)
        rows = [self.table.row_of[m.id] for m in changed if m.id in self.table.row_of]
        self.table.set_looks(self._look_of, rows)
        self._fade_again()

    def _look_of(self, mark: Mark) -> tuple[int, int]:
        badge = self._badges.get(mark.id, "")
        key = key_of(mark, self._person, size=self.size, badge=badge)
        rank = RANK_ACCEPTED if key.state is FeatureState.ACCEPTED else RANK_PENDING
        return self._atlas.number(key), RANK_YOURS if key.yours or badge else rank

    def _look_again(self) -> None:
        self.table.set_looks(self._look_of, self.table.row_of.values())
        self._fade_again()

    def _fade_again(self) -> None:
        table = self.table
        self._is_faded = np.zeros(len(table.marks), np.bool_)
        if self._clear_ids is not None:
            self._is_faded[:] = True
            clear = [row for i in self._clear_ids if (row := table.row_of.get(i)) is not None]
            self._is_faded[clear] = False
        self._levels.clear()

    # --- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, camera: Camera) -> None:
        """Paint everything but the selected mark, which is a pin above all layers."""
        self.shown, self.shown_groups = EMPTY, []
        if not len(self.table):
            return
        level = self._level_at(camera.zoom)
        self._painted_groups = level.clear
        left, top, right, bottom = camera.world_box
        margin = MARGIN_PX / camera.scale
        box = (left - margin, top - margin, right + margin, bottom + margin)
        rows = level.rows[level.grid.within(*box)]
        selected = self.table.row_of.get(self.selected or b"", -1)
        rows = rows[rows != selected]
        faded = self._is_faded[rows]
        rank = np.where(faded, -1, self.table.rank[rows])
        # North first, so that what lies in front hides what lies behind.
        rows = rows[np.lexsort((self.table.y[rows], rank))]
        px, py = camera.to_screen(self.table.x[rows], self.table.y[rows])
        if camera.zoom >= ALL_SHOWN_ZOOM and len(rows) > 1:
            px, py = fan_out(px, py, self.size)
        faded_count = int(faded.sum())
        self._paint_marks(painter, rows[:faded_count], px[:faded_count], py[:faded_count], True)
        self._paint_groups(painter, camera, level.faded, box, True)
        shown_groups = self._paint_groups(painter, camera, level.clear, box, self.all_faded)
        rows, px, py = rows[faded_count:], px[faded_count:], py[faded_count:]
        self._paint_marks(painter, rows, px, py, self.all_faded)
        self.shown, self.shown_groups = Shown(rows, px, py), shown_groups
        self._paint_hovered(painter)

    def _paint_marks(
        self, painter: QPainter, rows: np.ndarray, px: Floats, py: Floats, is_faded: bool
    ) -> None:
        if not len(rows):
            return
        self._atlas.prepare()
        self._fragments.resize(len(rows))
        fragments = self._fragments.ndarray()
        self._atlas.fill(fragments, px, py, self.table.look[rows])
        if is_faded:
            fragments[:, 9] = FADED_OPACITY
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        # The stub lacks the count; PySide takes a pointer to the first of an array.
        args = self._fragments.drawargs()
        painter.drawPixmapFragments(*args, self._atlas.pixmap)  # type: ignore[call-arg]

    def _paint_groups(
        self,
        painter: QPainter,
        camera: Camera,
        groups: Groups,
        box: tuple[float, float, float, float],
        is_faded: bool,
    ) -> list[ShownGroup]:
        left, top, right, bottom = box
        is_seen = (
            (groups.x >= left) & (groups.x <= right) & (groups.y >= top) & (groups.y <= bottom)
        )
        painter.setOpacity(FADED_OPACITY if is_faded else 1.0)
        shown: list[ShownGroup] = []
        for number in np.flatnonzero(is_seen).tolist():
            px, py = camera.to_screen(float(groups.x[number]), float(groups.y[number]))
            count = int(groups.sizes[number])
            image = self.symbology.cluster(count, float(groups.awaiting[number]))
            draw_centred(painter, image, px, py)
            shown.append(ShownGroup(number, px, py, cluster_radius(count), count))
        painter.setOpacity(1.0)
        return shown

    def _paint_hovered(self, painter: QPainter) -> None:
        place = self.place_of(self.hovered)
        mark = self.table.get(self.hovered)
        if place is None or mark is None or self.hovered == self.selected:
            return
        key = key_of(mark, self._person, badge=self._badges.get(mark.id, ""))
        draw_centred(
            painter, self.symbology.image(key._replace(size=self.size + HOVER_EXTRA)), *place
        )

    def _level_at(self, zoom: float) -> Level:
        name = float(np.floor(zoom * 2) / 2) if zoom < ALL_SHOWN_ZOOM else ALL_SHOWN_ZOOM
        if name not in self._levels:
            table = self.table
            can_join = table.alive.copy()
            for mark_id in (*self._badges, self.selected or b""):
                row = table.row_of.get(mark_id)
                if row is not None:
                    can_join[row] = False
            clear = self._group(can_join & ~self._is_faded, name)
            faded = self._group(can_join & self._is_faded, name)
            is_alone = table.alive & (clear.member_of < 0) & (faded.member_of < 0)
            rows = np.flatnonzero(is_alone)
            grid = PointGrid(table.x[rows], table.y[rows])
            self._levels[name] = Level(clear, faded, rows, grid)
        return self._levels[name]

    def _group(self, can_join: Bools, level: float) -> Groups:
        table = self.table
        rows = np.flatnonzero(can_join)
        made = group(table.x[rows], table.y[rows], table.awaiting[rows], level)
        member_of = np.full(len(table.marks), -1, np.int64)
        member_of[rows] = made.member_of
        return made._replace(member_of=member_of)

    # --- asking ------------------------------------------------------------------------------

    def select(self, mark_id: bytes | None) -> None:
        if mark_id != self.selected:
            self.selected = mark_id
            # The selected mark leaves its group, so that the pin has its own place.
            self._levels.clear()

    def place_of(self, mark_id: bytes | None) -> tuple[float, float] | None:
        """Return the pixel at which the last frame showed a mark, None when it did not."""
        row = self.table.row_of.get(mark_id or b"")
        if row is None:
            return None
        at = np.flatnonzero(self.shown.rows == row)
        return (float(self.shown.px[at[0]]), float(self.shown.py[at[0]])) if len(at) else None

    def hit(self, px: float, py: float) -> Hit | None:
        """Return what a click at a pixel means: the topmost mark under it, else the nearest.

        Marks are drawn 28 px wide and hit 44 px wide.  Faded ones are not hit.
        """
        distance = np.hypot(self.shown.px - px, self.shown.py - py)
        under = np.flatnonzero(distance <= self.size + 3)
        if len(under):
            return Hit(self.table.marks[self.shown.rows[under[-1]]], [])
        near = [g for g in self.shown_groups if np.hypot(g.px - px, g.py - py) <= g.radius + 3]
        if near:
            return Hit(None, self._members(near[-1].number))
        if len(distance) and distance.min() <= TARGET_PX:
            return Hit(self.table.marks[self.shown.rows[int(distance.argmin())]], [])
        return None

    def _members(self, number: int) -> list[Mark]:
        return [self.table.marks[row] for row in self._painted_groups.members(number)]


def draw_centred(painter: QPainter, image: QImage, px: float, py: float) -> None:
    """Draw a picture around a pixel, on whole device pixels."""
    dpr = image.devicePixelRatio()
    width, height = image.width() / dpr, image.height() / dpr
    x, y = round((px - width / 2) * dpr) / dpr, round((py - height / 2) * dpr) / dpr
    painter.drawImage(QPointF(x, y), image)
