"""The log in a project file: segments as signed, and this laptop's unsealed tail.

Decoded changes are cached by segment, so that reading the history of a feature costs one
decompression a segment.
"""

import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import (
    Change,
    Kind,
    Resolve,
    StructureInvalid,
    WireChange,
    decode,
    encode,
    read_structure,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.segment import Segment, SegmentInvalid, Vector
from collabmap.domain.signing import SigningKey

TAIL = 0
WAITING, APPLIED, TOO_NEW = 0, 1, 2
_CACHED_SEGMENTS = 256


class Ref(NamedTuple):
    """Where a change lies in this file.  segment TAIL: ordinal is the sequence number."""

    segment: int
    ordinal: int


class Branch(NamedTuple):
    """The end of a replica's sealed log.  next_seq: of its next change.  previous: its tip."""

    next_seq: int
    previous: bytes
    time_max: int
    person: bytes


class TailHead(NamedTuple):
    """rid: whose tail it is.  person: in force before its first change.  seed: of its salts."""

    rid: bytes
    first: int
    previous: bytes
    person: bytes
    seed: bytes


class Log:
    """The segments and the tail of one project file; callers hold the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._cache: OrderedDict[int, tuple[Change, ...]] = OrderedDict()
        self._chain: dict[bytes, tuple[int, int, bytes]] = {}

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._cache.clear()
        self._chain.clear()

    # --- segments -----------------------------------------------------------------------------

    def append(self, segment: Segment) -> bool:
        """Keep a verified segment, not applied yet; False if it was there already."""
        head = segment.head
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO segment (name, rid, first, last, previous, hint, state, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                segment.name,
                segment.rid,
                head.first,
                head.last,
                head.previous,
                head.hint,
                WAITING,
                segment.data,
            ),
        )
        return cursor.rowcount > 0

    def holds(self, name: bytes) -> bool:
        """Whether a segment is here, applied or not."""
        row = self._db.execute("SELECT 1 FROM segment WHERE name = ?", (name,)).fetchone()
        return row is not None

    def connect(self) -> list[int]:
        """Mark every waiting segment whose predecessor is applied; return their ids in order.

        A segment whose numbers or times do not follow its predecessor's never connects.
        """
        connected: list[int] = []
        rows = self._db.execute(
            "SELECT s.id, s.data, p.data FROM segment s LEFT JOIN segment p ON p.name = s.previous"
            " WHERE s.state = 0 AND (s.previous = x'' OR p.state = 1) ORDER BY s.id"
        ).fetchall()
        while rows:
            names = []
            for segment_id, data, before in rows:
                segment = wire.parse(data, verify=False)
                if before is not None and not _follows(segment, wire.parse(before, verify=False)):
                    continue
                state = APPLIED if segment.is_readable else TOO_NEW
                self._db.execute("UPDATE segment SET state = ? WHERE id = ?", (state, segment_id))
                if state == APPLIED:
                    connected.append(segment_id)
                    names.append(segment.name)
            rows = []
            for name in names:
                rows += self._db.execute(
                    "SELECT s.id, s.data, p.data FROM segment s JOIN segment p"
                    " ON p.name = s.previous WHERE s.state = 0 AND s.previous = ?",
                    (name,),
                ).fetchall()
        return connected

    def disconnect_all(self) -> None:
        """Forget what was applied, before a rebuild."""
        self._db.execute("UPDATE segment SET state = 0")
        self.forget_cache()

    def since(self, vector: Vector) -> Iterator[Segment]:
        """Yield what the holder of a version vector lacks, parents before children."""
        has: set[bytes] = set()
        for tips in vector.values():
            for _, name in tips:
                has |= self.chain(name, has)
        for segment_id, name in self._db.execute(
            "SELECT id, name FROM segment ORDER BY rid, last, id"
        ).fetchall():
            if name not in has:
                row = self._db.execute("SELECT data FROM segment WHERE id = ?", (segment_id,))
                yield wire.parse(row.fetchone()[0], verify=False)

    def chain(self, name: bytes, known: Collection[bytes] = ()) -> set[bytes]:
        """Return the name of a segment and of all before it, as far as they are here.

        known: where to stop.
        """
        names: set[bytes] = set()
        while name and name not in known:
            names.add(name)
            link = self._link(name)
            name = link[2] if link else b""
        return names

    def vector(self) -> Vector:
        """Return every tip of every branch: the segments that no other one follows."""
        rows = self._db.execute(
            "SELECT s.rid, s.last, s.name FROM segment s WHERE s.state = 1 AND NOT EXISTS"
            " (SELECT 1 FROM segment n WHERE n.previous = s.name AND n.state = 1)"
            " ORDER BY s.rid, s.last, s.name"
        )
        vector: dict[bytes, list[tuple[int, bytes]]] = {}
        for rid, last, name in rows:
            vector.setdefault(rid, []).append((last, name))
        return {rid: tuple(tips) for rid, tips in vector.items()}

    def unapplied(self) -> int:
        """Return how many segments wait for an earlier one or for a newer version."""
        row = self._db.execute("SELECT count(*) FROM segment WHERE state <> 1").fetchone()
        return int(row[0])

    def segments_of(self, rid: bytes) -> list[int]:
        rows = self._db.execute("SELECT id FROM segment WHERE rid = ? AND state = 1", (rid,))
        return [row[0] for row in rows]

    def branch(self, rid: bytes) -> Branch:
        """Return the end of a replica's sealed log; an empty one if it has none."""
        row = self._db.execute(
            "SELECT id, name, last FROM segment WHERE rid = ? ORDER BY last DESC, id DESC LIMIT 1",
            (rid,),
        ).fetchone()
        if row is None:
            return Branch(0, b"", 0, b"")
        changes = self.changes_of(row[0])
        last = changes[-1]
        person = last.subject if last.kind == Kind.SESSION else last.person
        return Branch(row[2] + 1, row[1], last.stamp.time, person)

    # --- reading changes ----------------------------------------------------------------------

    def changes_of(self, segment_id: int) -> tuple[Change, ...]:
        """Return the changes of an applied segment, or of the tail, names resolved."""
        cached = self._cache.get(segment_id)
        if cached is None:
            cached = self._read_tail() if segment_id == TAIL else self._read_segment(segment_id)
            self._cache[segment_id] = cached
            if len(self._cache) > _CACHED_SEGMENTS:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(segment_id)
        return cached

    def changes_at(self, refs: Iterable[Ref]) -> list[Change]:
        """Return the changes at these places.  Raises SegmentInvalid: the file is damaged."""
        changes = []
        for ref in refs:
            of = self.changes_of(ref.segment)
            place = ref.ordinal - (of[0].id.ordinal if ref.segment == TAIL and of else 0)
            if not 0 <= place < len(of):
                raise SegmentInvalid("a change that is named is not here")
            changes.append(of[place])
        return changes

    def _read_segment(self, segment_id: int) -> tuple[Change, ...]:
        row = self._db.execute("SELECT data FROM segment WHERE id = ?", (segment_id,)).fetchone()
        if row is None:
            raise SegmentInvalid("a segment that is named is not here")
        segment = wire.parse(row[0], verify=False)
        body = wire.open_body(segment)
        return self._changes(
            body.changes,
            body.leaves,
            segment.rid,
            body.person,
            segment.head.first,
            segment.name,
            segment.head.previous,
        )

    def _changes(
        self,
        rows: Iterable[WireChange],
        leaves: Iterable[bytes],
        rid: bytes,
        person: bytes,
        first: int,
        name: bytes,
        previous: bytes,
    ) -> tuple[Change, ...]:
        changes = []
        head = None if name else self.tail_head()
        tail_first = head.first if head else first
        for ordinal, (row, leaf) in enumerate(zip(rows, leaves, strict=True)):
            seq = first + ordinal

            def resolve(number: int, seq: int = seq) -> ChangeId | None:
                if not 0 <= number < seq:
                    return None
                if name and number >= first:
                    return ChangeId(name, number - first)
                if not name and number >= tail_first:
                    return ChangeId(b"", number)
                return self._ancestor(previous, number)

            change_id = ChangeId(name, ordinal if name else seq)
            change = _to_change(row, leaf, rid, person, change_id, resolve)
            changes.append(change)
            if change.kind == Kind.SESSION:
                person = change.subject
        return tuple(changes)

    def _ancestor(self, name: bytes, number: int) -> ChangeId | None:
        """Return the name of an earlier change of the same branch, found along its own chain."""
        while name:
            link = self._link(name)
            if link is None:
                return None
            first, last, previous = link
            if first <= number <= last:
                return ChangeId(name, number - first)
            name = previous
        return None

    def _link(self, name: bytes) -> tuple[int, int, bytes] | None:
        link = self._chain.get(name)
        if link is None:
            link = self._db.execute(
                "SELECT first, last, previous FROM segment WHERE name = ?", (name,)
            ).fetchone()
            if link is not None:
                self._chain[name] = link
        return link

    def current_name(self, name: ChangeId, rid: bytes) -> ChangeId:
        """Return the name of an own change that may have been sealed since it was read."""
        if name.segment:
            return name
        head = self.tail_head()
        if head is not None and name.ordinal >= head.first:
            return name
        return self._ancestor(self.branch(rid).previous, name.ordinal) or name

    # --- the tail -----------------------------------------------------------------------------

    def tail_head(self) -> TailHead | None:
        """Return what is known of the unsealed tail, None if there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'tail'").fetchone()
        return TailHead(*decode(row[0])) if row else None

    def push(self, rid: bytes, change: WireChange) -> Ref:
        """Append a change of this laptop to its tail."""
        head = self.tail_head()
        if head is None:
            branch = self.branch(rid)
            head = TailHead(
                rid, branch.next_seq, branch.previous, branch.person, secrets.token_bytes(16)
            )
            self._db.execute("INSERT INTO meta VALUES ('tail', ?)", (encode(list(head)),))
        row = self._db.execute("SELECT max(seq) FROM tail").fetchone()
        seq = head.first if row[0] is None else row[0] + 1
        self._db.execute("INSERT INTO tail VALUES (?, ?, ?, ?, ?, ?)", (seq, *change))
        before = self._cache.get(TAIL)
        if before:
            # The tail grows one change at a time: it is not read anew for each.
            self._cache[TAIL] = (*before, *self._tail_changes(head, [change], before[-1]))
        else:
            self._cache.pop(TAIL, None)
        return Ref(TAIL, seq)

    def _tail_rows(self) -> list[WireChange]:
        rows = self._db.execute(
            "SELECT kind, time, subject, structure, payload FROM tail ORDER BY seq"
        )
        return [WireChange(*row) for row in rows]

    def _read_tail(self) -> tuple[Change, ...]:
        head = self.tail_head()
        if head is None:
            return ()
        return self._tail_changes(head, self._tail_rows(), None)

    def _tail_changes(
        self, head: TailHead, rows: list[WireChange], after: Change | None
    ) -> tuple[Change, ...]:
        """Return rows of the tail as changes.  after: the change before them, None at its start."""
        first, person, time = head.first, head.person, rows[0].time
        if after is not None:
            first, time = after.id.ordinal + 1, after.stamp.time
            person = after.subject if after.kind == Kind.SESSION else after.person
        leaves = []
        for ordinal, row in enumerate(rows, start=first - head.first):
            inner = wire.inner_hash(wire.salt_of(head.seed, ordinal), row.payload or b"")
            delta = row.time - time
            time = row.time
            leaves.append(wire.leaf_of(row.kind, delta, row.subject, row.structure, inner))
        return self._changes(rows, leaves, head.rid, person, first, b"", head.previous)

    def tail_size(self) -> tuple[int, int]:
        """Return how many changes the tail holds and about how many bytes."""
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(length(structure) + coalesce(length(payload), 0)), 0)"
            " FROM tail"
        ).fetchone()
        return int(row[0]), int(row[1])

    def seal(self, key: SigningKey, project: bytes) -> tuple[int, Segment] | None:
        """Sign the tail as a segment; return its id and it.  None when there is nothing to seal.

        The caller moves what refers to the tail (readmodel.py).
        """
        head = self.tail_head()
        rows = self._tail_rows()
        if head is None or not rows:
            return None
        segment = wire.seal(
            key,
            project,
            first=head.first,
            previous=head.previous,
            person=head.person,
            seed=head.seed,
            changes=rows,
        )
        assert segment.rid == head.rid, "a tail is sealed by the key that wrote it"
        self.append(segment)
        row = self._db.execute("SELECT id FROM segment WHERE name = ?", (segment.name,)).fetchone()
        self._db.execute("UPDATE segment SET state = 1 WHERE id = ?", (row[0],))
        self._db.execute("DELETE FROM tail")
        self._db.execute("DELETE FROM meta WHERE key = 'tail'")
        self._cache.pop(TAIL, None)
        return row[0], segment

    def set_aside_foreign_tail(self, rid: bytes) -> bool:
        """Put away a tail that another laptop left unsealed in a copied file; True if there was.

        Signing it here too would give one change two names, and the original one's author two.
        """
        head = self.tail_head()
        if head is None or head.rid == rid:
            return False
        for seq, row in enumerate(self._tail_rows(), start=head.first):
            self._db.execute(
                "INSERT INTO tail_set_aside VALUES (?, ?, ?)", (head.rid, seq, encode(list(row)))
            )
        self._db.execute("DELETE FROM tail")
        self._db.execute("DELETE FROM meta WHERE key = 'tail'")
        self._cache.pop(TAIL, None)
        return True


def _follows(segment: Segment, before: Segment) -> bool:
    return (
        segment.head.public_key == before.head.public_key
        and segment.head.first == before.head.last + 1
        and segment.head.time_min > before.head.time_max
    )


def _to_change(
    row: WireChange,
    leaf: bytes,
    rid: bytes,
    person: bytes,
    change_id: ChangeId,
    resolve: Resolve,
) -> Change:
    try:
        payload = decode(row.payload) if row.payload else None
    except ValueError:
        payload = None
    stamp = Stamp(row.time, rid)
    try:
        parts = read_structure(row.kind, row.subject, row.structure, resolve)
    except StructureInvalid:
        # Kept and passed on, without effect here: kind 0 is none of ours.
        return Change(change_id, stamp, leaf, person, 0, row.subject, payload=payload)
    return Change(change_id, stamp, leaf, person, row.kind, row.subject, payload=payload, **parts)
