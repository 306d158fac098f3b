"""The tables of a search index, filled: from a spool, or from a list of places.

The order of the ids is that in which a search reads, what matters most first: it may stop early.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import shapely

from collabmap.basemap.gazetteer_join import join, where_of
from collabmap.basemap.gazetteer_kinds import KINDS
from collabmap.basemap.gazetteer_layout import SCHEMA, TABLES, VERSION, cell_of
from collabmap.basemap.gazetteer_spool import Cancel, Spool
from collabmap.basemap.gazetteer_where import Area, roles_of
from collabmap.domain.name_words import expansions, words_of

_ROAD_REF = re.compile(r"([a-z]+)(\d+)")


def write(db: sqlite3.Connection, rows: Spool, *, cancel: Cancel | None = None) -> int:
    """Join what a spool holds and write it as the index of a database; return the entries."""
    rows.flush()
    areas = _areas(rows)
    join(rows, areas, where_of(rows), cancel)
    query = (
        "SELECT ord, kind, names, quarter, commune, rank, lng, lat, west, south, east, north"
        " FROM entry ORDER BY rank DESC, sort, commune, lng, lat, ord"
    )
    ids = write_entries(db, rows.batches(query), cancel)
    _write_numbers(db, rows, ids)
    _write_areas(db, areas)
    return len(ids)


def _areas(rows: Spool) -> list[Area]:
    found = rows.db.execute("SELECT level, name, wkb FROM area ORDER BY ord")
    return roles_of((level, name, shapely.from_wkb(wkb)) for level, name, wkb in found)


def _clear(db: sqlite3.Connection) -> None:
    for table in TABLES:
        db.execute(f"DROP TABLE IF EXISTS gazetteer_{table}")
    for statement in SCHEMA.split(";"):
        db.execute(statement)


def write_entries(
    db: sqlite3.Connection, batches: Iterable[list[Any]], cancel: Cancel | None = None
) -> dict[int, int]:
    """Make the tables anew and write entries, what matters most first; return number -> id.

    batches: of rows (number, kind, names parted by newlines, quarter, commune, rank, lng, lat,
    west, south, east, north), in 1e-6 degrees.
    """
    _clear(db)
    ids: dict[int, int] = {}
    spots: dict[tuple[str, str], int] = {}
    words: Counter[str] = Counter()
    for batch in batches:
        if cancel is not None:
            cancel()
        entries, texts = [], []
        for number, kind, names, quarter, commune, rank, *box in batch:
            entry = ids[number] = len(ids) + 1
            spot = spots.setdefault((quarter, commune), len(spots) + 1)
            entries.append((entry, kind, names, spot, rank, *box))
            name_words = indexed_words(names.split("\n"))
            place = indexed_words((quarter, commune, KINDS[kind].words))
            texts.append((entry, " ".join(name_words), " ".join(place), cell_of(*box[:2])))
            words.update(name_words)
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
    about = {"version": VERSION, "entries": str(len(ids))}
    db.executemany("INSERT INTO gazetteer_about VALUES (?, ?)", about.items())
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
