"""The shared folder: chosen once, then one button; what came, what went, what waits."""

import shutil
from pathlib import Path

import pytest
from at_the_window import AtTheWindow

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.ui.panels.folder import FolderPanel
from collabmap.ui.panels.send import SendPanel
from collabmap.ui.widgets.text import ElidedText

BENCH = PlaceDraft("Banc à l’ombre", "nature", 7.4201, 43.7331)
BOOKS = PlaceDraft("Boîte à livres", "culture", 7.4204, 43.7334)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Mairie"
    made.mkdir()
    return made


def open_folder(person: AtTheWindow) -> FolderPanel:
    person.do("folder")
    panel = person.window.panel_host.current
    assert isinstance(panel, FolderPanel)
    person.until(lambda: panel.step != "")
    person.settle()
    return panel


def exchange(person: AtTheWindow, folder: Path) -> FolderPanel:
    panel = open_folder(person)
    panel.use(folder)
    person.click(panel.primary)
    person.until(lambda: panel.step == "done")
    person.settle()
    return panel


def rows(panel: FolderPanel) -> list[str]:
    """Return the values of the receipt."""
    return [text.toolTip() or text.text() for text in panel.receipt.findChildren(ElidedText)]


def test_the_first_time_it_asks_for_a_folder(aicha: AtTheWindow) -> None:
    panel = open_folder(aicha)
    assert panel.step == "choose"
    assert panel.primary.text() == "Choose a folder"


def test_what_one_adds_goes_into_the_folder_and_the_other_gets_it(
    aicha: AtTheWindow, folder: Path, town: Path, device: Device
) -> None:
    aicha.meanwhile(lambda session: session.add(BENCH))
    panel = exchange(aicha, folder)
    assert panel.receipt.title.text() == "Exchanged"
    assert [check.state for check in panel.receipt.checks] == ["done"] * 3
    other = Session.open(town, device)
    assert other.sync_folder(folder).received.added == 1
    other.close()
    aicha.until(lambda: aicha.window.unsent == 0)


def test_what_came_is_told_with_a_way_to_see_and_to_undo_it(
    aicha: AtTheWindow, folder: Path, town: Path, device: Device
) -> None:
    other = Session.open(town, device)
    other.add(BOOKS)
    other.sync_folder(folder)
    other.close()
    panel = exchange(aicha, folder)
    kind, _title, hint = aicha.until_told("Exchanged: sent")
    assert kind == "done"
    assert hint.startswith("Mairie, at ")
    assert panel.receipt.checks[0].text != "Taken from the folder: 0 changes"
    aicha.click(aicha.button("Undo the merge"))
    aicha.until_told("The merge is undone here")
    aicha.settle()
    assert BOOKS.name not in {place.name for place in aicha.places()}


def test_the_folder_is_remembered(aicha: AtTheWindow, folder: Path) -> None:
    exchange(aicha, folder)
    aicha.window.panel_host.back_to_root()
    panel = open_folder(aicha)
    assert panel.folder == folder
    assert panel.choice.text() == "Mairie"
    assert panel.primary.text() == "Exchange now"


def test_sending_offers_the_folder_that_is_known(aicha: AtTheWindow, folder: Path) -> None:
    exchange(aicha, folder)
    aicha.do("send")
    panel = aicha.window.panel_host.current
    assert isinstance(panel, SendPanel)
    aicha.until(lambda: panel.shared.second == "Mairie")
    aicha.click(panel.shared)
    aicha.until(lambda: aicha.window.panel_host.current_name == "folder")


def test_a_folder_that_is_gone_is_told_and_nothing_is_lost(
    aicha: AtTheWindow, folder: Path
) -> None:
    aicha.meanwhile(lambda session: session.add(BENCH))
    panel = open_folder(aicha)
    panel.use(folder)
    shutil.rmtree(folder)
    aicha.click(panel.primary)
    aicha.until(lambda: panel.step == "ready")
    assert aicha.told[-1][0] == "error"
    aicha.until(lambda: panel.primary.isEnabled())
    assert aicha.place(BENCH.name).name == BENCH.name
    folder.mkdir()
    aicha.click(aicha.button("Try again"))
    aicha.until(lambda: panel.step == "done" or aicha.window.panel_host.current is not panel)


def test_a_damaged_file_in_the_folder_is_named(
    aicha: AtTheWindow, folder: Path, town: Path, device: Device
) -> None:
    other = Session.open(town, device)
    other.add(BOOKS)
    other.sync_folder(folder)
    other.close()
    found = max(folder.rglob("*.cmseg"), key=lambda path: path.stat().st_mtime_ns)
    data = bytearray(found.read_bytes())
    data[len(data) // 2] ^= 0xFF
    found.write_bytes(bytes(data))
    panel = exchange(aicha, folder)
    assert any(found.name[:8] in value for value in rows(panel)) or (
        panel.receipt.title.text() == "Exchanged in part"
    )
