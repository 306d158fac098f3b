"""A theme that grows while the window is open: everything that shows it follows."""

from pathlib import Path

from at_the_window import AtTheWindow

from collabmap.app.session import Session
from collabmap.app.settings import DEFAULT_THEME
from collabmap.domain.definitions import CATEGORY, FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.widgets.popover import MenuRow

DOGS = {"label_fr": "Chiens", "label_en": "Dogs", "icon": "dog", "hue": "#87703B", "order": 0.5}


def define(person: AtTheWindow, said: dict[tuple[str, str], dict[str, object]]) -> None:
    person.window.tasks.write(lambda session: session.define(said), lambda _effect: None)
    person.settle()


def test_a_new_category_is_offered_at_once_and_drawn_on_the_map(camille: AtTheWindow) -> None:
    heard: list[object] = []
    camille.window.theme_changed.connect(heard.append)
    define(camille, {(CATEGORY, "dogs"): DOGS})
    assert next(tile.text() for tile in camille.browse.tiles.tiles) == "Dogs"
    assert heard == [camille.window.theme]
    assert camille.window.map.theme.knows("dogs")


def test_a_renamed_category_is_renamed_in_the_list(camille: AtTheWindow) -> None:
    assert camille.browse.list.places.theme.category("eau").label_en == "Water"
    define(camille, {(CATEGORY, "eau"): {"label_en": "Fountains"}})
    assert camille.browse.list.places.theme.category("eau").label_en == "Fountains"


def test_a_form_that_is_open_gains_the_new_field_and_keeps_what_is_typed(
    camille: AtTheWindow,
) -> None:
    camille.do("add_place")
    camille.click_map(400, 300)
    camille.settle()
    camille.form.choose_category("eau")
    camille.form.name.setText("Fontaine du")
    camille.form.name.setFocus()
    said = {
        "type": "yes_no",
        "label_fr": "Potable ?",
        "label_en": "Drinkable?",
        "categories": ["eau"],
    }
    define(camille, {(FIELD, "drinkable"): said})
    assert "drinkable" in camille.form.fields.rows
    assert camille.form.name.text() == "Fontaine du"
    assert camille.form.name.hasFocus()
    assert camille.form.tiles.chosen() == "eau"


def test_what_a_coordinator_defined_elsewhere_comes_with_a_merge(
    aicha: AtTheWindow, device: Device, town: Path, tmp_path: Path
) -> None:
    session = Session.open(town, device)
    session.define({(CATEGORY, "dogs"): DOGS})
    bundle = session.give_back(tmp_path / "back.cmbundle").path
    session.close()
    aicha.meanwhile(lambda s: s.merge([bundle]))
    aicha.until(lambda: aicha.window.theme.knows("dogs"))
    assert next(tile.text() for tile in aicha.browse.tiles.tiles) == "Dogs"


def test_a_new_place_leaves_the_theme_alone(camille: AtTheWindow) -> None:
    heard: list[object] = []
    camille.window.theme_changed.connect(heard.append)
    draft = PlaceDraft("Lavoir", "eau", 7.42, 43.733)
    camille.window.tasks.write(lambda session: session.add(draft), lambda _id: None)
    camille.settle()
    assert not heard


def test_a_new_map_begins_with_the_theme_that_is_chosen(start: AtTheWindow, tmp_path: Path) -> None:
    page = start.window.front.start
    assert page is not None
    page.set_folder(tmp_path)
    start.click(page.new)
    start.until(lambda: page.theme.label.accessibleName() != "")
    assert page.theme.name == DEFAULT_THEME
    start.click(page.theme.button)
    rows = start.popover.findChildren(MenuRow)
    start.click(next(row for row in rows if row.text() == "Air quality"))
    assert "Air quality" in page.theme.label.accessibleName()
    page.name.setText("Notre air")
    page.person.setText("Camille")
    start.click(page.create_button)
    start.until(lambda: start.window.info is not None)
    start.settle()
    assert start.window.theme.id == "qualite-air"
