"""One computer: who wrote on it, what is odd about it, and what it may do from now on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, language
from collabmap.ui import look
from collabmap.ui.panels.people_rules import Deed, deeds, role_sentence, who_can
from collabmap.ui.people_words import (
    is_ahead,
    names_of,
    role_words,
    shift_words,
    span,
    spoken_code,
    waits,
)
from collabmap.ui.place_words import day_and_time
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.text import ElidedText, Text
from collabmap.ui.widgets.two_columns import TwoColumns

if TYPE_CHECKING:
    from collabmap.app.people import DeviceView

_TIME_FORMATS = {"fr": "d MMM yyyy, HH 'h' mm", "en": "MMM d, yyyy, h:mm AP"}


class ComputerPage(TwoColumns):
    """deed_wanted: (device, a Deed).  shift_wanted: (device, milliseconds)."""

    deed_wanted = Signal(object, object)
    shift_wanted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.device: DeviceView | None = None
        self._others: tuple[DeviceView, ...] = ()
        self._is_coordinator = False
        self._parts: list[QWidget] = []
        self.question: Question | None = None
        self.clock: ClockForm | None = None

    def show_device(
        self,
        device: "DeviceView",
        others: "tuple[DeviceView, ...]",
        *,
        is_coordinator: bool,
        again: bool = False,
    ) -> None:
        """Show a computer.  others: all of the map; again: also if nothing has changed."""
        now = (device, others, is_coordinator)
        before = (self.device, self._others, self._is_coordinator)
        is_same = device.rid == self.device.rid if self.device is not None else False
        # An answer half given is not taken away by what others do meanwhile.
        if not again and (now == before or (is_same and self._is_answering)):
            return
        self.device, self._others, self._is_coordinator = now
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self.question = self.clock = None
        left, right = self._facts(device), self._card(device)
        self._parts = [left, right]
        self._fill(self.left, left)
        self._fill(self.right, right)

    @property
    def _is_answering(self) -> bool:
        return self.question is not None or (self.clock is not None and self.clock.has_keyboard)

    def _fill(self, column: QVBoxLayout, part: QWidget) -> None:
        while column.takeAt(0):
            pass
        column.addWidget(part)
        column.addStretch(1)

    # --- what is known -----------------------------------------------------------------------

    def _facts(self, device: "DeviceView") -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(10))
        layout.addWidget(Text(names_of(device, at_most=99), "title", wrap=True))
        layout.addWidget(Text(role_words(device), "body", wrap=True))
        layout.addWidget(_table(device))
        for note in _notes(device):
            layout.addWidget(note)
        if self._is_coordinator and device.last_ms and device.changes:
            layout.addWidget(self._clock(device))
        return inside

    def _clock(self, device: "DeviceView") -> QWidget:
        self.clock = ClockForm(device)
        self.clock.shift_wanted.connect(lambda shift: self.shift_wanted.emit(device, shift))
        return self.clock

    # --- what it may do ----------------------------------------------------------------------

    def _card(self, device: "DeviceView") -> QWidget:
        card = Ground("floating")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(24, 20, 24, 24)
        layout.setSpacing(look.px(5))
        layout.addWidget(Text(_("What it may do"), "heading", wrap=True))
        layout.addWidget(Text(role_sentence(device), "body", wrap=True))
        allowed = deeds(device)
        if not allowed:
            layout.addWidget(Text(who_can(device, self._others), "muted", wrap=True))
        for deed in allowed:
            layout.addSpacing(look.px(9))
            button = Button(deed.words, deed.kind, icon=deed.icon, height_px=48)
            button.setAccessibleDescription(deed.hint)
            button.clicked.connect(lambda _checked=False, d=deed: self._on_deed(d))
            layout.addWidget(button)
            if deed.hint:
                layout.addWidget(Text(deed.hint, "muted", wrap=True))
        return card

    def ask_to_shut_out(self) -> None:
        """Put the question, where one may."""
        device = self.device
        for deed in deeds(device) if device is not None else []:
            if deed.answers:
                self._on_deed(deed)

    def _on_deed(self, deed: Deed) -> None:
        device = self.device
        if device is None:
            return
        if deed.answers:
            self._ask(device, deed)
        else:
            self.deed_wanted.emit(device, deed)

    def _ask(self, device: "DeviceView", deed: Deed) -> None:
        """Put the question in the card's place; nothing is done before an answer."""
        self.question = Question(deed)
        self.question.answered.connect(lambda answer: self.deed_wanted.emit(device, answer))
        self.question.cancelled.connect(self._on_cancelled)
        card = self._parts[1]
        card.hide()
        card.deleteLater()
        self._parts[1] = self.question
        self._fill(self.right, self.question)
        self.question.buttons[0].setFocus()

    def _on_cancelled(self) -> None:
        if self.device is None:
            return  # Answered a moment ago.
        self.show_device(self.device, self._others, is_coordinator=self._is_coordinator, again=True)
        self.focus_action()

    def forget_answer(self) -> None:
        """The question is answered: the next look shows what came of it."""
        self.device = None

    def took_escape(self) -> bool:
        """Take the question away; False: there was none."""
        if self.question is None:
            return False
        self._on_cancelled()
        return True

    def focus_action(self) -> None:
        """Put the keyboard on the first thing that can be done."""
        if button := self._parts[1].findChild(Button):
            button.setFocus()


