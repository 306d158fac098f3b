"""Places that may be one, side by side: what each says, what differs, whose value is proposed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collabmap.domain.change import FIELD_PREFIX
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.domain.ids import ID_BYTES
from collabmap.domain.outcome import Outcome
from collabmap.domain.value_text import is_of_theme, text_of_value
from collabmap.review import queue
from collabmap.review.queue import ReviewItem
from collabmap.review.queue_rows import ItemKind
from collabmap.store import duplicates
from collabmap.store.features import Unseal, person_name, view_of
from collabmap.store.project import Project

if TYPE_CHECKING:
    from collabmap.domain.duplicates import Pair

KIND: ItemKind = "duplicate"
FIELDS = ("name", "category", "description", "geometry", "contact")


@dataclass(frozen=True, slots=True)
class MemberValue:
    """What one place says of a field.  place: its id.  text: '' for nothing, as in FieldChange."""

    place: bytes
    text: str
    author_name: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class MemberField:
    """A field of which places say different things.

    values: one a place, in their order.  proposed: the id of the place whose value is proposed:
    the fuller one, then the reviewed one, then the newer one.
    """

    field: str
    values: tuple[MemberValue, ...]
    proposed: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """One of the places.  waiting: what a coordinator has still to decide about it."""

    place: PlaceView
    waiting: ReviewItem | None


@dataclass(frozen=True, slots=True)
class DuplicateItem:
    """Places that may be one.

    id: the ids of the places in a row, ascending.  members: reviewed ones first, then the older
    ones.  differing, same: the fields that they say differently, and those they agree on (field
    and value).  pairs: what speaks for it, the likeliest first; may be empty where a person asked.
    name, category, author_name, at_ms: of the newest.
    """

    id: bytes
    members: tuple[Member, ...]
    differing: tuple[MemberField, ...]
    same: tuple[tuple[str, str], ...]
    pairs: "tuple[Pair, ...]"
    name: str
    category: str
    author_name: str
    at_ms: int
    kind: ItemKind = KIND

    @property
    def proposed(self) -> dict[str, bytes]:
        """Whose value is proposed, by field."""
        return {field.field: field.proposed for field in self.differing}

    @property
    def named(self) -> dict[str, str]:
        """Names of the features that values refer to, by id in hexadecimal."""
        return {of: name for member in self.members for of, name in member.place.named.items()}

    @property
    def disputes(self) -> tuple[()]:
        """Nothing is disputed: whose value is taken is a question of the union."""
        return ()

    @property
    def score(self) -> float:
        """How likely the likeliest two are one, 0 to 1; 0 where nothing speaks for it."""
        return max((pair.score for pair in self.pairs), default=0.0)


def ids_in(joined: bytes) -> tuple[bytes, ...]:
    """Return the ids of the places in the id of an item."""
    return tuple(joined[at : at + ID_BYTES] for at in range(0, len(joined), ID_BYTES))


def read_item(
    project: Project, ids: bytes | Collection[bytes], unseal: Unseal
) -> DuplicateItem | None:
    """Return places side by side; None if fewer than two of them are on the map by now."""
    wanted = ids_in(ids) if isinstance(ids, bytes) else ids
    found: list[tuple[Member, Outcome]] = []
    for place in sorted({project.model.canonical(each) for each in wanted}):
        changes = project.model.changes(place)
        outcome = project.model.outcome(place, changes)
        view = view_of(project, outcome, changes, unseal)
        if view is not None and view.state != FeatureState.REJECTED:
            found.append((Member(view, queue.read_item(project, place, unseal)), outcome))
    if len(found) < 2:
        return None
    found.sort(key=lambda one: (not one[0].place.is_published, one[0].place.born_ms))
    members = tuple(member for member, _ in found)
    of_theme = {f"{FIELD_PREFIX}{key}" for member in members for key in member.place.values}
    fields = [_field(project, name, found) for name in (*FIELDS, *sorted(of_theme))]
    known = [field for field in fields if any(value.text for value in field.values)]
    newest = max(members, key=lambda member: member.place.born_ms).place
    places = sorted(member.place.id for member in members)
    rows = duplicates.pairs_among(project.connection, places)
    return DuplicateItem(
        id=b"".join(places),
        members=members,
        differing=tuple(f for f in known if _differs(f, members)),
        same=tuple((f.field, f.values[0].text) for f in known if not _differs(f, members)),
        pairs=tuple(row.pair() for row in rows),
        name=newest.name,
        category=newest.category,
        author_name=newest.author_name,
        at_ms=newest.born_ms,
    )


def _differs(field: MemberField, members: Iterable[Member]) -> bool:
    if field.field == "geometry":
        return len({member.place.geometry_wkb for member in members}) > 1
    return len({value.text for value in field.values}) > 1


def _field(project: Project, name: str, found: Iterable[tuple[Member, Outcome]]) -> MemberField:
    values = []
    ranks: list[tuple[Any, ...]] = []
    for member, outcome in found:
        view, text = member.place, _text(member.place, name)
        writes = outcome.shown.registers.get(name, ())
        stamp = writes[0].stamp if writes else None
        author = person_name(project, stamp.rid, writes[0].person) if stamp else ""
        at_ms = project.model.ledger.shown_ms(*stamp) if stamp else 0
        values.append(MemberValue(view.id, text, author, at_ms))
        is_shape = name == "geometry" and len(view.geometry_wkb) > duplicates.POINT_BYTES
        fullness = len(text) if name in ("name", "description") else int(is_shape)
        ranks.append((bool(text), fullness, not text.isupper(), view.is_published, at_ms))
    best = max(range(len(values)), key=lambda n: ranks[n])
    return MemberField(name, tuple(values), values[best].place)


def _text(view: PlaceView, field: str) -> str:
    if is_of_theme(field):
        return text_of_value(view.values.get(field.removeprefix(FIELD_PREFIX)))
    return {
        "name": view.name,
        "category": view.category,
        "description": view.description,
        "geometry": f"{view.lng:.5f}, {view.lat:.5f}" if view.geometry_wkb else "",
        "contact": view.contact or "",
    }[field]
