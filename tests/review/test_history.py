"""The history of one place: everything that was done to it, by whom, and what it replaced."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import shapely

from collabmap.app.history_words import entry_words, evening_words, who_words
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.review.history import Entry
from collabmap.store.device import Device

FOUNTAIN = PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=("ombre",))
# 27 November 2026, 18:42 on this computer's clock.
BEGIN_MS = round(datetime(2026, 11, 27, 18, 42).timestamp() * 1000)


class Hand:
    """A clock that goes on a minute whenever somebody begins something."""

    def __init__(self) -> None:
        self.now_ms = BEGIN_MS

    def __call__(self) -> int:
        return self.now_ms

    def later(self) -> None:
        self.now_ms += 60_000


class Laptops:
    """Camille's and Aïcha's, and what goes between them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.sent = folder, Hand(), 0
        self.devices = [Device(folder / "camille"), Device(folder / "aicha")]
        for device in self.devices:
            device.folder.mkdir(exist_ok=True)
        self.camille = Session.create(
            folder / "town", self.devices[0], "Town", "Camille", now=self.clock
        )
        kit = self.camille.hand_out(folder / "town.cmkit").path
        (folder / "copy").mkdir()
        self.aicha = Session.open_kit(kit, folder / "copy", self.devices[1], now=self.clock)
        self.aicha.begin_person("Aïcha")

    def close(self) -> None:
        for session in (self.camille, self.aicha):
            session.close()
        for device in self.devices:
            device.close()

    def exchange(self) -> None:
        """Give everything from each to the other."""
        self.clock.later()
        self.sent += 1
        self.camille.merge([self.aicha.send(self.folder / f"a{self.sent}").path])
        self.aicha.merge([self.camille.give_back(self.folder / f"c{self.sent}").path])
        self.clock.later()

    def told(self, feature: bytes) -> list[tuple[str, str]]:
        """Return (who, sentence) of the history as Camille reads it."""
        history = self.camille.reader.history(feature)
        theme = self.camille.theme
        return [(e.author_name, words) for e in history for words in entry_words(e, theme)]

    def decide(self, feature: bytes, reason: str | None = None) -> None:
        """Accept what waits about a place, or refuse it for a reason."""
        self.clock.later()
        item = self.camille.reader.review_item(feature)
        assert item is not None
        if reason is None:
            self.camille.accept(item)
        else:
            self.camille.reject(item, reason)


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Laptops]:
    made = Laptops(tmp_path)
    yield made
    made.close()


def view(session: Session, feature: bytes) -> PlaceView:
    found = session.reader.place(feature)
    assert found is not None
    return found


def accepted(laptops: Laptops) -> bytes:
    """Return a place of Aïcha's that Camille has accepted, which both know."""
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.exchange()
    laptops.decide(feature)
    laptops.exchange()
    return feature


def test_a_place_and_the_keywords_that_came_with_it_are_one_entry(laptops: Laptops) -> None:
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.exchange()
    assert [e.author_name for e in laptops.camille.reader.history(feature)] == ["Aïcha"]
    assert laptops.told(feature) == [("Aïcha", "Added"), ("Aïcha", "Keywords added: ombre")]


def test_a_change_says_what_it_replaced_and_how_far_a_place_went(laptops: Laptops) -> None:
    feature = accepted(laptops)
    values = {"name": "Fontaine bleue", "category": "nature", "position": LngLat(7.42, 43.731)}
    laptops.aicha.edit(view(laptops.aicha, feature), values)
    laptops.exchange()
    assert laptops.told(feature)[3:] == [
        ("Aïcha", "Category: Water → Nature"),
        ("Aïcha", "Moved 111 m to the north"),
        ("Aïcha", "Name: Fontaine → Fontaine bleue"),
    ]


def test_two_who_had_not_seen_each_other_have_both_replaced_the_first_value(
    laptops: Laptops,
) -> None:
    feature = accepted(laptops)
    laptops.aicha.edit(view(laptops.aicha, feature), {"name": "Fontaine bleue"})
    laptops.camille.edit(view(laptops.camille, feature), {"name": "Fontaine verte"})
    laptops.exchange()
    names = [words for _who, words in laptops.told(feature) if words.startswith("Name")]
    assert sorted(names) == ["Name: Fontaine → Fontaine bleue", "Name: Fontaine → Fontaine verte"]


def test_an_outline_is_drawn_anew_also_where_its_middle_stays(laptops: Laptops) -> None:
    zone = shapely.box(7.42, 43.73, 7.421, 43.731)
    draft = PlaceDraft("Jardin", "nature", 7.42, 43.73, geometry_wkb=zone.wkb)
    feature = laptops.camille.add(draft)
    laptops.clock.later()
    wider = shapely.box(7.4195, 43.7295, 7.4215, 43.7315)
    laptops.camille.edit(view(laptops.camille, feature), {"geometry_wkb": wider.wkb})
    assert laptops.told(feature)[1:] == [("Camille", "Outline drawn anew")]


