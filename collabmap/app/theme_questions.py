"""What a reader is asked about the fields of the theme."""

from collabmap.store import tally
from collabmap.store.project import Project


class ThemeQuestions:
    """A part of a Reader."""

    _project: Project

    def count_values(self, field: str) -> int:
        """Return how many places have a value in a field that all may read; 0 of a private one."""
        with self._project.reading():
            return tally.count_with_value(self._project.connection, field)
