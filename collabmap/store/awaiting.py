"""Why features wait for a coordinator, since when and by whom: part of the read model.

A feature that waits because it is new, by its author, since it was made, has no row: its own row
says as much, and after a merge they are nearly all that waits.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from collabmap.domain.change import ACCEPT, ANSWER, ASK, COMMENT, Change, Kind
from collabmap.domain.disputes import delete_dispute
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.hlc import Stamp
from collabmap.domain.outcome import Outcome
from collabmap.store.ledger import Ledger
from collabmap.store.people import People
from collabmap.store.questions import open_question
from collabmap.store.rows import differing_writes, disagrees, is_contested, is_private

# The table, also of a file from before there was one that is only looked at.
TABLE = (
    "awaiting (feature INTEGER PRIMARY KEY, why INTEGER NOT NULL, author INTEGER,"
    " since INTEGER NOT NULL) STRICT"
)
NEW, CHANGE, DELETE, DISAGREEMENT, CONTESTED, CARE = 1, 2, 4, 8, 16, 32
# Beside them: all of it was asked about and nobody has answered; private contacts differ, which
# only a coordinator can read.
ASKED, CONTACTS = 64, 128
# In `meta` while the rows are guesses.
DUE = "awaiting"
TALK = frozenset({COMMENT, ANSWER})


class Awaiting(NamedTuple):
    """why: bits.  author: row of the person who proposed it.  since_ms: as shown."""

    why: int
    author: int | None
    since_ms: int


class Said(NamedTuple):
    """What the row of a waiting change is told by.  is_talk: a comment or an answer."""

    stamp: Stamp
    person: bytes
    is_talk: bool = False


def proposal(changes: Collection[Change], *, is_delete: bool) -> Change:
    """Return the change whose author has proposed what is to be decided.

    A comment alone proposes only where nothing else does.
    """
    if is_delete:
        telling = [c for c in changes if c.kind == Kind.DELETE]
    else:
        telling = [c for c in changes if c.element not in TALK]
    return max(telling or changes, key=lambda c: c.rank)


def is_seen_to(outcome: Outcome) -> bool:
    """Whether a coordinator has said of a shape that needs care that it is all right.

    That is a verdict on what wrote it: a new shape is somebody's to look at again.
    """
    writes = outcome.shown.registers.get("geometry", ())
    wrote = writes[0] if writes else outcome.birth
    if wrote is None:
        return True
    ruling = outcome.rulings[wrote.id]
    return bool(ruling.said) and ruling.word == ACCEPT


def awaiting(
    outcome: Outcome, changes: Collection[Change], care: str, ledger: Ledger, people: People
) -> Awaiting | None:
    """Return why a feature waits, None if it does not or its own row says it all.

    care: why its shape needs care, '' if it does not.
    """
    looked_at = ledger.looked_at(outcome.subject)
    is_disputed, is_split = disagrees(outcome, looked_at), is_contested(outcome)
    needs_care = bool(care) and not is_seen_to(outcome)
    why = DISAGREEMENT * is_disputed | CONTESTED * is_split | CARE * needs_care
    if delete_dispute(outcome, changes) is not None:
        # A delete and an edit that knew nothing of each other stand side by side.
        why |= DISAGREEMENT
    elif outcome.state == FeatureState.DELETE_PROPOSED:
        why |= DELETE
    elif outcome.waiting:
        why |= CHANGE if outcome.published.is_alive else NEW
    if not why:
        return None
    waiting = [c for c in changes if c.id in outcome.waiting]
    if _is_asked(outcome, changes, waiting, ledger):
        why |= ASKED
    if any(
        len(differing_writes(outcome, name, looked_at)) > 1
        for name, writes in outcome.shown.registers.items()
        if len(writes) > 1 and is_private(name, writes)
    ):
        why |= CONTACTS
    latest = proposal(waiting or changes, is_delete=bool(why & DELETE))
    stamps = [c.stamp for c in waiting] or _stamps(outcome, looked_at)
    born = _said(outcome.birth) if outcome.birth else None
    return _unless_told(why, born, _said(latest), stamps, ledger, people)


def awaiting_quick(
    why: int,
    birth: Said,
    waiting: Collection[Said],
    written: Iterable[Said],
    otherwise: Iterable[Stamp],
    ledger: Ledger,
    people: People,
) -> Awaiting | None:
    """Return the same where there are neither verdicts nor deletes (store/quick.py).

    written: all that was written after the create.  otherwise: since when it waits where nothing
    proposed does.
    """
    said_last = list(waiting) or [birth, *written]
    telling = [said for said in said_last if not said.is_talk] or said_last
    latest = max(telling, key=lambda said: said.stamp)
    stamps = [said.stamp for said in waiting] or otherwise
    return _unless_told(why, birth, latest, stamps, ledger, people)


def _unless_told(
    why: int,
    birth: Said | None,
    latest: Said,
    stamps: Iterable[Stamp],
    ledger: Ledger,
    people: People,
) -> Awaiting | None:
    """Return the row to keep, None where that of the feature says the same."""
    since = min((ledger.shown_ms(*stamp) for stamp in stamps), default=0)
    is_told = (
        why == NEW
        and birth is not None
        and _identity(latest) == _identity(birth)
        and since == ledger.shown_ms(*birth.stamp)
    )
    return None if is_told else Awaiting(why, people.number(*_identity(latest)), since)


def _said(change: Change) -> Said:
    return Said(change.stamp, change.person)


def _identity(said: Said) -> tuple[bytes, bytes]:
    return said.person, said.stamp.rid


def _is_asked(
    outcome: Outcome, changes: Collection[Change], waiting: Iterable[Change], ledger: Ledger
) -> bool:
    """Whether all that waits was asked about, and nobody has answered the last question."""
    words = {outcome.rulings[change.id].word for change in waiting}
    return words == {ASK} and open_question(ledger, outcome, changes)


def _stamps(outcome: Outcome, looked_at: Collection[ChangeId]) -> list[Stamp]:
    """Return when people began to disagree: with each second word."""
    sides = [[v.stamp for v in r.said] for r in outcome.rulings.values() if r.is_contested]
    writes = [differing_writes(outcome, name, looked_at) for name in outcome.shown.registers]
    sides += [[write.stamp for write in each] for each in writes]
    seconds = [sorted(stamps)[1] for stamps in sides if len(stamps) > 1]
    # Only its shape is to be looked at: since it was drawn.
    drawn = outcome.shown.registers.get("geometry", ())[:1] or outcome.births[:1]
    return seconds or [change.stamp for change in drawn]


def note(db: sqlite3.Connection, found: Mapping[int, Awaiting | None]) -> None:
    """Keep why some rows wait, None for those that do not or say so themselves."""
    if gone := [(row,) for row, why in found.items() if why is None]:
        db.executemany("DELETE FROM awaiting WHERE feature = ?", gone)
    if here := [(row, *why) for row, why in found.items() if why is not None]:
        db.executemany("INSERT OR REPLACE INTO awaiting VALUES (?, ?, ?, ?)", here)


def prepare(db: sqlite3.Connection) -> None:
    """Give a connection a table where its file has none yet and may not get one."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'awaiting'"
    if db.execute(query).fetchone() is None:
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {TABLE}")
        _guess(db)


