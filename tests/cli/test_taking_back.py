"""Taking back, asking, one place or two, receipts and hiding, on the command line."""

from pathlib import Path

from command_line import Run, Said


def ok(said: Said) -> Said:
    assert said.code == 0, said
    return said


def number(run: Run, project: str, name: str, home: str = "jo") -> str:
    """Return the short number of a place."""
    found = ok(run("list", project, "--json", home=home)).json["places"]
    return str(next(place["id"][-8:] for place in found if place["name"] == name))


def add(run: Run, project: str, name: str, home: str = "jo") -> None:
    ok(run("add", project, name, "--category", "eau", "--at", "7.4203,43.7311", home=home))


def send(run: Run, source: str, home: str, target: str, to: str) -> None:
    Path("sent.cmbundle").unlink(missing_ok=True)
    ok(run("bundle", source, "sent.cmbundle", "--all", home=home))
    ok(run("merge", target, "sent.cmbundle", home=to))


def names(run: Run, project: str, home: str = "jo") -> set[str]:
    return {p["name"] for p in ok(run("list", project, "--json", home=home)).json["places"]}


def test_a_merge_is_listed_held_and_let_in_again(run: Run, project: str, copy: str) -> None:
    assert "Nothing has been received" in ok(run("merges", project)).out
    add(run, copy, "Fontaine", "marcel")
    send(run, copy, "marcel", project, "jo")
    (merge,) = ok(run("merges", project, "--json")).json
    assert (merge["names"], merge["changes"], merge["held"]) == (["Marcel"], 1, False)
    assert "Marcel; 1 contribution" in ok(run("merges", project)).out
    details = ok(run("merges", project, "1")).out
    assert "Fontaine  added, Marcel" in details
    (deed,) = ok(run("merges", project, "1", "--json")).json
    assert (deed["what"], deed["category"], deed["fields"]) == ("added", "eau", [])
    assert "on hold" in ok(run("hold", project, "1")).out
    assert names(run, project) == {"Marché"}
    assert "on hold" in ok(run("merges", project)).out
    ok(run("release", project, "1"))
    assert names(run, project) == {"Marché", "Fontaine"}


def test_a_merge_that_is_not_there_is_told(run: Run, project: str) -> None:
    said = run("hold", project, "7")
    assert said.code == 8
    assert "No merge 7" in said.err


def test_what_comes_behind_a_held_merge_is_counted(run: Run, project: str, copy: str) -> None:
    add(run, copy, "Fontaine", "marcel")
    send(run, copy, "marcel", project, "jo")
    add(run, copy, "Lavoir", "marcel")
    send(run, copy, "marcel", project, "jo")
    assert "1 later change waits" in ok(run("hold", project, "1")).out
    assert "1 later change waits" in ok(run("merges", project)).out


def test_a_place_is_redacted_after_asking(run: Run, project: str) -> None:
    assert run("redact", project, "Marché", stdin="n\n").code == 9
    assert names(run, project) == {"Marché"}
    ok(run("redact", project, "Marché", stdin="y\n"))
    assert names(run, project) == set()


def test_one_field_is_redacted_and_the_others_stay(run: Run, project: str) -> None:
    ok(run("edit", project, "Marché", "--description", "appelez-moi"))
    ok(run("redact", project, "Marché", "--field", "description", "--yes", "--reason", "numéro"))
    shown = ok(run("show", project, "Marché", "--json")).json
    assert (shown["name"], shown["description"], shown["removed"]) == (
        "Marché",
        "",
        ["description"],
    )
    ok(run("redact", project, "Marché", "--field", "name", "--yes"))
    assert "(removed)" in ok(run("list", project)).out
    ok(run("export", "geojson", project, "out.geojson"))
    text = Path("out.geojson").read_text(encoding="utf-8")
    assert '"name":null,"category":"commerces"' in text
    assert "appelez" not in text


def test_one_comment_is_redacted_by_its_number(run: Run, project: str) -> None:
    for words in ("un", "deux", "trois"):
        ok(run("comment", project, "Marché", words))
    ok(run("redact", project, "Marché", "--comment", "2", "--yes"))
    comments = ok(run("show", project, "Marché", "--json")).json["comments"]
    assert [comment["text"] for comment in comments] == ["un", "trois"]
    assert run("redact", project, "Marché", "--comment", "3", "--yes").code == 2
    assert run("redact", project, "Marché", "--photo", "1", "--yes").code == 2


