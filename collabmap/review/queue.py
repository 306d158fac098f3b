"""The card: all of what awaits a coordinator about one feature."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from collabmap.domain.change import ANSWER, ASK, COMMENT, FIELD_PREFIX, TAG, Change, Kind
from collabmap.domain.disputes import delete_dispute
from collabmap.domain.feature import ChangeId, FeatureState, PlaceView, Sibling
from collabmap.domain.outcome import Face, Outcome
from collabmap.domain.value_text import is_of_theme, text_of_value, value_of_text
from collabmap.review.disagreement import Dispute, read_disputes
from collabmap.review.parts import NO_PARTS, Parts, private_text, read_parts
from collabmap.review.queue_rows import KINDS, ItemKind
from collabmap.store.awaiting import is_seen_to, proposal
from collabmap.store.features import (
    Unseal,
    person_name,
    readable,
    siblings_of,
    view_of,
)
from collabmap.store.project import Project
from collabmap.store.references import names_of_references
from collabmap.store.rows import (
    Shape,
    is_disputed,
    is_private,
    shape_of,
    texts_of,
    value_of,
)


@dataclass(frozen=True, slots=True)
class Value:
    """One of several concurrent values.  change: what to give to accept() to choose it."""

    text: str
    author_name: str
    at_ms: int
    change: ChangeId


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs.  before: as published, None if it isn't.  after: as proposed.

    Positions are 'lng, lat' in degrees; tags are joined with commas; of the theme's fields
    (field: 'f:' and its id) domain/value_text.py says the form.  values: where there are
    several, all of them as equals, the shown one too, in order of time.  author_name: who
    proposed `after`, '' where nobody in particular did (keywords taken away).
    """

    field: str
    before: str | None
    after: str | None
    siblings: tuple[Sibling, ...]
    values: tuple[Value, ...] = ()
    author_name: str = ""

    @property
    def is_of_theme(self) -> bool:
        """Whether it is one of the theme's fields."""
        return is_of_theme(self.field)


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing to decide.  before_*: the published position, None when there is none.

    author_name: who proposed it last; a comment alone proposes only where nothing else does.
    note: the latest words that came with it, '' if none, by note_author.  private_changed: the
    private fields that are among what waits; their values are in `place`.  is_asked: a coordinator
    has asked about it (place.questions) and nothing was said since.  is_contested: coordinators
    have decided differently, neither knowing of the other's word; what is decided now counts.
    outline_before: the published WKB of a line or a zone that is drawn anew, else None.
    also: the other reasons why it waits.
    named: names of the features that values refer to, by id in hexadecimal.
    parts: keywords, photos and links that come or go, and from which laptop.
    disputes: what people said at the same time and differently, to be settled.
    """

    id: bytes
    kind: ItemKind
    name: str
    category: str
    author_name: str
    at_ms: int
    fields: tuple[FieldChange, ...]
    place: PlaceView
    before_lng: float | None
    before_lat: float | None
    after_lng: float
    after_lat: float
    note: str
    note_author: str = ""
    private_changed: tuple[str, ...] = ()
    is_asked: bool = False
    is_contested: bool = False
    outline_before: bytes | None = None
    also: frozenset[ItemKind] = frozenset()
    parts: Parts = NO_PARTS
    disputes: tuple[Dispute, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


def read_item(project: Project, subject: bytes, unseal: Unseal) -> ReviewItem | None:
    """Return what awaits a coordinator about one feature, None if nothing does."""
    changes = project.model.changes(subject)
    outcome = project.model.outcome(subject, changes)
    view = view_of(project, outcome, changes, unseal)
    siblings = _disputed(project, outcome, siblings_of(project, outcome, unseal))
    if view is None:
        return None
    kinds = _kinds(outcome, changes, view, siblings)
    if not kinds:
        return None
    kind = kinds[0]
    waiting = [c for c in changes if c.id in outcome.waiting]
    latest = proposal(waiting or changes, is_delete=kind == "delete")
    note = _note(c for c in waiting if c.id not in outcome.redacted)
    before = shape_of(outcome.published) if outcome.published.is_alive else None
    removes = [c for c in waiting if c.kind == Kind.REMOVE and c.element == TAG]
    fields = _differences(project, outcome, before, siblings, removes)
    torn = {sibling.field for sibling in siblings if _is_private(outcome, sibling.field)}
    fields = (*fields, *(_private(project, outcome, name, unseal) for name in sorted(torn)))
    return ReviewItem(
        id=subject,
        kind=kind,
        name=view.name,
        category=view.category,
        author_name=person_name(project, latest.stamp.rid, latest.person),
        at_ms=project.model.ledger.shown_ms(latest.stamp.time, latest.stamp.rid),
        fields=fields,
        place=view,
        before_lng=before.lng if before else None,
        before_lat=before.lat if before else None,
        after_lng=view.lng,
        after_lat=view.lat,
        note=str(note.payload) if note else "",
        note_author=person_name(project, note.stamp.rid, note.person) if note else "",
        private_changed=_private_changed(outcome, waiting, torn),
        is_asked=_is_asked(outcome, view, waiting),
        is_contested=view.is_contested,
        outline_before=before.geometry if before and _is_redrawn(before, outcome) else None,
        also=frozenset(kinds[1:]),
        parts=read_parts(outcome, changes, latest, unseal),
        named={**view.named, **names_of_references(project, _values_among(fields))},
        disputes=read_disputes(project, outcome, changes, {s.field for s in siblings}, unseal),
    )


def private_texts(item: ReviewItem) -> dict[str, str]:
    """Return the private values among what waits, as texts, by field; of a new one those it has."""
    found = {}
    for name in item.private_changed:
        if is_of_theme(name):
            value = item.place.values.get(name.removeprefix(FIELD_PREFIX))
        else:
            value = item.place.contact
        text = private_text(value, name)
        if text or item.kind != "new":
            found[name] = text
    return found


def _values_among(fields: Iterable[FieldChange]) -> Iterable[Any]:
    for change in fields:
        if is_of_theme(change.field):
            texts = (change.before, change.after, *(value.text for value in change.values))
            yield from map(value_of_text, texts)


def private_values_differ(project: Project, subject: bytes, unseal: Unseal) -> bool:
    """Whether a feature has private values that can be read here and that differ."""
    changes = project.model.changes(subject)
    outcome = project.model.outcome(subject, changes)
    siblings = _disputed(project, outcome, siblings_of(project, outcome, unseal))
    return outcome.shown.is_alive and any(_is_private(outcome, s.field) for s in siblings)


def _is_private(outcome: Outcome, name: str) -> bool:
    return is_private(name, outcome.shown.registers.get(name, ()))


def _private_changed(
    outcome: Outcome, waiting: Iterable[Change], torn: Collection[str]
) -> tuple[str, ...]:
    """Return the private fields among what waits, those with several values left out."""
    names = {name for change in waiting for name in change.over}
    private = (n for n in names if _is_private(outcome, n) or _was_private(outcome, n))
    return tuple(sorted(set(private) - set(torn)))


def _was_private(outcome: Outcome, name: str) -> bool:
    """Whether what is published of a field is sealed: that it is emptied is seen to as well."""
    return is_private(name, outcome.published.registers.get(name, ()))


def _disputed(
    project: Project, outcome: Outcome, siblings: Iterable[Sibling]
) -> tuple[Sibling, ...]:
    """Return the values that somebody has to choose between."""
    looked_at = project.model.ledger.looked_at(outcome.subject)
    open_ = {
        (name, write.id)
        for name, writes in outcome.shown.registers.items()
        for write in writes
        if is_disputed(write, writes[0], looked_at)
    }
    return tuple(s for s in siblings if (s.field, s.change) in open_)


def _is_asked(outcome: Outcome, view: PlaceView, waiting: Iterable[Change]) -> bool:
    """Whether all that waits was asked about, and nobody has answered the last question."""
    # Where nothing waits but coordinators differ, nobody waits for an answer.
    is_all = {outcome.rulings[change.id].word for change in waiting} == {ASK}
    return is_all and bool(view.questions) and not view.questions[-1].answers


def _kinds(
    outcome: Outcome,
    changes: Collection[Change],
    view: PlaceView,
    siblings: Sequence[Sibling],
) -> list[ItemKind]:
    """Return the reasons why a feature waits, the one that names it first."""
    is_torn = delete_dispute(outcome, changes) is not None
    is_delete = outcome.state == FeatureState.DELETE_PROPOSED and not is_torn
    is_open = bool(outcome.waiting) and not (is_delete or is_torn)
    is_there = outcome.published.is_alive
    is_shown = outcome.shown.is_alive
    reasons: dict[ItemKind, bool] = {
        "delete": is_delete,
        "disagreement": is_torn
        or (is_shown and any(not _is_private(outcome, s.field) for s in siblings)),
        "contested": view.is_contested,
        "change": is_open and is_there,
        "new": is_open and not is_there,
        "care": bool(view.care) and not is_seen_to(outcome),
    }
    # Private values that differ are settled with what else waits: alone they keep nobody waiting,
    # for no row tells them (store/awaiting.py).
    if any(reasons.values()) and is_shown and siblings:
        reasons["disagreement"] = True
    return [kind for kind in KINDS if reasons.get(kind)]


def _differences(
    project: Project,
    outcome: Outcome,
    before: Shape | None,
    siblings: Sequence[Sibling],
    removes: Sequence[Change],
) -> tuple[FieldChange, ...]:
    # A keyword that somebody wants to take away is on the map until that is accepted.
    going = frozenset().union(*(remove.seen for remove in removes))
    kept = tuple(e for e in outcome.shown.elements if e.id not in going)
    proposed = structs.replace(outcome.shown, elements=kept)
    after = shape_of(proposed)
    found = []
    every = {**_FIELDS, **_theme_fields(outcome)}
    for name, read in every.items():
        old = read(before, outcome.published) if before is not None else None
        new = read(after, proposed)
        beside = tuple(s for s in siblings if s.field == name)
        # A line or a zone that is drawn anew may keep its middle.
        is_redrawn = name == "geometry" and before is not None and _is_redrawn(before, outcome)
        if (old or "") != (new or "") or beside or is_redrawn:
            values = _values(project, outcome, name, beside) if beside else ()
            author = _author(project, proposed, name, removes)
            found.append(FieldChange(name, old, new, beside, values, author))
    return tuple(found)


def _is_redrawn(before: Shape, outcome: Outcome) -> bool:
    return before.geometry != shape_of(outcome.shown).geometry


def _private(project: Project, outcome: Outcome, name: str, unseal: Unseal) -> FieldChange:
    """Return the private values of a field that differ, all as equals, the oldest first."""
    values: dict[str, Value] = {}
    for write in sorted(outcome.shown.registers[name], key=lambda w: w.rank):
        text = private_text(readable(write, name, unseal), name)
        author = person_name(project, write.stamp.rid, write.person)
        values.setdefault(
            text, Value(text, author, project.model.ledger.shown_ms(*write.stamp), write.id)
        )
    accepted = outcome.published.registers.get(name, ())
    before = private_text(readable(accepted[0], name, unseal), name) if accepted else None
    return FieldChange(name, before, None, (), tuple(values.values()))


def _author(project: Project, face: Face, name: str, removes: Sequence[Change]) -> str:
    """Return who wrote the value proposed; of keywords, who added or took away the last one."""
    if name == "tags":
        tags = [*(e for e in face.elements if e.element == TAG), *removes]
        writes = sorted(tags, key=lambda c: c.rank)[-1:]
    else:
        writes = list(face.registers.get(name, ()))[:1]
    return person_name(project, writes[0].stamp.rid, writes[0].person) if writes else ""


def _values(
    project: Project, outcome: Outcome, name: str, siblings: Iterable[Sibling]
) -> tuple[Value, ...]:
    """Return the concurrent values of a field, the shown one among them, the oldest first."""
    writes = outcome.shown.registers[name]
    kept = {writes[0].id, *(sibling.change for sibling in siblings)}
    found = []
    for write in sorted((w for w in writes if w.id in kept), key=lambda w: w.rank):
        face = Face(True, {name: (write,)}, ())
        text = _reading(name)(shape_of(face), face)
        author = person_name(project, write.stamp.rid, write.person)
        found.append(Value(text, author, project.model.ledger.shown_ms(*write.stamp), write.id))
    return tuple(found)


def _theme_fields(outcome: Outcome) -> dict[str, "Read"]:
    """Return how to read each of the theme's fields that anything was said of, private ones not."""
    faces = (outcome.published, outcome.shown)
    names = {name for face in faces for name in face.registers if is_of_theme(name)}
    private = {n for n in names if _is_private(outcome, n) or _was_private(outcome, n)}
    return {name: _reading(name) for name in sorted(names - private)}


