"""Which base maps go along with a copy that is handed out, and how large it becomes."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import N_, _, format_size
from collabmap.ui import look
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick

if TYPE_CHECKING:
    from collabmap.app.kit_maps import HandoutPlan

STATES = {
    "changed": N_("changed since it was listed"),
    "unreadable": N_("cannot be read"),
}


class MapChoice(QWidget):
    """A tick a base map, all of them ticked at first; below, the size of the copy."""

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[str, Tick] = {}
        self._plan: HandoutPlan | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._title = Text(_("Base maps that go along"), "label")
        layout.addWidget(self._title)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        layout.addLayout(self._lines)
        self.total = Text("", "muted", wrap=True)
        layout.addWidget(self.total)
        self._title.hide()

    def follow(self, plan: "HandoutPlan") -> None:
        """Show what could go along; what was unticked before stays unticked."""
        left_out = {file for file, tick in self.ticks.items() if not tick.isChecked()}
        self._plan = plan
        while item := self._lines.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.ticks = {}
        # The topmost first, as in the list of base maps; one without its file cannot go.
        for view in reversed([view for view in plan.maps if view.state != "missing"]):
            words = _("{title}, {size}").format(title=view.title, size=format_size(view.size_bytes))
            tick = Tick(words)
            # One that changed is refused until somebody accepts it as it is.
            tick.setChecked(view.file not in left_out and view.state == "ok")
            tick.toggled.connect(self._show_size)
            self.ticks[view.file] = tick
            self._lines.addWidget(tick)
            if view.state != "ok":
                tick.setAccessibleName(f"{words}, {_(STATES[view.state])}")
                state = Text(_(STATES[view.state]), "second", wrap=True)
                state.setIndent(look.px(36))
                self._lines.addWidget(state)
        self._title.setVisible(bool(self.ticks))
        self._show_size()

    def chosen(self) -> list[str] | None:
        """Return the files that go along, None before it is known what there is: all do then."""
        if self._plan is None:
            return None
        return [file for file, tick in self.ticks.items() if tick.isChecked()]

    def _show_size(self) -> None:
        files = self.chosen()
        if self._plan is not None and files is not None:
            size = format_size(self._plan.size_bytes(files))
            self.total.setText(_("The copy takes {size} at most.").format(size=size))
