"""Tables of measurements as people and stations write them, and what is understood of each."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.theme import Field
from collabmap.errors import ReadingsUnreadable
from collabmap.formats.readings_columns import Layout, guess, says_value
from collabmap.formats.readings_csv import Understood, understand
from collabmap.formats.table_file import TableFile, table_of

PARIS = ZoneInfo("Europe/Paris")
NO2 = Field("no2", "measure", "Dioxyde d’azote NO₂", "Nitrogen dioxide NO₂", unit="µg/m³",
            minimum=0, maximum=400)  # fmt: skip
PM25 = Field("pm25", "measure", "Particules fines PM2,5", "Fine particles PM2.5", unit="µg/m³")
BIKES = Field("bikes", "measure", "Vélos par heure", "Bikes an hour", unit="/h")
HERE, THERE = b"h" * 16, b"t" * 16
NAMES = {"station ponant": [HERE], "station levant": [THERE], "gare": [HERE, THERE]}


def table(text: str | bytes) -> TableFile:
    data = text if isinstance(text, bytes) else text.encode()
    return table_of(data, "mesures.csv", says_value)


def read(
    text: str | bytes, *fields: Field, place: bytes | None = HERE, **how: str
) -> tuple[Understood, Layout]:
    found = table(text)
    layout = replace(guess(found, fields or (NO2,), NAMES), place=place, **how)
    return understand(found, layout, fields or (NO2,), NAMES, PARIS), layout


def said(found: Understood) -> list[tuple[str, float]]:
    return [
        (datetime.fromtimestamp(t.reading.at_s, PARIS).strftime("%d/%m/%Y %H:%M"), t.reading.value)
        for t in found.taken
    ]


def codes(found: Understood) -> list[str]:
    return [problem.code for problem in found.refused]


@pytest.mark.parametrize(
    "written",
    [
        "12/03/2026 18:30", "12/03/2026 18:30:00", "12.03.26 18h30", "12-03-2026 18 h 30",
        "2026-03-12T17:30Z", "2026-03-12 18:30:00.000", "2026/03/12 18:30",
        "2026-03-12T18:30:00+01:00", "2026-03-12 17:30:00 UTC", "12 mars 2026 à 18h30",
        "jeudi 12 mars 2026 18:30", "20260312T183000", "202603121830", "1773336600",
        "1773336600000",
    ],
)  # fmt: skip
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    found, _layout = read(f"Date;NO2\n{written};18,4\n")
    assert said(found) == [("12/03/2026 18:30", 18.4)]


def test_a_spreadsheet_that_shows_no_format_writes_days_since_1899() -> None:
    found, _layout = read("Date;NO2\n46093,770833;18,4\n46093,8125;19\n")
    assert said(found) == [("12/03/2026 18:30", 18.4), ("12/03/2026 19:30", 19)]


def test_day_and_hour_may_stand_in_two_columns() -> None:
    found, layout = read("Jour;Heure;NO2\n12/03/2026;18h30;18,4\n12/03/2026;24:00;19\n")
    assert [column.kind for column in layout.columns] == ["day", "clock", "value"]
    assert said(found) == [("12/03/2026 18:30", 18.4), ("13/03/2026 00:00", 19)]


def test_several_quantities_stand_in_columns_with_their_units() -> None:
    found, layout = read(
        "Date et heure;NO2 (µg/m3);PM2.5 (mg/m³);Vent (m/s)\n12/03/2026 18:00;18,4;0,012;3\n",
        NO2, PM25,
    )  # fmt: skip
    assert [c.field for c in layout.columns] == ["", "no2", "pm25", ""]
    assert [(t.field, t.reading.value) for t in found.taken] == [("no2", 18.4), ("pm25", 12)]


def test_a_line_of_units_below_the_heads_is_read_as_one() -> None:
    found, _layout = read("Date;NO2;PM2,5\n;mg/m³;µg/m³\n12/03/2026 18:00;0,02;8\n", NO2, PM25)
    assert [t.reading.value for t in found.taken] == [20, 8]


def test_the_long_form_of_stations_names_place_quantity_and_unit_in_each_line() -> None:
    text = (
        "Date de début;Date de fin;Organisme;nom site;Polluant;valeur;unité de mesure\n"
        "2026/03/12 18:00:00;2026/03/12 19:00:00;ATMO;Station Ponant;NO2;18.4;µg-m3\n"
        "2026/03/12 18:00:00;2026/03/12 19:00:00;ATMO;Station Levant;PM2.5;9.1;µg/m3\n"
        "2026/03/12 18:00:00;2026/03/12 19:00:00;ATMO;Station Ponant;SO2;2;µg/m3\n"
    )
    found, layout = read(text, NO2, PM25, place=None)
    assert [c.kind for c in layout.columns] == [
        "moment", "none", "none", "place", "quantity", "value", "unit",
    ]  # fmt: skip
    assert [(t.place, t.field, t.reading.value) for t in found.taken] == [
        (HERE, "no2", 18.4), (THERE, "pm25", 9.1),
    ]  # fmt: skip
    assert codes(found) == ["quantity-unknown"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_encoding_and_separator_are_found_out(encoding: str, separator: str) -> None:
    lines = ["Date", "Débit (vélos)"], ["12/03/2026 18:00", "1 234,5"]
    text = "\r\n".join(separator.join(line) for line in lines)
    found = table(text.encode(encoding))
    assert (found.separator, found.heads) == (separator, ("Date", "Débit (vélos)"))
    assert said(read(text.encode(encoding), BIKES)[0]) == [("12/03/2026 18:00", 1234.5)]


def test_an_english_table_has_commas_between_cells_and_points_in_numbers() -> None:
    found, layout = read('time,NO2,note\n2026-03-12 18:00,"1,218.4","dry, cold"\n')
    assert said(found) == [("12/03/2026 18:00", 1218.4)]
    assert found.taken[0].reading.note == "dry, cold"
    assert layout.columns[2].kind == "note"


def test_american_days_are_told_by_a_month_that_is_none() -> None:
    found, layout = read("date,NO2\n3/4/2026 10:00,1\n3/25/2026 10:00,2\n")
    assert layout.order == "month-first"
    assert said(found) == [("04/03/2026 10:00", 1), ("25/03/2026 10:00", 2)]


def test_lines_about_the_file_and_what_excel_adds_are_passed_over() -> None:
    text = "sep=;\nStation du Ponant\nExport du 14 mars\nDate;NO2;Capteur\n12/03/2026 18:00;12;A\n"
    found, _layout = read(text)
    assert said(found) == [("12/03/2026 18:00", 12)]
    assert found.taken[0].reading.device == "A"
    assert table(text).numbers == [5]


def test_a_table_without_heads_is_read_by_what_it_holds() -> None:
    found, _layout = read("12/03/2026 18:00;12,5\n12/03/2026 19:00;13\n")
    assert said(found) == [("12/03/2026 18:00", 12.5), ("12/03/2026 19:00", 13)]


def test_each_line_that_cannot_be_taken_says_why_and_the_others_are_taken() -> None:
    text = (
        "Date;NO2;Lieu\n"
        "30/02/2026 10:00;12;Station Ponant\n"
        ";12;Station Ponant\n"
        "12/03/2026 25:00;12;Station Ponant\n"
        "29/03/2026 02:30;12;Station Ponant\n"
        "12/03/2026 10:00;douze;Station Ponant\n"
        "12/03/2026 10:00;12 km;Station Ponant\n"
        "12/03/2026 10:00;12 zorks;Station Ponant\n"
        "12/03/2026 10:00;12;Nulle part\n"
        "12/03/2026 10:00;12;Gare\n"
        "01/01/1492 10:00;12;Station Ponant\n"
        "12/03/2026 10:00;9999;Station Ponant\n"
        "12/03/2026 10:00;n/a;Station Ponant\n"
    )
    found, _layout = read(text, place=None)
    assert codes(found) == [
        "time-impossible", "no-time", "time-impossible", "time-unreal", "number-unreadable",
        "unit-other", "unit-unknown", "place-unknown", "place-unclear", "time-impossible",
    ]  # fmt: skip
    assert [(p.row, p.code) for p in found.warned] == [(10, "outside")]
    assert said(found) == [("12/03/2026 10:00", 9999)]
    assert found.empty == 1
    assert found.refused_rows == list(range(10))


def test_a_line_may_be_taken_in_part() -> None:
    found, _layout = read("Date;NO2;PM2,5\n12/03/2026 18:00;x;8\n", NO2, PM25)
    assert (codes(found), [t.field for t in found.taken]) == (["number-unreadable"], ["pm25"])


@pytest.mark.parametrize("is_backwards", [False, True])
def test_the_hour_that_was_twice_is_read_twice(is_backwards: bool) -> None:
    hours = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    lines = [f"25/10/2026 {hour};{index}" for index, hour in enumerate(hours)]
    text = "\n".join(["Date;NO2", *(reversed(lines) if is_backwards else lines)])
    found, _layout = read(text)
    seconds = sorted((t.reading.at_s, t.reading.value) for t in found.taken)
    assert [value for _at, value in seconds] == [0, 1, 2, 3, 4, 5]
    assert {after[0] - before[0] for before, after in pairwise(seconds)} == {1800}


def test_times_may_be_universal_or_of_winter_all_year() -> None:
    text = "Date;NO2\n12/07/2026 12:00;1\n29/03/2026 02:30;2\n"
    assert said(read(text, zone="utc")[0])[0] == ("12/07/2026 14:00", 1)
    found = read(text, zone="winter")[0]
    assert said(found) == [("12/07/2026 13:00", 1), ("29/03/2026 03:30", 2)]


def test_a_time_that_its_zone_takes_out_of_the_calendar_is_refused_as_any_other() -> None:
    found, _ = read(
        "Date;NO2\n12/03/2026 18:30;18\n0001-01-01T00:00+05:00;19\n9999-12-31T23:00-05:00;20\n"
        "0001-01-01 00:00;21\n"
    )
    assert said(found) == [("12/03/2026 18:30", 18)]
    assert codes(found) == ["time-impossible"] * 3


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PK\x03\x04" + bytes(40), bytes(400)])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ReadingsUnreadable):
        table(data)


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    text = 'Date;NO2;Remarque\n12/03/2026 18:00;1;"ouvert\n' + "12/03/2026 19:00;2;x\n" * 9000
    found, _layout = read(text)
    assert len(found.taken) == 9001


@given(st.binary(max_size=400))
def test_no_bytes_make_it_stumble(data: bytes) -> None:
    try:
        found = table(data)
    except ReadingsUnreadable:
        return
    understand(found, guess(found, (NO2, PM25), NAMES), (NO2, PM25), NAMES, UTC)


@given(st.text(alphabet="0123456789/-:hT .,;\nZabµé\"'", max_size=300))
def test_no_text_makes_it_stumble(text: str) -> None:
    try:
        found = table("Date;NO2\n" + text)
    except ReadingsUnreadable:
        return
    told = understand(found, guess(found, (NO2, PM25), NAMES), (NO2, PM25), NAMES, PARIS)
    assert all(problem.row < len(found.rows) for problem in told.refused)
