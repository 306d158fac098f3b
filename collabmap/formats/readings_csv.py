"""Measurements in a table: what each line says, once it is known what the columns are.

What is understood is told before anything is taken, so nothing here raises for a cell: a line that
cannot be taken says why, by a code with its sentence in app/reading_words.py, and can be given back
as a table (app/readings_files.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from collabmap.domain.reading_batch import EARLIEST_S, LATEST_S, MAX_DEVICE, MAX_NOTE, Reading
from collabmap.domain.reading_times import (
    Calendar,
    Moment,
    Unreal,
    clock_of,
    day_of,
    moment_of,
)
from collabmap.domain.theme import Field
from collabmap.domain.written_numbers import converted, read_number
from collabmap.domain.written_times import plain
from collabmap.formats.readings_columns import NOTHING, Column, Layout, is_unit, quantity_of
from collabmap.formats.table_file import TableFile

# Why a line, or a value of it, is not taken; `outside` and `twice` are only said.
Code = Literal[
    "no-time", "time-impossible", "time-unreal", "number-unreadable", "unit-unknown",
    "unit-other", "no-place", "place-unknown", "place-unclear", "quantity-unknown", "outside",
]  # fmt: skip


class Problem(NamedTuple):
    """Something wrong in a line.  row: index into the table.  column: its index, -1 for the line.

    text: what stood there.  details: for the sentence.
    """

    row: int
    column: int
    code: Code
    text: str
    details: str = ""


class Taken(NamedTuple):
    """A reading of a line, with the place and the quantity (id) that it is of."""

    row: int
    place: bytes
    field: str
    reading: Reading


@dataclass(slots=True)
class Understood:
    """What a table says.  refused: what is not taken; warned: what is, and looks wrong.

    empty: how many cells for values say nothing.
    """

    taken: list[Taken] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    warned: list[Problem] = field(default_factory=list)
    empty: int = 0

    @property
    def refused_rows(self) -> list[int]:
        """Return the lines of which something is not taken, in order."""
        return sorted({problem.row for problem in self.refused})


def understand(
    table: TableFile,
    layout: Layout,
    fields: Sequence[Field],
    names: Mapping[str, Sequence[bytes]],
    here: tzinfo | None = None,
) -> Understood:
    """Return what the lines of a table say, read in one way.

    fields: the quantities of the map.  names: places by what cells may call them, plain; more than
    one where a name is not enough.  here: the zone of this computer, None for its own.
    """
    return _Reader(table, layout, fields, names, here).read()


class _Reader:
    def __init__(
        self,
        table: TableFile,
        layout: Layout,
        fields: Sequence[Field],
        names: Mapping[str, Sequence[bytes]],
        here: tzinfo | None,
    ) -> None:
        self._table, self._layout, self._names = table, layout, names
        self._fields = {each.id: each for each in fields}
        self._quantities: dict[str, Field | None] = {}
        self._calendar = Calendar(layout.zone, here)
        self._language = "en" if table.separator == "," else "fr"
        self._at = {
            kind: next((i for i, c in enumerate(layout.columns) if c.kind == kind), None)
            for kind in ("moment", "day", "clock", "unit", "quantity", "place", "device", "note")
        }
        self._values = [(i, c) for i, c in enumerate(layout.columns) if c.kind == "value"]
        # Per series, the time before as it was written: an hour that was twice is told by it.
        self._before: dict[object, datetime] = {}
        self._turned: set[object] = set()
        self._is_backwards = self._runs_backwards()
        self.found = Understood()

    def read(self) -> Understood:
        for row, cells in enumerate(self._table.rows):
            self._line(row, cells)
        return self.found

    def _line(self, row: int, cells: list[str]) -> None:
        filled = [(i, c) for i, c in self._values if plain(cells[i]) not in NOTHING | {""}]
        self.found.empty += len(self._values) - len(filled)
        if not filled:
            return
        moment = self._moment(row, cells)
        if moment is None:
            return
        place = self._place(row, cells)
        if place is None:
            return
        for index, column in filled:
            self._value(row, cells, index, column, moment, place)

    def _refuse(self, row: int, column: int, code: Code, text: str, details: str = "") -> None:
        self.found.refused.append(Problem(row, column, code, text, details))

    # --- when -----------------------------------------------------------------------------

    def _written(self, cells: Sequence[str]) -> tuple[Moment | None, int, str]:
        """Return when a line is, the column that says it, and what stands there."""
        order = self._layout.order
        if (at := self._at["moment"]) is not None:
            return moment_of(cells[at], order), at, cells[at].strip()
        day, clock = self._at["day"], self._at["clock"]
        if day is None:
            return None, -1, ""
        text = " ".join(cells[i].strip() for i in (day, clock) if i is not None)
        found = day_of(cells[day], order)
        after = clock_of(cells[clock]) if clock is not None else None
        if found is None or (clock is not None and after is None):
            return None, clock if found is not None and clock is not None else day, text
        midnight = moment_of(found.isoformat())
        assert midnight is not None
        return Moment(midnight.at + after if after else midnight.at), day, text

    def _moment(self, row: int, cells: Sequence[str]) -> Moment | None:
        moment, column, text = self._written(cells)
        if moment is None:
            self._refuse(row, column, "time-impossible" if text else "no-time", text)
        return moment

    def _runs_backwards(self) -> bool:
        rows = self._table.rows
        ends = [self._written(rows[i])[0] for i in (0, -1)] if rows else []
        first, last = ends if len(ends) == 2 else (None, None)
        return first is not None and last is not None and first.at > last.at

    def _second(self, moment: Moment, series: object) -> int:
        """Return when it was; of an hour that was twice, once all of it has passed, the second."""
        if not self._calendar.is_twice(moment):
            self._before.pop(series, None)
            self._turned.discard(series)
            return self._calendar.second_of(moment)
        before = self._before.get(series)
        if before is not None:
            is_again = moment.at >= before if self._is_backwards else moment.at <= before
            self._turned |= {series} if is_again else set()
        self._before[series] = moment.at
        is_second = (series in self._turned) != self._is_backwards
        return self._calendar.second_of(moment, is_second=is_second)

    # --- where ----------------------------------------------------------------------------

    def _place(self, row: int, cells: Sequence[str]) -> bytes | None:
        at = self._at["place"]
        text = cells[at].strip() if at is not None else ""
        if not text:
            if self._layout.place is None:
                self._refuse(row, -1 if at is None else at, "no-place", "")
            return self._layout.place
        found = self._names.get(plain(text), ())
        if len(found) == 1:
            return found[0]
        assert at is not None
        self._refuse(row, at, "place-unclear" if found else "place-unknown", text)
        return None

    # --- what -----------------------------------------------------------------------------

    def _value(
        self,
        row: int,
        cells: Sequence[str],
        index: int,
        column: Column,
        moment: Moment,
        place: bytes,
    ) -> None:
        text = cells[index].strip()
        quantity = self._quantity(row, cells, column)
        if quantity is None:
            return
        amount = self._amount(row, cells, index, column, quantity)
        if amount is None:
            return
        device = self._text(cells, "device", MAX_DEVICE)
        try:
            at_s = self._second(moment, (place, quantity.id, device))
        except Unreal:
            # Of a year that the clock cannot reckon with no hour was left out.
            is_real = 1 < moment.at.year < 9999
            code: Code = "time-unreal" if is_real else "time-impossible"
            self._refuse(row, self._written(cells)[1], code, self._written(cells)[2])
            return
        if not EARLIEST_S <= at_s <= LATEST_S:
            self._refuse(row, self._written(cells)[1], "time-impossible", self._written(cells)[2])
            return
        least, most = quantity.minimum, quantity.maximum
        if (least is not None and amount < least) or (most is not None and amount > most):
            self.found.warned.append(Problem(row, index, "outside", text, quantity.id))
        reading = Reading(at_s, amount, device, self._text(cells, "note", MAX_NOTE))
        self.found.taken.append(Taken(row, place, quantity.id, reading))

    def _quantity(self, row: int, cells: Sequence[str], column: Column) -> Field | None:
        at = self._at["quantity"]
        if column.field or at is None or not cells[at].strip():
            found = self._fields.get(column.field or self._layout.field)
            if found is None:
                self._refuse(row, -1, "quantity-unknown", "")
            return found
        text = cells[at].strip()
        if text not in self._quantities:
            self._quantities[text] = quantity_of(text, list(self._fields.values()))
        if self._quantities[text] is None:
            self._refuse(row, at, "quantity-unknown", text)
        return self._quantities[text]

    def _amount(
        self, row: int, cells: Sequence[str], index: int, column: Column, quantity: Field
    ) -> float | None:
        text = cells[index].strip()
        read = read_number(text, self._language)
        if read is None:
            self._refuse(row, index, "number-unreadable", text)
            return None
        number, written = read
        at = self._at["unit"]
        said = written or (cells[at].strip() if at is not None else "") or column.unit
        # Without a unit of its own a quantity is a count: what a head adds in brackets is no unit.
        amount = number if not quantity.unit else converted(number, said, quantity.unit)
        if amount is None:
            code: Code = "unit-other" if is_unit(said) else "unit-unknown"
            self._refuse(row, index, code, said, quantity.unit)
            return None
        return float(amount)

    def _text(self, cells: Sequence[str], kind: str, most: int) -> str:
        at = self._at[kind]
        return " ".join(cells[at].split())[:most] if at is not None else ""


def refused_rows(table: TableFile, understood: Understood) -> Iterator[list[str]]:
    """Yield the lines that were not taken whole, as they stood."""
    for row in understood.refused_rows:
        yield table.rows[row]
