"""What is usual on a map is learned from it."""

import dataclasses

import pytest
from marks import Thing, columns_of

from collabmap.domain.duplicates import ReasonKind, find_pairs, pairs_near
from collabmap.domain.norms import Norms
from collabmap.domain.pair_score import Scale
from collabmap.domain.places import Place, Places

DEGREE_M = 111_320.0


def place(number: int, name: str, metres: float = 0.0, **more: object) -> Place:
    id_ = number.to_bytes(16, "big")
    about = {"category": "commerces", **more}
    return Place(id_, name, lng=7.42, lat=43.73 + metres / DEGREE_M, **about)  # type: ignore[arg-type]


def in_a_row(name: str, category: str, step_m: float) -> list[Place]:
    return [place(n, name, n * step_m, category=category) for n in range(40)]


def test_a_word_that_many_names_hold_weighs_less() -> None:
    town = [place(n, f"Salon Monaco {chr(97 + n)}{chr(98 + n)}c") for n in range(20)]
    rare, common = Norms.of(Places.of(town)).weights(["sauber", "monaco"])
    assert common < rare
    assert Norms().weights(["sauber", "monaco"]) == pytest.approx([1.0, 1.0], abs=1e-4)


def test_things_that_lie_close_together_are_smaller() -> None:
    dense, sparse = in_a_row("", "nature", 15.0), in_a_row("", "eau", 700.0)
    places = Places.of([*dense, *(dataclasses.replace(p, id=p.id + b"'") for p in sparse)])
    sizes = Scale(places, Norms.of(places)).size_m
    assert sizes[0] < Scale(places, Norms()).size_m[0] < sizes[-1]


def test_an_outline_is_part_of_the_size() -> None:
    near, wide = place(1, "Parc Sauber"), place(2, "Sauber", 120.0)
    around = dataclasses.replace(wide, radius_m=150.0)
    assert pairs_near(near, [around])[0].score > pairs_near(near, [wide], threshold=0.0)[0].score


def test_an_address_counts_for_and_against() -> None:
    one = place(1, "Le Bistrot", address="3 rue Haute")
    said = {
        address: pairs_near(one, [place(2, "Bistrot Costa", 30.0, address=address)], threshold=0.0)
        for address in ("", "3, r. Haute", "12 avenue Foch")
    }
    scores = {address: pair.score for address, (pair,) in said.items()}
    assert scores["12 avenue Foch"] < scores[""] < scores["3, r. Haute"]
    kinds = {reason.kind for reason in said["3, r. Haute"][0].reasons}
    assert ReasonKind.SAME_ADDRESS in kinds


def test_photos_taken_together_are_a_hint() -> None:
    one = place(1, "Lavoir", taken_ms=1_000_000)
    with_photo, without = (
        pairs_near(one, [place(2, "Lavoir", 20.0, taken_ms=ms)])[0] for ms in (1_120_000, 0)
    )
    assert with_photo.score > without.score
    assert with_photo.reasons[-1].kind is ReasonKind.PHOTOS
    assert with_photo.reasons[-1].value == 2.0


def test_nameless_things_of_one_category_are_weakly_suspected_on_one_spot_only() -> None:
    (pair,) = find_pairs(Places.of([place(1, ""), place(2, "", 1.0)]))
    assert pair.score < 0.7
    assert pair.reasons[-1].kind is ReasonKind.NAMELESS
    assert not find_pairs(Places.of([place(1, ""), place(2, "", 12.0)]))
    assert not find_pairs(Places.of([place(1, ""), place(2, "", 1.0, category="eau")]))


def test_two_natures_are_two_things() -> None:
    one = place(1, "Couture", nature="place")
    near = {
        nature: pairs_near(one, [place(2, "Couture", 40.0, category="x", nature=nature)])
        for nature in ("place", "skill")
    }
    assert near["place"]
    assert not near["skill"]


def test_marks_of_a_map_are_compared_with_what_is_known_of_them() -> None:
    things = [Thing(1), Thing(2, "fontaine", category="nature"), Thing(3, "Zoo", lng=7.5)]
    places = Places.of_marks(
        columns_of(things), {"eau": "place"}, {things[0].id: "3 rue Haute"}, {things[1].id: 5}
    )
    assert list(places.ids) == [thing.id for thing in things]
    assert [places.names[n] for n in places.name] == ["Fontaine", "fontaine", "Zoo"]
    assert [places.addresses[n] for n in places.address] == ["3 rue Haute", "", ""]
    assert places.taken_ms.tolist() == [0, 5, 0]
    (pair,) = find_pairs(places)
    assert (pair.one, pair.other) == (things[0].id, things[1].id)
