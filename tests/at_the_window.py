"""A person at the window: what the hands do, and what the eyes find."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot

from collabmap.app.reader import Reader
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceRow, PlaceView
from collabmap.ui.main_window import MainWindow
from collabmap.ui.panels.browse import BrowsePanel
from collabmap.ui.panels.place_card import PlaceCard
from collabmap.ui.panels.place_form import PlaceForm
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import MenuRow, Popover

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000
SOON_MS = 1000

# Places of the town that the tests open, around the middle of what the map shows.
PLACES = (
    PlaceDraft("Marché de la Condamine", "commerces", 7.4195, 43.7326, "Le matin."),
    PlaceDraft("Fontaine des Moulins", "eau", 7.4210, 43.7335, tags=("ombre",)),
    PlaceDraft("Bibliothèque Louis Notari", "apprendre", 7.4225, 43.7318),
)


class AtTheWindow:
    """told: (kind, title, hint) of every message, oldest first."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        self.told: list[tuple[str, str, str]] = []
        self.listen()

    def listen(self) -> None:
        """Hear the messages, also of the bar that a change of language builds."""
        self.window.messages.told.connect(lambda *words: self.told.append(words))

    # --- waiting ---------------------------------------------------------------------------

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until this is so, and still is once what was queued by then has happened.

        What is true already is looked at before a single event has run: a layout shows its new
        children in a queued call, and what another lane wrote is told by a queued signal.
        """

        def is_so_for_good() -> bool:
            if not is_so():
                return False
            QApplication.processEvents()
            return is_so()

        self.qtbot.waitUntil(is_so_for_good, timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Wait until no work is under way, and none is about to begin."""
        self.until(lambda: self.window.tasks.is_idle and not self._will_begin())

    def _will_begin(self) -> bool:
        """Whether a timer is about to ask for something, as a search does after the last key."""
        timers = self.window.findChildren(QTimer)
        return any(t.isActive() and t.isSingleShot() and t.interval() <= SOON_MS for t in timers)

    def until_told(self, part: str) -> tuple[str, str, str]:
        """Wait for a message whose title holds these words, and return it."""
        self.until(lambda: any(part in title for _kind, title, _hint in self.told))
        return next(row for row in reversed(self.told) if part in row[1])

    def open(self, path: Path) -> None:
        """Open a map and wait until it is shown."""
        self.window.desk.open(path)
        self.until(lambda: self.window.info is not None)
        self.settle()

    # --- hands -----------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the keyboard is."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)

    def ctrl(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def write(self, text: str) -> None:
        """Type into what has the keyboard."""
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)

    def click(self, widget: QWidget) -> None:
        """Click what can be seen, or will be once the events under way have run."""
        self.until(widget.isVisible)
        QTest.mouseClick(widget, LEFT)

    def click_map(self, x: int, y: int) -> None:
        QTest.mouseClick(self.window.map.viewport(), LEFT, pos=QPoint(x, y))

    def do(self, action: str) -> None:
        """Trigger an action by its name in the table."""
        assert self.window.actions_table[action].isEnabled(), f"{action} is not allowed now"
        self.window.actions_table[action].trigger()

    def button(self, words: str) -> Button:
        """Return the visible button that says this, once it is there."""

        def found() -> list[Button]:
            return [button for button in self.buttons() if button.text() == words]

        if not found():
            with suppress(QtBotTimeoutError):
                self.until(lambda: bool(found()))
        assert found(), f"no button says “{words}”: {[b.text() for b in self.buttons()]}"
        return found()[0]

    def buttons(self) -> list[Button]:
        return [b for b in self.window.findChildren(Button) if b.isVisible() and b.text()]

    def say_name(self, name: str) -> None:
        """Answer the welcome."""
        self.until(lambda: self.window.front.welcome is not None)
        welcome = self.window.front.welcome
        assert welcome is not None
        welcome.name.setText(name)
        self.click(welcome.start)
        self.until(lambda: self.window.front.welcome is None)
        self.settle()

    # --- eyes ------------------------------------------------------------------------------

    @property
    def browse(self) -> BrowsePanel:
        panel = self.window.panel_host.current
        assert isinstance(panel, BrowsePanel), panel
        return panel

    @property
    def form(self) -> PlaceForm:
        panel = self.window.panel_host.current
        assert isinstance(panel, PlaceForm), panel
        return panel

    @property
    def card(self) -> PlaceCard:
        panel = self.window.panel_host.current
        assert isinstance(panel, PlaceCard), panel
        return panel

    @property
    def popover(self) -> Popover:
        found = [p for p in self.window.findChildren(Popover) if p.isVisible()]
        assert len(found) == 1, found
        return found[0]

    @property
    def rows(self) -> list[PlaceRow]:
        """What the list shows, as far as it has been read."""
        places = self.browse.list.places
        lines = [places.place(rank) for rank in range(len(places.order))]
        return [line for line in lines if line is not None]

    @property
    def names(self) -> list[str]:
        return [row.name for row in self.rows]

    def until_listed(self, *names: str) -> None:
        """Wait until the list shows exactly these, in any order."""
        self.until(lambda: sorted(self.names) == sorted(names))

    def open_card(self, name: str) -> PlaceCard:
        """Open a place from the list and wait for its card."""
        self.until(lambda: name in self.names)
        row = next(row for row in self.rows if row.name == name)
        index = self.browse.list.places.index_of(row.id)
        self.browse.list.scrollTo(index)
        where = self.browse.list.visualRect(index).center()
        QTest.mouseClick(self.browse.list.viewport(), LEFT, pos=where)
        self.until(lambda: isinstance(self.window.panel_host.current, PlaceCard))
        self.until(lambda: self.card.place is not None and self.card.place.id == row.id)
        self.settle()
        return self.card

    def choose_more(self, words: str) -> None:
        """Choose a line under 'More' of the card of a place."""
        self.click(self.card.more)
        rows = self.popover.findChildren(MenuRow)
        found = [row for row in rows if row.text() == words]
        assert found, [row.text() for row in rows]
        self.click(found[0])

    def places(self) -> list[PlaceView]:
        """Return every place of the open project, by name."""
        assert self.window.lanes is not None
        found = self.window.lanes.read(_all_places).result(PATIENCE_MS / 1000)
        return sorted(found, key=lambda place: place.name)

    def place(self, name: str) -> PlaceView:
        return next(place for place in self.places() if place.name == name)

    def state_of(self, name: str) -> FeatureState:
        return self.place(name).state

    def meanwhile(self, work: Callable[[Session], object]) -> None:
        """Let somebody else write in the open project, and wait until it is written."""
        assert self.window.lanes is not None
        self.window.lanes.write(work).result(PATIENCE_MS / 1000)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Keep the write lane busy, so that what is asked for meanwhile waits."""
        assert self.window.lanes is not None
        may_go_on = threading.Event()
        self.window.lanes.write(lambda _session: may_go_on.wait(60))
        try:
            yield
        finally:
            may_go_on.set()


def _all_places(reader: Reader) -> list[PlaceView]:
    rows, _total = reader.places(limit=1000)
    views = [reader.place(row.id) for row in rows]
    return [view for view in views if view is not None]
