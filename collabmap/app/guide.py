"""How it stands with the five steps by which an evening is prepared: what is true now.

Nothing is kept of it: each step is read from what it made, so that it can be left and gone on with.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from collabmap.app import evening, readiness, themes
from collabmap.app.desk import Report, in_words
from collabmap.app.evening import Evening, KitNote
from collabmap.app.kit_trial import TrialNote
from collabmap.app.progress import CancelToken, stepper
from collabmap.app.readiness import Line
from collabmap.app.tile_packs import mebibytes
from collabmap.domain.consent import Consent
from collabmap.domain.territory import Territory
from collabmap.domain.theme_changes import differences
from collabmap.errors import CopyDiffers
from collabmap.formats.whole_file import whole_file
from collabmap.store.database import translated

if TYPE_CHECKING:
    from collabmap.app.session import Session

Step = Literal["territory", "base_map", "theme", "words", "kit"]
STEPS: tuple[Step, ...] = ("territory", "base_map", "theme", "words", "kit")
_PIECE = 1 << 20


class Standing(NamedTuple):
    """theme: name of the ready theme that the map has now, '' for one of its own.

    categories: how many it offers.  lines: of the checklist, by code.  trial: of the copy that was
    made last, None where that was not tried or has gone.
    """

    territory: Territory | None
    lines: dict[str, Line]
    theme: str
    categories: int
    consent: Consent
    plan: Evening
    kit: KitNote | None
    trial: TrialNote | None

    def is_done(self, step: Step) -> bool:
        """Whether there is nothing left to do in a step."""
        invitation = self.lines.get("invitation")
        return {
            "territory": self.territory is not None,
            # What is still being looked through is there.
            "base_map": self.lines["base_map"].state in ("done", "running"),
            "theme": self.categories > 0,
            "words": bool(self.plan.day),
            "kit": self.trial is not None
            and self.trial.is_good
            and invitation is not None
            and invitation.state == "done",
        }[step]

    @property
    def next_step(self) -> Step:
        """The first step that has something to do; the last one when all are done."""
        return next((step for step in STEPS if not self.is_done(step)), "kit")


@in_words
def look(session: "Session") -> Standing:
    """Look at all five steps."""
    found = readiness.look(session)
    now = session.theme
    ready = (name for name in themes.ready_names())
    same = (name for name in ready if not differences(now, themes.ready_theme(name)))
    kit = evening.last_kit(session)
    return Standing(
        session.territory(),
        {line.code: line for line in found.lines},
        next(same, ""),
        sum(not category.is_hidden for category in now.categories),
        session.consent(),
        found.plan,
        kit,
        session.last_trial(Path(kit.path)) if kit is not None else None,
    )


def copy_kit(kit: Path, target: Path, progress: Report | None, cancel: CancelToken | None) -> int:
    """Copy a file to a stick or a folder and read it back; return its size in bytes.

    Raises CopyDiffers where the stick gives back something else, DiskFull, and what reading and
    writing raise, Cancelled.
    """
    with translated(kit):
        size = kit.stat().st_size
        step = stepper(progress, cancel, "copy", 2 * mebibytes(size))
        with kit.open("rb") as source, whole_file(target) as copy:
            digest = _through(source.read, copy.write, step, 0)
    with translated(target), target.open("rb") as copy:
        if _through(copy.read, None, step, mebibytes(size)) != digest:
            raise CopyDiffers(name=target.name)
    return size


def _through(
    read: Callable[[int], bytes],
    write: Callable[[bytes], object] | None,
    step: Callable[[int], None],
    first: int,
) -> bytes:
    digest = hashlib.sha256()
    done = first
    while piece := read(_PIECE):
        digest.update(piece)
        if write is not None:
            write(piece)
        done += 1
        step(done)
    return digest.digest()
