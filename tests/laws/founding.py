"""How a town of the laws begins: who founded it, whom it let in, and whose clock is wrong."""

import functools
import tempfile
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.change import Kind
from collabmap.domain.roles import Role
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import role_structure
from collabmap.store.device import Device

YEAR_MS = 365 * 24 * 3600 * 1000
START_MS = 1_773_000_000_000
SKEWS_MS = (0, 10 * YEAR_MS, -10 * YEAR_MS, 0, 3600_000)
FOUNDER, SECOND, RESIDENT, SHARED, GUEST = range(5)


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self, skew_ms: int) -> None:
        self.now_ms = START_MS + skew_ms

    def __call__(self) -> int:
        self.now_ms += 7
        return self.now_ms


@functools.cache
def template() -> Path:
    """Return a folder with a town that was founded: a coordinator more, residents, a guest."""
    folder = Path(tempfile.mkdtemp(prefix="laws-town-"))
    clocks = [HandClock(0) for _ in SKEWS_MS]
    for number in range(len(SKEWS_MS)):
        home = folder / str(number)
        home.mkdir()
        (home / "device.key").write_text(f"{number + 1:02x}" * 32, encoding="ascii")
    founder = Session.create(
        folder / "0" / "town", Device(folder / "0"), "Town", "Camille", now=clocks[0]
    )
    kit = founder.hand_out(folder / "kit").path
    sessions = [founder]
    for number in range(1, len(SKEWS_MS)):
        device = Device(folder / str(number))
        session = Session.open_kit(kit, folder / str(number), device, now=clocks[number])
        session.begin_person(f"P{number}")
        if number == SHARED:
            session.begin_person("neighbour")
        if number == GUEST:
            # An invitation that nobody here gave: what it signs admits nobody.
            device.set_note(session.project.id, "invitation", SigningKey.generate().seed)
        sessions.append(session)
    second = sessions[SECOND].rid
    founder.write([(Kind.ROLE, second, role_structure(second, Role.COORDINATOR, [], []), None)])
    founder.seal()
    for session in sessions[1:]:
        with session.project.writing():
            session.ingest.receive(founder.project.log.since({}))
    for session in sessions:
        session.close()
        session.device.close()
    return folder
