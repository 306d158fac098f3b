"""All zooms of many marks at once: the same as each zoom by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.render.camera import Camera
from collabmap.render.groups import ALL_SHOWN_ZOOM, group
from collabmap.render.hierarchy import MOST_SHOWN, Hierarchy
from collabmap.render.mark_scene import LargePart

WORLD = (0.0, 0.0, 1.0, 1.0)
NOBODY = np.empty(0, np.int64)


def scattered(count: int, spread: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return 0.52 + random.random(count) * spread, 0.36 + random.random(count) * spread


counts = st.integers(0, 400)
spreads = st.floats(1e-6, 1e-2)
seeds = st.integers(0, 1000)
half_zooms = st.integers(0, 35).map(lambda n: n / 2)


@given(counts, spreads, half_zooms, seeds)
@settings(max_examples=60)
def test_a_zoom_of_the_hierarchy_is_that_zoom_alone(
    count: int, spread: float, zoom: float, seed: int
) -> None:
    x, y = scattered(count, spread, seed)
    awaiting = np.arange(count) % 3 == 0
    wanted = group(x, y, awaiting, zoom)
    hierarchy = Hierarchy(x, y, awaiting)
    level = hierarchy.level(zoom)
    assert level is not None
    part = LargePart(hierarchy, level, NOBODY)
    assert part.sizes.tolist() == wanted.sizes.tolist()
    assert part.x == pytest.approx(wanted.x)
    assert part.y == pytest.approx(wanted.y)
    assert part.awaiting == pytest.approx(wanted.awaiting)
    assert sorted(part.alone_in(WORLD)) == np.flatnonzero(wanted.member_of < 0).tolist()
    assert hierarchy.group_of(level, np.arange(count)).tolist() == wanted.member_of.tolist()
    for number in range(len(part.x)):
        assert sorted(part.members(number)) == wanted.members(number).tolist()


@given(counts, half_zooms, seeds, st.data())
def test_a_box_holds_what_a_look_at_all_finds(
    count: int, zoom: float, seed: int, data: st.DataObject
) -> None:
    x, y = scattered(count, 1e-3, seed)
    hierarchy = Hierarchy(x, y, np.zeros(count, np.bool_))
    edges = st.floats(-2e-4, 1.2e-3)
    left, right = sorted(0.52 + data.draw(st.tuples(edges, edges))[i] for i in (0, 1))
    top, bottom = sorted(0.36 + data.draw(st.tuples(edges, edges))[i] for i in (0, 1))
    box = (left, top, right, bottom)
    inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    assert sorted(hierarchy.points_in(box)) == np.flatnonzero(inside).tolist()
    level = hierarchy.level(zoom)
    assert level is not None
    alone = hierarchy.group_of(level, np.arange(count)) < 0
    assert sorted(hierarchy.alone_in(level, box)) == np.flatnonzero(inside & alone).tolist()
    part = LargePart(hierarchy, level, NOBODY)
    seen = (part.x >= left) & (part.x <= right) & (part.y >= top) & (part.y <= bottom)
    assert part.groups_in(box).tolist() == np.flatnonzero(seen).tolist()


@given(counts, spreads, half_zooms, seeds, st.sets(st.integers(0, 399), max_size=30))
@settings(max_examples=60)
def test_who_is_taken_out_is_in_no_group_and_all_others_are_drawn(
    count: int, spread: float, zoom: float, seed: int, chosen: set[int]
) -> None:
    x, y = scattered(count, spread, seed)
    awaiting = np.arange(count) % 3 == 0
    hierarchy = Hierarchy(x, y, awaiting)
    out = np.array(sorted(i for i in chosen if i < count), np.int64)
    part = LargePart(hierarchy, hierarchy.level(zoom), out)
    drawn = [*part.alone_in(WORLD), *part.released]
    for number in part.groups_in(WORLD).tolist():
        members = part.members(number)
        assert len(members) == part.sizes[number] >= 2
        assert part.x[number] == pytest.approx(x[members].mean())
        assert part.awaiting[number] == pytest.approx(awaiting[members].mean(), abs=1e-9)
        drawn += members.tolist()
    assert sorted(drawn) == sorted(set(range(count)) - set(out.tolist()))


def test_a_part_of_the_points_is_grouped_by_itself() -> None:
    x, y = scattered(300, 1e-4)
    chosen = np.arange(0, 300, 2)
    some = Hierarchy(x, y, np.zeros(300, np.bool_), chosen)
    level = some.level(14)
    assert level is not None
    alone = Hierarchy(x[chosen], y[chosen], np.zeros(150, np.bool_)).level(14)
    assert alone is not None
    assert level.crowds.sizes.tolist() == alone.crowds.sizes.tolist()
    assert set(some.points_in(WORLD)) == set(chosen.tolist())
    assert (some.group_of(level, np.arange(1, 300, 2)) == -1).all()


def test_what_lies_nowhere_is_left_out() -> None:
    x, y = np.array([0.5, np.nan, 0.7]), np.array([0.5, 0.5, np.inf])
    assert Hierarchy(x, y, np.zeros(3, np.bool_)).points_in(WORLD).tolist() == [0]


def test_near_by_all_are_shown_unless_they_are_too_many_for_one_view() -> None:
    x, y = scattered(2_000, 1e-3)
    assert Hierarchy(x, y, np.zeros(2_000, np.bool_)).level(ALL_SHOWN_ZOOM) is None
    many = 2 * MOST_SHOWN
    x, y = np.full(many, 0.52), np.full(many, 0.36)
    hierarchy = Hierarchy(x, y, np.zeros(many, np.bool_))
    box = Camera(0.52, 0.36, 19.0, 1280, 800).world_box
    assert hierarchy.is_crowded(box)
    assert not hierarchy.is_crowded(Camera(0.53, 0.36, 19.0, 1280, 800).world_box)
    level = hierarchy.level(19.0)
    assert level is not None
    assert level.crowds.sizes.tolist() == [many]
