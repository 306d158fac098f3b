"""The founding words of a project, and the roles that people's computers have in it.

authority.py folds the changes that grant and revoke them.
"""

from dataclasses import dataclass
from enum import IntEnum

import msgspec

from collabmap.domain import ids, signing
from collabmap.domain.change import encode


class Role(IntEnum):
    """What a computer may do; written as its number in a role change."""

    GUEST = 0
    RESIDENT = 1
    COORDINATOR = 2


@dataclass(frozen=True, slots=True)
class Genesis:
    """The founding words of a project, signed by its founder; their hash is the project's id.

    sealing_key: public X25519 key to which private fields are sealed.  wrapped_key: its private
    half, sealed to the founder; recovery_wrapped: sealed to the recovery key.  recovery: public
    half of the key on paper, senior to the founder's; empty for none.
    """

    name: str
    founder: bytes
    nonce: bytes
    sealing_key: bytes
    wrapped_key: bytes
    theme: str
    recovery: bytes
    recovery_wrapped: bytes
    signature: bytes

    def words(self) -> bytes:
        """Return the bytes that are signed and hashed."""
        return encode(
            [
                self.name,
                self.founder,
                self.nonce,
                self.sealing_key,
                self.wrapped_key,
                self.theme,
                self.recovery,
                self.recovery_wrapped,
            ]
        )

    @property
    def project(self) -> bytes:
        return ids.project_id(self.words())

    def encode(self) -> bytes:
        """Return the bytes kept in the project file."""
        return encode([self.words(), self.signature])


def found(
    name: str,
    key: signing.SigningKey,
    nonce: bytes,
    theme: str,
    recovery: bytes = b"",
) -> Genesis:
    """Return a new project's signed genesis.  recovery: public half of the key on paper."""
    private, public = signing.new_box_key()
    wrapped = signing.seal_to_signer(key.public, private)
    on_paper = signing.seal_to_signer(recovery, private) if recovery else b""
    parts = (name, key.public, nonce, public, wrapped, theme, recovery, on_paper)
    return Genesis(*parts, key.sign(Genesis(*parts, b"").words()))


def read_genesis(data: bytes) -> Genesis:
    """Return the genesis that `encode` wrote.  Raises ValueError if its signature is wrong."""
    words, signature = msgspec.msgpack.decode(data, type=tuple[bytes, bytes])
    parts = msgspec.msgpack.decode(
        words, type=tuple[str, bytes, bytes, bytes, bytes, str, bytes, bytes]
    )
    genesis = Genesis(*parts, signature)
    sound = (
        genesis.words() == words
        and len(genesis.sealing_key) == signing.KEY_BYTES
        and len(genesis.recovery) in (0, signing.KEY_BYTES)
        and genesis.recovery != genesis.founder
    )
    if not sound:
        raise ValueError("not the founding words of a project")
    if not signing.is_signed(genesis.founder, words, signature):
        raise ValueError("the founder did not sign this")
    return genesis


def enrolment_words(project: bytes, rid: bytes) -> bytes:
    """Return what an invitation's key signs to enrol a replica."""
    return encode(["collabmap enrolment", project, rid])
