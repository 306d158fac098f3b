"""What places of one category have in their fields: what is offered to whoever adds another."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

from collabmap.domain.geo import Bbox, LngLat
from collabmap.store.boxes import within
from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.rows import decode_json

# A kilometre or so: what people call "around here".
NEAR_DEG = 0.01
# So many tell what is usual; a map of a million places need not be read whole for it.
_MOST = 400
_LATEST = 20_000
# What one place alone has is its own.
_LEAST = 2


def usual(
    db: sqlite3.Connection,
    category: str,
    near: LngLat | None,
    hidden: Hidden = NOTHING_HIDDEN,
) -> tuple[dict[str, list[Any]], list[str]]:
    """Return ({field: values}, keywords) that several places of a category have, the usual first.

    Of places around `near`, or where there are none of the latest.  Private values are left out.
    """
    values: dict[str, Counter[Any]] = {}
    tags: Counter[str] = Counter()
    for fields in _fields(db, category, near, hidden):
        tags.update(fields.get("tags", ()))
        for field, value in fields.get("values", {}).items():
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                values.setdefault(field, Counter())[value] += 1
    offered = {field: _usual(counts) for field, counts in values.items()}
    return {field: found for field, found in offered.items() if found}, _usual(tags)


def _usual(counts: Counter[Any]) -> list[Any]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [value for value, count in ranked if count >= _LEAST]


def _fields(
    db: sqlite3.Connection, category: str, near: LngLat | None, hidden: Hidden
) -> Iterator[dict[str, Any]]:
    shown, values = hidden.condition()
    where = f"f.life = 1 AND f.category = ? AND f.fields IS NOT NULL AND {shown}"
    rows: list[Any] = []
    if near is not None:
        inside, edges = within(_around(near))
        sql = f"SELECT f.fields FROM shown f WHERE {where} AND {inside} LIMIT {_MOST}"
        rows = db.execute(sql, [category, *values, *edges]).fetchall()
    if not rows:
        latest = f"f.id > (SELECT max(id) FROM main.feature) - {_LATEST}"
        sql = f"SELECT f.fields FROM shown f WHERE {where} AND {latest} LIMIT {_MOST}"
        rows = db.execute(sql, [category, *values]).fetchall()
    for (text,) in rows:
        yield decode_json(text)


def _around(near: LngLat) -> Bbox:
    # The antimeridian may lie between.
    west, east = ((near.lng + step + 180) % 360 - 180 for step in (-NEAR_DEG, NEAR_DEG))
    return Bbox(west, max(-90.0, near.lat - NEAR_DEG), east, min(90.0, near.lat + NEAR_DEG))
