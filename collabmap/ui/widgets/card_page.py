"""A page with one card in its middle, over a pale map or the plain window: start and welcome."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from collabmap.app.words import _, language
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground, Icon
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.top_bar import Emblem

LEFT_PX = 398
RIGHT_PX = 274
# How much of the map behind is covered.
VEIL = 0.6


class CardPage(QWidget):
    """Fill `left` and `right`.  language_wanted: 'fr' or 'en'.  larger_wanted: larger text."""

    language_wanted = Signal(str)
    larger_wanted = Signal()

    def __init__(self, *, over_map: bool) -> None:
        super().__init__()
        self._over_map = over_map
        self._is_stacked = False
        self._emblem: QWidget | None = None
        self._build_corner()
        card = Ground("floating")
        self.card = card
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, card)
        self._columns.setContentsMargins(0, 10, 10, 13)
        self._columns.setSpacing(0)
        left = QWidget()
        self.left = QVBoxLayout(left)
        self.left.setContentsMargins(36, 26, 36, 20)
        self.left.setSpacing(8)
        right = Ground("sunken")
        self.right = QVBoxLayout(right)
        self.right.setContentsMargins(28, 28, 28, 24)
        self.right.setSpacing(look.px(14))
        self._left, self._right = left, right
        self._columns.addWidget(left)
        self._columns.addWidget(right)

        inside = Tall()
        middle = QVBoxLayout(inside)
        self._middle = middle
        # In a row of its own, not aligned: only so is its height reckoned at the width it gets.
        card.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        middle.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setProperty("plain", True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self.scroller = scroll
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._whole = whole
        self._corner.raise_()

    def _build_corner(self) -> None:
        other = "en" if language() == "fr" else "fr"
        # In its own language, so that those who need it can read it.
        self.language_button = Button(
            "English" if other == "en" else "Français", icon="translate", height_px=40
        )
        self.language_button.clicked.connect(lambda: self.language_wanted.emit(other))
        self.larger_button = Button(_("Larger text"), icon="format-size", height_px=40)
        self.larger_button.clicked.connect(self.larger_wanted)
        self._corner = QWidget(self)
        corner = QHBoxLayout(self._corner)
        corner.setContentsMargins(0, 0, 0, 0)
        corner.setSpacing(8)
        corner.addWidget(self.language_button)
        corner.addWidget(self.larger_button)

    def add_emblem(self, title: str, second: str) -> None:
        """Put the sign, a name and a second line at the top of the left column."""
        self._emblem = QWidget()
        row = QHBoxLayout(self._emblem)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(Emblem(side_px=38))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(title, "strong", wrap=True))
        if second:
            words.addWidget(Text(second, "second", wrap=True))
        row.addLayout(words, 1)
        self.left.addWidget(self._emblem)

    def add_line(self, icon: str, title: str, words: str) -> None:
        """Put an explained line into the right column."""
        row = QHBoxLayout()
        row.setSpacing(15)
        row.addWidget(Icon(icon, "primary", side_px=23), 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(Text(title, "strong", wrap=True))
        lines.addWidget(Text(words, "muted", wrap=True))
        row.addLayout(lines, 1)
        self.right.addLayout(row)

    def on_stacked(self, is_stacked: bool) -> None:
        """Say what depends on where the right column stands.  is_stacked: below the left one."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left, right = look.px(LEFT_PX) + 72, look.px(RIGHT_PX) + 56
        both = left + right + 60
        is_narrow = self.width() < both
        if is_narrow != self._is_stacked:
            self._is_stacked = is_narrow
            self.on_stacked(is_narrow)
        if is_narrow:
            # Room for the margins of card and page, and for a scroll bar.
            left = right = min(left, self.width() - 72)
        self._left.setFixedWidth(left)
        self._right.setFixedWidth(right)
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        self._columns.setContentsMargins(10 if is_narrow else 0, 10, 10, 13)
        corner = self._corner.sizeHint()
        self._corner.setGeometry(
            self.width() - corner.width() - 16, 16, corner.width(), corner.height()
        )
        if self._emblem is not None:
            # Gives way first, so that the button to press stays in sight.
            self._emblem.setVisible(self.height() > look.px(600))
        # The card stays clear of the two buttons, also while it scrolls: beside them, or below.
        below = corner.height() + 24
        is_beside = (self.width() - both) / 2 > corner.width() - 20
        is_below = (self.height() - self.card.sizeHint().height()) / 2 > below
        is_clear = is_beside or is_below
        self._middle.setContentsMargins(16, 16 if is_clear else 0, 16, 16)
        self._whole.setContentsMargins(0, 0 if is_clear else below, 0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = QColor(look.tokens().window)
        if self._over_map:
            veil.setAlphaF(VEIL)
        painter.fillRect(QRectF(self.rect()), veil)
        painter.end()
