"""The card of a proposal: part by part, edited on the spot, before and after on the map."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from pictures import encoded, telling
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_card import ReviewCard
from collabmap.ui.panels.review_parts import PhotoPart, TagsRow
from collabmap.ui.widgets.take_box import TakeBox

KEY = Qt.Key
MARKET = "Marché de la Condamine"
HALL = "Halle de la Condamine"
OPENED = "Le matin, sauf le lundi."
THERE = LngLat(7.4199, 43.7328)


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def aicha_sends(
    resident_device: Device, town: Path, device: Device, tmp_path: Path
) -> Iterator[Session]:
    """Aïcha's session: she has changed the market in all its parts, and added a bench."""
    project = next((tmp_path / "copy").glob("*.collabmap"))
    aicha = Session.open(project, resident_device)
    aicha.begin_person("Aïcha")
    aicha.edit(
        view_of(aicha, MARKET),
        {"name": HALL, "description": OPENED, "position": THERE, "tags": ("bio", "samedi")},
    )
    aicha.add_photo(view_of(aicha, HALL), encoded(telling(16, 12), "jpg"), "La halle")
    aicha.add(PlaceDraft("Banc", "nature", 7.4201, 43.7331, "Sous le platane."))
    with closing(Session.open(town, device)) as session:
        session.merge([aicha.send(tmp_path / "a").path])
    yield aicha
    aicha.close()


@pytest.fixture
def reviewer(
    aicha_sends: Session, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> AtTheWindow:
    """Camille before the market's card."""
    person = open_window(device)
    person.open(town)
    person.do("review")
    person.settle()
    go_to(person, HALL)
    return person


def panel_of(person: AtTheWindow) -> ReviewPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel), panel
    return panel


def card_of(person: AtTheWindow) -> ReviewCard:
    face = panel_of(person).face
    assert isinstance(face, ReviewCard), face
    return face


def go_to(person: AtTheWindow, name: str) -> None:
    panel = panel_of(person)
    panel.show_item(next(row.id for row in panel.order.rows.values() if row.name == name))
    person.until(lambda: panel.item is not None and panel.item.name == name)
    person.settle()


def press(person: AtTheWindow, *keys: Qt.Key) -> None:
    for key in keys:
        person.until(lambda: panel_of(person).may_decide())
        person.press(key)


def boxes(person: AtTheWindow) -> dict[str, bool]:
    """What can be taken, in the order of the digits, and whether it is."""
    found = [row.take for row in card_of(person).body.rows]
    return {box.accessibleName(): box.isChecked() for box in found if box is not None}


def names(person: AtTheWindow) -> set[str]:
    """The names of what waits."""
    return {row.name for row in panel_of(person).order.rows.values()}


def accept(person: AtTheWindow) -> None:
    name = panel_of(person).here.name
    press(person, KEY.Key_A)
    person.settle()
    assert name not in names(person)


def test_each_part_has_its_digit_and_is_taken_at_first(reviewer: AtTheWindow) -> None:
    assert boxes(reviewer) == {
        "Take: Name": True,
        "Take: A few words": True,
        "Take: Keywords": True,
        "Take: Position": True,
        "Take: Photo added": True,
    }
    assert card_of(reviewer).decide.accept.text() == "Accept"
    assert card_of(reviewer).decide.hint.accessibleName() == "Field by field: keys 1 to 5"


def test_what_is_left_out_by_its_digit_is_not_published(
    reviewer: AtTheWindow, aicha_sends: Session, tmp_path: Path
) -> None:
    # On a French keyboard the key of 4 gives ' without Shift.
    press(reviewer, KEY.Key_1, KEY.Key_Apostrophe)
    assert [name for name, taken in boxes(reviewer).items() if not taken] == [
        "Take: Name",
        "Take: Position",
    ]
    assert card_of(reviewer).decide.accept.text() == "Accept 3/5"
    assert card_of(reviewer).decide.accept.accessibleName() == "Accept 3 of 5"
    accept(reviewer)
    market = reviewer.place(MARKET)
    assert (market.description, market.tags, len(market.photos)) == (OPENED, ("bio", "samedi"), 1)
    assert (round(market.lng, 4), round(market.lat, 4)) == (7.4195, 43.7326)
    assert reviewer.window.lanes is not None
    back = reviewer.window.lanes.write(lambda s: s.give_back(tmp_path / "back").path).result(5)
    report = aicha_sends.merge([back])
    assert [(v.word, v.reason) for v in report.verdicts] == [
        ("accept", "Not taken: name, position.")
    ]
    [mine] = [row for row in aicha_sends.reader.mine(aicha_sends.person.id) if "change" in row.what]
    assert (mine.state, mine.edited) == ("accepted", ("geometry", "name"))
    assert (mine.edited_by, mine.reason) == ("Camille", "Not taken: name, position.")


