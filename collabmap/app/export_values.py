"""The theme's fields in an export: flat columns of plain types, and what they mean.

What is private never leaves the house, neither what the theme says is private now nor what was
sealed when it was written (that is not among the values of a published row at all).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from collabmap.app.field_words import known_values
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.theme import Field, Theme
from collabmap.domain.written_numbers import converted
from collabmap.formats.geojson import iso_time

if TYPE_CHECKING:
    from collabmap.store.reading_columns import Latest

_FEATURE = re.compile(r"[0-9a-f]{32}")
_CHOICES = frozenset({"choice", "choices"})
# They hold no value in the file: photos are other things.
_NO_VALUE = frozenset({"photo"})


class FieldColumns:
    """The columns of a theme's fields.  reserved: names that the file has for other things."""

    def __init__(self, theme: Theme, language: str, reserved: Collection[str]) -> None:
        self._theme = theme
        self._language = language
        self._names = {
            field.id: f"field-{field.id}" if field.id in reserved else field.id
            for field in theme.fields
            if not (field.is_private or field.is_hidden or field.type in _NO_VALUE)
        }

    def about(self) -> list[dict[str, Any]]:
        """Return what each column is, for the head of the file."""
        return [self._about(f) for f in self._theme.fields if f.id in self._names]

    def _about(self, field: Field) -> dict[str, Any]:
        told: dict[str, Any] = {
            "property": self._names[field.id],
            "label": field.label(self._language),
            "type": field.type,
        }
        if field.unit:
            told["unit"] = field.unit
        if field.options:
            told["options"] = {o.id: o.label(self._language) for o in field.options}
        return told

    def properties(
        self, values: Mapping[str, Any], category: str, removed: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Return the columns of one place.

        removed: registers whose words were taken away for good: null.
        """
        found: dict[str, Any] = {}
        for field_id in known_values(values, category, self._theme):
            field = self._theme.field(field_id)
            if field is not None and field_id in self._names and field.belongs_to(category):
                found |= self._columns(field, values[field_id])
        gone = (name.removeprefix(FIELD_PREFIX) for name in removed)
        return found | {self._names[field]: None for field in gone if field in self._names}

    def measured(self, latest: Iterable["Latest"]) -> dict[str, Any]:
        """Return the columns of the latest readings of one place: number and time (UTC)."""
        found: dict[str, Any] = {}
        for one in latest:
            field = self._theme.field(one.field)
            if field is None or one.field not in self._names:
                continue
            value = converted(one.value, one.unit, field.unit)
            if value is not None:
                name = self._names[one.field]
                found |= {name: value, f"{name}_time": iso_time(one.at_s * 1000)}
        return found

    def _columns(self, field: Field, value: Any) -> dict[str, Any]:
        name = self._names[field.id]
        if field.type in _CHOICES:
            chosen = [str(one) for one in (value if isinstance(value, list) else [value])]
            labels = [field.option(one).label(self._language) for one in chosen]
            # As OpenStreetMap writes several values: a list would be no column in a table.
            return {name: ";".join(chosen), f"{name}_label": ";".join(labels)}
        if field.type == "reference" and isinstance(value, str) and _FEATURE.fullmatch(value):
            return {name: str(UUID(hex=value))}
        # What another version wrote in its own way must not break a column of numbers.
        is_plain = isinstance(value, (str, bool, int, float))
        is_number = is_plain and not isinstance(value, (str, bool))
        if field.type in ("number", "rating") and not is_number:
            return {}
        return {name: value} if is_plain else {}
