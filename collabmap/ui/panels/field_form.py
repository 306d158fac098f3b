"""The fields of a theme as a form: those of one category, in order."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from collabmap.app.words import ngettext
from collabmap.domain.feature import PlaceView
from collabmap.domain.reading_batch import Reading
from collabmap.domain.theme import OPEN_TYPES, Field, Theme, asked
from collabmap.errors import ValueInvalid
from collabmap.ui.fields.attachments import MeasureEditor, PhotoEditor
from collabmap.ui.fields.reference import ReferenceEditor
from collabmap.ui.fields.row import FieldRow
from collabmap.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from pathlib import Path

    from collabmap.ui.main_window import MainWindow

# With more fields than these the rest waits behind a button; what is required never does.
FEW = 5


class FieldForm(QWidget):
    """changed: something was filled in by hand.  submitted: Enter in a single line.

    theme: whose fields are asked; `window.theme`, or one that is being edited.  is_preview: all
    of them, as a coordinator looks at what people will be asked.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(
        self,
        window: "MainWindow",
        theme: Theme,
        *,
        is_preview: bool = False,
    ) -> None:
        super().__init__()
        self.main = window
        self.theme = theme
        self.category = ""
        # The place that is edited, None for a new one.
        self._place: PlaceView | None = None
        # Its values as they can be shown: an answer that is no longer offered cannot.
        self._shown: dict[str, Any] = {}
        self.rows: dict[str, FieldRow] = {}
        # What was filled in and is not asked now: of another category, or not known here.
        self._aside: dict[str, Any] = {}
        # Fields whose values are kept and cannot be read here.
        self._sealed: frozenset[str] = frozenset()
        # What similar places have, by field.
        self._usual: Mapping[str, Sequence[Any]] = {}
        self._is_preview = self._is_open = is_preview
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        # Where the fields begin in the order of Tab: they come once it is known what it is.
        self._first = QWidget(self)
        self._first.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._first.hide()
        self.more = Button("", "quiet", icon="chevron-down", height_px=40, is_flush=True)
        self.more.clicked.connect(self.show_all)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.hide()

    # --- which fields --------------------------------------------------------------------

    def show_category(self, category: str) -> None:
        """Ask what is asked about a category; what both ask stays filled in."""
        self.category = category
        self._rebuild()

    def set_theme(self, theme: Theme) -> None:
        """Take what a coordinator has changed; what was typed stays."""
        if theme != self.theme:
            self.theme = theme
            self._rebuild()

    def _rebuild(self) -> None:
        fields = [field for field in self.theme.fields if self._is_asked(field)]
        wanted = {field.id: field for field in fields}
        focus = QApplication.focusWidget()
        for key, row in list(self.rows.items()):
            field = wanted.get(key)
            if field is None or (field != row.asks and not row.follow(field)):
                self._aside[key] = row.editor.raw()
                self._drop(key)
        for rank, field in enumerate(fields):
            row = self.rows.get(field.id) or self._add(field)
            self._column.insertWidget(rank, row)
        self.rows = {field.id: self.rows[field.id] for field in fields}
        self._set_tab_order()
        self._follow_conditions()
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_asked(self, field: Field) -> bool:
        """Whether it is asked here; what somebody has answered stays when it is hidden then."""
        if not self.category or not field.belongs_to(self.category):
            return False
        if not field.is_hidden:
            return True
        row = self.rows.get(field.id)
        is_said = row is not None and not row.is_blank
        said = row.editor.raw() if row is not None and is_said else self._aside.get(field.id)
        was = self._place.values.get(field.id) if self._place is not None else None
        return not self._is_preview and said not in (None, self._shown.get(field.id, was))

    def _add(self, field: Field) -> FieldRow:
        row = FieldRow(self.main, field)
        row.setParent(self)
        row.say_kept(self._count_kept(field))
        row.changed.connect(self._on_changed)
        row.submitted.connect(self.submitted)
        if isinstance(row.editor, ReferenceEditor):
            row.editor.own = self._place.id if self._place is not None else None
            row.editor.grown.connect(lambda: self._bring_into_view(row))
        self.rows[field.id] = row
        self._offer(row)
        if field.id in self._aside:
            row.fill(self._aside.pop(field.id))
        elif field.id in self._sealed:
            row.say_sealed()
        elif field.default is not None and self._place is None:
            row.fill(field.default, is_default=True)
        return row

    def _count_kept(self, field: Field) -> int:
        """Return how many photos or measurements the place that is edited has for a field."""
        place = self._place
        if place is None or field.type not in OPEN_TYPES:
            return 0
        if field.type == "measure":
            return sum(each.count for each in place.measured if each.field == field.id)
        # One that was brought by the card answers no field by name: it need not be given again.
        return sum(photo.field in (field.id, "") for photo in place.photos)

    def _drop(self, key: str) -> None:
        row = self.rows.pop(key)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _set_tab_order(self) -> None:
        """Let Tab go from top to bottom, also through rows that came later."""
        stops = [part for row in self.rows.values() for part in row.editor.stops()]
        chain = [self._first, *stops, self.more]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    # --- which of them are shown ---------------------------------------------------------

    def show_all(self) -> None:
        """Show the fields that most places do without."""
        waiting = [row for row in self._asked_rows() if row.isHidden()]
        self.unfold()
        if waiting:
            waiting[0].focus()

    def unfold(self) -> None:
        """Show them without taking the keyboard along."""
        self._is_open = True
        self._follow_conditions()

    def _asked_rows(self) -> list[FieldRow]:
        """Return the rows of fields whose condition holds."""
        by_id = {row.asks.id: row for row in self.rows.values()}
        values = {key: row.value() for key, row in self.rows.items()}
        return [by_id[field.id] for field in asked([r.asks for r in by_id.values()], values)]

    def _follow_conditions(self) -> None:
        """Show what is asked now.  What is under somebody's hand does not move."""
        shown: set[str] = set()
        waiting = rank = 0
        for row in self._asked_rows():
            # What another answer asks for follows it, however many there are.
            rank += row.asks.only_if is None
            if rank > FEW and not (self._is_open or row.asks.is_required or row.is_filled):
                waiting += 1
            else:
                shown.add(row.asks.id)
        focus = QApplication.focusWidget()
        before = self._height_of(focus)
        for key, row in self.rows.items():
            row.setVisible(key in shown)
        words = ngettext("More: {count} question", "More: {count} questions", waiting)
        self.more.setText(words.format(count=waiting))
        self.more.setVisible(waiting > 0)
        self._hold(focus, before)

    def _scroller(self) -> QScrollArea | None:
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        return parent

    def _bring_into_view(self, row: FieldRow) -> None:
        """Scroll to a row that has grown, once it is laid out."""
        if (scroller := self._scroller()) is not None:
            QTimer.singleShot(0, row, lambda: scroller.ensureWidgetVisible(row, 0, 8))

    def _height_of(self, widget: QWidget | None) -> int | None:
        scroller = self._scroller()
        if scroller is None or widget is None or not self.isAncestorOf(widget):
            return None
        return widget.mapTo(scroller.viewport(), QPoint()).y()

    def _hold(self, widget: QWidget | None, before: int | None) -> None:
        """Scroll so that a widget stands where it stood."""
        scroller = self._scroller()
        if before is None or scroller is None:
            return
        # What has been asked of the layouts so far: only then is it known where things stand.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        after = self._height_of(widget)
        if after is not None and after != before:
            bar = scroller.verticalScrollBar()
            bar.setValue(bar.value() + after - before)

    def _on_changed(self) -> None:
        self._follow_conditions()
        self.changed.emit()

    # --- what it holds -------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """Return the values that are asked for and given, by field, as they are kept."""
        return {
            row.asks.id: value
            for row in self._asked_rows()
            if (value := row.value()) is not None and row.asks.id not in self._sealed_now()
        }

    def _sealed_now(self) -> set[str]:
        """Return the fields whose values are sealed and were not written anew."""
        return {key for key in self._sealed if key in self.rows and self.rows[key].is_blank}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill in values, or what `kept` returned; other fields are emptied."""
        known = {key: value for key, value in values.items() if key in self.rows}
        self._aside = {key: value for key, value in values.items() if key not in known}
        for key, row in self.rows.items():
            # A draft says so where somebody took the theme's own answer away.
            if key in known or not row.is_default:
                row.fill(known.get(key))
            if key in self._sealed and row.is_blank:
                row.say_sealed()
        self._rebuild()

    def edit(self, place: PlaceView) -> None:
        """Ask about a place that is there: nothing is filled in that nobody has said of it."""
        self._place = place
        self._sealed = frozenset(place.sealed_fields)
        for row in self.rows.values():
            row.say_kept(self._count_kept(row.asks))
        self.show_category(place.category)
        self.set_values(place.values)
        self._shown = {key: row.value() for key, row in self.rows.items()}

    def changes(self) -> dict[str, Any]:
        """Return what differs from the place that is edited: {field: value, None for none}.

        What is no longer asked, for another answer was given, goes; what was not asked before
        either stays, and so does a private value that cannot be read here.
        """
        place = self._place
        assert place is not None
        fields = [row.asks for row in self.rows.values()]
        before = {field.id for field in asked(fields, dict(place.values))}
        shown, now = {**place.values, **self._shown}, self.values()
        return {
            key: now.get(key)
            for key in self.rows
            if (key in now or key in before)
            and key not in self._sealed_now()
            and now.get(key) != shown.get(key)
        }

    def kept(self) -> dict[str, Any]:
        """Return what a draft keeps: values, and as text what is none yet; of any category."""
        now = {
            key: row.editor.raw()
            for key, row in self.rows.items()
            if not row.is_blank or (row.asks.default is not None and not row.is_default)
        }
        return {**self._aside, **now}

    def photo_paths(self) -> "dict[str, Sequence[Path]]":
        """Return the files that are to become photos of the place, by field."""
        rows = [(row.asks.id, row.editor) for row in self._asked_rows()]
        return {key: tuple(each.paths) for key, each in rows if isinstance(each, PhotoEditor)}

    def readings(self) -> dict[str, Reading]:
        """Return the first readings that are entered, by field; none that is not understood."""
        found = {}
        for row in self._asked_rows():
            if isinstance(row.editor, MeasureEditor):
                try:
                    reading = row.editor.reading()
                except ValueInvalid:
                    continue
                if reading is not None:
                    found[row.asks.id] = reading
        return found

    # --- what is wrong -------------------------------------------------------------------

    def problems(self) -> dict[str, str]:
        """Say beside each field what is wrong with it, and return it, by field, in order."""
        wrong = {}
        for row in self._asked_rows():
            problem = "" if row.asks.id in self._sealed_now() else row.problem()
            row.set_error(problem)
            if problem:
                wrong[row.asks.id] = problem
        if any(self.rows[key].isHidden() for key in wrong):
            self._is_open = True
            self._follow_conditions()
        return wrong

    def focus_first(self) -> bool:
        """Give the keyboard to the first field that is wrong, else to the first; False for none."""
        rows = [row for row in self.rows.values() if not row.isHidden()]
        if not rows:
            return False
        next((row for row in rows if row.error), rows[0]).focus()
        return True

    def say(self, field: str, words: str) -> bool:
        """Say beside a field why it could not be kept; False where it is not in the form."""
        row = self.rows.get(field)
        if row is None:
            return False
        if row.isHidden():
            self.show_all()
        row.set_error(words)
        row.focus()
        return True

    def offer(self, values: Mapping[str, Sequence[Any]]) -> None:
        """Offer what similar places have, by field."""
        self._usual = values
        for row in self.rows.values():
            self._offer(row)

    def _offer(self, row: FieldRow) -> None:
        if not row.asks.is_private:
            row.offer(self._usual.get(row.asks.id, ()))
