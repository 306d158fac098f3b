"""The base maps at the window: ticked, faded, ordered, added, removed, checked, handed out."""

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from packs import a_pack
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from ui.conftest import OpenWindow

from collabmap.store.device import Device
from collabmap.ui import project_desk
from collabmap.ui.map.ground_view import ShownMap
from collabmap.ui.panels.base_maps import BaseMapsPanel
from collabmap.ui.widgets.buttons import Button


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return a_pack(tmp_path / "plan.mbtiles", "#ff0000", name="Plan")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return a_pack(tmp_path / "photo.mbtiles", "#0000ff", name="Photo")


@pytest.fixture
def panel(camille: AtTheWindow, plan: Path, photo: Path) -> BaseMapsPanel:
    """The panel, with a plan and a photo over it."""
    camille.meanwhile(lambda session: (session.add_base_map(plan), session.add_base_map(photo)))
    return opened(camille, 2)


def opened(person: AtTheWindow, count: int) -> BaseMapsPanel:
    person.do("base_maps")
    found = person.window.panel_host.current
    assert isinstance(found, BaseMapsPanel)
    person.until(lambda: len(found.cards) == count)
    person.settle()
    return found


def in_file(person: AtTheWindow) -> list[tuple[str, float, bool]]:
    """What the project's file says, bottom to top."""
    assert person.window.lanes is not None
    views = person.window.lanes.write(lambda session: session.base_maps()).result(5)
    return [(view.title, view.opacity, view.is_visible) for view in views]


def painted(person: AtTheWindow) -> list[tuple[str, float]]:
    """What lies under the marks, bottom to top."""
    shown: tuple[ShownMap, ...] = person.window.base_maps._shown
    return [(each.path.name, each.opacity) for each in shown]


PLAN, PHOTO = "La Condamine.mbtiles", "La Condamine.photo.mbtiles"


