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
    Kind,
    WireChange,
    decode,
    encode,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.segment import Segment, SegmentInvalid, Vector
from collabmap.domain.signing import SigningKey
from collabmap.store.run import Run

TAIL = 0
WAITING, APPLIED, TOO_NEW, HELD = 0, 1, 2, 3
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
        self._by_id: dict[int, tuple[bytes, bytes]] = {}

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._runs.clear()
        self._chain.clear()
        self._by_id.clear()

    # --- segments -----------------------------------------------------------------------------

    def append(self, segment: Segment) -> bool:
        """Keep a verified segment, not applied yet; False if it was there already."""
        head = segment.head
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO segment"
            " (name, rid, first, last, previous, hint, state, whole, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                segment.name,
                segment.rid,
                head.first,
                head.last,
                head.previous,
                head.hint,
                WAITING,
                int(segment.is_whole),
                segment.data,
            ),
        )
        if cursor.rowcount > 0 and segment.opened is not None and cursor.lastrowid is not None:
            self._keep(cursor.lastrowid, segment, segment.opened)
        return cursor.rowcount > 0

    def _keep(self, segment_id: int, segment: Segment, body: wire.Body) -> None:
        """Keep what was just unpacked to be checked: it is read again at once."""
        head = segment.head
        leaf_at = body.leaves.__getitem__
        run = Run(segment.rid, segment.name, head.first, head.previous, body.person, leaf_at)
        run.extend(body.changes)
        self._cache(segment_id, run)

    def holds(self, name: bytes) -> bool:
        """Whether a segment is here, applied or not."""
        row = self._db.execute("SELECT 1 FROM segment WHERE name = ?", (name,)).fetchone()
        return row is not None

    def replace(self, segment: Segment) -> int:
        """Keep another body of a segment that is here: with payloads forgotten, or found again."""
        self._db.execute(
            "UPDATE segment SET whole = ?, data = ? WHERE name = ?",
            (int(segment.is_whole), segment.data, segment.name),
        )
        (segment_id,) = self._db.execute(
            "SELECT id FROM segment WHERE name = ?", (segment.name,)
        ).fetchone()
        self._runs.pop(segment_id, None)
        return int(segment_id)

    def lacks_payloads(self, name: bytes) -> bool:
        """Whether of a segment that is here payloads were forgotten."""
        row = self._db.execute("SELECT whole FROM segment WHERE name = ?", (name,)).fetchone()
        return row is not None and not row[0]

    def remove(self, segment_ids: Collection[int]) -> None:
        """Drop segments that were not applied yet."""
        self._db.executemany("DELETE FROM segment WHERE id = ?", [(i,) for i in segment_ids])
        for segment_id in segment_ids:
            self._runs.pop(segment_id, None)
            self._by_id.pop(segment_id, None)
        self._chain.clear()

    def segment(self, name: bytes) -> Segment | None:
        """Return a segment that is here, unverified; None if it isn't."""
        row = self._db.execute("SELECT data FROM segment WHERE name = ?", (name,)).fetchone()
        return wire.parse(row[0], verify=False) if row else None

    def connect(self) -> list[int]:
        """Mark every waiting segment whose predecessor is applied; return their ids in order.

        A segment whose numbers or times do not follow its predecessor's never connects.
        """
        connected: list[int] = []
        rows = self._waiting_after(APPLIED, "s.previous = x'' OR")
        while rows:
            names = []
            for segment_id, data, before in rows:
                segment = wire.parse(data, verify=False)
                if before is not None and not _follows(segment, wire.parse(before, verify=False)):
                    continue
                state = APPLIED if segment.is_readable else TOO_NEW
                self._set_state(segment_id, state)
                if state == APPLIED:
                    connected.append(segment_id)
                    names.append(segment.name)
            rows = [row for name in names for row in self._waiting_after_segment(name)]
        return connected

    def connect_held(self) -> list[int]:
        """Hold what waits behind something that is held; return the ids."""
        held: list[int] = []
        rows = self._waiting_after(HELD)
        while rows:
            names = []
            for segment_id, data, before in rows:
                segment = wire.parse(data, verify=False)
                assert before is not None, "it is held behind something"
                if segment.is_readable and _follows(segment, wire.parse(before, verify=False)):
                    self._set_state(segment_id, HELD)
                    held.append(segment_id)
                    names.append(segment.name)
            rows = [row for name in names for row in self._waiting_after_segment(name)]
        return held

    def _waiting_after(self, state: int, also: str = "") -> list[tuple[int, bytes, bytes | None]]:
        rows = self._db.execute(
            "SELECT s.id, s.data, p.data FROM segment s LEFT JOIN segment p ON p.name = s.previous"
            f" WHERE s.state = 0 AND ({also} p.state = ?) ORDER BY s.id",
            (state,),
        )
        return rows.fetchall()

    def _waiting_after_segment(self, name: bytes) -> list[tuple[int, bytes, bytes | None]]:
        rows = self._db.execute(
            "SELECT s.id, s.data, p.data FROM segment s JOIN segment p"
            " ON p.name = s.previous WHERE s.state = 0 AND s.previous = ?",
            (name,),
        )
        return rows.fetchall()

    def _set_state(self, segment_id: int, state: int) -> None:
        self._db.execute("UPDATE segment SET state = ? WHERE id = ?", (state, segment_id))
        self._by_id.pop(segment_id, None)

    def hold_only(self, names: Collection[bytes], own: bytes) -> tuple[list[int], bool]:
        """Hold these segments and all that follow them, and nothing else; never those of `own`.

        Return the ids that were applied until now, and whether others were let in: those wait,
        and connect() finds them.
        """
        wanted: set[int] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            row = self._db.execute(
                "SELECT id FROM segment WHERE name = ? AND rid <> ? AND state IN (1, 3)",
                (name, own),
            ).fetchone()
            if row is not None and row[0] not in wanted:
                wanted.add(row[0])
                rows = self._db.execute("SELECT name FROM segment WHERE previous = ?", (name,))
                todo += [following for (following,) in rows]
        held = set(self.ids_in_state(HELD))
        for segment_id in held - wanted:
            self._set_state(segment_id, WAITING)
        added = sorted(wanted - held)
        for segment_id in added:
            self._set_state(segment_id, HELD)
        return added, bool(held - wanted)

    def disconnect_all(self) -> None:
        """Forget what was applied, before a rebuild; what is held stays so."""
        self._db.execute("UPDATE segment SET state = 0 WHERE state <> 3")
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

    def vector(self, *, effective: bool = False) -> Vector:
        """Return every tip of every branch here: the segments that no other one follows.

        What is held is among them, so that nothing is fetched twice.  effective: without it, as
        two laptops compare their digests.
        """
        states = "(1)" if effective else "(1, 3)"
        rows = self._db.execute(
            f"SELECT s.rid, s.last, s.name FROM segment s WHERE s.state IN {states} AND NOT EXISTS"
            f" (SELECT 1 FROM segment n WHERE n.previous = s.name AND n.state IN {states})"
            " ORDER BY s.rid, s.last, s.name"
        )
        vector: dict[bytes, list[tuple[int, bytes]]] = {}
        for rid, last, name in rows:
            vector.setdefault(rid, []).append((last, name))
        return {rid: tuple(tips) for rid, tips in vector.items()}

    def unapplied(self) -> int:
        """Return how many segments wait for an earlier one or for a newer version."""
        row = self._db.execute("SELECT count(*) FROM segment WHERE state IN (0, 2)").fetchone()
        return int(row[0])

    def segments_of(self, rid: bytes) -> list[tuple[int, bytes]]:
        """Return id and name of a replica's applied segments, and of the tail if it is its."""
        rows = self._db.execute("SELECT id, name FROM segment WHERE rid = ? AND state = 1", (rid,))
        found: list[tuple[int, bytes]] = rows.fetchall()
        head = self.tail_head()
        return [*found, (TAIL, b"")] if head is not None and head.rid == rid else found

    def ids_in_state(self, state: int) -> list[int]:
        rows = self._db.execute("SELECT id FROM segment WHERE state = ? ORDER BY id", (state,))
        return [row[0] for row in rows]

    def names_in_state(self, state: int) -> frozenset[bytes]:
        rows = self._db.execute("SELECT name FROM segment WHERE state = ?", (state,))
        return frozenset(row[0] for row in rows)

    def with_redacts_in_waiting(self) -> list[int]:
        """Return the segments that wait for another one and may hold a redact."""
        rows = self._db.execute(
            "SELECT id, data FROM segment WHERE state = 0 AND hint & ?", (wire.HINT_REDACT,)
        )
        return [i for i, data in rows.fetchall() if wire.parse(data, verify=False).is_readable]

    def sizes_of(self, rids: Iterable[bytes]) -> dict[bytes, list[tuple[int, bytes, int]]]:
        """Return id, name and bytes of the segments of each replica, in order."""
        sql = "SELECT id, name, length(data) FROM segment WHERE rid = ? ORDER BY first, id"
        return {rid: self._db.execute(sql, (rid,)).fetchall() for rid in rids}

    def parked_bytes(self, known: Collection[bytes]) -> int:
        """Return how many bytes lie here of all replicas but these."""
        rows = self._db.execute("SELECT rid, sum(length(data)) FROM segment GROUP BY rid")
        return sum(size for rid, size in rows if rid not in known)

    def tips_of(self, rid: bytes) -> int:
        """Return how many ends a branch has here: more than one means its laptop was copied."""
        row = self._db.execute(
            "SELECT count(*) FROM segment s WHERE s.rid = ? AND s.state IN (1, 3) AND NOT EXISTS"
            " (SELECT 1 FROM segment n WHERE n.previous = s.name AND n.state IN (1, 3))",
            (rid,),
        ).fetchone()
        return int(row[0])

    def _identity(self, segment_id: int) -> tuple[bytes, bytes]:
        """Return name and replica of a segment, or of the tail."""
        found = self._by_id.get(segment_id)
        if found is None:
            if segment_id == TAIL:
                head = self.tail_head()
                return b"", head.rid if head else b""
            row = self._db.execute(
                "SELECT name, rid FROM segment WHERE id = ?", (segment_id,)
            ).fetchone()
            if row is None:
                raise SegmentInvalid("a segment that is named is not here")
            found = self._by_id[segment_id] = (row[0], row[1])
        return found

    def name_of(self, segment_id: int) -> bytes:
        return self._identity(segment_id)[0]

    def rid_of(self, segment_id: int) -> bytes:
        return self._identity(segment_id)[1]

    def rids_of(self, refs: Iterable[Ref]) -> set[bytes]:
        """Return the replicas that wrote these changes."""
        return {self.rid_of(segment_id) for segment_id in {ref.segment for ref in refs}}

    def branch(self, rid: bytes) -> Branch:
        """Return the end of a replica's sealed log, as far as it is applied; empty if none is.

        Not a segment that ends by naming a successor: a copy wrote it and gave the key up.
        """
        rows = self._db.execute(
            "SELECT id, name, last FROM segment WHERE rid = ? AND state = 1"
            " ORDER BY last DESC, id DESC",
            (rid,),
        )
        for segment_id, name, last in rows:
            run = self._run(segment_id)
            if run.rows[-1].kind != Kind.SUCCESSOR:
                return Branch(last + 1, name, run.rows[-1].time, run.person)
        return Branch(0, b"", 0, b"")

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
        ancestor = self._ancestor
        return [run.change(place, ancestor) for run, place in self._places(refs)]

    def rows_at(self, refs: Iterable[Ref]) -> list[WireChange]:
        """Return the changes at these places as they were written, their names not resolved."""
        return [run.rows[place] for run, place in self._places(refs)]

    def _places(self, refs: Iterable[Ref]) -> Iterator[tuple[Run, int]]:
        run, last, start, count = None, -1, 0, 0
        for segment_id, ordinal in refs:
            if run is None or segment_id != last:
                run, last = self._run(segment_id), segment_id
                start, count = (run.first if segment_id == TAIL else 0), len(run.rows)
            if not 0 <= ordinal - start < count:
                raise SegmentInvalid("a change that is named is not here")
            yield run, ordinal - start

    def row_of(self, name: ChangeId) -> WireChange | None:
        """Return the change of a name as it was written, None if it is not here or not read."""
        ref = self.ref_of(name)
        if ref is None:
            return None
        run = self._run(ref.segment)
        place = ref.ordinal - (run.first if ref.segment == TAIL else 0)
        return run.rows[place] if 0 <= place < len(run.rows) else None

    def ref_of(self, name: ChangeId) -> Ref | None:
        """Return where the change of a name lies, None if its segment is not here or not read."""
        if not name.segment:
            return Ref(TAIL, name.ordinal)
        row = self._db.execute(
            "SELECT id FROM segment WHERE name = ? AND state <> 2", (name.segment,)
        ).fetchone()
        return Ref(row[0], name.ordinal) if row else None

    def rid_named(self, segment: bytes) -> bytes:
        """Return the replica of a segment by name, or of the tail; empty if it is not here."""
        if not segment:
            return self.rid_of(TAIL)
        row = self._db.execute("SELECT rid FROM segment WHERE name = ?", (segment,)).fetchone()
        return row[0] if row else b""

    def refs_of(self, segment_id: int) -> list[Ref]:
        """Return the places of all changes of a segment, or of the tail."""
        run = self._run(segment_id)
        start = run.first if segment_id == TAIL else 0
        return [Ref(segment_id, start + place) for place in range(len(run.rows))]

    def outline(self, segment_id: int) -> list[tuple[int, bytes]]:
        """Return kind and subject of each change of a segment, or of the tail."""
        return [(row.kind, row.subject) for row in self._run(segment_id).rows]

    def authors(self, segment_id: int) -> list[tuple[int, bytes]]:
        """Return kind and person of each change of a segment, or of the tail."""
        run = self._run(segment_id)
        return [(row.kind, person) for row, person in zip(run.rows, run.persons, strict=True)]

    def _run(self, segment_id: int) -> Run:
        run = self._runs.get(segment_id)
        if run is None:
            run = self._read_tail() if segment_id == TAIL else self._read_segment(segment_id)
            self._cache(segment_id, run)
        else:
            self._runs.move_to_end(segment_id)
        return run

    def _cache(self, segment_id: int, run: Run) -> None:
        self._runs[segment_id] = run
        if len(self._runs) > _CACHED_SEGMENTS:
            self._runs.popitem(last=False)

    def _read_segment(self, segment_id: int) -> Run:
        row = self._db.execute("SELECT data FROM segment WHERE id = ?", (segment_id,)).fetchone()
        if row is None:
            raise SegmentInvalid("a segment that is named is not here")
        segment = wire.parse(row[0], verify=False)
        person, changes, leaf = wire.read_body(segment)
        head = segment.head
        run = Run(segment.rid, segment.name, head.first, head.previous, person, leaf)
        run.extend(changes)
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
            run.append(change)
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
        rows: list[WireChange] = []

        def leaf(place: int) -> bytes:
            return _leaf(head, place, rows[place], rows[max(0, place - 1)].time)

        run = Run(head.rid, b"", head.first, head.previous, head.person, leaf, rows)
        run.extend(self._tail_rows())
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
        return head is not None and head.rid != rid and self.set_aside_tail() > 0

    def is_tail_overtaken(self) -> bool:
        """Whether a longer log of its own replica has come: a backup was put back."""
        head = self.tail_head()
        if head is None:
            return False
        rows = self._db.execute(
            "SELECT id FROM segment WHERE rid = ? AND previous = ? AND state IN (1, 3)",
            (head.rid, head.previous),
        ).fetchall()
        # A copy of the laptop that has given the key up goes no further with it.
        return any(self.outline(row[0])[-1][0] != Kind.SUCCESSOR for row in rows)

    def set_aside_tail(self) -> int:
        """Put away the unsealed tail; return how many changes.  The caller takes them out first."""
        head = self.tail_head()
        if head is None:
            return 0
        count = 0
        for seq, row in enumerate(self._tail_rows(), start=head.first):
            self._db.execute(
                "INSERT INTO tail_set_aside VALUES (?, ?, ?)", (head.rid, seq, encode(list(row)))
            )
            count += 1
        self._db.execute("DELETE FROM tail")
        self._db.execute("DELETE FROM meta WHERE key = 'tail'")
        self._runs.pop(TAIL, None)
        return count


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
