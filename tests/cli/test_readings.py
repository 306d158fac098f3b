"""Measurements on the command line: one, all, in from a table and out as one."""

import csv
from pathlib import Path

import pytest
from command_line import Run, Said

from collabmap.app.themes import ready_theme


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


@pytest.fixture
def air(run: Run, project: str) -> str:
    ok(run("theme", "use", project, "qualite-air"))
    ok(run("add", project, "Station Ponant", "--category", "station", "--at", "7.42,43.73"))
    ok(run("add", project, "Station Levant", "--category", "station", "--at", "7.43,43.74"))
    return project


TABLE = """Date;Heure;Station;NO2 (mg/m³);PM2,5
12/03/2026;18h30;Station Ponant;0,0184;8
12/03/2026;19h30;Station Levant;0,021;9,5
31/02/2026;19h30;Station Levant;0,021;
12/03/2026;19h30;Ailleurs;0,021;
"""


def values(run: Run, project: str, place: str, quantity: str) -> list[float]:
    told = ok(run("readings", "list", project, "--place", place, "--quantity", quantity, "--json"))
    return [each["value"] for each in told.json]


def test_a_measurement_is_added_in_its_own_words(run: Run, air: str) -> None:
    said = ok(run("readings", "add", air, "Station Ponant", "no2", "0,0184 mg/m³", "--at",
                  "12/03/2026 18h30", "--device", "Capteur 3", language="fr"))  # fmt: skip
    assert "Station Ponant" in said.out
    assert "18,4" in said.out
    assert values(run, air, "Station Ponant", "no2") == [18.4]
    again = ok(run("readings", "add", air, "Station Ponant", "no2", "18,4", "--at",
                   "12/03/2026 18:30", "--device", "Capteur 3"))  # fmt: skip
    assert "already" in again.out
    listed = ok(run("readings", "list", air)).out
    assert "Station Ponant" in listed
    assert "Nitrogen dioxide NO₂: 18.4" in listed


@pytest.mark.parametrize(
    ("quantity", "value", "when", "word"),
    [
        ("no2", "douze", "12/03/2026 18:30", "number"),
        ("no2", "12 km", "12/03/2026 18:30", "unit"),
        ("no2", "12", "31/02/2026 18:30", "no time"),
        ("nothing", "12", "12/03/2026 18:30", "nothing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    run: Run, air: str, quantity: str, value: str, when: str, word: str
) -> None:
    said = run("readings", "add", air, "Station Ponant", quantity, value, "--at", when)
    assert said.code == 2
    assert word in said.err


def test_a_table_is_told_first_then_taken_and_never_twice(run: Run, air: str) -> None:
    Path("m.csv").write_bytes(TABLE.encode("cp1252"))
    told = ok(run("readings", "import", air, "m.csv", "--dry-run")).out
    assert "4 new measurements" in told
    assert "line 4: “31/02/2026 19h30” is not a day and time" in told
    assert "line 5: No place of the map is called “Ailleurs”" in told
    assert values(run, air, "Station Ponant", "no2") == []
    said = ok(run("readings", "import", air, "m.csv", "--refused", "no.csv")).out
    assert "4 measurements added" in said
    assert values(run, air, "Station Ponant", "no2") == [18.4]
    assert values(run, air, "Station Levant", "pm25") == [9.5]
    with Path("no.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert [row[:3] for row in rows[1:]] == [
        ["31/02/2026", "19h30", "Station Levant"], ["12/03/2026", "19h30", "Ailleurs"],
    ]  # fmt: skip
    assert "0 measurements added" in ok(run("readings", "import", air, "m.csv")).out


def test_a_table_that_says_no_place_needs_one(run: Run, air: str) -> None:
    Path("m.csv").write_text("12/03/2026 18:30;12\n", encoding="utf-8")
    said = ok(run("readings", "import", air, "m.csv", "--quantity", "no2"))
    assert "No place" in said.out
    assert "0 measurements added" in said.out
    ok(run("readings", "import", air, "m.csv", "--quantity", "no2", "--place", "Station Ponant"))
    assert values(run, air, "Station Ponant", "no2") == [12]


def test_what_says_no_time_or_is_no_table_is_refused(run: Run, air: str) -> None:
    Path("a.csv").write_text("nom;note\na;b\n", encoding="utf-8")
    assert run("readings", "import", air, "a.csv").code == 2
    Path("b.csv").write_bytes(b"PK\x03\x04" + bytes(200))
    said = run("readings", "import", air, "b.csv")
    assert (said.code, "as CSV" in said.err) == (2, True)
    assert run("readings", "import", air, "nowhere.csv").code == 5


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_exported_is_all_there_when_it_is_taken_in_again(
    run: Run, air: str, language: str
) -> None:
    Path("m.csv").write_text(TABLE, encoding="utf-8")
    ok(run("readings", "import", air, "m.csv"))
    ok(run("readings", "add", air, "Station Ponant", "temperature", "-3,5", "--note", "=froid"))
    said = ok(run("readings", "export", air, "out.csv", language=language))
    assert "5" in said.out
    back = ok(run("readings", "import", air, "out.csv")).out
    assert "5 measurements are on the map already" in back
    assert "0 measurements added" in back
    assert "cannot" not in back


def test_a_map_that_measures_nothing_says_so(run: Run, project: str) -> None:
    assert not [f for f in ready_theme("territoire").fields if f.type == "measure"]
    Path("m.csv").write_text(TABLE, encoding="utf-8")
    assert run("readings", "import", project, "m.csv").code == 2


def test_the_list_of_what_awaits_review_tells_what_was_measured_and_linked(
    run: Run, air: str, copy: str
) -> None:
    ok(run("bundle", air, "air", "--all"))
    ok(run("merge", copy, "air.cmbundle", home="marcel"))
    for hour, value in (("18h30", "18,4"), ("19h30", "21")):
        when = f"12/03/2026 {hour}"
        ok(run("readings", "add", copy, "Station Ponant", "no2", value, "--at", when,
               home="marcel"))  # fmt: skip
    ok(run("link", "add", copy, "Station Ponant", "needs", "Station Levant", home="marcel"))
    ok(run("bundle", copy, "marcel", home="marcel"))
    ok(run("merge", air, "marcel.cmbundle"))
    told = ok(run("review", "list", air)).out
    assert "Measurements added: 2 measurements (Nitrogen dioxide NO₂)" in told
    assert "Link added: needs" in told
    assert "→ Station Levant" in told
