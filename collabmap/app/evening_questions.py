"""What a reader is asked about an evening that is over."""

from abc import ABC, abstractmethod
from datetime import date
from typing import TYPE_CHECKING

from collabmap.domain.territory import Territory, territory_in
from collabmap.review.evening_figures import MapFigures, read_figures
from collabmap.store.features import Hidden
from collabmap.store.project import Project

if TYPE_CHECKING:
    from collabmap.review.evening_story import EveningStory


class EveningQuestions(ABC):
    """A part of a Reader.  numpy is imported late: opening a map does without."""

    _project: Project

    @abstractmethod
    def _hidden(self) -> Hidden:
        """Return what this computer hides."""

    def evening_figures(self) -> MapFigures:
        """Return what was contributed, evening by evening and in all, and what became of it."""
        with self._project.reading():
            return read_figures(self._project)

    def territory(self) -> Territory | None:
        """Return where the evening is, None where nobody has said so."""
        with self._project.reading():
            return territory_in(self._project.model.ledger.definitions)

    def evening_story(self, day: date) -> "EveningStory":
        """Return what happened on the map through the evening of a day."""
        from collabmap.review import evening_story

        with self._project.reading():
            return evening_story.read_story(self._project, day, self._hidden())
