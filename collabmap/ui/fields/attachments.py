"""What is added to a place with the form, and is kept beside its values: photos, a reading."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from collabmap.app.words import _, language
from collabmap.domain.field_values import read_amount
from collabmap.domain.reading_batch import Reading
from collabmap.domain.theme import Field
from collabmap.domain.written_times import read_moment
from collabmap.errors import MomentUnreadable
from collabmap.ui import look, photos_here
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.fields.lines import AmountEditor
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class PhotoEditor(FieldEditor):
    """Files that become photos of the place once it is saved."""

    def __init__(self, window: "MainWindow", field: Field) -> None:
        super().__init__(field)
        self.main = window
        self.paths: list[Path] = []
        self.button = Button(_("Add photos"), icon="camera-plus-outline")
        self.button.clicked.connect(self._ask)
        self._chips = Flow(gap=look.px(6))
        self.column.addWidget(self.button)
        self.column.addWidget(self._chips)

    def _ask(self) -> None:
        self.add(photos_here.choose(self.main, self))

    def add(self, paths: list[Path]) -> None:
        """Take files along."""
        self.paths += [path for path in paths if path not in self.paths]
        self._show()
        if paths:
            self.changed.emit()

    def _show(self) -> None:
        self._chips.clear()
        for path in self.paths:
            chip = Chip(path.name, _("Leave out {name}").format(name=path.name), closes=True)
            chip.clicked.connect(lambda _on=False, path=path: self._drop(path))
            self._chips.add(chip)
        self._chips.setVisible(bool(self.paths))

    def _drop(self, path: Path) -> None:
        self.paths.remove(path)
        self._show()
        self.changed.emit()

    def value(self) -> Any:
        return None

    def raw(self) -> Any:
        return [str(path) for path in self.paths] or None

    def set_value(self, value: Any) -> None:
        self.paths = [Path(name) for name in value or ()]
        self._show()

    def target(self) -> QWidget:
        return self.button


class MeasureEditor(AmountEditor):
    """A first reading: what was measured, and when; now, unless it is said otherwise."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.when = LineField(_("now"))
        self.when.setAccessibleName(_("When it was measured"))
        self.when.textEdited.connect(lambda _text: self.changed.emit())
        self.when.editingFinished.connect(self._on_finished)
        self.when.returnPressed.connect(self.submitted)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Text(_("Measured:")))
        row.addWidget(self.when, 1)
        self.column.addLayout(row)

    def reading(self) -> Reading | None:
        """Return what is entered, None for nothing.  Raises ValueInvalid."""
        text, when = self.line.text().strip(), self.when.text().strip()
        if not text:
            return None
        value = read_amount(self.field, text, language())
        now = datetime.now().replace(second=0, microsecond=0)
        at = read_moment(when, now.date()) if when else now
        if at is None:
            raise MomentUnreadable(field=self.field.id, label=self.field, value=when)
        return Reading(int(at.timestamp()), value)

    def value(self) -> Any:
        # Checked as a value is, but kept as a reading.
        self.reading()
        return None

    def raw(self) -> Any:
        texts = [self.line.text().strip(), self.when.text().strip()]
        return texts if any(texts) else None

    def set_value(self, value: Any) -> None:
        text, when = value if isinstance(value, list) else ("", "")
        self.line.setText(text)
        self.when.setText(when)

    def _on_finished(self) -> None:
        # It stays as it was written: a reading is no value that could be shown instead.
        self.left.emit()
