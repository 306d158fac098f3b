"""Clocks that are ten years ahead or behind, and clocks that jump."""

from pathlib import Path

import pytest
from sharing import view

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.hlc import MAX_AHEAD_MS, ms_of
from collabmap.store.device import Device
from collabmap.store.ingest import now_ms

from .conftest import DRAFT, Laptops

TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000


class WrongClock:
    """This computer's clock, so many milliseconds ahead."""

    def __init__(self, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms

    def __call__(self) -> int:
        return now_ms() + self.ahead_ms


def exchange(one: Session, other: Session, folder: Path) -> None:
    """Bring each what the other has, and see that they agree."""
    one.merge([other.give_back(folder / "to-one").path])
    other.merge([one.give_back(folder / "to-other").path])
    one.merge([other.give_back(folder / "to-one").path])
    assert one.info().digest_hex == other.info().digest_hex
    assert one.project.log.unapplied() == other.project.log.unapplied() == 0
    assert one.rebuild() == one.info().digest_hex


@pytest.mark.parametrize("ahead_ms", [TEN_YEARS_MS, -TEN_YEARS_MS])
def test_an_edit_that_saw_a_value_replaces_it_whatever_the_clocks_say(
    town: Session, laptops: Laptops, tmp_path: Path, ahead_ms: int
) -> None:
    wrong = laptops("Aïcha", WrongClock(ahead_ms))
    (mark,) = wrong.reader.marks()
    wrong.edit(view(wrong, mark.id), {"name": "by the wrong clock"})
    exchange(town, wrong, tmp_path)
    assert view(town, mark.id).name == "by the wrong clock"
    town.edit(view(town, mark.id), {"name": "by the right clock"})
    exchange(town, wrong, tmp_path)
    assert view(wrong, mark.id).name == "by the right clock"
    assert view(wrong, mark.id).siblings == ()
    wrong.edit(view(wrong, mark.id), {"name": "by the wrong clock again"})
    exchange(town, wrong, tmp_path)
    assert view(town, mark.id).name == "by the wrong clock again"
    assert view(town, mark.id).siblings == ()


@pytest.mark.parametrize("ahead_ms", [TEN_YEARS_MS, -TEN_YEARS_MS])
def test_a_value_that_a_wrong_clock_puts_behind_is_still_told_and_can_be_chosen(
    town: Session, laptops: Laptops, tmp_path: Path, ahead_ms: int
) -> None:
    wrong = laptops("Aïcha", WrongClock(ahead_ms))
    (mark,) = wrong.reader.marks()
    wrong.edit(view(wrong, mark.id), {"name": "wrong clock"})
    town.edit(view(town, mark.id), {"name": "right clock"})
    exchange(town, wrong, tmp_path)
    shown = view(town, mark.id)
    told = {shown.name} | {str(sibling.value) for sibling in shown.siblings}
    assert told == {"wrong clock", "right clock"}
    assert shown.name == ("wrong clock" if ahead_ms > 0 else "right clock")
    town.edit(shown, {"name": "agreed"})
    exchange(town, wrong, tmp_path)
    assert (view(wrong, mark.id).name, view(wrong, mark.id).siblings) == ("agreed", ())


def test_a_laptop_of_tomorrow_does_not_pull_the_others_clocks_along(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    ahead = laptops("Aïcha", WrongClock(TEN_YEARS_MS))
    ahead.add(DRAFT)
    town.merge([ahead.send(tmp_path / "sent").path])
    place = town.add(DRAFT)
    (create,) = [c for c in town.project.model.changes(place) if c.element == ""]
    assert abs(ms_of(create.stamp.time) - now_ms()) < MAX_AHEAD_MS


@pytest.mark.parametrize("is_restarted", [False, True])
def test_what_is_written_after_the_clock_jumped_back_is_taken_by_everybody(
    town: Session, laptops: Laptops, tmp_path: Path, is_restarted: bool
) -> None:
    clock = WrongClock(TEN_YEARS_MS)
    laptop = laptops("Aïcha", clock)
    places = [laptop.add(PlaceDraft("before", "eau", 7.4, 43.7))]
    for ahead_ms in (-TEN_YEARS_MS, 0, -TEN_YEARS_MS, 5):
        clock.ahead_ms = ahead_ms
        if is_restarted:
            laptop.close()
            device = Device(laptop.device.folder)
            laptop = Session.open(laptop.path, device, now=clock)
        laptop.seal()
        places.append(laptop.add(PlaceDraft(f"at {ahead_ms}", "eau", 7.4, 43.7)))
        laptop.edit(view(laptop, places[0]), {"name": f"renamed at {ahead_ms}"})
    exchange(town, laptop, tmp_path)
    assert all(town.reader.place(place) is not None for place in places)
    assert view(town, places[0]).name == "renamed at 5"
    assert view(town, places[0]).siblings == ()
    if is_restarted:
        laptop.close()
        laptop.device.close()


def test_a_verdict_from_a_clock_far_behind_counts_for_what_it_saw(
    town: Session, laptops: Laptops, tmp_path: Path
) -> None:
    ahead = laptops("Aïcha", WrongClock(TEN_YEARS_MS))
    place = ahead.add(DRAFT)
    exchange(town, ahead, tmp_path)
    town.reject(town.reader.review_items()[0], "doublon")
    exchange(town, ahead, tmp_path)
    assert view(ahead, place).state == "rejected"
    assert town.reader.review_items() == []
