"""Undo and saving: everything can be taken back, and everything is saved already."""

from pathlib import Path

from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.widgets.popover import MenuRow

FOUNTAIN = "Fontaine des Moulins"


def add(person: AtTheWindow, name: str) -> None:
    person.meanwhile(lambda s: s.add(PlaceDraft(name, "eau", 7.421, 43.733)))
    person.until(lambda: name in person.names)


def test_ctrl_z_takes_a_new_place_back(aicha: AtTheWindow) -> None:
    add(aicha, "Puits")
    aicha.ctrl(Qt.Key.Key_Z)
    kind, _title, _hint = aicha.until_told("“Puits” is off the map again")
    assert kind == "done"
    aicha.until(lambda: "Puits" not in aicha.names)


def test_ctrl_z_goes_back_step_by_step(camille: AtTheWindow) -> None:
    shown = camille.place(FOUNTAIN)
    camille.meanwhile(lambda s: s.edit(shown, {"name": "Fontaine"}))
    add(camille, "Puits")
    camille.ctrl(Qt.Key.Key_Z)
    camille.until_told("“Puits” is off the map again")
    camille.ctrl(Qt.Key.Key_Z)
    camille.until_told("The changes to “Fontaine” are undone")
    assert any(place.name == FOUNTAIN for place in camille.places())


def test_the_actions_say_what_they_would_do(camille: AtTheWindow) -> None:
    undo, redo = (camille.window.actions_table[name] for name in ("undo", "redo"))
    camille.until(lambda: undo.text() == "Undo: add “Bibliothèque Louis Notari”")
    shown = camille.place(FOUNTAIN)
    camille.meanwhile(lambda s: s.edit(shown, {"position": LngLat(7.42, 43.74)}))
    camille.until(lambda: undo.text() == f"Undo: move “{FOUNTAIN}”")
    assert undo.toolTip().startswith(f"Undo: move “{FOUNTAIN}” (")
    assert not redo.isEnabled()
    camille.ctrl(Qt.Key.Key_Z)
    camille.until_told(f"“{FOUNTAIN}” is back where it was")
    camille.until(lambda: redo.text() == f"Redo: move “{FOUNTAIN}”")
    camille.window.commands.open_menu()
    row = next(r for r in camille.window.findChildren(MenuRow) if r.text() == redo.text())
    camille.click(row)
    camille.until_told(f"Done again: move “{FOUNTAIN}”")
    camille.until(lambda: undo.text().startswith("Undo: move") and not redo.isEnabled())
    assert camille.place(FOUNTAIN).lat == 43.74


def test_nothing_is_offered_where_nothing_was_done(aicha: AtTheWindow) -> None:
    for name, words in (("undo", "Undo"), ("redo", "Redo")):
        action = aicha.window.actions_table[name]
        assert (action.text(), action.isEnabled()) == (words, False)


def test_both_keys_do_again_what_was_undone(aicha: AtTheWindow) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    add(aicha, "Puits")
    for again in (lambda: aicha.press(Qt.Key.Key_Z, both), lambda: aicha.ctrl(Qt.Key.Key_Y)):
        aicha.until(lambda: aicha.window.actions_table["undo"].isEnabled())
        aicha.ctrl(Qt.Key.Key_Z)
        aicha.until(lambda: aicha.window.actions_table["redo"].isEnabled())
        aicha.until(lambda: "Puits" not in aicha.names)
        again()
        aicha.until(lambda: "Puits" in aicha.names)


def test_the_words_follow_the_language(aicha: AtTheWindow) -> None:
    add(aicha, "Puits")
    aicha.until(lambda: "Puits" in aicha.window.actions_table["undo"].text())
    aicha.window.preferences.set_language("fr")
    aicha.settle()
    assert "Puits" in aicha.window.actions_table["undo"].text()
    assert aicha.window.actions_table["undo"].isEnabled()


def test_what_somebody_else_has_changed_since_is_not_undone(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    add(aicha, "Puits")
    bundle, answer = tmp_path / "aicha.cmbundle", tmp_path / "answer.cmbundle"
    aicha.meanwhile(lambda s: s.send(bundle))
    coordinator = Session.open(town, device)
    coordinator.merge([bundle])
    (item,) = coordinator.reader.review_items()
    coordinator.accept(item)
    coordinator.give_back(answer)
    coordinator.close()
    aicha.meanwhile(lambda s: s.merge([answer]))
    aicha.ctrl(Qt.Key.Key_Z)
    kind, _title, hint = aicha.until_told("Somebody else has changed this place since.")
    assert kind == "warning"
    assert "nothing was undone" in hint
    assert aicha.place("Puits").is_published


def test_ctrl_z_in_a_field_takes_back_typing_and_nothing_else(aicha: AtTheWindow) -> None:
    add(aicha, "Puits")
    aicha.ctrl(Qt.Key.Key_F)
    aicha.write("lavoir")
    aicha.ctrl(Qt.Key.Key_Z)
    assert aicha.browse.search.text() != "lavoir"
    aicha.ctrl(Qt.Key.Key_Y)
    assert aicha.browse.search.text() == "lavoir"
    aicha.settle()
    assert any(place.name == "Puits" for place in aicha.places())


def test_ctrl_s_says_that_everything_is_saved(aicha: AtTheWindow) -> None:
    aicha.ctrl(Qt.Key.Key_S)
    kind, title, _hint = aicha.told[-1]
    assert (kind, title) == ("done", "Everything is already saved")
