"""What people see of a feature: frozen values that cross lanes.

Positions are WGS84 degrees, longitude first; geometry is WKB in the same system; times are
milliseconds since 1970, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from collabmap.domain.geo import LngLat


class FeatureState(StrEnum):
    """What became of a feature; a coordinator's verdicts decide it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CHANGE_PROPOSED = "change_proposed"
    DELETE_PROPOSED = "delete_proposed"
    REJECTED = "rejected"


class ChangeId(NamedTuple):
    """The name of a change: hash of the sealed segment that holds it, and its place in it.

    An unsealed change of this laptop has the empty hash until its segment is sealed.
    """

    segment: bytes
    ordinal: int


class TailName(NamedTuple):
    """Tells the unsigned changes of a laptop from all others.  seed: of their salts."""

    rid: bytes
    seed: bytes


class Mark(NamedTuple):
    """A feature as the map draws it.  author: person id."""

    id: bytes
    lng: float
    lat: float
    category: str
    state: FeatureState
    author: bytes
    disagreement: bool
    name: str


class ShapeRow(NamedTuple):
    """A line or a zone as the map draws it.

    row: its number in the project file, as in MarkColumns.  wkb: WGS84 degrees, longitude first;
    whatever somebody's program wrote.  author: person id.  lng, lat: of its mark.
    """

    row: int
    id: bytes
    wkb: bytes
    category: str
    state: FeatureState
    author: bytes
    disagreement: bool
    name: str
    lng: float
    lat: float

    @property
    def mark(self) -> Mark:
        """Return its mark."""
        return Mark(
            self.id, self.lng, self.lat, self.category, self.state, self.author,
            self.disagreement, self.name,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sibling:
    """A concurrent value of a field, kept beside the one shown."""

    field: str
    value: object
    author_name: str
    at_ms: int
    change: ChangeId


@dataclass(frozen=True, slots=True)
class Comment:
    """Words about a feature.  author: person id.  change: what to redact to take it away."""

    author_name: str
    at_ms: int
    text: str
    author: bytes = b""
    change: ChangeId = field(default_factory=lambda: ChangeId(b"", -1))


@dataclass(frozen=True, slots=True)
class Question:
    """What a coordinator asked before deciding, and what was answered since."""

    text: str
    author_name: str
    at_ms: int
    answers: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another feature on the map.  type: what the first does for the other (theme.py).

    element: id, to take it away by.  name, category: of the other.
    """

    element: bytes
    target: bytes
    name: str
    category: str
    type: str
    author_name: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a feature.  blob: name of the picture; is_here: whether this device has it.

    element: id, to take it away by.  thumbnail: a JPEG of at most 8 KB, always there; like the
    picture it may come from a stranger, so it is decoded with care.  size_bytes: of the picture.
    author: person id.  field: of the theme, which the photo answers; '' for none.
    """

    element: bytes
    blob: bytes
    thumbnail: bytes
    text: str
    author_name: str
    at_ms: int
    is_here: bool
    size_bytes: int = 0
    author: bytes = b""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """Readings of one quantity that were added together, without the readings themselves.

    element: id, to take them away by.  field: of the theme.  first_s, last_s: seconds since 1970,
    UTC.  least, most: in `unit`.  author: person id.
    """

    element: bytes
    field: str
    unit: str
    count: int
    first_s: int
    last_s: int
    least: float
    most: float
    author: bytes
    author_name: str
    at_ms: int
    is_published: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """What a person saw of a feature when it was read: names of changes, never shown.

    heads: per field, the values shown, each with what it replaced (its `over`).  seen: every
    change of the feature in effect.  pending: those that await a verdict.  verdicts: those in
    force.  tags: tag -> the changes that added it.  photos, links, readings: the same by element
    id.  contested: changes that coordinators decided about differently.  birth: the create; births:
    all of them, by place, where several are one.  tail: the unsigned changes that those are which
    are named without a segment, None where there were none.  Given back to a write, so that it
    replaces what was seen and nothing that arrived since.
    """

    heads: dict[str, dict[ChangeId, frozenset[ChangeId]]] = field(default_factory=dict)
    seen: frozenset[ChangeId] = frozenset()
    pending: frozenset[ChangeId] = frozenset()
    verdicts: dict[ChangeId, frozenset[ChangeId]] = field(default_factory=dict)
    tags: dict[str, frozenset[ChangeId]] = field(default_factory=dict)
    photos: dict[bytes, frozenset[ChangeId]] = field(default_factory=dict)
    links: dict[bytes, frozenset[ChangeId]] = field(default_factory=dict)
    readings: dict[bytes, frozenset[ChangeId]] = field(default_factory=dict)
    contested: frozenset[ChangeId] = frozenset()
    birth: ChangeId | None = None
    births: dict[bytes, frozenset[ChangeId]] = field(default_factory=dict)
    tail: TailName | None = None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Everything the form and the card show of one feature.

    removed: fields whose value was redacted, which are empty.  members: ids of the features that a
    coordinator has said are this one, itself among them; empty where it is alone.  questions:
    those not decided yet.  is_contested: coordinators have decided differently, at the same time.
    where: the quarter and commune it lies in, '' where they are not known.  care: why its shape
    needs care (domain/care.py), '' where it does not.  values: of the theme's fields, by field id,
    in the form that domain/theme.py gives for each type; private ones where this device may read
    them.  sealed_fields: the private ones that it may not read.  private_fields: those it may.
    named: names of the features that values refer to, by id in hexadecimal.  measured: its
    readings, as they were added, the first one first.
    """

    id: bytes
    name: str
    category: str
    description: str
    tags: tuple[str, ...]
    contact: str | None
    contact_hidden: bool
    geometry_wkb: bytes
    lng: float
    lat: float
    state: FeatureState
    author: bytes
    author_name: str
    born_ms: int
    changed_ms: int
    siblings: tuple[Sibling, ...]
    comments: tuple[Comment, ...]
    reason: str
    is_published: bool
    basis: Basis
    photos: tuple[Photo, ...] = ()
    removed: tuple[str, ...] = ()
    members: tuple[bytes, ...] = ()
    links: tuple[Link, ...] = ()
    questions: tuple[Question, ...] = ()
    is_contested: bool = False
    where: str = ""
    care: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    sealed_fields: tuple[str, ...] = ()
    private_fields: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    measured: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A line of the list.  distance_m: from the point asked about, 0 when none was.

    is_placed: whether it has a position that can be read; lng and lat are 0 otherwise.
    """

    id: bytes
    name: str
    category: str
    lng: float
    lat: float
    state: FeatureState
    author: bytes
    author_name: str
    distance_m: float
    disagreement: bool
    is_placed: bool = True


class CareRow(NamedTuple):
    """A feature that needs care.  row: as MarkColumns.row.  reason: as PlaceView.care."""

    row: int
    id: bytes
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A new place as entered.  geometry_wkb: for lines and zones; None means a point.

    values: as in PlaceView.
    """

    name: str
    category: str
    lng: float
    lat: float
    description: str = ""
    tags: tuple[str, ...] = ()
    contact: str = ""
    geometry_wkb: bytes | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def position(self) -> LngLat:
        return LngLat(self.lng, self.lat)


@dataclass(frozen=True, slots=True)
class PersonView:
    """consent: the person lets the published map show the name.  is_here: of this laptop."""

    id: bytes
    name: str
    consent: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """duplicates: pairs and groups of places that may be one."""

    places: int
    pending: int
    published: int
    disagreements: int
    duplicates: int = 0

    @property
    def to_review(self) -> int:
        """Return how many lines the queue has."""
        return self.pending + self.duplicates
