"""A place that another one refers to: searched by name, or picked on the map."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, language
from collabmap.domain.feature import PlaceRow, PlaceView
from collabmap.domain.theme import Field
from collabmap.ui.fields.editor import FieldEditor
from collabmap.ui.map.pick_tool import PickTool
from collabmap.ui.newest import Newest
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.marks import MarkImage
from collabmap.ui.widgets.popover import MenuRow
from collabmap.ui.widgets.search_field import SearchField
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Names are looked for once the hand pauses.
AFTER_MS = 150
MOST_ROWS = 6


class ReferenceEditor(FieldEditor):
    """A place of this map.  own: the place that the form is about, which is not offered.

    grown: what was found has come below what is typed.
    """

    grown = Signal()

    def __init__(self, window: "MainWindow", field: Field) -> None:
        super().__init__(field)
        self.main = window
        self.own: bytes | None = None
        self._value: str | None = None
        self._tool: PickTool | None = None
        self._newest = Newest(window.tasks, self)
        self.search = SearchField(_("Name of a place"))
        self.search.textEdited.connect(self._on_text)
        self.search.returnPressed.connect(self._take_first)
        self.search.left_downwards.connect(self._enter_rows)
        self._timer = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._timer.timeout.connect(self._look)
        self.rows: list[MenuRow] = []
        self._found = QVBoxLayout()
        self._found.setSpacing(2)
        self.nothing = Text("", "muted", wrap=True)
        self.nothing.hide()
        self._build_chosen()
        self.pick = Button(
            _("Pick it on the map"), "quiet", icon="map-marker-radius", height_px=40, is_flush=True
        )
        self.pick.clicked.connect(self._pick)
        for part in (self.search, self.chosen, self.nothing):
            self.column.addWidget(part)
        self.column.addLayout(self._found)
        self.column.addWidget(self.pick, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_value(None)

    def _build_chosen(self) -> None:
        self.chosen = QWidget()
        self._row = QHBoxLayout(self.chosen)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._mark: MarkImage | None = None
        self.name = Text("", "strong", wrap=True)
        self.other = Button(_("Choose another"), "quiet")
        self.other.clicked.connect(self._choose_again)
        self._row.addWidget(self.name, 1)
        self._row.addWidget(self.other)

    # --- looking for it ------------------------------------------------------------------

    def _on_text(self) -> None:
        self._timer.start()

    def _look(self, *, takes_first: bool = False) -> None:
        text = self.search.text().strip()
        if not text or self.main.tasks.lanes is None:
            self._newest.forget()
            self._show((), "")
            return
        near = self.main.map.centre()
        self._newest.ask(
            lambda reader: reader.places(text=text, near=near, limit=MOST_ROWS + 1)[0],
            lambda found: self._take(text, found, takes_first=takes_first),
        )

    def _take(self, text: str, found: list[PlaceRow], *, takes_first: bool) -> None:
        rows = [row for row in found if row.id != self.own][:MOST_ROWS]
        if takes_first and rows:
            self._choose(rows[0])
        elif self._value is None:
            self._show(rows, "" if rows else _("Nothing for “{text}”").format(text=text))

    def _show(self, rows: "list[PlaceRow] | tuple[PlaceRow, ...]", nothing: str) -> None:
        for line in self.rows:
            self._found.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows = []
        for row in rows:
            category = self.main.theme.category(row.category)
            line = MenuRow(row.name, category.icon, right=category.label(language()))
            line.setParent(self)
            line.installEventFilter(self)
            line.clicked.connect(lambda _on=False, row=row: self._choose(row))
            self._found.addWidget(line)
            QWidget.setTabOrder(self.rows[-1] if self.rows else self.search, line)
            self.rows.append(line)
        self.nothing.setText(nothing)
        self.nothing.setVisible(bool(nothing))
        if rows or nothing:
            self.grown.emit()

    def _take_first(self) -> None:
        """Take the first that these words find; without any, Enter is the form's."""
        if self.search.text().strip():
            self._timer.stop()
            self._look(takes_first=True)
        else:
            self.submitted.emit()

    def _enter_rows(self) -> None:
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from line to line with the arrows, and take one with Enter."""
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return super().eventFilter(watched, event)
        at = next((rank for rank, row in enumerate(self.rows) if row is watched), None)
        if at is None:
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.rows[at].click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            to = at + (1 if event.key() == Qt.Key.Key_Down else -1)
            lines = (self.search, *self.rows)
            lines[min(to + 1, len(self.rows))].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            return super().eventFilter(watched, event)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_parts()

    def _pick(self) -> None:
        """Wait for a click on a mark; the same button gives it up."""
        if self._tool is not None and self.main.map.tool is self._tool:
            self._stop_picking()
            return
        self._tool = PickTool(self.main.map)
        self._tool.picks.picked.connect(self._on_picked)
        self.main.map.set_tool(self._tool)
        self.pick.setText(_("Click on the place, or here to give it up"))
        self.main.body.show_tab("centre")

    def _on_picked(self, place: bytes) -> None:
        self._stop_picking()
        if place != self.own:
            self.main.tasks.read(
                lambda reader: reader.place(place),
                self._on_picked_read,
                owner=self,
            )

    def _on_picked_read(self, view: PlaceView | None) -> None:
        if view is not None:
            self._choose(view)

    def _stop_picking(self) -> None:
        self._tool = None
        self.pick.setText(_("Pick it on the map"))
        self.main.placing.take_map_back()

    # --- what is chosen ------------------------------------------------------------------

    def _choose(self, row: PlaceRow | PlaceView) -> None:
        self._timer.stop()
        self._value = row.id.hex()
        self._name(row.name, row.category)
        self.other.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _name(self, name: str, category: str) -> None:
        self.name.setText(name)
        if self._mark is not None:
            self._mark.hide()
            self._mark.deleteLater()
            self._mark = None
        if category:
            self._mark = MarkImage(self.main.theme, category)
            self._row.insertWidget(0, self._mark)
        self._show_parts()

    def _choose_again(self) -> None:
        self.set_value(None)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _show_parts(self) -> None:
        has_one = self._value is not None
        self.chosen.setVisible(has_one)
        self.search.setVisible(not has_one)
        # In a preview there is no map to pick on.
        self.pick.setVisible(not has_one and self.main.placing.form is not None)
        if has_one:
            self.search.clear()
            self._show((), "")

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value if isinstance(value, str) and value else None
        self._show_parts()
        if self._value is None:
            return
        self._name(_("a place that is not here yet"), "")
        place = bytes.fromhex(self._value)
        self.main.tasks.read(
            lambda reader: reader.place(place),
            lambda view: self._on_read(value, view),
            owner=self,
            key=f"reference {self.field.id}",
        )

    def _on_read(self, value: str, view: PlaceView | None) -> None:
        if view is not None and self._value == value:
            self._name(view.name, view.category)

    def target(self) -> QWidget:
        return self.other if self._value is not None else self.search
