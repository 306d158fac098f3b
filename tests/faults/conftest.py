"""A town, and laptops that open what it hands out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms

DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73, "fraîche", ("eau",))
Laptops = Callable[..., Session]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    """A map of one place, at its coordinator's."""
    device = Device(tmp_path / "coordinator")
    session = Session.create(tmp_path / "town", device, "Ville", "Camille")
    session.project.connection.execute("PRAGMA synchronous = OFF")
    session.add(DRAFT)
    yield session
    session.close()
    device.close()


@pytest.fixture
def kit(town: Session, tmp_path: Path) -> Path:
    return town.hand_out(tmp_path / "kit").path


@pytest.fixture
def laptops(kit: Path, tmp_path: Path) -> Iterator[Laptops]:
    """Open the town's map as somebody new; now: what the clock of that laptop says."""
    opened: list[Session] = []

    def open_one(name: str, now: Callable[[], int] = now_ms) -> Session:
        folder = tmp_path / f"at-{name}"
        folder.mkdir()
        session = Session.open_kit(kit, folder, Device(folder / "device"), now=now)
        session.project.connection.execute("PRAGMA synchronous = OFF")
        session.begin_person(name)
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        session.close()
        session.device.close()
