"""What a reader is asked about the territory as a whole: who is missing, who could meet."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from collabmap.app.link_questions import LinkQuestions
from collabmap.domain.theme import Theme
from collabmap.store.shown_values import values_of

if TYPE_CHECKING:
    from collabmap.domain.ecosystem import Answer


class EcosystemQuestions(LinkQuestions):
    """A part of a Reader."""

    @abstractmethod
    def theme(self) -> Theme:
        """Return the theme of the map as it is defined now."""

    def ecosystem(self) -> "tuple[Answer, ...]":
        """Return what the links of the map answer, question by question, the nearest first."""
        # Imported late: a start must not wait for it.
        from collabmap.domain.ecosystem import FIELDS, answers

        with self._project.reading():
            values = values_of(self._project, FIELDS, self._hidden())
        return answers(self.link_graph(with_alone=True), self.theme(), values)
