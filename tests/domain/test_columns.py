"""Laws of the columns: what was signed comes out again to the byte, and nothing else is read."""

import struct

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collabmap.domain.change import encode
from collabmap.domain.columns import Columns, ColumnsInvalid, Row, pack, unpack
from collabmap.domain.geometry import point_wkb

ROOM = 1 << 20
DEGREES = st.one_of(
    st.floats(-180, 180), st.integers(-1_800_000_000, 1_800_000_000).map(lambda n: n / 10**7)
)
POINTS = st.tuples(DEGREES, DEGREES).map(lambda at: struct.pack("<BIdd", 1, 1, *at))
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.text(), st.binary()
)
VALUES = st.recursive(
    st.one_of(PLAIN, POINTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
MAPS = st.dictionaries(st.sampled_from(["name", "geometry", "", "fields"]), VALUES)
PAYLOADS = st.one_of(
    st.none(), st.binary(min_size=1, max_size=40), MAPS.map(encode), VALUES.map(encode)
)
ROWS = st.tuples(
    st.integers(0, 2**20),
    st.integers(0, 2**63 - 1),
    st.binary(max_size=16),
    st.sampled_from([encode([]), encode([0, ["name"]]), encode([1, {"a": None}])]),
    PAYLOADS,
)


def through(rows: list[Row], kept_raw: list[bool]) -> list[Row]:
    """Return what a reader makes of changes that were written and sent."""
    data = encode(pack(rows, kept_raw))
    return unpack(msgspec.msgpack.decode(data, type=Columns), len(rows), ROOM)


@given(st.lists(st.tuples(ROWS, st.booleans()), max_size=12))
def test_the_very_bytes_come_out_that_went_in(given_rows: list[tuple[Row, bool]]) -> None:
    rows = [row for row, _ in given_rows]
    kept_raw = [is_raw and row[4] is not None for row, is_raw in given_rows]
    assert through(rows, kept_raw) == rows


@given(DEGREES, DEGREES)
@example(-0.0, 0.0)
@example(180.0, -180.0)
@example(7.4197012, 43.7325891)
@example(float("nan"), 0.0)
def test_a_point_comes_out_to_the_byte_whatever_its_decimals(lng: float, lat: float) -> None:
    payload = encode({"geometry": struct.pack("<BIdd", 1, 1, lng, lat)})
    row: Row = (4, 0, b"", encode([]), payload)
    assert through([row], [False]) == [row]


def test_a_point_as_people_enter_it_takes_eight_bytes() -> None:
    payload = encode({"name": "Puits", "geometry": point_wkb(7.4197012, 43.7325891)})
    packed = pack([(3, 0, b"", encode([]), payload)], [False])
    assert len(packed.points["geometry"]) == 8
    assert packed.fields == {"name": ["Puits"]}


def test_what_stands_often_is_written_once() -> None:
    structure = encode([0, ["name"]])
    rows: list[Row] = [
        (3, 1, bytes(16), structure, encode({"name": str(number)})) for number in range(50)
    ]
    packed = pack(rows, [False] * 50)
    assert (packed.structures, packed.shapes) == ([msgspec.Raw(structure)], [["name"]])


def honest() -> Columns:
    rows: list[Row] = [
        (3, 0, b"a", encode([]), encode({"name": "Puits", "geometry": point_wkb(1, 2)})),
        (4, 1, b"b", encode([1]), encode("word")),
        (5, 2, b"c", encode([]), b"\xc1"),
        (6, 3, b"d", encode([]), None),
    ]
    return pack(rows, [False] * 4)


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": [3, 4, 5]},
        {"subjects": [b"a"] * 5},
        {"times": bytes(31)},
        {"structures": [msgspec.Raw(encode([]))] * 3},
        {"which_structure": [0, 1, 0, 2]},
        {"which_structure": [0, -1, 0, 1]},
        {"which_structure": [0, 0, 0, 0]},
        {"shapes": []},
        {"shapes": [["name", ("geometry",)]] * 2},
        {"shapes": [["name", "geometry"]]},
        {"shapes": [["name", ("name",)]], "points": {"name": bytes(8)}},
        {"which_payload": [3, 2, 1, -1]},
        {"which_payload": [3, 2, 1, 1]},
        {"which_payload": [3, 2, 0, 0]},
        {"which_payload": [4, 2, 1, 0]},
        {"fields": {}},
        {"fields": {"name": []}},
        {"fields": {"name": ["Puits", "Mare"]}},
        {"fields": {"name": ["Puits"], "more": ["word"]}},
        {"fields": {"name": ["Puits"], "secret": []}},
        {"points": {"geometry": bytes(9)}},
        {"points": {"geometry": bytes(16)}},
        {"points": {}},
        {"bare": []},
        {"bare": ["word", "words"]},
        {"raw": [b"\xc1", b"more"]},
    ],
)
def test_columns_that_do_not_add_up_are_refused(change: dict[str, object]) -> None:
    columns = honest()._replace(**change)
    with pytest.raises((ColumnsInvalid, ValueError)):
        unpack(columns, 4, ROOM)


def test_a_few_bytes_do_not_become_many() -> None:
    """A long key stands once in the columns and in every payload that comes of them."""
    many = 500
    rows: list[Row] = [
        (3, 1, b"", encode([]), encode({"k" * 10_000: number})) for number in range(many)
    ]
    packed = pack(rows, [False] * many)
    assert len(encode(packed)) < 30_000
    with pytest.raises(ColumnsInvalid):
        unpack(packed, many, ROOM)
    same = [(3, 1, b"", encode([b"s" * 10_000]), None)] * many
    with pytest.raises(ColumnsInvalid):
        unpack(pack(same, [False] * many), many, ROOM)
