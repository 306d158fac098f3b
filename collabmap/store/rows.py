"""A feature as columns: what the read model keeps of an outcome.

Values are not trusted: another version, or nobody's program, may have written them.
"""

import math
import re
import struct
from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from collabmap.domain.change import FIELD_PREFIX, TAG, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.outcome import Face, Outcome

GONE, ON_MAP, REFUSED, UNITED = 0, 1, 2, 3
UNPUBLISHED, AS_SHOWN, OTHERWISE, AS_BORN = 0, 1, 2, 3

# A bit for each field whose value the columns hold whole, so that a row can stand for its create.
PLAIN_FIELDS = {"name": 1, "category": 2, "geometry": 4, "description": 8}
# Set beside them where the create carries an own accept.
OWN_ACCEPT = 16
_POINT = struct.Struct("<BIdd")
# As in domain/care.py, which opening a map does not wait for.
_MISSING, _OFF_THE_MAP = "missing", "off-the-map"
_MINUS_ZERO = struct.pack("<d", -0.0)


# Values that are no words of anybody: ids of options and features, days and moments, opening hours.
_NO_WORDS = re.compile(
    r"[a-z0-9][a-z0-9-]*|\d{4}-\d\d-\d\dT\d\d:\d\d|(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|[\d:,;+\-/ ])+"
)

_ENCODE, _DECODE = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def encode_json(fields: dict[str, Any]) -> str | None:
    """Return the JSON column of a row, None if there is nothing in it."""
    return _ENCODE(fields).decode() if fields else None


def decode_json(text: str | None) -> dict[str, Any]:
    """Return what the JSON column of a row holds."""
    return _DECODE(text) if text else {}


class Shape(NamedTuple):
    """Values of one face of a feature as columns.

    geometry: WKB, None for a point, which lng and lat hold whole.  fields: JSON of the others,
    None without any.
    box: west, south, east, north in degrees.  care, is_as_written: see Placed.
    """

    category: str
    name: str
    lng: float | None
    lat: float | None
    geometry: bytes | None
    fields: str | None
    box: Bbox | None
    care: str = ""
    is_as_written: bool = True


class Placed(NamedTuple):
    """Where a geometry lies.  lng, lat: of the point that stands for it.

    geometry: WKB of what can be shown, None for a point.  care: why it needs care (domain/care.py),
    '' where it does not.  is_as_written: what is shown is what was written, byte for byte.
    """

    lng: float | None = None
    lat: float | None = None
    geometry: bytes | None = None
    box: Bbox | None = None
    care: str = ""
    is_as_written: bool = True


def words_of(fields: str | None) -> str:
    """Return what the search finds beside the name.  fields: the JSON column."""
    if not fields:
        return ""
    found = decode_json(fields)
    values = found.get("values", {}).values()
    texts = [value for value in values if isinstance(value, str) and not _NO_WORDS.fullmatch(value)]
    return " ".join([found.get("description", ""), *found.get("tags", []), *texts])


def first_create(changes: Iterable[Change]) -> Change | None:
    return min((c for c in changes if c.kind == Kind.CREATE), key=lambda c: c.rank, default=None)


def refused_face(changes: Iterable[Change], redacted: Container[ChangeId]) -> Face:
    """Return a refused feature as its author wrote it: refused is shown to the author, not lost.

    redacted: of these changes the words are shown to nobody.
    """
    create = first_create(changes)
    if create is not None and create.id in redacted:
        create = msgspec.structs.replace(create, payload=None)
    return Face(False, dict.fromkeys(create.over, (create,)) if create else {}, ())


def disagrees(outcome: Outcome, looked_at: Collection[ChangeId] = ()) -> bool:
    """Whether concurrent values differ: two people who wrote the same agree.

    Sealed values always differ, and nobody could see how: a coordinator's review compares them.
    looked_at: see `is_disputed`.
    """
    return any(
        len(differing_writes(outcome, name, looked_at)) > 1
        for name, writes in outcome.shown.registers.items()
        if len(writes) > 1 and not is_private(name, writes)
    )


def differing_writes(
    outcome: Outcome, name: str, looked_at: Collection[ChangeId] = ()
) -> list[Change]:
    """Return the concurrent writes of a field, one of each value, the shown one first.

    looked_at: see `is_disputed`.  Of a feature that is not shown, and of one that has only one
    value, there are none to compare.
    """
    if outcome.state is None or not outcome.shown.is_alive:
        return []
    writes = outcome.shown.registers.get(name, ())
    found: dict[str, Change] = {}
    if len(writes) > 1:
        for write in writes:
            if is_disputed(write, writes[0], looked_at):
                found.setdefault(repr(value_of(write, name)), write)
    return list(found.values())


def is_disputed(write: Change, shown: Change, looked_at: Collection[ChangeId]) -> bool:
    """Whether a value beside the one shown is anybody's to look at.

    Those of features that a coordinator has united were looked at when that was done: looked_at
    (Ledger.looked_at), or all where it names none.  What somebody wrote without knowing was not.
    """
    return write.subject == shown.subject or bool(looked_at and write.id not in looked_at)


def is_contested(outcome: Outcome) -> bool:
    """Whether coordinators have decided differently, neither knowing of the other's word."""
    return outcome.state is not None and any(r.is_contested for r in outcome.rulings.values())


