"""Which places may be one: examples of a French town, and what must hold for any."""

import itertools

import numpy as np
import pytest

from collabmap.domain.duplicate_groups import groups_of
from collabmap.domain.duplicates import Pair, ReasonKind, find_pairs, pairs_near
from collabmap.domain.places import Place, Places

LNG, LAT = 7.4205, 43.7342
DEGREE_M = 111_320.0


def place(number: int, name: str, category: str = "", metres: float = 0.0, **more: object) -> Place:
    """Return a place so many metres north of one spot."""
    id_ = number.to_bytes(16, "big")
    return Place(id_, name, category, LNG, LAT + metres / DEGREE_M, **more)  # type: ignore[arg-type]


def found(a: str, b: str, metres: float, category: str = "x", other: str | None = None) -> bool:
    one, two = place(1, a, category), place(2, b, other or category, metres)
    pairs = pairs_near(one, [two])
    assert find_pairs(Places.of([two, one])) == find_pairs(Places.of([one, two]))
    return bool(pairs)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ("Fontaine St Michel", "fontaine Saint-Michel", 38),
        ("École Jules Ferry", "école primaire J. Ferry", 40),
        ("Mairie", "Hôtel de ville", 30),
        ("Boulangerie Costa", "Costa", 20),
        ("Parking de la Colle", "Pkg Colle", 30),
        ("Barcleys", "Barclays", 10),
        ("ViaAlpina", "Via Alpina", 10),
        ("Place de la Libération", "pl. Liberation", 40),
        ("Costa (boulangerie)", "Boulangerie Costa", 15),
    ],
)
def test_two_ways_to_write_a_name_are_found(a: str, b: str, metres: float) -> None:
    assert found(a, b, metres)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ("École primaire Ferry", "École maternelle Ferry", 20),
        ("Parking 1", "Parking 2", 15),
        ("Parking A", "Parking B", 15),
        ("Église Saint-Pierre", "Place Saint-Pierre", 20),
        ("Parking Nord", "Parking Sud", 20),
        ("Carrefour", "Carrefour", 900),
    ],
)
def test_names_that_tell_places_apart_are_not_found(a: str, b: str, metres: float) -> None:
    assert not found(a, b, metres)


def test_a_reason_says_how_far_and_what_is_alike() -> None:
    one = place(1, "Fontaine St Michel", "eau")
    two = place(2, "fontaine Saint-Michel", "eau", 38.0)
    (pair,) = pairs_near(two, [one])
    assert (pair.one, pair.other) == (one.id, two.id)
    distance, category, names = pair.reasons
    assert (distance.kind, round(distance.value)) == (ReasonKind.DISTANCE, 38)
    assert category.kind is ReasonKind.SAME_CATEGORY
    assert names.kind is ReasonKind.LIKE_NAMES
    assert names.texts == ("Fontaine St Michel", "fontaine Saint-Michel")


def test_a_street_of_pairs_is_not_one_group() -> None:
    ids = [bytes([number]) for number in range(6)]
    chain = [Pair(a, b, 0.9 - 0.01 * at, ()) for at, (a, b) in enumerate(itertools.pairwise(ids))]
    groups = groups_of(chain)
    assert max(len(group.ids) for group in groups) <= 3
    assert sorted(pair.one for group in groups for pair in group.pairs) == ids[:-1]
    assert groups == groups_of(reversed(chain))


def test_places_that_are_all_alike_are_one_group() -> None:
    ids = [bytes([number]) for number in range(5)]
    pairs = [Pair(a, b, 0.9, ()) for a in ids for b in ids if a < b]
    (group,) = groups_of(pairs)
    assert group.ids == tuple(ids)
    assert len(group.pairs) == 10


def test_places_all_in_one_spot_cost_no_pair_with_each() -> None:
    many = [place(number, "Banc", "x") for number in range(2_000)]
    pairs = find_pairs(Places.of(many))
    assert len(pairs) < 20 * len(many)
    assert np.unique([pair.one for pair in pairs]).size > 1_900
