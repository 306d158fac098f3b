"""The graph with its buttons, and what is said where there is nothing to see."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.theme import Theme
from collabmap.ui import look
from collabmap.ui.graph.view import GraphView
from collabmap.ui.map.buttons import MapButton
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text

_MARGIN_PX, _NOTE_PX, _ZOOM = 12, 420, 1.4


class GraphPage(QWidget):
    """view: the graph.  note: over its lower edge, hidden while there is nothing to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = GraphView(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.nearer = MapButton("plus", self, lambda: self.view.zoom(_ZOOM))
        self.further = MapButton("minus", self, lambda: self.view.zoom(1 / _ZOOM))
        self.whole = MapButton("fit-to-page-outline", self, self.view.fit)
        self.nearer.set_name(_("Enlarge the graph"))
        self.further.set_name(_("Make the graph smaller"))
        self.whole.set_name(_("Show the whole graph"))
        self.note = GraphNote(self)
        look.signals().changed.connect(self._arrange)

    def _arrange(self) -> None:
        top, margin = look.px(_MARGIN_PX), look.px(_MARGIN_PX)
        for button in (self.nearer, self.further, self.whole):
            button.resize(button.sizeHint())
            button.move(self.width() - button.width() - margin, top)
            top += button.height() + 4
        self.note.place()
        for button in (self.nearer, self.further, self.whole):
            button.raise_()
        self.view.covered = tuple(
            (float(b.x()), float(b.y()), float(b.x() + b.width()), float(b.y() + b.height()))
            for b in (self.nearer, self.further, self.whole)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class GraphNote(QWidget):
    """Words, and a button that does something about it."""

    def __init__(self, page: GraphPage) -> None:
        super().__init__(page)
        self._page = page
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        self.words = Text("", "body", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.words)
        self.button = Button("", height_px=44)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def say(self, words: str, button: str = "") -> None:
        """Say something, '' for nothing; without a word for it there is no button."""
        self.words.setText(words)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setVisible(bool(words))
        self.place()

    def place(self) -> None:
        page = self._page
        # Between the buttons at the right and as much at the left.
        aside = page.nearer.width() + look.px(2 * _MARGIN_PX)
        width = min(look.px(_NOTE_PX), page.width() - 2 * aside)
        self.setFixedWidth(max(40, width))
        layout = self.layout()
        tall = layout.heightForWidth(self.width()) if layout is not None else 0
        self.resize(self.width(), max(tall, self.sizeHint().height()))
        # Low: what it is about stands in the middle.
        self.move((page.width() - self.width()) // 2, page.height() - self.height() - 16)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.tokens().window))
        painter.end()
