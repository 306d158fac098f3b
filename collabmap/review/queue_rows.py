"""The lines of the queue: what waits for a coordinator, why, since when; light, by the thousand.

Nothing is unpacked for a line; the card of one (review/queue.py) is read when it is shown.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from collabmap.domain import ids
from collabmap.store import awaiting
from collabmap.store.ledger import Ledger

ItemKind = Literal["delete", "disagreement", "contested", "duplicate", "change", "new", "care"]

# In this order one of several reasons names the line; the others are in `also`.
KINDS: tuple[ItemKind, ...] = (
    "delete",
    "disagreement",
    "contested",
    "duplicate",
    "change",
    "new",
    "care",
)
_BITS: dict[ItemKind, int] = {
    "delete": awaiting.DELETE,
    "disagreement": awaiting.DISAGREEMENT,
    "contested": awaiting.CONTESTED,
    "change": awaiting.CHANGE,
    "new": awaiting.NEW,
    "care": awaiting.CARE,
}
_CHUNK = 500
_ROWS = (
    "SELECT f.id, f.uuid, f.name, f.category, f.lng, f.lat, f.geometry IS NOT NULL, f.author,"
    " f.born, a.why, a.author, a.since, t.quarter, t.commune"
    " FROM ({which}) q CROSS JOIN shown f ON f.id = q.id"
    " LEFT JOIN awaiting a ON a.feature = f.id"
    " LEFT JOIN place_tag t ON t.uuid = f.uuid AND t.lng = f.lng AND t.lat = f.lat"
)
_ALL = (
    "SELECT id FROM feature WHERE waiting AND id NOT IN (SELECT feature FROM overlay)"
    " UNION SELECT feature FROM overlay WHERE waiting UNION SELECT feature FROM awaiting"
)
_SOME = (
    "SELECT s.id FROM shown s LEFT JOIN awaiting w ON w.feature = s.id WHERE s.uuid IN ({marks})"
    " AND (s.waiting OR w.feature IS NOT NULL)"
)


_ANY = "SELECT id FROM shown WHERE uuid IN ({marks}) AND life = 1"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line.  id: of the feature; of a group of duplicates their ids joined, ascending.

    also: the other reasons why it waits.  author, author_name: the person who proposed it.
    at_ms: since when it waits.  lng, lat: WGS84, 0 where it lies nowhere.  where: quarter and
    commune, '' where that is not known.  is_asked: a coordinator has asked about all of it, and
    nobody has answered.  is_shape: a line or a zone.  names: of each duplicate.
    """

    id: bytes
    kind: ItemKind
    also: frozenset[ItemKind]
    name: str
    category: str
    author: bytes
    author_name: str
    at_ms: int
    lng: float
    lat: float
    where: str = ""
    is_asked: bool = False
    is_shape: bool = False
    names: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[ItemKind]:
        """Return every reason why it waits."""
        return self.also | {self.kind}

    @property
    def features(self) -> tuple[bytes, ...]:
        """Return the features that it is about: one, or those of a group."""
        size = ids.ID_BYTES
        return tuple(self.id[at : at + size] for at in range(0, len(self.id), size))

    @property
    def rank(self) -> tuple[bool, int, bytes]:
        """Return what the oldest come first by; what was asked waits for somebody else."""
        return self.is_asked, self.at_ms, self.id


class _Person(NamedTuple):
    id: bytes
    rid: bytes
    name: str


# Which private contacts differ takes the keys of a coordinator to know.
Differ = Callable[[bytes], bool]


def read_rows(
    db: sqlite3.Connection, ledger: Ledger, differ: Differ, some: Collection[bytes] | None = None
) -> list[QueueRow]:
    """Return what waits, of all features or of some, the oldest first, what was asked last.

    Call inside one transaction.  differ: whether a feature has private contacts that a coordinator
    here can read and that differ.
    """
    people = _people(db)
    same = _Shared()
    found = [_row_of(row, people, ledger, differ, same) for row in _read(db, some)]
    return sorted((row for row in found if row is not None), key=lambda row: row.rank)


