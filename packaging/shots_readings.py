"""Pictures of measurements: chart and numbers of a station, a table that is taken in, the map."""

import math
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.store.device import Device

START = datetime(2026, 3, 2)


class Measured(NamedTuple):
    """A map of stations with a month of hours, and a table that is not taken in yet."""

    project: Path
    device: "Device"
    table: Path


def prepare_measured(folder: Path, language: str) -> Measured:
    """Make a map of three stations."""
    from collabmap.app.readings import NewReadings
    from collabmap.app.session import Session
    from collabmap.app.themes import ready_theme
    from collabmap.domain.feature import PlaceDraft
    from collabmap.domain.reading_batch import Reading
    from collabmap.store.device import Device

    device = Device(folder / "air")
    session = Session.create(folder / "Air", device, "L’air que l’on respire", "Camille")
    session.apply_theme(ready_theme("qualite-air"))
    names = {
        "fr": ("Station du Ponant", "Capteur de l’école", "Carrefour du marché"),
        "en": ("West station", "School sensor", "Market crossing"),
    }[language]
    chance = random.Random(7)
    for number, name in enumerate(names):
        category = "station" if number == 0 else "capteur"
        draft = PlaceDraft(name, category, 7.417 + number * 0.004, 43.731 + number * 0.002)
        place = session.add(draft)
        new = []
        for field, level in (("no2", 24 + 9 * number), ("pm25", 9 + 3 * number)):
            readings = []
            for hour in range(24 * 28):
                at = START + timedelta(hours=hour)
                if 200 < hour < 230:
                    continue
                day = 1 + 0.5 * math.sin((at.hour - 8) / 24 * 2 * math.pi)
                value = round(max(1.0, level * day * chance.uniform(0.75, 1.3)), 1)
                device_name = "AS-23" if hour < 420 or number else "AS-31"
                note = "vent fort" if language == "fr" and hour == 300 else ""
                readings.append(Reading(int(at.timestamp()), value, device_name, note))
            new.append(NewReadings(place, field, readings))
        session.add_readings(new)
    session.close()
    return Measured(session.path, device, _write_table(folder, names))


def _write_table(folder: Path, names: tuple[str, ...]) -> Path:
    """Write what a station's office would send, slips of the pen included."""
    lines = ["Station;Date;Heure;NO2 (µg/m³);PM2,5 (µg/m³);Appareil;Remarque"]
    chance = random.Random(3)
    for hour in range(72):
        at = START + timedelta(days=30, hours=hour)
        no2 = f"{chance.uniform(12, 60):.1f}".replace(".", ",")
        pm25 = f"{chance.uniform(4, 20):.1f}".replace(".", ",")
        lines.append(f"{names[hour % 3]};{at:%d/%m/%Y};{at.hour} h 00;{no2};{pm25};AS-31;")
    lines[3] = f"{names[0]};31/02/2026;4 h 00;21,4;9,1;AS-31;"
    lines[6] = f"{names[0]};01/04/2026;5 h 00;1 021,4;9,1;AS-31;pic"
    lines[9] = "Gare du Nord;01/04/2026;8 h 00;21,4;9,1;AS-31;"
    lines[12] = f"{names[1]};01/04/2026;11 h 00;en panne;8,2;AS-31;"
    path = folder / "mesures-avril.csv"
    path.write_text("\n".join(lines), encoding="cp1252")
    return path


def measuring(camera: "Camera", folder: Path, made: Measured) -> None:
    """From a station to its numbers, and from a table to the map."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from collabmap.ui.panels.place_card import PlaceCard
    from collabmap.ui.panels.readings import ReadingsPanel, open_readings
    from collabmap.ui.panels.readings_import import ReadingsImportPanel

    window = camera.window
    window.desk.open(made.project)
    camera.until(lambda: window.info is not None and len(window.marks.columns or ()) == 3)
    window.go_to_mode("contribute")
    columns = window.marks.columns
    assert columns is not None
    place = next(columns.id(i) for i in range(3) if columns.name(i).startswith(("Stat", "West")))
    window.commands.open_place(place)
    card = camera.shown(PlaceCard)
    camera.until(lambda: card.place is not None)
    camera.take(folder, "210-measured-on-the-card")
    open_readings(window, place)
    panel = camera.shown(ReadingsPanel)
    camera.until(lambda: panel.shown is not None)
    QTest.keyClick(panel.view.chart.plot, Qt.Key.Key_End)
    camera.take(folder, "211-a-month-of-hours")
    for _step in range(4):
        panel.view.chart.enlarge(0.5)
    camera.take(folder, "212-closer")
    panel.view.turn()
    panel.view.table.selectRow(2)
    camera.take(folder, "213-the-numbers")
    panel.view.turn()
    panel.form.value.setText("1200")
    panel.form.value.textEdited.emit("1200")
    panel.form.when.setText("31/02/2026 10 h")
    panel.add.click()
    camera.take(folder, "214-one-more")
    panel.form.clear()
    panel.take_in.click()
    taking = camera.shown(ReadingsImportPanel)
    camera.take(folder, "215-a-table")
    taking.take(made.table)
    camera.until(lambda: taking.plan is not None)
    camera.take(folder, "216-what-is-understood")
    taking.look_at("refused")
    bar = taking.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.take(folder, "217-what-is-refused")
    taking.add.click()
    camera.until(lambda: bool(taking.plan and taking.plan.there))
    camera.take(folder, "218-measurements-added")
    window.messages.clear()
    window.commands.clear_selection()
    window.go_to_mode("contribute")
    camera.settle()
    if not window.legend.is_open:
        window.legend.button.click()
    camera.settle()
    window.legend.content.choices["readings"].click()
    camera.until(lambda: window.reading.numbers is not None)
    camera.take(folder, "219-measurements-on-the-map")
