"""Segments: signed runs of one branch's changes, the unit that travels and is kept.

    segment = msgpack [head, signature, body]          (three byte strings)
    head    = msgpack [version, project, public key, first, last, previous, time min, time max,
                       kind hint, min reader, root, body length, hash of body]
    body    = zstd(msgpack [seed, person in force, columns, salts])     (columns.py)

`root` hashes the person and one *leaf* a change (leaf.py).  To forget a payload, the seed, from
which the salts of the leaves come, is replaced by the salts of the other changes and the payload by
its inner hash: the signed head still holds, the content cannot be guessed back.  A body whose hash
is no longer the signed one is checked against `root`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import msgspec
import zstandard

from collabmap.domain import columns, ids, signing
from collabmap.domain.change import (
    AUTH,
    FORMAT_VERSION,
    MAX_CHANGE_BYTES,
    Kind,
    WireChange,
    decode,
    encode,
)
from collabmap.domain.columns import Columns, Row
from collabmap.domain.leaf import INNER_BYTES, SALT_BYTES, inner_hash, leaf_of, salts_of

# Of a segment.  Also read no more: a few bytes must not unpack into a million changes.
MAX_CHANGES = 500
SEAL_BYTES = 64 * 1024
# Writers seal at SEAL_BYTES, before a change of as much again at most: an honest body is no more
# than two thirds of this.
MAX_BODY_BYTES = 256 * 1024
# A body at its cap compresses to less than this, whatever its content.
MAX_SEGMENT_BYTES = MAX_BODY_BYTES + MAX_BODY_BYTES // 8
# Deeper values one laptop could read and another, with less room on its stack, could not.
MAX_DEPTH = 32
# The bytes that begin an array or a map in msgpack, and all others.
_CONTAINERS = bytes([*range(0x80, 0xA0), *range(0xDC, 0xE0)])
_OTHERS = bytes(byte for byte in range(256) if byte not in _CONTAINERS)
HINT_AUTH, HINT_VERDICT, HINT_CONTENT, HINT_REDACT, HINT_CLAIM, HINT_DEFINE = 1, 2, 4, 8, 16, 32


class SegmentInvalid(Exception):
    """A segment that no honest author made, or that broke on the way: refused, never stored."""


class Head(NamedTuple):
    """times: hybrid logical clock (hlc.py).  previous: empty for the first of a branch."""

    version: int
    project: bytes
    public_key: bytes
    first: int
    last: int
    previous: bytes
    time_min: int
    time_max: int
    hint: int
    min_reader: int
    root: bytes
    body_length: int
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment in its three parts, with its head read.  `data` is the byte-exact wire form.

    opened: its changes, where they were checked against the signature already.
    """

    head: Head
    name: bytes
    head_bytes: bytes
    signature: bytes
    body: bytes
    opened: "Body | None" = field(default=None, compare=False, repr=False)

    @property
    def rid(self) -> bytes:
        return ids.replica_id(self.head.public_key)

    @property
    def data(self) -> bytes:
        return encode([self.head_bytes, self.signature, self.body])

    @property
    def is_whole(self) -> bool:
        """Whether the body is the one that was signed, with nothing forgotten since."""
        head = self.head
        return len(self.body) == head.body_length and _body_hash(self.body) == head.body_hash

    @property
    def is_readable(self) -> bool:
        """Whether this version understands it; otherwise it is kept and forwarded as it is."""
        return self.head.min_reader <= FORMAT_VERSION


class Body(NamedTuple):
    """person: in force when the segment begins.  changes: with absolute times.  leaves: of each."""

    person: bytes
    changes: tuple[WireChange, ...]
    leaves: tuple[bytes, ...]


# Per replica id, every tip as (last sequence number, segment name): a forked branch has two.
Vector = dict[bytes, tuple[tuple[int, bytes], ...]]


_BodyShape = tuple[bytes | None, bytes, Columns, list[bytes] | None]


