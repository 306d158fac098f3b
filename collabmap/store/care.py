"""Which features on the map need care, and why (domain/care.py): part of the read model."""

import sqlite3
from collections.abc import Mapping, Sequence

from collabmap.domain.feature import CareRow

# The table, also of a file from before there was one that is only looked at.
TABLE = "care (feature INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT"


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection an empty table where its file has none yet and may not get one."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'care'"
    if db.execute(query).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE}")


def note(db: sqlite3.Connection, reasons: Mapping[int, str]) -> None:
    """Keep why some rows need care, '' for those that need none any more."""
    if well := [(row,) for row, reason in reasons.items() if not reason]:
        db.executemany("DELETE FROM care WHERE feature = ?", well)
    if ill := [(row, reason) for row, reason in reasons.items() if reason]:
        db.executemany("INSERT OR REPLACE INTO care VALUES (?, ?)", ill)


def of(db: sqlite3.Connection, uuid: bytes) -> str:
    """Return why a feature needs care, '' if it needs none."""
    row = db.execute(
        "SELECT c.reason FROM care c JOIN feature f ON f.id = c.feature WHERE f.uuid = ?", (uuid,)
    ).fetchone()
    return row[0] if row else ""


def listed(db: sqlite3.Connection, where: str, values: Sequence[object]) -> list[CareRow]:
    """Return the features that need care, by name.

    where, values: SQL that is true of the features `f` to be shown, and its values.
    """
    sql = (
        "SELECT f.id, f.uuid, f.name, c.reason FROM care c CROSS JOIN shown f ON f.id = c.feature"
        f" WHERE f.life = 1 AND {where} ORDER BY f.name COLLATE NOCASE, f.id"
    )
    return [CareRow(*row) for row in db.execute(sql, values)]
