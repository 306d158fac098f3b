"""Somebody who has never seen CollabMap, at the real program: sees, clicks, types.

Started by bench_firstminute.py in a process of its own.  Hands go through the window's own events,
at places of the screen; what is looked for is what is written there.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

NAME, PLACE = "Aïcha", "Banc"
# How often they look whether something has happened; less than anybody notices.
LOOK_MS = 5
PATIENCE_S = 60.0
BEGUN = "COLLABMAP_BENCH_BEGUN"


class Newcomer:
    """waits: by screen, the seconds from what they did to the moment they can go on."""

    def __init__(self) -> None:
        self.waits: dict[str, float] = {}
        # The double click that opened the file.
        self.clicks = 1
        self.keys = 0
        self._since = float(os.environ[BEGUN])
        self._steps = self._story()
        self._name = ""
        self._is_so: Callable[[], object] = lambda: True
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._next()

    # --- what they see ---------------------------------------------------------------------

    def _window(self) -> QWidget | None:
        shown = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow()]
        return next((w for w in shown if type(w).__name__ == "MainWindow"), None)

    def _button(self, words: str) -> QAbstractButton | None:
        window = self._window()
        if window is None:
            return None
        for button in window.findChildren(QAbstractButton):
            is_it = words in (button.text() or button.accessibleName())
            if is_it and button.isVisible() and button.isEnabled() and self._is_on_top(button):
                return button
        return None

    def _is_on_top(self, widget: QWidget) -> bool:
        window = self._window()
        assert window is not None
        at = window.childAt(widget.mapTo(window, widget.rect().center()))
        return at is not None and (at is widget or widget.isAncestorOf(at))

    def _field(self) -> QLineEdit | None:
        focus = QApplication.focusWidget()
        return focus if isinstance(focus, QLineEdit) and focus.isVisible() else None

    def _said(self, words: str) -> bool:
        window = self._window()
        if window is None:
            return False
        return any(
            words in label.text() for label in window.findChildren(QLabel) if label.isVisible()
        )

    # --- what they do ----------------------------------------------------------------------

    def _click(self, widget: QWidget, at: QPoint | None = None) -> None:
        window = self._window()
        assert window is not None
        handle = window.windowHandle()
        assert handle is not None
        where = widget.mapTo(window, at if at is not None else widget.rect().center())
        self.clicks += 1
        self._since = time.monotonic()
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)

    def _type(self, text: str) -> None:
        field = self._field()
        assert field is not None, "nothing to type into"
        for letter in text:
            self.keys += 1
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(field, event)
        self._since = time.monotonic()

    def _story(self):  # type: ignore[no-untyped-def]
        """Yield (screen, whether it is there); between them they act."""
        yield "welcome", lambda: self._field() is not None and self._button("J’accepte")
        self._type(NAME)
        self._click(self._found("J’accepte"))
        yield "map", lambda: self._button("Ajouter un lieu") and self._is_map_ready()
        self._click(self._found("Ajouter un lieu"))
        yield "where", lambda: self._said("Cliquez sur la carte")
        view = self._map()
        self._click(view, view.rect().center() + QPoint(60, 40))
        yield "what", lambda: self._button("Nature") and self._said("De quoi s’agit-il")
        self._click(self._found("Nature"))
        yield "name", lambda: self._field() is not None
        self._type(PLACE)
        self._click(self._found("Enregistrer ce lieu"))
        yield "saved", lambda: self._said(f"«\u202f{PLACE}\u202f» est sur la carte")

    def _found(self, words: str) -> QAbstractButton:
        button = self._button(words)
        assert button is not None, f"no button says {words!r}"
        return button

    def _map(self) -> QWidget:
        window = self._window()
        assert window is not None
        return window.map.viewport()  # type: ignore[attr-defined, no-any-return]

    def _is_map_ready(self) -> bool:
        window = self._window()
        return bool(window is not None and window.map.shows_places)  # type: ignore[attr-defined]

    # --- going on ---------------------------------------------------------------------------

    def _look(self) -> None:
        if time.monotonic() - self._since > PATIENCE_S:
            self._end(1)
        elif self._is_so():
            self.waits[self._name] = time.monotonic() - self._since
            self._next()

    def _next(self) -> None:
        try:
            self._name, self._is_so = next(self._steps)
        except StopIteration:
            self._end(0)
        except AssertionError as error:
            sys.stderr.write(f"{self._name}: {error}\n")
            self._end(1)

    def _end(self, code: int) -> None:
        self._timer.stop()
        if code:
            sys.stderr.write(f"stuck before {self._name}: {list(self.waits)}\n")
        else:
            said = {"waits": self.waits, "clicks": self.clicks, "keys": self.keys}
            sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        window = self._window()
        if window is not None:
            window.close()
        QApplication.exit(code)


def main(kit: Path) -> int:
    from collabmap.ui import main as program

    found: list[Newcomer] = []

    def sit_down() -> None:
        if QApplication.instance() is None:
            raise SystemExit("the program has no application")
        found.append(Newcomer())

    # As soon as the program has an event loop, before its window is shown.
    begin = program.MainWindow.show
    begin_maximised = program.MainWindow.showMaximized

    def show(window: QWidget) -> None:
        begin(window)
        sit_down()

    def show_maximised(window: QWidget) -> None:
        begin_maximised(window)
        sit_down()

    program.MainWindow.show = show  # type: ignore[method-assign, assignment]
    program.MainWindow.showMaximized = show_maximised  # type: ignore[method-assign, assignment]
    code = program.run([str(kit)])
    return code or (0 if saved(kit) else 1)


def saved(kit: Path) -> bool:
    """Whether the place is in the map's file, and theirs."""
    from collabmap.app.session import Session
    from collabmap.store.device import Device

    device = Device.default()
    path = next(Path.home().rglob("*.collabmap"))
    session = Session.open(path, device, read_only=True)
    try:
        rows, _count = session.reader.places(text=PLACE, limit=10)
        return [row.author_name for row in rows if row.name == PLACE] == [NAME]
    finally:
        session.close()
        device.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
