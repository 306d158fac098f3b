"""What somebody changes of a place is kept as it is typed, and only that."""

from typing import Any

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.domain.definitions import FIELD
from collabmap.store.device import Device
from collabmap.ui.fields.lines import LineEditor
from collabmap.ui.kept_edits import EDITS, KeptEdits
from collabmap.ui.panels.place_card import PlaceCard

NAME = "Fontaine des Moulins"
SAID = {
    (FIELD, "seats"): {"type": "number", "label_en": "Seats", "label_fr": "Places", "order": -2.0},
    (FIELD, "owner"): {
        "type": "phone", "label_en": "Telephone", "label_fr": "Téléphone", "is_private": True,
        "order": -1.0,
    },
}  # fmt: skip
BEGUN = "You had begun to change this place"


@pytest.fixture
def camille(camille: AtTheWindow) -> AtTheWindow:
    """The coordinator, whose map asks for seats and, in private, for a telephone."""
    camille.meanwhile(lambda session: session.define(SAID))
    camille.until(lambda: camille.window.theme.field("owner") is not None)
    return camille


def line(person: AtTheWindow, field: str) -> LineEditor:
    editor = person.form.fields.rows[field].editor
    assert isinstance(editor, LineEditor)
    return editor


def type_into(person: AtTheWindow, field: str, text: str) -> None:
    """Type over what stands in a line."""
    widget = line(person, field).line
    widget.setFocus()
    person.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    person.write(text)


def edit(person: AtTheWindow, name: str = NAME) -> None:
    """Open the form of a place: of the one whose card is open, or from the list."""
    person.settle()
    if not isinstance(person.window.panel_host.current, PlaceCard):
        person.open_card(name)
    person.until(lambda: person.card.place is not None and person.card.place.name == name)
    person.click(person.card.edit)


def write_name(person: AtTheWindow, name: str) -> None:
    person.form.name.setFocus()
    person.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    person.write(name)


def lose_power(person: AtTheWindow, device: Device) -> None:
    """Let the window be gone without a word: the next one has what this device kept."""
    assert person.window.info is not None
    person.settle()
    project = bytes.fromhex(person.window.info.project_id_hex)
    kept = device.note(project, EDITS, {})
    person.window.placing.close()
    person.window.placing.edits = KeptEdits(person.window)
    person.window.placing.edits.take(kept)


def kept_on(person: AtTheWindow, device: Device) -> dict[str, Any]:
    """Return what this device keeps of the person in force: {part: value}."""
    assert person.window.info is not None
    assert person.window.person is not None
    project = bytes.fromhex(person.window.info.project_id_hex)
    own = device.note(project, EDITS, {}).get(person.window.person.id.hex(), {})
    return {part: value for each in own.values() for part, value in each["mine"].items()}


def test_what_is_typed_over_a_place_outlives_the_window(
    camille: AtTheWindow, device: Device
) -> None:
    edit(camille)
    write_name(camille, "Grande fontaine")
    type_into(camille, "seats", "beaucoup")
    type_into(camille, "owner", "06 12 34 56 78")
    lose_power(camille, device)
    edit(camille)
    assert camille.window.messages.texts == [BEGUN]
    assert camille.form.name.text() == "Grande fontaine"
    assert line(camille, "seats").line.text() == "beaucoup"
    assert line(camille, "owner").line.text() == "06 12 34 56 78"
    type_into(camille, "seats", "12,5")
    camille.click(camille.form.save)
    camille.until_told("is changed")
    place = camille.place("Grande fontaine")
    assert place.values == {"seats": 12.5, "owner": "06 12 34 56 78"}
    camille.settle()
    assert kept_on(camille, device) == {}


def test_only_what_differs_is_kept(camille: AtTheWindow, device: Device) -> None:
    edit(camille)
    type_into(camille, "seats", "3")
    camille.settle()
    assert kept_on(camille, device) == {"f:seats": 3}
    camille.press(Qt.Key.Key_Backspace)
    camille.settle()
    assert kept_on(camille, device) == {}


def test_what_others_wrote_meanwhile_is_said_and_stays(
    camille: AtTheWindow, device: Device
) -> None:
    edit(camille)
    write_name(camille, "Grande fontaine")
    lose_power(camille, device)
    place = camille.place(NAME)
    camille.meanwhile(
        lambda session: session.edit(place, {"name": "Fontaine", "description": "Potable."})
    )
    edit(camille, "Fontaine")
    _kind, _title, hint = camille.until_told(BEGUN)
    assert hint == "Changed by others since: name. “Start again” shows what they wrote."
    assert camille.form.changes() == {"name": "Grande fontaine"}
    camille.click(camille.button("Start again"))
    assert camille.form.name.text() == "Fontaine"
    assert camille.form.changes() == {}


def test_cancel_leaves_it_as_it_was_and_can_be_taken_back(
    camille: AtTheWindow, device: Device
) -> None:
    edit(camille)
    write_name(camille, "Grande fontaine")
    camille.click(camille.form.cancel)
    camille.until_told(f"“{NAME}” is as it was")
    camille.settle()
    assert kept_on(camille, device) == {}
    camille.click(camille.button("Go on changing it"))
    assert camille.form.name.text() == "Grande fontaine"
    camille.click(camille.form.save)
    camille.until_told("“Grande fontaine” is changed")


def test_nothing_is_said_where_nothing_was_changed(camille: AtTheWindow) -> None:
    edit(camille)
    camille.press(Qt.Key.Key_Escape)
    camille.settle()
    edit(camille)
    assert camille.window.messages.texts == []


def test_what_was_begun_belongs_to_the_person_who_began_it(
    aicha: AtTheWindow, resident_device: Device
) -> None:
    first = aicha.window.person
    assert first is not None
    edit(aicha)
    write_name(aicha, "Grande fontaine")
    aicha.window.front.show_welcome(again=True)
    aicha.say_name("Marcel")
    edit(aicha)
    assert aicha.form.name.text() == NAME
    assert kept_on(aicha, resident_device) == {}
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.window.messages.texts == []
    aicha.window.front.switch_person(first.id)
    aicha.until(lambda: aicha.window.person == first)
    edit(aicha)
    assert aicha.form.name.text() == "Grande fontaine"


def test_another_language_keeps_what_is_typed(camille: AtTheWindow) -> None:
    edit(camille)
    write_name(camille, "Grande fontaine")
    go_on = camille.window.placing.suspend()
    assert go_on is not None
    go_on()
    assert camille.form.name.text() == "Grande fontaine"
    assert camille.form.changes() == {"name": "Grande fontaine"}
    assert camille.window.messages.texts == []
