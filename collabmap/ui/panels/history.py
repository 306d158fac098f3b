"""The history of a place: a panel over the one that was there, or a card beside what asked."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collabmap.app.words import _
from collabmap.domain.effect import Effect
from collabmap.review.history import Entry
from collabmap.ui.widgets.history_list import HistoryList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.popover import Popover
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow

# Name, entries, and this computer's replica id.
_Read = tuple[str, tuple[Entry, ...], bytes]
_WIDTH_PX = 420


def _read(reader: "Reader", feature: bytes) -> _Read:
    place = reader.place(feature)
    return (place.name if place is not None else ""), reader.history(feature), reader.rid


class HistoryPanel(Panel):
    """feature: whose history it is.  list: what is told, None until it is known."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("History")
        self.list: HistoryList | None = None
        self.feature = b""
        self.add_title(_("History"), back=True)
        self.name = Text("", "muted", wrap=True)
        self.head.addWidget(self.name)
        self.empty = Empty()
        self.empty.hide()
        self.body.setContentsMargins(10, 0, 10, 8)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        window.effects_arrived.connect(self._on_effect)

    def show_place(self, feature: bytes) -> None:
        """Show the history of a place."""
        self.feature = feature
        self._reload()

    def _reload(self) -> None:
        feature = self.feature
        self.main.tasks.read(
            lambda reader: _read(reader, feature), self._on_read, owner=self, key="history"
        )

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or self.feature in effect.features:
            self._reload()

    def _on_read(self, read: _Read) -> None:
        name, entries, here = read
        self.name.setText(name)
        self.name.setVisible(bool(name))
        had_focus = self.list is not None and any(row.hasFocus() for row in self.list.rows)
        if self.list is not None:
            self.list.hide()
            self.list.deleteLater()
        self.list = HistoryList(entries, self.main.theme, here)
        self.body.insertWidget(0, self.list)
        self.empty.setVisible(not entries)
        if not entries:
            self.empty.say("history", _("Nothing is known of it"), "")
        if self.list.rows and (had_focus or self.main.focusWidget() is None):
            self.list.rows[0].setFocus()

    def first_focus(self) -> QWidget | None:
        return self.list.rows[0] if self.list is not None and self.list.rows else self


def open_history(window: "MainWindow", feature: bytes, anchor: QWidget | None = None) -> None:
    """Show the history of a place: under `anchor` as a card, or as a panel without one."""
    if anchor is None:
        panel = window.open_panel("history")
        assert isinstance(panel, HistoryPanel)
        panel.show_place(feature)
        return
    window.tasks.read(
        lambda reader: _read(reader, feature),
        lambda read: _open_card(window, anchor, read),
        owner=anchor,
        key="history-card",
    )


def _open_card(window: "MainWindow", anchor: QWidget, read: _Read) -> None:
    name, entries, here = read
    title = _("History of “{name}”").format(name=name or _("Without a name"))
    popover = Popover(window, title, width_px=_WIDTH_PX)
    head = Text(title, "heading", wrap=True)
    head.setContentsMargins(8, 6, 8, 2)
    popover.body.addWidget(head)
    popover.body.addWidget(HistoryList(entries, window.theme, here))
    popover.open_under(anchor)
