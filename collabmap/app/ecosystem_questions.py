"""What a reader is asked about the territory as a whole: who is missing, who could meet."""

from abc import abstractmethod

from collabmap.app.link_questions import LinkQuestions
from collabmap.domain.ecosystem import FIELDS, Answer, answers
from collabmap.domain.theme import Theme
from collabmap.store.shown_values import values_of


class EcosystemQuestions(LinkQuestions):
    """A part of a Reader."""

    @abstractmethod
    def theme(self) -> Theme:
        """Return the theme of the map as it is defined now."""

    def ecosystem(self) -> tuple[Answer, ...]:
        """Return what the links of the map answer, question by question, the nearest first."""
        with self._project.reading():
            values = values_of(self._project, FIELDS, self._hidden())
        return answers(self.link_graph(with_alone=True), self.theme(), values)
