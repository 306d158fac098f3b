import struct
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.domain import columns
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, WireChange, encode
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import MAX_AHEAD_MS, Clock, Stamp, ms_of
from collabmap.domain.leaf import inner_hash, salt_of, salts_of
from collabmap.domain.segment import Segment, SegmentInvalid
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import (
    create_structure,
    delete_structure,
    read_structure,
    set_structure,
)

KEY = SigningKey(b"k" * 32)
PROJECT = b"p" * 16
TEXTS = ["fontaine", "secret", "banc"]


def sealed(texts: list[str], key: SigningKey = KEY, project: bytes = PROJECT) -> Segment:
    structure = create_structure(["name"], own_accept=False)
    changes = [
        WireChange(Kind.CREATE, 1000 + 7 * i, bytes([i]) * 16, structure, encode({"name": text}))
        for i, text in enumerate(texts)
    ]
    return wire.seal(
        key, project, first=0, previous=b"", person=b"", seed=b"s" * 16, changes=changes
    )


@given(st.lists(st.text(max_size=50), min_size=1, max_size=20))
def test_a_segment_reads_back_as_it_was_written(texts: list[str]) -> None:
    body = wire.open_body(wire.parse(sealed(texts).data, PROJECT))
    assert [msgspec.msgpack.decode(c.payload)["name"] for c in body.changes] == texts
    assert [c.time for c in body.changes] == [1000 + 7 * i for i in range(len(texts))]


@given(st.integers(0, 8 * 400 - 1))
def test_no_flipped_bit_is_accepted(bit: int) -> None:
    segment = sealed(TEXTS)
    data = bytearray(segment.data)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    try:
        flipped = wire.parse(bytes(data), PROJECT)
        changes = wire.open_body(flipped)
    except SegmentInvalid:
        return
    # zstd's frame has a bit or two without meaning: then the very same changes come out.
    assert flipped.name == segment.name
    assert changes == wire.open_body(segment)


def test_a_segment_of_another_project_or_author_is_refused() -> None:
    with pytest.raises(SegmentInvalid):
        wire.parse(sealed(TEXTS).data, b"q" * 16)
    ours, theirs = sealed(TEXTS), sealed(TEXTS, SigningKey(b"t" * 32))
    forged = encode([ours.head_bytes, theirs.signature, ours.body])
    with pytest.raises(SegmentInvalid):
        wire.parse(forged, PROJECT)


def test_another_body_under_a_signed_head_is_refused() -> None:
    ours, other = sealed(TEXTS), sealed(["autre", "chose", "banc"])
    swapped = Segment(ours.head, ours.name, ours.head_bytes, ours.signature, other.body)
    with pytest.raises(SegmentInvalid):
        wire.open_body(wire.parse(swapped.data, PROJECT))


def test_a_compression_bomb_is_refused_before_it_is_inflated() -> None:
    ours = sealed(TEXTS)
    bomb = zstandard.ZstdCompressor(write_content_size=True).compress(bytes(64 << 20))
    loaded = Segment(ours.head, ours.name, ours.head_bytes, ours.signature, bomb)
    with pytest.raises(SegmentInvalid, match="larger"):
        wire.open_body(loaded)


def test_a_salt_that_takes_the_beginning_of_a_payload_with_it_is_refused() -> None:
    """Salt and payload are hashed in one go: the cut between them must not be moved."""
    segment = sealed(TEXTS)
    seed, person, rows = _parts(segment)
    salts = [salt_of(seed, ordinal) for ordinal in range(3)]
    kind, delta, subject, structure, payload = rows[2]
    rows[2] = (kind, delta, subject, structure, inner_hash(salts[2], payload or b""))
    salts[2] = b""
    as_bytes = columns.pack(rows, [True] * 3)
    assert wire.open_body(_with_body(segment, [None, person, as_bytes, salts]))
    kind, delta, subject, structure, payload = rows[1]
    assert payload is not None
    salts[1] += payload[:6]
    rows[1] = (kind, delta, subject, structure, payload[6:])
    as_bytes = columns.pack(rows, [True] * 3)
    with pytest.raises(SegmentInvalid):
        wire.open_body(_with_body(segment, [None, person, as_bytes, salts]))


