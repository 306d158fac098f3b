"""Readings of places: adding them, one or thousands as one deed, and taking them away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collabmap.app.desk import Desk, WriteRow
from collabmap.app.editing import member_of, remove_rows
from collabmap.app.entry import checked_line, checked_text
from collabmap.domain import ids
from collabmap.domain.change import READING, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.domain.field_values import checked_amount
from collabmap.domain.reading_batch import (
    EARLIEST_S,
    LATEST_S,
    MAX_DEVICE,
    MAX_NOTE,
    Batch,
    Reading,
    Said,
    batches,
    payload_of,
)
from collabmap.domain.structure import add_structure
from collabmap.domain.theme import Field
from collabmap.errors import FieldUnknown, PlaceUnknown, ReadingTimeImpossible

if TYPE_CHECKING:
    from collabmap.domain.reading_columns import Readings

# Deeds on the undo stack.
ADDED, ADDED_MANY, TAKEN = "reading", "readings", "remove_reading"


Key = tuple[int, float, str]


@dataclass(frozen=True, slots=True)
class NewReadings:
    """Readings of one quantity at one place.  field: id; values are in its unit."""

    place: bytes
    field: str
    readings: Sequence[Reading]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of adding readings.  there: how many were there already, and were left out."""

    effect: Effect
    added: int
    there: int


def add_readings(desk: Desk, new: Iterable[NewReadings]) -> Taken:
    """Add readings, all in one write, one deed; those that are there already are left out.

    Raises PlaceUnknown, FieldUnknown, ReadingTimeImpossible, ValueInvalid, TextTooLong, NobodyHere.
    """
    rows: list[WriteRow] = []
    added = there = 0
    first = b""
    for one in _joined(new):
        field = _field(desk, one.field)
        wanted = [_checked(field, reading) for reading in one.readings]
        if not desk.project.model.changes(one.place):
            raise PlaceUnknown(value=one.place.hex())
        lacking = _lacking(wanted, desk.reader.readings(one.place, one.field))
        there += len(wanted) - len(lacking)
        added += len(lacking)
        if lacking:
            first = first or one.place
            subject = member_of(desk, one.place)
            rows += [_row(desk, subject, b) for b in batches(field.id, field.unit, lacking)]
    if not rows:
        return Taken(Effect(), 0, there)
    effect, names = desk.write(rows)
    desk.remember(ADDED if added == 1 else ADDED_MANY, first, names=names)
    return Taken(effect, added, there)


def _joined(new: Iterable[NewReadings]) -> list[NewReadings]:
    """Return readings by place and quantity, however they were given."""
    found: dict[tuple[bytes, str], list[Reading]] = {}
    for one in new:
        found.setdefault((one.place, one.field), []).extend(one.readings)
    return [NewReadings(place, field, readings) for (place, field), readings in found.items()]


def _field(desk: Desk, field_id: str) -> Field:
    field = desk.theme.field(field_id)
    if field is None or field.type != "measure":
        raise FieldUnknown(value=field_id)
    return field


def _checked(field: Field, reading: Reading) -> Reading:
    """Return a reading as it is kept; one beyond the plausible range is kept, too."""
    if not EARLIEST_S <= reading.at_s <= LATEST_S:
        raise ReadingTimeImpossible(value=reading.at_s)
    value = checked_amount(replace(field, minimum=None, maximum=None), reading.value)
    device = checked_line(reading.device, MAX_DEVICE)
    return Reading(reading.at_s, float(value), device, checked_text(reading.note, MAX_NOTE))


def _lacking(wanted: Iterable[Reading], there: "Readings") -> list[Reading]:
    """Return the readings that are not there yet, each once: so that a file can be read twice."""
    known = keys_of(there)
    found = {key_of(reading): reading for reading in wanted}
    return [reading for key, reading in found.items() if key not in known]


def key_of(reading: Reading) -> Key:
    """Return what tells a reading from others of its quantity and place."""
    return reading.at_s, _rounded(reading.value), reading.device


def keys_of(there: "Readings") -> set[Key]:
    """Return the same of all readings of a place."""
    columns = (there.times.tolist(), there.values.tolist(), there.device.tolist())
    return {(at, _rounded(v), there.devices[d]) for at, v, d in zip(*columns, strict=True)}


def _rounded(value: float) -> float:
    """Return a value without what a change of unit leaves in its last digits."""
    return float(f"{value:.12g}")


def _row(desk: Desk, subject: bytes, batch: Batch) -> WriteRow:
    structure = add_structure(READING, ids.new_id(desk.now()), own_accept=desk.is_coordinator)
    return (Kind.ADD, subject, structure, encode(payload_of(batch)))


def _is_own(desk: Desk, said: Said | None) -> bool:
    person = desk.person.id if desk.person is not None else b""
    return said is not None and (said.person, said.rid) == (person, desk.rid)


def remove_readings(desk: Desk, view: PlaceView, which: Mapping[bytes, Iterable[int]]) -> Effect:
    """Take readings away; somebody else's go once a coordinator agrees.  One deed.

    which: by the id of their batch (Readings.elements), where they stand in it
    (Readings.position).  What was added with them stays, and stays theirs who measured it: it is
    added anew without them, and says whose it was.
    """
    rows: list[WriteRow] = []
    for element, positions in which.items():
        batch = desk.reader.reading_batch(view.id, element)
        removes = remove_rows(
            desk, view.id, READING, view.basis.readings.get(element, ()), view.basis.tail
        )
        if batch is None or not removes:
            continue
        gone = frozenset(positions)
        left = [r for index, r in enumerate(batch.readings()) if index not in gone]
        subject = member_of(desk, view.id)
        rows += removes
        rest = batches(batch.field, batch.unit, left)
        said = None if _is_own(desk, batch.said) else batch.said
        rows += [_row(desk, subject, replace(each, said=said)) for each in rest]
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    desk.remember(TAKEN, view.id, names=names)
    return effect
