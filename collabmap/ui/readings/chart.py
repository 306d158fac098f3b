"""The chart of readings: a line for each device, moved and enlarged by mouse, buttons and keys."""

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from collabmap.app.reading_words import moment_words, tidy
from collabmap.app.value_words import amount_words
from collabmap.app.words import _
from collabmap.domain.reading_columns import Floats, Ints, Readings
from collabmap.domain.thinning import gap_s, thinned
from collabmap.render.tokens import TYPE, Tokens
from collabmap.ui import look
from collabmap.ui.readings.time_axis import LABEL_PX, TimeAxis, ValueAxis
from collabmap.ui.widgets.buttons import Button, IconButton
from collabmap.ui.widgets.flow import Flow
from collabmap.ui.widgets.text import Text

# Of so many points in view at most each has its sign; of more some do, to tell lines apart.
_SIGNED, _FEW_SIGNS = 240, 14
_MOST_POINTS = 1600
_SIGNS = ("o", "s", "t", "d", "p", "star")
_DASHES = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
)  # fmt: skip
_COLOURS = ("yours", "disagreement", "accepted", "change_proposed", "duplicate", "pending")
# More devices than this share signs and colours: their names tell them apart in the table.
_STEP, _ENLARGE = 0.25, 0.6


class Series(NamedTuple):
    """The readings of one device.  times: seconds since 1970, as all axes have them."""

    name: str
    times: Ints
    values: Floats
    gap: float


def style_of(number: int, tokens: Tokens) -> tuple[str, Qt.PenStyle, str]:
    """Return colour, dash and sign of the line with a number: each differs from the next."""
    name = _COLOURS[number % len(_COLOURS)]
    return (
        tokens.states[name].mark,
        _DASHES[number % len(_DASHES)],
        _SIGNS[number % len(_SIGNS)],
    )


