"""When a device gives up a key in a project: its last word, and what it had not signed with it."""

import secrets
from collections.abc import Collection, Iterator
from typing import NamedTuple

from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import Change, Kind, WireChange, decode, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.leaf import SALT_BYTES
from collabmap.domain.roles import Role
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import successor_structure
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project
from collabmap.store.run import Run


class Tip(NamedTuple):
    """A segment of a branch that no other one follows.  is_closed: it names a successor."""

    segment: int
    name: bytes
    last: int
    time_max: int
    person: bytes
    is_closed: bool


def tips(project: Project, rid: bytes) -> list[Tip]:
    """Return the tips of a branch, the one that was here first first."""
    rows = project.connection.execute(
        "SELECT s.id, s.name, s.last FROM segment s WHERE s.rid = ? AND s.state = 1 AND NOT EXISTS"
        " (SELECT 1 FROM segment n WHERE n.previous = s.name AND n.state = 1) ORDER BY s.id",
        (rid,),
    ).fetchall()
    return [_tip(project, *row) for row in rows]


def _tip(project: Project, segment: int, name: bytes, last: int) -> Tip:
    (change,) = project.log.changes_at(project.log.refs_of(segment)[-1:])
    is_closed = change.kind == Kind.SUCCESSOR
    return Tip(segment, name, last, change.stamp.time, _person_after(change), is_closed)


def _person_after(change: Change) -> bytes:
    return change.subject if change.kind == Kind.SESSION else change.person


def is_signed_elsewhere(project: Project, rid: bytes) -> bool:
    """Whether another copy of a key's owner goes on signing with it.

    Not one whose last word is a successor: it has given the key up, and left it to the other.
    """
    return sum(not tip.is_closed for tip in tips(project, rid)) > 1


def name_successor(project: Project, ingest: Ingest, old: SigningKey, new: bytes) -> None:
    """Let a key that was given up say which public key follows it; inside `writing`.

    Nothing is said where it never said anything and had no role.
    """
    rid = ids.replica_id(old.public)
    found = tips(project, rid)
    # Of two ends, the one that was here first is this laptop's own.
    tip = next((tip for tip in found if not tip.is_closed), None)
    if tip is None and (found or project.model.roles.get(rid, Role.GUEST) == Role.GUEST):
        return
    time = max(ingest.clock.tick(), tip.time_max + 1 if tip else 0)
    segment = wire.seal(
        old,
        project.id,
        first=tip.last + 1 if tip else 0,
        previous=tip.name if tip else b"",
        person=tip.person if tip else b"",
        seed=secrets.token_bytes(SALT_BYTES),
        changes=[WireChange(Kind.SUCCESSOR, time, b"", successor_structure(new), None)],
    )
    ingest.receive([segment])


# --- what was not signed ----------------------------------------------------------------------


class Unsigned(NamedTuple):
    """A change that was put aside.  own_name: how later ones beside it name it.

    known: its name in the log, None if it isn't there.  payload: as it was written.
    """

    change: Change
    payload: bytes | None
    known: ChangeId | None

    @property
    def own_name(self) -> ChangeId:
        return self.change.id


def unsigned(project: Project, rids: Collection[bytes]) -> list[list[Unsigned]]:
    """Return what was put aside of these replicas, run by run, in the order it was written."""
    return [list(_read_run(project, run)) for run in _runs(project, rids)]


def last_unsigned(project: Project, rid: bytes) -> int:
    """Return a number that grows with each change of a replica that is put aside."""
    row = project.connection.execute(
        "SELECT coalesce(max(rowid), 0) FROM tail_set_aside WHERE rid = ?", (rid,)
    ).fetchone()
    return int(row[0])


def drop_unsigned(project: Project, rids: Collection[bytes]) -> None:
    """Forget what was put aside of these replicas; inside `writing`."""
    for rid in rids:
        project.connection.execute("DELETE FROM tail_set_aside WHERE rid = ?", (rid,))


def _runs(project: Project, rids: Collection[bytes]) -> list[Run]:
    runs: list[Run] = []
    rows = project.connection.execute("SELECT rid, seq, data FROM tail_set_aside ORDER BY rowid")
    for rid, seq, data in rows.fetchall():
        if rid not in rids:
            continue
        last = runs[-1] if runs else None
        if last is None or last.rid != rid or last.first + len(last.rows) != seq:
            last = _begin_run(project, rid, seq)
            runs.append(last)
        last.append(WireChange(*decode(data)))
    return runs


def _begin_run(project: Project, rid: bytes, first: int) -> Run:
    row = project.connection.execute(
        "SELECT id, name FROM segment WHERE rid = ? AND last = ? AND state = 1 ORDER BY id LIMIT 1",
        (rid, first - 1),
    ).fetchone()
    if row is None:
        return Run(rid, b"", first, b"", b"")
    return Run(rid, b"", first, row[1], _tip(project, row[0], row[1], first - 1).person)


def _read_run(project: Project, run: Run) -> Iterator[Unsigned]:
    def ancestor(name: bytes, number: int) -> ChangeId | None:
        while name:
            first, last, previous = project.connection.execute(
                "SELECT first, last, previous FROM segment WHERE name = ?", (name,)
            ).fetchone()
            if first <= number <= last:
                return ChangeId(name, number - first)
            name = previous
        return None

    signed = _signed_since(project, run)
    for place, row in enumerate(run.rows):
        change = run.change(place, ancestor)
        yield Unsigned(change, row.payload, signed.get(_print(change)))


def _signed_since(project: Project, run: Run) -> dict[tuple[object, ...], ChangeId]:
    """Return the names of what the same key signed from there on, wherever that was done."""
    rows = project.connection.execute(
        "SELECT id FROM segment WHERE rid = ? AND state = 1 AND last >= ?", (run.rid, run.first)
    )
    return {_print(change): change.id for row in rows for change in project.log.changes_of(row[0])}


def _print(change: Change) -> tuple[object, ...]:
    """Return what tells a change of one key from all its others, signed or not."""
    return change.stamp.time, change.kind, change.subject, encode(change.payload)
