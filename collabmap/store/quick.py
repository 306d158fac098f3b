"""The two commonest cases of settling a feature, without the general rules of domain/merge.py.

A feature that is new and has nothing but its create; and a plain feature (rows.py) to which one
person has made one change, a write over the create's values or something added.  Together they are
four in five features of a merge.  What comes out must be what the general rules make of it, the
digest included: the laws compare every row with them.
"""

from collections.abc import Mapping
from typing import Any

from collabmap.domain.authority import Extent, Standing
from collabmap.domain.change import ACCEPT, TAG, Change, Kind
from collabmap.domain.digest import term
from collabmap.domain.feature import ChangeId, FeatureState
from collabmap.domain.hlc import Stamp, ms_of
from collabmap.domain.roles import Role
from collabmap.store.ledger import Ledger
from collabmap.store.log import TAIL, Log
from collabmap.store.people import People
from collabmap.store.rows import (
    AS_BORN,
    AS_SHOWN,
    ON_MAP,
    OWN_ACCEPT,
    PLAIN_FIELDS,
    UNPUBLISHED,
    Shape,
    bits_of,
    decode_json,
    encode_json,
    place_of,
    text_of,
)
from collabmap.store.writer import Known, RowWriter

_NO_FACE: list[object] = [False, [], []]
_FIELDS = {
    bits: sorted(name for name, bit in PLAIN_FIELDS.items() if bits & bit)
    for bits in range(1 << len(PLAIN_FIELDS))
}


class Quick:
    """Settles what is simple; says of the rest that it is not."""

    def __init__(self, writer: RowWriter, ledger: Ledger, people: People, log: Log) -> None:
        self._writer = writer
        self._standing: Standing = ledger.standing
        self._shifts: Mapping[bytes, int] = ledger.shifts
        # Where features are united or content is redacted, the general rules see to all of it.
        self._is_off = bool(ledger.groups) or bool(ledger.redactions)
        self._people = people
        self._log = log
        self._roles: dict[tuple[bytes, bytes], tuple[bool, bool]] = {}

    def settle(self, row: Known, change: Change, *, is_new: bool) -> bool:
        """Settle a row whose only new change this is; False if it is no case for here."""
        if self._is_off:
            return False
        if is_new:
            return change.kind == Kind.CREATE and self._settle_create(row, change)
        return bool(row.plain) and not row.is_overlaid and self._settle_plain(row, change)

    def _may(self, rid: bytes, segment: bytes) -> tuple[bool, bool]:
        """Return whether a key has standing in a segment, and whether its own accepts count."""
        found = self._roles.get((rid, segment))
        if found is None:
            extent = self._standing.extents.get(rid, _NOWHERE)
            found = extent.role(segment) >= Role.RESIDENT, extent.accepts(segment)
            self._roles[rid, segment] = found
        return found

    def _ms(self, stamp: Stamp) -> int:
        ms = ms_of(stamp.time)
        return max(0, ms + self._shifts.get(stamp.rid, 0)) if self._shifts else ms

    # --- a new feature ------------------------------------------------------------------------

    def _settle_create(self, row: Known, create: Change) -> bool:
        stamp = create.stamp
        has_standing, accepts = self._may(stamp.rid, create.id.segment)
        payload = create.payload
        if not has_standing or not isinstance(payload, dict):
            return False
        values = {name: payload.get(name) for name in create.over}
        lng, lat, wkb, box = place_of(values.get("geometry"))
        description = text_of(values.get("description"))
        fields = encode_json({"description": description})
        shape = Shape(
            text_of(values.get("category")),
            text_of(values.get("name")),
            lng,
            lat,
            wkb,
            fields if description else "{}",
            box,
        )
        is_accepted = create.own_accept and accepts
        state = FeatureState.ACCEPTED if is_accepted else FeatureState.PENDING
        looks: list[object] = [[True, [[name, stamp] for name in sorted(create.over)], []]]
        if not is_accepted:
            looks.append(_NO_FACE)
        digest = _digest(row.uuid, state, [_told(stamp, is_accepted)], looks)
        self._writer.put(
            row,
            shape,
            (
                bits_of(create) if lng is not None else 0,
                ON_MAP,
                str(state),
                int(not is_accepted),
                0,
                AS_SHOWN if is_accepted else UNPUBLISHED,
                self._people.number(create.person, stamp.rid),
                stamp.time,
                self._ms(stamp) if create.over else 0,
            ),
            digest,
        )
        return True

    # --- one change to a plain one ------------------------------------------------------------

    def _settle_plain(self, row: Known, change: Change) -> bool:
        segment = row.birth_segment
        if segment is None or segment == TAIL or row.author is None or row.born is None:
            return False
        _, rid = self._people.identity(row.author)
        born = Stamp(row.born, rid)
        has_standing, accepts = self._may(change.stamp.rid, change.id.segment)
        if not has_standing or born == change.stamp:
            return False
        birth = ChangeId(self._log.name_of(segment), row.birth_ordinal or 0)
        if change.kind == Kind.SET:
            shape = _shape_after_set(row, change, birth)
        elif change.kind == Kind.ADD:
            shape = _shape_after_add(row, change)
        else:
            shape = None
        if shape is None:
            return False
        self._put_plain(row, change, born, shape, change.own_accept and accepts)
        return True

    def _put_plain(
        self, row: Known, change: Change, born: Stamp, shape: Shape, is_accepted: bool
    ) -> None:
        was_accepted = row.state == FeatureState.ACCEPTED
        stamp = change.stamp
        before = _FIELDS[row.plain & ~OWN_ACCEPT]
        written = change.over if change.kind == Kind.SET else {}
        names = sorted({*before, *written}) if written else before
        registers = [[name, stamp if name in written else born] for name in names]
        elements = [] if change.kind == Kind.SET else [stamp]
        looks: list[object] = [[True, registers, elements]]
        if not (was_accepted and is_accepted):
            old = [True, [[name, born] for name in before], []]
            looks.append(old if was_accepted else _NO_FACE)
        told = [_told(born, was_accepted), _told(stamp, is_accepted)]
        told.sort()
        is_waiting = not (was_accepted and is_accepted)
        state = FeatureState.PENDING
        published = UNPUBLISHED
        if was_accepted:
            state = FeatureState.CHANGE_PROPOSED if is_waiting else FeatureState.ACCEPTED
            published = AS_BORN if is_waiting and shape[:6] != row[-6:] else AS_SHOWN
        remains = any(name not in written for name in before)
        times = ([self._ms(born)] if remains else []) + ([self._ms(stamp)] if written else [])
        self._writer.put(
            row,
            shape,
            (
                0,
                ON_MAP,
                str(state),
                int(is_waiting),
                0,
                published,
                row.author,
                row.born,
                max(times),
            ),
            _digest(row.uuid, state, told, looks),
        )


