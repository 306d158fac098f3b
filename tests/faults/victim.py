"""A process that is killed in the middle of a verb.  Run as: victim.py FOLDER ACT CALLS NUMBER

It says "ready", does the act, says what it has saved as it goes, and "done SECONDS NUMBER" if it
lives that long.  CALLS: "sql" or "file", of which it counts the calls; it kills itself (SIGKILL)
at that NUMBER, or waits for somebody else to do it.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device


def write(session: Session, folder: Path) -> None:
    """Add places, some of them after a seal; say the name of each that is saved."""
    for number in range(60):
        session.add(PlaceDraft(f"Late {number}", "eau", 7.4, 43.7, tags=("ombre",)))
        say(f"saved Late {number}")
        if number % 9 == 8:
            session.seal()


def seal(session: Session, folder: Path) -> None:
    session.seal()


def merge(session: Session, folder: Path) -> None:
    session.merge([folder / "in"])


def bundle(session: Session, folder: Path) -> None:
    session.give_back(folder / "out" / "all")


def kit(session: Session, folder: Path) -> None:
    session.hand_out(folder / "out" / "kit")


def export(session: Session, folder: Path) -> None:
    session.export_geojson(folder / "out" / "map.geojson")


# Windows has one way to end a process, and it asks nobody either.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
CALLS = {
    "sql": {"execute", "executemany", "commit"},
    "file": {"open", "write", "flush", "fsync", "close", "replace", "rename", "unlink", "mkdir"},
}
ACTS = {act.__name__: act for act in (write, seal, merge, bundle, kit, export)}


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def count_calls(names: Collection[str], die_at: int) -> Callable[[], int]:
    """Count calls into C from now on, and die at one of them; return how to ask how many."""
    count = 0

    def step(frame: object, event: str, called: object) -> None:
        nonlocal count
        if event == "c_call" and getattr(called, "__name__", "") in names:
            count += 1
            if count == die_at:
                os.kill(os.getpid(), KILL)

    sys.setprofile(step)
    return lambda: count


def main(folder: Path, act: str, calls: str, number: int) -> None:
    session = Session.open(folder / "town.collabmap", Device(folder / "device"))
    say("ready")
    counted = count_calls(CALLS[calls], number) if calls in CALLS else lambda: 0
    begun = time.perf_counter()
    ACTS[act](session, folder)
    seconds = time.perf_counter() - begun
    sys.setprofile(None)
    say(f"done {seconds} {counted()}")
    session.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
