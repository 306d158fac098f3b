"""What a reader is asked about what similar places have in their fields."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from collabmap.app.themes import theme_of
from collabmap.domain.geo import LngLat
from collabmap.store import usual
from collabmap.store.features import Hidden
from collabmap.store.project import Project


@dataclass(frozen=True, slots=True)
class Usual:
    """values: by field, the most frequent first.  tags: keywords."""

    values: dict[str, Sequence[Any]] = field(default_factory=dict)
    tags: Sequence[str] = ()


class UsualQuestions(ABC):
    """A part of a Reader."""

    _project: Project

    @abstractmethod
    def _hidden(self) -> Hidden:
        """Return what this computer hides."""

    def usual_values(self, category: str, near: LngLat | None = None) -> Usual:
        """Return what several places of a category have, of those around a point if any lie there.

        Private values are never among them, nor those of a field that has become private since.
        """
        with self._project.reading():
            connection = self._project.connection
            values, tags = usual.usual(connection, category, near, self._hidden())
            theme = theme_of(self._project)
        public = {field.id for field in theme.fields if not field.is_private}
        return Usual({field: found for field, found in values.items() if field in public}, tags)
