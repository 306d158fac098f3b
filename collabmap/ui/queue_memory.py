"""What this computer remembers of a queue: where one was, what is for later, how one looked at it.

It is kept per project on this device and given to nobody.
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from collabmap.ui.queue_filter import QueueFilter
from collabmap.ui.review_order import GROUPS, SORTS, ReviewOrder

if TYPE_CHECKING:
    from collabmap.ui.main_window import MainWindow

NOTE = "review-queue"
# Several decisions a second are one note.
_PAUSE_MS = 400
# Of one day's decisions so many are known one by one, to be counted out again when taken back.
_MOST_DECIDED = 20_000
MOST_SAVED, MAX_NAME = 9, 40


@dataclass(slots=True)
class Kept:
    """What was kept of a queue.  decided: of today.  saved: filters by name, in order."""

    here: bytes | None = None
    put_off: tuple[bytes, ...] = ()
    decided: tuple[bytes, ...] = ()
    group: str = ""
    sort: str = "oldest"
    filter: QueueFilter = field(default_factory=QueueFilter)
    saved: dict[str, QueueFilter] = field(default_factory=dict)

    def note(self, day: str) -> dict[str, Any]:
        """Return it as plain values.  day: of `decided`."""
        return {
            "here": self.here,
            "put_off": list(self.put_off),
            "day": day,
            "decided": list(self.decided[-_MOST_DECIDED:]),
            "group": self.group,
            "sort": self.sort,
            "filter": self.filter.note(),
            "saved": [[name, each.note()] for name, each in self.saved.items()],
        }

    @classmethod
    def read(cls, note: object, day: str) -> "Kept":
        """Return what a note says; decisions of another day are no progress of this one."""
        if not isinstance(note, dict):
            return cls()
        here, group, sort = note.get("here"), note.get("group"), note.get("sort")
        return cls(
            here=here if isinstance(here, bytes) else None,
            put_off=_ids(note.get("put_off")),
            decided=_ids(note.get("decided")) if note.get("day") == day else (),
            group=group if isinstance(group, str) and group in GROUPS else "",
            sort=sort if isinstance(sort, str) and sort in SORTS else "oldest",
            filter=QueueFilter.read(note.get("filter")),
            saved=_saved(note.get("saved")),
        )


def _ids(value: object) -> tuple[bytes, ...]:
    return tuple(i for i in value if isinstance(i, bytes)) if isinstance(value, list) else ()


def _saved(value: object) -> dict[str, QueueFilter]:
    pairs = value if isinstance(value, list) else []
    return {
        pair[0]: QueueFilter.read(pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
    }


def today() -> str:
    return time.strftime("%Y-%m-%d")


class QueueMemory(QObject):
    """Keeps a queue's state a moment after it has changed, and when the project is left."""

    def __init__(self, window: "MainWindow", order: ReviewOrder, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._order = order
        self.saved: dict[str, QueueFilter] = {}
        self.here: bytes | None = None
        self.is_read = False
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self.write)
        window.tasks.detached.connect(self._on_left)

    @property
    def project(self) -> bytes:
        info = self._window.info
        return bytes.fromhex(info.project_id_hex) if info is not None else b""

    def take(self, note: object) -> Kept:
        """Take up what was kept; return it."""
        kept = Kept.read(note, today())
        self.saved, self.here, self.is_read = kept.saved, kept.here, True
        return kept

    def note_later(self, here: bytes | None) -> None:
        """Keep how it is now, in a moment."""
        self.here = here
        if self.is_read and not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Keep how it is now."""
        self._timer.stop()
        if not self.is_read or not self.project:
            return
        order, device, project = self._order, self._window.device, self.project
        kept = Kept(
            self.here,
            tuple(order.put_off_ids()),
            order.decided_ids(),
            order.group,
            order.sort,
            order.filter,
            dict(self.saved),
        )
        note = kept.note(today())
        self._window.tasks.run(lambda: device.set_note(project, NOTE, note))

    def _on_left(self) -> None:
        if self._timer.isActive():
            self.write()
