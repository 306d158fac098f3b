"""The measurements of one place: quantity and period at the left, chart and numbers beside it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from collabmap.app.reading_periods import Period
from collabmap.app.reading_words import measure_fields, moment_words, span_words, tidy
from collabmap.app.readings import NewReadings, Taken
from collabmap.app.value_words import amount_words
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.domain.reading_columns import Readings
from collabmap.domain.theme import Field
from collabmap.errors import CollabMapError
from collabmap.ui import files
from collabmap.ui.readings.add_form import AddForm
from collabmap.ui.readings.page import ReadingPage
from collabmap.ui.readings.period_choice import PeriodChoice
from collabmap.ui.readings.table import by_batch
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


READING = "reading"  # One that is half typed: see KeptWords.


class ReadingsPanel(Panel):
    """show_place(id) fills it.  place: None before it is read.  field: the quantity shown."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Measurements")
        self.feature: bytes | None = None
        self.place: PlaceView | None = None
        self.field: Field | None = None
        self.whole: Readings | None = None
        self.shown: Readings | None = None
        self._offered: list[Field] = []
        self._counts: dict[str, int] = {}
        self.title = self.add_title(_("Measurements"), back=True)
        self._build_body()
        self.view = ReadingPage()
        self.view.removing.connect(self.remove)
        self.page = self.view
        self._build_foot()
        window.effects_arrived.connect(self._on_effect)
        window.person_changed.connect(self._on_person)

    # --- building -------------------------------------------------------------------------

    def _build_body(self) -> None:
        self.quantity = Button("", icon="chart-line", height_px=44)
        self.quantity.clicked.connect(self._open_quantities)
        self.body.addWidget(self.quantity)
        self.period = PeriodChoice()
        self.period.chosen.connect(lambda _period: self._show())
        self.body.addWidget(self.period)
        self.sums = Text("", "body", wrap=True)
        self.body.addWidget(self.sums)
        self.form = AddForm()
        self.form.submitted.connect(self.add_one)
        self.form.typed.connect(self._on_typed)
        self._form_box = Ground("sunken")
        column = QVBoxLayout(self._form_box)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(8)
        column.addWidget(Text(_("Add a measurement"), "label"))
        column.addWidget(self.form)
        self.body.addWidget(self._form_box)
        self.body.addStretch(1)

    def _build_foot(self) -> None:
        self.add = Button(_("Add this measurement"), "primary", icon="plus", height_px=52)
        self.add.clicked.connect(self.add_one)
        self.take_in = Button(_("From a table…"), icon="table-arrow-left", height_px=44)
        self.take_in.clicked.connect(self._import)
        self.save = Button(_("Save…"), icon="content-save-outline", height_px=44)
        self.save.setAccessibleName(_("Save the measurements as a table"))
        self.save.clicked.connect(self.choose_file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.take_in, 1)
        row.addWidget(self.save, 1)
        self.foot.addLayout(row)
        self.foot.addWidget(self.add)

    # --- reading --------------------------------------------------------------------------

    def show_place(self, feature: bytes, field: str = "") -> None:
        """Show the measurements of a place.  field: id of the quantity, '' for the usual one."""
        if feature != self.feature:
            self.place = self.field = self.whole = None
            self.period.show_period(Period())
            self.form.write(self.main.words.of(feature, READING))
        if field:
            self.field = self.main.theme.field(field)
        self.feature = feature
        self._reload()

    def _reload(self) -> None:
        feature = self.feature
        if feature is not None and self.main.lanes is not None:
            self.main.tasks.read(
                lambda reader: reader.place(feature), self._on_place, owner=self, key="measured"
            )

    def _on_place(self, place: PlaceView | None) -> None:
        if place is None:
            self.leave()
            return
        self.place = place
        self.title.setText(place.name or _("(removed)"))
        fields = self._fields(place)
        counts: dict[str, int] = {}
        for one in place.measured:
            counts[one.field] = counts.get(one.field, 0) + one.count
        if self.field is None or self.field.id not in {f.id for f in fields}:
            most = max(fields, key=lambda f: (counts.get(f.id, 0), -f.order), default=None)
            self.field = most
        else:
            self.field = next(f for f in fields if f.id == self.field.id)
        self._offer(fields, counts)
        if self.field is None:
            self._show_nothing()
            return
        self.form.show_field(self.field)
        self._read_quantity()

    def _fields(self, place: PlaceView) -> list[Field]:
        """Return what is measured at such a place, and what was."""
        theme = self.main.theme
        asked = measure_fields(theme, place.category)
        known = {field.id for field in asked}
        for one in place.measured:
            field = theme.field(one.field) or Field(one.field, "measure", one.field, one.field)
            if field.id not in known:
                known.add(field.id)
                asked.append(field)
        return asked

    def _offer(self, fields: list[Field], counts: dict[str, int]) -> None:
        self._offered, self._counts = fields, counts
        self.quantity.setVisible(len(fields) > 1)
        self._say_quantity()

    def _say_quantity(self) -> None:
        if self.field is not None:
            self.quantity.setText(self.field.label(language()))

    def _open_quantities(self) -> None:
        """Offer what is measured here, what has measurements first."""
        popover = Popover(self.window(), _("What was measured?"), width_px=340)
        for field in sorted(self._offered, key=lambda f: not self._counts.get(f.id)):
            count = format_number(self._counts.get(field.id, 0))
            row = MenuRow(field.label(language()), right=count)
            row.setCheckable(True)
            row.setChecked(self.field is not None and field.id == self.field.id)
            row.clicked.connect(lambda _on=False, field=field: self.choose(field))
            popover.add(row)
        popover.open_under(self.quantity)

    def choose(self, field: Field) -> None:
        """Show another quantity."""
        self.field = field
        self._say_quantity()
        self.form.show_field(field)
        self._read_quantity()

    def _read_quantity(self) -> None:
        place, field = self.place, self.field
        assert place is not None
        assert field is not None
        self.main.tasks.read(
            lambda reader: reader.readings(place.id, field.id),
            lambda found: self._on_readings(place.id, found),
            owner=self,
            key="readings",
        )

    def _on_readings(self, place: bytes, found: Readings) -> None:
        if place == self.feature and self.field is not None and found.field == self.field.id:
            self.whole = found
            self._show()

    # --- showing --------------------------------------------------------------------------

    def _show(self) -> None:
        if self.whole is None or self.field is None:
            return
        since, until = self.period.period.bounds(datetime.now())
        self.shown = self.whole.between(since, until)
        self.sums.setText(self._sum_words())
        if len(self.shown):
            self.view.show_readings(self.shown, self.field.label(language()))
        else:
            self._show_nothing()
        self._allow()

    def _show_nothing(self) -> None:
        view, label = self.view, self.field.label(language()) if self.field is not None else ""
        if self.field is None:
            view.show_nothing(
                label,
                "chart-line",
                _("Nothing is measured here"),
                _("A coordinator adds a field of the kind “Measurement” under “Categories”."),
            )
        elif self.whole is not None and len(self.whole):
            last = moment_words(int(self.whole.times[-1]))
            view.show_nothing(
                label,
                "calendar-month",
                _("Nothing was measured in this period"),
                _("The last time was {when}.").format(when=last),
                ("arrow-expand-horizontal", _("Show all of it"), self._show_all_time),
            )
        else:
            view.show_nothing(
                label,
                "chart-line",
                _("No measurement yet"),
                _("Add one at the left, or take in the table of a station or a counter."),
            )
        self._allow()

    def _show_all_time(self) -> None:
        self.period.show_period(Period())
        self._show()

    def _sum_words(self) -> str:
        """Return how many there are in the period, the latest, mean, least and greatest."""
        found = self.shown
        if found is None or not len(found):
            return ""
        count = ngettext("{count} measurement", "{count} measurements", len(found))
        lines = [
            f"{count.format(count=format_number(len(found)))}, "
            + span_words(int(found.times[0]), int(found.times[-1]))
        ]

        def said(value: float) -> str:
            return amount_words(tidy(round(float(value), 2)), found.unit)

        latest, values = float(found.values[-1]), found.values
        lines.append(_("Latest: {value}").format(value=said(latest)))
        if len(found) > 1:
            lines.append(_("Mean: {value}").format(value=said(values.mean())))
            lines.append(
                _("From {least} to {most}").format(
                    least=said(values.min()), most=said(values.max())
                )
            )
        if found.other_units:
            words = ngettext(
                "{count} in another unit is left out",
                "{count} in other units are left out",
                found.other_units,
            )
            lines.append(words.format(count=format_number(found.other_units)))
        return "\n".join(lines)

    def _allow(self) -> None:
        can_write, has_any = self.main.can_write, self.whole is not None and bool(len(self.whole))
        self.view.can_write = can_write
        self.view.allow()
        self._form_box.setVisible(can_write and self.field is not None)
        self.sums.setVisible(bool(self.sums.text()))
        for button in (self.add, self.take_in):
            button.setVisible(can_write)
            button.setEnabled(self.field is not None)
        self.save.setEnabled(has_any)
        self.period.setVisible(has_any)

    # --- doing ----------------------------------------------------------------------------

    def add_one(self) -> None:
        """Add what is typed."""
        place, field = self.place, self.field
        if place is None or field is None or not self.add.isEnabled():
            return
        reading = self.form.reading()
        if reading is None:
            return
        new = [NewReadings(place.id, field.id, [reading])]
        self.add.setEnabled(False)
        words, written = self.main.words, self.form.written().strip()
        key = words.key(place.id, READING)

        def added(taken: Taken) -> None:
            words.forget(key, written)
            self._on_added(taken)

        self.main.tasks.write(
            lambda session: session.add_readings(new),
            added,
            self._on_refused,
        )

    def _on_added(self, taken: Taken) -> None:
        messages = self.main.messages
        if taken.added:
            # It may have been left while it was written.
            if isValid(self):
                self.form.clear()
                self.form.value.setFocus()
            messages.done(
                _("The measurement is added"),
                "" if self.main.is_coordinator else _("A coordinator will look at it."),
                (_("Undo"), self.main.commands.undo),
            )
        else:
            messages.info(
                _("This was there already"),
                _("Same time, same value, same device: once is enough."),
            )
        if isValid(self):
            self._allow()

    def _on_refused(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if isValid(self):
            self._allow()

    def remove(self) -> None:
        """Take away the readings that are chosen in the table."""
        place, found, chosen = self.place, self.shown, self.view.table.chosen()
        if place is None or found is None or not chosen or not self.main.can_write:
            return
        which = by_batch(found, chosen)
        person = self.main.person
        is_own = person is not None and all(
            found.authors[found.author[at]][0] == person.id for at in chosen
        )
        words = ngettext(
            "{count} measurement is taken away", "{count} measurements are taken away", len(chosen)
        )
        hint = _("It is kept in the history.")
        if not (self.main.is_coordinator or is_own):
            hint = _("A coordinator will decide about those of others.")
        self.main.tasks.write(
            lambda session: session.remove_readings(place, which),
            lambda _effect: self.main.messages.done(
                words.format(count=format_number(len(chosen))),
                hint,
                (_("Undo"), self.main.commands.undo),
            ),
            self._on_refused,
        )

    def _import(self) -> None:
        # Imported late, as every panel is.
        from collabmap.ui.panels.readings_import import open_table

        open_table(self.main)

    def choose_file(self) -> None:
        """Ask where the measurements of this place are saved as a table."""
        place = self.place
        assert place is not None
        stem = files.dated_stem(place.name, files.now_ms())
        path, _filter = QFileDialog.getSaveFileName(
            self,
            _("Save the measurements as a table"),
            str(files.documents() / f"{stem}.csv"),
            f"{_('Table')} (*.csv)",
        )
        if path:
            self.save_to(Path(path).with_suffix(".csv"))

    def save_to(self, path: Path) -> None:
        """Write the published measurements of this place as a table."""
        place = self.place
        assert place is not None
        self.main.tasks.write(
            lambda session: session.export_readings(path, None, place.id),
            lambda count: self._on_saved(path, count),
        )

    def _on_saved(self, path: Path, count: int) -> None:
        words = ngettext(
            "{count} published measurement is saved",
            "{count} published measurements are saved",
            count,
        )
        self.main.messages.done(
            words.format(count=format_number(count)),
            path.name,
            (_("Open the folder"), lambda: files.show_folder(path)),
        )

    # --- as a panel -----------------------------------------------------------------------

    def first_focus(self) -> QWidget | None:
        return self.form.value if self.main.can_write else self.view.chart.plot

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            ("← →", _("the reading before, the next one")),
            (_("Shift+← →"), _("earlier, later")),
            ("+ −", _("closer, farther")),
            ("0", _("all of it")),
        ]

    def kept(self) -> "Callable[[Panel], None] | None":
        feature, field, period = self.feature, self.field, self.period.period
        if feature is None:
            return None

        def give(panel: Panel) -> None:
            if isinstance(panel, ReadingsPanel):
                panel.show_place(feature, field.id if field is not None else "")
                panel.period.show_period(period)

        return give

    def entered(self) -> None:
        self._reload()

    def _on_typed(self) -> None:
        if self.feature is not None:
            self.main.words.keep(self.feature, READING, self.form.written())

    def _on_person(self, _person: object) -> None:
        if self.feature is not None:
            self.form.write(self.main.words.of(self.feature, READING))
        self._reload()

    def _on_effect(self, effect: Effect) -> None:
        if effect.features is None or self.feature in effect.features or effect.meta:
            self._reload()


def open_readings(window: "MainWindow", place: bytes) -> None:
    """Show the measurements of a place."""
    panel = window.open_panel("readings")
    assert isinstance(panel, ReadingsPanel)
    panel.show_place(place)
