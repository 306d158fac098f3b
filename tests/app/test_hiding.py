"""Hiding: at once, on this computer only, and never out of a coordinator's sight."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sharing import view

from collabmap.app.session import Session
from collabmap.domain.change import SAME, Kind
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.structure import alias_structure
from collabmap.store.device import Device


def draft(name: str) -> PlaceDraft:
    return PlaceDraft(name, "eau", 7.42, 43.73)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    device = Device(tmp_path / "device")
    with closing(Session.create(tmp_path / "town", device, "Ville", "Camille")) as session:
        yield session
    device.close()


def names(session: Session) -> set[str]:
    """Return what the list shows, if the map and the figures say the same."""
    rows, total = session.reader.places()
    marks = session.reader.marks()
    assert total == len(rows) == len(marks) == session.reader.counts().places
    assert {mark.id for mark in marks} == {row.id for row in rows}
    with closing(session.new_reader()) as other:
        assert {mark.id for mark in other.marks()} == {mark.id for mark in marks}
    return {row.name for row in rows}


def test_a_hidden_place_is_gone_at_once_and_comes_back(town: Session) -> None:
    place = town.add(draft("Fontaine"))
    town.add(draft("Lavoir"))
    told: list[Effect] = []
    town.effects.subscribe(told.append)
    town.hide_place(place)
    assert told[-1].features == {place}
    assert names(town) == {"Lavoir"}
    assert town.reader.place(place) is None
    assert town.reader.marks_of(frozenset({place})) == []
    assert town.reader.places(text="font") == ([], 0)
    assert [(h.id, h.kind, h.name) for h in town.hidden()] == [(place, "place", "Fontaine")]
    town.unhide(place)
    assert names(town) == {"Fontaine", "Lavoir"}
    assert town.hidden() == ()


def test_what_a_hidden_person_made_and_said_is_gone(town: Session) -> None:
    ours = town.add(draft("Fontaine"))
    person = town.begin_person("Zoé").id
    town.add(draft("Insulte"))
    town.comment(view(town, ours), "insulte")
    town.begin_person("Denis")
    town.comment(view(town, ours), "merci")
    town.hide_person(person)
    assert names(town) == {"Fontaine"}
    assert [comment.text for comment in view(town, ours).comments] == ["merci"]
    assert [(h.kind, h.name) for h in town.hidden()] == [("person", "Zoé")]
    town.unhide(person)
    assert names(town) == {"Fontaine", "Insulte"}
    assert len(view(town, ours).comments) == 2


def test_several_things_can_be_hidden(town: Session) -> None:
    first, second = town.add(draft("Fontaine")), town.add(draft("Lavoir"))
    town.add(draft("Puits"))
    town.hide_place(first)
    town.hide_place(second)
    assert names(town) == {"Puits"}
    town.unhide(first)
    assert names(town) == {"Fontaine", "Puits"}


def test_hiding_writes_nothing_to_the_map(town: Session) -> None:
    place = town.add(draft("Fontaine"))
    before = (town.info().digest_hex, town.project.log.tail_size())
    town.hide_place(place)
    town.hide_person(view_author(town))
    assert (town.info().digest_hex, town.project.log.tail_size()) == before


def view_author(session: Session) -> bytes:
    assert session.person is not None
    return session.person.id


def test_exports_and_the_queue_show_what_is_hidden(town: Session, tmp_path: Path) -> None:
    place = town.add(draft("Fontaine"))
    (tmp_path / "r").mkdir()
    device = Device(tmp_path / "r" / "device")
    kit = town.hand_out(tmp_path / "kit").path
    with closing(Session.open_kit(kit, tmp_path / "r", device)) as resident:
        person = resident.begin_person("Zoé").id
        resident.add(draft("Lavoir"))
        town.merge([resident.send(tmp_path / "sent").path])
    device.close()
    town.hide_place(place)
    town.hide_person(person)
    assert names(town) == set()
    (item,) = town.reader.review_items()
    assert town.reader.counts().pending == len(town.reader.queue()) == 1
    town.accept(item)
    assert town.reader.counts().pending == len(town.reader.queue()) == 0
    town.export_geojson(tmp_path / "out.geojson")
    exported = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))
    assert len(exported["features"]) == 2


def test_other_maps_of_this_computer_show_all(town: Session, tmp_path: Path) -> None:
    place = town.add(draft("Fontaine"))
    town.hide_place(place)
    path = tmp_path / "other"
    with closing(Session.create(path, town.device, "Bourg", "Camille")) as other:
        assert other.hidden() == ()
        other.add(draft("Lavoir"))
        assert names(other) == {"Lavoir"}


def test_a_hidden_place_stays_hidden_when_the_map_is_opened_again(
    town: Session, tmp_path: Path
) -> None:
    town.hide_place(town.add(draft("Fontaine")))
    town.close()
    with closing(Session.open(town.path, town.device)) as again:
        assert names(again) == set()
        assert again.hidden()[0].name == "Fontaine"


def test_a_hidden_place_stays_hidden_when_it_turns_out_to_be_another_one(town: Session) -> None:
    first, second = sorted((town.add(draft("Fontaine")), town.add(draft("La fontaine"))))
    town.hide_place(second)
    assert len(names(town)) == 1
    town.write([(Kind.ALIAS, first, alias_structure(second, SAME, ()), None)])
    assert names(town) == set()
    town.unhide(second)
    assert len(names(town)) == 1
