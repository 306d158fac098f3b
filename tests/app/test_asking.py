"""Asking before deciding, answers, verdicts that contradict, and what arrives late."""

from pathlib import Path

import pytest
from sharing import Copies, add, digest

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceView
from collabmap.errors import NameMissing, NotAllowed
from collabmap.review.queue import ReviewItem


def bundle(source: Session) -> Path:
    bundle.count += 1  # type: ignore[attr-defined]
    number = bundle.count  # type: ignore[attr-defined]
    return source.give_back(source.path.parent / f"sent-{number}.cmbundle").path


bundle.count = 0  # type: ignore[attr-defined]


def carry(source: Session, *targets: Session) -> None:
    for target in targets:
        target.merge([bundle(source)])


def view(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    found = session.reader.place(mark.id)
    assert found is not None
    return found


def item(session: Session, name: str) -> ReviewItem:
    return next(item for item in session.reader.review_items() if item.name == name)


def coordinator(camille: Session, copy: Copies, name: str) -> Session:
    session = copy(name)
    add(session, f"Lieu de {name}")
    carry(session, camille)
    camille.grant(session.rid, "coordinator")
    carry(camille, session)
    assert session.is_coordinator
    return session


def test_a_question_waits_at_the_end_until_somebody_answers(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine", "Lavoir")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "De quel côté ?")
    assert [(i.name, i.is_asked) for i in camille.reader.review_items()] == [
        ("Lavoir", False),
        ("Fontaine", True),
    ]
    carry(camille, aicha)
    (question,) = view(aicha, "Fontaine").questions
    assert (question.text, question.author_name, question.answers) == (
        "De quel côté ?",
        "Camille",
        (),
    )
    assert view(aicha, "Fontaine").state == FeatureState.PENDING
    aicha.answer(view(aicha, "Fontaine"), "Au nord.")
    carry(aicha, camille)
    first = camille.reader.review_items()[0]
    assert (first.name, first.is_asked, first.note, first.note_author) == (
        "Fontaine",
        False,
        "Au nord.",
        "Aïcha",
    )
    (question,) = view(camille, "Fontaine").questions
    assert [(a.text, a.author_name) for a in question.answers] == [("Au nord.", "Aïcha")]
    camille.accept(first)
    assert view(camille, "Fontaine").questions == ()
    assert view(camille, "Fontaine").state == FeatureState.ACCEPTED


def test_a_second_question_puts_it_back_and_each_has_its_own_answers(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Où ?")
    carry(camille, aicha)
    aicha.answer(view(aicha, "Fontaine"), "Ici.")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Depuis quand ?")
    assert item(camille, "Fontaine").is_asked
    carry(camille, aicha)
    aicha.answer(view(aicha, "Fontaine"), "Toujours.")
    carry(aicha, camille)
    assert not item(camille, "Fontaine").is_asked
    told = [(q.text, [a.text for a in q.answers]) for q in view(camille, "Fontaine").questions]
    assert told == [("Où ?", ["Ici."]), ("Depuis quand ?", ["Toujours."])]


def test_an_edit_after_the_question_brings_it_back_as_well(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Où ?")
    carry(camille, aicha)
    aicha.edit(view(aicha, "Fontaine"), {"description": "au nord"})
    carry(aicha, camille)
    assert not item(camille, "Fontaine").is_asked


def test_a_question_and_an_answer_can_be_undone(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Où ?")
    carry(camille, aicha)
    aicha.answer(view(aicha, "Fontaine"), "Ici.")
    assert aicha.undo_words()[0] == ("answer", "Fontaine")
    assert aicha.undo().done
    assert view(aicha, "Fontaine").questions[0].answers == ()
    assert camille.undo().done
    assert view(camille, "Fontaine").questions == ()
    assert not item(camille, "Fontaine").is_asked


def test_a_question_about_what_is_all_accepted_is_a_comment(camille: Session, copy: Copies) -> None:
    add(camille, "Fontaine")
    tomas = coordinator(camille, copy, "Tomás")
    camille.edit(view(camille, "Fontaine"), {"name": "La fontaine"})
    tomas.edit(view(tomas, "Fontaine"), {"name": "Grande fontaine"})
    carry(tomas, camille)
    torn = next(i for i in camille.reader.review_items() if i.kind == "disagreement")
    camille.ask(torn, "Laquelle des deux ?")
    found = camille.reader.place(torn.id)
    assert found is not None
    assert [comment.text for comment in found.comments] == ["Laquelle des deux ?"]
    assert camille.undo().kind == "comment"


def test_only_a_coordinator_asks_and_not_without_words(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    with pytest.raises(NotAllowed):
        aicha.ask(item(camille, "Fontaine"), "Où ?")
    with pytest.raises(NameMissing):
        camille.ask(item(camille, "Fontaine"), "  ")


# --- what contradicts, what is late -----------------------------------------------------------


def test_verdicts_that_contradict_are_listed_until_one_is_given_over_both(
    camille: Session, copy: Copies
) -> None:
    dora = coordinator(camille, copy, "Dora")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille, dora)
    camille.accept(item(camille, "Fontaine"))
    dora.reject(item(dora, "Fontaine"), "n'existe pas")
    carry(dora, camille)
    carry(camille, dora)
    for session in (camille, dora):
        (contested,) = [i for i in session.reader.review_items() if i.is_contested]
        assert contested.place.is_contested
    contested = next(i for i in camille.reader.review_items() if i.is_contested)
    camille.accept(contested)
    carry(camille, dora)
    for session in (camille, dora):
        assert view(session, "Fontaine").state == FeatureState.ACCEPTED
        assert not view(session, "Fontaine").is_contested
        assert not any(i.is_contested for i in session.reader.review_items())
    carry(dora, camille)
    assert digest(camille) == digest(dora)


def test_what_is_left_out_stays_as_it_was_shown_whatever_was_decided_since(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Puits")
    tomas = coordinator(camille, copy, "Tomás")
    aicha = copy("Aïcha")
    carry(camille, aicha)
    aicha.edit(view(aicha, "Puits"), {"name": "Gouffre", "description": "Il est profond."})
    carry(aicha, camille, tomas)
    shown = item(camille, "Gouffre")
    tomas.accept(item(tomas, "Gouffre"))
    carry(tomas, camille)
    camille.accept(shown, leave={"name"})
    carry(camille, tomas)
    for session in (camille, tomas):
        well = view(session, "Puits")
        assert (well.description, well.state) == ("Il est profond.", FeatureState.ACCEPTED)


def test_a_late_older_value_is_queued_and_not_lost(camille: Session, copy: Copies) -> None:
    add(camille, "Fontaine")
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    aicha.edit(view(aicha, "Fontaine"), {"name": "Source"})
    bruno.edit(view(bruno, "Fontaine"), {"name": "Bassin"})
    carry(bruno, camille)
    camille.accept(item(camille, "Bassin"))
    assert camille.reader.review_items() == []
    # Written before the one that was accepted, by somebody who had seen neither.
    carry(aicha, camille)
    (late,) = camille.reader.review_items()
    assert late.kind == "disagreement"
    assert {value.text for field in late.fields for value in field.values} == {"Source", "Bassin"}
    published = camille.info().published
    assert published == 1
    assert view(camille, "Bassin").is_published


def test_a_verdict_that_comes_before_its_change_counts_once_both_are_here(
    camille: Session, copy: Copies
) -> None:
    aicha, zoe = copy("Aïcha"), copy("Zoé")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.accept(item(camille, "Fontaine"))
    camille.seal()
    own = camille.rid
    segments = list(camille.project.log.since(zoe.project.log.vector()))
    for part in ([s for s in segments if s.rid == own], [s for s in segments if s.rid != own]):
        with zoe.project.writing():
            zoe.ingest.receive(part)
    assert view(zoe, "Fontaine").state == FeatureState.ACCEPTED


def test_what_a_revoked_coordinator_decided_falls_back_to_what_was_before(
    camille: Session, copy: Copies
) -> None:
    dora = coordinator(camille, copy, "Dora")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.ask(item(camille, "Fontaine"), "Où ?")
    carry(camille, dora)
    dora.reject(item(dora, "Fontaine"), "non")
    carry(dora, camille)
    assert "Fontaine" not in {mark.name for mark in camille.reader.marks()}
    camille.revoke(dora.rid, keep=False)
    shown = view(camille, "Fontaine")
    assert (shown.state, shown.questions[0].text) == (FeatureState.PENDING, "Où ?")
    carry(camille, dora, aicha)
    assert view(aicha, "Fontaine").questions[0].text == "Où ?"
