"""The foot of the map in event mode: take back, nearer and further, and one's own street."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

HEIGHT_PX = 67
BUTTON_PX = 53


class Footer(QWidget):
    """Built with the window's words."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.setAccessibleName(_("Below the map"))
        action = window.actions_table["undo"]
        words = _("Undo what I just did")
        self.undo = Button.of(action, text=words, icon="undo", height_px=BUTTON_PX)
        self.further, self.nearer = _sign("minus", _("Zoom out")), _sign("plus", _("Zoom in"))
        self.further.clicked.connect(window.map.zoom_out)
        self.nearer.clicked.connect(window.map.zoom_in)
        self.street = Button(_("My street"), icon="magnify", height_px=BUTTON_PX)
        self.street.clicked.connect(lambda: window.event_mode.open_street())
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 1, 18, 0)
        row.setSpacing(10)
        row.addWidget(self.undo)
        row.addStretch(1)
        for part in (self.further, self.nearer, self.street):
            row.addWidget(part)
        self.setFixedHeight(look.px(HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens.line))
        painter.end()


def _sign(icon: str, name: str) -> Button:
    button = Button("", icon=icon, height_px=BUTTON_PX)
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
