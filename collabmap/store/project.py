"""A project file (.collabmap): create, open, lock, back up, copy; owner of its connection."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collabmap.domain.change import LINK, READING
from collabmap.domain.roles import Genesis, read_genesis
from collabmap.errors import (
    FileExists,
    FileMissing,
    NotAProject,
    ProjectDamaged,
    ProjectGone,
    ProjectReadOnly,
    ProjectTooNew,
    ProjectTooOld,
)
from collabmap.store import awaiting, base_maps, care, duplicates, links, place_tags, readings
from collabmap.store.adds import adding
from collabmap.store.database import connect, translated
from collabmap.store.lock import WriterLock
from collabmap.store.log import Log
from collabmap.store.readmodel import ReadModel
from collabmap.store.schema import APPLICATION_ID, FIRST_SCHEMA, SCHEMA_VERSION, SHOWN_VIEW

SUFFIX = ".collabmap"


class Project:
    """An open project file.  One thread at a time may use it; only one writer may exist."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock
        self.read_only = lock is None
        self.is_closed = False
        try:
            self.genesis: Genesis = read_genesis(self.meta("genesis") or b"")
        except (ValueError, TypeError) as error:
            raise NotAProject(name=path.name) from error
        self.id = self.genesis.project
        connection.execute(SHOWN_VIEW)
        care.prepare(connection)
        awaiting.prepare(connection)
        place_tags.prepare(connection)
        duplicates.prepare(connection)
        links.prepare(connection)
        readings.prepare(connection)
        self.log = Log(connection)
        self.model = ReadModel(connection, self.log, self.genesis)
        self._inode = _inode(path)
        self._data_version = self._read_data_version()

    # --- creating and opening -----------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, genesis: Genesis) -> "Project":
        """Make a new project file.  Raises FileExists: a map is never written over."""
        with translated(path):
            if path.exists():
                raise FileExists(name=path.name)
            lock = WriterLock(path)
            lock.acquire()
            connection = None
            try:
                connection = connect(path, create=True)
                # Before WAL, so that the file itself says at once what it is.
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                _migrate(connection)
                _prepare(connection)
                connection.execute("INSERT INTO meta VALUES ('genesis', ?)", (genesis.encode(),))
                return cls(path, connection, lock)
            except BaseException:
                if connection is not None:
                    connection.close()
                remove(path)
                lock.release()
                raise

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> "Project":
        """Open a project file; older schemas are backed up beside it, then brought up to date.

        Raises FileMissing, NotAProject, ProjectTooNew, ProjectLocked, ProjectDamaged.
        """
        with translated(path):
            if not path.is_file():
                raise FileMissing(name=path.name)
            _check_header(path)
            lock = None if read_only else WriterLock(path)
            if lock is not None:
                lock.acquire()
            connection = None
            try:
                connection = connect(path, read_only=read_only)
                _check_version(connection, path)
                _check_schema(connection, path)
                if lock is not None:
                    _prepare(connection)
                    _upgrade(path, connection)
                project = cls(path, connection, lock)
                if lock is not None:
                    project._take_up()
                return project
            except BaseException:
                if connection is not None:
                    connection.close()
                if lock is not None:
                    lock.release()
                raise

    def _take_up(self) -> None:
        """Find out from the log what a new step of the schema could only guess."""
        if self.meta(awaiting.DUE) is not None:
            with self.writing():
                self.model.settle_all_of(awaiting.guessed(self.connection))
                self.connection.execute("DELETE FROM meta WHERE key = ?", (awaiting.DUE,))
        for due, element in ((links.DUE, LINK), (readings.DUE, READING)):
            if self.meta(due) is not None:
                with self.writing():
                    self.model.settle_all_of(adding(self.connection, self.log, element))
                    self.connection.execute("DELETE FROM meta WHERE key = ?", (due,))

    def close(self) -> None:
        """Close the connection and let others write; a second call does nothing."""
        self.is_closed = True
        try:
            self.connection.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    # --- transactions -------------------------------------------------------------------------

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[None]:
        """One transaction, all or nothing.  keep=False rolls it back at the end: a rehearsal.

        Raises ProjectReadOnly, ProjectGone, DiskFull.
        """
        if self.read_only:
            raise ProjectReadOnly(name=self.path.name)
        self._check_there()
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                if keep:
                    self.connection.execute("COMMIT")
                else:
                    self._roll_back()
            except BaseException:
                self._roll_back()
                raise

    def _check_there(self) -> None:
        # On POSIX a file that was deleted or whose stick was pulled could still be written to,
        # and all would be lost without a word.
        if _inode(self.path) != self._inode:
            raise ProjectGone(name=self.path.name)

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.log.forget_cache()
        self.model.forget_cache()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view of the file, whatever a writer does meanwhile."""
        with translated(self.path):
            is_inner = self.connection.in_transaction
            if not is_inner:
                self.connection.execute("BEGIN")
                self._notice_writers()
            try:
                yield
            finally:
                if not is_inner and self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Lend a second connection, which goes on seeing the file as it is now.

        Reading what a merge has changed then needs no copy of what there was.  Inside `writing` it
        sees the file without what is being written.  Raises ProjectGone.
        """
        self._check_there()
        with translated(self.path):
            connection = connect(self.path, read_only=True)
            try:
                connection.execute(SHOWN_VIEW)
                connection.execute("BEGIN")
                # What is seen is settled by the first read, not by BEGIN.
                connection.execute("SELECT 1 FROM meta LIMIT 1").fetchone()
                yield connection
            finally:
                connection.close()

    def _notice_writers(self) -> None:
        version = self._read_data_version()
        if version != self._data_version:
            self._data_version = version
            self.log.forget_cache()
            self.model.forget_cache()

    def _read_data_version(self) -> int:
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    # --- notes about the file -----------------------------------------------------------------

    def meta(self, key: str) -> bytes | None:
        """Return a note kept in the file, None if there is none."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else None

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep a note in the file; inside `writing`."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- copying ------------------------------------------------------------------------------

    def copy_to(self, target: Path) -> None:
        """Write a compact copy of the file, without what was deleted from it.

        Its list of base maps stays here: what goes along is said where it is packed.  The caller
        seals first: a copy must not carry this laptop's unsealed tail.
        """
        assert self.log.tail_head() is None, "seal before a copy is handed out"
        with translated(target):
            self.connection.execute("VACUUM INTO ?", (str(target),))
            copy = connect(target)
            try:
                copy.execute("PRAGMA secure_delete = ON")
                base_maps.forget(copy)
                # What an earlier owner of this file had not signed is nobody else's to hand on.
                if copy.execute("DELETE FROM tail_set_aside").rowcount:
                    copy.execute("VACUUM")
            finally:
                copy.close()


def remove(path: Path) -> None:
    """Take away a project file that was never finished, with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _check_header(path: Path) -> None:
    """Refuse what is no project before SQLite or a lock touches it."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(b"SQLite format 3\x00"):
        raise NotAProject(name=path.name)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotAProject(name=path.name)


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        # The program's minor version is raised with the schema's.
        raise ProjectTooNew(name=path.name, version=f"0.{version}")
    if version < FIRST_SCHEMA:
        raise ProjectTooOld(name=path.name)


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that acts by itself: it could change words between writing and signing."""
    connection.execute("PRAGMA trusted_schema = OFF")
    acting = "SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')"
    if connection.execute(acting).fetchone() is not None:
        raise ProjectDamaged(name=path.name)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: what the window called saved must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What was forgotten must not lie about in free pages until the file is packed anew.
    connection.execute("PRAGMA secure_delete = ON")
    # 64 MiB: a merge comes back to the same pages of the indexes again and again.
    connection.execute("PRAGMA cache_size = -65536")


def _upgrade(path: Path, connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < SCHEMA_VERSION:
        backup = path.with_name(f"{path.stem}-schema-{version}{path.suffix}.backup")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(path, backup)
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    # Imported late: 100 to 200 ms, and most openings find nothing to do.
    from sqlite_utils.db import Database

    from collabmap.store.migrations import migrations

    database: Database = Database(connection, execute_plugins=False)
    migrations.apply(database)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
