"""Write a search index into a base map: what its extracts say by name, so that one file travels.

The tables begin with `gazetteer_`; programs that read MBTiles don't look at them.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from collabmap.basemap import gazetteer_read
from collabmap.basemap.gazetteer_spool import Cancel, Spool, spool
from collabmap.basemap.gazetteer_write import write
from collabmap.domain.geo import Bbox
from collabmap.errors import FileInUse, FileMissing, TilesUnreadable
from collabmap.store.database import translated, uri
from collabmap.store.tile_place import put_in_place

# done, total, and which part: always 'searching' here.
Progress = Callable[[int, int, str], None]


def add_to(
    pack: sqlite3.Connection | Path,
    sources: Iterable[Path],
    area: Bbox | None,
    *,
    language: str = "fr",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> int:
    """Write the search index of some extracts into a base map; return how many entries it has.

    An index that is there already is replaced.  pack: an open connection, whose transaction stays
    the caller's, or a file, which is replaced whole at the end.  area: WGS84, None for all that the
    extracts hold.  cancel: called often, may raise.
    Raises FileMissing, ExtractUnreadable, TilesUnreadable, DiskFull, FolderNotWritable, FileInUse.
    """
    sources = list(sources)
    if isinstance(pack, Path):
        with _whole(pack) as db:
            return add_to(db, sources, area, language=language, progress=progress, cancel=cancel)
    total = len(sources) + 2
    with spool() as rows:
        for number, source in enumerate(sources):
            _tell(progress, number, total)
            gazetteer_read.read(source, area, language, rows, cancel)
        _tell(progress, len(sources), total)
        count = write(pack, rows, cancel=cancel)
    _tell(progress, total, total)
    return count


def gather(
    path: Path,
    sources: Iterable[Path],
    area: Bbox | None,
    *,
    language: str = "fr",
    cancel: Cancel | None = None,
) -> None:
    """Read extracts into a file, from which `write_gathered` makes the index.

    For another process: reading a region holds up all else in its own.
    Raises FileMissing, ExtractUnreadable, DiskFull.
    """
    with translated(path):
        rows = Spool(path)
        with contextlib.closing(rows.db):
            for source in sources:
                gazetteer_read.read(source, area, language, rows, cancel)


def write_gathered(pack: sqlite3.Connection, path: Path, *, cancel: Cancel | None = None) -> int:
    """Write the search index of what `gather` read into a base map; return its entries."""
    with translated(path):
        rows = Spool(path)
        with contextlib.closing(rows.db):
            return write(pack, rows, cancel=cancel)


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total, "searching")


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[sqlite3.Connection]:
    """Lend a copy of a base map, which takes its place when all went well."""
    if not path.is_file():
        raise FileMissing(name=path.name)
    part = path.with_name(f".{path.name}.part")
    with translated(path):
        try:
            with contextlib.closing(sqlite3.connect(uri(path, "mode=ro"), uri=True)) as old:
                _check(old, path)
                part.unlink(missing_ok=True)
                with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                    # Not a copy of the file: what lies in a log beside it belongs to it.
                    old.backup(db)
                    db.execute("PRAGMA journal_mode = OFF")
                    db.execute("PRAGMA synchronous = OFF")
                    db.execute("BEGIN")
                    yield db
                    db.execute("COMMIT")
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            _replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def _replace(part: Path, path: Path) -> None:
    try:
        put_in_place(part, path)
    except PermissionError as error:
        # Windows: some program, perhaps ours, shows this base map.
        raise FileInUse(name=path.name) from error


def _check(db: sqlite3.Connection, path: Path) -> None:
    try:
        db.execute("SELECT zoom_level, tile_data FROM tiles LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise TilesUnreadable(name=path.name) from error
