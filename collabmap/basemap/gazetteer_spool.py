"""What an extract says by name, on its way into a search index: in a file, never all in memory.

A department has half a million house numbers; they are sorted and joined on disk.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

# Rows between two writings.
BATCH = 5_000
Cancel = Callable[[], None]


class Piece(NamedTuple):
    """A named thing as the extract has it: of a street one of many.

    names: all it is known by, the one to show first, parted by newlines.  lng, lat: where to point
    at; west to north: its box.  All in 1e-6 degrees.  order: of the extract.  rank: see
    gazetteer_kinds.
    """

    order: int
    kind: str
    names: str
    rank: int
    lng: int
    lat: int
    west: int
    south: int
    east: int
    north: int
    is_area: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.west, self.south, self.east, self.north


class Spool:
    """The rows read so far, in a file of its own.  One that is there already is taken up."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32768"):
            self.db.execute(f"PRAGMA {pragma}")
        for statement in _SCHEMA.split(";"):
            self.db.execute(statement)
        self._waiting: dict[str, list[tuple[object, ...]]] = {}
        tables = ("piece", "house", "area")
        last = " UNION ALL ".join(f"SELECT max(ord) AS ord FROM {table}" for table in tables)
        self._order = int(self.db.execute(f"SELECT max(ord) FROM ({last})").fetchone()[0] or 0)

    def next_order(self) -> int:
        """Return the number of the next thing: the order of the extracts decides ties."""
        self._order += 1
        return self._order

    def put(self, table: str, row: tuple[object, ...]) -> None:
        """Keep a row; `flush` before reading."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._write(table)

    def flush(self) -> None:
        for table in self._waiting:
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._waiting[table]
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.db.execute("BEGIN")
            self.db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            self.db.execute("COMMIT")
            rows.clear()

    def batches(self, query: str, size: int = BATCH) -> Iterator[list[Any]]:
        """Yield the rows of a query, a batch at a time."""
        cursor = self.db.execute(query)
        while rows := cursor.fetchmany(size):
            yield rows


@contextlib.contextmanager
def spool() -> Iterator[Spool]:
    """Give a new spool; its file is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="collabmap-") as folder:
        rows = Spool(Path(folder) / "names.sqlite")
        try:
            yield rows
        finally:
            rows.db.close()


_SCHEMA = """
CREATE TABLE IF NOT EXISTS piece (
    ord INTEGER, kind TEXT, names TEXT, rank INTEGER, lng INTEGER, lat INTEGER,
    west INTEGER, south INTEGER, east INTEGER, north INTEGER, is_area INTEGER
);
-- street and commune: as the address says.
CREATE TABLE IF NOT EXISTS house (
    ord INTEGER, number TEXT, street TEXT, commune TEXT, lng INTEGER, lat INTEGER
);
-- level: admin_level, 0 for a place drawn as an area.
CREATE TABLE IF NOT EXISTS area (ord INTEGER, level INTEGER, name TEXT, wkb BLOB);
CREATE TABLE IF NOT EXISTS placed_piece (
    family TEXT, key TEXT, bond TEXT, quarter TEXT, commune TEXT,
    ord INTEGER, kind TEXT, names TEXT, rank INTEGER, lng INTEGER, lat INTEGER,
    west INTEGER, south INTEGER, east INTEGER, north INTEGER, is_area INTEGER
);
CREATE TABLE IF NOT EXISTS placed_house (
    key TEXT, commune TEXT, ord INTEGER, number TEXT, street TEXT, lng INTEGER, lat INTEGER
);
CREATE TABLE IF NOT EXISTS entry (
    ord INTEGER PRIMARY KEY, family TEXT, key TEXT, sort TEXT, kind TEXT, names TEXT, quarter TEXT,
    commune TEXT, rank INTEGER, lng INTEGER, lat INTEGER,
    west INTEGER, south INTEGER, east INTEGER, north INTEGER
);
CREATE TABLE IF NOT EXISTS number (entry INTEGER, number TEXT, lng INTEGER, lat INTEGER)
"""
