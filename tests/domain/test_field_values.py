"""Values of a theme's fields: what people write is understood, what makes no sense is told."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.app.value_words import value_words
from collabmap.app.words import explain, set_language
from collabmap.domain.field_values import checked_value, read_text
from collabmap.domain.theme import FIELD_TYPES, Field, FieldType, Option
from collabmap.errors import (
    NumberOutside,
    NumberTooLarge,
    NumberTooSmall,
    OptionUnknown,
    UnitUncalledFor,
    UnitUnknown,
    ValueInvalid,
)

SHADE = Option("shade", "Ombre", "Shade")
SEATS = Option("seats", "Bancs, chaises", "Benches, chairs")
WATER = Option("water", "Eau", "Water")
PLACE = "0190" + "0" * 28
languages = st.sampled_from(["fr", "en"])


def field(type_: FieldType, **parts: Any) -> Field:
    return Field("x", type_, "Mesure", "Measure", **parts)


CHOICES = field("choices", options=(SHADE, SEATS, WATER))
CHOICE = field("choice", options=(SHADE, SEATS, WATER))
NUMBER = field("number")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("12,5", 12.5), ("12.5", 12.5), ("1 234,5", 1234.5), ("1\u202f234,5", 1234.5),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234 567", 1234567), ("\u22125,0", -5),
        ("-0,25", -0.25), ("1,234", 1.234), ("1.234.567", 1234567), ("+7", 7), ("0,001", 0.001),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_french_write_them(text: str, number: float) -> None:
    assert read_text(NUMBER, text) == number


def test_in_english_a_comma_before_three_digits_parts_thousands() -> None:
    assert read_text(NUMBER, "1,234", "en") == 1234
    assert read_text(NUMBER, "1,23", "en") == 1.23
    assert read_text(NUMBER, "0,234", "en") == 0.234


@pytest.mark.parametrize("text", ["12 34", "1,2,3", "douze", "1e5", "--3", "12..5", "1 23,5", ","])
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueInvalid):
        read_text(NUMBER, text)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("12,5 µg/m³", "µg/m³", 12.5), ("12,5 \u03bcg/m3", "\u00b5g/m³", 12.5),
        ("12,5 ug/m3", "µg/m³", 12.5), ("0,0125 mg/m³", "µg/m³", 12.5), ("1,2 km", "m", 1200),
        ("35 cm", "m", 0.35), ("1,5 ha", "m²", 15000), ("90 min", "h", 1.5),
        ("3 pers.", "pers.", 3),
        ("40 personnes", "pers.", 40), ("21 °C", "°C", 21), ("100 Mb/s", "Mbit/s", 100),
        ("12", "µg/m³", 12), ("50 %", "%", 50),
    ],
)  # fmt: skip
def test_the_unit_may_stand_behind_and_is_converted_where_that_is_safe(
    text: str, unit: str, number: float
) -> None:
    assert read_text(field("number", unit=unit), text) == number


def test_another_unit_is_told() -> None:
    with pytest.raises(UnitUnknown):
        read_text(field("number", unit="µg/m³"), "12 ppb")
    with pytest.raises(UnitUncalledFor):
        read_text(NUMBER, "12 ppb")


def test_a_number_stays_in_its_range_which_is_told_in_both_languages() -> None:
    with pytest.raises(NumberOutside) as outside:
        checked_value(field("number", minimum=0.5, maximum=10), 12)
    with pytest.raises(NumberTooSmall):
        checked_value(field("number", minimum=0), -1)
    with pytest.raises(NumberTooLarge):
        checked_value(field("number", maximum=10), 11)
    set_language("en")
    assert explain(outside.value) == (
        "12 cannot be for “Measure”.",
        "Give a number from 0.5 to 10.",
    )
    assert str(outside.value).startswith("12 cannot be for “Measure”.")


@given(
    st.one_of(
        st.integers(-(10**12), 10**12),
        st.decimals(-1_000_000, 1_000_000, places=4).map(float),
    ),
    languages,
    st.sampled_from(["", "µg/m³", "m", "pers."]),
)
def test_a_number_is_read_from_its_own_words(number: float, language: str, unit: str) -> None:
    about = field("number", unit=unit)
    kept = checked_value(about, number)
    set_language(language)
    words = value_words(about, kept)
    set_language("en")
    assert read_text(about, words, language) == kept


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)), languages)
def test_a_day_and_a_moment_are_read_from_their_own_words(at: datetime, language: str) -> None:
    day, moment = at.date().isoformat(), at.isoformat(timespec="minutes")[:16]
    set_language(language)
    written = value_words(field("date"), day), value_words(field("date_time"), moment)
    set_language("en")
    assert read_text(field("date"), written[0]) == day
    assert read_text(field("date_time"), written[1]) == moment


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2026", "12/3/26", "12.03.2026", "12-03-2026", "2026-03-12", "12 mars 2026",
        "jeudi 12 mars 2026", "March 12, 2026", "12 Mar. 2026", "mar 12 2026", "12 03 2026",
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str) -> None:
    assert read_text(field("date"), text) == "2026-03-12"


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2026 18h30", "12/03/2026 18:30", "12/03/2026 à 18 h 30", "2026-03-12T18:30",
        "2026-03-12 18:30:00", "12 mars 2026, 18 h 30", "March 12, 2026, 6:30 PM",
        "12/03/26 6:30 pm",
    ],
)  # fmt: skip
def test_moments_as_people_write_them(text: str) -> None:
    assert read_text(field("date_time"), text) == "2026-03-12T18:30"


@pytest.mark.parametrize("text", ["30/02/2026", "12/13/2026", "2026-02-29", "12/03", "demain"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueInvalid):
        read_text(field("date"), text)


@pytest.mark.parametrize("text", ["12/03/2026", "12/03/2026 25h", "12/03/2026 18", "18h30"])
def test_a_moment_needs_both_day_and_time(text: str) -> None:
    with pytest.raises(ValueInvalid):
        read_text(field("date_time"), text)


def test_choices_are_read_by_label_of_either_language_also_with_commas() -> None:
    assert read_text(CHOICES, "eau, bancs, chaises ; Shade") == ["shade", "seats", "water"]
    assert read_text(CHOICES, "water") == ["water"]
    assert read_text(CHOICE, "BANCS, chaises") == "seats"
    with pytest.raises(OptionUnknown) as unknown:
        read_text(CHOICES, "eau, soleil")
    assert unknown.value.details["value"] == "soleil"
    set_language("en")
    assert explain(unknown.value)[1] == "Choose among these: Shade, Benches, chairs, Water."


@given(st.lists(st.sampled_from(["shade", "seats", "water"]), min_size=1, unique=True), languages)
def test_choices_are_read_from_their_own_words(chosen: list[str], language: str) -> None:
    kept = checked_value(CHOICES, chosen)
    set_language(language)
    words = value_words(CHOICES, kept)
    set_language("en")
    assert read_text(CHOICES, words) == kept


@pytest.mark.parametrize(("text", "is_yes"), [("Oui", True), ("non", False), ("vrai", True)])
def test_yes_and_no(text: str, is_yes: bool) -> None:
    assert read_text(field("yes_no"), text) is is_yes


def test_links_get_a_scheme_and_only_the_web_is_linked_to() -> None:
    url = field("url")
    assert read_text(url, "www.ville.fr/parc") == "https://www.ville.fr/parc"
    assert read_text(url, "http://ville.fr") == "http://ville.fr"
    for text in (
        "javascript://alert.com",
        "ville",
        "http://a b.fr",
        "file:" + "//" + "/etc/passwd",
    ):
        with pytest.raises(ValueInvalid):
            read_text(url, text)


def test_telephones_as_the_french_write_them() -> None:
    phone = field("phone")
    assert read_text(phone, "0612345678") == "06 12 34 56 78"
    assert read_text(phone, "06.12.34.56.78") == "06 12 34 56 78"
    assert read_text(phone, "+33 (0)6 12345678") == "+33 6 12 34 56 78"
    assert read_text(phone, "0033612345678") == "+33 6 12 34 56 78"
    assert read_text(phone, "+377 98 98 12 34") == "+377 98 98 12 34"
    for text in ("12", "le soir", "1" * 20):
        with pytest.raises(ValueInvalid):
            read_text(phone, text)


def test_addresses_ratings_and_references() -> None:
    assert read_text(field("email"), " aicha@exemple.fr ") == "aicha@exemple.fr"
    assert read_text(field("rating"), "4/5") == 4
    assert read_text(field("rating"), "★★★") == 3
    assert read_text(field("reference"), "Le parc", "fr", {"Le Parc": PLACE}) == PLACE
    for about, text in (
        (field("email"), "aicha@"), (field("rating"), "6"), (field("reference"), "Le parc"),
    ):  # fmt: skip
        with pytest.raises(ValueInvalid):
            read_text(about, text)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("number", True), ("number", float("nan")), ("number", "12"), ("choices", "water"),
        ("choice", "sun"), ("yes_no", 1), ("date", "12/03/2026"), ("date", "2026-02-30"),
        ("date_time", "2026-03-12"), ("hours", "Mo 25:00-26:00"), ("rating", 0), ("rating", True),
        ("rating", 2.5), ("reference", "x"), ("text", 3), ("photo", "a"), ("measure", 3),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_field_is_refused(type_: FieldType, value: object) -> None:
    with pytest.raises(ValueInvalid):
        checked_value(field(type_, options=(SHADE,)), value)


@given(
    st.sampled_from(["text", "number", "choice", "choices", "yes_no", "date", "date_time", "hours",
                     "url", "email", "phone", "rating", "reference"]),
    st.text(max_size=30),
)  # fmt: skip
def test_whatever_is_written_is_kept_or_refused_and_what_is_kept_stays(
    type_: FieldType, text: str
) -> None:
    about = field(type_, options=(SHADE, SEATS))
    try:
        kept = read_text(about, text)
    except ValueInvalid:
        return
    assert kept is None or checked_value(about, kept) == kept


@given(
    st.sampled_from(FIELD_TYPES),
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.lists(st.text(), min_size=1),
    languages,
)
def test_there_are_words_for_every_value_that_a_stranger_can_write(
    type_: FieldType, value: object, language: str
) -> None:
    set_language(language)
    assert isinstance(value_words(field(type_, options=(SHADE,), unit="m"), value), str)
