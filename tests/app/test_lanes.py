import time
from pathlib import Path

from collabmap.app.lanes import Lanes
from collabmap.app.session import Session
from collabmap.store.device import Device


def test_lanes_that_are_closed_while_a_map_opens_let_it_go(tmp_path: Path) -> None:
    device = Device(tmp_path / "device")
    session = Session.create(tmp_path / "town", device, "Ville", "Camille")
    session.close()

    def open_slowly() -> Session:
        time.sleep(0.1)
        return Session.open(session.path, device)

    lanes = Lanes(open_slowly)
    lanes.close()
    assert lanes.opened.result().project.is_closed
    Session.open(session.path, device).close()
