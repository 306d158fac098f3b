"""Makes the golden files of the format version in force: run once for each version, then kept.

    python3 tests/golden/make_golden.py FOLDER

A town whose every kind of change is there, as a kit and as the bundle that came back to it, and
what a laptop must make of the two.  Never made anew for a version that was given out.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain.change import FORMAT_VERSION
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.store.device import Device

START_MS = 1_780_000_000_000


class Clock:
    """Time as it passes in the story: half a minute from one deed to the next."""

    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        self.now_ms += 30_000
        return self.now_ms


def place(session: Session, name: str) -> PlaceView:
    """Return a place by its name."""
    rows, _ = session.reader.places(text=name)
    view = session.reader.place(next(row.id for row in rows if row.name == name))
    assert view is not None
    return view


def tell(kit: Path, back: Path, folder: Path) -> None:
    """Play the story; write the kit that went out and the bundle that came back."""
    clock = Clock()
    with devices(folder) as (camille, ines, paul):
        town = Session.create(folder / "town", camille, "Val-Fleuri", "Camille", now=clock)
        town.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, "Eau potable", ("ombre", "banc")))
        town.add(PlaceDraft("Verger", "nature", 7.43, 43.74))
        town.hand_out(kit)
        laptops = []
        for device, name in ((ines, "Inès"), (paul, "Paul")):
            (folder / name).mkdir()
            session = Session.open_kit(kit, folder / name, device, now=clock)
            session.begin_person(name, consent=name == "Inès")
            laptops.append(session)
        hers, his = laptops
        hers.add(PlaceDraft("Atelier vélo", "savoir-faire", 7.421, 43.731, contact="06 12"))
        hers.edit(place(hers, "Fontaine"), {"name": "Fontaine Saint-Jean"})
        hers.comment(place(hers, "Verger"), "Les pommes sont mûres.")
        his.edit(place(his, "Fontaine"), {"name": "La fontaine", "tags": ("ombre",)})
        his.delete(place(his, "Verger"), "Il a été coupé")
        his.add(PlaceDraft("Atelier de vélos", "savoir-faire", 7.4211, 43.7311))
        his.comment(place(his, "Atelier de vélos"), "À effacer : 06 99 99 99 99")
        his.redact_change([place(his, "Atelier de vélos").comments[0].change])
        town.merge([s.send(folder / f"from-{n}").path for n, s in enumerate(laptops)])
        town.grant(hers.rid, "coordinator")
        town.same(place(town, "Atelier vélo").id, place(town, "Atelier de vélos").id)
        for item in town.reader.review_items():
            if item.kind == "new":
                town.accept(item)
        hers.merge([town.give_back(folder / "back").path])
        hers.add(PlaceDraft("Boîte à livres", "culture", 7.425, 43.735))
        town.revoke(his.rid, keep=True)
        town.set_clock_note(his.rid, -3_600_000)
        town.merge([hers.send(folder / "again").path])
        town.give_back(back)
        for session in (town, *laptops):
            session.close()


@contextmanager
def devices(folder: Path) -> Iterator[list[Device]]:
    made = [Device(folder / f"device-{number}") for number in range(3)]
    try:
        yield made
    finally:
        for device in made:
            device.close()


def read(kit: Path, back: Path, folder: Path) -> dict[str, object]:
    """Return what a laptop that never saw them makes of a kit and a bundle."""
    device = Device(folder / "reader")
    (folder / "read").mkdir()
    session = Session.open_kit(kit, folder / "read", device)
    try:
        session.merge([back])
        exported = folder / "exported.geojson"
        session.export_geojson(exported)
        features = json.loads(exported.read_text(encoding="utf-8"))["features"]
        return {
            "digest": session.info().digest_hex,
            "changes": session.info().changes,
            "marks": sorted([m.name, str(m.state), m.disagreement] for m in session.reader.marks()),
            "exported": sorted(f["properties"]["name"] for f in features),
            "roles": sorted(d.role for d in session.devices() if d.changes),
        }
    finally:
        session.close()
        device.close()


def main(target: Path) -> None:
    """Write the golden files of the version in force."""
    kit, back = (
        target / f"town-{FORMAT_VERSION}.cmkit",
        target / f"town-{FORMAT_VERSION}.cmbundle",
    )
    for path in (kit, back):
        assert not path.exists(), f"{path} was given out: it is never made anew"
    with tempfile.TemporaryDirectory() as folder:
        tell(kit, back, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        found = read(kit, back, Path(folder))
    words = json.dumps(found, ensure_ascii=False, indent=1)
    kit.with_suffix(".json").write_text(words + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
