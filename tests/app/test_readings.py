"""Readings of places: added by many, taken away, undone, and what they say on the map."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sharing import Copies, carry, view

from collabmap.app import readings_files
from collabmap.app.history_words import entry_words
from collabmap.app.reading_questions import ReadingAsked
from collabmap.app.readings import NewReadings, Taken
from collabmap.app.session import Session
from collabmap.app.words import set_language
from collabmap.domain import ids
from collabmap.domain.change import READING, Kind, encode
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.reading_batch import Reading, Said, batches, payload_of
from collabmap.domain.structure import add_structure
from collabmap.errors import FieldUnknown, NumberUnreadable, PlaceUnknown, ReadingTimeImpossible

NOON = 1_772_452_800
HOUR = 3600
NO2 = {"type": "measure", "label_fr": "NO₂", "label_en": "NO₂", "unit": "µg/m³",
       "minimum": 0, "maximum": 400}  # fmt: skip
SPEED = {"type": "measure", "label_fr": "Débit", "label_en": "Speed", "unit": "Mbit/s",
         "lower_is_worse": True}  # fmt: skip


@pytest.fixture
def camille(camille: Session) -> Session:
    camille.define({(FIELD, "no2"): NO2, (FIELD, "speed"): SPEED})
    return camille


def station(session: Session, name: str = "Station", lng: float = 7.42) -> bytes:
    return session.add(PlaceDraft(name, "eau", lng, 43.73))


def measure(
    session: Session, place: bytes, *values: float, start: int = NOON, device: str = ""
) -> Taken:
    readings = [Reading(start + i * HOUR, value, device) for i, value in enumerate(values)]
    return session.add_readings([NewReadings(place, "no2", readings)])


def values(session: Session, place: bytes, field: str = "no2") -> list[float]:
    return session.reader.readings(place, field).values.tolist()


def on_map(session: Session, asked: ReadingAsked) -> list[float]:
    return session.reader.reading_numbers(asked).values.tolist()


def test_what_two_people_measured_apart_stands_in_one_series(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    aicha, paul = copy("Aïcha"), copy("Paul")
    measure(aicha, place, 12, 14, device="Capteur 1")
    measure(paul, place, 13, start=NOON + 30 * 60, device="Capteur 2")
    carry(aicha, camille)
    carry(paul, camille)
    found = camille.reader.readings(place, "no2")
    assert found.values.tolist() == [12, 13, 14]
    assert [found.devices[d] for d in found.device] == ["Capteur 1", "Capteur 2", "Capteur 1"]
    assert [found.authors[a][1] for a in found.author] == ["Aïcha", "Paul", "Aïcha"]
    assert not found.is_published.any()
    (first, _second) = view(camille, place).measured
    assert (first.count, first.least, first.most, first.author_name) == (2, 12, 14, "Aïcha")


def test_what_two_laptops_took_from_the_same_file_is_there_once(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    aicha, paul = copy("Aïcha"), copy("Paul")
    for session in (aicha, paul):
        measure(session, place, 12, 14, 13, device="Capteur 1")
        carry(session, camille)
    assert values(camille, place) == [12, 14, 13]
    assert on_map(camille, ReadingAsked("no2", "mean")) == [13]


def test_what_is_there_already_is_not_added_again(camille: Session) -> None:
    place = station(camille)
    assert measure(camille, place, 12, 14).added == 2
    again = measure(camille, place, 12, 14, 15)
    assert (again.added, again.there) == (1, 2)
    assert values(camille, place) == [12, 14, 15]
    assert measure(camille, place, 12).added == 0


def test_a_year_of_hours_is_few_changes_and_one_deed(camille: Session) -> None:
    place = station(camille)
    before = camille.info().changes
    measure(camille, place, *[20 + i % 30 for i in range(8760)])
    assert len(values(camille, place)) == 8760
    assert camille.info().changes - before == 18
    assert camille.undo().kind == "readings"
    assert values(camille, place) == []
    assert camille.redo().done
    assert len(values(camille, place)) == 8760


def test_one_taken_away_leaves_the_others_and_comes_back(camille: Session) -> None:
    place = station(camille)
    readings = [Reading(NOON + i, v, "Capteur 1", f"note {v}") for i, v in enumerate((12, 900, 14))]
    camille.add_readings([NewReadings(place, "no2", readings)])
    found = camille.reader.readings(place, "no2")
    element = found.elements[found.element[1]]
    camille.remove_readings(view(camille, place), {element: [int(found.position[1])]})
    left = camille.reader.readings(place, "no2")
    assert left.values.tolist() == [12, 14]
    assert left.notes == {0: "note 12", 1: "note 14"}
    assert camille.undo().kind == "remove_reading"
    assert values(camille, place) == [12, 900, 14]
    assert camille.redo().done
    assert values(camille, place) == [12, 14]


def test_what_is_left_stays_theirs_who_measured_it(camille: Session, copy: Copies) -> None:
    place = station(camille)
    aicha, ines = copy("Aïcha"), copy("Inès")
    measure(aicha, place, 12, 900, 14, 800, 16)
    carry(aicha, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    camille.accept(item)

    def take(session: Session, value: float) -> None:
        found = session.reader.readings(place, "no2")
        at = found.values.tolist().index(value)
        which = {found.elements[found.element[at]]: [int(found.position[at])]}
        session.remove_readings(view(session, place), which)

    def whose(session: Session) -> set[str]:
        found = session.reader.readings(place, "no2")
        return {found.authors[index][1] for index in found.author.tolist()}

    take(camille, 900)
    assert values(camille, place) == [12, 14, 800, 16]
    assert whose(camille) == {"Aïcha"}
    carry(camille, ines)
    assert whose(ines) == {"Aïcha"}
    take(ines, 800)
    carry(ines, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    camille.accept(item)
    assert values(camille, place) == [12, 14, 16]
    assert whose(camille) == {"Aïcha"}


def test_whose_readings_are_is_believed_of_a_coordinator_alone(
    camille: Session, copy: Copies
) -> None:
    place, aicha = station(camille), copy("Aïcha")
    assert camille.person is not None
    (batch,) = batches("no2", "µg/m³", [Reading(NOON, 999)])
    said = Said(camille.person.id, camille.rid, 0)
    structure = add_structure(READING, ids.new_id(1), own_accept=False)
    payload = payload_of(replace(batch, said=said))
    aicha.write([(Kind.ADD, place, structure, encode(payload))])
    carry(aicha, camille)
    for session in (aicha, camille):
        assert [name for _id, name in session.reader.readings(place, "no2").authors] == ["Aïcha"]


def test_a_resident_takes_own_readings_away_and_proposes_it_of_others(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    measure(camille, place, 12, 14)
    aicha = copy("Aïcha")
    measure(aicha, place, 30, start=NOON + 12 * HOUR)
    found = aicha.reader.readings(place, "no2")
    for index in (2, 0):
        element = found.elements[found.element[index]]
        aicha.remove_readings(view(aicha, place), {element: [int(found.position[index])]})
    assert values(aicha, place) == [12, 14]
    carry(aicha, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    camille.accept(item)
    assert values(camille, place) == [14]


def test_readings_count_for_the_published_map_once_they_are_accepted(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    aicha = copy("Aïcha")
    measure(aicha, place, 12)
    carry(aicha, camille)
    assert not camille.reader.readings(place, "no2").is_published.any()
    item = camille.reader.review_item(place)
    assert item is not None
    camille.accept(item)
    assert camille.reader.readings(place, "no2").is_published.all()
    measure(aicha, place, 99, start=NOON + HOUR)
    carry(aicha, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    camille.reject(item, "Sonde tombée")
    assert values(camille, place) == [12]


def test_the_map_shows_the_latest_the_mean_or_the_worst_of_a_period(camille: Session) -> None:
    one, two = station(camille), station(camille, "Autre", 7.5)
    measure(camille, one, 10, 40, 20)
    measure(camille, two, 5, start=NOON - 24 * HOUR)
    assert on_map(camille, ReadingAsked("no2")) == [20, 5]
    assert on_map(camille, ReadingAsked("no2", "worst")) == [40, 5]
    assert on_map(camille, ReadingAsked("no2", "mean", NOON, NOON + 2 * HOUR)) == [25]
    numbers = camille.reader.reading_numbers(ReadingAsked("no2", "worst", NOON + 2 * HOUR))
    assert (numbers.values.tolist(), numbers.lng.tolist(), numbers.unit) == ([20], [7.42], "µg/m³")
    assert on_map(camille, ReadingAsked("no2", "latest", NOON + 90 * HOUR)) == []


def test_of_a_speed_the_smallest_is_the_worst(camille: Session) -> None:
    place = station(camille)
    readings = [Reading(NOON + i, v) for i, v in enumerate((80, 3, 40))]
    camille.add_readings([NewReadings(place, "speed", readings)])
    assert on_map(camille, ReadingAsked("speed", "worst")) == [3]


def test_readings_follow_the_unit_that_the_theme_gives_the_quantity(camille: Session) -> None:
    place = station(camille)
    measure(camille, place, 12, 500)
    camille.define({(FIELD, "no2"): {"unit": "mg/m³"}})
    found = camille.reader.readings(place, "no2")
    assert (found.values.tolist(), found.unit) == ([0.012, 0.5], "mg/m³")
    camille.define({(FIELD, "no2"): {"unit": "ppb"}})
    found = camille.reader.readings(place, "no2")
    assert (len(found), found.other_units) == (0, 2)
    assert camille.reader.reading_numbers(ReadingAsked("no2")).left.other_units == 2


def test_places_that_are_one_have_the_readings_of_both(camille: Session) -> None:
    one, two = station(camille), station(camille, "Station bis")
    measure(camille, one, 12)
    measure(camille, two, 14, start=NOON + HOUR)
    camille.same(one, two)
    assert values(camille, one) == values(camille, two) == [12, 14]
    camille.undo()
    assert (values(camille, one), values(camille, two)) == ([12], [14])


def test_hidden_people_and_places_say_nothing_on_this_computer(
    camille: Session, copy: Copies
) -> None:
    one, two = station(camille), station(camille, "Autre", 7.5)
    aicha = copy("Aïcha")
    measure(aicha, one, 12)
    carry(aicha, camille)
    measure(camille, two, 14)
    camille.hide_person(camille.reader.readings(one, "no2").authors[0][0])
    assert values(camille, one) == []
    assert on_map(camille, ReadingAsked("no2")) == [14]
    assert view(camille, one).measured == ()
    camille.hide_place(two)
    assert on_map(camille, ReadingAsked("no2")) == []
    assert camille.reader.quantities() == []


@pytest.mark.parametrize(
    ("field", "reading", "error"),
    [
        ("nothing", Reading(NOON, 12), FieldUnknown),
        ("no2", Reading(NOON, float("nan")), NumberUnreadable),
        ("no2", Reading(NOON, float("inf")), NumberUnreadable),
        ("no2", Reading(10**12, 12), ReadingTimeImpossible),
        ("no2", Reading(-(10**12), 12), ReadingTimeImpossible),
    ],
)
def test_what_cannot_have_been_measured_is_refused(
    camille: Session, field: str, reading: Reading, error: type[Exception]
) -> None:
    place = station(camille)
    with pytest.raises(error):
        camille.add_readings([NewReadings(place, field, [reading])])
    assert view(camille, place).measured == ()


def test_a_place_that_nobody_knows_takes_no_readings(camille: Session) -> None:
    with pytest.raises(PlaceUnknown):
        camille.add_readings([NewReadings(bytes(16), "no2", [Reading(NOON, 1)])])


def test_a_reading_beyond_what_is_plausible_is_kept(camille: Session) -> None:
    place = station(camille)
    measure(camille, place, 9999)
    assert values(camille, place) == [9999]


def test_a_file_from_before_readings_were_kept_finds_them_when_it_is_opened(
    camille: Session,
) -> None:
    place = station(camille)
    measure(camille, place, 12, 14)
    path, device = camille.path, camille.device
    db = camille.project.connection
    db.execute("DROP TABLE reading")
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0010_readings'")
    db.execute("PRAGMA user_version = 8")
    camille.close()
    with closing(Session.open(path, device)) as again:
        assert values(again, place) == [12, 14]
        assert again.verify().ok


def test_the_latest_accepted_reading_is_a_column_of_the_export(
    camille: Session, copy: Copies, tmp_path: Path
) -> None:
    place = station(camille)
    measure(camille, place, 12, 14)
    aicha = copy("Aïcha")
    measure(aicha, place, 99, start=NOON + 9 * HOUR)
    carry(aicha, camille)
    told = []
    for draft in (False, True):
        camille.export_geojson(tmp_path / "out.geojson", draft=draft)
        data = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
        told.append(data["features"][0]["properties"])
        assert {"property": "no2", "type": "measure", "unit": "µg/m³", "label": "NO₂"} in (
            data["fields"]
        )
    assert (told[0]["no2"], told[0]["no2_time"]) == (14, "2026-03-02T13:00:00Z")
    assert told[1]["no2"] == 99


def test_what_came_and_went_is_told_in_the_history_and_to_its_author(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    aicha = copy("Aïcha")
    measure(aicha, place, 12, 900, 14)
    # What follows at once in the log is one deed; something lies between.
    station(aicha, "Autre")
    found = aicha.reader.readings(place, "no2")
    aicha.remove_readings(view(aicha, place), {found.elements[0]: [1]})
    words = [line for e in aicha.reader.history(place) for line in entry_words(e, aicha.theme)]
    assert "Measured: 3 measurements (NO₂), on March 2, 2026, from 12 to 900\u00a0µg/m³" in words
    gone = [line for line in words if line.startswith("Measured, taken away: NO₂: 900\u00a0µg/m³")]
    assert len(gone) == 1
    assert len(words) == 3
    assert aicha.person is not None
    mine = [one for one in aicha.reader.mine(aicha.person.id) if one.id == place]
    assert {what for one in mine for what in one.what} == {"reading"}
    carry(aicha, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    assert {part.partition(":")[0] for part in item.parts.added} == {"reading"}


def test_readings_that_are_left_out_are_refused_and_the_others_taken(
    camille: Session, copy: Copies
) -> None:
    place = station(camille)
    aicha = copy("Aïcha")
    measure(aicha, place, 12)
    measure(aicha, place, 900, start=NOON + HOUR)
    carry(aicha, camille)
    item = camille.reader.review_item(place)
    assert item is not None
    (wrong,) = [m for m in view(camille, place).measured if m.most == 900]
    camille.accept(item, leave={f"reading:{wrong.element.hex()}"})
    assert values(camille, place) == [12]


def test_what_was_erased_for_good_is_measured_no_more(camille: Session) -> None:
    place = station(camille)
    measure(camille, place, 12)
    (change,) = view(camille, place).basis.readings[view(camille, place).measured[0].element]
    camille.redact_change([change])
    assert values(camille, place) == []
    db = camille.project.connection
    assert db.execute("SELECT count(*) FROM reading").fetchone() == (0,)


@given(
    st.lists(
        st.tuples(
            st.integers(-2_000_000_000, 4_000_000_000),
            st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.9g}")),
            st.sampled_from(["", "Capteur 1", "=Capteur;2", "“é”"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["fr", "en"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_a_table_that_was_exported_says_the_same_when_it_is_taken_in(
    camille: Session, said: list[tuple[int, float, str]], spoken: str
) -> None:
    place = station(camille)
    readings = [Reading(at_s, value, device) for at_s, value, device in said]
    camille.add_readings([NewReadings(place, "no2", readings)])
    path = camille.path.parent / "out.csv"
    set_language(spoken)
    try:
        count = camille.export_readings(path, place=place)
    finally:
        set_language("en")
    found = readings_files.plan(camille.reader, readings_files.open_table(path))
    assert found.understood.refused == []
    assert (found.there, found.new) == (count, 0)
