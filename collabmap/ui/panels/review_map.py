"""What the map shows of the item that is decided: where it lies, where it was, its outlines."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal

from collabmap.app.care_words import is_nowhere
from collabmap.app.words import _, format_distance
from collabmap.domain.geo import Bbox, LngLat, distance_m
from collabmap.domain.sketch import Sketch
from collabmap.errors import CollabMapError
from collabmap.review.queue import ReviewItem
from collabmap.ui.map.earlier_outline import EarlierOutline
from collabmap.ui.shapes_here import bounds_of, is_shape
from collabmap.ui.sketch_words import sketch_words

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

ITEM_ZOOM = 17.0
MOVED_M = 1.0

Side = Literal["both", "before", "after"]
_NEXT: dict[Side, Side] = {"both": "before", "before": "after", "after": "both"}


class _Outlines(NamedTuple):
    """before: None where it did not change.  box: around both."""

    before: Sketch | None
    after: Sketch | None
    box: Bbox | None
    measures: tuple[str, str]


_NO_OUTLINES = _Outlines(None, None, None, ("", ""))


class ReviewMap(QObject):
    """Shows one item at a time: before and after at once, or one of them alone.

    measured: how large an outline was and would be, in words.
    """

    measured = Signal(str, str)

    def __init__(self, parent: QObject, window: "MainWindow") -> None:
        super().__init__(parent)
        self._window = window
        self._item: ReviewItem | None = None
        self._outlines = _NO_OUTLINES
        self._side: Side = "both"

    def show(self, item: ReviewItem | None) -> None:
        """Show an item; None: nothing."""
        self._item = item
        self._outlines = _NO_OUTLINES
        self._side = "both"
        view = self._window.map
        if item is None:
            view.clear_overlays()
            view.select(None)
            view.set_faded(None)
            return
        self._paint(item)
        after = LngLat(item.after_lng, item.after_lat)
        if (before := _moved_from(item)) is not None:
            view.fit(_around(before, after), max_zoom=ITEM_ZOOM)
        elif not is_nowhere(item.place.care):
            view.fly_to(after.lng, after.lat, max(view.zoom(), ITEM_ZOOM))
            if is_shape(item.place):
                self._window.tasks.beside(
                    lambda: _outlines_of(item),
                    lambda found: self._show_outlines(item, found),
                    owner=self,
                )

    # --- before or after alone -------------------------------------------------------------

    @staticmethod
    def has_two(item: ReviewItem) -> bool:
        """Whether the map shows where something was and where it would be."""
        return item.outline_before is not None or _moved_from(item) is not None

    def blink(self) -> str:
        """Show before alone, then after alone, then both; return what is shown now, in words."""
        if self._item is None or not self.has_two(self._item):
            return ""
        self._side = _NEXT[self._side]
        self._paint(self._item)
        return {
            "before": _("The map shows it as it was."),
            "after": _("The map shows it as it would be."),
            "both": _("The map shows it before and after."),
        }[self._side]

    def _paint(self, item: ReviewItem) -> None:
        view = self._window.map
        view.clear_overlays()
        after = LngLat(item.after_lng, item.after_lat)
        before = _moved_from(item)
        earlier, later = self._outlines.before, self._outlines.after
        if before is None and self._side != "before":
            view.set_faded(frozenset({item.id}))
            view.select(item.id)
        else:
            # Its own mark fades too: what is shown over it stands for it.
            view.set_faded(frozenset())
            view.select(None)
        if before is not None:
            self._paint_move(item, before, after)
        elif earlier is not None and self._side != "after":
            both = later if self._side == "both" else None
            view.show_earlier(EarlierOutline(earlier, _("Before"), both))

    def _paint_move(self, item: ReviewItem, before: LngLat, after: LngLat) -> None:
        view = self._window.map
        if self._side == "both":
            distance = format_distance(distance_m(before, after))
            words = _("After: {distance}").format(distance=distance)
            view.show_move(before, after, item.category, _("Before"), words)
        elif self._side == "before":
            view.show_move(None, before, item.category, "", _("Before"))
        else:
            view.show_move(None, after, item.category, "", _("After"))

    def show_pin(self, position: LngLat, category: str) -> None:
        """Show a pin that can be moved, while the item is edited."""
        view = self._window.map
        view.clear_overlays()
        view.select(None)
        view.set_faded(frozenset())
        view.show_pin(position, category)

    def _show_outlines(self, item: ReviewItem, found: _Outlines) -> None:
        """Show the whole of a line or a zone, and what it was."""
        if item is not self._item:
            return
        self._outlines = found
        if found.before is not None:
            self._paint(item)
            self.measured.emit(*found.measures)
        if found.box is not None:
            self._window.map.fit(found.box, max_zoom=ITEM_ZOOM)


def _moved_from(item: ReviewItem) -> LngLat | None:
    """Return where a point was, None if it was there already or nowhere, and for other shapes."""
    if item.before_lng is None or item.before_lat is None or is_shape(item.place):
        return None
    before = LngLat(item.before_lng, item.before_lat)
    after = LngLat(item.after_lng, item.after_lat)
    return before if distance_m(before, after) > MOVED_M else None


def _outlines_of(item: ReviewItem) -> _Outlines:
    """Read the outlines of an item, as far as they can be read; run in a worker."""
    before, after = _sketch(item.outline_before), _sketch(item.place.geometry_wkb)
    boxes = [bounds_of(each) for each in (before, after) if each]
    if not boxes:
        return _NO_OUTLINES
    wests, souths, easts, norths = zip(*boxes, strict=True)
    box = Bbox(min(wests), min(souths), max(easts), max(norths))
    if before is None or after is None:
        return _Outlines(before, after, box, ("", ""))
    return _Outlines(before, after, box, (sketch_words(before), sketch_words(after)))


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
