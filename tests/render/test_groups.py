"""What crowds at a zoom, and what lies in a box."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.render.camera import TILE_PX
from collabmap.render.crowds import CELL_PX
from collabmap.render.groups import (
    ALL_SHOWN_ZOOM,
    fan_out,
    group,
)


def scattered(count: int, spread: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return 0.52 + random.random(count) * spread, 0.36 + random.random(count) * spread


@given(st.integers(0, 400), st.floats(1e-6, 1e-3), st.floats(10, 17.9), st.integers(0, 1000))
@settings(deadline=None, max_examples=60)
def test_everybody_is_alone_or_in_one_group(
    count: int, spread: float, zoom: float, seed: int
) -> None:
    x, y = scattered(count, spread, seed)
    awaiting = np.arange(count) % 3 == 0
    groups = group(x, y, awaiting, zoom)
    assert len(groups.member_of) == count
    assert groups.sizes.sum() == (groups.member_of >= 0).sum()
    for number in range(len(groups.x)):
        members = groups.members(number)
        assert len(members) == groups.sizes[number] >= 2
        assert groups.x[number] == pytest.approx(x[members].mean())
        assert groups.awaiting[number] == pytest.approx(awaiting[members].mean())


def test_no_place_alone_lies_under_the_disc_of_a_group() -> None:
    x, y = scattered(500, 2e-5)
    groups = group(x, y, np.zeros(500, np.bool_), 16.0)
    scale = TILE_PX * 2.0**16
    alone = groups.member_of < 0
    assert len(groups.x) > 3
    for gx, gy in zip(groups.x, groups.y, strict=True):
        away = np.hypot(x[alone] - gx, y[alone] - gy) * scale
        assert not len(away) or away.min() > CELL_PX / 3


def test_three_places_side_by_side_are_told_apart_and_two_on_one_spot_are_not() -> None:
    scale = TILE_PX * 2.0**16
    nobody = np.zeros(3, np.bool_)
    side_by_side = group(np.array([10.0, 28, 46]) / scale, np.full(3, 10.0) / scale, nobody, 16.0)
    assert (side_by_side.member_of == -1).all()
    piled = group(np.array([14.0, 16, 80]) / scale, np.full(3, 16.0) / scale, nobody, 16.0)
    assert piled.member_of.tolist() == [0, 0, -1]


def test_a_few_places_far_apart_are_never_grouped() -> None:
    x, y = scattered(50, 1e-2)
    assert (group(x, y, np.zeros(50, np.bool_), 14.0).member_of < 0).all()


def test_near_enough_nothing_is_grouped() -> None:
    x, y = np.full(50, 0.52), np.full(50, 0.36)
    assert not len(group(x, y, np.zeros(50, np.bool_), ALL_SHOWN_ZOOM).x)
    assert len(group(x, y, np.zeros(50, np.bool_), ALL_SHOWN_ZOOM - 0.5).x) == 1


def test_one_spot_is_fanned_out_and_others_stay() -> None:
    px, py = fan_out(np.array([100.0, 100.0, 300.0]), np.array([50.0, 50.0, 80.0]), 14.0)
    assert (px[2], py[2]) == (300, 80)
    assert np.hypot(px[0] - px[1], py[0] - py[1]) > 28
