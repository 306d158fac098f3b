"""An evening prepared in five steps, by somebody who does it for the first time."""

from contextlib import closing
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt

from collabmap.app.demo import demo_basemap
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.evening import EveningPanel
from collabmap.ui.panels.guide import GuidePanel
from collabmap.ui.panels.guide_kit import KitStep
from collabmap.ui.panels.guide_steps import TerritoryStep, WordsStep
from collabmap.ui.panels.people import PeoplePanel
from collabmap.ui.panels.results import ResultsPanel


@pytest.fixture
def nothing_yet(device: Device, tmp_path: Path) -> Path:
    """A map that was made a minute ago: nothing but its base map."""
    session = Session.create(
        tmp_path / "Monaco", device, "Monaco", "Camille", basemap=demo_basemap()
    )
    path = session.path
    session.close()
    return path


@pytest.fixture
def camille(start: AtTheWindow, nothing_yet: Path) -> AtTheWindow:
    start.open(nothing_yet)
    return start


def guide(person: AtTheWindow) -> GuidePanel:
    """Open the steps from the checklist."""
    person.window.sections.go_to("evening")
    checklist = person.window.panel_host.current
    assert isinstance(checklist, EveningPanel)
    person.click(checklist.view.head.guide)
    panel = person.window.panel_host.current
    assert isinstance(panel, GuidePanel)
    person.until(lambda: panel.standing is not None)
    return panel


def step(panel: GuidePanel, name: str) -> TerritoryStep:
    found = panel.steps[name]  # type: ignore[index]
    assert isinstance(found, TerritoryStep)
    return found


def kit_step(panel: GuidePanel) -> KitStep:
    found = panel.steps["kit"]
    assert isinstance(found, KitStep)
    return found


def choose_territory(person: AtTheWindow, panel: GuidePanel) -> None:
    territory = step(panel, "territory")
    territory.search.setFocus()
    person.write("Monaco")
    person.until(lambda: territory.list.isVisible())
    person.press(Qt.Key.Key_Return)
    person.click(panel.next)
    person.until(lambda: panel.step == "base_map")
    # The next steps know of it once the panel has looked again.
    person.until(lambda: panel.standing is not None and panel.standing.territory is not None)


def test_from_nothing_to_a_copy_that_a_resident_opens_and_back_to_the_numbers(
    camille: AtTheWindow, tmp_path: Path
) -> None:
    panel = guide(camille)
    assert panel.step == "territory"
    choose_territory(camille, panel)
    assert step(panel, "territory").said.title.text().startswith("Monaco")
    camille.click(panel.next)
    assert panel.step == "theme"
    theme_step = panel.steps["theme"]
    theme_step.apply("marche-velo")  # type: ignore[attr-defined]
    camille.until(lambda: panel.standing is not None and panel.standing.theme == "marche-velo")
    camille.click(panel.next)
    words = panel.steps["words"]
    assert isinstance(words, WordsStep)
    camille.until(lambda: words.form is not None)
    assert words.form is not None
    words.form.day.setText("31/12/2026")
    words.form.begins.setText("18:30")
    camille.click(panel.next)
    camille.until(lambda: panel.step == "kit")
    kit = kit_step(panel)
    camille.click(kit.make)
    camille.until(lambda: kit.trial is not None and kit.ways.isVisible())
    assert kit.trial is not None
    assert kit.trial.problems == ()
    assert kit.said.text.text().startswith("Tried: it opens in")
    (tmp_path / "stick").mkdir()
    kit.copy_to(tmp_path / "stick", "STICK")
    camille.until_told("The invitation is on STICK")
    (copied,) = (tmp_path / "stick").iterdir()
    assert kit.kit is not None
    assert copied.read_bytes() == kit.kit.read_bytes()

    # A resident opens it, adds two places and sends them.
    aicha = Device(tmp_path / "aicha")
    (tmp_path / "home").mkdir()
    with closing(Session.open_kit(copied, tmp_path / "home", aicha)) as resident:
        resident.begin_person("Aïcha")
        assert resident.territory() is not None
        for number, category in enumerate(resident.theme.categories[:2]):
            resident.add(PlaceDraft(f"Place {number}", category.id, 7.42, 43.73 + number / 1000))
        sent = resident.send(tmp_path / "sent").path
    aicha.close()
    camille.window.tasks.write(lambda session: session.merge([sent]))
    camille.settle()

    # What we did says what the log says.
    camille.window.sections.go_to("results")
    results = camille.window.panel_host.current
    assert isinstance(results, ResultsPanel)
    camille.until(lambda: results.results is not None and results.replay.map is not None)
    numbers = results.results
    assert numbers is not None
    assert (numbers.places, numbers.people, numbers.computers) == (2, 1, 1)
    assert (numbers.reviewed, numbers.waiting) == (0, 2)
    assert sum(results.times.counts) == 2


def test_whoever_comes_back_goes_on_where_something_is_left_to_do(camille: AtTheWindow) -> None:
    panel = guide(camille)
    choose_territory(camille, panel)
    camille.window.sections.go_to("people")
    again = guide(camille)
    assert again.step == "words"
    assert [button.is_done for button in again.bar.buttons] == [True, True, True, False, False]
    # An old hand goes straight to the last one.
    camille.click(again.bar.buttons[4])
    assert again.step == "kit"
    assert again.next.kind == "outline"
    assert kit_step(again).make.kind == "primary"


def test_a_base_map_is_made_of_the_territory(camille: AtTheWindow) -> None:
    from collabmap.ui.panels.base_map_new import BaseMapPanel

    panel = guide(camille)
    choose_territory(camille, panel)
    camille.click(panel.steps["base_map"].make)  # type: ignore[attr-defined]
    making = camille.window.panel_host.current
    assert isinstance(making, BaseMapPanel)
    assert panel.standing is not None
    assert panel.standing.territory is not None
    assert making.area.area == panel.standing.territory.box
    making.leave()
    assert camille.window.panel_host.current is panel


def test_what_is_wrong_with_the_words_is_said_beside_the_field(camille: AtTheWindow) -> None:
    panel = guide(camille)
    panel.go_to("words")
    words = panel.steps["words"]
    assert isinstance(words, WordsStep)
    camille.until(lambda: words.form is not None)
    assert words.form is not None
    words.form.day.setText("nonsense")
    camille.click(panel.next)
    assert panel.step == "words"
    assert words.form.rows["day"].error


def test_a_copy_with_something_wrong_says_what_and_is_not_offered_to_a_stick(
    camille: AtTheWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collabmap.app import kit_trial

    monkeypatch.setattr(kit_trial, "STICK_BYTES", 1000)
    panel = guide(camille)
    panel.go_to("kit")
    kit = kit_step(panel)
    camille.click(kit.make)
    camille.until(lambda: kit.trial is not None)
    camille.settle()
    assert "4 GB" in kit._problems.text()
    assert kit._problems.isVisible()
    assert not kit.ways.isVisible()


def test_what_people_agree_to_is_changed_from_the_step_that_shows_it(camille: AtTheWindow) -> None:
    panel = guide(camille)
    panel.go_to("words")
    words = panel.steps["words"]
    assert isinstance(words, WordsStep)
    camille.click(words.change)
    people = camille.window.panel_host.current
    assert isinstance(people, PeoplePanel)
    assert people.view == "consent"
