"""What became of a file that was written: checks one after another, then a receipt."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.check_line import CheckLine, DashedLine, Sign
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.text import ElidedText, Text

Rows = Sequence[tuple[str, str]]


class Receipt(Ground):
    """wait() says what will be checked; begin(), tick() and finish() or fail() follow the work."""

    def __init__(self, title: str, second: str, checks: Sequence[str]) -> None:
        super().__init__("floating")
        self._waiting = (title, second)
        self._is_done = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 26)
        layout.setSpacing(look.px(10))
        self._layout = layout
        head = QHBoxLayout()
        head.setSpacing(14)
        self._sign = Sign(side_px=38)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text("", "title", wrap=True)
        self.second = Text("", "muted", wrap=True)
        words.addWidget(self.title)
        words.addWidget(self.second)
        head.addLayout(words, 1)
        layout.addLayout(head)
        layout.addSpacing(4)
        self.checks = [CheckLine(words_of) for words_of in checks]
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
        self._say("send", "muted", *self._waiting)
        for check in self.checks:
            check.set_state("todo")

    def begin(self, title: str, where: str) -> None:
        """Show that it is on its way."""
        self._drop_slip()
        self._say("send", "primary", title, where)
        self.tick(0)

    def tick(self, done: int) -> None:
        """Show how many checks are done; the next one is under way."""
        for number, check in enumerate(self.checks):
            state = "done" if number < done else "running" if number == done else "todo"
            check.set_state(state)  # type: ignore[arg-type]

    def fail(self, title: str, second: str) -> None:
        """Say where it stopped."""
        self._say("alert-circle", "danger", title, second)
        for check in self.checks:
            if check.state == "running":
                check.set_state("failed")

    def finish(
        self,
        title: str,
        second: str,
        found: Sequence[str],
        rows: Rows,
        *,
        code: str = "",
        show_folder: Callable[[], object] | None = None,
    ) -> None:
        """Show what was found and the receipt.

        found: by check.  rows: name and value.  code: short, to be read out.  show_folder: what
        the button 'Open the folder' does, None for no button.
        """
        self._say("check-decagram", "accepted", title, second)
        for check, words in zip(self.checks, found, strict=True):
            check.set_state("done", words)
        self._drop_slip()
        self._slip = _slip(rows, code, show_folder)
        self._layout.addWidget(self._slip)

    def _drop_slip(self) -> None:
        if self._slip is not None:
            self._slip.hide()
            self._slip.deleteLater()
            self._slip = None


def _slip(rows: Rows, code: str, show_folder: Callable[[], object] | None) -> QWidget:
    """Return the lower part: the code, and what it stands for."""
    slip = QWidget()
    layout = QVBoxLayout(slip)
    layout.setContentsMargins(0, 2, 0, 0)
    layout.setSpacing(look.px(9))
    layout.addWidget(DashedLine())
    if code:
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
    if show_folder is not None:
        layout.addSpacing(2)
        button = Button(_("Open the folder"), icon="folder-open-outline", height_px=44)
        button.clicked.connect(show_folder)
        layout.addWidget(button)
    return slip