def _root(person: bytes, leaves: Sequence[bytes]) -> bytes:
    """Return what is signed of a body, whatever is forgotten of it later.

    With the person: whoever passes words on must not put them into another's mouth.
    """
    data = bytes([len(person)]) + person + b"".join(leaves)
    return hashlib.blake2b(data, digest_size=32, person=b"collabmap-root").digest()


def _body_hash(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=32, person=b"collabmap-body").digest()


# --- making -----------------------------------------------------------------------------------


def seal(
    key: signing.SigningKey,
    project: bytes,
    *,
    first: int,
    previous: bytes,
    person: bytes,
    seed: bytes,
    changes: Sequence[WireChange],
) -> Segment:
    """Return the signed segment of a run of changes.

    first: sequence number of the first one.  person: in force when the run begins.  seed: 16
    secret bytes, from which the salts come.
    """
    assert changes, "an empty segment says nothing"
    rows, leaves = [], []
    before = changes[0].time
    salts = salts_of(seed, len(changes))
    for (kind, time, subject, structure, payload), salt in zip(changes, salts, strict=True):
        inner = inner_hash(salt, payload or b"")
        leaves.append(leaf_of(kind, time - before, subject, structure, inner))
        rows.append((kind, time - before, subject, structure, payload or None))
        before = time
    body = _pack(seed, person, rows, None)
    head = Head(
        version=FORMAT_VERSION,
        project=project,
        public_key=key.public,
        first=first,
        last=first + len(changes) - 1,
        previous=previous,
        time_min=changes[0].time,
        time_max=changes[-1].time,
        hint=_hint(changes),
        min_reader=FORMAT_VERSION,
        root=_root(person, leaves),
        body_length=len(body),
        body_hash=_body_hash(body),
    )
    head_bytes = encode(list(head))
    return Segment(head, ids.segment_name(head_bytes), head_bytes, key.sign(head_bytes), body)


def _hint(changes: Sequence[WireChange]) -> int:
    hint = 0
    for change in changes:
        if change.kind in AUTH:
            hint |= HINT_AUTH
        elif change.kind == Kind.VERDICT:
            hint |= HINT_VERDICT
        elif change.kind == Kind.REDACT:
            hint |= HINT_REDACT
        elif change.kind == Kind.CLAIM:
            hint |= HINT_CLAIM
        elif change.kind == Kind.DEFINE:
            hint |= HINT_DEFINE
        else:
            hint |= HINT_CONTENT
    return hint


def _pack(
    seed: bytes | None, person: bytes, rows: Sequence[Row], salts: Sequence[bytes] | None
) -> bytes:
    # What was forgotten leaves a hash, which is nobody's value.
    kept_raw = [False] * len(rows) if salts is None else [not salt for salt in salts]
    data = encode([seed, person, columns.pack(rows, kept_raw), salts])
    # With a checksum: what a failing disk changed is noticed when it is read, not shown.
    return zstandard.ZstdCompressor(
        level=19, write_content_size=True, write_checksum=True
    ).compress(data)


# --- reading ----------------------------------------------------------------------------------


def parse(data: bytes, project: bytes | None = None, *, verify: bool = True) -> Segment:
    """Return a segment whose head is signed; nothing is decompressed before that is known.

    project: refuse a segment of another.  verify: False only for what this laptop verified when
    it was kept.  Raises SegmentInvalid.
    """
    if len(data) > MAX_SEGMENT_BYTES:
        raise SegmentInvalid("larger than any segment may be")
    try:
        head_bytes, signature, body = msgspec.msgpack.decode(data, type=tuple[bytes, bytes, bytes])
        head = msgspec.msgpack.decode(head_bytes, type=Head)
    except (ValueError, RecursionError) as error:
        raise SegmentInvalid("not a segment") from error
    _check_head(head)
    if project is not None and head.project != project:
        raise SegmentInvalid("of another project")
    if verify and not signing.is_signed(head.public_key, head_bytes, signature):
        raise SegmentInvalid("the signature is not the author's")
    return Segment(head, ids.segment_name(head_bytes), head_bytes, signature, body)


