"""What the map shows of the item that is decided: where it lies, where it was, its outlines."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from collabmap.app.care_words import is_nowhere
from collabmap.app.words import _, format_distance
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.domain.sketch import Sketch
from collabmap.errors import CollabMapError
from collabmap.review.queue import ReviewItem
from collabmap.ui.map.earlier_outline import EarlierOutline
from collabmap.ui.shapes_here import bounds_of, is_shape

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

ITEM_ZOOM = 17.0
MOVED_M = 1.0


class _Outlines(NamedTuple):
    """before: None where it did not change.  box: around both."""

    before: Sketch | None
    box: Bbox | None


class ReviewMap(QObject):
    """Shows one item at a time."""

    def __init__(self, parent: QObject, window: "MainWindow") -> None:
        super().__init__(parent)
        self._window = window
        self._item: ReviewItem | None = None

    def show(self, item: ReviewItem | None) -> None:
        """Show an item; None: nothing."""
        self._item = item
        view = self._window.map
        view.clear_overlays()
        if item is None:
            view.select(None)
            view.set_faded(None)
            return
        after = LngLat(item.after_lng, item.after_lat)
        if not is_shape(item.place) and (before := _moved_from(item, after)) is not None:
            self._show_move(item, before, after)
            return
        view.set_faded(frozenset({item.id}))
        view.select(item.id)
        if is_nowhere(item.place.care):
            return
        view.fly_to(after.lng, after.lat, max(view.zoom(), ITEM_ZOOM))
        if is_shape(item.place):
            self._window.tasks.beside(
                lambda: _outlines_of(item),
                lambda found: self._show_outlines(item, found),
                owner=self,
            )

    def _show_move(self, item: ReviewItem, before: LngLat, after: LngLat) -> None:
        view = self._window.map
        words = _("After: {distance}").format(distance=format_distance(distance_m(before, after)))
        view.select(None)
        view.show_move(before, after, item.category, _("Before"), words)
        # Its own mark too: the two ends stand for it.
        view.set_faded(frozenset())
        view.fit(_around(before, after), max_zoom=ITEM_ZOOM)

    def _show_outlines(self, item: ReviewItem, found: _Outlines) -> None:
        """Show the whole of a line or a zone, and what it was."""
        if item is not self._item:
            return
        view = self._window.map
        if found.before is not None:
            view.show_earlier(EarlierOutline(found.before, _("Before")))
        if found.box is not None:
            view.fit(found.box, max_zoom=ITEM_ZOOM)


def _moved_from(item: ReviewItem, after: LngLat) -> LngLat | None:
    """Return where a place was, None if it was there already or nowhere."""
    if item.before_lng is None or item.before_lat is None:
        return None
    before = LngLat(item.before_lng, item.before_lat)
    return before if distance_m(before, after) > MOVED_M else None


def _outlines_of(item: ReviewItem) -> _Outlines:
    """Read the outlines of an item, as far as they can be read; run in a worker."""
    before = _sketch(item.outline_before)
    boxes = [bounds_of(each) for each in (before, _sketch(item.place.geometry_wkb)) if each]
    if not boxes:
        return _Outlines(None, None)
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return _Outlines(before, Bbox(min(wests), min(souths), max(easts), max(norths)))


def _sketch(wkb: bytes | None) -> Sketch | None:
    try:
        return Sketch.from_wkb(wkb) if wkb else None
    except CollabMapError:
        return None


def _around(before: LngLat, after: LngLat) -> Bbox:
    """Return a box around both ends, with room for the words beside them."""
    lngs, lats = sorted((before.lng, after.lng)), sorted((before.lat, after.lat))
    wide, high = max(lngs[1] - lngs[0], 0.0004), max(lats[1] - lats[0], 0.0004)
    return Bbox(lngs[0] - wide, lats[0] - high, lngs[1] + wide, lats[1] + high)
