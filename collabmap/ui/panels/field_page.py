"""A field as a coordinator edits it: what is asked, of which form, of whom, and when."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from collabmap.app.value_words import number_words
from collabmap.app.words import _, language, ngettext
from collabmap.domain.field_values import read_amount
from collabmap.domain.theme import OPEN_TYPES, PRIVATE_TYPES, Field
from collabmap.domain.theme_checks import WITH_OPTIONS, WITH_RANGE
from collabmap.domain.theme_editing import deciding
from collabmap.errors import Problem, ValueInvalid
from collabmap.ui.fields.row import FieldRow
from collabmap.ui.panels.field_parts import ConditionEdit, OptionsEdit
from collabmap.ui.panels.part_page import Answers, Pair, PartPage
from collabmap.ui.theme_words import TYPES
from collabmap.ui.widgets.fields import Labelled, LineField
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Nothing can stand in these before somebody fills them in.
_WITHOUT_DEFAULT = frozenset({"photo", "measure", "reference", "email", "phone"})
_AMOUNT = Field("", "number", "", "")


class FieldPage(PartPage):
    """The type is chosen before the page opens, and never changes."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._start: FieldRow | None = None
        # What stands for smallest or largest is no number.
        self._is_unread = False
        super().__init__(_("Add this field"), has_back=True)

    @property
    def field(self) -> Field:
        assert isinstance(self.draft, Field)
        return self.draft

    # --- building ------------------------------------------------------------------------

    def build(self) -> None:
        self.kind = Text("", "muted", wrap=True)
        self.column.addWidget(self.kind)
        names = self.add_card()
        self.add_words(names, "label", (_("What is asked, in French"), _("In English")))
        self.add_words(names, "help", (_("Help below it, in French"), _("Help in English")))
        self._build_form()
        self._build_whom()

    def _build_form(self) -> None:
        card = self.add_card(_("The answer"))
        self.options = OptionsEdit()
        self.options.changed.connect(self.note)
        self.options.finished.connect(self.note_and_settle)
        self.places["options"] = Labelled(_("Answers to choose from"), self.options)
        card.addWidget(self.places["options"])
        self.unit_row = self.words_row("unit", _("Unit"), _("As it is shown: m, °C, µg/m³"))
        self.least, self.most = self._amount(), self._amount()
        self.places["range"] = Labelled(_("Smallest value"), self.least)
        self.range = Pair(
            self.unit_row, self.places["range"], Labelled(_("Largest value"), self.most)
        )
        card.addWidget(self.range)
        self.worse = self._tick(_("The lower a value, the worse"))
        card.addWidget(self.worse)
        self.required = self._tick(_("It has to be filled in"))
        self.private = self._tick(_("Private: only coordinators read it"))
        self.sealing = Text("", "second", wrap=True)
        for part in (self.required, self.private, self.sealing):
            card.addWidget(part)
        self._form_card = card

    def _amount(self) -> LineField:
        line = LineField(_("none"))
        line.textEdited.connect(self.note)
        line.editingFinished.connect(self.settled)
        return line

    def _tick(self, words: str) -> Tick:
        tick = Tick(words)
        tick.clicked.connect(self.note_and_settle)
        return tick

    def _build_whom(self) -> None:
        card = self.add_card(_("When it is asked"))
        self.all = Tick(_("In all categories"))
        self.all.clicked.connect(self._on_all)
        card.addWidget(self.all)
        self.categories = Answers()
        self.categories.changed.connect(self._on_categories)
        card.addWidget(Labelled(_("Of these categories"), self.categories))
        self.only_if = ConditionEdit()
        self.only_if.changed.connect(self.note_and_settle)
        self.places["only_if"] = Labelled(_("Always, or only with some answers"), self.only_if)
        card.addWidget(self.places["only_if"])

    # --- showing -------------------------------------------------------------------------

    def fill(self) -> None:
        field = self.field
        words = field.label(language())
        self.title.setText(words or (_("New field") if self.saved is None else field.id))
        type_name, about = TYPES[field.type][1:]
        self.kind.setText(_("{type}: {about}").format(type=_(type_name), about=_(about).lower()))
        self.places["options"].setVisible(field.type in WITH_OPTIONS)
        self.range.setVisible(field.type in WITH_RANGE)
        self.worse.setVisible(field.type == "measure")
        self.worse.setChecked(field.lower_is_worse)
        self.required.setChecked(field.is_required)
        self.private.setVisible(field.type not in OPEN_TYPES)
        self.private.setChecked(field.is_private)
        self._say_sealing(field)
        if not self._is_typing(self.options):
            self.options.show_options(field.options)
        for line, value in ((self.least, field.minimum), (self.most, field.maximum)):
            if not line.hasFocus():
                line.setText(number_words(value) if value is not None else "")
        offered = [(c.id, c.label(language())) for c in self.theme.offered]
        self.categories.offer(offered)
        self.categories.choose(field.categories or [key for key, _words in offered])
        self.all.setChecked(not field.categories)
        self.only_if.show_condition(field.only_if, deciding(self.theme, field))
        self._fill_start()
        self.hidden.setText(_("Hidden: nobody is asked. What was answered is kept."))

    def _say_sealing(self, field: Field) -> None:
        """Say what becomes of values that are there already; a new field has none."""
        words = (
            _("Values that were written before it was private stay readable.")
            if field.is_private
            else _("Values that were written while it was private stay private.")
        )
        # Only where it is no longer as its type begins: then somebody has changed it.
        is_usual = field.is_private == (field.type in PRIVATE_TYPES)
        self.sealing.setText(words)
        self.sealing.setVisible(self.saved is not None and not is_usual)

    def _is_typing(self, part: QWidget) -> bool:
        focus = self._window.focusWidget()
        return focus is not None and part.isAncestorOf(focus)

    def _fill_start(self) -> None:
        """Show what stands in the field before anybody fills it in."""
        field = self.field
        if field.type in _WITHOUT_DEFAULT:
            self._drop_start()
            return
        asks = replace(
            field, label_fr=_("Filled in beforehand"), label_en=_("Filled in beforehand"),
            help_fr="", help_en="", is_required=False, is_private=False, default=None,
            only_if=None,
        )  # fmt: skip
        row = self._start
        if row is None or not row.follow(asks):
            self._drop_start()
            row = self._start = FieldRow(self._window, asks)
            row.setParent(self)
            row.changed.connect(self.note)
            row.editor.left.connect(self.settled)
            row.changed.connect(self._on_start)
            self._form_card.insertWidget(2, row)
            row.show()
            self.places["default"] = row
        if not self._is_typing(row) and row.value() != field.default:
            row.fill(field.default)

    def _drop_start(self) -> None:
        if self._start is not None:
            self._form_card.removeWidget(self._start)
            self._start.hide()
            self._start.deleteLater()
            self._start = None
            self.places.pop("default", None)

    def _on_start(self) -> None:
        # A click is finished at once; what is typed when the line is left.
        if self._start is not None and not self._is_typing_words():
            self.settled.emit()

    def _is_typing_words(self) -> bool:
        focus = self._window.focusWidget()
        return focus is not None and focus.inherits("QLineEdit") | focus.inherits("QPlainTextEdit")

    def say_kept(self, count: int | None) -> None:
        """Say how many places have a value, which is kept.  None: it is not known."""
        words = _("Hidden: nobody is asked. What was answered is kept.")
        if count:
            kept = ngettext(
                "Hidden: nobody is asked. {count} place has a value, which is kept.",
                "Hidden: nobody is asked. {count} places have a value, which is kept.",
                count,
            )
            words = kept.format(count=count)
        self.hidden.setText(words)

    # --- what is chosen ------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        field = self.field
        found: dict[str, Any] = {
            "lower_is_worse": self.worse.isChecked(),
            "is_required": self.required.isChecked(),
            "is_private": self.private.isChecked(),
            "categories": self._chosen_categories(),
            "only_if": self.only_if.condition(),
        }
        if field.type in WITH_OPTIONS:
            found["options"] = self.options.options()
        self._is_unread = False
        if field.type in WITH_RANGE:
            found["minimum"] = self._read(self.least, field.minimum)
            found["maximum"] = self._read(self.most, field.maximum)
        if self._start is not None:
            found["default"] = self._start.value()
        return found

    def _read(self, line: LineField, before: float | None) -> float | None:
        text = line.text().strip()
        if not text:
            return None
        try:
            return float(read_amount(_AMOUNT, text, language()))
        except ValueInvalid:
            self._is_unread = True
            return before

    def say_problems(self, problems: Iterable[Problem]) -> None:
        super().say_problems(problems)
        if self._is_unread and not self.places["range"].error:
            self.places["range"].set_error(_("This is not a number."))

    def _chosen_categories(self) -> tuple[str, ...]:
        if self.all.isChecked():
            return ()
        chosen = set(self.categories.chosen())
        # Hidden ones are not offered here, and stay.
        offered = set(self.categories.buttons)
        return tuple(
            c.id
            for c in self.theme.categories
            if c.id in chosen or (c.id in self.field.categories and c.id not in offered)
        )

    def _on_all(self) -> None:
        if self.all.isChecked():
            self.categories.choose(list(self.categories.buttons))
        self.note_and_settle()

    def _on_categories(self) -> None:
        chosen = self.categories.chosen()
        # All of them by name is not the same: what is added later would not be among them.
        self.all.setChecked(not chosen)
        self.note_and_settle()


def private_by_default(field: Field) -> Field:
    """Return a new field as its type begins: an address or a telephone is private."""
    return replace(field, is_private=field.type in PRIVATE_TYPES)