def value_of(change: Change, name: str) -> Any:
    """Return the value that a write gave a field, None once forgotten."""
    return change.payload.get(name) if isinstance(change.payload, dict) else None


def texts_of(face: Face, element: str) -> list[str]:
    """Return the texts of a feature's elements of one kind, in order of time."""
    return [e.payload for e in face.elements if e.element == element and isinstance(e.payload, str)]


def shape_of(face: Face) -> Shape:
    """Return a face as columns."""
    shown = {name: value_of(writes[0], name) for name, writes in face.registers.items()}
    placed = place_of(shown.get("geometry"))
    fields: dict[str, Any] = {}
    if description := text_of(shown.get("description")):
        fields["description"] = description
    if face.elements and (tags := sorted(set(texts_of(face, TAG)), key=tag_order)):
        fields["tags"] = tags
    if values := values_of(shown):
        fields["values"] = values
    return Shape(
        text_of(shown.get("category")),
        text_of(shown.get("name")),
        placed.lng,
        placed.lat,
        placed.geometry,
        encode_json(fields),
        placed.box,
        placed.care,
        placed.is_as_written,
    )


def values_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the theme's fields among registers; sealed and empty ones left out."""
    return {
        name.removeprefix(FIELD_PREFIX): value
        for name, value in sorted(shown.items())
        if name.startswith(FIELD_PREFIX) and is_readable(value)
    }


def is_readable(value: object) -> bool:
    """Whether a value of a theme's field can be shown to everybody: plain, and not sealed.

    Strangers may write anything: what JSON cannot hold must not stop a map from opening.
    """
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and all(isinstance(one, str) for one in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, bool, int)) and value != ""


def is_private(name: str, writes: Iterable[Change]) -> bool:
    """Whether a field is for coordinators only: the contact, and what somebody has sealed."""
    if name == "contact":
        return True
    return name.startswith(FIELD_PREFIX) and any(
        isinstance(value_of(write, name), bytes) for write in writes
    )


def sealed_in(change: Change) -> list[bytes]:
    """Return the sealed values that a change carries."""
    payload = change.payload if isinstance(change.payload, dict) else {}
    return [
        value
        for name, value in payload.items()
        if (name == "contact" or str(name).startswith(FIELD_PREFIX))
        and isinstance(value, bytes)
        and value
    ]


def tag_order(tag: str) -> tuple[str, str]:
    """Sort tags as people do; those that differ in case alone always in the same order."""
    return tag.casefold(), tag


def plain_bits(outcome: Outcome, changes: Iterable[Change]) -> int:
    """Return the fields of a feature's create if the row holds all there is to know of it, else 0.

    Such a feature's create is its only change; the next change to it is settled without the log.
    """
    changes = tuple(changes)
    if len(changes) != 1 or changes[0].kind != Kind.CREATE or outcome.redacted:
        return 0
    create = changes[0]
    if outcome.birth is not create or outcome.subject != create.subject:
        return 0
    return bits_of(create)


def bits_of(create: Change) -> int:
    """Return a bit for each field of a create, 0 if the columns don't hold its values whole."""
    if not isinstance(create.payload, dict):
        return 0
    bits = 0
    for name in create.over:
        bit = PLAIN_FIELDS.get(name)
        value = create.payload.get(name)
        if bit is None or not isinstance(value, bytes if name == "geometry" else str):
            return 0
        if name == "description" and not value:
            return 0
        # A column gives 0.0 back for it: other bytes than the create's.
        if name == "geometry" and _MINUS_ZERO in (value[5:13], value[13:]):
            return 0
        bits |= bit
    # Without a readable position the columns don't hold the geometry.
    if bits & 7 != 7:
        return 0
    return bits | OWN_ACCEPT if create.own_accept else bits


def geometry_of(lng: float | None, lat: float | None, geometry: bytes | None) -> bytes:
    """Return the WKB that the columns stand for; empty without a position."""
    if geometry is not None:
        return geometry
    return _POINT.pack(1, 1, lng, lat) if lng is not None and lat is not None else b""


def text_of(value: object) -> str:
    """Return a text as it is, empty for anything else."""
    return value if isinstance(value, str) else ""


def place_of(geometry: object) -> Placed:
    """Return where a geometry (WKB) lies and what can be shown of it, whoever wrote it."""
    if not isinstance(geometry, bytes):
        return Placed(care=_MISSING)
    if len(geometry) == _POINT.size and geometry[:5] == b"\x01\x01\x00\x00\x00":
        _, _, lng, lat = _POINT.unpack(geometry)
        # Written so that NaN fails too.
        if -180 <= lng <= 180 and -MAX_LAT <= lat <= MAX_LAT:
            return Placed(lng, lat, None, Bbox(lng, lat, lng, lat))
        return Placed(care=_OFF_THE_MAP, is_as_written=False)
    # shapely costs start-up time, and most features are points.
    from collabmap.domain.care import salvage
    from collabmap.domain.geometry import representative_point

    found = salvage(geometry)
    shape, care, is_as_written = found
    if shape is None:
        return Placed(care=care or "", is_as_written=False)
    lng, lat = representative_point(shape)
    if not is_as_written:
        geometry = None if shape.geom_type == "Point" else found.wkb()
    return Placed(lng, lat, geometry, Bbox(*shape.bounds), care or "", is_as_written)
