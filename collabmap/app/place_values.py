"""What the theme's fields say of a place, row by row, as it is shown wherever a place is."""

from dataclasses import dataclass
from typing import Any

from collabmap.app.field_words import known_values, theme_field_label, theme_value_words
from collabmap.app.words import _
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import PlaceView, Sibling
from collabmap.domain.theme import FieldType, Theme
from collabmap.domain.value_text import is_of_theme


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One field with its value.

    field: its id.  type: '' for one that this laptop does not know.  value: None where it is sealed
    and only coordinators can read it.
    """

    field: str
    type: FieldType | str
    label: str
    words: str
    value: Any
    is_private: bool = False


def value_rows(view: PlaceView, theme: Theme) -> list[ValueRow]:
    """Return the rows of a place in the order of the theme.

    What is hidden is kept and not shown, also what is asked no longer because of another value.
    """
    return [
        _row(view, theme, field)
        for field in known_values(view.values, view.category, theme, view.sealed_fields)
    ]


def _row(view: PlaceView, theme: Theme, field_id: str) -> ValueRow:
    found = theme.field(field_id)
    is_sealed = field_id in view.sealed_fields
    value = None if is_sealed else view.values.get(field_id)
    words = _("Kept; only coordinators can read it.")
    if not is_sealed:
        words = theme_value_words(field_id, value, theme, view.named)
    return ValueRow(
        field_id,
        found.type if found is not None else "",
        theme_field_label(field_id, theme),
        words,
        value,
        is_sealed or field_id in view.private_fields,
    )


def sibling_value(sibling: Sibling, view: PlaceView, theme: Theme) -> str | None:
    """Return a value beside the one shown in words, None if it is not of the theme's fields."""
    if not is_of_theme(sibling.field):
        return None
    field = sibling.field.removeprefix(FIELD_PREFIX)
    return theme_value_words(field, sibling.value, theme, view.named) or _("(empty)")
