"""The history of a place and the decisions of a map, at the window, by mouse and by keyboard."""

import csv
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui import files
from collabmap.ui.panels.audit import AuditPanel
from collabmap.ui.panels.history import HistoryPanel, open_history
from collabmap.ui.widgets.history_list import EntryRow, HistoryList

KEY = Qt.Key
NAMES = ("Banc à l’ombre", "Boîte à livres", "Patinoire")
MARKET = "Marché de la Condamine"


def decide(town: Path, device: Device, sent: Path, step_ms: int) -> None:
    """Let Camille take in what was sent and decide about it, so long apart; the rink is refused."""
    times = count(files.now_ms(), step_ms)
    session = Session.open(town, device, now=lambda: next(times))
    session.merge([sent])
    for item in session.reader.review_items():
        if item.name == "Patinoire":
            session.reject(item, "Hors de la commune.")
        else:
            session.accept(item)
    session.close()


@pytest.fixture
def sent(aicha_sends: Session, tmp_path: Path) -> Path:
    """Three places of Aïcha's."""
    for name in NAMES:
        aicha_sends.add(PlaceDraft(name, "nature", 7.4201, 43.7331))
    return aicha_sends.send(tmp_path / "sent").path


@pytest.fixture
def camille(
    open_window: Callable[[Device], AtTheWindow], town: Path, device: Device, sent: Path
) -> AtTheWindow:
    """Camille, who has decided about Aïcha's places one after the other."""
    decide(town, device, sent, step_ms=1000)
    person = open_window(device)
    person.open(town)
    return person


def decisions(person: AtTheWindow) -> AuditPanel:
    person.do("decisions")
    panel = person.window.panel_host.current
    assert isinstance(panel, AuditPanel)
    person.until(lambda: panel.answer is not None and bool(panel.figures.told.evenings))
    person.settle()
    return panel


def titles(panel: AuditPanel) -> list[str]:
    return [line.title for line in panel.list.lines]


def test_the_decisions_say_who_decided_what_under_the_figures(camille: AtTheWindow) -> None:
    panel = decisions(camille)
    assert panel.figures.accessibleName().startswith(
        "All evenings: 3 contributions, 2 were accepted, 1 was refused, 0 wait."
    )
    assert "3 by coordinators themselves" in panel.figures.wait.text()
    assert sorted(titles(panel)) == sorted(NAMES)
    refused = next(line for line in panel.list.lines if line.title == "Patinoire")
    assert refused.second == "Refused by Camille · “Hors de la commune.” · added by Aïcha"


def test_words_chips_and_evenings_choose_and_all_is_shown_again(camille: AtTheWindow) -> None:
    panel = decisions(camille)
    assert QApplication.focusWidget() is panel.search
    camille.write("commune")
    camille.until(lambda: titles(panel) == ["Patinoire"])
    assert [chip.text() for chip in panel.chips.chips] == ["Refused ones 1"]
    camille.write(" xyzzy")
    camille.until(panel.empty.isVisible)
    camille.click(camille.button("Show all"))
    camille.until(lambda: len(titles(panel)) > 1)
    camille.click(next(chip for chip in panel.chips.chips if "Refused" in chip.text()))
    camille.until(lambda: titles(panel) == ["Patinoire"])
    camille.click(panel.figures.which)
    assert camille.popover.accessibleName() == "Which evening?"
    camille.press(KEY.Key_Down)
    camille.press(KEY.Key_Return)
    camille.settle()
    assert panel.query().since_ms is not None
    assert titles(panel) == ["Patinoire"]


def test_enter_goes_to_the_place_and_what_is_nowhere_shows_its_history(
    camille: AtTheWindow,
) -> None:
    panel = decisions(camille)
    camille.write("livres")
    camille.until(lambda: titles(panel) == ["Boîte à livres"])
    camille.press(KEY.Key_Down)
    assert panel.history.isEnabled()
    camille.press(KEY.Key_Return)
    camille.settle()
    here = panel.here
    assert here is not None
    assert camille.window.map.selected == here.decision.place
    panel.search.setText("patinoire")
    camille.until(lambda: titles(panel) == ["Patinoire"])
    panel.list.setFocus()
    camille.press(KEY.Key_Return)
    camille.until(lambda: isinstance(camille.window.panel_host.current, HistoryPanel))
    camille.settle()
    camille.press(KEY.Key_Escape)
    assert camille.window.panel_host.current is panel


