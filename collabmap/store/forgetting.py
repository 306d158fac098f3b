"""Forgetting: what a redact took from sight leaves every file of this laptop, for good.

One's own words go at once; what a coordinator took away goes some days later, so that a stolen
coordinator's laptop can be revoked before it has wiped the town.  The log keeps what the rules
read; the payload, its salt, and every copy made of it (rows, text index, free pages, the
write-ahead log, old backups, photos) are taken off the disk.

What is left to do outlives a crash: it stands in the note `forgotten` of the project file until
all of it is done.
"""

import glob
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import Change, Kind, WireChange, decode, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.roles import Role
from collabmap.store import duplicates, place_tags
from collabmap.store.ledger import OF_REDACTS
from collabmap.store.log import Ref
from collabmap.store.photo_index import photo_of
from collabmap.store.project import Project
from collabmap.store.rows import ON_MAP, sealed_in, words_of

GRACE_MS = 7 * 24 * 3600 * 1000
_NOTE = "forgotten"


class Forgotten(NamedTuple):
    """What was dropped and still has to leave other places than the log.

    changes: whose payloads were dropped just now.  blobs: photos they named.  sealed: private
    values.  subjects: features; persons: whose name it was.  is_dirty: whether pages of the file
    may still hold any of it.
    """

    changes: int = 0
    blobs: frozenset[bytes] = frozenset()
    sealed: frozenset[bytes] = frozenset()
    subjects: frozenset[bytes] = frozenset()
    persons: frozenset[bytes] = frozenset()
    is_dirty: bool = False


def forget_due(project: Project, now_ms: int, grace_ms: int = GRACE_MS) -> Forgotten:
    """Drop the payloads that redacts in force have named long enough; return what is left to do.

    now_ms: wall clock, since 1970.  grace_ms: how long what a coordinator redacted of somebody
    else is kept, from when the redact was first seen here.
    """
    if not project.model.ledger.noted(OF_REDACTS):
        return pending(project)
    with project.writing():
        due = _Due(project, now_ms, grace_ms)
        before = pending(project)
        found = before
        for name, ordinals in due.payloads.items():
            found = _joined(found, _drop(project, name, ordinals))
        due.note_done()
        if found != before:
            parts = (found.blobs, found.sealed, found.subjects, found.persons)
            project.set_meta(_NOTE, encode([sorted(part) for part in parts]))
    return found


def pending(project: Project) -> Forgotten:
    """Return what was dropped earlier and is still to be taken out of other places."""
    note = project.meta(_NOTE)
    if note is None:
        return Forgotten()
    blobs, sealed, subjects, persons = (frozenset(part) for part in decode(note))
    return Forgotten(0, blobs, sealed, subjects, persons, is_dirty=True)


def note_told(project: Project) -> None:
    """Note that the device and the folder of photos hold nothing of it any more."""
    with project.writing():
        project.set_meta(_NOTE, encode([[], [], [], []]))


def _joined(one: Forgotten, other: Forgotten) -> Forgotten:
    return Forgotten(
        one.changes + other.changes,
        one.blobs | other.blobs,
        one.sealed | other.sealed,
        one.subjects | other.subjects,
        one.persons | other.persons,
        is_dirty=True,
    )


# --- what is due ------------------------------------------------------------------------------


class _Due:
    """The payloads to drop, by segment, and the redacts that are done with once they are."""

    def __init__(self, project: Project, now_ms: int, grace_ms: int) -> None:
        self._project = project
        self._db = project.connection
        self._now_ms, self._grace_ms = now_ms, grace_ms
        rows = self._db.execute("SELECT segment, ordinal, seen, done FROM redact_seen").fetchall()
        self._seen = {Ref(*row[:2]): (row[2], bool(row[3])) for row in rows}
        self._wanted: list[tuple[Ref, Change, frozenset[ChangeId]]] = []
        self.payloads: dict[bytes, set[int]] = {}
        for redact in project.model.ledger.changes(OF_REDACTS):
            self._take(redact)

    def _take(self, redact: Change) -> None:
        log, ref = self._project.log, self._project.log.ref_of(redact.id)
        # An unsigned one still gets another place; its days are counted from then.
        if ref is None or not redact.id.segment:
            return
        rids = {named: log.rid_named(named) for named in {name.segment for name in redact.seen}}
        own = frozenset(n for n in redact.seen if rids[n.segment] == redact.stamp.rid)
        role = self._project.model.ledger.standing.role(redact)
        is_coordinators = role == Role.COORDINATOR
        kept = self._seen.get(ref)
        seen_ms, is_done = kept or (self._now_ms, False)
        if is_done and (is_coordinators or own == redact.seen):
            return
        # A clock that was ahead once must not put it off for years.  Of one that doesn't count,
        # or no longer, the days begin anew should it ever count.
        seen_ms = min(seen_ms, self._now_ms) if is_coordinators else self._now_ms
        if kept != (seen_ms, False):
            self._db.execute(
                "INSERT OR REPLACE INTO redact_seen VALUES (?, ?, ?, 0)", (*ref, seen_ms)
            )
        is_due = is_coordinators and seen_ms + self._grace_ms <= self._now_ms
        names = redact.seen if is_due else own
        for name in names:
            row = log.row_of(name) if name.segment else None
            if row is not None and row.payload:
                self.payloads.setdefault(name.segment, set()).add(name.ordinal)
        self._wanted.append((ref, redact, names))

    def note_done(self) -> None:
        """Note the redacts of which nothing is left here and nothing can come any more."""
        for ref, redact, names in self._wanted:
            is_here = all(self._project.log.row_of(name) is not None for name in redact.seen)
            if is_here and names == redact.seen:
                self._db.execute(
                    "UPDATE redact_seen SET done = 1 WHERE segment = ? AND ordinal = ?", ref
                )


