"""Kills: a town's files, a process that does something with them, and what must be true after it.

Used by the tests (a few dozen kills) and by the benchmark (two hundred).
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import CollabMapError
from collabmap.store.device import Device
from collabmap.sync.bundle import read_bundle

from .victim import CALLS

VICTIM = Path(__file__).with_name("victim.py")
ROOT = Path(__file__).parents[2]
# One in so many kills of each act, however many there are in all.
SHARES = {"merge": 4, "seal": 2, "bundle": 3, "write": 2, "kit": 1, "export": 1}
WHENEVER = "whenever"
HOW = (*CALLS, WHENEVER)
TRIES = 40
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Act:
    """How long an act takes undisturbed, and how often it calls SQLite and the file system."""

    seconds: float
    calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class Evening:
    """A town's files before the evening: unsealed work, what residents brought, older outputs.

    digest: of the map after all that was brought is taken in, nothing having gone wrong.
    """

    folder: Path
    digest: str
    acts: dict[str, Act]


@contextmanager
def opened(folder: Path) -> Iterator[Session]:
    """Open a town's map as its coordinator, without waiting for the disk."""
    device = Device(folder / "device")
    session = Session.open(folder / "town.collabmap", device)
    session.project.connection.execute("PRAGMA synchronous = OFF")
    try:
        yield session
    finally:
        session.close()
        device.close()


def prepare(folder: Path, residents: int = 5, places: int = 40) -> Evening:
    """Make the files of an evening, and live through it undisturbed."""
    template = folder / "template"
    for inside in ("in", "out", "others"):
        (template / inside).mkdir(parents=True)
    device = Device(template / "device")
    town = Session.create(template / "town", device, "Ville", "Camille")
    town.project.connection.execute("PRAGMA synchronous = OFF")
    for number in range(20):
        town.add(PlaceDraft(f"Place {number}", "eau", 7.42, 43.73, tags=("banc",)))
    handed_out = town.hand_out(template / "out" / "kit").path
    town.give_back(template / "out" / "all")
    town.export_geojson(template / "out" / "map.geojson")
    for number in range(residents):
        _contribute(handed_out, template, number, places)
    for number in range(120):
        town.add(PlaceDraft(f"New {number}", "nature", 7.43, 43.74, "Près de l’église"))
    # As a kill leaves it: the tail is not sealed.
    town.project.close()
    device.close()
    return Evening(template, *_undisturbed(template, folder))


def _contribute(kit: Path, template: Path, number: int, places: int) -> None:
    inside = template / "others" / str(number)
    inside.mkdir()
    device = Device(inside / "device")
    session = Session.open_kit(kit, inside, device)
    session.project.connection.execute("PRAGMA synchronous = OFF")
    session.begin_person(f"Resident {number}")
    for mark in session.reader.marks()[:10]:
        view = session.reader.place(mark.id)
        assert view is not None
        session.edit(view, {"name": f"{view.name}, says {number}"})
    for place in range(places):
        session.add(PlaceDraft(f"Lieu {number}-{place}", "nature", 7.42, 43.73, tags=("été",)))
        if place % 10 == 9:
            session.seal()
    session.send(template / "in" / str(number))
    session.close()
    device.close()


def _undisturbed(template: Path, folder: Path) -> tuple[str, dict[str, Act]]:
    acts = {}
    for name in SHARES:
        seconds, calls = 0.0, {}
        for how in HOW:
            copy = folder / f"whole-{name}-{how}"
            shutil.copytree(template, copy)
            said = _run(copy, name, how, 0).communicate()[0].split()
            if how in CALLS:
                calls[how] = int(said[-1])
            else:
                seconds = float(said[-2])
        acts[name] = Act(seconds, calls)
    with opened(folder / "whole-merge-sql") as session:
        return session.info().digest_hex, acts


def _run(folder: Path, act: str, how: str, number: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(VICTIM), str(folder), act, how, str(number)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def kill(evening: Evening, act: str, chance: random.Random, folder: Path) -> set[str]:
    """Let a process do an act on a copy of the files, and kill it in the middle.

    It dies as it calls SQLite, as it calls the file system, or whenever it happens, also inside
    SQLite.  Return the names that it had said were saved.
    """
    whole = evening.acts[act]
    ways = [*HOW, "file"]
    how = chance.choice([way for way in ways if way == WHENEVER or whole.calls[way] > 1])
    for _ in range(TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(evening.folder, folder)
        number = 0 if how == WHENEVER else chance.randint(1, whole.calls[how])
        wait_s = chance.random() * whole.seconds if how == WHENEVER else PATIENCE_S
        said = _said_until_killed(_run(folder, act, how, number), wait_s)
        if not any(line.startswith("done") for line in said):
            return {line.removeprefix("saved ") for line in said}
    raise AssertionError(f"{act} was never caught in the middle")


def _said_until_killed(process: "subprocess.Popen[str]", wait_s: float) -> list[str]:
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
        process.kill()
        return process.stdout.read().splitlines()
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def complaint(evening: Evening, folder: Path, saved: set[str]) -> str:
    """Return what is wrong with the files after a kill; '' if it was survived."""
    try:
        with opened(folder) as session:
            return (
                _lost(session, saved) or _half_files(session, folder) or _goes_on(evening, session)
            )
    except CollabMapError as error:
        return f"{type(error).__name__}: {error}"


def _lost(session: Session, saved: set[str]) -> str:
    check = session.project.connection.execute("PRAGMA integrity_check").fetchone()[0]
    places = [session.reader.place(mark.id) for mark in session.reader.marks()]
    names = {place.name for place in places if place is not None}
    before = {f"New {number}" for number in range(120)}
    if check != "ok":
        return f"SQLite says: {check}"
    return f"lost: {sorted((saved | before) - names)}" if (saved | before) - names else ""


def _half_files(session: Session, folder: Path) -> str:
    read = read_bundle(folder / "out" / "all.cmbundle", session.project.id)
    if read.problem is not None:
        return f"half a bundle: {read.problem}"
    json.loads((folder / "out" / "map.geojson").read_text(encoding="utf-8"))
    opened_kit, device = folder / "opened", Device(folder / "new-device")
    opened_kit.mkdir()
    Session.open_kit(folder / "out" / "kit.cmkit", opened_kit, device).close()
    device.close()
    return ""


def _goes_on(evening: Evening, session: Session) -> str:
    """Do all that the evening was about; compare with the evening that nothing disturbed."""
    folder = session.path.parent
    late = {mark.name for mark in session.reader.marks() if mark.name.startswith("Late")}
    merged = session.merge([folder / "in"])
    if merged.problems or session.project.log.unapplied():
        return f"the merge did not go on: {merged.problems}"
    digest = session.info().digest_hex
    if session.rebuild() != digest:
        return "the rows are not what the log says"
    if not late and digest != evening.digest:
        return "another map than without the kill"
    session.give_back(folder / "out" / "all")
    if read_bundle(folder / "out" / "all.cmbundle", session.project.id).problem is not None:
        return "no whole bundle afterwards"
    return ""


def shared_out(kills: int) -> list[str]:
    """Return the acts of so many kills, in their shares."""
    round_of = [act for act, share in SHARES.items() for _ in range(share)]
    return [round_of[number % len(round_of)] for number in range(kills)]