def test_one_keyword_alone_is_left_out(reviewer: AtTheWindow) -> None:
    [row] = card_of(reviewer).findChildren(TagsRow)
    reviewer.click(row.chips["samedi"])
    assert row.chips["samedi"].accessibleName() == "Keyword added: samedi (left out)"
    assert row.take.isChecked()
    press(reviewer, KEY.Key_5)
    accept(reviewer)
    assert (reviewer.place(HALL).tags, reviewer.place(HALL).photos) == (("bio",), ())


def test_a_key_takes_all_keywords_or_none(reviewer: AtTheWindow) -> None:
    [row] = card_of(reviewer).findChildren(TagsRow)
    press(reviewer, KEY.Key_3)
    assert row.left == {"tag:bio", "tag:samedi"}
    press(reviewer, KEY.Key_3)
    assert row.left == frozenset()


def test_a_photo_that_would_go_is_shown_and_can_be_kept(
    reviewer: AtTheWindow, aicha_sends: Session, tmp_path: Path
) -> None:
    accept(reviewer)
    assert reviewer.window.lanes is not None
    back = reviewer.window.lanes.write(lambda s: s.give_back(tmp_path / "back").path).result(5)
    aicha_sends.merge([back])
    hall = view_of(aicha_sends, HALL)
    aicha_sends.edit(hall, {"description": "Tous les jours."})
    aicha_sends.remove_photo(hall, hall.photos[0].element)
    path = aicha_sends.send(tmp_path / "more").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: HALL in names(reviewer))
    go_to(reviewer, HALL)
    [photo] = card_of(reviewer).findChildren(PhotoPart)
    assert photo.thumbnail.accessibleName() == "Photo taken away: La halle · Aïcha"
    press(reviewer, KEY.Key_2)
    accept(reviewer)
    hall = reviewer.place(HALL)
    assert (hall.description, len(hall.photos)) == ("Tous les jours.", 1)


def test_of_a_change_something_has_to_be_taken(reviewer: AtTheWindow) -> None:
    press(reviewer, *(getattr(KEY, f"Key_{number}") for number in range(1, 6)))
    decide = card_of(reviewer).decide
    assert not decide.accept.isEnabled()
    assert decide.hint.accessibleName() == "Nothing is taken: refuse it instead."
    press(reviewer, KEY.Key_A)
    assert panel_of(reviewer).here.name == HALL


def test_a_new_place_may_be_accepted_without_its_words(reviewer: AtTheWindow) -> None:
    go_to(reviewer, "Banc")
    assert list(boxes(reviewer)) == ["Take: A few words"]
    press(reviewer, KEY.Key_1)
    accept(reviewer)
    assert (reviewer.place("Banc").is_published, reviewer.place("Banc").description) == (True, "")


def test_a_card_is_edited_and_accepted_in_one_deed(reviewer: AtTheWindow) -> None:
    press(reviewer, KEY.Key_2, KEY.Key_E)
    fields = card_of(reviewer).fields
    reviewer.until(fields.name.hasFocus)
    assert (fields.name.text(), fields.words.toPlainText()) == (HALL, "Le matin.")
    reviewer.write("Grande halle")
    reviewer.press(KEY.Key_Return)
    reviewer.settle()
    hall = reviewer.place("Grande halle")
    assert (hall.description, hall.tags, hall.is_published) == (
        "Le matin.",
        ("bio", "samedi"),
        True,
    )
    assert hall.reason == "Not taken: a few words. Changed by the coordinator: name."
    reviewer.ctrl(KEY.Key_Z)
    reviewer.settle()
    assert (reviewer.place(HALL).description, reviewer.place(HALL).state) == (
        OPENED,
        "change_proposed",
    )


def test_letters_are_written_and_decide_nothing_while_a_card_is_edited(
    reviewer: AtTheWindow,
) -> None:
    press(reviewer, KEY.Key_E)
    reviewer.until(card_of(reviewer).fields.name.hasFocus)
    reviewer.write("Ara 12")
    assert card_of(reviewer).fields.name.text() == "Ara 12"
    card_of(reviewer).fields.name.clear()
    reviewer.press(KEY.Key_Return)
    assert "A name is missing" in card_of(reviewer).fields.name_row.error
    assert panel_of(reviewer).here.name == HALL


