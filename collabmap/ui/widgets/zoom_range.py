"""From which zoom to which: one line with two handles."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from collabmap.ui import look

LINE_PX = 5
HANDLE_PX = 20
HIT_PX = 40


class _Handle(QAbstractSlider):
    """One end: a circle to drag; arrows move it by one, Home and End to the ends."""

    def __init__(self, name: str, parent: "ZoomRange") -> None:
        super().__init__(parent)
        self._range = parent
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSingleStep(1)
        self.setPageStep(1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapToParent(event.position().toPoint()).x()
            self.setValue(self._range.level_at(x))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            self.setValue(self.minimum())
        elif event.key() == Qt.Key.Key_End:
            self.setValue(self.maximum())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        middle = QRectF(self.rect()).center()
        radius = look.px(HANDLE_PX) / 2
        painter.setPen(QPen(QColor(tokens.surface), 2))
        painter.setBrush(QColor(tokens.primary))
        painter.drawEllipse(middle, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawEllipse(middle, radius + 4, radius + 4)
        painter.end()


class ZoomRange(QWidget):
    """changed: (first, last), both included."""

    changed = Signal(int, int)

    def __init__(self, lowest: int, highest: int, first_name: str, last_name: str) -> None:
        super().__init__()
        self.lowest, self.highest = lowest, highest
        self.first, self.last = _Handle(first_name, self), _Handle(last_name, self)
        for handle in (self.first, self.last):
            handle.setRange(lowest, highest)
            handle.valueChanged.connect(self._on_moved)
        self._is_setting = False
        self.set_levels(lowest, highest)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def levels(self) -> tuple[int, int]:
        return self.first.value(), self.last.value()

    def set_levels(self, first: int, last: int) -> None:
        """Show a range without telling anybody."""
        self._is_setting = True
        self.first.setMaximum(self.highest)
        self.last.setMinimum(self.lowest)
        self.first.setValue(first)
        self.last.setValue(last)
        self._is_setting = False
        self._follow()

    def _on_moved(self) -> None:
        if not self._is_setting:
            self._follow()
            self.changed.emit(*self.levels)

    def _follow(self) -> None:
        # Each end stops at the other.
        self.first.setMaximum(self.last.value())
        self.last.setMinimum(self.first.value())
        self._place()
        self.update()

    def x_of(self, level: int) -> float:
        """Return where a zoom is on the line, in pixels."""
        edge = look.px(12)
        room = max(1, self.width() - 2 * edge)
        return edge + room * (level - self.lowest) / (self.highest - self.lowest)

    def level_at(self, x: float) -> int:
        """Return the zoom nearest to a pixel."""
        edge = look.px(12)
        share = (x - edge) / max(1, self.width() - 2 * edge)
        level = round(self.lowest + share * (self.highest - self.lowest))
        return max(self.lowest, min(self.highest, level))

    def _place(self) -> None:
        side = look.px(HIT_PX)
        for handle in (self.first, self.last):
            x = self.x_of(handle.value())
            handle.setGeometry(round(x - side / 2), 0, side, side)
        # Both at the same place: the one that can still move lies on top.
        (self.first if self.last.value() == self.lowest else self.last).raise_()
        if self.first.value() == self.last.value() == self.highest:
            self.first.raise_()

    def sizeHint(self) -> QSize:
        return QSize(look.px(280), look.px(HIT_PX + 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(220), look.px(HIT_PX + 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the line brings the nearer handle."""
        level = self.level_at(event.position().x())
        first, last = self.levels
        handle = self.first if abs(level - first) <= abs(level - last) else self.last
        handle.setFocus(Qt.FocusReason.MouseFocusReason)
        handle.setValue(level)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        middle = look.px(HIT_PX) / 2
        thick = look.px(LINE_PX)
        first, last = self.levels
        painter.setPen(Qt.PenStyle.NoPen)
        for low, high, ink in (
            (self.lowest, self.highest, tokens.line),
            (first, last, tokens.primary),
        ):
            painter.setBrush(QColor(ink))
            start, end = self.x_of(low), self.x_of(high)
            box = QRectF(start, middle - thick / 2, end - start, thick)
            painter.drawRoundedRect(box, thick / 2, thick / 2)
            if ink == tokens.line == tokens.text:
                # In high contrast a line is as dark as what lies on it: only its edge is drawn.
                painter.setBrush(QColor(tokens.surface))
                inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
                painter.drawRoundedRect(inner, thick / 2, thick / 2)
        for level in range(self.lowest, self.highest + 1):
            is_end = level in (first, last)
            painter.setFont(look.font(12, 600 if is_end else 400))
            painter.setPen(QColor(tokens.text if is_end else tokens.muted))
            half = look.px(16)
            at = QPointF(self.x_of(level) - half, middle + look.px(13))
            box = QRectF(at.x(), at.y(), 2 * half, look.px(16))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(level))
        painter.end()
