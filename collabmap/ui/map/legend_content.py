"""What stands in the legend: what may be shown, what the signs mean, and how many are in view."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from collabmap.app.reading_words import measure_fields
from collabmap.app.words import _, format_distance, format_number, language, ngettext
from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import Bbox
from collabmap.domain.map_filter import mask
from collabmap.domain.number_tags import Series
from collabmap.render.symbology import SIZE, MarkKey, Symbology, badge_of
from collabmap.ui import look
from collabmap.ui.filter_words import state_label, strange_categories
from collabmap.ui.map.density_layer import class_colours, width_m
from collabmap.ui.map.legend_circles import build_circles
from collabmap.ui.map.legend_parts import (
    Sample,
    centred,
    hexagon,
    on_ground,
    shape_sample,
)
from collabmap.ui.map.legend_readings import ReadingChoices
from collabmap.ui.map_reading import Shows
from collabmap.ui.widgets.facet_row import FacetRow, category_picture, icon_picture
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.ui.filtering import Filtered
    from collabmap.ui.main_window import MainWindow

# A map that moves is counted once it rests.
COUNT_AFTER_MS = 150
_STATES = (
    FeatureState.ACCEPTED,
    FeatureState.PENDING,
    FeatureState.CHANGE_PROPOSED,
    FeatureState.DELETE_PROPOSED,
)


class LegendContent(QWidget):
    """resized: it needs more room or less."""

    resized = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self._is_followed = False
        self.choices: dict[Shows, FacetRow] = {}
        self.numbers: dict[Series | None, FacetRow] = {}
        self.readings: ReadingChoices | None = None
        self.categories: dict[str, FacetRow] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 8, 10)
        layout.setSpacing(2)
        layout.addWidget(Text(_("What the map shows"), "label"))
        # What is counted stands before the categories, what they look like after them.
        sections = [_Section() for _part in range(5)]
        for section in sections:
            layout.addWidget(section)
        self._choices, self._numbers, self._counted, self._categories, self._signs = sections
        layout.addStretch(1)
        self._timer = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._timer.timeout.connect(self._count)
        self._build_choices()
        window.reading.changed.connect(self._follow)
        window.links.changed.connect(self._follow)
        window.filter.answered.connect(self._count_soon)
        window.map.view_changed.connect(self._count_soon)
        window.project_changed.connect(self._follow)
        window.theme_changed.connect(self._follow)

    def set_followed(self, is_followed: bool) -> None:
        """Keep up with the map, or rest while nobody sees it."""
        self._is_followed = is_followed
        if is_followed:
            self._follow()
            self._count()

    # --- what may be shown -------------------------------------------------------------------

    def _build_choices(self) -> None:
        for shows, text, icon in (
            ("places", _("Places"), "map-marker"),
            ("density", _("Density"), "hexagon-multiple-outline"),
            ("numbers", _("Numbers"), "circle-double"),
            ("readings", _("Measurements"), "chart-line"),
        ):
            row = FacetRow(text, icon_picture(icon), height_px=44, is_only=True)
            row.clicked.connect(lambda _on, chosen=shows: self._show(chosen))
            self.choices[shows] = row  # type: ignore[index]
            self._choices.add(row)
        self.links = FacetRow(_("Links"), icon_picture("vector-curve"), height_px=44)
        self.links.setAccessibleName(_("Links between places, as arcs"))
        self.links.clicked.connect(self._window.links.show_all)
        self._choices.add(self.links, above_px=6)

    def _show(self, shows: Shows) -> None:
        reading = self._window.reading
        if shows == "readings":
            reading.show_readings(reading.measured)
        else:
            reading.show(shows, reading.number if shows == "numbers" else None)
        self._follow()

    def _follow(self, _info: object = None) -> None:
        if not self._is_followed:
            return
        reading = self._window.reading
        for shows, row in self.choices.items():
            row.setChecked(shows == reading.shows)
        links = self._window.links
        self.links.setChecked(links.is_shown)
        # While something is counted no marks are shown, between which they would go.
        self.links.setVisible(reading.shows == "places")
        if links.count is not None:
            self.links.set_count(links.count)
        self.choices["readings"].setVisible(bool(measure_fields(self._window.theme)))
        self._follow_numbers()
        self._counted.show_for(self._counted_key(), self._build_counted)
        self._signs.show_for(self._signs_key(), self._build_signs)
        self.resized.emit()

    def _follow_numbers(self) -> None:
        """Offer the places of each quarter, and every name that has numbers."""
        reading = self._window.reading
        if reading.shows == "readings":
            known = tuple(reading.quantities or ())
            self._numbers.show_for((self._window.theme, known, look.scale()), self._build_readings)
            if self.readings is not None:
                self.readings.follow()
            return
        offered = (None, *(reading.series or ())) if reading.shows == "numbers" else ()
        self._numbers.show_for(tuple(offered), lambda: self._build_numbers(offered))
        for number, row in self.numbers.items():
            row.setChecked(number == reading.number)

    def _build_readings(self) -> None:
        self.numbers = {}
        self.readings = ReadingChoices(self._window)
        self._numbers.add(self.readings)

    def _build_numbers(self, offered: "tuple[Series | None, ...]") -> None:
        self.numbers, self.readings = {}, None
        if offered:
            self._numbers.add(Text(_("Which number"), "label"), above_px=8)
        for number in offered:
            text = _("Places by quarter") if number is None else _named(number)
            row = FacetRow(text, height_px=44, is_only=True)
            if number is not None:
                row.set_count(number.size)
            row.clicked.connect(
                lambda _on, chosen=number: self._window.reading.show("numbers", chosen)
            )
            self.numbers[number] = row
            self._numbers.add(row)
        if len(offered) == 1 and self._window.reading.series is not None:
            hint = _("Write a keyword such as “no2 = 18 µg/m³” on places to show other numbers.")
            self._numbers.add(Text(hint, "second", wrap=True))

    # --- what the signs mean -----------------------------------------------------------------

    def _counted_key(self) -> tuple[object, ...]:
        """Return what is said of what is counted; it is built again when that is another."""
        reading, look_of = self._window.reading, self._look_of()
        if reading.shows == "density":
            hexagons = reading.density.hexagons
            return (*look_of, hexagons and (hexagons.level, hexagons.bounds))
        is_counted = reading.shows in ("numbers", "readings")
        return (*look_of, reading.shows, id(reading.numbers)) if is_counted else ()

    def _signs_key(self) -> tuple[object, ...]:
        window = self._window
        return (*self._look_of(), window.theme) if window.reading.shows == "places" else ()

    def _look_of(self) -> tuple[object, ...]:
        return self._window.map.ground.name, look.tokens().name, look.scale()

    def _build_counted(self) -> None:
        shows = self._window.reading.shows
        if shows == "density":
            self._build_density()
        elif shows in ("numbers", "readings"):
            build_circles(self._counted, self._window)

    def _build_signs(self) -> None:
        theme = self._window.theme
        if self._window.reading.shows != "places" or not theme.categories:
            return
        ratio = self.devicePixelRatioF() * look.scale()
        marks = Symbology(theme, look.tokens(), ratio)
        category, scale = theme.categories[0].id, look.scale() * 0.86
        self._signs.add(Text(_("State"), "label"), above_px=8)
        for state in _STATES:
            key = MarkKey(category, state, False, SIZE, badge_of(state))
            self._signs.add(Sample(state_label(state), centred(marks.image(key), scale)))
        key = MarkKey(category, FeatureState.PENDING, False, SIZE, "disagreement")
        self._signs.add(Sample(_("Disagreement"), centred(marks.image(key), scale)))
        key = MarkKey(category, FeatureState.ACCEPTED, True, SIZE, None)
        self._signs.add(Sample(_("Yours: a blue ring"), centred(marks.image(key), scale)))
        group = marks.cluster(12, 0.25)
        words = _("Several places; orange: awaiting review")
        self._signs.add(Sample(words, centred(group, scale)))
        self._build_shapes(ratio)

    def _build_shapes(self, ratio: float) -> None:
        self._signs.add(Text(_("Lines and zones"), "label"), above_px=8)
        theme, tokens = self._window.theme, self._window.map.ground
        for state, is_zone in (
            (FeatureState.ACCEPTED, False),
            (FeatureState.PENDING, False),
            (FeatureState.DELETE_PROPOSED, False),
            (FeatureState.ACCEPTED, True),
            (FeatureState.PENDING, True),
        ):
            image = shape_sample(theme, tokens, state, is_zone=is_zone, dpr=ratio)
            words = _("Zone: {state}") if is_zone else _("Line: {state}")
            if image is not None:
                paint = on_ground(tokens, centred(image, look.scale()))
                self._signs.add(Sample(words.format(state=state_label(state).lower()), paint))

    def _build_density(self) -> None:
        window = self._window
        hexagons, tokens = window.reading.density.hexagons, window.map.ground
        if hexagons is None or not len(hexagons.keys):
            self._counted.add(Text(_("There is nothing to count."), "muted", wrap=True), above_px=8)
            return
        self._counted.add(Text(_("Places in a hexagon"), "label"), above_px=8)
        bounds = hexagons.bounds
        colours = class_colours(len(bounds), tokens)
        ends = [*(bound - 1 for bound in bounds[1:]), None]
        for least, most, colour in zip(bounds, ends, colours, strict=True):
            self._counted.add(
                Sample(_class_words(least, most), on_ground(tokens, hexagon(colour, tokens)))
            )
        across = format_distance(_rounded(width_m(hexagons, window.map.camera)))
        words = _("A hexagon is about {width} across. A click on it goes nearer.")
        self._counted.add(Text(words.format(width=across), "second", wrap=True), above_px=4)

    # --- categories in view ------------------------------------------------------------------

    def _count_soon(self, *_moved: object) -> None:
        if self._is_followed:
            self._timer.start()

    def _count(self) -> None:
        window, found = self._window, self._window.filter.answer
        if not self._is_followed or found is None or window.lanes is None:
            return
        bbox, person = window.map.bbox(), window.person.id if window.person else None
        window.tasks.beside(
            lambda: in_view(found, bbox, person), self._on_counted, owner=self, key="legend"
        )

    def _on_counted(self, counts: dict[str, int]) -> None:
        theme, chosen = self._window.theme, self._window.filter.current.categories
        known = [category.id for category in theme.categories]
        ids = [c for c in known if counts.get(c) or c in chosen]
        ids += strange_categories(theme, counts, chosen)
        self._categories.show_for(
            (tuple(ids), theme, look.scale()), lambda: self._build_categories(ids)
        )
        for category, row in self.categories.items():
            row.setChecked(category in chosen)
            row.set_count(counts.get(category, 0))
        self.resized.emit()

    def _build_categories(self, ids: list[str]) -> None:
        self.categories = {}
        if not ids:
            return
        theme = self._window.theme
        self._categories.add(Text(_("In view; a tick shows only these"), "label"), above_px=8)
        for category in ids:
            words = theme.category(category).label(language())
            row = FacetRow(words, category_picture(theme, category), height_px=44)
            row.clicked.connect(lambda on, chosen=category: self._filter(chosen, on))
            self.categories[category] = row
            self._categories.add(row)

    def _filter(self, category: str, is_on: bool) -> None:
        state = self._window.filter
        chosen = state.current.categories
        chosen = chosen | {category} if is_on else chosen - {category}
        state.set(replace(state.current, categories=chosen))


class _Section(QWidget):
    """Rows that are built again when what they say is another; the keyboard stays among them."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._shown: object = None

    def add(self, part: QWidget, *, above_px: int = 0) -> None:
        if above_px:
            self._layout.addSpacing(look.px(above_px))
        self._layout.addWidget(part)

    def show_for(self, shown: object, build: Callable[[], None]) -> None:
        """Build the rows unless they say this already."""
        if shown == self._shown:
            return
        self._shown = shown
        focus = self.window().focusWidget()
        name = focus.accessibleName() if focus is not None and self.isAncestorOf(focus) else None
        while (item := self._layout.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.hide()
                part.deleteLater()
        build()
        if name is not None:
            rows = [row for row in self.findChildren(FacetRow) if not row.isHidden()]
            same = [row for row in rows if row.text() in name]
            if same or rows:
                (same or rows)[0].setFocus(Qt.FocusReason.OtherFocusReason)


def in_view(found: "Filtered", bbox: Bbox, person: bytes | None) -> dict[str, int]:
    """Return how many marks of each category lie in a box, whatever categories are chosen."""
    columns, wanted = found.columns, found.wanted
    inside = (columns.lat >= bbox.south) & (columns.lat <= bbox.north)
    if bbox.west <= bbox.east:
        inside &= (columns.lng >= bbox.west) & (columns.lng <= bbox.east)
    else:
        inside &= (columns.lng >= bbox.west) | (columns.lng <= bbox.east)
    if not wanted.categories and found.shown is not None:
        inside &= found.shown
    elif found.shown is not None:
        # What a text or a check finds was asked of the file: here the other choices count.
        others = replace(wanted, categories=frozenset(), text="", care=False)
        inside &= mask(columns, others, person)
    counts = np.bincount(columns.category[inside], minlength=len(columns.categories))
    return dict(zip(columns.categories, counts.tolist(), strict=True))


def _named(series: Series) -> str:
    return f"{series.name} ({series.unit})" if series.unit else series.name


def _class_words(least: int, most: int | None) -> str:
    if most is None:
        words = ngettext("{count} or more", "{count} or more", least)
        return words.format(count=format_number(least))
    if most == least:
        return format_number(least)
    return _("{least} to {most}").format(least=format_number(least), most=format_number(most))


def _rounded(metres: float) -> float:
    """Return a length to two digits."""
    power = 10.0 ** max(0, int(np.floor(np.log10(max(metres, 1.0)))) - 1)
    return round(metres / power) * power
