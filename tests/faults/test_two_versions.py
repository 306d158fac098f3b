"""Two versions of the program on one map: what the older one cannot read it keeps and passes on."""

import os
import sqlite3
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from collabmap.app.folders import sync_folder
from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import FORMAT_VERSION, Kind, encode
from collabmap.domain.segment import Segment
from collabmap.domain.structure import set_structure
from collabmap.errors import BundleTooNew, ProjectTooNew
from collabmap.store.device import Device
from collabmap.sync.bundle import MAGIC, VERSION, read_bundle

from .conftest import DRAFT, Laptops
from .strangers import TURN, Stranger, create_row, invitation_of

POINT = bytes.fromhex("0101000000") + bytes(16)
TOMORROW = FORMAT_VERSION + 1
UNKNOWN = (16, 17, 77, 255, 4096)


def new_place(number: int, name: str) -> tuple[int, bytes, bytes, bytes | None]:
    return create_row(bytes([number]) * 16, name=name, category="eau", geometry=POINT)


@pytest.fixture
def aicha(laptops: Laptops) -> Session:
    return laptops("Aïcha")


@pytest.fixture
def newer(town: Session, aicha: Session) -> Stranger:
    """The log of a resident with a newer version.

    Its second segment holds kinds that this version does not know, the third can be read by newer
    versions only, the fourth lies behind that one.
    """
    log = Stranger(town.project.id)
    log.write(log.enrol(invitation_of(aicha)), TURN, new_place(1, "Hier"))
    strange = [(kind, os.urandom(16), encode(["new", 5, {}]), b"\xa3new") for kind in UNKNOWN]
    log.write(strange[0], new_place(2, "Aujourd’hui"), *strange[1:])
    log.write(new_place(3, "Demain"), min_reader=TOMORROW, version=TOMORROW)
    log.write(new_place(4, "Après-demain"))
    return log


def names(session: Session) -> set[str]:
    return {mark.name for mark in session.reader.marks()} - {DRAFT.name}


def kept(session: Session, segments: Iterable[Segment]) -> bool:
    """Whether a laptop holds these segments to the byte."""
    held = {s.data for s in session.project.log.since({})}
    return {s.data for s in segments} <= held


def test_what_is_too_new_is_kept_to_the_byte_and_what_follows_it_waits(
    town: Session, newer: Stranger, tmp_path: Path
) -> None:
    report = town.merge([newer.bundle(tmp_path / "newer.cmbundle")])
    assert names(town) == {"Hier", "Aujourd’hui"}
    assert kept(town, newer.segments)
    assert town.project.log.unapplied() == 2
    assert town.rebuild() == report.digest
    assert town.project.log.unapplied() == 2
    assert kept(town, newer.segments)


def test_what_is_too_new_passes_through_bundle_and_kit_to_the_byte(
    town: Session, newer: Stranger, laptops: Laptops, tmp_path: Path
) -> None:
    town.merge([newer.bundle(tmp_path / "newer.cmbundle")])
    by_bundle = laptops("Nour")
    by_bundle.merge([town.give_back(tmp_path / "all").path])
    folder, device = tmp_path / "by-kit", Device(tmp_path / "by-kit-device")
    folder.mkdir()
    by_kit = Session.open_kit(town.hand_out(tmp_path / "second").path, folder, device)
    onwards = Device(tmp_path / "onwards")
    (tmp_path / "third").mkdir()
    for session in (by_bundle, by_kit):
        assert kept(session, newer.segments)
        assert names(session) == {"Hier", "Aujourd’hui"}
    last = Session.open_kit(tmp_path / "second.cmkit", tmp_path / "third", onwards)
    last.begin_person("Zoé")
    last.add(DRAFT)
    again = read_bundle(last.send(tmp_path / "again").path, town.project.id)
    town.merge([again.path])
    assert kept(last, newer.segments)
    for session in (by_kit, last):
        session.close()
    for each in (device, onwards):
        each.close()


