"""The theme's fields on the command line: written, changed, shown, reviewed, exported."""

import json
from pathlib import Path

import pytest
from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


@pytest.fixture
def halls(run: Run) -> str:
    """A map of shared places whose coordinator is Jo, with one hall."""
    ok(run("new", "halls", "--person", "Jo", "--theme", "lieux-partages"))
    ok(
        run(
            "add", "halls.collabmap", "Ponant", "--category", "salle", "--at", "7.4186,43.7331",
            "--field", "capacity=80 pers.", "--field", "price=12,5", "--field", "cost=payant",
            "--field", "opening-hours=lun-ven 9h-18h", "--field", "phone=0612345678",
            language="fr",
        )
    )  # fmt: skip
    return "halls.collabmap"


def test_values_are_read_as_people_write_them_and_shown(run: Run, halls: str) -> None:
    said = ok(run("show", halls, "Ponant", "--json")).json["values"]
    assert said == {
        "capacity": 80,
        "price": 12.5,
        "cost": "paid",
        "opening-hours": "Mo-Fr 09:00-18:00",
        "phone": "06 12 34 56 78",
    }
    assert "80\u00a0pers." in ok(run("show", halls, "Ponant", language="fr")).out


def test_values_are_changed_and_emptied(run: Run, halls: str) -> None:
    ok(run("edit", halls, "Ponant", "--field", "capacity=120", "--field", "price="))
    said = ok(run("show", halls, "Ponant", "--json")).json["values"]
    assert said["capacity"] == 120
    assert "price" not in said
    ok(run("add", halls, "Cave", "--category", "salle", "--at", "7.41,43.73",
           "--field", "part-of=Ponant"))  # fmt: skip
    assert "Ponant" in ok(run("show", halls, "Cave")).out


@pytest.mark.parametrize(
    "pair", ["capacity", "colour=red", "capacity=many", "cost=for ever", "opening-hours=soon"]
)
def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    run: Run, halls: str, pair: str
) -> None:
    said = run("edit", halls, "Ponant", "--field", pair)
    assert said.code == 2
    assert said.err
    assert ok(run("show", halls, "Ponant", "--json")).json["values"]["capacity"] == 80


def test_changes_are_reviewed_and_exported_in_words(run: Run, halls: str) -> None:
    ok(run("handout", halls, "kit.cmkit"))
    Path("marcel").mkdir()
    ok(run("open", "kit.cmkit", "marcel", home="marcel"))
    copy = "marcel/halls.collabmap"
    ok(run("person", copy, "Marcel", home="marcel"))
    ok(run("edit", copy, "Ponant", "--field", "capacity=90", "--field", "phone=0698765432",
           home="marcel"))  # fmt: skip
    ok(run("bundle", copy, "sent.cmbundle", home="marcel"))
    ok(run("merge", halls, "sent.cmbundle"))

    said = ok(run("review", "list", halls)).out
    assert "Capacity: 80\u00a0pers. → 90\u00a0pers." in said
    assert "Phone: 06 12 34 56 78 → 06 98 76 54 32" in said
    ok(run("review", "accept", halls, "Ponant"))
    ok(run("export", "geojson", halls, "out.geojson"))
    data = json.loads(Path("out.geojson").read_text(encoding="utf-8"))
    assert data["features"][0]["properties"]["capacity"] == 90
    assert "06 98" not in Path("out.geojson").read_text(encoding="utf-8")
    assert "Marcel; " in ok(run("merges", halls)).out
    assert "capacity" in ok(run("merges", halls, "1")).out


def test_a_value_is_taken_away_for_good(run: Run, halls: str) -> None:
    ok(run("redact", halls, "Ponant", "--field", "phone", "--yes"))
    assert "phone" not in ok(run("show", halls, "Ponant", "--json")).json["values"]
    assert run("redact", halls, "Ponant", "--field", "colour", "--yes").code == 2
