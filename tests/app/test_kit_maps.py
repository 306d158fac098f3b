"""Base maps in copies that are handed out: checked by hash, signed, and never in the way."""

import json
import os
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packs import a_pack
from sharing import add, copy_for, founder

from collabmap.app import inviting
from collabmap.app.kits import HandoutReport
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain.change import encode
from collabmap.errors import (
    BaseMapChanged,
    Cancelled,
    CollabMapError,
    DiskFull,
    KitMapDamaged,
    KitMapsNotSigned,
)
from collabmap.store.base_maps import digest_of
from collabmap.store.device import Device

Opened = Callable[..., Session]
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    session = founder(tmp_path / "maps")
    session.add_base_map(a_pack(tmp_path / "plan.mbtiles", "#ff0000", name="Plan"))
    session.add_base_map(a_pack(tmp_path / "photo.mbtiles", "#0000ff", name="Photo", zoom=15))
    session.adjust_base_map("town.photo.mbtiles", opacity=0.5, is_visible=False)
    yield session
    session.close()


@pytest.fixture
def kit(town: Session, tmp_path: Path) -> Path:
    return town.hand_out(tmp_path / "kit").path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open a kit on the laptop of somebody who is new, or who comes again."""
    sessions: list[Session] = []

    def open_kit(kit: Path, who: str = "aicha") -> Session:
        for session in sessions:
            session.close()
        (tmp_path / f"{who}-maps").mkdir(exist_ok=True)
        session = Session.open_kit(kit, tmp_path / f"{who}-maps", Device(tmp_path / who))
        sessions.append(session)
        return session

    yield open_kit
    for session in sessions:
        session.close()


def shown(session: Session) -> list[tuple[str, float, bool, str]]:
    return [(v.title, v.opacity, v.is_visible, v.state) for v in session.check_base_maps()]


def files(session: Session) -> list[str]:
    return sorted(path.name for path in session.path.parent.glob("*.mbtiles"))


def packed_again(kit: Path, **change: Callable[[bytes], bytes | None]) -> Path:
    """Return a kit some members of which were changed, or taken out; keys: stems of names."""
    path = kit.with_name("changed.cmkit")
    with zipfile.ZipFile(kit) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            key = member.filename.replace(".", "_")
            data: bytes | None = old.read(member)
            if key in change:
                data = change[key](data or b"")
            if data is not None:
                new.writestr(member.filename, data, member.compress_type)
    return path


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def noted(change: Change) -> Callable[[bytes], bytes]:
    def inside(data: bytes) -> bytes:
        note = json.loads(data)
        change(note)
        return json.dumps(note).encode()

    return inside


BOTH = [("Plan", 1.0, True, "ok"), ("Photo", 0.5, False, "ok")]


def test_all_base_maps_come_out_of_a_kit_as_they_went_in(kit: Path, opened: Opened) -> None:
    session = opened(kit)
    assert session.kit_problems == ()
    assert shown(session) == BOTH
    assert all(view.is_checked for view in session.base_maps())
    assert files(session) == ["Ville.mbtiles", "Ville.photo.mbtiles"]


def test_a_large_one_can_be_left_out_and_the_size_is_known_before(
    town: Session, tmp_path: Path, opened: Opened
) -> None:
    plan = town.handout_plan()
    assert [view.title for view in plan.maps] == ["Plan", "Photo"]
    all_of_them = plan.size_bytes([view.file for view in plan.maps])
    without = plan.size_bytes(["town.mbtiles"])
    assert all_of_them - without == plan.maps[1].size_bytes
    report = town.hand_out(tmp_path / "small", maps=["town.mbtiles"])
    assert isinstance(report, HandoutReport)
    assert (report.maps, report.maps_left_out) == (("Plan",), ("Photo",))
    assert report.size_bytes < without
    session = opened(report.path)
    assert shown(session) == BOTH[:1]
    assert shown(town) == BOTH


def test_one_that_the_disk_has_changed_is_not_signed_unseen(town: Session, tmp_path: Path) -> None:
    path = town.base_maps()[1].path
    status = path.stat()
    path.write_bytes(flipped(path.read_bytes()))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(BaseMapChanged):
        town.hand_out(tmp_path / "kit")
    assert not (tmp_path / "kit.cmkit").exists()
    town.hand_out(tmp_path / "kit", maps=["town.mbtiles"])


@pytest.mark.parametrize("what", ["flipped", "truncated", "gone", "other"])
def test_a_base_map_that_is_not_the_signed_one_is_left_out_and_the_map_opens(
    kit: Path, opened: Opened, what: str, tmp_path: Path
) -> None:
    other = a_pack(tmp_path / "other.mbtiles", "#00ff00", zoom=15).read_bytes()
    change: dict[str, Callable[[bytes], bytes | None]] = {
        "flipped": flipped,
        "truncated": lambda data: data[:5000],
        "gone": lambda _data: None,
        "other": lambda _data: other,
    }
    session = opened(packed_again(kit, map_photo_mbtiles=change[what]))
    assert [(type(e), e.details["title"]) for e in session.kit_problems] == [
        (KitMapDamaged, "Photo")
    ]
    assert shown(session) == BOTH[:1]
    assert files(session) == ["Ville.mbtiles"]
    assert [path.name for path in session.path.parent.iterdir() if path.name[0] == "."] == []


def test_a_byte_flipped_in_the_archive_itself_is_found(kit: Path, opened: Opened) -> None:
    data = kit.read_bytes()
    with zipfile.ZipFile(kit) as archive:
        info = archive.getinfo("map.photo.mbtiles")
    at = info.header_offset + 2000
    kit.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
    session = opened(kit)
    assert [type(error) for error in session.kit_problems] == [KitMapDamaged]
    assert shown(session) == BOTH[:1]


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note["base_maps"][0].update(blake2b="00" * 32),
        lambda note: note["base_maps"][0].update(title="Another"),
        lambda note: note.update(base_maps=[]),
        lambda note: note.pop("base_maps"),
        lambda note: note.pop("signature"),
    ],
)
def test_a_list_that_nobody_signed_brings_no_base_map(
    kit: Path,
    opened: Opened,
    change: Change,
) -> None:
    session = opened(packed_again(kit, kit_json=noted(change)))
    assert session.base_maps() == ()
    assert all(isinstance(error, KitMapsNotSigned) for error in session.kit_problems)
    assert session.role == "resident"


@pytest.mark.parametrize(
    "row",
    [
        {"slug": "../../x"},
        {"slug": "A B"},
        {"title": 5},
        {"blake2b": "00"},
        {"bytes": -1},
        {"bytes": 1 << 60},
        {"opacity": 200},
        {"visible": 1},
        {"slug": ""},
    ],
)
def test_a_list_that_is_none_of_ours_is_refused(
    kit: Path, opened: Opened, row: dict[str, object], tmp_path: Path
) -> None:
    bad = packed_again(kit, kit_json=noted(lambda note: note["base_maps"][1].update(row)))
    with pytest.raises(CollabMapError):
        opened(bad)
    assert list((tmp_path / "aicha-maps").iterdir()) == []


def test_a_base_map_that_unpacks_to_more_than_it_says_is_left_out(
    kit: Path, opened: Opened
) -> None:
    path = kit.with_name("bomb.cmkit")
    with zipfile.ZipFile(kit) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            is_bomb = member.filename == "map.photo.mbtiles"
            kind = zipfile.ZIP_DEFLATED if is_bomb else member.compress_type
            new.writestr(member.filename, bytes(1 << 24) if is_bomb else old.read(member), kind)
    session = opened(path)
    assert [type(error) for error in session.kit_problems] == [KitMapDamaged]
    assert shown(session) == BOTH[:1]


def test_a_large_base_map_passes_through_little_memory(
    town: Session, tmp_path: Path, opened: Opened
) -> None:
    path = town.base_maps()[1].path
    with path.open("r+b") as file:
        file.truncate(64_000_000)
    town.check_base_maps(accept=[path.name])
    tracemalloc.start()
    try:
        kit = town.hand_out(tmp_path / "large").path
        session = opened(kit)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16_000_000
    assert session.base_maps()[1].size_bytes == 64_000_000
    assert session.kit_problems == ()


def test_a_full_disk_leaves_base_maps_out_and_the_map_opens(
    kit: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(kit)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    session = opened(kit)
    assert [type(error) for error in session.kit_problems] == [DiskFull, DiskFull]
    assert session.base_maps() == ()
    monkeypatch.undo()
    assert shown(opened(kit)) == BOTH


def test_whoever_stops_the_unpacking_has_the_map_without_the_rest(
    kit: Path, tmp_path: Path
) -> None:
    cancel = CancelToken()
    told: list[Progress] = []

    def stop_after_the_first(progress: Progress) -> None:
        told.append(progress)
        if progress.done:
            cancel.cancel()

    (tmp_path / "maps-of-z").mkdir()
    session = Session.open_kit(
        kit, tmp_path / "maps-of-z", Device(tmp_path / "z"),
        progress=stop_after_the_first, cancel=cancel,
    )  # fmt: skip
    assert told[-1].what == "base-map"
    assert [type(error) for error in session.kit_problems] == [Cancelled]
    assert shown(session) == BOTH[:1]
    assert session.role == "resident"
    session.close()


# --- opened again -----------------------------------------------------------------------------


def test_a_kit_opened_again_brings_what_is_new_and_leaves_ones_own_choices(
    town: Session, kit: Path, opened: Opened, tmp_path: Path
) -> None:
    session = opened(kit)
    session.adjust_base_map("Ville.mbtiles", opacity=0.7)
    session.move_base_map("Ville.mbtiles", 1)
    mine = session.add_base_map(a_pack(tmp_path / "mine.mbtiles", "#abcdef", zoom=12)).path
    before = shown(session)
    assert shown(opened(kit)) == before
    town.add_base_map(a_pack(tmp_path / "old.mbtiles", "#123456", name="1850", zoom=14))
    again = opened(town.hand_out(tmp_path / "second").path)
    assert shown(again) == [*before[:2], ("1850", 1.0, True, "ok"), *before[2:]]
    assert mine.exists()


def test_a_newer_version_lies_over_the_one_before_which_is_kept(
    town: Session, kit: Path, opened: Opened, tmp_path: Path
) -> None:
    session = opened(kit)
    session.adjust_base_map("Ville.mbtiles", opacity=0.7)
    newer = a_pack(tmp_path / "newer.mbtiles", "#00ff00", name="Plan", zoom=14)
    town.add_base_map(newer, replace="town.mbtiles")
    again = opened(town.hand_out(tmp_path / "second").path)
    assert shown(again) == [
        ("Plan (older)", 0.7, False, "ok"),
        ("Plan", 0.7, True, "ok"),
        ("Photo", 0.5, False, "ok"),
    ]
    assert again.basemap is not None
    assert again.basemap.read_bytes() == newer.read_bytes()


def test_what_was_lost_here_comes_back_with_the_kit(kit: Path, opened: Opened) -> None:
    session = opened(kit)
    session.base_maps()[1].path.unlink()
    assert [view.state for view in session.base_maps()] == ["ok", "missing"]
    assert shown(opened(kit)) == BOTH


def test_a_base_map_that_was_there_before_the_kit_keeps_its_name(
    kit: Path, opened: Opened, tmp_path: Path
) -> None:
    (tmp_path / "aicha-maps").mkdir()
    there = a_pack(tmp_path / "aicha-maps" / "Ville.mbtiles", "#999999", name="Mine")
    mine = there.read_bytes()
    session = opened(kit)
    assert there.read_bytes() == mine
    assert [view.title for view in session.base_maps()] == ["Mine", "Plan", "Photo"]


def test_one_that_was_taken_off_the_list_is_listed_again_without_a_second_copy(
    kit: Path, opened: Opened
) -> None:
    session = opened(kit)
    session.remove_base_map("Ville.photo.mbtiles")
    assert shown(opened(kit)) == BOTH
    assert len(files(session)) == 2


# --- who signs --------------------------------------------------------------------------------


def test_another_coordinator_signs_base_maps_too_and_a_resident_does_not(
    town: Session, tmp_path: Path, opened: Opened
) -> None:
    ines = copy_for(town, "ines")
    add(ines, "Fontaine")
    town.merge([ines.send(tmp_path / "from-ines").path])
    town.grant(ines.rid, "coordinator")
    ines.merge([town.give_back(tmp_path / "back").path])
    kit = ines.hand_out(tmp_path / "of-ines").path
    session = opened(kit)
    assert session.kit_problems == ()
    assert shown(session) == BOTH
    town.revoke(ines.rid)
    session.merge([town.give_back(tmp_path / "after").path])
    ines.add_base_map(a_pack(tmp_path / "late.mbtiles", "#010203", name="Late", zoom=14))
    late = ines.hand_out(tmp_path / "late").path
    ines.close()
    again = opened(late)
    assert [type(error) for error in again.kit_problems] == [KitMapsNotSigned]
    assert shown(again) == BOTH


def test_a_kit_of_the_first_format_brings_its_one_base_map(
    town: Session, tmp_path: Path, opened: Opened
) -> None:
    """As it was packed before there was a list: signed without its base map."""
    copy = tmp_path / "map.collabmap"
    secret = inviting.secret_in_use(town)
    town.seal()
    town.project.copy_to(copy)
    words = encode(["collabmap kit", town.project.id, digest_of(copy), secret])
    note = {
        "format": 1,
        "name": "Ville",
        "invitation": secret.hex(),
        "signature": town.key.sign(words).hex(),
    }
    kit = tmp_path / "old.cmkit"
    with zipfile.ZipFile(kit, "w") as archive:
        archive.writestr("kit.json", json.dumps(note))
        archive.write(copy, "map.collabmap", zipfile.ZIP_DEFLATED)
        archive.write(tmp_path / "plan.mbtiles", "map.mbtiles", zipfile.ZIP_STORED)
    session = opened(kit)
    assert session.kit_problems == ()
    [view] = session.base_maps()
    assert (view.title, view.state, view.is_checked) == ("Ville", "ok", True)
