"""One more reading, typed by hand: value, when, with what, and a word."""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, explain, language
from collabmap.domain.field_values import checked_amount, read_amount
from collabmap.domain.reading_batch import MAX_DEVICE, MAX_NOTE, Reading
from collabmap.domain.reading_times import Calendar, Unreal, moment_of
from collabmap.domain.theme import Field
from collabmap.errors import CollabMapError, NumberOutside, NumberTooLarge, NumberTooSmall
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.note import Icon
from collabmap.ui.widgets.text import Text


class AddForm(QWidget):
    """submitted: Enter was pressed in one of its fields.  typed: something was written in one."""

    submitted = Signal()
    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field: Field | None = None
        self.value, self.when = LineField(), LineField(_("now"))
        self.device, self.note = LineField(), LineField()
        self.device.setMaxLength(MAX_DEVICE)
        self.note.setMaxLength(MAX_NOTE)
        self.value_row = Labelled(_("Value"), self.value, required=True)
        self.when_row = Labelled(
            _("When"), self.when, hint=_("Such as 12/03/2026 18:30; empty means now.")
        )
        self.warning = Text("", "label", wrap=True)
        self._doubt = QWidget()
        row = QHBoxLayout(self._doubt)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon("exclamation-thick", "pending", side_px=18))
        row.addWidget(self.warning, 1)
        self._doubt.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.value_row)
        column.addWidget(self._doubt)
        column.addWidget(self.when_row)
        column.addWidget(Labelled(_("Device"), self.device))
        column.addWidget(Labelled(_("Note"), self.note))
        self._lines = self.value, self.when, self.device, self.note
        for line in self._lines:
            line.returnPressed.connect(self.submitted)
            line.textEdited.connect(self.typed)
        self.value.textEdited.connect(lambda _text: self._warn())

    def show_field(self, field: Field) -> None:
        """Ask for a reading of another quantity; what is typed stays, device and note too."""
        if field == self.field:
            return
        self.field = field
        label = _("Value in {unit}").format(unit=field.unit) if field.unit else _("Value")
        self.value_row.describe(label, required=True, hint=field.help(language()))
        self._warn()

    def reading(self) -> Reading | None:
        """Return what is entered; None where it is not whole, which is said beside the field."""
        assert self.field is not None
        self.value_row.set_error("")
        self.when_row.set_error("")
        if not self.value.text().strip():
            self.value_row.set_error(_("Write what was measured."))
            self.value.setFocus()
            return None
        try:
            value = self._amount()
        except CollabMapError as error:
            self.value_row.set_error(explain(error)[1])
            self.value.setFocus()
            return None
        at_s = self._second()
        if at_s is None:
            self.when_row.set_error(_("Write the day and the time, such as 12/03/2026 18:30."))
            self.when.setFocus()
            return None
        device, note = self.device.text().strip(), self.note.text().strip()
        return Reading(at_s, float(value), device, note)

    def written(self) -> str:
        """Return what stands in its fields, a line each; '' for nothing."""
        texts = [line.text() for line in self._lines]
        return "\n".join(texts) if any(texts) else ""

    def write(self, written: str) -> None:
        """Fill in what `written` returned."""
        texts = written.split("\n") if written else [""] * len(self._lines)
        for line, text in zip(self._lines, texts, strict=True):
            line.setText(text)
        self._warn()

    def clear(self) -> None:
        """Make room for the next one, measured with the same device."""
        for line in (self.value, self.when, self.note):
            line.clear()
        self._doubt.hide()

    def _amount(self) -> int | float:
        assert self.field is not None
        field = replace(self.field, minimum=None, maximum=None)
        return read_amount(field, self.value.text(), language())

    def _second(self) -> int | None:
        text = self.when.text().strip()
        if not text:
            return int(datetime.now(UTC).timestamp())
        moment = moment_of(text)
        try:
            return Calendar().second_of(moment) if moment is not None else None
        except Unreal:
            return None

    def _warn(self) -> None:
        """Say of a value that is hardly possible that it is; it may be added all the same."""
        self.value_row.set_error("")
        words = ""
        try:
            if self.field is not None and self.value.text().strip():
                checked_amount(self.field, self._amount())
        except (NumberOutside, NumberTooLarge, NumberTooSmall):
            words = _("That is hardly possible. Look at it again; it can be added all the same.")
        except CollabMapError:
            # Said when it is to be added: it may not be written to its end.
            pass
        self.warning.setText(words)
        self._doubt.setVisible(bool(words))
