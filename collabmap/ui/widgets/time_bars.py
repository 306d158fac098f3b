"""How much was added in each five minutes, with a cursor where the replay is."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from collabmap.app.results import short_time, time_ticks
from collabmap.app.words import _, format_number, format_time
from collabmap.domain.replay import BAR_MS
from collabmap.ui import look

_FUTURE_OPACITY = 0.3


class TimeBars(QWidget):
    """picked: milliseconds; somebody clicked there.  The future of the cursor is pale."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []
        self.first_ms, self.last_ms, self.cursor_ms = 0, BAR_MS, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_counts(self, counts: Sequence[int], first_ms: int, last_ms: int) -> None:
        self.counts = list(counts)
        self.first_ms, self.last_ms = first_ms, max(last_ms, first_ms + BAR_MS)
        most = max(self.counts, default=0)
        self.setAccessibleName(_("Through the evening"))
        if most:
            at_ms = first_ms + self.counts.index(most) * BAR_MS
            words = _("Most places were added after {time}: {count}.")
            said = words.format(time=format_time(at_ms), count=format_number(most))
            self.setAccessibleDescription(said)
        self.update()

    def set_cursor_ms(self, at_ms: int) -> None:
        if at_ms != self.cursor_ms:
            self.cursor_ms = at_ms
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(280), look.px(88))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(84))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(event.position())

    def _pick(self, point: QPointF) -> None:
        box = self._box()
        share = max(0.0, min(1.0, (point.x() - box.left()) / max(1.0, box.width())))
        self.picked.emit(round(self.first_ms + share * (self.last_ms - self.first_ms)))

    # --- painting ----------------------------------------------------------------------------

    def _box(self) -> QRectF:
        """Return where the bars stand."""
        most = QFontMetricsF(look.font(11)).horizontalAdvance(format_number(self._top()))
        left = most + look.px(10)
        return QRectF(left, 4, self.width() - left - look.px(12), self.height() - look.px(24))

    def _top(self) -> int:
        return max(2, *self.counts) if self.counts else 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = look.tokens()
        box = self._box()
        top = self._top() * 1.08
        painter.setFont(look.font(11))
        self._paint_numbers(painter, box, top)
        wide = box.width() * BAR_MS / (self.last_ms - self.first_ms)
        gap = min(3.0, wide * 0.2)
        for number, count in enumerate(self.counts):
            high = box.height() * count / top
            bar = QRectF(box.left() + number * wide, box.bottom() - high, wide - gap, high)
            self._paint_bar(painter, bar, self._x(self.cursor_ms, box))
        self._paint_times(painter, box)
        painter.setPen(QPen(QColor(tokens.text), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.setPen(QPen(QColor(tokens.states["disagreement"].mark), 2))
        at = self._x(self.cursor_ms, box)
        painter.drawLine(QPointF(at, box.top() - 3), QPointF(at, box.bottom()))
        painter.end()

    def _x(self, at_ms: int, box: QRectF) -> float:
        share = (at_ms - self.first_ms) / (self.last_ms - self.first_ms)
        return box.left() + box.width() * max(0.0, min(1.0, share))

    def _paint_bar(self, painter: QPainter, bar: QRectF, cursor: float) -> None:
        """Paint what is past in full, and what is to come pale."""
        past = QRectF(bar)
        past.setRight(max(bar.left(), min(bar.right(), cursor)))
        future = QRectF(bar)
        future.setLeft(past.right())
        colour = QColor(look.tokens().primary)
        painter.fillRect(past, colour)
        colour.setAlphaF(_FUTURE_OPACITY)
        painter.fillRect(future, colour)

    def _paint_numbers(self, painter: QPainter, box: QRectF, top: float) -> None:
        tokens = look.tokens()
        step = next((s for s in _STEPS if top / s <= max(1.0, box.height() / look.px(28))), _MOST)
        for value in range(0, int(top) + 1, step):
            y = box.bottom() - box.height() * value / top
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            if value:
                painter.setPen(QColor(tokens.muted))
                words = QRectF(0, y - 8, box.left() - 5, 16)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(words, right, format_number(value))

    def _paint_times(self, painter: QPainter, box: QRectF) -> None:
        tokens = look.tokens()
        metrics = QFontMetricsF(painter.font())
        wide = metrics.horizontalAdvance(short_time(self.last_ms + 60_000)) + look.px(14)
        for at_ms in time_ticks(self.first_ms, self.last_ms, box.width() / wide):
            x = self._x(at_ms, box)
            painter.setPen(QPen(QColor(tokens.muted), 1))
            painter.drawLine(QPointF(x, box.bottom() - 4), QPointF(x, box.bottom()))
            left = max(0.0, min(x - wide / 2, self.width() - wide))
            words = QRectF(left, box.bottom() + 3, wide, look.px(18))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, short_time(at_ms))


_STEPS = tuple(digit * 10**power for power in range(6) for digit in (1, 2, 5))
_MOST = 10**6
