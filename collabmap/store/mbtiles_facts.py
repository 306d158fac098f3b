"""What an MBTiles file holds, learnt from its tiles and remembered while it is unchanged."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from collabmap.domain.tiles import MAX_ZOOM
from collabmap.errors import TilesEmpty, TilesUnreadable
from collabmap.store.tile_claims import (
    Extent,
    best_bounds,
    claimed_bounds,
    guesses,
    is_other_way_up,
)
from collabmap.store.tile_source import SAMPLE, PackFacts, image_among

# Where a lookup reads the whole file, up to so many tiles nobody notices.
FEW = 2000
# A careless program's tile without a number must not keep the others from being shown.
_SOUND = "typeof(tile_column) = 'integer' AND typeof(tile_row) = 'integer'"
_ENDS = "min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
LOOKUP = "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?"


@lru_cache(maxsize=32)
def facts(path: Path, mtime_ns: int, size: int, inode: int) -> PackFacts:
    """Return what a file holds; the numbers make a changed file a new question."""
    with contextlib.closing(open_read_only(path)) as db, unreadable(path):
        metadata = _metadata(db)
        query = f"SELECT tile_data FROM tiles WHERE length(tile_data) > 0 LIMIT {SAMPLE}"
        samples = [row[0] for row in db.execute(query)]
        image = image_among(samples, path, metadata.get("format", ""))
        is_scan = _is_scan(db)
        count, extents = _walk(db) if is_scan else (0, _ends_of(db))
        if not extents:
            raise TilesEmpty(name=path.name)
        zooms = (extents[0].zoom, extents[-1].zoom)
        stored = extents[-1]
        claimed = claimed_bounds(metadata.get("bounds", ""))
        is_xyz = is_other_way_up(stored.flipped(), claimed)
        bounds = best_bounds(claimed, (stored if is_xyz else stored.flipped()).box())
        guessed = guesses(metadata, image, zooms, bounds)
        return PackFacts(
            image,
            *zooms,
            bounds,
            metadata,
            (*guessed, "scheme-from-bounds") if is_xyz else guessed,
            is_slow=is_scan and count > FEW,
            is_xyz=is_xyz,
        )


def open_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that neither writes nor leaves a file beside it."""
    # immutable: no lock and no side file, so a read-only folder or a network share will do.  A
    # write-ahead log beside the file holds tiles that immutable would not see.
    wal = path.with_name(path.name + "-wal")
    has_wal = wal.exists() and wal.stat().st_size > 0
    mode = "mode=ro" if has_wal else "mode=ro&immutable=1"
    with unreadable(path):
        db = sqlite3.connect(f"{file_uri(path)}?{mode}", uri=True)
        try:
            # Never in memory: a page of a stick that is pulled out would end the program.
            db.execute("PRAGMA mmap_size = 0")
        except sqlite3.Error:
            db.close()
            raise
    refuse_endless(db)
    return db


def refuse_endless(db: sqlite3.Connection) -> None:
    """Let no question recurse: `tiles` may be a view that never comes to its end."""
    db.set_authorizer(
        lambda action, *_: (
            sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_RECURSIVE else sqlite3.SQLITE_OK
        )
    )


def file_uri(path: Path) -> str:
    """Return SQLite's URI of a path: spaces, %, ? and # escaped; C:/ and //server/share kept."""
    name = path.absolute().as_posix()
    slashes = "//" if name.startswith("/") else "///"
    return f"file:{slashes}{quote(os.fsencode(name), safe='/:')}"


@contextlib.contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into TilesUnreadable."""
    try:
        yield
    except sqlite3.Error as error:
        raise TilesUnreadable(name=path.name) from error


def _metadata(db: sqlite3.Connection) -> dict[str, str]:
    try:
        rows = db.execute("SELECT name, value FROM metadata").fetchall()
    except sqlite3.OperationalError:
        return {}  # A file without the table still has its tiles.
    return {str(name): str(value) for name, value in rows if name is not None and value is not None}


def _is_scan(db: sqlite3.Connection) -> bool:
    """Whether looking up one tile walks through all of them."""
    plan = db.execute(f"EXPLAIN QUERY PLAN {LOOKUP}", (0, 0, 0)).fetchall()
    return any(row[3].startswith("SCAN") or "AUTOMATIC" in row[3] for row in plan)


def _walk(db: sqlite3.Connection) -> tuple[int, list[Extent]]:
    """Return how many tiles there are and where, zoom by zoom, in one walk through all."""
    rows = db.execute(
        f"SELECT count(*), zoom_level, {_ENDS} FROM tiles WHERE {_SOUND}"
        " AND typeof(zoom_level) = 'integer' AND zoom_level BETWEEN 0 AND ?"
        " GROUP BY 2 ORDER BY 2",
        (MAX_ZOOM,),
    ).fetchall()
    return sum(row[0] for row in rows), [_kept(row[1], row[2:]) for row in rows]


def _ends_of(db: sqlite3.Connection) -> list[Extent]:
    """Return where the tiles of the first and the last zoom lie; empty for a file without any.

    Zooms are asked one by one: each answer is one step in the index, where GROUP BY would walk
    through millions of rows.
    """
    query = f"SELECT 1 FROM tiles WHERE zoom_level = ? AND {_SOUND} LIMIT 1"
    zooms = [z for z in range(MAX_ZOOM + 1) if db.execute(query, (z,)).fetchone()]
    ends = f"SELECT {_ENDS} FROM tiles WHERE zoom_level = ? AND {_SOUND}"
    return [_kept(zoom, db.execute(ends, (zoom,)).fetchone()) for zoom in zooms[:1] + zooms[-1:]]


def _kept(zoom: int, ends: Sequence[int]) -> Extent:
    """Return an extent kept within the map."""
    return Extent(zoom, *(max(0, min((1 << zoom) - 1, end)) for end in ends))
