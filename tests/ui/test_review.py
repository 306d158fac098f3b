"""Reviewing by keyboard: the next one at once, reasons that arrive, and a way back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from ui.conftest import let_the_clock_tick

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch
from collabmap.store.device import Device
from collabmap.ui.panels import review as review_panel
from collabmap.ui.panels.receive import ReceivePanel
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_fields import FieldRow, Unchanged
from collabmap.ui.panels.review_parts import TagsRow
from collabmap.ui.panels.review_queue import second_line
from collabmap.ui.panels.share import SharePanel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.value_box import MarkedText

KEY = Qt.Key
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331, "Sous le platane.", ("ombre",))
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334, contact="06 39 98 12 34")
MARKET = "Marché de la Condamine"
FOUNTAIN = "Fontaine des Moulins"
LIBRARY = "Bibliothèque Louis Notari"


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def ines_sends(resident_device: Device, tmp_path: Path) -> Iterator[Session]:
    """Inès's session on a third laptop, without a window."""
    folder = tmp_path / "third"
    folder.mkdir()
    device = Device(tmp_path / "ines")
    session = Session.open_kit(tmp_path / "town.cmkit", folder, device)
    session.begin_person("Inès")
    yield session
    session.close()
    device.close()


@pytest.fixture
def waiting(
    aicha_sends: Session, ines_sends: Session, town: Path, device: Device, tmp_path: Path
) -> None:
    """The town with four things to decide: a change, a disagreement, two new places."""
    aicha_sends.edit(
        view_of(aicha_sends, MARKET),
        {"description": "Le matin, sauf le lundi.", "position": LngLat(7.4199, 43.7328)},
    )
    let_the_clock_tick()
    aicha_sends.edit(view_of(aicha_sends, FOUNTAIN), {"name": "Fontaine bleue"})
    let_the_clock_tick()
    aicha_sends.add(BENCH)
    let_the_clock_tick()
    aicha_sends.add(BOOKS)
    let_the_clock_tick()
    ines_sends.edit(view_of(ines_sends, FOUNTAIN), {"name": "Fontaine verte"})
    session = Session.open(town, device)
    session.merge([aicha_sends.send(tmp_path / "a").path, ines_sends.send(tmp_path / "b").path])
    session.close()


@pytest.fixture
def reviewer(
    waiting: None, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> AtTheWindow:
    """Camille before the queue."""
    person = open_window(device)
    person.open(town)
    review(person)
    return person


def review(person: AtTheWindow) -> ReviewPanel:
    person.do("review")
    person.settle()
    panel = panel_of(person)
    person.until(lambda: panel.item is not None and panel.item.name in words(person))
    return panel


def panel_of(person: AtTheWindow) -> ReviewPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReviewPanel), panel
    return panel


def here(person: AtTheWindow) -> str:
    """The name on the card."""
    item = panel_of(person).here
    return item.name if item else ""


def names(person: AtTheWindow) -> list[str]:
    return [row.name for row in panel_of(person).order.shown_rows()]


def go_to(person: AtTheWindow, name: str) -> None:
    panel = panel_of(person)
    panel.show_item(next(row.id for row in panel.order.rows.values() if row.name == name))
    person.until(lambda: panel.item is not None and name in words(person))


def decide(person: AtTheWindow, key: Qt.Key) -> None:
    """Press a key of a verdict once the last one is long enough ago."""
    person.until(lambda: panel_of(person).may_decide())
    person.press(key)


def words(person: AtTheWindow) -> str:
    card = panel_of(person).face
    return " | ".join(t.text() for t in card.findChildren(Text) if t.isVisible())


def marked(person: AtTheWindow) -> list[str]:
    """The values on the card, from top to bottom."""
    card = panel_of(person).face
    return [value.text for value in card.findChildren(MarkedText) if value.isVisible()]


