"""What each column of a table is: as it was guessed, and as somebody knows better."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.readings_files import Plan
from collabmap.app.words import N_, _, language
from collabmap.domain.theme import Field
from collabmap.formats.readings_columns import Column, Kind, Layout
from collabmap.formats.table_file import TableFile
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import ElidedText

_KINDS: Mapping[Kind, str] = {
    "none": N_("not taken"),
    "moment": N_("day and time"),
    "day": N_("day"),
    "clock": N_("time of day"),
    "value": N_("value of the quantity"),
    "quantity": N_("what was measured"),
    "unit": N_("unit"),
    "place": N_("place"),
    "device": N_("device"),
    "note": N_("note"),
}
# Only one column can be each of these.
_ONE = frozenset(_KINDS) - {"none", "value"}
_SAMPLES = 2


def column_words(column: Column, fields: Sequence[Field]) -> str:
    """Return what a column is."""
    if column.kind == "value" and column.field:
        found = next((field for field in fields if field.id == column.field), None)
        label = found.label(language()) if found is not None else column.field
        return f"{label} ({column.unit})" if column.unit else label
    return _(_KINDS[column.kind])


class ColumnList(QWidget):
    """changed: a Layout in which a column is something else."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[Button] = []
        self._plan: Plan | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_plan(self, plan: Plan) -> None:
        """Show the columns of a table; the keyboard stays on the one that it was on."""
        before = self._plan
        self._plan = plan
        if before is None or before.table is not plan.table:
            self._build(plan.table)
        for button, column in zip(self.buttons, plan.layout.columns, strict=True):
            words = column_words(column, plan.fields)
            button.setText(words)
            button.set_icon("arrow-right" if column.kind != "none" else "close")
            button.setAccessibleDescription(words)

    def _build(self, table: TableFile) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for index, head in enumerate(table.heads):
            name = head or _("Column {number}").format(number=index + 1)
            line = ElidedText("", "second")
            line.set_whole(" · ".join([name, *table.column(index, _SAMPLES)]))
            button = Button("", height_px=36)
            button.setAccessibleName(_("What column “{name}” is").format(name=name))
            button.clicked.connect(lambda _on=False, index=index: self._open(index))
            self.buttons.append(button)
            self._column.addWidget(line)
            self._column.addWidget(button)
            self._column.addSpacing(6)

    def _open(self, index: int) -> None:
        plan = self._plan
        assert plan is not None
        popover = Popover(self.window(), self.buttons[index].accessibleName(), width_px=300)
        now = plan.layout.columns[index]
        offers = [Column("value", field.id, now.unit) for field in plan.fields]
        offers[:0] = [Column(kind) for kind in ("moment", "day", "clock")]
        offers += [Column(kind) for kind in _KINDS if kind not in ("moment", "day", "clock")]
        for column in offers:
            row = MenuRow(column_words(replace(column, unit=""), plan.fields))
            row.setCheckable(True)
            row.setChecked((column.kind, column.field) == (now.kind, now.field))
            row.clicked.connect(lambda _on=False, column=column: self._choose(index, column))
            popover.add(row)
        popover.open_under(self.buttons[index])

    def _choose(self, index: int, column: Column) -> None:
        assert self._plan is not None
        self.changed.emit(with_column(self._plan.layout, index, column))


def with_column(layout: Layout, index: int, column: Column) -> Layout:
    """Return a layout in which a column is something else, and none other is the same."""
    columns = list(layout.columns)
    for other, each in enumerate(columns):
        is_same = each.kind == column.kind and column.kind in _ONE
        is_twice = column.kind == "value" and column.field and each.field == column.field
        if is_same or is_twice or (column.kind in _WHOLE and each.kind in _PARTS[column.kind]):
            columns[other] = Column()
    columns[index] = column
    return replace(layout, columns=tuple(columns))


# A column that says day and time leaves no room for columns that say one of them.
_PARTS: Mapping[Kind, frozenset[Kind]] = {
    "moment": frozenset({"day", "clock"}),
    "day": frozenset({"moment"}),
    "clock": frozenset({"moment"}),
}
_WHOLE = frozenset(_PARTS)