# --- dropping ---------------------------------------------------------------------------------


def _drop(project: Project, name: bytes, ordinals: Collection[int]) -> Forgotten:
    """Drop the payloads at these places of a segment; return what they held."""
    log = project.log
    segment = log.segment(name)
    ref = log.ref_of(ChangeId(name, 0))
    assert segment is not None, "its changes were read just now"
    assert ref is not None, "the same"
    changes = [c for c in log.changes_of(ref.segment) if c.id.ordinal in ordinals]
    rows = {ordinal: log.row_of(ChangeId(name, ordinal)) for ordinal in ordinals}
    log.replace(wire.forget(segment, ordinals))
    for ordinal, row in rows.items():
        if row is not None:
            _drop_set_aside(project, segment.rid, segment.head.first + ordinal, row)
    photos = (photo_of(change) for change in changes)
    sealed = (value for change in changes for value in sealed_in(change))
    return Forgotten(
        len(changes),
        frozenset(photo.blob for photo in photos if photo is not None),
        frozenset(sealed),
        frozenset(c.subject for c in changes if c.kind != Kind.PERSON),
        frozenset(c.subject for c in changes if c.kind == Kind.PERSON),
    )


def _drop_set_aside(project: Project, rid: bytes, seq: int, row: WireChange) -> None:
    """Drop the payload of a change where a copy of it was put aside before it was signed."""
    rows = project.connection.execute(
        "SELECT rowid, data FROM tail_set_aside WHERE rid = ? AND seq = ?", (rid, seq)
    ).fetchall()
    for number, data in rows:
        aside = WireChange(*decode(data))
        if aside[:4] == row[:4]:
            emptied = encode(list(aside._replace(payload=None)))
            project.connection.execute(
                "UPDATE tail_set_aside SET data = ? WHERE rowid = ?", (emptied, number)
            )


# --- every copy of it -------------------------------------------------------------------------


def purge(project: Project) -> bool:
    """Pack the file anew without what was dropped; outside a transaction.

    False: somebody is reading an older state of it; to be done again later.  After note_told.
    """
    db = project.connection
    with project.writing():
        _index_anew(project)
        place_tags.forget(db)
        duplicates.forget(db)
    for path in _backups(project.path):
        path.unlink(missing_ok=True)
    db.execute("VACUUM")
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        return False
    with project.writing():
        db.execute("DELETE FROM meta WHERE key = ?", (_NOTE,))
    return True


def _index_anew(project: Project) -> None:
    """Make the text index from nothing: it keeps words of what was deleted from it for a while."""
    db = project.connection
    db.execute("INSERT INTO feature_text (feature_text) VALUES ('delete-all')")
    db.executemany(
        "INSERT INTO feature_text (rowid, name, words) VALUES (?, ?, ?)", _texts(project)
    )


def _texts(project: Project) -> Iterator[tuple[Any, ...]]:
    rows = project.connection.execute(
        "SELECT id, name, fields FROM shown WHERE life = ?", (ON_MAP,)
    )
    for number, name, fields in rows:
        yield number, name, words_of(fields)


def _backups(path: Path) -> list[Path]:
    """Return what was put beside a project file when it was brought up to date or repaired."""
    stem, suffix = glob.escape(path.stem), glob.escape(path.suffix)
    return [
        found
        for kind in ("schema", "damaged")
        for found in path.parent.glob(f"{stem}-{kind}-*{suffix}.backup*")
    ]
