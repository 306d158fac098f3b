"""Event mode without a window: who may do what, what stays closed, and the code that leaves it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collabmap.app import event_mode
from collabmap.app.evening import Evening, set_evening
from collabmap.app.event_standing import PLACE
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.errors import EventCodeShort, EventCodeTooSoon, EventCodeWrong, NobodyHere
from collabmap.store.device import Device

CODE = "2605"
BENCH = PlaceDraft("Banc", "nature", 7.42, 43.733)


class Clock:
    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def __call__(self) -> int:
        self.ms += 1
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hall(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    """Camille's own map on her own laptop, which stands in the hall this evening."""
    device = Device(tmp_path / "camille")
    session = Session.create(tmp_path / "map", device, "Map", "Camille", now=clock)
    yield session
    session.close()
    device.close()


def place(session: Session, feature: bytes) -> PlaceView:
    found = session.reader.place(feature)
    assert found is not None
    return found


def test_nobody_coordinates_while_it_is_on_and_nobody_has_the_turn(hall: Session) -> None:
    hall.begin_event(CODE, comes_back=True)
    assert not hall.is_coordinator
    assert hall.role == "resident"
    assert hall.person is None
    with pytest.raises(NobodyHere):
        hall.add(BENCH)

    hall.begin_person("Marcel")
    added = hall.add(BENCH)
    assert place(hall, added).state is FeatureState.PENDING, "a coordinator reads it later"
    assert place(hall, added).author_name == "Marcel"

    hall.leave_event(CODE)
    assert hall.is_coordinator
    assert hall.person is not None
    assert hall.person.name == "Camille", "the turn goes back to who began it"
    assert hall.add(replace(BENCH, name="Hers"))
    assert place(hall, added).author_name == "Marcel"


def test_what_is_private_stays_closed_to_all_until_it_is_left(hall: Session) -> None:
    hall.begin_event(CODE, comes_back=False)
    hall.begin_person("Marcel")
    added = hall.add(replace(BENCH, contact="06 39 98 12 34"))
    assert place(hall, added).contact is None, "whoever says his name sees no more than others"
    assert place(hall, added).contact_hidden

    hall.begin_person("Aïcha")
    assert place(hall, added).contact is None
    hall.leave_event(CODE)
    assert place(hall, added).contact == "06 39 98 12 34"


def test_it_outlives_the_program(hall: Session, tmp_path: Path) -> None:
    hall.begin_event(CODE, comes_back=False)
    assert Path(hall.device.get(PLACE)) == hall.path.resolve()
    hall.close()
    again = Session.open(hall.path, hall.device)
    try:
        standing = again.event()
        assert standing is not None
        assert not standing.comes_back
        assert not again.is_coordinator
        again.leave_event(CODE)
        assert again.event() is None
        assert again.device.get(PLACE) is None
    finally:
        again.close()


def test_a_code_of_three_is_too_short(hall: Session) -> None:
    with pytest.raises(EventCodeShort):
        hall.begin_event(" 123 ", comes_back=True)
    assert hall.event() is None


def test_wrong_codes_are_slowed_and_the_key_on_paper_opens_at_once(
    hall: Session, clock: Clock
) -> None:
    paper = hall.recovery_code
    hall.begin_event(CODE, comes_back=True)
    for _ in range(event_mode.FREE_TRIES):
        with pytest.raises(EventCodeWrong):
            hall.leave_event("0000")
    with pytest.raises(EventCodeTooSoon) as told:
        hall.leave_event(CODE)
    assert told.value.details["seconds"] == event_mode.FIRST_WAIT_S
    clock.ms += event_mode.FIRST_WAIT_S * 1000
    with pytest.raises(EventCodeWrong):
        hall.leave_event("0001")
    with pytest.raises(EventCodeTooSoon) as told:
        hall.leave_event(CODE)
    assert told.value.details["seconds"] == 2 * event_mode.FIRST_WAIT_S

    hall.leave_event(paper)
    assert hall.is_coordinator


def test_a_clock_put_back_locks_nobody_out(hall: Session, clock: Clock) -> None:
    hall.begin_event(CODE, comes_back=True)
    for _ in range(event_mode.FREE_TRIES):
        with pytest.raises(EventCodeWrong):
            hall.leave_event("0000")
    clock.ms -= 365 * 24 * 3600 * 1000
    with pytest.raises(EventCodeTooSoon) as told:
        hall.leave_event(CODE)
    assert told.value.details["seconds"] == event_mode.LONGEST_WAIT_S


def test_the_code_itself_is_kept_nowhere(hall: Session) -> None:
    hall.begin_event("a long and telling code", comes_back=True)
    hall.device.close()
    kept = b"".join(file.read_bytes() for file in hall.device.folder.iterdir() if file.is_file())
    assert b"telling" not in kept


def test_who_was_here_is_found_by_name_whatever_capitals_and_accents(hall: Session) -> None:
    hall.begin_event(CODE, comes_back=True)
    first = hall.begin_person("Aïcha")
    hall.add(BENCH)
    hall.end_turn()
    second = hall.begin_person("Aicha")
    hall.end_turn()
    found = hall.namesakes("  AÏCHA ")
    assert [(one.person.id, one.places) for one in found] == [(second.id, 0), (first.id, 1)]
    assert hall.namesakes("Marcel") == ()


def test_the_head_says_what_was_added_and_how_long_it_lasts(hall: Session, clock: Clock) -> None:
    import datetime

    evening = datetime.datetime(2027, 3, 12, 19, 22)
    clock.ms = round(evening.timestamp() * 1000)
    hall.add(BENCH)
    clock.ms += 1000
    assert hall.event_figures() == (1, None)
    set_evening(hall, Evening("2027-03-12", "18:30", "20:00"))
    assert hall.event_figures() == (1, 38)
    clock.ms += 24 * 3600 * 1000
    assert hall.event_figures() == (0, None), "another evening"
