"""Taking one's own back, bringing back what is gone, proposing again, and what became of it all."""

import pytest
from pictures import encoded, telling
from sharing import Copies, add, carry, digest

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.errors import NothingToRestore, NothingToWithdraw
from collabmap.review.contributions import Contribution
from collabmap.review.queue import ReviewItem


def view(session: Session, name: str) -> PlaceView:
    found = session.reader.place(id_of(session, name))
    assert found is not None
    return found


def id_of(session: Session, name: str) -> bytes:
    return next(mark.id for mark in session.reader.marks() if mark.name == name)


def item(session: Session, name: str) -> ReviewItem:
    return next(item for item in session.reader.review_items() if item.name == name)


def names(session: Session) -> set[str]:
    return {mark.name for mark in session.reader.marks()}


def mine(session: Session) -> tuple[Contribution, ...]:
    assert session.person is not None
    return session.reader.mine(session.person.id)


def told(session: Session) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.name, one.state, one.what) for one in mine(session)]


# --- what became of it ------------------------------------------------------------------------


def test_each_contribution_says_how_far_it_has_come_and_what_needs_its_author_is_first(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    add(aicha, "Acceptée", "Refusée", "Demandée", "Retouchée", "Nouvelle")
    aicha.comment(view(aicha, "Mairie"), "J'y vais souvent.")
    carry(aicha, camille)
    camille.accept(item(camille, "Acceptée"))
    camille.reject(item(camille, "Refusée"), "n'existe pas")
    camille.ask(item(camille, "Demandée"), "De quel côté ?")
    camille.edit(view(camille, "Retouchée"), {"description": "au nord"})
    camille.accept(item(camille, "Retouchée"))
    carry(camille, aicha)
    assert told(aicha) == [
        ("Demandée", "asked", ("place",)),
        ("Mairie", "waiting", ("comment",)),
        ("Nouvelle", "waiting", ("place",)),
        ("Retouchée", "accepted", ("place",)),
        ("Acceptée", "accepted", ("place",)),
        ("Refusée", "refused", ("place",)),
    ]
    by_name = {one.name: one for one in mine(aicha)}
    question = by_name["Demandée"].question
    assert question is not None
    assert (question.text, question.author_name) == ("De quel côté ?", "Camille")
    assert (by_name["Refusée"].reason, by_name["Refusée"].by_name) == ("n'existe pas", "Camille")
    assert by_name["Mairie"].text == "J'y vais souvent."
    assert not by_name["Refusée"].is_there


def test_values_that_a_coordinator_wrote_over_are_told_with_who_wrote_them(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontene")
    carry(aicha, camille)
    camille.edit(view(camille, "Fontene"), {"name": "Fontaine"})
    camille.accept(item(camille, "Fontaine"))
    carry(camille, aicha)
    (one,) = mine(aicha)
    assert (one.name, one.state, one.edited, one.edited_by) == (
        "Fontaine",
        "accepted",
        ("name",),
        "Camille",
    )


def test_an_answer_lets_it_wait_again_and_stands_under_its_question(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Où ?")
    carry(camille, aicha)
    aicha.answer(view(aicha, "Fontaine"), "Au nord.")
    (one,) = mine(aicha)
    assert (one.state, one.what) == ("waiting", ("place",))
    assert one.question is not None
    assert [answer.text for answer in one.question.answers] == ["Au nord."]


def test_who_shares_a_laptop_sees_only_their_own(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    first = aicha.person
    assert first is not None
    aicha.begin_person("Paul")
    add(aicha, "Lavoir")
    assert [one.name for one in mine(aicha)] == ["Lavoir"]
    assert [one.name for one in aicha.reader.mine(first.id)] == ["Fontaine"]
    carry(aicha, camille)
    # The same id on another laptop is not this person.
    assert camille.reader.mine(first.id) == ()


def test_answers_are_new_until_their_reader_has_looked_and_to_each_person_alone(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    first = aicha.person
    assert first is not None
    add(aicha, "Fontaine", "Lavoir", "Banc")
    paul = aicha.begin_person("Paul")
    add(aicha, "Puits")
    carry(aicha, camille)
    for name in ("Fontaine", "Puits"):
        camille.accept(item(camille, name))
    camille.ask(item(camille, "Lavoir"), "Où ?")
    carry(camille, aicha)
    news = aicha.reader.news(first.id)
    assert (news.contributions, news.questions, len(news.answers)) == (3, 1, 2)
    aicha.note_looked(first.id, news.answers)
    assert aicha.reader.news(first.id).answers == frozenset()
    assert len(aicha.reader.news(paul.id).answers) == 1
    camille.reject(item(camille, "Banc"))
    carry(camille, aicha)
    assert len(aicha.reader.news(first.id).answers) == 1


# --- taking back ------------------------------------------------------------------------------


def test_a_place_that_nobody_accepted_is_withdrawn_for_everybody(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    assert aicha.withdraw(id_of(aicha, "Fontaine")) == "gone"
    assert told(aicha) == [("Fontaine", "withdrawn", ("place",))]
    carry(aicha, camille)
    assert names(camille) == set()
    assert camille.reader.review_items() == []
    assert aicha.undo_words()[0] == ("withdraw", "Fontaine")
    assert aicha.undo().done
    carry(aicha, camille)
    assert [i.name for i in camille.reader.review_items()] == ["Fontaine"]


def test_a_change_is_taken_back_also_after_a_question_about_it(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    aicha.edit(view(aicha, "Mairie"), {"name": "Hôtel de ville", "tags": ("service",)})
    place = id_of(aicha, "Hôtel de ville")
    aicha.comment(view(aicha, "Hôtel de ville"), "C'est écrit dessus.")
    carry(aicha, camille)
    camille.ask(item(camille, "Hôtel de ville"), "En êtes-vous sûre ?")
    carry(camille, aicha)
    assert aicha.withdraw(place) == "back"
    shown = view(aicha, "Mairie")
    assert (shown.state, shown.tags, shown.comments) == (FeatureState.ACCEPTED, (), ())
    assert [one.state for one in mine(aicha)] == ["withdrawn"]
    carry(aicha, camille)
    assert camille.reader.review_items() == []
    assert digest(camille) == digest(aicha)
    assert aicha.undo().done
    assert view(aicha, "Hôtel de ville").tags == ("service",)
    assert aicha.redo().done
    assert view(aicha, "Mairie").comments == ()


def test_what_was_accepted_meanwhile_is_not_withdrawn(camille: Session, copy: Copies) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    aicha.edit(view(aicha, "Mairie"), {"name": "Hôtel de ville"})
    carry(aicha, camille)
    for waiting in camille.reader.review_items():
        camille.accept(waiting)
    aicha.withdraw(id_of(aicha, "Hôtel de ville"))
    aicha.withdraw(id_of(aicha, "Fontaine"))
    carry(camille, aicha)
    carry(aicha, camille)
    for session in (camille, aicha):
        assert names(session) == {"Hôtel de ville", "Fontaine"}
        assert view(session, "Hôtel de ville").state == FeatureState.ACCEPTED
        # It is published, so its author's delete is a suggestion now.
        assert view(session, "Fontaine").state == FeatureState.DELETE_PROPOSED
    assert digest(camille) == digest(aicha)


def test_a_place_that_others_wrote_about_stays_and_the_coordinator_is_told(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    paul = copy("Paul")
    paul.comment(view(paul, "Fontaine"), "Très jolie.")
    carry(paul, camille, aicha)
    assert aicha.withdraw(id_of(aicha, "Fontaine")) == "kept"
    assert told(aicha)[0][:2] == ("Fontaine", "waiting")
    assert ("Fontaine", "withdrawn", ("place",)) in told(aicha)
    carry(aicha, camille)
    waiting = item(camille, "Fontaine")
    assert (waiting.note, waiting.note_author) == ("I take this place back.", "Aïcha")
    assert aicha.undo().done
    assert told(aicha)[0] == ("Fontaine", "waiting", ("place",))
    assert [i.note for i in aicha.reader.review_items()] == ["Très jolie."]


def test_deleting_ones_own_that_others_wrote_about_tells_the_coordinator_too(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.comment(view(camille, "Fontaine"), "Très jolie.")
    carry(camille, aicha)
    assert not aicha.delete(view(aicha, "Fontaine"), "Elle n'existe plus.")
    carry(aicha, camille)
    assert item(camille, "Fontaine").note == "Elle n'existe plus."
    assert aicha.undo().done
    assert [c.text for c in view(aicha, "Fontaine").comments] == ["Très jolie."]


def test_a_deletion_that_one_suggested_is_taken_back(camille: Session, copy: Copies) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    assert not aicha.delete(view(aicha, "Mairie"), "démolie")
    assert told(aicha) == [("Mairie", "waiting", ("delete",))]
    aicha.withdraw(id_of(aicha, "Mairie"))
    assert view(aicha, "Mairie").state == FeatureState.ACCEPTED
    assert told(aicha) == [("Mairie", "withdrawn", ("delete",))]
    assert aicha.restore(id_of(aicha, "Mairie")) == "here"
    assert told(aicha) == [("Mairie", "waiting", ("delete",))]


def test_where_nothing_waits_there_is_nothing_to_withdraw(camille: Session, copy: Copies) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    with pytest.raises(NothingToWithdraw):
        aicha.withdraw(id_of(aicha, "Mairie"))
    with pytest.raises(NothingToWithdraw):
        camille.withdraw(id_of(camille, "Mairie"))


# --- bringing back ----------------------------------------------------------------------------


def test_a_resident_brings_back_what_they_withdrew_and_again(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    place = id_of(aicha, "Fontaine")
    for _round in range(2):
        aicha.withdraw(place)
        (gone,) = aicha.reader.recently_deleted(aicha.person.id if aicha.person else b"")
        assert (gone.name, gone.by_name, gone.is_withdrawn, gone.is_mine) == (
            "Fontaine",
            "Aïcha",
            True,
            True,
        )
        assert aicha.restore(place) == "here"
        assert aicha.reader.recently_deleted() == ()
    carry(aicha, camille)
    assert [(i.name, i.kind) for i in camille.reader.review_items()] == [("Fontaine", "new")]
    assert aicha.undo_words()[0] == ("restore", "Fontaine")
    assert aicha.undo().done
    assert names(aicha) == set()
    assert aicha.redo().done
    assert names(aicha) == {"Fontaine"}


def test_a_change_that_was_taken_back_is_taken_up_again_and_again(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie")
    aicha = copy("Aïcha")
    aicha.edit(view(aicha, "Mairie"), {"name": "Hôtel de ville"})
    place = id_of(aicha, "Hôtel de ville")
    for _round in range(2):
        aicha.withdraw(place)
        assert names(aicha) == {"Mairie"}
        assert aicha.restore(place) == "here"
        assert names(aicha) == {"Hôtel de ville"}
    assert aicha.undo().done
    assert names(aicha) == {"Mairie"}
    assert aicha.redo().done
    assert names(aicha) == {"Hôtel de ville"}


def test_a_coordinator_brings_back_what_was_deleted_published_as_it_was(
    camille: Session, copy: Copies
) -> None:
    place = camille.add(PlaceDraft("Mairie", "eau", 7.42, 43.73, "au nord", ("service",)))
    camille.delete(view(camille, "Mairie"), "démolie")
    aicha = copy("Aïcha")
    (gone,) = camille.reader.recently_deleted()
    assert (gone.name, gone.by_name, gone.reason, gone.is_placed) == (
        "Mairie",
        "Camille",
        "démolie",
        True,
    )
    assert camille.restore(place) == "here"
    carry(camille, aicha)
    for session in (camille, aicha):
        shown = view(session, "Mairie")
        assert (shown.state, shown.description, shown.tags) == (
            FeatureState.ACCEPTED,
            "au nord",
            ("service",),
        )
        assert session.info().published == 1
    carry(aicha, camille)
    assert digest(camille) == digest(aicha)
    assert camille.undo().done
    assert names(camille) == set()


def test_a_deletion_that_was_agreed_to_names_both_and_a_resident_asks_to_have_it_back(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie")
    aicha, paul = copy("Aïcha"), copy("Paul")
    aicha.delete(view(aicha, "Mairie"), "démolie")
    carry(aicha, camille)
    camille.accept(item(camille, "Mairie"))
    carry(camille, aicha, paul)
    (gone,) = camille.reader.recently_deleted()
    assert (gone.by_name, gone.agreed_name, gone.is_withdrawn) == ("Aïcha", "Camille", False)
    assert [row.name for row in aicha.reader.recently_deleted(aicha.person.id)] == ["Mairie"]
    assert paul.reader.recently_deleted(paul.person.id if paul.person else b"") == ()
    assert paul.restore(gone.id, "elle est toujours là") == "asked"
    assert told(paul) == [("Mairie", "waiting", ("restore", "comment"))]
    carry(paul, camille)
    assert camille.info().published == 0
    waiting = item(camille, "Mairie")
    assert waiting.note == "elle est toujours là"
    camille.accept(waiting)
    assert camille.info().published == 1
    camille.undo()
    camille.reject(item(camille, "Mairie"), "non")
    assert names(camille) == set()
    carry(camille, paul, aicha)
    assert told(paul) == [("Mairie", "refused", ("restore", "comment"))]
    assert len({digest(session) for session in (camille, paul, aicha)}) == 1


def test_what_was_redacted_stays_gone_when_its_place_comes_back(
    camille: Session, copy: Copies
) -> None:
    place = camille.add(PlaceDraft("Mairie", "eau", 7.42, 43.73, "Appelez Paul au 06 00"))
    camille.redact_field(place, "description")
    camille.delete(view(camille, "Mairie"))
    camille.restore(place)
    shown = view(camille, "Mairie")
    assert (shown.description, shown.removed) == ("", ("description",))


def test_a_photo_comes_back_with_its_place(camille: Session, copy: Copies) -> None:
    add(camille, "Mairie")
    place = id_of(camille, "Mairie")
    camille.add_photo(view(camille, "Mairie"), encoded(telling(16, 12), "jpg"), "de face")
    camille.delete(view(camille, "Mairie"))
    camille.restore(place)
    assert [photo.text for photo in view(camille, "Mairie").photos] == ["de face"]


def test_places_that_are_one_are_deleted_and_come_back_as_one(camille: Session) -> None:
    add(camille, "Mairie", "Hôtel de ville")
    one, other = id_of(camille, "Mairie"), id_of(camille, "Hôtel de ville")
    camille.same(one, other)
    place = min(one, other)
    before = camille.reader.place(place)
    assert before is not None
    camille.delete(before)
    assert names(camille) == set()
    camille.restore(place)
    after = camille.reader.place(place)
    assert after is not None
    assert (after.name, len(after.members)) == (before.name, 2)
    camille.undo()
    assert names(camille) == set()


def test_bringing_back_what_one_deleted_is_nothing_that_was_taken_back(camille: Session) -> None:
    add(camille, "Mairie")
    camille.delete(view(camille, "Mairie"))
    place = camille.reader.recently_deleted()[0].id
    camille.restore(place)
    assert told(camille) == [("Mairie", "accepted", ("place",))]
    with pytest.raises(NothingToRestore):
        camille.restore(place)


def test_where_nothing_is_gone_there_is_nothing_to_bring_back(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie")
    with pytest.raises(NothingToRestore):
        camille.restore(id_of(camille, "Mairie"))


# --- once more --------------------------------------------------------------------------------


def test_a_refused_place_is_proposed_again_with_words_that_say_why(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    aicha.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, "fraîche", ("ombre",), "06 12"))
    carry(aicha, camille)
    camille.reject(item(camille, "Fontaine"), "n'existe pas")
    carry(camille, aicha)
    (refused,) = mine(aicha)
    again = aicha.propose_again(refused.id, "Elle est derrière l'église.")
    shown = aicha.reader.place(again)
    assert shown is not None
    assert (shown.name, shown.description, shown.tags, shown.contact) == (
        "Fontaine",
        "fraîche",
        ("ombre",),
        "06 12",
    )
    carry(aicha, camille)
    waiting = item(camille, "Fontaine")
    assert (waiting.kind, waiting.note) == ("new", "Elle est derrière l'église.")
    assert aicha.undo().done
    assert names(aicha) == set()


def test_a_refused_change_and_a_refused_deletion_are_proposed_again(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Mairie", "Lavoir")
    aicha = copy("Aïcha")
    aicha.edit(view(aicha, "Mairie"), {"name": "Hôtel de ville"})
    aicha.delete(view(aicha, "Lavoir"))
    carry(aicha, camille)
    for waiting in camille.reader.review_items():
        camille.reject(waiting, "non")
    carry(camille, aicha)
    for one in mine(aicha):
        aicha.propose_again(one.id, "J'en suis sûre.")
    carry(aicha, camille)
    assert {(i.name, i.kind, i.note) for i in camille.reader.review_items()} == {
        ("Hôtel de ville", "change", "J'en suis sûre."),
        ("Lavoir", "delete", "J'en suis sûre."),
    }
