"""A damaged project file made anew from what is whole in it; the damaged one is kept beside it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from collabmap.domain.change import WireChange, encode
from collabmap.domain.roles import found as new_genesis
from collabmap.domain.roles import read_genesis
from collabmap.domain.signing import SigningKey
from collabmap.errors import ProjectDamaged, ProjectUnrepairable
from collabmap.store.checking import BESIDE, HARMLESS, Checked, can_be_signed, check
from collabmap.store.database import translated
from collabmap.store.lock import WriterLock
from collabmap.store.project import Project
from collabmap.store.salvage import Kept, Salvage, salvage
from collabmap.store.segments import HELD

_NOT_KEPT = frozenset({"digest", "digest_people"})


class Gap(NamedTuple):
    """Changes of a replica that are not here: from first to last, as they are numbered.

    last: None where it is not known how many there were.  people: who used that replica.
    """

    rid: bytes
    first: int
    last: int | None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repaired:
    """backup: the damaged file, as it was.  segments: saved.  gaps: to be fetched again.

    tail: unsigned changes saved; tail_lost: of those, how many are gone for good.
    """

    backup: Path
    project: bytes
    segments: int
    changes: int
    gaps: tuple[Gap, ...]
    tail: int
    tail_lost: int
    remaining: Checked


def repair(path: Path) -> Repaired:
    """Make a project file anew from what is whole in it.

    Nothing is given up before the new file was checked, and the damaged one stays under another
    name.  Raises ProjectUnrepairable, ProjectLocked, FileMissing, DiskFull, FolderNotWritable.
    """
    lock = WriterLock(path)
    with translated(path):
        lock.acquire()
        try:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".collabmap-") as inside:
                return _repair(path, Path(inside))
        finally:
            lock.release()


def _repair(path: Path, inside: Path) -> Repaired:
    backup = _put_by(path)
    old = inside / "old.collabmap"
    _copy_with_log(path, old)
    found = salvage(old, _template(inside))
    if not found.genesis:
        raise ProjectUnrepairable(name=path.name, backup=backup.name)
    new = inside / "new.collabmap"
    tail, tail_lost, changes = _write(new, found)
    remaining = _without_beside(check(new))
    if not remaining.is_sound:
        # The original is still where it was.
        raise ProjectDamaged(name=path.name)
    gaps = _gaps(found)
    # First the write-ahead log: it belongs to the old file, and SQLite would mix it into the new.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    new.replace(path)
    project = read_genesis(found.genesis).project
    return Repaired(backup, project, len(found.segments), changes, gaps, tail, tail_lost, remaining)


def _without_beside(checked: Checked) -> Checked:
    """Leave out what is said of photos and base maps: they lie beside the damaged file."""
    findings = tuple(finding for finding in checked.findings if finding.fault not in BESIDE)
    return replace(checked, findings=findings)


def _put_by(path: Path) -> Path:
    """Copy the damaged file beside itself; return where."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    backup = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}.backup")
    _copy_with_log(path, backup)
    return backup


