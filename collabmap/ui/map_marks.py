"""Keep the marks on the map equal to the project: all at opening, then what Effects name."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from collabmap.domain.effect import MAX_LISTED, Effect
from collabmap.domain.mark_columns import IS_SHAPE, NO_MARKS, MarkColumns

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.domain.geo import Bbox
    from collabmap.domain.mark_cells import MarkCells
    from collabmap.ui.main_window import MainWindow

# Up to here columns are patched at once, in less than a millisecond or two.
FEW = 10_000


class MapMarks(QObject):
    """located: where the places of a project lie is known: their extent, a Bbox or None.

    loaded: all marks are read.  changed: `columns` are others.  One read at a time: what arrives
    meanwhile waits, so that an older answer never comes last.
    """

    located = Signal(object)
    loaded = Signal()
    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.columns: MarkColumns | None = None
        self._window = window
        self._is_reading = False
        self._wants_all = False
        self._ids: set[bytes] = set()

    def load(self) -> None:
        """Read every mark of the open project."""
        if self._window.lanes is not None:
            self._window.tasks.read(
                lambda reader: reader.mark_cells(), self._on_cells, self._on_failed, owner=self
            )
        self._wants_all = True
        self._read_next()

    def forget(self) -> None:
        """Empty the map: the project is closed."""
        self._is_reading = self._wants_all = False
        self._ids = set()
        self._window.map.set_columns(NO_MARKS)
        self.columns = None
        self.changed.emit()

    def follow(self, effect: Effect) -> None:
        """Read again what an effect names."""
        if effect.features is None or len(self._ids) + len(effect.features) > MAX_LISTED:
            self._wants_all = True
        elif effect.features:
            self._ids |= effect.features
        self._read_next()

    def _read_next(self) -> None:
        if self._is_reading or self._window.lanes is None:
            return
        if self._wants_all:
            self._wants_all, self._ids = False, set()
            self._is_reading = True
            self._window.tasks.read(_read_all, self._on_all, self._on_failed, owner=self)
        elif self._ids:
            ids = frozenset(self._ids)
            self._ids = set()
            self._is_reading = True
            self._window.tasks.read(
                lambda reader: _read_some(reader, ids),
                self._on_some,
                self._on_failed,
                owner=self,
            )

    def _on_cells(self, cells: "MarkCells | None") -> None:
        if cells is not None and self.columns is None:
            self.located.emit(cells.extent())
            self._window.map.set_cells(cells)

    def _on_all(self, answer: "tuple[MarkColumns, Bbox | None]") -> None:
        columns, extent = answer
        # First the view, so that what it shows is made first.
        self.located.emit(extent)
        self._show(columns)
        self.loaded.emit()
        self._read_next()

    def _on_some(self, answer: tuple[MarkColumns, list[bytes]]) -> None:
        changed, removed = answer
        before = self.columns or NO_MARKS
        self._window.map.update_marks(changed, removed)
        if len(before) <= FEW:
            self._on_patched(before.patched(changed, removed))
            return
        self._window.tasks.beside(
            lambda: before.patched(changed, removed),
            self._on_patched,
            self._on_failed,
            owner=self,
        )

    def _on_patched(self, columns: MarkColumns) -> None:
        self._show(columns)
        self._read_next()

    def _show(self, columns: MarkColumns) -> None:
        self._is_reading = False
        self.columns = columns
        self._window.map.set_columns(columns)
        self.changed.emit()

    def _on_failed(self, error: object) -> None:
        self._is_reading = False
        self._window.tasks.failed.emit(error)


def _read_all(reader: "Reader") -> "tuple[MarkColumns, Bbox | None]":
    """Return all marks, and what the map opens at: its territory, else the box around all."""
    columns = reader.mark_columns()
    if (territory := reader.territory()) is not None:
        return columns, territory.box
    has_shapes = bool((columns.flags & IS_SHAPE).any())
    return columns, reader.extent() if has_shapes else columns.extent()


def _read_some(reader: "Reader", ids: frozenset[bytes]) -> tuple[MarkColumns, list[bytes]]:
    """Return (marks to draw again, ids no longer on the map)."""
    changed = reader.mark_columns_of(ids)
    return changed, list(ids.difference(changed.id(index) for index in range(len(changed))))
