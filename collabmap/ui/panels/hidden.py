"""What is hidden on this computer, and the way to show it again."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.hiding import HiddenView
from collabmap.app.words import _
from collabmap.ui import look
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.check_line import Sign
from collabmap.ui.widgets.marks import Avatar
from collabmap.ui.widgets.note import Empty, Ground
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class HiddenPanel(Panel):
    """Few lines, each with its button: nobody hides by the hundred."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.add_title(_("Hidden on this computer"), back=True)
        intro = _("Only here, and only for you: others still see it, and it is still published.")
        self.head.addWidget(Text(intro, "muted", wrap=True))
        self.empty = Empty()
        self.empty.say(
            "eye-outline", _("Nothing is hidden"), _("What you hide on a card comes here.")
        )
        self._rows: list[QWidget] = []
        self.buttons: dict[bytes, Button] = {}
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.back = Button(_("Back to the map"), icon="map", height_px=48)
        self.back.clicked.connect(self.leave)
        self.foot.addWidget(self.back)
        window.hiding.changed.connect(self._show)
        self._show()

    def entered(self) -> None:
        self.main.hiding.reload()

    def first_focus(self) -> QWidget | None:
        return next(iter(self.buttons.values()), self.back)

    def _show(self) -> None:
        """List what is hidden now; the keyboard stays in the list."""
        had_focus = any(button.hasFocus() for button in self.buttons.values())
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows, self.buttons = [], {}
        hidden = self.main.hiding.hidden
        for rank, one in enumerate(hidden):
            row = self._row(one)
            self._rows.append(row)
            self.body.insertWidget(rank, row)
        self.empty.setVisible(not hidden)
        if had_focus and (first := self.first_focus()) is not None:
            first.setFocus()

    def _row(self, hidden: HiddenView) -> QWidget:
        block = Ground("card")
        name = hidden.name or _("without a name")
        row = QHBoxLayout(block)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(look.px(10))
        if hidden.kind == "person":
            row.addWidget(Avatar(name, hidden.id, side_px=28))
            kind = _("everything by this person")
        else:
            row.addWidget(Sign("map-marker-outline", "muted", side_px=24))
            kind = _("place")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Text(name, "strong", wrap=True))
        words.addWidget(Text(kind, "second", wrap=True))
        row.addLayout(words, 1)
        button = Button(_("Show again"), height_px=40)
        button.setAccessibleName(_("Show “{name}” again").format(name=name))
        button.clicked.connect(
            lambda _checked=False, one=hidden: self.main.hiding.show_again(one.id, name)
        )
        self.buttons[hidden.id] = button
        row.addWidget(button)
        return block
