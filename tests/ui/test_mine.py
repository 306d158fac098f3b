"""One's own contributions at the window: what became of them, answers, taking back, restoring."""

from collections.abc import Callable
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from shiboken6 import isValid

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.device import Device
from collabmap.ui.panels.deleted import DeletedPanel
from collabmap.ui.panels.mine import FIRST, MinePanel
from collabmap.ui.panels.mine_card import MineCard
from collabmap.ui.panels.place_form import PlaceForm
from collabmap.ui.panels.place_talk import QuestionBlock
from collabmap.ui.panels.review import ReviewPanel

KEY = Qt.Key
MARKET = "Marché de la Condamine"


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def came_back(town: Path, device: Device, aicha_sends: Session, tmp_path: Path) -> Path:
    """Aïcha's map with an answer to each of the things she contributed; her session is closed."""
    for rank, name in enumerate(("Banc", "Puits", "Lavoir", "Four")):
        aicha_sends.add(PlaceDraft(name, "eau", 7.4195 + rank / 1000, 43.7326, contact="06 12"))
    aicha_sends.edit(view_of(aicha_sends, MARKET), {"name": "Le marché"})
    aicha_sends.comment(view_of(aicha_sends, "Four"), "Il sert encore.")
    session = Session.open(town, device)
    session.merge([aicha_sends.send(tmp_path / "a").path])
    items = {item.name: item for item in session.reader.review_items()}
    session.ask(items["Banc"], "De quel côté ?")
    session.reject(items["Puits"], "Il n’existe pas.")
    session.accept(items["Lavoir"])
    aicha_sends.merge([session.give_back(tmp_path / "back").path])
    session.close()
    path = aicha_sends.path
    aicha_sends.close()
    return path


@pytest.fixture
def aicha(
    came_back: Path, open_window: Callable[[Device], AtTheWindow], resident_device: Device
) -> AtTheWindow:
    """Aïcha before the map that came back."""
    person = open_window(resident_device)
    person.open(came_back)
    return person


def panel_of(person: AtTheWindow) -> MinePanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, MinePanel), panel
    return panel


def open_mine(person: AtTheWindow) -> MinePanel:
    person.do("mine")
    person.settle()
    return panel_of(person)


def card(person: AtTheWindow, name: str, state: str = "") -> MineCard:
    return next(
        card
        for card in panel_of(person).cards
        if card.one.name == name and state in ("", card.one.state)
    )


def states(person: AtTheWindow) -> list[tuple[str, str]]:
    return [(card.one.name, card.one.state) for card in panel_of(person).cards]


def test_the_first_screen_tells_of_questions_and_answers_until_they_were_looked_at(
    aicha: AtTheWindow,
) -> None:
    assert aicha.until_told("3 new answers since your last visit")[2] == "1 question for you."
    aicha.until(lambda: aicha.browse.mine.isVisible())
    assert aicha.browse.mine.second.text() == "1 question for you"
    aicha.click(aicha.browse.mine.button)
    aicha.settle()
    assert next(card.one.name for card in panel_of(aicha).cards) == "Banc"
    aicha.press(KEY.Key_Escape)
    aicha.settle()
    assert aicha.browse.mine.second.text() == "1 question for you"
    assert not any("new answer" in title for title in aicha.window.messages.texts)


def test_each_contribution_stands_under_what_became_of_it(aicha: AtTheWindow) -> None:
    panel = open_mine(aicha)
    assert states(aicha) == [
        ("Banc", "asked"),
        ("Four", "waiting"),
        ("Le marché", "waiting"),
        ("Lavoir", "accepted"),
        ("Puits", "refused"),
    ]
    assert panel.summary.text() == "Aïcha · 5 contributions"
    assert card(aicha, "Lavoir").outcome == "Accepted by Camille."
    assert "Camille has refused it." in card(aicha, "Puits").accessibleName()
    assert card(aicha, "Le marché").what == "change: name"


def test_the_answer_is_written_right_there_and_enter_sends_it(aicha: AtTheWindow) -> None:
    panel = open_mine(aicha)
    words = card(aicha, "Banc").words
    assert words is not None
    assert panel.first_focus() is words.field
    assert words.field.hasFocus()
    aicha.write("Au nord.")
    # What happens elsewhere takes no word away.
    aicha.meanwhile(lambda session: session.comment(view_of(session, "Four"), "Le jeudi."))
    aicha.settle()
    words = card(aicha, "Banc").words
    assert words is not None
    assert words.field.text() == "Au nord."
    assert words.field.hasFocus()
    panel.leave()
    aicha.open_card("Banc")
    block = aicha.card.findChild(QuestionBlock)
    assert block is not None
    assert block.field.said == "Au nord.", "the card of the place asks the same"
    open_mine(aicha)
    words = card(aicha, "Banc").words
    assert words is not None
    words.field.setFocus()
    aicha.press(KEY.Key_Return)
    aicha.until_told("Your answer is kept")
    aicha.settle()
    assert card(aicha, "Banc").one.state == "waiting"
    assert aicha.place("Banc").questions[0].answers[0].text == "Au nord."


def test_what_was_refused_is_proposed_again_with_words_that_say_why(aicha: AtTheWindow) -> None:
    open_mine(aicha)
    aicha.click(card(aicha, "Puits").buttons["open:propose"])
    aicha.until(lambda: card(aicha, "Puits").words is not None)
    words = card(aicha, "Puits").words
    assert words is not None
    aicha.until(words.field.hasFocus)
    assert not words.button.isEnabled()
    aicha.write("Il est dans la cour.")
    aicha.press(KEY.Key_Return)
    aicha.until_told("“Puits” is proposed again")
    aicha.settle()
    assert ("Puits", "waiting") in states(aicha)
    assert aicha.place("Puits").comments[0].text == "Il est dans la cour."


