"""Base maps as MBTiles files: read whatever people bring, write what every program reads.

Source: MBTiles 1.3 (rows count from the south).  Files lie: the bytes decide what a tile is, and
the tiles decide which zooms and which box a file has.
"""

import contextlib
import errno
import math
import os
import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import MAX_ZOOM, Tile, bounds_of, tms_row
from collabmap.errors import (
    CollabMapError,
    DiskFull,
    FileMissing,
    FolderNotWritable,
    TilesEmpty,
    TilesUnreadable,
    TilesVector,
)
from collabmap.store.tile_image import Image, sniff

# How many tiles are looked at to learn what a file holds: the first may be the odd one out.
SAMPLE = 16
# "MPBX".  Source: MBTiles 1.3, "File format".
APPLICATION_ID = 0x4D504258
VECTOR_FORMATS = frozenset({"pbf", "mvt", "mlt", "application/vnd.mapbox-vector-tile"})


class PackFacts(NamedTuple):
    """What a base-map file holds, learnt from its tiles."""

    image: Image
    min_zoom: int
    max_zoom: int
    bounds: Bbox
    metadata: Mapping[str, str]


class MBTilesReader:
    """A base map on disk, read-only: a TileSource.  Use it on the thread that made it.

    Opening is cheap after the first time: what a file holds is remembered while it is unchanged.
    Raises FileMissing, TilesUnreadable, TilesEmpty, TilesVector.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            status = path.stat()
        except OSError as error:
            raise FileMissing(name=path.name) from error
        if not path.is_file():
            raise TilesUnreadable(name=path.name)
        self._facts = _facts(path, status.st_mtime_ns, status.st_size, status.st_ino)
        self._db = _open_read_only(path)

    @property
    def name(self) -> str:
        return self._facts.metadata.get("name", "") or self.path.stem

    @property
    def attribution(self) -> str:
        return plain_text(self._facts.metadata.get("attribution", ""))

    @property
    def min_zoom(self) -> int:
        return self._facts.min_zoom

    @property
    def max_zoom(self) -> int:
        return self._facts.max_zoom

    @property
    def bounds(self) -> Bbox:
        return self._facts.bounds

    @property
    def tile_size(self) -> int:
        return self._facts.image.width

    @property
    def format(self) -> str:
        """What the tiles are: 'png', 'jpg' or 'webp', whatever the file claims."""
        return self._facts.image.format

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says about itself, unchecked."""
        return self._facts.metadata

    def get(self, tile: Tile) -> bytes | None:
        """Return a tile's image, None when the file has none (no row, NULL or no bytes).

        Raises TilesUnreadable where the file is torn, FileMissing when its stick was pulled out.
        """
        try:
            row = self._db.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
                (tile.z, tile.x, tms_row(tile.z, tile.y)),
            ).fetchone()
        except sqlite3.DatabaseError as error:
            failure = TilesUnreadable if self.path.exists() else FileMissing
            raise failure(name=self.path.name) from error
        if row is None or not isinstance(row[0], bytes) or not row[0]:
            return None
        return row[0]

    def count(self) -> int:
        """Return how many tiles the file holds.  Reads the whole index."""
        with _unreadable(self.path):
            return int(self._db.execute("SELECT count(*) FROM tiles").fetchone()[0])

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@lru_cache(maxsize=32)
def _facts(path: Path, mtime_ns: int, size: int, inode: int) -> PackFacts:
    """Return what a file holds; the numbers make a changed file a new question."""
    with contextlib.closing(_open_read_only(path)) as db, _unreadable(path):
        metadata = _metadata(db)
        image = _sample_image(db, path, metadata)
        zooms = _zooms(db)
        if not zooms:
            raise TilesEmpty(name=path.name)
        box = _tiles_box(db, zooms[-1])
        return PackFacts(image, zooms[0], zooms[-1], _best_bounds(metadata, box), metadata)


def _open_read_only(path: Path) -> sqlite3.Connection:
    # immutable: no lock and no side file, so a read-only folder or a network share will do.  A
    # write-ahead log beside the file holds tiles that immutable would not see.
    wal = path.with_name(path.name + "-wal")
    has_wal = wal.exists() and wal.stat().st_size > 0
    mode = "mode=ro" if has_wal else "mode=ro&immutable=1"
    with _unreadable(path):
        return sqlite3.connect(f"{_file_uri(path)}?{mode}", uri=True)


