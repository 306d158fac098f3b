#!/usr/bin/env python3
"""Pictures of the main screens, from the real window on the demo territory.

    python packaging/shots.py FOLDER            every screen, in every look
    python packaging/shots.py FOLDER --look fr-light-1366x768

One folder a look: language, theme, size of the window, perhaps the size of text or the pixel ratio.
"""

import argparse
import datetime
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from shots_audit import history_and_decisions
from shots_audit import prepare as prepare_reviewed
from shots_base_map import making_a_base_map
from shots_card import prepare as prepare_proposed
from shots_card import reviewing_cards
from shots_claims import prepare_heap, sharing_and_deciding_many
from shots_disagreement import disagreements, prepare_disagreements
from shots_drawing import drawing
from shots_duplicates import duplicates, prepare_duplicates
from shots_event import event_mode, first_minute
from shots_event import prepare as prepare_newcomer
from shots_map import a_million, the_map
from shots_mine import ones_own
from shots_mine import prepare as prepare_answers
from shots_photos import bringing_photos
from shots_plan import placing_a_plan
from shots_queue import looking_at_the_queue
from shots_territory import prepare
from shots_themes import take_the_themes

from collabmap.domain.geo import LngLat

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from collabmap.store.device import Device
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.panels.place_form import PlaceForm

P = TypeVar("P", bound="QWidget")

PATIENCE_S = 30.0


class Look(NamedTuple):
    """ratio: device pixels a logical pixel.  system_text: how large the system's own text is.

    Both take a process of their own.
    """

    name: str
    language: str
    theme: str
    size: tuple[int, int]
    text_scale: float = 1.0
    ratio: float = 1.0
    system_text: float = 1.0


LOOKS = [
    Look("fr-light-1366x768", "fr", "light", (1366, 768)),
    Look("fr-dark-1366x768", "fr", "dark", (1366, 768)),
    Look("fr-light-1366x697", "fr", "light", (1366, 697)),
    Look("en-light-1366x768", "en", "light", (1366, 768)),
    Look("fr-contrast-1366x768", "fr", "contrast", (1366, 768)),
    Look("fr-larger-1366x697", "fr", "light", (1366, 697), text_scale=1.45),
    Look("fr-narrow-900x640", "fr", "light", (900, 640)),
    Look("fr-wide-1920x1080", "fr", "light", (1920, 1080)),
    Look("fr-double-1366x768", "fr", "light", (1366, 768), ratio=2.0),
    Look("fr-text200-1366x697", "fr", "light", (1366, 697), system_text=2.0),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--look", choices=[look.name for look in LOOKS])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    looks = [look for look in LOOKS if chosen.look in (None, look.name)]
    if chosen.here:
        take(looks[0], chosen.folder / looks[0].name)
        return 0
    for look in looks:
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(look.ratio),
        }
        command = [sys.executable, __file__, str(chosen.folder), "--look", look.name, "--here"]
        subprocess.run(command, env=environment, check=True)
    return 0


