"""The log in a project file: segments as signed, and this laptop's unsealed tail.

Segments are kept unpacked for a while, so that reading the history of a feature costs one
decompression a segment. Their changes are read from there one by one: kept as objects they would
take five times the room.
"""

import bisect
import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collabmap.domain import segment as wire
from collabmap.domain.change import (
    Change,
    Kind,
    WireChange,
    decode,
    encode,
)
from collabmap.domain.feature import ChangeId, TailName
from collabmap.domain.leaf import inner_hash, leaf_of, salt_of
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.domain.signing import SigningKey
from collabmap.store.run import Run
from collabmap.store.segments import Segments

TAIL = 0


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


class Log(Segments):
    """The segments and the tail of one project file; callers hold the transaction."""

    # --- branches -----------------------------------------------------------------------------

    def segments_of(self, rid: bytes) -> list[tuple[int, bytes]]:
        """Return id and name of a replica's applied segments, and of the tail if it is its."""
        rows = self._db.execute("SELECT id, name FROM segment WHERE rid = ? AND state = 1", (rid,))
        found: list[tuple[int, bytes]] = rows.fetchall()
        head = self.tail_head()
        return [*found, (TAIL, b"")] if head is not None and head.rid == rid else found

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

    def leaf_of(self, name: ChangeId) -> bytes:
        """Return the leaf of a change, the same unsealed and sealed; empty if it is not here."""
        ref = self.ref_of(name)
        if ref is None:
            return b""
        run = self._run(ref.segment)
        place = ref.ordinal - (run.first if ref.segment == TAIL else 0)
        return run.leaf_at(place) if 0 <= place < len(run.rows) else b""

    def rows_named(self, names: Iterable[ChangeId]) -> Iterator[tuple[bytes, WireChange]]:
        """Yield those of these changes that are here, with the names of their segments.

        Forged words may name a million at once: each segment is looked up once.
        """
        wanted: dict[bytes, set[int]] = {}
        for segment, ordinal in names:
            wanted.setdefault(segment, set()).add(ordinal)
        for segment, ordinals in wanted.items():
            ref = self.ref_of(ChangeId(segment, 0))
            if ref is None:
                continue
            run = self._run(ref.segment)
            start = run.first if ref.segment == TAIL else 0
            for ordinal in ordinals:
                if 0 <= ordinal - start < len(run.rows):
                    yield segment, run.rows[ordinal - start]

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

    def redacts_in_waiting(self) -> list[Ref]:
        """Return the redacts in segments that wait for another one: nothing else counts there."""
        refs = [ref for i in self.with_redacts_in_waiting() for ref in self.refs_of(i)]
        kinds = [row.kind for row in self.rows_at(refs)]
        return [ref for kind, ref in zip(kinds, refs, strict=True) if kind == Kind.REDACT]

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
        firsts, names = self._line(name)
        place = bisect.bisect_right(firsts, number) - 1
        if place < 0 or (place == len(names) - 1 and number > self._last_of(name)):
            return None
        return ChangeId(names[place], number - firsts[place])

    def _last_of(self, name: bytes) -> int:
        link = self._link(name)
        return link[1] if link else -1

    def current_name(self, name: ChangeId, rid: bytes) -> ChangeId | None:
        """Return the name of a change of one's own log that may have been sealed since it was read.

        None if there is none of that number.  rid: of the key in force.
        """
        if name.segment:
            return name
        head = self.tail_head()
        if head is not None and head.rid == rid and name.ordinal >= head.first:
            return name
        return self._ancestor(self.branch(rid).previous, name.ordinal)

    def name_since(self, name: ChangeId, tail: TailName) -> ChangeId | None:
        """Return the name that a change has now which was read while it lay in a tail.

        Also where this laptop has sealed that tail and gone on with another key, or where other
        changes have its number by now.  None if it is in no segment: it was put aside.
        """
        if name.segment:
            return name
        head = self.tail_head()
        if head is not None and (head.rid, head.seed) == tail:
            return name
        rows = self._db.execute(
            "SELECT id, first FROM segment WHERE rid = ? AND state = 1 AND first <= ? AND last >= ?"
            " ORDER BY id",
            (tail.rid, name.ordinal, name.ordinal),
        )
        for segment_id, first in rows.fetchall():
            run = self._run(segment_id)
            if _is_salted_by(tail.seed, run):
                return ChangeId(run.name, name.ordinal - first)
        return None

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
            return _leaf(head.seed, place, rows[place], rows[max(0, place - 1)].time)

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


def _is_salted_by(seed: bytes, run: Run) -> bool:
    """Whether a run was sealed from the tail of this seed, as one of its leaves tells.

    One whose payload was forgotten tells nothing.
    """
    rows = run.rows
    return any(
        _leaf(seed, place, row, rows[max(0, place - 1)].time) == run.leaf_at(place)
        for place, row in enumerate(rows)
    )


def _leaf(seed: bytes, place: int, row: WireChange, before: int) -> bytes:
    """Return the leaf of an unsealed change.  before: the time of the one before it."""
    inner = inner_hash(salt_of(seed, place), row.payload or b"")
    return leaf_of(row.kind, row.time - before, row.subject, row.structure, inner)
