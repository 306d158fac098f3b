"""A damaged map is repaired from the window, and opens with what was whole in it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_window import AtTheWindow

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store.device import Device


@pytest.fixture
def damaged(tmp_path: Path, device: Device) -> Iterator[Path]:
    """Return a map of which one table can no longer be read."""
    session = Session.create(tmp_path / "Ville", device, "Ville", "Jo")
    for number in range(30):
        session.add(PlaceDraft(f"Banc {number}", "nature", 7.42, 43.73))
    path = session.path
    session.close()
    database = sqlite3.connect(path)
    (page,) = database.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'feature'"
    ).fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    return path


def test_a_damaged_map_is_repaired_by_one_press(camille: AtTheWindow, damaged: Path) -> None:
    camille.window.desk.open(damaged)
    camille.until(lambda: "Repair it" in [b.text() for b in camille.buttons()])
    camille.click(camille.button("Repair it"))
    camille.until_told("whole again")
    camille.until(lambda: camille.window.info is not None and camille.window.info.name == "Ville")
    camille.until(lambda: "Banc 29" in camille.names)
    # Still there to be read: a map that opens takes the messages of the last one away.
    assert camille.window.messages.texts == ["The map is whole again"]
