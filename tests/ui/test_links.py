"""Linking places at the window: the card's section, two clicks to a link, and the map."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from at_the_window import PLACES, AtTheWindow
from pictures import encoded, telling
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from collabmap.app.session import Session
from collabmap.domain import ids
from collabmap.domain.change import LINK, Kind, encode
from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.structure import add_structure
from collabmap.render.arcs import along
from collabmap.ui.map.arc_layer import to_screen
from collabmap.ui.panels.link import LinkPanel
from collabmap.ui.panels.place_links import MORE, LinkLine, LinksBlock
from collabmap.ui.widgets.text import Text

MARKET, FOUNTAIN, LIBRARY = (place.name for place in PLACES)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "lavoir.jpg"
    path.write_bytes(encoded(telling(64, 48), "jpg"))
    return path


def view_of(session: Session, name: str) -> PlaceView:
    (mark,) = [mark for mark in session.reader.marks() if mark.name == name]
    view = session.reader.place(mark.id)
    assert view is not None
    return view


def join(session: Session, one: str, type_: str, other: str) -> None:
    session.add_link(view_of(session, one), view_of(session, other).id, type_)


def block(at: AtTheWindow) -> LinksBlock:
    found = at.card.links
    assert found is not None
    return found


def lines(at: AtTheWindow) -> list[str]:
    """What the card says of links: headings and names, from the top."""
    inside = block(at)
    said = [
        (each.mapTo(inside, each.rect().topLeft()).y(), each.text())
        for kind in (Text, LinkLine)
        for each in inside.findChildren(kind)
        if each.isVisible()
    ]
    return [text for _y, text in sorted(said)]


def begin(at: AtTheWindow, name: str) -> LinkPanel:
    at.open_card(name)
    at.until(lambda: block(at).graph is not None)
    at.click(block(at).add)
    panel = at.window.panel_host.current
    assert isinstance(panel, LinkPanel)
    return panel


def test_a_place_without_links_asks_who_has_to_do_with_it(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.until(lambda: len(lines(camille)) == 2)
    assert lines(camille) == [
        "Links",
        "This place has no link yet. Who runs it? Who uses it?",
    ]


def test_links_stand_on_both_cards_and_open_the_other_place(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    camille.open_card(MARKET)
    camille.until(lambda: lines(camille) == ["Links · 1", "→ runs", FOUNTAIN])
    camille.click(block(camille).lines[0])
    camille.until(lambda: camille.card.title.text() == FOUNTAIN)
    camille.until(lambda: lines(camille) == ["Links · 1", "← is run by", MARKET])


def test_of_hundreds_of_links_the_first_are_shown_and_more_when_asked(
    camille: AtTheWindow,
) -> None:
    def link_often(session: Session) -> None:
        there = view_of(session, FOUNTAIN)
        for number in range(MORE + 5):
            structure = add_structure(
                LINK, ids.new_id(session.now()), own_accept=True, target=there.id
            )
            place = view_of(session, MARKET).id
            session.write([(Kind.ADD, place, structure, encode(f"links {number:03}"))])

    camille.meanwhile(link_often)
    camille.open_card(MARKET)
    camille.until(lambda: len(block(camille).lines) == MORE)
    camille.click(camille.button("Show 5 more"))
    camille.until(lambda: len(block(camille).lines) == MORE + 5)
    assert block(camille).lines[MORE].hasFocus()


def test_a_link_made_elsewhere_comes_onto_the_card_that_is_open(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.until(lambda: block(camille).graph is not None)
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    camille.until(lambda: lines(camille)[-1:] == [MARKET])


def test_two_clicks_link_a_place_with_one_on_the_map(camille: AtTheWindow) -> None:
    panel = begin(camille, MARKET)
    view = camille.window.map
    (there,) = [draft for draft in PLACES if draft.name == FOUNTAIN]
    place = QPointF(*view.camera.pixel_of(LngLat(there.lng, there.lat)))
    camille.until(lambda: view.hit_at(place) is not None)
    before = camille.window.map.camera
    camille.click_map(round(place.x()), round(place.y()))
    camille.until(lambda: bool(panel.sentences.rows))
    assert camille.window.map.camera == before
    camille.click(panel.sentences.rows[0])
    camille.until_told("Linked")
    camille.until(lambda: lines(camille)[-1:] == [FOUNTAIN])
    assert camille.window.map.tool is None


def test_another_language_comes_while_a_link_is_made(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", LIBRARY))
    camille.until(lambda: camille.window.actions_table["undo"].isEnabled())
    begin(camille, FOUNTAIN)
    camille.until(lambda: camille.window.map.tool is not None)
    camille.window.preferences.set_language("fr")
    camille.settle()
    assert camille.window.actions_table["undo"].text().startswith("Annuler")


def id_of(at: AtTheWindow, name: str) -> bytes:
    columns = at.window.marks.columns
    assert columns is not None
    return next(columns.id(n) for n in range(len(columns)) if columns.name(n) == name)


def test_the_keyboard_alone_links_by_search_and_digit(camille: AtTheWindow) -> None:
    panel = begin(camille, MARKET)
    panel.field.setFocus()
    camille.write(FOUNTAIN[:5])
    camille.until(lambda: [row.name for row in panel.list.rows] == [FOUNTAIN])
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: bool(panel.sentences.rows))
    said = panel.sentences.rows[1].text()
    camille.press(Qt.Key.Key_Eacute)
    camille.until_told("Linked")
    camille.until(lambda: len(lines(camille)) == 3)
    assert FOUNTAIN in said


def test_a_link_that_is_there_is_not_offered_again(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "inspired-by", FOUNTAIN))
    panel = begin(camille, MARKET)
    panel.choose(id_of(camille, FOUNTAIN))
    camille.until(lambda: bool(panel.sentences.rows))
    there = [row for row in panel.sentences.rows if not row.isEnabled()]
    assert [row.text() for row in there] == [f"{MARKET} is inspired by {FOUNTAIN}"]


def test_the_other_end_may_be_added_on_the_way(camille: AtTheWindow) -> None:
    panel = begin(camille, MARKET)
    panel.field.setText("Lavoir")
    camille.click(panel.new)
    form = camille.form
    assert form.values().name == "Lavoir"
    camille.window.placing.put(camille.window.map.centre())
    form.tiles.choose("eau")
    form.submitted.emit()
    camille.until(lambda: camille.window.panel_host.current is panel)
    camille.until(lambda: bool(panel.sentences.rows))
    assert "Lavoir" in panel.sentences.rows[0].text()


def test_a_place_just_added_can_be_linked_from_the_message(camille: AtTheWindow) -> None:
    camille.window.placing.add("eau")
    form = camille.form
    camille.window.placing.put(camille.window.map.centre())
    form.set_values(replace(form.values(), name="Lavoir"))
    form.submitted.emit()
    camille.until_told("is on the map")
    camille.click(camille.button("Add a link"))
    camille.until(lambda: isinstance(camille.window.panel_host.current, LinkPanel))
    panel = camille.window.panel_host.current
    assert isinstance(panel, LinkPanel)
    assert panel.place is not None
    assert panel.place.name == "Lavoir"


def test_a_new_place_is_linked_once_it_is_saved_where_that_was_wanted(camille: AtTheWindow) -> None:
    camille.window.placing.add("eau")
    form = camille.form
    camille.window.placing.put(camille.window.map.centre())
    form.set_values(replace(form.values(), name="Lavoir"))
    camille.click(form.extras.link)
    assert form.extras.link.text() == "Link, after saving"
    camille.window.placing.give_up()
    camille.window.placing.add()
    camille.window.preferences.set_language("fr")
    form = camille.form
    assert form.extras.wants_link, "it is still wanted when the form is taken up again"
    form.submitted.emit()
    camille.until(lambda: isinstance(camille.window.panel_host.current, LinkPanel))


def test_photos_of_a_new_place_come_with_it(camille: AtTheWindow, photo: Path) -> None:
    camille.window.placing.add("eau")
    form = camille.form
    camille.window.placing.put(camille.window.map.centre())
    form.set_values(replace(form.values(), name="Lavoir"))
    form.extras.add([photo])
    form.submitted.emit()
    camille.until_listed(*(place.name for place in PLACES), "Lavoir")
    card = camille.open_card("Lavoir")
    camille.until(lambda: card.place is not None and len(card.place.photos) == 1)


def test_a_link_is_taken_away_on_the_card_of_either_end(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    camille.open_card(FOUNTAIN)
    camille.until(lambda: len(block(camille).lines) == 1)
    camille.click(block(camille).change)
    camille.click(camille.button("Take away"))
    camille.until_told("The link is taken away")
    camille.until(lambda: not block(camille).lines)
    camille.do("undo")
    camille.until(lambda: len(block(camille).lines) == 1)


def test_leaving_gives_the_map_back(camille: AtTheWindow) -> None:
    panel = begin(camille, MARKET)
    assert camille.window.map.tool is not None
    panel.choose(id_of(camille, LIBRARY))
    camille.settle()
    camille.window.commands.step_back()
    camille.window.commands.step_back()
    assert camille.window.map.tool is None


# --- arcs ---------------------------------------------------------------------------------------


def test_the_arcs_of_the_selected_place_are_on_the_map_and_go_with_it(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    layer = camille.window.links.layer
    assert len(layer.own) == 0
    camille.open_card(FOUNTAIN)
    camille.until(lambda: len(layer.own) == 1)
    assert not layer.is_shown
    camille.meanwhile(lambda session: join(session, LIBRARY, "needs", FOUNTAIN))
    camille.until(lambda: len(layer.own) == 2)
    camille.window.commands.clear_selection()
    assert len(layer.own) == 0


def test_all_arcs_are_shown_from_the_legend_and_painted_beside_the_window(
    camille: AtTheWindow,
) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    camille.meanwhile(lambda session: join(session, LIBRARY, "needs", MARKET))
    window = camille.window
    window.legend.set_open(True)
    row = window.legend.content.links
    camille.click(row)
    layer = window.links.layer
    camille.until(lambda: layer.picture is not None and len(layer.picture.arcs) == 2)
    assert row.isChecked()
    assert row.count == 2
    picture = layer.picture
    assert picture is not None
    # Where the middle of the arc lies there is ink, and hardly any elsewhere.
    px, py = to_screen(layer.all, picture.camera, np.array([0]))
    x, y = round(float(along(px, 0.5)[0])), round(float(along(py, 0.5)[0]))
    assert max(picture.image.pixelColor(x + dx, y).alpha() for dx in (-1, 0, 1)) > 0
    camille.click(row)
    assert layer.picture is None


def test_what_an_arc_says_leaves_the_pin_and_its_name_free(camille: AtTheWindow) -> None:
    view = camille.window.map
    font = QFont(view.font())
    font.setPixelSize(12)
    assert view.selected_boxes(font) == []
    camille.open_card(MARKET)
    camille.until(lambda: len(view.selected_boxes(font)) == 2)
    pin, name = view.selected_boxes(font)
    assert name.bottom() <= pin.top()
    assert name.width() > QFontMetricsF(font).horizontalAdvance(MARKET)


def test_an_arc_under_the_pointer_lights_up_and_says_what_it_says(camille: AtTheWindow) -> None:
    camille.meanwhile(lambda session: join(session, MARKET, "runs", FOUNTAIN))
    camille.open_card(MARKET)
    layer, view = camille.window.links.layer, camille.window.map
    camille.until(lambda: len(layer.own) == 1)
    px, py = to_screen(layer.own, view.camera, np.array([0]))
    layer.hover(QPointF(float(along(px, 0.5)[0]), float(along(py, 0.5)[0])))
    assert layer.hovered is not None
    layer.hover(QPointF(2, 2))
    assert layer.hovered is None
