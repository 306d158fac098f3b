"""The keys to which private fields are sealed, and who holds their other halves.

A project begins with one (in its genesis).  Whoever takes a coordinator's role away makes another
for what is written from then on, wrapped for each coordinator who remains and for the key on
paper; whoever makes a coordinator wraps all of them once more.  All of that travels in the payloads
of role changes:

    public    the public key of the device whose role it is
    sealing   a new public key;  replaces: the public keys it takes the place of
    keys      {public key: {replica: the private half, sealed to that replica}}

The key in force is the same on every laptop with the same changes in effect: one that no other
replaces, and that nobody can open who is no coordinator any more; of several the latest.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from collabmap.domain import ids, signing
from collabmap.domain import segment as wire
from collabmap.domain.change import Change, Kind
from collabmap.domain.hlc import Stamp
from collabmap.domain.roles import Genesis, Role
from collabmap.domain.signing import SigningKey
from collabmap.store.ledger import OF_ROLES
from collabmap.store.project import Project
from collabmap.store.segments import HELD

# What fits into the payload of one change, with room to spare.
_MAX_KEYS = 300

Boxes = dict[bytes, dict[bytes, bytes]]


class Payload(msgspec.Struct, omit_defaults=True):
    """What a role change carries beside its structure; see the module."""

    public: bytes = b""
    sealing: bytes = b""
    replaces: list[bytes] = []
    keys: Boxes = {}


@dataclass(frozen=True, slots=True)
class Sealing:
    """public: the key in force.  is_safe: whether only coordinators can open what it seals.

    heads: the keys that no other replaces.  readers: per key, the replicas it was wrapped for.
    """

    public: bytes
    is_safe: bool
    heads: tuple[bytes, ...]
    readers: Mapping[bytes, frozenset[bytes]]


def sealing_key(project: Project) -> bytes:
    """Return the public key to which private fields are sealed now."""
    return read_sealing(project).public


def read_sealing(project: Project) -> Sealing:
    """Return what the role changes in effect make of the keys; inside `reading`."""
    genesis, standing = project.genesis, project.model.ledger.standing
    first = genesis.sealing_key
    readers = {first: {ids.replica_id(key) for key in (genesis.founder, genesis.recovery) if key}}
    ranks: dict[bytes, tuple[Stamp, bytes]] = {first: (Stamp(-1, b""), b"")}
    replaced: set[bytes] = set()
    for change in _words(project):
        said = _read(change)
        if standing.role(change) != Role.COORDINATOR:
            continue
        if _is_usable(said.sealing):
            ranks[said.sealing] = max(change.rank, ranks.get(said.sealing, change.rank))
            readers.setdefault(said.sealing, set()).add(change.stamp.rid)
            replaced.update(key for key in said.replaces if key != said.sealing)
        for public, boxes in said.keys.items():
            readers.setdefault(public, set()).update(boxes)
    # Keys that replace one another in a circle can only be forged: then none does.
    heads = [public for public in ranks if public not in replaced] or list(ranks)
    safe = [
        public
        for public in heads
        if all(standing.of_key(rid) == Role.COORDINATOR for rid in readers[public])
    ]
    public = max(safe or heads, key=lambda key: ranks[key])
    known = {key: frozenset(readers[key]) for key in ranks}
    return Sealing(public, bool(safe), tuple(sorted(heads)), known)


def private_keys(project: Project, key: SigningKey) -> dict[bytes, bytes]:
    """Return public -> private of all keys that a device's key can unwrap; inside `reading`.

    Whoever wrapped them: what does not fit its public half is left out.
    """
    rid = ids.replica_id(key.public)
    boxes = [(project.genesis.sealing_key, box) for box in _of_genesis(project.genesis, key.public)]
    for change in project.model.ledger.changes(OF_ROLES):
        if change.kind == Kind.ROLE:
            of_change = _read(change).keys.items()
            boxes += [(public, found[rid]) for public, found in of_change if rid in found]
    private: dict[bytes, bytes] = {}
    for public, box in boxes:
        opened = key.open_sealed(box) if public not in private else None
        if opened is not None and _public_of(opened) == public:
            private[public] = opened
    return private


def public_keys(project: Project, rids: Iterable[bytes]) -> dict[bytes, bytes]:
    """Return the public keys that are known here of some replicas; inside `reading`."""
    genesis = project.genesis
    known = {ids.replica_id(key): key for key in (genesis.founder, genesis.recovery) if key}
    for change in project.model.ledger.changes(OF_ROLES):
        public = _read(change).public if change.kind == Kind.ROLE else b""
        if public and ids.replica_id(public) == change.keys[0]:
            known[change.keys[0]] = public
    for rid in set(rids) - known.keys():
        row = project.connection.execute(
            "SELECT data FROM segment WHERE rid = ? LIMIT 1", (rid,)
        ).fetchone()
        if row is not None:
            known[rid] = wire.parse(row[0], verify=False).head.public_key
    return {rid: known[rid] for rid in rids if rid in known and _is_signer(known[rid])}


# --- writing ----------------------------------------------------------------------------------


def wrapped_for(private: Mapping[bytes, bytes], public: bytes) -> Boxes:
    """Return private sealing keys wrapped for the owner of a public signing key."""
    latest = list(private.items())[-_MAX_KEYS:]
    rid = ids.replica_id(public)
    return {key: {rid: signing.seal_to_signer(public, secret)} for key, secret in latest}


def rotation(project: Project, without: Iterable[bytes] = ()) -> Payload:
    """Return a new sealing key, wrapped for every coordinator but those whose role ends now."""
    private, public = signing.new_box_key()
    remaining = public_keys(project, coordinators(project) - set(without))
    boxes = {rid: signing.seal_to_signer(key, private) for rid, key in remaining.items()}
    return Payload(
        sealing=public, replaces=sorted(read_sealing(project).readers), keys={public: boxes}
    )


def mending(project: Project, key: SigningKey) -> Payload | None:
    """Return what puts right what two laptops did without knowing of one another, None if nothing.

    Two coordinators who each took somebody's role away wrapped their new keys for the other one;
    somebody made coordinator meanwhile lacks a key that was new.
    """
    found = read_sealing(project)
    payload = Payload() if found.is_safe else rotation(project)
    private = private_keys(project, key)
    for rid, public in public_keys(project, coordinators(project)).items():
        lacking = {k: v for k, v in private.items() if rid not in found.readers.get(k, ())}
        for sealing, boxes in wrapped_for(lacking, public).items():
            payload.keys.setdefault(sealing, {}).update(boxes)
    return payload if payload.keys else None


def coordinators(project: Project) -> frozenset[bytes]:
    """Return the replicas of all coordinators, with the key on paper."""
    roles = project.model.roles
    return frozenset(rid for rid, role in roles.items() if role == Role.COORDINATOR)


# --- reading payloads -------------------------------------------------------------------------


def _words(project: Project) -> Iterable[Change]:
    """Yield the role changes that count here: of what is on hold, only what takes away."""
    held = project.log.names_in_state(HELD)
    for change in project.model.ledger.changes(OF_ROLES):
        is_held_grant = change.id.segment in held and change.numbers == (Role.COORDINATOR,)
        if change.kind == Kind.ROLE and not is_held_grant:
            yield change


def _read(change: Change) -> Payload:
    """Return the payload of a role change; an empty one if it is forgotten or makes no sense."""
    payload: Any = change.payload
    try:
        return msgspec.convert(payload, Payload) if payload else Payload()
    except (msgspec.ValidationError, TypeError):
        return Payload()


def _of_genesis(genesis: Genesis, public: bytes) -> list[bytes]:
    if public == genesis.founder:
        return [genesis.wrapped_key]
    return [genesis.recovery_wrapped] if public == genesis.recovery else []


def _public_of(private: bytes) -> bytes | None:
    try:
        return signing.box_public(private)
    except ValueError:
        return None


# Asked for each key whenever one is sought: the sums are worth keeping.
_is_usable = functools.lru_cache(maxsize=1024)(signing.is_box_key)
_is_signer = functools.lru_cache(maxsize=1024)(signing.is_signer)
