"""A run of changes, unpacked: a segment's or the tail's, read as changes one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from collabmap.domain import ids
from collabmap.domain.change import Change, Kind, WireChange, decode
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.structure import Resolve, StructureInvalid, read_structure

# (name of a segment, number) -> the change of that number in it or before it in its branch.
Ancestor = Callable[[bytes, int], ChangeId | None]


@dataclass(slots=True)
class Run:
    """The changes of a segment, or of the tail (name empty), unpacked.

    first: the number of the first one.  persons: whose turn it is at each; person: after the last.
    leaf_at: makes the leaf at a place, which only some ask for.
    """

    rid: bytes
    name: bytes
    first: int
    previous: bytes
    person: bytes
    leaf_at: Callable[[int], bytes] = lambda place: b""
    rows: list[WireChange] = field(default_factory=list)
    persons: list[bytes] = field(default_factory=list)

    def append(self, row: WireChange) -> None:
        self.rows.append(row)
        self.persons.append(self.person)
        if row.kind == Kind.SESSION and len(row.subject) == ids.ID_BYTES:
            self.person = row.subject

    def extend(self, rows: Sequence[WireChange]) -> None:
        """Append many; the person changes where a session begins."""
        if any(row.kind == Kind.SESSION for row in rows):
            for row in rows:
                self.append(row)
        else:
            self.rows += rows
            self.persons += [self.person] * len(rows)

    def change(self, place: int, ancestor: Ancestor) -> Change:
        """Return the change at a place.  ancestor: names what lies before this self."""
        seq = self.first + place
        row = self.rows[place]

        def resolve(number: int) -> ChangeId | None:
            if not 0 <= number < seq:
                return None
            if number >= self.first:
                return ChangeId(self.name, number - self.first if self.name else number)
            return ancestor(self.previous, number)

        change_id = ChangeId(self.name, place if self.name else seq)
        leaf, person = self.leaf_at(place), self.persons[place]
        return _to_change(row, leaf, self.rid, person, change_id, resolve)


def _to_change(
    row: WireChange,
    leaf: bytes,
    rid: bytes,
    person: bytes,
    change_id: ChangeId,
    resolve: Resolve,
) -> Change:
    try:
        payload = decode(row.payload) if row.payload else None
    except ValueError:
        payload = None
    stamp = Stamp(row.time, rid)
    try:
        parts = read_structure(row.kind, row.subject, row.structure, resolve)
    except StructureInvalid:
        # Kept and passed on, without effect here: kind 0 is none of ours.
        return Change(change_id, stamp, leaf, person, 0, row.subject, payload=payload)
    return Change(change_id, stamp, leaf, person, row.kind, row.subject, *parts, payload)
