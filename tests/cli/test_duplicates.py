"""Possible duplicates on the command line: listed with reasons, made one with chosen values."""

from pathlib import Path

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def add(run: Run, project: str, name: str, lng: float, home: str = "jo") -> None:
    at = f"{lng},43.7311"
    ok(run("add", project, name, "--category", "eau", "--at", at, home=home))


def test_duplicates_are_listed_with_their_reasons_and_made_one(run: Run, project: str) -> None:
    assert "0 possible duplicates" in ok(run("duplicates", project)).out
    add(run, project, "Fontaine St Michel", 7.4203)
    add(run, project, "fontaine Saint-Michel", 7.4207)
    told = ok(run("duplicates", project)).out
    assert "very likely" in told
    assert "32 m apart, same category, names alike" in told
    assert "1 possible duplicate" in told
    (group,) = ok(run("duplicates", project, "--json")).json
    assert [place["name"] for place in group["places"]] == [
        "Fontaine St Michel",
        "fontaine Saint-Michel",
    ]
    (pair,) = group["pairs"]
    assert [reason["kind"] for reason in pair["reasons"]][:2] == ["distance", "same_category"]
    assert ok(run("duplicates", project, "--threshold", "1", "--json")).json == []
    take = ("--take", "name=fontaine Saint-Michel")
    said = ok(run("same", project, "Fontaine St Michel", "fontaine Saint-Michel", *take))
    assert "One place" in said.out
    shown = ok(run("show", project, "fontaine Saint-Michel", "--json")).json
    assert len(shown["parts"]) == 2
    assert ok(run("duplicates", project, "--json")).json == []
    assert "unite" in ok(run("undo", project)).out
    assert len(ok(run("duplicates", project, "--json")).json) == 1


def test_three_places_are_made_one_and_what_waits_of_them_accepted(
    run: Run, project: str, copy: str
) -> None:
    add(run, project, "Lavoir", 7.4203)
    for name in ("Lavoir du bas", "Vieux lavoir"):
        add(run, copy, name, 7.4204, "marcel")
    ok(run("bundle", copy, "sent.cmbundle", "--all", home="marcel"))
    seen = ok(run("merge", project, "sent.cmbundle", "--preview", "--json")).json
    assert {mark["name"] for mark in seen["duplicates"]} <= {"Lavoir du bas", "Vieux lavoir"}
    ok(run("merge", project, "sent.cmbundle"))
    names = ("Lavoir", "Lavoir du bas", "Vieux lavoir")
    ok(run("same", project, *names, "--take", "name=Vieux lavoir", "--accept"))
    shown = ok(run("show", project, "Vieux lavoir", "--json")).json
    assert (len(shown["parts"]), shown["state"]) == (3, "accepted")


def test_what_cannot_be_taken_is_told(run: Run, project: str) -> None:
    add(run, project, "Lavoir", 7.4203)
    assert run("same", project, "Marché").code == 2
    both = ("same", project, "Marché", "Lavoir", "--take")
    assert run(*both, "colour=Lavoir").code == 2
    assert run(*both, "name=Rien").code != 0
    assert Path(project).exists()


def test_what_may_be_a_duplicate_is_not_decided_with_many(
    run: Run, project: str, copy: str
) -> None:
    add(run, project, "Fontaine St Michel", 7.4203)
    add(run, copy, "fontaine Saint-Michel", 7.4207, "marcel")
    ok(run("bundle", copy, "sent.cmbundle", "--all", home="marcel"))
    ok(run("merge", project, "sent.cmbundle"))
    assert "1 possible duplicate" in ok(run("duplicates", project)).out
    assert "fontaine Saint-Michel" in ok(run("review", "list", project)).out
    ok(run("claim", "list", project))
    seen = ok(run("review", "accept", project, "--category", "eau")).out
    assert "1 to review" in seen
    ok(run("review", "accept", project, "--all"))
    assert "1 possible duplicate" in ok(run("duplicates", project)).out
