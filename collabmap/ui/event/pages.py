"""What lies over all in event mode: how it begins, whether somebody is there, how it ends."""

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from collabmap.app.words import _, explain
from collabmap.errors import CollabMapError
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.card_page import CardPage
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick

WIDTH_PX = 440
# So long may somebody take to answer that they are still there.
ANSWER_S = 30
_VEIL = 0.75


class StartPage(CardPage):
    """begin_wanted: (code, comes back to the welcome).  left: without beginning."""

    begin_wanted = Signal(str, bool)
    left_page = Signal()

    def __init__(self) -> None:
        super().__init__(over_map=True)
        self.setAccessibleName(_("Event mode"))
        self.left.addWidget(Text(_("Event mode"), "page", wrap=True))
        lead = _("Many people, one after another, at this computer.")
        self.left.addWidget(Text(lead, "lead", wrap=True))
        self.left.addSpacing(look.px(6))
        self.code = LineField(_("For example 2605"))
        self.code.setProperty("large", True)
        self.code.setMaxLength(60)
        self.row = Labelled(
            _("Choose a code to leave it with"),
            self.code,
            required=True,
            hint=_("Four digits or letters, or more. Only those who coordinate know it."),
        )
        self.left.addWidget(self.row)
        self.comes_back = Tick(_("Back to the beginning after two minutes of rest"))
        self.comes_back.setChecked(True)
        self.left.addWidget(self.comes_back)
        self.left.addSpacing(look.px(6))
        self.start = Button(_("Open event mode"), "primary", icon="fullscreen", height_px=56)
        self.left.addWidget(self.start)
        self.back = Button(_("Back to the map"), "quiet", height_px=44)
        self.left.addWidget(self.back, 0, Qt.AlignmentFlag.AlignHCenter)
        self.left.addStretch(1)
        self.right.addWidget(Text(_("What it does"), "heading", wrap=True))
        for icon, title, words in (
            ("fullscreen", _("The whole screen"), _("Large words, large things to touch.")),
            (
                "account-arrow-right",
                _("Each signs their own"),
                _("“Next person” asks a name; what was begun is kept."),
            ),
            (
                "eye-off-outline",
                _("What is private stays closed"),
                _("Even to those who coordinate, until you leave it."),
            ),
            (
                "inbox-full",
                _("Everything awaits review"),
                _("Nothing is accepted by itself on your computer."),
            ),
            (
                "keyboard-outline",
                _("The way out"),
                _("Hold Escape for three seconds, then the code, or the key on paper."),
            ),
        ):
            self.add_line(icon, title, words)
        self.right.addStretch(1)
        self._corner.hide()
        self.start.clicked.connect(self._on_start)
        self.code.returnPressed.connect(self._on_start)
        self.back.clicked.connect(self.left_page)

    @property
    def first(self) -> QWidget:
        return self.code

    def _on_start(self) -> None:
        self.row.set_error("")
        self.start.setEnabled(False)
        self.begin_wanted.emit(self.code.text(), self.comes_back.isChecked())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the code what is wrong with it."""
        self.row.set_error(" ".join(explain(error)))
        self.start.setEnabled(True)
        self.code.setFocus()


class Overlay(QWidget):
    """A small card in the middle of the window; fill `column`."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        card = Ground("floating")
        card.setFixedWidth(look.px(WIDTH_PX))
        self.column = QVBoxLayout(card)
        pad = look.px(28)
        self.column.setContentsMargins(pad, pad, pad, pad)
        self.column.setSpacing(look.px(12))
        self.column.addWidget(Text(title, "page-title", wrap=True))
        self.words = Text(words, "body", wrap=True)
        self.column.addWidget(self.words)
        whole = QHBoxLayout(self)
        whole.addStretch(1)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addStretch(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(look.tokens().window)
        veil.setAlphaF(_VEIL)
        painter.fillRect(QRectF(self.rect()), veil)
        painter.end()


class StillTherePage(Overlay):
    """stays: somebody is.  next_wanted: it is another.  nobody: no answer came."""

    stays = Signal()
    next_wanted = Signal()
    nobody = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(
            _("Still there, {name}?").format(name=name),
            _("Without an answer the screen goes back to the beginning. What you began is kept."),
        )
        self._left_s = ANSWER_S
        self.bar = ProgressLine()
        self.bar.set_share(1.0)
        self.stay = Button(_("Yes, I am still here"), "primary", icon="check-bold", height_px=64)
        self.next = Button(_("Next person"), icon="account-arrow-right", height_px=56)
        for part in (self.bar, self.stay, self.next):
            self.column.addWidget(part)
        self.stay.clicked.connect(self.stays)
        self.next.clicked.connect(self.next_wanted)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._on_second)
        self._clock.start()

    @property
    def first(self) -> QWidget:
        return self.stay

    def _on_second(self) -> None:
        self._left_s -= 1
        self.bar.set_share(self._left_s / ANSWER_S)
        if self._left_s <= 0:
            self._clock.stop()
            self.nobody.emit()


class CodePage(Overlay):
    """given: a code.  left: without one.  quits: the program is to be closed, not only left."""

    given = Signal(str)
    left = Signal()

    def __init__(self, *, quits: bool) -> None:
        title = _("Close CollabMap") if quits else _("Leave event mode")
        super().__init__(title, _("For those who coordinate: the code of this evening."))
        self.code = LineField()
        self.code.setEchoMode(QLineEdit.EchoMode.Password)
        self.code.setMaxLength(200)
        self.row = Labelled(_("Code, or the key on paper"), self.code)
        self.column.addWidget(self.row)
        self.leave = Button(title, "primary", icon="check-bold", height_px=56)
        self.back = Button(_("Back to the map"), height_px=53)
        row = QHBoxLayout()
        row.setSpacing(look.px(10))
        row.addWidget(self.back)
        row.addWidget(self.leave, 1)
        self.column.addLayout(row)
        self.leave.clicked.connect(self._on_code)
        self.code.returnPressed.connect(self._on_code)
        self.back.clicked.connect(self.left)

    @property
    def first(self) -> QWidget:
        return self.code

    def _on_code(self) -> None:
        if self.code.text().strip() and self.leave.isEnabled():
            self.leave.setEnabled(False)
            self.row.set_error("")
            self.given.emit(self.code.text())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the code why it does not open."""
        self.row.set_error(" ".join(explain(error)))
        self.leave.setEnabled(True)
        self.code.selectAll()
        self.code.setFocus()
