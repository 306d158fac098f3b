"""On the card of a place: taking back what the person in force contributed to it and waits."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.contribution_words import what_words
from collabmap.app.words import _
from collabmap.domain.feature import PlaceView
from collabmap.errors import CollabMapError
from collabmap.review.contributions import Contribution
from collabmap.ui.place_words import field_words
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class WithdrawRow(QWidget):
    """Hidden where nothing of this person's waits."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self._place: PlaceView | None = None
        self.words = Text("", "second", wrap=True)
        self.button = Button(
            _("Take back my contribution"),
            "quiet",
            icon="undo-variant",
            height_px=44,
            is_flush=True,
        )
        self.button.clicked.connect(self.withdraw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def follow(self, place: PlaceView) -> None:
        """Ask what of a place is the person's own and waits."""
        self._place = place
        window = self._window
        person = window.person
        if person is None or not window.can_write or window.is_coordinator:
            self.hide()
            return
        window.tasks.read(
            lambda reader: reader.mine_here(person.id, place.id),
            lambda found: self._on_found(place, found),
            owner=self,
            key="withdraw",
        )

    def _on_found(self, place: PlaceView, found: tuple[Contribution, ...]) -> None:
        if self._place is not place:
            return
        waiting = [one for one in found if one.may_withdraw]
        # One's own place that nobody accepted goes by its own button, Delete.
        is_own_place = any("place" in one.what for one in waiting)
        self.setVisible(bool(waiting) and not is_own_place)
        theme = self._window.theme
        said = ", ".join(what_words(one, field_words(one.fields, theme)) for one in waiting)
        self.words.setText(_("Yours, waiting: {what}.").format(what=said))
        self.button.setEnabled(True)

    def withdraw(self) -> None:
        """Take it back; one click undoes it."""
        place = self._place
        if place is None:
            return
        self.button.setEnabled(False)
        self._window.tasks.write(
            lambda session: session.withdraw(place.id),
            lambda _outcome: self._window.messages.done(
                _("Your words about “{name}” are taken back").format(name=place.name),
                _("You can bring them back."),
                (_("Undo"), self._window.commands.undo),
            ),
            self._on_refused,
        )

    def _on_refused(self, error: CollabMapError) -> None:
        self._window.messages.show(error)
        if isValid(self):
            self.button.setEnabled(True)
