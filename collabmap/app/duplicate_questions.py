"""What a reader is asked about places that may be one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from collabmap.domain.theme import Theme
from collabmap.store import duplicates as store
from collabmap.store import features
from collabmap.store.features import Hidden, Unseal
from collabmap.store.project import Project

if TYPE_CHECKING:
    from collabmap.app.duplicates import Grouping, Look
    from collabmap.app.progress import CancelToken, Progress
    from collabmap.domain.duplicate_groups import Group
    from collabmap.review.duplicates import DuplicateItem


class DuplicateQuestions(ABC):
    """A part of a Reader.  numpy and rapidfuzz are imported late: opening a map does without."""

    _project: Project
    _unseal: Unseal
    _grouping: "Grouping | None" = None

    @abstractmethod
    def _hidden(self) -> Hidden:
        """Return what this computer hides."""

    def places_to_compare(self) -> int:
        """Return how many places are to be looked through for duplicates, 0 unless it is all."""
        from collabmap.app import duplicates

        with self._project.reading():
            if not duplicates.needs_whole(self._project):
                return 0
            return features.counts(self._project.connection).places

    def find_duplicates(
        self,
        theme: Theme,
        ids: frozenset[bytes] | None = None,
        *,
        progress: "Callable[[Progress], None] | None" = None,
        cancel: "CancelToken | None" = None,
    ) -> "Look | None":
        """Look for duplicates of what has changed; `Session.keep_duplicates` keeps what is found.

        ids: only of these; None asks of all of the map what has changed.  Raises Cancelled.
        """
        from collabmap.app import duplicates

        return duplicates.find(self._project, theme, ids, progress=progress, cancel=cancel)

    def duplicates(self) -> "tuple[Group, ...]":
        """Return the places that may be one and that nobody has decided about, likeliest first."""
        with self._project.reading():
            if not store.has_pairs(self._project.connection):
                return ()
            from collabmap.app.duplicates import Grouping

            self._grouping = self._grouping or Grouping()
            return self._grouping.groups(self._project, self._hidden())

    def duplicate_item(self, ids: bytes | Collection[bytes]) -> "DuplicateItem | None":
        """Return places that may be one, side by side; None if fewer than two are on the map.

        ids: of features, or the id of an item: theirs in a row.
        """
        from collabmap.review import duplicates

        with self._project.reading():
            return duplicates.read_item(self._project, ids, self._unseal)
