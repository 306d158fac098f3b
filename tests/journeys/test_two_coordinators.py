"""Two coordinators on two laptops share a heap: nothing twice, and one map in the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sharing import copy_for, digest, founder

from collabmap.app import editing
from collabmap.app.session import Session
from collabmap.domain.change import CONTENT
from collabmap.domain.claims import Part
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.review.claims import shares
from collabmap.review.queue_rows import QueueRow

WEST, EAST = Bbox(7.40, 43.70, 7.42, 43.76), Bbox(7.4200001, 43.70, 7.45, 43.76)
CATEGORIES = ("eau", "culture", "nature")
A_HEAP = 2_000


class Hall(NamedTuple):
    """Camille and Jo, both coordinators, with the same heap before them."""

    camille: Session
    jo: Session


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def draft(number: int) -> PlaceDraft:
    """Return one of many places: west and east of the station in turn, category after category."""
    lng = 7.41 + number * 1e-7 if number % 2 else 7.43 + number * 1e-7
    return PlaceDraft(f"Lieu {number}", CATEGORIES[number % 3], lng, 43.73)


def write_places(session: Session, numbers: range) -> None:
    session.write([row for n in numbers for row in editing.create_rows(session, draft(n))[1]])


def carry(source: Session, target: Session) -> None:
    target.merge([source.give_back(source.path.parent / "carried").path])


def exchange(hall: Hall) -> None:
    """Bring what each wrote to the other, and back what that has made."""
    carry(hall.jo, hall.camille)
    carry(hall.camille, hall.jo)


@pytest.fixture
def hall(tmp_path: Path, opened: ExitStack) -> Hall:
    """Three residents have sent eight places each to Camille, who gave all on to Jo."""
    camille = opened.enter_context(closing(founder(tmp_path)))
    jo = opened.enter_context(closing(copy_for(camille, "Jo")))
    for rank, name in enumerate(("Aïcha", "Bruno", "Inès")):
        with closing(copy_for(camille, name)) as resident:
            write_places(resident, range(8 * rank, 8 * rank + 8))
            carry(resident, camille)
    camille.grant(jo.key.public, "coordinator")
    carry(camille, jo)
    return Hall(camille, jo)


def free_or_mine(session: Session) -> list[QueueRow]:
    """Return what waits and is not somebody else's to review."""
    claims = session.reader.claims()
    return [
        row
        for row in session.reader.queue()
        if all(claim.is_mine for claim in claims if claim.covers(row))
    ]


def review_own(session: Session) -> int:
    """Accept or refuse all that is not somebody else's, one by one; return how many."""
    rows = free_or_mine(session)
    for rank, row in enumerate(rows):
        item = session.reader.review_item(row.id)
        assert item is not None
        if rank % 4 == 3:
            session.reject(item, "Hors sujet")
        else:
            session.accept(item)
    return len(rows)


def verdicts_on_each(session: Session) -> set[int]:
    """Return how many verdicts there are on what residents wrote, each number once."""
    found = set()
    with session.project.reading():
        ids = [row[0] for row in session.project.connection.execute("SELECT uuid FROM feature")]
        for feature in ids:
            changes = session.project.model.changes(feature)
            content = [c for c in changes if c.kind in CONTENT]
            found |= {sum(c.id in v.words for v in changes) for c in content}
    return found


def persons(session: Session) -> dict[str, bytes]:
    return {name: person for person, name in session.reader.names_of_people().items()}


Share = Callable[[Hall], tuple[Part, Part]]


def by_area(_hall: Hall) -> tuple[Part, Part]:
    return Part(box=WEST), Part(box=EAST)


def by_author(hall: Hall) -> tuple[Part, Part]:
    known = persons(hall.camille)
    return (
        Part(authors=frozenset({known["Aïcha"]})),
        Part(authors=frozenset({known["Bruno"], known["Inès"]})),
    )


@pytest.mark.parametrize(("share", "halves"), [(by_area, (12, 12)), (by_author, (8, 16))])
def test_halves_that_were_claimed_are_reviewed_once_and_come_to_one_map(
    hall: Hall, share: Share, halves: tuple[int, int]
) -> None:
    mine, theirs = share(hall)
    hall.camille.claim(mine)
    hall.jo.claim(theirs)
    exchange(hall)
    for session in hall:
        found = shares(session.reader.queue(), session.reader.claims())
        assert found.twice == {}
        assert found.free == 0
    assert (review_own(hall.camille), review_own(hall.jo)) == halves
    exchange(hall)
    for session in hall:
        assert session.reader.queue() == []
        assert verdicts_on_each(session) == {1}
    assert digest(hall.camille) == digest(hall.jo)


