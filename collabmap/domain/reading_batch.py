"""Readings as they travel: one change carries one or many of one quantity, column by column.

    {"field": "no2", "unit": "µg/m³", "from": 1772442000, "steps": [0, 3600, 3600], "values":
     [18.4, 21, 23.7], "devices": ["Capteur 3"], "device": [0, 0, 0], "notes": {1: "…"}}

from: seconds since 1970, UTC; steps: seconds after the one before.  What is as usual is left out:
no devices, no notes, and `device` where all are of the first.  What is left of a batch of which
readings were taken away says whose it was: "said": [person, replica, milliseconds].  Nothing needs
numpy here: this is read while features are settled.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from collabmap.domain.change import MAX_CHANGE_BYTES, encode
from collabmap.domain.ids import ID_BYTES

# Of one change: a year of hours is eighteen of them, and to take one reading away is a small write.
MAX_BATCH = 500
# What another version may put into one; more is no reading of ours.
_MAX_READ = 20_000
# Far more than anybody can enter: of more, sums and other units would be no numbers any longer.
_LARGEST = 1e30
MAX_DEVICE, MAX_NOTE, MAX_UNIT = 60, 300, 20
# Years 1700 to 2200: nothing was measured before, and a clock that is later is wrong.
EARLIEST_S, LATEST_S = -8_520_336_000, 7_258_118_400
_MOST_BYTES = MAX_CHANGE_BYTES * 3 // 4


class Reading(NamedTuple):
    """at_s: seconds since 1970, UTC.  value: in the unit of its quantity."""

    at_s: int
    value: float
    device: str = ""
    note: str = ""


class ReadingSum(NamedTuple):
    """Readings of a quantity (field id) taken together.  first_s, last_s: UTC.

    least, most: in `unit`.
    """

    field: str
    unit: str
    size: int
    first_s: int
    last_s: int
    least: float
    most: float


def sum_of(field: str, unit: str, readings: Iterable[Reading]) -> ReadingSum:
    """Return readings of one quantity, at least one, taken together."""
    some = list(readings)
    times, values = [r.at_s for r in some], [r.value for r in some]
    return ReadingSum(field, unit, len(some), min(times), max(times), min(values), max(values))


class Said(NamedTuple):
    """Whose readings they were before some of them were taken away.  at_ms: since 1970, UTC."""

    person: bytes
    rid: bytes
    at_ms: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings of one quantity, the first one first.  field: id in the theme.

    device: of each, an index into devices; empty where all are of the first, or of none.
    notes: by index.  said: by whom and when, None for whoever wrote the change.
    """

    field: str
    unit: str
    times: tuple[int, ...]
    values: tuple[float, ...]
    devices: tuple[str, ...] = ()
    device: tuple[int, ...] = ()
    notes: Mapping[int, str] = dataclasses.field(default_factory=dict)
    said: Said | None = None

    def __len__(self) -> int:
        return len(self.times)

    def device_of(self, index: int) -> str:
        """Return what a reading was measured with, '' if that is not known."""
        if self.device:
            return self.devices[self.device[index]]
        return self.devices[0] if self.devices else ""

    def readings(self) -> Iterator[Reading]:
        """Yield them one by one."""
        for index, (at_s, value) in enumerate(zip(self.times, self.values, strict=True)):
            yield Reading(at_s, value, self.device_of(index), self.notes.get(index, ""))


def batches(field_id: str, unit: str, readings: Iterable[Reading]) -> Iterator[Batch]:
    """Yield readings in as many batches as they need, the first one first."""
    ordered = sorted(readings)
    for start in range(0, len(ordered), MAX_BATCH):
        yield from _fitting(field_id, unit, ordered[start : start + MAX_BATCH])


def _fitting(field_id: str, unit: str, readings: Sequence[Reading]) -> Iterator[Batch]:
    """Yield one batch, or two halves where long notes make it too large for a change."""
    batch = _batch(field_id, unit, readings)
    if len(readings) > 1 and len(encode(payload_of(batch))) > _MOST_BYTES:
        middle = len(readings) // 2
        yield from _fitting(field_id, unit, readings[:middle])
        yield from _fitting(field_id, unit, readings[middle:])
    else:
        yield batch


