"""The stage of the canvas benchmarks: the real window, its map 1280 x 800, and frames one by one.

A frame is one move of the view and all painting that follows from it, done at once in the GUI
thread; its cost is the processor's time of that thread, in milliseconds.
"""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication

from collabmap.app import trust
from collabmap.app.session import Session
from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.geo import LngLat
from collabmap.domain.theme_file import parse_theme
from collabmap.store.device import Device
from collabmap.store.project import Project
from collabmap.ui import look, memory
from collabmap.ui.main_window import MainWindow

SIZE = (1280, 800)
PATIENCE_S = 180.0


class Spread(NamedTuple):
    """Milliseconds a frame."""

    median: float
    p95: float
    max: float

    @classmethod
    def of(cls, times_ms: Iterable[float]) -> "Spread":
        ordered = sorted(times_ms)
        return cls(statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1])

    @classmethod
    def worst(cls, spreads: "Iterable[Spread]") -> "Spread":
        return cls(*(max(column) for column in zip(*spreads, strict=True)))


class Stage:
    """A window whose map measures SIZE, opened on a project (or on none)."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app = app
        self.window = window
        self.map = window.map
        self.map.motion.is_on = False
        # How long nothing may happen before it is quiet.
        self.quiet_s = 0.4

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let the window work until something is so."""
        if is_so():
            return
        # In Qt's own loop, as the program runs: one in Python would compete for the interpreter.
        end_s = time.monotonic() + PATIENCE_S
        loop = QEventLoop()
        # Asked once more after the loop, it might be otherwise already.
        was_so = False

        def check() -> None:
            nonlocal was_so
            was_so = is_so()
            if was_so or time.monotonic() > end_s:
                loop.quit()

        look = QTimer(interval=10)
        look.timeout.connect(check)
        look.start()
        loop.exec()
        look.stop()
        if not was_so:
            raise SystemExit("the canvas never became ready")

    def settle(self) -> None:
        """Wait until nothing is asked for or made, and no tile is missing."""
        quiet_since = time.monotonic()

        def is_quiet() -> bool:
            nonlocal quiet_since
            is_making = self.map._features.scenes.builder.is_busy
            if is_making or not (self.window.tasks.is_idle and self.map.is_whole):
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > self.quiet_s

        self.until(is_quiet)

    def open(self, path: Path) -> None:
        """Open a map for somebody who has said a name, so that nothing lies over it."""
        make_known(self.window.device, path)
        session = Session.open(path, self.window.device)
        session.begin_person("Camille")
        session.close()
        self.window.desk.open(path, asks=False)
        self.until(lambda: self.window.info is not None)
        self.settle()

    def go(self, centre: LngLat, zoom: float) -> None:
        """Show a place, whole."""
        self.map.fly_to(centre.lng, centre.lat, zoom)
        self.settle()

    def frame_ms(self, move: Callable[[], object]) -> float:
        """Return the GUI thread's time for a move and the frame that shows it."""
        begun = time.thread_time()
        move()
        self.map.viewport().repaint()
        spent = (time.thread_time() - begun) * 1000
        # What follows a view (the list beside it) comes after the frame, as in life.
        self.app.processEvents()
        return spent

    def pan(self, frames: int, step_px: float = 9.0) -> list[float]:
        """Pan to and fro; return each frame's milliseconds."""
        steps = [(step_px, 3.0), (-step_px, -3.0)]
        legs = [steps[frame // 24 % 2] for frame in range(frames)]
        return [self.frame_ms(lambda leg=leg: self.map.pan_by(*leg)) for leg in legs]

    def zoom_through(self, lowest: float, highest: float, step: float) -> list[float]:
        """Zoom in and out about a point beside the middle, by fractions of a zoom."""
        count = round((highest - lowest) / step)
        zooms = [lowest + step * (n if n <= count else 2 * count - n) for n in range(2 * count)]
        point = QPointF(SIZE[0] * 0.6, SIZE[1] * 0.4)
        return [self.frame_ms(lambda z=zoom: self.map.zoom_about(z, point)) for zoom in zooms]


class Ticks:
    """How late the GUI thread's own clock is: a timer of 4 ms, while something else goes on."""

    EVERY_MS = 4

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=self.EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> "Ticks":
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - self.EVERY_MS))
        self._last = now

    @property
    def spread(self) -> Spread:
        return Spread.of(self.late_ms)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Lend a window with a device of its own; folder: for what it keeps."""
    sys.setswitchinterval(0.00002)  # As ui/main.py does.
    memory.give_back_at_once()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    look.apply(app, "light", 1.0)
    device = Device(folder / "device")
    theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
    window = MainWindow(device, parse_theme(theme))
    memory.collect_when_idle(window.tasks)
    window.resize(SIZE[0] + 360, SIZE[1] + 56)
    window.show()
    app.processEvents()
    made = Stage(app, window)
    yield made
    window.close()
    device.close()


def fit_map(made: Stage) -> None:
    """Give the map its size, whatever stands beside it."""
    for _ in range(5):
        size = made.map.viewport().size()
        if (size.width(), size.height()) == SIZE:
            return
        window = made.window
        window.resize(
            window.width() + SIZE[0] - size.width(), window.height() + SIZE[1] - size.height()
        )
        for _round in range(3):
            made.app.processEvents()
    raise SystemExit(f"the map would not take its size: {made.map.viewport().size()}")


def make_known(device: Device, path: Path) -> None:
    """Let a device take a map for one that it closed itself.

    One from elsewhere is drawn anew behind the window, which takes minutes for a million places.
    """
    project = Project.open(path, read_only=True)
    project.close()
    trust.note_left(device, project.id, path)


def copy_of(source: Path, folder: Path) -> Path:
    """Return a copy of a project, in a folder of its own, that may be written to."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(source, folder / source.name))
