"""One field in a form: its label, what it asks, the editor, what is wrong and what others wrote."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from collabmap.app.value_words import value_words
from collabmap.app.words import _, explain, format_number, language, ngettext
from collabmap.domain.theme import Field
from collabmap.errors import ValueInvalid
from collabmap.ui.fields.attachments import MeasureEditor, PhotoEditor
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.fields.hours import HoursEditor
from collabmap.ui.fields.lines import AmountEditor, DayEditor, LineEditor, LongTextEditor
from collabmap.ui.fields.options import MOST_TILES, ListEditor, OptionsEditor, YesNoEditor
from collabmap.ui.fields.reference import ReferenceEditor
from collabmap.ui.fields.stars import StarsEditor
from collabmap.ui.widgets.fields import Labelled
from collabmap.ui.widgets.offers import Offers
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

_EDITORS: dict[str, type[FieldEditor]] = {
    "long_text": LongTextEditor,
    "number": AmountEditor,
    "choices": OptionsEditor,
    "yes_no": YesNoEditor,
    "date": DayEditor,
    "date_time": DayEditor,
    "hours": HoursEditor,
    "rating": StarsEditor,
    "measure": MeasureEditor,
}

# What others wrote helps with these; addresses and telephones are everybody's own.
_OFFERED = frozenset({"text", "number"})


def editor_of(window: "MainWindow", field: Field) -> FieldEditor:
    """Return what fills in a field."""
    if field.type == "reference":
        return ReferenceEditor(window, field)
    if field.type == "photo":
        return PhotoEditor(window, field)
    if field.type == "choice":
        few = len(field.options) <= MOST_TILES
        return (OptionsEditor if few else ListEditor)(field)
    return _EDITORS.get(field.type, LineEditor)(field)


class FieldRow(Labelled):
    """changed: by hand.  submitted: Enter.  is_default: what stands there is the theme's word."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, window: "MainWindow", field: Field) -> None:
        self.asks = field
        self.editor = editor_of(window, field)
        super().__init__(
            field.label(language()), self.editor, required=field.is_required, hint=hint_of(field)
        )
        self.is_default = False
        # What is said of the photos or measurements that the place has already.
        self._kept = ""
        self.aside = Text("", "muted")
        self.aside.hide()
        self.top.insertWidget(self.top.count() - 1, self.aside)
        self._offers = Offers(self._take)
        self.column.addWidget(self._offers)
        self.editor.changed.connect(self._on_changed)
        self.editor.left.connect(self.check)
        self.editor.submitted.connect(self.submitted)

    def speaker(self) -> QWidget:
        return self.editor.target()

    def follow(self, field: Field) -> bool:
        """Ask in other words, as a coordinator has changed; False where that takes another row."""
        before = self.asks
        many = len(before.options) > MOST_TILES, len(field.options) > MOST_TILES
        if field.type != before.type or many[0] != many[1]:
            return False
        said = None if self.is_blank else self.editor.raw()
        self.asks = field
        self.editor.follow(field)
        self.describe(field.label(language()), required=field.is_required, hint=hint_of(field))
        if before.options and said is not None and self.editor.raw() != said:
            words = _("This was chosen, and is no longer an answer: {words}")
            self.set_error(words.format(words=value_words(before, said)))
        return True

    def focus(self) -> None:
        """Take the keyboard."""
        self.editor.target().setFocus(Qt.FocusReason.TabFocusReason)

    # --- its value -----------------------------------------------------------------------

    def value(self) -> Any:
        """Return the value, None while there is none that is understood."""
        try:
            return self.editor.value()
        except ValueInvalid:
            return None

    @property
    def is_blank(self) -> bool:
        """Whether nobody has filled anything in; what the theme fills in is no answer yet."""
        return self.is_default or not self.is_filled

    @property
    def is_filled(self) -> bool:
        """Whether anything stands there, understood or not."""
        return self.editor.raw() not in (None, "")

    def fill(self, value: Any, *, is_default: bool = False) -> None:
        """Show a value, nothing of one that is of another kind.

        is_default: of the theme's own, until somebody touches it.
        """
        try:
            self.editor.set_value(value)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # A stranger may have written anything; what is not touched here stays as it is.
            self.editor.set_value(None)
        self.is_default = is_default
        self._say_aside(_("filled in beforehand") if is_default else self._kept)
        self.set_error("")

    def say_sealed(self) -> None:
        """Say that a value is kept which cannot be read here; another one replaces it."""
        self._say_aside(_("one is kept, for coordinators only"))

    def say_kept(self, count: int) -> None:
        """Say how many photos or measurements the place has already: they answer it too."""
        self._kept = kept_words(self.asks, count) if count else ""
        self._say_aside(self._kept)

    def _say_aside(self, words: str) -> None:
        self.aside.setText(words)
        self.aside.setVisible(bool(words))

    def problem(self) -> str:
        """Return what is wrong with it, '' for nothing."""
        try:
            value = self.editor.value()
        except ValueInvalid as error:
            return explain(error)[1]
        is_answered = value is not None or self.is_filled or bool(self._kept)
        if self.asks.is_required and not is_answered:
            return _("This has to be filled in.")
        return ""

    def check(self) -> None:
        """Say what was not understood, once the field is left; what lacks is said at saving."""
        try:
            self.editor.value()
        except ValueInvalid as error:
            self.set_error(explain(error)[1])
        else:
            self.set_error("")

    def _on_changed(self) -> None:
        self.is_default = False
        self._say_aside(self._kept)
        if self.error and not self.problem():
            self.set_error("")
        self.changed.emit()

    # --- what others wrote ---------------------------------------------------------------

    def offer(self, values: Sequence[Any]) -> None:
        """Offer values of similar places: as chips, and by the arrow down in a line."""
        editor = self.editor
        if not isinstance(editor, LineEditor) or self.asks.type not in _OFFERED:
            return
        editor.offered = tuple(editor.words_of(value) for value in values)
        self._offers.show_values(values, [value_words(self.asks, value) for value in values])

    def _take(self, value: Any) -> None:
        self.editor.set_value(value)
        self._on_changed()
        self.editor.target().setFocus(Qt.FocusReason.OtherFocusReason)


def kept_words(field: Field, count: int) -> str:
    """Return e.g. '2 photos are here', of a field whose answers are no values."""
    if field.type == "photo":
        words = ngettext("{count} photo is there", "{count} photos are there", count)
    else:
        words = ngettext("{count} measurement is there", "{count} measurements are there", count)
    return words.format(count=format_number(count))


def hint_of(field: Field) -> str:
    """Return what is said under a field: its help, and who reads it."""
    words = [field.help(language())]
    if field.is_private:
        words.append(_("Only coordinators can read it. It is never published."))
    return " ".join(filter(None, words))
