"""Values of a theme's fields as text, where values of all fields are: '' for nothing, else JSON.

So a change of a field is a pair of texts, whether of a name, a number or several choices; for
people app/field_words.py makes words of them.
"""

import json
from typing import Any

from collabmap.domain.change import FIELD_PREFIX


def is_of_theme(register: str) -> bool:
    """Whether a register holds a value of one of the theme's fields."""
    return register.startswith(FIELD_PREFIX)


def text_of_value(value: Any) -> str:
    """Return a value as text, '' for nothing and for what is sealed here."""
    if value is None or value in ("", [], ()):
        return ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:
        return ""


def value_of_text(text: str | None) -> Any:
    """Return the value that a text stands for, None for ''."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
