"""Verify and doctor: what is wrong with a map's file, in words, and what could be made good."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from collabmap.app.desk import Report
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.words import N_, _, format_number, ngettext
from collabmap.domain.ids import replica_id
from collabmap.errors import NotAProject
from collabmap.store.checking import HARMLESS, Checked, Fault, Finding, check
from collabmap.store.device import Device
from collabmap.store.repair import Gap, is_repairable, repair
from collabmap.sync.bundle import short_code

_DOCTOR = N_("Close the map, then repair it: collabmap doctor “{name}”. Nothing is thrown away.")
_DOCTOR_THEN_ASK = N_(
    "Repair the map: collabmap doctor “{name}”. What is missing then comes again from anybody who"
    " has it."
)
_MAX_NAMED = 5


class _Words(NamedTuple):
    meaning: str
    advice: str


# Each finding: what it means, and what to do now.
_WORDS: Mapping[Fault, _Words] = {
    Fault.UNREADABLE: _Words(
        N_("The disk or the stick has lost the beginning of the file, or all of it."),
        _DOCTOR,
    ),
    Fault.STRUCTURE: _Words(
        N_("Parts of the file are not what CollabMap wrote: a failing disk, a stick pulled out."),
        _DOCTOR,
    ),
    Fault.INDEX: _Words(
        N_("Searching may miss places. All contributions are there."),
        _DOCTOR,
    ),
    Fault.SEGMENT: _Words(
        N_("Their signature does not hold any more. What their authors added later waits."),
        _DOCTOR_THEN_ASK,
    ),
    Fault.LABEL: _Words(
        N_("They are whole, but filed wrongly, so that others may not find them."),
        _DOCTOR,
    ),
    Fault.CHAIN: _Words(
        N_("Something that came before them is missing here."),
        _DOCTOR_THEN_ASK,
    ),
    Fault.TAIL: _Words(
        N_("Contributions of this computer that nobody else has yet are not whole."),
        N_("Make a copy of the file before anything else, then: collabmap doctor “{name}”."),
    ),
    Fault.ROWS: _Words(
        N_("The map shows something that nobody has signed. The contributions are all there."),
        _DOCTOR,
    ),
    Fault.DIGEST: _Words(
        N_("The map was not drawn from its contributions. They are all there."),
        _DOCTOR,
    ),
    Fault.PHOTO: _Words(
        N_("The disk has changed them. They are fetched again from anybody who has them."),
        N_("Exchange with the others as usual: the photos come along."),
    ),
    Fault.BASEMAP: _Words(
        N_("The places are all there; only the picture below them is missing."),
        N_("Copy the base map (.mbtiles) again from where it came, or make a new one."),
    ),
    Fault.BASEMAP_CHANGED: _Words(
        N_("Somebody has put another file in its place, or the disk has changed it."),
        N_(
            "If it was you, accept it: collabmap maps check “{name}” --accept FILE. Otherwise copy"
            " the base map again from where it came."
        ),
    ),
    Fault.BASEMAP_MISSING: _Words(
        N_("The places are all there; only the picture below them is missing."),
        N_("Put the file back beside the map, or take it off the list: collabmap maps remove"),
    ),
    Fault.WAITING: _Words(
        N_("Something that came before them has not arrived yet. This is usual."),
        N_("They appear as soon as it does."),
    ),
    Fault.TOO_NEW: _Words(
        N_("Their authors use a newer CollabMap."),
        N_("They are kept and passed on. Install the newer version to see them."),
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words: what was found, what it means, what to do now.

    code: stable, for scripts.  is_fault: False for what is only worth saying.
    """

    code: str
    is_fault: bool
    count: int
    what: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """ok: everything is as it was written.  segments, changes, photos: looked at."""

    path: Path
    ok: bool
    findings: tuple[Told, ...]
    segments: int
    changes: int
    photos: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Changes that are not here.  people: who made them; code: of their laptop.

    changes: how many, None where that is not known.  is_own: they were made on this laptop, which
    had better get them back before anything is added: the same numbers would be given twice, and
    the laptop would have to take another key.
    """

    people: tuple[str, ...]
    code: str
    changes: int | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was done.  was_sound: there was nothing to repair, and nothing was touched.

    backup: the damaged file, as it was.  missing: to be fetched again.  unsigned: saved of what
    nobody else has; unsigned_lost: of that, what is gone for good.  found: what was wrong.
    """

    path: Path
    was_sound: bool
    found: tuple[Told, ...]
    backup: Path | None = None
    segments: int = 0
    changes: int = 0
    missing: tuple[Missing, ...] = ()
    unsigned: int = 0
    unsigned_lost: int = 0


