"""Settling what people said at the same time: a value of one's own, all of theirs, a delete or not.

To choose one of several values is to accept it (reviewing.accept).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collabmap.app import editing
from collabmap.app.desk import Desk
from collabmap.app.entry import MAX_CONTACT, MAX_DESCRIPTION, MAX_LINE, MAX_NAME
from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import ChangeId
from collabmap.domain.sketch import Sketch
from collabmap.domain.theme import Field, Theme
from collabmap.domain.value_text import is_of_theme, value_of_text
from collabmap.domain.vertex_merge import merge_sketches
from collabmap.errors import CollabMapError
from collabmap.review.disagreement import Dispute

# Between two texts that are both kept.
JOINT = " / "
_LONGEST = {"name": MAX_NAME, "description": MAX_DESCRIPTION, "contact": MAX_CONTACT}


@dataclass(frozen=True, slots=True)
class Written:
    """What a coordinator writes over the concurrent values of a field.

    value: a text, a LngLat, the WKB of an outline, or a value of a theme's field.  keeps_all: it
    holds what all of them wrote, so that none of them lost.
    """

    value: Any
    keeps_all: bool = False


def joined(dispute: Dispute, theme: Theme | None = None) -> Written | None:
    """Return all values of a field as one text, None where that makes no sense or is too long.

    Of several choices what anybody has chosen.  theme: whose field it may be.
    """
    if theme is not None and is_of_theme(dispute.field):
        return _joined_values(dispute, theme.field(dispute.field.removeprefix(FIELD_PREFIX)))
    limit = _LONGEST.get(dispute.field)
    texts = [side.text for side in dispute.sides if side.text]
    text = JOINT.join(texts)
    if limit is None or len(texts) < 2 or len(text) > limit:
        return None
    return Written(text, keeps_all=True)


def _joined_values(dispute: Dispute, field: Field | None) -> Written | None:
    values = [value_of_text(side.text) for side in dispute.sides if side.text]
    if field is None or len(values) < 2:
        return None
    if field.type == "choices":
        chosen = [one for value in values if isinstance(value, list) for one in value]
        union = [option.id for option in field.options if option.id in chosen]
        return Written(union, keeps_all=True) if union else None
    if field.type not in ("text", "long_text"):
        return None
    text = JOINT.join(map(str, values))
    limit = MAX_DESCRIPTION if field.type == "long_text" else MAX_LINE
    return Written(text, keeps_all=True) if len(text) <= limit else None


def put_together(dispute: Dispute) -> Written | None:
    """Return the outline with the corrections of all sides, None where they cannot be put together.

    See domain/vertex_merge.py.  Takes a while for long outlines.
    """
    shapes = [side.geometry for side in dispute.sides]
    start = dispute.start.geometry if dispute.start is not None else None
    if dispute.field != "geometry" or start is None or not all(shapes):
        return None
    try:
        base = Sketch.from_wkb(start)
        merged = merge_sketches(base, [Sketch.from_wkb(shape) for shape in shapes if shape])
        return Written(merged.wkb(), keeps_all=True) if merged is not None else None
    except CollabMapError:
        # Somebody's program may have written anything.
        return None


def registers(desk: Desk, written: Mapping[str, Written]) -> dict[str, Any]:
    """Return what is written to the registers, checked.  Raises InputInvalid's kinds."""
    values: dict[str, Any] = {}
    for field, own in written.items():
        if field != "geometry":
            values[field] = own.value
        else:
            key = "geometry_wkb" if isinstance(own.value, bytes) else "position"
            values[key] = own.value
    return editing.checked(desk, values)


def losing(written: Written, values: Mapping[ChangeId, Any]) -> set[ChangeId]:
    """Return which of concurrent changes lost a field that a coordinator writes over.

    values: what each wrote.
    """
    if written.keeps_all:
        return set()
    return {name for name, value in values.items() if value != written.value}
