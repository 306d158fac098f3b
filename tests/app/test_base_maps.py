"""The base maps of a project: listed, ordered, checked, and never lost without a word."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from checkerboard import HERE, Checkerboard
from packs import a_pack
from PySide6.QtGui import QColor, QImage

from collabmap.app import copying
from collabmap.app.base_maps import BaseMapView
from collabmap.app.picture import write_picture
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import tiles_of
from collabmap.errors import (
    BaseMapListed,
    BaseMapUnknown,
    Cancelled,
    FileMissing,
    ProjectReadOnly,
    TilesUnreadable,
)
from collabmap.store.checking import Fault, check
from collabmap.store.device import Device
from collabmap.store.mbtiles import part_of
from collabmap.store.repair import is_repairable, repair

AROUND = Bbox(7.41, 43.73, 7.43, 43.74)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    made = Device(tmp_path / "device")
    yield made
    made.close()


@pytest.fixture
def town(tmp_path: Path, device: Device) -> Iterator[Session]:
    (tmp_path / "maps").mkdir()
    session = Session.create(tmp_path / "maps" / "town", device, "Ville", "Camille")
    yield session
    session.close()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return a_pack(tmp_path / "Plan de ville.mbtiles", "#ff0000")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return a_pack(tmp_path / "Vue aérienne.mbtiles", "#0000ff", name="Vue aérienne 2024")


def titles(session: Session) -> list[str]:
    return [view.title for view in session.base_maps()]


def names(session: Session) -> list[str]:
    return sorted(path.name for path in session.path.parent.glob("*.mbtiles"))


def of(session: Session, title: str) -> BaseMapView:
    return next(view for view in session.base_maps() if view.title == title)


def spoil(path: Path, at: int = -100) -> None:
    """Change a byte, as a dying disk does: size and time stay."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


# --- what is there ----------------------------------------------------------------------------


def test_the_one_file_of_old_is_shown_without_being_listed(town: Session) -> None:
    a_pack(town.path.with_suffix(".mbtiles"), name="Monaco")
    [view] = town.base_maps()
    assert (view.title, view.file, view.state, view.is_visible) == (
        "Monaco", "town.mbtiles", "ok", True,
    )  # fmt: skip
    assert (view.attribution, view.zooms) == ("© IGN", (13, 13))
    assert not view.is_checked
    assert town.basemap == view.path


def test_a_project_without_base_map_has_none(town: Session) -> None:
    assert town.base_maps() == ()
    assert town.basemap is None


# --- adding -----------------------------------------------------------------------------------


def test_base_maps_are_copied_beside_the_project_and_lie_in_the_order_of_their_coming(
    town: Session, plan: Path, photo: Path
) -> None:
    told: list[Progress] = []
    town.add_base_map(plan, progress=told.append)
    town.add_base_map(photo)
    assert names(town) == ["town.mbtiles", "town.vue-aerienne.mbtiles"]
    assert titles(town) == ["Plan de ville", "Vue aérienne 2024"]
    assert all(view.is_checked and view.state == "ok" for view in town.base_maps())
    assert told[-1].done == told[-1].total
    plan.unlink()
    assert town.check_base_maps() == town.base_maps()


