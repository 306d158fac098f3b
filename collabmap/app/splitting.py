"""Splitting a place: it keeps one part of its shape, the others become places of their own."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from collabmap.app import editing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import MAX_NAME
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.field_values import checked_value
from collabmap.domain.geometry import Prepared, prepare
from collabmap.domain.theme import Theme
from collabmap.errors import ValueInvalid

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_NUMBERED = re.compile(r"^(?P<name>.*) \((?P<number>\d{1,3})\)$", re.DOTALL)


def split(desk: Desk, view: PlaceView, parts: "Sequence[BaseGeometry]") -> tuple[bytes, ...]:
    """Write the first part as the place's shape, each other as a new place beside it.

    Return the ids of the new places.  All in one transaction, taken back by one undo.
    """
    kept, *others = (prepare(part) for part in parts)
    shape = editing.checked(desk, {"geometry_wkb": kept.wkb})
    subject = editing.member_of(desk, view.id)
    rows: list[WriteRow] = [editing.set_row(desk, subject, view.basis, shape)]
    values = _values(view, desk.theme)
    new: list[bytes] = []
    for number, part in enumerate(others):
        draft = _draft(view, numbered(view.name, number), part, values)
        id_, created = editing.create_rows(desk, draft)
        new.append(id_)
        rows += created
    _, names = desk.write(rows)
    desk.remember("split", view.id, names=names)
    return tuple(new)


def numbered(name: str, count: int) -> str:
    """Return 'Park (2)' for the first part split off 'Park', 'Park (3)' for 'Park (2)'.

    count: how many were split off before.
    """
    found = _NUMBERED.match(name)
    base, number = (found["name"], int(found["number"])) if found else (name, 1)
    suffix = f" ({number + 1 + count})"
    return base[: MAX_NAME - len(suffix)] + suffix


def _values(view: PlaceView, theme: Theme) -> dict[str, Any]:
    """Return the values that each new place takes along: those that could be entered just now.

    What was said in private is not taken into a field that has since become public.
    """
    found = {}
    for field_id, value in view.values.items():
        field = theme.field(field_id)
        if field is None or (field_id in view.private_fields and not field.is_private):
            continue
        try:
            found[field_id] = checked_value(field, value)
        except ValueInvalid:
            continue
    return found


def _draft(view: PlaceView, name: str, part: Prepared, values: dict[str, Any]) -> PlaceDraft:
    return PlaceDraft(
        name=name,
        category=view.category,
        lng=part.position.lng,
        lat=part.position.lat,
        description=view.description,
        tags=view.tags,
        geometry_wkb=part.wkb,
        values=values,
    )
