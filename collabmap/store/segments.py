"""The table of segments: kept as signed, connected to the ones before them, held or let in."""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping

from collabmap.domain import segment as wire
from collabmap.domain.segment import Segment, Vector
from collabmap.store.run import Run

WAITING, APPLIED, TOO_NEW, HELD = 0, 1, 2, 3
_CACHED_SEGMENTS = 256
_KEPT_LINES = 16


class Segments:
    """The segments of one project file; callers hold the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._runs: OrderedDict[int, Run] = OrderedDict()
        self._chain: dict[bytes, tuple[int, int, bytes]] = {}
        self._lines: dict[bytes, tuple[list[int], list[bytes]]] = {}
        self._by_id: dict[int, tuple[bytes, bytes]] = {}

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._runs.clear()
        self._chain.clear()
        self._lines.clear()
        self._by_id.clear()

    # --- keeping ------------------------------------------------------------------------------

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

    def remove(self, segments: Mapping[int, bytes]) -> list[int]:
        """Drop segments (id -> name) that were not applied yet; what follows them waits again.

        Return the ids of those.  Left connected they would be tips, and nobody would ever give
        what was dropped in front of them.
        """
        self._db.executemany("DELETE FROM segment WHERE id = ?", [(i,) for i in segments])
        for segment_id in segments:
            self._runs.pop(segment_id, None)
            self._by_id.pop(segment_id, None)
        self._chain.clear()
        self._lines.clear()
        waiting: list[int] = []
        todo = list(segments.values())
        while todo:
            rows = self._db.execute(
                "SELECT id, name FROM segment WHERE previous = ? AND state <> 0", (todo.pop(),)
            ).fetchall()
            for segment_id, name in rows:
                self._set_state(segment_id, WAITING)
                waiting.append(segment_id)
                todo.append(name)
        return waiting

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

    def hinting(self, hint: int) -> list[int]:
        """Return the segments in effect whose heads give a hint (domain/segment.py)."""
        sql = "SELECT id FROM segment WHERE state = ? AND hint & ?"
        return [row[0] for row in self._db.execute(sql, (APPLIED, hint))]

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

    def _line(self, name: bytes) -> tuple[list[int], list[bytes]]:
        """Return the first numbers and the names of a segment and of all before it, in order.

        As far as they are here and their numbers follow.  Kept for the ends asked for last: of a
        long branch every change may name any other.
        """
        line = self._lines.get(name)
        if line is not None:
            return line
        end, link = name, self._link(name)
        before = self._link(link[2]) if link else None
        if link and before and before[1] + 1 == link[0] and link[2] in self._lines:
            firsts, names = self._lines.pop(link[2])
            firsts.append(link[0])
            names.append(name)
        else:
            firsts, names = [], []
            while link is not None and (not firsts or link[1] + 1 == firsts[-1]):
                firsts.append(link[0])
                names.append(name)
                name = link[2]
                link = self._link(name) if name else None
            firsts.reverse()
            names.reverse()
        if len(self._lines) >= _KEPT_LINES:
            self._lines.pop(next(iter(self._lines)))
        self._lines[end] = firsts, names
        return firsts, names

    def _link(self, name: bytes) -> tuple[int, int, bytes] | None:
        link = self._chain.get(name)
        if link is None:
            link = self._db.execute(
                "SELECT first, last, previous FROM segment WHERE name = ?", (name,)
            ).fetchone()
            if link is not None:
                self._chain[name] = link
        return link

    def _cache(self, segment_id: int, run: Run) -> None:
        self._runs[segment_id] = run
        if len(self._runs) > _CACHED_SEGMENTS:
            self._runs.popitem(last=False)


def _follows(segment: Segment, before: Segment) -> bool:
    return (
        segment.head.public_key == before.head.public_key
        and segment.head.first == before.head.last + 1
        and segment.head.time_min > before.head.time_max
    )
