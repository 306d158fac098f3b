"""The demo story, played whole: four people, three laptops, and one map in the end."""

import json
from pathlib import Path

import pytest
import rfc7946
from PySide6.QtGui import QImage

from collabmap.app.demo import COORDINATOR, demo_data, prepare_demo
from collabmap.app.session import Session
from collabmap.app.story import AICHA, HALL, INES, MARCEL, OFFICE, THIRD, StoryResult, play_story
from collabmap.app.words import set_language
from collabmap.domain.feature import FeatureState
from collabmap.store.device import Device


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> StoryResult:
    set_language("en")
    return play_story(tmp_path_factory.mktemp("story"), "en", told.append)


def test_all_copies_end_with_the_same_digest_and_say_it(
    story: StoryResult, told: list[str]
) -> None:
    assert story.digests.keys() == {OFFICE, HALL, THIRD}
    assert len(set(story.digests.values())) == 1
    assert story.is_one_map
    assert sum(story.digests[OFFICE] in line for line in told) == 3


def test_the_digest_is_the_same_when_each_copy_is_built_again(story: StoryResult) -> None:
    for laptop, path in story.projects.items():
        device = Device(story.folders[laptop] / "device")
        session = Session.open(path, device)
        assert session.rebuild() == story.digests[laptop]
        session.close()
        device.close()


def test_each_resident_sees_the_verdicts_on_the_own_copy(
    story: StoryResult, told: list[str]
) -> None:
    assert story.verdicts[MARCEL] == {"Fountain with cool water": "accepted"}
    assert story.verdicts[AICHA] == {"Repair café": "accepted"}
    assert story.verdicts[INES] == {
        "Benches in the shade": "accepted",
        "Bus stop without a bus": "rejected",
    }
    assert any("there is a bus after all" in line for line in told)


def test_a_place_that_was_deleted_while_another_edited_it_is_published(
    story: StoryResult,
) -> None:
    features = json.loads(story.geojson.read_bytes())["features"]
    [repair] = [f for f in features if f["properties"]["name"] == "Repair café"]
    assert repair["properties"]["description"] == "First Saturday of the month."


def test_the_exported_map_is_sound_and_holds_only_what_was_published(story: StoryResult) -> None:
    data = story.geojson.read_bytes()
    assert rfc7946.problems(data) == []
    names = {f["properties"]["name"] for f in json.loads(data)["features"]}
    assert names == {
        "Marché de la Condamine",
        "Fountain with cool water",
        "Repair café",
        "Benches in the shade",
    }
    assert story.published == len(names)


def test_the_exported_map_names_only_who_agreed(story: StoryResult) -> None:
    features = json.loads(story.geojson.read_bytes())["features"]
    authors = {f["properties"]["name"]: f["properties"].get("author") for f in features}
    assert authors == {
        "Marché de la Condamine": COORDINATOR,
        "Fountain with cool water": None,
        "Repair café": AICHA,
        "Benches in the shade": INES,
    }
    assert MARCEL.encode() not in story.geojson.read_bytes()


def test_the_private_contact_is_in_no_file_that_leaves_its_writer_s_laptop(
    story: StoryResult,
) -> None:
    root = story.folders[OFFICE].parent
    holding = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and story.contact.encode() in path.read_bytes()
    ]
    # In clear only where the writer can still read it: the device file of that very laptop.
    assert [path for path in holding if not path.startswith(f"{HALL}/device/")] == []


def test_the_private_contact_is_in_no_change_of_any_log(story: StoryResult) -> None:
    """Logs are compressed, which hides text from a search of bytes: so each change is opened."""
    for laptop, path in story.projects.items():
        device = Device(story.folders[laptop] / "device")
        session = Session.open(path, device, read_only=True)
        log = session.project.log
        ids = [row[0] for row in session.project.connection.execute("SELECT id FROM segment")]
        payloads = [repr(change.payload) for id in ids for change in log.changes_of(id)]
        assert len(payloads) > 20
        assert any("Benches in the shade" in payload for payload in payloads)
        assert [payload for payload in payloads if story.contact in payload] == []
        session.close()
        device.close()


