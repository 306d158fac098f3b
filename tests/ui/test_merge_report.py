"""After a merge: who did what, undoing it here and letting it in again, and what it met."""

import shutil
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store import machine
from collabmap.store.device import Device
from collabmap.ui import files
from collabmap.ui.panels.merge_history import MergeHistoryPanel
from collabmap.ui.panels.merge_report import MergeReportPanel, ahead_words
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.panels.receive import ReceivePanel
from collabmap.ui.widgets.text import Text

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
IDEA = PlaceDraft("Un marché du soir", "idees", 7.4207, 43.7329)
MARKET = "Marché de la Condamine"
FOUNTAIN = "Fontaine des Moulins"
HOUR_MS = 3_600_000


def view_of(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(mark.id)
    assert view is not None
    return view


@pytest.fixture
def sent(aicha_sends: Session, tmp_path: Path) -> Path:
    """What Aïcha sent: a new place, a change, a deletion; and Marcel's idea."""
    aicha_sends.add(BENCH)
    aicha_sends.edit(view_of(aicha_sends, MARKET), {"name": "Marché couvert"})
    aicha_sends.delete(view_of(aicha_sends, FOUNTAIN))
    aicha_sends.begin_person("Marcel")
    aicha_sends.add(IDEA)
    return aicha_sends.send(tmp_path / "laptop-07").path


def merge(person: AtTheWindow, path: Path) -> None:
    """Receive a file by hand, to the end."""
    person.do("receive")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceivePanel)
    panel.preview([path])
    person.until(lambda: panel.step == "preview" and panel.overview.isVisible())
    person.click(panel.primary)
    person.until_told("added")
    person.settle()


def see(person: AtTheWindow) -> MergeReportPanel:
    """Open the report from the green message."""
    person.click(person.button("See"))
    panel = person.window.panel_host.current
    assert isinstance(panel, MergeReportPanel)
    person.until(lambda: panel.view is not None)
    return panel


def said(panel: MergeReportPanel) -> list[tuple[str, str]]:
    """Return what the list says: persons with a number, deeds with what was done."""
    return [(line.title, line.right if line.is_head else line.second) for line in panel.list.lines]


def names(person: AtTheWindow) -> set[str]:
    return {place.name for place in person.places()}


def test_see_says_who_added_changed_and_marked_what(sent: Path, camille: AtTheWindow) -> None:
    merge(camille, sent)
    panel = see(camille)
    assert said(panel)[0] == ("Aïcha", "3")
    assert set(said(panel)[1:4]) == {
        (BENCH.name, "new"),
        ("Marché couvert", "changed: name"),
        (FOUNTAIN, "deletion"),
    }
    assert said(panel)[4:] == [("Marcel", "1"), (IDEA.name, "new")]
    assert panel.summary.text().endswith("4 changes")


def test_a_line_opens_its_place_and_escape_comes_back(sent: Path, camille: AtTheWindow) -> None:
    merge(camille, sent)
    panel = see(camille)
    row = next(n for n, line in enumerate(panel.list.lines) if line.title == IDEA.name)
    where = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    camille.until(lambda: isinstance(camille.window.panel_host.current, PlaceCard))
    camille.until(lambda: camille.card.title.text() == IDEA.name)
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.panel_host.current is panel


def test_the_list_is_walked_by_keys_over_the_names_of_people(
    sent: Path, camille: AtTheWindow
) -> None:
    merge(camille, sent)
    panel = see(camille)
    panel.list.setFocus(Qt.FocusReason.TabFocusReason)
    titles = []
    for _step in range(4):
        titles.append(panel.list.lines[panel.list.currentIndex().row()].title)
        camille.press(Qt.Key.Key_Down)
        camille.until(lambda: panel.list.currentIndex().isValid())
    assert "Aïcha" not in titles
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: isinstance(camille.window.panel_host.current, PlaceCard))


def test_the_message_undoes_the_merge_on_this_computer_only(
    sent: Path, camille: AtTheWindow
) -> None:
    merge(camille, sent)
    assert BENCH.name in names(camille)
    camille.click(camille.button("Undo the merge"))
    _kind, _title, hint = camille.until_told("The merge is undone here")
    assert "On this computer only: other computers keep it, and nothing is erased." in hint
    camille.settle()
    assert names(camille) == {MARKET, FOUNTAIN, "Bibliothèque Louis Notari"}
    camille.until(lambda: camille.window.counts.places == 3)
    camille.click(camille.button("Let in again"))
    camille.until_told("The merge is in effect again")
    camille.settle()
    assert {BENCH.name, IDEA.name, "Marché couvert"} < names(camille)


