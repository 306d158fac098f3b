"""Which marks are grouped with which, at each zoom: kept until something changes.

What a large map needs for this is made in a worker; until it is there, the map stays as it was.
What changed meanwhile, is selected or has a badge is taken out of the groups of the rest.
"""

import math
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np

from collabmap.domain.mark_cells import MarkCells
from collabmap.domain.mark_columns import IdIndex, MarkColumns, ids_of
from collabmap.render.camera import world_arrays
from collabmap.render.crowds import Bools, Ints
from collabmap.render.groups import ALL_SHOWN_ZOOM
from collabmap.render.hierarchy import Box, Hierarchy
from collabmap.render.mark_scene import CellsPart, LargePart, LoosePart, Part, without
from collabmap.ui.map.mark_builder import MarkBuilder
from collabmap.ui.map.mark_table import FEW, MarkTable, Whole

# So long a change waits for others before all marks are put in order again.
PAUSE_S = 1.5


class Scene(NamedTuple):
    """The marks of one zoom."""

    faded: list[Part]
    clear: list[Part]


class Clear(NamedTuple):
    """Which marks are not faded: by their numbers in the project file, or by their ids."""

    numbers: Ints
    ids: frozenset[bytes]

    @property
    def is_large(self) -> bool:
        return len(self.numbers) + len(self.ids) > FEW

    def of(self, columns: MarkColumns, index: IdIndex) -> Bools:
        """Return which entries of columns are clear."""
        is_clear = np.zeros(len(columns), np.bool_)
        if len(columns):
            at = np.minimum(np.searchsorted(columns.row, self.numbers), len(columns) - 1)
            is_clear[at[columns.row[at] == self.numbers]] = True
            found = index.find(ids_of(self.ids))
            is_clear[found[found >= 0]] = True
        return is_clear


class Fading(NamedTuple):
    """Which marks of the whole are clear, and a large map's hierarchies of these and of others."""

    is_clear: Bools
    clear: Hierarchy | None = None
    faded: Hierarchy | None = None

    @classmethod
    def of(cls, whole: Whole, clear: Clear) -> "Fading":
        is_clear = clear.of(whole.columns, whole.ids)
        if whole.hierarchy is None or not clear.is_large:
            return cls(is_clear)
        parts = (np.flatnonzero(is_clear), np.flatnonzero(~is_clear))
        return cls(is_clear, *(Hierarchy(whole.x, whole.y, whole.awaiting, p) for p in parts))


