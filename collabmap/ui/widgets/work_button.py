"""Long work that goes on behind another panel: its name, how far it is, a thin line under them."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from collabmap.app.words import _, format_number, language
from collabmap.ui import look


class WorkButton(QAbstractButton):
    """Hidden while nothing goes on; a click leads back to the panel where it began."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._share: float | None = None
        self._is_compact = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.is_wanted = False

    def show_work(self, name: str, share: float | None) -> None:
        """name: of the work, '' for none.  share: 0 to 1, None while that is not known."""
        self._name, self._share = name, share
        self.is_wanted = bool(name)
        self.setAccessibleName(f"{name}, {self._number()}")
        self.setToolTip(_("Back to what is going on"))
        self.updateGeometry()
        self.update()

    def set_compact(self, is_compact: bool) -> None:
        """Leave the name out where room is short."""
        self._is_compact = is_compact
        self.updateGeometry()

    def _number(self) -> str:
        if self._share is None:
            return "…"
        # The whole is said only when it is reached.
        number = format_number(int(100 * self._share))
        return f"{number}\u00a0%" if language() == "fr" else f"{number}%"

    @property
    def words(self) -> str:
        """What is written: the name and the number, or the number alone."""
        return self._number() if self._is_compact else f"{self._name} {self._number()}"

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(look.font(13, 500))
        # As wide as with the widest number, so that nothing moves while it grows.
        rest = 0.0 if self._is_compact else metrics.horizontalAdvance(f"{self._name} ")
        width = rest + metrics.horizontalAdvance("100\u00a0%")
        return QSize(round(width) + look.px(20), look.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse():
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box, 8, 8)
        inner = box.adjusted(look.px(9), 0, -look.px(9), 0)
        painter.setFont(look.font(13, 500))
        painter.setPen(QColor(tokens.text))
        words = inner.adjusted(0, 0, 0, -look.px(6))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, flags, self.words)
        line = QRectF(inner.left(), box.bottom() - look.px(9), inner.width(), look.px(3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(line, 1.5, 1.5)
        if self._share:
            painter.setBrush(QColor(tokens.primary))
            done = QRectF(line.left(), line.top(), line.width() * self._share, line.height())
            painter.drawRoundedRect(done, 1.5, 1.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, 8, 8)
        painter.end()
