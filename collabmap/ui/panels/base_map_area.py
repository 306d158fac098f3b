"""Where the base map is to be: a named place, a rectangle drawn on the map, or four numbers."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import shapely
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from collabmap.app.words import _, format_number
from collabmap.domain.geo import Bbox
from collabmap.render.tokens import FLY_MS
from collabmap.ui import look
from collabmap.ui.map.area_overlay import AreaOverlay, size_words
from collabmap.ui.widgets.buttons import Button
from collabmap.ui.widgets.fields import LineField
from collabmap.ui.widgets.line_list import Line, LineList
from collabmap.ui.widgets.text import Text

if TYPE_CHECKING:
    from collabmap.basemap.communes import Commune
    from collabmap.domain.territory import Territory
    from collabmap.ui.main_window import MainWindow
    from collabmap.ui.map.view import MapView

Way = Literal["place", "draw", "numbers"]

MAX_LISTED = 60
LIST_ROWS = 4
# Of the view, what a first rectangle takes.
FIRST_SHARE = 0.15
DECIMALS = 5
# An extract of a town is taken whole; of a region, only where the project is.
SMALL_DEGREES = 0.3
# Room around it for the handles, the map's own buttons, and the size that is written above it.
MARGIN_PX = 72
# With a point: a comma stands between the numbers of a box.
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")


class AreaPart(QWidget):
    """changed: the area is another one.  folded: a list has gone.  way: how it is chosen.

    area, outline: WGS84, None while there is none.  name: of the place, '' for a drawn box.
    """

    changed = Signal()
    folded = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__()
        self._window = window
        self.area: Bbox | None = None
        self.outline: shapely.Geometry | None = None
        self.name = ""
        self.way: Way | None = None
        self.places: list[Commune] | None = None
        self._found: list[Commune] = []
        self._overlay: AreaOverlay | None = None
        self._is_locked = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._build_head()
        self._build_place()
        self._build_draw()
        self._build_numbers()
        self._show_way()

    # --- building ---------------------------------------------------------------------------

    def _build_head(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(Text(_("Area"), "label"))
        row.addStretch(1)
        self.ways: dict[str, Button] = {}
        for way, words in (
            ("place", _("by name")),
            ("draw", _("draw")),
            ("numbers", _("coordinates")),
        ):
            button = Button(words, "quiet", height_px=34)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, w=way: self.choose_way(w))
            self.ways[way] = button
            row.addWidget(button)
        self._layout.addLayout(row)

    def _build_place(self) -> None:
        self._place = QWidget()
        column = QVBoxLayout(self._place)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(6)
        self.search = LineField(_("Name of a town or a quarter"))
        self.search.setAccessibleName(_("Name of a town or a quarter"))
        self.search.make_clearable()
        self.search.textChanged.connect(self._fill_list)
        self.search.returnPressed.connect(self._take_first)
        self.list = LineList(self._window.theme, _("Places of the extract"))
        self.list.opened.connect(self._on_place)
        self.nothing = Text("", "muted", wrap=True)
        for part in (self.search, self.list, self.nothing):
            column.addWidget(part)
        self._layout.addWidget(self._place)

    def _build_draw(self) -> None:
        self._draw = QWidget()
        column = QVBoxLayout(self._draw)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        hint = _("Pull the handles on the map. Keys: arrows move, Shift and arrows make it larger.")
        column.addWidget(Text(hint, "second", wrap=True))
        self.in_view = Button(_("What the map shows"), icon="fullscreen", height_px=36)
        self.in_view.clicked.connect(self.take_view)
        column.addWidget(self.in_view, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self._draw)

    def _build_numbers(self) -> None:
        self._numbers = QWidget()
        grid = QGridLayout(self._numbers)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setSpacing(6)
        self.fields: dict[str, LineField] = {}
        for place, (name, words) in enumerate(
            (
                ("west", _("West")),
                ("south", _("South")),
                ("east", _("East")),
                ("north", _("North")),
            )
        ):
            field = LineField()
            field.setAccessibleName(words)
            field.textEdited.connect(self._on_typed)
            label = Text(words, "second")
            label.setBuddy(field)
            row, column = divmod(place, 2)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            self.fields[name] = field
        self.error = Text("", "error", wrap=True)
        grid.addWidget(self.error, 2, 0, 1, 4)
        self.error.hide()
        self._layout.addWidget(self._numbers)

    # --- the way ----------------------------------------------------------------------------

    def choose_way(self, way: str) -> None:
        """Choose by 'place', 'draw' or 'numbers'; the same again folds it."""
        self.way = None if self.way == way else way  # type: ignore[assignment]
        self._show_way()
        if self.way == "place":
            self._fill_list()
            self.search.setFocus()
        elif self.way == "draw":
            if self.area is None:
                self._take_middle()
            elif self.outline is not None:
                self._set(self.area, None, "")
            self._show_on_map()
            if self._window.body.is_narrow:
                self._window.body.show_tab("centre")
                self._window.map.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.way == "numbers":
            self.fields["west"].setFocus()

    def _show_way(self) -> None:
        for way, button in self.ways.items():
            button.setChecked(way == self.way)
        self._place.setVisible(self.way == "place")
        self._draw.setVisible(self.way == "draw")
        self._numbers.setVisible(self.way == "numbers")

    # --- by name ----------------------------------------------------------------------------

    def show_places(self, places: "list[Commune] | None") -> None:
        """Offer these places; None while they are being read."""
        self.places = places
        self._fill_list()

    def _fill_list(self) -> None:
        if self.places is None:
            self.list.hide()
            self.nothing.setText(_("Reading the places of the extract…"))
            self.nothing.show()
            return
        from collabmap.basemap.communes import matching

        found = matching(self.places, self.search.text())[:MAX_LISTED]
        self._found = found
        self.list.set_lines(
            [
                Line(
                    place.name,
                    kind_words(place.kind),
                    key=number,
                    icon="map-marker-radius" if place.outline is None else "vector-polygon",
                    state="yours",
                )
                for number, place in enumerate(found)
            ]
        )
        rows = max(1, min(LIST_ROWS, len(found)))
        self.list.setFixedHeight(look.px(56) * rows)
        self.list.setVisible(bool(found))
        words = self.search.text().strip()
        self.nothing.setText(
            _("Nothing for “{words}” in this extract.").format(words=words)
            if words
            else _("This extract names no place. Draw the area on the map.")
        )
        self.nothing.setVisible(not found)

    def _take_first(self) -> None:
        if self.places and self._found:
            self._on_place(0)

    def _on_place(self, number: object) -> None:
        assert isinstance(number, int)
        place = self._found[number]
        self._set(place.bbox, place.outline, place.name)
        self.way = None
        self._show_way()
        self.show_whole()
        self.ways["place"].setFocus()
        self.changed.emit()
        self.folded.emit()

    # --- by drawing -------------------------------------------------------------------------

    def take_view(self) -> None:
        """Take what the map shows now, a little less, so that the edge is seen."""
        self._take_middle(0.04)
        self.changed.emit()

    def _take_middle(self, margin: float = FIRST_SHARE) -> None:
        """Take the middle of the view.  margin: of its size, left out on each side."""
        camera = self._window.map.camera
        dx, dy = camera.width * margin, camera.height * margin
        low = camera.position_at(dx, camera.height - dy)
        high = camera.position_at(camera.width - dx, dy)
        self._set(Bbox(low.lng, low.lat, high.lng, high.lat), None, "")
        self.changed.emit()

    def _on_pulled(self, bbox: Bbox) -> None:
        self._set(bbox, None, "", on_map=False)
        self.changed.emit()

    # --- by numbers -------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        four = _NUMBER.findall(text)
        if len(four) == 4:
            # They were pasted in one go, as other programs write a box.
            for field, number in zip(self.fields.values(), four, strict=True):
                field.setText(number)
        self._read_numbers()

    def _read_numbers(self) -> None:
        values = [_number(field.text()) for field in self.fields.values()]
        if any(value is None for value in values):
            is_begun = any(field.text().strip() for field in self.fields.values())
            self._say_wrong(_("Four numbers in degrees, for example 7.41") if is_begun else "")
            return
        west, south, east, north = (float(value or 0.0) for value in values)
        if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
            self._say_wrong(_("West is less than east, south is less than north."))
            return
        self._say_wrong("")
        self._set(Bbox(west, south, east, north), None, "", in_fields=False)
        self.show_whole()
        self.changed.emit()

    def _say_wrong(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    # --- the area itself --------------------------------------------------------------------

    def set_area(
        self, area: Bbox | None, outline: shapely.Geometry | None = None, name: str = ""
    ) -> None:
        """Take an area that the person did not choose here, and show it."""
        self._set(area, outline, name)
        self.show_whole()

    def holds(self, territory: "Territory | None", boxes: Sequence[Bbox]) -> bool:
        """Whether a territory is chosen here and lies where the extracts have something."""
        if territory is None or self.area != territory.box:
            return False
        west, south, east, north = territory.box
        return any(box.contains((west + east) / 2, (south + north) / 2) for box in boxes)

    def _set(
        self,
        area: Bbox | None,
        outline: shapely.Geometry | None,
        name: str,
        *,
        on_map: bool = True,
        in_fields: bool = True,
    ) -> None:
        self.area, self.outline, self.name = area, outline, name
        if on_map:
            self._show_on_map()
        if in_fields and area is not None:
            for field, value in zip(self.fields.values(), area, strict=True):
                field.setText(format_number(value, DECIMALS).replace("−", "-"))
            self._say_wrong("")

    @property
    def words(self) -> str:
        """The area in words: its name and size."""
        if self.area is None:
            return ""
        size = size_words(self.area)
        return f"{self.name}, {size}" if self.name else size

    # --- on the map -------------------------------------------------------------------------

    def enter_map(self) -> None:
        """Show the area on the map."""
        if self._overlay is None:
            self._overlay = AreaOverlay(self._window.map)
            self._overlay.changed.connect(self._on_pulled)
        self._show_on_map()

    def leave_map(self) -> None:
        """Leave the map as it was."""
        overlay, self._overlay = self._overlay, None
        if overlay is not None:
            overlay.discard()

    @property
    def overlay(self) -> AreaOverlay | None:
        return self._overlay

    def set_locked(self, is_locked: bool) -> None:
        """Show the area without handles: it is being made."""
        self._is_locked = is_locked
        self._show_on_map()

    def _show_on_map(self) -> None:
        if self._overlay is not None:
            self._overlay.show_area(
                self.area, self.outline, name=self.name, editable=not self._is_locked
            )

    def show_whole(self) -> None:
        """Let the map show the whole area."""
        area = self.area
        if area is None or self._overlay is None:
            return

        def fit() -> None:
            # Any zoom, not only a crisp one: the area is what one looks at.
            view = self._window.map
            target = view.camera.fitted(area, margin_px=MARGIN_PX)
            view.go(target._replace(zoom=view.zoom_within(target.zoom)), FLY_MS)

        # Once the panel has its place.
        QTimer.singleShot(0, self, fit)


def first_area(boxes: Sequence[Bbox], view: "MapView") -> Bbox:
    """Return the extracts' own box if it is small, else where the project's places are."""
    west, south = min(box.west for box in boxes), min(box.south for box in boxes)
    east, north = max(box.east for box in boxes), max(box.north for box in boxes)
    whole = Bbox(west, south, east, north)
    if east - west <= SMALL_DEGREES and north - south <= SMALL_DEGREES:
        return whole
    here = view.bbox()
    if whole.contains(*view.centre()) and here.east - here.west <= SMALL_DEGREES:
        return here
    # Nothing tells where: a piece of the middle, which the person then moves.
    lng, lat = (west + east) / 2, (south + north) / 2
    half = SMALL_DEGREES / 8
    return Bbox(lng - half, lat - half, lng + half, lat + half)


def kind_words(kind: str) -> str:
    """Return what kind of place it is, for people."""
    return {
        "commune": _("commune"),
        "district": _("part of a commune"),
        "city": _("city, around its middle"),
        "town": _("town, around its middle"),
        "village": _("village, around its middle"),
        "suburb": _("quarter, around its middle"),
        "quarter": _("quarter, around its middle"),
        "neighbourhood": _("neighbourhood, around its middle"),
        "hamlet": _("hamlet, around its middle"),
    }.get(kind, kind)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