class ReadingChart(QWidget):
    """picked: the index of the reading under the cursor, among all that are shown."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.readings: Readings | None = None
        self.cursor_at: int | None = None
        self._series: list[Series] = []
        self._items: list[pg.PlotDataItem] = []
        self._signs: list[pg.ScatterPlotItem] = []
        self._axes = (TimeAxis(), ValueAxis())
        self.plot = pg.PlotWidget(axisItems={"bottom": self._axes[0], "left": self._axes[1]})
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.installEventFilter(self)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._spot = pg.ScatterPlotItem(size=11)
        for item in (self._line, self._spot):
            item.setZValue(10)
            item.hide()
            self.plot.addItem(item, ignoreBounds=True)
        self.said = Text("", "strong")
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._legend = Flow(gap=look.px(14))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addLayout(self._head())
        column.addWidget(self.plot, 1)
        column.addWidget(self._legend)
        self.plot.getViewBox().sigXRangeChanged.connect(self._draw)
        self.plot.scene().sigMouseMoved.connect(self._on_mouse)
        look.signals().changed.connect(self._follow_look)
        self._follow_look()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.px(4))
        row.addWidget(self.said, 1)
        self.buttons: list[Button] = []
        for icon, words, act in (
            ("chevron-left", _("Earlier"), lambda: self.shift(-_STEP)),
            ("chevron-right", _("Later"), lambda: self.shift(_STEP)),
            ("plus", _("Closer"), lambda: self.enlarge(_ENLARGE)),
            ("minus", _("Farther"), lambda: self.enlarge(1 / _ENLARGE)),
        ):
            button = IconButton(icon, words, side_px=40)
            button.clicked.connect(lambda _on=False, act=act: act())
            self.buttons.append(button)
            row.addWidget(button)
        self.whole = Button(_("Show all"), "quiet", icon="arrow-expand-horizontal", height_px=40)
        self.whole.clicked.connect(self.show_all)
        self.buttons.append(self.whole)
        row.addWidget(self.whole)
        return row

    # --- what is shown ------------------------------------------------------------------------

    def show_readings(self, readings: Readings, name: str) -> None:
        """Show readings; what is in view stays where they are of the same quantity and place.

        name: of the quantity.
        """
        is_same = self.readings is not None and self.plot.accessibleName() == name
        was = self.span if is_same and self._series else None
        self.readings = readings
        self.cursor_at = None
        # In the order in which they began: a device keeps its colour whenever the map is read anew.
        used, begun = np.unique(readings.device, return_index=True)
        used = used[np.argsort(begun)]
        self._series = [
            Series(
                readings.devices[device],
                readings.times[rows],
                readings.values[rows],
                gap_s(readings.times[rows]),
            )
            for device in used.tolist()
            for rows in [np.flatnonzero(readings.device == device)]
        ]
        for item in (*self._items, *self._signs):
            self.plot.removeItem(item)
        self._items = [pg.PlotDataItem(connect="finite", antialias=True) for _each in self._series]
        self._signs = [pg.ScatterPlotItem(size=7, antialias=True) for _each in self._series]
        for item in (*self._items, *self._signs):
            self.plot.addItem(item, ignoreBounds=True)
        self.plot.setAccessibleName(name)
        self._say_cursor()
        self._build_legend()
        if was is not None:
            self._set_span(*was)
            self._draw()
        else:
            self.show_all()

    def show_all(self) -> None:
        """Show everything from the first reading to the last."""
        if self.readings is not None and len(self.readings):
            times = self.readings.times
            first, last = float(times[0]), float(times[-1])
            edge = max((last - first) * 0.02, 60.0 if last > first else 3600.0)
            self._set_span(first - edge, last + edge)
        self._draw()

    @property
    def span(self) -> tuple[float, float]:
        """From when until when is seen, seconds since 1970."""
        (least, most), _values = self.plot.getViewBox().viewRange()
        return float(least), float(most)

    def _set_span(self, least: float, most: float) -> None:
        self.plot.setXRange(least, most, padding=0)

    def shift(self, share: float) -> None:
        """See earlier or later readings.  share: of what is seen."""
        least, most = self.span
        by = (most - least) * share
        self._set_span(least + by, most + by)

    def enlarge(self, factor: float) -> None:
        """See a shorter time closer, or a longer one, around the cursor or the middle."""
        least, most = self.span
        at = self._at_s() if self.cursor_at is not None else None
        middle = at if at is not None and least < at < most else (least + most) / 2
        if (most - least) * factor >= 60:
            self._set_span(middle - (middle - least) * factor, middle + (most - middle) * factor)

    def _draw(self, *_range: object) -> None:
        least, most = self.span
        points = min(_MOST_POINTS, max(200, 2 * self.plot.width()))
        tokens, seen = look.tokens(), []
        lines = [
            thinned(one.times, one.values, least, most, points, one.gap) for one in self._series
        ]
        has_signs = sum(len(x) for x, _y in lines) <= _SIGNED
        for number, (item, (x, y)) in enumerate(zip(self._items, lines, strict=True)):
            colour, dash, sign = style_of(number, tokens)
            # Dashes of many short pieces would look like dots: then signs alone tell lines apart.
            # And Qt paints a long smooth line wider than a pixel three hundred times slower.
            pen = pg.mkPen(colour, width=1)
            if has_signs:
                pen = pg.mkPen(colour, width=1.8, style=dash)
            item.setData(x, y, pen=pen)
            inside = np.flatnonzero((x >= least) & (x <= most) & np.isfinite(y))
            signed = inside if has_signs else inside[:: max(1, len(inside) // _FEW_SIGNS)]
            self._signs[number].setData(
                x[signed], y[signed], symbol=sign, brush=pg.mkBrush(colour), pen=None
            )
            seen.append(y[inside])
        self._fit_values(np.concatenate(seen) if seen else np.zeros(0))

    def _fit_values(self, seen: Floats) -> None:
        """Let the values in view fill the height; a chart of counts begins at nought."""
        if not len(seen):
            return
        least, most = float(seen.min()), float(seen.max())
        if 0 <= least <= most * 0.6:
            least = 0.0
        edge = (most - least) * 0.08 or abs(most) * 0.1 or 1.0
        self.plot.setYRange(least - (0 if least == 0 else edge), most + edge, padding=0)

    # --- one reading --------------------------------------------------------------------------

    def set_cursor(self, index: int | None, *, moves: bool = True) -> None:
        """Point at a reading and say it.  moves: see it, where it is out of view."""
        if self.readings is None or not len(self.readings):
            return
        self.cursor_at = index
        if index is not None and moves:
            least, most = self.span
            at = self._at_s()
            if not least <= at <= most:
                half = (most - least) / 2
                self._set_span(at - half, at + half)
        self._say_cursor()

    def _at_s(self) -> float:
        assert self.readings is not None
        assert self.cursor_at is not None
        return float(self.readings.times[self.cursor_at])

    def _say_cursor(self) -> None:
        is_there = self.readings is not None and self.cursor_at is not None
        self._line.setVisible(is_there)
        self._spot.setVisible(is_there)
        if self.readings is None or self.cursor_at is None:
            self.said.setText(_("Point at the line, or press the arrow keys, to read a value."))
            self.said.set_role("second")
            return
        index = self.cursor_at
        value = float(self.readings.values[index])
        self._line.setValue(self._at_s())
        self._spot.setData([self._at_s()], [value])
        words = _("{when}: {value}").format(
            when=moment_words(int(self.readings.times[index])),
            value=amount_words(tidy(value), self.readings.unit),
        )
        more = [self.readings.devices[self.readings.device[index]],
                self.readings.notes.get(index, "")]  # fmt: skip
        words = " · ".join([words, *filter(None, more)])
        self.said.set_role("strong")
        self.said.setText(words)
        self.said.setToolTip(words)
        self.plot.setAccessibleDescription(words)
        self.picked.emit(index)

    def _on_mouse(self, at: QPointF) -> None:
        readings = self.readings
        if readings is None or not len(readings) or not self.plot.sceneBoundingRect().contains(at):
            return
        box = self.plot.getViewBox()
        where = box.mapSceneToView(at)
        width, height = box.viewPixelSize()
        near = int(np.searchsorted(readings.times, where.x()))
        some = np.arange(max(0, near - 40), min(len(readings), near + 40))
        far = np.hypot(
            (readings.times[some] - where.x()) / (width or 1),
            (readings.values[some] - where.y()) / (height or 1) * 0.3,
        )
        if len(some):
            self.set_cursor(int(some[int(far.argmin())]), moves=False)

    # --- keys ---------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.plot and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._take_key(event)
        if watched is self.plot and event.type() in (
            QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize,
        ):  # fmt: skip
            self._draw()
            self.update()
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key, size = event.key(), len(self.readings) if self.readings is not None else 0
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            if is_shifted:
                self.shift(step * _STEP)
            elif size:
                at = self.cursor_at
                start = (0 if step > 0 else size - 1) if at is None else at + step
                self.set_cursor(min(max(start, 0), size - 1))
            return True
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End) and size:
            self.set_cursor(0 if key == Qt.Key.Key_Home else size - 1)
            return True
        if event.text() in ("+", "=", "-", "−"):
            self.enlarge(_ENLARGE if event.text() in "+=" else 1 / _ENLARGE)
            return True
        if event.text() in ("0", "à"):
            self.show_all()
            return True
        return False

    # --- looks --------------------------------------------------------------------------------

    def _follow_look(self, *_changed: object) -> None:
        tokens = look.tokens()
        self.plot.setBackground(QColor(tokens.surface))
        font = look.font(TYPE["second"])
        for axis in self._axes:
            axis.setPen(pg.mkPen(tokens.line_strong))
            axis.setTextPen(pg.mkPen(tokens.text))
            axis.setStyle(tickFont=font, tickTextOffset=look.px(4))
            axis.setGrid(40)
        self._axes[0].label_px = LABEL_PX * look.scale()
        self._axes[0].setHeight(look.px(34))
        self._axes[1].setWidth(look.px(54))
        self._line.setPen(pg.mkPen(tokens.text, width=1, style=Qt.PenStyle.DashLine))
        self._spot.setPen(pg.mkPen(tokens.text, width=2))
        self._spot.setBrush(QColor(tokens.surface))
        self._build_legend()
        self._draw()

    def _build_legend(self) -> None:
        """Name the devices, where there is more than one line or the one has a name."""
        self._legend.clear()
        names = [one.name for one in self._series]
        self._legend.setVisible(bool(names) and names != [""])
        for number, name in enumerate(names):
            self._legend.add(_Sample(number, name or _("device not given")))

    def sizeHint(self) -> QSize:
        return QSize(look.px(640), look.px(320))


class _Sample(QWidget):
    """A piece of a line as it is in the chart, and which device it is of."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self._number = number
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(44), 0, 0, 0)
        row.addWidget(Text(name, "second"))
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, dash, sign = style_of(self._number, look.tokens())
        middle: float = self.height() / 2
        painter.setPen(QPen(QColor(colour), 1.8, dash))
        painter.drawLine(QPointF(2, middle), QPointF(look.px(36), middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        side = look.px(8)
        path = pg.graphicsItems.ScatterPlotItem.Symbols[sign]
        painter.translate(look.px(19), middle)
        painter.scale(side, side)
        painter.drawPath(path)
        painter.end()