def _reading(name: str) -> "Read":
    if not is_of_theme(name):
        return _FIELDS[name]

    def read(_shape: Shape, face: Face) -> str:
        writes = face.registers.get(name, ())
        return text_of_value(value_of(writes[0], name)) if writes else ""

    return read


def _position(shape: Shape, face: Face) -> str:
    return "" if shape.lng is None else f"{shape.lng:.5f}, {shape.lat:.5f}"


Read = Callable[[Shape, Face], str]
_FIELDS: dict[str, Read] = {
    "name": lambda shape, face: shape.name,
    "category": lambda shape, face: shape.category,
    "description": lambda shape, face: _description(face),
    "tags": lambda shape, face: ", ".join(sorted(set(texts_of(face, TAG)), key=str.casefold)),
    "geometry": _position,
}


def _description(face: Face) -> str:
    writes = face.registers.get("description", ())
    value = value_of(writes[0], "description") if writes else ""
    return value if isinstance(value, str) else ""


def _note(waiting: Iterable[Change]) -> Change | None:
    """Return the latest words with what waits: a comment, an answer, the reason of a delete."""
    for change in sorted(waiting, key=lambda c: c.rank, reverse=True):
        is_word = change.kind == Kind.DELETE or change.element in (COMMENT, ANSWER)
        if is_word and isinstance(change.payload, str) and change.payload:
            return change
    return None
