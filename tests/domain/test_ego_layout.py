"""Rings around one node."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.ego_layout import ringed

MIDDLE = b"m"


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[bytes, int], list[tuple[bytes, bytes]]]:
    depth, pairs = {MIDDLE: 0}, []
    for number in range(draw(st.integers(1, 30))):
        leader = draw(st.sampled_from([node for node in depth if depth[node] < 3]))
        node = f"n{number}".encode()
        depth[node] = depth[leader] + 1
        pairs.append((leader, node) if number % 2 else (node, leader))
    return depth, pairs


@given(trees(), st.floats(1.0, 1.6))
def test_all_have_a_place_of_their_own_further_out_with_every_step(
    tree: tuple[dict[bytes, int], list[tuple[bytes, bytes]]], ratio: float
) -> None:
    depth, pairs = tree
    spots = ringed(MIDDLE, depth, pairs, {}, ratio=ratio)
    assert spots.keys() == depth.keys()
    assert spots[MIDDLE] == (0.0, 0.0)
    far = {node: math.hypot(spot.x / ratio, spot.y) for node, spot in spots.items()}
    for one, other in itertools.combinations(depth, 2):
        assert math.dist(spots[one], spots[other]) > 30
        if depth[one] < depth[other]:
            assert far[one] < far[other]


def test_neighbours_stand_where_they_lie_on_the_map() -> None:
    bearing = {b"east": 0.0, b"south": math.pi / 2, b"west": math.pi, b"north": -math.pi / 2}
    depth = {MIDDLE: 0} | dict.fromkeys(bearing, 1)
    spots = ringed(MIDDLE, depth, [(MIDDLE, node) for node in bearing], bearing)
    assert spots[b"east"].x > 100
    assert abs(spots[b"east"].y) < 1
    assert spots[b"north"].y < -100
    assert abs(spots[b"north"].x) < 1
    assert spots[b"south"].y > 100
    assert spots[b"west"].x < -100


def test_what_two_lead_to_stands_behind_the_one_with_fewer() -> None:
    depth = {MIDDLE: 0, b"a": 1, b"b": 1, b"c": 2, b"d": 2}
    pairs = [(MIDDLE, b"a"), (MIDDLE, b"b"), (b"a", b"c"), (b"a", b"d"), (b"b", b"d")]
    spots = ringed(MIDDLE, depth, pairs, {b"a": 0.0, b"b": math.pi})
    assert spots[b"c"].x > 0 > spots[b"d"].x


def test_a_link_around_the_middle_does_not_go_through_it() -> None:
    for count in (2, 4, 6, 8):
        ring = [f"n{number}".encode() for number in range(count)]
        depth = {MIDDLE: 0} | dict.fromkeys(ring, 1)
        across = (ring[0], ring[count // 2])
        spots = ringed(MIDDLE, depth, [(MIDDLE, node) for node in ring] + [across], {})
        (ax, ay), (bx, by) = (spots[node] for node in across)
        off = abs(ax * by - bx * ay) / math.dist((ax, ay), (bx, by))
        assert off > 30, "beside the mark in the middle"