class MarkScenes:
    """The groups that the map shows; `table` holds the marks."""

    def __init__(self, table: MarkTable, changed: Callable[[], object]) -> None:
        """changed: called when the worker has made something new to paint."""
        self.selected: bytes | None = None
        self.badges: dict[bytes, str] = {}
        # Rows of the marks with a badge, ascending.
        self.badge_rows = _NONE
        self.builder = MarkBuilder()
        self._table = table
        self._changed = changed
        # What is wanted; the table's whole and `_fading` are what is shown.
        self._columns = table.whole.columns
        self._cells: MarkCells | None = None
        self._clear: Clear | None = None
        self._fading: Fading | None = None
        # How often the map was emptied or filled at once: what was asked for before is too late.
        self._beginnings = 0
        self._updates = 0
        self._scenes: dict[tuple[float, bool], Scene] = {}

    # --- what there is -----------------------------------------------------------------------

    def set_columns(self, columns: MarkColumns, zoom: float) -> None:
        """Show all marks of a map; a large one once it is in order.

        zoom: where one looks from, which is made first where nothing is shown yet.
        """
        self._columns = columns
        if len(columns) > FEW:
            is_update = len(self._table) > 0
            self._ask(None if is_update else zoom, is_update=is_update)
            return
        self._beginnings += 1
        self._show(Whole.of(columns), self._updates)
        self._fade_at_once()

    def set_cells(self, cells: MarkCells) -> None:
        """Show how many marks lie where, until they are there themselves."""
        if not len(self._table):
            self._cells = cells
            self._forget()

    @property
    def is_empty(self) -> bool:
        return self._cells is None and not len(self._table)

    @property
    def is_shown(self) -> bool:
        """Whether the marks are shown as they should be, if maybe not yet for other zooms."""
        is_newest = self._table.whole.columns is self._columns and self._clear is None
        return is_newest or not self.builder.is_busy

    @property
    def has_places(self) -> bool:
        """Whether all places are shown, if only as numbers."""
        return self._cells is not None or self._table.whole.columns is self._columns

    def update(self, changed: MarkColumns, removed: Collection[bytes]) -> None:
        """Show some marks otherwise, until `set_columns` brings them with all others."""
        self._updates += 1
        self._table.update(changed, removed)
        self._forget()

    def set_clear(self, clear: Clear | None) -> None:
        """Fade all marks but these; None fades none."""
        self._clear = clear
        is_large = clear is not None and clear.is_large
        if not is_large or self._table.whole.hierarchy is None:
            self._fade_at_once()
        if is_large and len(self._columns) > FEW:
            self._ask()

    @property
    def fades_some(self) -> bool:
        """Whether all marks but some are faded."""
        return self._clear is not None

    def set_badges(self, badges: Mapping[bytes, str]) -> None:
        """Mark some, which never join a group then."""
        self.badges = dict(badges)
        self._forget()

    def select(self, mark_id: bytes | None) -> None:
        """Take a mark out of its group, so that its pin has its own place."""
        if mark_id != self.selected:
            self.selected = mark_id
            self._forget()

    def _ask(self, first: float | None = None, *, is_update: bool = False) -> None:
        """Make in the worker what a large map needs.  first: see Whole.of.

        is_update: what changed is shown over the rest already, so it is put in order once for
        several changes: somebody who decides one thing after another needs the processor more.
        """
        columns, clear = self._columns, self._clear
        beginning, updates = self._beginnings, self._updates
        # Only the worker holds on to what is shown now, so that it is let go there.
        here = [self._table.whole]

        def work() -> Callable[[], Whole | None]:
            if is_update:
                self.builder.pause(PAUSE_S)
            shown = here.pop()
            is_same = shown.columns is columns
            if not is_same:
                whole = Whole.of(columns, first)
            else:
                whole = shown if shown.is_ready else shown.completed()
            is_new = whole is not shown
            del shown
            fading = Fading.of(whole, clear) if clear is not None and clear.is_large else None

            def adopt() -> Whole | None:
                is_wanted = clear is self._clear or not (self._clear and self._clear.is_large)
                if beginning != self._beginnings or not is_wanted:
                    # Another is under way.
                    return None
                before = self._table.whole
                if is_new:
                    self._show(whole, updates)
                if clear is self._clear and fading is not None:
                    self._fading = fading
                    self._forget()
                else:
                    self._fade_at_once()
                self._changed()
                if not whole.is_ready:
                    self._ask()
                return before

            return adopt

        self.builder.ask(work, is_patient=is_update)

    def _show(self, whole: Whole, updates: int) -> None:
        self._cells = None
        # What was changed while this was made is newer still; a preview stays while it is shown.
        self._table.set_whole(whole, self.badges if updates == self._updates else None)

    def _fade_at_once(self) -> None:
        clear = self._clear
        self._fading = None if clear is None else Fading.of(self._table.whole, clear)
        self._forget()

    def _forget(self) -> None:
        self._scenes.clear()
        rows = self._table.rows_of(self.badges)
        self.badge_rows = np.sort(rows[rows >= 0])

    # --- what is shown -----------------------------------------------------------------------

    def at(self, zoom: float, box: Box) -> Scene:
        """Return what a view shows.  box: of world units, to see how crowded it is."""
        is_grouped = zoom < ALL_SHOWN_ZOOM or any(
            hierarchy.level(zoom) is not None and hierarchy.is_crowded(box)
            for hierarchy, _ in self._hierarchies()
        )
        name = math.floor(zoom * 2) / 2 if is_grouped else ALL_SHOWN_ZOOM
        if (name, is_grouped) not in self._scenes:
            self._scenes[name, is_grouped] = self._made(name, is_grouped)
        return self._scenes[name, is_grouped]

    def _hierarchies(self) -> list[tuple[Hierarchy, bool]]:
        """Return hierarchies, and whether what they hold is faded."""
        fading, whole = self._fading, self._table.whole.hierarchy
        if fading is not None and fading.clear is not None and fading.faded is not None:
            return [(fading.clear, False), (fading.faded, True)]
        return [(whole, fading is not None)] if whole is not None else []

    def _made(self, zoom: float, is_grouped: bool) -> Scene:
        scene, table = Scene([], []), self._table
        if self._cells is not None:
            x, y = world_arrays(self._cells.lng, self._cells.lat)
            scene.clear.append(CellsPart(x, y, self._cells.counts, zoom))
        hierarchies = self._hierarchies()
        single = table.rows_of([*self.badges, *([self.selected] if self.selected else [])])
        single = np.unique(single[single >= 0])
        loose = [table.newer_rows()]
        if len(hierarchies) == 1 and self._fading is not None:
            # A few clear ones among faded ones.
            loose.append(without(np.flatnonzero(self._fading.is_clear), table.gone))
        elif not hierarchies:
            loose.append(table.rows_here())
        apart = np.unique(np.concatenate((table.gone, single, *loose)))
        for hierarchy, is_faded in hierarchies:
            level = hierarchy.level(zoom) if is_grouped else None
            part = LargePart(hierarchy, level, apart[apart < len(table.whole.columns)])
            (scene.faded if is_faded else scene.clear).append(part)
            loose.append(part.released)
        selected = np.array([table.row_of(self.selected)])
        for rows, at_zoom in (
            (without(np.concatenate(loose), single), zoom),
            (without(single, selected), ALL_SHOWN_ZOOM),
        ):
            is_clear = self._is_clear(rows)
            for parts, some in ((scene.faded, rows[~is_clear]), (scene.clear, rows[is_clear])):
                if len(some):
                    awaiting = table.awaiting(some)
                    parts.append(LoosePart(some, *table.positions(some), awaiting, at_zoom))
        return scene

    def _is_clear(self, rows: Ints) -> Bools:
        if self._fading is None or self._clear is None:
            return np.ones(len(rows), np.bool_)
        newer = self._table.newer
        return self._table.taken(
            rows, self._fading.is_clear, self._clear.of(newer, IdIndex(newer.ids))
        )


_NONE: Ints = np.empty(0, np.int64)
