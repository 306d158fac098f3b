"""The words that people agree to, edited under People."""

from collections.abc import Callable
from pathlib import Path

from at_the_window import AtTheWindow
from PySide6.QtWidgets import QWidget

from collabmap.app.session import Session
from collabmap.domain.consent import USUAL
from collabmap.store.device import Device
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.widgets.text import Text


def people(person: AtTheWindow) -> PeoplePanel:
    person.do("people")
    person.settle()
    panel = person.window.panel_host.current
    assert isinstance(panel, PeoplePanel)
    return panel


def said(widget: QWidget) -> str:
    return " | ".join(text.text() for text in widget.findChildren(Text) if text.isVisible())


def test_a_coordinator_writes_the_words_and_sees_who_agreed(camille: AtTheWindow) -> None:
    panel = people(camille)
    camille.click(panel.cards["consent"])
    page = panel.consent
    assert USUAL in page.version.text()
    assert "Camille" in said(page)
    assert not page.save.isEnabled(), "nothing was written yet"

    english = page.forms["en"]
    title, words = english._lines[0].title, english._lines[0].words
    assert title.text() == "They stay on this computer"
    title.setFocus()
    title.selectAll()
    camille.write("They stay at the town hall")
    words.clear()
    camille.click(page.save)
    camille.until_told("from now on")
    camille.settle()
    assert page.version.text() != f"Version {USUAL}"
    assert english.lines()[0].title == "They stay at the town hall"
    assert camille.window.front.welcome is None, "whoever wrote them has read them"
    camille.meanwhile(both_are_said)


def both_are_said(session: Session) -> None:
    consent = session.consent()
    assert consent.en[0] == ("They stay at the town hall", "")
    assert consent.fr[0].title == "Ils restent sur cet ordinateur", "not the English words"


def test_a_line_can_be_added_and_left_out(camille: AtTheWindow) -> None:
    panel = people(camille)
    camille.click(panel.cards["consent"])
    form = panel.consent.forms["en"]
    camille.click(form.more)
    camille.write("We meet again in June")
    form._lines[1].title.clear()
    titles = [line.title for line in form.lines()]
    assert titles[-1] == "We meet again in June"
    assert len(titles) == 5


def test_words_half_written_are_not_taken_away_by_what_others_do(camille: AtTheWindow) -> None:
    panel = people(camille)
    camille.click(panel.cards["consent"])
    field = panel.consent.forms["en"]._lines[0].title
    field.setFocus()
    camille.write("!")
    camille.meanwhile(lambda session: session.set_consent((), session.consent().lines("en")))
    panel.reload()
    camille.settle()
    assert field.text().startswith("!")


def test_words_half_written_are_there_again_when_somebody_comes_back(
    camille: AtTheWindow, device: Device, town: Path, open_window: Callable[[Device], AtTheWindow]
) -> None:
    panel = people(camille)
    camille.click(panel.cards["consent"])
    camille.click(panel.consent.forms["fr"].more)
    camille.write("On se revoit en juin")
    camille.window.go_to_mode("contribute")
    camille.settle()
    camille.window.close()
    again = open_window(device)
    again.open(town)
    page = people(again).consent
    assert page.forms["fr"].lines()[-1].title == "On se revoit en juin"
    assert page.save.isEnabled()
    page.save.click()
    again.until_told("from now on")
    again.window.go_to_mode("contribute")
    again.settle()
    assert not people(again).consent.save.isEnabled()


def test_residents_do_not_see_the_card(aicha: AtTheWindow) -> None:
    assert "consent" not in people(aicha).cards
