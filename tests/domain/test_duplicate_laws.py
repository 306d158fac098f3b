"""What must hold for any places that are compared."""

import dataclasses
import itertools

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.duplicate_groups import groups_of
from collabmap.domain.duplicates import Pair, find_pairs, pairs_near
from collabmap.domain.name_parts import parts_of
from collabmap.domain.norms import Norms
from collabmap.domain.places import Place, Places
from collabmap.domain.romanising import romanised

DEGREE_M = 111_320.0
WORDS = [
    "Fontaine",
    "fontane",
    "École",
    "Église",
    "Mairie",
    "Parking",
    "Saint",
    "St",
    "Michel",
    "Ferry",
    "J.",
    "Jules",
    "de",
    "la",
    "du",
    "Port",
    "1",
    "2",
    "Nord",
    "Sud",
    "Costa",
    "Martin",
    "Boulangerie",
    "Chez",
    "Place",
    "Rue",
    "Bd",
    "Ottosäule",
    "المكس",
    "Maks",
    "III",
]
CATEGORIES = ("", "eau", "commerces", "amenity=school", "amenity=parking", "highway=bus_stop")
ADDRESSES = ("", "", "3 rue Haute", "3 r. Haute", "5 rue Haute", "place du Port")

names = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
ids = st.integers(0, 2**64).map(lambda number: number.to_bytes(16, "big"))
# Within a few hundred metres of one spot.
places = st.builds(
    Place,
    ids,
    names,
    st.sampled_from(CATEGORIES),
    st.integers(0, 60).map(lambda step: 7.42 + step * 1e-4),
    st.integers(0, 60).map(lambda step: 43.73 + step * 1e-4),
    st.sampled_from(ADDRESSES),
    st.sampled_from((0, 1_000, 300_000)),
    st.sampled_from((0.0, 40.0)),
)
maps = st.lists(places, max_size=14, unique_by=lambda place: place.id)


def one_score(one: Place, other: Place) -> float:
    other = dataclasses.replace(other, id=one.id + b"'")
    return sum(pair.score for pair in pairs_near(one, [other], threshold=0.0))


@given(maps)
def test_all_pairs_are_found_that_comparing_each_with_each_finds(some: list[Place]) -> None:
    norms = Norms.of(Places.of(some))
    each = {
        pair for place in some for pair in pairs_near(place, some, norms)
    }  # fmt: skip
    assert set(find_pairs(Places.of(some), norms)) == each


@given(maps, st.randoms())
def test_the_order_that_places_come_in_changes_nothing(some: list[Place], chance: object) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find_pairs(Places.of(shuffled)) == find_pairs(Places.of(some))


@given(places, places)
def test_a_score_does_not_depend_on_which_is_first(one: Place, other: Place) -> None:
    assert one_score(one, other) == one_score(other, one)


@given(places, places, st.floats(0, 400), st.floats(0, 400))
def test_what_is_farther_apart_scores_no_higher(
    one: Place, other: Place, near_m: float, more_m: float
) -> None:
    def away(metres: float) -> float:
        return one_score(
            one, dataclasses.replace(other, lng=one.lng, lat=one.lat + metres / DEGREE_M)
        )

    assert away(near_m + more_m) <= away(near_m)


@given(st.text(max_size=30), st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES))
def test_the_same_name_at_the_same_spot_is_found(name: str, a: str, b: str) -> None:
    if not parts_of(name).words:
        return
    one, other = (Place(bytes([n]), name, kind, 7.42, 43.73) for n, kind in enumerate((a, b)))
    assert len(find_pairs(Places.of([one, other]))) == 1


@given(st.text(max_size=40))
def test_what_is_romanised_stays_so(text: str) -> None:
    once, _ = romanised(text)
    assert romanised(once) == (once, False)


pairs = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0.5, 1)).filter(
        lambda t: t[0] < t[1]
    ),
    unique_by=lambda row: row[:2],
    max_size=30,
).map(lambda some: [Pair(bytes([a]), bytes([b]), score, ()) for a, b, score in some])


@given(pairs)
def test_each_pair_is_in_one_group_and_groups_hold_together(some: list[Pair]) -> None:
    groups = groups_of(some)
    inside = [pair for group in groups for pair in group.pairs]
    assert sorted(inside, key=lambda p: (p.one, p.other)) == sorted(
        some, key=lambda p: (p.one, p.other)
    )
    found = {(pair.one, pair.other) for pair in some}
    for group in groups:
        assert {id_ for pair in group.pairs for id_ in (pair.one, pair.other)} == set(group.ids)
        possible = list(itertools.combinations(group.ids, 2))
        assert sum(pair in found for pair in possible) >= len(possible) / 2
