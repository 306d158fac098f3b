"""Claims on real maps: taken, heard of by merges, given back, undone, and of no weight."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from sharing import add, carry, digest

from collabmap.app.session import Session
from collabmap.domain.claims import Part
from collabmap.domain.geo import Bbox
from collabmap.errors import ClaimUnknown, InputInvalid, NotAllowed
from collabmap.review.claims import Quarter, offers, shares
from collabmap.store.ledger import OF_CLAIMS

CULTURE = Part(category="culture")


class Row(NamedTuple):
    """What waits, as the queue tells it."""

    lng: float = 7.42
    lat: float = 43.73
    where: str = "La Condamine, Monaco"
    category: str = "culture"
    author: bytes = b"a" * 16


@pytest.fixture
def jo(camille: Session, copy: Callable[[str], Session]) -> Session:
    """Return the laptop of a second coordinator."""
    jo = copy("Jo")
    add(jo, "Marché")
    carry(jo, camille)
    camille.grant(jo.rid, "coordinator")
    carry(camille, jo)
    return jo


def told(session: Session) -> list[tuple[str, str, bool]]:
    claims = session.reader.claims()
    return [(claim.person_name, claim.part.category, claim.is_mine) for claim in claims]


def test_a_claim_is_known_on_the_other_laptop_after_the_next_merge(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    assert told(jo) == [("Jo", "culture", True)]
    assert told(camille) == []
    carry(jo, camille)
    assert told(camille) == [("Jo", "culture", False)]
    assert digest(camille) == digest(jo)


def test_a_claim_weighs_nothing_in_the_digest(camille: Session) -> None:
    add(camille, "Marché")
    before = digest(camille)
    camille.claim(CULTURE)
    assert digest(camille) == before
    assert camille.rebuild() == before
    assert told(camille) == [("Camille", "culture", True)]


def test_a_part_covers_what_lies_in_it_and_all_that_is_given_must_hold() -> None:
    box = Part(box=Bbox(7.4, 43.7, 7.43, 43.74))
    quarter = Part(commune="Monaco", quarter="La Condamine")
    commune = Part(commune="Monaco")
    persons = Part(authors=frozenset({b"a" * 16}))
    every = [box, quarter, commune, persons, CULTURE]
    assert all(part.covers(Row()) for part in every)
    assert not box.covers(Row(lng=7.5))
    assert not quarter.covers(Row(where="Fontvieille, Monaco"))
    assert commune.covers(Row(where="Fontvieille, Monaco"))
    assert commune.covers(Row(where="Monaco"))
    assert not commune.covers(Row(where=""))
    assert not persons.covers(Row(author=b"b" * 16))
    assert not box._replace(category="eau").covers(Row())
    assert not Part().covers(Row())


def test_what_waits_is_counted_by_who_has_taken_it(camille: Session, jo: Session) -> None:
    hers, his = camille.claim(CULTURE), jo.claim(Part(box=Bbox(7.0, 43.0, 7.45, 44.0)))
    carry(jo, camille)
    claims = camille.reader.claims()
    rows = [Row(), Row(lng=7.5), Row(category="eau"), Row(category="eau", lng=7.5)]
    found = shares(rows, claims)
    assert found.mine == 2
    assert found.free == 1
    assert found.of == {hers: 2, his: 2}
    assert list(found.twice.values()) == [1]


def test_parts_are_offered_by_quarter_category_and_person_with_what_waits_in_each(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    claims = camille.reader.claims()
    rows = [Row(), Row(category="eau", where="Monaco"), Row(category="eau", author=b"b" * 16)]
    by_category = offers(rows, claims, "category")
    assert [(o.part.category, o.waiting, o.free) for o in by_category] == [
        ("eau", 2, 2),
        ("culture", 1, 0),
    ]
    assert by_category[1].others == ((claims[0], 1),)
    by_quarter = offers(rows, claims, "quarter")
    assert [(o.part.quarter, o.part.commune, o.waiting) for o in by_quarter] == [
        ("La Condamine", "Monaco", 2),
        ("", "Monaco", 3),
    ]
    assert len(offers([rows[0], rows[2]], claims, "quarter")) == 1
    assert [len(o.part.authors) for o in offers(rows, claims, "author")] == [1, 1]
    assert all(o.part.covers(row) for row in rows[2:] for o in by_quarter)


def test_the_other_coordinator_gives_back_what_somebody_forgot(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    camille.release_claim(camille.reader.claims()[0].id)
    assert told(camille) == []
    carry(camille, jo)
    assert told(jo) == []


def test_a_claim_is_undone_and_done_again_in_one_deed_each(camille: Session) -> None:
    camille.claim(CULTURE)
    assert camille.undo_words()[0] == ("claim", "Culture")
    assert camille.undo().done
    assert told(camille) == []
    assert camille.undo_words()[1] == ("claim", "Culture")
    assert camille.redo().done
    assert told(camille) == [("Camille", "culture", True)]
    camille.release_claim(camille.reader.claims()[0].id)
    assert camille.undo().done
    assert told(camille) == [("Camille", "culture", True)]


def test_undo_leaves_a_claim_alone_that_somebody_else_has_given_back_since(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    camille.release_claim(camille.reader.claims()[0].id)
    carry(camille, jo)
    result = jo.undo()
    assert not result.done
    assert told(jo) == []


def test_whoever_takes_a_part_up_again_does_not_make_it_theirs(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    camille.release_claim(camille.reader.claims()[0].id)
    camille.undo()
    carry(camille, jo)
    assert told(camille) == [("Jo", "culture", False)]
    assert told(jo) == [("Jo", "culture", True)]


def test_claims_outlive_a_restart_and_a_rebuild(camille: Session, jo: Session) -> None:
    jo.claim(Part(commune="Monaco", quarter="Fontvieille"))
    carry(jo, camille)
    camille.close()
    again = Session.open(camille.path, camille.device)
    try:
        (claim,) = again.reader.claims()
        assert claim.area == Quarter("Monaco", "Fontvieille")
        again.rebuild()
        assert again.reader.claims() == (claim,)
    finally:
        again.close()


def test_a_claim_is_held_and_let_in_again_with_its_merge(camille: Session, jo: Session) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    merge = camille.merges()[0]
    camille.hold(merge.id)
    assert told(camille) == []
    camille.release(merge.id)
    assert told(camille) == [("Jo", "culture", False)]


def test_a_resident_takes_nothing(camille: Session, copy: Callable[[str], Session]) -> None:
    aicha = copy("Aïcha")
    with pytest.raises(NotAllowed):
        aicha.claim(CULTURE)
    assert told(aicha) == []


def test_a_part_of_nothing_and_a_claim_that_is_none_are_refused(camille: Session) -> None:
    with pytest.raises(InputInvalid):
        camille.claim(Part())
    with pytest.raises(InputInvalid):
        camille.claim(Part(quarter="Fontvieille"))
    with pytest.raises(ClaimUnknown):
        camille.release_claim(b"n" * 16)


def test_what_came_while_the_program_knew_no_claims_is_read_after_the_upgrade(
    camille: Session, jo: Session
) -> None:
    jo.claim(CULTURE)
    carry(jo, camille)
    # As the version before left the file: the segments are there, and nothing points into them.
    with camille.project.writing():
        camille.project.connection.execute("DELETE FROM mention WHERE feature = ?", (OF_CLAIMS,))
        camille.project.connection.execute("DELETE FROM meta WHERE key = 'claims'")
    camille.close()
    again = Session.open(camille.path, camille.device)
    try:
        assert told(again) == [("Jo", "culture", False)]
    finally:
        again.close()


def test_serving_words_are_no_contributions(camille: Session, jo: Session) -> None:
    before = {device.rid: device.changes for device in jo.devices()}
    jo.claim(CULTURE)
    jo.seal()
    assert {device.rid: device.changes for device in jo.devices()} == before