def _copy_with_log(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    wal = path.with_name(path.name + "-wal")
    if wal.is_file():
        shutil.copyfile(wal, target.with_name(target.name + "-wal"))


def _template(inside: Path) -> bytes:
    """Return the first page of a sound project file."""
    path = inside / "template.collabmap"
    genesis = new_genesis("template", SigningKey.generate(), bytes(16), "")
    Project.create(path, genesis).close()
    return path.read_bytes()[:4096]


# --- the new file -----------------------------------------------------------------------------


def _write(path: Path, found: Salvage) -> tuple[int, int, int]:
    """Write a new project; return how many tail changes were saved and lost, and all changes."""
    project = Project.create(path, read_genesis(found.genesis))
    try:
        with project.writing():
            for key, value in found.meta.items():
                if key not in _NOT_KEPT:
                    project.set_meta(key, value)
            changes = _write_segments(project, found.segments.values())
            tail = _write_tail(project, found)
            for table, (columns, rows) in found.tables.items():
                if table != "tail":
                    _write_rows(project.connection, table, columns, rows)
            project.model.rebuild()
    finally:
        project.close()
    return *tail, changes


def _write_segments(project: Project, kept: Iterable[Kept]) -> int:
    changes = 0
    # Those whose number is known come first: notes elsewhere in the file point at it.
    for each in sorted(kept, key=lambda k: (k.id is None, k.id or 0)):
        head = each.segment.head
        project.log.append(each.segment)
        changes += head.last - head.first + 1
        if each.id is not None:
            project.connection.execute(
                "UPDATE segment SET id = ? WHERE name = ?", (each.id, each.segment.name)
            )
        if each.state == HELD:
            project.connection.execute(
                "UPDATE segment SET state = ? WHERE name = ?", (HELD, each.segment.name)
            )
    return changes


def _write_tail(project: Project, found: Salvage) -> tuple[int, int]:
    """Write the unsigned changes up to the first that is broken.

    What follows a broken one is put aside: it may build on it, and its numbers would be wrong.  So
    is all of it where the end of the log below is missing: nobody could connect it.
    """
    head = project.log.tail_head() if "tail" in found.meta else None
    columns, rows = found.tables.get("tail", ([], []))
    kept: list[tuple[object, ...]] = []
    lost = 0
    is_founded = head is not None and _reaches_the_start(head.previous, found)
    for row in sorted(rows):
        is_whole = can_be_signed(WireChange(*row[1:]))
        if head is not None and is_whole and is_founded and row[0] == head.first + len(kept):
            kept.append(row)
        elif head is not None and is_whole:
            aside = (head.rid, row[0], encode(list(row[1:])))
            project.connection.execute("INSERT INTO tail_set_aside VALUES (?, ?, ?)", aside)
        else:
            lost += 1
    if not kept:
        project.connection.execute("DELETE FROM meta WHERE key = 'tail'")
    _write_rows(project.connection, "tail", columns, kept)
    return len(rows) - lost, lost


def _reaches_the_start(name: bytes, found: Salvage) -> bool:
    """Whether a segment and all before it were saved; an empty name is the start itself."""
    while name:
        kept = found.segments.get(name)
        if kept is None:
            return False
        name = kept.segment.head.previous
    return True


def _write_rows(
    database: sqlite3.Connection, table: str, columns: list[str], rows: list[tuple[object, ...]]
) -> None:
    known = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    kept = [place for place, column in enumerate(columns) if column in known]
    if not kept:
        return
    names = ", ".join(columns[place] for place in kept)
    marks = ", ".join("?" * len(kept))
    database.executemany(
        f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})",
        [tuple(row[place] for place in kept) for row in rows],
    )


# --- what is missing --------------------------------------------------------------------------


def _gaps(found: Salvage) -> tuple[Gap, ...]:
    """Return what the log names and does not hold, and what was seen broken."""
    gaps = {Gap(*each) for each in found.broken}
    names = found.segments.keys()
    ends: dict[bytes, set[int]] = {}
    for kept in found.segments.values():
        ends.setdefault(kept.segment.rid, set()).add(kept.segment.head.last + 1)
    covered = {(gap.rid, gap.last) for gap in gaps}
    for kept in found.segments.values():
        head, rid = kept.segment.head, kept.segment.rid
        if head.previous and head.previous not in names and (rid, head.first - 1) not in covered:
            start = max((end for end in ends.get(rid, ()) if end < head.first), default=0)
            gaps.add(Gap(rid, start, head.first - 1))
    return tuple(
        gap._replace(people=tuple(sorted(found.people.get(gap.rid, ()))))
        for gap in sorted(gaps, key=lambda gap: (gap.rid, gap.first))
    )


def is_repairable(checked: Checked) -> bool:
    """Whether anything was found that a new file would not have."""
    return any(finding.fault not in HARMLESS | BESIDE for finding in checked.findings)
