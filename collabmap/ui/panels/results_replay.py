"""The replay of an evening: its map, and what plays, stops and steps through it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.results import short_time
from collabmap.app.words import _, format_number, format_time, ngettext
from collabmap.domain.geo import Bbox
from collabmap.domain.replay import Replay
from collabmap.ui import look
from collabmap.ui.map.replay_layer import ReplayLayer
from collabmap.ui.map.view import MapView
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.note import Ground
from collabmap.ui.widgets.popover import MenuRow, Popover
from collabmap.ui.widgets.text import Text
from collabmap.ui.widgets.time_slider import MINUTE_MS, TimeSlider

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

# Minutes of the evening a second.
SPEEDS = (1, 5, 20, 60)
USUAL_SPEED = 5
# Ten frames a second: a minute goes by in whole steps, and an old laptop has time for other things.
_FRAME_MS = 100
# Where nothing may move, one step a second.
_STEP_MS = 1000
_RING_MS = 3 * MINUTE_MS
_MAP_PX = 220
_MAX_ZOOM = 17.0


class ReplayBox(Ground):
    """moved: the replay is at another moment, milliseconds since 1970.

    map: None while the panel is out of view: then it holds no base map open.
    """

    moved = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__("card")
        self._window = window
        self.map: MapView | None = None
        self.speed = USUAL_SPEED
        self._replay: Replay | None = None
        self._layer: ReplayLayer | None = None
        self._camera_box: Bbox | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, look.px(6))
        layout.setSpacing(look.px(6))
        self._stage = QWidget()
        self._stage.setMinimumHeight(look.px(_MAP_PX))
        self._stage_layout = QVBoxLayout(self._stage)
        self._stage_layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stage, 1)
        layout.addLayout(self._build_controls())

    def _build_controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(look.px(12), 0, look.px(12), 0)
        row.setSpacing(look.px(8))
        self.play = Button(_("Play"), "outline", icon="play", height_px=44)
        self.play.clicked.connect(self.toggle)
        self.back = IconButton("chevron-left", _("One minute back"), side_px=44)
        self.back.clicked.connect(lambda: self.step(-1))
        self.forward = IconButton("chevron-right", _("One minute on"), side_px=44)
        self.forward.clicked.connect(lambda: self.step(1))
        self._first, self._last = Text("", "muted"), Text("", "muted")
        self.slider = TimeSlider()
        self.slider.valueChanged.connect(self._on_slider)
        self.speed_button = Button("", height_px=36)
        self.speed_button.clicked.connect(self._choose_speed)
        row.addWidget(self.play)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addWidget(self._first)
        row.addWidget(self.slider, 1)
        row.addWidget(self._last)
        row.addWidget(self.speed_button)
        self.set_speed(USUAL_SPEED)
        return row

    # --- what is shown -----------------------------------------------------------------------

    def show_replay(self, replay: Replay, span: tuple[int, int], *, keeps: bool = False) -> None:
        """Show an evening from its end on, all of it.  keeps: stay at the moment that is shown."""
        moment = self.slider.moment_ms if keeps and self._replay is not None else span[1]
        self.pause()
        self._replay = replay
        self.slider.blockSignals(True)
        self.slider.set_span(*span)
        self.slider.set_moment_ms(moment)
        self.slider.blockSignals(False)
        self._first.setText(short_time(span[0]))
        self._last.setText(short_time(span[1]))
        if not keeps:
            self._camera_box = None
        self.open_map()
        self._on_slider()

    def open_map(self) -> None:
        """Put the map there, if there is something to show on it."""
        replay = self._replay
        if replay is None:
            return
        if self.map is None:
            self.map = MapView(self._stage)
            self.map.set_theme(self._window.theme)
            self.map.set_base_maps(self._window.base_maps.shown)
            self._stage_layout.addWidget(self.map)
            # As large as there is room: a graphics view would ask for more than a low window has.
            self.map.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            self.map.setAccessibleName(_("The map through the evening"))
        if self._layer is not None:
            self.map.remove_layer(self._layer)
        self._layer = ReplayLayer(replay, self._window.theme)
        self.map.add_layer(self._layer, "above")
        box = self._camera_box or _box_of(replay) or self._window.map.bbox()
        self.map.set_home(box)
        self.map.fit(box, max_zoom=_MAX_ZOOM)
        self._show_moment()

    def close_map(self) -> None:
        """Let go of the map and of the base maps that it reads."""
        self.pause()
        if self.map is not None:
            self._camera_box = self.map.bbox()
            self._stage_layout.removeWidget(self.map)
            self.map.close()
            self.map.deleteLater()
            self.map = self._layer = None

    def follow_base_maps(self) -> None:
        if self.map is not None:
            self.map.set_base_maps(self._window.base_maps.shown)

    @property
    def moment_ms(self) -> int:
        return self.slider.moment_ms

    @property
    def caption(self) -> str:
        """What is there at the moment, '19 h 25 · 81 lieux'."""
        count = self._replay.count_new(self.moment_ms) if self._replay is not None else 0
        words = ngettext("{time} · {count} place", "{time} · {count} places", count)
        return words.format(time=format_time(self.moment_ms), count=format_number(count))

    def _on_slider(self) -> None:
        self._show_moment()
        self.moved.emit(self.moment_ms)

    def _show_moment(self) -> None:
        if self.map is None or self._layer is None:
            return
        self._layer.moment_ms = self.moment_ms
        self._layer.caption = self.caption
        # At a high speed a frame is minutes: what is new is still ringed for a moment.
        self._layer.ring_ms = max(_RING_MS, self.speed * MINUTE_MS if self.is_playing else 0)
        self.map.setAccessibleDescription(self._layer.caption)
        self.map.repaint_layers()

    # --- playing -----------------------------------------------------------------------------

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or stop where it is; at the end, play from the beginning."""
        if self.is_playing:
            self.pause()
            return
        if self._replay is None or self.map is None:
            return
        if self.slider.value() >= self.slider.maximum():
            self.slider.setValue(0)
        self._clock.start()
        self._timer.start(_FRAME_MS if self.map.motion.is_on else _STEP_MS)
        self._show_playing()

    def pause(self) -> None:
        self._timer.stop()
        self._show_playing()

    def _show_playing(self) -> None:
        self.play.setText(_("Pause") if self.is_playing else _("Play"))
        self.play.set_icon("pause" if self.is_playing else "play")

    def _tick(self) -> None:
        is_smooth = self.map is not None and self.map.motion.is_on
        gone_ms = self._clock.restart() if is_smooth else _STEP_MS
        self.slider.setValue(self.slider.value() + round(gone_ms * self.speed * MINUTE_MS / 1000))
        if self.slider.value() >= self.slider.maximum():
            self.pause()

    def step(self, minutes: int) -> None:
        """Go to the next whole minute, or to the one before."""
        self.pause()
        minute, rest = divmod(self.slider.value(), MINUTE_MS)
        if minutes < 0 and rest:
            minutes += 1
        self.slider.setValue((minute + minutes) * MINUTE_MS)

    def go_to(self, at_ms: int) -> None:
        """Go to the whole minute nearest to a moment."""
        minutes = round((at_ms - self.slider.first_ms) / MINUTE_MS)
        self.slider.setValue(minutes * MINUTE_MS)

    def set_speed(self, speed: int) -> None:
        """speed: minutes of the evening a second, one of SPEEDS."""
        self.speed = speed
        self.speed_button.setText(f"×{speed}")
        self.speed_button.setAccessibleName(speed_words(speed))
        self.speed_button.setToolTip(speed_words(speed))

    def _choose_speed(self) -> None:
        popover = Popover(self.window(), _("How fast?"), width_px=340)
        for speed in SPEEDS:
            row = MenuRow(speed_words(speed), right=f"×{speed}")
            row.setCheckable(True)
            row.setChecked(speed == self.speed)
            row.clicked.connect(lambda _checked=False, each=speed: self.set_speed(each))
            popover.add(row)
        popover.open_under(self.speed_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Space: self.toggle,
            Qt.Key.Key_Left: lambda: self.step(-1),
            Qt.Key.Key_Right: lambda: self.step(1),
            Qt.Key.Key_Home: lambda: self.slider.setValue(0),
            Qt.Key.Key_End: lambda: self.slider.setValue(self.slider.maximum()),
        }
        deed = keys.get(Qt.Key(event.key()))
        if deed is None:
            event.ignore()
        else:
            deed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pause()


def speed_words(speed: int) -> str:
    """Return 'One minute of the evening each second'."""
    words = ngettext(
        "{count} minute of the evening each second",
        "{count} minutes of the evening each second",
        speed,
    )
    return words.format(count=format_number(speed))


def _box_of(replay: Replay) -> Bbox | None:
    """Return where what was added lies, else where all lies."""
    rows = replay.last_rows()
    if not len(rows):
        rows = replay.at(replay.ends_ms)
    if not len(rows):
        return None
    lng, lat = replay.lng[rows], replay.lat[rows]
    return Bbox(*map(float, (lng.min(), lat.min(), lng.max(), lat.max())))
