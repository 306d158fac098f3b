"""Keywords that may name a number, with the place each belongs to."""

import sqlite3
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collabmap.domain.number_tags import NumberTag, parse
from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.rows import decode_json

# Few places have such a keyword: SQLite leaves the others out, and only these are decoded.
_NAMED = "f.fields GLOB '*\"tags\":*[=:]*'"
_ON_MAP = "f.life = 1 AND f.lng IS NOT NULL AND f.lat IS NOT NULL"


class PlacedTag(NamedTuple):
    """row: of the feature in the project file.  lng, lat: WGS84 degrees."""

    row: int
    lng: float
    lat: float
    tag: NumberTag


def placed_tags(db: sqlite3.Connection, hidden: Hidden = NOTHING_HIDDEN) -> list[PlacedTag]:
    """Return every keyword of the kind « name = something » on the map, in the order of rows."""
    shown, values = hidden.condition()
    sql = (
        "SELECT f.id, f.lng, f.lat, f.fields FROM shown f"
        f" WHERE {_ON_MAP} AND {_NAMED} AND {shown} ORDER BY f.id"
    )
    found: list[PlacedTag] = []
    for row, lng, lat, fields in db.execute(sql, values):
        for word in decode_json(fields).get("tags", ()):
            if (tag := parse(word)) is not None:
                found.append(PlacedTag(row, lng, lat, tag))
    return found


class QuarterRows(NamedTuple):
    """The places of a quarter, or of a commune outside of any: their rows, ascending."""

    commune: str
    quarter: str
    rows: NDArray[np.int64]


def quarter_rows(db: sqlite3.Connection) -> list[QuarterRows]:
    """Return which places on the map lie in which quarter; a place of none is left out."""
    found = db.execute(
        # Packed: no object is made for a row.
        "SELECT t.commune, t.quarter, group_concat(f.id) FROM place_tag t"
        " JOIN shown f ON f.uuid = t.uuid AND f.lng = t.lng AND f.lat = t.lat"
        " WHERE f.life = 1 AND (t.commune <> '' OR t.quarter <> '') GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [
        QuarterRows(commune, quarter, np.sort(np.fromstring(packed, np.int64, sep=",")))
        for commune, quarter, packed in found
    ]
