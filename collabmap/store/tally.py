"""Numbers about the places on the map, counted where they lie."""

import sqlite3

from collabmap.domain.geo import Bbox
from collabmap.domain.hlc import COUNTER_BITS


def count_outside(db: sqlite3.Connection, box: Bbox) -> int:
    """Return how many places lie outside a box.  box: WGS84, west < east."""
    row = db.execute(
        "SELECT count(*) FROM shown WHERE life = 1 AND lng IS NOT NULL"
        " AND NOT (lng BETWEEN ? AND ? AND lat BETWEEN ? AND ?)",
        (box.west, box.east, box.south, box.north),
    ).fetchone()
    return int(row[0])


def count_by_category(db: sqlite3.Connection) -> dict[str, int]:
    """Return how many places each category has, those without any left out."""
    rows = db.execute("SELECT category, count(*) FROM shown WHERE life = 1 GROUP BY category")
    return dict(rows.fetchall())


def count_changed_since(db: sqlite3.Connection, at_ms: int) -> int:
    """Return how many places were added or changed after a moment.  at_ms: since 1970, UTC."""
    row = db.execute(
        "SELECT count(*) FROM shown WHERE life = 1 AND changed > ?", (at_ms,)
    ).fetchone()
    return int(row[0])


def count_added_since(db: sqlite3.Connection, at_ms: int) -> int:
    """Return how many places were added after a moment.  at_ms: since 1970, UTC."""
    row = db.execute(
        "SELECT count(*) FROM shown WHERE life = 1 AND born >= ?", (at_ms << COUNTER_BITS,)
    ).fetchone()
    return int(row[0])


def count_with_value(db: sqlite3.Connection, field: str) -> int:
    """Return how many places have a value in a field of the theme; private ones are sealed."""
    sql = "SELECT count(*) FROM shown WHERE life = 1 AND json_type(fields, ?) IS NOT NULL"
    return int(db.execute(sql, (f'$.values."{field}"',)).fetchone()[0])
