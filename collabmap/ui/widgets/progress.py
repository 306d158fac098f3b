"""Waiting: a thin line after 100 ms, and name, count and stop for what is longer."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.ui import look
from collabmap.ui.tasks import LongTask, Tasks
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text


class ThinBar(QWidget):
    """Three pixels at the top of the panel, alive while something runs for more than 100 ms."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.setFixedHeight(3)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._at = 0.0
        self._timer = QTimer(self, interval=33)
        self._timer.timeout.connect(self._step)
        tasks.busy_changed.connect(self._on_busy)

    def _on_busy(self, is_busy: bool) -> None:
        if is_busy:
            self._at = 0.0
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def _step(self) -> None:
        self._at = (self._at + 0.02) % 1.0
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._timer.isActive():
            return
        painter = QPainter(self)
        tokens = look.tokens()
        painter.fillRect(self.rect(), QColor(tokens.sunken))
        width = self.width() * 0.3
        start = self._at * (self.width() + width) - width
        painter.fillRect(QRectF(start, 0, width, self.height()), QColor(tokens.primary))
        painter.end()


class ProgressLine(QWidget):
    """A rounded line that fills; share None means that the end is not known yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None) -> None:
        self._share = share if share is None else max(0.0, min(1.0, share))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = look.tokens()
        box = QRectF(self.rect())
        radius = box.height() / 2
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(box, radius, radius)
        if tokens.line == tokens.text:
            # In high contrast a line is as dark as what fills it: only its edge is drawn.
            painter.setBrush(QColor(tokens.surface))
            inset = tokens.edge_px
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)
        if self._share:
            painter.setBrush(QColor(tokens.primary))
            width = max(box.height(), box.width() * self._share)
            painter.drawRoundedRect(QRectF(0, 0, width, box.height()), radius, radius)
        painter.end()


class TaskProgress(QWidget):
    """One long task: its name, n of m, time left, Stop.  It hides itself when the task ends."""

    def __init__(self, task: LongTask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._name = Text(task.name, "strong", wrap=True)
        self._count = Text("", "muted")
        self._line = ProgressLine()
        self._stop = Button(_("Stop"), "quiet", height_px=36)
        self._stop.clicked.connect(task.stop)
        first = QHBoxLayout()
        first.addWidget(self._name, 1)
        first.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 4)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addWidget(self._line)
        layout.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignLeft)
        task.progressed.connect(self._follow)
        task.ended.connect(self.deleteLater)
        self._follow()

    def _follow(self) -> None:
        progress = self._task.progress
        self._stop.setEnabled(not self._task.is_stopping)
        if self._task.is_stopping:
            self._count.setText(_("Stopping…"))
            return
        if progress is None or progress.total <= 0:
            self._line.set_share(None)
            return
        self._line.set_share(progress.done / progress.total)
        words = _("{done} of {total}").format(
            done=format_number(progress.done), total=format_number(progress.total)
        )
        if (left_s := self._task.seconds_left()) is not None and left_s >= 1:
            words += " · " + time_left(left_s)
        self._count.setText(words)
        self.setAccessibleName(f"{self._task.name}, {words}")


def time_left(seconds: float) -> str:
    """Return '20 s left' or '3 min left'."""
    if seconds < 90:
        return _("{seconds} s left").format(seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    return ngettext("{count} min left", "{count} min left", minutes).format(count=minutes)
