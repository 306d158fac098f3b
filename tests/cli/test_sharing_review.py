"""Sharing what waits, and deciding many at once, on the command line."""

import pytest
from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


@pytest.fixture
def heap(run: Run, project: str, copy: str) -> str:
    """Marcel has sent two fountains and a library; Jo is to review them."""
    for number, (name, category) in enumerate(
        [("Fontaine", "eau"), ("Lavoir", "eau"), ("Bibliothèque", "culture")]
    ):
        at = f"7.42{number},43.73"
        ok(run("add", copy, name, "--category", category, "--at", at, home="marcel"))
    ok(run("bundle", copy, "marcel", home="marcel"))
    ok(run("merge", project, "marcel.cmbundle"))
    return project


def waiting(run: Run, project: str) -> set[str]:
    return {item["name"] for item in ok(run("review", "list", project, "--json")).json}


def test_a_part_is_taken_listed_and_given_back(run: Run, heap: str) -> None:
    said = ok(run("claim", "take", heap, "--category", "eau")).out
    assert said == "“Water” is yours: 2 to review.\n"
    listed = ok(run("claim", "list", heap, "--json")).json
    (one,) = listed["claims"]
    assert (one["person"], one["mine"], one["category"], one["waiting"]) == ("Jo", True, "eau", 2)
    assert (listed["mine"], listed["free"]) == (2, 1)
    assert "Jo  2 to review  Water" in ok(run("claim", "list", heap)).out
    said = ok(run("claim", "release", heap, one["id"])).out
    assert said == "“Water” is everybody’s again.\n"
    assert ok(run("claim", "list", heap, "--json")).json["claims"] == []
    assert "give “Water” back" in ok(run("undo", heap)).out
    assert len(ok(run("claim", "list", heap, "--json")).json["claims"]) == 1
    ok(run("claim", "release", heap, "--mine"))
    assert "3 that nobody has taken" in ok(run("claim", "list", heap)).out


def test_parts_are_named_by_area_by_author_and_by_town(run: Run, heap: str) -> None:
    assert "1 to review" in ok(run("claim", "take", heap, "--area", "7.4,43.7,7.4205,43.8")).out
    said = ok(run("claim", "take", heap, "--author", "Marcel")).out
    assert said == "“contributions of Marcel” is yours: 3 to review.\n"
    assert "to review" in ok(run("claim", "take", heap, "--in", "fontvieille")).out
    assert run("claim", "take", heap, "--in", "Atlantis").code == 2
    assert run("claim", "take", heap).code == 2
    assert run("claim", "take", heap, "--category", "piscines").code != 0
    assert run("claim", "release", heap, "abcdef12").code == 8


def test_many_are_shown_first_and_decided_with_yes(run: Run, heap: str) -> None:
    said = ok(run("review", "accept", heap, "--category", "eau")).out
    assert "2 to review. Nothing is decided yet: add --yes." in said
    assert len(waiting(run, heap)) == 3
    assert ok(run("review", "accept", heap, "--category", "eau", "--yes")).out == "2 accepted\n"
    assert waiting(run, heap) == {"Bibliothèque"}
    assert ok(run("undo", heap)).out == "Undone: accept 2 contributions\n"
    assert len(waiting(run, heap)) == 3


def test_many_are_refused_with_one_reason(run: Run, heap: str, copy: str) -> None:
    ok(run("review", "reject", heap, "--author", "Marcel", "--reason", "Essais", "--yes"))
    assert waiting(run, heap) == set()
    ok(run("bundle", heap, "back", "--all"))
    ok(run("merge", copy, "back.cmbundle", home="marcel"))
    assert run("review", "reject", heap).code == 2


def test_deletions_are_decided_only_with_their_number(run: Run, project: str, copy: str) -> None:
    ok(run("delete", copy, "Marché", home="marcel"))
    ok(run("bundle", copy, "marcel", home="marcel"))
    ok(run("merge", project, "marcel.cmbundle"))
    said = ok(run("review", "accept", project, "--all", "--yes")).out
    assert "“Marché”: a deletion" in said
    assert "0 accepted" in said
    assert run("review", "accept", project, "--all", "--deletions", "2", "--yes").code == 2
    assert ok(run("review", "accept", project, "--all", "--deletions", "1", "--yes")).out == (
        "1 accepted\n"
    )
    assert waiting(run, project) == set()