@pytest.mark.parametrize("seed", [b"", b"s" * 15, b"s" * 65])
def test_a_seed_of_another_length_is_refused(seed: bytes) -> None:
    segment = sealed(TEXTS)
    _, person, rows = _parts(segment)
    with pytest.raises(SegmentInvalid):
        wire.open_body(_with_body(segment, [seed, person, columns.pack(rows, [False] * 3), None]))


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_body_of_other_bytes_is_refused_whatever_they_are(
    changed: list[tuple[int, int]], is_forgotten: bool
) -> None:
    """Also where the signed hash of the body is of no use, because something was forgotten."""
    segment = _everything()
    honest = wire.open_body(segment)
    if is_forgotten:
        segment = wire.forget(segment, [1])
    raw = bytearray(zstandard.ZstdDecompressor().decompress(segment.body))
    for place, byte in changed:
        raw[place % len(raw)] = byte
    body = zstandard.ZstdCompressor(write_content_size=True).compress(bytes(raw))
    other = Segment(segment.head, segment.name, segment.head_bytes, segment.signature, body)
    try:
        read = wire.open_body(other)
    except SegmentInvalid:
        return
    # The same words written another way: who signed them said nothing else.
    assert (read.leaves, read.person) == (honest.leaves, honest.person)
    for here, there in zip(read.changes, honest.changes, strict=True):
        assert here == there or (is_forgotten and here == there._replace(payload=None))


def _everything() -> Segment:
    """Return a segment in which every kind of column is there."""
    point = struct.pack("<BIdd", 1, 1, 7.4197012, 43.7325891)
    structure = create_structure(["name", "geometry"], own_accept=False)
    payloads = [
        encode({"name": "Puits", "geometry": point, "n": [1, {"a": None}]}),
        encode({"name": "Mare", "geometry": point}),
        encode("un mot"),
        b"\xc1 not msgpack",
        None,
    ]
    changes = [
        WireChange(Kind.CREATE, 1000 + 7 * i, bytes([i]) * 16, structure, payload)
        for i, payload in enumerate(payloads)
    ]
    return wire.seal(
        KEY, PROJECT, first=0, previous=b"", person=b"P" * 16, seed=b"s" * 16, changes=changes
    )


def _parts(segment: Segment) -> tuple[bytes, bytes, list[columns.Row]]:
    """Return seed, person and changes of a segment of which nothing was forgotten."""
    shape = tuple[bytes, bytes, columns.Columns, None]
    raw = zstandard.ZstdDecompressor().decompress(segment.body)
    seed, person, packed, _ = msgspec.msgpack.decode(raw, type=shape)
    return seed, person, columns.unpack(packed, len(TEXTS), 1 << 20)


def _with_body(segment: Segment, parts: list[object]) -> Segment:
    body = zstandard.ZstdCompressor(write_content_size=True).compress(encode(parts))
    return Segment(segment.head, segment.name, segment.head_bytes, segment.signature, body)


def test_under_one_head_nobody_can_say_two_things() -> None:
    """A body that lacks a payload from birth, signed as if it were whole."""
    segment = sealed(TEXTS)
    lacking = wire.forget(segment, [1]).body
    parts = {"body_length": len(lacking), "body_hash": wire._body_hash(lacking)}
    head = segment.head._replace(**parts)
    head_bytes = encode(list(head))
    signature = KEY.sign(head_bytes)
    for body in (lacking, segment.body):
        with pytest.raises(SegmentInvalid):
            wire.parse_received(encode([head_bytes, signature, body]), PROJECT)


def test_nothing_is_passed_on_in_another_form_than_signed_unless_it_was_forgotten() -> None:
    segment = sealed(TEXTS)
    seed, person, rows = _parts(segment)
    salts = [salts_of(seed, 3)[place] for place in range(3)]
    other = _with_body(segment, [None, person, columns.pack(rows, [False] * 3), salts])
    with pytest.raises(SegmentInvalid):
        wire.parse_received(other.data, PROJECT)
    assert wire.forget(segment, ()) is segment