def test_what_is_too_new_passes_through_a_shared_folder_to_the_byte(
    town: Session, aicha: Session, newer: Stranger, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    town.merge([newer.bundle(tmp_path / "newer.cmbundle")])
    sync_folder(town, folder)
    report = sync_folder(aicha, folder)
    assert report.waiting == 2
    assert report.problems == ()
    assert kept(aicha, newer.segments)
    assert names(aicha) == {"Hier", "Aujourd’hui"}


def test_after_an_upgrade_what_waited_is_shown(
    town: Session, newer: Stranger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.merge([newer.bundle(tmp_path / "newer.cmbundle")])
    monkeypatch.setattr(wire, "FORMAT_VERSION", TOMORROW)
    town.rebuild()
    assert names(town) == {"Hier", "Aujourd’hui", "Demain", "Après-demain"}
    assert town.project.log.unapplied() == 0
    assert kept(town, newer.segments)


def test_two_laptops_of_the_older_version_agree_about_the_newer_ones_words(
    town: Session, aicha: Session, newer: Stranger, tmp_path: Path
) -> None:
    bundle = newer.bundle(tmp_path / "newer.cmbundle")
    one_by_one = [
        newer.bundle(tmp_path / f"{n}.cmbundle", [s]) for n, s in enumerate(newer.segments)
    ]
    town.merge([bundle])
    for part in one_by_one[::-1]:
        aicha.merge([part])
    town.merge([aicha.send(tmp_path / "sent").path])
    aicha.merge([town.give_back(tmp_path / "all").path])
    assert names(aicha) == names(town)
    assert aicha.info().digest_hex == town.info().digest_hex


def test_a_body_of_another_shape_in_a_newer_segment_is_nobodys_business_here(
    town: Session, aicha: Session, newer: Stranger, tmp_path: Path
) -> None:
    """Signed and too new: not even unpacked, so that it may be packed otherwise."""
    body = os.urandom(500)
    parts = {"body_length": len(body), "body_hash": wire._body_hash(body)}
    last = newer.write(TURN)
    newer.segments[-1] = newer.with_head(last, body, min_reader=TOMORROW, **parts)
    town.merge([newer.bundle(tmp_path / "newer.cmbundle")])
    assert kept(town, newer.segments)
    assert names(town) == {"Hier", "Aujourd’hui"}


def test_fields_that_only_the_newer_version_shows_survive_an_edit_by_the_older(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    log = Stranger(town.project.id)
    row = create_row(b"\x09" * 16, name="Banc", category="eau", geometry=POINT, height_cm=45)
    log.write(log.enrol(invitation_of(aicha)), TURN, row)
    bundle = log.bundle(tmp_path / "log.cmbundle")
    town.merge([bundle])
    view = town.reader.place(b"\x09" * 16)
    assert view is not None
    town.edit(view, {"name": "Banc rouge"})
    shown = town.project.model.outcome(b"\x09" * 16).shown.registers["height_cm"]
    assert [write.payload["height_cm"] for write in shown] == [45]
    later = Stranger(town.project.id)
    structure = set_structure({"height_cm": None}, own_accept=False)
    later.write(
        later.enrol(invitation_of(aicha)),
        TURN,
        (Kind.SET, b"\x09" * 16, structure, encode({"height_cm": [4, {"5": None}]})),
    )
    town.merge([later.bundle(tmp_path / "later.cmbundle")])
    assert town.rebuild() == town.info().digest_hex


def test_a_bundle_of_a_newer_kind_is_told_and_nothing_is_taken(
    town: Session, aicha: Session, tmp_path: Path
) -> None:
    aicha.add(DRAFT)
    bundle = aicha.send(tmp_path / "sent").path
    data = bundle.read_bytes()
    bundle.write_bytes(MAGIC + bytes([VERSION + 1]) + data[len(MAGIC) + 1 :])
    with pytest.raises(BundleTooNew):
        town.merge([bundle])
    assert names(town) == set()


def test_a_kit_of_a_newer_version_is_told_and_leaves_nothing_behind(
    kit: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(kit) as archive:
        archive.extractall(tmp_path / "inside")
    database = sqlite3.connect(tmp_path / "inside" / "map.collabmap")
    database.execute("PRAGMA user_version = 999")
    database.close()
    newer = tmp_path / "newer.cmkit"
    with zipfile.ZipFile(newer, "w") as archive:
        for path in (tmp_path / "inside").iterdir():
            archive.write(path, path.name)
    (tmp_path / "folder").mkdir()
    device = Device(tmp_path / "device")
    with pytest.raises(ProjectTooNew):
        Session.open_kit(newer, tmp_path / "folder", device)
    assert list((tmp_path / "folder").iterdir()) == []
    device.close()
