"""What a theme asks, in the form of a place: saved with it, kept as typed, told where wrong."""

from datetime import datetime
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.definitions import CATEGORY, FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.fields.attachments import MeasureEditor, PhotoEditor
from collabmap.ui.fields.lines import LineEditor
from collabmap.ui.fields.reference import ReferenceEditor
from collabmap.ui.kept_drafts import DRAFTS
from collabmap.ui.panels.place_photos import photo_words
from collabmap.ui.widgets.chips import Chip

SEATS = (FIELD, "seats")
SAID = {
    SEATS: {
        "type": "number", "label_en": "Seats", "label_fr": "Places", "minimum": 0, "order": -3.0,
    },
    (FIELD, "shade"): {
        "type": "yes_no", "label_en": "Shade", "label_fr": "Ombre", "is_required": True,
        "order": -2.0, "categories": ["nature", "sport"],
    },
    (FIELD, "owner"): {
        "type": "phone", "label_en": "Telephone", "label_fr": "Téléphone", "is_private": True,
        "order": -1.0,
    },
    (FIELD, "pictures"): {"type": "photo", "label_en": "Photos", "order": -0.3},
    (FIELD, "no2"): {
        "type": "measure", "label_en": "Nitrogen dioxide", "unit": "µg/m³", "order": -0.2,
    },
    (FIELD, "near"): {"type": "reference", "label_en": "Near", "label_fr": "Près", "order": -0.4},
    (CATEGORY, "deplacer"): {"drawn": ["line"]},
    (FIELD, "keeper"): {"type": "text", "label_en": "Keeper", "label_fr": "Gardien", "order": -0.5},
}  # fmt: skip


@pytest.fixture
def town(town: Path, device: Device) -> Path:
    """The same map, which asks for more than a name."""
    session = Session.open(town, device)
    session.define(SAID)
    rows, _total = session.reader.places(text="Fontaine")
    fountain = session.reader.place(rows[0].id)
    assert fountain is not None
    session.edit(fountain, {"f:owner": "06 12 34 56 78"})
    session.close()
    return town


def line(person: AtTheWindow, field: str) -> LineEditor:
    editor = person.form.fields.rows[field].editor
    assert isinstance(editor, LineEditor)
    return editor


def begin(person: AtTheWindow, category: str = "nature") -> None:
    person.click(person.button("Add a place"))
    person.click_map(500, 300)
    tiles = person.form.tiles.tiles
    person.click(next(tile for tile in tiles if tile.category.id == category))


def test_a_place_is_added_with_its_answers_without_a_mouse(aicha: AtTheWindow) -> None:
    begin(aicha)
    aicha.write("Zelkova")
    aicha.press(Qt.Key.Key_Tab)
    aicha.write("1 250,5")
    aicha.press(Qt.Key.Key_Tab)
    aicha.write("y")
    aicha.press(Qt.Key.Key_Tab)
    aicha.write("0612345678")
    aicha.press(Qt.Key.Key_Return)
    aicha.until_told("“Zelkova” is on the map")
    place = aicha.place("Zelkova")
    assert place.values == {"seats": 1250.5, "shade": True, "owner": "06 12 34 56 78"}


def test_what_lacks_and_what_is_wrong_is_said_beside_and_has_the_keyboard(
    aicha: AtTheWindow,
) -> None:
    begin(aicha)
    aicha.write("Zelkova")
    aicha.press(Qt.Key.Key_Return)
    rows = aicha.form.fields.rows
    assert rows["shade"].error == "This has to be filled in."
    assert rows["shade"].isAncestorOf(QApplication.focusWidget())
    line(aicha, "seats").line.setText("-3")
    aicha.click(aicha.form.save)
    assert rows["seats"].error == "Give a number from 0 upwards."
    assert QApplication.focusWidget() is line(aicha, "seats").line
    assert aicha.form.name.text() == "Zelkova"


def test_what_the_map_refuses_is_said_beside_its_field(camille: AtTheWindow) -> None:
    begin(camille, "eau")
    camille.write("Source")
    line(camille, "seats").line.setText("50")
    assert camille.window.lanes is not None
    with camille.busy():
        camille.window.lanes.write(lambda session: session.define({SEATS: {"maximum": 10.0}}))
        camille.click(camille.form.save)
    row = camille.form.fields.rows["seats"]
    camille.until(lambda: row.error == "Give a number from 0 to 10.")
    assert QApplication.focusWidget() is line(camille, "seats").line
    assert camille.form.save.isEnabled()