def _batch(field_id: str, unit: str, readings: Sequence[Reading]) -> Batch:
    devices = tuple(dict.fromkeys(reading.device for reading in readings))
    number = {device: index for index, device in enumerate(devices)}
    return Batch(
        field_id,
        unit,
        tuple(reading.at_s for reading in readings),
        tuple(reading.value for reading in readings),
        devices if devices != ("",) else (),
        tuple(number[reading.device] for reading in readings) if len(devices) > 1 else (),
        {index: reading.note for index, reading in enumerate(readings) if reading.note},
    )


def payload_of(batch: Batch) -> dict[str, Any]:
    """Return the payload of the change that adds a batch."""
    before = (batch.times[0], *batch.times[:-1])
    found: dict[str, Any] = {
        "field": batch.field,
        "unit": batch.unit,
        "from": batch.times[0],
        "steps": [at - then for at, then in zip(batch.times, before, strict=True)],
        # A whole number takes one to three bytes instead of nine.
        "values": [int(v) if v == int(v) and abs(v) < 2**31 else v for v in batch.values],
    }
    if batch.devices:
        found["devices"] = list(batch.devices)
    if batch.device:
        found["device"] = list(batch.device)
    if batch.notes:
        found["notes"] = dict(batch.notes)
    if batch.said is not None:
        found["said"] = list(batch.said)
    return found


def read_batch(payload: object) -> Batch | None:
    """Return the batch in a payload, None for what is none: any laptop may have sent it."""
    if not isinstance(payload, dict):
        return None
    try:
        batch = _read(payload)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return batch if batch is not None and _is_whole(batch) else None


def _read(payload: Mapping[Any, Any]) -> Batch | None:
    steps, values = payload["steps"], payload["values"]
    devices, device = payload.get("devices", ()), payload.get("device", ())
    notes = payload.get("notes", {})
    if not (isinstance(steps, list) and isinstance(values, list) and isinstance(notes, dict)):
        return None
    if not 0 < len(steps) == len(values) <= _MAX_READ or len(device) not in (0, len(steps)):
        return None
    at, times = payload["from"], []
    # Texts would add up too, to far more than they came in.
    if not all(type(step) is int for step in (at, *steps)):
        return None
    for step in steps:
        at += step
        times.append(at)
    return Batch(
        payload["field"],
        payload.get("unit", ""),
        tuple(times),
        tuple(values),
        tuple(devices),
        tuple(device),
        {index: note for index, note in notes.items() if note},
        _said(payload.get("said")),
    )


def _said(value: object) -> Said | None:
    """Return whose readings these were; None for whoever wrote them, and for what is no answer."""
    if not (isinstance(value, list) and len(value) == 3):
        return None
    person, rid, at_ms = value
    is_id = isinstance(person, bytes) and isinstance(rid, bytes)
    if not is_id or {len(person), len(rid)} != {ID_BYTES} or type(at_ms) is not int:
        return None
    return Said(person, rid, at_ms) if 0 <= at_ms < 1 << 48 else None


def _is_whole(batch: Batch) -> bool:
    """Whether all of a batch is what it should be."""
    size, devices = len(batch), batch.devices
    return (
        _is_text(batch.field, 64)
        and _is_text(batch.unit, MAX_UNIT)
        and all(EARLIEST_S <= at <= LATEST_S for at in batch.times)
        and batch.times == tuple(sorted(batch.times))
        and all(type(v) in (int, float) and abs(v) < _LARGEST for v in batch.values)
        and all(_is_text(device, MAX_DEVICE) for device in devices)
        and all(type(i) is int and 0 <= i < len(devices) for i in batch.device)
        and all(type(i) is int and 0 <= i < size for i in batch.notes)
        and all(_is_text(note, MAX_NOTE) for note in batch.notes.values())
    )


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most
