"""Ready for the evening: each line says what is so on a real map, and only then that it is done."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from checkerboard import HERE, Checkerboard
from packs import a_pack
from sharing import copy_for

from collabmap.app import evening, kit_trial, map_cover, readiness
from collabmap.app.evening import Evening
from collabmap.app.map_cover import MapCover
from collabmap.app.readiness import Line, Readiness
from collabmap.app.readiness_words import evening_title, hours_words, percent_words, says
from collabmap.app.session import Session
from collabmap.app.words import set_language
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.tiles import count_tiles, tile_at, tiles_of, tms_row
from collabmap.errors import ClockBehind, CodeWrong, RecoveryWrong
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms
from collabmap.store.mbtiles import MBTilesWriter

FOUNTAIN = PlaceDraft("Fontaine", "eau", 7.42, 43.735)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    set_language("en")
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def town(tmp_path: Path, opened: ExitStack) -> Session:
    """A map of one place, whose founder is Camille."""
    (tmp_path / "c").mkdir()
    device = Device(tmp_path / "c" / "device")
    opened.callback(device.close)
    session = Session.create(tmp_path / "c" / "town", device, "Ville", "Camille")
    opened.enter_context(closing(session))
    session.add(FOUNTAIN)
    return session


def pack(folder: Path, *, zooms: tuple[int, ...] = (13, 14, 15, 16), name: str = "fond") -> Path:
    """Write a base map of the tests' town at several zooms."""
    board = Checkerboard()
    path = folder / f"{name}.mbtiles"
    with MBTilesWriter(path, name="Fond", format="png", bounds=HERE, attribution="") as writer:
        for zoom in zooms:
            for tile in tiles_of(HERE, zoom):
                writer.put(tile, board.get(tile) or b"")
    return path


def measured(session: Session) -> Readiness:
    """Look, and look for the tiles too."""
    found = readiness.look(session)
    if found.to_measure is not None:
        asked = found.to_measure
        map_cover.remember(session, asked, map_cover.measure(asked))
        found = readiness.look(session)
        assert found.to_measure is None
    return found


def line(found: Readiness, code: str) -> Line:
    [wanted] = [each for each in found.lines if each.code == code]
    return wanted


def stands(found: Readiness, code: str) -> tuple[str, str]:
    wanted = line(found, code)
    return wanted.state, wanted.found


# --- the base map -----------------------------------------------------------------------------


def test_a_map_without_a_base_map_has_one_to_make_first(town: Session) -> None:
    found = readiness.look(town)
    assert stands(found, "base_map") == ("todo", "none")


def test_a_base_map_under_all_places_is_whole_once_it_was_looked_through(
    town: Session, tmp_path: Path
) -> None:
    town.add_base_map(pack(tmp_path))
    found = readiness.look(town)
    assert stands(found, "base_map") == ("running", "measuring")
    asked = found.to_measure
    assert asked is not None
    assert asked.zooms == (13, 14, 15, 16)
    found = measured(town)
    assert stands(found, "base_map") == ("done", "whole")
    assert says(line(found, "base_map")).startswith("Fond, zooms 13 to 16, ")


def test_the_answer_is_remembered_until_the_file_or_the_area_is_another(
    town: Session, tmp_path: Path
) -> None:
    view = town.add_base_map(pack(tmp_path))
    measured(town)
    assert readiness.look(town).to_measure is None
    town.add(PlaceDraft("Banc", "eau", 7.4201, 43.7351))
    assert readiness.look(town).to_measure is None
    town.add(PlaceDraft("Phare", "eau", 7.43, 43.74))
    assert readiness.look(town).to_measure is not None
    measured(town)
    view.path.touch()
    assert readiness.look(town).to_measure is not None


def test_tiles_that_are_missing_or_no_picture_are_holes(town: Session, tmp_path: Path) -> None:
    path = pack(tmp_path)
    here = tile_at(FOUNTAIN.lng, FOUNTAIN.lat, 16)
    row = tms_row(16, here.y)
    with closing(sqlite3.connect(path)) as database, database:
        where = "zoom_level = 16 AND tile_column = ? AND tile_row = ?"
        database.execute(f"DELETE FROM map WHERE {where}", (here.x, row))
        junk = database.execute("INSERT INTO images VALUES (99999, ?)", (b"not a picture",))
        database.execute(
            f"UPDATE map SET tile_id = ? WHERE {where}", (junk.lastrowid, here.x + 1, row)
        )
    town.add_base_map(path)
    asked = readiness.look(town).to_measure
    assert asked is not None
    assert map_cover.measure(asked) == MapCover(asked.tiles, 2)
    assert stands(measured(town), "base_map") == ("look", "holes")


