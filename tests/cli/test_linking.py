"""Links on the command line: made, listed from both ends, taken away."""

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def add(run: Run, project: str, name: str, category: str) -> None:
    ok(run("add", project, name, "--category", category, "--at", "7.42,43.73"))


def test_a_link_is_made_listed_and_taken_away(run: Run, project: str) -> None:
    add(run, project, "Terre du Rocher", "entraide")
    add(run, project, "Jardin", "nature")
    said = ok(run("link", "add", project, "Terre du Rocher", "runs", "Jardin"))
    assert "Linked: Terre du Rocher runs Jardin" in said.out
    again = ok(run("link", "add", project, "Terre du Rocher", "runs", "Jardin"))
    assert "Already there" in again.out
    (link,) = ok(run("link", "list", project, "Jardin", "--json")).json
    assert (link["from"]["name"], link["type"], link["to"]["name"]) == (
        "Terre du Rocher",
        "runs",
        "Jardin",
    )
    assert "1 link" in ok(run("link", "list", project)).out
    assert ok(run("link", "list", project, "Marché", "--json")).json == []
    assert "is run by" in ok(run("show", project, "Jardin")).out
    gone = ok(run("link", "remove", project, "Terre du Rocher", "runs", "Jardin"))
    assert "Taken away: Terre du Rocher runs Jardin" in gone.out
    assert ok(run("link", "list", project, "--json")).json == []
    assert "take away a link" in ok(run("undo", project)).out


def test_a_resident_s_removal_of_another_s_link_waits(run: Run, project: str, copy: str) -> None:
    add(run, project, "Jardin", "nature")
    ok(run("link", "add", project, "Marché", "inspired-by", "Jardin"))
    ok(run("bundle", project, "sent.cmbundle", "--all"))
    ok(run("merge", copy, "sent.cmbundle", home="marcel"))
    words = ("Marché", "inspired-by", "Jardin")
    said = ok(run("link", "remove", copy, *words, home="marcel"))
    assert "It stays until a coordinator agrees" in said.out


def test_a_kind_that_is_meant_for_others_is_kept_and_said(run: Run, project: str) -> None:
    add(run, project, "Jardin", "nature")
    said = ok(run("link", "add", project, "Marché", "organises", "Jardin"))
    assert "for others than these" in said.out


def test_a_link_that_cannot_be_is_refused_in_words(run: Run, project: str) -> None:
    add(run, project, "Jardin", "nature")
    assert "no kind of link" in run("link", "add", project, "Marché", "dreams", "Jardin").err
    assert "to itself" in run("link", "add", project, "Marché", "runs", "Marché").err
    assert "There is no link" in run("link", "remove", project, "Marché", "runs", "Jardin").err
    kinds = ok(run("link", "list", project, "--kinds", "--json")).json
    assert {"id", "label_fr", "label_en", "from", "to"} <= kinds[0].keys()
    assert "runs / is run by" in ok(run("link", "list", project, "--kinds")).out


def test_of_places_that_are_one_no_link_to_itself_is_shown_and_each_position_in_words(
    run: Run, project: str
) -> None:
    ok(run("add", project, "Halles", "--category", "commerces", "--at", "7.4201,43.7328"))
    ok(run("link", "add", project, "Marché", "inspired-by", "Halles"))
    ok(run("same", project, "Marché", "Halles"))
    shown = ok(run("show", project, "Marché", "--json")).json
    assert shown["links"] == []
    told = {each["field"]: each["value"] for each in shown["disagreements"]}
    assert told["geometry"] == "7.4201, 43.7328"
    assert "7.4201, 43.7328" in ok(run("show", project, "Marché")).out
