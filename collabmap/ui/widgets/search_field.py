"""The field to search in."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent

from collabmap.render.icons import paint_icon
from collabmap.ui import look
from collabmap.ui.widgets.fields import LineField


class SearchField(LineField):
    """A field with a magnifying glass in it.

    entered: it has the keyboard.  left_downwards: the arrow down was pressed.
    """

    entered = Signal()
    left_downwards = Signal()

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(look.px(28) - 8, 0, 0, 0)
        self.make_clearable()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = look.px(17)
        box = QRectF(look.px(11), (self.height() - side) / 2, side, side)
        paint_icon(painter, "magnify", box, look.tokens().muted)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def event(self, event: QEvent) -> bool:
        # Escape belongs to the window, but words that are searched for are what it closes first.
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.text()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