def test_what_follows_an_undone_merge_waits_and_is_counted(
    sent: Path, aicha_sends: Session, camille: AtTheWindow, tmp_path: Path
) -> None:
    merge(camille, sent)
    aicha_sends.add(PlaceDraft("Lavoir", "eau", 7.4205, 43.7333))
    aicha_sends.add(PlaceDraft("Puits", "eau", 7.4206, 43.7334))
    later = aicha_sends.send(tmp_path / "later").path
    camille.meanwhile(lambda session: session.merge([later]))
    camille.settle()
    first = camille.window.lanes.write(lambda s: s.merges()).result(5)[-1]  # type: ignore[union-attr]
    camille.window.merges.hold(first.id)
    _kind, _title, hint = camille.until_told("The merge is undone here")
    assert f"{first.later} later changes wait." in hint
    assert first.later >= 2
    camille.settle()
    assert "Lavoir" not in names(camille)


def test_the_history_tells_in_effect_and_put_aside(sent: Path, camille: AtTheWindow) -> None:
    merge(camille, sent)
    camille.do("merges")
    panel = camille.window.panel_host.current
    assert isinstance(panel, MergeHistoryPanel)
    camille.until(lambda: len(panel.list.lines) == 1)
    line = panel.list.lines[0]
    assert line.title == "Aïcha, Marcel"
    assert line.second == "4 changes · In effect"
    panel.list.setFocus(Qt.FocusReason.TabFocusReason)
    camille.press(Qt.Key.Key_Return)
    report = camille.window.panel_host.current
    assert isinstance(report, MergeReportPanel)
    camille.until(lambda: report.undo.text() == "Undo the merge")
    camille.click(report.undo)
    camille.until(lambda: report.undo.text() == "Let in again")
    assert report.hint.text() == "Put aside on this computer only; nothing is erased."
    camille.press(Qt.Key.Key_Escape)
    assert camille.window.panel_host.current is panel
    camille.until(lambda: panel.list.lines[0].second == "4 changes · Put aside here")


def test_without_a_merge_the_history_says_what_would_be_there(camille: AtTheWindow) -> None:
    camille.do("merges")
    panel = camille.window.panel_host.current
    assert isinstance(panel, MergeHistoryPanel)
    camille.until(panel.empty.isVisible)
    assert panel.empty.title == "Nothing was merged yet"


def test_the_exchange_panel_leads_to_the_merges(sent: Path, camille: AtTheWindow) -> None:
    merge(camille, sent)
    camille.do("give_back")
    camille.click(camille.button("What was merged"))
    camille.until(lambda: camille.window.panel_host.current_name == "merges")


def test_a_clock_that_is_ahead_is_told_in_the_report(
    resident_device: Device, camille: AtTheWindow, tmp_path: Path
) -> None:
    path = next((tmp_path / "copy").glob("*.collabmap"))
    late = Session.open(path, resident_device, now=lambda: files.now_ms() + 5 * HOUR_MS)
    late.begin_person("Inès")
    late.add(BENCH)
    bundle = late.send(tmp_path / "ahead").path
    late.close()
    merge(camille, bundle)
    panel = see(camille)
    words = [text.text() for text in panel.findChildren(Text) if text.isVisible()]
    assert "The clock of Inès’s computer is 5 hours ahead." in words


def test_how_far_a_clock_is_ahead_is_said_in_the_unit_that_fits() -> None:
    QApplication.processEvents()
    assert "20 minutes" in ahead_words("Jo", 20 * 60_000)
    assert "1 hour " in ahead_words("Jo", HOUR_MS)
    assert "3 days" in ahead_words("Jo", 72 * HOUR_MS)


def test_a_copied_laptop_is_told_in_the_report(
    resident_device: Device, camille: AtTheWindow, tmp_path: Path
) -> None:
    """The laptop is copied while it is off; both copies go on, each on its own hardware."""
    original = tmp_path / "copy"
    session = Session.open(next(original.glob("*.collabmap")), resident_device)
    session.begin_person("Aïcha")
    session.add(PlaceDraft("Lavoir", "eau", 7.4205, 43.7333))
    session.close()
    resident_device.close()
    map_name = next(original.glob("*.collabmap")).name
    for number, name in enumerate(("one", "two"), start=1):
        shutil.copytree(tmp_path / "aicha", tmp_path / name / "device")
        shutil.copytree(original, tmp_path / name / "map")
        hardware = machine.fingerprint(f"{number}" * 32, [bytes([60, 82, 130, 170, 187, number])])
        device = Device(tmp_path / name / "device", lambda seen=hardware: seen)
        session = Session.open(tmp_path / name / "map" / map_name, device)
        session.begin_person("Aïcha")
        session.add(BENCH if name == "one" else IDEA)
        session.send(tmp_path / f"{name}.cmbundle")
        session.close()
        device.close()
    merge(camille, tmp_path / "one.cmbundle")
    camille.told.clear()
    merge(camille, tmp_path / "two.cmbundle")
    panel = see(camille)

    def words() -> list[str]:
        return [text.text() for text in panel.findChildren(Text) if text.isVisible()]

    camille.until(lambda: "Aïcha’s computer was copied" in words())
