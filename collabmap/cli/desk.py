"""What every command stands on: this device, the open project, what is said and how to stop."""

import contextlib
import json
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

import click

from collabmap.app.progress import CancelToken, Progress, Throttle
from collabmap.app.session import Session
from collabmap.app.words import N_, _, format_number
from collabmap.domain.feature import PersonView, PlaceView
from collabmap.errors import PlaceUnclear, PlaceUnknown, ProjectLocked
from collabmap.store.device import Device
from collabmap.store.drives import is_removable_or_network

# How many hex digits of an id are shown: its end, because ids made in one minute begin alike.
SHORT = 8
# What long work calls its parts.
PARTS = {
    "prepared": N_("Bundle prepared"),
    "copied": N_("Copied"),
    "read": N_("Reading the contributions"),
    "merge": N_("Merging"),
    "kit": N_("Packing the copy"),
    "export": N_("Writing the file"),
    "folder": N_("Exchanging through the folder"),
    "photos": N_("Photos"),
    "check": N_("Checking"),
    "base-map": N_("Copying the base map"),
    "decisions": N_("Deciding"),
}

# What a place's fields are called in sentences; options and --json keep the short names.
FIELDS = {
    "name": N_("name"),
    "category": N_("category"),
    "description": N_("a few words"),
    "tags": N_("keywords"),
    "contact": N_("private contact"),
    "geometry": N_("position"),
    "comments": N_("comment"),
    "state": N_("decision"),
    "marks": N_("suggestion"),
    "restored": N_("brought back"),
}


class Desk:
    """The device of this run: --home, else $COLLABMAP_HOME, else this user's."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home
        self._device: Device | None = None

    @property
    def device(self) -> Device:
        if self._device is None:
            self._device = Device(self._home) if self._home else Device.default()
        return self._device

    @contextlib.contextmanager
    def opened(self, project: Path, *, to_write: bool = False) -> Iterator[Session]:
        """Yield the project; one that is open in a window can still be read."""
        if to_write and is_removable_or_network(project):
            words = _("“{name}” lies on a stick or a network drive. Better work on a copy of it:")
            click.echo(words.format(name=project.name), err=True)
            click.echo(f"  collabmap copy {shlex.quote(str(project))} ~/Documents", err=True)
        try:
            session = Session.open(project, self.device, read_only=not to_write)
        except ProjectLocked:
            if to_write:
                raise
            session = Session.open(project, self.device, read_only=True)
        with contextlib.closing(session):
            yield session

    def close(self) -> None:
        if self._device is not None:
            self._device.close()


pass_desk = click.make_pass_decorator(Desk)
place_argument = click.argument("place")
project_argument = click.argument("project", type=click.Path(path_type=Path))


# --- who, and which place ---------------------------------------------------------------------


def take_turn(session: Session, name: str | None) -> PersonView | None:
    """Begin the turn of a person of this device by name, new or known; None leaves it as it is."""
    if not name:
        return session.person
    wanted = name.strip().casefold()
    for person in session.people_here():
        if person.name.casefold() == wanted:
            is_current = session.person is not None and session.person.id == person.id
            return person if is_current else session.switch_person(person.id)
    return session.begin_person(name)


def find_place(session: Session, which: str) -> PlaceView:
    """Return the place whose id is, or ends with, `which`, or else whose name it is.

    Raises PlaceUnknown when there is none, PlaceUnclear when there are several.
    """
    digits = which.replace("-", "").lower()
    marks = session.reader.marks()
    found = {mark.id for mark in marks if mark.id.hex() == digits}
    if not found and len(digits) >= 4 and all(digit in "0123456789abcdef" for digit in digits):
        found = {mark.id for mark in marks if mark.id.hex().endswith(digits)}
    if not found:
        wanted = which.strip().casefold()
        found = {mark.id for mark in marks if mark.name.casefold() == wanted}
    if len(found) > 1:
        ids = ", ".join(sorted(short(each) for each in found))
        raise PlaceUnclear(value=which, ids=ids)
    # One that was refused is on nobody's map, but its author may still ask for it by its id.
    if not found and len(digits) == 32:
        with contextlib.suppress(ValueError):
            found = {UUID(hex=digits).bytes}
    view = session.reader.place(found.pop()) if found else None
    if view is None:
        raise PlaceUnknown(value=which)
    return view


def short(feature: bytes) -> str:
    """Return the end of an id: enough to name a place on the command line."""
    return feature.hex()[-SHORT:]


def uuid_text(feature: bytes) -> str:
    return str(UUID(bytes=feature))


# --- what is said -----------------------------------------------------------------------------


def say(*lines: str) -> None:
    """Write sentences to standard output."""
    for line in lines:
        click.echo(line)


def say_json(value: Any) -> None:
    """Write one JSON document to standard output, as it is read by scripts."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows with their columns under one another; the last column is not padded."""
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


# --- long work --------------------------------------------------------------------------------


@contextlib.contextmanager
def long_work() -> Iterator[tuple[Callable[[Progress], None], CancelToken]]:
    """Yield (progress, cancel): a line that counts in a terminal, and Ctrl+C as a clean stop.

    The first Ctrl+C asks the work to stop between two steps, the second one breaks it off.
    """
    token = CancelToken()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = signal.signal(signal.SIGINT, on_interrupt)
    is_terminal = sys.stderr.isatty()
    try:
        yield Throttle(_count if is_terminal else _stay_silent), token
    finally:
        signal.signal(signal.SIGINT, before)
        if is_terminal:
            click.echo("\r\x1b[K", nl=False, err=True)


def _count(progress: Progress) -> None:
    words = _("{what}: {done} of {total}") if progress.total else _("{what}: {done}")
    done, total = format_number(progress.done), format_number(progress.total)
    part = PARTS.get(progress.what)
    line = words.format(what=_(part) if part else progress.what, done=done, total=total)
    click.echo(f"\r{line}\x1b[K", nl=False, err=True)


def _stay_silent(_progress: Progress) -> None:
    pass
