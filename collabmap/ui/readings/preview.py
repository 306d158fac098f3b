"""What is understood of a table, line by line: taken, doubtful or refused, and why."""

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from collabmap.app.reading_words import moment_words, problem_words, tidy
from collabmap.app.readings_files import Plan
from collabmap.app.value_words import amount_words
from collabmap.app.words import _, language
from collabmap.formats.readings_csv import Problem, Taken
from collabmap.ui import look
from collabmap.ui.icons import icon

Index = QModelIndex | QPersistentModelIndex
Which = Literal["all", "refused", "warned"]
LINE, SAID, WHEN, WHERE, WHAT = range(5)
_OWN = 5
_ROW_PX = 30
_MOST_PX = 620
# Beside what is understood stand the cells as they are in the file.
_SIGNS = {
    "taken": ("check-bold", "accepted"),
    "warned": ("exclamation-thick", "pending"),
    "refused": ("close-thick", "delete_proposed"),
    "empty": ("minus", "rejected"),
}


def sign_of(state: str) -> str:
    """Return the sign of what becomes of a line, '' for lines of every kind."""
    return _SIGNS[state][0] if state in _SIGNS else ""


class PreviewModel(QAbstractTableModel):
    """rows: which lines of the table are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.rows: Sequence[int] = ()
        self.which: Which = "all"
        self._taken: dict[int, list[Taken]] = {}
        self._refused: dict[int, list[Problem]] = {}
        self._warned: dict[int, list[Problem]] = {}

    def show_plan(self, plan: Plan | None) -> None:
        """Show all that is understood."""
        self.beginResetModel()
        self.plan = plan
        self._taken, self._refused, self._warned = {}, {}, {}
        for taken in plan.understood.taken if plan is not None else ():
            self._taken.setdefault(taken.row, []).append(taken)
        for kept, found in (
            (self._refused, plan.understood.refused if plan is not None else ()),
            (self._warned, plan.understood.warned if plan is not None else ()),
        ):
            for problem in found:
                kept.setdefault(problem.row, []).append(problem)
        self.rows = self._chosen("all")
        self.endResetModel()

    def choose(self, which: Which) -> None:
        """Show all lines, or only some."""
        self.beginResetModel()
        self.rows = self._chosen(which)
        self.endResetModel()

    def _chosen(self, which: Which) -> Sequence[int]:
        self.which = which
        if which == "refused":
            return sorted(self._refused)
        if which == "warned":
            return sorted(self._warned)
        return range(len(self.plan.table.rows)) if self.plan is not None else ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        return _OWN + len(self.plan.table.heads) if self.plan is not None else 0

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < _OWN:
            return (_("Line"), _("Understood"), _("When"), _("Place"), _("Measurements"))[section]
        assert self.plan is not None
        head = self.plan.table.heads[section - _OWN]
        return head or _("Column {number}").format(number=section - _OWN + 1)

    def state(self, row: int) -> str:
        """Return what becomes of a line of the table."""
        if row in self._refused:
            return "refused"
        if row in self._warned:
            return "warned"
        return "taken" if row in self._taken else "empty"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DecorationRole and column == SAID:
            name, state = _SIGNS[self.state(row)]
            return icon(name, look.tokens().states[state].mark)
        if role == Qt.ItemDataRole.ForegroundRole and column >= _OWN:
            return QColor(look.tokens().muted)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words(row, column)
        return None

    def words(self, row: int, column: int) -> str:
        """Return what stands in a cell.  row: of the table."""
        plan = self.plan
        assert plan is not None
        taken = self._taken.get(row, ())
        if column == LINE:
            return str(plan.table.numbers[row])
        if column == SAID:
            problems = [*self._refused.get(row, ()), *self._warned.get(row, ())]
            usual = {"taken": _("taken as it is"), "empty": _("nothing measured")}
            said = " ".join(dict.fromkeys(map(problem_words, problems)))
            return usual.get(self.state(row)) or said
        if column == WHEN:
            return moment_words(taken[0].reading.at_s) if taken else ""
        if column == WHERE:
            return plan.labels.get(taken[0].place, "") if taken else ""
        if column == WHAT:
            units = {field.id: field for field in plan.fields}
            return ", ".join(
                f"{units[t.field].label(language())} "
                + amount_words(tidy(t.reading.value), units[t.field].unit)
                for t in taken
            )
        return plan.table.rows[row][column - _OWN]


class PreviewTable(QTableView):
    """The lines of a table, and what becomes of each."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = PreviewModel()
        self.shown.setParent(self)
        self.setModel(self.shown)
        self.setProperty("rows", True)
        self.setAccessibleName(_("What is understood of the table"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        look.signals().changed.connect(self.follow_look)
        self.follow_look()
        # Without columns there is no width to set.
        self.shown.modelReset.connect(self.follow_look)

    def follow_look(self) -> None:
        """Take the sizes of the text in use."""
        self.setFont(look.font(13))
        self.setIconSize(QSize(look.px(16), look.px(16)))
        self.verticalHeader().setDefaultSectionSize(look.px(_ROW_PX))
        for column, width in enumerate((56, 210, 180, 130, 240)):
            self.setColumnWidth(column, look.px(width))
        if self.shown.which != "all":
            # Whoever looks at what is wrong wants to read why, to the end.
            whole = self.sizeHintForColumn(SAID) + look.px(8)
            self.setColumnWidth(SAID, max(look.px(210), min(look.px(_MOST_PX), whole)))
