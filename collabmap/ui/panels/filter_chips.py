"""What the list is filtered by: a chip for each choice, and how many places that hides."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.map_filter import EMPTY
from collabmap.domain.mark_order import Order
from collabmap.ui.filter_words import chips, order_label
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


def hidden_words(count: int) -> str:
    """Return '22 places are hidden by the filter.'"""
    words = ngettext(
        "{count} place is hidden by the filter.",
        "{count} places are hidden by the filter.",
        count,
    )
    return words.format(count=format_number(count))


class FilterChips(QWidget):
    """It follows the filter of the window, and is not there while nothing is filtered."""

    def __init__(self, window: "MainWindow", parent: QWidget) -> None:
        super().__init__(parent)
        self._window = window
        self._flow = Flow(gap=6)
        self._hidden = Text("", "second", wrap=True)
        self.all = Button(_("Show all"), "quiet", height_px=36)
        self.all.clicked.connect(lambda: window.filter.set(EMPTY))
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._hidden, 1)
        line.addWidget(self.all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 2, 16, 4)
        layout.setSpacing(2)
        layout.addWidget(self._flow)
        layout.addWidget(self._line)
        self._line.hide()
        window.filter.changed.connect(self.refresh)
        window.filter.sorted.connect(self.refresh)
        window.filter.answered.connect(self._on_answered)
        window.theme_changed.connect(self._on_answered)
        self._shown: list[tuple[str, str]] | None = None
        self.refresh()

    def set_hidden(self, count: int) -> None:
        """Say how many places of those looked for are left out; 0 says nothing."""
        self._hidden.setText(hidden_words(count) if count else "")
        self._line.setVisible(count > 0)

    def _on_answered(self) -> None:
        # Somebody who was filtered by may have said a name since.
        self.refresh()

    def refresh(self) -> None:
        """Show a chip for each choice of the filter, and one for an order of one's own."""
        state = self._window.filter
        names = state.answer.names if state.answer is not None else {}
        wanted = list(chips(state.current, self._window.theme, names, date.today()))
        shown = [(chip.words, chip.state) for chip in wanted]
        if state.order is not Order.NEAREST:
            shown.append((order_label(state.order), ""))
        if shown == self._shown:
            return
        self._shown = shown
        had_focus = self._flow.isAncestorOf(self._window.focusWidget() or self)
        self._flow.clear()
        for chip in wanted:
            self._add(chip.words, chip.state).clicked.connect(
                lambda _checked, without=chip.without: state.set(without)
            )
        if state.order is not Order.NEAREST:
            self._add(order_label(state.order), "").clicked.connect(
                lambda: state.sort(Order.NEAREST)
            )
        self.setVisible(bool(shown))
        if had_focus:
            self.focusNextChild()

    def _add(self, words: str, state: str) -> Chip:
        name = _("No longer: {choice}").format(choice=words)
        chip = Chip(words, name, state=state, closes=True)
        chip.setAccessibleName(name)
        self._flow.add(chip)
        return chip
