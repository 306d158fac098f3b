"""The keys of reviewing: each is the action that a button shows, wherever the focus is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from collabmap.app.words import _
from collabmap.ui.widgets.popover import Popover

if TYPE_CHECKING:
    from collabmap.ui.panels.review import ReviewPanel

# The digit row of a French keyboard gives these without Shift.  (Its - moves the map away.)
AZERTY = {
    1: Qt.Key.Key_Ampersand,
    2: Qt.Key.Key_Eacute,
    3: Qt.Key.Key_QuoteDbl,
    4: Qt.Key.Key_Apostrophe,
    5: Qt.Key.Key_ParenLeft,
    7: Qt.Key.Key_Egrave,
    8: Qt.Key.Key_Underscore,
    9: Qt.Key.Key_Ccedilla,
}
_CHOICES = range(1, 10)


class ReviewKeys(QObject):
    """actions: by what they do, see `ReviewPanel`; those that choose by their digit, '1' to '9'."""

    def __init__(self, panel: "ReviewPanel") -> None:
        super().__init__(panel)
        self._panel = panel
        self.actions: dict[str, QAction] = {}
        self._arrows: list[QAction] = []
        self._add("accept", _("Accept"), "check-bold", ["A"])
        self._add("reject", _("Refuse"), "close-thick", ["R"])
        self._add("ask", _("Ask"), "comment-question-outline", ["D"])
        self._add("edit", _("Edit"), "pencil", ["E"])
        self._add("history", _("History"), "history", ["H"])
        self._add("blink", _("Before or after"), "", ["Space"])
        self._add("unite", _("Make it one"), "set-merge", ["M"])
        self._add("apart", _("These are two"), "plus-box-multiple-outline", ["X"])
        for letter in "ABC":
            self._add(f"letter-{letter}", _("In or out"), "", [letter])
        self._add("later", _("Later"), "clock-outline", ["P"])
        self._add("next", _("Next"), "", ["J"], repeats=True)
        self._add("previous", _("Previous"), "", ["K"], repeats=True)
        self._add("filter", _("Filter"), "filter-variant", ["G"])
        self._add("group", _("Group"), "format-list-bulleted", ["Shift+G"])
        self._add("sort", _("Sort"), "sort", ["T"])
        self._add("share", _("Share the work"), "account-multiple", ["S"])
        self._add("saved", _("Next filter that was kept"), "content-save-outline", ["F"])
        self._add("accept_all", _("Accept all of these…"), "check-all", ["Shift+A"])
        self._add("reject_all", _("Refuse all of these…"), "close-thick", ["Shift+R"])
        for number in _CHOICES:
            keys: list[str | Qt.Key] = [str(number)]
            if number in AZERTY:
                keys.append(AZERTY[number])
            self._add(str(number), _("Choose"), "", keys)
        # Beside the list only: on the map this arrow moves the map, in a field the cursor.
        self._arrow = QAction(self)
        self._arrow.setShortcut(QKeySequence(Qt.Key.Key_Right))
        self._arrow.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._arrow.setAutoRepeat(False)
        self._arrow.triggered.connect(self.actions["later"].trigger)

    def _add(
        self,
        name: str,
        words: str,
        icon: str,
        keys: "list[str | Qt.Key] | list[str]",
        *,
        repeats: bool = False,
    ) -> None:
        action = QAction(words, self)
        action.setObjectName(f"review-{name}")
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(repeats)
        action.setProperty("icon_name", icon)
        action.triggered.connect(lambda: self._run(name))
        self.actions[name] = action

    def _run(self, name: str) -> None:
        # A menu or the welcome may lie over the queue: a letter typed there is not a verdict.
        focus: QWidget | None = QApplication.focusWidget()
        if name == "blink" and isinstance(focus, QAbstractButton):
            # There the space bar presses the button.
            focus.click()
            return
        while focus is not None and not isinstance(focus, Popover):
            focus = focus.parentWidget()
        if focus is None and self._panel.is_listening():
            self._panel.do(name)

    def reach(self, *widgets: QWidget) -> None:
        """Let the arrow to the right mean 'later' inside these."""
        for widget in widgets:
            widget.addAction(self._arrow)

    def set_on(self, is_on: bool) -> None:
        """Give the keys to the window while the queue is in view, and take them back."""
        for action in self.actions.values():
            if is_on:
                self._panel.main.addAction(action)
            else:
                self._panel.main.removeAction(action)

    def allow(self, offered: frozenset[str]) -> None:
        """Enable what can be done now."""
        for name, action in self.actions.items():
            action.setEnabled(name in offered)
        self._arrow.setEnabled("later" in offered)

    def help(self) -> list[tuple[str, str]]:
        """Return (key, words) as the help lists them."""
        return [
            ("A", _("Accept, and go on")),
            ("R", _("Refuse, and go on; R again: the same reason")),
            ("D", _("Ask the author")),
            ("E", _("Edit, then accept")),
            ("→, P", _("Later")),
            ("↓ ↑, J K", _("Next, previous")),
            ("1 2 …", _("Take or leave a field, choose a value or a reason")),
            (_("Space"), _("Before, after or both on the map")),
            ("H", _("History of the place")),
            ("M, X", _("Make possible duplicates one place, or tell them apart")),
            ("G", _("Filter")),
            (_("Shift+G"), _("Group")),
            ("T", _("Sort")),
            ("F", _("Next filter that was kept")),
            ("S", _("Share the work")),
            (_("Shift+A, Shift+R"), _("All of the filter, after showing the number")),
            ("Ctrl+Z", _("Take the last decision back")),
        ]
