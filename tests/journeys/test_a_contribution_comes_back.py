"""A resident's evening comes back with the map: each answer, a question answered, and the end."""

from contextlib import closing
from pathlib import Path

from sharing import copy_for, digest, founder

from collabmap.app.session import Session
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.review.contributions import Contribution
from collabmap.store.device import Device


def reopened(session: Session) -> Session:
    """Return the map as it is after a restart of the program, the device's own notes too."""
    session.close()
    session.device.close()
    return Session.open(session.path, Device(session.device.folder))


def place(session: Session, name: str) -> PlaceView:
    found = next(mark.id for mark in session.reader.marks() if mark.name == name)
    view = session.reader.place(found)
    assert view is not None
    return view


def mine(session: Session) -> dict[str, Contribution]:
    assert session.person is not None
    return {one.name: one for one in session.reader.mine(session.person.id)}


def answers(session: Session) -> int:
    """How many answers are new to who is here."""
    assert session.person is not None
    return len(session.reader.news(session.person.id).answers)


def look(session: Session) -> None:
    """Let who is here look at what became of their contributions."""
    assert session.person is not None
    news = session.reader.news(session.person.id)
    session.note_looked(session.person.id, news.answers)


def decide(camille: Session) -> None:
    """One of each: accepted, refused with a reason, asked about, put right and accepted."""
    items = {item.name: item for item in camille.reader.review_items()}
    assert len(items) == 5
    camille.accept(items["Lavoir"])
    camille.reject(items["Puits"], "Il a été comblé en 1962.")
    camille.ask(items["Banc"], "De quel côté de la rue ?")
    camille.edit(place(camille, "Fontene"), {"name": "Fontaine"})
    camille.accept(next(item for item in camille.reader.review_items() if item.name == "Fontaine"))


def test_a_contribution_comes_back_with_its_answer_and_goes_on_from_there(tmp_path: Path) -> None:
    camille = founder(tmp_path)
    aicha = copy_for(camille, "Aïcha")
    for name in ("Lavoir", "Puits", "Banc", "Fontene", "Four"):
        aicha.add(PlaceDraft(name, "eau", 7.42, 43.73))
    assert {one.state for one in mine(aicha).values()} == {"waiting"}
    sent = aicha.send(tmp_path / "aicha.cmbundle").path

    camille.merge([sent])
    decide(camille)
    back = camille.give_back(tmp_path / "back.cmbundle").path

    aicha = reopened(aicha)
    aicha.merge([back])
    assert answers(aicha) == 4
    aicha = reopened(aicha)
    # Nobody has looked yet: also after a restart they are new.
    assert answers(aicha) == 4
    own = mine(aicha)
    assert {name: one.state for name, one in own.items()} == {
        "Banc": "asked",
        "Four": "waiting",
        "Lavoir": "accepted",
        "Fontaine": "accepted",
        "Puits": "refused",
    }
    assert own["Puits"].reason == "Il a été comblé en 1962."
    assert (own["Fontaine"].edited, own["Fontaine"].edited_by) == (("name",), "Camille")
    question = own["Banc"].question
    assert question is not None
    assert (question.text, question.author_name) == ("De quel côté de la rue ?", "Camille")
    look(aicha)
    aicha = reopened(aicha)
    assert answers(aicha) == 0

    aicha.answer(place(aicha, "Banc"), "Du côté de la boulangerie.")
    aicha.withdraw(own["Four"].id)
    aicha = reopened(aicha)
    assert {name: one.state for name, one in mine(aicha).items() if name in ("Banc", "Four")} == {
        "Banc": "waiting",
        "Four": "withdrawn",
    }
    again = aicha.send(tmp_path / "again.cmbundle").path

    camille = reopened(camille)
    assert {item.name: item.is_asked for item in camille.reader.review_items()} == {
        "Banc": True,
        "Four": False,
    }
    camille.merge([again])
    (item,) = camille.reader.review_items()
    assert (item.name, item.is_asked, item.note) == ("Banc", False, "Du côté de la boulangerie.")
    camille.accept(item)
    assert camille.reader.review_items() == []
    last = camille.give_back(tmp_path / "last.cmbundle").path

    aicha.merge([last])
    assert answers(aicha) == 1
    assert mine(aicha)["Banc"].state == "accepted"
    camille.merge([aicha.give_back(tmp_path / "all.cmbundle").path])
    assert digest(camille) == digest(aicha)
    for session in (camille, aicha):
        with closing(session):
            assert {mark.name for mark in session.reader.marks()} == {"Lavoir", "Banc", "Fontaine"}
        session.device.close()


def test_two_people_of_one_laptop_each_get_their_own_answers(tmp_path: Path) -> None:
    camille = founder(tmp_path)
    hall = copy_for(camille, "Aïcha")
    aicha = hall.person
    assert aicha is not None
    hall.add(PlaceDraft("Lavoir", "eau", 7.42, 43.73, contact="06 12 34 56 78"))
    paul = hall.begin_person("Paul")
    hall.add(PlaceDraft("Puits", "eau", 7.42, 43.73))
    camille.merge([hall.send(tmp_path / "hall.cmbundle").path])
    for item in camille.reader.review_items():
        camille.ask(item, f"Où est {item.name} ?")
    hall.merge([camille.give_back(tmp_path / "back.cmbundle").path])
    for person, name in ((paul, "Puits"), (aicha, "Lavoir")):
        hall.switch_person(person.id)
        (one,) = mine(hall).values()
        assert (one.name, one.state) == (name, "asked")
        assert answers(hall) == 1
        # A private contact is shown to whoever wrote it, while it is their turn.
        assert place(hall, "Lavoir").contact == ("06 12 34 56 78" if person is aicha else None)
        look(hall)
    for session in (camille, hall):
        session.close()
        session.device.close()


def test_a_place_that_was_deleted_comes_back_whatever_arrives_in_which_order(
    tmp_path: Path,
) -> None:
    camille = founder(tmp_path)
    camille.add(PlaceDraft("Mairie", "eau", 7.42, 43.73))
    aicha, paul = copy_for(camille, "Aïcha"), copy_for(camille, "Paul")
    # At the same time: deleted and restored here, edited there, a deletion suggested by a third.
    view = place(camille, "Mairie")
    camille.delete(view)
    camille.restore(view.id)
    camille.delete(place(camille, "Mairie"))
    camille.restore(view.id)
    aicha.edit(place(aicha, "Mairie"), {"description": "au nord"})
    paul.delete(place(paul, "Mairie"))
    sent = [s.give_back(tmp_path / f"{s.rid.hex()}").path for s in (camille, aicha, paul)]
    aicha.merge([sent[2]])
    aicha.merge([sent[0]])
    paul.merge([sent[0], sent[1]])
    camille.merge([sent[1]])
    camille.merge([sent[2]])
    everybody = (camille, aicha, paul)
    for number, session in enumerate(everybody):
        bundle = session.give_back(tmp_path / f"all-{number}").path
        for other in everybody:
            other.merge([bundle])
    for number, session in enumerate(everybody):
        bundle = session.give_back(tmp_path / f"rest-{number}").path
        for other in everybody:
            other.merge([bundle])
    for session in everybody:
        assert place(session, "Mairie").description == "au nord"
        # Somebody has written about it, and somebody would take it away.
        assert [item.kind for item in session.reader.review_items()] == ["disagreement"]
        assert session.info().published == 1
    assert len({digest(session) for session in everybody}) == 1
    for session in everybody:
        before = digest(session)
        assert session.rebuild() == before
        session.close()
        session.device.close()
