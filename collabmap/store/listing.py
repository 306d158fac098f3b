"""Places as lines of a list: the nearest that match, and any by their row, however many there are.

A row is the number of a feature in this file; it stays the same as long as the file does.
"""

import math
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from collabmap.domain.feature import FeatureState, PlaceRow
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.store.boxes import shapes_within, within
from collabmap.store.features import NOTHING_HIDDEN, Hidden

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

_CHUNK = 500
_ROW = (
    "SELECT f.id, f.uuid, f.name, f.category, f.lng, f.lat, f.state, p.uuid, p.name, f.disagreement"
    " FROM shown f JOIN person p ON p.id = f.author"
)


def places(
    db: sqlite3.Connection,
    bbox: Bbox | None,
    text: str,
    near: LngLat | None,
    limit: int,
    hidden: Hidden = NOTHING_HIDDEN,
) -> tuple[list[PlaceRow], int]:
    """Return the nearest matching places (by name without a point), and how many match."""
    shown, values = hidden.condition()
    conditions = ["f.life = 1", shown]
    if bbox is not None:
        inside, edges = within(bbox)
        conditions.append(inside)
        values += edges
    if match := _match(text):
        conditions.append("f.id IN (SELECT rowid FROM feature_text WHERE feature_text MATCH ?)")
        values.append(match)
    elif text.strip():
        return [], 0
    where = " AND ".join(conditions)
    total = db.execute(f"SELECT count(*) FROM shown f WHERE {where}", values).fetchone()[0]
    order = "f.name COLLATE NOCASE, f.id"
    if near is not None:
        # Flat degrees are enough to order what lies near; the distance shown is exact.
        order = "(f.lng - ?) * (f.lng - ?) * ? + (f.lat - ?) * (f.lat - ?)"
        squeeze = math.cos(math.radians(near.lat)) ** 2
        values += [near.lng, near.lng, squeeze, near.lat, near.lat]
    rows = db.execute(f"{_ROW} WHERE {where} ORDER BY {order} LIMIT ?", [*values, limit])
    return [_to_row(row, near) for row in rows], int(total)


def place_rows(
    db: sqlite3.Connection, rows: Sequence[int], hidden: Hidden = NOTHING_HIDDEN
) -> dict[int, PlaceRow]:
    """Return lines by their rows; what is no longer on the map is left out."""
    found: dict[int, PlaceRow] = {}
    shown, values = hidden.condition()
    for start in range(0, len(rows), _CHUNK):
        part = [int(row) for row in rows[start : start + _CHUNK]]
        marks = ",".join("?" * len(part))
        sql = f"{_ROW} WHERE f.id IN ({marks}) AND f.life = 1 AND {shown}"
        found |= {row[0]: _to_row(row, None) for row in db.execute(sql, [*part, *values])}
    return found


def rows_matching(db: sqlite3.Connection, text: str) -> "Rows":
    """Return the rows of all features with these words, ascending, also of some off the map.

    text: words, or beginnings of words, of name, description or tags; accents don't matter.
    """
    if not (match := _match(text)):
        return _array(())
    return _rows(db, "SELECT rowid FROM feature_text WHERE feature_text MATCH ?", [match])


def shape_rows(db: sqlite3.Connection, bbox: Bbox) -> "Rows":
    """Return the rows of lines and zones whose own boxes reach into a box, ascending."""
    return _rows(db, *shapes_within(bbox))


def unplaced_rows(
    db: sqlite3.Connection, rows: Sequence[int], hidden: Hidden = NOTHING_HIDDEN
) -> "Rows":
    """Return those of some rows that are there but lie nowhere, ascending."""
    found: list[Iterable[int]] = []
    shown, values = hidden.condition()
    for start in range(0, len(rows), _CHUNK):
        part = [int(row) for row in rows[start : start + _CHUNK]]
        marks = ",".join("?" * len(part))
        sql = f"SELECT f.id FROM shown f WHERE f.id IN ({marks})"
        found.append(
            _rows(db, f"{sql} AND f.life = 1 AND f.lng IS NULL AND {shown}", [*part, *values])
        )
    return _array(chain(*found))


def names_of_people(db: sqlite3.Connection) -> dict[bytes, str]:
    """Return the pseudonym that each person gave last, by id; without those who gave none."""
    rows = db.execute("SELECT uuid, name FROM person WHERE name <> '' ORDER BY rank")
    return dict(rows.fetchall())


def _rows(db: sqlite3.Connection, sql: str, values: Sequence[Any]) -> "Rows":
    return _array(row for (row,) in db.execute(sql, values))


def _array(rows: Iterable[int]) -> "Rows":
    # Imported late: the command line has no use for it.
    import numpy as np

    return np.sort(np.fromiter(rows, np.int64))


def _to_row(row: tuple, near: LngLat | None) -> PlaceRow:  # type: ignore[type-arg]
    _row, uuid, name, category, lng, lat, state, author, author_name, disagreement = row
    is_placed = lng is not None and lat is not None
    at = LngLat(lng, lat) if is_placed else LngLat(0.0, 0.0)
    distance = distance_m(near, at) if near is not None else 0.0
    return PlaceRow(
        uuid, name, category, *at, FeatureState(state), author, author_name, distance,
        bool(disagreement), is_placed,
    )  # fmt: skip


def _match(text: str) -> str:
    """Return an FTS5 query that finds beginnings of all words; quoted, so nothing is syntax."""
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return " ".join(f'"{word}"*' for word in words)
