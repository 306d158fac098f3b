"""The state digest: two laptops with the same changes in effect have the same.

A sum of hashes, kept up to date by taking the old term of a feature out and putting the new one in.
"""

import hashlib
from collections.abc import Collection, Mapping

from collabmap.domain.change import Change, encode
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.outcome import Face, Ruling

DIGEST_BYTES = 16
DIGEST_MODULUS = 1 << 8 * DIGEST_BYTES


def digest_of(
    subject: bytes,
    content: Collection[Change],
    rulings: Mapping[ChangeId, Ruling],
    effective: Collection[Change],
    faces: tuple[Face, Face],
    state: FeatureState | None,
    redacted: frozenset[ChangeId],
) -> int:
    """Return the feature's part of the state digest: free of names of segments and of layout.

    A change goes by its stamp: that is known of a feature on the map without reading the log.
    """
    in_effect = {c.id for c in effective}
    told = []
    for change in content:
        ruling = rulings[change.id]
        said = sorted([v.stamp for v in ruling.said]) if ruling.said else []
        told.append(
            [
                change.stamp,
                change.id in in_effect,
                ruling.word,
                ruling.is_contested,
                said,
                change.id in redacted,
            ]
        )
    told.sort()
    shown, published = faces
    looks = [_look(shown)]
    if published is not shown:
        looks.append(_look(published))
    return term(subject, "feature", b"", [state, told, looks])


def _look(face: Face) -> list[object]:
    registers = [[name, *[w.stamp for w in writes]] for name, writes in face.registers.items()]
    return [face.is_alive, registers, [e.stamp for e in face.elements]]


def term(subject: bytes, name: str, key: bytes, effect: list[object]) -> int:
    """Return one term of the digest; terms add up modulo DIGEST_MODULUS, in any order."""
    data = encode([subject, name, key, effect])
    digest = hashlib.blake2b(data, digest_size=DIGEST_BYTES, person=b"collabmap-state").digest()
    return int.from_bytes(digest, "big")