def test_the_queue_holds_what_waits_the_oldest_first(reviewer: AtTheWindow) -> None:
    panel = panel_of(reviewer)
    assert names(reviewer) == [MARKET, "Fontaine verte", BENCH.name, BOOKS.name]
    assert panel.queue_head.count.text() == "0 of 4"
    assert {
        kind: chip.text() for kind, chip in panel.queue_head.chips.items() if not chip.isHidden()
    } == {
        "": "4",
        "new": "2",
        "change": "1",
        "disagreement": "1",
    }
    assert reviewer.window.top_bar.isVisible()


def test_accepting_by_key_publishes_and_shows_the_next_card(reviewer: AtTheWindow) -> None:
    assert here(reviewer) == MARKET
    decide(reviewer, KEY.Key_A)
    assert here(reviewer) == "Fontaine verte"
    assert panel_of(reviewer).queue_head.count.text() == "1 of 4"
    reviewer.settle()
    market = reviewer.place(MARKET)
    assert market.state is FeatureState.ACCEPTED
    assert market.description == "Le matin, sauf le lundi."
    reviewer.until(lambda: reviewer.window.top_bar.saved.accessibleName() == "1 decision saved")


def test_a_change_shows_before_and_after_with_what_differs(reviewer: AtTheWindow) -> None:
    panel = panel_of(reviewer)
    before, after = "Le matin.", "Le matin, sauf le lundi."
    reviewer.until(lambda: marked(reviewer) == [before, after, "39 m to the north-east"])
    rows = [r.accessibleName() for r in panel.face.findChildren(FieldRow)]
    assert rows[0] == "A few words: before Le matin., after Le matin, sauf le lundi."
    [fold] = panel.face.findChildren(Unchanged)
    assert fold.button.text() == "2 unchanged fields"
    reviewer.click(fold.button)
    reviewer.until(lambda: "Shops" in words(reviewer))


def test_the_map_shows_both_positions_of_a_move(reviewer: AtTheWindow) -> None:
    view = reviewer.window.map
    box = view.bbox()
    reviewer.until(lambda: view.bbox().contains(7.4195, 43.7326))
    assert view.bbox().contains(7.4199, 43.7328)
    assert view.selected is None
    go_to(reviewer, BENCH.name)
    assert view.selected == reviewer.place(BENCH.name).id
    assert box is not None


def test_a_new_place_shows_its_words_and_its_private_contact(reviewer: AtTheWindow) -> None:
    go_to(reviewer, BENCH.name)
    reviewer.until(lambda: marked(reviewer) == ["Sous le platane."])
    [keywords] = panel_of(reviewer).face.findChildren(TagsRow)
    assert [chip.accessibleName() for chip in keywords.chips.values()] == ["Keyword added: ombre"]
    go_to(reviewer, BOOKS.name)
    reviewer.until(lambda: marked(reviewer) == ["06 39 98 12 34"])
    assert "Only coordinators can read it." in words(reviewer)


def test_a_refusal_with_a_reason_reaches_its_author(
    reviewer: AtTheWindow, aicha_sends: Session, tmp_path: Path
) -> None:
    go_to(reviewer, BENCH.name)
    decide(reviewer, KEY.Key_R)
    reviewer.until(lambda: "Optional. The author will read it." in words(reviewer))
    decide(reviewer, KEY.Key_2)
    assert here(reviewer) == BOOKS.name
    reviewer.settle()
    assert reviewer.window.lanes is not None
    back = reviewer.window.lanes.write(lambda s: s.give_back(tmp_path / "back").path).result(5)
    report = aicha_sends.merge([back])
    assert [(v.word, v.reason) for v in report.verdicts] == [("reject", "Not in our area")]
    [refused] = [
        row for row in aicha_sends.reader.mine(aicha_sends.person.id) if row.name == BENCH.name
    ]
    assert (refused.state, refused.reason) == ("refused", "Not in our area")
    view = aicha_sends.reader.place(refused.id)
    assert view is not None
    assert view.reason == "Not in our area"


def test_r_again_repeats_the_last_reason(reviewer: AtTheWindow) -> None:
    go_to(reviewer, BENCH.name)
    decide(reviewer, KEY.Key_R)
    decide(reviewer, KEY.Key_3)
    assert here(reviewer) == BOOKS.name
    decide(reviewer, KEY.Key_R)
    assert panel_of(reviewer).face.why.field.text() == "Please be more precise"
    decide(reviewer, KEY.Key_R)
    reviewer.settle()
    panel = panel_of(reviewer)
    assert BOOKS.name not in names(reviewer)
    assert panel.order.decided == 2


