"""Fields that are written: in a line, with a unit behind, or on several lines."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from collabmap.app.value_words import number_words, value_words
from collabmap.app.words import _, language
from collabmap.domain.field_values import read_text
from collabmap.domain.theme import Field
from collabmap.domain.written_times import read_day, read_moment
from collabmap.errors import ValueInvalid
from collabmap.ui import look
from collabmap.ui.fields.calendar import pick_day
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField, WordsField
from collabmap.ui.widgets.text import Text


class LineEditor(FieldEditor):
    """One line.  What is not understood stays as it was written."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = LineField(self._example())
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self._on_finished)
        self.line.returnPressed.connect(self.submitted)
        self.line.installEventFilter(self)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(self.line, 1)
        self.column.addLayout(self.row)
        # What the arrow down fills in, the likeliest first.
        self.offered: tuple[str, ...] = ()

    def _example(self) -> str:
        return {
            "url": "www…",
            "email": _("name@example.org"),
            "phone": "06 12 34 56 78",
            "date": _("day/month/year"),
            "date_time": _("12/03/2026 18:30"),
            "hours": _("Mon-Fri 9:00-18:00"),
        }.get(self.field.type, "")

    def value(self) -> Any:
        return read_text(self.field, self.line.text(), language())

    def written(self) -> str:
        return self.line.text().strip()

    def set_value(self, value: Any) -> None:
        self.line.setText(self.words_of(value))
        # What is longer than the line shows how it begins.
        self.line.setCursorPosition(0)

    def words_of(self, value: Any) -> str:
        """Return a value as it is written here; what is no value yet as it is."""
        return "" if value is None else value_words(self.field, value)

    def target(self) -> QWidget:
        return self.line

    def _on_edited(self) -> None:
        self.changed.emit()

    def _on_finished(self) -> None:
        # What was understood is shown as it is understood.
        with suppress(ValueInvalid):
            self.set_value(self.value())
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_key = watched is self.line and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down:
            return self._offer_next()
        return super().eventFilter(watched, event)

    def _offer_next(self) -> bool:
        """Fill in what others have written, one after the other; never over one's own words."""
        now = self.line.text().strip()
        if not self.offered or (now and now not in self.offered):
            return False
        rank = self.offered.index(now) + 1 if now else 0
        self.line.setText(self.offered[rank % len(self.offered)])
        self.changed.emit()
        return True


class AmountEditor(LineEditor):
    """A number, with its unit behind it; while it is empty it says in which range it lies."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.line.setFixedWidth(look.px(160))
        self.unit = Text("", "body")
        self.row.addWidget(self.unit, 1)
        self.follow(field)

    def follow(self, field: Field) -> None:
        super().follow(field)
        self.unit.setText(field.unit)
        self.line.setPlaceholderText(range_words(field))

    def words_of(self, value: Any) -> str:
        """Return a number without its unit, which stands behind the line."""
        return value if isinstance(value, str) else "" if value is None else number_words(value)


def range_words(field: Field) -> str:
    """Return 'de 0 à 500', '' for a number that may be any."""
    least, most = field.minimum, field.maximum
    if least is not None and most is not None:
        return _("from {least} to {most}").format(
            least=number_words(least), most=number_words(most)
        )
    if least is not None:
        return _("{least} or more").format(least=number_words(least))
    return _("{most} or less").format(most=number_words(most)) if most is not None else ""


class DayEditor(LineEditor):
    """A day, or a day and a time: written, or the day picked in a calendar."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.button = Button(_("Calendar"), icon="calendar-blank-outline")
        self.button.clicked.connect(self._pick)
        self.row.addWidget(self.button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < look.px(300)
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self.row.setDirection(way)

    def value(self) -> Any:
        text = self.line.text().strip()
        if self.field.type == "date":
            day = read_day(text, date.today())
            return day.isoformat() if day else super().value()
        at = read_moment(text, date.today())
        return at.isoformat(timespec="minutes") if at else super().value()

    def _pick(self) -> None:
        pick_day(self.window(), self.button, self._day() or date.today(), self._on_day)

    def _day(self) -> date | None:
        """Return the day that is written, perhaps still without its time."""
        text = self.line.text().strip()
        at = read_moment(text, date.today())
        return at.date() if at else read_day(text, date.today())

    def _on_day(self, day: date) -> None:
        words = value_words(_DAY, day.isoformat())
        if self.field.type == "date":
            self.line.setText(words)
        else:
            at = read_moment(self.line.text().strip(), date.today())
            if at is not None:
                moment = datetime.combine(day, at.time())
                self.set_value(moment.isoformat(timespec="minutes"))
            else:
                # The time is written behind it.
                self.line.setText(f"{words}, ")
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()


_DAY = Field("", "date", "", "")


class LongTextEditor(FieldEditor):
    """Several lines, as many as there are words for."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.words = GrowingField()
        self.words.textChanged.connect(self._on_changed)
        self.words.left.connect(self.left)
        self.column.addWidget(self.words)
        self._is_silent = False

    def value(self) -> Any:
        return read_text(self.field, self.words.toPlainText())

    def written(self) -> str:
        return self.words.toPlainText()

    def set_value(self, value: Any) -> None:
        self._is_silent = True
        self.words.setPlainText(str(value or ""))
        self._is_silent = False

    def target(self) -> QWidget:
        return self.words

    def _on_changed(self) -> None:
        if not self._is_silent:
            self.changed.emit()


class GrowingField(WordsField):
    """As high as what is written, from two lines to eight."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self.textChanged.connect(self.updateGeometry)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        # Of a plain text the document counts lines as they are wrapped, not pixels.
        lines = round(self.document().size().height())
        return QSize(look.px(200), self._height(min(8, max(2, lines))))
