"""Numbers in keywords, as people write them in French and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.app.words import format_number, set_language
from collabmap.domain.number_tags import NumberTag, Series, of_series, parse, series, value_of


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pm2.5=12", NumberTag("pm2.5", 12, "")),
        ("no2 = 18,4 µg/m³", NumberTag("no2", 18.4, "µg/m³")),
        ("comptage:340", NumberTag("comptage", 340, "")),
        (
            "comptage\u202f: 1\u202f340 vélos par jour",
            NumberTag("comptage", 1340, "vélos par jour"),
        ),
        ("bruit=62.5 dB(A)", NumberTag("bruit", 62.5, "dB(A)")),
        ("Pente : −3 %", NumberTag("Pente", -3, "%")),
        ("habitants=1.234.567,5", NumberTag("habitants", 1234567.5, "")),
        ("habitants=12,345.5", NumberTag("habitants", 12345.5, "")),
        ("habitants=12.345,5", NumberTag("habitants", 12345.5, "")),
        ("no2=beaucoup", NumberTag("no2", None, "")),
        ("adresse: 12 rue Grimaldi", NumberTag("adresse", None, "")),
        ("ouvert: 8:30", NumberTag("ouvert", None, "")),
        ("téléphone=+33 6 12 34 56 78", NumberTag("téléphone", None, "")),
        ("ombre", None),
        ("=12", None),
        ("12:30", None),
        ("no2=", None),
    ],
)
def test_a_keyword_is_read_as_people_mean_it(tag: str, expected: NumberTag | None) -> None:
    assert parse(tag) == expected


@given(
    st.integers(-(10**13), 10**13),
    st.integers(0, 3),
    st.sampled_from(["fr", "en"]),
    st.sampled_from(["", "µg/m³", "%", "vélos par jour", "m2"]),
)
def test_what_the_program_writes_is_read_again(
    whole: int, decimals: int, language: str, unit: str
) -> None:
    value = whole / 10**decimals
    set_language(language)
    try:
        written = format_number(value, decimals)
    finally:
        set_language("en")
    if language == "en" and written.count(",") and "." not in written:
        # « 12,345 » is twelve and a bit for most of those who write here.
        return
    read, read_unit = value_of(f"{written}\u00a0{unit}".strip())
    assert read == pytest.approx(value)
    assert read_unit == unit


@given(st.text(max_size=60))
def test_no_keyword_breaks_the_reading(tag: str) -> None:
    read = parse(tag)
    assert read is None or (read.name and (read.value is None or abs(read.value) < float("inf")))


def test_names_that_differ_in_capitals_are_one_series_in_the_usual_unit() -> None:
    tags = [t for each in ("NO2=18 µg/m³", "no2=20", "no2=0,02 ppm", "no2=25 µg/m³", "no2=-3",
                           "no2=beaucoup", "vu=oui") if (t := parse(each))]  # fmt: skip
    (found,) = series(tags)
    assert found == Series("no2", "µg/m³", 3)
    taken, left = of_series(tags, found)
    assert [tags[index].value for index in taken] == [18, 20, 25]
    assert (left.unreadable, left.other_units) == (2, 1)


def test_a_name_without_a_number_to_show_is_no_series() -> None:
    tags = [t for each in ("vu=oui", "pente=-3", "tel=99999999999999") if (t := parse(each))]
    assert series(tags) == []
