"""The list of places: one view with one delegate, bound to the map by id.

Under the places of the project it shows what else a search has found: streets, addresses, towns.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent

from collabmap.domain.feature import PlaceRow
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.widgets.long_list import LongList
from collabmap.ui.widgets.place_delegate import ROW_PX, PlaceDelegate
from collabmap.ui.widgets.place_model import Index, PlaceModel, Rows

if TYPE_CHECKING:
    from collabmap.app.place_search import FoundPlace

# Letters that are typed one after the other belong together for so long.
_TYPING_MS = 1000


class PlaceList(LongList):
    """lit_changed: id under the pointer or keyboard focus, None for none.  opened: id.

    picked: a FoundPlace was clicked or chosen with Enter.  left_upwards: the arrow up was pressed
    in the first row.  menu_wanted: the PlaceRow of a line, and where on the screen.  typed: letters
    that a name should begin with.
    """

    lit_changed = Signal(object)
    opened = Signal(object)
    picked = Signal(object)
    left_upwards = Signal()
    menu_wanted = Signal(object, QPoint)
    typed = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__(look.px(ROW_PX))
        self.places = PlaceModel(theme, self)
        self.lit: bytes | None = None
        self._letters = ""
        # The row to open as soon as its line has come.
        self._to_open: int | None = None
        self.setModel(self.places)
        self.setItemDelegate(PlaceDelegate(self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._forget_letters)
        self.entered.connect(lambda index: self.lit_changed.emit(self.id_at(index)))
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)
        self.places.dataChanged.connect(self._on_lines)

    # --- what is listed ------------------------------------------------------------------

    def follow_theme(self, theme: Theme) -> None:
        self.places.theme = theme
        self.viewport().update()

    def set_order(
        self, order: Rows, near: LngLat | None, person: bytes | None, *, from_top: bool = False
    ) -> None:
        """List other rows.

        The row that had the keyboard keeps it, and its place on the screen, if it is still there;
        from_top: else the list begins anew, as for another view of the map.
        """
        with self._in_place(from_top=from_top):
            self.places.set_order(order, near, person)
        self.viewport().update()

    def set_found(self, found: "Sequence[FoundPlace]") -> None:
        """Show what a search has found on the map, under the places."""
        with self._in_place(from_top=False):
            self.places.set_found(found)

    @contextmanager
    def _in_place(self, *, from_top: bool) -> Iterator[None]:
        """Keep current row and scroll position over another order, as far as rows stay."""
        before = self.places.order
        current, seen = self.currentIndex().row(), self.ranks_in_view()
        # What the eye holds on to: the row with the keyboard, else the first that is seen.
        is_held = current in seen
        anchor = current if is_held else seen.start
        height = anchor * self._row_px - self.verticalOffset()
        rows = [int(before[n]) if 0 <= n < len(before) else None for n in (current, anchor)]
        yield
        if self.places.order is before and self.currentIndex().row() == current:
            return
        rank, anchor = (self.places.rank_of(row) for row in rows)
        self.executeDelayedItemsLayout()
        if rank >= 0:
            self.setCurrentIndex(self.places.index(rank))
        if anchor >= 0 and (is_held or not from_top):
            self.verticalScrollBar().setValue(anchor * self._row_px - height)
        elif from_top:
            self.verticalScrollBar().setValue(0)

    def ranks_wanted(self) -> set[int]:
        """Return the places of the list whose lines are needed now."""
        others = {self.currentIndex().row(), self.places.rank_of(self._to_open)}
        return {*self.ranks_in_view(), *others} - {-1}

    def id_at(self, index: Index) -> bytes | None:
        """Return the id of the place in a row, None where there is none or it is not known yet."""
        line = self._line_at(index)
        return line.id if line is not None else None

    def _line_at(self, index: Index) -> PlaceRow | None:
        is_place = index.isValid() and index.row() < len(self.places.order)
        return self.places.place(index.row()) if is_place else None

    def _on_lines(self) -> None:
        rank = self.places.rank_of(self._to_open)
        if rank >= 0 and (feature := self.id_at(self.places.index(rank))) is not None:
            self._to_open = None
            self.opened.emit(feature)

    def _on_activated(self, index: Index) -> None:
        self._to_open = None
        if (feature := self.id_at(index)) is not None:
            self.opened.emit(feature)
        elif (found := self.places.found_at(index)) is not None:
            self.picked.emit(found)
        elif index.isValid():
            self._to_open = int(self.places.order[index.row()])

    def open_row(self, rank: int) -> None:
        """Do what Enter does in a row, as far as there is one."""
        index = self.places.index(rank)
        if index.isValid():
            self._on_activated(index)

    def go_to(self, rank: int) -> None:
        """Put the keyboard on a row and show it."""
        index = self.places.index(rank)
        if index.isValid():
            self.setCurrentIndex(index)

    def light(self, feature: bytes | None) -> None:
        """Show a place as pointed at (on the map)."""
        self.lit = feature
        self.viewport().update()

    # --- the keyboard and the pointer ----------------------------------------------------

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self.lit_changed.emit(self.id_at(current))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Not for the mouse: the list would scroll away from under a click.
        by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not by_mouse and not self.currentIndex().isValid() and self.places.rowCount():
            self.setCurrentIndex(self.places.index(0))
        self.lit_changed.emit(self.id_at(self.currentIndex()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by_shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
        elif event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and by_shift):
            self._ask_for_menu(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, letters: str) -> None:
        # Qt's own would go through a million rows, whose names have not even been read.
        self._letters += letters
        self._typing.start()
        self.typed.emit(self._letters)

    def _forget_letters(self) -> None:
        self._letters = ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._ask_for_menu(self.currentIndex())
        else:
            self._ask_for_menu(self.indexAt(event.pos()), event.globalPos())

    def _ask_for_menu(self, index: Index, where: QPoint | None = None) -> None:
        if (line := self._line_at(index)) is not None:
            middle = self.viewport().mapToGlobal(self.visualRect(index).center())
            self.menu_wanted.emit(line, where or middle)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.lit_changed.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.lit_changed.emit(None)
