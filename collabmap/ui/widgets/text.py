"""Words on the screen: labels whose size and colour follow the look."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from collabmap.ui import look
from collabmap.ui.widgets.tip import plain_tip

Role = Literal[
    "page",
    "page-title",
    "title",
    "turn",
    "heading",
    "lead",
    "strong",
    "label",
    "body",
    "muted",
    "second",
    "error",
]

# size in logical pixels at scale 1, weight, name of the colour
_ROLES: dict[str, tuple[int, int, str]] = {
    "page": (32, 600, "text"),
    "page-title": (28, 600, "text"),
    "title": (20, 600, "text"),
    "turn": (24, 600, "text"),
    "heading": (16, 600, "text"),
    "lead": (18, 400, "muted"),
    "strong": (14, 600, "text"),
    "label": (13, 600, "text"),
    "body": (14, 400, "text"),
    "muted": (13, 400, "muted"),
    "second": (12, 400, "muted"),
    "error": (13, 500, "danger"),
}


class Text(QLabel):
    """A label.  role: see _ROLES; wrap: breaks into lines instead of asking for width."""

    def __init__(
        self, text: str = "", role: Role = "body", *, wrap: bool = False, colour: str = ""
    ) -> None:
        super().__init__(text)
        self._role = role
        self._colour = colour
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._follow_look()

    def set_role(self, role: Role) -> None:
        self._role = role
        self._follow_look()

    def set_colour(self, colour: str) -> None:
        """Use a colour of its own ('#RRGGBB'), '' for the role's."""
        self._colour = colour
        self._follow_look()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange):
            self._follow_look()

    def _follow_look(self) -> None:
        size, weight, colour = _ROLES[self._role]
        font = look.font(size, weight)
        if font != self.font():
            self.setFont(font)
        ink = QColor(self._colour or getattr(look.tokens(), colour))
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != ink:
            palette.setColor(QPalette.ColorRole.WindowText, ink)
            self.setPalette(palette)


class ElidedText(Text):
    """One line that ends in … when it is too long; the whole is in tooltip and name."""

    def __init__(self, text: str = "", role: Role = "body", *, colour: str = "") -> None:
        super().__init__("", role, colour=colour)
        self._whole = text
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._elide()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(40), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self.font()).horizontalAdvance(self._whole)
        return QSize(round(width) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = QFontMetricsF(self.font())
        shown = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(1, self.width()))
        self.setText(shown)
        self.setToolTip(plain_tip(self._whole) if shown != self._whole else "")


def separator(parent: QWidget | None = None) -> QWidget:
    """Return a one pixel horizontal line."""
    return _Line(parent)


class _Line(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().line))
        painter.end()
