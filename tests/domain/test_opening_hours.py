"""Opening hours of a week: read as people and OpenStreetMap write them, kept in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.app.value_words import hours_words
from collabmap.app.words import set_language
from collabmap.domain.opening_hours import (
    ALL_DAY,
    DAY_MIN,
    Spans,
    Week,
    joined,
    read_hours,
    write_hours,
)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Return up to two spans in order, the last perhaps until after midnight."""
    if draw(st.booleans()):
        return draw(st.sampled_from([(), ALL_DAY]))
    times = sorted(draw(st.lists(st.integers(0, 287), min_size=4, max_size=4, unique=True)))
    a, b, c, d = (5 * each for each in times)
    end = draw(st.sampled_from([d, DAY_MIN, DAY_MIN + a])) if a else d
    return ((a, b), (c, end))[draw(st.integers(0, 1)) :]


weeks = st.builds(
    Week, st.tuples(*[spans()] * 7), st.one_of(st.none(), spans())
)  # fmt: skip


@given(weeks)
def test_a_week_is_read_as_it_was_written(week: Week) -> None:
    assert read_hours(write_hours(week)) == week


@given(weeks, st.sampled_from(["fr", "en"]))
def test_a_week_is_read_from_its_words(week: Week, language: str) -> None:
    set_language(language)
    words = hours_words(week)
    set_language("en")
    read = read_hours(words)
    assert read is not None
    assert read.days == week.days


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("lun-ven 9h-18h", "Mo-Fr 09:00-18:00"),
        ("du lundi au vendredi de 9h à 12h30 et de 14h à 18h", "Mo-Fr 09:00-12:30,14:00-18:00"),
        ("Lun.–ven. 9 h–18 h, sam. 10 h–12 h", "Mo-Fr 09:00-18:00; Sa 10:00-12:00"),
        ("tous les jours 8h-20h, fermé le dimanche", "Mo-Sa 08:00-20:00"),
        ("sam et dim 10h-19h", "Sa,Su 10:00-19:00"),
        ("Mo,We 09:00-12:00; PH off", "Mo 09:00-12:00; We 09:00-12:00; PH off"),
        ("Fr-Mo 18:00-02:00", "Mo 18:00-02:00; Fr-Su 18:00-02:00"),
        ("Mon-Fri 9am-6:30pm", "Mo-Fr 09:00-18:30"),
        ("9h-18h", "Mo-Su 09:00-18:00"),
        ("24h/24", "24/7"),
        ("fermé", "Mo-Su off"),
        ("mardi 9:00-12:00\nmercredi 14:00-18:00", "Tu 09:00-12:00; We 14:00-18:00"),
    ],
)
def test_hours_as_people_write_them(text: str, osm: str) -> None:
    week = read_hours(text)
    assert week is not None
    assert write_hours(week) == osm


@pytest.mark.parametrize(
    "text",
    ["", "le matin", "Mo 9h", "Mo 25:00-26:00", "Mo 09:75-10:00", "Mo 9h-12h, 11h-13h", "Xy 9h-10h",
     "Apr-Sep Mo-Fr 09:00-18:00", "sunrise-sunset"],
)  # fmt: skip
def test_hours_that_are_not_understood_are_not_guessed(text: str) -> None:
    assert read_hours(text) is None


def test_spans_that_overlap_are_none() -> None:
    assert joined([(600, 700), (650, 800)]) is None
    assert joined([(600, 700), (0, 60)]) == ((0, 60), (600, 700))