def verify(
    path: Path, *, progress: Report | None = None, cancel: CancelToken | None = None
) -> CheckReport:
    """Check a map's file and what lies beside it; nothing is written.

    Raises FileMissing, NotAProject, ProjectTooNew, DiskFull, Cancelled.
    """
    checked = check(path, stepper(progress, cancel, "check", 0))
    return CheckReport(
        path,
        checked.is_sound,
        _told(checked, path),
        checked.segments,
        checked.changes,
        checked.photos,
    )


def doctor(
    path: Path,
    device: Device,
    *,
    progress: Report | None = None,
    cancel: CancelToken | None = None,
) -> DoctorReport:
    """Make a damaged map's file anew from what is whole in it, and say what was done.

    The damaged file stays beside it under another name.  Raises ProjectLocked,
    ProjectUnrepairable, FileMissing, ProjectTooNew, DiskFull, Cancelled.
    """
    step = stepper(progress, cancel, "check", 0)
    checked = _checked(path, step)
    found = _told(checked, path)
    if not is_repairable(checked):
        return DoctorReport(path, True, found)
    repaired = repair(path)
    own = replica_id(device.signing_key(repaired.project).public)
    missing = tuple(_missing(gap, gap.rid == own) for gap in repaired.gaps)
    return DoctorReport(
        path,
        False,
        found,
        repaired.backup,
        repaired.segments,
        repaired.changes,
        missing,
        repaired.tail,
        repaired.tail_lost,
    )


def _checked(path: Path, step: Callable[[int], None]) -> Checked:
    """Check a file that may be too damaged even to look like a map."""
    try:
        return check(path, step)
    except NotAProject:
        # Its first page may be all that is lost; what holds no map is refused by the repair.
        return Checked((Finding(Fault.UNREADABLE, 1),))


def _missing(gap: Gap, is_own: bool) -> Missing:
    changes = None if gap.last is None else gap.last - gap.first + 1
    return Missing(gap.people, short_code(gap.rid), changes, is_own)


# --- in words ---------------------------------------------------------------------------------


def _told(checked: Checked, path: Path) -> tuple[Told, ...]:
    return tuple(_in_words(finding, path.name) for finding in checked.findings)


def _in_words(finding: Finding, name: str) -> Told:
    words = _WORDS[finding.fault]
    return Told(
        str(finding.fault),
        finding.fault not in HARMLESS,
        finding.count,
        _what(finding.fault, finding.count, ", ".join(finding.where[:_MAX_NAMED])),
        _(words.meaning),
        _(words.advice).format(name=name),
    )


def _what(fault: Fault, count: int, names: str) -> str:
    """Return what was found, counted.  names: of files, where they say something to people."""
    sentences = {
        Fault.UNREADABLE: _("The file cannot be read."),
        Fault.STRUCTURE: _("The file is damaged."),
        Fault.INDEX: _("The lists for searching are damaged."),
        Fault.SEGMENT: ngettext(
            "{count} signed run of contributions is broken.",
            "{count} signed runs of contributions are broken.",
            count,
        ),
        Fault.LABEL: ngettext(
            "{count} signed run of contributions is filed wrongly.",
            "{count} signed runs of contributions are filed wrongly.",
            count,
        ),
        Fault.CHAIN: ngettext(
            "{count} signed run of contributions does not follow on what is here.",
            "{count} signed runs of contributions do not follow on what is here.",
            count,
        ),
        Fault.TAIL: _("The contributions that are not signed yet are damaged."),
        Fault.ROWS: ngettext(
            "{count} line of the map is not what the contributions say.",
            "{count} lines of the map are not what the contributions say.",
            count,
        ),
        Fault.DIGEST: _("The digest is not that of the contributions."),
        Fault.PHOTO: ngettext("{count} photo is damaged.", "{count} photos are damaged.", count),
        Fault.BASEMAP: _("The base map cannot be read: {names}"),
        Fault.BASEMAP_CHANGED: _("The base map is not the file that was listed: {names}"),
        Fault.BASEMAP_MISSING: _("The base map is not there any more: {names}"),
        Fault.WAITING: ngettext(
            "{count} signed run of contributions waits.",
            "{count} signed runs of contributions wait.",
            count,
        ),
        Fault.TOO_NEW: ngettext(
            "{count} signed run of contributions needs a newer CollabMap.",
            "{count} signed runs of contributions need a newer CollabMap.",
            count,
        ),
    }
    return sentences[fault].format(count=format_number(count), names=names)