def test_what_was_refused_is_corrected_in_the_form_with_all_that_was_written(
    aicha: AtTheWindow,
) -> None:
    open_mine(aicha)
    aicha.click(card(aicha, "Puits").buttons["correct"])
    aicha.until(lambda: isinstance(aicha.window.panel_host.current, PlaceForm))
    values = aicha.form.values()
    assert (values.name, values.category) == ("Puits", "eau")
    assert values.position is not None


def test_ones_own_is_taken_back_and_brought_back(aicha: AtTheWindow) -> None:
    open_mine(aicha)
    aicha.click(card(aicha, "Four").buttons["withdraw"])
    aicha.until_told("“Four” is off the map")
    aicha.settle()
    assert card(aicha, "Four").one.state == "withdrawn"
    aicha.click(card(aicha, "Four").buttons["restore"])
    aicha.until_told("“Four” is back")
    aicha.settle()
    assert card(aicha, "Four").one.state == "waiting"
    aicha.window.commands.undo()
    aicha.until_told("Undone: bring back “Four”")


def test_an_accepted_place_is_suggested_for_deletion_and_stays_meanwhile(
    aicha: AtTheWindow,
) -> None:
    open_mine(aicha)
    aicha.click(card(aicha, "Lavoir").buttons["open:delete"])
    aicha.until(lambda: card(aicha, "Lavoir").words is not None)
    aicha.write("Il fuit.")
    aicha.press(KEY.Key_Return)
    assert aicha.until_told("You suggest to delete “Lavoir”")[2] == (
        "It stays on the map until a coordinator agrees."
    )
    aicha.settle()
    assert ("Lavoir", "waiting") in states(aicha)
    assert aicha.state_of("Lavoir") == "delete_proposed"


def test_who_comes_next_on_the_same_laptop_sees_their_own_alone(aicha: AtTheWindow) -> None:
    panel = open_mine(aicha)
    aicha.window.tasks.write(
        lambda session: session.begin_person("Paul"), aicha.window.front.set_person
    )
    aicha.settle()
    assert panel.cards == []
    assert panel.empty.title == "Nothing from you yet"
    assert not any("answer" in title for title in aicha.window.messages.texts)


def test_a_long_list_shows_a_few_of_each_and_more_on_demand(aicha: AtTheWindow) -> None:
    aicha.meanwhile(
        lambda session: [
            session.add(PlaceDraft(f"Arbre {number}", "nature", 7.42, 43.73)) for number in range(9)
        ]
    )
    open_mine(aicha)
    waiting = [name for name, state in states(aicha) if state == "waiting"]
    assert len(waiting) == FIRST
    aicha.click(aicha.button("Show 6 more"))
    aicha.settle()
    assert len([state for _name, state in states(aicha) if state == "waiting"]) == 11


def test_the_card_of_a_place_takes_ones_own_change_back(aicha: AtTheWindow) -> None:
    card = aicha.open_card("Le marché")
    aicha.until(card.withdraw.isVisible)
    assert card.withdraw.words.text() == "Yours, waiting: change: name."
    aicha.click(card.withdraw.button)
    aicha.until_told("are taken back")
    aicha.settle()
    assert card.title.text() == MARKET
    assert not card.withdraw.isVisible()


def test_what_was_deleted_is_listed_shown_on_the_map_and_brought_back_by_keyboard(
    aicha: AtTheWindow,
) -> None:
    aicha.meanwhile(lambda session: session.withdraw(view_of(session, "Four").id))
    aicha.settle()
    aicha.do("deleted")
    aicha.settle()
    panel = aicha.window.panel_host.current
    assert isinstance(panel, DeletedPanel)
    assert [row.name for row in panel.rows] == ["Four"]
    assert panel.list.hasFocus()
    assert not panel.button.isEnabled()
    aicha.press(KEY.Key_Return)
    assert panel.chosen is not None
    assert aicha.window.map._overlays.pin is not None
    panel.button.setFocus()
    aicha.press(KEY.Key_Return)
    aicha.until_told("“Four” is back")
    aicha.settle()
    assert panel.rows == ()
    assert aicha.window.map._overlays.pin is None


def test_whoever_leaves_while_it_is_brought_back_is_told_all_the_same(aicha: AtTheWindow) -> None:
    aicha.meanwhile(lambda session: session.withdraw(view_of(session, "Four").id))
    aicha.settle()
    aicha.do("deleted")
    aicha.settle()
    panel = aicha.window.panel_host.current
    assert isinstance(panel, DeletedPanel)
    aicha.press(KEY.Key_Return)
    with aicha.busy():
        aicha.click(panel.button)
        panel.leave()
        aicha.until(lambda: not isValid(panel))
    aicha.until_told("“Four” is back")


def test_a_coordinator_finds_everybodys_under_review_and_a_resident_asks(
    camille: AtTheWindow,
) -> None:
    camille.meanwhile(lambda session: session.delete(view_of(session, MARKET)))
    camille.settle()
    camille.do("review")
    camille.settle()
    assert isinstance(camille.window.panel_host.current, ReviewPanel)
    camille.do("deleted")
    camille.settle()
    panel = camille.window.panel_host.current
    assert isinstance(panel, DeletedPanel)
    assert panel.is_all
    camille.press(KEY.Key_Return)
    assert panel.button.text() == "Bring it back"
    camille.click(panel.button)
    camille.until_told(f"“{MARKET}” is back")
    camille.settle()
    assert camille.state_of(MARKET) == "accepted"
