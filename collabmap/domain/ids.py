"""Identities: how each is made and written.

All ids are bytes.  Things people make (features, persons, elements) are UUIDv7 from birth, never
integers that two laptops could both use.  Source: RFC 9562, section 5.7.
"""

import hashlib
import secrets

ID_BYTES = 16
SEGMENT_NAME_BYTES = 32


def new_id(now_ms: int) -> bytes:
    """Return a UUIDv7 as 16 bytes.  now_ms: milliseconds since 1970, UTC."""
    random = int.from_bytes(secrets.token_bytes(10), "big")
    value = (now_ms & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    return value.to_bytes(ID_BYTES, "big")


def project_id(genesis: bytes) -> bytes:
    """Return the id of a project: the hash of its founding words."""
    return hashlib.blake2b(genesis, digest_size=ID_BYTES).digest()


def replica_id(public_key: bytes) -> bytes:
    """Return the id of a device's branch: the hash of its public key."""
    return hashlib.blake2b(public_key, digest_size=ID_BYTES).digest()


def segment_name(head: bytes) -> bytes:
    """Return the name of a segment: the hash of its encoded head."""
    return hashlib.blake2b(head, digest_size=SEGMENT_NAME_BYTES).digest()
