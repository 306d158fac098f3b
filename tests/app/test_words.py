"""Words, numbers, distances and times, as French and English write them."""

import locale
import os
import subprocess
import sys
from datetime import datetime

import pytest

from collabmap.app import words
from collabmap.errors import BundleDamaged, PositionOutOfRange, TextTooLong

THIN, FIXED = "\u202f", "\u00a0"


def at(*moment: int) -> int:
    """Return milliseconds since 1970 of a moment on this computer's clock."""
    return round(datetime(*moment).timestamp() * 1000)  # type: ignore[arg-type]


@pytest.fixture
def french() -> None:
    words.set_language("fr")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234, 0, f"1{THIN}234"),
        (1234567.891, 2, f"1{THIN}234{THIN}567,89"),
        (-4.5, 1, "−4,5"),
        (-0.04, 1, "0,0"),
    ],
)
@pytest.mark.usefixtures("french")
def test_french_numbers_have_thin_spaces_and_a_comma(
    value: float, decimals: int, expected: str
) -> None:
    assert words.format_number(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(1234567.891, 2, "1,234,567.89"), (1000, 0, "1,000"), (-4.5, 1, "−4.5")],
)
def test_english_numbers_have_commas_and_a_point(
    value: float, decimals: int, expected: str
) -> None:
    assert words.format_number(value, decimals) == expected


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (0.4, "0 m"),
        (54.3, "54 m"),
        (999.4, "999 m"),
        (999.6, "1 km"),
        (1234, "1.2 km"),
        (9960, "10 km"),
        (12_345_678, "12,346 km"),
    ],
)
def test_a_distance_says_no_more_than_one_can_walk(metres: float, expected: str) -> None:
    assert words.format_distance(metres) == expected


@pytest.mark.usefixtures("french")
def test_a_french_number_never_parts_from_its_unit() -> None:
    assert words.format_distance(54) == f"54{FIXED}m"
    assert words.format_distance(1234) == f"1,2{FIXED}km"
    assert words.format_size(8_000_000) == f"8{FIXED}Mo"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (999_499, "999 kB"),
        (999_999, "1 MB"),
        (8_123_456, "8.1 MB"),
        (1_500_000_000, "1.5 GB"),
        (5_000_000_000_000, "5,000 GB"),
    ],
)
def test_a_size_is_written_in_the_unit_that_fits(size: int, expected: str) -> None:
    assert words.format_size(size) == expected


@pytest.mark.usefixtures("french")
def test_french_counts_zero_and_one_as_one() -> None:
    assert words.format_size(0) == f"0{FIXED}octet"
    assert words.format_size(1) == f"1{FIXED}octet"
    assert words.format_size(2) == f"2{FIXED}octets"


def test_english_times_have_twelve_hours() -> None:
    assert words.format_time(at(2026, 11, 23, 18, 42)) == "6:42 PM"
    assert words.format_time(at(2026, 11, 23, 0, 5)) == "12:05 AM"
    assert words.format_time(at(2026, 11, 23, 12, 0)) == "12:00 PM"


@pytest.mark.usefixtures("french")
def test_french_times_have_an_h() -> None:
    assert words.format_time(at(2026, 11, 23, 18, 42)) == f"18{FIXED}h{FIXED}42"
    assert words.format_time(at(2026, 11, 23, 7, 5)) == f"7{FIXED}h{FIXED}05"


def test_english_dates_begin_with_the_month() -> None:
    assert words.format_date(at(2026, 11, 23)) == "November 23, 2026"


@pytest.mark.usefixtures("french")
def test_french_dates_begin_with_the_day_and_the_first_is_1er() -> None:
    assert words.format_date(at(2026, 11, 23)) == "23 novembre 2026"
    assert words.format_date(at(2026, 8, 1)) == "1er août 2026"


def test_an_error_is_explained_with_its_numbers_written_for_people() -> None:
    failed, _now = words.explain(TextTooLong(length=12_000, limit=5_000))
    assert failed == "This text is too long: 12,000 characters, 5,000 at most."
    failed, _now = words.explain(PositionOutOfRange(lng=200.5, lat=45.0))
    assert failed == "The position 200.5, 45 is not on the map."
    _failed, now = words.explain(BundleDamaged(name="lea.cmbundle", kept=3))
    assert now.startswith("3 of its contributions")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, "fr"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks its own settings")
def test_without_a_choice_the_language_is_the_systems(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert words.set_language(None) == expected
    assert words.language() == expected


def test_an_unknown_system_locale_means_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_category: int) -> tuple[str, str]:
        raise ValueError("unknown locale: UTF-8")

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", unknown)
    assert words.set_language(None) == "en"


def test_the_words_cost_little_at_the_start() -> None:
    heavy = "{'babel', 'PySide6', 'numpy', 'sqlite3', 'click'}"
    code = f"import sys, collabmap.app.words; print({heavy} & set(sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert answer.stdout.strip() == "set()"
