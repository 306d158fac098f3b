"""Readings as they are looked at: of one place as columns, and of all places one number each."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.change import decode
from collabmap.domain.reading_columns import Floats, How, Ints, Readings, summed
from collabmap.domain.written_numbers import converted
from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.links import PUBLISHED, SHOWN


class Wanted(NamedTuple):
    """A quantity in a period.  unit: its own now.  since_s, until_s: None for no limit."""

    field: str
    unit: str
    since_s: int | None = None
    until_s: int | None = None


class Quantity(NamedTuple):
    """Of which places have readings of a field, how many, and when.  first_s, last_s: UTC."""

    field: str
    places: int
    readings: int
    first_s: int
    last_s: int


class Summed(NamedTuple):
    """One entry a place.  rows: of the places in the project file.  lng, lat: WGS84.

    values: as asked for, in `unit`.  readings: of how many each is.  other_units: readings that are
    left out, for theirs is of another kind.
    """

    rows: Ints
    lng: Floats
    lat: Floats
    values: Floats
    readings: Ints
    unit: str
    other_units: int


def of_place(
    db: sqlite3.Connection,
    place: bytes,
    wanted: Wanted,
    hidden: Hidden = NOTHING_HIDDEN,
    *,
    face: int = SHOWN,
) -> Readings:
    """Return the readings of a quantity at a place.  face: SHOWN, or PUBLISHED for the accepted."""
    where, values = _where(wanted, hidden, face)
    rows = db.execute(
        "SELECT r.element, r.unit, r.faces, coalesce(p.uuid, x''), coalesce(p.name, ''),"
        f" r.times, r.amounts, r.words FROM reading r JOIN feature f ON f.id = r.feature{where}"
        " AND f.uuid = ? ORDER BY r.element",
        [*values, place],
    ).fetchall()
    return _columns(wanted, rows).between(wanted.since_s, wanted.until_s)


def quantities(db: sqlite3.Connection, hidden: Hidden = NOTHING_HIDDEN) -> list[Quantity]:
    """Return what was measured at places on the map, what has the most readings first."""
    is_shown, values = hidden.condition()
    people, people_values = _others(hidden)
    rows = db.execute(
        "SELECT r.field, count(DISTINCT r.feature), sum(r.readings), min(r.first), max(r.last)"
        " FROM reading r JOIN shown f ON f.id = r.feature LEFT JOIN person p ON p.id = r.author"
        f" WHERE f.life = 1 AND r.faces & {SHOWN} AND {is_shown}{people} GROUP BY r.field"
        " ORDER BY 3 DESC, 1",
        [*values, *people_values],
    )
    return [Quantity(*row) for row in rows]


def of_all(
    db: sqlite3.Connection,
    wanted: Wanted,
    how: How,
    *,
    lower_is_worse: bool,
    hidden: Hidden = NOTHING_HIDDEN,
) -> Summed:
    """Return one number for each place on the map that has readings in a period."""
    where, values = _where(wanted, hidden, SHOWN)
    is_shown, shown_values = hidden.condition()
    rows = db.execute(
        "SELECT f.id, f.lng, f.lat, r.unit, r.times, r.amounts, r.words FROM reading r"
        f" JOIN shown f ON f.id = r.feature{where} AND f.life = 1 AND f.lng IS NOT NULL"
        f" AND {is_shown} ORDER BY r.feature, r.element",
        [*values, *shown_values],
    ).fetchall()
    unit = _unit(wanted, [(row[3], len(row[4])) for row in rows])
    factors = _factors({row[3] for row in rows}, unit)
    sizes = np.array([len(row[4]) // 8 for row in rows], np.int64)
    is_fit = np.array([factors[row[3]] is not None for row in rows], np.bool_)
    left = int(sizes[~is_fit].sum())
    kept = [row for row, fits in zip(rows, is_fit.tolist(), strict=True) if fits]
    sizes = sizes[is_fit]
    times, amounts = _unpacked([row[4] for row in kept], [row[5] for row in kept])
    amounts = amounts * np.repeat([factors[row[3]] or 1.0 for row in kept], sizes)
    feature = np.repeat(np.array([row[0] for row in kept], np.int64), sizes)
    device = _devices([row[6] for row in kept], sizes)[0]
    inside = np.ones(len(times), np.bool_)
    if wanted.since_s is not None:
        inside &= times >= wanted.since_s
    if wanted.until_s is not None:
        inside &= times < wanted.until_s
    feature, times, amounts = _once(feature[inside], times[inside], amounts[inside], device[inside])
    there, place, readings = np.unique(feature, return_inverse=True, return_counts=True)
    at = {row[0]: (row[1], row[2]) for row in kept}
    lng, lat = np.array([at[row] for row in there.tolist()], np.float64).reshape(-1, 2).T
    found = summed(place, times, amounts, how, lower_is_worse=lower_is_worse)
    return Summed(there, lng, lat, found, readings, unit, left)


def _once(feature: Ints, times: Ints, amounts: Floats, device: Ints) -> tuple[Ints, Ints, Floats]:
    """Return readings by feature and time, those that say the same once (Readings.once)."""
    columns = (feature, times, amounts, device)
    order = np.lexsort(columns[::-1])
    is_new = np.ones(len(order), np.bool_)
    if len(order) > 1:
        ordered = [each[order] for each in columns]
        is_new[1:] = np.logical_or.reduce([each[1:] != each[:-1] for each in ordered])
    kept = order[is_new]
    return feature[kept], times[kept], amounts[kept]


def published_fields(db: sqlite3.Connection) -> dict[bytes, list[str]]:
    """Return what was measured at each place, accepted readings alone."""
    rows = db.execute(
        "SELECT DISTINCT f.uuid, r.field FROM reading r JOIN feature f ON f.id = r.feature"
        " WHERE r.faces & ? ORDER BY f.uuid, r.field",
        (PUBLISHED,),
    )
    found: dict[bytes, list[str]] = {}
    for place, field in rows:
        found.setdefault(place, []).append(field)
    return found


class Latest(NamedTuple):
    """The latest reading of a field at a place.  at_s: seconds since 1970, UTC."""

    field: str
    unit: str
    at_s: int
    value: float


def latest_of_all(db: sqlite3.Connection, face: int) -> dict[bytes, list[Latest]]:
    """Return the latest reading of each quantity of each place.  face: SHOWN or PUBLISHED."""
    rows = db.execute(
        "SELECT f.uuid, r.field, r.unit, r.last, substr(r.amounts, -8) FROM reading r"
        " JOIN feature f ON f.id = r.feature WHERE r.faces & ?"
        " ORDER BY f.uuid, r.field, r.last, r.element",
        (face,),
    )
    found: dict[bytes, dict[str, Latest]] = {}
    for place, field, unit, at_s, amount in rows:
        value = float(np.frombuffer(amount, "<f8")[0])
        found.setdefault(place, {})[field] = Latest(field, unit, at_s, value)
    return {place: list(latest.values()) for place, latest in found.items()}


def _where(wanted: Wanted, hidden: Hidden, face: int) -> tuple[str, list[Any]]:
    """Return SQL that joins and restricts `reading r` to a quantity and a period, and its values.

    Batches that reach beyond the period are taken whole.
    """
    people, values = _others(hidden)
    sql = f" LEFT JOIN person p ON p.id = r.author WHERE r.field = ? AND r.faces & {face}{people}"
    given: list[Any] = [wanted.field, *values]
    if wanted.since_s is not None:
        sql, given = f"{sql} AND r.last >= ?", [*given, wanted.since_s]
    if wanted.until_s is not None:
        sql, given = f"{sql} AND r.first < ?", [*given, wanted.until_s]
    return sql, given


def _others(hidden: Hidden) -> tuple[str, list[Any]]:
    """Return SQL that leaves out what hidden people added, and its values."""
    if not hidden.people:
        return "", []
    marks = ",".join("?" * len(hidden.people))
    return f" AND coalesce(p.uuid, x'') NOT IN ({marks})", list(hidden.people)


def _columns(wanted: Wanted, rows: Sequence[tuple[Any, ...]]) -> Readings:
    unit = _unit(wanted, [(row[1], len(row[5])) for row in rows])
    factors = _factors({row[1] for row in rows}, unit)
    kept = [row for row in rows if factors[row[1]] is not None]
    left = sum(len(row[5]) // 8 for row in rows if factors[row[1]] is None)
    sizes = np.array([len(row[5]) // 8 for row in kept], np.int64)
    times, values = _unpacked([row[5] for row in kept], [row[6] for row in kept])
    device, devices, notes = _devices([row[7] for row in kept], sizes)
    authors = list(dict.fromkeys((row[3], row[4]) for row in kept))
    number = {author: index for index, author in enumerate(authors)}
    starts = np.cumsum(sizes) - sizes
    return Readings(
        wanted.field,
        unit,
        times,
        values * np.repeat([factors[row[1]] or 1.0 for row in kept], sizes),
        device,
        devices,
        np.repeat(np.array([number[row[3], row[4]] for row in kept], np.int64), sizes),
        tuple(authors),
        np.repeat(np.arange(len(kept)), sizes),
        tuple(row[0] for row in kept),
        np.arange(len(times)) - np.repeat(starts, sizes),
        np.repeat(np.array([bool(row[2] & PUBLISHED) for row in kept], np.bool_), sizes),
        notes,
        left,
    ).once()


def _unit(wanted: Wanted, found: Sequence[tuple[str, int]]) -> str:
    """Return the unit of a quantity; where the theme has none, that of most of its readings."""
    if wanted.unit:
        return wanted.unit
    counted: Counter[str] = Counter()
    for unit, size in found:
        counted[unit] += size
    return min(counted, key=lambda unit: (-counted[unit], unit), default="")


def _factors(units: set[str], unit: str) -> dict[str, float | None]:
    """Return by how much readings in other units are multiplied, None where they can't be."""
    return {each: converted(1.0, each, unit) for each in units}


def _unpacked(times: Sequence[bytes], amounts: Sequence[bytes]) -> tuple[Ints, Floats]:
    """Return packed times and values as columns."""
    return (
        np.frombuffer(b"".join(times), "<i8").astype(np.int64),
        np.frombuffer(b"".join(amounts), "<f8").astype(np.float64),
    )


def _devices(
    words: Sequence[bytes], sizes: NDArray[np.int64]
) -> tuple[Ints, tuple[str, ...], dict[int, str]]:
    """Return which device each reading has, the devices, and notes by index of the reading."""
    number: dict[str, int] = {"": 0}
    found = np.zeros(int(sizes.sum()), np.int64)
    notes: dict[int, str] = {}
    start = 0
    for packed, size in zip(words, sizes.tolist(), strict=True):
        if packed:
            devices, device, said = decode(packed)
            own = np.array([number.setdefault(d, len(number)) for d in devices or ("",)], np.int64)
            found[start : start + size] = own[device] if device else own[0]
            notes |= {start + index: note for index, note in said.items()}
        start += size
    return found, tuple(number), notes