def test_a_place_outside_the_base_map_is_to_be_looked_at(town: Session, tmp_path: Path) -> None:
    town.add_base_map(pack(tmp_path))
    town.add(PlaceDraft("Loin", "eau", 7.60, 43.735))
    found = measured(town)
    assert stands(found, "base_map") == ("look", "outside")
    assert says(line(found, "base_map")) == "1 place lies outside of it."


def test_a_base_map_of_elsewhere_is_none(town: Session, tmp_path: Path) -> None:
    town.delete(town.reader.place(town.reader.marks()[0].id))  # type: ignore[arg-type]
    town.add(PlaceDraft("Ailleurs", "eau", 2.35, 48.85))
    town.add_base_map(pack(tmp_path))
    found = readiness.look(town)
    assert stands(found, "base_map") == ("look", "elsewhere")
    assert found.to_measure is None


def test_a_base_map_that_ends_before_the_houses_is_too_coarse(
    town: Session, tmp_path: Path
) -> None:
    town.add_base_map(a_pack(tmp_path / "coarse.mbtiles"))
    assert stands(measured(town), "base_map") == ("look", "coarse")


def test_a_base_map_that_somebody_changed_is_said_to_be_another(
    town: Session, tmp_path: Path
) -> None:
    view = town.add_base_map(pack(tmp_path))
    measured(town)
    shutil.copy(pack(tmp_path, zooms=(13, 16), name="other"), view.path)
    assert stands(readiness.look(town), "base_map") == ("look", "changed")


def test_without_places_all_of_the_base_map_is_looked_through(
    town: Session, tmp_path: Path
) -> None:
    town.delete(town.reader.place(town.reader.marks()[0].id))  # type: ignore[arg-type]
    town.add_base_map(pack(tmp_path, zooms=(14, 16)))
    asked = readiness.look(town).to_measure
    assert asked is not None
    assert (asked.area, asked.zooms) == (HERE, (14, 15, 16))
    # A view that is left out is a hole like any other.
    assert map_cover.measure(asked).missing == count_tiles(HERE, 15)


# --- the invitation ---------------------------------------------------------------------------


def test_a_copy_to_hand_out_is_the_last_thing_to_do(town: Session, tmp_path: Path) -> None:
    assert stands(readiness.look(town), "invitation") == ("todo", "none")
    town.invite()
    assert stands(readiness.look(town), "invitation") == ("todo", "no_kit")
    town.hand_out(tmp_path / "kit.cmkit")
    found = readiness.look(town)
    assert stands(found, "invitation") == ("done", "ready")
    assert found.kit is not None
    assert found.kit.size_bytes == (tmp_path / "kit.cmkit").stat().st_size


