"""What circles on the map mean: their sizes, what is left out, and the largest in words."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtWidgets import QWidget

from collabmap.app.words import _, format_number, ngettext
from collabmap.render.circles import round_values
from collabmap.ui.map.legend_parts import NestedCircles
from collabmap.ui.map_reading import with_unit
from collabmap.ui.widgets.facet_row import FacetRow
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.app.numbers import Numbers
    from collabmap.ui.main_window import MainWindow

# So many of the largest numbers are said in words.
_LISTED = 8


class Section(Protocol):
    """Where rows are put."""

    def add(self, part: QWidget, *, above_px: int = 0) -> None: ...


def build_circles(section: Section, window: "MainWindow") -> None:
    """Say what the circles on the map mean."""
    reading = window.reading
    numbers = reading.numbers
    if numbers is None:
        section.add(Text(_("Reading the numbers…"), "muted", wrap=True), above_px=8)
        return
    if not len(numbers.values):
        section.add(Text(_nothing(window), "muted", wrap=True), above_px=8)
    elif reading.has_equal_circles:
        words = _("Some numbers are below nought: all circles are alike, and say their number.")
        section.add(Text(words, "second", wrap=True), above_px=8)
    else:
        largest = float(numbers.values.max())
        values = round_values(largest)
        if reading.shows == "numbers" and reading.number is None:
            # Of places there are no parts.
            values = [value for value in values if value >= 1]
        texts = [with_unit(value, numbers.unit) for value in values]
        circles = NestedCircles(values, texts, largest, window.map.ground)
        section.add(circles, above_px=8)
        section.add(Text(_("The areas of circles are proportional."), "second", wrap=True))
    for words in _left_words(numbers):
        section.add(Text(words, "second", wrap=True))
    _list_numbers(section, window, numbers)


def _nothing(window: "MainWindow") -> str:
    reading = window.reading
    if reading.shows == "readings":
        return _("Nothing was measured in this period.")
    if reading.number is None:
        return _("It is not known yet in which quarter the places lie.")
    return _("No number to show.")


def _list_numbers(section: Section, window: "MainWindow", numbers: "Numbers") -> None:
    """Say the largest in words, too: a circle is nothing to a screen reader."""
    if not len(numbers.values):
        return
    reading = window.reading
    is_lowest = reading.shows == "readings" and reading.measured.is_lower_worse(window.theme)
    title = _("The smallest") if is_lowest else _("The largest")
    section.add(Text(title, "label"), above_px=8)
    order = np.argsort(numbers.values if is_lowest else -numbers.values, kind="stable")
    for index in order[:_LISTED].tolist():
        row = FacetRow(reading.words_of(index), height_px=44, is_plain=True)
        row.clicked.connect(_opener(window, index))
        section.add(row)


def _opener(window: "MainWindow", index: int) -> Callable[[], None]:
    return lambda: window.reading.open(index)


def _left_words(numbers: "Numbers") -> list[str]:
    found = []
    for count, words in (
        (
            numbers.left.unreadable,
            ngettext(
                "{count} value left out: no number", "{count} values left out: no number",
                numbers.left.unreadable,
            ),
        ),
        (
            numbers.left.other_units,
            ngettext(
                "{count} value left out: another unit", "{count} values left out: another unit",
                numbers.left.other_units,
            ),
        ),
        (
            numbers.elsewhere if len(numbers.values) else 0,
            ngettext(
                "{count} place in no known quarter", "{count} places in no known quarter",
                numbers.elsewhere,
            ),
        ),
    ):  # fmt: skip
        if count:
            found.append(words.format(count=format_number(count)))
    return found