def test_a_reason_in_own_words_is_typed_and_sent_with_enter(reviewer: AtTheWindow) -> None:
    go_to(reviewer, BENCH.name)
    decide(reviewer, KEY.Key_R)
    reviewer.until(lambda: panel_of(reviewer).may_decide())
    field = panel_of(reviewer).face.why.field
    field.setFocus()
    reviewer.write("Ara")
    assert field.text() == "Ara"
    assert here(reviewer) == BENCH.name
    reviewer.press(KEY.Key_Return)
    assert here(reviewer) == BOOKS.name
    reviewer.settle()
    assert all(place.name != BENCH.name for place in reviewer.places())


def test_refusing_without_a_reason_takes_two_keys(reviewer: AtTheWindow) -> None:
    go_to(reviewer, BENCH.name)
    decide(reviewer, KEY.Key_R)
    decide(reviewer, KEY.Key_R)
    assert here(reviewer) == BOOKS.name


def test_in_a_narrow_window_the_question_for_a_reason_can_be_seen(
    reviewer: AtTheWindow,
) -> None:
    reviewer.window.resize(900, 640)
    reviewer.until(lambda: reviewer.window.body.is_narrow)
    reviewer.window.body.show_tab("panel")
    reviewer.settle()
    decide(reviewer, KEY.Key_R)
    reviewer.until(panel_of(reviewer).face.why.field.isVisible)
    decide(reviewer, KEY.Key_R)
    reviewer.settle()
    assert MARKET not in names(reviewer)


def test_escape_takes_the_question_for_a_reason_away(reviewer: AtTheWindow) -> None:
    decide(reviewer, KEY.Key_R)
    assert panel_of(reviewer).face.asks_why
    reviewer.press(KEY.Key_Escape)
    assert not panel_of(reviewer).face.asks_why
    assert here(reviewer) == MARKET
    assert len(names(reviewer)) == 4


def test_ctrl_z_takes_the_last_verdict_back_and_shows_it_again(reviewer: AtTheWindow) -> None:
    decide(reviewer, KEY.Key_A)
    reviewer.settle()
    assert here(reviewer) == "Fontaine verte"
    reviewer.ctrl(KEY.Key_Z)
    reviewer.until(lambda: here(reviewer) == MARKET)
    assert panel_of(reviewer).queue_head.count.text() == "0 of 4"
    assert reviewer.state_of(MARKET) is FeatureState.CHANGE_PROPOSED


