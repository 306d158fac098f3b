"""The steps of a form, shown in one line: done, here, to come."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.render.icons import paint_icon
from collabmap.ui import look


class Steps(QWidget):
    """names: two to four short words.  It is a picture of where one is, not a way to go there."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self._names = names
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_step(0)

    @property
    def step(self) -> int:
        return self._at

    def set_step(self, at: int) -> None:
        self._at = at
        words = _("Step {number} of {total}: {name}")
        self.setAccessibleName(
            words.format(number=at + 1, total=len(self._names), name=self._names[at])
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, look.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, gap = look.px(24), look.px(8)
        widths = [
            QFontMetricsF(look.font(13, 600)).horizontalAdvance(name) + side + gap
            for name in self._names
        ]
        spare = self.width() - sum(widths)
        join = max(6.0, spare / max(1, len(self._names) - 1))
        x = 0.0
        for number, (name, width) in enumerate(zip(self._names, widths, strict=True)):
            self._paint_step(painter, x, number, name)
            x += width
            if number + 1 < len(self._names):
                middle = self.height() / 2
                painter.setPen(QPen(QColor(look.tokens().line), 1))
                painter.drawLine(QPointF(x + gap, middle), QPointF(x + join - gap, middle))
            x += join
        painter.end()

    def _paint_step(self, painter: QPainter, x: float, number: int, name: str) -> None:
        tokens = look.tokens()
        side = look.px(24)
        circle = QRectF(x, (self.height() - side) / 2, side, side).adjusted(1, 1, -1, -1)
        is_done, is_here = number < self._at, number == self._at
        if is_done or is_here:
            painter.setPen(Qt.PenStyle.NoPen)
            ground = tokens.states["accepted"].mark if is_done else tokens.primary
            painter.setBrush(QColor(ground))
        else:
            painter.setPen(QPen(QColor(tokens.line_strong), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if is_done:
            sign = "#FFFFFF" if not tokens.is_dark else tokens.primary_text
            paint_icon(painter, "check-bold", circle.adjusted(4, 4, -4, -4), sign)
        else:
            painter.setFont(look.font(12, 700))
            painter.setPen(QColor(tokens.primary_text if is_here else tokens.muted))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        painter.setFont(look.font(13, 600 if is_here else 400))
        painter.setPen(QColor(tokens.text if is_here else tokens.muted))
        words = QRectF(x + side + look.px(8), 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
