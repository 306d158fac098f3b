"""Receipts at the window: what came back, what is shown to those who came, and one on paper."""

from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.receipts import ReceiptsPanel
from collabmap.ui.panels.send import SendPanel
from collabmap.ui.widgets.qr import Qr

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)


def open_receipts(person: AtTheWindow) -> ReceiptsPanel:
    person.do("receipts")
    panel = person.window.panel_host.current
    assert isinstance(panel, ReceiptsPanel)
    person.settle()
    return panel


@pytest.fixture
def received(aicha_sends: Session, camille: AtTheWindow, tmp_path: Path) -> AtTheWindow:
    """Camille's window, after Aïcha's two places were merged."""
    aicha_sends.add(BENCH)
    aicha_sends.add(BOOKS)
    path = aicha_sends.send(tmp_path / "a").path
    camille.meanwhile(lambda session: session.merge([path]))
    camille.settle()
    return camille


def signed(person: AtTheWindow) -> str:
    """Return the text of the receipt that is shown."""
    panel = open_receipts(person)
    person.until(lambda: bool(panel.slip.signed))
    return panel.slip.signed


def test_those_who_came_get_a_receipt_with_code_and_square(received: AtTheWindow) -> None:
    panel = open_receipts(received)
    received.until(lambda: bool(panel.slip.signed))
    assert [line.title for line in panel.list.lines] == ["For those who came", "Aïcha"]
    assert panel.list.lines[1].second.startswith("2 changes · ")
    square = panel.slip.findChild(Qr)
    assert square is not None
    assert square.text == panel.slip.signed
    assert square.text.startswith("COLLABMAP1.")


def test_a_receipt_is_saved_as_text(received: AtTheWindow, tmp_path: Path) -> None:
    text = signed(received)
    panel = received.window.panel_host.current
    assert isinstance(panel, ReceiptsPanel)
    panel.save(tmp_path / "receipt.txt")
    received.until_told("The receipt is saved")
    words = (tmp_path / "receipt.txt").read_text(encoding="utf-8")
    assert text in words
    assert "From: Aïcha" in words
    assert "Changes: 2 changes" in words


def test_a_receipt_that_cannot_be_saved_is_told(received: AtTheWindow, tmp_path: Path) -> None:
    signed(received)
    panel = received.window.panel_host.current
    assert isinstance(panel, ReceiptsPanel)
    panel.save(tmp_path / "nowhere" / "receipt.txt")
    received.until(lambda: any(kind == "error" for kind, _title, _hint in received.told))


def test_a_receipt_is_printed_on_one_page(received: AtTheWindow, tmp_path: Path) -> None:
    signed(received)
    panel = received.window.panel_host.current
    assert isinstance(panel, ReceiptsPanel)
    panel.print_on(QPdfWriter(str(tmp_path / "receipt.pdf")))
    data = (tmp_path / "receipt.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 1


def test_what_came_back_says_that_all_arrived(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    exchange(aicha, town, device, tmp_path, BENCH, BOOKS)
    panel = open_receipts(aicha)
    lines = panel.list.lines
    assert [line.title for line in lines[:2]] == ["What came back", "Camille’s computer"]
    assert lines[1].second == "has all 2 of your changes"
    assert lines[1].state == "accepted"


def test_what_was_added_since_is_missing_from_the_receipt(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    exchange(aicha, town, device, tmp_path, BENCH)
    aicha.meanwhile(lambda session: session.add(BOOKS))
    aicha.meanwhile(lambda session: session.send(tmp_path / "second"))
    panel = open_receipts(aicha)
    assert panel.list.lines[1].second == "has 1 of your 2 changes"
    assert panel.list.lines[1].state == "pending"


def exchange(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path, *drafts: PlaceDraft
) -> None:
    """Send what Aïcha adds to Camille, and bring the map back."""
    for draft in drafts:
        aicha.meanwhile(lambda session, draft=draft: session.add(draft))
    aicha.meanwhile(lambda session: session.send(tmp_path / "first"))
    coordinator = Session.open(town, device)
    coordinator.merge([tmp_path / "first.cmbundle"])
    back = coordinator.give_back(tmp_path / "back").path
    coordinator.close()
    aicha.meanwhile(lambda session: session.merge([back]))
    aicha.settle()


def test_after_sending_the_receipts_that_came_back_are_beside_it(
    aicha: AtTheWindow, town: Path, device: Device, tmp_path: Path
) -> None:
    exchange(aicha, town, device, tmp_path, BENCH, BOOKS)
    aicha.do("send")
    panel = aicha.window.panel_host.current
    assert isinstance(panel, SendPanel)
    aicha.until(lambda: panel.came_back.list.isVisible())
    [line] = panel.came_back.list.lines
    assert (line.title, line.second) == ("Camille’s computer", "has all 2 of your changes")
    panel.came_back.list.setFocus(Qt.FocusReason.TabFocusReason)
    aicha.press(Qt.Key.Key_Return)
    aicha.until(lambda: aicha.window.panel_host.current_name == "receipts")


def test_a_receipt_on_paper_is_checked(
    received: AtTheWindow,
) -> None:
    text = signed(received)
    panel = open_receipts(received)
    received.click(panel.ask)
    panel.text.setPlainText(text[:60] + "\n" + text[60:].lower())
    received.click(panel.check)
    received.until(panel.found.isVisible)
    assert panel.found.text() == "Camille’s computer has all 2 of Aïcha’s changes."


def test_a_receipt_that_was_altered_is_refused_beside_the_field(received: AtTheWindow) -> None:
    text = signed(received)
    panel = open_receipts(received)
    received.click(panel.ask)
    panel.text.setPlainText(text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:])
    received.click(panel.check)
    received.until(lambda: bool(panel.field.error))
    assert not panel.found.isVisible()


def test_escape_takes_the_field_away_before_the_panel(received: AtTheWindow) -> None:
    panel = open_receipts(received)
    received.click(panel.ask)
    assert not panel.ask.isVisible()
    received.write("COLLABMAP1.")
    received.press(Qt.Key.Key_Escape)
    received.until(panel.ask.isVisible)
    assert not panel.text.isVisible()
    assert panel.text.toPlainText() == ""
    received.press(Qt.Key.Key_Escape)
    assert received.window.panel_host.current is not panel


def test_without_receipts_the_panel_says_where_they_come_from(aicha: AtTheWindow) -> None:
    panel = open_receipts(aicha)
    aicha.until(panel.empty.isVisible)
    assert panel.empty.title == "No receipt yet"
