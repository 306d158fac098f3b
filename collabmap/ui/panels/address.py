"""Saying where a place is by an address, a street or a place near it, instead of a click."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.map_search import SHORTEST, MapSearch
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.place_delegate import ROW_PX
from collabmap.ui.widgets.place_list import PlaceList
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.place_search import Answer
    from collabmap.ui.main_window import MainWindow

ROWS = 5


class AddressSearch(QWidget):
    """picked: a FoundPlace.  grown: there is more to see than before."""

    picked = Signal(object)
    grown = Signal()

    def __init__(self, window: "MainWindow", label: str = "") -> None:
        """label: what stands above the field, '' for what a form asks."""
        super().__init__()
        self._is_answered = self._takes_first = False
        self.field = SearchField(_("12 rue Grimaldi, town hall…"))
        self.list = PlaceList(window.theme, name=_("Addresses found"))
        self.list.picked.connect(self.picked)
        self.list.left_upwards.connect(self.field.setFocus)
        self.nothing = Text("", "muted", wrap=True)
        self._search = MapSearch(window, self, "address")
        self._search.answered.connect(self._on_answer)
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_enter)
        self.field.left_downwards.connect(self._enter_list)
        self.field.entered.connect(self._search.prepare)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(Labelled(label or _("Or give an address"), self.field))
        layout.addWidget(self.list)
        layout.addWidget(self.nothing)
        self._show(0, "")

    def _on_text(self, text: str) -> None:
        self._is_answered = self._takes_first = False
        self._search.ask(text)
        if len(text.strip()) < SHORTEST:
            self.list.set_found(())
            self._show(0, "")

    def _on_enter(self) -> None:
        """Take the first address of these words, not of those that stood there before."""
        if self._is_answered:
            self.list.open_row(0)
        else:
            self._takes_first = True

    def _on_answer(self, answer: "Answer") -> None:
        self._is_answered = True
        self.list.set_found(answer.found)
        words = ""
        if not answer.found:
            words = _("Nothing for “{text}”").format(text=self.field.text().strip())
            if answer.guess:
                words = f"{words}. {_('Did you mean “{guess}”?').format(guess=answer.guess)}"
        self._show(len(answer.found), words)
        if self._takes_first and answer.found:
            self._takes_first = False
            self.list.open_row(0)

    def _show(self, count: int, words: str) -> None:
        """Make the list as high as what it holds: it must not look like an empty box."""
        self.list.setVisible(count > 0)
        self.list.setFixedHeight(look.px(ROW_PX) * min(count, ROWS) + 2)
        self.nothing.setText(words)
        self.nothing.setVisible(bool(words))
        if count or words:
            # Once the layout has made room.
            QTimer.singleShot(0, self, self.grown.emit)

    def _enter_list(self) -> None:
        if self.list.isVisible():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
