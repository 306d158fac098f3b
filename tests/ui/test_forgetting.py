"""Erasing for good: asked honestly, never by a slip, gone from the card afterwards."""

from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.ui.panels.forget import ForgetPanel
from collabmap.ui.widgets.popover import MenuRow
from collabmap.ui.widgets.row_list import Row, RowModel
from collabmap.ui.widgets.text import Text

FOUNTAIN = "Fontaine des Moulins"
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331, "Très calme.")
IDEA = PlaceDraft("Un marché du soir", "idees", 7.4207, 43.7329)


@pytest.fixture
def with_aichas(aicha_sends: Session, camille: AtTheWindow, tmp_path: Path) -> AtTheWindow:
    """Camille's window, with two places of Aïcha and a comment."""
    bench = aicha_sends.add(BENCH)
    aicha_sends.add(IDEA)
    view = aicha_sends.reader.place(bench)
    assert view is not None
    aicha_sends.comment(view, "Il manque une planche.")
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    camille.until(lambda: len(camille.names) == len(PLACES) + 2)
    return camille


def open_forget(person: AtTheWindow, name: str) -> ForgetPanel:
    person.open_card(name)
    person.choose_more("Erase for good…")
    panel = person.window.panel_host.current
    assert isinstance(panel, ForgetPanel)
    return panel


def choose(person: AtTheWindow, panel: ForgetPanel, words: str) -> None:
    found = [choice for choice, erasable in panel.choices if erasable.words == words]
    assert found, [erasable.words for _choice, erasable in panel.choices]
    found[0].click()
    person.settle()


def said(person: AtTheWindow) -> str:
    return " | ".join(t.text() for t in person.card.findChildren(Text) if t.isVisible())


def test_nothing_is_chosen_and_nothing_can_be_erased_by_a_slip(camille: AtTheWindow) -> None:
    panel = open_forget(camille, FOUNTAIN)
    assert panel.chosen is None
    assert not panel.erase.isEnabled()
    assert not panel.meaning.isVisible()
    choose(camille, panel, "This place, with all that was said of it")
    assert panel.meaning.isVisible()
    assert not panel.erase.isEnabled()
    panel.sure.click()
    assert panel.erase.isEnabled()


def test_for_somebody_elses_words_the_seven_days_are_told(with_aichas: AtTheWindow) -> None:
    panel = open_forget(with_aichas, BENCH.name)
    choose(with_aichas, panel, "The comment “Il manque une planche.”")
    assert "After seven days it is gone for good" in panel.meaning.text.text()


def test_a_place_that_is_erased_is_gone(camille: AtTheWindow) -> None:
    panel = open_forget(camille, FOUNTAIN)
    choose(camille, panel, "This place, with all that was said of it")
    panel.sure.click()
    camille.click(panel.erase)
    camille.until_told("Erased: This place")
    camille.until(lambda: FOUNTAIN not in camille.names)
    assert camille.window.panel_host.current_name == "browse"


def test_the_description_is_erased_and_said_to_be_removed(camille: AtTheWindow) -> None:
    panel = open_forget(camille, "Marché de la Condamine")
    choose(camille, panel, "Its description")
    panel.sure.click()
    camille.click(panel.erase)
    camille.until_told("Erased: Its description")
    camille.open_card("Marché de la Condamine")
    camille.until(lambda: "(removed)" in said(camille))
    assert "Le matin." not in said(camille)
    assert camille.place("Marché de la Condamine").description == ""


def test_one_comment_is_erased_and_the_place_stays(with_aichas: AtTheWindow) -> None:
    panel = open_forget(with_aichas, BENCH.name)
    choose(with_aichas, panel, "The comment “Il manque une planche.”")
    panel.sure.click()
    with_aichas.click(panel.erase)
    with_aichas.until_told("Erased: The comment")
    with_aichas.open_card(BENCH.name)
    with_aichas.until(lambda: "Très calme." in said(with_aichas))
    assert "Il manque une planche." not in said(with_aichas)


def test_everything_by_a_person_is_erased(with_aichas: AtTheWindow) -> None:
    panel = open_forget(with_aichas, BENCH.name)
    choose(with_aichas, panel, "Everything that Aïcha added to this map")
    panel.sure.click()
    with_aichas.click(panel.erase)
    with_aichas.until_told("Erased: Everything that Aïcha added")
    with_aichas.until(
        lambda: BENCH.name not in with_aichas.names and IDEA.name not in with_aichas.names
    )
    assert not any("Très calme" in place.description for place in with_aichas.places())


def test_a_resident_is_not_offered_to_erase_others_words(aicha: AtTheWindow) -> None:
    aicha.open_card(FOUNTAIN)
    aicha.click(aicha.card.more)
    rows = [row.text() for row in aicha.popover.findChildren(MenuRow)]
    assert "Hide this place here" in rows
    assert "Erase for good…" not in rows


def test_a_place_whose_name_was_erased_is_called_removed_in_the_list(camille: AtTheWindow) -> None:
    """Where it lies was not erased: it stays on the map, and in the list."""

    def erase_its_name(session: Session) -> None:
        subject = session.add(IDEA)
        view = session.reader.place(subject)
        assert view is not None
        session.edit(view, {"name": "Marché de nuit", "category": "culture"})
        found = session.project.model.outcome(subject).shown.registers["name"]
        session.redact_change([found[0].id])

    camille.meanwhile(erase_its_name)
    camille.until(lambda: "(removed)" in camille.names)


def test_lists_of_a_merge_and_the_queue_name_what_was_removed() -> None:
    model = RowModel()
    model.set_rows([Row(b"1", "eau", "", "Aïcha"), Row(b"2", "eau", "Puits", "Aïcha")])
    shown = [model.data(model.index(number)) for number in range(2)]
    assert shown == ["(removed)", "Puits"]
