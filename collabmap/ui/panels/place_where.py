"""The first step of the form: where a place is, as a point, a path or a zone."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.words import _
from collabmap.domain.sketch import Sketch
from collabmap.ui.panels.address import AddressSearch
from collabmap.ui.panels.drawing_parts import Measured, WayChoice, mending_of
from collabmap.ui.panels.form_values import Way
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.note import Note

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class WhereStep(QWidget):
    """way_chosen: a Way.  middle_wanted: what is drawn has a point in the middle of the map.

    finish_wanted: the drawing is done.  take_back_wanted: the last point goes.  finish: a button
    for the foot of the panel, where it is always in view.
    """

    way_chosen = Signal(str)
    middle_wanted = Signal()
    finish_wanted = Signal()
    take_back_wanted = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.note = Note("", title=" ", icon="cursor-default-click-outline")
        layout.addWidget(self.note)
        self.ways = WayChoice()
        self.ways.chosen.connect(self.way_chosen)
        layout.addWidget(self.ways)
        self.walk = Button.of(window.actions_table["walk"])
        layout.addWidget(self.walk)
        self.measured = Measured()
        layout.addWidget(self.measured)
        self.middle = Button("", icon="crosshairs")
        self.middle.clicked.connect(self.middle_wanted)
        layout.addWidget(self.middle)
        self.take_back = Button(_("Take the last point away"), icon="undo")
        self.take_back.clicked.connect(self.take_back_wanted)
        layout.addWidget(self.take_back)
        self.finish = Button("", "primary", icon="check-bold", height_px=52)
        self.finish.clicked.connect(self.finish_wanted)
        self.address = AddressSearch(window)
        layout.addWidget(self.address)
        self.show_way("point", None)

    def show_way(self, way: Way, sketch: Sketch | None) -> None:
        """Show what one way of drawing needs, and what was drawn so far."""
        self.ways.choose(way)
        self._chosen = self.ways.buttons[way]
        title, text = _instructions(way)
        self.note.title.setText(title)
        self.note.text.setText(text)
        is_point = way == "point"
        self.middle.setText(
            _("Put it in the middle of the map")
            if is_point
            else _("Set a point in the middle of the map")
        )
        self.middle.setVisible(way != "freehand")
        self.address.setVisible(is_point)
        self.walk.setVisible(way in ("line", "freehand"))
        self.finish.setText(
            _("The zone is finished") if way == "zone" else _("The path is finished")
        )
        self.show_sketch(way, sketch)

    def first_focus(self) -> QWidget:
        """Return the button that takes the focus."""
        return self._chosen if self.middle.isHidden() else self.middle

    def show_sketch(self, way: Way, sketch: Sketch | None) -> None:
        """Follow what was drawn."""
        count = sketch.vertex_count if sketch is not None and way != "point" else 0
        self.measured.setVisible(bool(count))
        if sketch is not None and count:
            self.measured.say(sketch, is_sound=mending_of(sketch) is None)
        by_clicks = way in ("line", "zone")
        self.take_back.setVisible(by_clicks and bool(count))
        self.finish.setVisible(by_clicks and count >= (3 if way == "zone" else 2))


def _instructions(way: Way) -> tuple[str, str]:
    """Return (what to do, how else)."""
    return {
        "point": (
            _("Click on the map, where the place is"),
            _("Or move the map with the arrow keys, then press Enter."),
        ),
        "line": (
            _("Click on the map, all along the path"),
            _(
                "Double-click to finish. Or move the map with the arrow keys and press Enter at "
                "each point, twice at the last one."
            ),
        ),
        "zone": (
            _("Click on each corner of the zone"),
            _(
                "Double-click to finish. Or move the map with the arrow keys and press Enter at "
                "each corner, twice at the last one."
            ),
        ),
        "freehand": (
            _("Draw the path with the mouse button held down"),
            _("The space bar held down moves the map. Without a mouse, choose “A path”."),
        ),
    }[way]
