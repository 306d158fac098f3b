"""Possible duplicates side by side: values chosen by key, made one, told apart, asked about."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.pair_parts import ComesAlong, InCommon
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.panels.review_face import Decision
from collabmap.ui.panels.review_pair import DuplicateFace
from collabmap.ui.widgets.marks import Badge

ONE = PlaceDraft("Fontaine St Michel", "eau", 7.4240, 43.7340, "Eau potable.")
TWO = PlaceDraft("fontaine Saint-Michel", "eau", 7.4244, 43.7340, "", ("ombre",))
THREE = PlaceDraft("Fontaine Saint Michel", "eau", 7.4242, 43.7340)


@pytest.fixture
def town_of_twins(
    aicha_sends: Session, town: Path, device: Device, tmp_path: Path
) -> dict[str, bytes]:
    """The town with a place of Camille's that Aïcha has added a second time; ids by letter."""
    session = Session.open(town, device)
    one = session.add(ONE)
    two = aicha_sends.add(TWO)
    view = aicha_sends.reader.place(two)
    assert view is not None
    aicha_sends.comment(view, "Elle coule l’été.")
    session.merge([aicha_sends.send(tmp_path / "twins").path])
    session.close()
    return {"A": one, "B": two}


@pytest.fixture
def reviewer(
    town_of_twins: dict[str, bytes],
    open_window: Callable[[Device], AtTheWindow],
    device: Device,
    town: Path,
) -> AtTheWindow:
    person = open_window(device)
    person.open(town)
    person.window.commands.go_to_review()
    person.settle()
    return person


class Hand:
    """Shows items in a face, and does what was decided there."""

    def __init__(self, person: AtTheWindow) -> None:
        panel = person.window.panel_host.current
        assert isinstance(panel, ReviewPanel)
        self.person = person
        self.face = DuplicateFace(person.window, panel.keys.actions)
        self.face.setParent(person.window)
        self.decisions: list[Decision] = []
        self.face.decided.connect(self.decisions.append)

    def show(self, *ids: bytes) -> DuplicateFace:
        lanes = self.person.window.lanes
        assert lanes is not None
        item = lanes.read(lambda reader: reader.duplicate_item(ids)).result()
        assert item is not None
        self.face.show_item(item)
        return self.face

    def groups(self) -> list[tuple[bytes, ...]]:
        lanes = self.person.window.lanes
        assert lanes is not None
        found = lanes.read(lambda reader: reader.duplicates()).result()
        return [group.ids for group in found]

    def carry_out(self) -> None:
        self.person.meanwhile(self.decisions.pop().work)
        self.person.settle()

    def places(self) -> dict[bytes, str]:
        lanes = self.person.window.lanes
        assert lanes is not None
        return {mark.id: mark.name for mark in lanes.read(lambda r: r.marks()).result()}


@pytest.fixture
def hand(reviewer: AtTheWindow) -> Iterator[Hand]:
    made = Hand(reviewer)
    yield made
    made.face.deleteLater()


def texts(face: DuplicateFace) -> list[str]:
    return [label.text() for label in face.findChildren(QLabel)]


def test_the_search_finds_the_pair_that_the_card_shows(
    hand: Hand, town_of_twins: dict[str, bytes]
) -> None:
    one, two = town_of_twins["A"], town_of_twins["B"]
    assert hand.groups() == [tuple(sorted((one, two)))]
    face = hand.show(one, two)
    assert "One place or two?" in texts(face)
    assert "32 m apart, same category, names alike: Fontaine St Michel / fontaine Saint-Michel" in (
        texts(face)
    )
    badges = {badge.accessibleName() for badge in face.findChildren(Badge)}
    assert badges == {"Very likely", "Accepted", "Pending"}
    assert [field.field for field in face.fields] == ["name", "description", "geometry"]
    # The fuller value is proposed, else the reviewed one.
    assert {field.field: field.choice for field in face.fields} == {
        "name": two,
        "description": one,
        "geometry": one,
    }
    assert len(face.findChildren(InCommon)) == 1
    (along,) = face.findChildren(ComesAlong)
    told = [label.text() for label in along.findChildren(QLabel)]
    assert "Elle coule l’été." in told
    assert any("ombre" in text for text in told)


