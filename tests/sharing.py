"""Laptops that share one map, for the tests of exchanges."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms

Copies = Callable[[str], Session]
_SENT = count(1)


def founder(folder: Path, now: Callable[[], int] = now_ms) -> Session:
    """Return a new map on the laptop of Camille, its coordinator.  now: her clock, in ms."""
    folder.mkdir(parents=True, exist_ok=True)
    session = Session.create(
        folder / "town", Device(folder / "camille"), "Ville", "Camille", now=now
    )
    session.project.connection.execute("PRAGMA synchronous = OFF")
    return session


def copy_for(session: Session, name: str, now: Callable[[], int] = now_ms) -> Session:
    """Return a copy of a map, handed out to somebody else.  now: its clock, in ms."""
    folder = session.path.parent / f"{name}-map"
    folder.mkdir()
    kit = session.hand_out(folder / "kit").path
    copy = Session.open_kit(kit, folder, Device(session.path.parent / name), now=now)
    copy.project.connection.execute("PRAGMA synchronous = OFF")
    copy.begin_person(name)
    return copy


def add(session: Session, *names: str) -> None:
    """Add places by name."""
    for name in names:
        session.add(PlaceDraft(name, "eau", 7.42, 43.73))


def view(session: Session, place: bytes) -> PlaceView:
    """Return a place that a laptop has."""
    found = session.reader.place(place)
    assert found is not None
    return found


def carry(source: Session, *targets: Session) -> None:
    """Let others have what a laptop gives back."""
    path = source.give_back(source.path.parent / f"sent{next(_SENT)}.cmbundle").path
    for target in targets:
        target.merge([path])


def send(source: Session, target: Session) -> None:
    """Let a coordinator have what somebody contributed."""
    target.merge([source.send(source.path.parent / f"sent{next(_SENT)}.cmbundle").path])


def places(session: Session) -> set[str]:
    """Return the names of the places that a laptop shows."""
    return {mark.name for mark in session.reader.marks()}


def digest(session: Session) -> str:
    return session.info().digest_hex