def test_a_decision_right_after_another_is_ignored(
    reviewer: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(reviewer, BENCH.name)
    decide(reviewer, KEY.Key_A)
    # However slow this machine is today, the next press comes right after.
    monkeypatch.setattr(review_panel, "DECISION_GAP_MS", 60_000)
    reviewer.press(KEY.Key_A)
    reviewer.settle()
    assert here(reviewer) == BOOKS.name
    assert panel_of(reviewer).order.decided == 1


def test_a_key_that_is_held_decides_once(reviewer: AtTheWindow) -> None:
    actions = panel_of(reviewer).keys.actions
    assert not any(actions[name].autoRepeat() for name in ("accept", "reject", "later"))


def test_later_goes_on_and_comes_back_at_the_end(reviewer: AtTheWindow) -> None:
    reviewer.press(KEY.Key_P)
    assert here(reviewer) == "Fontaine verte"
    reviewer.press(KEY.Key_Right)
    assert here(reviewer) == BENCH.name
    decide(reviewer, KEY.Key_A)
    decide(reviewer, KEY.Key_A)
    assert here(reviewer) == MARKET


def test_j_and_k_and_arrows_go_through_the_queue(reviewer: AtTheWindow) -> None:
    reviewer.press(KEY.Key_J)
    assert here(reviewer) == "Fontaine verte"
    reviewer.press(KEY.Key_Down)
    assert here(reviewer) == BENCH.name
    reviewer.press(KEY.Key_K)
    reviewer.press(KEY.Key_Up)
    assert here(reviewer) == MARKET


def test_a_chip_shows_one_kind_and_again_all(reviewer: AtTheWindow) -> None:
    panel = panel_of(reviewer)
    reviewer.click(panel.queue_head.chips["new"])
    assert names(reviewer) == [BENCH.name, BOOKS.name]
    assert here(reviewer) == BENCH.name
    reviewer.click(panel.queue_head.chips["change"])
    assert names(reviewer) == [MARKET]
    reviewer.click(panel.queue_head.chips["change"])
    assert len(names(reviewer)) == 4


def test_a_filter_whose_last_item_is_decided_shows_all_again(reviewer: AtTheWindow) -> None:
    reviewer.click(panel_of(reviewer).queue_head.chips["change"])
    decide(reviewer, KEY.Key_A)
    assert names(reviewer) == ["Fontaine verte", BENCH.name, BOOKS.name]


def test_when_all_is_decided_giving_back_is_what_is_left(reviewer: AtTheWindow) -> None:
    for _step in range(4):
        decide(reviewer, KEY.Key_2 if here(reviewer) == "Fontaine verte" else KEY.Key_A)
    reviewer.settle()
    panel = panel_of(reviewer)
    assert panel.empty.title == "Everything is reviewed"
    assert not panel.face.isVisible()
    reviewer.until(lambda: reviewer.window.counts.pending == 0)
    reviewer.click(reviewer.button("Give the map back"))
    assert isinstance(reviewer.window.panel_host.current, SharePanel)


def test_what_arrives_meanwhile_joins_the_queue(
    reviewer: AtTheWindow, ines_sends: Session, tmp_path: Path
) -> None:
    ines_sends.add(PlaceDraft("Cours de couture", "savoir-faire", 7.42, 43.733))
    path = ines_sends.send(tmp_path / "more").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: "Cours de couture" in names(reviewer))
    assert here(reviewer) == MARKET


def test_keys_decide_nothing_while_something_lies_over_the_queue(reviewer: AtTheWindow) -> None:
    reviewer.click(reviewer.window.top_bar.menu)
    reviewer.press(KEY.Key_A)
    assert here(reviewer) == MARKET
    reviewer.press(KEY.Key_Escape)
    reviewer.window.front.show_welcome(again=True)
    reviewer.window.front.welcome.start.setFocus()  # type: ignore[union-attr]
    reviewer.press(KEY.Key_A)
    assert panel_of(reviewer).order.decided == 0


def test_the_keys_belong_to_the_queue_alone(reviewer: AtTheWindow) -> None:
    reviewer.do("contribute")
    reviewer.settle()
    reviewer.press(KEY.Key_A)
    reviewer.settle()
    assert reviewer.window.counts.pending == 4


def test_leaving_the_queue_leaves_the_map_as_it_is(reviewer: AtTheWindow) -> None:
    reviewer.do("contribute")
    reviewer.settle()
    assert reviewer.window.map.selected is None
    reviewer.window.map.mark_clicked.emit(reviewer.place(LIBRARY).id)
    reviewer.until(lambda: reviewer.card.title.text() == LIBRARY)


def test_receiving_and_exchanging_are_at_hand(reviewer: AtTheWindow) -> None:
    reviewer.click(reviewer.button("Receive"))
    assert isinstance(reviewer.window.panel_host.current, ReceivePanel)
    reviewer.press(KEY.Key_Escape)
    reviewer.settle()
    reviewer.click(reviewer.button("Exchange"))
    assert isinstance(reviewer.window.panel_host.current, SharePanel)


def test_the_help_lists_the_keys_of_the_queue(reviewer: AtTheWindow) -> None:
    keys = dict(panel_of(reviewer).help_keys())
    assert keys["A"] == "Accept, and go on"
    assert keys["Ctrl+Z"] == "Take the last decision back"


