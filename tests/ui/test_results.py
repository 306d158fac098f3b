"""What we did: numbers, charts with their tables, and the evening played once more."""

import csv
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from collabmap.domain.feature import PlaceDraft
from collabmap.ui.panels.results import ResultsPanel
from collabmap.ui.widgets.time_slider import MINUTE_MS


def results(person: AtTheWindow) -> ResultsPanel:
    """Open the section and wait until the evening is there."""
    person.window.sections.go_to("results")
    panel = person.window.panel_host.current
    assert isinstance(panel, ResultsPanel)
    person.until(lambda: panel.replay.map is not None and panel.results is not None)
    person.settle()
    return panel


@pytest.fixture
def panel(camille: AtTheWindow) -> ResultsPanel:
    return results(camille)


def test_the_four_numbers_say_what_they_count(camille: AtTheWindow, panel: ResultsPanel) -> None:
    names = [card.accessibleName() for card in panel.numbers.cards]
    assert names == [
        "3 places added",
        "1 person on 1 computer",
        "0 links made",
        "– are reviewed nothing waits",
    ]
    camille.window.tasks.write(lambda s: s.add(PlaceDraft("Idea", "idees", 7.42, 43.733)))
    camille.until(lambda: panel.numbers.cards[0].number == "4")
    assert panel.numbers.cards[0].second == "1 idea among them"


def test_each_chart_has_a_table_of_the_same_numbers(panel: ResultsPanel) -> None:
    for card in (panel.categories, panel.through):
        assert not card.shows_table
        card.switch.click()
        assert card.shows_table
    table = panel.categories.table
    rows = [(table.item(n, 0).text(), table.item(n, 1).text()) for n in range(table.rowCount())]
    assert sorted(rows) == sorted(
        (panel.main.theme.category(name).label("en"), str(count)) for name, count in panel.bars.rows
    )
    times = panel.through.table
    counted = [int(times.item(n, 1).text()) for n in range(times.rowCount())]
    assert counted == panel.times.counts
    assert sum(counted) == 3


def test_the_replay_plays_pauses_and_steps_by_keys_and_ends_at_its_end(
    camille: AtTheWindow, panel: ResultsPanel
) -> None:
    replay = panel.replay
    assert replay.caption.endswith("3 places")
    replay.setFocus()
    camille.press(Qt.Key.Key_Home)
    assert replay.moment_ms == panel.span[0]
    camille.press(Qt.Key.Key_Right)
    camille.press(Qt.Key.Key_Right)
    camille.press(Qt.Key.Key_Left)
    assert replay.moment_ms == panel.span[0] + MINUTE_MS
    assert panel.times.cursor_ms == replay.moment_ms
    camille.press(Qt.Key.Key_Space)
    assert replay.is_playing
    assert replay.play.text() == "Pause"
    camille.press(Qt.Key.Key_Space)
    assert not replay.is_playing
    replay.set_speed(60)
    camille.press(Qt.Key.Key_Space)
    camille.until(lambda: not replay.is_playing)
    assert replay.moment_ms == panel.span[1]


def test_a_place_that_was_deleted_is_there_until_then(camille: AtTheWindow) -> None:
    def come_and_go(session: object) -> None:
        place = session.add(PlaceDraft("Short", "eau", 7.42, 43.733))  # type: ignore[attr-defined]
        session.delete(session.reader.place(place))  # type: ignore[attr-defined]

    camille.window.tasks.write(come_and_go)
    camille.settle()
    panel = results(camille)
    assert panel.results is not None
    assert panel.results.places == 3
    assert panel.replay.caption.endswith("3 places")


def test_numbers_are_saved_as_a_table_and_as_a_picture(
    camille: AtTheWindow, panel: ResultsPanel, tmp_path: Path
) -> None:
    panel.saving.save(tmp_path / "numbers")
    camille.until(lambda: (tmp_path / "numbers.csv").is_file())
    with (tmp_path / "numbers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Part", "What", "Number"]
    assert ["", "places added", "3"] in rows
    panel.saving.save(tmp_path / "page.png")
    camille.until(lambda: (tmp_path / "page.png").is_file())
    assert not QImage(str(tmp_path / "page.png")).isNull()


def test_an_evening_is_taken_home_as_a_poster_and_as_a_page(
    camille: AtTheWindow, panel: ResultsPanel, tmp_path: Path
) -> None:
    panel.saving.write_poster(tmp_path / "poster")
    assert not panel.head_of_page.poster.isEnabled()
    camille.until_told("The poster is saved")
    assert panel.head_of_page.poster.isEnabled()
    assert (tmp_path / "poster.pdf").read_bytes().startswith(b"%PDF-")
    panel.saving.write_page(tmp_path / "page")
    camille.until_told("The page is saved")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<strong>3</strong><b>places added</b>" in text
    panel.saving.write_page(tmp_path / "nowhere" / "page.html")
    camille.until_told("nowhere")
    assert panel.head_of_page.web.isEnabled()


def test_a_map_that_is_out_of_view_holds_no_base_map_open(
    camille: AtTheWindow, panel: ResultsPanel
) -> None:
    camille.click(panel.publish)
    camille.until(lambda: camille.window.panel_host.current is not panel)
    assert panel.replay.map is None
    camille.window.panel_host.back()
    camille.until(lambda: panel.replay.map is not None)


def test_a_map_on_which_nobody_did_anything_says_so(start: AtTheWindow, tmp_path: Path) -> None:
    from collabmap.app.session import Session

    session = Session.create(tmp_path / "Empty", start.window.device, "Empty", "Camille")
    path = session.path
    session.close()
    start.open(path)
    start.window.sections.go_to("results")
    panel = start.window.panel_host.current
    assert isinstance(panel, ResultsPanel)
    start.until(lambda: panel.told is not None)
    assert panel.view.empty.isVisible()
    assert not panel.replay.isVisible()
    assert not panel.head_of_page.save.isEnabled()
