"""The computers of a project, and who may do what: grant, revoke, admit, and their clocks.

What the rules make of these words is in domain/authority.py; here is who may say them.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from collabmap.app import editing, sealing
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain import ids, signing
from collabmap.domain import segment as wire
from collabmap.domain.authority import Extent, Standing
from collabmap.domain.change import Change, Kind
from collabmap.domain.clock_note import MAX_SHIFT_MS
from collabmap.domain.codes import CodeKind, read_code, write_code
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import MAX_AHEAD_MS, ms_of
from collabmap.domain.roles import Role
from collabmap.domain.structure import clock_structure, role_structure
from collabmap.errors import (
    CodeMistyped,
    CollabMapError,
    DeviceUnknown,
    InputInvalid,
    NotAllowed,
    NotSenior,
)
from collabmap.store.ledger import OF_ACKS, OF_CLAIMS, OF_CLOCKS, OF_PERSONS, OF_ROLES
from collabmap.store.log import TAIL
from collabmap.sync.bundle import short_code

RoleName = Literal["coordinator", "resident", "guest"]
_ROLES: dict[str, Role] = {role.name.lower(): role for role in Role}
_Words = dict[bytes, list[Change]]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A computer that wrote in this project, or that was given a role in it.

    code: to be read out.  was_revoked: a coordinator took a role from it.  people: names that were
    said there.  changes: contributions, without the words that only serve the work: who is there,
    roles, receipts (a turn that somebody takes again is counted as one).  copies: ends of its log;
    two mean that it was copied.  last_ms: when it last wrote, as shown; 0 for never.  ahead_ms: by
    how much the newest of its stamps is ahead of this computer's clock.  shift_ms: by how much its
    times are moved.
    may_change: the roles that this computer may give it now.
    """

    rid: bytes
    code: str
    role: RoleName
    is_founder: bool
    is_here: bool
    was_revoked: bool
    people: tuple[str, ...]
    changes: int
    copies: int
    last_ms: int
    ahead_ms: int
    shift_ms: int
    may_change: tuple[RoleName, ...]

    @property
    def waits(self) -> bool:
        """Whether it wrote something that nobody sees until a coordinator lets it in."""
        return self.role == "guest" and not self.was_revoked and not self.is_here

    @property
    def is_ahead(self) -> bool:
        """Whether its newest words bear a time that has not come yet."""
        return self.ahead_ms > MAX_AHEAD_MS


# --- looking ----------------------------------------------------------------------------------


def devices(desk: Desk) -> tuple[DeviceView, ...]:
    """Return all computers that are known here, coordinators first, then who wrote last."""
    with desk.project.reading():
        counts, words = _changes_of_each(desk), _words_of_each(desk)
        granted = {rid for rid, of in words.items() if any(w.numbers[0] for w in of)}
        founder = ids.replica_id(desk.project.genesis.founder)
        known = counts.keys() | granted | {founder, desk.rid}
        views = [_view(desk, rid, counts, words) for rid in known - {_paper(desk)}]
    return tuple(sorted(views, key=lambda v: (-_ROLES[v.role], not v.is_founder, -v.last_ms)))


def _view(desk: Desk, rid: bytes, counts: Mapping[bytes, int], words: _Words) -> DeviceView:
    project = desk.project
    ledger = project.model.ledger
    role, time = ledger.standing.of_key(rid), _last_time(desk, rid)
    was_coordinator = rid in ledger.standing.ranks and role != Role.COORDINATOR
    rows = project.connection.execute(
        "SELECT name FROM person WHERE rid = ? AND name <> '' ORDER BY rank", (rid,)
    )
    return DeviceView(
        rid=rid,
        code=short_code(rid),
        role=_name(role),
        is_founder=rid == ids.replica_id(project.genesis.founder),
        is_here=rid == desk.rid,
        was_revoked=was_coordinator or (role == Role.GUEST and rid in ledger.standing.spoken),
        people=tuple(dict.fromkeys(name for (name,) in rows)),
        changes=counts.get(rid, 0),
        copies=max(1, project.log.tips_of(rid)),
        last_ms=ledger.shown_ms(time, rid) if time else 0,
        ahead_ms=max(0, ms_of(time) - desk.now()),
        shift_ms=ledger.shifts.get(rid, 0),
        may_change=_may_change(desk, rid, words.get(rid, ())),
    )


def _changes_of_each(desk: Desk) -> dict[bytes, int]:
    """Return how much each replica contributed, from what lies in tables: no segment is opened."""
    rows = desk.project.connection.execute(
        "SELECT rid, sum(last - first + 1) FROM segment WHERE state IN (1, 3) GROUP BY rid"
    )
    counts: dict[bytes, int] = dict(rows.fetchall())
    head = desk.project.log.tail_head()
    own = head.rid if head is not None else b""
    if head is not None:
        counts[own] = counts.get(own, 0) + desk.project.log.tail_size()[0]
    # A person's name comes with the word that their turn begins.
    serving = desk.project.connection.execute(
        "SELECT rid, sum(CASE feature WHEN ? THEN 2 ELSE 1 END) FROM mention"
        " LEFT JOIN segment ON segment.id = mention.segment"
        " WHERE feature IN (?, ?, ?, ?, ?) GROUP BY rid",
        (OF_PERSONS, OF_PERSONS, OF_ROLES, OF_CLOCKS, OF_ACKS, OF_CLAIMS),
    )
    for rid, count in serving:
        known = own if rid is None else rid
        if known in counts:
            counts[known] = max(0, counts[known] - count)
    return counts