class Question(Ground):
    """What exactly is to be done, with what follows from each answer.  answered: a Deed."""

    answered = Signal(object)
    cancelled = Signal()

    def __init__(self, deed: Deed) -> None:
        super().__init__("floating")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 24)
        layout.setSpacing(look.px(5))
        layout.addWidget(Text(deed.question, "heading", wrap=True))
        layout.addWidget(Text(deed.meaning, "body", wrap=True))
        self.buttons: list[Button] = []
        for answer in deed.answers:
            layout.addSpacing(look.px(9))
            button = Button(answer.words, answer.kind, icon=answer.icon, height_px=48)
            button.setAccessibleDescription(answer.hint)
            button.clicked.connect(lambda _checked=False, a=answer: self.answered.emit(a))
            layout.addWidget(button)
            layout.addWidget(Text(answer.hint, "muted", wrap=True))
            self.buttons.append(button)
        layout.addSpacing(look.px(6))
        cancel = Button(_("Cancel"), "quiet", height_px=44)
        cancel.clicked.connect(self.cancelled)
        layout.addWidget(cancel)
        self.buttons.append(cancel)


class ClockForm(QWidget):
    """Move the times shown of a computer: when was its newest word really?  shift_wanted: ms."""

    shift_wanted = Signal(int)

    def __init__(self, device: "DeviceView") -> None:
        super().__init__()
        self._written_ms = device.last_ms - device.shift_ms
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        self.open = Button(
            _("Its clock was wrong…"), "quiet", icon="clock-edit-outline", is_flush=True
        )
        self.open.clicked.connect(lambda: self._set_open(True))
        layout.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        self.inside = Ground("card")
        inside = QVBoxLayout(self.inside)
        inside.setContentsMargins(16, 14, 16, 16)
        inside.setSpacing(look.px(8))
        inside.addWidget(
            Text(_("When was its newest contribution really made?"), "label", wrap=True)
        )
        words = _("Its own clock said {when}. All its times are moved by as much; nothing else.")
        said = words.format(when=day_and_time(self._written_ms))
        inside.addWidget(Text(said, "muted", wrap=True))
        self.time = QDateTimeEdit()
        self.time.setAccessibleName(_("When was its newest contribution really made?"))
        self.time.setDisplayFormat(_TIME_FORMATS[language()])
        self.time.setMinimumHeight(look.px(44))
        self.time.setFont(look.font(15))
        now_ms = QDateTime.currentMSecsSinceEpoch()
        shown = min(device.last_ms, now_ms) if is_ahead(device) else device.last_ms
        self.time.setDateTime(QDateTime.fromMSecsSinceEpoch(shown))
        inside.addWidget(self.time)
        row = QHBoxLayout()
        row.setSpacing(8)
        move = Button(_("Move its times"), icon="check-bold")
        move.clicked.connect(self._on_move)
        row.addWidget(move)
        cancel = Button(_("Cancel"), "quiet")
        cancel.clicked.connect(lambda: self._set_open(False))
        row.addWidget(cancel)
        row.addStretch(1)
        inside.addLayout(row)
        if device.shift_ms:
            own = Button(_("Show the times of its own clock"), "quiet", is_flush=True)
            own.clicked.connect(lambda: self.shift_wanted.emit(0))
            inside.addWidget(own, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.inside)
        self.inside.hide()
        if is_ahead(device) and not device.shift_ms:
            self._set_open(True, focus=False)

    @property
    def has_keyboard(self) -> bool:
        """Whether somebody is in the middle of it."""
        focus = QApplication.focusWidget()
        return focus is not None and self.inside.isAncestorOf(focus)

    def _set_open(self, is_open: bool, *, focus: bool = True) -> None:
        self.inside.setVisible(is_open)
        self.open.setVisible(not is_open)
        if focus:
            (self.time if is_open else self.open).setFocus()

    def _on_move(self) -> None:
        real_ms = self.time.dateTime().toMSecsSinceEpoch()
        # The field shows whole minutes: seconds that were not typed are not a shift.
        minutes = round((real_ms - self._written_ms) / 60_000)
        self.shift_wanted.emit(minutes * 60_000)


def _table(device: "DeviceView") -> QWidget:
    """Return the facts, a line each."""
    table = Ground("card")
    layout = QVBoxLayout(table)
    layout.setContentsMargins(16, 12, 16, 12)
    layout.setSpacing(look.px(8))
    last = day_and_time(device.last_ms) if device.last_ms else _("never")
    rows = [
        (_("Code"), device.code),
        (_("Contributions"), format_number(device.changes)),
        (_("Last seen"), last),
    ]
    for name, value in rows:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Text(name, "muted"))
        shown = ElidedText(value, "label")
        shown.setAlignment(Qt.AlignmentFlag.AlignRight)
        if value == device.code:
            shown.setAccessibleName(spoken_code(device.code))
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(shown, 1)
        layout.addLayout(row)
    return table


def _notes(device: "DeviceView") -> list[Note]:
    """Return what has to be explained of a computer."""
    notes: list[tuple[bool, Callable[[], Note]]] = [
        (
            waits(device) and device.changes > 0,
            lambda: Note(
                _("All is kept, and comes to light once it is let in. Do you know who it is?"),
                title=_("What it sent is waiting"),
                icon="clock-outline",
            ),
        ),
        (
            device.copies > 1,
            lambda: Note(
                _("Its disk was copied, or an old copy of the map was put back. All is kept."),
                title=_("Copied: both copies are kept"),
                icon="content-copy",
            ),
        ),
        (
            is_ahead(device),
            lambda: Note(
                _("Nothing is lost. Set the clock of that computer, and its times here."),
                title=_("Its clock is {time} ahead").format(time=span(device.ahead_ms)),
                icon="clock-alert-outline",
            ),
        ),
        (
            bool(device.shift_ms),
            lambda: Note(
                _("A coordinator set this because its clock was wrong."),
                title=_("Its times are {moved}").format(moved=shift_words(device.shift_ms)),
                icon="clock-edit-outline",
            ),
        ),
    ]
    return [make() for is_so, make in notes if is_so]