def parse_received(data: bytes, project: bytes | None = None) -> Segment:
    """Return a segment that comes from elsewhere, head and body checked against the signature.

    Payloads may be missing; whether they may is for the log to decide, which knows the redacts
    (store/ingest.py).  Raises SegmentInvalid.
    """
    segment = parse(data, project)
    if segment.is_readable:
        return replace(segment, opened=open_body(segment))
    if not segment.is_whole:
        raise SegmentInvalid("the body is not the one signed")
    return segment


def unpacked_bytes(segment: Segment) -> int:
    """Return how many bytes a segment takes beside its own, 0 if its changes are not with it."""
    return 0 if segment.opened is None else zstandard.frame_content_size(segment.body)


def _check_head(head: Head) -> None:
    numbers = (head.version, head.first, head.last, head.time_min, head.time_max, head.hint)
    sound = (
        # SQLite's integers are signed.
        all(0 <= n < 1 << 63 for n in (*numbers, head.min_reader, head.body_length))
        and len(head.public_key) == signing.KEY_BYTES
        and len(head.previous) in (0, ids.SEGMENT_NAME_BYTES)
        and head.first <= head.last < head.first + MAX_CHANGES
        and (head.first == 0) == (not head.previous)
        and head.time_min <= head.time_max
    )
    if not sound:
        raise SegmentInvalid("the head makes no sense")


def open_body(segment: Segment) -> Body:
    """Return the changes of a segment, checked against what was signed.

    Raises SegmentInvalid: another body, a compression bomb, leaves that don't add up.
    """
    if segment.opened is not None:
        return segment.opened
    head = segment.head
    seed, person, rows, salts = _unpack(segment)
    if not _are_salts(seed, salts, len(rows)):
        raise SegmentInvalid("the body is not of this head")
    changes, leaves = _unfold(rows, seed, salts, head.time_min)
    # The signed hash of the body is the fast path; a body with forgotten payloads has another.
    if changes[-1].time != head.time_max or len(person) not in (0, ids.ID_BYTES):
        raise SegmentInvalid("the body is not of this head")
    # Signed is the body with the seed, and no other: under one head nobody can say two things, nor
    # pass a segment on in another form than signed where nothing of it was forgotten.
    if _root(person, leaves) != head.root or (seed is not None) != segment.is_whole:
        raise SegmentInvalid("the body is not the one signed")
    return Body(person, changes, leaves)


def read_body(segment: Segment) -> tuple[bytes, list[WireChange], Callable[[int], bytes]]:
    """Return the person, the changes and what makes the leaf of one, of a segment kept before.

    Nothing is checked against the signature again: what is read from the log was when it came.
    Raises SegmentInvalid: the file is damaged.
    """
    seed, person, rows, salts = _unpack(segment)
    changes, time = [], segment.head.time_min
    for kind, delta, subject, structure, payload in rows:
        time += delta
        changes.append(WireChange(kind, time, subject, structure, payload))

    made: list[bytes] = []

    def leaf(place: int) -> bytes:
        kind, delta, subject, structure, payload = rows[place]
        if not made:
            made.extend(salts_of(seed, len(rows)) if seed is not None else salts or [])
        salt = made[place]
        inner = inner_hash(salt, payload or b"") if salt else payload or b""
        return leaf_of(kind, delta, subject, structure, inner)

    if salts is not None:
        missing = [place for place, salt in enumerate(salts) if not salt]
        for place in missing:
            changes[place] = changes[place]._replace(payload=None)
    return person, changes, leaf


def forgotten(segment: Segment) -> frozenset[int]:
    """Return the places whose payloads were dropped.  Raises SegmentInvalid."""
    if segment.is_whole:
        return frozenset()
    _, _, _, salts = _unpack(segment)
    return frozenset(place for place, salt in enumerate(salts or ()) if not salt)