def _last_time(desk: Desk, rid: bytes) -> int:
    """Return the newest stamp of a replica, 0 if it never wrote."""
    head = desk.project.log.tail_head()
    if head is not None and head.rid == rid and (tail := desk.project.log.changes_of(TAIL)):
        return tail[-1].stamp.time
    rows = desk.project.connection.execute(
        "SELECT data FROM segment WHERE rid = ? AND state IN (1, 3) ORDER BY last DESC LIMIT 1",
        (rid,),
    )
    return max((wire.parse(data, verify=False).head.time_max for (data,) in rows), default=0)


def _name(role: Role) -> RoleName:
    names: dict[Role, RoleName] = {
        Role.COORDINATOR: "coordinator",
        Role.RESIDENT: "resident",
        Role.GUEST: "guest",
    }
    return names[role]


def _paper(desk: Desk) -> bytes:
    recovery = desk.project.genesis.recovery
    return ids.replica_id(recovery) if recovery else b""


# --- who may change whom ----------------------------------------------------------------------


def _may_change(desk: Desk, rid: bytes, words: Sequence[Change]) -> tuple[RoleName, ...]:
    """Return the roles that this computer may give another one now."""
    standing = desk.project.model.ledger.standing
    if standing.of_key(desk.rid) != Role.COORDINATOR or rid in (desk.rid, _paper(desk)):
        return ()
    role = standing.of_key(rid)
    if role == Role.COORDINATOR:
        is_below = standing.ranks[desk.rid] < standing.ranks[rid]
        return ("resident", "guest") if is_below else ()
    up: tuple[RoleName, ...] = () if _is_barred(desk, standing, rid, words) else ("coordinator",)
    if role == Role.RESIDENT:
        return (*up, "guest")
    is_shut = rid in standing.spoken
    return (*up, "resident") if is_shut else (*up, "resident", "guest")


def _is_barred(desk: Desk, standing: Standing, rid: bytes, words: Sequence[Change]) -> bool:
    """Whether somebody senior to this computer gave a lesser role, and it was not replaced."""
    mine = standing.ranks[desk.rid]
    ranks = {word.id: standing.ranks[word.stamp.rid] for word in words}
    replaced = {
        name
        for word in words
        for name in word.over.get("") or ()
        if name in ranks and ranks[name] >= ranks[word.id]
    }
    # Whoever was coordinator at one's own rank is out of reach too.
    is_level = rid in standing.ranks and standing.ranks[rid] <= mine
    return is_level or any(
        ranks[word.id] < mine and word.numbers[0] < Role.COORDINATOR and word.id not in replaced
        for word in words
    )


def _words_of_each(desk: Desk) -> _Words:
    """Return what coordinators said of each replica."""
    ledger = desk.project.model.ledger
    words: _Words = {}
    for change in ledger.changes(OF_ROLES):
        if change.kind == Kind.ROLE and ledger.standing.role(change) == Role.COORDINATOR:
            words.setdefault(change.keys[0], []).append(change)
    return words


# --- giving and taking roles ------------------------------------------------------------------


def grant(desk: Desk, key: bytes, role: Literal["resident", "coordinator"]) -> Effect:
    """Make a computer resident or coordinator.

    key: its replica id, or the public key that its long code holds.  Raises NotAllowed, NotSenior,
    DeviceUnknown: nothing of it came here yet, so that its long code is needed.
    """
    wanted = _ROLES[role]
    with desk.project.reading():
        rid, public = _identity(desk, key, wanted)
        now = desk.project.model.ledger.standing.of_key(rid)
        if wanted == now:
            return Effect()
        heads: tuple[bytes, ...] = ()
        payload = sealing.Payload(public=public)
        if wanted == Role.COORDINATOR:
            heads = tips(desk, rid)
            private = sealing.private_keys(desk.project, desk.key)
            payload.keys = sealing.wrapped_for(private, public)
        elif now == Role.COORDINATOR:
            heads, payload = tips(desk, rid), sealing.rotation(desk.project, [rid])
    return _say(desk, rid, wanted, heads, payload)


def admit(desk: Desk, key: bytes) -> Effect:
    """Make a guest's computer resident: what it sent and was kept apart is shown."""
    return grant(desk, key, "resident")