def test_a_refusal_tells_its_reason_and_an_undo_takes_the_decision_back(laptops: Laptops) -> None:
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.exchange()
    laptops.decide(feature, "Hors de la commune.")
    laptops.clock.later()
    laptops.camille.undo()
    assert laptops.told(feature)[2:] == [
        ("Camille", "Refused. “Hors de la commune.”"),
        ("Camille", "Decision taken back"),
    ]


def test_a_question_and_its_answer_are_told(laptops: Laptops) -> None:
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.exchange()
    item = laptops.camille.reader.review_item(feature)
    assert item is not None
    laptops.camille.ask(item, "Laquelle ?")
    laptops.exchange()
    laptops.aicha.answer(view(laptops.aicha, feature), "Celle du marché.")
    laptops.exchange()
    assert laptops.told(feature)[2:] == [
        ("Camille", "Asked. “Laquelle ?”"),
        ("Aïcha", "Answer: “Celle du marché.”"),
    ]


def test_a_proposed_deletion_hides_nothing_until_it_is_accepted(laptops: Laptops) -> None:
    feature = accepted(laptops)
    laptops.aicha.delete(view(laptops.aicha, feature), "Elle n’existe plus.")
    laptops.exchange()
    laptops.decide(feature)
    laptops.clock.later()
    laptops.camille.undo()
    assert laptops.told(feature)[3:] == [
        ("Aïcha", "Deletion proposed: “Elle n’existe plus.”"),
        ("Camille", "Accepted: the deletion"),
        ("Camille", "Put back on the map"),
    ]


def test_what_its_author_takes_back_was_withdrawn_and_can_be_put_back(laptops: Laptops) -> None:
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.clock.later()
    laptops.aicha.delete(view(laptops.aicha, feature))
    laptops.clock.later()
    laptops.aicha.undo()
    laptops.exchange()
    assert laptops.told(feature)[2:] == [
        ("Aïcha", "Taken back by its author"),
        ("Aïcha", "Put back on the map"),
    ]


def test_somebody_else_can_put_a_place_back(laptops: Laptops) -> None:
    feature = accepted(laptops)
    laptops.camille.delete(view(laptops.camille, feature))
    laptops.exchange()
    laptops.aicha.restore(feature)
    laptops.exchange()
    laptops.decide(feature)
    assert laptops.told(feature)[3:] == [
        ("Camille", "Deleted"),
        ("Aïcha", "Put back on the map"),
        ("Camille", "Accepted: putting it back"),
    ]


def test_two_places_that_are_one_have_one_history(laptops: Laptops) -> None:
    one = laptops.camille.add(FOUNTAIN)
    laptops.clock.later()
    other = laptops.camille.add(PlaceDraft("Fontaine St Michel", "eau", 7.42, 43.73))
    laptops.clock.later()
    laptops.camille.same(one, other)
    words = [("Camille", "Added"), ("Camille", "Keywords added: ombre"), ("Camille", "Added")]
    words.append(("Camille", "Said to be one with “Fontaine St Michel”"))
    assert laptops.told(one) == laptops.told(other) == words


def test_words_that_were_erased_are_told_of_and_not_shown(laptops: Laptops) -> None:
    feature = accepted(laptops)
    laptops.aicha.comment(view(laptops.aicha, feature), "Un secret")
    laptops.clock.later()
    comment = view(laptops.aicha, feature).comments[0]
    laptops.aicha.redact_change([comment.change], "Trop personnel.")
    laptops.exchange()
    assert laptops.told(feature)[3:] == [
        ("Aïcha", "Comment: “(removed)” (erased since)"),
        ("Aïcha", "Erased for good: comment. “Trop personnel.”"),
    ]


def test_who_is_hidden_here_is_left_out_of_the_history(laptops: Laptops) -> None:
    feature = accepted(laptops)
    laptops.camille.hide_person(view(laptops.camille, feature).author)
    assert {who for who, _words in laptops.told(feature)} == {"Camille"}


def test_a_place_that_nobody_knows_has_no_history(laptops: Laptops) -> None:
    assert laptops.camille.reader.history(bytes(16)) == ()


def test_an_entry_says_from_which_computer_and_which_evening(laptops: Laptops) -> None:
    feature = laptops.aicha.add(FOUNTAIN)
    laptops.exchange()
    entry: Entry = laptops.camille.reader.history(feature)[0]
    assert who_words(entry, laptops.aicha.rid) == "Aïcha, this computer"
    assert who_words(entry, laptops.camille.rid).startswith("Aïcha, computer ")
    assert evening_words(entry.at_ms).startswith("evening of November 27")
