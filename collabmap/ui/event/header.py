"""The head of the window in event mode: whose turn it is, and the way to the next person."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.event_mode import Figures
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.feature import PersonView
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import Avatar
from collabmap.ui.widgets.text import ElidedText, Text

HEIGHT_PX = 77
# A narrower window has no room for the numbers.
FIGURES_FROM_PX = 780


class Header(QWidget):
    """next_wanted: the next person is to say a name."""

    next_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Whose turn it is"))
        self.avatar = Avatar(side_px=47)
        self.title = ElidedText("", "turn")
        self.second = ElidedText("", "muted")
        self.places = Text("", "heading")
        self.left = Text("", "muted")
        self.next = Button("", icon="account-arrow-right", height_px=56)
        self.next.clicked.connect(self.next_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 1)
        row.setSpacing(look.px(14))
        row.addWidget(self.avatar)
        row.addLayout(_lines(self.title, self.second), 1)
        self._figures = QWidget()
        figures = _lines(self.places, self.left)
        for part in (self.places, self.left):
            part.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._figures.setLayout(figures)
        row.addWidget(self._figures)
        row.addSpacing(look.px(16))
        row.addWidget(self.next)
        self.setFixedHeight(look.px(HEIGHT_PX))
        self.show_person(None)

    def show_person(self, person: PersonView | None) -> None:
        """Say whose turn it is, or that somebody may say a name."""
        self.avatar.setVisible(person is not None)
        if person is None:
            self.title.set_whole(_("Have a look around"))
            self.second.set_whole(_("To add a place, say your name first."))
            self.next.setText(_("Say my name"))
            return
        self.avatar.set_person(person.name, person.id)
        self.title.set_whole(_("Your turn, {name}!").format(name=person.name))
        self.second.set_whole(_("Your places will be signed “{name}”.").format(name=person.name))
        self.next.setText(_("Next person"))

    def show_figures(self, figures: Figures) -> None:
        """Say how many places were added this evening, and how long it lasts."""
        words = ngettext("{count} place tonight", "{count} places tonight", figures.places)
        self.places.setText(words.format(count=format_number(figures.places)))
        minutes = figures.minutes_left
        if minutes is not None:
            self.left.setText(_("{minutes} min left").format(minutes=format_number(minutes)))
        self.left.setVisible(minutes is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._figures.setVisible(self.width() >= look.px(FIGURES_FROM_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens.line))
        painter.end()


def _lines(*parts: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.px(4))
    column.addStretch(1)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return column