def test_nothing_hides_behind_a_body_or_in_its_columns() -> None:
    segment = sealed(TEXTS)
    behind = segment.body + b"secret"
    raw = Segment(segment.head, segment.name, segment.head_bytes, segment.signature, behind)
    with pytest.raises(SegmentInvalid):
        wire.open_body(raw)
    forgotten = wire.forget(segment, [1])
    body = zstandard.ZstdCompressor(write_content_size=True).compress(
        zstandard.ZstdDecompressor().decompress(forgotten.body)
    )
    for extra in (b"secret", zstandard.ZstdCompressor().compress(b"secret" * 9)):
        with pytest.raises(SegmentInvalid):
            wire.open_body(replace(forgotten, body=body + extra))
    # What is kept of it is packed here, from what was signed alone.
    again = wire.forget(replace(forgotten, body=body), ())
    assert wire.open_body(again).leaves == wire.open_body(segment).leaves
    assert b"secret" not in zstandard.ZstdDecompressor().decompress(again.body)


def test_a_forgotten_payload_leaves_the_chain_and_the_signature_whole() -> None:
    segment = sealed(TEXTS)
    redacted = wire.forget(segment, [1])
    read = wire.parse(redacted.data, PROJECT)
    body = wire.open_body(read)
    assert read.name == segment.name
    assert body.leaves == wire.open_body(segment).leaves
    assert body.changes[1].payload is None
    assert body.changes[0].payload == wire.open_body(segment).changes[0].payload
    raw = zstandard.ZstdDecompressor().decompress(redacted.body)
    assert b"secret" not in raw
    assert b"s" * 16 not in raw
    assert salt_of(b"s" * 16, 1) not in raw


def test_forgetting_twice_forgets_both() -> None:
    redacted = wire.forget(wire.forget(sealed(TEXTS), [0]), [2])
    payloads = [c.payload for c in wire.open_body(redacted).changes]
    assert [p is None for p in payloads] == [True, False, True]


@given(st.tuples(st.integers(0, 2**64 - 1), st.binary(min_size=16, max_size=16)),
       st.tuples(st.integers(0, 2**64 - 1), st.binary(min_size=16, max_size=16)))  # fmt: skip
def test_stamps_sort_as_bytes_as_they_sort_as_values(
    a: tuple[int, bytes], b: tuple[int, bytes]
) -> None:
    assert (Stamp(*a) < Stamp(*b)) == (Stamp(*a).encode() < Stamp(*b).encode())


def test_a_clock_moves_on_when_the_wall_clock_jumps_back() -> None:
    now = [5000]
    clock = Clock(lambda: now[0])
    first = clock.tick()
    now[0] = 10
    assert clock.tick() > first


def test_a_clock_is_not_dragged_along_by_a_laptop_from_the_future() -> None:
    clock = Clock(lambda: 0)
    assert not clock.observe((MAX_AHEAD_MS + 1) << 16)
    assert clock.observe(MAX_AHEAD_MS << 16)
    assert clock.tick() > MAX_AHEAD_MS << 16


def test_a_time_beyond_every_calendar_can_still_be_written_as_a_date() -> None:
    assert datetime.fromtimestamp(ms_of(2**63 - 1) / 1000, UTC).year == 3000
    assert ms_of(1_773_000_000_000 << 16 | 7) == 1_773_000_000_000


def test_names_of_one_segment_are_written_once_for_all() -> None:
    names = frozenset(ChangeId(b"h" * 32, ordinal) for ordinal in range(2500))
    structure = delete_structure({*names, ChangeId(b"g" * 32, 7)}, own_accept=True)
    assert len(structure) < 8000
    parts = read_structure(Kind.DELETE, b"i" * 16, structure, lambda number: None)
    assert parts.seen == names | {ChangeId(b"g" * 32, 7)}


def test_names_of_own_unsealed_changes_resolve_along_the_branch() -> None:
    far = ChangeId(b"h" * 32, 3)
    structure = set_structure({"name": {ChangeId(b"", 5), far}}, own_accept=True)
    parts = read_structure(
        Kind.SET, b"i" * 16, structure, lambda number: ChangeId(b"x" * 32, number - 2)
    )
    assert parts.over == {"name": frozenset({far, ChangeId(b"x" * 32, 3)})}
    assert parts.own_accept
