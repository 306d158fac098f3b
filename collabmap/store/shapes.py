"""Lines and zones of the read model, by the boxes around them."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from collabmap.domain.feature import FeatureState, ShapeRow
from collabmap.domain.geo import Bbox
from collabmap.store.features import Hidden

_CHUNK = 500
_STATES = {str(state): state for state in FeatureState}
_ROW = (
    "SELECT f.id, f.uuid, f.geometry, f.category, f.state, p.uuid, f.disagreement, f.name,"
    " f.lng, f.lat FROM feature_box b CROSS JOIN shown f ON f.id = b.id"
    " JOIN person p ON p.id = f.author WHERE f.life = 1 AND f.geometry IS NOT NULL"
)


def within(
    db: sqlite3.Connection, bbox: Bbox, hidden: Hidden, smallest_deg: float, limit: int
) -> list[ShapeRow]:
    """Return the lines and zones whose boxes meet a box, the largest first, at most so many.

    bbox: WGS84 degrees, west > east where it crosses the antimeridian.  smallest_deg: what is
    smaller than this both ways is left out.
    """
    shown, values = hidden.condition()
    meets, edges = _meets(bbox)
    sql = (
        f"{_ROW} AND {meets} AND (b.east - b.west >= ? OR b.north - b.south >= ?) AND {shown}"
        " ORDER BY (b.east - b.west) * (b.north - b.south) DESC, f.id LIMIT ?"
    )
    return [_row(r) for r in db.execute(sql, [*edges, smallest_deg, smallest_deg, *values, limit])]


def of(db: sqlite3.Connection, ids: Iterable[bytes], hidden: Hidden) -> list[ShapeRow]:
    """Return these lines and zones; what is a point or not on the map is left out."""
    shown, values = hidden.condition()
    found: list[ShapeRow] = []
    for part in _parts(ids):
        sql = f"{_ROW} AND f.uuid IN ({','.join('?' * len(part))}) AND {shown}"
        found += map(_row, db.execute(sql, [*part, *values]))
    return found


def boxes(db: sqlite3.Connection, ids: Iterable[bytes] | None, bbox: Bbox | None) -> list[Bbox]:
    """Return the box of each of these lines and zones; of all that meet a box, one around them.

    ids: None for all that meet the box; bbox: None for nothing.  They are rounded outwards.
    """
    columns = "b.west, b.south, b.east, b.north"
    found: list[Bbox] = []
    if ids is not None:
        for part in _parts(ids):
            sql = (
                f"SELECT {columns} FROM feature f CROSS JOIN feature_box b ON b.id = f.id"
                f" WHERE f.uuid IN ({','.join('?' * len(part))})"
            )
            found += [Bbox(*row) for row in db.execute(sql, part)]
    elif bbox is not None:
        meets, edges = _meets(bbox)
        row = db.execute(
            "SELECT min(b.west), min(b.south), max(b.east), max(b.north) FROM feature_box b"
            f" WHERE {meets}",
            edges,
        ).fetchone()
        found = [Bbox(*row)] if row[0] is not None else []
    return found


def _meets(bbox: Bbox) -> tuple[str, list[float]]:
    """Return SQL that is true of the boxes `b` that meet a box, and its values."""
    joint = "OR" if bbox.west > bbox.east else "AND"
    sql = f"(b.east >= ? {joint} b.west <= ?) AND b.north >= ? AND b.south <= ?"
    return sql, [bbox.west, bbox.east, bbox.south, bbox.north]


def _parts(ids: Iterable[bytes]) -> Iterator[list[bytes]]:
    every = list(ids)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]


def _row(row: tuple[Any, ...]) -> ShapeRow:
    number, uuid, wkb, category, state, author, disagreement, name, lng, lat = row
    return ShapeRow(
        number, uuid, wkb, category, _STATES[state], author, bool(disagreement), name, lng, lat
    )
