"""Base maps as MBTiles files: read whatever people bring, write what every program reads.

Source: MBTiles 1.3 (rows count from the south).  Files lie: the bytes decide what a tile is, and
the tiles decide which zooms and which box a file has.
"""

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import MAX_ZOOM, Tile, tms_row
from collabmap.errors import (
    CollabMapError,
    DiskFull,
    FileExists,
    FileInUse,
    FileMissing,
    FolderNotWritable,
    TilesUnreadable,
)
from collabmap.store.mbtiles_facts import LOOKUP, facts, open_read_only, unreadable
from collabmap.store.tile_place import put_in_place, remove_whole
from collabmap.store.tile_source import TileFile

# Between two writings that outlive a kill.
MARK_S = 0.5
# Somebody may be looking how far a part has come; who writes one keeps it for longer.
LOCK_S = 1.0
# More steps than any recipe has: all of them.
ALL_STEPS = (1 << 31) - 1
# "MPBX".  Source: MBTiles 1.3, "File format".
APPLICATION_ID = 0x4D504258


class MBTilesReader(TileFile):
    """A base map on disk, read-only: a TileSource.  Use it on the thread that made it.

    Opening is cheap after the first time: what a file holds is remembered while it is unchanged.
    Rows that count from the north, against the rule, are known by the area the file names.
    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector.
    """

    kind = "mbtiles"

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            status = path.stat()
        except OSError as error:
            raise FileMissing(name=path.name) from error
        if not path.is_file():
            raise TilesUnreadable(name=path.name)
        self._facts = facts(path, status.st_mtime_ns, status.st_size, status.st_ino)
        self._db = open_read_only(path)

    def get(self, tile: Tile) -> bytes | None:
        try:
            row = self._db.execute(LOOKUP, (tile.z, tile.x, self._row(tile))).fetchone()
        except sqlite3.DatabaseError as error:
            failure = TilesUnreadable if self.path.exists() else FileMissing
            raise failure(name=self.path.name) from error
        if row is None or not isinstance(row[0], bytes) or not row[0]:
            return None
        return row[0]

    def count(self) -> int:
        with unreadable(self.path):
            return int(self._db.execute("SELECT count(*) FROM tiles").fetchone()[0])

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        query = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
        with unreadable(self.path):
            for z, x, row, data in self._db.execute(query):
                if not all(isinstance(number, int) for number in (z, x, row)):
                    continue
                if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= row < 1 << z):
                    continue
                if isinstance(data, bytes) and data:
                    yield Tile(z, x, row if self._facts.is_xyz else tms_row(z, row)), data

    def _row(self, tile: Tile) -> int:
        return tile.y if self._facts.is_xyz else tms_row(tile.z, tile.y)

    def close(self) -> None:
        self._db.close()


# --- writing ----------------------------------------------------------------------------------

SCHEMA = """
CREATE TABLE metadata (name TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL);
CREATE TABLE map (
    zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,
    tile_id INTEGER NOT NULL REFERENCES images (tile_id),
    PRIMARY KEY (zoom_level, tile_column, tile_row)
) WITHOUT ROWID;
CREATE VIEW tiles AS
    SELECT zoom_level, tile_column, tile_row, tile_data
    FROM map JOIN images ON images.tile_id = map.tile_id;
CREATE UNIQUE INDEX metadata_name ON metadata (name);
"""


