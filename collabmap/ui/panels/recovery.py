"""The key on paper: the sheet that shows it once, and its use where a coordinator is missing."""

from PySide6.QtCore import QMarginsF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPagedPaintDevice, QPageLayout, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, explain
from collabmap.domain.codes import CodeKind, read_code
from collabmap.errors import CodeWrong, CollabMapError
from collabmap.render import fonts
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.card_page import CardPage
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Ground, Note
from collabmap.ui.widgets.qr import CodeText, Qr, paint_modules
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick


class RecoverySheet(CardPage):
    """Shown once, when a map was made.  written: it is on paper.  print_wanted."""

    written = Signal()
    print_wanted = Signal()

    def __init__(self, map_name: str, code: str) -> None:
        super().__init__(over_map=True)
        self.code = code
        self.setAccessibleName(_("The key on paper"))
        self.left.addWidget(Text(_("Write this key down"), "page", wrap=True))
        self.left.addSpacing(look.px(2))
        words = _("It is shown only now, and kept nowhere. Copy it by hand or print it.")
        self.left.addWidget(Text(words, "lead", wrap=True))
        self.left.addSpacing(look.px(8))
        self.letters = CodeText(size_px=24)
        self.letters.show_text(code)
        self.left.addWidget(self.letters)
        self.left.addSpacing(look.px(8))
        self.left.addStretch(1)
        self.print_button = Button(_("Print it"), icon="printer", height_px=48)
        self.print_button.clicked.connect(self.print_wanted)
        self.left.addWidget(self.print_button)
        self.done = Button(_("I have it on paper"), "primary", icon="check-bold", height_px=56)
        self.done.clicked.connect(self.written)
        self.left.addWidget(self.done)
        self._build_right(map_name, code)

    def _build_right(self, map_name: str, code: str) -> None:
        for icon, title, words in (
            (
                "lifebuoy",
                _("What it is for"),
                _("If this computer breaks or is stolen, it makes another one coordinator."),
            ),
            (
                "folder-open-outline",
                _("Where to keep it"),
                _("At the town hall, with papers that matter. Not on a computer."),
            ),
            (
                "account-key",
                _("Who may have it"),
                _("Somebody you trust: it stands above every coordinator of this map."),
            ),
        ):
            self.add_line(icon, title, words)
        self.right.addSpacing(look.px(4))
        self.square = Qr(
            _("The key on paper of {name}, to scan").format(name=map_name), side_px=150
        )
        self.square.show_text(code.replace("-", ""))
        self.right.addWidget(self.square, 0, Qt.AlignmentFlag.AlignHCenter)
        self.right.addStretch(1)


def print_sheet(device: QPagedPaintDevice, map_name: str, code: str) -> None:
    """Print the key on paper: what it is, the code in letters and as a square, on one page."""
    millimetres = QPageLayout.Unit.Millimeter
    device.setPageMargins(QMarginsF(20, 20, 20, 20), millimetres)
    painter = QPainter(device)
    # In tenths of a millimetre, whatever the printer's dots.
    scale = device.pageLayout().paintRectPixels(device.logicalDpiX()).width()
    width = round(device.pageLayout().paintRect(millimetres).width() * 10)
    painter.scale(scale / width, scale / width)
    painter.setPen(QColor("#000000"))

    def say(text: str, size: int, top: float, weight: int = 400) -> float:
        painter.setFont(fonts.font(size, weight))
        flags = Qt.TextFlag.TextWordWrap
        box = QFontMetricsF(painter.font()).boundingRect(QRectF(0, 0, width, 4000), flags, text)
        painter.drawText(QRectF(0, top, width, box.height() + size), flags, text)
        return top + box.height()

    top = say(map_name, 80, 0, 600)
    top = say(_("The key on paper of this map"), 50, top + 20)
    groups = code.split("-")
    lines = "\n".join("  ".join(groups[i : i + 4]) for i in range(0, len(groups), 4))
    top = say(lines, 90, top + 80, 600)
    side = 520
    paint_modules(painter, QRectF(0, top + 60, side, side), code.replace("-", ""))
    top += side + 120
    top = say(
        _(
            "If the computer that made this map breaks or is stolen, this key makes another one"
            " coordinator."
        ),
        44,
        top,
    )
    top = say(
        _(
            "On that computer: open the map in CollabMap, then “People and computers”, “I have the"
            " key on paper”."
        ),
        44,
        top + 20,
    )
    say(
        _("Keep it with papers that matter. Whoever has it stands above every coordinator."),
        44,
        top + 20,
    )
    painter.end()


