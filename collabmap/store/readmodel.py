"""The read model: what the rules of domain/merge.py make of the log, kept as rows.

Every write, local or received, goes through `apply`: it notes which features the new changes touch
and settles each of them anew from its own changes.  `rebuild` does the same from nothing, so
incremental equals rebuild by construction, and a law checks it.

A feature that has nothing but its create is *plain*: its row stands for the create, and the next
change to it is settled without unpacking the segment where the create lies.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from collabmap.domain.authority import Standing
from collabmap.domain.change import AUTH, OF_FEATURES, Change, Kind
from collabmap.domain.digest import DIGEST_BYTES, DIGEST_MODULUS
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Genesis, Role
from collabmap.store.ledger import (
    NUMBERS,
    OF_ALIASES,
    OF_CLOCKS,
    OF_PERSONS,
    OF_REDACTS,
    READ_WHEN_HELD,
    Ledger,
    Snapshot,
    differing,
)
from collabmap.store.log import TAIL, Log, Ref
from collabmap.store.people import People
from collabmap.store.schema import READ_MODEL, SETTLED
from collabmap.store.segments import HELD
from collabmap.store.settling import Settled, Settler
from collabmap.store.writer import Known

# Changes settled together: enough to be quick, few enough to hold in memory.
_SLICE = 25_000
_CHUNK = 500

Fresh = dict[int, list[Change]]


class ReadModel:
    """Feature and person rows of one project file; callers hold the transaction."""

    def __init__(self, connection: sqlite3.Connection, log: Log, genesis: Genesis) -> None:
        self._db = connection
        self._log = log
        self.ledger = Ledger(connection, log, genesis)
        self.people = People(connection, log, self.ledger)
        self._settler = Settler(connection, log, self.ledger, self.people)

    @property
    def roles(self) -> dict[bytes, Role]:
        """Return the role in which each replica writes from now on, guests left out."""
        standing = self.ledger.standing
        roles = {rid: standing.of_key(rid) for rid in standing.extents}
        return {rid: role for rid, role in roles.items() if role != Role.GUEST}

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self.ledger.forget_cache()
        self.people.forget_cache()

    # --- applying -----------------------------------------------------------------------------

    def apply(self, refs: Iterable[Ref], *, held: bool = False) -> Effect:
        """Take in changes that the log holds; settle what they touch; return what changed.

        held: of segments that are on hold: only what is never held is read in them.
        """
        refs = list(refs)
        kinds = [row.kind for row in self._log.rows_at(refs)]
        before = self.ledger.standing
        # All of these first: a role that changes half-way would settle features twice.
        special = [(k, ref) for k, ref in zip(kinds, refs, strict=True) if k in NUMBERS]
        touched, is_special = self._note_special(special, held)
        one_by_one = {rid for rid in self._log.rids_of(refs) if self.ledger.counts_one_by_one(rid)}
        if one_by_one:
            self.ledger.forget_cache()
        if is_special or one_by_one:
            new = {ref.segment for ref in refs} - {TAIL}
            touched |= self._touched_by_roles(before, self.ledger.standing, new)
        effect = Effect()
        if not held:
            content = [ref for k, ref in zip(kinds, refs, strict=True) if k in OF_FEATURES]
            for part in _slices(content):
                effect = effect.joined(self._apply_slice(part))
        if touched:
            effect = effect.joined(self._settle_subjects(touched))
        if is_special or one_by_one:
            self._refresh_people_digest()
        is_defined = any(kind == Kind.DEFINE for kind, _ in special)
        return effect._replace(people=effect.people or is_special, meta=effect.meta or is_defined)

    def _note_special(self, refs: Iterable[tuple[int, Ref]], held: bool) -> tuple[set[bytes], bool]:
        """Note the changes about the whole project; return the features they touch."""
        touched: set[bytes] = set()
        redacted: set[ChangeId] = set()
        is_special = False
        numbered = [(NUMBERS[kind], ref) for kind, ref in refs]
        found = [one for one in numbered if not held or one[0] in READ_WHEN_HELD]
        # People last: whether a name is shown depends on the redacts.
        for number, ref in sorted(found, key=lambda one: one[0] == OF_PERSONS):
            (change,) = self._log.changes_at((ref,))
            kind = change.kind
            if kind == 0:
                continue
            self.ledger.note(number, ref)
            is_special = True
            if number == OF_PERSONS:
                self.people.take(change)
            elif kind == Kind.ALIAS:
                touched |= {change.subject, change.keys[0]}
            elif kind == Kind.REDACT:
                redacted |= change.seen
            elif kind == Kind.CLOCK_NOTE:
                touched |= self._subjects_by((change.keys[0],))
        self.people.reconsider(redacted)
        return touched | self._subjects_of(redacted), is_special

    def _touched_by_roles(
        self, before: Standing, after: Standing, new: Collection[int] = ()
    ) -> set[bytes]:
        """Return the features that keys have touched in segments where they count otherwise now.

        new: segments whose features are settled anyway.
        """
        touched = set()
        for rid in differing(before.extents, after.extents):
            one, other = before.extents.get(rid), after.extents.get(rid)
            for segment_id, name in self._log.segments_of(rid):
                if segment_id not in new and (
                    one is None
                    or other is None
                    or (one.role(name), one.accepts(name))
                    != (other.role(name), other.accepts(name))
                ):
                    touched |= self._subjects(segment_id)
        # Aliases, redacts and clock notes count by the role of who wrote them.
        if before != after:
            touched |= self._reconsider_ledger()
        return touched

    def _reconsider_ledger(self) -> set[bytes]:
        """Show or hide people's names by who may redact now; return the features to settle."""
        touched = set()
        for alias in self.ledger.changes(OF_ALIASES):
            touched |= {alias.subject, alias.keys[0]}
        redacted = {name for redact in self.ledger.changes(OF_REDACTS) for name in redact.seen}
        self.people.reconsider(redacted)
        clocks = self.ledger.changes(OF_CLOCKS)
        by_clocks = self._subjects_by({note.keys[0] for note in clocks})
        return touched | self._subjects_of(redacted) | by_clocks

    def _subjects_by(self, rids: Iterable[bytes]) -> set[bytes]:
        segments = (segment for rid in rids for segment, _ in self._log.segments_of(rid))
        return {subject for segment in segments for subject in self._subjects(segment)}

    def _subjects_of(self, names: Iterable[ChangeId]) -> set[bytes]:
        rows = self._log.rows_named(names)
        return {row.subject for _, row in rows if row.kind in OF_FEATURES}

    def _subjects(self, segment_id: int) -> set[bytes]:
        outline = self._log.outline(segment_id)
        return {subject for kind, subject in outline if kind in OF_FEATURES}

    def _apply_slice(self, refs: Sequence[Ref]) -> Effect:
        """Note where the changes lie, then settle their features."""
        by_subject: dict[bytes, list[tuple[Ref, Change]]] = {}
        for ref, change in zip(refs, self._log.changes_at(refs), strict=True):
            if change.kind != 0:
                by_subject.setdefault(change.subject, []).append((ref, change))
        settler = self._settler
        known = settler.rows_of(by_subject)
        if self.ledger.groups:
            # What is one with others is settled with them: it has to be there first.
            missing = [(subject,) for subject in by_subject if subject not in known]
            self._db.executemany("INSERT INTO feature (uuid) VALUES (?)", missing)
            known |= settler.rows_of(subject for (subject,) in missing)
        births: list[tuple[int, int, int]] = []
        mentions: list[tuple[int, int, int]] = []
        fresh: Fresh = {}
        new: list[Known] = []
        next_number = settler.next_number()
        for subject, found in by_subject.items():
            row = known.get(subject)
            number = next_number if row is None else row.id
            has_birth = row is not None and row.birth_segment is not None
            birth: Ref | None = None
            for ref, change in found:
                if change.kind == Kind.CREATE and not has_birth:
                    birth, has_birth = ref, True
                else:
                    mentions.append((number, *ref))
            if row is None:
                new.append(Known.unwritten(number, subject, birth))
                next_number += 1
            elif birth is not None:
                births.append((*birth, number))
                known[subject] = row._replace(birth_segment=birth[0], birth_ordinal=birth[1])
            fresh[number] = [change for _, change in found]
        self._db.executemany(
            "UPDATE feature SET birth_segment = ?, birth_ordinal = ? WHERE id = ?", births
        )
        self._db.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?, ?)", mentions)
        return self._count(settler.settle(sorted(known.values()), fresh, new))

    def _count(self, settled: Settled) -> Effect:
        """Add up the digest; return the effect."""
        digest = (self.feature_digest() + settled.digest) % DIGEST_MODULUS
        self._set_meta("digest", digest.to_bytes(DIGEST_BYTES, "big"))
        return settled.effect

    def _settle_subjects(self, subjects: Iterable[bytes]) -> Effect:
        return self._count(self._settler.settle_subjects(subjects))

    # --- reading changes ----------------------------------------------------------------------

    def changes(self, subject: bytes) -> list[Change]:
        """Return every change of a feature and of those that are one with it, verdicts included.

        Those of held segments are not among them.
        """
        return self._settler.changes(subject)

    def canonical(self, subject: bytes) -> bytes:
        """Return the id under which a feature goes: its own, unless it is one with others."""
        return self.ledger.groups.get(subject, subject)

    def outcome(self, subject: bytes, changes: Collection[Change] | None = None) -> Outcome:
        """Return what the rules make of a feature now.  changes: its changes, if read already."""
        return self._settler.outcome(subject, changes)

    def false_creates(self) -> Iterator[bytes]:
        """Yield the features whose rows don't say what the create says that they stand for."""
        return self._settler.false_creates()

    # --- when a segment is sealed or goes -----------------------------------------------------

    def move_tail(self, segment_id: int, first: int) -> None:
        """Point at a sealed segment what pointed at the tail.  first: its first number."""
        numbers = self._settler.numbers(self._subjects(segment_id))
        for number in {*numbers, *NUMBERS.values()}:
            self._db.execute(
                "UPDATE mention SET segment = ?, ordinal = ordinal - ?"
                " WHERE feature = ? AND segment = 0",
                (segment_id, first, number),
            )
            self._db.execute(
                "UPDATE feature SET birth_segment = ?, birth_ordinal = birth_ordinal - ?"
                " WHERE id = ? AND birth_segment = 0",
                (segment_id, first, number),
            )
        self.ledger.forget_cache()
        if self.ledger.counts_one_by_one(self._log.rid_of(segment_id)):
            self._refresh_people_digest()

    def note_roles(self, connected: Iterable[int], held: Iterable[int]) -> Effect:
        """Take in what segments say about roles, ahead of the rest; settle what that changes."""
        refs = [ref for segment_id in connected for ref in self._log.refs_of(segment_id)]
        kinds = (row.kind for row in self._log.rows_at(refs))
        of_roles = [(k, ref) for k, ref in zip(kinds, refs, strict=True) if k in AUTH]
        if not of_roles:
            return Effect()
        before = self.ledger.standing
        new = {ref.segment for _, ref in of_roles}
        self._note_special(of_roles, held=False)
        touched = self._touched_by_roles(before, self.ledger.standing, {*connected, *new})
        effect = self._settle_subjects(touched)
        self._refresh_people_digest()
        return effect._replace(people=True)

    def take_up(self, kind: Kind, hint: int) -> None:
        """Note the changes of a kind that came while this file was a version's without it.

        hint: of the segments that may hold some.
        """
        for segment_id in self._log.hinting(hint):
            refs = self._log.refs_of(segment_id)
            kinds = (row.kind for row in self._log.rows_at(refs))
            found = [(k, ref) for k, ref in zip(kinds, refs, strict=True) if k == kind]
            self._note_special(found, held=False)

    def guests_among(self, segment_ids: Iterable[int]) -> set[bytes]:
        """Return the replicas that wrote these segments without standing in them."""
        extents = self.ledger.standing.extents
        guests = set()
        for segment_id in segment_ids:
            rid = self._log.rid_of(segment_id)
            extent = extents.get(rid)
            if extent is None or extent.role(self._log.name_of(segment_id)) == Role.GUEST:
                guests.add(rid)
        return guests

    def known_keys(self) -> set[bytes]:
        """Return the replicas that have standing in what they write from now on."""
        return set(self.roles)

    def forget_segments(self, segment_ids: Iterable[int]) -> None:
        """Take back what segments that will not be kept have said about roles."""
        gone = [(number, i) for i in segment_ids for number in set(NUMBERS.values())]
        self._db.executemany("DELETE FROM mention WHERE feature = ? AND segment = ?", gone)
        if gone:
            self.ledger.forget_cache()

    def settle_segment(self, segment_id: int) -> Effect:
        """Settle all that a segment touches anew."""
        self.people.recount(self.people.named_in(segment_id))
        return self._settle_subjects(self._subjects(segment_id))

    def settle_all_of(self, subjects: Collection[bytes]) -> Effect:
        """Settle these features anew."""
        effect = self._settle_subjects(subjects)
        self._refresh_people_digest()
        return effect._replace(people=True)

    # --- taking out again ---------------------------------------------------------------------

    def withdraw(self, segment_ids: Collection[int], before: Snapshot) -> Effect:
        """Take the changes of segments out of effect: they are held from now on.

        The log has marked them so already; redacts, revocations and closings in them stay.
        before: what was known until then.
        """
        touched: set[bytes] = set()
        persons: set[tuple[bytes, bytes]] = set()
        for segment_id in segment_ids:
            touched |= self.take_out(segment_id)
            persons |= self.people.named_in(segment_id)
        return self.settle_since(before, touched, persons)

    def settle_since(
        self, before: Snapshot, subjects: Iterable[bytes], persons: Iterable[tuple[bytes, bytes]]
    ) -> Effect:
        """Settle features anew, and all that the changes about the whole project tell otherwise.

        before: what was known before some of these changes were taken out.  persons: (id, replica)
        of those who gave a name in what was taken out.
        """
        now = self.ledger.known()
        touched = {*subjects, *self._touched_by_roles(before.standing, now.standing)}
        regrouped = differing(before.groups, now.groups)
        # Also what remains where a member has gone: it goes under the same id as before.
        tops = {before.groups[member] for member in regrouped if member in before.groups}
        # Who says again that they are one may have seen more of them by then.
        touched |= regrouped | tops | differing(before.looked_at, now.looked_at)
        touched |= self._subjects_by(differing(before.shifts, now.shifts))
        redacted = before.redactions.names ^ now.redactions.names
        self.people.recount(persons)
        self.people.reconsider(redacted)
        return self.settle_all_of(touched | self._subjects_of(redacted))

    def take_out(self, segment_id: int) -> set[bytes]:
        """Forget where the changes of a segment (or of the tail) lie; return what they touch."""
        subjects = self._subjects(segment_id)
        numbers = self._settler.numbers(subjects)
        gone = set(NUMBERS.values()) - (set(READ_WHEN_HELD) if segment_id != TAIL else set())
        self._db.executemany(
            "DELETE FROM mention WHERE feature = ? AND segment = ?",
            [(number, segment_id) for number in (*numbers, *gone)],
        )
        born = [(number, segment_id) for number in numbers]
        # What stood for a create that goes stands for nothing: the row takes what is laid over it.
        self._db.executemany(
            f"UPDATE feature SET ({', '.join(SETTLED)}) = (SELECT {', '.join(SETTLED)}"
            " FROM overlay WHERE feature = feature.id) WHERE id = ? AND birth_segment = ?"
            " AND id IN (SELECT feature FROM overlay)",
            born,
        )
        self._db.executemany(
            "DELETE FROM overlay WHERE feature = ?"
            " AND feature IN (SELECT id FROM feature WHERE birth_segment = ?)",
            born,
        )
        self._db.executemany(
            "UPDATE feature SET birth_segment = NULL, birth_ordinal = NULL, plain = 0"
            " WHERE id = ? AND birth_segment = ?",
            born,
        )
        self.ledger.forget_cache()
        return subjects

    # --- digest -------------------------------------------------------------------------------

    def feature_digest(self) -> int:
        return int.from_bytes(self._meta("digest"), "big")

    def digest(self) -> str:
        """Return the state digest in hex: equal on two laptops with the same changes in effect."""
        total = self.feature_digest() + int.from_bytes(self._meta("digest_people"), "big")
        return f"{total % DIGEST_MODULUS:0{2 * DIGEST_BYTES}x}"

    def _refresh_people_digest(self) -> None:
        total = self.ledger.digest(self.people.ranks())
        self._set_meta("digest_people", total.to_bytes(DIGEST_BYTES, "big"))

    def _meta(self, key: str) -> bytes:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else b""

    def _set_meta(self, key: str, value: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- rebuilding ---------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Make every row anew from the log alone; what is held stays out."""
        for table in READ_MODEL:
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("INSERT INTO feature_text (feature_text) VALUES ('delete-all')")
        self._db.execute("DELETE FROM meta WHERE key IN ('digest', 'digest_people')")
        self._log.disconnect_all()
        self.forget_cache()
        held = self._log.ids_in_state(HELD)
        self.apply((r for segment in held for r in self._log.refs_of(segment)), held=True)
        segments = [*self._log.connect(), TAIL]
        self.apply(ref for segment_id in segments for ref in self._log.refs_of(segment_id))
        self.apply(self._log.redacts_in_waiting(), held=True)
        self._refresh_people_digest()


def _slices(refs: list[Ref]) -> Iterator[list[Ref]]:
    for start in range(0, len(refs), _SLICE):
        yield refs[start : start + _SLICE]
