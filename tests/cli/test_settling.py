"""Disagreements by command: shown as equals, settled by number, by words, or both."""

from pathlib import Path

import pytest
from command_line import Run


@pytest.fixture
def laptops(run: Run, project: str) -> list[str]:
    """Two copies of the map, on the laptops `ines` and `paul`."""
    assert run("handout", project, "town.cmkit").code == 0
    paths = []
    for name in ("ines", "paul"):
        Path(name).mkdir()
        assert run("open", "town.cmkit", name, home=name).code == 0
        paths.append(f"{name}/La Condamine.collabmap")
        assert run("person", paths[-1], name.title(), home=name).code == 0
    return paths


def bring(run: Run, project: str, laptops: list[str]) -> None:
    """Take in what both laptops have written."""
    for name, path in zip(("ines", "paul"), laptops, strict=True):
        assert run("bundle", path, name, home=name).code == 0
        assert run("merge", project, f"{name}.cmbundle").code == 0


@pytest.fixture
def named_twice(run: Run, project: str, laptops: list[str]) -> None:
    for home, path in zip(("ines", "paul"), laptops, strict=True):
        assert run("edit", path, "Marché", "--name", f"Marché {home}", home=home).code == 0
    bring(run, project, laptops)


def test_values_are_shown_with_their_authors_and_what_they_began_from(
    run: Run, project: str, named_twice: None
) -> None:
    said = run("review", "show", project, "Marché paul")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[1] == "name (name), starting value Marché"
    assert (lines[2], lines[4]) == ("  1  Marché ines", "  2  Marché paul")
    assert lines[3].split(",")[0].strip() == "Ines"
    [dispute] = run("review", "show", project, "Marché paul", "--json").json
    assert (dispute["about"], dispute["start"]) == ("name", "Marché")
    assert [side["value"] for side in dispute["sides"]] == ["Marché ines", "Marché paul"]
    assert [side["voices"][0]["author"] for side in dispute["sides"]] == ["Ines", "Paul"]


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        (("--take", "name=1"), "Marché ines"),
        (("--write", "name=Halle"), "Halle"),
        (("--both", "name"), "Marché ines / Marché paul"),
    ],
)
def test_a_value_is_taken_written_or_both_are_kept(
    run: Run, project: str, named_twice: None, choice: tuple[str, str], kept: str
) -> None:
    said = run("review", "settle", project, "Marché paul", *choice)
    assert said.code == 0, said
    assert kept in run("list", project).out
    assert run("review", "list", project).out.strip() == "0 to review"
    assert run("undo", project).code == 0
    assert run("review", "list", project).out.strip().endswith("1 to review")


def test_nothing_is_a_default_and_what_is_wrong_is_said(
    run: Run, project: str, named_twice: None
) -> None:
    for choice in ((), ("--take", "name=3"), ("--take", "place=1"), ("--both", "category")):
        said = run("review", "settle", project, "Marché paul", *choice)
        assert said.code == 2
    twice = run("review", "settle", project, "Marché paul", "--take", "name=1", "--both", "name")
    assert "Say it once for each of: name." in twice.err
    assert run("review", "show", project, "Marché paul").out.count("Marché") > 2


def test_where_nobody_disagrees_that_is_said(run: Run, project: str) -> None:
    assert "nobody disagrees" in run("review", "show", project, "Marché").out
    assert "nobody disagrees" in run("review", "settle", project, "Marché").out


@pytest.mark.parametrize("number", [1, 2])
def test_a_delete_against_an_edit_is_settled_by_number(
    run: Run, project: str, laptops: list[str], number: int
) -> None:
    ines, paul = laptops
    assert run("edit", ines, "Marché", "--description", "Le matin.", home="ines").code == 0
    assert run("delete", paul, "Marché", "--reason", "Fermé.", home="paul").code == 0
    bring(run, project, laptops)
    shown = run("review", "show", project, "Marché").out
    assert "1  keep the change: description: Le matin." in shown
    assert "2  delete it" in shown
    assert "“Fermé.”" in shown
    assert "settle it with" in run("review", "accept", project, "Marché").out
    said = run("review", "settle", project, "Marché", "--take", f"delete={number}")
    assert said.code == 0, said
    assert ("Marché" in run("list", project).out) is (number == 1)


def test_a_position_is_written_in_degrees_and_two_cannot_be_kept(
    run: Run, project: str, laptops: list[str]
) -> None:
    for home, path, at in zip(("ines", "paul"), laptops, ("7.42,43.73", "7.43,43.74"), strict=True):
        assert run("edit", path, "Marché", "--at", at, home=home).code == 0
    bring(run, project, laptops)
    both = run("review", "settle", project, "Marché", "--both", "geometry")
    assert "cannot be kept together" in both.err
    wrong = run("review", "settle", project, "Marché", "--write", "geometry=here")
    assert "LNG,LAT" in wrong.err
    said = run("review", "settle", project, "Marché", "--write", "geometry=7.425,43.735")
    assert said.code == 0, said
    place = run("show", project, "Marché", "--json").json
    assert (place["lng"], place["lat"]) == (7.425, 43.735)
