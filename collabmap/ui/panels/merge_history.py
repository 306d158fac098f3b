"""The merges of this computer: when, from whom, and whether each is in effect."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.effect import Effect
from collabmap.ui.merges import later_words
from collabmap.ui.panels.merge_report import changes_words, state_words
from collabmap.ui.place_words import when
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.note import Empty
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.merges import MergeView
    from collabmap.ui.main_window import MainWindow

MAX_NAMES = 3


def names_words(view: "MergeView") -> str:
    """Return 'Aïcha, Marcel and 2 others'."""
    if not view.names:
        return _("somebody")
    shown = ", ".join(view.names[:MAX_NAMES])
    more = len(view.names) - MAX_NAMES
    if more > 0:
        words = ngettext("{names} and {count} other", "{names} and {count} others", more)
        return words.format(names=shown, count=format_number(more))
    return shown


def line_of(view: "MergeView") -> Line:
    """Return the line of a merge."""
    second = f"{changes_words(view.changes)} · {state_words(view)}"
    if view.is_held and view.later:
        second = f"{second} · {later_words(view.later)}"
    return Line(
        names_words(view),
        second,
        when(view.at_ms),
        view.id,
        icon="clock-outline" if view.is_held else "check-bold",
        state="pending" if view.is_held else "accepted",
        is_pale=view.is_held,
    )


class MergeHistoryPanel(Panel):
    """views: what is listed, the latest first."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.views: tuple[MergeView, ...] = ()
        self.add_title(_("What was merged"), back=True)
        intro = _("Each merge can be undone as a whole, even tomorrow: on this computer only.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self.list = LineList(window.theme, _("Merges"))
        self.list.opened.connect(self.main.merges.show)
        self.empty = Empty()
        self.empty.say(
            "set-merge",
            _("Nothing was merged yet"),
            _("What you receive will be listed here."),
            ("download", _("Receive contributions"), window.commands.open_receive),
        )
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty)
        self.empty.hide()
        self.receipts = Button(_("Receipts"), icon="shield-check", height_px=48)
        self.receipts.clicked.connect(lambda: self.main.open_panel("receipts"))
        self.foot.addWidget(self.receipts)
        window.effects_arrived.connect(self._on_effect)

    def entered(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Ask again which merges there are."""
        if self.main.lanes is not None:
            self.main.tasks.write(
                lambda session: session.merges(), self._on_views, owner=self, key="merges"
            )

    def _on_views(self, views: "tuple[MergeView, ...]") -> None:
        self.views = views
        self.list.set_lines([line_of(view) for view in views])
        self.list.setVisible(bool(views))
        self.empty.setVisible(not views)

    def _on_effect(self, _effect: Effect) -> None:
        self.reload()

    def first_focus(self) -> QWidget | None:
        return self.list
