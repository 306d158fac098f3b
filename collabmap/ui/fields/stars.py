"""A rating: five stars, by click, arrows or the digits 1 to 5."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.domain.theme import MAX_RATING, Field
from collabmap.render.icons import paint_icon
from collabmap.render.tokens import RADIUS_CONTROL, TARGET_RESIDENT
from collabmap.ui import look
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.fields.options import digit_of


class Stars(QWidget):
    """count: how many are full, 0 for no rating.  The star that was clicked last goes again."""

    changed = Signal()
    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._lit = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Show a rating.  Not signalled."""
        self.count = count
        words = _("{count} out of {all}").format(count=count, all=MAX_RATING)
        self.setAccessibleDescription(words if count else _("No rating"))
        self.update()

    def _say(self, count: int) -> None:
        self.set_count(0 if count == self.count else max(0, min(MAX_RATING, count)))
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)
        self.changed.emit()

    def sizeHint(self) -> QSize:
        side = look.px(TARGET_RESIDENT)
        return QSize(MAX_RATING * side, side)

    def _star_at(self, where: QPointF) -> int:
        return max(1, min(MAX_RATING, int(where.x() // look.px(TARGET_RESIDENT)) + 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._say(self._star_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._lit = self._star_at(event.position())
        self.update()

    def leaveEvent(self, event: Any) -> None:
        self._lit = 0
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, digit = event.key(), digit_of(event)
        if digit and digit <= MAX_RATING:
            self.set_count(0)
            self._say(digit)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Up) and self.count < MAX_RATING:
            self._say(self.count + 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down) and self.count:
            self._say(self.count - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_0) and self.count:
            self._say(0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        side, star = look.px(TARGET_RESIDENT), look.px(TARGET_RESIDENT * 0.64)
        shown = self._lit or self.count
        for number in range(MAX_RATING):
            middle = (side - star) / 2
            box = QRectF(number * side + middle, middle, star, star)
            is_full = number < shown
            colour = tokens.primary if is_full else tokens.muted
            paint_icon(painter, "star" if is_full else "star-outline", box, colour)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 2))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()


class StarsEditor(FieldEditor):
    """A rating."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.stars = Stars()
        self.stars.changed.connect(self.changed)
        self.stars.submitted.connect(self.submitted)
        self.column.addWidget(self.stars)

    def value(self) -> Any:
        return self.stars.count or None

    def set_value(self, value: Any) -> None:
        self.stars.set_count(value if isinstance(value, int) else 0)

    def target(self) -> QWidget:
        return self.stars
