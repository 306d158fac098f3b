"""Places that may be one, as they were found on this computer: derived, never signed, never merged.

A pair holds for what its places said when they were looked at.  What a feature is, its digest
tells: where that is another by now, however that came about, the feature is looked at again.  So
nothing has to be noted when the map changes, and anybody may empty the tables.
"""

import math
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from collabmap.domain.cells import cell_of
from collabmap.domain.geo import MAX_LAT, Bbox, LngLat
from collabmap.store.boxes import shapes_within

if TYPE_CHECKING:
    from collabmap.domain.duplicates import Pair
    from collabmap.store.features import Hidden
    from collabmap.store.project import Project

# The tables, also of a file from before there were any that is only looked at.
TABLES = (
    """duplicate (
    one BLOB NOT NULL, other BLOB NOT NULL, score REAL NOT NULL, reasons BLOB NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID""",
    "duplicate_seen (feature INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT",
)
_BASIS = "duplicates"
_CHUNK = 500
# So much of a digest tells one state of a feature from another.
_DIGEST_BYTES = 8
_ON_MAP = "f.life = 1 AND f.lng IS NOT NULL AND f.author IS NOT NULL AND length(f.uuid) = 16"
_STALE = (
    f"SELECT f.id, f.uuid, substr(f.digest, 1, {_DIGEST_BYTES}), f.lng, f.lat FROM shown f"
    f" LEFT JOIN duplicate_seen s ON s.feature = f.id WHERE {_ON_MAP}"
    f" AND s.digest IS NOT substr(f.digest, 1, {_DIGEST_BYTES})"
)
# Of a point as WKB.
POINT_BYTES = 21
_PAIRS = "SELECT one, other, score, reasons FROM duplicate"
_M_A_DEGREE = 111_195.0
# Steps that leave out no cell (domain/cells.py): each is 300 m high, and 150 m wide at the 75th
# degree.
_STEP_M = (125.0, 250.0)


class StaleRow(NamedTuple):
    """A feature to be looked at.  row: its number in the file.  digest: what it is.  WGS84."""

    row: int
    uuid: bytes
    digest: bytes
    lng: float
    lat: float


class PairRow(NamedTuple):
    """one < other.  reasons: packed."""

    one: bytes
    other: bytes
    score: float
    reasons: bytes

    @classmethod
    def of(cls, pair: "Pair") -> "PairRow":
        return cls(pair.one, pair.other, pair.score, msgspec.msgpack.encode(pair.reasons))

    def pair(self) -> "Pair":
        """Return the pair with its reasons."""
        # Imported late: numpy and rapidfuzz, which opening a map does without.
        from collabmap.domain.duplicates import Pair, Reason

        reasons = msgspec.msgpack.decode(self.reasons, type=tuple[Reason, ...])
        return Pair(self.one, self.other, self.score, reasons)


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection empty tables where its file has none yet and may not get any."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'duplicate'"
    if db.execute(query).fetchone() is None:
        for table in TABLES:
            db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")


# --- what is to be looked at ------------------------------------------------------------------


def basis(project: "Project") -> bytes:
    """Return what was kept with the last look through the whole map, empty before there was one."""
    return project.meta(_BASIS) or b""


def stale(db: sqlite3.Connection, ids: Collection[bytes] | None) -> list[StaleRow]:
    """Return the features on the map that are not what they were when they were looked at.

    ids: only these; None looks through all of the map.
    """
    if ids is None:
        return [StaleRow(*row) for row in db.execute(_STALE)]
    found: list[StaleRow] = []
    for part in _parts(sorted(ids)):
        marks = ",".join("?" * len(part))
        rows = db.execute(f"{_STALE} AND f.uuid IN ({marks})", part)
        found += [StaleRow(*row) for row in rows]
    return found


def everything(db: sqlite3.Connection) -> list[StaleRow]:
    """Return all features that can be looked at."""
    query = f"SELECT f.id, f.uuid, substr(f.digest, 1, {_DIGEST_BYTES}), f.lng, f.lat FROM shown f"
    return [StaleRow(*row) for row in db.execute(f"{query} WHERE {_ON_MAP}")]


def count_on_map(db: sqlite3.Connection) -> int:
    """Return how many features can be looked at."""
    row = db.execute(f"SELECT count(*) FROM shown f WHERE {_ON_MAP}").fetchone()
    return int(row[0])


def uuids_around(
    db: sqlite3.Connection, positions: Iterable[LngLat], reaches_m: Iterable[float]
) -> set[bytes]:
    """Return the features on the map around positions: all within a reach of each, and some more.

    positions: WGS84.  reaches_m: of each, in metres.
    """
    cells: set[int] = set()
    rows: set[int] = set()
    for at, reach_m in zip(positions, reaches_m, strict=True):
        box = _box(at, reach_m)
        cells |= _cells(box, reach_m)
        rows.update(row for (row,) in db.execute(*shapes_within(box)))
    for part in _parts(sorted(cells)):
        marks = ",".join("?" * len(part))
        query = f"SELECT feature FROM feature_cell WHERE cell IN ({marks})"
        rows.update(row for (row,) in db.execute(query, part))
    found: set[bytes] = set()
    for part in _parts(sorted(rows)):
        marks = ",".join("?" * len(part))
        query = f"SELECT uuid FROM feature WHERE id IN ({marks})"
        found.update(uuid for (uuid,) in db.execute(query, part))
    return found


