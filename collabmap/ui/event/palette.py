"""The panel of event mode: what to add, in large tiles; then the map is touched."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.words import _
from collabmap.domain.geo import LngLat
from collabmap.ui import look
from collabmap.ui.panels.form_values import FormValues
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tiles import TileGrid

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class _Number(QWidget):
    """The number of a sentence, on a disc."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._text = str(number)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look.px(21), look.px(21))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = look.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.primary))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor(tokens.primary_text))
        painter.setFont(look.font(12, 700))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class EventPanel(Panel):
    """The first panel of event mode; a place that is touched without a tile opens its card."""

    opens_places = True
    # 340 px with the sizes of event mode.
    width_px = 298

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAccessibleName(_("What would you like to add?"))
        self.tab_words = _("Add")
        self.head.setContentsMargins(16, 12, 16, 8)
        row = QHBoxLayout()
        row.setSpacing(look.px(10))
        row.addWidget(_Number(1), 0, Qt.AlignmentFlag.AlignVCenter)
        self.title = Text(_("What would you like to add?"), "heading", wrap=True)
        self.title.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row.addWidget(self.title, 1)
        self.head.addLayout(row)
        self.go_on = Button("", icon="pencil", height_px=53)
        self.go_on.clicked.connect(lambda: self.main.placing.add())
        self.body.addWidget(self.go_on)
        self.tiles = TileGrid(window.theme, checkable=True, is_large=True)
        self.tiles.picked.connect(self._on_tile)
        self.body.addWidget(self.tiles)
        self.body.addStretch(1)
        self.foot.setContentsMargins(0, 0, 0, 0)
        # Methods, not closures: the connections must end with the panel.
        window.map.place_clicked.connect(self._on_place)
        window.person_changed.connect(self._follow)
        self._follow()

    def first_focus(self) -> QWidget | None:
        # A ring around the first tile would look like a choice that nobody made.
        return self.title

    def _follow(self, _person: object = None) -> None:
        """Offer to go on with what the person in force has begun."""
        begun = self.main.placing.draft_name()
        self.go_on.setVisible(begun is not None)
        words = _("Go on with “{name}”") if begun else _("Go on with what I had begun")
        self.go_on.setText(words.format(name=begun))
        if self.main.person is None:
            self._release()

    def _on_tile(self, category: str) -> None:
        if self.main.person is None:
            self.tiles.choose("")
            self.main.event_mode.ask_name()
            return
        self._await_place(category)

    def _await_place(self, category: str) -> None:
        """Wait for a touch of the map, or for Enter in its middle."""
        self.main.map.select(None)
        self.main.map.start_placing(category)
        self.say_next()
        self.main.body.show_tab("centre")
        self.main.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def say_next(self) -> None:
        """Say over the map what to do there, once something is chosen."""
        words = _("2.  Touch the map, where it is")
        self.main.event_mode.say(words if self.tiles.chosen() else "")

    def _on_place(self, position: LngLat) -> None:
        category = self.tiles.chosen()
        if category and self.main.panel_host.current is self:
            self._release()
            self.main.body.show_tab("panel")
            self.main.placing.begin_with(FormValues(category, position=position))
            if (form := self.main.placing.form) is not None:
                form.fold_category()

    def _release(self) -> None:
        self.tiles.choose("")
        self.main.event_mode.say("")

    def took_escape(self) -> bool:
        if not self.tiles.chosen():
            return False
        self._release()
        self.main.map.stop_placing()
        return True

    def entered(self) -> None:
        self._follow()
        # Back from looking for a street: the same thing is still to be placed.
        if category := self.tiles.chosen():
            self._await_place(category)

    def left(self) -> None:
        self.main.event_mode.say("")
        if self.tiles.chosen():
            self.main.map.stop_placing()
