"""Adding, changing, deleting and commenting places: what people enter becomes changes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from collabmap.app import sealing
from collabmap.app.desk import Desk, WriteRow
from collabmap.app.entry import (
    MAX_COMMENT,
    MAX_CONTACT,
    MAX_DESCRIPTION,
    MAX_LINE,
    MAX_NAME,
    MAX_TAG,
    checked_line,
    checked_text,
)
from collabmap.app.words import _
from collabmap.domain import ids, signing
from collabmap.domain.change import COMMENT, FIELD_PREFIX, MAX_CHANGE_BYTES, TAG, Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import Basis, ChangeId, FeatureState, PlaceDraft, PlaceView, TailName
from collabmap.domain.field_values import checked_value
from collabmap.domain.geo import LngLat
from collabmap.domain.geometry import (
    DECIMALS,
    check_position,
    from_wkb,
    point_of_wkb,
    point_wkb,
    prepare,
)
from collabmap.domain.structure import (
    add_structure,
    create_structure,
    delete_structure,
    remove_structure,
    set_structure,
)
from collabmap.errors import CategoryUnknown, FieldUnknown, NameMissing, TextTooLong

# Room for the structure beside the payload in one change.
_MAX_PAYLOAD = MAX_CHANGE_BYTES - 2048
# Sealed values are as long as a multiple of this.
_SEALED_STEP = 64
# A place does without these; the others it has to have.
MAY_BE_EMPTY = frozenset({"description", "contact"})


def add(desk: Desk, draft: PlaceDraft) -> bytes:
    """Add a place; return its id."""
    subject, rows = create_rows(desk, draft)
    _, names = desk.write(rows)
    desk.remember("add", subject, names=names)
    return subject


def create_rows(desk: Desk, draft: PlaceDraft) -> tuple[bytes, list[WriteRow]]:
    """Return the id of a new place and what writes it, checked."""
    values: dict[str, Any] = {
        "name": draft.name,
        "category": draft.category,
        "geometry_wkb": draft.geometry_wkb,
        "description": draft.description,
        "contact": draft.contact,
        **{FIELD_PREFIX + field: value for field, value in draft.values.items()},
    }
    if draft.geometry_wkb is None:
        values["position"] = draft.position
    fields = {k: v for k, v in checked(desk, values).items() if not is_empty(v)}
    if "name" not in fields:
        raise NameMissing
    subject = ids.new_id(desk.now())
    own = desk.is_coordinator
    rows: list[WriteRow] = [
        (Kind.CREATE, subject, create_structure(fields, own_accept=own), _payload(fields))
    ]
    tags = checked_tags(draft.tags)
    rows += [_tag_row(desk, subject, tag) for tag in tags]
    return subject, rows


def edit(desk: Desk, view: PlaceView, values: Mapping[str, Any]) -> Effect:
    """Write new values over those that the view showed."""
    subject = member_of(desk, view.id)
    fields, rows = changed(desk, view, values)
    if fields:
        rows = [set_row(desk, subject, view.basis, fields), *rows]
    if not rows:
        return Effect()
    effect, names = desk.write(rows)
    kind = "edit"
    if set(fields) == {"geometry"} and len(rows) == 1:
        kind = "move" if point_of_wkb(fields["geometry"]) is not None else "reshape"
    desk.remember(kind, view.id, names=names)
    return effect


def changed(
    desk: Desk, view: PlaceView, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[WriteRow]]:
    """Return the registers that new values write over those shown, and the rows of keywords."""
    before = _shown(view)
    tags = values.get("tags")
    # A contact that this device cannot read must not be emptied by a form that shows it empty.
    same = values.get("contact") == before["contact"]
    left_out = {"tags", "contact"} if same else {"tags"}
    left_out |= {name for name in values if name in before and values[name] == before[name]}
    fields = checked(desk, {k: v for k, v in values.items() if k not in left_out})
    # What is shown of a broken shape is not what was written: kept, it puts the shape right.
    kept = {"contact", "geometry"} if view.care else {"contact"}
    fields = {k: v for k, v in fields.items() if k in kept or differs(v, before.get(k))}
    subject = member_of(desk, view.id)
    wanted = view.tags if tags is None else checked_tags(tags)
    rows = [_tag_row(desk, subject, tag) for tag in wanted if tag not in view.tags]
    for tag in view.tags:
        if tag not in wanted:
            rows += remove_rows(desk, view.id, TAG, view.basis.tags.get(tag, ()), view.basis.tail)
    return fields, rows


def delete(desk: Desk, view: PlaceView, reason: str) -> bool:
    """Delete what the view showed; True if it is gone, False if it waits for a coordinator."""
    text = checked_text(reason, MAX_COMMENT)
    rows = delete_rows(desk, view.id, view.basis.seen, text, tail=view.basis.tail)
    _effect, names = desk.write(rows)
    after = desk.reader.place(view.id)
    if after is not None and after.state == FeatureState.PENDING and not desk.is_coordinator:
        # What others wrote of it keeps one's own place there, and no mark tells a coordinator.
        _effect, told = desk.write([withdrawal_row(desk, view.id, text)])
        names += told
    desk.remember("delete", view.id, names=names)
    return after is None or after.state == FeatureState.REJECTED


def withdrawal_row(desk: Desk, place: bytes, reason: str = "") -> WriteRow:
    """Return the comment that tells a coordinator of a withdrawal which takes nothing away."""
    words = reason or _("I take this place back.")
    return element_row(desk, member_of(desk, place), COMMENT, words)


def comment(desk: Desk, view: PlaceView, text: str) -> Effect:
    """Add a comment."""
    text = checked_text(text, MAX_COMMENT)
    if not text:
        return Effect()
    effect, names = desk.write([element_row(desk, member_of(desk, view.id), COMMENT, text)])
    desk.remember(COMMENT, view.id, names=names)
    return effect


# --- places that are one ----------------------------------------------------------------------


def member_of(desk: Desk, place: bytes) -> bytes:
    """Return the feature to write to: of several that are one, the one whose values are shown.

    Words written to one of them that was deleted would bring that one back.
    """
    with desk.project.reading():
        if place not in desk.project.model.ledger.groups:
            return place
        shown = desk.project.model.outcome(place).shown.registers.values()
        return next((writes[0].subject for writes in shown), place)


def by_subject(
    desk: Desk, place: bytes, names: Iterable[ChangeId], tail: TailName | None = None
) -> dict[bytes, frozenset[ChangeId]]:
    """Return changes of a place by the feature they were made to, whichever are one with it.

    What is said of a change counts in its own feature only, so that it holds if they part, and
    also if they have parted since somebody looked.  tail: see `current`.
    """
    found: dict[bytes, frozenset[ChangeId]] = {}
    with desk.project.reading():
        for name in sorted(current(desk, names, tail)):
            row = desk.project.log.row_of(name)
            subject = place if row is None else row.subject
            found[subject] = found.get(subject, frozenset()) | {name}
    return found


# --- rows -------------------------------------------------------------------------------------


def set_row(desk: Desk, subject: bytes, basis: Basis, fields: Mapping[str, Any]) -> WriteRow:
    """Return a set over the values that a basis has seen: each with all that it replaced."""
    over: dict[str, frozenset[ChangeId] | None] = {}
    births = current(desk, basis.births.get(subject, ()), basis.tail)
    for name in fields:
        heads = basis.heads.get(name, {})
        names = current(desk, frozenset(heads).union(*heads.values()), basis.tail)
        # Short for just the create of this very place: 32 bytes less on every stick.
        over[name] = None if names == births and len(births) == 1 else names
    structure = set_structure(over, own_accept=desk.is_coordinator)
    return (Kind.SET, subject, structure, _payload(dict(fields)))


def delete_rows(
    desk: Desk,
    place: bytes,
    seen: Iterable[ChangeId],
    reason: str = "",
    *,
    tail: TailName | None = None,
) -> list[WriteRow]:
    """Return the delete of a place, of each feature that is one with it.  tail: see `current`."""
    payload = encode(reason) if reason else None
    own = desk.is_coordinator
    return [
        (Kind.DELETE, subject, delete_structure(names, own_accept=own), payload)
        for subject, names in by_subject(desk, place, seen, tail).items()
    ]


def remove_rows(
    desk: Desk, place: bytes, element: str, names: Iterable[ChangeId], tail: TailName | None = None
) -> list[WriteRow]:
    """Return the removes of the elements that these changes added to a place.

    tail: see `current`.
    """
    own = desk.is_coordinator
    return [
        (Kind.REMOVE, subject, remove_structure(element, seen, own_accept=own), None)
        for subject, seen in by_subject(desk, place, names, tail).items()
    ]


def _tag_row(desk: Desk, subject: bytes, tag: str) -> WriteRow:
    return element_row(desk, subject, TAG, tag)


def element_row(desk: Desk, subject: bytes, element: str, text: str) -> WriteRow:
    structure = add_structure(element, own_accept=desk.is_coordinator)
    return (Kind.ADD, subject, structure, encode(text))


def current(
    desk: Desk, names: Iterable[ChangeId], tail: TailName | None = None
) -> frozenset[ChangeId]:
    """Return names as they are now: own changes may have been sealed since they were read.

    tail: the one in which those without a segment were read (Basis.tail), None for that of just
    now.  A form may have been open while this laptop took another key, or while what was not signed
    was put aside: that is left out, for its number is another change's by now.
    """
    log, rid = desk.project.log, desk.rid
    found = (
        log.current_name(name, rid) if tail is None else log.name_since(name, tail)
        for name in names
    )
    return frozenset(name for name in found if name is not None)


def _payload(fields: Mapping[str, Any]) -> bytes:
    payload = encode(fields)
    if len(payload) > _MAX_PAYLOAD:
        raise TextTooLong(length=len(payload), limit=_MAX_PAYLOAD)
    return payload


def _shown(view: PlaceView) -> dict[str, Any]:
    return {
        "name": view.name,
        "category": view.category,
        "description": view.description,
        "geometry": view.geometry_wkb,
        "contact": view.contact or "",
        **{FIELD_PREFIX + field: value for field, value in view.values.items()},
    }


# --- checking what people enter ---------------------------------------------------------------


def checked(desk: Desk, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the registers that checked values write."""
    fields: dict[str, Any] = {}
    for key, value in values.items():
        if key == "name":
            fields["name"] = checked_line(value, MAX_NAME)
            if not fields["name"]:
                raise NameMissing
        elif key == "category":
            if not desk.theme.knows(value):
                known = ", ".join(c.id for c in desk.theme.categories)
                raise CategoryUnknown(value=value, known=known)
            fields["category"] = value
        elif key == "description":
            fields["description"] = checked_text(value, MAX_DESCRIPTION)
        elif key == "contact":
            fields["contact"] = sealed(desk, checked_text(value, MAX_CONTACT))
        elif key.startswith(FIELD_PREFIX):
            fields[key] = _field_value(desk, key.removeprefix(FIELD_PREFIX), value)
        elif key == "position":
            fields["geometry"] = _point(value)
        elif key == "geometry_wkb" and value is not None:
            # Valid, two-dimensional and not too large, whoever the caller is.
            shape = from_wkb(value)
            fields["geometry"] = prepare(shape).wkb
            # The map ends before the poles: what reaches beyond would be kept and never shown.
            for lat in (shape.bounds[1], shape.bounds[3]):
                check_position(0.0, lat)
    return fields


