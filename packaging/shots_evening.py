"""Pictures of what an evening has brought: numbers, charts, and the evening on the map again."""

import random
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shots import Camera

    from collabmap.app.session import Session
    from collabmap.store.device import Device

# Places in each five minutes from half past six on, and how many of each category.
_BARS = (0, 2, 5, 8, 9, 7, 10, 12, 9, 11, 8, 10, 9, 8, 7, 6, 4, 1)
_CATEGORIES = {
    "nature": 24, "deplacer": 21, "idees": 19, "entraide": 15, "culture": 12, "commerces": 11,
    "eau": 9, "savoir-faire": 8, "sport": 3, "sante": 2, "apprendre": 1, "patrimoine": 1,
}  # fmt: skip
_PEOPLE, _LINKS, _UNREVIEWED = 37, 64, 10
_WEST, _SOUTH, _EAST, _NORTH = 7.4145, 43.7300, 7.4240, 43.7362


class Done(NamedTuple):
    """device, project: the coordinator's."""

    device: "Device"
    project: Path


def prepare(folder: Path, language: str) -> Done:
    """Make a map on which an evening was spent."""
    from collabmap.app import evening
    from collabmap.app.demo import demo_basemap
    from collabmap.app.evening import Evening
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    begin = datetime.now() - timedelta(days=1)
    begin = begin.replace(hour=18, minute=30, second=0, microsecond=0)
    # Moved on as the evening goes.
    at = [begin]

    def now() -> int:
        at[0] += timedelta(milliseconds=1)
        return round(at[0].timestamp() * 1000)

    camille, hall = Device(folder / "results-camille"), Device(folder / "results-hall")
    (folder / "results-copy").mkdir()
    path = folder / ("La Condamine, carte vivante" if language == "fr" else "La Condamine")
    with closing(
        Session.create(path, camille, path.name, "Camille R.", basemap=demo_basemap(), now=now)
    ) as session:
        where = "salle du Ponant" if language == "fr" else "Ponant hall"
        day = begin.date().isoformat()
        evening.set_evening(session, Evening(day, "18:30", "20:00", where, 12, 40))
        kit = session.hand_out(folder / "results.cmkit").path
        with closing(Session.open_kit(kit, folder / "results-copy", hall, now=now)) as laptop:
            _contribute(laptop, at, begin)
            _link(laptop)
            session.merge([laptop.send(folder / "results.cmbundle").path])
        at[0] = begin + timedelta(minutes=89)
        waiting = [row.id for row in session.reader.queue()][:-_UNREVIEWED]
        for start in range(0, len(waiting), 100):
            part = waiting[start : start + 100]
            session.decide_many("accept", session.reader.states(part))
        project = session.path
    hall.close()
    return Done(camille, project)


def _contribute(laptop: "Session", at: list[datetime], begin: datetime) -> None:
    from collabmap.app.demo import take_turn
    from collabmap.domain.feature import PlaceDraft

    chance = random.Random(12)
    names = [name for name, count in _CATEGORIES.items() for _n in range(count)]
    chance.shuffle(names)
    number = 0
    for bar, count in enumerate(_BARS):
        for one in range(count):
            at[0] = begin + timedelta(minutes=5 * bar + 5 * one / count)
            take_turn(laptop, f"Personne {number % _PEOPLE}")
            lng, lat = chance.uniform(_WEST, _EAST), chance.uniform(_SOUTH, _NORTH)
            laptop.add(PlaceDraft(f"Lieu {number}", names[number], lng, lat))
            number += 1


def _link(laptop: "Session") -> None:
    from collabmap.app.demo import view_of

    rows, _total = laptop.reader.places(limit=200)
    ids = sorted(row.id for row in rows)[:71]
    for number in range(_LINKS):
        target = ids[(number + 7 + number % 5) % len(ids)]
        laptop.add_link(view_of(laptop, ids[number]), target, "uses")


def looking_back(camera: "Camera", folder: Path, done: Done) -> None:
    """Take the pictures of the results: the end, the middle of the replay, the tables."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from collabmap.ui.panels.results import ResultsPanel

    window = camera.window
    window.desk.open(done.project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    window.sections.go_to("results")
    panel = camera.shown(ResultsPanel)
    camera.until(lambda: panel.replay.map is not None and panel.results is not None)
    replayed = panel.replay.map
    assert replayed is not None
    # With very large text it lies below what is in view, and is not painted.
    camera.until(lambda: replayed.visibleRegion().isEmpty() or replayed.is_complete)
    camera.take(folder, "260-what-we-did")
    panel.view.scroll_area.ensureWidgetVisible(panel.replay)
    first, last = panel.span
    panel.replay.go_to(first + round((last - first) * 0.6))
    camera.take(folder, "261-replay")
    panel.categories.switch.click()
    panel.through.switch.click()
    panel.view.scroll_area.ensureWidgetVisible(panel.categories)
    camera.take(folder, "262-the-numbers")
    panel.categories.switch.click()
    panel.through.switch.click()
    panel.replay.speed_button.click()
    camera.take(folder, "263-how-fast")
    QTest.keyClick(window, Qt.Key.Key_Escape)


def being_led(camera: "Camera", folder: Path, done: Done) -> None:
    """Take the pictures of the five steps by which an evening is prepared."""
    from collabmap.ui.panels.guide import GuidePanel
    from collabmap.ui.panels.guide_kit import KitStep
    from collabmap.ui.panels.guide_steps import TerritoryStep

    window = camera.window
    window.desk.open(done.project)
    camera.until(lambda: window.info is not None)
    camera.settle()
    window.sections.go_to("evening")
    camera.take(folder, "264-the-checklist")
    window.open_panel("guide")
    panel = camera.shown(GuidePanel)
    camera.until(lambda: panel.standing is not None)
    territory = panel.steps["territory"]
    assert isinstance(territory, TerritoryStep)
    territory.search.setText("Monaco")
    camera.until(lambda: territory.list.isVisible())
    camera.take(folder, "265-where-is-it")
    territory.list.opened.emit(0)
    camera.take(folder, "266-the-territory")
    panel.next.click()
    camera.until(lambda: panel.step == "base_map")
    camera.take(folder, "267-on-what-base-map")
    panel.next.click()
    camera.take(folder, "268-what-is-it-about")
    panel.next.click()
    camera.take(folder, "269-words-and-time")
    panel.next.click()
    camera.until(lambda: panel.step == "kit")
    camera.take(folder, "270-no-invitation-yet")
    kit = panel.steps["kit"]
    assert isinstance(kit, KitStep)
    kit.make.click()
    camera.until(lambda: kit.trial is not None)
    camera.take(folder, "271-tried")
