"""The foot of the resident's panel: what waits on this computer."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, ngettext
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class SendFoot(QWidget):
    """How many places wait on this computer, and the button that sends them."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._title = Text("", "strong")
        self._second = Text("", "second")
        self.button = Button.of(window.actions_table["send"], text=_("Send"), icon="")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._second)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(Icon("send", "primary", side_px=20))
        layout.addLayout(words, 1)
        layout.addWidget(self.button)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        if count:
            words = ngettext("{count} place to send", "{count} places to send", count)
            self._title.setText(words.format(count=count))
            kept = ngettext("kept on this computer", "kept on this computer", count)
            self._second.setText(kept)
        else:
            self._title.setText(_("Nothing to send"))
            self._second.setText(_("New places will wait here"))
        self.setAccessibleName(f"{self._title.text()}, {self._second.text()}")
