"""The recovery key on paper: it outlives the founder's laptop, and is senior to it.

It is shown once, when the map is made, and kept nowhere.  Whoever types it makes the laptop at hand
a coordinator, by a few words that the key on paper signs in a log of its own.
"""

import secrets
from collections.abc import Sequence

from collabmap.app import people, sealing
from collabmap.app.desk import Desk, WriteRow
from collabmap.domain import ids
from collabmap.domain import segment as wire
from collabmap.domain.change import WireChange
from collabmap.domain.codes import SECRET_BYTES, CodeKind, read_code, write_code
from collabmap.domain.effect import Effect
from collabmap.domain.leaf import SALT_BYTES
from collabmap.domain.roles import Role
from collabmap.domain.segment import Segment
from collabmap.domain.signing import RECOVERY, SigningKey, key_of_secret
from collabmap.errors import RecoveryWrong
from collabmap.store import succession


def new_recovery() -> tuple[str, bytes]:
    """Return a new recovery key as a code for paper, and its public half for the genesis."""
    secret = secrets.token_bytes(SECRET_BYTES)
    return write_code(CodeKind.RECOVERY, secret), key_of_secret(secret, RECOVERY).public


def recover(desk: Desk, text: str, *, revoke_founder: bool) -> Effect:
    """Make this laptop a coordinator, by the key on paper.

    revoke_founder: the founder's laptop was stolen: take its role away; what is known here of it
    stays, and what is private is sealed with a new key from now on.  Raises CodeWrong,
    RecoveryWrong.
    """
    key = key_of_secret(read_code(CodeKind.RECOVERY, text), RECOVERY)
    if key.public != desk.project.genesis.recovery:
        raise RecoveryWrong(name=desk.name)
    # Names of words in the tail are numbers, which in another log would mean something else.
    desk.seal()
    effect = Effect()
    if not desk.is_coordinator:
        effect = _say(desk, key, _grant(desk, key))
    founder = ids.replica_id(desk.project.genesis.founder)
    if revoke_founder and founder != desk.rid:
        effect = effect.joined(_say(desk, key, _revocation(desk, founder)))
    desk.effects.tell(effect)
    return effect


def _grant(desk: Desk, key: SigningKey) -> WriteRow:
    with desk.project.reading():
        private = sealing.private_keys(desk.project, key)
        payload = sealing.Payload(
            public=desk.key.public, keys=sealing.wrapped_for(private, desk.key.public)
        )
        heads = people.tips(desk, desk.rid)
        return people.role_row(desk, desk.rid, Role.COORDINATOR, heads, payload)


def _revocation(desk: Desk, founder: bytes) -> WriteRow:
    with desk.project.reading():
        payload = sealing.rotation(desk.project, [founder])
        heads = people.tips(desk, founder)
        return people.role_row(desk, founder, Role.GUEST, heads, payload)


def _say(desk: Desk, key: SigningKey, row: WriteRow) -> Effect:
    """Sign a word with the key on paper, behind what it said before, and take it in."""
    with desk.project.writing():
        return desk.ingest.receive([_sealed(desk, key, [row])]).effect


def _sealed(desk: Desk, key: SigningKey, rows: Sequence[WriteRow]) -> Segment:
    tips = succession.tips(desk.project, ids.replica_id(key.public))
    tip = tips[-1] if tips else None
    time = max(desk.ingest.clock.tick(), tip.time_max + 1 if tip else 0)
    return wire.seal(
        key,
        desk.project.id,
        first=tip.last + 1 if tip else 0,
        previous=tip.name if tip else b"",
        person=b"",
        seed=secrets.token_bytes(SALT_BYTES),
        changes=[
            WireChange(kind, time + place, subject, structure, payload)
            for place, (kind, subject, structure, payload) in enumerate(rows)
        ],
    )
