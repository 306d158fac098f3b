"""What happened through an evening: each place as it was at each moment, from the log."""

from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sharing import copy_for, founder, send, view

from collabmap.app.session import Session
from collabmap.domain import evenings
from collabmap.domain.change import Kind
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.domain.mark_columns import STATES
from collabmap.domain.replay import BAR_MS, Replay
from collabmap.domain.structure import clock_structure
from collabmap.review.evening_story import EveningStory
from collabmap.store.device import Device

BEGIN = datetime(2026, 11, 27, 18, 30)
MINUTE_MS = 60_000


class Hall:
    """Camille's laptop and Aïcha's.  at: minutes after the evening began, on both clocks."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.begin_ms = round(BEGIN.timestamp() * 1000)
        self.minutes = -24 * 60.0
        self.camille = opened.enter_context(closing(founder(folder, self.now)))
        self.add(self.camille, "Old fountain")
        self.aicha = opened.enter_context(closing(copy_for(self.camille, "Aïcha", self.now)))

    def now(self) -> int:
        return self.begin_ms + round(self.minutes * MINUTE_MS)

    def add(self, session: Session, name: str, category: str = "eau", lng: float = 7.42) -> bytes:
        return session.add(PlaceDraft(name, category, lng, 43.73))

    def send(self) -> None:
        send(self.aicha, self.camille)

    def item(self, place: bytes) -> object:
        return self.camille.reader.review_item(place)

    @property
    def story(self) -> EveningStory:
        return self.camille.reader.evening_story(evenings.day_of(BEGIN))

    def seen(self, replay: Replay, minutes: float) -> list[tuple[float, FeatureState, bool]]:
        """Return longitude, state and whether it is new of all that is on the map then."""
        rows = replay.at(self.begin_ms + round(minutes * MINUTE_MS))
        columns = replay.lng[rows], replay.state[rows], replay.is_new[rows]
        return sorted(
            (round(lng, 6), STATES[state], bool(is_new))
            for lng, state, is_new in zip(*(c.tolist() for c in columns), strict=True)
        )


@pytest.fixture
def hall(tmp_path: Path, opened: ExitStack) -> Hall:
    return Hall(tmp_path, opened)


PENDING, ACCEPTED = FeatureState.PENDING, FeatureState.ACCEPTED
OLD = (7.42, ACCEPTED, False)


def test_places_appear_when_they_were_added_and_turn_full_when_they_were_accepted(
    hall: Hall,
) -> None:
    hall.minutes = 5
    place = hall.add(hall.aicha, "Bench", lng=7.43)
    hall.minutes = 20
    hall.send()
    hall.camille.accept(hall.item(place))
    replay = hall.story.replay
    assert hall.seen(replay, 4) == [OLD]
    assert hall.seen(replay, 6) == [OLD, (7.43, PENDING, True)]
    assert hall.seen(replay, 21) == [OLD, (7.43, ACCEPTED, True)]


def test_what_was_moved_deleted_and_refused_replays_as_it_was_then(hall: Hall) -> None:
    hall.minutes = 5
    moved = hall.add(hall.camille, "Moved", lng=7.43)
    gone = hall.add(hall.camille, "Gone", lng=7.44)
    refused = hall.add(hall.aicha, "Refused", lng=7.45)
    hall.send()
    hall.minutes = 10
    stood = view(hall.camille, moved)
    hall.camille.edit(stood, {"position": LngLat(7.46, 43.73)})
    hall.minutes = 15
    hall.camille.delete(view(hall.camille, gone))
    hall.minutes = 20
    hall.camille.reject(hall.item(refused), "no")
    story = hall.story
    new = [7.43, 7.44, 7.45]
    assert [lng for lng, _s, is_new in hall.seen(story.replay, 6) if is_new] == new
    assert [lng for lng, _s, _n in hall.seen(story.replay, 11)] == [7.42, 7.44, 7.45, 7.46]
    assert [lng for lng, _s, _n in hall.seen(story.replay, 16)] == [7.42, 7.45, 7.46]
    assert [lng for lng, _s, _n in hall.seen(story.replay, 21)] == [7.42, 7.46]
    assert len(story.replay.last_rows()) == 1


def test_what_was_done_the_day_after_is_not_in_the_evening(hall: Hall) -> None:
    hall.minutes = 5
    place = hall.add(hall.camille, "Bench", lng=7.43)
    hall.minutes = 24 * 60
    hall.camille.edit(view(hall.camille, place), {"position": LngLat(7.5, 43.73)})
    hall.add(hall.camille, "Next day", lng=7.6)
    assert hall.seen(hall.story.replay, 60) == [OLD, (7.43, ACCEPTED, True)]


def test_places_that_were_united_are_two_until_then_and_one_from_then_on(hall: Hall) -> None:
    hall.minutes = 5
    one, other = hall.add(hall.camille, "A", lng=7.43), hall.add(hall.camille, "B", lng=7.44)
    hall.minutes = 15
    hall.camille.same(one, other)
    replay = hall.story.replay
    assert len(hall.seen(replay, 10)) == 3
    assert len(hall.seen(replay, 16)) == 2


def test_people_computers_links_and_bars_are_counted(hall: Hall) -> None:
    hall.minutes = 5
    first = hall.add(hall.aicha, "A", lng=7.43)
    hall.minutes = 6
    second = hall.add(hall.aicha, "B", "idees", lng=7.44)
    hall.aicha.begin_person("Marcel")
    hall.minutes = 17
    hall.add(hall.aicha, "C", lng=7.45)
    hall.minutes = 18
    hall.send()
    hall.camille.add_link(view(hall.camille, first), second, "uses")
    story = hall.story
    assert (story.people, story.computers) == (3, 2)
    assert (story.links, story.linked) == (1, 2)
    replay = story.replay
    first_ms, last_ms = replay.span()
    assert first_ms == hall.begin_ms + 5 * MINUTE_MS
    bars = replay.bars(first_ms, last_ms)
    assert bars.tolist()[:3] == [2, 0, 1]
    assert bars.sum() == len(replay.last_rows()) == replay.count_new(replay.ends_ms)
    link_ms = hall.begin_ms + 18 * MINUTE_MS
    assert [len(replay.links_at(at)) for at in (link_ms - 1, link_ms)] == [0, 1]


def test_a_clock_that_is_put_right_moves_what_it_said(hall: Hall, tmp_path: Path) -> None:
    """Zoé's laptop is ten minutes ahead; a coordinator's note says so."""
    (tmp_path / "zoe").mkdir()
    device = Device(tmp_path / "zoe")
    kit = hall.camille.hand_out(tmp_path / "zoe.cmkit").path
    zoe = Session.open_kit(kit, tmp_path / "zoe", device, now=lambda: hall.now() + 10 * MINUTE_MS)
    hall.minutes = 5
    zoe.begin_person("Zoé")
    hall.add(zoe, "Late", lng=7.43)
    sent = zoe.send(tmp_path / "zoe.cmbundle").path
    zoe.close()
    hall.camille.merge([sent])
    (rid,) = [d.rid for d in hall.camille.devices() if d.people == ("Zoé",)]
    assert len(hall.seen(hall.story.replay, 6)) == 1
    structure = clock_structure(rid, -10 * MINUTE_MS, [])
    hall.camille.write([(Kind.CLOCK_NOTE, rid, structure, None)])
    assert len(hall.seen(hall.story.replay, 6)) == 2
    device.close()


def test_a_plan_widens_what_is_shown_and_a_short_evening_is_half_an_hour(hall: Hall) -> None:
    hall.minutes = 5
    hall.add(hall.camille, "A", lng=7.43)
    replay = hall.story.replay
    first, last = replay.span()
    assert last - first == 6 * BAR_MS
    planned = replay.span(hall.begin_ms, hall.begin_ms + 90 * MINUTE_MS)
    assert planned == (hall.begin_ms, hall.begin_ms + 90 * MINUTE_MS)
    assert np.all(np.diff(replay.moments()) > 0)
