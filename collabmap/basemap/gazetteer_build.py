"""Write a search index into a base map: what its extracts say by name, so that one file travels.

The tables begin with `gazetteer_`; programs that read MBTiles don't look at them.
"""

import contextlib
import os
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import shapely

from collabmap.basemap import gazetteer_read
from collabmap.basemap.gazetteer_join import join, where_of
from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.basemap.gazetteer_layout import SCHEMA, TABLES, VERSION, cell_of
from collabmap.basemap.gazetteer_spool import BATCH, Cancel, Spool, spool
from collabmap.basemap.gazetteer_where import Area, roles_of
from collabmap.basemap.name_words import expansions, words_of
from collabmap.domain.geo import Bbox
from collabmap.errors import FileMissing, TilesUnreadable
from collabmap.store.database import translated

# done, total, and which part: always 'searching' here.
Progress = Callable[[int, int, str], None]

_ROAD_REF = re.compile(r"([a-z]+)(\d+)")


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
    Raises FileMissing, ExtractUnreadable, TilesUnreadable, DiskFull, FolderNotWritable.
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
            shutil.copyfile(path, part)
            with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
                _check(db, path)
                db.execute("PRAGMA journal_mode = OFF")
                db.execute("PRAGMA synchronous = OFF")
                db.execute("BEGIN")
                yield db
                db.execute("COMMIT")
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _check(db: sqlite3.Connection, path: Path) -> None:
    try:
        db.execute("SELECT zoom_level, tile_data FROM tiles LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise TilesUnreadable(name=path.name) from error


def write(db: sqlite3.Connection, rows: Spool, *, cancel: Cancel | None = None) -> int:
    """Join what a spool holds and write it as the index of a database; return the entries."""
    rows.flush()
    areas = _areas(rows)
    join(rows, areas, where_of(rows), cancel)
    _clear(db)
    numbers = _write_entries(db, rows, cancel)
    _write_numbers(db, rows, numbers)
    _write_areas(db, areas)
    count = len(numbers)
    about = {"version": VERSION, "entries": str(count)}
    db.executemany("INSERT INTO gazetteer_about VALUES (?, ?)", about.items())
    return count


def _areas(rows: Spool) -> list[Area]:
    found = rows.db.execute("SELECT level, name, wkb FROM area ORDER BY ord")
    return roles_of((level, name, shapely.from_wkb(wkb)) for level, name, wkb in found)


def _clear(db: sqlite3.Connection) -> None:
    for table in TABLES:
        db.execute(f"DROP TABLE IF EXISTS gazetteer_{table}")
    for statement in SCHEMA.split(";"):
        db.execute(statement)


def _write_entries(db: sqlite3.Connection, rows: Spool, cancel: Cancel | None) -> dict[int, int]:
    """Write the entries, what matters most first; return spool number -> id.

    The order of the ids is that in which a search reads: it may stop early.
    """
    ids: dict[int, int] = {}
    spots: dict[tuple[str, str], int] = {}
    words: Counter[str] = Counter()
    query = "SELECT * FROM entry ORDER BY rank DESC, sort, commune, lng, lat, ord"
    for batch in rows.batches(query, BATCH):
        if cancel is not None:
            cancel()
        entries, texts = [], []
        for row in batch:
            order, _, _, _, kind, names, quarter, commune, rank, *box = row
            number = ids[order] = len(ids) + 1
            spot = spots.setdefault((quarter, commune), len(spots) + 1)
            entries.append((number, kind, names, spot, rank, *box))
            name_words = indexed_words(names.split("\n"))
            words.update(name_words)
            place = indexed_words((quarter, commune, KINDS[kind].words))
            texts.append((number, " ".join(name_words), " ".join(place), cell_of(*box[:2])))
            words.update(word for word in place if word not in words)
        marks = ", ".join("?" * 11)
        db.executemany(f"INSERT INTO gazetteer_entry VALUES ({marks})", entries)
        db.executemany(
            "INSERT INTO gazetteer_text (rowid, name, place, cell) VALUES (?, ?, ?, ?)", texts
        )
    db.executemany(
        "INSERT INTO gazetteer_spot VALUES (?, ?, ?)",
        [(number, quarter, commune) for (quarter, commune), number in spots.items()],
    )
    db.executemany("INSERT INTO gazetteer_word VALUES (?, ?)", sorted(words.items()))
    db.execute("INSERT INTO gazetteer_text (gazetteer_text) VALUES ('optimize')")
    return ids


def indexed_words(names: Sequence[str]) -> list[str]:
    """Return the words under which names are found: those of short forms written out too."""
    found: dict[str, None] = {}
    for name in names:
        for word in words_of(name):
            found[word] = None
            found.update(dict.fromkeys(expansions(word)))
            if match := _ROAD_REF.fullmatch(word):
                found.update(dict.fromkeys(match.groups()))
    return list(found)


def _write_numbers(db: sqlite3.Connection, rows: Spool, ids: dict[int, int]) -> None:
    for batch in rows.batches("SELECT * FROM number ORDER BY rowid"):
        found = [(ids[row[0]], *row[1:]) for row in batch]
        db.executemany("INSERT OR IGNORE INTO gazetteer_number VALUES (?, ?, ?, ?)", found)


def _write_areas(db: sqlite3.Connection, areas: Sequence[Area]) -> None:
    db.executemany(
        "INSERT INTO gazetteer_area VALUES (?, ?, ?, ?)",
        [(i, a.role, a.name, shapely.to_wkb(a.shape)) for i, a in enumerate(areas, start=1)],
    )