def test_keys_decide_in_the_queue_and_undo_brings_the_pair_back(
    reviewer: AtTheWindow, town_of_twins: dict[str, bytes]
) -> None:
    panel = reviewer.window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    pair = b"".join(sorted(town_of_twins.values()))
    assert {row.kind for row in panel.order.rows.values()} == {"new", "duplicate"}
    assert reviewer.window.counts.to_review == len(panel.order.rows)
    panel.show_item(pair)
    reviewer.until(lambda: isinstance(panel.face, DuplicateFace) and panel.face.isVisible())
    reviewer.press(Qt.Key.Key_M)
    reviewer.settle()
    # The contribution was reviewed with it: nothing waits.
    assert panel.order.rows == {}
    assert reviewer.window.counts.to_review == 0
    reviewer.ctrl(Qt.Key.Key_Z)
    reviewer.until(lambda: panel.here is not None and panel.here.id == pair)
    assert len(panel.order.rows) == 2
    reviewer.until(lambda: panel.keys.actions["apart"].isEnabled())
    reviewer.press(Qt.Key.Key_X)
    reviewer.settle()
    assert [row.kind for row in panel.order.rows.values()] == ["new"]


def test_digits_take_the_other_value_and_one_key_makes_it_one(
    hand: Hand, town_of_twins: dict[str, bytes]
) -> None:
    one, two = town_of_twins["A"], town_of_twins["B"]
    face = hand.show(one, two)
    assert {"unite", "apart", "ask", "later", "1", "2", "3"} <= face.offers()
    assert not face.offers() & {"4", "accept", "letter-A"}
    face.do("1")
    face.do("3")
    face.do("unite")
    hand.carry_out()
    lanes = hand.person.window.lanes
    assert lanes is not None
    view = lanes.read(lambda reader: reader.place(two)).result()
    assert view is not None
    assert (view.name, view.description, view.lng) == ("Fontaine St Michel", "Eau potable.", 7.4244)
    assert (view.state, view.tags) == (FeatureState.ACCEPTED, ("ombre",))
    assert hand.groups() == []
    hand.person.window.commands.undo()
    hand.person.settle()
    assert {one, two} <= hand.places().keys()
    assert hand.groups() == [tuple(sorted((one, two)))]


def test_two_places_are_asked_about_no_more(hand: Hand, town_of_twins: dict[str, bytes]) -> None:
    face = hand.show(*town_of_twins.values())
    face.do("apart")
    hand.carry_out()
    assert hand.groups() == []
    assert len(hand.places()) == 5


def test_the_author_of_the_newest_is_asked(hand: Hand, town_of_twins: dict[str, bytes]) -> None:
    face = hand.show(*town_of_twins.values())
    face.do("ask")
    assert face.is_asking
    assert face.offers() == frozenset()
    assert face.took_escape()
    assert not face.took_escape()
    face.do("ask")
    face.question.field.setText("Est-ce la même ?")
    face.question.submit()
    assert not hand.decisions[0].is_settled
    hand.carry_out()
    face = hand.show(*town_of_twins.values())
    assert "Est-ce la même ?" in texts(face)


def test_of_three_one_can_be_left_out_by_its_letter(
    hand: Hand, town_of_twins: dict[str, bytes]
) -> None:
    ids: list[bytes] = []
    hand.person.meanwhile(lambda session: ids.append(session.add(THREE)))
    hand.person.settle()
    one, two, three = town_of_twins["A"], town_of_twins["B"], ids[0]
    assert len(hand.groups()) == 1
    face = hand.show(one, two, three)
    assert "3 places, or one?" in texts(face)
    letters = {member.place: n for n, member in enumerate(face.members)}
    assert {"letter-A", "letter-B", "letter-C"} <= face.offers()
    name = face.fields[0]
    left = name.choice
    face.do(f"letter-{'ABC'[letters[left]]}")
    # What is left out gives no value either.
    others = {one, two, three} - {left}
    assert name.choice in others
    face.do("unite")
    hand.carry_out()
    kept = hand.places()
    assert left in kept
    assert len(others & kept.keys()) == 1
    assert hand.groups() == []


def test_with_less_than_two_left_nothing_is_made_one(
    hand: Hand, town_of_twins: dict[str, bytes]
) -> None:
    ids: list[bytes] = []
    hand.person.meanwhile(lambda session: ids.append(session.add(THREE)))
    hand.person.settle()
    face = hand.show(*town_of_twins.values(), ids[0])
    face.do("letter-A")
    face.do("letter-B")
    assert "unite" not in face.offers()
    face.do("letter-B")
    assert "unite" in face.offers()


def test_the_places_are_lettered_on_the_map_with_how_far_they_are(
    hand: Hand, town_of_twins: dict[str, bytes]
) -> None:
    face = hand.show(*town_of_twins.values())
    face.show_on_map(face.item)
    lettered = hand.person.window.duplicates.lines.places
    assert [(place.letter, place.words) for place in lettered] == [("A", ""), ("B", "32 m")]
    face.show_on_map(None)
    assert hand.person.window.duplicates.lines.places == ()
