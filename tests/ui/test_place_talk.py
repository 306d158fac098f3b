"""The card of a place: photos, questions and answers, links, places that were found to be one."""

from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.ui.panels.photo_page import PhotoPage
from collabmap.ui.panels.place_photos import Thumbnail
from collabmap.ui.panels.place_talk import QuestionBlock
from collabmap.ui.photos_here import add_to
from collabmap.ui.widgets.text import Text

FOUNTAIN = "Fontaine des Moulins"
MARKET = "Marché de la Condamine"
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331, "Très calme.")


@pytest.fixture
def with_aichas(aicha_sends: Session, camille: AtTheWindow, tmp_path: Path) -> AtTheWindow:
    """Camille's window, with a place of Aïcha."""
    aicha_sends.add(BENCH)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    camille.until(lambda: len(camille.names) == len(PLACES) + 1)
    return camille


def said(person: AtTheWindow) -> str:
    return " | ".join(t.text() for t in person.card.findChildren(Text) if t.isVisible())


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor("#2E7D32"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    path = tmp_path / "well.jpg"
    path.write_bytes(bytes(buffer.data().data()))
    return path


def test_a_photo_is_added_shown_small_and_large(camille: AtTheWindow, photo: Path) -> None:
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, [photo])
    camille.until_told("The photo is added")
    camille.settle()

    def shown() -> list[Thumbnail]:
        return [each for each in card.findChildren(Thumbnail) if each.isVisible()]

    camille.until(lambda: len(shown()) == 1)
    camille.click(shown()[0])
    page = card.page
    assert isinstance(page, PhotoPage)
    camille.until(lambda: page.isVisible() and page.picture.image.width() == 640)
    camille.window.commands.step_back()
    assert card.page is None
    assert camille.window.map.isVisible()


def test_a_file_that_is_no_photo_is_refused_in_words(camille: AtTheWindow, tmp_path: Path) -> None:
    wrong = tmp_path / "letter.jpg"
    wrong.write_text("not a picture")
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, [wrong])
    camille.until_told("is not a photo that CollabMap can read")


def test_a_question_is_answered_on_the_card(
    with_aichas: AtTheWindow,
) -> None:
    def ask(session: Session) -> None:
        item = next(i for i in session.reader.review_items() if i.name == BENCH.name)
        session.ask(item, "Est-il encore là ?")

    with_aichas.meanwhile(ask)
    card = with_aichas.open_card(BENCH.name)
    with_aichas.until(lambda: card.findChild(QuestionBlock) is not None)
    block = card.findChild(QuestionBlock)
    assert block is not None
    with_aichas.until(lambda: "Est-il encore là ?" in said(with_aichas))
    block.field.setPlainText("Oui, vu hier.")
    with_aichas.click(block.button)
    with_aichas.until_told("Your answer is kept")
    with_aichas.until(lambda: "Oui, vu hier." in said(with_aichas))


def test_a_photo_is_taken_away(camille: AtTheWindow, photo: Path) -> None:
    card = camille.open_card(FOUNTAIN)
    assert card.place is not None
    add_to(camille.window, card.place, [photo])
    camille.until(lambda: card.place is not None and bool(card.place.photos))
    card.show_photo(card.place.photos[0])
    page = card.page
    assert isinstance(page, PhotoPage)
    camille.click(page.remove)
    camille.until_told("The photo is taken away")
    camille.until(lambda: card.place is not None and not card.place.photos)


def test_places_that_are_one_say_so_with_the_other_name(with_aichas: AtTheWindow) -> None:
    with_aichas.meanwhile(lambda s: s.same(view_of(s, MARKET).id, view_of(s, BENCH.name).id))
    with_aichas.until(lambda: BENCH.name not in with_aichas.names)
    with_aichas.open_card(MARKET)
    with_aichas.until(lambda: "2 entries were found to be this one place." in said(with_aichas))