class RecoveryForm(QWidget):
    """'I have the key on paper': asks it, says what will happen, and only then does it.

    wanted: (the code, whether the founder's computer is to be shut out).  step: 'closed', 'code'
    or 'sure'.
    """

    wanted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.step = "closed"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        self.open = Button(_("I have the key on paper…"), "quiet", icon="account-key")
        self.open.clicked.connect(lambda: self.show_step("code"))
        layout.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        self.box = Ground("card")
        inside = QVBoxLayout(self.box)
        inside.setContentsMargins(16, 14, 16, 16)
        inside.setSpacing(look.px(10))
        inside.addWidget(Text(_("The key on paper"), "heading", wrap=True))
        self._build_code(inside)
        self._build_sure(inside)
        layout.addWidget(self.box)
        self.show_step("closed", focus=False)

    def _build_code(self, inside: QVBoxLayout) -> None:
        self.field = LineField(_("For example 7ATM-870G-ZJ44-…"))
        self.row = Labelled(
            _("What stands on the paper"),
            self.field,
            hint=_("It was shown when the map was made: seven groups of four letters."),
        )
        self.field.textChanged.connect(lambda: self.row.set_error(""))
        self.field.returnPressed.connect(self._on_code)
        inside.addWidget(self.row)
        self._code_buttons, (cancel, self.go_on) = _buttons(_("Cancel"), _("Go on"))
        cancel.clicked.connect(lambda: self.show_step("closed"))
        self.go_on.clicked.connect(self._on_code)
        inside.addWidget(self._code_buttons)

    def _build_sure(self, inside: QVBoxLayout) -> None:
        self.sure = QWidget()
        layout = QVBoxLayout(self.sure)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(10))
        self.note = Note(
            _("It reviews, lets computers in and shuts them out. All who have the map will know."),
            title=_("This computer becomes a coordinator"),
            icon="shield-account",
        )
        layout.addWidget(self.note)
        self.stolen = Tick(_("Shut the founder’s computer out"))
        layout.addWidget(self.stolen)
        words = _("If it was stolen or is lost. What it sent so far stays.")
        layout.addWidget(Text(words, "muted", wrap=True))
        buttons, (cancel, self.confirm) = _buttons(_("Cancel"), _("Use the key"))
        cancel.clicked.connect(lambda: self.show_step("closed"))
        self.confirm.clicked.connect(self._on_confirm)
        layout.addWidget(buttons)
        inside.addWidget(self.sure)

    def set_coordinator(self, is_coordinator: bool) -> None:
        """A coordinator needs the key only to shut the founder's computer out."""
        self.note.setVisible(not is_coordinator)
        if is_coordinator:
            self.stolen.setChecked(True)
        self.stolen.setEnabled(not is_coordinator)

    def show_step(self, step: str, *, focus: bool = True) -> None:
        """Show 'closed', 'code' or 'sure'; closing forgets what was typed."""
        self.step = step
        if step == "closed":
            self.field.clear()
            self.stolen.setChecked(not self.stolen.isEnabled())
        self.open.setVisible(step == "closed")
        self.box.setVisible(step != "closed")
        self.row.setVisible(step == "code")
        self._code_buttons.setVisible(step == "code")
        self.sure.setVisible(step == "sure")
        self.confirm.setEnabled(True)
        if focus:
            {"closed": self.open, "code": self.field, "sure": self.confirm}[step].setFocus()

    def _on_code(self) -> None:
        try:
            read_code(CodeKind.RECOVERY, self.field.text())
        except CodeWrong as error:
            self.refuse(error)
        else:
            self.show_step("sure")

    def _on_confirm(self) -> None:
        self.confirm.setEnabled(False)
        self.wanted.emit(self.field.text(), self.stolen.isChecked())

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the field what is wrong with the code."""
        self.show_step("code")
        self.row.set_error(" ".join(explain(error)))


def _buttons(cancel: str, go_on: str) -> tuple[QWidget, tuple[Button, Button]]:
    """Return a row of two buttons: to leave, and to go on."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    first, second = Button(cancel, "quiet"), Button(go_on, icon="check-bold")
    row.addWidget(first)
    row.addWidget(second, 1)
    return widget, (first, second)