def take(look: Look, folder: Path) -> None:
    """Take every picture of one look."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="collabmap-shots-") as inside:
        os.environ["COLLABMAP_HOME"] = str(Path(inside) / "home")
        from collabmap.app.demo import prepare_demo
        from collabmap.store.device import Device

        jo, aicha = Device(Path(inside) / "jo"), Device(Path(inside) / "aicha")
        project = prepare_demo(Path(inside) / "demo", jo, look.language)
        copy, bundle = hand_over(project, jo, aicha, Path(inside), look.language)
        with window(aicha, look) as camera:
            residents_evening(camera, folder, copy, look.language)
        with window(jo, look) as camera:
            coordinators_evening(camera, folder, project, bundle)
            after_the_merge(camera, folder, Path(inside))
            who_is_there(camera, folder)
            under_the_places(camera, folder, Path(inside))
            getting_ready(camera, folder, look.language)
            placing_a_plan(camera, folder, Path(inside))
            making_a_base_map(camera, folder)
            when_it_opens(camera, folder, project)
        marie = Device(Path(inside) / "marie")
        answered = prepare_answers(project, jo, marie, Path(inside) / "answered", look.language)
        with window(marie, look) as camera:
            ones_own(camera, folder, answered, look.language)
            bringing_photos(camera, folder, Path(inside) / "Photos")
        lea = Device(Path(inside) / "lea")
        prepare_heap(project, jo, lea, Path(inside) / "shared", look.language)
        with window(jo, look) as camera:
            looking_at_the_queue(camera, folder, project)
            sharing_and_deciding_many(camera, folder)
        newcomer, fresh = prepare_newcomer(project, jo, Path(inside))
        with window(newcomer, look) as camera:
            first_minute(camera, folder, fresh)
        with window(jo, look) as camera:
            event_mode(camera, folder, project)
        for device in (jo, aicha, marie, lea, newcomer):
            device.close()
        take_the_map(look, folder, Path(inside))
        take_the_decisions(look, folder, Path(inside))
        take_the_duplicates(look, folder, Path(inside))
        take_the_themes(look, folder, Path(inside), window)
        torn = prepare_disagreements(Path(inside), look.language)
        with window(torn.coordinator, look) as camera:
            disagreements(camera, folder, torn, look.language)
        torn.coordinator.close()


def take_the_duplicates(look: Look, folder: Path, inside: Path) -> None:
    """Take the pictures of places that may be one, on a territory of their own."""
    from collabmap.store.device import Device

    coordinator = Device(inside / "twice-jo")
    project, later = prepare_duplicates(inside, coordinator, look.language)
    with window(coordinator, look) as camera:
        duplicates(camera, folder, project, later)
    coordinator.close()


def take_the_map(look: Look, folder: Path, inside: Path) -> None:
    """Take the pictures of drawing and of the map, on a territory of their own."""
    from collabmap.store.device import Device

    made = prepare(inside, look.language)
    with window(made.resident, look) as camera:
        drawing(camera, folder, made.copy, inside)
    with window(made.coordinator, look) as camera:
        the_map(camera, folder, made.coordinator, made.project, inside)
    made.resident.close()
    made.coordinator.close()
    if look is LOOKS[0]:
        passer_by = Device(inside / "passer-by")
        with window(passer_by, look) as camera:
            a_million(camera, folder, inside)
        passer_by.close()


def take_the_decisions(look: Look, folder: Path, inside: Path) -> None:
    """Take the pictures of histories and decisions, on a map that was reviewed."""
    made = prepare_reviewed(inside, look.language)
    with window(made.device, look) as camera:
        history_and_decisions(camera, folder, made)
    made.device.close()
    waiting = prepare_proposed(inside, look.language)
    with window(waiting.device, look) as camera:
        reviewing_cards(camera, folder, waiting)
    waiting.device.close()


def hand_over(
    project: Path, jo: "Device", aicha: "Device", folder: Path, language: str
) -> tuple[Path, Path]:
    """Return a resident's copy of the map and the file with what she added to it."""
    from collabmap.app.session import Session
    from collabmap.domain.feature import PlaceDraft

    names = {
        "fr": ("Boîte à livres", "Banc à l’ombre", "Cours de couture"),
        "en": ("Book box", "Bench in the shade", "Sewing lessons"),
    }[language]
    session = Session.open(project, jo)
    kit = session.hand_out(folder / "kit.cmkit").path
    session.close()
    (folder / "copy").mkdir()
    session = Session.open_kit(kit, folder / "copy", aicha)
    session.begin_person("Aïcha B.")
    for name, category, lng, lat in (
        (names[0], "culture", 7.4212, 43.7341),
        (names[1], "idees", 7.4183, 43.7319),
        (names[2], "savoir-faire", 7.4236, 43.7330),
    ):
        known = category if session.theme.knows(category) else session.theme.categories[0].id
        session.add(PlaceDraft(name, known, lng, lat))
    rows, _total = session.reader.places(limit=200)
    other = next(row for row in rows if row.author_name != "Aïcha B." and row.state == "accepted")
    view = session.reader.place(other.id)
    assert view is not None
    session.edit(
        view, {"description": {"fr": "Ouvert le jeudi.", "en": "Open on Thursdays."}[language]}
    )
    bundle = session.send(folder / "poste-07.cmbundle").path
    session.comment(view, {"fr": "J’y vais souvent.", "en": "I often go there."}[language])
    path = session.path
    # A new person begins on this laptop: the welcome is shown again.
    session.device.set_note(session.project.id, "person", b"")
    session.close()
    return path, bundle


