"""The people of a project as rows: who gave which name on which computer."""

import sqlite3
from collections.abc import Iterable

from collabmap.domain.change import Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.store.ledger import OF_PERSONS, Ledger
from collabmap.store.log import Log

MAX_NAME_SHOWN = 200


class People:
    """The table `person`, with a number for everybody who ever wrote."""

    def __init__(self, connection: sqlite3.Connection, log: Log, ledger: Ledger) -> None:
        self._db = connection
        self._log = log
        self._ledger = ledger
        self.forget_cache()

    def forget_cache(self) -> None:
        """Drop what was read: after a rollback, or when another connection has written."""
        self._numbers: dict[tuple[bytes, bytes], int] = {}
        self._identities: dict[int, tuple[bytes, bytes]] = {}

    def number(self, person: bytes, rid: bytes) -> int:
        """Return the row of a person on a replica, made now if there is none."""
        number = self._numbers.get((person, rid))
        if number is None:
            self._db.execute(
                "INSERT OR IGNORE INTO person (uuid, rid, name, consent, rank)"
                " VALUES (?, ?, '', 0, x'')",
                (person, rid),
            )
            row = self._db.execute(
                "SELECT id FROM person WHERE uuid = ? AND rid = ?", (person, rid)
            ).fetchone()
            number = self._numbers[person, rid] = int(row[0])
        return number

    def identity(self, number: int) -> tuple[bytes, bytes]:
        """Return the (person, replica) of a row."""
        found = self._identities.get(number)
        if found is None:
            row = self._db.execute(
                "SELECT uuid, rid FROM person WHERE id = ?", (number,)
            ).fetchone()
            found = self._identities[number] = (row[0], row[1])
        return found

    def take(self, change: Change) -> None:
        """Take in the name that a person gave; the greatest stamp counts."""
        payload = change.payload if isinstance(change.payload, dict) else {}
        if self._ledger.redactions.hides(change.id, change.stamp.rid):
            payload = {}
        # Another version may have let through what no screen and no export has room for.
        name = str(payload.get("name", ""))[:MAX_NAME_SHOWN]
        rank = change.stamp.encode() + change.leaf
        self._db.execute(
            "INSERT INTO person (rid, uuid, name, consent, rank) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (uuid, rid) DO UPDATE SET name = excluded.name,"
            " consent = excluded.consent, rank = excluded.rank WHERE excluded.rank > rank",
            (change.stamp.rid, change.subject, name, int(bool(payload.get("consent"))), rank),
        )

    def reconsider(self, names: Iterable[ChangeId]) -> None:
        """Show or hide the names that people gave in these changes, which a redact names."""
        self.recount(
            {
                (row.subject, self._log.rid_named(segment))
                for segment, row in self._log.rows_named(names)
                if row.kind == Kind.PERSON
            }
        )

    def recount(self, persons: Iterable[tuple[bytes, bytes]]) -> None:
        """Find the names of people (id, replica) again in what is in effect."""
        persons = set(persons)
        if not persons:
            return
        self._db.executemany(
            "UPDATE person SET name = '', consent = 0, rank = x'' WHERE uuid = ? AND rid = ?",
            list(persons),
        )
        for change in self._ledger.changes(OF_PERSONS):
            if (change.subject, change.stamp.rid) in persons:
                self.take(change)

    def named_in(self, segment_id: int) -> set[tuple[bytes, bytes]]:
        """Return the people (id, replica) who gave a name in a segment."""
        rid = self._log.rid_of(segment_id)
        outline = self._log.outline(segment_id)
        return {(subject, rid) for kind, subject in outline if kind == Kind.PERSON}

    def ranks(self) -> list[tuple[bytes, bytes, bytes]]:
        """Return (id, replica, rank) of everybody who gave a name."""
        rows = self._db.execute("SELECT uuid, rid, rank FROM person WHERE rank <> x''")
        return rows.fetchall()
