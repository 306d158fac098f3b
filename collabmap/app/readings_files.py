"""Measurements in and out as files: what a table says for this map, and a table of all there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from collabmap.app.desk import Desk
from collabmap.app.reading_words import measure_fields, problem_words
from collabmap.app.readings import Key, NewReadings, key_of, keys_of
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.reading_batch import Reading
from collabmap.domain.theme import Field
from collabmap.formats.csv_table import write_csv
from collabmap.formats.readings_columns import Layout, guess, says_value
from collabmap.formats.readings_csv import Understood, understand
from collabmap.formats.table_file import TableFile, read_table, table_of
from collabmap.store import features
from collabmap.store.links import PUBLISHED

if TYPE_CHECKING:
    from collabmap.app.progress import CancelToken
    from collabmap.app.reader import Reader

PASTED = "…"
# What the columns of our own tables are called; a table that was exported is taken in again.
HEADS = ("place", "place_id", "quantity", "time", "value", "unit", "device", "note")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would add.  layout: how it is read.  fields: the quantities of the map.

    names: places by what cells may call them, plain.  labels: names of places by id.
    there: how many readings are on the map already.
    """

    table: TableFile
    layout: Layout
    understood: Understood
    fields: tuple[Field, ...]
    names: Mapping[str, Sequence[bytes]]
    labels: Mapping[bytes, str]
    there: int = 0

    @property
    def new(self) -> int:
        """Return how many readings would be added."""
        return len(self._once()) - self.there

    def readings(self) -> list[NewReadings]:
        """Return the readings that were understood, by place and quantity."""
        found: dict[tuple[bytes, str], list[Reading]] = {}
        for taken in self.understood.taken:
            found.setdefault((taken.place, taken.field), []).append(taken.reading)
        return [NewReadings(place, field, some) for (place, field), some in found.items()]

    def _once(self) -> set[tuple[bytes, str, Key]]:
        return {(t.place, t.field, key_of(t.reading)) for t in self.understood.taken}


def open_table(source: Path | str) -> TableFile:
    """Return the table in a file, or in a text that was pasted.

    Raises FileMissing, ReadingsTooLarge, ReadingsUnreadable.
    """
    if isinstance(source, Path):
        return read_table(source, says_value)
    return table_of(source.encode(errors="replace"), PASTED, says_value)


def plan(
    reader: "Reader", table: TableFile, layout: Layout | None = None, place: bytes | None = None
) -> Plan:
    """Return what a table would add.

    layout: how it is read; None: as it seems to be.  place: of lines that name none, then.
    """
    fields = tuple(measure_fields(reader.theme()))
    names, labels = reader.place_names()
    if layout is None:
        layout = guess(table, _likely(reader, fields, place), names)
        layout = Layout(layout.columns, layout.zone, layout.order, place, layout.field)
    understood = understand(table, layout, fields, names)
    found = Plan(table, layout, understood, fields, names, labels)
    there = _there(reader, found)
    return Plan(table, layout, understood, fields, names, labels, there)


def _likely(reader: "Reader", fields: Sequence[Field], place: bytes | None) -> Sequence[Field]:
    """Return the quantities of a place's category, all of them where it has none."""
    view = reader.place(place) if place is not None else None
    some = [f for f in fields if view is not None and f.belongs_to(view.category)]
    return some or fields


def _there(reader: "Reader", found: Plan) -> int:
    count = 0
    for new in found.readings():
        known = keys_of(reader.readings(new.place, new.field))
        count += len({key_of(reading) for reading in new.readings} & known)
    return count


def plan_lines(found: Plan) -> list[str]:
    """Return what is understood of a table in sentences: how it is written, and what it would add.

    The first line is how it is written.
    """
    table, lines = found.table, []
    separator = _("tab") if table.separator == "\t" else table.separator
    rows = ngettext("{count} line", "{count} lines", len(table.rows))
    lines.append(
        _("{lines}, separated by “{separator}”, {encoding}").format(
            lines=rows.format(count=format_number(len(table.rows))),
            separator=separator,
            encoding=table.encoding.upper(),
        )
    )
    if found.new:
        words = ngettext("{count} new measurement", "{count} new measurements", found.new)
        lines.append(words.format(count=format_number(found.new)))
    if found.there:
        words = ngettext(
            "{count} measurement is on the map already",
            "{count} measurements are on the map already",
            found.there,
        )
        lines.append(words.format(count=format_number(found.there)))
    refused = len(found.understood.refused_rows)
    if refused:
        words = ngettext("{count} line cannot be taken", "{count} lines cannot be taken", refused)
        lines.append(words.format(count=format_number(refused)))
    if warned := len(found.understood.warned):
        words = ngettext(
            "{count} value is hardly possible, and taken all the same",
            "{count} values are hardly possible, and taken all the same",
            warned,
        )
        lines.append(words.format(count=format_number(warned)))
    return lines


def refused_lines(found: Plan) -> list[str]:
    """Return which lines are not taken, each with why."""
    numbers = found.table.numbers
    line = _("line {number}: {why}")
    return [
        line.format(number=numbers[problem.row], why=problem_words(problem))
        for problem in found.understood.refused
    ]


def save_refused(path: Path, table: TableFile, understood: Understood) -> int:
    """Write the lines that were not taken whole, each with why; return how many."""
    why: dict[int, list[str]] = {}
    for problem in understood.refused:
        why.setdefault(problem.row, []).append(problem_words(problem))
    heads = [*table.heads, _("Why it was not taken")]
    rows = ([*table.rows[row], " ".join(said)] for row, said in sorted(why.items()))
    return write_csv(path, heads, rows, delimiter=";")


def export_readings(
    desk: Desk,
    path: Path,
    field: str | None = None,
    place: bytes | None = None,
    cancel: "CancelToken | None" = None,
) -> int:
    """Write the published readings of places on the published map as CSV; return how many.

    field, place: only these.  Times are local with their offset, so that nothing is lost.
    """
    delimiter = ";" if language() == "fr" else ","
    with desk.project.reading():
        rows = _rows(desk, field, place)
        return write_csv(path, HEADS, rows, delimiter=delimiter, cancel=cancel, keeps_numbers=True)


def _rows(desk: Desk, field: str | None, place: bytes | None) -> Iterator[Sequence[str]]:
    from collabmap.store.reading_columns import Wanted, of_place, published_fields

    db, theme = desk.project.connection, desk.theme
    measured = published_fields(db)
    for row in features.published(desk.project, draft=False):
        for field_id in measured.get(row.id, ()) if place in (None, row.id) else ():
            if field not in (None, field_id):
                continue
            known = theme.field(field_id)
            label = known.label(language()) if known is not None else field_id
            wanted = Wanted(field_id, known.unit if known is not None else "")
            found = of_place(db, row.id, wanted, face=PUBLISHED)
            for index, (at_s, value, device) in enumerate(
                zip(found.times.tolist(), found.values.tolist(), found.device.tolist(), strict=True)
            ):
                yield (
                    row.name,
                    row.id.hex(),
                    label,
                    datetime.fromtimestamp(at_s).astimezone().isoformat(),
                    _plain_number(value),
                    found.unit,
                    found.devices[device],
                    found.notes.get(index, ""),
                )


def _plain_number(value: float) -> str:
    """Return a number as a table has it: with the decimal sign of the language, no thousands."""
    words = format(Decimal(f"{value:.15g}"), "f")
    return words.replace(".", ",") if language() == "fr" else words
