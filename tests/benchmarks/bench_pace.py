"""How quickly a coordinator goes through what waits, by the keyboard alone.

A real window on a town of a hundred thousand places, in which two hundred contributions of every
kind wait.  keys_per_item: every key that was pressed, those of reasons, questions and undoing
among them, over the contributions that were settled or put off.  next_card_ms_p95: from the key
that decides to the next card painted; the gap that the window keeps between two decisions, so that
a trembling finger does not decide twice, is waited out before the key and is no part of it.  Wall
clock: what the lanes do meanwhile is part of the wait.  Beside: what a queue of a hundred thousand
rows costs to read, in a lane, and to look at otherwise, in the GUI thread.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import town
import workload
from canvas_stage import Spread, Stage, make_known, stage
from figures import Figure, report
from measuring import scratch
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.review.queue_rows import QueueRow, read_rows
from collabmap.store import keyring
from collabmap.store.device import Device
from collabmap.store.project import Project
from collabmap.ui.panels.review import DECISION_GAP_MS, ReviewPanel
from collabmap.ui.review_order import ReviewOrder

KEY = Qt.Key
# What waits, of each kind, for every ten: five new places, two changes of one field, one of two
# fields, one deletion, and every other time a disagreement or a pair of duplicates.
TENS, QUICK_TENS = 20, 2
# A hundred thousand waiting rows, as after a whole summer.
WAITING, QUICK_WAITING = 100_000, 2_000
PATIENCE_S = 240.0


class Tally:
    """Counts the keys that reach the window, and how long each next card took."""

    def __init__(self, made: Stage, panel: ReviewPanel) -> None:
        self.made = made
        self.panel = panel
        self.keys = 0
        self.card_ms: list[float] = []
        # Of these the processor's time of the GUI thread, which no other program lengthens.
        self.busy_ms: list[float] = []

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the keyboard is."""
        self.keys += 1
        target = QApplication.focusWidget() or self.made.window
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)

    def type(self, words: str) -> None:
        self.keys += len(words)
        QTest.keyClicks(QApplication.focusWidget(), words)

    def decide(self, key: Qt.Key) -> None:
        """Press the key that ends an item, and wait until the next card is painted."""
        self.wait()
        before = self.panel.here
        begun, busy = time.perf_counter(), time.thread_time()
        self.press(key)
        self.until_card(lambda: self.panel.here is None or self.panel.here != before)
        self.card_ms.append((time.perf_counter() - begun) * 1000)
        self.busy_ms.append((time.thread_time() - busy) * 1000)

    def until_card(self, is_so: Callable[[], bool]) -> None:
        """Let the window work until another card is there and was painted."""

        def is_shown() -> bool:
            panel = self.panel
            return is_so() and (panel.here is None or panel.item is not None)

        end_s = time.monotonic() + PATIENCE_S
        while not is_shown():
            self.made.app.processEvents()
            if time.monotonic() > end_s:
                raise SystemExit(f"the next card never came: {self.panel.here}")
        face = self.panel.face
        painted = _Painted(face)
        face.update()
        while self.panel.here is not None and face.isVisible() and not painted.is_so:
            if time.monotonic() > end_s:
                raise SystemExit("the next card was never painted")
            self.made.app.processEvents()
        painted.stop()

    def wait(self) -> None:
        """Wait out the gap between two decisions; what was asked for meanwhile arrives.

        And so does the card, where the queue was read anew meanwhile: nobody decides on none.
        """
        panel = self.panel
        self.made.until(
            lambda: panel.may_decide() and (panel.here is None or panel.item is not None)
        )


class _Painted(QObject):
    """Whether a widget was painted since."""

    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.is_so = False
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.is_so = self.is_so or event.type() == QEvent.Type.Paint
        return False

    def stop(self) -> None:
        self._widget.removeEventFilter(self)


