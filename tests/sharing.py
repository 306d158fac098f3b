"""Laptops that share one map, for the tests of exchanges."""

from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device


def founder(folder: Path) -> Session:
    """Return a new map on the laptop of Camille, its coordinator."""
    folder.mkdir(parents=True, exist_ok=True)
    session = Session.create(folder / "town", Device(folder / "camille"), "Ville", "Camille")
    session.project.connection.execute("PRAGMA synchronous = OFF")
    return session


def copy_for(session: Session, name: str) -> Session:
    """Return a copy of a map, handed out to the laptop of somebody else."""
    folder = session.path.parent / f"{name}-map"
    folder.mkdir()
    kit = session.hand_out(folder / "kit").path
    copy = Session.open_kit(kit, folder, Device(session.path.parent / name))
    copy.project.connection.execute("PRAGMA synchronous = OFF")
    copy.begin_person(name)
    return copy


def add(session: Session, *names: str) -> None:
    """Add places by name."""
    for name in names:
        session.add(PlaceDraft(name, "eau", 7.42, 43.73))


def places(session: Session) -> set[str]:
    """Return the names of the places that a laptop shows."""
    return {mark.name for mark in session.reader.marks()}


def digest(session: Session) -> str:
    return session.info().digest_hex