def test_what_cannot_be_drawn_or_was_stopped_leaves_nothing(
    town: Session, plan: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "notes.mbtiles"
    wrong.write_bytes(b"no tiles")
    with pytest.raises(TilesUnreadable):
        town.add_base_map(wrong)
    with pytest.raises(FileMissing):
        town.add_base_map(tmp_path / "gone.mbtiles")
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        town.add_base_map(plan, cancel=stopped)
    left = [path.name for path in town.path.parent.iterdir() if "mbtiles" in path.name]
    assert left == []
    assert town.base_maps() == ()


def test_the_same_bytes_are_not_listed_twice(town: Session, plan: Path, tmp_path: Path) -> None:
    town.add_base_map(plan)
    again = tmp_path / "again.mbtiles"
    again.write_bytes(plan.read_bytes())
    with pytest.raises(BaseMapListed):
        town.add_base_map(again)
    assert names(town) == ["town.mbtiles"]


def test_a_file_that_lies_there_already_is_listed_where_it_is(town: Session, photo: Path) -> None:
    there = a_pack(town.path.with_name("town.plan-2.mbtiles"), name="Plan")
    assert [each.path for each in town.reader.base_maps().beside] == [there]
    before = there.stat().st_mtime_ns
    town.add_base_map(there)
    assert titles(town) == ["Plan"]
    assert there.stat().st_mtime_ns == before
    assert town.reader.base_maps().beside == ()
    town.add_base_map(photo)
    assert names(town) == ["town.plan-2.mbtiles", "town.vue-aerienne.mbtiles"]


def test_a_file_beside_the_project_with_any_name_is_listed_under_one_that_is_found(
    town: Session,
) -> None:
    """As the plan that was placed by hand, which bears its title."""
    made = a_pack(town.path.with_name("town.Plan de la Condamine, été.mbtiles"), name="Plan")
    assert [each.path for each in town.reader.base_maps().beside] == [made]
    view = town.add_base_map(made, title="Plan de la Condamine, été")
    assert view.title == "Plan de la Condamine, été"
    assert (names(town), town.reader.base_maps().beside) == ([view.file], ())
    town.close()
    assert view.path.exists()


def test_a_file_that_is_listed_already_is_taken_as_it_is_now(town: Session, plan: Path) -> None:
    """As after a base map was made anew in its place."""
    first = a_pack(town.path.with_suffix(".mbtiles"), "#ff0000", name="Monaco")
    view = town.add_base_map(first)
    assert (view.title, view.is_checked) == ("Monaco", True)
    assert names(town) == ["town.mbtiles"]
    a_pack(first, "#00ff00", attribution="© IGN " * 2000)
    assert town.base_maps()[0].state == "changed"
    assert town.add_base_map(first).state == "ok"
    assert (names(town), titles(town)) == (["town.mbtiles"], ["Monaco"])


def test_tiles_in_the_write_ahead_log_of_a_file_come_along(
    town: Session, plan: Path, tmp_path: Path
) -> None:
    database = sqlite3.connect(plan)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA wal_autocheckpoint = 0")
    database.execute("UPDATE metadata SET value = 'fresh' WHERE name = 'attribution'")
    database.commit()
    assert town.add_base_map(plan).attribution == "fresh"
    database.close()


def test_a_new_version_takes_the_place_of_the_old_one(
    town: Session, plan: Path, photo: Path, tmp_path: Path
) -> None:
    town.add_base_map(plan)
    town.add_base_map(photo)
    town.adjust_base_map("town.mbtiles", opacity=0.5, is_visible=False)
    newer = a_pack(tmp_path / "newer.mbtiles", "#00ff00")
    view = town.add_base_map(newer, title="Plan 2027", replace="town.mbtiles")
    assert (view.file, view.opacity, view.is_visible) == ("town.mbtiles", 0.5, False)
    assert titles(town) == ["Plan 2027", "Vue aérienne 2024"]
    assert view.path.read_bytes() == newer.read_bytes()


def test_a_file_that_windows_holds_open_gives_way_when_the_project_closes(
    town: Session, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add_base_map(plan)
    held, replace, unlink = town.path.with_suffix(".mbtiles"), Path.replace, Path.unlink

    def refuse_replace(path: Path, target: Path) -> Path:
        if target == held:
            raise PermissionError(13, "in use")
        return replace(path, target)

    def refuse_unlink(path: Path, missing_ok: bool = False) -> None:
        if path == held:
            raise PermissionError(13, "in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "replace", refuse_replace)
    monkeypatch.setattr(Path, "unlink", refuse_unlink)
    newer = a_pack(tmp_path / "newer.mbtiles", "#00ff00")
    view = town.add_base_map(newer, replace="town.mbtiles")
    assert view.path != held
    assert [each.path for each in town.base_maps()] == [view.path]
    town.remove_base_map(view.file)
    again = town.add_base_map(held)
    assert again.path == held
    town.remove_base_map(held.name, delete_file=True)
    assert held.exists()
    monkeypatch.undo()
    town.close()
    assert not held.exists()
    assert view.path.exists()


def test_what_a_killed_copy_has_left_is_gone_after_the_next_session(
    town: Session, device: Device
) -> None:
    left = town.path.with_name(".town.photo.mbtiles.coming")
    builders = town.path.with_name(".town.mbtiles.part")
    another = town.path.with_name(".townhall.mbtiles.coming")
    for path in (left, builders, another):
        path.write_bytes(b"half a base map")
    town.close()
    assert not left.exists()
    assert builders.exists()
    assert another.exists()


# --- order, clearness, sight ------------------------------------------------------------------


def test_base_maps_are_moved_faded_hidden_and_renamed(
    town: Session, plan: Path, photo: Path, device: Device
) -> None:
    town.add_base_map(plan)
    file = town.add_base_map(photo).file
    town.move_base_map(file, -1)
    town.move_base_map(file, -1)
    town.adjust_base_map(file, title="  Vu  du ciel ", opacity=0.4)
    town.adjust_base_map("town.mbtiles", is_visible=False)
    town.close()
    again = Session.open(town.path, device)
    low, high = again.base_maps()
    assert (low.title, low.opacity, low.is_visible) == ("Vu du ciel", 0.4, True)
    assert (high.file, high.is_visible) == ("town.mbtiles", False)
    assert again.basemap == low.path
    with pytest.raises(BaseMapUnknown):
        again.move_base_map("other.mbtiles", 1)
    again.close()


def test_the_picture_shows_them_in_order_and_leaves_out_what_is_hidden(
    town: Session, plan: Path, photo: Path, tmp_path: Path
) -> None:
    def middle() -> QColor:
        path = tmp_path / "picture.png"
        write_picture(town, path, bbox=AROUND, size=(400, 300))
        return QImage(str(path)).pixelColor(200, 100)

    town.add_base_map(plan)
    file = town.add_base_map(photo).file
    assert middle() == QColor("#0000ff")
    town.adjust_base_map(file, opacity=0.5)
    assert abs(middle().red() - 127) < 4
    town.adjust_base_map(file, is_visible=False)
    assert middle() == QColor("#ff0000")
    town.move_base_map(file, -1)
    town.adjust_base_map(file, is_visible=True)
    assert middle() == QColor("#ff0000")


# --- taking away ------------------------------------------------------------------------------


def test_what_is_taken_off_the_list_stays_on_the_disk_and_can_come_back(
    town: Session, photo: Path
) -> None:
    view = town.add_base_map(photo)
    listing = town.remove_base_map(view.file)
    assert (listing.maps, [each.path for each in listing.beside]) == ((), [view.path])
    assert town.base_maps() == ()
    assert town.basemap is None
    town.add_base_map(view.path)
    assert titles(town) == ["Vue aérienne 2024"]
    assert town.remove_base_map(view.file, delete_file=True) == ((), ())
    assert names(town) == []


def test_a_file_of_another_project_is_never_deleted(
    town: Session, plan: Path, device: Device
) -> None:
    town.add_base_map(plan)
    town.close()
    other = town.path.with_name("hall.collabmap")
    other.write_bytes(town.path.read_bytes())
    hall = Session.open(other, device)
    assert [view.file for view in hall.base_maps()] == ["town.mbtiles"]
    hall.remove_base_map("town.mbtiles", delete_file=True)
    assert names(hall) == ["town.mbtiles"]
    hall.close()


# --- files that are moved, renamed, copied, broken --------------------------------------------


def test_a_project_that_is_renamed_finds_its_base_maps(
    town: Session, plan: Path, photo: Path, device: Device
) -> None:
    town.add_base_map(plan)
    town.add_base_map(photo)
    town.close()
    alone = town.path.rename(town.path.with_name("ville.collabmap"))
    session = Session.open(alone, device)
    assert [view.state for view in session.base_maps()] == ["ok", "ok"]
    session.close()
    for name in names(session):
        path = alone.with_name(name)
        path.rename(path.with_name(name.replace("town", "ville")))
    session = Session.open(alone, device)
    assert [view.file for view in session.base_maps()] == [
        "ville.mbtiles",
        "ville.vue-aerienne.mbtiles",
    ]
    session.close()


def test_a_copy_on_this_computer_has_all_base_maps(
    town: Session, plan: Path, photo: Path, tmp_path: Path, device: Device
) -> None:
    town.add_base_map(plan)
    town.add_base_map(photo)
    town.close()
    (tmp_path / "home").mkdir()
    copy = Session.open(copying.copy_to_computer(town.path, tmp_path / "home"), device)
    assert [view.state for view in copy.check_base_maps()] == ["ok", "ok"]
    assert [view.path.parent for view in copy.base_maps()] == [tmp_path / "home"] * 2
    copy.close()


def test_a_stick_that_was_pulled_out_is_said_and_the_rest_is_shown(
    town: Session, plan: Path, photo: Path
) -> None:
    town.add_base_map(plan)
    view = town.add_base_map(photo)
    town.path.with_suffix(".mbtiles").unlink()
    assert [each.state for each in town.base_maps()] == ["missing", "ok"]
    assert town.basemap == view.path
    assert [each.state for each in town.check_base_maps()] == ["missing", "ok"]
    with pytest.raises(FileMissing):
        town.add_base_map(Path("gone"), replace="town.mbtiles")


def test_a_file_of_another_size_is_another_file_until_it_is_accepted(
    town: Session, plan: Path, tmp_path: Path
) -> None:
    view = town.add_base_map(plan)
    a_pack(view.path, "#00ff00", attribution="© IGN " * 2000)
    assert [each.state for each in town.base_maps()] == ["changed"]
    assert [each.state for each in town.check_base_maps()] == ["changed"]
    assert check(town.path).findings[0].fault == Fault.BASEMAP_CHANGED
    assert [each.state for each in town.check_base_maps(accept=[view.file])] == ["ok"]
    assert check(town.path).is_sound


def test_a_byte_that_the_disk_has_changed_is_found_by_the_check_and_remembered(
    town: Session, plan: Path
) -> None:
    view = town.add_base_map(plan)
    spoil(view.path)
    assert town.base_maps()[0].state == "ok", "a start reads no gigabytes"
    assert town.check_base_maps()[0].state == "changed"
    assert town.base_maps()[0].state == "changed"
    spoil(view.path)
    assert town.check_base_maps()[0].state == "ok"
    assert town.base_maps()[0].state == "ok"


def test_verify_names_what_is_missing_and_the_doctor_has_nothing_to_repair(
    town: Session, plan: Path, photo: Path, device: Device
) -> None:
    town.add_base_map(plan)
    view = town.add_base_map(photo)
    town.close()
    view.path.unlink()
    spoil(town.path.with_suffix(".mbtiles"))
    found = check(town.path)
    assert {each.fault: each.where for each in found.findings} == {
        Fault.BASEMAP_CHANGED: ("town.mbtiles",),
        Fault.BASEMAP_MISSING: ("town.vue-aerienne.mbtiles",),
    }
    assert not is_repairable(found)


def test_the_list_survives_a_rebuild_and_a_repair(
    town: Session, plan: Path, photo: Path, device: Device
) -> None:
    town.add_base_map(plan)
    file = town.add_base_map(photo).file
    town.adjust_base_map(file, opacity=0.3)
    before = town.base_maps()
    town.rebuild()
    assert town.base_maps() == before
    town.close()
    database = sqlite3.connect(town.path)
    database.execute("UPDATE meta SET value = x'00' WHERE key = 'digest'")
    database.commit()
    database.close()
    assert repair(town.path).remaining.is_sound
    again = Session.open(town.path, device)
    assert again.base_maps() == before
    again.close()


# --- files from elsewhere ---------------------------------------------------------------------


def test_a_project_of_an_earlier_version_is_looked_at_and_then_brought_up_to_date(
    town: Session, device: Device
) -> None:
    a_pack(town.path.with_suffix(".mbtiles"), name="Monaco")
    town.close()
    database = sqlite3.connect(town.path)
    database.execute("DROP TABLE base_maps")
    database.execute("DELETE FROM _sqlite_migrations WHERE name = 'm0004_base_maps'")
    database.execute("PRAGMA user_version = 3")
    database.commit()
    database.close()
    looking = Session.open(town.path, device, read_only=True)
    assert titles(looking) == ["Monaco"]
    with pytest.raises(ProjectReadOnly):
        looking.adjust_base_map("town.mbtiles", is_visible=False)
    looking.close()
    again = Session.open(town.path, device)
    again.adjust_base_map("town.mbtiles", is_visible=False)
    assert [view.is_visible for view in again.base_maps()] == [False]
    again.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("file", "../../secret.mbtiles"),
        ("file", "C:\\secret.mbtiles"),
        ("file", "secret.txt"),
        ("slug", "../x"),
        ("opacity", 9e9),
        ("digest", b"short"),
        ("title", "x" * 5000),
    ],
)
def test_a_list_from_elsewhere_names_no_paths(
    town: Session, plan: Path, column: str, value: object
) -> None:
    town.add_base_map(plan)
    town.project.connection.execute(f"UPDATE base_maps SET {column} = ?", (value,))
    assert town.base_maps() == ()


def test_a_folder_of_tiles_becomes_one_file_beside_the_project(
    town: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "Tuiles du port"
    board = Checkerboard(colour=QColor("#00ff00"))
    for tile in tiles_of(HERE, 14):
        path = folder / str(tile.z) / str(tile.x) / f"{tile.y}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(board.get(tile) or b"")
    view = town.add_base_map(folder)
    assert (view.title, view.file, view.state) == ("Tuiles du port", "town.mbtiles", "ok")
    assert town.check_base_maps()[0].is_checked
    write_picture(town, tmp_path / "picture.png", bbox=AROUND, size=(400, 300))
    assert QImage(str(tmp_path / "picture.png")).pixelColor(200, 100) == QColor("#00ff00")


# --- neighbours and leftovers -----------------------------------------------------------------


def test_a_project_whose_name_begins_alike_keeps_its_base_maps(
    town: Session, device: Device, plan: Path, photo: Path
) -> None:
    centre = Session.create(town.path.with_name("town.centre"), device, "Centre", "Camille")
    centre.add_base_map(plan)
    file = centre.add_base_map(photo).file
    assert file == "town.centre.vue-aerienne.mbtiles"
    with pytest.raises(BaseMapUnknown):
        town.delete_unlisted_base_map(file)
    # What a killed copy for the other one has left is not swept away here either.
    coming = town.path.with_name(f".{file}.coming")
    coming.write_bytes(b"half")
    town.add_base_map(centre.base_maps()[1].path)
    town.close()
    assert coming.exists()
    assert [view.state for view in centre.base_maps()] == ["ok", "ok"]
    centre.close()
    assert not coming.exists()


def test_a_log_of_the_replaced_base_map_does_not_mix_with_the_new_one(
    town: Session, plan: Path, photo: Path
) -> None:
    old = town.add_base_map(plan)
    with closing(sqlite3.connect(old.path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO metadata VALUES ('town', 'here')")
        db.commit()
        left = [old.path.with_name(old.file + end) for end in ("", "-wal")]
        kept = [path.read_bytes() for path in left]
    for path, data in zip(left, kept, strict=True):
        path.write_bytes(data)
    new = town.add_base_map(photo, replace=old.file)
    with closing(sqlite3.connect(new.path)) as db:
        [(name,)] = db.execute("SELECT value FROM metadata WHERE name = 'name'")
    assert name == "Vue aérienne 2024"
    town.remove_base_map(new.file, delete_file=True)
    assert not list(town.path.parent.glob("*.mbtiles*"))


def test_what_a_killed_copy_left_is_written_over_by_one_with_a_log(
    town: Session, plan: Path
) -> None:
    town.path.with_name(".town.mbtiles.coming").write_bytes(b"half a base map" * 400)
    with closing(sqlite3.connect(plan)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO metadata VALUES ('town', 'here')")
        db.commit()
        assert town.add_base_map(plan).state == "ok"


def test_a_name_that_is_being_painted_is_not_given_away(town: Session, plan: Path) -> None:
    part_of(town.path.with_suffix(".mbtiles")).write_bytes(b"an hour of work")
    assert town.add_base_map(plan).file == "town.plan-de-ville.mbtiles"
