"""One's own contributions, taking them back and bringing back what is gone, by command."""

from pathlib import Path

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def add(run: Run, project: str, name: str, home: str = "jo") -> None:
    ok(run("add", project, name, "--category", "eau", "--at", "7.4203,43.7311", home=home))


def send(run: Run, source: str, home: str, target: str, to: str) -> None:
    Path("sent.cmbundle").unlink(missing_ok=True)
    ok(run("bundle", source, "sent.cmbundle", "--all", home=home))
    ok(run("merge", target, "sent.cmbundle", home=to))


def test_a_contribution_is_listed_with_what_became_of_it_and_proposed_again(
    run: Run, project: str, copy: str
) -> None:
    assert "Nothing yet." in ok(run("mine", copy, home="marcel")).out
    add(run, copy, "Fontaine", "marcel")
    assert "Pending; place added" in ok(run("mine", copy, home="marcel")).out
    send(run, copy, "marcel", project, "jo")
    ok(run("ask", project, "Fontaine", "De quel côté ?"))
    send(run, project, "jo", copy, "marcel")
    asked = ok(run("mine", copy, home="marcel")).out
    assert "Question; place added" in asked
    assert "“De quel côté ?”" in asked
    (waiting,) = ok(run("review", "list", project, "--json")).json
    ok(run("review", "reject", project, waiting["id"], "--reason", "n'existe pas"))
    send(run, project, "jo", copy, "marcel")
    (row,) = ok(run("mine", copy, "--json", home="marcel")).json
    assert (row["state"], row["reason"], row["by"]) == ("refused", "n'existe pas", "Jo")
    said = run("propose", copy, "Fontaine", "Derrière l'église.", home="marcel")
    assert "“Fontaine” is proposed again." in ok(said).out
    send(run, copy, "marcel", project, "jo")
    (item,) = ok(run("review", "list", project, "--json")).json
    assert item["name"] == "Fontaine"


def test_ones_own_is_withdrawn_listed_as_deleted_and_brought_back(
    run: Run, project: str, copy: str
) -> None:
    add(run, copy, "Fontaine", "marcel")
    assert "off the map" in ok(run("withdraw", copy, "Fontaine", home="marcel")).out
    assert "taken back by Marcel" in ok(run("deleted", copy, home="marcel")).out
    assert "“Fontaine” is back." in ok(run("restore", copy, "fontaine", home="marcel")).out
    assert "Nothing was deleted." in ok(run("deleted", copy, home="marcel")).out
    ok(run("edit", copy, "Marché", "--name", "Le marché", home="marcel"))
    assert "is taken back" in ok(run("withdraw", copy, "Le marché", home="marcel")).out
    assert "is back" in ok(run("restore", copy, "Marché", home="marcel")).out
    assert run("withdraw", project, "Marché").code == 8


def test_a_deleted_place_comes_back_once_a_coordinator_agrees(
    run: Run, project: str, copy: str
) -> None:
    ok(run("delete", project, "Marché", "--reason", "fermé"))
    send(run, project, "jo", copy, "marcel")
    (row,) = ok(run("deleted", copy, "--json", home="marcel")).json
    assert (row["name"], row["by"], row["reason"]) == ("Marché", "Jo", "fermé")
    said = run("restore", copy, "Marché", "--reason", "Il a rouvert.", home="marcel")
    assert "A coordinator decides." in ok(said).out
    send(run, copy, "marcel", project, "jo")
    (item,) = ok(run("review", "list", project, "--json")).json
    ok(run("review", "accept", project, item["id"]))
    assert "Nothing was deleted." in ok(run("deleted", project)).out
    assert run("restore", project, "Fontaine").code != 0
