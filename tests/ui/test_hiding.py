"""Hiding on this computer: at once, with a way back, and a list of what is hidden."""

from pathlib import Path

import pytest
from at_the_window import PLACES, AtTheWindow

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.ui.panels.hidden import HiddenPanel
from collabmap.ui.widgets.popover import MenuRow

FOUNTAIN = "Fontaine des Moulins"
BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
IDEA = PlaceDraft("Un marché du soir", "idees", 7.4207, 43.7329)


def menu(person: AtTheWindow) -> list[str]:
    """Return what the menu offers, and close it."""
    person.click(person.window.top_bar.menu)
    rows = [row.text() for row in person.popover.findChildren(MenuRow)]
    person.popover.close_popover()
    return rows


@pytest.fixture
def with_aichas(aicha_sends: Session, camille: AtTheWindow, tmp_path: Path) -> AtTheWindow:
    """Camille's window, with two places of Aïcha."""
    aicha_sends.add(BENCH)
    aicha_sends.add(IDEA)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    camille.until(lambda: len(camille.names) == len(PLACES) + 2)
    return camille


def test_a_place_is_hidden_at_once_and_undo_brings_it_back(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.choose_more("Hide this place here")
    _kind, _title, hint = camille.until_told(f"“{FOUNTAIN}” is hidden on this computer")
    assert hint == "Others still see it; nothing was changed on the map."
    camille.until(lambda: FOUNTAIN not in camille.names and len(camille.names) == 2)
    camille.click(camille.button("Undo"))
    camille.until(lambda: FOUNTAIN in camille.names)


def test_all_by_a_person_is_hidden(with_aichas: AtTheWindow) -> None:
    with_aichas.open_card(BENCH.name)
    with_aichas.choose_more("Hide all by Aïcha here")
    with_aichas.until_told("What Aïcha added is hidden on this computer")
    with_aichas.until_listed(*(place.name for place in PLACES))


def test_ones_own_contributions_are_not_offered_to_be_hidden(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.click(camille.card.more)
    rows = [row.text() for row in camille.popover.findChildren(MenuRow)]
    assert not [words for words in rows if words.startswith("Hide all")]


def test_what_is_hidden_is_reachable_only_while_something_is(camille: AtTheWindow) -> None:
    assert "Hidden on this computer" not in menu(camille)
    camille.open_card(FOUNTAIN)
    camille.choose_more("Hide this place here")
    camille.until_told("is hidden on this computer")
    camille.until(lambda: camille.window.hiding.count == 1)
    assert "Hidden on this computer" in menu(camille)


def test_the_list_shows_a_hidden_place_again(with_aichas: AtTheWindow) -> None:
    with_aichas.open_card(FOUNTAIN)
    with_aichas.choose_more("Hide this place here")
    with_aichas.until(lambda: with_aichas.window.hiding.count == 1)
    with_aichas.open_card(BENCH.name)
    with_aichas.choose_more("Hide all by Aïcha here")
    with_aichas.until(lambda: with_aichas.window.hiding.count == 2)
    with_aichas.do("hidden")
    panel = with_aichas.window.panel_host.current
    assert isinstance(panel, HiddenPanel)
    with_aichas.until(lambda: len(panel.buttons) == 2)
    with_aichas.settle()
    place = next(h for h in with_aichas.window.hiding.hidden if h.kind == "place")
    with_aichas.click(panel.buttons[place.id])
    with_aichas.until_told(f"“{FOUNTAIN}” is shown again")
    with_aichas.until(lambda: len(panel.buttons) == 1)
    # The list is filled once more for the places that are shown again, its buttons made anew.
    with_aichas.settle()
    with_aichas.click(next(iter(panel.buttons.values())))
    with_aichas.until(panel.empty.isVisible)
    panel.leave()
    with_aichas.until_listed(*(place.name for place in PLACES), BENCH.name, IDEA.name)


def test_looking_again_leaves_the_buttons_where_they_are(camille: AtTheWindow) -> None:
    camille.open_card(FOUNTAIN)
    camille.choose_more("Hide this place here")
    camille.until(lambda: camille.window.hiding.count == 1)
    camille.do("hidden")
    panel = camille.window.panel_host.current
    assert isinstance(panel, HiddenPanel)
    [before] = panel.buttons.values()
    camille.window.hiding.reload()
    camille.settle()
    assert list(panel.buttons.values()) == [before]
