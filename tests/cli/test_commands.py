"""Each command does what it says, and says what it did."""

import json
from pathlib import Path

import pytest
from command_line import Run

WHERE = ("--category", "eau", "--at", "7.4214,43.7332")


def place_of(run: Run, path: str, name: str, home: str = "jo") -> dict[str, object]:
    said = run("show", path, name, "--json", home=home)
    assert said.code == 0, said
    found = said.json
    assert isinstance(found, dict)
    return found


# --- a map ------------------------------------------------------------------------------------


def test_a_new_map_has_a_coordinator_and_no_place(run: Run) -> None:
    said = run("new", "hall", "--person", "Jo")
    assert said.code == 0
    assert "hall.collabmap" in said.out
    told = run("info", "hall.collabmap", "--json").json
    assert (told["name"], told["role"], told["person"]) == ("hall", "coordinator", "Jo")
    assert (told["places"], told["published"], told["pending"]) == (0, 0, 0)


def test_a_map_is_never_written_over(run: Run, project: str) -> None:
    before = run("info", project, "--json").json["digest"]
    said = run("new", "town", "--person", "Paul")
    assert said.code == 5
    assert "exists already" in said.err
    assert run("info", project, "--json").json["digest"] == before


def test_one_computer_serves_many_people_in_turn(run: Run, project: str) -> None:
    assert "* Marcel" in run("person", project, "Marcel").out
    assert run("add", project, "Fontaine", *WHERE).code == 0
    assert run("add", project, "Banc", *WHERE, "--as", "Inès").code == 0
    assert run("add", project, "Puits", *WHERE, "--as", "marcel").code == 0
    rows = run("list", project, "--json").json["places"]
    authors = {row["name"]: row["author"] for row in rows}
    assert authors == {"Marché": "Jo", "Fontaine": "Marcel", "Banc": "Inès", "Puits": "Marcel"}


def test_who_reads_a_map_needs_no_name(run: Run, copy: str) -> None:
    assert run("list", copy, home="nobody").code == 0


def test_who_adds_must_have_said_a_name(run: Run, project: str) -> None:
    run("handout", project, "kit")
    Path("else").mkdir()
    run("open", "kit.cmkit", "else", home="else")
    said = run("add", "else/La Condamine.collabmap", "Fontaine", *WHERE, home="else")
    assert said.code == 8
    assert "who is adding this" in said.err


def test_a_rebuilt_map_has_the_same_digest(run: Run, project: str) -> None:
    digest = run("info", project, "--json").json["digest"]
    said = run("rebuild", project)
    assert said.code == 0
    assert said.out == f"Digest: {digest}\n"


# --- places -----------------------------------------------------------------------------------


def test_a_place_is_added_shown_and_found_by_number_id_and_name(run: Run, project: str) -> None:
    said = run(
        "add", project, "Fontaine", *WHERE, "--tag", "ombre", "--tag", "banc",
        "--description", "Eau fraîche", "--json",
    )  # fmt: skip
    place_id = said.json["id"]
    told = place_of(run, project, place_id)
    assert told["name"] == "Fontaine"
    assert set(told["tags"]) == {"ombre", "banc"}
    assert (told["lng"], told["lat"]) == (7.4214, 43.7332)
    assert place_of(run, project, place_id[-8:]) == told
    assert place_of(run, project, "fontaine") == told
    assert "Eau fraîche" in run("show", project, "Fontaine").out


def test_a_name_that_two_places_have_asks_for_the_number(run: Run, project: str) -> None:
    for _ in range(2):
        run("add", project, "Fontaine", *WHERE)
    said = run("edit", project, "Fontaine", "--name", "Puits")
    assert said.code == 2
    numbers = [row["id"][-8:] for row in run("list", project, "--json").json["places"]]
    assert sum(number in said.err for number in numbers) == 2


def test_a_place_west_of_greenwich_may_begin_with_a_minus(run: Run, project: str) -> None:
    assert run("add", project, "Phare", "--category", "eau", "--at", "-1.5,48.1").code == 0
    assert place_of(run, project, "Phare")["lng"] == -1.5


