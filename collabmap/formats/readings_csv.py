"""Measurements in a table: what its columns are, and what each line says.

What is understood is told before anything is taken, so nothing here raises for a cell: a line that
cannot be taken says why, by a code with its sentence in app/reading_words.py, and can be given back
as a table (app/readings_files.py).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from collabmap.domain.reading_batch import EARLIEST_S, LATEST_S, MAX_DEVICE, MAX_NOTE, Reading
from collabmap.domain.reading_times import (
    Calendar,
    Moment,
    Order,
    Unreal,
    Zone,
    clock_of,
    day_of,
    has_clock,
    moment_of,
    month_first,
)
from collabmap.domain.theme import Field
from collabmap.domain.written_numbers import converted, read_number
from collabmap.domain.written_times import plain
from collabmap.formats.table_file import TableFile

Kind = Literal[
    "none", "moment", "day", "clock", "value", "unit", "quantity", "place", "device", "note"
]
# Why a line, or a value of it, is not taken; `outside` and `twice` are only said.
Code = Literal[
    "no-time", "time-impossible", "time-unreal", "number-unreadable", "unit-unknown",
    "unit-other", "no-place", "place-unknown", "place-unclear", "quantity-unknown", "outside",
]  # fmt: skip
# Cells by which people and loggers say that there is no value.
_NOTHING = frozenset(
    {"-", "--", "/", "na", "n/a", "nan", "nd", "n.d.", "null", "none", "vide", "?"}
)
# Words in heads, plain.  A column of the first kind that fits is of it.
_HEADS: tuple[tuple[Kind, str], ...] = (
    ("unit", r"unites?( de mesure)?|units?"),
    ("quantity", r"polluants?|grandeurs?|parametres?|pollutants?|quantit(y|e)|variables?"
                 r"|mesurandes?"),
    ("place", r"((nom|code|id) )?(du |de la )?(sites?|stations?|lieux?|points?|compteurs?|places?"
              r"|locations?|counters?)( (name|nom|id|code))?|nom"),
    ("device", r"appareils?|capteurs?|instruments?|sondes?|devices?|sensors?|materiel"),
    ("note", r"notes?|remarques?|commentaires?|observations?|comments?|remarks?"),
    ("value", r"valeurs?|values?|mesures?|measurements?|resultats?|concentrations?|comptages?"
              r"|counts?"),
)  # fmt: skip
_TIME_HEAD = re.compile(r"(date|heure|jour|time|timestamp|horodat|instant|day|hour|debut|moment)")
_END_HEAD = re.compile(r"\bfin\b|\bend\b")
_UNIT_IN_HEAD = re.compile(r"[(\[]\s*([^)\]]+?)\s*[)\]]\s*$")
_LOOKED_AT = 200
# One of each kind.
_UNITS = (
    "m", "m²", "l", "g", "s", "µg/m³", "Mbit/s", "W", "kWh", "°C", "°F", "K", "%", "dB", "dBm",
    "ppm", "ppb", "hPa", "mbar", "Pa", "m/s", "km/h", "V", "mV", "A", "lx", "lux", "Bq/m³", "Hz",
    "°", "mm/h", "l/s", "m³/s", "µS/cm", "mg/l", "µg/l", "pH", "NTU", "€", "ms", "/h", "#/cm³",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is.  field: id of the quantity of a value, '' for that of the line.

    unit: of a value, '' for that of the line or of the quantity.
    """

    kind: Kind = "none"
    field: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read.  columns: one each.  place: of lines that name none, None for none.

    field: id of the quantity of values that say none.  order: of day and month.
    """

    columns: tuple[Column, ...]
    zone: Zone = "local"
    order: Order = "day-first"
    place: bytes | None = None
    field: str = ""

    def has(self, *kinds: Kind) -> bool:
        """Whether a column is of one of some kinds."""
        return any(column.kind in kinds for column in self.columns)


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


def says_value(cell: str) -> bool:
    """Whether a cell is a number or a time, as heads and units never are."""
    cell = cell.strip()
    read = read_number(cell, "fr")
    return (read is not None and not read[1]) or moment_of(cell) is not None


# --- what the columns are ---------------------------------------------------------------------


def guess(
    table: TableFile, fields: Sequence[Field], names: Mapping[str, Sequence[bytes]]
) -> Layout:
    """Return what the columns seem to be.

    fields: the quantities of the map.  names: as `understand` wants them.
    """
    samples = [table.column(index, _LOOKED_AT) for index in range(len(table.heads))]
    order: Order = "month-first" if any(map(month_first, samples)) else "day-first"
    columns = _times(table, samples, order)
    at = _place_column(table, samples, columns, names)
    if at is not None:
        columns[at] = Column("place")
    for index, head in enumerate(table.heads):
        if index not in columns and (kind := _by_head(head)) not in (None, "value"):
            is_free = all(column.kind != kind for column in columns.values())
            columns[index] = Column(kind if is_free and kind is not None else "none")
    _guess_values(table, samples, fields, columns)
    whole = tuple(columns.get(index, Column()) for index in range(len(table.heads)))
    return Layout(whole, order=order, field=fields[0].id if len(fields) == 1 else "")


def _place_column(
    table: TableFile,
    samples: Sequence[Sequence[str]],
    columns: Mapping[int, Column],
    names: Mapping[str, Sequence[bytes]],
) -> int | None:
    """Return the column whose cells name places best: an id rather than a name, if it has both."""

    def fit(index: int) -> int:
        return sum(len(names.get(plain(cell), ())) == 1 for cell in samples[index])

    free = [index for index in range(len(samples)) if index not in columns]
    named = [index for index in free if _by_head(table.heads[index]) == "place"]
    naming = [i for i in free if _share(samples[i], lambda cell: plain(cell) in names)]
    return max(naming or named, key=fit, default=None)


def _times(table: TableFile, samples: Sequence[Sequence[str]], order: Order) -> dict[int, Column]:
    """Return the column that says when, or the two."""
    starts = [i for i, head in enumerate(table.heads) if not _END_HEAD.search(plain(head))]
    named = [i for i in starts if _TIME_HEAD.search(plain(table.heads[i]))]
    others = [i for i in starts if i not in named and not any(map(_is_bare, samples[i][:20]))]

    def says_when(index: int) -> bool:
        return _share(samples[index], lambda cell: moment_of(cell, order) is not None)

    days = [index for index in (*named, *others) if says_when(index)]
    if not days:
        return {}
    day = next((i for i in days if _share(samples[i], has_clock)), days[0])
    if _share(samples[day], has_clock):
        return {day: Column("moment")}
    clocks = [
        i for i in named if i != day and _share(samples[i], lambda c: clock_of(c) is not None)
    ]
    if not clocks:
        clocks = [i for i in others if i != day and _share(samples[i], lambda c: ":" in c)]
    if clocks:
        return {day: Column("day"), clocks[0]: Column("clock")}
    return {day: Column("moment")}


def _is_bare(cell: str) -> bool:
    """Whether a cell is a number alone, which only heads make a time."""
    return re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", cell) is not None


def _share(cells: Sequence[str], is_so: Callable[[str], bool], least: float = 0.6) -> bool:
    return bool(cells) and sum(map(is_so, cells)) >= least * len(cells)


def _by_head(head: str) -> Kind | None:
    words = re.sub(r"[_\s]+", " ", plain(head)).strip()
    return next((kind for kind, told in _HEADS if re.fullmatch(told, words)), None)


def _guess_values(
    table: TableFile,
    samples: Sequence[Sequence[str]],
    fields: Sequence[Field],
    columns: dict[int, Column],
) -> None:
    """Find the columns of values: by the quantities that their heads name, else by being alone."""
    numeric = [
        i
        for i, cells in enumerate(samples)
        if i not in columns and _share([c for c in cells if plain(c) not in _NOTHING], _is_amount)
    ]
    taken: set[str] = set()
    for index, head in enumerate(table.heads):
        if index in columns:
            continue
        unit = table.units[index] or _unit_of_head(head)
        free = [f for f in fields if f.id not in taken]
        # A head that is the name itself is believed, whatever stands below.
        found = quantity_of(head, free, is_whole=index not in numeric)
        if found is not None:
            taken.add(found.id)
            columns[index] = Column("value", found.id, unit)
    if any(column.kind == "value" for column in columns.values()):
        return
    named = [i for i in numeric if _by_head(table.heads[i]) == "value"]
    if named or len(numeric) == 1:
        index = (named or numeric)[0]
        unit = table.units[index] or _unit_of_head(table.heads[index])
        columns[index] = Column("value", "", unit)


def _is_amount(cell: str) -> bool:
    return read_number(cell.lstrip("<>≤≥~ "), "fr") is not None


def _unit_of_head(head: str) -> str:
    found = _UNIT_IN_HEAD.search(head)
    # What else a head has in brackets says more of the quantity.
    return found[1] if found and _is_unit(found[1]) else ""


def quantity_of(text: str, fields: Sequence[Field], *, is_whole: bool = False) -> Field | None:
    """Return the quantity that a head or a cell names, None for none or for more than one.

    is_whole: only one whose name it is, not one whose name it is a part of.
    """
    words = _words(_UNIT_IN_HEAD.sub("", text))
    if not words:
        return None
    for whole in (True,) if is_whole else (True, False):
        found = [f for f in fields if any(_names(words, _words(name), is_whole=whole)
                                          for name in (f.id, f.label_fr, f.label_en))]  # fmt: skip
        if len(found) == 1:
            return found[0]
    return None


def _words(text: str) -> tuple[str, ...]:
    # « PM2,5 », « PM2.5 » and « pm25 » are one name.
    joined = re.sub(r"(?<=\d)[.,](?=\d)", "", plain(text))
    return tuple(re.findall(r"[a-z0-9]+", joined))


def _names(said: tuple[str, ...], known: tuple[str, ...], *, is_whole: bool) -> bool:
    """Whether words name a thing: all of its words, or else one is within the other."""
    if not known:
        return False
    if is_whole:
        return said == known or "".join(said) == "".join(known)
    return set(said) <= set(known) or set(known) <= set(said)


# --- what the lines say -----------------------------------------------------------------------


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
        filled = [(i, c) for i, c in self._values if plain(cells[i]) not in _NOTHING | {""}]
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
            self._refuse(row, self._written(cells)[1], "time-unreal", self._written(cells)[2])
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
            code: Code = "unit-other" if _is_unit(said) else "unit-unknown"
            self._refuse(row, index, code, said, quantity.unit)
            return None
        return float(amount)

    def _text(self, cells: Sequence[str], kind: str, most: int) -> str:
        at = self._at[kind]
        return " ".join(cells[at].split())[:most] if at is not None else ""


def _is_unit(text: str) -> bool:
    """Whether a word is a unit that is known, of whatever kind."""
    return any(converted(1, text, unit) is not None for unit in _UNITS)


def refused_rows(table: TableFile, understood: Understood) -> Iterator[list[str]]:
    """Yield the lines that were not taken whole, as they stood."""
    for row in understood.refused_rows:
        yield table.rows[row]