def test_escape_leaves_the_fields_and_keeps_what_was_written(reviewer: AtTheWindow) -> None:
    press(reviewer, KEY.Key_E)
    reviewer.until(card_of(reviewer).fields.name.hasFocus)
    reviewer.write("Halle neuve")
    reviewer.press(KEY.Key_Escape)
    assert card_of(reviewer).fields is None
    reviewer.until_told(f"What you wrote about “{HALL}” is kept")
    reviewer.until(lambda: QApplication.focusWidget() is panel_of(reviewer).list)
    go_to(reviewer, "Banc")
    go_to(reviewer, HALL)
    press(reviewer, KEY.Key_E)
    assert card_of(reviewer).fields.name.text() == "Halle neuve"


def test_the_pin_is_moved_by_keys_while_a_card_is_edited(reviewer: AtTheWindow) -> None:
    press(reviewer, KEY.Key_E)
    view = reviewer.window.map
    assert view.movable_pin == THERE
    view.setFocus()
    reviewer.press(KEY.Key_Right)
    east = view.movable_pin
    assert east.lng > THERE.lng
    card_of(reviewer).fields.name.setFocus()
    reviewer.press(KEY.Key_Return)
    reviewer.settle()
    assert reviewer.place(HALL).lng == pytest.approx(east.lng, abs=1e-6)
    assert view.movable_pin is None


def test_space_shows_before_then_after_alone_then_both(reviewer: AtTheWindow) -> None:
    overlays = reviewer.window.map._overlays
    assert overlays.move.after_text == "After: 39 m"
    press(reviewer, KEY.Key_Space)
    assert (overlays.move.before, overlays.move.after_text) == (None, "Before")
    press(reviewer, KEY.Key_Space)
    assert (overlays.move.before, overlays.move.after_text) == (None, "After")
    press(reviewer, KEY.Key_Space)
    assert overlays.move.after_text == "After: 39 m"
    assert not card_of(reviewer).decide.blink.isHidden()
    go_to(reviewer, "Banc")
    assert card_of(reviewer).decide.blink.isHidden()


def test_space_on_a_box_ticks_it(reviewer: AtTheWindow) -> None:
    box = card_of(reviewer).findChildren(TakeBox)[0]
    box.setFocus()
    press(reviewer, KEY.Key_Space)
    assert not box.isChecked()
    assert reviewer.window.map._overlays.move.before is not None


def test_h_opens_the_history_that_the_card_counts(reviewer: AtTheWindow) -> None:
    head = card_of(reviewer)._head_inside
    reviewer.until(lambda: head.history.text() == "History (2)")
    press(reviewer, KEY.Key_H)
    reviewer.settle()
    assert reviewer.popover.isVisible()


def test_a_card_stays_under_the_hand_that_writes_on_it(
    reviewer: AtTheWindow, aicha_sends: Session, tmp_path: Path
) -> None:
    press(reviewer, KEY.Key_D)
    reviewer.until(lambda: card_of(reviewer).is_asking)
    reviewer.write("Qu")
    # Its author changes it once more, and that arrives.
    aicha_sends.edit(view_of(aicha_sends, HALL), {"name": "Halle neuve"})
    sent = aicha_sends.send(tmp_path / "b").path
    reviewer.meanwhile(lambda session: session.merge([sent]))
    reviewer.settle()
    reviewer.write("and ?")
    assert card_of(reviewer).question.field.text() == "Quand ?"
    assert panel_of(reviewer).here.name == HALL
    reviewer.press(KEY.Key_Escape)
    reviewer.until(lambda: panel_of(reviewer).here.name == "Halle neuve")
    reviewer.settle()
    # What one had begun to ask is there again.
    press(reviewer, KEY.Key_D)
    assert card_of(reviewer).question.field.text() == "Quand ?"
    reviewer.press(KEY.Key_Return)
    reviewer.settle()
    [question] = reviewer.place("Halle neuve").questions
    assert question.text == "Quand ?"
    panel_of(reviewer).show_item(
        next(r.id for r in panel_of(reviewer).order.rows.values() if r.is_asked)
    )
    reviewer.settle()
    press(reviewer, KEY.Key_D)
    assert card_of(reviewer).question.field.text() == ""


def test_a_reason_of_one_s_own_is_there_again_after_escape(reviewer: AtTheWindow) -> None:
    press(reviewer, KEY.Key_R)
    card_of(reviewer).why.field.setFocus()
    reviewer.write("Closed")
    reviewer.press(KEY.Key_Escape)
    assert not card_of(reviewer).asks_why
    press(reviewer, KEY.Key_R)
    assert card_of(reviewer).why.field.text() == "Closed"
