"""What stands under the cards of a disagreement: what else can be done, or a value of one's own."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.entry import MAX_CONTACT, MAX_DESCRIPTION, MAX_LINE, MAX_NAME
from collabmap.app.value_words import value_words
from collabmap.app.words import _, explain, language
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.field_values import read_text
from collabmap.domain.theme import Field, Theme
from collabmap.domain.value_text import is_of_theme
from collabmap.errors import InputInvalid
from collabmap.ui import look
from collabmap.ui.panels.review_feet import KeyButton
from collabmap.ui.place_words import field_label
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text

# So much nearer than elsewhere a key may come to the words before them.
_CLOSER_PX = 9
_LONGEST = {"name": MAX_NAME, "description": MAX_DESCRIPTION, "contact": MAX_CONTACT}


class MoreFoot(QWidget):
    """Buttons of one size, side by side or two by two: none is the one to press."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, KeyButton] = {}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(8))

    def offer(self, buttons: Mapping[str, tuple[QAction, str, str, str]], *, is_low: bool) -> None:
        """Show other buttons.  buttons: by name, the action, its key, the icon and the words."""
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for name, (action, key, icon, words) in buttons.items():
            button = KeyButton(action, "outline", key, height_px=40 if is_low else 48)
            button.setText(words)
            button.setAccessibleName(words)
            button.set_icon(icon)
            self.buttons[name] = button
        self._columns = 0
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        count = len(self.buttons)
        if not count:
            return
        widest = max(button.sizeHint().width() for button in self.buttons.values())
        least, gap = widest - look.px(_CLOSER_PX), look.px(8)
        fits = self.width() >= count * least + (count - 1) * gap
        columns = count if fits else 2 if self.width() >= 2 * least + gap else 1
        if columns == self._columns:
            return
        self._columns = columns
        for rank, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, rank // columns, rank % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self.updateGeometry()


class WriteFoot(QWidget):
    """A value of one's own, instead of all of theirs.

    written: the text, the category, or the value of a theme's field.  put: the place on the map is
    the one.  left: nothing is written after all.
    """

    written = Signal(object)
    put = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._begun: dict[tuple[bytes, str], str] = {}
        self._about = b""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(8))
        self._title = Text("", "strong")
        self._hint = Text("", "muted", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self._title)
        top.addWidget(self._hint, 1)
        layout.addLayout(top)
        self.field = LineField()
        self.field.returnPressed.connect(self._submit)
        self.field.textChanged.connect(self._follow)
        self.field.textEdited.connect(self._keep)
        layout.addWidget(self.field)
        self.chips = Flow(gap=look.px(6))
        layout.addWidget(self.chips)
        row = QHBoxLayout()
        row.setSpacing(8)
        back = Button(_("Cancel"), height_px=48)
        back.clicked.connect(self.left)
        self.button = Button(_("Keep this"), "primary", icon="check-bold", height_px=48)
        self.button.clicked.connect(self._submit)
        row.addWidget(back)
        row.addWidget(self.button, 1)
        layout.addLayout(row)
        self._field = ""
        self._of_theme: Field | None = None
        self._places: Mapping[str, str] = {}

    def begin(self, field: str, about: bytes, places: Mapping[str, str] | None = None) -> None:
        """Ask for a value of a field, and put the keyboard where it goes.  field: or 'outline'.

        places: names of features by id in hexadecimal, which a reference can name.  What one had
        begun to write about this item, and left, is there again.
        """
        self._field, self._about = field, about
        self._title.setText(field_label(field, self._theme))
        of_theme = self._theme.field(field.removeprefix(FIELD_PREFIX))
        self._of_theme = of_theme if is_of_theme(field) else None
        self._places = places or {}
        answers = self._answers()
        is_text = field in _LONGEST or (is_of_theme(field) and not answers)
        self.field.setVisible(is_text)
        self.chips.setVisible(bool(answers))
        self.chips.clear()
        self._hint.setText(_("It replaces what all of them wrote."))
        self.field.setMaxLength(_LONGEST.get(field, MAX_LINE))
        self.field.setText(self._begun.get((about, field), ""))
        if is_text:
            self.field.setAccessibleName(field_label(field, self._theme))
            self.field.setFocus()
        elif answers:
            self._offer(answers)
        elif field == "outline":
            self._hint.setText(_("Drag the points of the outline"))
        else:
            self._hint.setText(_("Click on the map, or move it to the cross and press Enter."))
        self.button.setVisible(not answers or self._takes_several)
        self._follow()

    def _answers(self) -> list[tuple[str, object]]:
        """Return what can be chosen from, in words and as values; nothing where one writes."""
        if self._field == "category":
            return [(each.label(language()), each.id) for each in self._theme.offered]
        field = self._of_theme
        if field is not None and field.options:
            return [(option.label(language()), option.id) for option in field.options]
        if field is not None and field.type == "yes_no":
            return [(value_words(field, value), value) for value in (True, False)]
        return []

    @property
    def _takes_several(self) -> bool:
        return self._of_theme is not None and self._of_theme.type == "choices"

    def _chosen(self) -> list[str]:
        chips = self.chips.findChildren(Chip)
        return [str(chip.property("value")) for chip in chips if chip.isChecked()]

    def _offer(self, answers: Iterable[tuple[str, object]]) -> None:
        for label, value in answers:
            chip = Chip(label, label)
            if self._takes_several:
                chip.setCheckable(True)
                chip.setProperty("value", value)
                chip.toggled.connect(self._follow)
            else:
                chip.clicked.connect(lambda _on=False, wanted=value: self.written.emit(wanted))
            self.chips.add(chip)
        first = self.chips.findChild(Chip)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def may_keep(self, is_whole: bool) -> None:
        """Say whether what is on the map now can be kept."""
        self.button.setEnabled(is_whole)

    def _follow(self) -> None:
        is_some = bool(self._chosen()) if self._takes_several else bool(self.field.text().strip())
        self.button.setEnabled(is_some)

    def _keep(self, words: str) -> None:
        self._begun[self._about, self._field] = words

    def _submit(self) -> None:
        if self._field in ("geometry", "outline"):
            self.put.emit()
        elif self._takes_several:
            self.written.emit(self._chosen())
        elif text := self.field.text().strip():
            try:
                value = self._read(text)
            except InputInvalid as error:
                self._hint.setText(" ".join(explain(error)))
                return
            self._begun.pop((self._about, self._field), None)
            self.written.emit(value)

    def _read(self, text: str) -> object:
        """Return what was written as a value of the field.  Raises InputInvalid's kinds."""
        if self._of_theme is None:
            return text
        by_name = {name: of for of, name in self._places.items()}
        return read_text(self._of_theme, text, language(), by_name)
