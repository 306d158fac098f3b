"""Stories on real files that random evenings rarely meet."""

from collections.abc import Iterator

import pytest

from .checks import check_all
from .replicas import Town, assert_equals_reference, digest, empty, rows


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town.found(2, (0, 0, 0))
    town.begin_with(1)
    yield town
    town.close()


def test_residents_logs_that_arrive_before_their_invitation_count_when_it_comes(
    town: Town,
) -> None:
    town.subjects.append(town.add(1, ("banc",)))
    town.gather()
    expected = digest(town.laptops[0]), rows(town.laptops[0])
    segments = town.segments(0)
    founder = town.laptops[0].device.rid
    empty(town, 2)
    town.deliver(2, [s for s in segments if s.rid != founder])
    assert town.laptops[2].reader.marks() == []
    town.deliver(2, [s for s in segments if s.rid == founder])
    assert (digest(town.laptops[2]), rows(town.laptops[2])) == expected
    assert_equals_reference(town.laptops[2])


def test_an_invitation_that_arrives_after_a_look_at_it_counts_like_any_other(town: Town) -> None:
    """The look is rolled back, and what was known of the roles with it."""
    town.subjects.append(town.add(1, ("banc",)))
    town.gather()
    expected = digest(town.laptops[0]), rows(town.laptops[0])
    segments = town.segments(0)
    founder = town.laptops[0].device.rid
    empty(town, 2)
    town.deliver(2, [s for s in segments if s.rid != founder])
    with town.laptops[2].project.writing(keep=False):
        town.laptops[2].ingest.receive([s for s in segments if s.rid == founder])
    town.deliver(2, [s for s in segments if s.rid == founder])
    assert (digest(town.laptops[2]), rows(town.laptops[2])) == expected


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
    town.laptops[0].reject(town.laptops[0].reader.queue()[0], "non")
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


def test_all_laws_hold_after_the_stories(town: Town) -> None:
    check_all(town)
