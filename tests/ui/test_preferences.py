"""Language, text size and theme: changed at once, kept for the next time, nothing is lost."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from collabmap.app.words import language
from collabmap.store.device import Device
from collabmap.ui import look, preferences
from collabmap.ui.widgets.popover import MenuRow
from collabmap.ui.widgets.tiles import Tile


def choose(person: AtTheWindow, words: str) -> None:
    """Open the menu and press one of its choices."""
    person.click(person.window.top_bar.menu)
    button = next(b for b in person.buttons() if b.text() == words)
    person.click(button)
    person.settle()


def test_a_change_of_language_keeps_the_map_and_its_view(camille: AtTheWindow) -> None:
    camille.window.map.fly_to(7.4210, 43.7335, 17.0)
    camera = camille.window.map.camera
    choose(camille, "Français")
    assert language() == "fr"
    assert camille.window.map.camera.centre == pytest.approx(camera.centre, abs=1e-7)
    assert camille.window.map.zoom() == camera.zoom
    labels = [tile.text() for tile in camille.browse.findChildren(Tile)]
    assert "Se déplacer" in labels
    camille.until(lambda: bool(camille.names))


def test_a_change_of_language_keeps_the_form(aicha: AtTheWindow) -> None:
    aicha.do("add_place")
    aicha.click_map(400, 300)
    aicha.form.tiles.choose("eau")
    aicha.form.name.setText("Fontaine")
    position = aicha.form.position
    choose(aicha, "Français")
    assert aicha.form.name.text() == "Fontaine"
    assert aicha.form.tiles.chosen() == "eau"
    assert aicha.form.position == position


def test_a_change_of_language_keeps_the_card(camille: AtTheWindow) -> None:
    feature = camille.open_card("Fontaine des Moulins").feature
    choose(camille, "Français")
    camille.until(lambda: camille.card.title.text() == "Fontaine des Moulins")
    assert camille.window.map.selected == feature


def test_the_welcome_speaks_both_languages_and_keeps_the_name(newcomer: AtTheWindow) -> None:
    newcomer.write("Marcel")
    newcomer.click(newcomer.button("Français"))
    welcome = newcomer.window.front.welcome
    assert welcome is not None
    assert language() == "fr"
    assert welcome.name.text() == "Marcel"
    assert newcomer.button("English").isVisible()


def test_the_start_page_speaks_both_languages(start: AtTheWindow) -> None:
    start.click(start.button("Français"))
    assert start.window.front.start is not None
    assert start.button("English").isVisible()


def test_the_language_is_kept_for_the_next_time(camille: AtTheWindow, device: Device) -> None:
    choose(camille, "Français")
    assert device.get("language") == "fr"


def test_qts_own_buttons_speak_french_too() -> None:
    preferences.speak("fr")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Annuler"
    preferences.speak("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_larger_text_makes_words_and_targets_larger(newcomer: AtTheWindow) -> None:
    welcome = newcomer.window.front.welcome
    assert welcome is not None
    before = welcome.start.height()
    newcomer.click(newcomer.button("Larger text"))
    welcome = newcomer.window.front.welcome
    assert welcome is not None
    assert welcome.start.height() == round(before * 1.2)
    newcomer.click(newcomer.button("Larger text"))
    assert look.signals().text_scale == 1.45
    newcomer.click(newcomer.button("Larger text"))
    assert look.signals().text_scale == 1.0


def test_a_theme_is_put_in_force_and_kept(camille: AtTheWindow, device: Device) -> None:
    choose(camille, "Dark")
    assert look.tokens().name == "dark"
    assert device.get("theme") == "dark"
    camille.click(camille.window.top_bar.menu)
    pressed = [b.text() for b in camille.buttons() if b.isCheckable() and b.isChecked()]
    assert "Dark" in pressed


def test_what_was_chosen_is_in_force_at_the_next_start(tmp_path: Path) -> None:
    device = Device(tmp_path / "device")
    device.set("language", "fr")
    device.set("theme", "dark")
    device.set("text_scale", 1.2)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    preferences.put_in_force(app, device)
    assert (language(), look.tokens().name, look.signals().text_scale) == ("fr", "dark", 1.2)
    device.set("theme", "of-a-newer-version")
    device.set("text_scale", 7.0)
    preferences.put_in_force(app, device)
    assert look.signals().text_scale == 1.0
    device.close()
    look.apply(app, "light", 1.0)
    preferences.speak("en")


def test_the_menu_holds_the_ways_out_and_in(camille: AtTheWindow) -> None:
    camille.click(camille.window.top_bar.menu)
    rows = [row.text() for row in camille.popover.findChildren(MenuRow)]
    assert [row for row in rows if not row.startswith(("Undo", "Redo"))] == [
        "My contributions",
        "Links",
        "Measure",
        "I walked here",
        "A folder of photos",
        "Send my contribution",
        "Receive contributions",
        "Give the map back",
        "Hand out a copy",
        "Share the work",
        "Export GeoJSON",
        "What was merged",
        "Recently deleted",
        "Decisions and figures",
        "Receipts",
        "Base maps",
        "People and computers",
        "Glides on after a drag",
        "Shows where the pointer is",
        "Event mode",
        "Keys of this screen",
        "Open another map",
    ]


def test_a_residents_menu_has_no_coordinators_verbs(aicha: AtTheWindow) -> None:
    aicha.click(aicha.window.top_bar.menu)
    rows = [row.text() for row in aicha.popover.findChildren(MenuRow)]
    assert "Give the map back" not in rows
    assert "Hand out a copy" not in rows
    assert "Send my contribution" in rows