_NOWHERE = Extent()


def _told(stamp: Stamp, is_accepted: bool) -> list[object]:
    return [stamp, True, ACCEPT if is_accepted else "", False, [], False]


def _digest(uuid: bytes, state: FeatureState, told: list[Any], looks: list[object]) -> int:
    return term(uuid, "feature", b"", [state, told, looks])


def _shape_after_set(row: Known, change: Change, birth: ChangeId) -> Shape | None:
    """Return what a write leaves; None unless it replaces the create's values alone."""
    over, values = change.over, change.payload
    if not over or not isinstance(values, dict):
        return None
    # Beside the create's value and not over it: two values that disagree.
    if any(replaced is not None and birth not in replaced for replaced in over.values()):
        return None
    lng, lat, wkb, fields = row.lng, row.lat, row.geometry, row.fields or "{}"
    box = None
    if "geometry" in over:
        lng, lat, wkb, box = place_of(values.get("geometry"))
        if lng is None:
            return None
    if "description" in over:
        text = text_of(values.get("description"))
        fields = encode_json({"description": text}) if text else "{}"
    return Shape(
        text_of(values.get("category")) if "category" in over else row.category,
        text_of(values.get("name")) if "name" in over else row.name,
        lng,
        lat,
        wkb,
        fields,
        box,
    )


def _shape_after_add(row: Known, change: Change) -> Shape:
    fields = row.fields or "{}"
    if change.element == TAG and isinstance(change.payload, str):
        fields = encode_json({**decode_json(fields), "tags": [change.payload]})
    return Shape(row.category, row.name, row.lng, row.lat, row.geometry, fields, None)
