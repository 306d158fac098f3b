"""Values of a theme's fields: checked when they are entered, never when they are merged.

domain/theme.py says in which form each type is kept.
"""

from typing import Any

from collabmap.domain.theme import Field
from collabmap.errors import ValueInvalid

_TEXTS = frozenset({"text", "long_text", "hours", "url", "email", "phone", "reference"})


def checked_value(field: Field, value: object) -> Any:
    """Return a value as it is kept.  Raises ValueInvalid."""
    if field.type in _TEXTS and isinstance(value, str):
        return value.strip()
    if field.type in ("number", "rating") and isinstance(value, (int, float)):
        return value
    if field.type == "yes_no" and isinstance(value, bool):
        return value
    if field.type in ("choice", "date", "date_time") and isinstance(value, str):
        return value
    if field.type == "choices" and isinstance(value, (list, tuple)):
        return list(value)
    raise ValueInvalid(field=field.id, label=field.label("fr"), value=value)
