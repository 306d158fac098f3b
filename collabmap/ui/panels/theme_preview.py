"""The form as people will see it, beside what a coordinator edits of the theme."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.words import _, language
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.panels.field_form import FieldForm
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.tall import Tall
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class ThemePreview(QWidget):
    """Everything in it can be tried out; nothing of it is kept."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self.setAccessibleName(_("Preview of the form"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 0)
        whole.setSpacing(8)
        whole.addWidget(Text(_("What people will fill in"), "heading", wrap=True))
        whole.addWidget(Text(_("Try it: nothing is kept."), "muted", wrap=True))
        inside = Tall()
        middle = QVBoxLayout(inside)
        middle.setContentsMargins(0, 4, 0, 16)
        card = Ground("card")
        middle.addWidget(card)
        middle.addStretch(1)
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(look.px(14))
        self._head = QHBoxLayout()
        self._head.setSpacing(10)
        self._mark: QWidget = QWidget()
        self.name = Text("", "heading", wrap=True)
        self._head.addWidget(self._mark)
        self._head.addWidget(self.name, 1)
        column.addLayout(self._head)
        column.addWidget(Labelled(_("Its name"), LineField(), required=True))
        self.form = FieldForm(window, window.theme, is_preview=True)
        column.addWidget(self.form)
        self.scroller = QScrollArea(widgetResizable=True)
        self.scroller.setProperty("plain", True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        # Only now: the scroll area lets it paint a ground of its own.
        inside.setAutoFillBackground(False)
        self.scroller.viewport().setAutoFillBackground(False)
        whole.addWidget(self.scroller, 1)

    def show_theme(self, theme: Theme, category: str) -> None:
        """Ask what a theme asks about a category; what was tried stays filled in."""
        chosen = theme.category(category)
        self.name.setText(chosen.label(language()))
        mark = MarkImage(Theme("preview of a theme", (chosen,)), category)
        self._head.replaceWidget(self._mark, mark)
        self._mark.hide()
        self._mark.deleteLater()
        self._mark = mark
        self.form.set_theme(theme)
        if category != self.form.category:
            self.form.show_category(category)

    def show_field(self, key: str) -> None:
        """Bring a field into view."""
        row = self.form.rows.get(key)
        if row is None:
            return
        if row.isHidden():
            self.form.unfold()
        # A row that has just come, or a longer form, has no place before it is laid out.
        QTimer.singleShot(0, row, lambda: self.scroller.ensureWidgetVisible(row, 0, 40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().surface))
        painter.end()
