"""This device: its key, its people, what can be undone and preferences, outside every project.

Copying a project copies no identity: the private key lies here, readable by its owner only.
"""

import contextlib
import os
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import platformdirs

from collabmap.domain import ids
from collabmap.domain.change import decode, encode
from collabmap.domain.signing import SigningKey
from collabmap.store import keyring, machine
from collabmap.store.database import connect, translated
from collabmap.store.keyring import Keyring

HOME_VARIABLE = "COLLABMAP_HOME"
_MACHINE = "device.machine"
_FORMER, _OWED = "former", "owed"
_MAX_RECENT = 12
_MAX_UNDO = 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recent (
    path TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, opened INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS here (
    project BLOB NOT NULL, person BLOB NOT NULL, name TEXT NOT NULL, consent INTEGER NOT NULL,
    used INTEGER NOT NULL, PRIMARY KEY (project, person)
) STRICT;
CREATE TABLE IF NOT EXISTS note (
    project BLOB NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (project, key)
) STRICT;
CREATE TABLE IF NOT EXISTS undo (
    id INTEGER PRIMARY KEY, project BLOB NOT NULL, person BLOB NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS redo (
    id INTEGER PRIMARY KEY, project BLOB NOT NULL, person BLOB NOT NULL, entry BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS private_text (
    project BLOB NOT NULL, sealed BLOB NOT NULL, text TEXT NOT NULL, PRIMARY KEY (project, sealed)
) STRICT
"""
# What can be undone, and what was undone and can be done again.
Stack = Literal["undo", "redo"]
_STACKS: tuple[Stack, ...] = ("undo", "redo")
_NOTE = "SELECT value FROM note WHERE project = ? AND key = ?"
_KEEP_NOTE = "INSERT OR REPLACE INTO note VALUES (?, ?, ?)"


def subjects_of(entry: Mapping[str, Any]) -> set[bytes]:
    """Return the features that a deed on the undo or redo stack is about."""
    return {entry["subject"], *entry.get("subjects", ())}


class RecentProject(NamedTuple):
    """role: 'coordinator', 'resident' or 'guest'.  opened_ms: milliseconds since 1970, UTC."""

    path: Path
    name: str
    role: str
    opened_ms: int


class PersonHere(NamedTuple):
    """A person who has used a project on this device."""

    id: bytes
    name: str
    consent: bool


class Device:
    """What this device keeps for itself, in one folder.  Any thread may call it.

    look: how to see the machine that the folder is on.  A copy of the folder on another one is
    given new keys.  None: a folder that may be carried from machine to machine, on a stick.
    """

    def __init__(self, folder: Path, look: machine.Look | None = None) -> None:
        self.folder = folder
        with translated(folder / keyring.KEY):
            folder.mkdir(parents=True, exist_ok=True)
            self._keys = Keyring(folder)
            self._db = connect(folder / "device.sqlite", create=True)
            # What a power cut takes here is an undo or a preference, never a contribution.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)
        self._lock = threading.Lock()
        self._is_closed = False
        if look is not None:
            with translated(folder / keyring.KEY):
                self._look_around(look())

    @classmethod
    def default(cls) -> "Device":
        """Return the device of this user; $COLLABMAP_HOME moves it (a portable folder)."""
        home = os.environ.get(HOME_VARIABLE)
        if home:
            return cls(Path(home))
        return cls(Path(platformdirs.user_data_dir("CollabMap", False)), machine.read)

    def close(self) -> None:
        """Close the device's own database, once no thread is asking it anything."""
        with self._lock:
            self._is_closed = True
            self._db.close()

    def _all(self, sql: str, *values: object) -> list[Any]:
        with self._lock, translated(self.folder / "device.sqlite"):
            # A thread may still ask while the window closes: nobody waits for the answer.
            return [] if self._is_closed else self._db.execute(sql, values).fetchall()

    # --- keys ---------------------------------------------------------------------------------

    @property
    def key(self) -> SigningKey:
        """Return the key of this device, for a project that is founded now."""
        return self._keys.key

    @property
    def rid(self) -> bytes:
        return ids.replica_id(self.key.public)

    def signing_key(self, project: bytes) -> SigningKey:
        """Return the key that signs in a project: its own one where it got one, or the device's."""
        with translated(self.folder / keyring.KEY):
            return self._keys.of(project)

    def former(self, project: bytes) -> frozenset[bytes]:
        """Return the replica ids under which this device wrote in a project before."""
        return frozenset(ids.replica_id(public) for public in self.note(project, _FORMER, []))

    def rekey(self, project: bytes) -> None:
        """Take a new key for a project: somebody else signs with the one it has.

        The old one is kept aside, and owed (see there).
        """
        public = self.signing_key(project).public
        with translated(self.folder / keyring.KEY):
            self._part_from({project: public})
            self._keys.renew_in(project)

    def owed(self, project: bytes) -> list[SigningKey]:
        """Return the keys given up in a project that have not named their successor there yet."""
        with translated(self.folder / keyring.KEY):
            found = [self._keys.find(public) for public in self.note(project, _OWED, [])]
        return [key for key in found if key is not None]

    def settle(self, project: bytes, public: bytes) -> None:
        """Note that a key that was given up has named its successor."""
        owed = [other for other in self.note(project, _OWED, []) if other != public]
        self.set_note(project, _OWED, owed)

    def _look_around(self, seen: machine.Fingerprint) -> None:
        """Take new keys if this folder was copied from another machine; remember this one."""
        kept = self._kept_fingerprint()
        if kept is not None and seen.is_foreign_to(kept):
            rows = self._all("SELECT project FROM here UNION SELECT project FROM note")
            # Said before it is done: after a power cut between the two it is simply done again.
            self._part_from({row[0]: self.signing_key(row[0]).public for row in rows})
            with self._alone():
                kept = self._kept_fingerprint()
                # A second program that starts now must not take yet another key.
                if kept is not None and seen.is_foreign_to(kept):
                    self._keys.renew()
                    kept = None
                    self._keep_fingerprint(seen)
            self._keys.reload()
        known = seen if kept is None else seen.joined(kept)
        if known != self._kept_fingerprint():
            self._keep_fingerprint(known)

    def _kept_fingerprint(self) -> machine.Fingerprint | None:
        try:
            text = (self.folder / _MACHINE).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return machine.read_kept(text, ids.replica_id(self._keys.reload().public))

    def _keep_fingerprint(self, seen: machine.Fingerprint) -> None:
        keyring.replace(self.folder / _MACHINE, seen.encode(self.rid))

    def _part_from(self, keys: Mapping[bytes, bytes]) -> None:
        """Note public keys as given up, by project; what was done under them can't be undone."""
        # A power cut that took this would take the role of these projects with it.
        with self._alone(is_durable=True):
            for project, public in keys.items():
                for name in (_FORMER, _OWED):
                    row = self._db.execute(_NOTE, (project, name)).fetchone()
                    noted = decode(row[0]) if row else []
                    value = encode([*(other for other in noted if other != public), public])
                    self._db.execute(_KEEP_NOTE, (project, name, value))
                # Its entries name changes by their numbers in the old key's log.
                for stack in _STACKS:
                    self._db.execute(f"DELETE FROM {stack} WHERE project = ?", (project,))

    @contextlib.contextmanager
    def _alone(self, *, is_durable: bool = False) -> Iterator[None]:
        """One transaction that no other thread or program comes into."""
        with self._lock, translated(self.folder / "device.sqlite"):
            if is_durable:
                self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._db.execute("PRAGMA synchronous = NORMAL")

    # --- preferences and recent maps ----------------------------------------------------------

    def get(self, key: str, default: Any = None) -> Any:
        """Return a preference: language, theme, text_scale ..."""
        rows = self._all("SELECT value FROM setting WHERE key = ?", key)
        return decode(rows[0][0]) if rows else default

    def set(self, key: str, value: Any) -> None:
        """Keep a preference (any msgpack value)."""
        self._all("INSERT OR REPLACE INTO setting VALUES (?, ?)", key, encode(value))

    def recent(self) -> list[RecentProject]:
        """Return the maps opened last, the latest first; those that are gone are left out."""
        rows = self._all("SELECT path, name, role, opened FROM recent ORDER BY opened DESC")
        found = [RecentProject(Path(path), *rest) for path, *rest in rows]
        return [project for project in found if project.path.is_file()]

    def note_opened(self, path: Path, name: str, role: str, now_ms: int) -> None:
        """Remember a map that was opened."""
        self._all(
            "INSERT OR REPLACE INTO recent VALUES (?, ?, ?, ?)", str(path), name, role, now_ms
        )
        self._all(
            "DELETE FROM recent WHERE path NOT IN"
            " (SELECT path FROM recent ORDER BY opened DESC LIMIT ?)",
            _MAX_RECENT,
        )

    # --- people -------------------------------------------------------------------------------

    def people(self, project: bytes) -> list[PersonHere]:
        """Return who has used a project here, the latest first."""
        rows = self._all(
            "SELECT person, name, consent FROM here WHERE project = ? ORDER BY used DESC", project
        )
        return [PersonHere(person, name, bool(consent)) for person, name, consent in rows]

    def keep_person(self, project: bytes, person: PersonHere, now_ms: int) -> None:
        """Remember a person as the latest who used a project here."""
        self._all(
            "INSERT OR REPLACE INTO here VALUES (?, ?, ?, ?, ?)",
            project,
            person.id,
            person.name,
            int(person.consent),
            now_ms,
        )

    # --- notes by project ---------------------------------------------------------------------

    def note(self, project: bytes, key: str, default: Any = None) -> Any:
        """Return a note about a project: 'person' in force, 'sent', 'invitation' ..."""
        rows = self._all(_NOTE, project, key)
        return decode(rows[0][0]) if rows else default

    def set_note(self, project: bytes, key: str, value: Any) -> None:
        """Keep a note about a project (any msgpack value)."""
        self._all(_KEEP_NOTE, project, key, encode(value))

    # --- undo and redo ------------------------------------------------------------------------

    def push_undo(self, project: bytes, person: bytes, entry: Mapping[str, Any]) -> None:
        """Remember how to undo what a person just did; what was undone before stays undone."""
        with self._alone():
            self._push("undo", project, person, entry)
            self._db.execute("DELETE FROM redo WHERE project = ? AND person = ?", (project, person))

    def _push(self, stack: Stack, project: bytes, person: bytes, entry: Mapping[str, Any]) -> None:
        sql = f"INSERT INTO {stack} (project, person, entry) VALUES (?, ?, ?)"
        self._db.execute(sql, (project, person, encode(entry)))
        self._db.execute(
            f"DELETE FROM {stack} WHERE project = ? AND id <= (SELECT max(id) FROM {stack}) - ?",
            (project, _MAX_UNDO),
        )

    def last_deed(
        self, stack: Stack, project: bytes, person: bytes
    ) -> tuple[int, dict[str, Any]] | None:
        """Return the number and entry of the latest deed that a person can undo or redo here.

        Another person's is never offered.
        """
        rows = self._all(
            f"SELECT id, entry FROM {stack} WHERE project = ? AND person = ?"
            " ORDER BY id DESC LIMIT 1",
            project,
            person,
        )
        return (rows[0][0], decode(rows[0][1])) if rows else None

    def move_deed(self, stack: Stack, number: int, entry: Mapping[str, Any]) -> None:
        """Put a deed that was undone or done again on the other stack, with a new entry."""
        other: Stack = "redo" if stack == "undo" else "undo"
        with self._alone():
            sql = f"DELETE FROM {stack} WHERE id = ? RETURNING project, person"
            for project, person in self._db.execute(sql, (number,)).fetchall():
                self._push(other, project, person, entry)

    def drop_deed(self, stack: Stack, number: int) -> None:
        """Forget one deed."""
        self._all(f"DELETE FROM {stack} WHERE id = ?", number)

    def forget_deeds(self, project: bytes) -> None:
        """Forget all that could be undone or done again in a project."""
        for stack in _STACKS:
            self._all(f"DELETE FROM {stack} WHERE project = ?", project)

    def erase(
        self,
        project: bytes,
        *,
        sealed: Iterable[bytes],
        subjects: Collection[bytes],
        persons: Iterable[bytes],
    ) -> None:
        """Take off the disk what was redacted: private texts, names, and undo that holds words.

        sealed: private values; subjects: features; persons: who goes without a name now.
        """
        for value in sealed:
            self._all("DELETE FROM private_text WHERE project = ? AND sealed = ?", project, value)
        for person in persons:
            self._all("DELETE FROM here WHERE project = ? AND person = ?", project, person)
            for stack in _STACKS:
                self._all(f"DELETE FROM {stack} WHERE project = ? AND person = ?", project, person)
        for stack in _STACKS:
            rows = self._all(f"SELECT id, entry FROM {stack} WHERE project = ?", project)
            for number, entry in rows:
                if not subjects_of(decode(entry)).isdisjoint(subjects):
                    self.drop_deed(stack, number)
        self._all("VACUUM")
        self._all("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- private texts ------------------------------------------------------------------------

    def keep_private(self, project: bytes, sealed: bytes, text: str) -> None:
        """Keep in clear what a person here sealed to the coordinators, to show it back."""
        self._all("INSERT OR REPLACE INTO private_text VALUES (?, ?, ?)", project, sealed, text)

    def private(self, project: bytes, sealed: bytes) -> str | None:
        """Return what was sealed here, None if it was sealed elsewhere."""
        rows = self._all(
            "SELECT text FROM private_text WHERE project = ? AND sealed = ?", project, sealed
        )
        return rows[0][0] if rows else None