def test_places_decided_at_once_are_a_line_that_unfolds_and_folds(
    open_window: Callable[[Device], AtTheWindow], town: Path, device: Device, sent: Path
) -> None:
    decide(town, device, sent, step_ms=0)
    camille = open_window(device)
    camille.open(town)
    panel = decisions(camille)
    assert titles(panel) == ["Patinoire", "2 places at once"]
    panel.list.setFocus()
    camille.press(KEY.Key_Down)
    camille.press(KEY.Key_Return)
    camille.until(lambda: len(titles(panel)) == 4)
    assert sorted(titles(panel)[2:]) == sorted(NAMES[:2])
    assert panel.list.currentIndex().row() == 1
    assert not panel.history.isEnabled()
    camille.press(KEY.Key_Return)
    camille.until(lambda: len(titles(panel)) == 2)


def test_a_table_of_what_was_found_is_saved(camille: AtTheWindow, tmp_path: Path) -> None:
    panel = decisions(camille)
    panel.search.setText("commune")
    camille.until(lambda: titles(panel) == ["Patinoire"])
    panel.save(tmp_path / "decisions")
    camille.until_told("1 decision is saved")
    with (tmp_path / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["Place"], row["Decision"]) for row in rows] == [("Patinoire", "Refused")]


def test_a_place_tells_its_history_to_everybody(aicha: AtTheWindow) -> None:
    aicha.open_card(MARKET)
    aicha.choose_more("History")
    panel = aicha.window.panel_host.current
    assert isinstance(panel, HistoryPanel)
    aicha.until(lambda: panel.list is not None)
    aicha.settle()
    assert panel.name.text() == MARKET
    assert panel.list is not None
    (row,) = panel.list.rows
    assert row.accessibleName().startswith("Camille, computer ")
    assert row.accessibleName().endswith(", Added")
    aicha.press(KEY.Key_Escape)
    assert aicha.card.place is not None
    assert aicha.card.place.name == MARKET


def test_the_history_follows_what_is_done_meanwhile(camille: AtTheWindow) -> None:
    panel = decisions(camille)
    camille.write("livres")
    camille.until(lambda: titles(panel) == ["Boîte à livres"])
    camille.press(KEY.Key_Down)
    camille.click(panel.history)
    history = camille.window.panel_host.current
    assert isinstance(history, HistoryPanel)
    camille.until(lambda: history.list is not None and len(history.list.rows) == 2)

    def comment(session: Session) -> None:
        view = session.reader.place(history.feature)
        assert view is not None
        session.comment(view, "Elle est pleine.")

    camille.window.tasks.write(comment)
    camille.until(lambda: history.list is not None and len(history.list.rows) == 3)
    assert history.list is not None
    assert history.list.rows[0].accessibleName().endswith("Comment: “Elle est pleine.”")


def test_beside_a_card_the_history_opens_over_the_map_and_escape_gives_the_keyboard_back(
    camille: AtTheWindow,
) -> None:
    panel = decisions(camille)
    assert panel.answer is not None
    place = panel.answer.rows[0].decision.place
    panel.export.setFocus()
    open_history(camille.window, place, panel.export)
    camille.until(lambda: bool(camille.window.findChildren(HistoryList)))
    camille.settle()
    rows = camille.popover.findChildren(EntryRow)
    assert len(rows) == 2
    assert QApplication.focusWidget() is rows[0]
    camille.press(KEY.Key_Down)
    assert QApplication.focusWidget() is rows[1]
    camille.press(KEY.Key_Escape)
    assert QApplication.focusWidget() is panel.export


def test_the_name_of_the_table_says_of_which_map_and_day(
    camille: AtTheWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def ask(_parent: object, _title: str, where: str, _filter: str) -> tuple[str, str]:
        asked.append(where)
        return "", ""

    monkeypatch.setattr("collabmap.ui.panels.audit.QFileDialog.getSaveFileName", ask)
    panel = decisions(camille)
    camille.click(panel.export)
    day = files.dated_stem("Decisions La Condamine", files.now_ms())
    assert Path(asked[0]).name == f"{day}.csv"
