"""Places whose shapes somebody should look at: the card says so, and puts them right."""

import shapely
from at_the_window import AtTheWindow
from PySide6.QtWidgets import QLabel

from collabmap.app.session import Session
from collabmap.domain.change import Kind, encode
from collabmap.domain.structure import create_structure
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.panels.review import ReviewPanel

BOW_TIE = shapely.to_wkb(
    shapely.Polygon([(7.41, 43.72), (7.43, 43.74), (7.43, 43.72), (7.41, 43.74)])
)


def add_from_elsewhere(person: AtTheWindow, name: str, geometry: bytes) -> bytes:
    """Write what no form of this version lets through."""
    subject = name.encode().ljust(16, b".")[:16]
    fields = {"name": name, "category": "eau", "geometry": geometry}

    def write(session: Session) -> None:
        structure = create_structure(fields, own_accept=True)
        session.write([(Kind.CREATE, subject, structure, encode(fields))])

    person.meanwhile(write)
    return subject


def open_card(person: AtTheWindow, place: bytes) -> PlaceCard:
    person.window.commands.open_place(place)
    card = person.window.panel_host.current
    assert isinstance(card, PlaceCard)
    person.until(lambda: card.place is not None)
    return card


def words_on(card: PlaceCard) -> set[str]:
    return {label.text() for label in card.findChildren(QLabel) if label.isVisible()}


def test_a_place_that_lies_nowhere_is_put_in_its_place(camille: AtTheWindow) -> None:
    place = add_from_elsewhere(camille, "Source", b"no geometry at all")
    before = camille.window.map.centre()
    card = open_card(camille, place)
    camille.until(lambda: "Its outline cannot be read: it is not on the map." in words_on(card))
    assert camille.window.map.centre() == before
    camille.click(camille.button("Put it in its place"))
    assert card.keep.isEnabled()
    camille.click(card.keep)
    camille.until_told("“Source” is moved")
    view = camille.place("Source")
    assert view.care == ""
    assert abs(view.lng - before.lng) < 1e-5
    assert abs(view.lat - before.lat) < 1e-5
    camille.until(lambda: "Its outline cannot be read: it is not on the map." not in words_on(card))


def test_an_outline_that_crosses_itself_is_kept_as_it_is_shown(camille: AtTheWindow) -> None:
    place = add_from_elsewhere(camille, "Parc", BOW_TIE)
    card = open_card(camille, place)
    words = "Its outline crosses itself: it is shown as far as it makes sense."
    camille.until(lambda: words in words_on(card))
    camille.click(camille.button("Draw it anew"))
    panel = camille.window.panel_host.current
    camille.settle()
    camille.click(panel.save)
    camille.settle()
    view = camille.place("Parc")
    assert view.care == ""
    assert shapely.from_wkb(view.geometry_wkb).is_valid


def test_what_is_published_and_needs_care_is_looked_at_and_not_refused(
    camille: AtTheWindow,
) -> None:
    add_from_elsewhere(camille, "Parc", BOW_TIE)
    camille.do("review")
    camille.settle()
    panel = camille.window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    camille.until(lambda: panel.item is not None and panel.item.kind == "care")
    assert {"accept", "ask", "edit"} <= panel.face.offers()
    assert "reject" not in panel.face.offers()