def test_the_coordinator_can_read_the_contact_and_the_third_laptop_cannot(
    story: StoryResult,
) -> None:
    seen = {}
    for laptop in (OFFICE, THIRD):
        device = Device(story.folders[laptop] / "device")
        session = Session.open(story.projects[laptop], device, read_only=True)
        [mark] = [m for m in session.reader.marks() if m.name == "Fountain with cool water"]
        view = session.reader.place(mark.id)
        assert view is not None
        seen[laptop] = (view.contact, view.contact_hidden)
        session.close()
        device.close()
    assert seen == {OFFICE: (story.contact, False), THIRD: (None, True)}


def test_the_picture_is_not_blank(story: StoryResult) -> None:
    image = QImage(str(story.picture))
    assert (image.width(), image.height()) == (1366, 768)
    colours = {
        image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    }
    assert len(colours) > 50


def test_the_story_can_be_told_in_french(tmp_path: Path) -> None:
    set_language("fr")
    lines: list[str] = []
    result = play_story(tmp_path / "récit", "fr", lines.append)
    assert result.is_one_map
    assert "Nature" not in result.verdicts
    features = json.loads(result.geojson.read_bytes())["features"]
    assert {f["properties"]["category_label"] for f in features} >= {"Commerces", "Eau"}


# --- the territory that the window opens ------------------------------------------------------


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path / "device")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_demo_territory_shows_every_state_and_category(
    tmp_path: Path, device: Device, language: str
) -> None:
    path = prepare_demo(tmp_path / "demo", device, language)
    session = Session.open(path, device)
    marks = session.reader.marks()
    assert {mark.category for mark in marks} == {c.id for c in session.theme.categories}
    assert {mark.state for mark in marks} == set(FeatureState) - {FeatureState.REJECTED}
    assert sum(mark.disagreement for mark in marks) == 1
    assert len(marks) >= 25
    assert session.role == "coordinator"
    assert session.person is None, "whoever opens it is asked for a name"
    assert session.unsent() == 0
    names = {place[language]["name"] for place in demo_data()["places"]}
    assert len(names & {mark.name for mark in marks}) > 20
    session.close()
    device.close()


def test_the_demo_territory_is_made_once(tmp_path: Path, device: Device) -> None:
    path = prepare_demo(tmp_path / "demo", device)
    session = Session.open(path, device)
    session.begin_person("Marcel")
    digest = session.rebuild()
    session.close()
    assert prepare_demo(tmp_path / "demo", device) == path
    session = Session.open(path, device)
    assert session.rebuild() == digest
    session.close()
    device.close()
    left = {each.suffix for each in (tmp_path / "demo").iterdir()}
    assert left <= {".collabmap", ".mbtiles", ".lock"}


def test_the_real_places_of_the_demo_lie_where_the_extract_has_them() -> None:
    """Positions were taken from the extract; a slip of a digit would put one into the sea."""
    from collabmap.app.settings import resource
    from collabmap.domain.geo import LngLat, distance_m

    osmium = pytest.importorskip("osmium")
    known: dict[str, list[LngLat]] = {}
    extract = resource("demo/monaco-2023-12-25.osm.pbf")
    for thing in osmium.FileProcessor(str(extract)).with_locations():
        if thing.is_node() and "name" in thing.tags:
            at = LngLat(thing.location.lon, thing.location.lat)
            known.setdefault(thing.tags["name"], []).append(at)
    checked = 0
    for place in demo_data()["places"]:
        here = LngLat(place["lng"], place["lat"])
        for there in known.get(place["fr"]["name"], ()):
            checked += 1
            assert distance_m(here, there) < 100, place["fr"]["name"]
    assert checked >= 5