def test_a_deletion_shows_what_would_go(
    reviewer: AtTheWindow, ines_sends: Session, tmp_path: Path
) -> None:
    ines_sends.delete(view_of(ines_sends, LIBRARY), "Elle a fermé.")
    path = ines_sends.send(tmp_path / "gone").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: LIBRARY in names(reviewer))
    go_to(reviewer, LIBRARY)
    reviewer.until(lambda: "Inès suggests deleting this place" in words(reviewer))
    assert "“Elle a fermé.”" in words(reviewer)
    assert "Learning" in words(reviewer)
    decide(reviewer, KEY.Key_A)
    reviewer.settle()
    assert all(place.name != LIBRARY for place in reviewer.places())


def test_each_field_says_whose_it_is_where_several_have_written(
    reviewer: AtTheWindow, ines_sends: Session, tmp_path: Path
) -> None:
    ines_sends.edit(view_of(ines_sends, MARKET), {"name": "Marché couvert"})
    path = ines_sends.send(tmp_path / "more").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: here(reviewer) == "Marché couvert")
    reviewer.until(lambda: "Inès, " in words(reviewer))
    assert "by Aïcha" in words(reviewer)
    assert "by Inès" not in words(reviewer)


def test_a_comment_does_not_take_a_change_from_its_author(
    reviewer: AtTheWindow, ines_sends: Session, tmp_path: Path
) -> None:
    ines_sends.comment(view_of(ines_sends, MARKET), "Vu ce matin.")
    path = ines_sends.send(tmp_path / "more").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: "Vu ce matin." in words(reviewer))
    item = panel_of(reviewer).item
    assert item is not None
    assert (item.author_name, item.note_author) == ("Aïcha", "Inès")


def test_a_private_contact_that_changed_is_shown_to_the_coordinator(
    reviewer: AtTheWindow, ines_sends: Session, tmp_path: Path
) -> None:
    ines_sends.edit(view_of(ines_sends, LIBRARY), {"contact": "06 39 98 00 00"})
    path = ines_sends.send(tmp_path / "more").path
    reviewer.meanwhile(lambda session: session.merge([path]))
    reviewer.until(lambda: LIBRARY in names(reviewer))
    go_to(reviewer, LIBRARY)
    reviewer.until(lambda: marked(reviewer)[-1] == "06 39 98 00 00")


def test_the_queue_takes_the_keyboard_when_it_opens(reviewer: AtTheWindow) -> None:
    assert QApplication.focusWidget() is panel_of(reviewer).list


def test_a_question_is_asked_by_key_and_the_item_goes_on_waiting(
    reviewer: AtTheWindow,
) -> None:
    panel = panel_of(reviewer)
    reviewer.until(lambda: panel.item is not None)
    asked = panel.here
    assert asked is not None
    waiting = len(panel.order.rows)
    panel.list.setFocus()
    reviewer.press(Qt.Key.Key_D)
    reviewer.until(lambda: panel.face.is_asking)
    assert not panel.keys.actions["accept"].isEnabled()
    reviewer.write("Still there?")
    reviewer.press(Qt.Key.Key_Return)
    reviewer.until_told("Your question about")
    reviewer.settle()
    assert len(panel.order.rows) == waiting
    reviewer.until(lambda: list(panel.order.shown_rows())[-1].id == asked.id)
    panel.show_item(asked.id)

    def words() -> list[str]:
        return [t.text() for t in panel.face.findChildren(Text) if t.isVisible()]

    reviewer.until(lambda: "Still there?" in words())
    assert "No answer yet." in words()


def test_escape_leaves_a_question_unasked(reviewer: AtTheWindow) -> None:
    panel = panel_of(reviewer)
    reviewer.until(lambda: panel.item is not None)
    panel.list.setFocus()
    reviewer.press(Qt.Key.Key_D)
    reviewer.until(lambda: panel.face.is_asking)
    reviewer.press(Qt.Key.Key_Escape)
    assert not panel.face.is_asking
    assert panel.face.decide.accept.isEnabled()


# --- lines and zones --------------------------------------------------------------------------


def zone(*corners: tuple[float, float]) -> bytes:
    return Sketch("zone", ((tuple(LngLat(*corner) for corner in corners),),)).wkb()