def main(argv: list[str]) -> int:
    is_quick = "--quick" in argv
    with scratch() as folder:
        # The town's founder is who reviews.
        (folder / "stage" / "device").mkdir(parents=True)
        keyring.keep(folder / "stage" / "device" / keyring.KEY, town.FOUNDER)
        with stage(folder / "stage") as made:
            path = town.copy_of(town.town(5_000 if is_quick else 100_000), folder / "town")
            tally, items = measure(made, path, folder, QUICK_TENS if is_quick else TENS)
        beside = many(folder, QUICK_WAITING if is_quick else WAITING)
    spread = Spread.of(tally.card_ms)
    figures = [
        Figure("keys_per_item", tally.keys / items, "keys", 2.0),
        Figure("next_card_ms_p95", spread.p95, "ms", 100.0),
    ]
    beside |= {
        "items": items,
        "next_card_ms_median": spread.median,
        "next_card_ms_max": spread.max,
        "next_card_busy_ms_p95": Spread.of(tally.busy_ms).p95,
        "gap_ms": DECISION_GAP_MS,
    }
    return report("pace", figures, beside)


# --- what waits ---------------------------------------------------------------------------------


class Residents(NamedTuple):
    """Two people on laptops of their own."""

    one: Session
    other: Session


def fill(path: Path, folder: Path, tens: int) -> None:
    """Have two hundred contributions arrive at a town, from two residents."""
    device = Device(folder / "stage" / "device")
    make_known(device, path)
    camille = Session.open(path, device)
    camille.begin_person("Camille")
    kit = camille.hand_out(folder / "town.cmkit").path
    laptops = []
    devices = []
    for name in ("Aïcha", "Inès"):
        own = folder / name
        own.mkdir()
        devices.append(Device(own / "device"))
        laptop = Session.open_kit(kit, own, devices[-1])
        laptop.begin_person(name)
        laptops.append(laptop)
    _contribute(Residents(*laptops), tens)
    camille.merge([laptop.send(folder / f"sent-{n}").path for n, laptop in enumerate(laptops)])
    for opened in (*laptops, camille):
        opened.close()
    for each in (*devices, device):
        each.close()


