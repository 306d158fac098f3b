"""What a reader is asked about the links between places."""

from abc import ABC, abstractmethod

from collabmap.domain.links import LinkGraph, LinkRow
from collabmap.store import link_graph
from collabmap.store.features import Hidden
from collabmap.store.project import Project


class LinkQuestions(ABC):
    """A part of a Reader."""

    _project: Project

    @abstractmethod
    def _hidden(self) -> Hidden:
        """Return what this computer hides."""

    def links(self, of: bytes | None = None) -> tuple[LinkRow, ...]:
        """Return the links of the map, or those from and to one place, the first one first."""
        with self._project.reading():
            return link_graph.links(self._project, of, self._hidden())

    def link_graph(self, of: bytes | None = None, *, with_alone: bool = False) -> LinkGraph:
        """Return the same links, and the places at their ends.

        with_alone: the nodes are all places on the map, linked or not.
        """
        with self._project.reading():
            return link_graph.graph(self._project, of, self._hidden(), with_alone=with_alone)
