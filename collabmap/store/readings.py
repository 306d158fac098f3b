"""Which readings each feature has: part of the read model, settled with the feature they are of.

A row is one batch, as it was added (domain/reading_batch.py): its times and values packed, so that
a hundred thousand readings of a town are two hundred rows, and numpy reads them without making an
object for each (reading_columns.py).
"""

import sqlite3
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collabmap.domain.change import READING, Change, decode, encode
from collabmap.domain.reading_batch import Batch, Said, read_batch
from collabmap.store.ledger import Ledger
from collabmap.store.links import PUBLISHED, SHOWN
from collabmap.store.people import People

# The table, also of a file from before there was one that is only looked at.
TABLE = """reading (
    feature INTEGER NOT NULL, element BLOB NOT NULL, field TEXT NOT NULL, unit TEXT NOT NULL,
    author INTEGER NOT NULL, at INTEGER NOT NULL, faces INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, readings INTEGER NOT NULL,
    least REAL NOT NULL, most REAL NOT NULL,
    times BLOB NOT NULL, amounts BLOB NOT NULL, words BLOB NOT NULL,
    PRIMARY KEY (feature, element)
) STRICT"""
# Finds the features with readings of a quantity without reading the readings.
INDEX = "reading_field ON reading (field, last)"
# In `meta` while the rows of a file from before are still to be found.
DUE = "readings"
_MARKS = ", ".join("?" * 15)


class Row(NamedTuple):
    """author: row of the person.  at: ms as shown.  first, last: seconds since 1970, UTC.

    faces: bits, as of links.  times, amounts: packed, little-endian int64 seconds and float64.
    words: devices, which of them each reading has, and notes, as msgpack; empty without any.
    """

    element: bytes
    field: str
    unit: str
    author: int
    at: int
    faces: int
    first: int
    last: int
    readings: int
    least: float
    most: float
    times: bytes
    amounts: bytes
    words: bytes


def readings_among(
    shown: Sequence[Change], published: Sequence[Change], ledger: Ledger, people: People
) -> tuple[Row, ...]:
    """Return the batches among the elements of a feature as shown and as published, in order."""
    found: dict[bytes, Row] = {}
    accepted = {change.id for change in published if change.element == READING}
    for face, elements in ((SHOWN, shown), (0, published)):
        for change in elements:
            if change.element != READING or len(change.keys) != 1 or change.keys[0] in found:
                continue
            batch = read_batch(change.payload)
            if batch is not None:
                faces = face | (PUBLISHED if change.id in accepted else 0)
                found[change.keys[0]] = _row(change, batch, faces, ledger, people)
    return tuple(found.values())


def _row(change: Change, batch: Batch, faces: int, ledger: Ledger, people: People) -> Row:
    size, stamp = len(batch), change.stamp
    has_words = bool(batch.devices or batch.notes)
    # Whose it was is believed once a coordinator stands behind it.
    said = batch.said if faces & PUBLISHED else None
    person, rid, at_ms = said or (change.person, stamp.rid, ledger.shown_ms(*stamp))
    words = [list(batch.devices), list(batch.device), dict(sorted(batch.notes.items()))]
    return Row(
        change.keys[0],
        batch.field,
        batch.unit,
        people.number(person, rid),
        at_ms,
        faces,
        batch.times[0],
        batch.times[-1],
        size,
        float(min(batch.values)),
        float(max(batch.values)),
        struct.pack(f"<{size}q", *batch.times),
        struct.pack(f"<{size}d", *batch.values),
        encode(words) if has_words else b"",
    )


def note(db: sqlite3.Connection, found: Mapping[int, tuple[Row, ...]]) -> None:
    """Keep the batches of some features, by their rows, and no others of theirs."""
    db.executemany("DELETE FROM reading WHERE feature = ?", [(number,) for number in found])
    rows = [(number, *row) for number, batches in found.items() for row in batches]
    if rows:
        db.executemany(f"INSERT INTO reading VALUES ({_MARKS})", rows)


def batch_of(db: sqlite3.Connection, feature: bytes, element: bytes) -> Batch | None:
    """Return a batch by its feature and id, and whose it is; None if there is none."""
    row = db.execute(
        "SELECT r.field, r.unit, r.times, r.amounts, r.words, p.uuid, p.rid, r.at FROM reading r"
        " JOIN feature f ON f.id = r.feature JOIN person p ON p.id = r.author"
        " WHERE f.uuid = ? AND r.element = ?",
        (feature, element),
    ).fetchone()
    if row is None:
        return None
    field, unit, times, amounts, words, *said = row
    size = len(times) // 8
    devices, device, notes = decode(words) if words else ((), (), {})
    return Batch(
        field,
        unit,
        struct.unpack(f"<{size}q", times),
        struct.unpack(f"<{size}d", amounts),
        tuple(devices),
        tuple(device),
        notes,
        Said(*said),
    )


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection an empty table where its file has none yet and may not get one."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'reading'"
    if db.execute(query).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE}")


def begin(db: sqlite3.Connection) -> None:
    """Say of a file that has not had the table that its readings are still to be found."""
    if db.execute("SELECT 1 FROM mention WHERE feature > 0 LIMIT 1").fetchone() is not None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, x'')", (DUE,))
