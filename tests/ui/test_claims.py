"""Sharing what waits: who has taken what, taking a part with a few keys, and giving it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.session import Session
from collabmap.domain.claims import Part
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.claims import ClaimLine, ClaimsPanel
from collabmap.ui.panels.review import ReviewPanel
from collabmap.ui.widgets.line_list import Line

KEY = Qt.Key
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)
STAGE = PlaceDraft("Petite scène", "culture", 7.4208, 43.7338)


@pytest.fixture
def shared(aicha_sends: Session, town: Path, device: Device, tmp_path: Path) -> None:
    """Three places of a resident wait; Aïcha has become coordinator and reviews culture."""
    for draft in (BENCH, BOOKS, STAGE):
        aicha_sends.add(draft)
    session = Session.open(town, device)
    session.merge([aicha_sends.send(tmp_path / "a").path])
    session.grant(aicha_sends.rid, "coordinator")
    aicha_sends.merge([session.give_back(tmp_path / "back").path])
    aicha_sends.claim(Part(category="culture"))
    session.merge([aicha_sends.send(tmp_path / "b").path])
    session.close()


@pytest.fixture
def sharer(
    shared: None, open_window: Callable[[Device], AtTheWindow], device: Device, town: Path
) -> AtTheWindow:
    """Camille before the sharing of what waits."""
    person = open_window(device)
    person.open(town)
    person.do("share_review")
    person.until(lambda: panel_of(person).shareout is not None)
    person.settle()
    return person


def panel_of(person: AtTheWindow) -> ClaimsPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ClaimsPanel), panel
    return panel


def lines(person: AtTheWindow) -> list[Line]:
    return [line for line in panel_of(person).list.lines if not line.is_head]


def taken(person: AtTheWindow) -> list[str]:
    """Return who has taken which part."""
    claimed = [line for line in lines(person) if isinstance(line.key, bytes)]
    return [f"{line.title}: {line.second.split(' · ')[0]}" for line in claimed]


def by_category(person: AtTheWindow) -> ClaimsPanel:
    panel = panel_of(person)
    panel.list.setFocus()
    person.press(KEY.Key_Eacute)
    person.until(lambda: any(line.title == "Nature" for line in lines(person)))
    return panel


def test_who_has_taken_what_and_how_much_waits_in_each_part_is_listed(sharer: AtTheWindow) -> None:
    first = lines(sharer)[0]
    assert (first.title, first.second) == ("Aïcha", "Culture · 2 to review")
    assert panel_of(sharer).summary.text() == "0 for you, 1 that nobody has taken"
    by_category(sharer)
    offered = [(line.title, line.second) for line in lines(sharer)[1:]]
    assert offered == [
        ("Culture", "2 to review · 2 taken by Aïcha"),
        ("Nature", "1 to review"),
    ]


def test_a_part_is_taken_with_keys_alone_and_the_overlap_is_told(sharer: AtTheWindow) -> None:
    panel = by_category(sharer)
    assert panel.act_button.text() == "Take 2"
    sharer.press(KEY.Key_Return)
    sharer.until_told("“Culture” is yours")
    assert sharer.told[-1][2] == "Aïcha has taken 2 of the same."
    sharer.until(lambda: taken(sharer) == ["Aïcha: Culture", "Camille (you): Culture"])
    # Enter again would take the next part: nobody's is given back by a key too many.
    assert panel.act_button.text() == "Take 1"
    assert lines(sharer)[0].second == "Culture · 2 to review · also taken by Camille"
    sharer.ctrl(KEY.Key_Z)
    sharer.until(lambda: taken(sharer) == ["Aïcha: Culture"])


def test_what_somebody_else_forgot_is_given_back(sharer: AtTheWindow) -> None:
    panel = panel_of(sharer)
    panel.list.choose(lines(sharer)[0].key)
    assert panel.act_button.text() == "Give back"
    sharer.click(panel.act_button)
    sharer.until_told("“Culture” is everybody’s again")
    sharer.until(lambda: taken(sharer) == [])
    assert panel.summary.text() == "0 for you, 3 that nobody has taken"


def test_what_the_map_shows_now_is_taken_as_an_area(sharer: AtTheWindow) -> None:
    panel = panel_of(sharer)
    sharer.window.map.show_everything()
    panel.choose_way(None)
    sharer.until(lambda: any("map shows" in line.title for line in lines(sharer)))
    sharer.settle()
    (line,) = [line for line in lines(sharer) if isinstance(line.key, Part)]
    assert line.second.startswith("3 to review")
    panel.act(line.key)
    sharer.until_told("“an area of the map” is yours")
    sharer.until(lambda: "Camille (you): an area of the map" in taken(sharer))


def test_people_are_offered_by_name_and_what_is_ones_own_is_not_offered_again(
    sharer: AtTheWindow,
) -> None:
    panel = panel_of(sharer)
    panel.choose_way("author")
    sharer.until(lambda: any(isinstance(o.key, Part) and o.key.authors for o in lines(sharer)))
    (line,) = [line for line in lines(sharer) if isinstance(line.key, Part)]
    panel.act(line.key)
    sharer.until(lambda: "Camille (you): contributions of Aïcha" in taken(sharer))
    assert [line for line in lines(sharer) if isinstance(line.key, Part)] == []
    by_category(sharer)
    assert lines(sharer)[-1].second == "1 to review · yours"
    assert panel.summary.text() == "3 for you, 0 that nobody has taken"


def test_the_line_at_the_foot_says_who_reviews_what_elsewhere(sharer: AtTheWindow) -> None:
    line = ClaimLine()
    line.setParent(sharer.window)
    assert line.text() == "Share the work"
    shareout = panel_of(sharer).shareout
    assert shareout is not None
    line.show_claims(shareout.claims, sharer.window.theme)
    assert line.text() == "Aïcha is reviewing “Culture” on another computer"
    line.show_claims([*shareout.claims] * 2, sharer.window.theme)
    assert line.text().endswith("on another computer, and 1 more")
    with sharer.qtbot.waitSignal(line.opened):
        line.click()


def test_the_work_is_shared_from_the_queue_by_a_key(sharer: AtTheWindow) -> None:
    sharer.press(KEY.Key_Escape)
    queue = sharer.window.panel_host.current
    assert isinstance(queue, ReviewPanel)
    sharer.until(lambda: queue.item is not None)
    sharer.press(KEY.Key_S)
    sharer.until(lambda: isinstance(sharer.window.panel_host.current, ClaimsPanel))
    assert ("S", "Share the work") in queue.help_keys()