def _file_uri(path: Path) -> str:
    """Return SQLite's URI of a path: spaces, %, ? and # escaped; C:/ and //server/share kept."""
    name = path.absolute().as_posix()
    slashes = "//" if name.startswith("/") else "///"
    return f"file:{slashes}{quote(os.fsencode(name), safe='/:')}"


@contextlib.contextmanager
def _unreadable(path: Path) -> Iterator[None]:
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


def _sample_image(db: sqlite3.Connection, path: Path, metadata: Mapping[str, str]) -> Image:
    rows = db.execute(
        f"SELECT tile_data FROM tiles WHERE length(tile_data) > 0 LIMIT {SAMPLE}"
    ).fetchall()
    if not rows:
        raise TilesEmpty(name=path.name)
    images = [sniff(row[0] if isinstance(row[0], bytes) else b"") for row in rows]
    for image in images:
        if image is not None and image.format != "pbf":
            return image
    is_vector = metadata.get("format", "").strip().lower() in VECTOR_FORMATS
    if is_vector or any(image is not None for image in images):
        raise TilesVector(name=path.name)
    raise TilesUnreadable(name=path.name)


def _zooms(db: sqlite3.Connection) -> list[int]:
    """Return the zooms that hold tiles.  Asked one by one: each answer is one step in the index,
    where GROUP BY would walk through millions of rows."""
    query = "SELECT 1 FROM tiles WHERE zoom_level = ? LIMIT 1"
    return [z for z in range(MAX_ZOOM + 1) if db.execute(query, (z,)).fetchone()]


def _tiles_box(db: sqlite3.Connection, zoom: int) -> Bbox:
    west, east, low, high = db.execute(
        "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
        " FROM tiles WHERE zoom_level = ?",
        (zoom,),
    ).fetchone()
    north_west = bounds_of(Tile(zoom, west, tms_row(zoom, high)))
    south_east = bounds_of(Tile(zoom, east, tms_row(zoom, low)))
    return Bbox(north_west.west, south_east.south, south_east.east, north_west.north)


def _best_bounds(metadata: Mapping[str, str], tiles_box: Bbox) -> Bbox:
    """Return the box the file claims where its tiles bear it out, else the box of its tiles."""
    try:
        west, south, east, north = map(float, metadata.get("bounds", "").split(","))
    except ValueError:
        return tiles_box
    claimed = Bbox(west, south, east, north)
    if not all(map(math.isfinite, claimed)) or not (west < east and south < north):
        return tiles_box
    room = 1e-6
    is_inside = (
        west >= tiles_box.west - room
        and south >= tiles_box.south - room
        and east <= tiles_box.east + room
        and north <= tiles_box.north + room
    )
    return claimed if is_inside else tiles_box


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        self.parts.append(" " if tag in ("br", "p", "div", "li") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return what a reader would see of a piece of HTML, on one line."""
    parser = _PlainText()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split())


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
    Raises FolderNotWritable, DiskFull.
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
    ) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.part")
        self._said = {
            "name": name,
            "format": format,
            "type": "baselayer",
            "version": "1",
            "attribution": attribution,
            "license": license,
            "description": description,
        }
        self._bounds = bounds
        self._ids: dict[bytes, int] = {}
        self._zooms: set[int] = set()
        with self._translated():
            self._part.unlink(missing_ok=True)
            self._db = sqlite3.connect(self._part, isolation_level=None)
        try:
            with self._translated():
                self._prepare()
        except CollabMapError:
            self.discard()
            raise

    def _prepare(self) -> None:
        # Nobody reads this file before it is whole, so a journal would only cost time.  Small
        # pages: a tile of 2 KB fills a page instead of half of one.
        self._db.execute("PRAGMA page_size = 2048")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN")

    @property
    def pictures(self) -> int:
        """How many different images were put so far."""
        return len(self._ids)

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

    def finish(self) -> int:
        """Give the file its name, whole and on the disk.  Return its size in bytes."""
        with self._translated():
            rows = [(key, value) for key, value in self._metadata().items() if value]
            self._db.executemany("INSERT INTO metadata VALUES (?, ?)", rows)
            self._db.execute("COMMIT")
            self._db.close()
            with self._part.open("rb+") as file:
                os.fsync(file.fileno())
            size = self._part.stat().st_size
            self._part.replace(self.path)
        return size

    def discard(self) -> None:
        """Leave nothing behind."""
        self._db.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.discard()
            return
        try:
            self.finish()
        except CollabMapError:
            self.discard()
            raise

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
