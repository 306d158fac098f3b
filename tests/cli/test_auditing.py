"""History, decisions and figures on the command line."""

import csv
from pathlib import Path

import pytest
from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


@pytest.fixture
def decided(run: Run, project: str, copy: str) -> str:
    """Jo's map, where of Marcel's two fountains one is accepted and one refused."""
    for name in ("Fontaine", "Lavoir"):
        ok(run("add", copy, name, "--category", "eau", "--at", "7.42,43.73", home="marcel"))
    ok(run("bundle", copy, "sent.cmbundle", "--all", home="marcel"))
    ok(run("merge", project, "sent.cmbundle"))
    ok(run("review", "accept", project, "Fontaine"))
    ok(run("review", "reject", project, "Lavoir", "--reason", "Hors de la commune"))
    return project


def test_history_tells_who_did_what_to_a_place(run: Run, decided: str) -> None:
    told = ok(run("history", decided, "Fontaine")).out
    assert "Marcel, computer " in told
    assert "Jo, this computer" in told
    assert told.rstrip().endswith("Accepted")
    entries = ok(run("history", decided, "Fontaine", "--json")).json
    assert [(e["author"], [s["kind"] for s in e["steps"]]) for e in entries] == [
        ("Marcel", ["created"]),
        ("Jo", ["accept"]),
    ]


def test_history_of_a_place_that_is_gone_is_found_by_its_whole_number(
    run: Run, decided: str
) -> None:
    found = ok(run("list", decided, "--json")).json["places"]
    number = next(place["id"] for place in found if place["name"] == "Fontaine")
    ok(run("delete", decided, "Fontaine"))
    assert "Deleted" in ok(run("history", decided, number)).out
    said = run("history", decided, "Nowhere")
    assert said.code != 0
    assert "Nowhere" in said.err


def test_decisions_are_listed_searched_and_chosen(run: Run, decided: str) -> None:
    told = ok(run("decisions", decided)).out
    assert "Refused   Lavoir    Hors de la commune" in told
    assert "2 decisions" in told
    found = ok(run("decisions", decided, "--search", "commune", "--json")).json
    assert [(d["name"], d["decision"], d["reason"]) for d in found["decisions"]] == [
        ("Lavoir", "reject", "Hors de la commune")
    ]
    assert "0 decisions" in ok(run("decisions", decided, "--by", "Paul")).out
    assert "2 decisions" in ok(run("decisions", decided, "--by", "jo")).out
    assert "0 decisions" in ok(run("decisions", decided, "--until", "2020-01-01")).out
    assert "1 lines of 2 decisions shown" in ok(run("decisions", decided, "--limit", "1")).out
    said = run("decisions", decided, "--since", "yesterday")
    assert said.code == 2
    assert "“yesterday” is no day" in said.err


def test_decisions_are_written_as_a_table(run: Run, decided: str) -> None:
    said = ok(run("decisions", decided, "--csv", "d.csv"))
    assert said.out == "d.csv: 2 decisions.\n"
    with Path("d.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["Decided by"], r["Decision"], r["Place"], r["Reason"]) for r in rows] == [
        ("Jo", "Refused", "Lavoir", "Hors de la commune"),
        ("Jo", "Accepted", "Fontaine", ""),
    ]


def test_figures_say_what_became_of_an_evening(run: Run, decided: str) -> None:
    told = ok(run("figures", decided)).out
    assert "2 contributions, 1 was accepted, 1 was refused, 0 wait, and 1 by coordinators" in told
    figures = ok(run("figures", decided, "--json")).json
    assert (figures["total"]["accepted"], figures["total"]["rejected"]) == (1, 1)
    assert figures["evenings"][0]["contributed"] == 2