def _contribute(residents: Residents, tens: int) -> None:
    marks = residents.one.reader.marks()
    step = max(1, len(marks) // (10 * tens))
    for ten in range(tens):
        views = [_view(residents.one, marks[(10 * ten + n) * step].id) for n in range(5)]
        for n in range(5):
            at = views[n]
            spot = (at.lng + 0.0007 + n / 9000, at.lat + 0.0005)
            draft = PlaceDraft(f"Banc {ten}-{n} de l’allée {10 * ten + n}", "nature", *spot, "Vu.")
            (residents.other if n == 4 else residents.one).add(draft)
        residents.one.edit(views[0], {"name": f"{views[0].name} (nouveau)"})
        residents.one.edit(views[1], {"description": f"Ouvert le {ten + 1} du mois."})
        moved = LngLat(views[2].lng + 0.0003, views[2].lat)
        residents.one.edit(views[2], {"position": moved, "description": "A changé de rue."})
        residents.other.delete(views[3], "N’existe plus.")
        if ten % 2:
            residents.one.edit(views[4], {"name": f"{views[4].name} bleu"})
            elsewhere = _view(residents.other, views[4].id)
            residents.other.edit(elsewhere, {"name": f"{views[4].name} vert"})
        else:
            twin = PlaceDraft(views[4].name, views[4].category, views[4].lng + 0.0001, views[4].lat)
            residents.other.add(twin)


def _view(session: Session, feature: bytes) -> PlaceView:
    view = session.reader.place(feature)
    assert view is not None
    return view


# --- going through it ---------------------------------------------------------------------------


def measure(made: Stage, path: Path, folder: Path, tens: int) -> tuple[Tally, int]:
    """Settle everything by key; return the tally and how many contributions that were."""
    fill(path, folder, tens)
    window = made.window
    window.desk.open(path, asks=False)
    made.until(lambda: window.info is not None)
    made.settle()
    window.actions_table["review"].trigger()
    made.settle()
    panel = window.panel_host.current
    assert isinstance(panel, ReviewPanel)
    # What the two have sent, before what was alike on the map all along.
    panel.order.look(sort="newest")
    panel.show_item(panel.order.first() or b"")
    made.until(lambda: panel.item is not None)
    tally = Tally(made, panel)
    items = 0
    while panel.here is not None and items < 10 * tens:
        settle_one(tally, items)
        items += 1
        if panel.here is not None and panel.here.is_asked:
            break  # Only what waits for somebody else is left.
    return tally, items


def settle_one(tally: Tally, number: int) -> None:
    """Do with one item what somebody does with every so manieth one."""
    panel = tally.panel
    row = panel.here
    assert row is not None
    if row.kind == "duplicate":
        is_one = number % 2 and "unite" in panel.face.offers()
        tally.decide(KEY.Key_M if is_one else KEY.Key_X)
    elif row.kind == "disagreement":
        _choose(tally)
    elif number % 25 == 7:
        # Refused, for one of the usual reasons.
        tally.wait()
        tally.press(KEY.Key_R)
        tally.decide(KEY.Key_2)
    elif number % 25 == 11:
        tally.wait()
        tally.press(KEY.Key_D)
        tally.type("Quand")
        tally.decide(KEY.Key_Return)
    elif number % 25 == 13:
        tally.decide(KEY.Key_P)
    elif number % 25 == 17 and row.kind == "change":
        # A part of it.
        tally.press(KEY.Key_2)
        tally.decide(KEY.Key_A)
    elif number % 25 == 19:
        # Too quickly: taken back, and decided again.
        tally.decide(KEY.Key_A)
        tally.press(KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
        tally.until_card(lambda: panel.here is not None and panel.here.id == row.id)
        tally.decide(KEY.Key_A)
    else:
        tally.decide(KEY.Key_A)


def _choose(tally: Tally) -> None:
    """Choose the first value; where that alone does not settle it, accept."""
    panel, before = tally.panel, tally.panel.here
    tally.wait()
    begun = time.perf_counter()
    tally.press(KEY.Key_1)
    tally.made.app.processEvents()
    if panel.here == before:
        tally.decide(KEY.Key_A)
    else:
        tally.until_card(lambda: True)
        tally.card_ms.append((time.perf_counter() - begun) * 1000)


# --- a hundred thousand rows --------------------------------------------------------------------


def many(folder: Path, count: int) -> dict[str, float]:
    """Return what a queue of so many rows costs; processor's time."""
    path = folder / "many" / "map.collabmap"
    path.parent.mkdir()
    _make_waiting(path, count)
    project = Project.open(path)
    begun = time.process_time()
    with project.reading():
        rows = read_rows(project.connection, project.model.ledger, lambda feature: False)
    found = {"queue_rows": float(len(rows)), "queue_read_s": time.process_time() - begun}
    project.close()
    return found | _operations(rows)


def _make_waiting(path: Path, count: int) -> None:
    """Make a map of which every place is new and waits, from one resident."""
    town.make_town(path, 1)
    project = Project.open(path)
    news = (
        workload.Create(workload.BEGUN_MS + workload.WEEK_MS + n, place)
        for n, place in enumerate(workload.places(count + 1))
        if n
    )
    town.merge(project, town.resident_log(project, 1, news))
    project.close()


def _operations(rows: Sequence[QueueRow]) -> dict[str, float]:
    order = ReviewOrder()
    begun = time.process_time()
    order.load(rows)
    found = {"queue_load_ms": (time.process_time() - begun) * 1000}
    begun = time.process_time()
    order.look(group="place", sort="walk")
    found["queue_look_ms"] = (time.process_time() - begun) * 1000
    here = order.first()
    begun = time.process_time()
    for _step in range(200):
        target = order.following(here)
        assert here is not None
        order.decide(here)
        order.lines()
        here = target
    found["queue_step_ms"] = (time.process_time() - begun) * 1000 / 200
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