def test_a_list_can_be_narrowed_by_words_area_and_number(run: Run, project: str) -> None:
    run("add", project, "Fontaine", *WHERE, "--description", "à l’ombre")
    run("add", project, "Phare", "--category", "eau", "--at", "-1.5,48.1")

    def names(*options: str) -> list[str]:
        return [row["name"] for row in run("list", project, "--json", *options).json["places"]]

    assert names("--text", "OMBRE") == ["Fontaine"]
    assert set(names("--area", "7.40,43.72,7.44,43.76")) == {"Marché", "Fontaine"}
    assert names("--near", "7.4214,43.7332")[0] == "Fontaine"
    said = run("list", project, "--limit", "1")
    assert "1 of 3 places shown" in said.out


def test_an_edit_changes_what_is_named_and_nothing_else(run: Run, project: str) -> None:
    run("add", project, "Fontaine", *WHERE, "--tag", "ombre")
    before = place_of(run, project, "Fontaine")
    said = run("edit", project, "Fontaine", "--name", "Puits", "--at", "7.43,43.74", "--no-tags")
    assert said.code == 0
    after = place_of(run, project, "Puits")
    assert (after["lng"], after["lat"], after["tags"]) == (7.43, 43.74, [])
    assert (after["category"], after["id"]) == (before["category"], before["id"])


def test_an_edit_without_anything_to_change_says_so(run: Run, project: str) -> None:
    said = run("edit", project, "Marché")
    assert said.code == 2
    assert "Say what changes" in said.err


def test_one_s_own_place_is_deleted_and_the_deletion_undone(run: Run, project: str) -> None:
    assert "is gone" in run("delete", project, "Marché").out
    assert run("list", project, "--json").json["total"] == 0
    assert run("undo", project, "--show").out == "delete “Marché”\n"
    assert run("undo", project).out == "Undone: delete “Marché”\n"
    assert run("list", project, "--json").json["total"] == 1
    assert run("redo", project, "--show").out == "delete “Marché”\n"
    assert run("redo", project).out == "Done again: delete “Marché”\n"
    assert run("list", project, "--json").json["total"] == 0
    said = run("redo", project, "--show")
    assert said.code == 8
    assert "There is nothing to do again" in said.err


def test_somebody_else_s_place_waits_for_a_coordinator(run: Run, copy: str) -> None:
    said = run("delete", copy, "Marché", "--reason", "Fermé", home="marcel")
    assert said.code == 0
    assert "A coordinator will look at it" in said.out
    assert place_of(run, copy, "Marché", home="marcel")["state"] == "delete_proposed"


def test_a_place_that_is_not_there_is_said(run: Run, project: str) -> None:
    for command in (["show"], ["delete"], ["edit", "--name", "X"]):
        said = run(*command, project, "Atlantide")
        assert said.code == 8, said
        assert "There is no place “Atlantide”" in said.err


def test_a_comment_is_shown_with_its_author(run: Run, project: str) -> None:
    assert run("comment", project, "Marché", "Fermé le lundi", "--as", "Paul").code == 0
    [comment] = place_of(run, project, "Marché")["comments"]
    assert (comment["author"], comment["text"]) == ("Paul", "Fermé le lundi")


def test_a_zone_is_read_from_a_file_and_what_was_wrong_is_said(run: Run, project: str) -> None:
    bow_tie = [[7.41, 43.73], [7.42, 43.74], [7.42, 43.73], [7.41, 43.74], [7.41, 43.73]]
    zone = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [bow_tie]}}
    Path("zone.geojson").write_text(json.dumps(zone))
    said = run("add", project, "Parc", "--category", "nature", "--shape", "zone.geojson")
    assert said.code == 0, said
    assert "crossed itself" in said.err
    run("export", "geojson", project, "out.geojson", "--draft")
    shapes = [f["geometry"] for f in json.loads(Path("out.geojson").read_text())["features"]]
    assert "MultiPolygon" in {shape["type"] for shape in shapes}


def walks(*lengths: int) -> str:
    """Return a GPX file with a walk for each length, in steps of 8 m."""
    legs = (
        "".join(f'<trkpt lat="43.73" lon="{7.41 + i * 0.0001:.4f}"/>' for i in range(length))
        for length in lengths
    )
    return f"<gpx>{''.join(f'<trk><trkseg>{leg}</trkseg></trk>' for leg in legs)}</gpx>"


def test_a_walk_comes_onto_the_map_without_the_door_it_began_at(run: Run, project: str) -> None:
    Path("tour.gpx").write_text(walks(100))
    said = run("add", project, "Tour", "--category", "deplacer", "--gpx", "tour.gpx")
    assert said.code == 0, said
    assert "within 100 m" in said.err
    run("export", "geojson", project, "out.geojson", "--draft")
    features = json.loads(Path("out.geojson").read_text())["features"]
    [line] = [f["geometry"] for f in features if f["geometry"]["type"] == "LineString"]
    assert min(lng for lng, _lat in line["coordinates"]) > 7.4112


