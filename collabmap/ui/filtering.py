"""The filter of the open map: one for the list, the map and its legend, computed in a lane."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from collabmap.domain.map_filter import (
    EMPTY,
    Bools,
    Facets,
    MapFilter,
    Period,
    Rows,
    facets,
    mask,
    months,
)
from collabmap.domain.mark_columns import MarkColumns
from collabmap.domain.mark_order import Order
from collabmap.domain.name_index import NameIndex
from collabmap.ui.newest import Newest

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

# So many months are offered, the newest first.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter comes to.

    columns: those it was asked of; shown: which of them it shows, None for all.  nowhere: rows that
    it shows too, which are not on the map.  periods: today, these seven days, this month and
    others, each with its count.  names: of people, by id.  care: why rows need care, by row.
    """

    wanted: MapFilter
    columns: MarkColumns
    shown: Bools | None
    nowhere: Rows
    facets: Facets
    periods: dict[Period, int]
    names: dict[bytes, str]
    care: dict[int, str]


class FilterState(QObject):
    """changed: another filter was chosen.  answered: `answer` is what it comes to by now.

    sorted: the list has another order.  order: how it is sorted, kept here because the list is
    built anew with every language.
    """

    changed = Signal()
    answered = Signal()
    sorted = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.current = EMPTY
        self.order = Order.NEAREST
        self.answer: Filtered | None = None
        self._newest = Newest(window.tasks, self)
        self._names: tuple[MarkColumns, NameIndex] | None = None
        window.marks.changed.connect(self._ask)
        window.person_changed.connect(self._ask)
        window.project_changed.connect(self._on_project)
        window.mode_changed.connect(self.show_on_map)

    def set(self, wanted: MapFilter) -> None:
        """Show what this filter lets through, on the map and in the list."""
        if wanted != self.current:
            self.current = wanted
            self.changed.emit()
            self._ask()

    def sort(self, order: Order) -> None:
        """Sort the list otherwise."""
        if order != self.order:
            self.order = order
            self.sorted.emit()

    def counts(self) -> Facets | None:
        """Return what each choice would show, None until it is known."""
        return self.answer.facets if self.answer is not None else None

    def name_index(self, columns: MarkColumns) -> NameIndex:
        """Return the names of these columns, sorted; run in a lane, for the first time is slow."""
        known = self._names
        if known is None or known[0] is not columns:
            known = self._names = columns, NameIndex.of(columns)
        return known[1]

    def _on_project(self, _info: object) -> None:
        self.current, self.order, self.answer, self._names = EMPTY, Order.NEAREST, None, None
        self._newest.forget()
        self.changed.emit()
        self.show_on_map()
        self._ask()

    def _ask(self, _person: object = None) -> None:
        window, wanted = self._window, self.current
        columns = window.marks.columns
        if self._names is not None and self._names[0] is not columns:
            # A hundred megabytes of columns that nobody else has any more.
            self._names = None
        if columns is None or window.lanes is None:
            self.answer = None
            return
        person = window.person.id if window.person is not None else None
        today = date.today()
        self._newest.ask(
            lambda reader: answer(reader, columns, wanted, person, today), self._on_answer
        )

    def _on_answer(self, found: Filtered) -> None:
        if found.wanted != self.current:
            # Another one has been asked for since.
            return
        self.answer = found
        self.show_on_map()
        self.answered.emit()

    def show_on_map(self, _mode: str = "") -> None:
        """Fade what is left out, but not where a coordinator decides: there each mark counts."""
        found = self.answer
        is_off = found is None or found.shown is None or self._window.mode != "contribute"
        if is_off or found is None or found.shown is None:
            self._window.map.set_clear_rows(None)
        else:
            self._window.map.set_clear_rows(found.columns.row[found.shown])


def answer(
    reader: "Reader",
    columns: MarkColumns,
    wanted: MapFilter,
    person: bytes | None,
    today: date,
) -> Filtered:
    """Return what a filter comes to; run in a read lane."""
    rows = reader.rows_matching(wanted.text) if wanted.text.strip() else None
    care = {each.row: each.reason for each in reader.care()}
    care_rows = np.array(sorted(care), np.int64)
    offered = _periods(columns, today)
    asked = columns, wanted, person, rows, care_rows
    found = facets(*asked, offered)
    nowhere = np.zeros(0, np.int64)
    if replace(wanted, care=False).is_empty:
        # What lies nowhere has no mark that another choice could be asked about.
        nowhere = np.setdiff1d(care_rows, columns.row, assume_unique=True)
        found = replace(found, care=found.care + len(nowhere))
    if not wanted.care:
        nowhere = nowhere[:0]
    return Filtered(
        wanted,
        columns,
        None if wanted.is_empty else mask(*asked),
        nowhere,
        replace(found, total=found.total + len(nowhere), whole=found.whole + len(nowhere)),
        dict(zip(offered, found.periods, strict=True)),
        reader.names_of_people(),
        care,
    )


def _periods(columns: MarkColumns, today: date) -> Sequence[Period]:
    usual = usual_periods(today)
    this_month = usual["month"][0]
    return [*usual.values(), *(p for p in months(columns, MONTHS) if p[0] != this_month)]


def usual_periods(today: date) -> dict[str, Period]:
    """Return today, these seven days and this month."""
    return {
        "today": (today, today),
        "week": (today - timedelta(days=6), today),
        "month": (today.replace(day=1), today),
    }
