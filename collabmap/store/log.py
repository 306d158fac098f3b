"""The log in a project file: segments as signed, and this laptop's unsealed tail.

Segments are kept unpacked for a while, so that reading the history of a feature costs one
decompression a segment. Their changes are read from there one by one: kept as objects they would
take five times the room.
"""

import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import (
    Change,
    WireChange,
    decode,
    encode,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.segment import Segment, SegmentInvalid, Vector
from collabmap.domain.signing import SigningKey
from collabmap.store.run import Run

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
        self._runs: OrderedDict[int, Run] = OrderedDict()
        self._chain: dict[bytes, tuple[int, int, bytes]] = {}

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._runs.clear()
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
        """Return the end of a replica's sealed log, as far as it is applied; empty if none is."""
        row = self._db.execute(
            "SELECT id, name, last FROM segment WHERE rid = ? AND state = 1"
            " ORDER BY last DESC, id DESC LIMIT 1",
            (rid,),
        ).fetchone()
        if row is None:
            return Branch(0, b"", 0, b"")
        run = self._run(row[0])
        return Branch(row[2] + 1, row[1], run.rows[-1].time, run.person)

    def in_force(self, rid: bytes) -> bytes:
        """Return the person whose turn it is on this laptop, empty before the first."""
        run = self._run(TAIL)
        return run.person if run.rows else self.branch(rid).person

    # --- reading changes ----------------------------------------------------------------------

    def changes_of(self, segment_id: int) -> tuple[Change, ...]:
        """Return the changes of an applied segment, or of the tail, names resolved."""
        run = self._run(segment_id)
        return tuple(run.change(place, self._ancestor) for place in range(len(run.rows)))

    def changes_at(self, refs: Iterable[Ref]) -> list[Change]:
        """Return the changes at these places.  Raises SegmentInvalid: the file is damaged."""
        changes = []
        for ref in refs:
            run = self._run(ref.segment)
            place = ref.ordinal - (run.first if ref.segment == TAIL else 0)
            if not 0 <= place < len(run.rows):
                raise SegmentInvalid("a change that is named is not here")
            changes.append(run.change(place, self._ancestor))
        return changes

    def refs_of(self, segment_id: int) -> list[Ref]:
        """Return the places of all changes of a segment, or of the tail."""
        run = self._run(segment_id)
        start = run.first if segment_id == TAIL else 0
        return [Ref(segment_id, start + place) for place in range(len(run.rows))]

    def outline(self, segment_id: int) -> list[tuple[int, bytes]]:
        """Return kind and subject of each change of a segment, or of the tail."""
        return [(row.kind, row.subject) for row in self._run(segment_id).rows]

    def _run(self, segment_id: int) -> Run:
        run = self._runs.get(segment_id)
        if run is None:
            run = self._read_tail() if segment_id == TAIL else self._read_segment(segment_id)
            self._runs[segment_id] = run
            if len(self._runs) > _CACHED_SEGMENTS:
                self._runs.popitem(last=False)
        else:
            self._runs.move_to_end(segment_id)
        return run

    def _read_segment(self, segment_id: int) -> Run:
        row = self._db.execute("SELECT data FROM segment WHERE id = ?", (segment_id,)).fetchone()
        if row is None:
            raise SegmentInvalid("a segment that is named is not here")
        segment = wire.parse(row[0], verify=False)
        body = wire.open_body(segment)
        head = segment.head
        run = Run(segment.rid, segment.name, head.first, head.previous, body.person)
        for change, leaf in zip(body.changes, body.leaves, strict=True):
            run.append(change, leaf)
        return run

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
        run = self._runs.get(TAIL)
        if run is not None and run.rows:
            # The tail grows one change at a time: it is not read anew for each.
            run.append(change, _leaf(head, len(run.rows), change, run.rows[-1].time))
        else:
            self._runs.pop(TAIL, None)
        return Ref(TAIL, seq)

    def _tail_rows(self) -> list[WireChange]:
        rows = self._db.execute(
            "SELECT kind, time, subject, structure, payload FROM tail ORDER BY seq"
        )
        return [WireChange(*row) for row in rows]

    def _read_tail(self) -> Run:
        head = self.tail_head()
        if head is None:
            return Run(b"", b"", 0, b"", b"")
        run = Run(head.rid, b"", head.first, head.previous, head.person)
        rows = self._tail_rows()
        for place, row in enumerate(rows):
            run.append(row, _leaf(head, place, row, rows[max(0, place - 1)].time))
        return run

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
        self._runs.pop(TAIL, None)
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
        self._runs.pop(TAIL, None)
        return True


def _leaf(head: TailHead, place: int, row: WireChange, before: int) -> bytes:
    """Return the leaf of an unsealed change.  before: the time of the one before it."""
    inner = wire.inner_hash(wire.salt_of(head.seed, place), row.payload or b"")
    return wire.leaf_of(row.kind, row.time - before, row.subject, row.structure, inner)


def _follows(segment: Segment, before: Segment) -> bool:
    return (
        segment.head.public_key == before.head.public_key
        and segment.head.first == before.head.last + 1
        and segment.head.time_min > before.head.time_max
    )