def test_a_copy_says_whether_it_was_tried_and_one_that_fails_is_not_ready(
    town: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = tmp_path / "kit.cmkit"
    town.hand_out(kit)
    assert says(line(readiness.look(town), "invitation")).endswith(" · not tried yet")
    assert town.try_kit(kit).is_good
    assert " · tried: it opens in " in says(line(readiness.look(town), "invitation"))
    monkeypatch.setattr(kit_trial, "STICK_BYTES", 1000)
    assert not town.try_kit(kit).is_good
    assert stands(readiness.look(town), "invitation") == ("look", "unusable")


def test_a_copy_is_old_once_something_is_newer(tmp_path: Path, opened: ExitStack) -> None:
    clock = SimpleNamespace(now=now_ms())
    device = Device(tmp_path / "device")
    opened.callback(device.close)
    session = Session.create(tmp_path / "town", device, "Ville", "Camille", now=lambda: clock.now)
    opened.enter_context(closing(session))
    session.add(FOUNTAIN)
    clock.now += 1000
    session.hand_out(tmp_path / "kit.cmkit")
    assert stands(readiness.look(session), "invitation") == ("done", "ready")
    clock.now += 1000
    session.add(PlaceDraft("Banc", "eau", 7.42, 43.73))
    found = readiness.look(session)
    assert stands(found, "invitation") == ("look", "older")
    assert says(line(found, "invitation")) == "1 place is newer than your copy."
    clock.now += 1000
    session.hand_out(tmp_path / "kit.cmkit")
    session.close_invitation(session.invitations()[-1].key)
    assert stands(readiness.look(session), "invitation") == ("look", "closed")


def test_a_copy_with_another_base_map_is_old(town: Session, tmp_path: Path) -> None:
    town.hand_out(tmp_path / "kit.cmkit")
    town.add_base_map(pack(tmp_path))
    assert stands(readiness.look(town), "invitation") == ("look", "other_map")


# --- the rest ---------------------------------------------------------------------------------


def test_the_key_on_paper_is_sure_once_it_was_typed(town: Session) -> None:
    assert stands(readiness.look(town), "paper") == ("todo", "never")
    with pytest.raises(CodeWrong):
        evening.check_paper(town, "0000")
    assert stands(readiness.look(town), "paper") == ("todo", "never")
    evening.check_paper(town, town.recovery_code)
    assert stands(readiness.look(town), "paper") == ("done", "seen")


def test_the_paper_of_another_map_is_not_this_ones(town: Session, tmp_path: Path) -> None:
    other = Session.create(tmp_path / "other", town.device, "Autre", "Camille")
    code = other.recovery_code
    other.close()
    with pytest.raises(RecoveryWrong):
        evening.check_paper(town, code)
    assert evening.on_paper_since(town) == 0


def test_what_came_before_is_to_be_reviewed(town: Session, opened: ExitStack) -> None:
    resident = copy_for(town, "aicha")
    opened.callback(resident.device.close)
    opened.enter_context(closing(resident))
    resident.add(PlaceDraft("Banc", "eau", 7.42, 43.73))
    assert stands(readiness.look(town), "review") == ("done", "none")
    town.merge([resident.send(resident.path.with_name("sent.cmbundle")).path])
    found = readiness.look(town)
    assert stands(found, "review") == ("look", "pending")
    assert stands(found, "computers") == ("done", "known")
    assert stands(found, "unsent") == ("look", "unsent")
    town.give_back(town.path.with_name("back.cmbundle"))
    assert stands(readiness.look(town), "unsent") == ("done", "sent")


def test_a_resident_is_asked_only_what_a_resident_can_do(town: Session, opened: ExitStack) -> None:
    resident = copy_for(town, "aicha")
    opened.callback(resident.device.close)
    opened.enter_context(closing(resident))
    codes = {each.code for each in readiness.look(resident).lines}
    assert codes == {"base_map", "categories", "unsent", "clock", "disk"}


def test_a_category_that_is_not_known_here_is_told(town: Session) -> None:
    assert stands(readiness.look(town), "categories") == ("done", "there")
    row = town.project.connection
    with town.project.writing():
        row.execute("UPDATE feature SET category = 'of-a-newer-version'")
    found = readiness.look(town)
    assert stands(found, "categories") == ("look", "unknown")


def test_a_clock_before_the_release_is_not_plausible(tmp_path: Path, opened: ExitStack) -> None:
    device = Device(tmp_path / "device")
    opened.callback(device.close)
    session = Session.create(tmp_path / "town", device, "V", "C", now=lambda: 1_000_000_000_000)
    opened.enter_context(closing(session))
    clock = line(readiness.look(session), "clock")
    assert (clock.state, clock.found) == ("look", "wrong")
    assert isinstance(clock.problem, ClockBehind)


def test_an_evening_of_many_wants_more_room(town: Session) -> None:
    few = line(readiness.look(town), "disk").values["needed"]
    evening.set_evening(town, Evening(people=400))
    many = line(readiness.look(town), "disk").values["needed"]
    assert int(str(many)) > 9 * int(str(few))
    evening.set_evening(town, Evening(people=10**9))
    assert stands(readiness.look(town), "disk") == ("todo", "full")


# --- all of it --------------------------------------------------------------------------------


def test_all_is_ready_once_every_line_is(town: Session, tmp_path: Path) -> None:
    before = readiness.look(town)
    assert not before.is_ready
    assert before.percent < 90
    assert before.minutes % 5 == 0
    town.add_base_map(pack(tmp_path))
    measured(town)
    evening.check_paper(town, town.recovery_code)
    town.hand_out(tmp_path / "kit.cmkit")
    found = measured(town)
    assert [each for each in found.lines if each.state != "done"] == []
    assert (found.percent, found.minutes) == (100, 0)
    assert percent_words(found) == "All is ready"


def test_the_evening_is_remembered_and_said_in_words(town: Session) -> None:
    assert evening_title(evening.evening(town)) == "The evening"
    plan = Evening("2026-03-12", "18:30", "20:00", "Salle du Ponant", 12, 40)
    evening.set_evening(town, plan)
    assert evening.evening(town) == plan
    assert evening_title(plan) == "Evening of Thursday, March 12"
    assert hours_words(plan) == "6:30 PM – 8:00 PM"
