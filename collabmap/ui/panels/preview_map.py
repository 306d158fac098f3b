"""A preview drawn on the map: badges on what would change, the rest pale, a legend above."""

from typing import TYPE_CHECKING

from collabmap.app.merging import MergePreview
from collabmap.domain.effect import Effect
from collabmap.domain.geo import Bbox
from collabmap.domain.mark_columns import MarkColumns
from collabmap.ui.panels.preview import KINDS, badges_of, box_of, kind_words, marks_of
from collabmap.ui.widgets.legend import Legend

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow


class PreviewOnMap:
    """enter(...) draws it, leave() shows the map again as it is."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._seen: MergePreview | None = None
        self._legend: Legend | None = None
        self._ids: frozenset[bytes] = frozenset()

    def enter(self, seen: MergePreview) -> None:
        """Draw what would come."""
        self.leave()
        self._seen = seen
        badges = badges_of(seen)
        self._ids = frozenset(badges)
        view = self._window.map
        changed = marks_of(seen, "changed")
        marks = [*seen.added, *changed, *seen.deleted, *seen.disagreements]
        view.update_marks(MarkColumns.of_marks(marks), [])
        view.select(None)
        view.set_badges(badges)
        present = [kind for kind in KINDS if marks_of(seen, kind)]
        if present:
            entries = [(KINDS[kind][0], kind_words(kind)) for kind in present]
            self._legend = Legend(view, self._window.theme, entries)

    def filter(self, kind: str) -> None:
        """Pale all but one count, '' all but what the preview is about; show where they are."""
        assert self._seen is not None
        kinds = [kind] if kind else list(KINDS)
        marks = [mark for each in kinds for mark in marks_of(self._seen, each)]
        view = self._window.map
        view.select(None)
        view.set_faded(frozenset(mark.id for mark in marks))
        box = box_of(marks)
        if box is not None and not _holds(view.bbox(), box):
            view.fit(box)

    def leave(self) -> None:
        """Show the map again as it is."""
        if self._legend is not None:
            self._legend.hide()
            self._legend.deleteLater()
            self._legend = None
        ids, self._ids = self._ids, frozenset()
        if ids:
            view = self._window.map
            view.set_badges({})
            view.set_faded(None)
            view.select(None)
            self._window.marks.follow(Effect(features=ids))

    def show(self, feature: bytes) -> None:
        """Select one of the places and bring it to the middle."""
        assert self._seen is not None
        for kind in KINDS:
            for mark in marks_of(self._seen, kind):
                if mark.id == feature:
                    self._window.map.select(feature)
                    self._window.map.fly_to(mark.lng, mark.lat)
                    return

    def kind_of(self, feature: bytes, preferred: str) -> str:
        """Return the count that a mark belongs to, '' for a mark of the map itself."""
        if self._seen is None or feature not in self._ids:
            return ""
        for kind in [preferred] if preferred else list(KINDS)[::-1]:
            if any(mark.id == feature for mark in marks_of(self._seen, kind)):
                return kind
        return ""


def _holds(outer: Bbox, inner: Bbox) -> bool:
    return (
        outer.west <= inner.west
        and outer.south <= inner.south
        and outer.east >= inner.east
        and outer.north >= inner.north
    )
