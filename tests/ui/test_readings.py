"""Measurements at the window: chart, numbers, one more, a table taken in, the map."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from at_the_window import AtTheWindow
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sharing import copy_for, founder
from shiboken6 import isValid

from collabmap.app.reading_periods import Period
from collabmap.app.readings import NewReadings
from collabmap.domain.definitions import FIELD
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.reading_batch import Reading
from collabmap.ui import preferences
from collabmap.ui.panels.readings import ReadingsPanel, open_readings
from collabmap.ui.panels.readings_import import ReadingsImportPanel, open_table
from collabmap.ui.panels.review_body import CardBody
from collabmap.ui.panels.review_readings import ReadingsRow
from collabmap.ui.widgets.popover import MenuRow
from collabmap.ui.widgets.text import Text

MARKET = "Marché de la Condamine"
START = int(datetime(2026, 3, 2).timestamp())
HOUR = 3600
NO2 = {"type": "measure", "label_fr": "NO₂", "label_en": "NO₂", "unit": "µg/m³",
       "minimum": 0, "maximum": 400}  # fmt: skip
HEAT = {"type": "measure", "label_fr": "Température", "label_en": "Temperature", "unit": "°C"}


@pytest.fixture
def market(camille: AtTheWindow) -> bytes:
    """A place with two days of hours, of two devices, measured by Camille."""
    place = camille.place(MARKET).id
    said = {(FIELD, "no2"): NO2, (FIELD, "heat"): HEAT}
    readings = [
        Reading(START + i * HOUR, 10 + i % 24, "A" if i < 24 else "B", "pic" if i == 5 else "")
        for i in range(48)
    ]
    new = [NewReadings(place, "no2", readings)]
    camille.meanwhile(lambda session: session.define(said))
    camille.meanwhile(lambda session: session.add_readings(new))
    camille.settle()
    return place


def opened(person: AtTheWindow, place: bytes) -> ReadingsPanel:
    open_readings(person.window, place)
    panel = person.window.panel_host.current
    assert isinstance(panel, ReadingsPanel)
    person.until(lambda: panel.shown is not None)
    person.settle()
    return panel


def taking(person: AtTheWindow) -> ReadingsImportPanel:
    panel = person.window.panel_host.current
    assert isinstance(panel, ReadingsImportPanel)
    return panel


def test_the_card_leads_to_the_chart_and_the_keys_read_it(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    chart = panel.view.chart
    assert chart.isVisible()
    assert [one.name for one in chart._series] == ["A", "B"]
    chart.plot.setFocus()
    camille.press(Qt.Key.Key_End)
    assert chart.said.text() == "March 3, 2026, 11:00 PM: 33\u00a0µg/m³ · B"
    camille.press(Qt.Key.Key_Left)
    assert "10:00 PM: 32" in chart.plot.accessibleDescription()
    camille.press(Qt.Key.Key_Home)
    for _step in range(5):
        camille.press(Qt.Key.Key_Right)
    assert chart.said.text().endswith("· A · pic")


def test_buttons_and_keys_come_closer_and_go_back_to_all(
    camille: AtTheWindow, market: bytes
) -> None:
    chart = opened(camille, market).view.chart
    whole = chart.span
    earlier, later, closer, farther, every = chart.buttons
    camille.click(closer)
    near = chart.span
    assert near[1] - near[0] < whole[1] - whole[0]
    camille.click(later)
    assert chart.span[0] > near[0]
    camille.click(earlier)
    camille.click(farther)
    assert chart.span == pytest.approx(whole)
    chart.plot.setFocus()
    camille.press(Qt.Key.Key_Plus)
    assert chart.span[1] - chart.span[0] < whole[1] - whole[0]
    camille.click(every)
    assert chart.span == pytest.approx(whole)


def test_numbers_stand_behind_the_chart_and_one_is_taken_away_and_back(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    camille.click(panel.view.switch)
    table = panel.view.table
    assert table.isVisible()
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.shown.words(0, 1).strip() == "33"
    table.selectRow(0)
    table.copy()
    assert "\t33\tB" in QApplication.clipboard().text()
    camille.click(panel.view.remove)
    camille.until(lambda: panel.whole is not None and len(panel.whole) == 47)
    camille.until_told("1 measurement is taken away")
    camille.do("undo")
    camille.until(lambda: panel.whole is not None and len(panel.whole) == 48)


def test_one_more_is_typed_in_its_own_words_and_what_cannot_be_is_said_beside_it(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    form = panel.form
    camille.click(panel.add)
    assert form.value_row.error == "Write what was measured."
    form.value.setText("12 km")
    camille.click(panel.add)
    assert "µg/m³" in form.value_row.error
    form.value.setText("0.021 mg/m3")
    form.when.setText("31/02/2026 10:00")
    camille.click(panel.add)
    assert form.when_row.error
    form.when.setText("05/03/2026 10h30")
    form.device.setText("C")
    camille.click(panel.add)
    camille.until(lambda: panel.whole is not None and len(panel.whole) == 49)
    assert panel.whole is not None
    assert panel.whole.values[-1] == 21
    assert (form.value.text(), form.device.text()) == ("", "C")


def test_one_half_typed_waits_at_its_place_and_outlives_another_language(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    panel.form.value.setFocus()
    camille.write("12")
    panel.form.note.setFocus()
    camille.write("au soleil")
    camille.window.preferences.set_language("fr")
    camille.settle()
    again = camille.window.panel_host.current
    assert isinstance(again, ReadingsPanel)
    assert (again.form.value.text(), again.form.note.text()) == ("12", "au soleil")
    again.leave()
    again = opened(camille, market)
    camille.click(again.add)
    camille.until(lambda: again.whole is not None and len(again.whole) == 49)
    again.leave()
    assert opened(camille, market).form.written() == ""


def test_a_panel_that_is_left_while_it_is_written_says_that_it_is(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    panel.form.value.setText("12")
    with camille.busy():
        camille.click(panel.add)
        panel.leave()
        camille.until(lambda: not isValid(panel))
    camille.until_told("The measurement is added")
    opened(camille, market)
    open_table(camille.window, "date;NO2\n12/03/2026 10:00;12,5\n")
    table = taking(camille)
    camille.until(lambda: table.plan is not None and table.add.isEnabled())
    with camille.busy():
        camille.click(table.add)
        table.leave()
        camille.until(lambda: not isValid(table))
    camille.until_told("1 measurement is added")


def test_a_value_that_is_hardly_possible_is_doubted_and_taken(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    panel.form.value.setFocus()
    camille.write("1200")
    assert "hardly possible" in panel.form.warning.text()
    assert panel.form.warning.isVisible()
    camille.press(Qt.Key.Key_Return)
    camille.until(lambda: panel.whole is not None and len(panel.whole) == 49)


def test_a_period_without_measurements_says_when_the_last_one_was(
    camille: AtTheWindow, market: bytes
) -> None:
    panel = opened(camille, market)
    panel.period.show_period(Period("chosen", datetime(2025, 1, 1).date()))
    panel.period.chosen.emit(panel.period.period)
    assert panel.shown is not None
    assert len(panel.shown) == 48
    panel.period.show_period(Period("chosen", None, datetime(2025, 1, 1).date()))
    panel.period.chosen.emit(panel.period.period)
    assert panel.view.empty.isVisible()
    assert "nothing" in panel.view.empty.title.lower()


def test_a_table_is_shown_line_by_line_then_added_and_undone(
    camille: AtTheWindow, market: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "m.csv"
    lines = [
        "Date;Heure;NO2;Température",
        "10/03/2026;8h;12,5;9",
        "31/02/2026;9h;13;10",
        "10/03/2026;10h;1 200;11",
        "10/03/2026;11h;;12",
    ]
    path.write_text("\n".join(lines), encoding="cp1252")
    panel = opened(camille, market)
    camille.click(panel.take_in)
    table = taking(camille)
    table.take(path)
    camille.until(lambda: table.plan is not None and table.add.isEnabled())
    assert table.pick.hasFocus(), "the keyboard goes on from where it was"
    assert table.add.text() == "Add 5 measurements"
    shown = table.preview.shown
    assert [shown.state(row) for row in range(4)] == ["taken", "refused", "warned", "taken"]
    assert "31/02/2026" in shown.words(1, 1)
    assert shown.words(0, 4) == "NO₂ 12.5\u00a0µg/m³, Temperature 9\u00a0°C"
    table.look_at("refused")
    assert list(shown.rows) == [1]
    view = table.preview
    assert view.columnWidth(1) >= view.sizeHintForColumn(1), "why it is refused can be read whole"
    table.save_refused(tmp_path / "no.csv")
    camille.until_told("The refused lines are saved")
    assert "31/02/2026" in (tmp_path / "no.csv").read_text(encoding="utf-8-sig")
    camille.click(table.add)
    camille.until(lambda: table.plan is not None and table.plan.there == 5)
    assert not table.add.isEnabled()
    assert table.add.text() == "Nothing to add"
    camille.do("undo")
    table.take(path)
    camille.until(lambda: table.plan is not None and table.plan.new == 5)


def test_a_column_that_was_guessed_wrong_is_put_right(camille: AtTheWindow, market: bytes) -> None:
    panel = opened(camille, market)
    camille.click(panel.take_in)
    table = taking(camille)
    QApplication.clipboard().setText("Date\tX\tY\n10/03/2026 8:00\t12\t9\n")
    camille.click(table.paste)
    camille.until(lambda: table.plan is not None)
    assert not table.add.isEnabled()
    camille.click(table.columns.buttons[1])
    (row,) = [r for r in camille.popover.findChildren(MenuRow) if r.text() == "NO₂"]
    camille.click(row)
    camille.until(lambda: table.add.isEnabled())
    assert table.plan is not None
    assert table.plan.readings()[0].field == "no2"
    assert table.plan.readings()[0].place == market


def test_the_map_shows_measurements_and_the_legend_says_of_what(
    camille: AtTheWindow, market: bytes
) -> None:
    window = camille.window
    legend = window.legend
    camille.click(legend.button)
    row = legend.content.choices["readings"]
    camille.until(row.isVisible)
    camille.click(row)
    camille.until(lambda: window.reading.numbers is not None)
    assert window.reading.numbers is not None
    assert window.reading.numbers.values.tolist() == [33]
    choices = legend.content.readings
    assert choices is not None
    assert choices.fields["no2"].isChecked()
    camille.click(choices.hows["mean"])
    camille.until(lambda: window.reading.numbers is not None)
    assert window.reading.numbers.values.tolist() == [21.5]
    assert window.reading.circles.is_shown


def test_the_review_card_says_in_a_line_what_was_measured_and_takes_or_leaves_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    preferences.speak("en")
    with closing(founder(tmp_path)) as camille:
        camille.define({(FIELD, "no2"): NO2})
        place = camille.add(PlaceDraft("Station", "eau", 7.42, 43.73))
        with closing(copy_for(camille, "Aïcha")) as aicha:
            readings = [Reading(START + i * HOUR, 12 + i * 17) for i in range(25)]
            aicha.add_readings([NewReadings(place, "no2", readings)])
            sent = aicha.send(tmp_path / "sent.cmbundle").path
        camille.merge([sent])
        item = camille.reader.review_item(place)
        assert item is not None
        body = CardBody(item, camille.theme)
        qtbot.addWidget(body)
        (row,) = [row for row in body.rows if isinstance(row, ReadingsRow)]
        assert row.accessibleName() == (
            "Measurements added: 25 measurements (NO₂), March 2 through March 3, 2026,"
            " from 12 to 420\u00a0µg/m³"
        )
        assert any("hardly possible" in text.text() for text in row.findChildren(Text))
        row.toggle()
        camille.accept(item, leave=row.left)
        assert not camille.reader.readings(place, "no2").is_published.any()
        assert len(camille.reader.readings(place, "no2")) == 0
