"""Deciding many at once at the window: the list first, the number in the button, one undo."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from at_the_window import PATIENCE_MS, AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.reader import Reader
from collabmap.app.session import Session
from collabmap.domain.claims import Part
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.review.bulk import Word
from collabmap.store.device import Device
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_bulk import BulkPanel, open_bulk

KEY = Qt.Key
T = TypeVar("T")
NEW = [
    PlaceDraft(f"Banc {number}", "nature", 7.4200 + number * 1e-4, 43.7331) for number in range(4)
]


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def waiting(aicha_sends: Session, town: Path, device: Device, tmp_path: Path) -> None:
    """Four new places, a change, a deletion and a disagreement wait."""
    for draft in NEW:
        aicha_sends.add(draft)
    aicha_sends.edit(view_of(aicha_sends, "Marché de la Condamine"), {"description": "Le soir."})
    aicha_sends.edit(view_of(aicha_sends, "Fontaine des Moulins"), {"name": "Fontaine bleue"})
    aicha_sends.delete(view_of(aicha_sends, "Bibliothèque Louis Notari"), "Fermée")
    session = Session.open(town, device)
    session.edit(view_of(session, "Fontaine des Moulins"), {"name": "Fontaine verte"})
    session.merge([aicha_sends.send(tmp_path / "a").path])
    session.close()


@pytest.fixture
def reviewer(
    waiting: None, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> AtTheWindow:
    person = open_window(device)
    person.open(town)
    person.do("review")
    person.settle()
    return person


def read(person: AtTheWindow, work: Callable[[Reader], T]) -> T:
    assert person.window.lanes is not None
    return person.window.lanes.read(work).result(PATIENCE_MS / 1000)


def begin(person: AtTheWindow, word: Word) -> BulkPanel:
    """Open the preview of a word on all that waits."""
    panel = open_bulk(person.window, word, read(person, lambda reader: reader.queue()))
    person.settle()
    return panel


def states(person: AtTheWindow) -> dict[str, FeatureState]:
    person.settle()
    return read(person, lambda reader: {mark.name: mark.state for mark in reader.marks()})


def is_back(person: AtTheWindow) -> bool:
    return person.window.panel_host.current_name == "review"


def test_the_number_stands_in_the_button_and_what_needs_a_look_is_named(
    reviewer: AtTheWindow,
) -> None:
    panel = begin(reviewer, "accept")
    assert panel.button.text() == "Accept the 5"
    names = {row.name for row in panel.list.rows}
    assert names == {*(draft.name for draft in NEW), "Marché de la Condamine"}
    assert panel.left_out.text() == "1 left: it needs a look by itself (1 disagreement)"
    assert "write 1" in panel.deletes_note.text()


def test_all_are_accepted_with_keys_alone_and_taken_back_as_one(reviewer: AtTheWindow) -> None:
    panel = begin(reviewer, "accept")
    assert panel.list.hasFocus()
    assert panel.list.rows[0].name == "Banc 0"
    reviewer.press(KEY.Key_Space)
    assert panel.button.text() == "Accept the 4"
    reviewer.press(KEY.Key_Return)
    reviewer.until_told("4 contributions accepted")
    reviewer.until(lambda: is_back(reviewer))
    found = states(reviewer)
    assert found["Banc 0"] == FeatureState.PENDING
    assert {found[draft.name] for draft in NEW[1:]} == {FeatureState.ACCEPTED}
    reviewer.ctrl(KEY.Key_Z)
    reviewer.until_told("Undone: accept 4 contributions")
    found = states(reviewer)
    assert {found[draft.name] for draft in NEW} == {FeatureState.PENDING}


def test_deletions_are_taken_along_once_their_number_is_written(reviewer: AtTheWindow) -> None:
    panel = begin(reviewer, "accept")
    panel.deletes.setText("2")
    assert panel.button.text() == "Accept the 5"
    panel.deletes.setText("1")
    assert panel.button.text() == "Accept the 6"
    reviewer.click(panel.button)
    reviewer.until_told("6 contributions accepted")
    assert "Bibliothèque Louis Notari" not in states(reviewer)


def test_many_are_refused_with_one_reason_for_their_authors(reviewer: AtTheWindow) -> None:
    panel = begin(reviewer, "reject")
    assert panel.button.text() == "Refuse the 5"
    panel.reason.setText("Not in our area")
    reviewer.click(panel.button)
    reviewer.until_told("5 contributions refused")
    assert not {draft.name for draft in NEW} & states(reviewer).keys()


def test_a_question_to_many_wants_words(reviewer: AtTheWindow) -> None:
    panel = begin(reviewer, "ask")
    assert not panel.button.isEnabled()
    panel.reason.setFocus()
    reviewer.write("Where exactly?")
    reviewer.press(KEY.Key_Return)
    reviewer.until_told("5 questions asked")


def test_what_changes_while_one_looks_through_is_left_out_and_told(reviewer: AtTheWindow) -> None:
    begin(reviewer, "accept")
    reviewer.meanwhile(lambda session: session.edit(view_of(session, "Banc 1"), {"name": "Siège"}))
    reviewer.press(KEY.Key_Return)
    reviewer.until_told("4 contributions accepted")
    assert reviewer.told[-1][2] == "1 left: it needs a look by itself"


def test_escape_leaves_everything_undecided(reviewer: AtTheWindow) -> None:
    begin(reviewer, "accept")
    reviewer.press(KEY.Key_Escape)
    assert is_back(reviewer)
    assert FeatureState.PENDING in states(reviewer).values()


def test_all_of_the_filter_is_decided_from_the_queue_with_two_keys(reviewer: AtTheWindow) -> None:
    queue = reviewer.window.panel_host.current
    assert isinstance(queue, ReviewPanel)
    reviewer.until(lambda: queue.here is not None)
    assert not queue.queue_foot.all_of_filter.isVisible()
    queue.filter("new")
    assert queue.queue_foot.all_of_filter.isVisible()
    reviewer.press(KEY.Key_A, Qt.KeyboardModifier.ShiftModifier)
    panel = reviewer.window.panel_host.current
    assert isinstance(panel, BulkPanel)
    reviewer.until(panel.button.isEnabled)
    assert panel.button.text() == "Accept the 4"
    reviewer.press(KEY.Key_Return)
    reviewer.until_told("4 contributions accepted")
    reviewer.until(lambda: is_back(reviewer) and queue.order.decided == 4)
    reviewer.until(lambda: len(queue.order.rows) == 3)


def test_the_queue_says_at_its_foot_who_reviews_what(reviewer: AtTheWindow) -> None:
    queue = reviewer.window.panel_host.current
    assert isinstance(queue, ReviewPanel)
    line = queue.queue_foot.claims
    assert line.text() == "Share the work"
    reviewer.meanwhile(lambda session: session.claim(Part(category="nature")))
    reviewer.until(lambda: line.text() == "You are reviewing “Nature”")
    reviewer.click(line)
    reviewer.until(lambda: reviewer.window.panel_host.current_name == "claims")
