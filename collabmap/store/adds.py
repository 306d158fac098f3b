"""Which features the log says have elements of a kind: for tables that a file did not have yet."""

import sqlite3
from collections.abc import Iterable

from collabmap.domain.change import Kind, encode
from collabmap.store.log import Log, Ref

_SLICE = 25_000


def adding(db: sqlite3.Connection, log: Log, element: str) -> set[bytes]:
    """Return the features to which elements of a kind were added, the log read from end to end."""
    sql = "SELECT segment, ordinal FROM mention WHERE feature > 0 ORDER BY segment, ordinal"
    refs = [Ref(*row) for row in db.execute(sql)]
    # How the structure of such an add begins and goes on: most need not be read further.
    word = encode(element)
    parts = (refs[start : start + _SLICE] for start in range(0, len(refs), _SLICE))
    return {subject for part in parts for subject in _adding(log, part, word)}


def _adding(log: Log, refs: Iterable[Ref], word: bytes) -> Iterable[bytes]:
    for row in log.rows_at(refs):
        if row.kind == Kind.ADD and word in row.structure:
            yield row.subject
