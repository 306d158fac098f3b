"""Deciding many at once: one deed, one undo, and nothing decided that was not looked at."""

from collections.abc import Callable, Iterable

import pytest
from sharing import add, carry, digest

from collabmap.app.progress import CancelToken
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.errors import Cancelled, NameMissing, NotAllowed

PLACES = [f"Lieu {number}" for number in range(6)]


@pytest.fixture
def aicha(camille: Session, copy: Callable[[str], Session]) -> Session:
    """Return the laptop of a resident whose six places wait at the coordinator's."""
    aicha = copy("Aïcha")
    add(aicha, *PLACES)
    carry(aicha, camille)
    return aicha


def view(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    found = session.reader.place(mark.id)
    assert found is not None
    return found


def seen(session: Session, names: Iterable[str] = PLACES) -> dict[bytes, bytes]:
    return session.reader.states([view(session, name).id for name in names])


def states(session: Session) -> dict[str, FeatureState]:
    return {mark.name: mark.state for mark in session.reader.marks()}


def test_many_are_accepted_as_one_deed_and_taken_back_after_a_restart(
    camille: Session, aicha: Session
) -> None:
    result = camille.decide_many("accept", seen(camille))
    assert (result.done, result.left) == (6, {})
    assert set(states(camille).values()) == {FeatureState.ACCEPTED}
    assert camille.undo_words()[0] == ("accept_many", "6")
    camille.close()
    again = Session.open(camille.path, camille.device)
    try:
        assert again.undo() == (True, "accept_many", "6", None, 0)
        assert set(states(again).values()) == {FeatureState.PENDING}
        assert again.redo().done
        assert set(states(again).values()) == {FeatureState.ACCEPTED}
        assert again.undo().done
        assert set(states(again).values()) == {FeatureState.PENDING}
    finally:
        again.close()


def test_many_at_once_come_to_the_same_as_one_by_one(camille: Session, aicha: Session) -> None:
    aicha.edit(view(aicha, "Lieu 1"), {"name": "Lieu un"})
    aicha.edit(view(aicha, "Lieu 2"), {"tags": ("ombre",)})
    carry(aicha, camille)
    camille.decide_many("accept", seen(camille, [*PLACES[:1], "Lieu un", *PLACES[2:]]))
    at_once = {mark.id: (mark.name, mark.state) for mark in camille.reader.marks()}
    camille.undo()
    for mark in camille.reader.marks():
        item = camille.reader.review_item(mark.id)
        assert item is not None
        camille.accept(item)
    assert {mark.id: (mark.name, mark.state) for mark in camille.reader.marks()} == at_once


def test_what_changed_since_it_was_shown_is_left_out_and_named(
    camille: Session, aicha: Session
) -> None:
    shown = seen(camille)
    aicha.edit(view(aicha, "Lieu 3"), {"name": "Autre nom"})
    carry(aicha, camille)
    result = camille.decide_many("accept", shown)
    assert result.done == 5
    assert list(result.left.values()) == ["changed"]
    assert states(camille)["Autre nom"] == FeatureState.PENDING


def test_a_disagreement_and_a_delete_are_left_for_a_look_by_themselves(
    camille: Session, aicha: Session, copy: Callable[[str], Session]
) -> None:
    camille.decide_many("accept", seen(camille))
    bruno = copy("Bruno")
    carry(camille, aicha)
    aicha.edit(view(aicha, "Lieu 0"), {"name": "Fontaine"})
    bruno.edit(view(bruno, "Lieu 0"), {"name": "La fontaine"})
    bruno.delete(view(bruno, "Lieu 1"), "Démonté")
    bruno.edit(view(bruno, "Lieu 2"), {"name": "Lieu deux"})
    carry(aicha, camille)
    carry(bruno, camille)
    name = view(camille, "Lieu deux").id
    ids = {item.id for item in camille.reader.review_items()}
    result = camille.decide_many("accept", camille.reader.states(ids))
    assert result.done == 1
    assert sorted(result.left.values()) == ["delete", "disagreement"]
    assert states(camille)["Lieu 1"] == FeatureState.DELETE_PROPOSED
    found = camille.reader.place(name)
    assert found is not None
    assert found.state == FeatureState.ACCEPTED


@pytest.mark.parametrize(("word", "is_there"), [("accept", False), ("reject", True)])
def test_deletes_are_decided_where_they_are_asked_for(
    camille: Session, aicha: Session, copy: Callable[[str], Session], word: str, is_there: bool
) -> None:
    camille.decide_many("accept", seen(camille))
    bruno = copy("Bruno")
    for name in PLACES[:2]:
        bruno.delete(view(bruno, name))
    carry(bruno, camille)
    shown = seen(camille, PLACES[:2])
    result = camille.decide_many("accept" if word == "accept" else "reject", shown, deletes=True)
    assert result.done == 2
    assert ("Lieu 0" in states(camille)) is is_there
    assert camille.undo().done
    assert states(camille)["Lieu 0"] == FeatureState.DELETE_PROPOSED


def test_what_coordinators_decided_differently_is_left_out(
    camille: Session, aicha: Session, copy: Callable[[str], Session]
) -> None:
    jo = copy("Jo")
    add(jo, "Marché")
    carry(jo, camille)
    camille.grant(jo.rid, "coordinator")
    carry(camille, jo)
    shown = seen(camille)
    camille.decide_many("accept", shown)
    jo.decide_many("reject", seen(jo, PLACES[:2]), "doublons")
    carry(jo, camille)
    contested = [item.id for item in camille.reader.review_items() if item.is_contested]
    assert len(contested) == 2
    result = camille.decide_many("accept", camille.reader.states(contested))
    assert set(result.left.values()) == {"contested"}
    assert result.done == 0


def test_a_reason_reaches_the_author_of_each(camille: Session, aicha: Session) -> None:
    person = aicha.person
    assert person is not None
    camille.decide_many("reject", seen(camille), "Hors de la commune")
    carry(camille, aicha)
    reasons = {row.id for row in aicha.reader.mine(person.id)}
    found = [aicha.reader.place(each) for each in reasons]
    assert [place.reason for place in found if place] == ["Hors de la commune"] * 6


def test_a_question_is_asked_about_each_and_they_go_on_waiting(
    camille: Session, aicha: Session
) -> None:
    with pytest.raises(NameMissing):
        camille.decide_many("ask", seen(camille))
    camille.decide_many("ask", seen(camille), "Où exactement ?")
    assert [item.is_asked for item in camille.reader.review_items()] == [True] * 6


def test_undo_leaves_those_that_somebody_else_has_decided_since_and_says_how_many(
    camille: Session, aicha: Session, copy: Callable[[str], Session]
) -> None:
    jo = copy("Jo")
    add(jo, "Marché")
    carry(jo, camille)
    camille.grant(jo.rid, "coordinator")
    carry(camille, jo)
    camille.decide_many("accept", seen(camille))
    jo.decide_many("reject", seen(jo, PLACES[:1]))
    carry(camille, jo)
    (contested,) = [item for item in jo.reader.review_items() if item.is_contested]
    jo.accept(contested)
    carry(jo, camille)
    result = camille.undo()
    assert (result.done, result.left) == (True, 1)
    found = states(camille)
    assert found["Lieu 0"] == FeatureState.ACCEPTED
    assert [found[name] for name in PLACES[1:]] == [FeatureState.PENDING] * 5
    assert camille.redo().done
    assert {states(camille)[name] for name in PLACES} == {FeatureState.ACCEPTED}


def test_nothing_is_written_once_it_is_stopped(camille: Session, aicha: Session) -> None:
    token = CancelToken()
    before = digest(camille)
    token.cancel()
    with pytest.raises(Cancelled):
        camille.decide_many("accept", seen(camille), cancel=token)
    assert digest(camille) == before
    assert camille.undo_words()[0] is None


def test_a_resident_decides_nothing(camille: Session, aicha: Session) -> None:
    with pytest.raises(NotAllowed):
        aicha.decide_many("accept", seen(aicha))
