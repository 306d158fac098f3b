"""The receipt of a sending: three checks, then what was sent, to whom, under which code."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.sending import COPIED, PREPARED, SendReport
from collabmap.app.words import _, format_number, format_size
from collabmap.ui import look
from collabmap.ui.widgets.check_line import CheckLine, DashedLine, Sign
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import ElidedText, Text


class Receipt(Ground):
    """The three checks, and once all are done what was sent, to whom and under which code."""

    def __init__(self) -> None:
        super().__init__("floating")
        self._is_done = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 26)
        layout.setSpacing(look.px(10))
        self._layout = layout
        self._head = QHBoxLayout()
        self._head.setSpacing(14)
        self._sign = Sign(side_px=38)
        self._head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text("", "title", wrap=True)
        self.second = Text("", "muted", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.second)
        self._head.addLayout(words, 1)
        layout.addLayout(self._head)
        layout.addSpacing(4)
        self.prepared = CheckLine(_("Bundle prepared"))
        self.copied = CheckLine(_("Copied"))
        self.read_back = CheckLine(_("Read back and counted"))
        self.checks = (self.prepared, self.copied, self.read_back)
        for check in self.checks:
            layout.addWidget(check)
        self._slip: QWidget | None = None
        self.wait()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour_second()

    def _colour_second(self) -> None:
        green = look.tokens().states["accepted"].text
        self.second.set_colour(green if self._is_done else "")

    def _say(self, icon: str, colour: str, title: str, second: str) -> None:
        self._sign.show_icon(icon, colour)
        self.title.setText(title)
        self.second.setText(second)
        self._is_done = colour == "accepted"
        self._colour_second()
        self.setAccessibleName(f"{title} {second}")

    def wait(self) -> None:
        """Say what will happen."""
        self._drop_slip()
        self._say(
            "send",
            "muted",
            _("Not sent yet"),
            _("Choose a way. It counts as sent once all three are done."),
        )
        for check in self.checks:
            check.set_state("todo")

    def begin(self, where: str) -> None:
        """Show that it is on its way."""
        self._drop_slip()
        self._say("send", "primary", _("On its way…"), where)
        self.prepared.set_state("running")
        self.copied.set_state("todo")
        self.read_back.set_state("todo")

    def follow(self, what: str) -> None:
        """Tick off what has happened."""
        if what == PREPARED:
            self.prepared.set_state("done")
            self.copied.set_state("running")
        elif what == COPIED:
            self.copied.set_state("done")
            self.read_back.set_state("running")

    def fail(self, title: str, second: str) -> None:
        """Say where it stopped."""
        self._say("alert-circle", "danger", title, second)
        for check in self.checks:
            if check.state == "running":
                check.set_state("failed")

    def finish(self, report: SendReport, where: str, rows: list[tuple[str, str]]) -> None:
        """Show the receipt.  rows: what, from whom, to whom, when."""
        count = _("Read back whole, none missing")
        if report.places:
            number = format_number(report.places)
            count = _("{count} of {total} read back, none missing").format(
                count=number, total=number
            )
        self._say("check-decagram", "accepted", _("Sent and verified"), count)
        self.prepared.set_state("done", format_size(report.size_bytes))
        self.copied.set_state("done", where)
        self.read_back.set_state("done", _("identical"))
        self._drop_slip()
        self._slip = _slip(report.code, rows)
        self._layout.addWidget(self._slip)

    def _drop_slip(self) -> None:
        if self._slip is not None:
            self._slip.hide()
            self._slip.deleteLater()
            self._slip = None


def _slip(code: str, rows: list[tuple[str, str]]) -> QWidget:
    """Return the lower part of the receipt: the code and what it stands for."""
    slip = QWidget()
    layout = QVBoxLayout(slip)
    layout.setContentsMargins(0, 2, 0, 0)
    layout.setSpacing(look.px(9))
    layout.addWidget(DashedLine())
    layout.addWidget(Text(_("Receipt"), "label"))
    shown = Text(code, "page")
    shown.setAccessibleName(_("Code {code}").format(code=" ".join(code)))
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    layout.addWidget(shown)
    for name, value in rows:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Text(name, "muted"))
        words = ElidedText(value, "label")
        words.setAlignment(Qt.AlignmentFlag.AlignRight)
        row.addWidget(words, 1)
        layout.addLayout(row)
    return slip
