"""The card of a place: what is known, and what can be done with it, with a way back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from shiboken6 import isValid

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.widgets.marks import Badge
from collabmap.ui.widgets.text import Text

OpenWindow = Callable[[Device], AtTheWindow]
FOUNTAIN = "Fontaine des Moulins"
MARKET = "Marché de la Condamine"


def words(person: AtTheWindow) -> str:
    """Everything that the panel says."""
    return " | ".join(t.text() for t in person.card.findChildren(Text) if t.isVisible())


def add(person: AtTheWindow, name: str) -> None:
    """Add a place by keyboard and wait until it is listed."""
    person.ctrl(Qt.Key.Key_N)
    person.press(Qt.Key.Key_Return)
    person.press(Qt.Key.Key_Space)
    person.write(name)
    person.press(Qt.Key.Key_Return)
    person.until_told(name)
    person.until(lambda: name in person.names)


def test_the_card_says_what_who_and_what_became_of_it(aicha: AtTheWindow) -> None:
    card = aicha.open_card("Marché de la Condamine")
    assert card.title.text() == "Marché de la Condamine"
    assert "Shops" in words(aicha)
    assert "Camille" in words(aicha)
    assert "Le matin." in words(aicha)
    assert card.findChild(Badge).accessibleName() == "Accepted"
    assert aicha.window.map.selected == card.feature


def test_a_click_on_a_mark_opens_its_card_and_the_list_comes_back(aicha: AtTheWindow) -> None:
    place = aicha.place(FOUNTAIN)
    aicha.window.map.mark_clicked.emit(place.id)
    aicha.until(lambda: aicha.card.title.text() == FOUNTAIN)
    aicha.press(Qt.Key.Key_Escape)
    assert aicha.window.map.selected is None
    aicha.until(lambda: len(aicha.names) == 3)


def test_another_mark_fills_the_same_card(aicha: AtTheWindow) -> None:
    aicha.open_card(FOUNTAIN)
    aicha.window.map.mark_clicked.emit(aicha.place("Marché de la Condamine").id)
    aicha.until(lambda: aicha.card.title.text() == "Marché de la Condamine")
    assert aicha.window.panel_host.names == ["browse", "place"]


def test_an_edit_changes_only_what_was_changed(camille: AtTheWindow) -> None:
    before = camille.place(FOUNTAIN)
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Edit"))
    camille.form.name.setText("Fontaine")
    camille.click(camille.button("Save the changes"))
    camille.until_told("“Fontaine” is changed")
    after = camille.place("Fontaine")
    assert (after.tags, after.category) == (before.tags, before.category)
    assert (after.lng, after.lat) == (before.lng, before.lat)


def test_saving_without_a_change_writes_nothing(camille: AtTheWindow) -> None:
    changed = camille.place(FOUNTAIN).changed_ms
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Edit"))
    camille.click(camille.button("Save the changes"))
    assert camille.card.title.text() == FOUNTAIN
    camille.settle()
    assert camille.place(FOUNTAIN).changed_ms == changed
    assert not camille.told


def test_an_edit_does_not_take_away_what_came_meanwhile(camille: AtTheWindow) -> None:
    """Somebody's words that arrive while the form is open stay beside those of the form."""
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Edit"))
    shown = camille.form.place
    assert shown is not None
    camille.meanwhile(lambda session: session.edit(shown, {"name": "Fontaine (Jo)"}))
    camille.form.name.setText("Fontaine (Camille)")
    camille.click(camille.button("Save the changes"))
    camille.until_told("is changed")
    place = next(p for p in camille.places() if p.name.startswith("Fontaine ("))
    values = {place.name, *(str(s.value) for s in place.siblings)}
    assert values == {"Fontaine (Jo)", "Fontaine (Camille)"}


