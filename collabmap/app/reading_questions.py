"""What a reader is asked about readings: those of a place, and what they say on the map."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from collabmap.domain.reading_batch import Batch
from collabmap.domain.theme import Field, Theme
from collabmap.domain.written_times import plain
from collabmap.store.features import Hidden
from collabmap.store.links import SHOWN
from collabmap.store.project import Project
from collabmap.store.readings import batch_of
from collabmap.store.rows import decode_json

if TYPE_CHECKING:
    from collabmap.app.numbers import Numbers
    from collabmap.domain.reading_columns import How, Readings
    from collabmap.store.reading_columns import Quantity


# What is longer is a sentence, and names nothing.
_LONGEST_NAME = 80


class ReadingAsked(NamedTuple):
    """What the map shows of readings.  field: id.  since_s, until_s: UTC, None for no limit."""

    field: str
    how: "How" = "latest"
    since_s: int | None = None
    until_s: int | None = None


class ReadingQuestions(ABC):
    """A part of a Reader."""

    _project: Project

    @abstractmethod
    def _hidden(self) -> Hidden:
        """Return what this computer hides."""

    @abstractmethod
    def theme(self) -> Theme:
        """Return the theme as it is now."""

    def readings(
        self, place: bytes, field: str, since_s: int | None = None, until_s: int | None = None
    ) -> "Readings":
        """Return the readings of a quantity (id of its field) at a place, in the field's unit.

        since_s, until_s: seconds since 1970, UTC; None for no limit.
        """
        from collabmap.store.reading_columns import Wanted, of_place

        wanted = Wanted(field, _unit(self.theme().field(field)), since_s, until_s)
        with self._project.reading():
            canonical = self._project.model.canonical(place)
            return of_place(self._project.connection, canonical, wanted, self._hidden())

    def reading_batch(self, place: bytes, element: bytes) -> Batch | None:
        """Return the readings of a place that were added together, None if they are not there."""
        with self._project.reading():
            canonical = self._project.model.canonical(place)
            return batch_of(self._project.connection, canonical, element)

    def measured_places(self) -> list[bytes]:
        """Return the places on the map that have readings, by name."""
        is_shown, values = self._hidden().condition()
        sql = (
            "SELECT DISTINCT f.uuid, f.name FROM reading r JOIN shown f ON f.id = r.feature"
            f" WHERE f.life = 1 AND r.faces & {SHOWN} AND {is_shown} ORDER BY f.name, f.uuid"
        )
        with self._project.reading():
            return [place for place, _name in self._project.connection.execute(sql, values)]

    def place_names(self) -> tuple[dict[str, list[bytes]], dict[bytes, str]]:
        """Return places by what a table may call them, plain, and their names by id.

        That is their name, their id, or what a field of the theme says of them in words.
        """
        named: dict[str, list[bytes]] = {}
        labels: dict[bytes, str] = {}
        is_shown, values = self._hidden().condition()
        sql = f"SELECT f.uuid, f.name, f.fields FROM shown f WHERE f.life = 1 AND {is_shown}"
        with self._project.reading():
            for place, name, fields in self._project.connection.execute(sql, values):
                labels[place] = name or ""
                said = decode_json(fields).get("values", {}).values()
                for text in {name or "", place.hex(), *(v for v in said if isinstance(v, str))}:
                    if text and len(text) <= _LONGEST_NAME:
                        named.setdefault(plain(text), []).append(place)
        return named, labels

    def quantities(self) -> "list[Quantity]":
        """Return what was measured at places on the map, what has the most readings first."""
        from collabmap.store.reading_columns import quantities

        with self._project.reading():
            return quantities(self._project.connection, self._hidden())

    def reading_numbers(self, asked: ReadingAsked) -> "Numbers":
        """Return one number for each place with readings of a quantity in a period."""
        from collabmap.app.numbers import Numbers
        from collabmap.domain.number_tags import Left
        from collabmap.store.reading_columns import Wanted, of_all

        field = self.theme().field(asked.field)
        wanted = Wanted(asked.field, _unit(field), asked.since_s, asked.until_s)
        with self._project.reading():
            found = of_all(
                self._project.connection,
                wanted,
                asked.how,
                lower_is_worse=field is not None and field.lower_is_worse,
                hidden=self._hidden(),
            )
        left = Left(0, found.other_units)
        names = ("",) * len(found.rows)
        return Numbers(found.lng, found.lat, found.values, found.rows, names, found.unit, left)


def _unit(field: Field | None) -> str:
    return field.unit if field is not None else ""
