"""Measuring: what was measured on the map, in words that can be read aloud and copied."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from collabmap.app.shape_words import format_length
from collabmap.app.words import _
from collabmap.domain.geo import LngLat
from collabmap.ui.map.measure_tool import NOTHING, MeasureTool
from collabmap.ui.map.sketch_pad import SketchPad
from collabmap.ui.map_hint import MapHint
from collabmap.ui.panels.drawing_parts import Measured
from collabmap.ui.sketch_words import sketch_words
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Note
from collabmap.ui.widgets.panel import Panel
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# More edges than that are a path: their lengths one by one say nothing.
MOST_LISTED = 12


class MeasurePanel(Panel):
    """The map measures as long as this panel is in view.  Nothing is added to the map."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.tab_words = _("Measure")
        self.pad = SketchPad(NOTHING, self)
        self.tool: MeasureTool | None = None
        self.add_title(_("Measure"), back=True)
        self._hint = MapHint(window)
        self.note = Note(
            _(
                "Double-click at the end; a click on the first point closes a zone. Or move "
                "the map with the arrow keys and press Enter at each point."
            ),
            title=_("Click on the map, from point to point"),
            icon="cursor-default-click-outline",
        )
        self.body.addWidget(self.note)
        self.measured = Measured()
        self.body.addWidget(self.measured)
        self.edges = Text("", "muted", wrap=True)
        self.body.addWidget(self.edges)
        self.middle = Button(_("Set a point in the middle of the map"), icon="crosshairs")
        self.middle.clicked.connect(self._on_middle)
        self.take_back = Button(_("Take the last point away"), icon="undo")
        self.take_back.clicked.connect(self._on_take_back)
        self.again = Button(_("Measure something else"), icon="restore")
        self.again.clicked.connect(self._on_again)
        self.copy = Button(_("Copy the result"), icon="content-copy")
        self.copy.clicked.connect(self._on_copy)
        for button in (self.middle, self.take_back, self.again, self.copy):
            self.body.addWidget(button)
        self.body.addStretch(1)
        self.back = Button(_("Back to the map"), icon="map", height_px=48)
        self.back.clicked.connect(self.leave)
        self.foot.addWidget(self.back)
        self.pad.changed.connect(self._show)
        self._show()

    def help_keys(self) -> list[tuple[str, str]]:
        return [
            (_("Enter"), _("Set a point in the middle of the map")),
            (_("Backspace"), _("Take the last point away")),
        ]

    # --- the map --------------------------------------------------------------------------

    def entered(self) -> None:
        window = self.main
        self.tool = MeasureTool(window.map, self.pad)
        window.placing.neighbours.attract(self.tool)
        window.map.set_tool(self.tool)
        self._hint.say(self.note)

    def left(self) -> None:
        self._hint.take_away()
        tool, self.tool = self.tool, None
        if tool is not None and self.main.map.tool is tool:
            self.main.map.set_tool(None)

    def begin_at(self, position: LngLat) -> None:
        """Set the first point of a new measure."""
        assert self.tool is not None
        self.tool.start_again()
        self.pad.take(NOTHING.with_vertex(position))

    # --- buttons --------------------------------------------------------------------------

    def _on_middle(self) -> None:
        if self.tool is not None:
            self.tool.set_in_the_middle()

    def _on_take_back(self) -> None:
        if self.tool is not None:
            self.tool.take_back()

    def _on_again(self) -> None:
        if self.tool is not None:
            self.tool.start_again()
            self.main.map.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(sketch_words(self.pad.sketch))
        self.main.messages.done(_("The result is copied"), sketch_words(self.pad.sketch))

    def _show(self) -> None:
        sketch = self.pad.sketch
        lengths = sketch.segment_lengths_m()
        self.measured.say(sketch)
        is_listed = 2 <= len(lengths) <= MOST_LISTED
        self.edges.setText(" + ".join(map(format_length, lengths)) if is_listed else "")
        self.edges.setVisible(is_listed)
        has_any = sketch.vertex_count > 0
        self.take_back.setVisible(has_any)
        self.again.setVisible(has_any)
        self.copy.setVisible(bool(lengths))
