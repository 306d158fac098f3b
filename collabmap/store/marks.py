"""The marks of the map: as values for a few, as columns for all of a large map."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.geo import Bbox
from collabmap.domain.hlc import COUNTER_BITS, LAST_MS
from collabmap.domain.mark_cells import MarkCells
from collabmap.domain.mark_columns import (
    STATES,
    MarkColumns,
    Numbers,
    joined,
)
from collabmap.store.boxes import within
from collabmap.store.features import NOTHING_HIDDEN, Hidden

_CHUNK = 500
# As many rows as SQLite packs into one answer: while it does no other thread waits.
_STEP = 10_000
# The marks of a map with fewer rows are there before anybody waits for them.
_LARGE = 50_000
# Degrees as whole numbers: SQLite writes and numpy reads these ten times quicker than decimals.
# What has twelve decimals or fewer comes out as it was.
_SCALE = 1e12
# Quicker than asking the class, which counts where a map has a million marks.
_STATES = {str(state): state for state in FeatureState}
_MARK = (
    "SELECT f.uuid, f.lng, f.lat, f.category, f.state, p.uuid, f.disagreement, f.name"
    " FROM shown f JOIN person p ON p.id = f.author"
)
_STATE_DIGITS = "".join(f" WHEN '{state}' THEN {number}" for number, state in enumerate(STATES))
# Each column of many rows as one value: no object is made for a row.  Nothing may be NULL, which
# group_concat leaves out.
_PACKED = (
    "SELECT count(*), group_concat(f.id), CAST(group_concat(f.uuid, '') AS BLOB),"
    f" group_concat(CAST(round(f.lng * {_SCALE}) AS INTEGER)),"
    f" group_concat(CAST(round(f.lat * {_SCALE}) AS INTEGER)),"
    " group_concat(coalesce(f.category, ''), char(10)),"
    f" group_concat(f.author * 32 + CASE f.state{_STATE_DIGITS} ELSE 0 END"
    " + 8 * (f.disagreement <> 0) + 16 * (f.geometry IS NOT NULL)),"
    f" group_concat(coalesce(f.born, 0) >> {COUNTER_BITS}), group_concat(coalesce(f.changed, 0)),"
    " CAST(group_concat(coalesce(f.name, ''), '') AS BLOB),"
    " group_concat(length(CAST(coalesce(f.name, '') AS BLOB)))"
)
# What is made of an answer, but for the names.
_COLUMNS = {
    "row": np.int64,
    "ids": np.uint64,
    "lng": np.float64,
    "lat": np.float64,
    "category": np.int32,
    "state": np.int8,
    "author": np.int32,
    "flags": np.uint8,
    "born_s": np.int64,
    "changed_s": np.int64,
}
_ON_MAP = (
    " FROM shown f WHERE f.life = 1 AND f.lng IS NOT NULL AND f.lat IS NOT NULL"
    " AND f.author IS NOT NULL AND length(f.uuid) = 16"
)


def marks(db: sqlite3.Connection, bbox: Bbox | None) -> list[Mark]:
    """Return the marks of a box, or all; features without a readable position are left out."""
    where, values = within(bbox) if bbox is not None else ("f.lng IS NOT NULL", [])
    return [_to_mark(row) for row in db.execute(f"{_MARK} WHERE f.life = 1 AND {where}", values)]


def marks_of(db: sqlite3.Connection, ids: Iterable[bytes]) -> list[Mark]:
    """Return the marks of these features; those that are not on the map are left out."""
    found: list[Mark] = []
    for part, places in _parts(ids):
        sql = f"{_MARK} WHERE f.uuid IN ({places}) AND f.life = 1 AND f.lng IS NOT NULL"
        found += [_to_mark(row) for row in db.execute(sql, part)]
    return found


def columns(
    db: sqlite3.Connection, shifts: Mapping[bytes, int], hidden: Hidden = NOTHING_HIDDEN
) -> MarkColumns:
    """Return all marks that are not hidden, in the order of their rows.

    shifts: milliseconds by which the clock of a replica is known to be off.
    """
    last, count = db.execute("SELECT coalesce(max(id), 0), count(*) FROM feature").fetchone()
    shown, values = hidden.condition()
    reading = _Reading(db, shifts, count)
    for first in range(0, last, _STEP):
        reading.take(f"f.id > ? AND f.id <= ? AND {shown}", [first, first + _STEP, *values])
    return reading.columns()


def columns_of(
    db: sqlite3.Connection,
    ids: Iterable[bytes],
    shifts: Mapping[bytes, int],
    hidden: Hidden = NOTHING_HIDDEN,
) -> MarkColumns:
    """Return the marks of these features; those not on the map, or hidden, are left out."""
    ids = list(ids)
    shown, values = hidden.condition()
    reading = _Reading(db, shifts, len(ids))
    for part, places in _parts(ids):
        reading.take(f"f.uuid IN ({places}) AND {shown}", [*part, *values])
    found = reading.columns()
    return joined((found,), np.argsort(found.row, kind="stable"))


def cells(db: sqlite3.Connection) -> MarkCells | None:
    """Return how many points of a large map lie in which cell, hidden ones too; None for a small.

    A thirtieth of the time that the marks take.
    """
    if db.execute("SELECT coalesce(max(id), 0) FROM feature").fetchone()[0] < _LARGE:
        return None
    numbers, counts = db.execute(
        "SELECT group_concat(cell), group_concat(size) FROM"
        " (SELECT cell, count(*) AS size FROM feature_cell GROUP BY cell)"
    ).fetchone()
    return MarkCells.of(_numbers(numbers), _numbers(counts)) if numbers else None


class _Reading:
    """Turns packed answers into columns, one after the other.

    They are written where they stay: a million marks never lie in memory twice.
    """

    def __init__(self, db: sqlite3.Connection, shifts: Mapping[bytes, int], at_most: int) -> None:
        """at_most: how many marks there may be."""
        self._db = db
        self._count = 0
        self._columns = {
            name: np.empty((at_most, 2) if name == "ids" else at_most, dtype)
            for name, dtype in _COLUMNS.items()
        }
        self._starts = np.zeros(at_most + 1, np.int64)
        self._names: list[bytes] = []
        self._categories, self._authors = Numbers[str](), Numbers[bytes]()
        people = db.execute("SELECT id, uuid, rid FROM person").fetchall()
        size = max((number for number, _, _ in people), default=0) + 1
        # By the number of a person's row.
        self._author_of = np.zeros(size, np.int32)
        self._shift_of = np.zeros(size, np.int64)
        for number, person, rid in people:
            self._author_of[number] = self._authors[person]
            self._shift_of[number] = shifts.get(rid, 0)

    def take(self, where: str, values: list[Any]) -> None:
        """Read some of the marks."""
        sql = f"{_PACKED}{_ON_MAP} AND {where}"
        count, row, ids, lng, lat, category, packed, born, changed, names, sizes = self._db.execute(
            sql, values
        ).fetchone()
        if not count:
            return
        bits = _numbers(packed)
        people = bits >> 5
        words = category.split("\n")
        if len(words) != count:
            # A stranger's category has a line break in it.
            sql = f"SELECT coalesce(f.category, ''){_ON_MAP} AND {where}"
            words = [word for (word,) in self._db.execute(sql, values)]
        born_ms = np.minimum(_numbers(born), LAST_MS) + self._shift_of[people]
        first, last = self._count, self._count + count
        for name, column in (
            ("row", _numbers(row)),
            ("ids", np.frombuffer(ids, ">u8").reshape(count, 2)),
            ("lng", _numbers(lng) / _SCALE),
            ("lat", _numbers(lat) / _SCALE),
            ("category", np.fromiter(map(self._categories.__getitem__, words), np.int32, count)),
            ("state", bits & 7),
            ("author", self._author_of[people]),
            ("flags", bits >> 3 & 3),
            ("born_s", np.maximum(born_ms, 0) // 1000),
            ("changed_s", _numbers(changed) // 1000),
        ):
            self._columns[name][first:last] = column
        self._starts[first + 1 : last + 1] = self._starts[first] + np.cumsum(_numbers(sizes))
        self._names.append(names)
        self._count = last

    def columns(self) -> MarkColumns:
        """Return all that was taken in."""
        columns = {name: column[: self._count] for name, column in self._columns.items()}
        return MarkColumns(
            **columns,
            names=b"".join(self._names),
            starts=self._starts[: self._count + 1],
            categories=tuple(self._categories),
            authors=tuple(self._authors),
        )


def _numbers(text: str) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.fromstring(text, np.int64, sep=",")


def _parts(ids: Iterable[bytes]) -> Iterator[tuple[list[bytes], str]]:
    """Yield ids in parts that SQLite takes at once, each with its question marks."""
    ids = list(ids)
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        yield part, ",".join("?" * len(part))


def _to_mark(row: tuple) -> Mark:  # type: ignore[type-arg]
    uuid, lng, lat, category, state, author, disagreement, name = row
    return Mark(uuid, lng, lat, category, _STATES[state], author, bool(disagreement), name)
