"""What to do on the map, said in a bar where the panel that says it is behind the map."""

from typing import TYPE_CHECKING

from collabmap.ui.messages import Bar
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.note import Note

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class MapHint:
    """One at a time; it stays until it is taken away or closed."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._bar: Bar | None = None

    def say(self, note: Note) -> None:
        """Say what a note of the panel says: in a narrow window to all, else to a screen reader."""
        self.take_away()
        if self._window.body.is_narrow:
            self._bar = self._window.messages.info(note.title.text(), note.text.text())
            self._bar.stay()
        else:
            # The keyboard goes to the map, which does not say so.
            announce(note, f"{note.title.text()} {note.text.text()}")

    def take_away(self) -> None:
        bar, self._bar = self._bar, None
        self._window.messages.close(bar)
