"""What the map shows: its places, how dense they are, or numbers and measurements as circles."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal

from collabmap.app.words import _, format_number, ngettext
from collabmap.domain.geo import LngLat
from collabmap.domain.number_tags import Series
from collabmap.ui.map.circle_layer import CircleLayer
from collabmap.ui.map.density_layer import DensityLayer
from collabmap.ui.map.layers import CountedLayer
from collabmap.ui.map_readings import MeasuredChoice, read_measured
from collabmap.ui.newest import Newest

if TYPE_CHECKING:
    from collabmap.app.numbers import Numbers
    from collabmap.app.reader import Reader
    from collabmap.store.reading_columns import Quantity
    from collabmap.ui.filtering import Filtered
    from collabmap.ui.main_window import MainWindow

Shows = Literal["places", "density", "numbers", "readings"]
T = TypeVar("T")

# Elsewhere somebody places, decides or compares, and each mark counts.
_PANELS = ("", "browse", "filter", "place")
# A number in a circle has at most so many decimals.
_DECIMALS = 2


class MapReading(QObject):
    """changed: something else is shown, or known of it.

    measured: which measurements; quantities: what was measured, None until it is known.
    shows: what was chosen.  series: names with numbers, None until they are known.  number: the
    chosen one, None for the places of each quarter.  numbers: those on the map.
    """

    changed = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.shows: Shows = "places"
        self.series: list[Series] | None = None
        self.number: Series | None = None
        self.numbers: Numbers | None = None
        self.measured = MeasuredChoice()
        self.quantities: list[Quantity] | None = None
        view = window.map
        self.density = DensityLayer(view, self._beside, self.changed.emit)
        self.circles = CircleLayer(view, self.words_of, self.open)
        view.add_layer(self.density, "ground")
        view.add_layer(self.circles, "ground")
        self._newest = Newest(window.tasks, self)
        window.filter.answered.connect(self._follow_filter)
        window.place_tagging.tagged.connect(self._follow_filter)
        window.mode_changed.connect(self.follow)
        window.project_changed.connect(self._on_project)

    def show(self, shows: Shows, number: Series | None = None) -> None:
        """Show places, their density, or numbers.  number: of a name, None for each quarter's."""
        if (shows, number) == (self.shows, self.number):
            return
        if number != self.number:
            self.numbers = None
            self.circles.set_numbers(None, [])
        self.shows, self.number = shows, number
        self._follow_filter()

    def show_readings(self, wanted: MeasuredChoice) -> None:
        """Show measurements: of what, which of each place, and of when."""
        if self.shows == "readings" and wanted == self.measured:
            return
        self.number = None
        self.numbers = None
        self.circles.set_numbers(None, [])
        self.shows, self.measured = "readings", wanted
        self._follow_filter()

    @property
    def has_equal_circles(self) -> bool:
        """Whether all circles are alike, for no area can stand for a number below nought."""
        return self.numbers is not None and bool((self.numbers.values < 0).any())

    def follow(self, _mode: str = "") -> None:
        """Show what was chosen, but places wherever somebody works on them."""
        window = self._window
        is_free = window.mode == "contribute" and window.panel_host.current_name in _PANELS
        shows = self.shows if is_free else "places"
        self.density.is_shown = shows == "density"
        self.circles.is_shown = shows in ("numbers", "readings")
        layers: dict[str, CountedLayer] = {
            "density": self.density,
            "numbers": self.circles,
            "readings": self.circles,
        }
        window.map.set_counted(layers.get(shows))
        self.changed.emit()

    def words_of(self, index: int) -> str:
        """Return what a number is of, and the number with its unit."""
        numbers = self.numbers
        assert numbers is not None
        value = with_unit(float(numbers.values[index]), numbers.unit)
        name = numbers.names[index] or self._name(int(numbers.rows[index]))
        if numbers.rows[index] < 0:
            count = int(numbers.values[index])
            value = ngettext("{count} place", "{count} places", count)
            value = value.format(count=format_number(count))
        return _("{name}: {value}").format(name=name, value=value) if name else value

    # --- inside --------------------------------------------------------------------------

    def _on_project(self, _info: object) -> None:
        self.shows, self.series, self.number, self.numbers = "places", None, None, None
        self.measured, self.quantities = MeasuredChoice(), None
        self._newest.forget()
        self.density.set_places(None, None)
        self.circles.set_numbers(None, [])
        self.follow()

    def _follow_filter(self) -> None:
        """Count what the filter lets through, as far as it is shown."""
        found = self._window.filter.answer
        if found is not None and self.shows == "density":
            self.density.set_places(found.columns, found.shown)
        else:
            self.density.set_places(None, None)
        if found is not None and self.shows == "numbers":
            wanted = self.number
            self._newest.ask(lambda reader: _read(reader, wanted, found), self._on_numbers)
        if found is not None and self.shows == "readings":
            chosen = self.measured
            self._newest.ask(
                lambda reader: read_measured(reader, chosen, found),
                lambda answer: self._on_measured(chosen, *answer),
            )
        self.follow()

    def _on_measured(
        self,
        asked: MeasuredChoice,
        chosen: MeasuredChoice,
        quantities: "list[Quantity]",
        numbers: "Numbers",
    ) -> None:
        self.quantities = quantities
        if self.shows == "readings" and asked == self.measured:
            self.measured, self.numbers = chosen, numbers
            self.circles.set_numbers(numbers, [short_value(v) for v in numbers.values.tolist()])
        self.changed.emit()

    def _on_numbers(self, answer: "tuple[Series | None, list[Series], Numbers]") -> None:
        wanted, self.series, numbers = answer
        if wanted == self.number:
            self.numbers = numbers
            self.circles.set_numbers(numbers, [short_value(v) for v in numbers.values.tolist()])
        self.changed.emit()

    def _name(self, row: int) -> str:
        columns = self._window.marks.columns
        at = self._index(row)
        return columns.name(at) if columns is not None and at is not None else ""

    def _index(self, row: int) -> int | None:
        columns = self._window.marks.columns
        if columns is None or row < 0:
            return None
        at = int(np.searchsorted(columns.row, row))
        return at if at < len(columns) and columns.row[at] == row else None

    def open(self, index: int) -> None:
        """Show the place that a number is of; of a quarter, go there."""
        numbers, columns = self.numbers, self._window.marks.columns
        assert numbers is not None
        at = self._index(int(numbers.rows[index]))
        if columns is not None and at is not None:
            self._window.map.mark_clicked.emit(columns.id(at))
        else:
            view = self._window.map
            middle = LngLat(float(numbers.lng[index]), float(numbers.lat[index]))
            view.jump(view.camera.centred(middle, view.zoom_within(view.camera.zoom + 1)))

    def _beside(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        self._window.tasks.beside(work, done, owner=self)


def short_value(value: float) -> str:
    """Return a number as short as it says what it should: 18,4 or 1 340 or 0,05."""
    most = _DECIMALS if abs(value) < 10 else 1 if abs(value) < 100 else 0
    decimals = next(d for d in range(most + 1) if round(value, d) == round(value, most))
    return format_number(value, decimals)


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit."""
    return f"{short_value(value)}\u00a0{unit}" if unit else short_value(value)


def _read(
    reader: "Reader", wanted: Series | None, found: "Filtered"
) -> "tuple[Series | None, list[Series], Numbers]":
    """Return the names with numbers, and the numbers of one of them that the filter shows."""
    series = reader.number_series()
    if wanted is None:
        return wanted, series, reader.quarter_counts(found.columns, found.shown)
    numbers = reader.numbers(wanted)
    is_shown = slice(None) if found.shown is None else found.shown
    return wanted, series, numbers.only(found.columns.row[is_shown])