def test_one_of_several_walks_is_chosen(run: Run, project: str) -> None:
    Path("tour.gpx").write_text(walks(100, 50))
    add = ("add", project, "Tour", "--category", "deplacer", "--gpx", "tour.gpx")
    said = run(*add)
    assert said.code == 2
    assert "--walk 2  –  395 m" in said.err
    assert run(*add, "--walk", "3").code == 2
    assert run(*add, "--walk", "2", "--hide-ends", "0").code == 0


def test_a_line_is_read_from_the_input(run: Run, project: str) -> None:
    line = json.dumps({"type": "LineString", "coordinates": [[7.41, 43.73], [7.42, 43.74]]})
    said = run("add", project, "Sentier", "--category", "deplacer", "--shape", "-", stdin=line)
    assert said.code == 0, said


def test_a_place_is_either_a_point_or_a_shape(run: Run, project: str) -> None:
    said = run("add", project, "Nulle part", "--category", "eau")
    assert said.code == 2
    assert "--at" in said.err


# --- exchange and review ----------------------------------------------------------------------


def test_a_contribution_is_previewed_merged_reviewed_and_given_back(
    run: Run, project: str, copy: str
) -> None:
    run("add", copy, "Fontaine", *WHERE, home="marcel")
    sent = run("bundle", copy, "marcel.cmbundle", "--json", home="marcel").json
    assert (sent["places"], sent["verified"]) == (1, True)

    before = run("info", project, "--json").json["digest"]
    seen = run("merge", project, "marcel.cmbundle", "--preview", "--json").json
    assert [place["name"] for place in seen["added"]] == ["Fontaine"]
    assert [person["name"] for person in seen["by_person"]] == ["Marcel"]
    assert run("info", project, "--json").json["digest"] == before

    merged = run("merge", project, "marcel.cmbundle", "--json").json
    assert (merged["added"], merged["problems"]) == (1, [])
    assert "Nothing new" in run("merge", project, "marcel.cmbundle").out

    [item] = run("review", "list", project, "--json").json
    assert (item["kind"], item["name"], item["author"]) == ("new", "Fontaine", "Marcel")
    assert run("review", "accept", project, "Fontaine").out == "1 accepted\n"
    assert run("review", "list", project).out == "0 to review\n"

    assert run("bundle", project, "back.cmbundle", "--all").code == 0
    assert run("merge", copy, "back.cmbundle", home="marcel").code == 0
    assert place_of(run, copy, "Fontaine", home="marcel")["state"] == "accepted"
    digests = {
        run("info", project, "--json").json["digest"],
        run("info", copy, "--json", home="marcel").json["digest"],
    }
    assert len(digests) == 1


def test_a_folder_of_bundles_is_taken_at_once(run: Run, project: str, copy: str) -> None:
    Path("stick").mkdir()
    for number in range(3):
        run("add", copy, f"Fontaine {number}", *WHERE, home="marcel")
        run("bundle", copy, f"stick/{number}.cmbundle", home="marcel")
    assert run("merge", project, "stick", "--json").json["added"] == 3


def test_a_refusal_reaches_its_author_with_the_reason(run: Run, project: str, copy: str) -> None:
    place_id = run("add", copy, "Patinoire", *WHERE, "--json", home="marcel").json["id"]
    run("bundle", copy, "marcel", home="marcel")
    run("merge", project, "marcel.cmbundle")
    said = run("review", "reject", project, "Patinoire", "--reason", "Pas ici")
    assert said.out == "1 refused\n"
    run("bundle", project, "back", "--all")
    run("merge", copy, "back.cmbundle", home="marcel")
    told = place_of(run, copy, place_id, home="marcel")
    assert (told["state"], told["reason"]) == ("rejected", "Pas ici")


@pytest.fixture
def disagreement(run: Run, project: str, copy: str) -> None:
    """Jo and Marcel have given the market another name, each without the other."""
    run("edit", copy, "Marché", "--name", "Halles", home="marcel")
    run("bundle", copy, "marcel", home="marcel")
    run("edit", project, "Marché", "--name", "Grand marché")
    run("merge", project, "marcel.cmbundle")


