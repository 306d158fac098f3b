"""The order of a list, and names that are sorted and found by how they begin."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marks import THINGS, Thing, columns_of

from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.mark_order import Order, in_view, index_of, ordered
from collabmap.domain.name_index import NameIndex, words_of

HERE = LngLat(7.42, 43.73)


def fold(name: str) -> bytes:
    """A name as one looks it up in a dictionary."""
    plain = unicodedata.normalize("NFD", name.lower().replace("œ", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c)).encode()


@given(THINGS, st.integers(0, 2**12))
def test_names_are_listed_as_in_a_dictionary(things: list[Thing], choice: int) -> None:
    columns = columns_of(things)
    listed = np.array([bool(choice >> n & 1) for n in range(len(things))], np.bool_)
    got = ordered(columns, listed, Order.NAME, HERE, NameIndex.of(columns)).tolist()
    shown = [n for n in range(len(things)) if listed[n]]
    assert got == sorted(shown, key=lambda n: fold(things[n].name))


@given(THINGS, st.text("aAbéœz -", min_size=1, max_size=3), st.integers(0, 12))
def test_the_next_name_that_begins_so_is_found(things: list[Thing], text: str, after: int) -> None:
    columns = columns_of(things)
    index = NameIndex.of(columns)
    got = index.beginning(text, index.order, after)
    names = [fold(things[n].name) for n in index.order]
    places = [n for n, name in enumerate(names) if name.startswith(fold(text))]
    assert got == next((n for n in places if n >= after), next(iter(places), -1))


@given(THINGS)
def test_the_words_of_all_names_are_gathered(things: list[Thing]) -> None:
    words = {word for thing in things for word in thing.name.lower().split() if len(word) > 3}
    assert set().union(*words_of(columns_of(things))) == words


@given(THINGS)
def test_what_is_near_and_what_is_new_comes_first(things: list[Thing]) -> None:
    columns = columns_of(things)
    all_of_them = np.ones(len(things), np.bool_)
    newest = ordered(columns, all_of_them, Order.NEWEST, HERE).tolist()
    assert newest == sorted(
        range(len(things)), key=lambda n: (things[n].born_s, things[n].row), reverse=True
    )
    nearest = ordered(columns, all_of_them, Order.NEAREST, HERE)
    east = np.abs(columns.lng[nearest] - HERE.lng)
    flat = np.hypot(
        np.minimum(east, 360 - east) * np.cos(np.radians(HERE.lat)),
        columns.lat[nearest] - HERE.lat,
    )
    assert flat.tolist() == pytest.approx(sorted(flat.tolist()))


@given(THINGS, st.tuples(*[st.floats(-180, 180), st.floats(-85, 85)] * 2))
def test_a_box_over_the_antimeridian_holds_what_lies_on_both_sides(
    things: list[Thing], edges: tuple[float, float, float, float]
) -> None:
    west, south, east, north = edges
    box = Bbox(west, min(south, north), east, max(south, north))
    got = in_view(columns_of(things), box).tolist()
    assert got == [box.contains(thing.lng, thing.lat) for thing in things]


@given(THINGS)
def test_every_feature_is_found_by_its_id(things: list[Thing]) -> None:
    columns = columns_of(things)
    assert [index_of(columns, thing.id) for thing in things] == list(range(len(things)))
    assert index_of(columns, b"\xff" * 16) == -1
