"""The welcome of event mode: a name, and whether somebody of that name is the one who was here."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.event_mode import Namesake
from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.consent import Promise
from collabmap.ui import look
from collabmap.ui.panels.welcome import WelcomePage
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text


class WhoPage(WelcomePage):
    """name_given: it may be of somebody who was here.  came_back: their id.

    There is no list of people to choose from: nobody goes on as another by a stray touch.
    """

    name_given = Signal(str)
    came_back = Signal(object)

    def __init__(self, lines: Sequence[Promise], *, asked_anew: str = "") -> None:
        # Everybody in the room knows which map it is; a low screen has room for what matters.
        super().__init__("", "", lines, again=False, asked_anew=asked_anew)
        self.same: QWidget | None = None
        self.choices: list[Button] = []

    def give(self, name: str) -> None:
        if self.asked_anew:
            super().give(name)
        else:
            self.name_given.emit(name)

    def take_namesakes(self, name: str, found: Sequence[Namesake]) -> None:
        """Go on with a new person, or ask whether it is one of those who were here."""
        if not found:
            super().give(name)
            return
        self.same = QWidget()
        column = QVBoxLayout(self.same)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(10))
        lead = _("Somebody called {name} was here already.").format(name=name)
        column.addWidget(Text(lead, "lead", wrap=True))
        for one in found:
            button = Button(_came_back_words(one, len(found)), icon="account-check", height_px=56)
            person = one.person.id
            button.clicked.connect(lambda _checked=False, id=person: self.came_back.emit(id))
            self.choices.append(button)
        other = Button(_("No, I am somebody else"), icon="account-plus", height_px=56)
        other.clicked.connect(lambda: super(WhoPage, self).give(name))
        back = Button(_("Write another name"), "quiet", height_px=53)
        back.clicked.connect(self._write_again)
        # Two equal answers: neither is filled, and neither has the keyboard.
        self.choices.append(other)
        for each in (*self.choices, back):
            column.addWidget(each)
        for part in self.parts:
            part.hide()
        self.title.setText(_("Is it you?"))
        self.left.insertWidget(self.left.indexOf(self.title) + 1, self.same)
        self.setFocus()
        # Whoever scrolled down to begin reads the question from its first word.
        self.scroller.verticalScrollBar().setValue(0)

    def _write_again(self) -> None:
        if self.same is not None:
            self.same.hide()
            self.same.deleteLater()
        self.same, self.choices = None, []
        for part in self.parts:
            part.show()
        self.title.setText(_("Welcome!"))
        self.start.setEnabled(True)
        self.name.setFocus()


def _came_back_words(one: Namesake, count: int) -> str:
    if count == 1:
        return _("Yes, it is me")
    words = ngettext("Yes, with {count} place", "Yes, with {count} places", one.places)
    return words.format(count=format_number(one.places))