def radii_m(db: sqlite3.Connection, ids: Collection[bytes] | None) -> dict[bytes, float]:
    """Return half the diagonal of the boxes of lines and zones, in metres, by id."""
    query = (
        "SELECT f.uuid, b.west, b.south, b.east, b.north FROM feature_box b"
        " JOIN feature f ON f.id = b.id"
    )
    found = {}
    for uuid, west, south, east, north in db.execute(query):
        if ids is None or uuid in ids:
            wide = (east - west) * _squeeze((south + north) / 2)
            found[uuid] = (wide**2 + (north - south) ** 2) ** 0.5 / 2 * _M_A_DEGREE
    return found


def _box(at: LngLat, reach_m: float) -> Bbox:
    high = reach_m / _M_A_DEGREE
    wide = high / _squeeze(at.lat)
    return Bbox(
        max(-180.0, at.lng - wide),
        max(-MAX_LAT, at.lat - high),
        min(180.0, at.lng + wide),
        min(MAX_LAT, at.lat + high),
    )


def _squeeze(lat: float) -> float:
    return max(0.05, math.cos(math.radians(lat)))


def _cells(box: Bbox, reach_m: float) -> set[int]:
    columns, rows = (int(2 * reach_m / step_m) + 1 for step_m in _STEP_M)
    lngs = [box.west + (box.east - box.west) * n / columns for n in range(columns + 1)]
    lats = [box.south + (box.north - box.south) * n / rows for n in range(rows + 1)]
    return {cell_of(lng, lat) for lng in lngs for lat in lats}


# --- what was found ---------------------------------------------------------------------------


def keep(
    project: "Project",
    looked_at: Sequence[StaleRow],
    pairs: Iterable[PairRow],
    found_by: bytes | None = None,
) -> frozenset[bytes]:
    """Keep what was found; inside `writing`.  Return the features that are in other pairs now.

    looked_at: features whose pairs these are, each with another one.  found_by: the basis of a
    look through the whole map, whose pairs replace all others; None for some of it.
    """
    db, now = project.connection, set(pairs)
    before: set[PairRow] = set()
    if found_by is not None:
        before.update(PairRow(*row) for row in db.execute(_PAIRS))
        forget(db)
        project.set_meta(_BASIS, found_by)
    else:
        for part in _parts([row.uuid for row in looked_at]):
            marks = ",".join("?" * len(part))
            where = f" WHERE one IN ({marks}) OR other IN ({marks})"
            values = [*part, *part]
            before.update(PairRow(*row) for row in db.execute(f"{_PAIRS}{where}", values))
            db.execute(f"DELETE FROM duplicate{where}", values)
    db.executemany("INSERT OR REPLACE INTO duplicate VALUES (?, ?, ?, ?)", now)
    note_seen(db, looked_at)
    return frozenset(id_ for row in before ^ now for id_ in row[:2])


def note_seen(db: sqlite3.Connection, looked_at: Iterable[StaleRow]) -> None:
    """Note that features were looked at as they were."""
    seen = ((row.row, row.digest) for row in looked_at)
    db.executemany("INSERT OR REPLACE INTO duplicate_seen VALUES (?, ?)", seen)


def forget(db: sqlite3.Connection) -> None:
    """Forget everything: words must not outlive what was taken away for good."""
    for table in ("duplicate", "duplicate_seen"):
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM meta WHERE key = ?", (_BASIS,))


def has_pairs(db: sqlite3.Connection) -> bool:
    """Whether any pair was found."""
    return db.execute("SELECT 1 FROM duplicate LIMIT 1").fetchone() is not None


def pairs(db: sqlite3.Connection, hidden: "Hidden") -> list[PairRow]:
    """Return the pairs of which both are on the map and shown here, the likeliest first."""
    marks = ",".join("?" * len(hidden.people))
    people = db.execute(f"SELECT id FROM person WHERE uuid IN ({marks})", [*hidden.people])
    authors = {row for (row,) in people}
    found = db.execute(
        "SELECT d.one, d.other, d.score, d.reasons, a.author, b.author FROM duplicate d"
        " JOIN shown a ON a.uuid = d.one JOIN shown b ON b.uuid = d.other"
        " WHERE a.life = 1 AND b.life = 1 AND a.lng IS NOT NULL AND b.lng IS NOT NULL"
        " ORDER BY d.score DESC, d.one, d.other"
    )
    return [
        PairRow(*row[:4])
        for row in found
        if hidden.places.isdisjoint(row[:2]) and authors.isdisjoint(row[4:])
    ]


def pairs_among(db: sqlite3.Connection, ids: Sequence[bytes]) -> list[PairRow]:
    """Return the pairs that were found among some features, the likeliest first."""
    marks = ",".join("?" * len(ids))
    found = db.execute(
        f"SELECT one, other, score, reasons FROM duplicate WHERE one IN ({marks})"
        f" AND other IN ({marks}) ORDER BY score DESC, one, other",
        [*ids, *ids],
    )
    return [PairRow(*row) for row in found]


def _parts(values: Sequence[int] | Sequence[bytes]) -> Iterable[Sequence[int] | Sequence[bytes]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
