"""Going to a place of the project, or to all of them."""

from typing import TYPE_CHECKING

from collabmap.domain.feature import PlaceView
from collabmap.domain.geo import Bbox

if TYPE_CHECKING:
    from collabmap.app.reader import Reader
    from collabmap.ui.main_window import MainWindow


def go_close(window: "MainWindow", place: bytes) -> None:
    """Show a place from near: a point with what is around it, a line or a zone whole."""

    def done(box: Bbox | None) -> None:
        if box is not None:
            # First: a map that is behind the list has no size yet to fit anything into.
            window.body.show_tab("centre")
            window.map.go_close(box)

    window.tasks.read(lambda reader: _box_of(reader, place), done, owner=window, key="go_close")


def show_all_places(window: "MainWindow") -> None:
    """Show every place of the open map at once."""

    def done(extent: Bbox | None) -> None:
        if extent is not None:
            window.body.show_tab("centre")
            window.map.fit(extent)

    window.tasks.read(lambda reader: reader.extent(), done, owner=window, key="all_places")


def _box_of(reader: "Reader", feature: bytes) -> Bbox | None:
    """Return the box around a feature, in degrees; run in a read lane."""
    place: PlaceView | None = reader.place(feature)
    if place is None:
        return None
    # Imported late: it brings shapely, which a start must not wait for.
    from collabmap.domain.geometry import from_wkb, point_of_wkb

    if not place.geometry_wkb or point_of_wkb(place.geometry_wkb) is not None:
        return Bbox(place.lng, place.lat, place.lng, place.lat)
    return Bbox(*from_wkb(place.geometry_wkb).bounds)
