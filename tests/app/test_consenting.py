"""What people agree to: words of the map, with a version that is kept with each of them."""

import pytest
from sharing import Copies, carry, send

from collabmap.app import consenting
from collabmap.app.session import Session
from collabmap.domain.consent import MAX_LINES, USUAL, Consent, Promise, consent_in
from collabmap.domain.definitions import PROJECT, SELF, Definition
from collabmap.domain.feature import PlaceDraft
from collabmap.errors import NotAllowed

OURS = (Promise("Tout reste à la mairie", "jusqu’au conseil de juin."),)


@pytest.fixture
def aicha(copy: Copies) -> Session:
    return copy("Aïcha")


def versions(session: Session) -> set[str]:
    with session.project.reading():
        return {agreed.version for agreed in consenting.agreements(session.project).values()}


def test_a_map_says_the_usual_until_it_has_its_own_words(camille: Session) -> None:
    assert camille.consent() == Consent()
    camille.set_consent(OURS, ())

    assert camille.consent().lines("fr") == OURS
    assert camille.consent().lines("en") == OURS, "its only words, whoever reads"
    assert camille.consent().version != USUAL


def test_what_somebody_agreed_to_is_kept_with_what_they_wrote(
    camille: Session, aicha: Session
) -> None:
    aicha.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    assert versions(aicha) == {USUAL}
    camille.set_consent(OURS, ())
    carry(camille, aicha)

    assert aicha.has_to_agree()
    aicha.agree(shows_name=True)
    assert not aicha.has_to_agree()
    send(aicha, camille)
    assert camille.consent().version in versions(camille)
    assert aicha.person is not None
    assert aicha.person.consent


def test_who_begins_after_the_change_agrees_to_the_new_words(
    camille: Session, aicha: Session
) -> None:
    camille.set_consent(OURS, ())
    carry(camille, aicha)
    aicha.begin_person("Marcel")

    assert not aicha.has_to_agree()
    aicha.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    assert aicha.consent().version in versions(aicha)


def test_saying_the_same_again_asks_nobody(camille: Session) -> None:
    camille.set_consent(OURS, ())
    version = camille.consent().version
    camille.set_consent(OURS, ())

    assert camille.consent().version == version
    assert not camille.has_to_agree()
    camille.set_consent((*OURS, *OURS), ())
    assert camille.consent().version != version


def test_nobody_has_agreed_to_words_that_another_coordinator_wrote_on_the_same_day(
    camille: Session, aicha: Session
) -> None:
    aicha.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    send(aicha, camille)
    camille.grant(aicha.rid, "coordinator")
    carry(camille, aicha)
    camille.set_consent(OURS, ())
    aicha.set_consent((Promise("Tout est publié", "dès demain."),), ())
    send(aicha, camille)
    carry(camille, aicha)

    assert camille.consent() == aicha.consent()
    assert sorted((camille.has_to_agree(), aicha.has_to_agree())) == [False, True]
    current = {agreed.name: agreed.is_current for agreed in camille.agreed()}
    assert sorted(current.values()) == [False, True]


def test_other_words_after_some_that_were_taken_back_are_agreed_to_anew(
    camille: Session, aicha: Session
) -> None:
    camille.set_consent(OURS, ())
    carry(camille, aicha)
    aicha.agree(shows_name=False)
    assert camille.undo().done
    assert camille.consent() == Consent()
    camille.set_consent((Promise("Tout est publié", "dès demain."),), ())
    carry(camille, aicha)

    assert aicha.has_to_agree()


def test_only_coordinators_change_the_words(aicha: Session) -> None:
    with pytest.raises(NotAllowed):
        aicha.set_consent(OURS, ())


@pytest.mark.parametrize(
    "lines", [None, 3, "words", [["only one"]], [[1, 2, 3]], [["", "nothing"]]]
)
def test_words_that_make_no_sense_are_the_usual_ones(lines: object) -> None:
    values = {"consent_version": "x", "consent_fr": lines}
    assert consent_in({(PROJECT, SELF): Definition(values, {}, {})}) == Consent()


def test_no_map_says_more_than_fits() -> None:
    values = {"consent_version": "x", "consent_fr": [["a" * 1000, "b"]] * 50}
    lines = consent_in({(PROJECT, SELF): Definition(values, {}, {})}).lines("fr")
    assert len(lines) == MAX_LINES
    assert len(lines[0].title) == 300


def test_who_agreed_to_what_is_told_with_its_day(camille: Session, aicha: Session) -> None:
    place = PlaceDraft("Banc", "nature", 7.42, 43.733)
    aicha.add(place)
    camille.merge([aicha.send(aicha.path.with_name("a.cmbundle")).path])
    camille.set_consent(OURS, ())
    agreed = {one.name: one for one in camille.agreed()}
    assert agreed["Camille"].is_current
    assert (agreed["Aïcha"].version, agreed["Aïcha"].is_current) == (USUAL, False)
    assert agreed["Aïcha"].at_ms > 0


def test_the_usual_words_are_there_in_both_languages() -> None:
    french, english = consenting.usual_lines("fr"), consenting.usual_lines("en")
    assert len(french) == len(english) == 5
    assert english[0].title == "They stay on this computer"
    assert french[0].title == "Ils restent sur cet ordinateur"
