"""A hall full of laptops after an evening: one of each kind that a coordinator may find there.

Camille founded the map, Jo coordinates too, Aïcha and Marcel share a laptop, Idris's disk was
copied, Zoé's clock is two days ahead, and Paul came once the invitation was closed.
"""

import shutil
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.store import machine
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms

DAY_MS = 24 * 3600 * 1000
AHEAD_MS = 2 * DAY_MS
LATE = "Place of the late one"


def fill(town: Path, camille: Device, folder: Path) -> None:
    """Let everybody send, and Camille take it in.  town: her map; folder: for their laptops."""
    folder.mkdir(exist_ok=True)
    session = Session.open(town, camille)
    kit = session.hand_out(folder / "kit.cmkit").path
    sent = [_jo(kit, folder), _aicha(kit, folder), _zoe(kit, folder), *_idris(kit, folder)]
    session.merge(sent)
    [invitation] = session.invitations()
    session.close_invitation(invitation.key)
    session.merge([_paul(kit, folder)])
    jo = next(device for device in session.devices() if device.people == ("Jo",))
    session.grant(jo.rid, "coordinator")
    session.close()


def _laptop(kit: Path, folder: Path, name: str, ahead_ms: int = 0) -> Session:
    folder = folder / name
    folder.mkdir()
    session = Session.open_kit(kit, folder, Device(folder), now=lambda: now_ms() + ahead_ms)
    session.begin_person(name)
    return session


def _send(session: Session, number: int = 0) -> Path:
    path = session.send(session.path.with_name(f"{number}.cmbundle")).path
    session.close()
    session.device.close()
    return path


def _place(name: str) -> PlaceDraft:
    return PlaceDraft(name, "eau", 7.4205, 43.7330)


def _jo(kit: Path, folder: Path) -> Path:
    session = _laptop(kit, folder, "Jo")
    session.add(_place("Fountain of Jo"))
    return _send(session)


def _aicha(kit: Path, folder: Path) -> Path:
    session = _laptop(kit, folder, "Aïcha")
    for number in range(5):
        session.add(_place(f"Fountain {number}"))
    session.begin_person("Marcel")
    session.add(_place("Fountain of Marcel"))
    return _send(session)


def _zoe(kit: Path, folder: Path) -> Path:
    session = _laptop(kit, folder, "Zoé", AHEAD_MS)
    session.add(_place("Fountain of the day after tomorrow"))
    return _send(session)


def _paul(kit: Path, folder: Path) -> Path:
    session = _laptop(kit, folder, "Paul")
    session.add(_place(LATE))
    return _send(session)


def _idris(kit: Path, folder: Path) -> list[Path]:
    """Return what two copies of one disk sent under one name."""

    def computer() -> machine.Fingerprint:
        return machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb00")])

    disk = folder / "Idris"
    disk.mkdir()
    device = Device(disk / "device", computer)
    session = Session.open_kit(kit, disk, device)
    session.begin_person("Idris")
    session.add(_place("Before the copy"))
    session.close()
    device.close()
    copy = Path(shutil.copytree(disk, folder / "Idris again"))
    sent = []
    for number, each in enumerate((disk, copy)):
        session = Session.open(next(each.glob("*.collabmap")), Device(each / "device", computer))
        session.add(_place(f"After the copy {number}"))
        sent.append(_send(session, number))
    return sent
