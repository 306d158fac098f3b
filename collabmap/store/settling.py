"""Settles features: reads their changes, lets the rules judge, hands the outcome to the writer."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from collabmap.domain.change import Change, Kind
from collabmap.domain.effect import MAX_LISTED, Effect
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.merge import merge_feature
from collabmap.domain.outcome import Outcome
from collabmap.store.ledger import Ledger
from collabmap.store.log import TAIL, Log, Ref
from collabmap.store.people import People
from collabmap.store.quick import Quick
from collabmap.store.rows import OWN_ACCEPT, PLAIN_FIELDS, decode_json, geometry_of
from collabmap.store.writer import Known, RowWriter

_CHUNK = 500

# New changes by row.
Fresh = Mapping[int, Sequence[Change]]


class Settled(NamedTuple):
    """digest: by how much the sum of the features' digests changed."""

    effect: Effect
    digest: int


class Settler:
    """Settles the features of one project file; callers hold the transaction."""

    def __init__(
        self, connection: sqlite3.Connection, log: Log, ledger: Ledger, people: People
    ) -> None:
        self._db = connection
        self._log = log
        self._ledger = ledger
        self._people = people

    # --- rows ---------------------------------------------------------------------------------

    def numbers(self, subjects: Iterable[bytes]) -> list[int]:
        """Return the rows of those features that have one."""
        found: list[int] = []
        for part in _chunks(list(subjects)):
            rows = self._db.execute(f"SELECT id FROM feature WHERE uuid IN ({_marks(part)})", part)
            found += [number for (number,) in rows]
        return found

    def rows_of(self, subjects: Iterable[bytes]) -> dict[bytes, Known]:
        """Return the rows of those features that have one."""
        found: dict[bytes, Known] = {}
        for part in _chunks(list(subjects)):
            rows = self._db.execute(
                f"SELECT {Known.columns()} FROM shown WHERE uuid IN ({_marks(part)})", part
            )
            found |= {row[1]: Known(*row) for row in rows.fetchall()}
        return found

    def next_number(self) -> int:
        """Return a row number above all there are."""
        row = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM feature").fetchone()
        return int(row[0])

    # --- reading changes ----------------------------------------------------------------------

    def changes(self, subject: bytes) -> list[Change]:
        """Return every change of a feature and of those that are one with it, verdicts included.

        Those of held segments are not among them.
        """
        canonical = self._ledger.groups.get(subject, subject)
        return [
            change for member in self._ledger.members(canonical) for change in self._own(member)
        ]

    def _own(self, subject: bytes) -> list[Change]:
        row = self._db.execute(
            "SELECT id, birth_segment, birth_ordinal FROM feature WHERE uuid = ?", (subject,)
        ).fetchone()
        return self._read(*row) if row else []

    def _read(self, number: int, segment: int | None, ordinal: int | None) -> list[Change]:
        rows = self._db.execute("SELECT segment, ordinal FROM mention WHERE feature = ?", (number,))
        refs = [Ref(*row) for row in rows]
        if segment is not None and ordinal is not None:
            refs.append(Ref(segment, ordinal))
        return self._log.changes_at(refs)

    def _mentions(self, number: int) -> list[Ref]:
        rows = self._db.execute("SELECT segment, ordinal FROM mention WHERE feature = ?", (number,))
        return [Ref(*row) for row in rows]

    def outcome(self, subject: bytes, changes: Collection[Change] | None = None) -> Outcome:
        """Return what the rules make of a feature now.  changes: its changes, if read already."""
        subject = self._ledger.groups.get(subject, subject)
        changes = self.changes(subject) if changes is None else changes
        return merge_feature(subject, changes, self._ledger.standing, self._ledger.redactions)

    # --- settling -----------------------------------------------------------------------------

    def settle_subjects(self, subjects: Iterable[bytes]) -> Settled:
        """Settle features, those that are one with them, and those that were."""
        groups = self._ledger.groups
        wanted = set(subjects)
        for subject in subjects:
            wanted.update(self._ledger.members(groups[subject]) if subject in groups else ())
        # The smallest id may be of a feature that nobody here has heard of.
        tops = {(groups[subject],) for subject in wanted if subject in groups}
        self._db.executemany("INSERT OR IGNORE INTO feature (uuid) VALUES (?)", tops)
        return self.settle(self._known(sorted(self.numbers(wanted))))

    def settle(
        self, known: Iterable[Known], fresh: Fresh | None = None, new: Sequence[Known] = ()
    ) -> Settled:
        """Settle features by their rows, which are read as they are needed.

        fresh: their new changes.  new: features that have no row yet and no changes but those.
        """
        writer = RowWriter(self._db, self._ledger, self._people)
        quick = Quick(writer, self._ledger, self._people, self._log)
        fresh = fresh or {}
        for part in _chunks(new):
            for row in part:
                changes = fresh[row.id]
                if not quick.settle(row, changes, is_new=True):
                    self._settle_one(writer, row, changes)
            writer.flush()
        united: set[bytes] = set()
        groups = self._ledger.groups
        for count, row in enumerate(known, start=1):
            if row.uuid in groups:
                united.add(groups[row.uuid])
                continue
            changes = fresh.get(row.id, ())
            if not changes or not quick.settle(row, changes, is_new=False):
                self._settle_one(writer, row, self._changes_for(row, changes))
            if count % _CHUNK == 0:
                writer.flush()
        for canonical in sorted(united):
            self._settle_group(writer, canonical)
        writer.flush()
        features = frozenset(writer.listed) if len(writer.listed) <= MAX_LISTED else None
        effect = Effect(features, writer.added, writer.changed, writer.removed, writer.box)
        return Settled(effect, writer.digest)

    def _settle_one(self, writer: RowWriter, row: Known, changes: Sequence[Change]) -> None:
        ledger = self._ledger
        outcome = merge_feature(row.uuid, changes, ledger.standing, ledger.redactions)
        writer.write(row, outcome, changes)

    def _known(self, numbers: Sequence[int]) -> Iterator[Known]:
        """Yield rows by number, some hundred at a time: all of a large map are too many."""
        for part in _chunks(numbers):
            sql = f"SELECT {Known.columns()} FROM shown WHERE id IN ({_marks(part)}) ORDER BY id"
            yield from (Known(*row) for row in self._db.execute(sql, part).fetchall())

    def _changes_for(self, row: Known, new: Sequence[Change]) -> Sequence[Change]:
        create = self._create_of(row) if new and row.plain else None
        if create is not None:
            others = self._log.changes_at(self._mentions(row.id)) if row.is_overlaid else new
            # Two changes of one stamp are told apart by their leaves, which no row holds.
            if all(change.stamp != create.stamp for change in others):
                return [create, *others]
        return self._read(row.id, row.birth_segment, row.birth_ordinal)

    def _create_of(self, row: Known) -> Change | None:
        """Return the create that a plain row stands for, without its leaf."""
        if row.birth_segment in (None, TAIL):
            return None
        born = self._db.execute(
            "SELECT author, born, category, name, lng, lat, geometry, fields FROM feature"
            " WHERE id = ?",
            (row.id,),
        ).fetchone()
        author, time, category, title, lng, lat, geometry, fields = born
        name = ChangeId(self._log.name_of(row.birth_segment), row.birth_ordinal or 0)
        person, rid = self._people.identity(author)
        values = {
            "name": title,
            "category": category,
            "geometry": geometry_of(lng, lat, geometry),
            "description": decode_json(fields).get("description", ""),
        }
        payload = {f: values[f] for f, bit in PLAIN_FIELDS.items() if row.plain & bit}
        return Change(
            name,
            Stamp(time, rid),
            b"",
            person,
            Kind.CREATE,
            row.uuid,
            bool(row.plain & OWN_ACCEPT),
            dict.fromkeys(payload, frozenset()),
            payload=payload,
        )

    def false_creates(self) -> Iterator[bytes]:
        """Yield the features whose rows don't say what the create says that they stand for."""
        rows = self._db.execute(
            f"SELECT {Known.columns()} FROM shown WHERE plain <> 0 AND is_overlaid"
        ).fetchall()
        for row in (Known(*values) for values in rows):
            create = self._create_of(row)
            if create is not None:
                ref = Ref(row.birth_segment or TAIL, row.birth_ordinal or 0)
                (written,) = self._log.changes_at([ref])
                if create != msgspec.structs.replace(written, leaf=b""):
                    yield row.uuid

    def _settle_group(self, writer: RowWriter, canonical: bytes) -> None:
        members = self._ledger.members(canonical)
        rows = self.rows_of(members)
        outcome = self.outcome(canonical)
        for member, row in rows.items():
            if member == canonical:
                writer.write(row, outcome, self.changes(canonical))
            elif self._own(member):
                writer.unite(row)
            else:
                # Held with all its changes: a rebuild would not know it either.
                writer.drop(row)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))