def begin(db: sqlite3.Connection) -> None:
    """Fill the table of a file that has not had one, roughly: `take_up` makes it exact."""
    if _guess(db):
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, x'')", (DUE,))


def guessed(db: sqlite3.Connection) -> list[bytes]:
    """Return the features of which a file from before knows only roughly why they wait."""
    rows = db.execute("SELECT f.uuid FROM awaiting a JOIN feature f ON f.id = a.feature")
    return [uuid for (uuid,) in rows]


def _guess(db: sqlite3.Connection) -> int:
    """Say of what waits what the rows of features tell; return of how many.

    They don't tell who proposed a change, and when.
    """
    now = "iif(o.feature IS NULL, f.{0}, o.{0})".format
    found = db.execute(
        f"INSERT INTO awaiting SELECT f.id, CASE {now('state')} WHEN ? THEN ? WHEN ? THEN ?"
        f" WHEN ? THEN ? ELSE iif({now('disagreement')}, 0, ?) END * ({now('waiting')} <> 0)"
        f" | ? * {now('disagreement')} | ? * (c.feature IS NOT NULL AND {now('life')} = 1),"
        f" {now('author')}, coalesce({now('changed')}, 0) FROM feature f"
        " LEFT JOIN overlay o ON o.feature = f.id LEFT JOIN care c ON c.feature = f.id"
        f" WHERE ({now('waiting')} AND (f.plain = 0 OR o.feature IS NOT NULL))"
        f" OR (c.feature IS NOT NULL AND {now('life')} = 1)",
        (
            *(str(FeatureState.DELETE_PROPOSED), DELETE),
            *(str(FeatureState.CHANGE_PROPOSED), CHANGE),
            *(str(FeatureState.PENDING), NEW),
            *(CONTESTED, DISAGREEMENT, CARE),
        ),
    )
    return found.rowcount
