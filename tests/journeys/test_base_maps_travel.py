"""Two maps and a scanned plan go to other laptops: one whole, one spoiled on its way, one again."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packs import a_pack
from PySide6.QtGui import QColor, QImage

from collabmap.app.demo import demo_basemap
from collabmap.app.picture import write_picture
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.errors import KitMapDamaged
from collabmap.store.device import Device

AROUND = Bbox(7.41, 43.725, 7.43, 43.735)
TITLES = ["Monaco", "Vue aérienne", "Plan du quartier, 1930"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    """The coordinator's map: the town's streets, a photo over them, and half clear a scan."""
    streets = demo_basemap()
    assert streets is not None
    (tmp_path / "office").mkdir()
    session = Session.create(
        tmp_path / "office" / "port", Device(tmp_path / "camille"), "Le Port", "Camille",
        basemap=streets,
    )  # fmt: skip
    session.add_base_map(a_pack(tmp_path / "photo.mbtiles", "#2255aa"), title=TITLES[1])
    scan = session.add_base_map(a_pack(tmp_path / "scan.mbtiles", "#ddcc99"), title=TITLES[2])
    session.adjust_base_map("port.mbtiles", title=TITLES[0])
    session.adjust_base_map(scan.file, opacity=0.5)
    session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    yield session
    session.close()


def open_on(laptop: Path, kit: Path) -> Session:
    (laptop / "maps").mkdir(parents=True, exist_ok=True)
    return Session.open_kit(kit, laptop / "maps", Device(laptop / "device"))


def picture(session: Session, path: Path) -> QImage:
    write_picture(session, path, bbox=AROUND, size=(320, 240))
    return QImage(str(path))


def test_every_laptop_has_the_same_base_maps_and_a_spoiled_one_is_said(
    town: Session, tmp_path: Path
) -> None:
    kit = town.hand_out(tmp_path / "port").path

    # On the second laptop everything is as it was: order, clearness, every byte.
    ines = open_on(tmp_path / "ines", kit)
    assert ines.kit_problems == ()
    assert [view.title for view in ines.base_maps()] == TITLES
    assert [view.state for view in ines.check_base_maps()] == ["ok"] * 3
    assert ines.verify().ok
    mine = picture(ines, tmp_path / "ines.png")
    assert mine == picture(town, tmp_path / "town.png")
    assert mine.pixelColor(160, 60) != QColor("#2255aa"), "the scan lies over the photo"

    # On its way to the third a byte of the photo was lost: it is left out, and that is said.
    data = bytearray(kit.read_bytes())
    with zipfile.ZipFile(kit) as archive:
        data[archive.getinfo("map.vue-aerienne.mbtiles").header_offset + 3000] ^= 1
    spoiled = tmp_path / "spoiled.cmkit"
    spoiled.write_bytes(data)
    paul = open_on(tmp_path / "paul", spoiled)
    [problem] = paul.kit_problems
    assert isinstance(problem, KitMapDamaged)
    assert "Vue aérienne" in str(problem)
    assert [view.title for view in paul.base_maps()] == [TITLES[0], TITLES[2]]
    assert [mark.name for mark in paul.reader.marks()] == ["Fontaine"]

    # What he adds is no matter of base maps; the map that goes back brings none.
    paul.begin_person("Paul")
    paul.add(PlaceDraft("Banc", "nature", 7.421, 43.731))
    town.merge([paul.send(tmp_path / "from-paul").path])
    ines.merge([town.give_back(tmp_path / "back").path])
    assert [view.title for view in ines.base_maps()] == TITLES
    paul.close()

    # The whole file, opened again, brings what was missing and keeps what he has chosen.
    paul = open_on(tmp_path / "paul", kit)
    assert paul.kit_problems == ()
    assert [view.title for view in paul.base_maps()] == TITLES
    assert [view.state for view in paul.check_base_maps()] == ["ok"] * 3
    assert len(list(paul.path.parent.glob("*.mbtiles"))) == 3
    paul.close()
    ines.close()