def test_the_topmost_is_the_first_of_the_list_and_all_lie_under_the_marks(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    assert [card.tick.text() for card in panel.cards.values()] == ["Photo", "Plan"]
    assert painted(camille) == [(PLAN, 1.0), (PHOTO, 1.0)]
    assert not panel.empty.isVisible()


def test_tab_goes_down_the_list_and_on_to_what_is_below(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    photo, plan = panel.cards[PHOTO], panel.cards[PLAN]
    down: list[QWidget] = [photo.tick, photo.down, photo.slider, photo.remove]
    down += [plan.tick, plan.up, plan.slider, plan.remove, panel.check, panel.add_folder]
    photo.tick.setFocus()
    for control in down:
        assert QApplication.focusWidget() is control
        camille.press(Qt.Key.Key_Tab)


def test_a_tick_shows_and_hides_and_is_kept(camille: AtTheWindow, panel: BaseMapsPanel) -> None:
    panel.cards[PHOTO].tick.setFocus()
    QTest.keyClick(panel.cards[PHOTO].tick, Qt.Key.Key_Space)
    camille.until(lambda: in_file(camille)[1] == ("Photo", 1.0, False))
    camille.until(lambda: painted(camille) == [(PLAN, 1.0)])
    assert panel.cards[PHOTO].tick.hasFocus()
    camille.click(panel.cards[PHOTO].tick)
    camille.until(lambda: len(painted(camille)) == 2)


def test_the_map_follows_the_slider_at_once_and_the_file_once_it_rests(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    slider = panel.cards[PHOTO].slider
    slider.setFocus()
    for _ in range(4):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert painted(camille)[1] == (PHOTO, 0.8)
    assert panel.cards[PHOTO].percent.text() == "80%"
    camille.until(lambda: in_file(camille)[1][1] == 0.8)
    camille.settle()
    assert panel.cards[PHOTO].slider is slider
    assert slider.hasFocus()
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(2, slider.height() // 2))
    assert slider.value() == 0
    camille.until(lambda: in_file(camille)[1][1] == 0.0)


def test_whoever_leaves_while_a_slider_still_moves_loses_nothing(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    panel.cards[PHOTO].slider.setValue(35)
    camille.press(Qt.Key.Key_Escape)
    camille.until(lambda: in_file(camille)[1][1] == 0.35)


def test_arrows_move_a_line_and_keep_the_keyboard(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    down = panel.cards[PHOTO].down
    assert not panel.cards[PHOTO].up.isEnabled()
    down.setFocus()
    QTest.keyClick(down, Qt.Key.Key_Return)
    camille.until(lambda: list(panel.cards) == [PLAN, PHOTO])
    assert painted(camille) == [(PHOTO, 1.0), (PLAN, 1.0)]
    assert panel.cards[PHOTO].up.hasFocus()
    assert [row[0] for row in in_file(camille)] == ["Photo", "Plan"]


def test_one_that_is_removed_stays_on_the_disk_and_comes_back_at_its_place(
    camille: AtTheWindow, panel: BaseMapsPanel
) -> None:
    camille.meanwhile(lambda session: session.adjust_base_map(PLAN, opacity=0.5))
    panel.reload()
    camille.settle()
    camille.click(panel.cards[PLAN].remove)
    camille.until(lambda: list(panel.cards) == [PHOTO])
    camille.until(lambda: list(panel.beside) == [PLAN])
    assert painted(camille) == [(PHOTO, 1.0)]
    camille.until(lambda: "“Plan” is off the list" in camille.window.messages.texts[0])
    buttons = camille.window.messages.widget.findChildren(Button)
    camille.click(next(button for button in buttons if button.text() == "Put it back"))
    camille.until(lambda: in_file(camille) == [("Plan", 0.5, True), ("Photo", 1.0, True)])


def test_a_file_beside_the_map_is_used_or_deleted_after_a_question(
    camille: AtTheWindow, panel: BaseMapsPanel, town: Path
) -> None:
    camille.click(panel.cards[PHOTO].remove)
    camille.until(lambda: PHOTO in panel.beside)
    camille.click(panel.beside[PHOTO]["ask"])
    assert panel.beside[PHOTO]["keep"].hasFocus()
    camille.press(Qt.Key.Key_Escape)
    assert panel.beside[PHOTO]["ask"].hasFocus()
    camille.click(panel.beside[PHOTO]["use"])
    camille.until(lambda: PHOTO in panel.cards)
    camille.until(lambda: panel.beside == {})
    camille.click(panel.cards[PHOTO].remove)
    camille.until(lambda: PHOTO in panel.beside)
    camille.click(panel.beside[PHOTO]["ask"])
    camille.click(panel.beside[PHOTO]["delete"])
    camille.until(lambda: not town.with_name(PHOTO).exists())
    camille.until(lambda: panel.beside == {})


def test_a_file_that_is_dropped_is_copied_and_lies_on_top(
    camille: AtTheWindow, photo: Path, tmp_path: Path
) -> None:
    panel = opened(camille, 0)
    assert panel.empty.isVisible()
    camille.window.dropping.take([photo])
    camille.until(lambda: list(panel.cards) == [PLAN])
    camille.until(lambda: painted(camille) == [(PLAN, 1.0)])
    wrong = tmp_path / "holiday.mbtiles"
    wrong.write_bytes(b"no tiles")
    camille.window.messages.clear()
    panel.add(wrong)
    camille.until(lambda: bool(camille.window.messages.texts))
    assert "holiday.mbtiles" in camille.window.messages.texts[0]
    camille.until(panel.add_file.isEnabled)
    assert list(panel.cards) == [PLAN]


def test_a_check_says_that_all_is_well_or_what_is_not(
    camille: AtTheWindow, panel: BaseMapsPanel, town: Path
) -> None:
    camille.click(panel.check)
    camille.until(panel.checked.isVisible)
    path = town.with_name(PHOTO)
    data = path.read_bytes()
    path.write_bytes(data[:-9] + b"x" + data[-8:])
    camille.until(panel.add_file.isEnabled)
    camille.click(panel.check)
    camille.until(lambda: panel.cards[PHOTO].accept is not None)
    assert not panel.checked.isVisible()
    accept = panel.cards[PHOTO].accept
    assert accept is not None
    camille.until(panel.add_file.isEnabled)
    camille.click(accept)
    camille.until(lambda: panel.cards[PHOTO].accept is None)


def test_a_file_that_is_gone_is_said_on_its_line(
    camille: AtTheWindow, panel: BaseMapsPanel, town: Path
) -> None:
    file = town.with_name(PHOTO)
    data = file.read_bytes()
    file.unlink()
    camille.until_told(f"The base map “{PHOTO}” is out of reach.")

    def words() -> list[str]:
        return [label.text() for label in panel.cards[PHOTO].findChildren(type(panel.beside_title))]

    panel.reload()
    camille.until(lambda: any("not beside the map any more" in text for text in words()))
    # The map waits for it.
    file.write_bytes(data)
    camille.until_told(f"The base map “{PHOTO}” is back")
    assert camille.window.messages.texts == [f"The base map “{PHOTO}” is back"]
    camille.until(lambda: not any("not beside the map any more" in text for text in words()))


def test_a_resident_chooses_what_is_seen_on_the_own_computer(
    aicha: AtTheWindow, plan: Path, photo: Path
) -> None:
    aicha.meanwhile(lambda session: (session.add_base_map(plan), session.add_base_map(photo)))
    panel = opened(aicha, 2)
    assert panel.ways == {}
    aicha.click(panel.cards[PHOTO].tick)
    aicha.until(lambda: in_file(aicha)[1][2] is False)


def test_a_map_that_is_open_elsewhere_is_only_looked_at(
    camille: AtTheWindow, panel: BaseMapsPanel, town: Path
) -> None:
    camille.window.desk.open(town, read_only=True)
    camille.until(lambda: camille.window.info is not None and camille.window.info.read_only)
    camille.settle()
    looking = opened(camille, 2)
    assert not looking.cards[PHOTO].tick.isEnabled()
    assert not looking.cards[PHOTO].slider.isEnabled()
    assert not looking.add_file.isEnabled()


def test_the_list_is_shown_when_a_project_opens(
    camille: AtTheWindow, panel: BaseMapsPanel, town: Path, device: Device, open_window: OpenWindow
) -> None:
    camille.meanwhile(lambda session: session.adjust_base_map(PHOTO, opacity=0.25))
    camille.settle()
    camille.window.close()
    again = open_window(device)
    again.open(town)
    again.until(lambda: painted(again) == [(PLAN, 1.0), (PHOTO, 0.25)])


def test_a_base_map_that_was_spoiled_on_its_way_is_said_when_the_kit_opens(
    camille: AtTheWindow, panel: BaseMapsPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert camille.window.lanes is not None
    kit = camille.window.lanes.write(lambda s: s.hand_out(tmp_path / "kit").path).result(10)
    with zipfile.ZipFile(kit) as archive:
        at = archive.getinfo("map.photo.mbtiles").header_offset + 2000
    data = bytearray(kit.read_bytes())
    data[at] ^= 1
    kit.write_bytes(data)
    (tmp_path / "documents").mkdir()
    monkeypatch.setattr(project_desk, "default_folder", lambda: tmp_path / "documents")
    camille.window.desk.open(kit)
    camille.until(lambda: any("“Photo” arrived" in t for t in camille.window.messages.texts))
    assert painted(camille) == [(PLAN, 1.0)]


def test_what_a_file_left_to_be_guessed_is_told_when_it_is_added(
    camille: AtTheWindow, panel: BaseMapsPanel, tmp_path: Path
) -> None:
    bare = a_pack(tmp_path / "bare.mbtiles", "#123456")
    with closing(sqlite3.connect(bare)) as database:
        database.execute("DELETE FROM metadata")
        database.commit()
    panel.add(bare)
    _kind, _title, hint = camille.until_told("bare")
    assert "It has no name: it is called as its file." in hint
    assert "It does not say rightly which area it shows: its pictures told." in hint
