"""A panel: fixed head, scrolling body, fixed foot that never scrolls away."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.preferences import application
from collabmap.ui.widgets.buttons import IconButton
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class Panel(QWidget):
    """What fills the left side of the window; subclasses fill head, body and foot.

    page: a widget that takes the map's place while the panel is shown, None keeps the map.
    card: a widget at the right of the map or page, card_px wide, None for nothing.
    above: a widget above the map, which stays, None for nothing; in a narrow window, the card.
    strip_px: what is left of the panel beside a card where there is little room; 0: it is whole
    everywhere.
    opens_places: a click on a mark of the map opens its card over this panel.
    is_at_right: it stands right of map or page.  width_px 0: there is only the page.
    tab_words, card_words: what the tabs of panel and card say in a narrow window, '' for "List"
    and "Card".
    """

    opens_places = False
    is_at_right = False
    tab_words = card_words = ""
    width_px = 360
    strip_px = 0
    card_px = 440

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.main = window
        self.page: QWidget | None = None
        self.card: QWidget | None = None
        self.above: QWidget | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.head = QVBoxLayout()
        self.head.setContentsMargins(16, 8, 16, 8)
        self.head.setSpacing(8)
        whole.addLayout(self.head)

        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(16, 0, 16, 8)
        self.body.setSpacing(8)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.scroller.viewport().setAutoFillBackground(False)
        whole.addWidget(self.scroller, 1)

        application().focusChanged.connect(self._on_focus)

        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(16, 8, 16, 16)
        self.foot.setSpacing(8)
        whole.addLayout(self.foot)

    def add_title(self, title: str, *, back: bool = False, close: bool = False) -> Text:
        """Put a title in the head, with an arrow back or a cross that both leave the panel."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if back:
            button = IconButton("arrow-left", _("Back"), side_px=40)
            button.clicked.connect(self.leave)
            row.addWidget(button)
        label = Text(title, "title", wrap=True)
        row.addWidget(label, 1)
        if close:
            button = IconButton("close", _("Close"), side_px=40)
            button.clicked.connect(self.leave)
            row.addWidget(button)
        self.head.addLayout(row)
        self.setAccessibleName(title)
        return label

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        # What has the keyboard is in view, also when a click or the program put it there.
        inside = self.scroller.widget()
        if now is not None and inside is not None and inside.isAncestorOf(now):
            # Once the layout has settled: what has just appeared has no place yet.  The label
            # above a field is in view with it.
            margin = look.px(36)
            QTimer.singleShot(0, now, lambda: self.scroller.ensureWidgetVisible(now, 0, margin))

    def leave(self) -> None:
        """Go back to the panel that was here before (arrow, cross, Escape)."""
        self.main.panel_host.back()

    def kept(self) -> "Callable[[Panel], None] | None":
        """Return what gives the choices made here to a panel built anew, None to let it go."""
        return None

    def took_escape(self) -> bool:
        """Close what lies over the panel itself; False: there was nothing, so it may be left."""
        return False

    def first_focus(self) -> QWidget | None:
        """Return the field or button that takes the focus when the panel opens."""
        return None

    def help_keys(self) -> list[tuple[str, str]]:
        """Return (key, words) of the keys that only this panel has."""
        return []

    is_thin = False

    def set_strip(self, is_strip: bool) -> None:
        """Called where there is room for a strip of the panel only, and where there is again."""

    def entered(self) -> None:
        """Called each time the panel comes into view."""

    def left(self) -> None:
        """Called each time the panel goes out of view."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()
