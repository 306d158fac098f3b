"""Editing what is proposed, right on its card, before it is accepted."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _, explain
from collabmap.domain.geo import LngLat
from collabmap.domain.theme import Theme
from collabmap.errors import NameMissing
from collabmap.ui import look
from collabmap.ui.panels.place_form import split_tags
from collabmap.ui.widgets.fields import Labelled, LineField, WordsField
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tiles import TileGrid


@dataclass(frozen=True, slots=True)
class Edited:
    """What stands in the fields.  position: None where the shape is no point."""

    name: str
    category: str
    description: str
    tags: tuple[str, ...]
    position: LngLat | None

    def changes(self, before: "Edited") -> dict[str, Any]:
        """Return what is otherwise than before, as Session.accept takes it."""
        fields = ("name", "category", "description", "tags", "position")
        now = {name: getattr(self, name) for name in fields}
        return {name: now[name] for name in fields if now[name] != getattr(before, name)}


class EditFields(QWidget):
    """The fields of one proposal.  submitted: Enter.  category_chosen: id of a category."""

    submitted = Signal()
    category_chosen = Signal(str)

    def __init__(self, theme: Theme, values: Edited) -> None:
        super().__init__()
        self._position = values.position
        # One that the theme does not know has no tile, and stays.
        self._category = values.category
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(look.px(12))
        self.name = LineField()
        self.name.setText(values.name)
        self.name.setMaxLength(200)
        self.name_row = Labelled(_("Its name"), self.name, required=True)
        self.words = WordsField(lines=3)
        self.words.setPlainText(values.description)
        self.tags = LineField()
        self.tags.setText(", ".join(values.tags))
        self.tiles = TileGrid(theme, checkable=True)
        self.tiles.choose(values.category)
        self.tiles.picked.connect(self.category_chosen)
        layout.addWidget(self.name_row)
        layout.addWidget(Labelled(_("A few words"), self.words))
        layout.addWidget(Labelled(_("Keywords"), self.tags, hint=_("With commas between them.")))
        where = (
            _("Position: drag the marker on the map, or move it with the arrow keys there.")
            if values.position is not None
            else _("Its outline is changed on its own sheet, under Contribute.")
        )
        layout.addWidget(Text(where, "muted", wrap=True))
        layout.addWidget(Labelled(_("What is it?"), self.tiles))
        layout.addStretch(1)
        for line in (self.name, self.tags):
            line.returnPressed.connect(self.submitted)

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    def move_to(self, position: LngLat) -> None:
        """Take another position, as of the pin on the map."""
        if self._position is not None:
            self._position = position

    def values(self) -> Edited:
        """Return what stands in the fields now."""
        return Edited(
            self.name.text().strip(),
            self.tiles.chosen() or self._category,
            self.words.toPlainText().strip(),
            split_tags(self.tags.text()),
            self._position,
        )

    def is_whole(self) -> bool:
        """Whether nothing is missing; otherwise say what, beside its field."""
        is_named = bool(self.name.text().strip())
        self.name_row.set_error("" if is_named else " ".join(explain(NameMissing())))
        if not is_named:
            self.name.setFocus()
        return is_named

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter on a tile, and Ctrl+Enter in the words.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tiles.fit_columns(self.width())