def revoke(desk: Desk, rid: bytes, *, keep: bool) -> Effect:
    """Take a computer's role away.  keep: what is known of it here stays; otherwise nothing does.

    Of a coordinator, too: then what is private is sealed with a new key from now on.  Raises
    NotAllowed, NotSenior.
    """
    with desk.project.reading():
        _require_coordinator(desk)
        standing = desk.project.model.ledger.standing
        now = standing.of_key(rid)
        is_shut = now == Role.GUEST and rid in standing.spoken
        if is_shut and (keep or standing.extents.get(rid, Extent()) == Extent()):
            return Effect()
        is_coordinator = now == Role.COORDINATOR
        payload = sealing.rotation(desk.project, [rid]) if is_coordinator else sealing.Payload()
        heads = tips(desk, rid) if keep else ()
    return _say(desk, rid, Role.GUEST, heads, payload)


def share_keys(desk: Desk) -> Effect:
    """Put the sealing keys right after a merge, if this computer may and somebody lacks one.

    Carried by a word about a key that nobody has: it gives and takes nothing.
    """
    if desk.read_only or desk.person is None or not desk.is_coordinator:
        return Effect()
    with desk.project.reading():
        # What is on hold is so here only: it must not make keys that others find wrong.
        is_sure = not desk.ingest.held()[0]
        payload = sealing.mending(desk.project, desk.key) if is_sure else None
        if payload is None:
            return Effect()
        nobody = ids.replica_id(payload.sealing or sealing.sealing_key(desk.project))
    # What came is kept: told of a failure here, people would think that it was not.
    with contextlib.suppress(CollabMapError):
        return _say(desk, nobody, Role.GUEST, (), payload)
    return Effect()


def _identity(desk: Desk, key: bytes, wanted: Role) -> tuple[bytes, bytes]:
    """Return the replica and the public key (empty if not known) of a computer."""
    _require_coordinator(desk)
    if len(key) == signing.KEY_BYTES:
        return ids.replica_id(key), key
    public = sealing.public_keys(desk.project, [key]).get(key, b"")
    if not public and wanted == Role.COORDINATOR:
        raise DeviceUnknown(value=short_code(key))
    return key, public


def tips(desk: Desk, rid: bytes) -> tuple[bytes, ...]:
    """Return the ends of a replica's log as known here, also of what is on hold."""
    return tuple(name for _, name in desk.project.log.vector().get(rid, ()))


def role_row(
    desk: Desk, rid: bytes, role: Role, heads: Iterable[bytes], payload: sealing.Payload
) -> WriteRow:
    """Return a role change over all that was said of the key; inside `reading`."""
    said = [
        change
        for change in desk.project.model.ledger.changes(OF_ROLES)
        if change.kind == Kind.ROLE and change.keys[0] == rid
    ]
    structure = role_structure(rid, role, heads, editing.current(desk, _names(said)))
    encoded = msgspec.msgpack.encode(payload) if payload != sealing.Payload() else None
    return (Kind.ROLE, rid, structure, encoded)


def _names(said: Iterable[Change]) -> frozenset[ChangeId]:
    """Return the names of changes of one register, joined with what each of them replaced."""
    return frozenset().union(*({change.id} | (change.over.get("") or set()) for change in said))


def _say(
    desk: Desk, rid: bytes, role: Role, heads: tuple[bytes, ...], payload: sealing.Payload
) -> Effect:
    """Write a role change, if it does what it says.  Raises NotSenior: the rules refuse it."""
    person = desk.writer()
    with desk.project.writing():
        row = role_row(desk, rid, role, heads, payload)
        effect, _ = desk.ingest.write([*desk.preface(person), row])
        standing = desk.project.model.ledger.standing
        extent = standing.extents.get(rid, Extent())
        is_left = role == Role.GUEST and not heads and extent != Extent()
        if standing.of_key(rid) != role or is_left:
            raise NotSenior
    desk.effects.tell(effect)
    return effect


def _require_coordinator(desk: Desk) -> None:
    if not desk.is_coordinator:
        raise NotAllowed


# --- codes ------------------------------------------------------------------------------------


def device_code(desk: Desk) -> str:
    """Return the long code of this computer, by which another one can give it a role."""
    return write_code(CodeKind.DEVICE, desk.key.public)


def read_device_code(text: str) -> bytes:
    """Return the public key in a long code, typed or scanned.  Raises CodeWrong."""
    public = read_code(CodeKind.DEVICE, text.strip().rpartition(":")[2])
    if not signing.is_signer(public):
        raise CodeMistyped(group=1)
    return public


# --- clocks -----------------------------------------------------------------------------------


def set_clock_note(desk: Desk, rid: bytes, shift_ms: int) -> Effect:
    """Move the times shown of a computer whose clock was wrong; 0 shows them as written.

    It decides nothing: only what people read.  Raises NotAllowed, InputInvalid.
    """
    _require_coordinator(desk)
    if abs(shift_ms) > MAX_SHIFT_MS:
        raise InputInvalid(value=shift_ms, field="shift_ms")
    with desk.project.reading():
        said = [
            note for note in desk.project.model.ledger.changes(OF_CLOCKS) if note.keys[0] == rid
        ]
        structure = clock_structure(rid, shift_ms, editing.current(desk, _names(said)))
    effect, _ = desk.write([(Kind.CLOCK_NOTE, rid, structure, None)])
    return effect
