"""The message bar: says what happened, pushes instead of covering, never takes the focus."""

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, explain, ngettext
from collabmap.errors import Cancelled, CollabMapError
from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.announcing import announce
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.text import Text

Kind = Literal["error", "warning", "done", "info"]
MessageAction = tuple[str, Callable[[], object]]

MAX_BARS = 2
# A window under this has room for one only.
LOW_PX = 440
DONE_LEAVES_AFTER_MS = 10_000
# They leave by themselves.
PASSING: tuple[Kind, ...] = ("done", "info")

_STATES = {
    "error": "delete_proposed",
    "warning": "pending",
    "done": "accepted",
    "info": "yours",
}
_ICONS = {
    "error": "alert-circle",
    "warning": "alert",
    "done": "check-circle",
    "info": "information",
}


class Bar(QWidget):
    """One message.  closed: somebody or the clock closed it."""

    closed = Signal()

    def __init__(
        self, kind: Kind, title: str, hint: str, actions: Sequence[MessageAction] = ()
    ) -> None:
        super().__init__()
        self.kind: Kind = kind
        self.title = title
        self.hint = hint
        self.has_actions = bool(actions)
        self.setAccessibleName(f"{title} {hint}".strip())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.px(56), 8, 12, 8)
        layout.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._labels = [Text(title, "strong", wrap=True)]
        if hint:
            self._labels.append(Text(hint, "muted", wrap=True))
        for label in self._labels:
            words.addWidget(label)
        layout.addLayout(words, 1)
        for rank, (text, run) in enumerate(actions[:2]):
            button = Button(text, "outline" if rank == 0 else "quiet", height_px=40)
            button.clicked.connect(lambda _checked=False, run=run: self._act(run))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        close = IconButton("close", _("Close this message"), side_px=36)
        close.clicked.connect(self.closed)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._clock = QTimer(self, singleShot=True, interval=DONE_LEAVES_AFTER_MS)
        self._clock.timeout.connect(self._on_clock)
        if kind in PASSING:
            self._clock.start()

    def stay(self) -> None:
        """Stay until somebody closes it."""
        self._clock.stop()

    def _act(self, run: Callable[[], object]) -> None:
        self.closed.emit()
        run()

    def _on_clock(self) -> None:
        # Reading or reaching for its button takes time: it stays while hovered or focused.
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._clock.start()
        else:
            self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = look.tokens().states[_STATES[self.kind]]
        painter.fillRect(self.rect(), QColor(colours.soft))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(colours.mark))
        side = look.px(22)
        box = QRectF(look.px(18), (self.height() - side) / 2, side, side)
        paint_icon(painter, _ICONS[self.kind], box, colours.text)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(look.tokens().line))
        painter.end()


class Messages(QObject):
    """The bars between the top bar and the body; `widget` is where they lie.

    told: kind, title and hint of every message, for those who listen (tests, screen readers).
    """

    told = Signal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.widget = QWidget()
        self._bars: list[Bar] = []
        self._shows_all = False
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._layout = layout
        self._others = Button("", "quiet", height_px=36)
        self._others.clicked.connect(self._show_all)
        layout.addWidget(self._others, 0, Qt.AlignmentFlag.AlignLeft)
        self._arrange()

    # --- saying --------------------------------------------------------------------------

    def show(
        self,
        error: CollabMapError,
        *actions: MessageAction,
        kind: Kind = "error",
        hint: str = "",
    ) -> None:
        """Say what failed, what it means and what to do; stopping on request is no failure.

        hint: what to do in a window, where that is something else than the error says.
        """
        title, usual = explain(error)
        self.say("info" if isinstance(error, Cancelled) else kind, title, hint or usual, *actions)

    def done(self, title: str, hint: str = "", *actions: MessageAction) -> None:
        """Say that something worked; it leaves by itself."""
        self.say("done", title, hint, *actions)

    def warn(self, title: str, hint: str = "", *actions: MessageAction) -> None:
        self.say("warning", title, hint, *actions)

    def info(self, title: str, hint: str = "", *actions: MessageAction) -> Bar:
        return self.say("info", title, hint, *actions)

    def say(self, kind: Kind, title: str, hint: str = "", *actions: MessageAction) -> Bar:
        """Show a message and return its bar.  The same words twice are one bar."""
        for bar in self._bars:
            if (bar.title, bar.hint) == (title, hint):
                self._remove(bar)
                break
        if kind == "done":
            # An older bar's Undo would take back the newer deed, not the one it names.
            for bar in [b for b in self._bars if b.kind == "done" and b.has_actions]:
                self._remove(bar)
        bar = Bar(kind, title, hint, actions)
        bar.closed.connect(lambda: self._remove(bar))
        self._bars.insert(0, bar)
        self._layout.insertWidget(0, bar)
        self._arrange()
        announce(bar, bar.accessibleName(), is_urgent=kind in ("error", "warning"))
        self.told.emit(kind, title, hint)
        return bar

    # --- closing -------------------------------------------------------------------------

    def close_top(self) -> bool:
        """Close the newest bar; False when there is none."""
        if not self._bars:
            return False
        self._remove(self._bars[0])
        return True

    def clear(self) -> None:
        for bar in list(self._bars):
            self._remove(bar)

    def clear_passing(self) -> None:
        """Close what leaves by itself: it was said to somebody who has gone."""
        for bar in [bar for bar in self._bars if bar.kind in PASSING]:
            self._remove(bar)

    @property
    def texts(self) -> list[str]:
        """The titles now on screen or waiting behind 'and N others', newest first."""
        return [bar.title for bar in self._bars]

    def close(self, bar: Bar | None) -> None:
        """Close a message if it is still there."""
        if bar is not None:
            self._remove(bar)

    def close_titled(self, title: str) -> None:
        """Close the message with these words, if it is still there."""
        for bar in [bar for bar in self._bars if bar.title == title]:
            self._remove(bar)

    def _remove(self, bar: Bar) -> None:
        if bar in self._bars:
            self._bars.remove(bar)
            self._layout.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
            self._arrange()

    def _show_all(self) -> None:
        self._shows_all = True
        self._arrange()

    def _arrange(self) -> None:
        # Two bars of large words in a low window would leave no room for themselves.
        room = MAX_BARS if self.widget.window().height() >= look.px(LOW_PX) else 1
        if len(self._bars) <= room:
            self._shows_all = False
        for rank, bar in enumerate(self._bars):
            bar.setVisible(self._shows_all or rank < room)
        hidden = 0 if self._shows_all else max(0, len(self._bars) - room)
        self._others.setVisible(hidden > 0)
        words = ngettext("and {count} other", "and {count} others", hidden)
        self._others.setText(words.format(count=hidden))
        self.widget.setVisible(bool(self._bars))