@pytest.mark.usefixtures("disagreement")
def test_a_disagreement_has_no_default(run: Run, project: str) -> None:
    [item] = run("review", "list", project, "--json").json
    assert item["kind"] == "disagreement"
    said = run("review", "accept", project, item["id"])
    assert said.code == 2
    assert "Halles" in said.err
    assert "Grand marché" in said.err
    assert "decide it by itself" in run("review", "accept", project, "--all", "--yes").out
    assert len(run("review", "list", project, "--json").json) == 1


@pytest.mark.usefixtures("disagreement")
@pytest.mark.parametrize("number", [1, 2])
def test_either_value_of_a_disagreement_can_be_taken(run: Run, project: str, number: int) -> None:
    [item] = run("review", "list", project, "--json").json
    [field] = item["fields"]
    values = [value["value"] for value in field["values"]]
    assert set(values) == {"Halles", "Grand marché"}
    said = run("review", "accept", project, item["id"], "--take", f"name={number}")
    assert said.code == 0, said
    assert run("review", "list", project, "--json").json == []
    assert place_of(run, project, item["id"])["name"] == values[number - 1]


def test_a_resident_gives_no_verdict(run: Run, copy: str) -> None:
    run("add", copy, "Fontaine", *WHERE, home="marcel")
    said = run("review", "accept", copy, "Fontaine", home="marcel")
    assert said.code == 8
    assert "Only a coordinator" in said.err


def test_a_contact_is_seen_by_its_writer_and_the_coordinator_only(
    run: Run, project: str, copy: str
) -> None:
    run("add", copy, "Atelier", *WHERE, "--contact", "06 39 98 12 34", home="marcel")
    assert place_of(run, copy, "Atelier", home="marcel")["contact"] == "06 39 98 12 34"
    run("bundle", copy, "marcel", home="marcel")
    run("merge", project, "marcel.cmbundle")
    assert place_of(run, project, "Atelier")["contact"] == "06 39 98 12 34"
    assert "contact" not in place_of(run, copy, "Atelier", home="stranger")
    assert "only coordinators can read it" in run("show", copy, "Atelier", home="stranger").out


# --- export -----------------------------------------------------------------------------------


def test_only_what_is_published_leaves_unless_a_draft_is_asked_for(
    run: Run, project: str, copy: str
) -> None:
    run("add", copy, "Fontaine", *WHERE, home="marcel")
    run("bundle", copy, "marcel", home="marcel")
    run("merge", project, "marcel.cmbundle")
    said = run("export", "geojson", project, "out.geojson")
    assert said.code == 0
    assert "1 place is not in it" in said.out
    names = [
        f["properties"]["name"] for f in json.loads(Path("out.geojson").read_text())["features"]
    ]
    assert names == ["Marché"]
    run("export", "geojson", project, "out.geojson", "--draft")
    states = {
        f["properties"]["name"]: f["properties"]["state"]
        for f in json.loads(Path("out.geojson").read_text())["features"]
    }
    assert states == {"Marché": "accepted", "Fontaine": "pending"}


def test_labels_are_in_the_language_of_the_command(run: Run, project: str) -> None:
    for language, label in (("fr", "Commerces"), ("en", "Shops")):
        run("export", "geojson", project, "out.geojson", language=language)
        [feature] = json.loads(Path("out.geojson").read_text())["features"]
        assert feature["properties"]["category_label"] == label


# --- the demo ---------------------------------------------------------------------------------


def test_the_demo_tells_its_story_where_there_is_no_screen(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    said = run("demo", "--dir", "story")
    assert said.code == 0, said
    assert "There is no screen here" in said.out
    assert "All copies have the same digest" in said.out
    picture = said.out.splitlines()[-1]
    assert Path(picture.partition(": ")[2]).exists()


def test_a_story_is_not_told_into_a_folder_that_holds_something(run: Run) -> None:
    Path("full").mkdir()
    Path("full/letter.txt").write_text("Chère Inès")
    said = run("demo", "--headless", "--dir", "full")
    assert said.code == 2
    assert [path.name for path in Path("full").iterdir()] == ["letter.txt"]


def test_a_prepared_demo_is_named_and_opens(run: Run) -> None:
    said = run("demo", "--prepare", "here", language="fr")
    assert said.out == f"{Path('here') / 'Monaco, carte vivante.collabmap'}\n"
    told = run("info", said.out.strip(), "--json").json
    assert (told["role"], told["person"]) == ("coordinator", None)
    assert told["pending"] > 5