def _are_salts(seed: bytes | None, salts: list[bytes] | None, count: int) -> bool:
    """Whether there is either a seed or a salt each, all of their proper length.

    A longer salt could take the beginning of a payload with it, and leave other words.
    """
    if salts is None:
        return seed is not None and len(seed) == SALT_BYTES
    # Without a seed something was forgotten.
    is_stripped = seed is None and len(salts) == count and not all(salts)
    return is_stripped and all(len(salt) in (0, SALT_BYTES) for salt in salts)


def _unpack(segment: Segment) -> tuple[bytes | None, bytes, list[Row], list[bytes] | None]:
    """Return seed, person, changes and salts.  Raises SegmentInvalid."""
    head, body = segment.head, segment.body
    try:
        # The size is read first: a bomb of a few bytes must not take all memory.
        if not 0 <= zstandard.frame_content_size(body) <= MAX_BODY_BYTES:
            raise SegmentInvalid("the body is larger than any may be")
        # What lies behind it would be nobody's word, kept and passed on all the same.
        data = zstandard.ZstdDecompressor().decompress(body, allow_extra_data=False)
        seed, person, parts, salts = msgspec.msgpack.decode(data, type=_BodyShape)
        rows = columns.unpack(parts, head.last - head.first + 1, MAX_BODY_BYTES)
    except (
        zstandard.ZstdError,
        columns.ColumnsInvalid,
        ValueError,
        RecursionError,
        MemoryError,
    ) as error:
        raise SegmentInvalid("the body cannot be read") from error
    return seed, person, rows, salts


def _unfold(
    rows: list[Row], seed: bytes | None, salts: list[bytes] | None, time: int
) -> tuple[tuple[WireChange, ...], tuple[bytes, ...]]:
    changes, leaves = [], []
    all_salts = salts_of(seed, len(rows)) if seed is not None else salts or []
    for ordinal, (kind, delta, subject, structure, payload) in enumerate(rows):
        content = payload or b""
        if len(structure) + len(content) > MAX_CHANGE_BYTES or len(subject) > ids.ID_BYTES:
            raise SegmentInvalid("a change is larger than any may be")
        if not (_is_shallow(structure) and (not content or _is_shallow(content))):
            raise SegmentInvalid("a change nests deeper than any may")
        if delta < 0 or (delta == 0) != (ordinal == 0):
            raise SegmentInvalid("times run backwards")
        if salt := all_salts[ordinal]:
            inner = inner_hash(salt, content)
        else:
            inner, payload = content, None
            if len(inner) != INNER_BYTES:
                raise SegmentInvalid("a forgotten payload leaves its hash")
        leaves.append(leaf_of(kind, delta, subject, structure, inner))
        time += delta
        changes.append(WireChange(kind, time, subject, structure, payload))
    return tuple(changes), tuple(leaves)


def _is_shallow(data: bytes) -> bool:
    """Whether msgpack bytes nest no deeper than MAX_DEPTH."""
    if len(data.translate(None, _OTHERS)) <= MAX_DEPTH:
        return True
    try:
        level = [decode(data)]
    except ValueError:
        return False
    for _ in range(MAX_DEPTH + 1):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return True
    return False


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list | tuple) else ()


def forget(segment: Segment, ordinals: Collection[int]) -> Segment:
    """Return the segment without the payloads at these ordinals: same head, name and signature.

    What is forgotten cannot be guessed back: its salt goes too, and the seed with it.  What lacks
    payloads already comes back packed anew: with the changes that were signed, and nothing else.
    """
    seed, person, rows, salts = _unpack(segment)
    if seed is not None and not ordinals:
        return segment
    kept_salts, kept_rows = [], []
    all_salts = salts_of(seed, len(rows)) if seed is not None else salts or []
    for ordinal, (kind, delta, subject, structure, payload) in enumerate(rows):
        salt = all_salts[ordinal]
        if ordinal in ordinals and salt:
            payload, salt = inner_hash(salt, payload or b""), b""
        kept_salts.append(salt)
        kept_rows.append((kind, delta, subject, structure, payload))
    body = _pack(None, person, kept_rows, kept_salts)
    return Segment(segment.head, segment.name, segment.head_bytes, segment.signature, body)
