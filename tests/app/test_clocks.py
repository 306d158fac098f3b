"""Wrong clocks: told to whom they belong and to whom they reach, and never believed too far."""

import datetime
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import collabmap
from collabmap.app import clocks
from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import ClockBehind, ClockWentBack
from collabmap.store.device import Device

MINUTE_MS = 60_000
HOUR_MS, YEAR_MS = 60 * MINUTE_MS, 365 * 24 * 60 * MINUTE_MS
START_MS = clocks.built_ms() + 30 * 24 * HOUR_MS
REPOSITORY = Path(collabmap.__file__).parents[1]


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_ms = START_MS

    def __call__(self) -> int:
        return self.now_ms


class Town:
    """A coordinator and a resident, each with a clock of their own."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self.clock, self.other_clock = HandClock(), HandClock()
        device = Device(folder / "c")
        session = Session.create(folder / "town", device, "Ville", "Camille", now=self.clock)
        self.coordinator = self._keep(session)
        kit = session.hand_out(folder / "kit").path
        (folder / "r").mkdir()
        device = Device(folder / "r" / "device")
        opened_kit = Session.open_kit(kit, folder / "r", device, now=self.other_clock)
        self.resident = self._keep(opened_kit)
        self.resident.begin_person("Aïcha")

    def _keep(self, session: Session) -> Session:
        self._opened.callback(session.device.close)
        return self._opened.enter_context(closing(session))

    def again(self) -> Session:
        self.coordinator.close()
        path, device = self.coordinator.path, self.coordinator.device
        return self._opened.enter_context(closing(Session.open(path, device, now=self.clock)))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as opened:
        yield Town(tmp_path, opened)


def draft(name: str) -> PlaceDraft:
    return PlaceDraft(name, "eau", 7.42, 43.73)


def test_the_day_of_the_release_is_past() -> None:
    built = datetime.date.fromisoformat(collabmap.BUILD_DATE)
    assert clocks.built_ms() <= time.time() * 1000
    if (REPOSITORY / ".git").exists():
        command = ["git", "-C", str(REPOSITORY), "log", "-1", "--format=%ct"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        last = datetime.datetime.fromtimestamp(int(said), datetime.UTC)
        assert built <= last.date()


def test_a_clock_before_the_day_of_the_release_is_told(town: Town) -> None:
    town.clock.now_ms = clocks.built_ms() - 1
    warning = town.coordinator.clock_warning()
    assert isinstance(warning, ClockBehind)
    assert collabmap.BUILD_DATE in str(warning)


def test_a_clock_on_the_day_of_the_release_is_believed(tmp_path: Path) -> None:
    device, name = Device(tmp_path / "c"), tmp_path / "town"
    with closing(Session.create(name, device, "Ville", "Camille", now=clocks.built_ms)) as session:
        session.add(draft("Fontaine"))
        assert session.clock_warning() is None
    device.close()


@pytest.mark.parametrize(("back_ms", "is_told"), [(5 * MINUTE_MS, False), (HOUR_MS, True)])
def test_a_clock_that_went_back_is_told_when_the_map_is_opened(
    town: Town, back_ms: int, is_told: bool
) -> None:
    town.coordinator.add(draft("Fontaine"))
    town.clock.now_ms -= back_ms
    warning = town.again().clock_warning()
    assert isinstance(warning, ClockWentBack) == is_told
    assert (warning is None) != is_told


def test_what_others_wrote_later_tells_that_the_clock_is_behind(town: Town) -> None:
    town.other_clock.now_ms += 5 * MINUTE_MS
    town.resident.add(draft("Fontaine"))
    town.coordinator.merge([town.resident.send(town.folder / "b").path])
    assert town.coordinator.clock_warning() is None
    town.clock.now_ms -= 6 * MINUTE_MS
    assert isinstance(town.again().clock_warning(), ClockWentBack)


def test_a_clock_ten_years_ahead_elsewhere_is_told_and_not_believed(town: Town) -> None:
    town.other_clock.now_ms += 10 * YEAR_MS
    town.resident.add(draft("Fontaine"))
    bundle = town.resident.send(town.folder / "b").path
    (seen,) = town.coordinator.preview([bundle]).clocks
    (told,) = town.coordinator.merge([bundle]).clocks
    assert seen == told == clocks.ClockNote(town.resident.rid, "Aïcha", 10 * YEAR_MS)
    assert town.coordinator.clock_warning() is None
    assert town.again().clock_warning() is None


def test_a_clock_is_told_at_the_first_contact_even_if_nothing_was_written_under_it(
    town: Town,
) -> None:
    town.resident.add(draft("Fontaine"))
    town.resident.seal()
    town.other_clock.now_ms += HOUR_MS
    bundle = town.resident.send(town.folder / "b").path
    (told,) = town.coordinator.merge([bundle]).clocks
    assert (told.name, told.ahead_ms) == ("Aïcha", HOUR_MS)


def test_a_clock_a_few_minutes_ahead_is_not_worth_a_word(town: Town) -> None:
    town.other_clock.now_ms += 9 * MINUTE_MS
    town.resident.add(draft("Fontaine"))
    assert town.coordinator.merge([town.resident.send(town.folder / "b").path]).clocks == ()


def test_a_map_that_is_only_looked_at_tells_of_the_clock_too(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    town.coordinator.merge([town.resident.send(town.folder / "b").path])
    town.clock.now_ms -= HOUR_MS
    device = town.coordinator.device
    path = town.coordinator.path
    with closing(Session.open(path, device, read_only=True, now=town.clock)) as looking:
        assert isinstance(looking.clock_warning(), ClockWentBack)
