"""Words that people have begun to say about a place, kept on this device until they are said."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# The note about a project under which this device keeps what was left unfinished.
WORDS = "words"
KEEP_AFTER_MS = 700


class KeptWords(QObject):
    """Of each person, by place and by what it is to be: a comment, an answer, a measurement.

    said: something is kept no longer, for it was said.
    """

    said = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._kept: dict[str, str] = {}
        # Kept while it is typed: a battery that gives out takes nobody's words along.
        self._soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._soon.timeout.connect(self._write)
        window.tasks.detached.connect(self._on_detached)

    def take(self, plain: Mapping[str, str]) -> None:
        """Take what this device kept of a project."""
        self._kept = dict(plain)

    def of(self, place: bytes, what: str) -> str:
        """Return what the person in force had begun, '' for nothing."""
        return self._kept.get(self.key(place, what), "")

    def keep(self, place: bytes, what: str, text: str) -> None:
        """Keep what the person in force has written so far."""
        if self._window.person is None:
            return
        if text.strip():
            self._kept[self.key(place, what)] = text
        else:
            self._kept.pop(self.key(place, what), None)
        self._soon.start()

    def forget(self, key: str, said: str) -> None:
        """Forget what was said, unless more has been written since.  key: see `key`."""
        if self._kept.get(key, "").strip() == said:
            self._kept.pop(key, None)
            self._soon.start()
        self.said.emit()

    def key(self, place: bytes, what: str) -> str:
        """Return what names the words of the person in force, also once they have gone."""
        person = self._window.person
        return f"{person.id.hex() if person is not None else ''} {place.hex()} {what}"

    def _on_detached(self) -> None:
        if self._soon.isActive():
            self._soon.stop()
            self._write()

    def _write(self) -> None:
        """Write them on this device: they outlive the window."""
        device, info, plain = self._window.device, self._window.info, dict(self._kept)
        if info is not None:
            project = bytes.fromhex(info.project_id_hex)
            self._window.tasks.run(lambda: device.set_note(project, WORDS, plain))
