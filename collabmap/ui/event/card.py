"""The card beside the list for the evening that opens event mode."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import Text


class EventCard(Ground):
    """wanted: event mode is to be opened."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("card")
        words = _("The whole screen, large things to touch, one person after another.")
        self.button = Button(_("Open event mode"), icon="fullscreen", height_px=42)
        self.button.clicked.connect(self.wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.px(16), look.px(14), look.px(16), look.px(14))
        layout.setSpacing(look.px(10))
        layout.addWidget(Text(_("Event mode"), "strong", wrap=True))
        layout.addWidget(Text(words, "muted", wrap=True))
        layout.addWidget(self.button)
