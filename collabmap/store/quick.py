"""The commonest cases of settling a feature, without the general rules of domain/merge.py.

A feature of which the batch brings all there is, its create and maybe writes and additions; and a
plain feature (rows.py) to which the batch brings writes and additions.  No deletes, no removes, no
verdicts, nobody without standing: nothing takes anything away, so values and elements are all that
has to be found.  Together they are nineteen in twenty features of a merge.  What comes out must be
what the general rules make of it, the digest included: the laws compare every row with them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from collabmap.domain.authority import Extent, Standing
from collabmap.domain.change import ACCEPT, FIELD_PREFIX, TAG, Change, Kind
from collabmap.domain.digest import term
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.hlc import Stamp, ms_of
from collabmap.domain.roles import Role
from collabmap.store.awaiting import (
    CARE,
    CHANGE,
    CONTACTS,
    DISAGREEMENT,
    NEW,
    TALK,
    Awaiting,
    Said,
    awaiting_quick,
)
from collabmap.store.ledger import Ledger
from collabmap.store.links import links_among
from collabmap.store.log import TAIL, Log
from collabmap.store.people import People
from collabmap.store.readings import readings_among
from collabmap.store.rows import (
    AS_BORN,
    AS_SHOWN,
    ON_MAP,
    OWN_ACCEPT,
    PLAIN_FIELDS,
    UNPUBLISHED,
    Placed,
    Shape,
    bits_of,
    decode_json,
    encode_json,
    geometry_of,
    is_private,
    place_of,
    tag_order,
    text_of,
    values_of,
)
from collabmap.store.writer import Known, RowWriter

_NO_FACE: list[object] = [False, [], []]
_FIELDS = {
    bits: tuple(sorted(name for name, bit in PLAIN_FIELDS.items() if bits & bit))
    for bits in range(1 << len(PLAIN_FIELDS))
}


class _Birth(NamedTuple):
    """The create of a feature.  fields: sorted.  values: None where the row holds them."""

    id: ChangeId
    stamp: Stamp
    is_accepted: bool
    fields: Sequence[str]
    values: Mapping[str, Any] | None


# The writes that are in force for each field, the latest first; None is the create.
_Heads = dict[str, list[Change | None]]


class Quick:
    """Settles what is simple; says of the rest that it is not."""

    def __init__(self, writer: RowWriter, ledger: Ledger, people: People, log: Log) -> None:
        self._writer = writer
        self._standing: Standing = ledger.standing
        self._shifts: Mapping[bytes, int] = ledger.shifts
        # Where features are united or content is redacted, the general rules see to all of it.
        self._is_off = bool(ledger.groups) or bool(ledger.redactions)
        self._people = people
        self._ledger = ledger
        self._log = log
        self._roles: dict[tuple[bytes, bytes], tuple[bool, bool]] = {}

    def settle(self, row: Known, changes: Sequence[Change], *, is_new: bool) -> bool:
        """Settle a row with these new changes; False if it is no case for here.

        is_new: whether the feature has no other changes.
        """
        if self._is_off:
            return False
        if is_new:
            return self._settle_new(row, changes)
        if not row.plain or row.is_overlaid:
            return False
        birth = self._birth_of(row)
        return birth is not None and self._settle(row, birth, changes)

    def _may(self, rid: bytes, segment: bytes) -> tuple[bool, bool]:
        """Return whether a key has standing in a segment, and whether its own accepts count."""
        found = self._roles.get((rid, segment))
        if found is None:
            extent = self._standing.extents.get(rid, _NOWHERE)
            found = extent.role(segment) >= Role.RESIDENT, extent.accepts(segment)
            self._roles[rid, segment] = found
        return found

    def _last_ms(self, stamps: Sequence[Stamp]) -> int:
        """Return the latest of some times, as shown; 0 for none."""
        if self._shifts:
            return max([0, *(ms_of(time) + self._shifts.get(rid, 0) for time, rid in stamps)])
        return ms_of(max(stamps).time) if stamps else 0

    # --- a new feature ------------------------------------------------------------------------

    def _settle_new(self, row: Known, changes: Sequence[Change]) -> bool:
        creates = [change for change in changes if change.kind == Kind.CREATE]
        if len(creates) != 1:
            return False
        create = creates[0]
        stamp, payload = create.stamp, create.payload
        has_standing, accepts = self._may(stamp.rid, create.id.segment)
        if not has_standing or not isinstance(payload, dict):
            return False
        is_accepted = create.own_accept and accepts
        author = self._people.number(create.person, stamp.rid)
        birth = _Birth(create.id, stamp, is_accepted, sorted(create.over), payload)
        if len(changes) > 1:
            others = [change for change in changes if change is not create]
            return self._settle(row._replace(author=author, born=stamp.time), birth, others)
        shape = _shape(row, birth, {name: [None] for name in birth.fields}, ())
        if not shape.is_as_written:
            return False
        state = FeatureState.ACCEPTED if is_accepted else FeatureState.PENDING
        looks: list[object] = [_look_of_birth(birth)]
        if not is_accepted:
            looks.append(_NO_FACE)
        digest = _digest(row.uuid, state, [_told(stamp, is_accepted)], looks)
        self._writer.put(
            row,
            shape,
            (
                bits_of(create) if shape.lng is not None else 0,
                ON_MAP,
                str(state),
                int(not is_accepted),
                0,
                AS_SHOWN if is_accepted else UNPUBLISHED,
                author,
                stamp.time,
                self._last_ms((stamp,) if create.over else ()),
            ),
            digest,
            self._awaits(Said(stamp, create.person), not is_accepted, shape.care),
        )
        return True

    def _awaits(self, birth: Said, is_open: bool, care: str) -> Awaiting | None:
        """Return why a feature waits of which there is nothing but the create."""
        if not care:
            return None
        why = (NEW if is_open else 0) | CARE
        open_ = [birth] if is_open else []
        return awaiting_quick(why, birth, open_, (), [birth.stamp], self._ledger, self._people)

    # --- writes and additions ------------------------------------------------------------------

    def _birth_of(self, row: Known) -> _Birth | None:
        """Return the create that a plain row stands for, None if it is not sealed."""
        segment = row.birth_segment
        if segment is None or segment == TAIL or row.author is None or row.born is None:
            return None
        _, rid = self._people.identity(row.author)
        return _Birth(
            ChangeId(self._log.name_of(segment), row.birth_ordinal or 0),
            Stamp(row.born, rid),
            row.state == FeatureState.ACCEPTED,
            _FIELDS[row.plain & ~OWN_ACCEPT],
            None,
        )

    def _settle(self, row: Known, birth: _Birth, changes: Sequence[Change]) -> bool:
        told = [_told(birth.stamp, birth.is_accepted)]
        accepted = 0
        for change in changes:
            has_standing, accepts = self._may(change.stamp.rid, change.id.segment)
            if not has_standing:
                return False
            is_accepted = change.own_accept and accepts
            accepted += is_accepted
            told.append(_told(change.stamp, is_accepted))
        is_all = birth.is_accepted and accepted == len(changes)
        # Of accepted changes beside others a second face has to be found; and a row that is new
        # does not stand for its create, published while something is proposed.
        if not is_all and birth.is_accepted and (accepted or birth.values is not None):
            return False
        heads = _heads(birth, changes)
        # Equal stamps, which only a copied laptop makes, are told apart by leaves.
        if heads is None or len({one[0] for one in told}) < len(told):
            return False
        elements = [change for change in changes if change.kind == Kind.ADD]
        elements.sort(key=lambda change: change.stamp)
        shape = _shape(row, birth, heads, elements)
        if shape.lng is None or not shape.is_as_written:
            return False
        self._put(row, birth, heads, elements, shape, told, is_all)
        return True

    def _put(
        self,
        row: Known,
        birth: _Birth,
        heads: _Heads,
        elements: Sequence[Change],
        shape: Shape,
        told: list[list[object]],
        is_all: bool,
    ) -> None:
        registers: list[list[Any]] = []
        written: list[Stamp] = []
        is_disputed = False
        seconds: list[Stamp] = []
        for name in sorted(heads):
            writes = heads[name]
            stamps = [birth.stamp if write is None else write.stamp for write in writes]
            registers.append([name, *stamps])
            written += stamps
            if len(writes) > 1 and (differing := _differing(row, birth, name, writes)):
                seconds.append(sorted(differing)[1])
                is_disputed = is_disputed or not _is_private(name, writes)
        looks: list[object] = [[True, registers, [e.stamp for e in elements]]]
        if not is_all:
            looks.append(_look_of_birth(birth) if birth.is_accepted else _NO_FACE)
        told.sort()
        # Of what is not accepted something is always in force: a write that another one replaced
        # was replaced by one that waits too.
        state = FeatureState.PENDING
        published = UNPUBLISHED
        if birth.is_accepted:
            state = FeatureState.ACCEPTED if is_all else FeatureState.CHANGE_PROPOSED
            published = AS_SHOWN if is_all or shape[:6] == row[-6:] else AS_BORN
        self._writer.put(
            row,
            shape,
            (
                0,
                ON_MAP,
                str(state),
                int(not is_all or is_disputed),
                int(is_disputed),
                published,
                row.author,
                row.born,
                self._last_ms(written),
            ),
            _digest(row.uuid, state, told, looks),
            None
            if is_all and not (is_disputed or shape.care)
            else self._why(row, birth, heads, elements, seconds, is_disputed, shape.care),
            links_among(elements, elements if is_all else (), self._ledger, self._people),
            readings_among(elements, elements if is_all else (), self._ledger, self._people),
        )

    def _why(
        self,
        row: Known,
        birth: _Birth,
        heads: _Heads,
        elements: Sequence[Change],
        seconds: Sequence[Stamp],
        is_disputed: bool,
        care: str,
    ) -> Awaiting | None:
        """Return why a feature waits, as store/awaiting.py has it."""
        person, _ = self._people.identity(row.author or 0)
        born = Said(birth.stamp, person)
        open_ = {} if birth.is_accepted else {birth.stamp: born}
        written = []
        for change in (*(w for writes in heads.values() for w in writes), *elements):
            if change is not None:
                said = Said(change.stamp, change.person, change.element in TALK)
                written.append(said)
                if not self._is_accepted(change):
                    open_[change.stamp] = said
        why = DISAGREEMENT * is_disputed | (CARE if care else 0)
        if open_:
            why |= CHANGE if birth.is_accepted else NEW
        for name, writes in heads.items():
            is_torn = len(writes) > 1 and _is_private(name, writes)
            if is_torn and _differing(row, birth, name, writes):
                why |= CONTACTS
        drawn = heads["geometry"][0] if "geometry" in heads else None
        otherwise = seconds or [birth.stamp if drawn is None else drawn.stamp]
        waiting = list(open_.values())
        return awaiting_quick(why, born, waiting, written, otherwise, self._ledger, self._people)

    def _is_accepted(self, change: Change) -> bool:
        return change.own_accept and self._may(change.stamp.rid, change.id.segment)[1]


_NOWHERE = Extent()


def _told(stamp: Stamp, is_accepted: bool) -> list[object]:
    return [stamp, True, ACCEPT if is_accepted else "", False, [], False]


def _look_of_birth(birth: _Birth) -> list[object]:
    return [True, [[name, birth.stamp] for name in birth.fields], []]


def _digest(uuid: bytes, state: FeatureState, told: list[Any], looks: list[object]) -> int:
    return term(uuid, "feature", b"", [state, told, looks])


def _heads(birth: _Birth, changes: Sequence[Change]) -> _Heads | None:
    """Return what is in force; None if it takes more than writes and additions to know."""
    writes: _Heads = {name: [None] for name in birth.fields}
    gone: dict[str, set[ChangeId]] = {}
    for change in changes:
        if change.kind == Kind.ADD:
            continue
        if change.kind != Kind.SET or not change.over or not isinstance(change.payload, dict):
            return None
        for name, over in change.over.items():
            if name in writes:
                writes[name].append(change)
            else:
                writes[name] = [change]
            replaced = gone.setdefault(name, set())
            if over is None:
                replaced.add(birth.id)
            else:
                replaced |= over
    for name, replaced in gone.items():
        left = [w for w in writes[name] if (birth.id if w is None else w.id) not in replaced]
        if not left:
            return None
        if len(left) > 1:
            left.sort(key=lambda w: birth.stamp if w is None else w.stamp, reverse=True)
        writes[name] = left
    return writes


def _value(row: Known, birth: _Birth, name: str, write: Change | None) -> Any:
    """Return the value that a write gave a field; None is the create."""
    if write is not None:
        return write.payload.get(name)
    if birth.values is not None:
        return birth.values.get(name)
    if name == "geometry":
        return geometry_of(row.lng, row.lat, row.geometry)
    if name == "description":
        return decode_json(row.fields).get("description", "")
    return row.name if name == "name" else row.category


def _is_private(name: str, writes: Sequence[Change | None]) -> bool:
    # A row that stands for its create holds no value of a private field.
    return is_private(name, [write for write in writes if write is not None])


def _differing(
    row: Known, birth: _Birth, name: str, writes: Sequence[Change | None]
) -> list[Stamp]:
    """Return when each of several values was written first; none if all are the same."""
    found: dict[str, Stamp] = {}
    for write in writes:
        value = repr(_value(row, birth, name, write))
        found.setdefault(value, birth.stamp if write is None else write.stamp)
    return list(found.values()) if len(found) > 1 else []


def _shape(row: Known, birth: _Birth, heads: _Heads, elements: Sequence[Change]) -> Shape:
    """Return what is shown.  Without a box it lies where the row did."""
    placed = Placed(row.lng, row.lat, row.geometry)
    category, title, fields = row.category, row.name, row.fields
    is_worded = birth.values is not None
    description = None
    shown: dict[str, Any] = {}
    for name, writes in heads.items():
        write = writes[0]
        if write is None and birth.values is None:
            continue
        value = _value(row, birth, name, write)
        if name == "name":
            title = text_of(value)
        elif name == "geometry":
            placed = place_of(value)
        elif name == "category":
            category = text_of(value)
        elif name == "description":
            is_worded, description = True, text_of(value)
        elif name.startswith(FIELD_PREFIX):
            shown[name] = value
    tags = {e.payload for e in elements if e.element == TAG and isinstance(e.payload, str)}
    values = values_of(shown)
    if is_worded or tags or values:
        if not is_worded:
            description = decode_json(fields).get("description")
        found: dict[str, Any] = {"description": description} if description else {}
        if tags:
            found["tags"] = sorted(tags, key=tag_order)
        if values:
            found["values"] = values
        fields = encode_json(found)
    lng, lat, wkb, box, care, is_as_written = placed
    return Shape(category, title, lng, lat, wkb, fields, box, care, is_as_written)
