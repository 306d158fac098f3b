"""What somebody saved or brought is written in their name before anything else takes its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from collabmap.app.session import Session
from collabmap.store.device import Device
from collabmap.ui.photo_taking import BATCH
from collabmap.ui.photos_here import add_to

OpenWindow = Callable[[Device], AtTheWindow]
NAME = "Fontaine des Moulins"
# More than is made small at once: something is still to come when the first are written.
COUNT = BATCH + 1


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for number in range(COUNT):
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(number * 1000)
        made.append(tmp_path / f"{number}.png")
        image.save(str(made[-1]))
    return made


def bring(person: AtTheWindow, photos: list[Path]) -> None:
    """Add photos to a place; none is written yet when this returns."""
    card = person.open_card(NAME)
    assert card.place is not None
    add_to(person.window, card.place, photos)


def authors(person: AtTheWindow) -> list[str]:
    return [photo.author_name for photo in person.place(NAME).photos]


def begin_place(person: AtTheWindow, photos: list[Path]) -> None:
    person.do("add_place")
    person.click_map(400, 300)
    person.settle()
    person.form.choose_category("eau")
    person.form.name.setText("Puits")
    person.form.extras.add(photos)


def test_photos_are_of_who_brought_them_though_somebody_else_takes_the_turn(
    camille: AtTheWindow, photos: list[Path]
) -> None:
    bring(camille, photos)
    camille.window.front.show_welcome(again=True)
    camille.say_name("Inès")
    assert camille.window.person is not None
    assert camille.window.person.name == "Inès"
    assert authors(camille) == ["Camille"] * COUNT


def test_photos_are_of_who_brought_them_though_event_mode_begins(
    camille: AtTheWindow, photos: list[Path]
) -> None:
    bring(camille, photos)
    mode = camille.window.event_mode
    mode.fill_screen = lambda: None
    camille.do("event")
    camille.write("2605")
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: mode.is_on and camille.window.front.welcome is not None)
    assert authors(camille) == ["Camille"] * COUNT


def test_photos_are_all_there_before_another_map_is_opened(
    camille: AtTheWindow, photos: list[Path], town: Path, device: Device, tmp_path: Path
) -> None:
    other = Session.create(tmp_path / "Other", device, "Other", "Camille")
    other.close()
    bring(camille, photos)
    camille.window.desk.open(other.path)
    camille.until(lambda: camille.window.info is not None and camille.window.info.name == "Other")
    camille.open(town)
    camille.until(lambda: camille.window.info is not None and camille.window.info.name != "Other")
    assert authors(camille) == ["Camille"] * COUNT


def test_the_window_closes_once_a_place_and_its_photos_are_saved_and_leaves_no_draft(
    camille: AtTheWindow, photos: list[Path], town: Path, device: Device, open_window: OpenWindow
) -> None:
    begin_place(camille, photos)
    with camille.busy():
        camille.click(camille.form.save)
        camille.window.close()
        assert camille.window.isVisible()
        assert camille.told[-1][1] == "The window closes once all is saved"
    camille.until(lambda: not camille.window.isVisible())
    again = open_window(device)
    again.open(town)
    assert [place.name for place in again.places()].count("Puits") == 1
    assert len(again.place("Puits").photos) == COUNT
    assert again.window.placing.draft_name() is None
