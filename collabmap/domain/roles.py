"""Who may do what: roles as a pure fold over the changes that grant them.

Version 0: the founder is coordinator; whoever enrols with an invitation that a coordinator made is
resident; any other key is a guest, whose changes are kept and passed on but not shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from collabmap.domain import ids, signing
from collabmap.domain.change import Change, Kind, encode

Roles = Mapping[bytes, "Role"]


class Role(IntEnum):
    GUEST = 0
    RESIDENT = 1
    COORDINATOR = 2


@dataclass(frozen=True, slots=True)
class Genesis:
    """The founding words of a project, signed by its founder; their hash is the project's id.

    sealing_key: public X25519 key to which private fields are sealed.  wrapped_key: its private
    half, sealed to the founder.
    """

    name: str
    founder: bytes
    nonce: bytes
    sealing_key: bytes
    wrapped_key: bytes
    theme: str
    signature: bytes

    def words(self) -> bytes:
        """Return the bytes that are signed and hashed."""
        return encode(
            [self.name, self.founder, self.nonce, self.sealing_key, self.wrapped_key, self.theme]
        )

    @property
    def project(self) -> bytes:
        return ids.project_id(self.words())

    def encode(self) -> bytes:
        """Return the bytes kept in the project file."""
        return encode([self.words(), self.signature])


def found(name: str, key: signing.SigningKey, nonce: bytes, theme: str) -> Genesis:
    """Return a new project's signed genesis."""
    private, public = signing.new_box_key()
    wrapped = signing.seal_to_signer(key.public, private)
    unsigned = Genesis(name, key.public, nonce, public, wrapped, theme, b"")
    return Genesis(name, key.public, nonce, public, wrapped, theme, key.sign(unsigned.words()))


def read_genesis(data: bytes) -> Genesis:
    """Return the genesis that `encode` wrote.  Raises ValueError if its signature is wrong."""
    words, signature = msgspec.msgpack.decode(data, type=tuple[bytes, bytes])
    parts = msgspec.msgpack.decode(words, type=tuple[str, bytes, bytes, bytes, bytes, str])
    genesis = Genesis(*parts, signature)
    if genesis.words() != words or len(genesis.sealing_key) != signing.KEY_BYTES:
        raise ValueError("not the founding words of a project")
    if not signing.is_signed(genesis.founder, words, signature):
        raise ValueError("the founder did not sign this")
    return genesis


def enrolment_words(project: bytes, rid: bytes) -> bytes:
    """Return what an invitation's key signs to enrol a replica."""
    return encode(["collabmap enrolment", project, rid])


def fold_roles(genesis: Genesis, changes: Iterable[Change]) -> dict[bytes, Role]:
    """Return the role of every replica that has one, whatever the order of the changes."""
    roles = {ids.replica_id(genesis.founder): Role.COORDINATOR}
    invitations: set[bytes] = set()
    enrolments: list[tuple[bytes, bytes, bytes]] = []
    for change in changes:
        if change.kind == Kind.INVITE and roles.get(change.stamp.rid) == Role.COORDINATOR:
            invitations.update(change.keys)
        elif change.kind == Kind.ENROL and len(change.keys) == 2:
            invitation, signature = change.keys
            enrolments.append((change.stamp.rid, invitation, signature))
    for rid, invitation, signature in enrolments:
        words = enrolment_words(genesis.project, rid)
        if invitation in invitations and signing.is_signed(invitation, words, signature):
            roles.setdefault(rid, Role.RESIDENT)
    return roles
