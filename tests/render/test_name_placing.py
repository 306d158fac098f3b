"""Names beside their marks: laws that hold for any crowd."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.render.name_placing import Box, Name, place, sides

REACH = 16.0
PIXELS = st.integers(0, 800)


@st.composite
def crowds(draw: st.DrawFn) -> list[Name]:
    count = draw(st.integers(0, 40))
    return [
        Name(
            key,
            float(draw(PIXELS)),
            float(draw(PIXELS)),
            REACH,
            float(draw(st.integers(10, 180))),
            float(draw(st.integers(10, 30))),
            draw(st.integers(0, 4)),
        )
        for key in range(count)
    ]


def marks(names: list[Name]) -> list[Box]:
    return [(n.x - REACH, n.y - REACH, n.x + REACH, n.y + REACH) for n in names]


def obstacles(names: list[Name]) -> np.ndarray:
    return np.array(marks(names)).reshape(-1, 4)


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


@given(crowds())
def test_no_name_overlaps_another_nor_any_mark(names: list[Name]) -> None:
    boxes = [box for _side, box in place(names, obstacles(names)).values()]
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    assert not any(overlap(box, mark) for box in boxes for mark in marks(names))


@given(crowds(), st.randoms())
def test_the_order_in_which_names_are_given_changes_nothing(names: list[Name], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = names[:]
    chance.shuffle(shuffled)
    assert place(names, obstacles(names)) == place(shuffled, obstacles(names))


@given(crowds())
def test_a_name_is_left_out_only_for_a_mark_or_a_name_of_no_lower_priority(
    names: list[Name],
) -> None:
    placed = place(names, obstacles(names))
    for name in names:
        if name.key in placed:
            continue
        before = [
            placed[n.key][1] for n in names if n.key in placed and n.priority >= name.priority
        ]
        for side in sides(name):
            assert any(overlap(side, box) for box in before + marks(names))


@given(crowds(), st.integers(-300, 300), st.integers(-300, 300))
def test_names_stay_on_their_side_while_the_map_moves(names: list[Name], dx: int, dy: int) -> None:
    before = place(names, obstacles(names))
    moved = [n._replace(x=n.x + dx, y=n.y + dy) for n in names]
    kept = {key: side for key, (side, _box) in before.items()}
    after = place(moved, obstacles(moved), kept)
    assert {key: side for key, (side, _box) in after.items() if key in before} == kept
    only = place(moved, obstacles(moved), kept, only_kept=True)
    assert {key: side for key, (side, _box) in only.items()} == kept


@pytest.mark.parametrize("first", [0, 1])
def test_the_higher_priority_takes_the_only_place(first: int) -> None:
    wall = [(-500.0, -500.0, 500.0, -1.0), (-500.0, 21.0, 500.0, 500.0), (-500.0, -1.0, 10.0, 21.0)]
    names = [Name(n, 0.0, 10.0, 10.0, 60.0, 20.0, int(n == first)) for n in range(2)]
    assert set(place(names, np.array(wall))) == {first}


def test_a_new_name_at_the_edge_stands_where_it_can_be_read_whole() -> None:
    name = Name("Library", 780.0, 300.0, REACH, 90.0, 16.0)
    view = (0.0, 0.0, 800.0, 600.0)
    (side, box), *_rest = place([name], obstacles([name]), view=view).values()
    assert (side, box[2] <= 800) == (1, True)
    kept = place([name], obstacles([name]), {"Library": 0}, view=view)
    assert kept["Library"][0] == 0
