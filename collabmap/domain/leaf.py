"""Leaves: the hash of one change, made so that its payload can be forgotten and the hash stays.

    leaf  = H("collabmap-leaf", msgpack [kind, delta, subject] + structure + inner)
    inner = H("collabmap-inner", salt + payload)          H(p, x): BLAKE2b-256, personalised p

The salts of a segment come one-way from one seed.  Without its salt nobody can try out which
payload an inner hash is of.
"""

import hashlib

from collabmap.domain.change import encode

SALT_BYTES = 16
INNER_BYTES = 32
# A hash that is copied is quicker than one that is set up anew for each change.
_INNER = hashlib.blake2b(digest_size=32, person=b"collabmap-inner")
_LEAF = hashlib.blake2b(digest_size=32, person=b"collabmap-leaf")


def salts_of(seed: bytes, count: int) -> list[bytes]:
    """Return the salts of the first changes: one-way, so that a salt tells nothing of the seed."""
    stream = hashlib.shake_256(b"collabmap-salt" + seed).digest(SALT_BYTES * count)
    return [stream[at : at + SALT_BYTES] for at in range(0, len(stream), SALT_BYTES)]


def salt_of(seed: bytes, ordinal: int) -> bytes:
    """Return the salt of one change."""
    return salts_of(seed, ordinal + 1)[-1]


def inner_hash(salt: bytes, payload: bytes) -> bytes:
    hasher = _INNER.copy()
    hasher.update(salt + payload)
    return hasher.digest()


def leaf_of(kind: int, delta: int, subject: bytes, structure: bytes, inner: bytes) -> bytes:
    """Return the leaf of a change.  delta: to the time of the change before it."""
    hasher = _LEAF.copy()
    hasher.update(encode([kind, delta, subject]) + structure + inner)
    return hasher.digest()