def test_both_values_of_a_disagreement_are_shown_with_their_author(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    shown = camille.card.place
    assert shown is not None
    for name in ("Fontaine A", "Fontaine B"):
        camille.meanwhile(lambda s, n=name: s.edit(shown, {"name": n}))
    camille.until(lambda: "Also suggested" in words(camille))
    assert {"Fontaine A", "Fontaine B"} <= set(
        words(camille).replace("Its name: ", "").split(" | ")
    )
    badges = [b.accessibleName() for b in camille.card.findChildren(Badge)]
    assert "Disagreement" in badges


def test_an_edit_of_anothers_place_is_announced_as_a_suggestion(aicha: AtTheWindow) -> None:
    card = aicha.open_card(FOUNTAIN)
    assert card.warning.text() == "Your changes are suggestions: a coordinator decides."
    aicha.click(aicha.button("Edit"))
    aicha.form.name.setText("Fontaine")
    aicha.click(aicha.button("Save the changes"))
    aicha.until_told("is changed")
    assert aicha.state_of("Fontaine") is FeatureState.CHANGE_PROPOSED


def test_deleting_ones_own_new_place_takes_it_off_the_map(aicha: AtTheWindow) -> None:
    add(aicha, "Platane")
    aicha.open_card("Platane")
    aicha.click(aicha.button("Delete"))
    aicha.until_told("“Platane” is off the map")
    aicha.until(lambda: sorted(aicha.names) == sorted(p.name for p in aicha.places()))
    assert "Platane" not in aicha.names


def test_deleting_anothers_place_is_a_suggestion_that_waits(aicha: AtTheWindow) -> None:
    aicha.open_card(FOUNTAIN)
    aicha.click(aicha.button("Delete"))
    _kind, _title, hint = aicha.until_told(f"You suggest to delete “{FOUNTAIN}”")
    assert hint == "A coordinator will decide."
    assert aicha.state_of(FOUNTAIN) is FeatureState.DELETE_PROPOSED
    aicha.until(lambda: aicha.card.findChild(Badge).accessibleName() == "Deletion")


def test_a_deletion_is_undone_from_its_message(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Delete"))
    camille.until_told("is off the map")
    camille.click(camille.button("Undo"))
    camille.until_told(f"“{FOUNTAIN}” is back")
    camille.until(lambda: FOUNTAIN in camille.names)


def test_a_comment_stands_below_the_place_with_its_author(aicha: AtTheWindow) -> None:
    card = aicha.open_card(FOUNTAIN)
    assert not card.comment_button.isEnabled()
    card.comment.setFocus()
    aicha.write("Elle coule encore ?")
    aicha.click(card.comment_button)
    aicha.until(lambda: "Elle coule encore ?" in words(aicha))
    assert aicha.place(FOUNTAIN).comments[0].author_name == "Aïcha"
    aicha.until(lambda: aicha.card.comment.toPlainText() == "")


def test_a_comment_half_written_outlives_news_about_its_place(camille: AtTheWindow) -> None:
    card = camille.open_card(FOUNTAIN)
    card.comment.setFocus()
    camille.write("Je crois que")
    shown = card.place
    assert shown is not None
    camille.meanwhile(lambda s: s.edit(shown, {"name": "Fontaine"}))
    camille.until(lambda: camille.card.title.text() == "Fontaine")
    assert camille.card.comment.toPlainText() == "Je crois que"
    camille.write(" oui")
    assert camille.card.comment.toPlainText() == "Je crois que oui", "the keyboard is still there"


def test_a_comment_half_written_waits_at_its_place_for_who_began_it(
    camille: AtTheWindow, device: Device, town: Path, open_window: OpenWindow
) -> None:
    card = camille.open_card(FOUNTAIN)
    card.comment.setFocus()
    camille.write("Je crois que")
    camille.window.commands.open_place(camille.place(MARKET).id)
    camille.until(lambda: camille.card.title.text() == MARKET)
    camille.settle()
    assert camille.card.comment.toPlainText() == ""
    camille.window.commands.clear_selection()
    camille.open_card(FOUNTAIN)
    assert camille.card.comment.toPlainText() == "Je crois que"
    camille.window.preferences.set_language("fr")
    camille.settle()
    assert camille.card.comment.toPlainText() == "Je crois que"
    camille.window.front.show_welcome(again=True)
    camille.say_name("Inès")
    camille.open_card(FOUNTAIN)
    assert camille.card.comment.toPlainText() == "", "it is not hers"
    assert camille.window.person is not None
    before = next(iter(camille.window.words._kept)).split()[0]
    camille.window.front.switch_person(bytes.fromhex(before))
    camille.settle()
    camille.window.close()
    again = open_window(device)
    again.open(town)
    again.open_card(FOUNTAIN)
    assert again.card.comment.toPlainText() == "Je crois que"
    again.click(again.card.comment_button)
    again.until(lambda: again.card.comment.toPlainText() == "")
    assert [comment.text for comment in again.place(FOUNTAIN).comments] == ["Je crois que"]


def test_moving_by_arrows_writes_the_new_position(camille: AtTheWindow) -> None:
    before = camille.place(FOUNTAIN)
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Move"))
    assert not camille.button("Keep it here").isEnabled()
    camille.press(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    camille.click(camille.button("Keep it here"))
    camille.until_told(f"“{FOUNTAIN}” is moved")
    after = camille.place(FOUNTAIN)
    assert after.lat > before.lat
    assert after.lng == pytest.approx(before.lng, abs=1e-6)


def test_a_move_that_is_given_up_moves_nothing(camille: AtTheWindow) -> None:
    before = camille.place(FOUNTAIN)
    camille.open_card(FOUNTAIN)
    camille.click(camille.button("Move"))
    camille.press(Qt.Key.Key_Up)
    camille.press(Qt.Key.Key_Escape)
    assert camille.button("Edit").isVisible()
    camille.settle()
    assert camille.place(FOUNTAIN).geometry_wkb == before.geometry_wkb


def test_a_private_contact_is_told_of_but_not_shown_to_others(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    session = Session.open(town, device)
    view = next(
        v for row in session.reader.places()[0] if (v := session.reader.place(row.id)) is not None
    )
    session.edit(view, {"contact": "06 12 34 56 78"})
    bundle = session.give_back(tmp_path / "back.cmbundle").path
    session.close()
    aicha.open_card(view.name)
    aicha.meanwhile(lambda s: s.merge([bundle]))
    aicha.until(lambda: "only coordinators can read it" in words(aicha))
    assert "06 12" not in words(aicha)


def test_a_coordinator_reads_the_private_contact(camille: AtTheWindow) -> None:
    shown = camille.open_card(FOUNTAIN).place
    assert shown is not None
    camille.meanwhile(lambda s: s.edit(shown, {"contact": "06 12 34 56 78"}))
    camille.until(lambda: "06 12 34 56 78" in words(camille))


def test_a_place_that_goes_while_its_card_is_open_closes_it(camille: AtTheWindow) -> None:
    shown = camille.open_card(FOUNTAIN).place
    assert shown is not None
    camille.meanwhile(lambda s: s.delete(shown))
    camille.until(lambda: camille.window.panel_host.current_name == "browse")


def test_a_place_out_of_view_is_flown_to(camille: AtTheWindow) -> None:
    camille.window.map.fly_to(7.40, 43.72, 17.0)
    camille.until(lambda: not camille.rows)
    place = camille.place(FOUNTAIN)
    camille.window.commands.open_place(place.id)
    camille.until(lambda: camille.window.map.bbox().contains(place.lng, place.lat))
    assert camille.window.map.centre() == pytest.approx(LngLat(place.lng, place.lat), abs=1e-6)


def test_a_deletion_is_told_with_its_way_back_though_the_card_went_first(
    camille: AtTheWindow,
) -> None:
    card = camille.open_card(FOUNTAIN)
    with camille.busy():
        camille.click(camille.button("Delete"))
        camille.press(Qt.Key.Key_Escape)
        camille.until(lambda: not isValid(card))
    camille.until_told(f"“{FOUNTAIN}” is off the map")
    camille.click(camille.button("Undo"))
    camille.until_told(f"“{FOUNTAIN}” is back")
