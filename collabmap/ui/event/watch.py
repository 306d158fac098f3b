"""What the hands do in event mode: whether anybody is still there, and Escape held down."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from collabmap.ui.preferences import application

PAUSE_MS = 120_000
HOLD_MS = 3_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.Wheel,
    }
)
# With a shortcut on the key, a press comes as the first of these alone.
_PRESSES = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress})


class Watch(QObject):
    """paused: nobody has touched anything for PAUSE_MS.  holding: Escape is down, or up again.

    held: it was down for HOLD_MS.
    """

    paused = Signal()
    holding = Signal(bool)
    held = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_watching = False
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self.paused)
        self._hold = QTimer(self, singleShot=True)
        self._hold.timeout.connect(self._on_held)

    def begin(self) -> None:
        """Watch from now on."""
        if not self._is_watching:
            application().installEventFilter(self)
        self._is_watching = True

    def end(self) -> None:
        """Watch no more."""
        application().removeEventFilter(self)
        self._is_watching = False
        self._pause.stop()
        self._let_go()

    def await_pause(self, is_awaited: bool) -> None:
        """Tell when nobody has touched anything for a while, or don't."""
        if is_awaited:
            self._pause.start(PAUSE_MS)
        else:
            self._pause.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _TOUCHES and self._pause.isActive():
            self._pause.start(PAUSE_MS)
        if kind in _PRESSES or kind == QEvent.Type.KeyRelease:
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                self._on_escape(event, is_down=kind in _PRESSES)
        elif kind == QEvent.Type.ApplicationDeactivate:
            self._let_go()
        return False

    def _on_escape(self, event: QKeyEvent, *, is_down: bool) -> None:
        if event.isAutoRepeat():
            return
        if not is_down:
            self._let_go()
        elif not self._hold.isActive():
            self._hold.start(HOLD_MS)
            self.holding.emit(True)

    def _let_go(self) -> None:
        if self._hold.isActive():
            self._hold.stop()
            self.holding.emit(False)

    def _on_held(self) -> None:
        self.holding.emit(False)
        self.held.emit()
