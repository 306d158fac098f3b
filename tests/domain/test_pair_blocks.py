"""Near places with a key in common, against looking at each pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.pair_blocks import distances_m, near_pairs

DEGREE_M = 111_320.0


def by_looking_at_all(
    lng: np.ndarray, lat: np.ndarray, keys: np.ndarray, reach_m: float
) -> set[tuple[int, int]]:
    one, other = np.triu_indices(len(lng), 1)
    is_near = (distances_m(lng, lat, one, other) <= reach_m) & (keys[one] == keys[other])
    return set(zip(one[is_near].tolist(), other[is_near].tolist(), strict=True))


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(7.42, 43.73), (179.999, -17.0), (-0.001, 51.5), (24.0, 69.0), (0.0, 0.0)]),
    st.sampled_from([30.0, 250.0, 1_000.0]),
)
def test_blocks_find_what_looking_at_all_finds(
    seed: int, middle: tuple[float, float], reach_m: float
) -> None:
    chance = np.random.default_rng(seed)
    spread = 4 * reach_m / DEGREE_M
    lat = middle[1] + chance.normal(0, spread, 40)
    lng = middle[0] + chance.normal(0, spread / np.cos(np.radians(middle[1])), 40)
    lng = (lng + 180) % 360 - 180
    keys = chance.integers(0, 3, 40)
    found = near_pairs(lng, lat, np.arange(40), keys, reach_m)
    pairs = {pair for a, b in found for pair in zip(a.tolist(), b.tolist(), strict=True)}
    assert pairs == by_looking_at_all(lng, lat, keys, reach_m)


@pytest.mark.parametrize("count", [3_000, 6_000])
def test_a_crowd_on_one_square_gives_a_bounded_number_of_pairs_a_place(count: int) -> None:
    chance = np.random.default_rng(1)
    lng, lat = 7.42 + chance.random(count) * 5e-4, 43.73 + chance.random(count) * 5e-4
    found = near_pairs(lng, lat, np.arange(count), np.zeros(count, np.int64), 250.0)
    assert sum(len(a) for a, _b in found) < 150 * count
