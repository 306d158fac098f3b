"""The window's program: QApplication, what is told when something breaks, and what opens first."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from collabmap.app.event_standing import PLACE
from collabmap.app.settings import DEFAULT_THEME, resource
from collabmap.domain.theme_file import parse_theme
from collabmap.store.device import Device
from collabmap.ui import crash, memory, preferences
from collabmap.ui.icons import icon
from collabmap.ui.main_window import MainWindow

BENCH_VARIABLE = "COLLABMAP_BENCH_FIRST_PAINT"
SIZE = (1366, 768)
# On an old laptop every pixel counts.
SMALL_SCREEN_PX = 1440


def run(words: Sequence[str]) -> int:
    """Open the window; words: nothing, a file, or 'demo'.  Returns the exit code."""
    # Python hands the interpreter over every 5 ms by default: enough for a merge to make the
    # map stutter.  A frame takes it back a dozen times, so each of these waits counts.
    sys.setswitchinterval(0.00002)
    memory.give_back_at_once()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("CollabMap")
    app.setDesktopFileName("collabmap")
    device = Device.default()
    crash.install(device.folder / "collabmap.log")
    preferences.put_in_force(app, device)
    app.setWindowIcon(app_icon())
    theme = resource(f"themes/{DEFAULT_THEME}.json").read_text(encoding="utf-8")
    window = MainWindow(device, parse_theme(theme))
    memory.collect_when_idle(window.tasks)
    if (what := os.environ.get(BENCH_VARIABLE)) == "marks":
        window.marks.loaded.connect(lambda: _say_once(window, lambda: window.map.is_whole))
    elif what == "places":
        window.marks.located.connect(
            lambda _extent: _say_once(window, lambda: window.map.shows_places)
        )
    elif what:
        window.map.first_painted.connect(lambda: _say_first_paint(window))
    room = app.primaryScreen().availableGeometry()
    window.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height()))
    opens = what_opens(words, device)
    if opens is not None:
        # The window shows its quiet map until the file is open.
        window.desk.open(opens)
    else:
        window.front.go_to_start(demo=bool(words))
    if room.width() <= SMALL_SCREEN_PX:
        window.showMaximized()
    else:
        window.show()
    try:
        return app.exec()
    finally:
        crash.uninstall()
        device.close()


def what_opens(words: Sequence[str], device: Device) -> Path | None:
    """Return the file to open: the one asked for, or the map that is in event mode here."""
    if words:
        return None if words[0] == "demo" else Path(words[0]).absolute()
    left = device.get(PLACE)
    # A laptop that is switched off and on comes back to the hall it stands in.
    return Path(left) if left and Path(left).is_file() else None


def app_icon() -> QIcon:
    """Return the program's own sign, for the task bar."""
    return icon("map-marker-multiple", "primary")


def _say_first_paint(window: MainWindow) -> None:
    sys.stdout.write("first-paint\n")
    sys.stdout.flush()
    window.close()


def _say_once(window: MainWindow, is_so: Callable[[], bool], since: int | None = None) -> None:
    """Say it at the first frame of which this is so.  since: how many were painted before."""
    count = window.map.item.paint_count
    if since is not None and count > since and is_so():
        # It is painted in the round that comes first.
        QTimer.singleShot(0, window, lambda: _say_first_paint(window))
    else:
        before = count if since is None else since
        QTimer.singleShot(1, window, lambda: _say_once(window, is_so, before))