def test_a_person_is_redacted_by_name(run: Run, project: str, copy: str) -> None:
    add(run, copy, "Fontaine", "marcel")
    send(run, copy, "marcel", project, "jo")
    assert run("redact", project, "--person", "Nobody", "--yes").code == 8
    ok(run("redact", project, "--person", "marcel", "--yes"))
    assert names(run, project) == {"Marché"}
    assert "Marcel" not in ok(run("list", project)).out


def test_a_resident_redacts_nothing_of_others(run: Run, copy: str) -> None:
    said = run("redact", copy, "Marché", "--yes", home="marcel")
    assert said.code == 8
    assert "Only a coordinator" in said.err


def test_one_thing_at_a_time_is_redacted(run: Run, project: str) -> None:
    assert run("redact", project, "--yes").code == 2
    assert run("redact", project, "Marché", "--person", "Jo", "--yes").code == 2
    words = ("redact", project, "Marché", "--field", "name", "--comment", "1", "--yes")
    assert run(*words).code == 2


def test_a_question_is_asked_and_answered(run: Run, project: str, copy: str) -> None:
    add(run, copy, "Fontaine", "marcel")
    send(run, copy, "marcel", project, "jo")
    ok(run("ask", project, "Fontaine", "De quel côté ?"))
    assert "nothing awaits review" in ok(run("ask", project, "Marché", "Quoi ?")).out
    assert "(new place, Marcel, asked)" in ok(run("review", "list", project)).out
    (item,) = ok(run("review", "list", project, "--json")).json
    assert (item["asked"], item["contested"]) == (True, False)
    send(run, project, "jo", copy, "marcel")
    shown = ok(run("show", copy, "Fontaine", home="marcel")).out
    assert "Question of Jo" in shown
    ok(run("answer", copy, "Fontaine", "Côté port.", home="marcel"))
    send(run, copy, "marcel", project, "jo")
    (question,) = ok(run("show", project, "Fontaine", "--json")).json["questions"]
    assert question["text"] == "De quel côté ?"
    assert question["answers"] == [{"author": "Marcel", "text": "Côté port."}]


def test_two_places_become_one_and_part_again(run: Run, project: str) -> None:
    add(run, project, "Halle")
    ok(run("same", project, "Marché", "Halle"))
    assert len(names(run, project)) == 1
    parts = ok(run("show", project, next(iter(names(run, project))), "--json")).json["parts"]
    assert len(parts) == 2
    ok(run("different", project, parts[0][-8:], parts[1][-8:]))
    assert names(run, project) == {"Marché", "Halle"}
    assert run("different", project, "Marché", "Marché").code == 2


def test_a_receipt_is_printed_and_checked(run: Run, project: str, copy: str) -> None:
    assert "No receipt" in ok(run("receipt", project)).out
    add(run, copy, "Fontaine", "marcel")
    send(run, copy, "marcel", project, "jo")
    listed = ok(run("receipt", project)).out
    assert "Jo has 1 contribution of Marcel" in listed
    (told,) = ok(run("receipt", project, "--for", "Marcel", "--json")).json
    said = ok(run("receipt", copy, "--check", told["text"], home="marcel"))
    assert "nothing that was sent is missing" in said.out
    assert told["code"] in said.out
    assert told["text"] in ok(run("receipt", project, "--for", "Marcel")).out
    assert run("receipt", project, "--for", "Nobody").code == 8
    assert run("receipt", project, "--check", told["text"][:-4] + "AAAA").code == 6
    assert run("receipt", project, "--for", "Marcel", "--check", "x").code == 2


def test_a_place_and_a_person_are_hidden_here_and_shown_again(run: Run, project: str) -> None:
    add(run, project, "Fontaine")
    which = number(run, project, "Fontaine")
    assert "Nothing is hidden" in ok(run("hidden", project)).out
    ok(run("hide", project, which))
    assert names(run, project) == {"Marché"}
    assert f"{which}  Fontaine  (place)" in ok(run("hidden", project)).out
    ok(run("unhide", project, which))
    assert names(run, project) == {"Marché", "Fontaine"}
    ok(run("hide", project, "--person", "Jo"))
    assert names(run, project) == set()
    (hidden,) = ok(run("hidden", project, "--json")).json
    assert (hidden["kind"], hidden["name"]) == ("person", "Jo")
    ok(run("unhide", project, "Jo"))
    assert run("unhide", project, "Jo").code == 8
    assert run("hide", project).code == 2
