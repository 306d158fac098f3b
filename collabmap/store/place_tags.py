"""In which quarter and commune each feature lies, as the base maps know it: derived, never signed.

A row holds for the position that it was found for: where a feature has moved, its row counts no
more.  Other base maps make all rows anew; so may anybody who empties the table.
"""

import sqlite3
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collabmap.store.project import Project

# The table, also of a file from before there was one that is only looked at.
TABLE = """place_tag (
    uuid BLOB PRIMARY KEY, lng REAL NOT NULL, lat REAL NOT NULL,
    quarter TEXT NOT NULL, commune TEXT NOT NULL
) STRICT, WITHOUT ROWID"""
_BASIS = "place_tags"
_CHUNK = 500
_UNTAGGED = (
    "SELECT f.uuid, f.lng, f.lat FROM shown f LEFT JOIN place_tag t ON t.uuid = f.uuid"
    " WHERE f.life = 1 AND f.lng IS NOT NULL"
    " AND (t.uuid IS NULL OR t.lng <> f.lng OR t.lat <> f.lat)"
)


class TagRow(NamedTuple):
    """uuid: of the feature.  quarter, commune: names, '' where nothing is known.  WGS84."""

    uuid: bytes
    lng: float
    lat: float
    quarter: str
    commune: str

    @property
    def words(self) -> str:
        """Return « La Condamine, Monaco »."""
        return ", ".join(name for name in (self.quarter, self.commune) if name)


class TagCount(NamedTuple):
    """How many features on the map lie in a quarter of a commune; '' where it is not known."""

    commune: str
    quarter: str
    places: int


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection an empty table where its file has none yet and may not get one."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'place_tag'"
    if db.execute(query).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE}")


def untagged(
    db: sqlite3.Connection, ids: Collection[bytes] | None, limit: int
) -> list[tuple[bytes, float, float]]:
    """Return features on the map whose place is not known, and their positions.

    ids: only these; None looks through all of the map.
    """
    if ids is None:
        return db.execute(f"{_UNTAGGED} LIMIT ?", (limit,)).fetchall()
    found: list[tuple[bytes, float, float]] = []
    wanted = sorted(ids)[:limit]
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        found += db.execute(f"{_UNTAGGED} AND f.uuid IN ({marks})", part).fetchall()
    return found


def positions(db: sqlite3.Connection, limit: int) -> list[tuple[bytes, float, float]]:
    """Return features on the map and their positions, tagged or not."""
    query = "SELECT uuid, lng, lat FROM shown WHERE life = 1 AND lng IS NOT NULL LIMIT ?"
    return db.execute(query, (limit,)).fetchall()


def basis(project: "Project") -> bytes:
    """Return by what the rows were found, empty before any were."""
    return project.meta(_BASIS) or b""


def keep(project: "Project", found_by: bytes, rows: Iterable[TagRow]) -> None:
    """Keep rows; inside `writing`.  found_by: what base maps they come from; others' rows go."""
    db = project.connection
    if basis(project) != found_by:
        db.execute("DELETE FROM place_tag")
        project.set_meta(_BASIS, found_by)
    db.executemany("INSERT OR REPLACE INTO place_tag VALUES (?, ?, ?, ?, ?)", rows)


def forget(db: sqlite3.Connection) -> None:
    """Forget every row: positions must not outlive what was taken away for good."""
    db.execute("DELETE FROM place_tag")


def of(db: sqlite3.Connection, feature: bytes) -> TagRow | None:
    """Return the row of a feature, None if there is none; it may be of an earlier position."""
    query = "SELECT uuid, lng, lat, quarter, commune FROM place_tag WHERE uuid = ?"
    row = db.execute(query, (feature,)).fetchone()
    return None if row is None else TagRow(*row)


def counts(db: sqlite3.Connection) -> list[TagCount]:
    """Return how many features lie where, by commune and quarter."""
    query = (
        "SELECT t.commune, t.quarter, count(*) FROM place_tag t"
        " JOIN shown f ON f.uuid = t.uuid AND f.lng = t.lng AND f.lat = t.lat"
        " WHERE f.life = 1 GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [TagCount(*row) for row in db.execute(query)]
