"""Stories on real files that random evenings rarely meet."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.segment import Segment
from collabmap.store.device import Device
from collabmap.store.ingest import Ingest

from .founding import YEAR_MS, HandClock
from .reference import assert_rows_follow, features_of


@dataclass
class Town:
    """A coordinator (laptop 0) and residents, each with a copy that was handed out."""

    laptops: list[Session]
    folder: Path
    subjects: list[bytes] = field(default_factory=list)
    names: int = 0

    @classmethod
    def found(cls, residents: int) -> "Town":
        folder = Path(tempfile.mkdtemp(prefix="laws-"))
        devices = []
        for number in range(residents + 1):
            (folder / str(number)).mkdir()
            devices.append(Device(folder / str(number)))
        founder = Session.create(folder / "town", devices[0], "Town", "Camille", now=HandClock(0))
        kit = founder.hand_out(folder / "kit")
        laptops = [founder]
        for device in devices[1:]:
            session = Session.open_kit(kit.path, device.folder, device, now=HandClock(0))
            session.begin_person(f"Resident {len(laptops)}")
            laptops.append(session)
        return cls(laptops, folder)

    def close(self) -> None:
        for session in self.laptops:
            session.close()
            session.device.close()
        shutil.rmtree(self.folder)

    def add(self, laptop: int, tags: tuple[str, ...]) -> bytes:
        self.names += 1
        draft = PlaceDraft(f"n{self.names}", "eau", 7.42, 43.73, tags=tags)
        return self.laptops[laptop].add(draft)

    def view(self, laptop: int, subject: bytes) -> PlaceView | None:
        view = self.laptops[laptop].reader.place(subject)
        return view if view is not None and view.state != "rejected" else None

    def segments(self, laptop: int) -> list[Segment]:
        session = self.laptops[laptop]
        session.seal()
        return list(session.project.log.since({}))

    def deliver(self, laptop: int, segments: Iterable[Segment]) -> None:
        session = self.laptops[laptop]
        with session.project.writing():
            session.ingest.receive(segments)

    def gather(self) -> None:
        """Bring everything to everybody."""
        for source in range(len(self.laptops)):
            segments = self.segments(source)
            for target in range(len(self.laptops)):
                self.deliver(target, segments)
        assert all(s.project.log.unapplied() == 0 for s in self.laptops)

    def empty(self, laptop: int) -> None:
        """Make a laptop forget every change, as if its copy were new."""
        project = self.laptops[laptop].project
        with project.writing():
            project.connection.execute("DELETE FROM segment")
            project.model.rebuild()


def digest(session: Session) -> str:
    return session.project.model.digest()


def state_of(session: Session) -> tuple[object, ...]:
    """Return what a laptop holds; its rows are what the pure rules make of its log."""
    assert_rows_follow(session.project)
    return digest(session), features_of(session.project)


def assert_equals_rebuild(session: Session) -> None:
    """Law 3: what grew change by change is what a rebuild from the log gives."""
    before = state_of(session)
    session.rebuild()
    assert state_of(session) == before


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town.found(2)
    # People disagree only about what they share.
    town.subjects.append(town.add(0, ("eau",)))
    town.gather()
    yield town
    town.close()


def test_residents_logs_that_arrive_before_their_invitation_count_when_it_comes(
    town: Town,
) -> None:
    town.subjects.append(town.add(1, ("banc",)))
    town.gather()
    expected = state_of(town.laptops[0])
    segments = town.segments(0)
    founder = town.laptops[0].device.rid
    town.empty(2)
    town.deliver(2, [s for s in segments if s.rid != founder])
    assert town.laptops[2].reader.marks() == []
    town.deliver(2, [s for s in segments if s.rid == founder])
    assert state_of(town.laptops[2]) == expected


def test_an_invitation_that_arrives_after_a_look_at_it_counts_like_any_other(town: Town) -> None:
    """The look is rolled back, and what was known of the roles with it."""
    town.subjects.append(town.add(1, ("banc",)))
    town.gather()
    expected = state_of(town.laptops[0])
    segments = town.segments(0)
    founder = town.laptops[0].device.rid
    town.empty(2)
    town.deliver(2, [s for s in segments if s.rid != founder])
    with town.laptops[2].project.writing(keep=False):
        town.laptops[2].ingest.receive([s for s in segments if s.rid == founder])
    town.deliver(2, [s for s in segments if s.rid == founder])
    assert state_of(town.laptops[2]) == expected


def test_a_value_that_was_replaced_stays_replaced_when_its_replacer_is_rejected(
    town: Town,
) -> None:
    (subject,) = town.subjects
    first = town.view(1, subject)
    assert first is not None
    town.laptops[1].edit(first, {"name": "v2"})
    town.deliver(0, town.segments(1))
    town.deliver(2, town.segments(1))
    second = town.view(2, subject)
    assert second is not None
    town.laptops[2].edit(second, {"name": "v3"})
    town.laptops[0].reject(town.laptops[0].reader.review_items()[0], "non")
    town.gather()
    view = town.view(0, subject)
    assert view is not None
    assert (view.name, view.siblings) == ("v3", ())


def test_a_cloned_laptop_loses_neither_copys_words(town: Town) -> None:
    """Both copies write on; what a third one gets of each is kept whole."""
    twin = town.laptops[1]
    (subject,) = town.subjects
    twin.seal()
    common = town.segments(1)
    town.add(1, ("banc",))
    one = [s for s in town.segments(1) if s not in common]
    with twin.project.writing():
        names = [s.name for s in one]
        twin.project.connection.executemany(
            "DELETE FROM segment WHERE name = ?", [(name,) for name in names]
        )
        twin.project.model.rebuild()
    town.add(1, ("ombre",))
    two = [s for s in town.segments(1) if s not in common]
    town.deliver(0, one)
    town.deliver(0, two)
    assert len(town.laptops[0].project.log.vector()[twin.device.rid]) == 2
    assert len(town.laptops[0].reader.marks()) == 3
    town.gather()
    assert len({digest(s) for s in town.laptops}) == 1
    assert subject


def test_an_own_log_with_a_gap_is_not_continued_behind_it(town: Town) -> None:
    """A backup was put back; of what it lacks only the later part has come so far."""
    laptop = town.laptops[1]
    common = town.segments(1)
    town.add(1, ())
    between = [s for s in town.segments(1) if s not in common]
    town.add(1, ())
    later = [s for s in town.segments(1) if s not in common and s not in between]
    town.empty(1)
    town.deliver(1, [*common, *later])
    mine = town.add(1, ())
    laptop.seal()
    assert_equals_rebuild(laptop)
    assert town.view(1, mine) is not None
    town.deliver(0, between)
    town.gather()
    assert len({digest(s) for s in town.laptops}) == 1
    assert len(town.laptops[0].reader.marks()) == 4


def test_what_follows_own_words_from_a_fast_clock_is_later_than_they(town: Town) -> None:
    """The clock ran ten years ahead, was put right, and an older backup of the map put back."""
    laptop = town.laptops[1]
    common = town.segments(1)
    clock = laptop.now
    assert isinstance(clock, HandClock)
    clock.now_ms += 10 * YEAR_MS
    town.add(1, ())
    ahead = [s for s in town.segments(1) if s not in common]
    clock.now_ms -= 10 * YEAR_MS
    town.empty(1)
    with laptop.project.writing():
        laptop.project.set_meta("clock", b"")
        laptop._ingest = Ingest(laptop.project, laptop.device.key, laptop.device.rid, laptop.now)
    town.deliver(1, [*common, *ahead])
    mine = town.add(1, ())
    town.gather()
    assert town.view(0, mine) is not None
    assert_equals_rebuild(laptop)
    assert len({digest(s) for s in town.laptops}) == 1
