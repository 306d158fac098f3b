"""The steps of a guided path, numbered; a click goes to one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.words import _, format_number
from collabmap.render.icons import paint_icon
from collabmap.ui import look

_SIDE_PX = 40


class StepButton(QAbstractButton):
    """A number, or a tick once there is nothing left to do."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self.number, self.name, self.is_done = number, name, False
        self.setCheckable(True)
        self.setToolTip(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_done(False)

    def set_done(self, is_done: bool) -> None:
        self.is_done = is_done
        state = _("done") if is_done else _("to do")
        words = _("Step {number}: {name}, {state}")
        number = format_number(self.number)
        self.setAccessibleName(words.format(number=number, name=self.name, state=state))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(_SIDE_PX), look.px(_SIDE_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.primary))
            ink = tokens.primary_text
        else:
            edge = tokens.states["accepted"].mark if self.is_done else tokens.line_strong
            painter.setPen(QPen(QColor(edge), 1.5))
            painter.setBrush(QColor(tokens.surface))
            ink = tokens.states["accepted"].text if self.is_done else tokens.muted
        painter.drawEllipse(box)
        if self.is_done:
            paint_icon(painter, "check-bold", box.adjusted(7, 7, -7, -7), ink)
        else:
            painter.setFont(look.font(13, 700))
            painter.setPen(QColor(ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_number(self.number))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawEllipse(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.end()


class StepBar(QWidget):
    """picked: number of a step, from 0."""

    picked = Signal(int)

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        self._group = QButtonGroup(self)
        self.buttons = [StepButton(number, name) for number, name in enumerate(names, start=1)]
        for number, button in enumerate(self.buttons):
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self._group.idClicked.connect(self.picked)

    def choose(self, number: int) -> None:
        self.buttons[number].setChecked(True)
