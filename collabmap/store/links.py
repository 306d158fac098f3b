"""Which links each feature has: part of the read model, settled with the feature they go from.

A row says where a link goes as it was written.  Under which id the other end goes by now, and
whether it is on the map, is found when rows are read (link_graph.py): so a link follows its ends
when they are united or part again, and one to what is gone is kept and comes back with it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collabmap.domain.change import LINK, Change
from collabmap.store.ledger import Ledger
from collabmap.store.people import People

# The table, also of a file from before there was one that is only looked at.
TABLE = """link (
    feature INTEGER NOT NULL, element BLOB NOT NULL, target BLOB NOT NULL, type TEXT NOT NULL,
    author INTEGER NOT NULL, at INTEGER NOT NULL, faces INTEGER NOT NULL,
    PRIMARY KEY (feature, element)
) STRICT, WITHOUT ROWID"""
# Bits of `faces`: everybody sees it; it was accepted.
SHOWN, PUBLISHED = 1, 2
# In `meta` while the rows of a file from before are still to be found.
DUE = "links"


class Row(NamedTuple):
    """author: row of the person.  at: ms as shown.  target: as it was written."""

    element: bytes
    target: bytes
    type: str
    author: int
    at: int
    faces: int


def links_among(
    shown: Sequence[Change], published: Sequence[Change], ledger: Ledger, people: People
) -> tuple[Row, ...]:
    """Return the links among the elements of a feature as shown and as published, in order."""
    found: dict[bytes, Row] = {}
    accepted = {change.id for change in published if change.element == LINK}
    for face, elements in ((SHOWN, shown), (0, published)):
        for change in elements:
            if change.element != LINK or len(change.keys) != 2 or change.keys[0] in found:
                continue
            element, target = change.keys
            stamp, words = change.stamp, change.payload
            found[element] = Row(
                element,
                target,
                words if isinstance(words, str) else "",
                people.number(change.person, stamp.rid),
                ledger.shown_ms(*stamp),
                face | (PUBLISHED if change.id in accepted else 0),
            )
    return tuple(found.values())


def note(db: sqlite3.Connection, found: Mapping[int, tuple[Row, ...]]) -> None:
    """Keep the links of some features, by their rows, and no others of theirs."""
    db.executemany("DELETE FROM link WHERE feature = ?", [(number,) for number in found])
    rows = [(number, *row) for number, links in found.items() for row in links]
    if rows:
        db.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection an empty table where its file has none yet and may not get one."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'link'"
    if db.execute(query).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE}")


def begin(db: sqlite3.Connection) -> None:
    """Say of a file that has not had the table that its links are still to be found."""
    if db.execute("SELECT 1 FROM mention WHERE feature > 0 LIMIT 1").fetchone() is not None:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, x'')", (DUE,))