SQUARE = zone((7.419, 43.732), (7.421, 43.732), (7.421, 43.734), (7.419, 43.734))
# The same without its corners: its middle stays where it was.
ROUNDED = zone(
    (7.4195, 43.732),
    (7.4205, 43.732),
    (7.421, 43.7325),
    (7.421, 43.7335),
    (7.4205, 43.734),
    (7.4195, 43.734),
    (7.419, 43.7335),
    (7.419, 43.7325),
)


@pytest.fixture
def redrawn(
    open_window: Callable[[Device], AtTheWindow], device: Device, town: Path, tmp_path: Path
) -> AtTheWindow:
    """Camille before a meadow that Inès has drawn anew."""
    session, ines = Session.open(town, device), Device(tmp_path / "ines")
    session.add(PlaceDraft("Meadow", "nature", 7.42, 43.733, geometry_wkb=SQUARE))
    (tmp_path / "third").mkdir()
    kit = session.hand_out(tmp_path / "meadow.cmkit").path
    other = Session.open_kit(kit, tmp_path / "third", ines)
    other.begin_person("Inès")
    other.edit(view_of(other, "Meadow"), {"geometry_wkb": ROUNDED})
    session.merge([other.send(tmp_path / "c").path])
    other.close()
    session.close()
    ines.close()
    person = open_window(device)
    person.open(town)
    review(person)
    return person


def test_an_outline_drawn_anew_is_seen_also_where_its_middle_stays(redrawn: AtTheWindow) -> None:
    panel = panel_of(redrawn)
    assert panel.item is not None
    assert (panel.item.before_lng, panel.item.before_lat) == (
        panel.item.after_lng,
        panel.item.after_lat,
    )
    assert second_line(panel.item, redrawn.window.theme) == "Outline · Inès"
    redrawn.settle()
    assert marked(redrawn) == ["3.58 ha · 767 m", "3.13 ha · 658 m"]
    earlier = redrawn.window.map._overlays.earlier
    assert earlier is not None
    assert earlier.sketch == Sketch.from_wkb(SQUARE)
    redrawn.window.map.grab()
    camera = redrawn.window.map.camera
    for corner in earlier.sketch.parts[0][0]:
        x, y = camera.pixel_of(corner)
        assert 0 < x < camera.width
        assert 0 < y < camera.height


def test_the_earlier_outline_goes_with_its_item(redrawn: AtTheWindow) -> None:
    redrawn.settle()
    decide(redrawn, KEY.Key_A)
    redrawn.settle()
    assert redrawn.window.map._overlays.earlier is None
    assert redrawn.place("Meadow").geometry_wkb == ROUNDED


def test_where_nothing_waits_the_card_goes_with_its_panel(camille: AtTheWindow) -> None:
    camille.do("review")
    panel = camille.window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    assert panel.card is None
    assert panel.isAncestorOf(panel.face)
    assert not panel.face.isVisible()


def test_a_menu_of_the_queue_gives_the_keyboard_back_to_the_list(reviewer: AtTheWindow) -> None:
    for key in (KEY.Key_G, KEY.Key_T):
        reviewer.press(key)
        reviewer.until(lambda: reviewer.popover.isVisible())
        reviewer.press(KEY.Key_Escape)
        reviewer.settle()
    before = here(reviewer)
    reviewer.press(KEY.Key_Down)
    assert here(reviewer) != before


def test_what_arrives_for_a_decided_place_leaves_the_card_in_view(
    reviewer: AtTheWindow, aicha_sends: Session, tmp_path: Path
) -> None:
    assert here(reviewer) == MARKET
    decide(reviewer, KEY.Key_A)
    go_to(reviewer, BOOKS.name)
    reviewer.settle()
    aicha_sends.edit(view_of(aicha_sends, MARKET), {"description": "Fermé."})
    sent = aicha_sends.send(tmp_path / "later").path
    reviewer.meanwhile(lambda session: session.merge([sent]))
    reviewer.until(lambda: MARKET in names(reviewer))
    reviewer.settle()
    assert here(reviewer) == BOOKS.name