class Camera:
    """A window, and what takes its picture."""

    def __init__(self, app: "QApplication", window: "MainWindow", name: str) -> None:
        self.app = app
        self.window = window
        self.name = name

    def shown(self, kind: type[P]) -> P:
        """Return the panel or page of this kind that is on screen."""
        front = self.window.front
        for part in (self.window.panel_host.current, front.start, front.welcome):
            if isinstance(part, kind):
                return part
        raise LookupError(f"{self.name}: no {kind.__name__} on screen")

    def until(self, is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Let the program work until something is so."""
        from PySide6.QtCore import QEventLoop

        end_s = time.monotonic() + patience_s
        while not is_so():
            if time.monotonic() > end_s:
                raise TimeoutError(f"{self.name}: waited too long")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def settle(self) -> None:
        """Wait until nothing is under way and lists had the time to follow."""
        end_s = time.monotonic() + 0.4
        self.until(lambda: time.monotonic() > end_s)
        self.until(lambda: self.window.tasks.is_idle)
        # What has just arrived is laid out in the next round.
        self.app.processEvents()

    def take(self, folder: Path, name: str) -> None:
        """Take the picture; in a narrow window one of each part that lies behind a tab, too."""
        self.settle()
        self.window.grab().save(str(folder / f"{name}.png"))
        body, panel = self.window.body, self.window.panel_host.current
        if not body.tabs.isVisible() or panel is None:
            return
        before = body.tab
        for tab, part in (("centre", panel.page), ("card", panel.card)):
            if part is not None and tab != before:
                body.show_tab(tab)
                self.settle()
                self.window.grab().save(str(folder / f"{name}-{tab}.png"))
        body.show_tab(before)


def enlarge_text(app: "QApplication", look: Look) -> None:
    """Let the system's own text be this large, as some set it for all their programs."""
    from collabmap.render.tokens import TYPE

    font = app.font()
    font.setPixelSize(round(TYPE["body"] * look.system_text))
    app.setFont(font)


@contextmanager
def window(device: "Device", look: Look) -> Iterator[Camera]:
    """Open the window of a device in a look."""
    from PySide6.QtWidgets import QApplication

    from collabmap.app.settings import DEFAULT_THEME, resource
    from collabmap.domain.theme_file import parse_theme
    from collabmap.ui import look as style
    from collabmap.ui import preferences
    from collabmap.ui.main_window import MainWindow

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    enlarge_text(app, look)
    preferences.speak(look.language)
    style.apply(app, look.theme, look.text_scale)
    theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
    made = MainWindow(device, parse_theme(theme))
    made.resize(*look.size)
    made.show()
    made.activateWindow()
    camera = Camera(app, made, look.name)
    yield camera
    made.close()
    camera.until(lambda: not made.isVisible())


def residents_evening(camera: Camera, folder: Path, copy: Path, language: str) -> None:
    """Start, welcome, map, adding a place, a card, sending."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from collabmap.ui.panels.browse import BrowsePanel
    from collabmap.ui.panels.place_form import PlaceForm
    from collabmap.ui.panels.send import SendPanel
    from collabmap.ui.panels.start import StartPage
    from collabmap.ui.panels.welcome import WelcomePage

    window = camera.window
    window.front.go_to_start()
    camera.take(folder, "01-start")
    camera.shown(StartPage).show_new()
    camera.take(folder, "02-new-map")
    window.desk.open(copy)
    camera.until(lambda: window.front.welcome is not None)
    camera.shown(WelcomePage).name.setText("Marcel")
    camera.take(folder, "03-welcome")
    camera.shown(WelcomePage).start.click()
    camera.until(lambda: window.person is not None)
    camera.take(folder, "04-map")
    window.actions_table["add_place"].trigger()
    camera.take(folder, "05-where")
    window.body.show_tab("panel")
    camera.shown(PlaceForm).address.field.setText("35 bd italie")
    camera.until(lambda: camera.shown(PlaceForm).address.list.isVisible())
    camera.take(folder, "05-where-by-address")
    camera.shown(PlaceForm).address.field.clear()
    window.body.show_tab("centre")
    viewport = window.map.viewport()
    where = QPoint(viewport.width() * 6 // 10, viewport.height() * 4 // 10)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    form = camera.shown(PlaceForm)
    next(tile for tile in form.tiles.tiles if tile.category.id == "eau").click()
    camera.take(folder, "06-form")
    form.submit()
    camera.take(folder, "07-form-missing-name")
    nearly_the_same(camera, folder, form, language)
    form.name.setText({"fr": "Fontaine de la place", "en": "Fountain on the square"}[language])
    form.submit()
    camera.until(lambda: window.placing.form is None)
    camera.take(folder, "08-saved")
    window.messages.clear()
    camera.settle()
    places = camera.shown(BrowsePanel).list.places
    lines = (places.place(rank) for rank in range(len(places.order)))
    commented = next(line for line in lines if line and line.state == "change_proposed")
    window.commands.open_place(commented.id)
    camera.take(folder, "09-card")
    window.commands.clear_selection()
    camera.shown(BrowsePanel).search.setText("xyzzy")
    camera.take(folder, "10-nothing-found")
    browse = camera.shown(BrowsePanel)
    browse.search.setText("grimald")
    camera.until(lambda: bool(browse.list.places.found))
    camera.take(folder, "10-found")
    browse.list.picked.emit(browse.list.places.found[0])
    camera.take(folder, "10-found-on-the-map")
    window.body.show_tab("panel")
    browse.search.clear()
    window.commands.open_send()
    camera.take(folder, "11-send")
    camera.shown(SendPanel).send_to(copy.with_name("contribution.cmbundle"), "CLÉ-MAIRIE")
    camera.take(folder, "12-sent")
    window.panel_host.back_to_root()
    window.commands.open_menu()
    camera.take(folder, "13-menu")
    window.commands.step_back()
    window.commands.open_people()
    camera.take(folder, "14-people")
    window.commands.step_back()


def nearly_the_same(camera: Camera, folder: Path, form: "PlaceForm", language: str) -> None:
    """Begin a place beside another one of nearly the same name, then put it where it was."""
    from PySide6.QtTest import QTest

    columns = camera.window.marks.columns
    assert columns is not None
    assert form.position is not None
    before, centre = form.position, camera.window.map.centre()
    word = {"fr": "Fontaine", "en": "Fountain"}[language]
    rows = range(len(columns))
    row = next(row for row in rows if columns.name(row).startswith(word))
    lng, lat = float(columns.lng[row]), float(columns.lat[row])
    camera.window.map.fly_to(lng, lat, 17.0)
    camera.window.placing.put(LngLat(lng + 0.0005, lat + 0.0002))
    QTest.keyClicks(form.name, word)
    camera.until(lambda: bool(form.similar.rows))
    camera.take(folder, "07-is-it-one-of-these")
    form.name.clear()
    camera.window.placing.put(before)
    camera.window.map.fly_to(*centre, camera.window.map.zoom())
    camera.settle()


def coordinators_evening(camera: Camera, folder: Path, project: Path, bundle: Path) -> None:
    """Receiving with its preview, review, handing out, messages."""
    from collabmap.errors import ProjectGone
    from collabmap.ui.panels.receive import ReceivePanel
    from collabmap.ui.panels.welcome import WelcomePage

    window = camera.window
    window.desk.open(project)
    camera.until(lambda: window.front.welcome is not None)
    camera.shown(WelcomePage).name.setText("Jo")
    camera.shown(WelcomePage).start.click()
    camera.until(lambda: window.person is not None)
    camera.take(folder, "20-coordinator")
    window.commands.open_receive()
    camera.take(folder, "21-receive")
    camera.shown(ReceivePanel).preview([bundle])
    camera.take(folder, "22-preview")
    camera.shown(ReceivePanel).merge()
    camera.take(folder, "23-merged")
    window.messages.clear()
    window.commands.go_to_review()
    camera.take(folder, "24-review")
    for number, name in enumerate(("hand_out", "give_back", "export"), start=25):
        window.panel_host.back_to_root()
        window.open_panel(name)
        camera.take(folder, f"{number}-{name.replace('_', '-')}")
    window.go_to_mode("contribute")
    window.messages.done("CollabMap", "…")
    window.messages.show(ProjectGone(name=project.stem))
    camera.take(folder, "28-messages")


def after_the_merge(camera: Camera, folder: Path, inside: Path) -> None:
    """The report of a merge, the merges, receipts, a photo, hiding, erasing, a shared folder."""
    from collabmap.ui.panels.folder import FolderPanel
    from collabmap.ui.panels.forget import ForgetPanel
    from collabmap.ui.panels.hidden import HiddenPanel
    from collabmap.ui.panels.merge_report import MergeReportPanel
    from collabmap.ui.panels.place_card import PlaceCard
    from collabmap.ui.panels.place_more import open_forget
    from collabmap.ui.panels.receipts import ReceiptsPanel
    from collabmap.ui.photos_here import add_to

    window = camera.window
    window.messages.clear()
    window.commands.open_merges()
    camera.take(folder, "30-merges")
    assert window.lanes is not None
    merge = window.lanes.write(lambda session: session.merges()[0]).result()
    window.merges.show(merge.id)
    camera.take(folder, "31-merge-report")
    window.merges.hold(merge.id)
    camera.take(folder, "32-merge-undone")
    window.merges.release(merge.id)
    camera.settle()
    window.messages.clear()
    deed = next(line for line in camera.shown(MergeReportPanel).list.lines if line.key)
    assert isinstance(deed.key, bytes)
    window.commands.open_receipts()
    camera.settle()
    camera.take(folder, "33-receipts")
    camera.shown(ReceiptsPanel).ask_for_text()
    camera.shown(ReceiptsPanel).text.setPlainText("COLLABMAP1.ABCDEF")
    camera.shown(ReceiptsPanel).check_text()
    camera.take(folder, "34-receipt-wrong")
    window.go_to_mode("contribute")
    window.commands.open_place(deed.key)
    camera.settle()
    place = camera.shown(PlaceCard).place
    assert place is not None
    picture = inside / "photo.png"
    window.grab().save(str(picture))
    add_to(window, place, [picture])
    camera.settle()
    window.messages.clear()
    camera.shown(PlaceCard).more.click()
    camera.take(folder, "35-more")
    window.commands.step_back()
    place = camera.shown(PlaceCard).place
    assert place is not None
    camera.shown(PlaceCard).show_photo(place.photos[0])
    camera.take(folder, "36-photo")
    window.commands.step_back()
    open_forget(window, place)
    camera.shown(ForgetPanel).choices[-1][0].click()
    camera.take(folder, "37-forget")
    window.panel_host.back()
    camera.settle()
    window.hiding.hide_author(place)
    camera.take(folder, "38-hidden-now")
    window.commands.open_hidden()
    camera.settle()
    window.messages.clear()
    camera.take(folder, "39-hidden")
    window.hiding.show_again(camera.shown(HiddenPanel).main.hiding.hidden[0].id, "")
    camera.settle()
    window.messages.clear()
    shared = inside / "Mairie"
    shared.mkdir()
    window.commands.open_folder()
    camera.take(folder, "40-folder")
    camera.shown(FolderPanel).use(shared)
    camera.shown(FolderPanel).exchange()
    camera.take(folder, "41-folder-done")
    window.commands.open_send()
    camera.take(folder, "42-send")
    window.commands.open_receive()
    camera.take(folder, "43-receive")


def who_is_there(camera: Camera, folder: Path) -> None:
    """The computers of the map, the invitation, shutting out, the key on paper."""
    from collabmap.ui.panels.people import PeoplePanel

    window = camera.window
    window.messages.clear()
    window.sections.go_to("people")
    panel = camera.shown(PeoplePanel)
    camera.until(lambda: bool(panel.devices))
    if panel.invitation.shown is None or not panel.invitation.shown.is_open:
        panel.invitation.invite_wanted.emit()
    camera.take(folder, "50-invitation")
    other = next(device for device in panel.devices if not device.is_here)
    panel.open_computer(other.rid)
    camera.take(folder, "51-computer")
    panel.computer.ask_to_shut_out()
    camera.take(folder, "52-shut-out")
    panel.open_view("here")
    camera.take(folder, "53-this-computer")
    window.go_to_mode("contribute")
    window.front.show_recovery("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV")
    camera.take(folder, "54-key-on-paper")
    window.front.hide_recovery()


def under_the_places(camera: Camera, folder: Path, inside: Path) -> None:
    """The base maps: several, one of another size than it was, one that was taken off the list."""
    from collabmap.ui.panels.base_maps import BaseMapsPanel

    window = camera.window
    window.messages.clear()
    window.go_to_mode("contribute")
    window.commands.open_base_maps()
    panel = camera.shown(BaseMapsPanel)
    camera.settle()
    (first,) = panel.views
    names = {
        "fr": ("Vue aérienne 2024", "Plan du quartier, 1930"),
        "en": ("Aerial photo 2024", "Plan of the quarter, 1930"),
    }["fr" if folder.name.startswith("fr") else "en"]
    for name in names:
        copy = inside / f"{name}.mbtiles"
        copy.write_bytes(first.path.read_bytes())
        with closing(sqlite3.connect(copy)) as database:
            database.execute("UPDATE metadata SET value = ? WHERE name = 'name'", (name,))
            database.execute("UPDATE metadata SET value = '© IGN' WHERE name = 'attribution'")
            database.commit()
        panel.add(copy)
        camera.until(panel.add_file.isEnabled)
        camera.settle()
    window.messages.clear()
    panel.cards[panel.views[-1].file].slider.setValue(60)
    panel.cards[panel.views[1].file].tick.setChecked(False)
    camera.settle()
    camera.take(folder, "55-base-maps")
    changed = panel.views[1].path
    changed.write_bytes(changed.read_bytes() + bytes(512))
    panel.remove(panel.views[-1].file)
    camera.settle()
    panel.reload()
    camera.take(folder, "56-base-maps-looked-at")
    panel._ask(next(iter(panel.beside)))
    camera.take(folder, "57-base-map-to-delete")
    window.messages.clear()
    window.commands.open_hand_out()
    camera.take(folder, "58-hand-out-with-base-maps")


def getting_ready(camera: Camera, folder: Path, language: str) -> None:
    """Ready for the evening: what is so, when and where it is, the key on paper, the next step."""
    from collabmap.app import evening
    from collabmap.app.evening import Evening
    from collabmap.ui.panels.evening import EveningPanel

    window = camera.window
    window.messages.clear()
    window.sections.go_to("evening")
    panel = camera.shown(EveningPanel)
    camera.until(lambda: panel.ready is not None and panel.ready.to_measure is None)
    camera.take(folder, "70-evening")
    panel.ask_plan()
    camera.take(folder, "71-evening-when")
    hall = {"fr": "Salle du Ponant", "en": "Ponant hall"}[language]
    panel._on_plan(Evening("2026-03-12", "18:30", "20:00", hall, 12, 40))
    camera.until(lambda: panel.form is None)
    panel.ask_paper()
    camera.take(folder, "72-evening-paper")
    window.actions_table["escape"].trigger()
    assert window.lanes is not None
    window.lanes.write(evening.note_on_paper).result()
    panel.reload()
    camera.take(folder, "73-evening-next")


def when_it_opens(camera: Camera, folder: Path, project: Path) -> None:
    """What is said of a map on a stick, of one that was copied, of a clock, and a damaged one."""
    from collabmap import BUILD_DATE
    from collabmap.app.rekeying import SetAside
    from collabmap.app.words import _
    from collabmap.errors import ClockBehind
    from collabmap.store.drives import Drive
    from collabmap.ui.at_start import Noticed
    from collabmap.ui.widgets.buttons import Button

    window = camera.window
    at_start = window.at_start
    before, at_start.find_drive = at_start.find_drive, lambda _path: Drive.REMOVABLE
    window.desk.open(project)
    camera.until(lambda: bool(window.messages.texts))
    camera.take(folder, "60-on-a-stick")
    at_start.find_drive = before
    window.messages.clear()
    names = ("Banc à l’ombre", "Boîte à livres", "Cours de couture", "Four à pain")
    built = datetime.date.fromisoformat(BUILD_DATE)
    clock = ClockBehind(now=datetime.date(2020, 1, 1), built=built)
    at_start._on_noticed(Noticed(clock, SetAside(6, names)))
    camera.take(folder, "61-copied-and-clock")
    window.messages.clear()
    window.desk.close()
    damage(project)
    window.desk.open(project)
    camera.until(lambda: bool(window.messages.texts))
    camera.take(folder, "62-damaged")
    buttons = window.messages.widget.findChildren(Button)
    next(button for button in buttons if button.text() == _("Repair it")).click()
    camera.until(lambda: window.info is not None)
    camera.take(folder, "63-repaired")


def damage(path: Path) -> None:
    """Overwrite a page of a map that is closed."""
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'feature'"
        (page,) = database.execute(query).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


if __name__ == "__main__":
    sys.exit(main())
