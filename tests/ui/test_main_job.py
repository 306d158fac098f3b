"""The main job in one window: add, merge three neighbours, review, give back, export."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.store.device import Device
from collabmap.ui.panels.receive import ReceivePanel
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.share import SharePanel

NAMES = ("Aïcha", "Inès", "Marcel")
MARKET, FOUNTAIN, LIBRARY = (draft.name for draft in PLACES)


@pytest.fixture
def neighbours(town: Path, device: Device, tmp_path: Path) -> Iterator[list[Session]]:
    """Three people on laptops of their own, each with a copy of the map."""
    session = Session.open(town, device)
    kit = session.hand_out(tmp_path / "town.cmkit").path
    session.close()
    sessions = []
    for number, name in enumerate(NAMES):
        folder = tmp_path / f"copy-{number}"
        folder.mkdir()
        neighbour = Session.open_kit(kit, folder, Device(tmp_path / f"laptop-{number}"))
        neighbour.begin_person(name)
        sessions.append(neighbour)
    yield sessions
    for neighbour in sessions:
        neighbour.close()
        neighbour.device.close()


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def record(neighbours: list[Session], folder: Path) -> Path:
    """Let the neighbours add, edit the same place differently, and delete what another edits."""
    aicha, ines, marcel = neighbours
    for number, neighbour in enumerate(neighbours):
        draft = PlaceDraft(f"Lieu de {NAMES[number]}", "nature", 7.4195 + number / 900, 43.733)
        neighbour.add(draft)
    aicha.edit(view_of(aicha, FOUNTAIN), {"name": "Fontaine bleue"})
    ines.edit(view_of(ines, FOUNTAIN), {"name": "Fontaine verte"})
    marcel.delete(view_of(marcel, LIBRARY), "Elle a fermé.")
    ines.edit(view_of(ines, LIBRARY), {"description": "Ouverte le soir."})
    bundles = folder / "stick"
    bundles.mkdir()
    for number, neighbour in enumerate(neighbours):
        neighbour.send(bundles / f"laptop-{number}")
    return bundles


def share(person: AtTheWindow, verb: str, path: Path) -> None:
    person.do(verb)
    panel = person.window.panel_host.current
    assert isinstance(panel, SharePanel)
    panel.write_to(path, "stick")
    person.until(lambda: panel.step == "done")
    person.settle()


def test_a_coordinator_does_the_whole_evening_in_the_window(
    neighbours: list[Session], camille: AtTheWindow, tmp_path: Path
) -> None:
    # She adds a place herself.
    camille.ctrl(Qt.Key.Key_N)
    camille.press(Qt.Key.Key_Return)
    camille.press(Qt.Key.Key_Space)
    camille.write("Platane")
    camille.press(Qt.Key.Key_Return)
    camille.until_told("“Platane” is on the map")

    # She receives a stick with what three neighbours recorded.
    stick = record(neighbours, tmp_path)
    camille.do("receive")
    panel = camille.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    panel.preview([stick])
    camille.until(lambda: panel.step == "preview")
    assert panel.overview.cards["added"].count == 3
    assert camille.state_of(FOUNTAIN) is FeatureState.ACCEPTED
    panel.merge()
    camille.until_told("added")
    camille.settle()

    # She reviews by keyboard: disagreements ask for a choice, the rest for a key.
    camille.do("review")
    camille.settle()
    review = camille.window.panel_host.current
    assert isinstance(review, ReviewPanel)
    camille.until(lambda: review.here is not None)
    for _ in range(20):
        item = review.here
        if item is None:
            break
        camille.until(review.may_decide)
        camille.until(lambda row=item: review.item is not None and review.item.id == row.id)
        if item.kind != "disagreement":
            camille.press(Qt.Key.Key_A)
        elif item.name == LIBRARY:
            # Marcel would delete it, which is the first; Inès has changed it.
            camille.press(Qt.Key.Key_2)
        else:
            camille.press(Qt.Key.Key_1)
        camille.until(lambda before=item: review.here is not before)
        camille.settle()
    camille.until(lambda: camille.window.counts.pending == 0)

    # She gives the map back and exports it.
    back, geojson = tmp_path / "back.cmbundle", tmp_path / "map.geojson"
    share(camille, "give_back", back)
    share(camille, "export", geojson)
    published = {f["properties"]["name"] for f in json.loads(geojson.read_text())["features"]}
    expected = {MARKET, LIBRARY, "Platane", *(f"Lieu de {name}" for name in NAMES)}
    assert expected <= published
    assert len(published) == len(expected) + 1

    # Every neighbour has the same map afterwards, and sees what became of the own place.
    digests = set()
    for name, neighbour in zip(NAMES, neighbours, strict=True):
        neighbour.merge([back])
        digests.add(neighbour.info().digest_hex)
        assert view_of(neighbour, f"Lieu de {name}").state is FeatureState.ACCEPTED
        assert view_of(neighbour, LIBRARY).description == "Ouverte le soir."
    camille.meanwhile(lambda session: digests.add(session.info().digest_hex))
    assert len(digests) == 1
