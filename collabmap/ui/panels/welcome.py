"""Who is here: a name, what becomes of what one adds, and one button that says 'I agree'."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from collabmap.app.consenting import usual_lines
from collabmap.app.words import _, explain, language, ngettext
from collabmap.domain.consent import Promise
from collabmap.domain.feature import Counts
from collabmap.errors import CollabMapError, NameMissing
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.card_page import CardPage
from collabmap.ui.widgets.choice import Choice
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text


class WelcomePage(CardPage):
    """started: (name, consent).  only_looking: no name was given.

    again: somebody else was here before; then 'I only want to look' becomes a way back.
    map_name: '' where it need not be said.
    asked_anew: the name of who is here and agreed to other words, '' for somebody who is new.
    """

    started = Signal(str, bool)
    only_looking = Signal()

    def __init__(
        self,
        map_name: str,
        second: str,
        lines: Sequence[Promise],
        *,
        again: bool,
        asked_anew: str = "",
    ) -> None:
        super().__init__(over_map=True)
        self.asked_anew = asked_anew
        title = _("The words have changed") if asked_anew else _("Welcome!")
        self.setAccessibleName(title)
        if map_name:
            self.add_emblem(map_name, second)
            self.left.addSpacing(16)
        self.title = Text(title, "page", wrap=True)
        self.left.addWidget(self.title)
        lead = _("What should we call you?")
        if asked_anew:
            lead = _("{name}, please read them once more.")
        asks = Text(lead.format(name=asked_anew), "lead", wrap=True)
        self.left.addWidget(asks)
        self.left.addSpacing(6)
        self.name = LineField()
        self.name.setMaxLength(200)
        self.name.setProperty("large", True)
        self.name_row = Labelled(
            _("Your first name, or a nickname"), self.name, hint=_("No e-mail, no password.")
        )
        self.left.addWidget(self.name_row)
        self.anonymous = Button(
            _("Stay anonymous"), "quiet", icon="incognito", height_px=44, is_flush=True
        )
        self.anonymous.clicked.connect(self._on_anonymous)
        self.left.addWidget(self.anonymous, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.name_row, self.anonymous):
            part.setVisible(not asked_anew)
        self.name.setText(asked_anew)
        heading = Text(_("On the published map"), "label")
        self.left.addWidget(heading)
        self.hide_name = Choice(_("Do not show my name"))
        self.show_name = Choice("")
        self.hide_name.setChecked(True)
        choices = QVBoxLayout()
        choices.setSpacing(0)
        choices.addWidget(self.hide_name)
        choices.addWidget(self.show_name)
        self.left.addLayout(choices)
        self.left.addSpacing(6)
        self.agrees = Text("", "muted", wrap=True)
        self.on_stacked(False)
        self.left.addWidget(self.agrees)
        self.start = Button(_("I agree, start"), "primary", icon="arrow-right", height_px=56)
        self.left.addWidget(self.start)
        words = _("Back to the map") if again and not asked_anew else _("I only want to look")
        self.look = Button(words, "quiet", height_px=44)
        self.left.addWidget(self.look, 0, Qt.AlignmentFlag.AlignHCenter)
        # All that asks for a name.
        self.parts: list[QWidget] = [
            asks, self.name_row, self.anonymous, heading, self.hide_name, self.show_name,
            self.agrees, self.start, self.look,
        ]  # fmt: skip
        self.left.addStretch(1)
        self._build_right(lines)

        self.name.textChanged.connect(self._on_name)
        self.name.returnPressed.connect(self._on_start)
        self.start.clicked.connect(self._on_start)
        self.look.clicked.connect(self.only_looking)
        self._on_name(self.name.text())

    def _build_right(self, lines: Sequence[Promise]) -> None:
        self.right.addWidget(Text(_("What happens to your places"), "heading", wrap=True))
        self.right.addSpacing(4)
        for icon, (title, words) in zip(_icons(lines), lines, strict=True):
            self.add_line(icon, title, words)
        self.right.addStretch(1)
        self._count = Text("", "muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._count_icon = Icon("account-multiple", "muted", side_px=20)
        row.addWidget(self._count_icon)
        row.addWidget(self._count, 1)
        self.right.addLayout(row)
        self._count_icon.hide()

    def set_counts(self, counts: Counts) -> None:
        """Say how many places there are already."""
        if counts.places:
            words = ngettext(
                "{count} place already added", "{count} places already added", counts.places
            )
            self._count.setText(words.format(count=counts.places))
            self._count_icon.show()

    def on_stacked(self, is_stacked: bool) -> None:
        """Point at the words that one agrees to, wherever they stand."""
        beside = _("By starting, you agree to what is written on the right.")
        below = _("By starting, you agree to what is written below.")
        self.agrees.setText(below if is_stacked else beside)

    @property
    def words(self) -> str:
        """What is said about the places there are already."""
        return self._count.text()

    def refuse(self, error: CollabMapError) -> None:
        """Say beside the name why it could not be kept."""
        self.name_row.set_error(" ".join(explain(error)))
        self.start.setEnabled(True)
        self.name.setFocus()

    def _on_name(self, name: str) -> None:
        self.name_row.set_error("")
        shown = name.strip() or "…"
        self.show_name.setText(_("Show “{name}”").format(name=shown))
        self.show_name.setAccessibleName(self.show_name.text())

    def _on_anonymous(self) -> None:
        """Fill in the name of who gives none; the agreement is still theirs to give."""
        self.name.setText(_("Anonymous"))
        self.start.setFocus()

    def _on_start(self) -> None:
        name = self.name.text().strip()
        if not name:
            self.name_row.set_error(explain(NameMissing())[0])
            self.name.setFocus()
            return
        self.start.setEnabled(False)
        self.give(name)

    def give(self, name: str) -> None:
        """Begin under a name."""
        self.started.emit(name, self.show_name.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter starts from the choices too; on a button it presses that button.
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focus = self.focusWidget()
        if is_enter and not isinstance(focus, QLineEdit) and self.start.isVisible():
            self._on_start()
            return
        super().keyPressEvent(event)


def _icons(lines: Sequence[Promise]) -> list[str]:
    """Return a sign for each line: those of the usual words, or dots beside a map's own."""
    usual = ("laptop", "account-check", "earth", "undo-variant", "card-account-details-outline")
    if tuple(lines) == usual_lines(language()):
        return list(usual)
    return ["check-circle-outline"] * len(lines)