def test_what_is_typed_is_kept_before_anything_is_saved(
    aicha: AtTheWindow, resident_device: Device
) -> None:
    begin(aicha)
    aicha.write("Zelk")
    line(aicha, "seats").line.setFocus()
    aicha.write("beaucoup")
    assert aicha.window.info is not None
    project = bytes.fromhex(aicha.window.info.project_id_hex)
    aicha.settle()
    kept = resident_device.note(project, DRAFTS)
    # The window is gone without a word; the next one begins with what this device kept.
    aicha.window.placing.close()
    aicha.window.placing.take_drafts(kept)
    aicha.click(aicha.button("Add a place"))
    assert aicha.form.name.text() == "Zelk"
    assert line(aicha, "seats").line.text() == "beaucoup"
    assert aicha.form.tiles.chosen() == "nature"


def test_an_edit_writes_what_differs(camille: AtTheWindow) -> None:
    draft = PlaceDraft(
        "Zelkova", "nature", 7.42, 43.733, values={"seats": 12, "owner": "06 12 34 56 78"}
    )
    camille.meanwhile(lambda session: session.add(draft))
    camille.open_card("Zelkova")
    camille.click(camille.card.edit)
    form = camille.form
    assert line(camille, "owner").line.text() == "06 12 34 56 78"
    assert form.changes() == {}
    line(camille, "seats").line.setText("13,5")
    form.fields.rows["shade"].editor.set_value(False)
    assert form.changes() == {"f:seats": 13.5, "f:shade": False}
    camille.click(form.save)
    camille.until_told("is changed")
    place = camille.place("Zelkova")
    assert place.values == {"seats": 13.5, "shade": False, "owner": "06 12 34 56 78"}


def test_a_private_answer_that_cannot_be_read_stays(aicha: AtTheWindow) -> None:
    aicha.open_card("Fontaine des Moulins")
    aicha.click(aicha.card.edit)
    row = aicha.form.fields.rows["owner"]
    assert row.aside.text() == "one is kept, for coordinators only"
    assert line(aicha, "owner").line.text() == ""
    line(aicha, "seats").line.setText("3")
    assert aicha.form.changes() == {"f:seats": 3}


def test_what_places_nearby_have_is_offered(camille: AtTheWindow) -> None:
    for name in ("Zelkova", "Olivier"):
        values = {"keeper": "Ville", "owner": "06 12 34 56 78"}
        draft = PlaceDraft(name, "nature", 7.42, 43.733, tags=("shade",), values=values)
        camille.meanwhile(lambda session, draft=draft: session.add(draft))
    begin(camille)
    camille.until(lambda: line(camille, "keeper").offered == ("Ville",))
    line(camille, "keeper").line.setFocus()
    camille.press(Qt.Key.Key_Down)
    assert camille.form.fields.values() == {"keeper": "Ville"}
    assert line(camille, "owner").offered == ()
    camille.form.show_more()
    chips = camille.form.tags_row.findChildren(Chip)
    camille.click(chips[0])
    assert camille.form.values().tags == ("shade",)


def test_a_category_that_is_a_path_is_drawn_as_one(aicha: AtTheWindow) -> None:
    tiles = aicha.browse.tiles.tiles
    aicha.click(next(tile for tile in tiles if tile.category.id == "deplacer"))
    assert aicha.form.way == "line"
    assert {way for way, b in aicha.form.where.ways.buttons.items() if b.isVisible()} == {
        "line", "freehand",
    }  # fmt: skip


def test_what_was_put_as_a_point_and_is_a_path_can_be_drawn_anew(aicha: AtTheWindow) -> None:
    begin(aicha, "deplacer")
    assert aicha.form.category.error == "This is drawn as a path."
    aicha.write("Cycle lane")
    aicha.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is aicha.form.anew
    aicha.click(aicha.form.anew)
    for x, y in ((200, 100), (400, 120)):
        aicha.click_map(x, y)
    aicha.click(aicha.form.where.finish)
    assert aicha.form.category.error == ""
    aicha.click(aicha.form.save)
    aicha.until_told("“Cycle lane” is on the map")