def duplicate_rows(
    db: sqlite3.Connection, ledger: Ledger, groups: Iterable[tuple[bytes, ...]]
) -> list[QueueRow]:
    """Return a line for each group of places that may be one, the oldest first.

    Call inside one transaction.  groups: ids of features, ascending.  A group waits since its
    newest place is there, where that lies, and by whoever has added it.
    """
    kept = list(groups)
    people, same = _people(db), _Shared()
    known: dict[bytes, QueueRow] = {}
    for row in _read(db, {id_ for group in kept for id_ in group}, which=_ANY):
        _, uuid, name, category, lng, lat, is_shape, maker, born, *_why, quarter, commune = row
        author = people.get(maker, _NOBODY)
        known[uuid] = QueueRow(
            uuid, "duplicate", frozenset(), name or "", category or "", author.id, author.name,
            ledger.shown_ms(born or 0, author.rid), lng or 0.0, lat or 0.0,
            same.where_of(quarter, commune), is_shape=bool(is_shape),
        )  # fmt: skip
    found = []
    for group in kept:
        members = [known[id_] for id_ in group if id_ in known]
        if len(members) > 1:
            newest = max(members, key=lambda row: (row.at_ms, row.id))
            names = tuple(dict.fromkeys(row.name for row in members if row.name))
            joined = " / ".join(names)
            found.append(replace(newest, id=b"".join(group), name=joined, names=names))
    return sorted(found, key=lambda row: row.rank)


def suspected(rows: Iterable[QueueRow], places: Collection[bytes]) -> list[QueueRow]:
    """Return lines of features, those that are among possible duplicates waiting for that too."""
    return [
        replace(row, also=row.also | {"duplicate"}) if row.id in places else row for row in rows
    ]


def _people(db: sqlite3.Connection) -> dict[int, _Person]:
    rows = db.execute("SELECT id, uuid, rid, name FROM person")
    return {number: _Person(*rest) for number, *rest in rows}


def _read(
    db: sqlite3.Connection, some: Collection[bytes] | None, which: str = _SOME
) -> Iterable[tuple[Any, ...]]:
    if some is None:
        yield from db.execute(_ROWS.format(which=_ALL))
        return
    wanted = sorted(some)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        yield from db.execute(_ROWS.format(which=which.format(marks=marks)), part)


class _Shared:
    """Equal sets and texts once: a hundred thousand lines have a few hundred of them."""

    def __init__(self) -> None:
        self.reasons: dict[int, tuple[ItemKind, frozenset[ItemKind]]] = {}
        self.where: dict[tuple[str, str], str] = {}
        self.texts: dict[str, str] = {}

    def reasons_of(self, why: int) -> tuple[ItemKind, frozenset[ItemKind]] | None:
        why &= ~(awaiting.ASKED | awaiting.CONTACTS)
        found = self.reasons.get(why)
        if found is None:
            kinds = [kind for kind in KINDS if why & _BITS.get(kind, 0)]
            if not kinds:
                return None
            found = self.reasons[why] = kinds[0], frozenset(kinds[1:])
        return found

    def where_of(self, quarter: str | None, commune: str | None) -> str:
        if not (quarter or commune):
            return ""
        key = quarter or "", commune or ""
        if key not in self.where:
            self.where[key] = ", ".join(name for name in key if name)
        return self.where[key]


_NOBODY = _Person(b"", b"", "")


def _row_of(
    row: tuple[Any, ...],
    people: dict[int, _Person],
    ledger: Ledger,
    differ: Differ,
    same: _Shared,
) -> QueueRow | None:
    _, uuid, name, category, lng, lat, is_shape, maker, born, why, by, since, quarter, commune = row
    author = people.get(maker if why is None else by, _NOBODY)
    if why is None:
        why, since = awaiting.NEW, ledger.shown_ms(born or 0, author.rid)
    if why & awaiting.CONTACTS and differ(uuid):
        why |= awaiting.DISAGREEMENT
    reasons = same.reasons_of(why)
    if reasons is None:
        return None
    kind, also = reasons
    category = same.texts.setdefault(category or "", category or "")
    return QueueRow(
        uuid,
        kind,
        also,
        name or "",
        category,
        author.id,
        author.name,
        since,
        lng or 0.0,
        lat or 0.0,
        same.where_of(quarter, commune),
        bool(why & awaiting.ASKED),
        bool(is_shape),
    )
