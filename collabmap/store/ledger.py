"""What is said of the whole project and not of one feature: roles, aliases, redacts, themes...

These changes are few.  Where they lie is noted in the table `mention`, under the numbers below,
which no feature has; what the rules make of them is kept until one more comes.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collabmap.domain.alias import Pair, find_groups, find_looked_at, find_pairs
from collabmap.domain.authority import Branch, Extent, Standing, fold_roles
from collabmap.domain.change import AUTH, Change, Kind
from collabmap.domain.claims import ClaimMade, find_claims
from collabmap.domain.clock_note import find_shifts
from collabmap.domain.definitions import Definitions, find_definitions
from collabmap.domain.digest import DIGEST_MODULUS, term
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import ms_of
from collabmap.domain.redaction import NONE, Redactions, find_redactions
from collabmap.domain.roles import Genesis
from collabmap.store.log import Log, Ref
from collabmap.store.segments import HELD

OF_ROLES, OF_ALIASES, OF_REDACTS, OF_CLOCKS, OF_ACKS, OF_PERSONS, OF_CLAIMS, OF_DEFINITIONS = range(
    0, -8, -1
)
NUMBERS: dict[int, int] = {
    **dict.fromkeys(AUTH, OF_ROLES),
    Kind.ALIAS: OF_ALIASES,
    Kind.REDACT: OF_REDACTS,
    Kind.CLOCK_NOTE: OF_CLOCKS,
    Kind.ACK: OF_ACKS,
    Kind.PERSON: OF_PERSONS,
    Kind.CLAIM: OF_CLAIMS,
    Kind.DEFINE: OF_DEFINITIONS,
}
# Read in segments that are held, too: what takes something away is never put on hold.
READ_WHEN_HELD = (OF_ROLES, OF_REDACTS)


class Snapshot(NamedTuple):
    """What the rules make of the changes about a whole project at one moment."""

    standing: Standing
    groups: dict[bytes, bytes]
    redactions: Redactions
    shifts: dict[bytes, int]
    looked_at: dict[bytes, frozenset[ChangeId]]


class Ledger:
    """The changes about a whole project, and what the rules make of them."""

    def __init__(self, connection: sqlite3.Connection, log: Log, genesis: Genesis) -> None:
        self._db = connection
        self._log = log
        self._genesis = genesis
        self.forget_cache()

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._standing: Standing | None = None
        self._groups: dict[bytes, bytes] | None = None
        self._pairs: dict[Pair, tuple[Change, ...]] | None = None
        self._looked_at: dict[bytes, frozenset[ChangeId]] | None = None
        self._redactions: Redactions | None = None
        self._shifts: dict[bytes, int] | None = None
        self._definitions: Definitions | None = None

    def known(self) -> Snapshot:
        """Return all of it as it is now: before the log changes, to tell afterwards what differs.

        Read later, it would be that of the changed log, wherever nothing was read before.
        """
        looked_at = self._looked_at_of_each()
        return Snapshot(self.standing, self.groups, self.redactions, self.shifts, looked_at)

    def note(self, number: int, ref: Ref) -> None:
        """Remember where a change about the whole project lies."""
        self._db.execute("INSERT OR IGNORE INTO mention VALUES (?, ?, ?)", (number, *ref))
        if number == OF_ROLES:
            self.forget_cache()
        elif number in (OF_ALIASES, OF_REDACTS, OF_CLOCKS):
            self.forget_derived()
        elif number == OF_DEFINITIONS:
            self._definitions = None

    def changes(self, number: int) -> list[Change]:
        """Return the changes noted under a number, those of held segments too."""
        rows = self._db.execute(
            "SELECT segment, ordinal FROM mention WHERE feature = ?", (number,)
        ).fetchall()
        return self._log.changes_at(Ref(*row) for row in rows)

    # --- roles --------------------------------------------------------------------------------

    @property
    def standing(self) -> Standing:
        """Return what every key may do."""
        if self._standing is None:
            changes = self.changes(OF_ROLES)
            held = self._log.names_in_state(HELD)
            is_held = frozenset(c.id for c in changes if c.id.segment in held)
            self._standing = fold_roles(self._genesis, changes, self._branch_of, is_held)
        return self._standing

    def forget_derived(self) -> None:
        """Drop what is read of aliases, redacts and clock notes."""
        self._groups, self._redactions, self._shifts = None, None, None
        self._pairs, self._looked_at, self._definitions = None, None, None

    def counts_one_by_one(self, rid: bytes) -> bool:
        """Whether what a key may do differs from segment to segment."""
        extent = self.standing.extents.get(rid)
        if extent is None:
            return False
        # Right after a grant, or where what a revocation lets stay is still to come, nothing of
        # the key counts yet: what comes next does.
        is_all = extent.coordinator is None and extent.accepting is None
        if rid in self.standing.ranks and not is_all:
            return True
        return rid in self.standing.spoken and extent.resident is not None

    def _branch_of(self, rid: bytes) -> Branch:
        rows = self._db.execute(
            "SELECT name, previous FROM segment WHERE rid = ? AND state = 1", (rid,)
        )
        branch = dict(rows.fetchall())
        head = self._log.tail_head()
        if head is not None and head.rid == rid:
            branch[b""] = head.previous
        return branch

    # --- aliases, redacts, clocks -------------------------------------------------------------

    @property
    def groups(self) -> dict[bytes, bytes]:
        """Return the id under which each feature goes that is one with others."""
        if self._groups is None:
            changes = self.changes(OF_ALIASES)
            self._groups = find_groups(changes, self.standing) if changes else {}
        return self._groups

    def noted(self, number: int) -> bool:
        """Whether there is any change noted under a number."""
        row = self._db.execute("SELECT 1 FROM mention WHERE feature = ? LIMIT 1", (number,))
        return row.fetchone() is not None

    def members(self, canonical: bytes) -> list[bytes]:
        """Return the features that go under an id, itself first."""
        found = [feature for feature, top in self.groups.items() if top == canonical]
        return sorted(found) or [canonical]

    @property
    def pairs(self) -> dict[Pair, tuple[Change, ...]]:
        """Return what coordinators said of pairs of features, the word in force first."""
        if self._pairs is None:
            self._pairs = find_pairs(self.changes(OF_ALIASES), self.standing)
        return self._pairs

    def looked_at(self, canonical: bytes) -> frozenset[ChangeId]:
        """Return which values were seen of features when a coordinator said that they are one."""
        return self._looked_at_of_each().get(canonical, frozenset())

    def _looked_at_of_each(self) -> dict[bytes, frozenset[ChangeId]]:
        if self._looked_at is None:
            aliases = self.changes(OF_ALIASES) if self.groups else []
            self._looked_at = find_looked_at(aliases, self.pairs, self.groups) if aliases else {}
        return self._looked_at

    @property
    def claims(self) -> tuple[ClaimMade, ...]:
        """Return which parts of what waits are taken, the earliest first."""
        return find_claims(self.changes(OF_CLAIMS), self.standing, self.redactions)

    @property
    def definitions(self) -> Definitions:
        """Return what coordinators said of the theme; the same object until more is said."""
        if self._definitions is None:
            changes = self.changes(OF_DEFINITIONS)
            self._definitions = find_definitions(changes, self.standing, self.redactions)
        return self._definitions

    @property
    def redactions(self) -> Redactions:
        """Return which changes are shown without their content."""
        if self._redactions is None:
            changes = self.changes(OF_REDACTS)
            self._redactions = find_redactions(changes, self.standing) if changes else NONE
        return self._redactions

    @property
    def shifts(self) -> dict[bytes, int]:
        """Return by how many milliseconds the times shown of a replica are moved."""
        if self._shifts is None:
            changes = self.changes(OF_CLOCKS)
            self._shifts = find_shifts(changes, self.standing) if changes else {}
        return self._shifts

    def shown_ms(self, time: int, rid: bytes) -> int:
        """Return a stamp's time as people see it: milliseconds since 1970, UTC."""
        return max(0, ms_of(time) + self.shifts.get(rid, 0))

    # --- digest -------------------------------------------------------------------------------

    def digest(self, persons: Iterable[tuple[bytes, bytes, bytes]]) -> int:
        """Return the part of the state digest that is no feature's.

        persons: (id, replica, rank) of each.
        """
        total = 0
        # What is on hold counts nowhere: a laptop that never had it must come to the same.
        held = self._log.names_in_state(HELD)
        for rid, extent in self.standing.extents.items():
            if extent != Extent():
                parts: list[object] = [
                    None if p is None else sorted(p - held) for p in _parts(extent)
                ]
                total += term(rid, "role", b"", parts)
        for (first, second), words in self.pairs.items():
            total += term(first, "alias", second, [word.leaf for word in words])
        for person, rid, rank in persons:
            total += term(person, "person", rank, [rid])
        return total % DIGEST_MODULUS


def _parts(extent: Extent) -> tuple[frozenset[bytes] | None, ...]:
    return extent.coordinator, extent.resident, extent.accepting


def differing(before: Mapping[bytes, object], after: Mapping[bytes, object]) -> set[bytes]:
    """Return the keys under which two tables hold different things."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