def test_a_theme_that_grows_is_asked_in_the_open_form(camille: AtTheWindow) -> None:
    begin(camille)
    camille.write("Zelk")
    said = {
        (FIELD, "trunk"): {"type": "number", "label_en": "Trunk", "unit": "cm", "order": -4.0},
        (CATEGORY, "new"): {"label_en": "Something new", "order": 99.0},
        (CATEGORY, "nature"): {"is_hidden": True},
    }
    camille.meanwhile(lambda session: session.define(said))
    camille.until(lambda: "trunk" in camille.form.fields.rows)
    offered = [tile.category.id for tile in camille.form.tiles.tiles]
    assert "new" in offered
    assert camille.form.tiles.chosen() == "nature", "it was chosen while it was offered"
    camille.write("ova")
    assert camille.form.name.text() == "Zelkova"


def test_what_is_filled_in_while_it_is_asked_is_saved_though_it_is_hidden_meanwhile(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    picture = tmp_path / "well.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    image.save(str(picture))
    begin(camille, "eau")
    camille.write("Well")
    line(camille, "seats").line.setFocus()
    camille.write("4")
    editor = camille.form.fields.rows["pictures"].editor
    assert isinstance(editor, PhotoEditor)
    editor.add([picture])
    hidden = {(FIELD, key): {"is_hidden": True} for key in ("seats", "pictures", "keeper")}
    camille.meanwhile(lambda session: session.define(hidden))
    camille.until(lambda: "keeper" not in camille.form.fields.rows)
    camille.window.placing.give_up()
    camille.do("add_place")
    assert line(camille, "seats").line.text() == "4", "it is taken up again as it was left"
    camille.click(camille.form.save)
    camille.until_told("The photo is added to “Well”")
    assert camille.place("Well").values == {"seats": 4}
    card = camille.open_card("Well")
    camille.click(card.edit)
    camille.settle()
    assert "seats" not in camille.form.fields.rows, "nobody is asked any more"


def test_who_chose_an_answer_that_is_no_longer_one_is_told(camille: AtTheWindow) -> None:
    kind = (FIELD, "kind")
    options = [{"id": key, "label_en": f"Answer {key}", "label_fr": key} for key in ("a", "b")]
    said = {"type": "choice", "label_en": "Kind", "order": -4.0, "options": options}
    camille.meanwhile(lambda session: session.define({kind: said}))
    camille.until(lambda: camille.window.theme.field("kind") is not None)
    begin(camille)
    row = camille.form.fields.rows["kind"]
    row.fill("a")
    camille.meanwhile(lambda session: session.define({kind: {"options": options[1:]}}))
    camille.until(lambda: [option.id for option in row.asks.options] == ["b"])
    assert row.error == "This was chosen, and is no longer an answer: Answer a"


def test_a_place_is_referred_to_by_its_name_or_by_a_click_on_its_mark(aicha: AtTheWindow) -> None:
    fountain, market = aicha.place("Fontaine des Moulins"), aicha.place("Marché de la Condamine")
    begin(aicha)
    editor = aicha.form.fields.rows["near"].editor
    assert isinstance(editor, ReferenceEditor)
    editor.search.setFocus()
    aicha.write("moul")
    aicha.press(Qt.Key.Key_Return)
    aicha.until(lambda: editor.value() == fountain.id.hex())
    assert editor.name.text() == "Fontaine des Moulins"
    aicha.click(editor.other)
    aicha.click(editor.pick)
    at = aicha.window.map.camera.pixel_of(LngLat(market.lng, market.lat))
    aicha.click_map(round(at[0]), round(at[1]))
    aicha.until(lambda: editor.value() == market.id.hex())
    assert aicha.window.map.tool is None
    assert aicha.form.has_place, "the click has not moved the new place"


def test_what_is_found_below_a_reference_is_in_view_and_taken_by_arrow_and_enter(
    aicha: AtTheWindow,
) -> None:
    fountain = aicha.place("Fontaine des Moulins")
    begin(aicha)
    row = aicha.form.fields.rows["near"]
    assert isinstance(row.editor, ReferenceEditor)
    view = aicha.form.scroller.viewport()
    row.editor.search.setFocus()
    aicha.settle()
    bar = aicha.form.scroller.verticalScrollBar()
    bar.setValue(bar.value() + row.mapTo(view, QPoint(0, 90)).y() - view.height())
    aicha.write("moul")
    aicha.until(lambda: bool(row.editor.rows))
    aicha.settle()
    line = row.editor.rows[-1]
    assert line.mapTo(view, QPoint(0, line.height())).y() <= view.height()
    aicha.press(Qt.Key.Key_Down)
    aicha.press(Qt.Key.Key_Up)
    assert row.editor.search.hasFocus()
    aicha.press(Qt.Key.Key_Down)
    aicha.press(Qt.Key.Key_Return)
    assert row.editor.value() == fountain.id.hex()


def test_photos_that_are_chosen_come_with_the_place(aicha: AtTheWindow, tmp_path: Path) -> None:
    picture = tmp_path / "well.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    image.save(str(picture))
    begin(aicha, "eau")
    aicha.write("Well")
    editor = aicha.form.fields.rows["pictures"].editor
    assert isinstance(editor, PhotoEditor)
    editor.add([picture])
    assert aicha.form.fields.kept() == {"pictures": [str(picture)]}
    aicha.press(Qt.Key.Key_Return)
    aicha.until_told("The photo is added to “Well”")
    assert len(aicha.place("Well").photos) == 1


def test_what_has_to_have_a_photo_and_a_measurement_is_not_asked_for_them_again(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    pictures = []
    for shade in (0x336699, 0x996633):
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(shade)
        pictures.append(tmp_path / f"{shade}.png")
        image.save(str(pictures[-1]))
    needed = {(FIELD, key): {"is_required": True} for key in ("pictures", "no2")}
    camille.meanwhile(lambda session: session.define(needed))
    camille.until(lambda: camille.window.theme.field("no2").is_required)
    begin(camille, "eau")
    camille.write("Well")
    camille.press(Qt.Key.Key_Return)
    rows = camille.form.fields.rows
    assert {key for key, row in rows.items() if row.error} == {"pictures", "no2"}
    editor, measure = rows["pictures"].editor, rows["no2"].editor
    assert isinstance(editor, PhotoEditor)
    assert isinstance(measure, MeasureEditor)
    editor.add(pictures[:1])
    measure.line.setText("18,5")
    camille.click(camille.form.save)
    camille.until_told("The photo is added to “Well”")
    assert [photo.field for photo in camille.place("Well").photos] == ["pictures"]
    card = camille.open_card("Well")
    camille.click(card.edit)
    camille.until(lambda: camille.window.placing.form is not None)
    camille.settle()
    rows = camille.form.fields.rows
    assert rows["pictures"].aside.text() == "1 photo is there"
    assert rows["no2"].aside.text() == "1 measurement is there"
    line(camille, "seats").line.setText("4")
    editor = rows["pictures"].editor
    assert isinstance(editor, PhotoEditor)
    editor.add(pictures[1:])
    camille.click(camille.form.save)
    camille.until(lambda: len(camille.place("Well").photos) == 2)
    assert camille.place("Well").values["seats"] == 4
    assert {photo.field for photo in camille.place("Well").photos} == {"pictures"}


def test_photos_of_a_field_and_others_come_together_and_go_by_one_undo(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    for name, shade in (("a", 0x336699), ("b", 0x996633)):
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(shade)
        image.save(str(tmp_path / f"{name}.png"))
    begin(camille, "eau")
    camille.write("Well")
    editor = camille.form.fields.rows["pictures"].editor
    assert isinstance(editor, PhotoEditor)
    editor.add([tmp_path / "a.png"])
    camille.form.extras.add([tmp_path / "b.png"])
    camille.click(camille.form.save)
    camille.until_told("2 photos are added to “Well”")
    assert sorted(photo.field for photo in camille.place("Well").photos) == ["", "pictures"]
    words = [photo_words(p, camille.window.theme) for p in camille.place("Well").photos]
    assert sorted(words) == ["Photo by Camille", "Photos · Camille"]
    camille.window.commands.undo()
    camille.until(lambda: not camille.place("Well").photos)


def test_a_first_reading_comes_with_the_place(aicha: AtTheWindow) -> None:
    begin(aicha, "eau")
    aicha.write("Station")
    aicha.form.fields.show_all()
    editor = aicha.form.fields.rows["no2"].editor
    assert isinstance(editor, MeasureEditor)
    editor.line.setText("0,0185 mg/m³")
    editor.when.setText("12/03/2026 8h30")
    aicha.click(aicha.form.save)
    aicha.until_told("“Station” is on the map")
    aicha.settle()
    place = aicha.place("Station").id
    assert aicha.window.lanes is not None
    read = aicha.window.lanes.read(lambda reader: reader.readings(place, "no2")).result()
    assert list(read.values) == [18.5]
    assert list(read.times) == [round(datetime(2026, 3, 12, 8, 30).timestamp())]