def is_empty(value: object) -> bool:
    """Whether a value of a field says nothing."""
    return value is None or value in ("", [], ())


def differs(value: object, before: object) -> bool:
    """Whether a value is another than before; nothing is nothing, however it is written."""
    return value != before and not (is_empty(value) and is_empty(before))


def _field_value(desk: Desk, field_id: str, value: object) -> object:
    """Return a value of a theme's field, checked; sealed where the field is private."""
    field = desk.theme.field(field_id)
    if field is None:
        raise FieldUnknown(value=field_id)
    if is_empty(value):
        return None
    if isinstance(value, str):
        limit = MAX_DESCRIPTION if field.type == "long_text" else MAX_LINE
        value = checked_text(value, limit)
    kept = checked_value(field, value)
    if not field.is_private:
        return kept
    text = json.dumps(kept, ensure_ascii=False)
    # A sealed text is as long as it was: "true" would be told from "false", an answer from another.
    return sealed(desk, text, padding=" " * (-len(text.encode()) % _SEALED_STEP))


def sealed(desk: Desk, text: str, padding: str = "") -> bytes | str:
    """Return a private text sealed to the coordinators; this device keeps it in clear.

    padding: sealed with it, where it means nothing behind such a text.
    """
    if not text:
        return ""
    with desk.project.reading():
        key = sealing.sealing_key(desk.project)
    sealed = signing.seal(key, f"{text}{padding}".encode())
    desk.device.keep_private(desk.project.id, sealed, text)
    return sealed


def _point(position: LngLat) -> bytes:
    # To the centimetre, as it is exported; so it also travels in half the bytes (columns.py).
    return point_wkb(*(round(degrees, DECIMALS) + 0.0 for degrees in position))


def checked_tags(tags: Iterable[str]) -> list[str]:
    """Return keywords as they are kept: each once, without its #."""
    checked = (checked_text(tag, MAX_TAG).lstrip("#") for tag in tags)
    return list(dict.fromkeys(tag for tag in checked if tag))
