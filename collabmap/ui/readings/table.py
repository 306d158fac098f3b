"""The numbers behind a chart of readings: a line each, sorted as one likes, copied, taken away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from collabmap.app.reading_words import moment_words, tidy
from collabmap.app.value_words import number_words
from collabmap.app.words import _
from collabmap.domain.reading_columns import Ints, Readings
from collabmap.ui import look

Index = QModelIndex | QPersistentModelIndex
TIME, VALUE, DEVICE, NOTE, AUTHOR, STATE = range(6)
_ROW_PX = 30


class ReadingModel(QAbstractTableModel):
    """order: which reading stands in each row."""

    def __init__(self) -> None:
        super().__init__()
        self.readings: Readings | None = None
        self.order: Ints = np.zeros(0, np.int64)
        self._sorted: tuple[int, Qt.SortOrder] = (TIME, Qt.SortOrder.DescendingOrder)

    def show_readings(self, readings: Readings) -> None:
        """Show readings, sorted as those before."""
        self.beginResetModel()
        self.readings = readings
        self.order = self._ordered()
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.order)

    def columnCount(self, _parent: Index | None = None) -> int:
        return 6

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == VALUE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return None
        unit = self.readings.unit if self.readings is not None else ""
        value = _("Value ({unit})").format(unit=unit) if unit else _("Value")
        # Over its numbers, which stand a little apart from what follows.
        heads = (_("When"), value + "\u2003", _("Device"), _("Note"), _("By"), _("State"))
        return heads[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == VALUE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.words(index.row(), index.column())
        return None

    def words(self, row: int, column: int) -> str:
        """Return what stands in a cell."""
        readings = self.readings
        assert readings is not None
        at = int(self.order[row])
        if column == TIME:
            return moment_words(int(readings.times[at]))
        if column == VALUE:
            # What follows stands a little apart.
            return number_words(tidy(float(readings.values[at]))) + "\u2003"
        if column == DEVICE:
            return readings.devices[readings.device[at]]
        if column == NOTE:
            return readings.notes.get(at, "")
        if column == AUTHOR:
            return readings.authors[readings.author[at]][1] or _("somebody")
        return _("Accepted") if readings.is_published[at] else _("Pending")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order)
        self.order = self._ordered()
        self.layoutChanged.emit()

    def _ordered(self) -> Ints:
        readings = self.readings
        if readings is None:
            return np.zeros(0, np.int64)
        column, order = self._sorted
        keys: Any
        if column == VALUE:
            keys = readings.values
        elif column == STATE:
            keys = readings.is_published
        elif column in (DEVICE, AUTHOR):
            names = [n for _id, n in readings.authors] if column == AUTHOR else readings.devices
            rank = {name: index for index, name in enumerate(sorted(set(names)))}
            ranks = np.array([rank[name] for name in names] or [0], np.int64)
            keys = ranks[readings.author if column == AUTHOR else readings.device]
        elif column == NOTE:
            notes = [readings.notes.get(at, "") for at in range(len(readings))]
            keys = np.array(notes, dtype=object)
        else:
            keys = readings.times
        found = np.argsort(keys, kind="stable")
        return found[::-1] if order == Qt.SortOrder.DescendingOrder else found

    def row_of(self, reading: int) -> int:
        """Return in which row a reading stands."""
        return int(np.flatnonzero(self.order == reading)[0])


class ReadingTable(QTableView):
    """pointed: the index of the reading that is chosen.  removing: rows are to be taken away."""

    pointed = Signal(int)
    removing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown = ReadingModel()
        self.shown.setParent(self)
        self._is_led = False
        self.setModel(self.shown)
        self.setAccessibleName(_("Measurements"))
        self.setProperty("rows", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.setSortingEnabled(True)
        self.sortByColumn(TIME, Qt.SortOrder.DescendingOrder)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        look.signals().changed.connect(self._follow_look)
        self._follow_look()

    def _follow_look(self) -> None:
        self.setFont(look.font(13))
        self.verticalHeader().setDefaultSectionSize(look.px(_ROW_PX))
        for column, width in enumerate((190, 120, 130, 170, 110, 90)):
            self.setColumnWidth(column, look.px(width))

    def chosen(self) -> list[int]:
        """Return the readings of the rows that are chosen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [int(self.shown.order[row]) for row in rows]

    def point_at(self, reading: int) -> None:
        """Choose the row of a reading at which somebody points in the chart."""
        row = self.shown.row_of(reading)
        if self.currentIndex().row() != row:
            self._is_led = True
            self.selectRow(row)
            self._is_led = False

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, as a spreadsheet wants them."""
        model = self.shown
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        lines = [[str(model.headerData(c, Qt.Orientation.Horizontal)).strip() for c in range(5)]]
        for row in rows:
            at = int(model.readings.times[model.order[row]]) if model.readings is not None else 0
            when = datetime.fromtimestamp(at).strftime("%d/%m/%Y %H:%M:%S")
            lines.append(
                [when, *(model.words(row, column).strip() for column in range(VALUE, STATE))]
            )
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removing.emit()
        else:
            super().keyPressEvent(event)

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._is_led:
            self.pointed.emit(int(self.shown.order[now.row()]))


def by_batch(readings: Readings, chosen: Sequence[int]) -> dict[bytes, list[int]]:
    """Return where chosen readings stand, by the id of their batch."""
    found: dict[bytes, list[int]] = {}
    for at in chosen:
        element = readings.elements[readings.element[at]]
        found.setdefault(element, []).append(int(readings.position[at]))
    return found