class MBTilesWriter:
    """A new base map: `put` tiles, then `finish`.  Nothing stands at `path` before that.

    As a context manager it finishes, or leaves nothing behind when an exception passes through.
    A file that already stands at `path` is replaced by `finish`, whole.
    recipe: a word for what will be put.  With one, what was put before a `mark` outlives a kill:
    the next writer with the same word takes it up, and `steps` says how far it came.  The finished
    file is the same to the last byte.
    Raises FolderNotWritable, DiskFull, FileInUse (another writer is at it).
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        format: str,
        bounds: Bbox,
        attribution: str,
        license: str = "",
        description: str = "",
        recipe: str = "",
        is_overlay: bool = False,
    ) -> None:
        self.path = path
        self._part = part_of(path)
        self._recipe = recipe
        self._said = {
            "name": name,
            "format": format,
            "type": "overlay" if is_overlay else "baselayer",
            "version": "1",
            "attribution": attribution,
            "license": license,
            "description": description,
        }
        self._bounds = bounds
        self._ids: dict[bytes, int] = {}
        self._zooms: set[int] = set()
        self.steps = 0
        self._marked_s = time.monotonic()
        with self._translated():
            if self._part.exists() and self._take_up():
                return
            remove_whole(self._part)
            self._db = self._connect()
        try:
            with self._translated():
                self._prepare()
        except FileInUse:
            # Made by another writer in this very moment.
            self._db.close()
            raise
        except CollabMapError:
            self.discard()
            raise

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._part, isolation_level=None, timeout=LOCK_S)
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        return db

    def _prepare(self) -> None:
        # Small pages: a tile of 2 KB fills a page instead of half of one.
        self._db.execute("PRAGMA page_size = 2048")
        if not self._recipe:
            # Nobody reads this file before it is whole, so a journal would only cost time.
            self._db.execute("PRAGMA journal_mode = OFF")
            self._db.execute("PRAGMA synchronous = OFF")
        # Exclusive from the first moment: nobody else takes this part for an abandoned one.
        self._db.execute("BEGIN EXCLUSIVE")
        for statement in SCHEMA.split(";\n"):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if self._recipe:
            self._db.execute("INSERT INTO metadata VALUES ('recipe', ?)", (self._recipe,))
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def _take_up(self) -> bool:
        """Go on with what a killed writer left; False where it is of another recipe, or torn.

        Raises SQLite's error of a locked file where its writer is alive.
        """
        db = self._connect()
        try:
            db.execute("BEGIN EXCLUSIVE")
            if not self._recipe or _recipe_of(db) != self._recipe or not _is_whole(db):
                db.close()
                return False
            for number, data in db.execute("SELECT tile_id, tile_data FROM images"):
                self._ids[blake2b(data, digest_size=16).digest()] = number
            self._zooms.update(z for (z,) in db.execute("SELECT DISTINCT zoom_level FROM map"))
            (self.steps,) = db.execute("PRAGMA user_version").fetchone()
            if db.execute("SELECT 1 FROM metadata WHERE name = 'format'").fetchone():
                # Whole, but it did not get its name any more.
                self.steps = ALL_STEPS
        except sqlite3.Error as error:
            db.close()
            if _is_busy(error):
                raise
            self._ids.clear()
            self._zooms.clear()
            return False
        self._db = db
        return True

    @property
    def pictures(self) -> int:
        """How many different images were put so far."""
        return len(self._ids)

    @property
    def tiles(self) -> int:
        """How many tiles lie in the file."""
        return int(self._db.execute("SELECT count(*) FROM map").fetchone()[0])

    def put(self, tile: Tile, data: bytes) -> None:
        """Keep a tile's image; the same bytes are stored once (the sea is one picture)."""
        digest = blake2b(data, digest_size=16).digest()
        with self._translated():
            image = self._ids.get(digest)
            if image is None:
                image = len(self._ids)
                self._db.execute("INSERT INTO images VALUES (?, ?)", (image, data))
                self._ids[digest] = image
            self._db.execute(
                "INSERT OR REPLACE INTO map VALUES (?, ?, ?, ?)",
                (tile.z, tile.x, tms_row(tile.z, tile.y), image),
            )
        self._zooms.add(tile.z)

    def mark(self, steps: int, *, now: bool = False) -> None:
        """Say how many steps of the recipe are put by now; they outlive a kill, at the latest
        half a second later, or `now`."""
        self.steps = steps
        if not now and time.monotonic() - self._marked_s < MARK_S:
            return
        with self._translated():
            # The number is part of the file's first page: it is written with the tiles or not.
            self._db.execute(f"PRAGMA user_version = {steps}")
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")
        self._marked_s = time.monotonic()

    @property
    def connection(self) -> sqlite3.Connection:
        """The file that is being written, for what else goes into it.  In a transaction."""
        return self._db

    def get(self, tile: Tile) -> bytes | None:
        """Return what was put, None for nothing."""
        row = self._db.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (tile.z, tile.x, tms_row(tile.z, tile.y)),
        ).fetchone()
        return bytes(row[0]) if row else None

    def set_bounds(self, bounds: Bbox) -> None:
        """Say another area than at the start, now that the tiles are known."""
        self._bounds = bounds

    def finish(self) -> int:
        """Give the file its name, whole and on the disk.  Return its size in bytes."""
        with self._translated():
            rows = [(key, value) for key, value in self._metadata().items() if value]
            self._db.executemany("INSERT OR REPLACE INTO metadata VALUES (?, ?)", rows)
            self._db.execute("PRAGMA user_version = 0")
            self._db.execute("COMMIT")
            self._db.close()
            with self._part.open("rb+") as file:
                if self._recipe:
                    _forget_commits(file)
                os.fsync(file.fileno())
            size = self._part.stat().st_size
            try:
                put_in_place(self._part, self.path)
            except (PermissionError, IsADirectoryError) as error:
                if not self.path.exists():
                    raise
                # Windows: some program, perhaps ours, shows the one that is to be replaced.
                raise FileInUse(name=self.path.name) from error
        return size

    def discard(self) -> None:
        """Leave nothing behind."""
        self._db.close()
        with contextlib.suppress(OSError):
            remove_whole(self._part)

    def keep(self) -> None:
        """Leave what is marked for the next writer with the same recipe."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._leave(kind)
            return
        try:
            self.finish()
        except CollabMapError as error:
            self._leave(type(error))
            raise

    def _leave(self, kind: type[BaseException]) -> None:
        """Keep what goes on once a file is out of the way, or after what nobody foresaw: that is
        no reason to throw away an hour of work."""
        goes_on = (FileExists, FileInUse)
        is_final = issubclass(kind, CollabMapError) and not issubclass(kind, goes_on)
        (self.discard if is_final or not self._recipe else self.keep)()

    def _metadata(self) -> dict[str, str]:
        said = dict(self._said)
        west, south, east, north = self._bounds
        said["bounds"] = f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}"
        if self._zooms:
            low, high = min(self._zooms), max(self._zooms)
            middle = (low + high + 1) // 2
            said["minzoom"], said["maxzoom"] = str(low), str(high)
            said["center"] = f"{(west + east) / 2:.6f},{(south + north) / 2:.6f},{middle}"
        return said

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if _is_busy(error):
                raise FileInUse(name=self.path.name) from error
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY,
                sqlite3.SQLITE_PERM,
            ):
                raise FolderNotWritable(folder=str(self.path.parent)) from error
            # What else can go wrong with a file of our own: no room, a file-size limit of the
            # stick (FAT32: 4 GB), or the stick is gone.
            raise DiskFull(name=self.path.name) from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DiskFull(name=self.path.name) from error
            raise FolderNotWritable(folder=str(self.path.parent)) from error


def part_of(path: Path) -> Path:
    """Return where a base map lies while it is being written."""
    return path.with_name(f".{path.name}.part")


def tiles_kept(path: Path, recipe: str) -> int | None:
    """Return how many tiles a killed writer with a recipe has left for `path`, None for none.

    None also while another writer is at it.
    """
    part = part_of(path)
    if not part.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(part, timeout=0)) as db:
            if _recipe_of(db) != recipe:
                return None
            return int(db.execute("SELECT count(*) FROM map").fetchone()[0])
    except sqlite3.Error:
        return None


def empty_tiles(path: Path) -> set[Tile]:
    """Return the tiles that a base map has a row for but no bytes.  Raises TilesUnreadable."""
    query = (
        "SELECT zoom_level, tile_column, tile_row FROM tiles"
        " WHERE coalesce(length(tile_data), 0) = 0"
    )
    try:
        with contextlib.closing(open_read_only(path)) as db:
            return {
                Tile(z, x, tms_row(z, row))
                for z, x, row in db.execute(query)
                if all(isinstance(number, int) for number in (z, x, row)) and 0 <= z <= MAX_ZOOM
            }
    except sqlite3.Error as error:
        raise TilesUnreadable(name=path.name) from error


def _is_whole(db: sqlite3.Connection) -> bool:
    """Whether the disk has kept what a killed writer put."""
    if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        return False
    lost = "SELECT 1 FROM map LEFT JOIN images USING (tile_id) WHERE tile_data IS NULL LIMIT 1"
    count, last = db.execute("SELECT count(*), coalesce(max(tile_id), -1) FROM images").fetchone()
    return count == last + 1 and db.execute(lost).fetchone() is None


def _recipe_of(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM metadata WHERE name = 'recipe'").fetchone()
    return str(row[0]) if row else ""


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _forget_commits(file: BinaryIO) -> None:
    """Make a file independent of how often it was committed on the way.

    Source: sqlite.org/fileformat, 1.3: the file change counter, and the number it had when the
    version was written; both must be equal.
    """
    for offset in (24, 92):
        file.seek(offset)
        file.write((1).to_bytes(4, "big"))
