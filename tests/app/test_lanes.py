import threading
from pathlib import Path

from collabmap.app.lanes import Lanes
from collabmap.app.session import Session
from collabmap.store.device import Device


def test_lanes_that_are_closed_while_a_map_opens_let_it_go(tmp_path: Path) -> None:
    device = Device(tmp_path / "device")
    session = Session.create(tmp_path / "town", device, "Ville", "Camille")
    session.close()

    closing = threading.Event()

    def open_slowly() -> Session:
        closing.wait()
        return Session.open(session.path, device)

    lanes = Lanes(open_slowly)
    closer = threading.Thread(target=lanes.close)
    closer.start()
    closing.set()
    closer.join()
    assert lanes.opened.result().project.is_closed
    Session.open(session.path, device).close()
