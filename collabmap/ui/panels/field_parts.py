"""Parts of the page of a field: its answers, and when it is asked."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, language
from collabmap.domain.theme import Condition, Field, Option
from collabmap.domain.theme_editing import new_key
from collabmap.ui.panels.part_page import Answers, Words
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text


class OptionRow(QWidget):
    """One answer in two languages, and what can be done with it."""

    def __init__(self, option: Option, number: int) -> None:
        super().__init__()
        self.option = option
        self.french, self.english = Words("label_fr", _("French")), Words("label_en", _("English"))
        self.french.setText(option.label_fr)
        self.english.setText(option.label_en)
        self.french.setAccessibleName(_("Answer {number} in French").format(number=number))
        self.english.setAccessibleName(_("Answer {number} in English").format(number=number))
        words = option.label(language()) or str(number)
        self.up = IconButton("arrow-up", _("Move “{answer}” up").format(answer=words), side_px=40)
        self.gone = IconButton(
            "close", _("Take “{answer}” off the list").format(answer=words), side_px=40
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.french, 1)
        row.addWidget(self.english, 1)
        row.addWidget(self.up)
        row.addWidget(self.gone)

    def read(self) -> Option:
        """Return the answer as it is written now; its key stays, so that what was given stays."""
        texts = self.french.text().strip(), self.english.text().strip()
        return replace(self.option, label_fr=texts[0], label_en=texts[1])


class OptionsEdit(QWidget):
    """The answers of a choice.  changed: a key was typed.  finished: it is to be saved."""

    changed = Signal()
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[OptionRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.add_button = Button(_("Add an answer"), icon="plus-thick", height_px=40)
        self.add_button.clicked.connect(self.add)
        self.kept = Text(
            _("An answer that is taken off the list stays where it was given already."),
            "second",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._column)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.kept)

    def options(self) -> tuple[Option, ...]:
        """Return the answers; lines in which nothing stands are none."""
        written = (row.read() for row in self.rows)
        return tuple(o for o in written if o.label_fr or o.label_en)

    def show_options(self, options: Sequence[Option]) -> None:
        """Show answers; a line that has the keyboard stays."""
        if tuple(options) == self.options():
            return
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for option in options:
            self._append(option)

    def _append(self, option: Option) -> OptionRow:
        row = OptionRow(option, len(self.rows) + 1)
        for line in (row.french, row.english):
            line.textEdited.connect(self.changed)
            line.editingFinished.connect(self.finished)
            line.returnPressed.connect(partial(self._on_enter, row))
        row.up.clicked.connect(partial(self._up, row))
        row.gone.clicked.connect(partial(self._drop, row))
        self.rows.append(row)
        self._column.addWidget(row)
        return row

    def add(self) -> None:
        """Add a line and write in it."""
        self._append(Option(new_key(""), "", "")).french.setFocus()

    def _on_enter(self, row: OptionRow) -> None:
        # As in a list on paper: Enter begins the next line.
        if row is self.rows[-1] and row.french.text().strip():
            self.add()

    def _up(self, row: OptionRow) -> None:
        here = self.rows.index(row)
        if here:
            self.rows.insert(here - 1, self.rows.pop(here))
            self._column.removeWidget(row)
            self._column.insertWidget(here - 1, row)
            row.up.setFocus()
            self.finished.emit()

    def _drop(self, row: OptionRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add_button.setFocus()
        self.finished.emit()


class ConditionEdit(QWidget):
    """When a field is asked: always, or only if another one has some answers."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._others: tuple[Field, ...] = ()
        self._field = ""
        self.button = Button("", icon="chevron-down", height_px=40)
        self.button.clicked.connect(self._open)
        self.answers = Answers()
        self.answers.changed.connect(self.changed)
        self.none = Text(
            _("No yes-or-no question or choice of these categories could decide it."),
            "muted",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.answers)
        layout.addWidget(self.none)

    def show_condition(self, condition: Condition | None, others: Sequence[Field]) -> None:
        """others: the fields that can decide."""
        self._others = tuple(others)
        self._field = condition.field if condition is not None else ""
        self._say()
        self.answers.choose(condition.values if condition is not None else ())

    def condition(self) -> Condition | None:
        """Return what is chosen, None for always."""
        return Condition(self._field, self.answers.chosen()) if self._field else None

    def _decider(self) -> Field | None:
        return next((field for field in self._others if field.id == self._field), None)

    def _say(self) -> None:
        decider = self._decider()
        always = _("Always")
        words = decider.label(language()) if decider is not None else self._field or always
        self.button.setText(_("Only if: {field}").format(field=words) if self._field else always)
        offered = _answers(decider) if decider is not None else []
        self.answers.offer(offered)
        self.answers.setVisible(bool(offered))
        self.none.setVisible(not self._others and not self._field)
        self.button.setVisible(bool(self._others or self._field))

    def _open(self) -> None:
        popover = Popover(self.window(), _("When it is asked"), width_px=340)
        choices = [("", _("Always")), *((f.id, f.label(language())) for f in self._others)]
        for key, words in choices:
            row = MenuRow(words)
            row.setCheckable(True)
            row.setChecked(key == self._field)
            row.clicked.connect(lambda _on=False, key=key: self._choose(key))
            popover.add(row)
        popover.open_under(self.button)

    def _choose(self, key: str) -> None:
        self._field = key
        self._say()
        decider = self._decider()
        # The likely meaning; the others are a click away.
        first = list(self.answers.buttons)[:1] if decider is not None else []
        self.answers.choose(first)
        self.changed.emit()


def _answers(field: Field) -> list[tuple[object, str]]:
    if field.type == "yes_no":
        return [(True, _("Yes")), (False, _("No"))]
    return [(option.id, option.label(language())) for option in field.options]
