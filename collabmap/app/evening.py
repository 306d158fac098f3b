"""What this computer remembers of an evening: when and where it is, and what was made ready for it.

Notes of this device alone: nothing of it is written to the map.
"""

import datetime
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from collabmap.app import base_maps, inviting
from collabmap.domain.codes import CodeKind, read_code
from collabmap.domain.signing import INVITATION, RECOVERY, key_of_secret
from collabmap.errors import RecoveryWrong

if TYPE_CHECKING:
    # Only by name: kits import much, and note themselves here.
    from collabmap.app.desk import Desk
    from collabmap.app.kits import HandoutReport

_PLAN, _KIT, _PAPER = "evening", "handed-out", "key-on-paper"
# Of an evening of which nothing was said.
USUAL_PEOPLE, USUAL_LAPTOPS = 40, 12


@dataclass(frozen=True, slots=True)
class Evening:
    """day: ISO date.  begins, ends: 'HH:MM'.  '' and 0 for what was not said."""

    day: str = ""
    begins: str = ""
    ends: str = ""
    where: str = ""
    laptops: int = 0
    people: int = 0

    @property
    def date(self) -> datetime.date | None:
        return datetime.date.fromisoformat(self.day) if self.day else None

    @property
    def begins_ms(self) -> int | None:
        """When it begins, milliseconds since 1970; None where that was not said."""
        return self._moment(self.begins)

    @property
    def ends_ms(self) -> int | None:
        """When it ends; after midnight where that is before it begins."""
        begins, ends = self.begins_ms, self._moment(self.ends)
        is_past = begins is not None and ends is not None and ends <= begins
        return self._moment(self.ends, days=1) if is_past else ends

    def _moment(self, clock: str, days: int = 0) -> int | None:
        if self.date is None or not clock:
            return None
        at = datetime.datetime.combine(self.date, datetime.time.fromisoformat(clock))
        return round((at + datetime.timedelta(days=days)).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class KitNote:
    """The copy that was last handed out from here.  invitation: its public key.

    maps: file name -> (bytes, time in ns) of the base maps that lay beside the project then.
    """

    path: str
    size_bytes: int
    at_ms: int
    invitation: bytes
    maps: dict[str, tuple[int, int]]


def evening(desk: "Desk") -> Evening:
    """Return what was said of the evening."""
    kept: dict[str, Any] = desk.device.note(desk.project.id, _PLAN, {})
    known = {field.name for field in fields(Evening)}
    return Evening(**{name: value for name, value in kept.items() if name in known})


def set_evening(desk: "Desk", plan: Evening) -> None:
    """Remember when and where the evening is."""
    desk.device.set_note(desk.project.id, _PLAN, asdict(plan))


# --- the copy that is handed out --------------------------------------------------------------


def note_kit(desk: "Desk", report: "HandoutReport") -> None:
    """Remember that a copy was handed out."""
    note = {
        "path": str(report.path),
        "size_bytes": report.size_bytes,
        "at_ms": desk.now(),
        "invitation": key_of_secret(inviting.secret_in_use(desk), INVITATION).public,
        "maps": map_stamps(desk),
    }
    desk.device.set_note(desk.project.id, _KIT, note)


def last_kit(desk: "Desk") -> KitNote | None:
    """Return the copy that was last handed out from here, None if there was none."""
    kept: dict[str, Any] | None = desk.device.note(desk.project.id, _KIT)
    if kept is None:
        return None
    maps = {name: (size, time) for name, (size, time) in kept.pop("maps").items()}
    return KitNote(**kept, maps=maps)


def map_stamps(desk: "Desk") -> dict[str, tuple[int, int]]:
    """Return what tells the base maps beside the project from later ones of the same name."""
    found = {}
    for view in base_maps.base_maps(desk.project):
        if view.path.is_file():
            status = view.path.stat()
            found[view.file] = (status.st_size, status.st_mtime_ns)
    return found


# --- the key on paper -------------------------------------------------------------------------


def note_on_paper(desk: "Desk") -> None:
    """Remember that somebody here has the recovery key of this map on paper."""
    desk.device.set_note(desk.project.id, _PAPER, desk.now())


def on_paper_since(desk: "Desk") -> int:
    """Return when the key on paper was last seen here, in milliseconds; 0 for never."""
    return int(desk.device.note(desk.project.id, _PAPER, 0))


def check_paper(desk: "Desk", text: str) -> None:
    """Compare what is on the paper with this map.  Raises CodeWrong, RecoveryWrong.

    Nothing is kept of it but that it was right.
    """
    key = key_of_secret(read_code(CodeKind.RECOVERY, text), RECOVERY)
    if key.public != desk.project.genesis.recovery:
        raise RecoveryWrong(name=desk.name)
    note_on_paper(desk)
