"""The ways that contributions can go: each stick that is plugged in, and a folder."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _, format_size
from collabmap.ui import look
from collabmap.ui.drives import Drive, removable_drives
from collabmap.ui.tasks import Tasks
from collabmap.ui.widgets.choice_card import WayCard

LOOK_EVERY_MS = 3000
FindDrives = Callable[[], list[Drive]]


class Ways(QWidget):
    """drive_chosen: a Drive.  found: the list of drives changed.

    Cards for the sticks come first; those of `add` stay below.  to_write: leave out sticks that
    cannot be written to, and say what room is left.
    """

    drive_chosen = Signal(object)
    found = Signal()

    def __init__(
        self, tasks: Tasks, *, to_write: bool, find_drives: FindDrives = removable_drives
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._to_write = to_write
        self.find_drives = find_drives
        self.drives: list[Drive] | None = None
        self.cards: dict[Path, WayCard] = {}
        self.none = WayCard("usb-flash-drive", _("USB stick"), "")
        self.none.set_words(_("No stick is plugged in"), _("Plug one in: it will appear here."))
        self.none.setEnabled(False)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.px(10))
        self._layout.addWidget(self.none)
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def add(self, card: WayCard) -> None:
        self._layout.addWidget(card)

    def look(self) -> None:
        """Ask which sticks are plugged in."""
        self._tasks.run(self.find_drives, self._on_found, owner=self, key="drives")

    def _on_found(self, drives: list[Drive]) -> None:
        usable = [d for d in drives if not (self._to_write and d.is_read_only)]
        if usable == self.drives:
            return
        self.drives = usable
        known = {drive.path for drive in usable}
        for path in [path for path in self.cards if path not in known]:
            gone = self.cards.pop(path)
            gone.hide()
            gone.deleteLater()
        for rank, drive in enumerate(usable):
            second = drive.name
            if self._to_write:
                room = format_size(drive.free_bytes)
                second = _("{name} · {room} free").format(name=drive.name, room=room)
            card = self.cards.get(drive.path)
            if card is None:
                card = WayCard("usb-flash-drive", _("USB stick"), second)
                card.setEnabled(self._is_open)
                card.clicked.connect(lambda _checked=False, d=drive: self.drive_chosen.emit(d))
                self.cards[drive.path] = card
                self._layout.insertWidget(rank, card)
            card.set_words(_("USB stick"), second)
        self.none.setVisible(not usable)
        self.found.emit()

    _is_open = True

    def set_open(self, is_open: bool) -> None:
        """Let a way be chosen, or not while one is under way."""
        self._is_open = is_open
        for card in self.findChildren(WayCard):
            card.setEnabled(is_open and card is not self.none)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