def test_halves_that_overlap_are_told_on_both_laptops(hall: Hall) -> None:
    hall.camille.claim(Part(box=WEST))
    hall.jo.claim(Part(category="culture"))
    exchange(hall)
    seen = [shares(s.reader.queue(), s.reader.claims()) for s in hall]
    assert list(seen[0].twice.values()) == [4]
    assert seen[0].twice == seen[1].twice
    assert [found.mine for found in seen] == [12, 8]


def test_opposite_verdicts_are_listed_until_one_coordinator_settles_them(hall: Hall) -> None:
    features = [row.id for row in hall.camille.reader.queue()]
    hall.camille.decide_many("accept", hall.camille.reader.states(features))
    hall.jo.decide_many("reject", hall.jo.reader.states(features[:3]), "Doublons")
    exchange(hall)
    for session in hall:
        rows = session.reader.queue()
        assert {row.id for row in rows} == set(features[:3])
        assert all("contested" in row.kinds for row in rows)
    for row in hall.jo.reader.queue():
        item = hall.jo.reader.review_item(row.id)
        assert item is not None
        hall.jo.accept(item)
    assert hall.jo.reader.queue() == []
    assert len(hall.camille.reader.queue()) == 3
    exchange(hall)
    for session in hall:
        assert session.reader.queue() == []
        assert {mark.state for mark in session.reader.marks()} == {FeatureState.ACCEPTED}
    assert digest(hall.camille) == digest(hall.jo)


def test_what_somebody_leaves_undone_is_given_back_and_done_by_the_other(hall: Hall) -> None:
    hall.camille.claim(Part(box=WEST))
    hall.jo.claim(Part(box=EAST))
    exchange(hall)
    review_own(hall.camille)
    assert free_or_mine(hall.camille) == []
    (abandoned,) = [claim for claim in hall.camille.reader.claims() if not claim.is_mine]
    hall.camille.release_claim(abandoned.id)
    assert review_own(hall.camille) == 12
    exchange(hall)
    for session in hall:
        assert session.reader.queue() == []
        assert [claim.person_name for claim in session.reader.claims()] == ["Camille"]


def test_half_done_work_is_there_again_after_both_have_gone_home(hall: Hall) -> None:
    hall.camille.claim(Part(box=WEST))
    hall.jo.claim(Part(box=EAST))
    exchange(hall)
    own = [row.id for row in free_or_mine(hall.camille)]
    hall.camille.decide_many("accept", hall.camille.reader.states(own[:5]))
    for session in hall:
        session.close()
    with ExitStack() as stack:
        again = Hall(*(stack.enter_context(closing(Session.open(s.path, s.device))) for s in hall))
        assert {claim.is_mine for claim in again.camille.reader.claims()} == {True, False}
        assert len(free_or_mine(again.camille)) == 7
        assert again.camille.undo().done
        assert len(free_or_mine(again.camille)) == 12
        review_own(again.camille)
        review_own(again.jo)
        exchange(again)
        assert [session.reader.queue() for session in again] == [[], []]
        assert digest(again.camille) == digest(again.jo)


def test_two_thousand_are_accepted_category_by_category_and_taken_back(
    tmp_path: Path, opened: ExitStack
) -> None:
    camille = opened.enter_context(closing(founder(tmp_path)))
    with closing(copy_for(camille, "Aïcha")) as resident:
        write_places(resident, range(A_HEAP))
        carry(resident, camille)
    rows = camille.reader.queue()
    assert len(rows) == A_HEAP
    sizes = []
    for category in CATEGORIES:
        wanted = [row.id for row in rows if Part(category=category).covers(row)]
        result = camille.decide_many("accept", camille.reader.states(wanted))
        assert (result.done, result.left) == (len(wanted), {})
        sizes.append(len(wanted))
        assert len(camille.reader.queue()) == A_HEAP - sum(sizes)
    assert sum(sizes) == A_HEAP
    before = digest(camille)
    assert camille.rebuild() == before
    for size in reversed(sizes):
        assert camille.undo().label == str(size)
    assert len(camille.reader.queue()) == A_HEAP
    assert {mark.state for mark in camille.reader.marks()} == {FeatureState.PENDING}
