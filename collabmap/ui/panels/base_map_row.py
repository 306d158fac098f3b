"""One base map in the list: whether and how it is shown, where it lies, what is wrong with it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number, format_size
from collabmap.ui import look
from collabmap.ui.panels.base_map_zooms import seen_at
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.check_line import Sign
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.percent_slider import PercentSlider
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.tick import Tick
from collabmap.ui.widgets.tip import plain_tip

if TYPE_CHECKING:
    from collabmap.app.base_maps import BaseMapView

# After the last move of a slider: a drag is one change, not fifty.
SETTLED_AFTER_MS = 350


class BaseMapCard(Ground):
    """shown: ticked or not.  fading, faded: 0 to 1, while it moves and once it rests.

    moved: by 1 or -1.  removed, accepted: the button was pressed.
    """

    shown = Signal(bool)
    fading = Signal(float)
    faded = Signal(float)
    moved = Signal(int)
    removed = Signal()
    accepted = Signal()

    def __init__(self, view: "BaseMapView", *, is_top: bool, is_bottom: bool, may: bool) -> None:
        """may: this list can be changed."""
        super().__init__("card")
        self.file = view.file
        self._rest = QTimer(self, singleShot=True, interval=SETTLED_AFTER_MS)
        self._rest.timeout.connect(self._on_rest)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(2)
        layout.addLayout(self._head(view, is_top=is_top, is_bottom=is_bottom))
        layout.addWidget(Text(about(view), "second", wrap=True))
        if view.state != "ok":
            layout.addLayout(self._trouble(view))
        layout.addLayout(self._fade_line(view))
        for control in (self.tick, self.slider, self.remove):
            control.setEnabled(may)
        self.up.setEnabled(may and not is_top)
        self.down.setEnabled(may and not is_bottom)

    def follow(self, view: "BaseMapView") -> None:
        """Show how it is shown now, unless somebody is about to change that."""
        before = self.blockSignals(True)
        self.tick.setChecked(view.is_visible)
        if not (self.slider.isSliderDown() or self._rest.isActive()):
            self.slider.setValue(round(100 * view.opacity))
            self._rest.stop()
        self.blockSignals(before)

    def controls(self) -> dict[str, QWidget]:
        """Return what takes the keyboard, by name, from the top: lines are built anew."""
        found: dict[str, QWidget] = {"tick": self.tick, "up": self.up, "down": self.down}
        if self.accept is not None:
            found["accept"] = self.accept
        return found | {"slider": self.slider, "remove": self.remove}

    def _head(self, view: "BaseMapView", *, is_top: bool, is_bottom: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self.tick = Tick(view.title)
        self.tick.setChecked(view.is_visible)
        self.tick.setAccessibleName(_("Show “{title}”").format(title=view.title))
        self.tick.toggled.connect(self.shown)
        words = _("Move “{title}” up").format(title=view.title)
        self.up = IconButton("arrow-up", words, side_px=40)
        self.up.clicked.connect(lambda: self.moved.emit(1))
        words = _("Move “{title}” down").format(title=view.title)
        self.down = IconButton("arrow-down", words, side_px=40)
        self.down.clicked.connect(lambda: self.moved.emit(-1))
        row.addWidget(self.tick, 1)
        row.addWidget(self.up)
        row.addWidget(self.down)
        return row

    def _trouble(self, view: "BaseMapView") -> QHBoxLayout:
        self.accept = None
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Sign("alert", "pending", side_px=18))
        row.addWidget(Text(trouble(view), "second", wrap=True), 1)
        if view.state == "changed":
            self.accept = Button(_("Accept it"), height_px=36)
            words = _("Accept “{title}” as it is now").format(title=view.title)
            self.accept.setAccessibleName(words)
            self.accept.setToolTip(plain_tip(words))
            self.accept.clicked.connect(self.accepted)
            row.addWidget(self.accept)
        return row

    accept: Button | None = None

    def _fade_line(self, view: "BaseMapView") -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        percent = round(100 * view.opacity)
        self.slider = PercentSlider(percent)
        self.slider.setAccessibleName(_("How clear “{title}” is").format(title=view.title))
        self.slider.setToolTip(_("How clear it is"))
        self.slider.valueChanged.connect(self._on_slider)
        self.percent = Text("", "second")
        self.percent.setMinimumWidth(look.px(44))
        self._say_percent(percent)
        self.remove = Button(_("Remove"), "quiet", height_px=36)
        self.remove.setAccessibleName(_("Take “{title}” off the list").format(title=view.title))
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.slider, 1)
        row.addWidget(self.percent)
        row.addWidget(self.remove)
        return row

    def _say_percent(self, percent: int) -> None:
        self.percent.setText(_("{value}%").format(value=format_number(percent)))

    def _on_slider(self, percent: int) -> None:
        self._say_percent(percent)
        self.fading.emit(percent / 100)
        self._rest.start()

    def _on_rest(self) -> None:
        self.faded.emit(self.slider.value() / 100)

    def finish(self) -> None:
        """Say at once what the slider rests on: the list is about to be built anew, or left."""
        if self._rest.isActive():
            self._rest.stop()
            self._on_rest()


def about(view: "BaseMapView") -> str:
    """Return size, what one sees and whom it is from."""
    parts = [format_size(view.size_bytes)] if view.state != "missing" else [view.file]
    if view.zooms is not None:
        parts.append(range_words(*view.zooms))
    if view.attribution:
        parts.append(view.attribution)
    return " · ".join(parts)


def trouble(view: "BaseMapView") -> str:
    """Return what is wrong with a file, and what to do."""
    return {
        "ok": "",
        "missing": _("Its file is not beside the map any more. Put it back, or remove it here."),
        "changed": _("This is not the file that was listed. Did you change it?"),
        "unreadable": _("This file cannot be read. Copy it again from where it came."),
    }[view.state]


def range_words(far: int, near: int) -> str:
    """Return 'the region → the buildings': what one sees from the farthest to the nearest."""
    first, last = _seen(far), _seen(near)
    return first if first == last else f"{first} → {last}"


def _seen(zoom: int) -> str:
    """Return what any zoom lets one see: a file may go farther than what is made here."""
    if words := seen_at(zoom):
        return words
    return _("the world") if zoom < 5 else _("the country") if zoom < 8 else _("every detail")
