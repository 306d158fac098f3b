"""What the columns of a table of measurements are: guessed, and put right by a person."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from collabmap.domain.reading_times import Order, Zone, clock_of, has_clock, moment_of, month_first
from collabmap.domain.theme import Field
from collabmap.domain.written_numbers import converted, read_number
from collabmap.domain.written_times import plain
from collabmap.formats.table_file import TableFile

Kind = Literal[
    "none", "moment", "day", "clock", "value", "unit", "quantity", "place", "device", "note"
]
# Cells by which people and loggers say that there is no value.
NOTHING = frozenset({"-", "--", "/", "na", "n/a", "nan", "nd", "n.d.", "null", "none", "vide", "?"})
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
# A column is of a kind when this share of its cells is.
_MOST = 0.6
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


def says_value(cell: str) -> bool:
    """Whether a cell is a number or a time, as heads and units never are."""
    cell = cell.strip()
    read = read_number(cell, "fr")
    return (read is not None and not read[1]) or moment_of(cell) is not None


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
    naming = [i for i in free if _mostly(samples[i], lambda cell: plain(cell) in names)]
    return max(naming or named, key=fit, default=None)


def _times(table: TableFile, samples: Sequence[Sequence[str]], order: Order) -> dict[int, Column]:
    """Return the column that says when, or the two."""
    starts = [i for i, head in enumerate(table.heads) if not _END_HEAD.search(plain(head))]
    named = [i for i in starts if _TIME_HEAD.search(plain(table.heads[i]))]
    others = [i for i in starts if i not in named and not any(map(_is_bare, samples[i][:20]))]

    def says_when(index: int) -> bool:
        return _mostly(samples[index], lambda cell: moment_of(cell, order) is not None)

    days = [index for index in (*named, *others) if says_when(index)]
    if not days:
        return {}
    day = next((i for i in days if _mostly(samples[i], has_clock)), days[0])
    if _mostly(samples[day], has_clock):
        return {day: Column("moment")}
    clocks = [
        i for i in named if i != day and _mostly(samples[i], lambda c: clock_of(c) is not None)
    ]
    if not clocks:
        clocks = [i for i in others if i != day and _mostly(samples[i], lambda c: ":" in c)]
    if clocks:
        return {day: Column("day"), clocks[0]: Column("clock")}
    return {day: Column("moment")}


def _is_bare(cell: str) -> bool:
    """Whether a cell is a number alone, which only heads make a time."""
    return re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", cell) is not None


def _mostly(cells: Sequence[str], is_so: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(is_so, cells)) >= _MOST * len(cells)


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
        if i not in columns and _mostly([c for c in cells if plain(c) not in NOTHING], _is_amount)
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
    return found[1] if found and is_unit(found[1]) else ""


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


def is_unit(text: str) -> bool:
    """Whether a word is a unit that is known, of whatever kind."""
    return any(converted(1, text, unit) is not None for unit in _UNITS)
