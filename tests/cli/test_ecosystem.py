"""What the links of a map answer, on the command line."""

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def test_ecosystem_tells_who_is_missing_and_who_could_meet(run: Run, project: str) -> None:
    for name, category, at in (
        ("Récupérer l’eau", "idees", "7.42,43.73"),
        ("Terre du Rocher", "entraide", "7.42,43.731"),
        ("École", "entraide", "7.42,43.73"),
        ("Taille et greffe", "savoir-faire", "7.42,43.73"),
    ):
        ok(run("add", project, name, "--category", category, "--at", at))
    ok(run("link", "add", project, "Terre du Rocher", "offers", "Taille et greffe"))
    ok(run("link", "add", project, "École", "needs", "Taille et greffe"))
    said = ok(run("ecosystem", project)).out
    assert "Nobody runs or proposes “Récupérer l’eau” yet." in said
    assert "Terre du Rocher offers “Taille et greffe”, École needs it." in said
    assert "2 answers" in said
    alone, meeting = ok(run("ecosystem", project, "--json")).json
    assert alone["question"] == "idea_without_anybody"
    assert (meeting["one"]["name"], meeting["other"]["name"]) == ("Terre du Rocher", "École")
    assert 100 < meeting["distance_m"] < 125
    ok(run("link", "add", project, "Terre du Rocher", "runs", "Récupérer l’eau"))
    ok(run("link", "add", project, "Terre du Rocher", "passes-on", "École"))
    assert ok(run("ecosystem", project, "--json")).json == []
