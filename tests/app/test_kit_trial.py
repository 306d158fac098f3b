"""Trying a copy before it is handed out: as a resident would open it, and nothing of it stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collabmap.app import kit_trial
from collabmap.app.demo import demo_basemap
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.domain.territory import Territory
from collabmap.errors import (
    AreaInvalid,
    KitCannotSend,
    KitIncomplete,
    KitOfAnotherTheme,
    KitTooLargeForSticks,
    NotAKit,
    NotAllowed,
)
from collabmap.store.device import Device

MONACO = Bbox(7.40, 43.72, 7.44, 43.75)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Session]:
    device = Device(tmp_path / "c")
    session = Session.create(
        tmp_path / "town" / "town", device, "Ville", "Camille", basemap=demo_basemap()
    )
    session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    yield session
    session.close()
    device.close()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()


@pytest.fixture
def kit(town: Session, tmp_path: Path) -> Path:
    return town.hand_out(tmp_path / "kit").path


def codes(session: Session, kit: Path) -> list[str]:
    return [problem.code for problem in session.try_kit(kit).problems]


def test_a_good_copy_opens_with_all_places_and_maps_and_what_is_added_would_come_back(
    town: Session, kit: Path
) -> None:
    before = sorted(each.name for each in town.path.parent.iterdir())
    digest, maps = town.info().digest_hex, town.base_maps()
    trial = town.try_kit(kit)
    assert trial.problems == ()
    assert trial.places == 1
    assert trial.maps == tuple(view.title for view in maps)
    assert trial.size_bytes == kit.stat().st_size
    assert 0 < trial.seconds < 600
    # Nothing of it stays: no file, no place, no computer.
    assert sorted(each.name for each in town.path.parent.iterdir()) == before
    assert town.info().digest_hex == digest
    assert len(town.devices()) == 1


def test_the_answer_is_remembered_until_the_file_is_another(town: Session, kit: Path) -> None:
    assert town.last_trial(kit) is None
    town.try_kit(kit)
    note = town.last_trial(kit)
    assert note is not None
    assert (note.is_good, note.places) == (True, 1)
    kit.write_bytes(kit.read_bytes() + b" ")
    assert town.last_trial(kit) is None
    kit.unlink()
    assert town.last_trial(kit) is None


def test_a_copy_from_before_places_or_categories_changed_says_which(
    town: Session, kit: Path
) -> None:
    town.add(PlaceDraft("Banc", "nature", 7.42, 43.73))
    assert codes(town, kit) == [KitIncomplete.code]
    town.define({("category", "eau"): {"label_fr": "Fontaines"}})
    assert codes(town, kit) == [KitIncomplete.code, KitOfAnotherTheme.code]


def test_a_copy_whose_invitation_was_closed_cannot_send(town: Session, kit: Path) -> None:
    (view,) = town.invitations()
    town.close_invitation(view.key)
    assert codes(town, kit) == [KitCannotSend.code]


def test_a_copy_that_is_larger_than_a_stick_takes_says_so(
    town: Session, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit_trial, "STICK_BYTES", 1000)
    assert codes(town, kit) == [KitTooLargeForSticks.code]


def test_what_is_no_copy_at_all_is_an_error_and_leaves_nothing(
    town: Session, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.cmkit"
    wrong.write_bytes(b"not a kit")
    with pytest.raises(NotAKit):
        town.try_kit(wrong)
    assert not list(town.path.parent.glob(".collabmap-*"))


# --- the territory ------------------------------------------------------------------------------


def test_a_territory_is_the_same_for_all_who_open_the_copy_and_can_be_undone(
    town: Session, tmp_path: Path
) -> None:
    assert town.territory() is None
    town.set_territory(" La  Condamine ", MONACO)
    expected = Territory("La Condamine", MONACO)
    assert town.territory() == expected
    kit = town.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    device = Device(tmp_path / "r")
    resident = Session.open_kit(kit, tmp_path / "copy", device)
    assert resident.territory() == expected
    with pytest.raises(NotAllowed):
        resident.set_territory("Nice", MONACO)
    resident.close()
    device.close()
    town.undo()
    assert town.territory() is None
    town.redo()
    assert town.territory() == expected


def test_a_rectangle_without_size_or_off_the_map_is_no_territory(town: Session) -> None:
    for box in (Bbox(7.4, 43.7, 7.4, 43.8), Bbox(7.4, 43.7, 200.0, 43.8)):
        with pytest.raises(AreaInvalid):
            town.set_territory("", box)
    assert town.territory() is None
