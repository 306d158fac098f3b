"""A table of measurements: what is understood of it is shown first, then all is added at once."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from collabmap.app import readings_files
from collabmap.app.readings import Taken
from collabmap.app.readings_files import Plan, plan_lines
from collabmap.app.words import _, format_number, language, ngettext
from collabmap.domain.feature import PlaceView
from collabmap.domain.reading_times import Zone
from collabmap.errors import CollabMapError
from collabmap.formats.readings_columns import Layout
from collabmap.formats.table_file import TableFile
from collabmap.ui import files, look
from collabmap.ui.readings.columns import ColumnList
from collabmap.ui.readings.preview import PreviewTable, Which, sign_of
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.chips import Chip
from collabmap.ui.widgets.choice_card import WayCard
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.note import Empty, Ground, Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.progress import ProgressLine
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class ReadingsImportPanel(Panel):
    """plan: what is understood, None before a table is read.  place: of lines that name none."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Table")
        self.plan: Plan | None = None
        self.place: PlaceView | None = None
        self._table: TableFile | None = None
        self._is_busy = False
        self._focus: QWidget | None = None
        self.add_title(_("A table of measurements"), back=True)
        self._build_body()
        self._build_page()
        self._build_foot()
        self._show()
        window.effects_arrived.connect(self._on_effect)

    # --- building -------------------------------------------------------------------------

    def _build_body(self) -> None:
        self.pick = WayCard(
            "table-arrow-left", _("Choose a table file"), _("From a sensor, a station or a sheet")
        )
        self.pick.clicked.connect(self.choose_file)
        self.body.addWidget(self.pick)
        self.paste = Button(_("Paste copied cells"), icon="content-paste", height_px=44)
        self.paste.clicked.connect(self.take_clipboard)
        self.body.addWidget(self.paste)
        self.result = QWidget()
        column = QVBoxLayout(self.result)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self.written = Text("", "second", wrap=True)
        self.counted = Text("", "heading", wrap=True)
        self.note = Note("")
        self.where = Text("", "body", wrap=True)
        self.quantity = Button("", icon="chart-line", height_px=44)
        self.quantity.clicked.connect(self._open_quantities)
        self.zone = Button("", icon="clock-outline", height_px=44)
        self.zone.clicked.connect(self._open_zones)
        self.columns = ColumnList()
        self.columns.changed.connect(self._read_as)
        for part in (self.written, self.counted, self.note, self.where, self.quantity, self.zone):
            column.addWidget(part)
        column.addWidget(Text(_("What the columns are"), "label"))
        column.addWidget(self.columns)
        self.body.addWidget(self.result)
        self.body.addStretch(1)

    def _build_page(self) -> None:
        self.preview = PreviewTable()
        self.empty = Empty()
        self.empty.say(
            "table",
            _("Choose a table, or drop it here"),
            _("What is understood of each line is shown before anything is added."),
        )
        self.chips: dict[Which, Chip] = {}
        self._chips = Flow(gap=look.px(8))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(self._chips)
        column.addWidget(self.preview, 1)
        self._stack.addWidget(inside)
        page = Ground("card")
        page.setAccessibleName(_("What is understood of the table"))
        around = QVBoxLayout(page)
        around.setContentsMargins(look.px(18), look.px(14), look.px(18), look.px(14))
        around.addWidget(self._stack)
        self.page = page

    def _build_foot(self) -> None:
        self.bar = ProgressLine()
        self.foot.addWidget(self.bar)
        self.save = Button("", icon="content-save-outline", height_px=44)
        self.save.clicked.connect(self.choose_refused_file)
        self.foot.addWidget(self.save)
        self.add = Button("", "primary", icon="plus", height_px=52)
        self.add.clicked.connect(self._on_add)
        row = QHBoxLayout()
        row.addWidget(self.add, 1)
        self.foot.addLayout(row)

    # --- reading --------------------------------------------------------------------------

    def for_place(self, place: PlaceView) -> None:
        """Say where lines were measured that name no place."""
        self.place = place
        self._show()

    def choose_file(self) -> None:
        """Ask for a table."""
        path, _filter = QFileDialog.getOpenFileName(
            self,
            _("Choose a table file"),
            "",
            f"{_('Tables')} (*.csv *.CSV *.txt *.tsv);;{_('All files')} (*)",
        )
        if path:
            self.take(Path(path))

    def take_clipboard(self) -> None:
        """Read the cells that were copied in a spreadsheet."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.take(text)
        else:
            self.main.messages.info(
                _("Nothing is copied"), _("Copy cells in the spreadsheet first, then paste here.")
            )

    def take(self, source: Path | str) -> None:
        """Read a table, and say what is understood of it."""
        name = source.name if isinstance(source, Path) else _("Pasted cells")
        self.pick.set_words(name, _("It is being read…"))
        self._set_busy(True)
        self.main.tasks.run(
            lambda: readings_files.open_table(source),
            lambda table: self._on_table(table, name),
            self._on_unreadable,
            owner=self,
        )

    def _on_table(self, table: TableFile, name: str) -> None:
        self._table = table
        self.pick.set_words(name, _("Choose another table"))
        self._read_as(None)

    def _on_unreadable(self, error: CollabMapError) -> None:
        self._set_busy(False)
        self.pick.set_words(_("Choose a table file"), _("From a sensor, a station or a sheet"))
        self.main.messages.show(error)

    def _read_as(self, layout: Layout | None) -> None:
        """Read the table in another way; None: as it seems to be."""
        table, place = self._table, self.place.id if self.place is not None else None
        if table is None:
            return
        self._set_busy(True)
        self.main.tasks.read(
            lambda reader: readings_files.plan(reader, table, layout, place),
            self._on_plan,
            self._on_unreadable,
            owner=self,
            key="plan",
        )

    def _on_plan(self, plan: Plan) -> None:
        self.plan = plan
        self.preview.shown.show_plan(plan)
        self.columns.show_plan(plan)
        self._build_chips()
        self._set_busy(False)

    def _on_effect(self, _effect: object) -> None:
        """Count again what is on the map already: something was added, undone or merged."""
        if self.plan is not None and self.main.panel_host.current is self:
            self._read_as(self.plan.layout)

    def _set_busy(self, is_busy: bool) -> None:
        focus = QApplication.focusWidget()
        if is_busy and not self._is_busy and focus is not None and self.isAncestorOf(focus):
            self._focus = focus
        self._is_busy = is_busy
        self.bar.set_share(None)
        self._show()
        if not is_busy and self._focus is not None:
            self._give_back_focus()

    def _give_back_focus(self) -> None:
        """Let the keyboard go on from where it was before all was switched off."""
        before, self._focus = self._focus, None
        if (
            before is None
            or not isValid(before)
            or not before.isVisible()
            or not before.isEnabled()
        ):
            before = self.first_focus()
        if before is not None and self.isVisible():
            before.setFocus()

    # --- showing --------------------------------------------------------------------------

    def _show(self) -> None:
        plan = self.plan
        self.bar.setVisible(self._is_busy)
        self.pick.setEnabled(not self._is_busy)
        self.paste.setVisible(plan is None)
        self.result.setVisible(plan is not None)
        self.result.setEnabled(not self._is_busy)
        self.add.setVisible(plan is not None)
        self.save.setVisible(plan is not None and bool(plan.understood.refused))
        self._stack.setCurrentIndex(0 if plan is None else 1)
        if plan is None:
            return
        written, *lines = plan_lines(plan)
        self.written.setText(written)
        self.counted.setText("\n".join(lines) or _("Nothing to add"))
        self._say_lacking(plan)
        is_placed = plan.layout.has("place")
        self.where.setVisible(not is_placed and self.place is not None)
        if self.place is not None:
            self.where.setText(_("Place: {name}").format(name=self.place.name))
        is_unsaid = any(c.kind == "value" and not c.field for c in plan.layout.columns)
        self.quantity.setVisible(is_unsaid and len(plan.fields) > 1)
        self.quantity.setText(self._quantity_words(plan.layout.field))
        self.zone.setText(zone_words(plan.layout.zone))
        refused = len(plan.understood.refused_rows)
        words = ngettext("Save the refused line…", "Save the {count} refused lines…", refused)
        self.save.setText(words.format(count=format_number(refused)))
        words = ngettext("Add {count} measurement", "Add {count} measurements", plan.new)
        words = words.format(count=format_number(plan.new)) if plan.new else _("Nothing to add")
        self.add.setText(words)
        self.add.setEnabled(bool(plan.new) and not self._is_busy)

    def _say_lacking(self, plan: Plan) -> None:
        """Say what no column says, and what to do about it."""
        words = ""
        if not plan.fields:
            words = _("Nothing is measured on this map yet. A coordinator adds it to the theme.")
        elif not plan.layout.has("moment", "day"):
            words = _("No column says when. Say below which one does.")
        elif not plan.layout.has("value"):
            words = _("No column has values. Say below which one does.")
        elif plan.layout.order == "month-first":
            words = _("Days are read month first, as in America: 3/25/2026.")
        self.note.text.setText(words)
        self.note.setVisible(bool(words))

    def _quantity_words(self, field_id: str) -> str:
        assert self.plan is not None
        found = next((field for field in self.plan.fields if field.id == field_id), None)
        if found is None:
            return _("What was measured? Choose")
        return _("Measured: {quantity}").format(quantity=found.label(language()))

    def _build_chips(self) -> None:
        """Offer to look at what is refused or doubtful alone."""
        assert self.plan is not None
        understood = self.plan.understood
        self._chips.clear()
        self.chips = {}
        refused, warned = len(understood.refused_rows), len({p.row for p in understood.warned})
        for which, words, count, state in (
            ("all", _("All lines"), len(self.plan.table.rows), ""),
            ("refused", _("Refused lines"), refused, "delete_proposed"),
            ("warned", _("Doubtful lines"), warned, "pending"),
        ):
            text = f"{words} ({format_number(count)})"
            # The same sign as in the lines.
            chip = Chip(text, text, state=state, icon=sign_of(which))
            chip.setCheckable(True)
            chip.setEnabled(bool(count))
            chip.clicked.connect(lambda _on=False, which=which: self.look_at(which))
            self.chips[which] = chip  # type: ignore[index]
            self._chips.add(chip)
        self.look_at("all")

    def look_at(self, which: Which) -> None:
        """Show all lines, or those that are refused or doubtful."""
        for name, chip in self.chips.items():
            chip.setChecked(name == which)
        self.preview.shown.choose(which)

    # --- choosing -------------------------------------------------------------------------

    def _open_zones(self) -> None:
        plan = self.plan
        assert plan is not None
        popover = Popover(self.window(), _("Whose times are these?"), width_px=330)
        zones: tuple[Zone, ...] = ("local", "utc", "winter")
        for zone in zones:
            row = MenuRow(zone_words(zone))
            row.setCheckable(True)
            row.setChecked(zone == plan.layout.zone)
            wanted = replace(plan.layout, zone=zone)
            row.clicked.connect(lambda _on=False, wanted=wanted: self._read_as(wanted))
            popover.add(row)
        popover.open_under(self.zone)

    def _open_quantities(self) -> None:
        plan = self.plan
        assert plan is not None
        popover = Popover(self.window(), _("What was measured?"), width_px=330)
        for field in plan.fields:
            row = MenuRow(field.label(language()))
            row.setCheckable(True)
            row.setChecked(field.id == plan.layout.field)
            wanted = replace(plan.layout, field=field.id)
            row.clicked.connect(lambda _on=False, wanted=wanted: self._read_as(wanted))
            popover.add(row)
        popover.open_under(self.quantity)

    # --- doing ----------------------------------------------------------------------------

    def _on_add(self) -> None:
        plan = self.plan
        if plan is None or not plan.new:
            return
        self._set_busy(True)
        self.main.tasks.write(
            lambda session: session.add_readings(plan.readings()), self._on_added, self._on_refused
        )

    def _on_added(self, taken: Taken) -> None:
        words = ngettext(
            "{count} measurement is added", "{count} measurements are added", taken.added
        )
        self.main.messages.done(
            words.format(count=format_number(taken.added)),
            "" if self.main.is_coordinator else _("A coordinator will look at them."),
            (_("Undo"), self.main.commands.undo),
        )
        if not isValid(self):
            return
        self._set_busy(False)
        # What was refused may still be saved.
        may_save = self.plan is not None and bool(self.plan.understood.refused)
        if self.main.panel_host.current is self and not may_save:
            self.leave()

    def _on_refused(self, error: CollabMapError) -> None:
        self.main.messages.show(error)
        if isValid(self):
            self._set_busy(False)

    def choose_refused_file(self) -> None:
        """Ask where the lines are saved that are not taken."""
        assert self._table is not None
        stem = _("{name} refused").format(name=Path(self._table.name).stem)
        path, _filter = QFileDialog.getSaveFileName(
            self,
            _("Save the refused lines"),
            str(files.documents() / f"{stem}.csv"),
            f"{_('Table')} (*.csv)",
        )
        if path:
            self.save_refused(Path(path).with_suffix(".csv"))

    def save_refused(self, path: Path) -> None:
        """Write the lines that are not taken, each with why."""
        plan = self.plan
        assert plan is not None
        self.main.tasks.run(
            lambda: readings_files.save_refused(path, plan.table, plan.understood),
            lambda _count: self.main.messages.done(
                _("The refused lines are saved"),
                path.name,
                (_("Open the folder"), lambda: files.show_folder(path)),
            ),
        )

    def first_focus(self) -> QWidget | None:
        return self.pick if self.plan is None else self.add


def open_table(window: "MainWindow", source: Path | str | None = None) -> None:
    """Show the panel, for the place that is open, and read a table there."""
    from collabmap.ui.panels.place_card import PlaceCard
    from collabmap.ui.panels.readings import ReadingsPanel

    now = window.panel_host.current
    panel = now if isinstance(now, ReadingsImportPanel) else window.open_panel("readings_import")
    assert isinstance(panel, ReadingsImportPanel)
    if isinstance(now, PlaceCard | ReadingsPanel) and now.place is not None:
        panel.for_place(now.place)
    if source is not None:
        panel.take(source)


def zone_words(zone: Zone) -> str:
    """Return whose times those of a table are."""
    return {
        "local": _("Local time, with summer time"),
        "utc": _("Universal time (UTC)"),
        "winter": _("Winter time all year"),
    }[zone]
