"""Settling what people said at the same time: values, a delete against an edit, two decisions."""

import pytest
from sharing import Copies, add, carry, places

from collabmap.app.session import Session
from collabmap.app.settling_disagreements import Written, joined, put_together
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.sketch import Sketch, Vertex
from collabmap.domain.theme import Field, Option, Theme
from collabmap.errors import NotAllowed
from collabmap.review.disagreement import (
    ACCEPTED,
    DELETE,
    KEEP,
    MIXED,
    REFUSED,
    Detail,
    Dispute,
    Side,
)
from collabmap.review.queue import ReviewItem

CORNERS = ((7.42, 43.73), (7.421, 43.73), (7.421, 43.731), (7.42, 43.731))
MEADOW = Sketch("zone", ((tuple(LngLat(*corner) for corner in CORNERS),),))


def exchange(*sessions: Session) -> None:
    """Let everybody have what everybody has."""
    first, *others = sessions
    for other in others:
        carry(other, first)
    carry(first, *others)


def view(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    found = session.reader.place(mark.id)
    assert found is not None
    return found


def the_item(session: Session) -> ReviewItem:
    [row] = session.reader.queue()
    found = session.reader.review_item(row.id)
    assert found is not None
    return found


def the_dispute(session: Session) -> Dispute:
    [dispute] = the_item(session).disputes
    return dispute


@pytest.fixture
def disputed(camille: Session, copy: Copies) -> tuple[Session, Session, Session]:
    """Camille with two names for her fountain, and those who wrote them."""
    add(camille, "Fontaine")
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    aicha.edit(view(aicha, "Fontaine"), {"name": "Source"})
    aicha.comment(view(aicha, "Source"), "Vu sur la plaque.")
    bruno.edit(view(bruno, "Fontaine"), {"name": "Bassin", "description": "En pierre."})
    carry(aicha, camille)
    carry(bruno, camille)
    return camille, aicha, bruno


# --- what is shown ------------------------------------------------------------------------------


def test_values_stand_side_by_side_with_who_wrote_them_and_what_all_had_seen(
    disputed: tuple[Session, Session, Session],
) -> None:
    camille, aicha, bruno = disputed
    dispute = the_dispute(camille)
    assert (dispute.kind, dispute.field) == ("field", "name")
    assert [side.text for side in dispute.sides] == ["Source", "Bassin"]
    assert [[v.name for v in side.voices] for side in dispute.sides] == [["Aïcha"], ["Bruno"]]
    assert [side.voices[0].rid for side in dispute.sides] == [aicha.rid, bruno.rid]
    assert [side.voices[0].words for side in dispute.sides] == ["Vu sur la plaque.", ""]
    assert dispute.start is not None
    assert (dispute.start.text, dispute.start.voices[0].name) == ("Fontaine", "Camille")


def test_two_who_wrote_the_same_stand_on_one_side(camille: Session, copy: Copies) -> None:
    add(camille, "Fontaine")
    people = [copy(name) for name in ("Aïcha", "Bruno", "Zoé")]
    for session, name in zip(people, ("Source", "Bassin", "Source"), strict=True):
        session.edit(view(session, "Fontaine"), {"name": name})
    for session in people:
        carry(session, camille)
    source, pond = the_dispute(camille).sides
    assert (source.text, [voice.name for voice in source.voices]) == ("Source", ["Aïcha", "Zoé"])
    assert (pond.text, [voice.name for voice in pond.voices]) == ("Bassin", ["Bruno"])
    camille.settle(the_item(camille), {"name": source.changes[0]}, {})
    path = camille.give_back(camille.path.parent / "back.cmbundle").path
    said = [{v.word for v in session.merge([path]).verdicts} for session in people]
    assert said == [{"accept"}, {"not-chosen"}, {"accept"}]


def test_the_starting_value_is_what_both_had_seen_not_what_is_published(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Fontaine")
    aicha = copy("Aïcha")
    aicha.edit(view(aicha, "Fontaine"), {"name": "Source"})
    carry(aicha, camille)
    # Both know of Aïcha's word, which nobody has decided about.
    bruno, zoe = copy("Bruno"), copy("Zoé")
    bruno.edit(view(bruno, "Source"), {"name": "Bassin"})
    zoe.edit(view(zoe, "Source"), {"name": "Lavoir"})
    zoe.edit(view(zoe, "Lavoir"), {"name": "Grand lavoir"})
    carry(bruno, camille)
    carry(zoe, camille)
    item = the_item(camille)
    [dispute] = item.disputes
    assert [side.text for side in dispute.sides] == ["Bassin", "Grand lavoir"]
    assert dispute.start is not None
    assert dispute.start.text == "Source"
    assert next(f.before for f in item.fields if f.field == "name") == "Fontaine"


# --- values -------------------------------------------------------------------------------------


def test_another_value_replaces_all_and_none_of_theirs_was_chosen(
    disputed: tuple[Session, Session, Session],
) -> None:
    camille, aicha, bruno = disputed
    camille.settle(the_item(camille), {}, {"name": Written("Fontaine bleue")})
    settled = view(camille, "Fontaine bleue")
    assert (settled.state, settled.siblings) == (FeatureState.ACCEPTED, ())
    # Bruno's words about it, which nobody contradicted, are accepted with it.
    assert settled.description == "En pierre."
    assert camille.reader.queue() == []
    exchange(camille, aicha, bruno)
    assert places(bruno) == {"Fontaine bleue"}
    assert camille.undo().done
    assert [side.text for side in the_dispute(camille).sides] == ["Source", "Bassin"]


def test_both_texts_are_kept_joined_and_nobody_lost(
    disputed: tuple[Session, Session, Session],
) -> None:
    camille, aicha, _ = disputed
    item = the_item(camille)
    both = joined(item.disputes[0])
    assert both == Written("Source / Bassin", keeps_all=True)
    camille.settle(item, {}, {"name": both})
    assert view(camille, "Source / Bassin").siblings == ()
    path = camille.give_back(camille.path.parent / "both.cmbundle").path
    assert {verdict.word for verdict in aicha.merge([path]).verdicts} == {"accept"}
    assert camille.undo().done
    assert the_item(camille).kind == "disagreement"


def test_a_text_that_would_be_too_long_cannot_be_joined() -> None:
    sides = (Side((), "a" * 150), Side((), "b" * 150))
    assert joined(Dispute("field", "name", sides)) is None
    assert joined(Dispute("field", "description", sides)) is not None
    assert joined(Dispute("field", "geometry", sides)) is None


def test_choices_that_are_none_are_not_joined() -> None:
    theme = Theme("x", fields=(Field("use", "choices", "", "", options=(Option("a", "", ""),)),))
    dispute = Dispute("field", "f:use", (Side((), '["a"]'), Side((), '[["a"], {"b": 1}]')))
    assert joined(dispute, theme) == Written(["a"], keeps_all=True)


def test_several_fields_are_settled_each_its_own_way_by_one_deed(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Fontaine")
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    for session, name in ((aicha, "Source"), (bruno, "Bassin")):
        values = {"name": name, "description": f"{name}.", "category": "nature"}
        session.edit(view(session, "Fontaine"), values)
        carry(session, camille)
    item = the_item(camille)
    assert {d.field for d in item.disputes} == {"name", "description"}
    by_field = {d.field: d for d in item.disputes}
    both = joined(by_field["description"])
    assert both is not None
    chosen = {"name": by_field["name"].sides[0].changes[0]}
    camille.settle(item, chosen, {"description": both})
    settled = view(camille, "Source")
    assert (settled.description, settled.category) == ("Source. / Bassin.", "nature")
    assert (settled.state, settled.siblings) == (FeatureState.ACCEPTED, ())
    assert camille.undo().done
    assert {d.field for d in the_item(camille).disputes} == {"name", "description"}
    assert not any(f.field == "category" and f.values for f in the_item(camille).fields)


def test_three_values_are_three_sides(camille: Session, copy: Copies) -> None:
    add(camille, "Fontaine")
    people = [copy(name) for name in ("Aïcha", "Bruno", "Zoé")]
    for session, name in zip(people, ("Source", "Bassin", "Puits"), strict=True):
        session.edit(view(session, "Fontaine"), {"name": name})
    for session in reversed(people):
        carry(session, camille)
    dispute = the_dispute(camille)
    assert [side.text for side in dispute.sides] == ["Source", "Bassin", "Puits"]
    camille.settle(the_item(camille), {"name": dispute.sides[1].changes[0]}, {})
    exchange(camille, *people)
    assert places(people[0]) == {"Bassin"}
    assert people[0].reader.queue() == []


def test_private_contacts_are_settled_as_equals_and_only_by_coordinators(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Fontaine")
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    aicha.edit(view(aicha, "Fontaine"), {"contact": "06 39 98 00 01"})
    bruno.edit(view(bruno, "Fontaine"), {"contact": "06 39 98 00 02"})
    carry(aicha, camille, bruno)
    carry(bruno, camille)
    item = the_item(camille)
    [dispute] = item.disputes
    assert [side.text for side in dispute.sides] == ["06 39 98 00 01", "06 39 98 00 02"]
    both = joined(dispute)
    assert both is not None
    camille.settle(item, {}, {"contact": both})
    assert view(camille, "Fontaine").contact == "06 39 98 00 01 / 06 39 98 00 02"
    carry(camille, bruno)
    assert view(bruno, "Fontaine").contact is None
    with pytest.raises(NotAllowed):
        bruno.settle(item, {}, {"contact": both})


# --- outlines -----------------------------------------------------------------------------------


def moved(number: int, lng: float, lat: float) -> Sketch:
    return MEADOW.with_moved(Vertex(0, 0, number), LngLat(lng, lat))


def corrected(camille: Session, copy: Copies, *sketches: Sketch) -> ReviewItem:
    """Return the item of a meadow whose outline several people have corrected."""
    camille.add(PlaceDraft("Pré", "nature", *CORNERS[0], geometry_wkb=MEADOW.wkb()))
    people = [copy(f"p{number}") for number in range(len(sketches))]
    for session, sketch in zip(people, sketches, strict=True):
        session.edit(view(session, "Pré"), {"geometry_wkb": sketch.wkb()})
    for session in people:
        carry(session, camille)
    return the_item(camille)


def test_corrections_of_different_corners_are_put_together(camille: Session, copy: Copies) -> None:
    item = corrected(camille, copy, moved(0, 7.4199, 43.7299), moved(2, 7.4212, 43.7312))
    [dispute] = item.disputes
    assert dispute.start is not None
    assert dispute.start.geometry == MEADOW.wkb()
    together = put_together(dispute)
    assert together is not None
    camille.settle(item, {}, {"geometry": together})
    [ring] = Sketch.from_wkb(view(camille, "Pré").geometry_wkb).parts[0]
    assert set(ring) == {
        LngLat(7.4199, 43.7299),
        LngLat(*CORNERS[1]),
        LngLat(7.4212, 43.7312),
        LngLat(*CORNERS[3]),
    }
    assert camille.reader.queue() == []
    assert camille.undo().done
    assert len(the_dispute(camille).sides) == 2


def test_corrections_of_one_corner_are_chosen_between(camille: Session, copy: Copies) -> None:
    item = corrected(camille, copy, moved(0, 7.4199, 43.7299), moved(0, 7.4198, 43.7298))
    [dispute] = item.disputes
    assert put_together(dispute) is None
    camille.settle(item, {"geometry": dispute.sides[1].changes[0]}, {})
    assert view(camille, "Pré").geometry_wkb == moved(0, 7.4198, 43.7298).wkb()


def test_a_point_is_put_where_the_coordinator_says(camille: Session, copy: Copies) -> None:
    add(camille, "Fontaine")
    people = copy("Aïcha"), copy("Bruno")
    for session, lng in zip(people, (7.421, 7.422), strict=True):
        session.edit(view(session, "Fontaine"), {"position": LngLat(lng, 43.73)})
    for session in people:
        carry(session, camille)
    item = the_item(camille)
    assert put_together(item.disputes[0]) is None
    assert item.disputes[0].sides[0].text == "7.42100, 43.73000"
    camille.settle(item, {}, {"geometry": Written(LngLat(7.4215, 43.7302))})
    place = view(camille, "Fontaine")
    assert (place.lng, place.lat) == (7.4215, 43.7302)
    assert camille.reader.queue() == []


# --- a delete against an edit -------------------------------------------------------------------


@pytest.fixture
def torn(camille: Session, copy: Copies) -> tuple[Session, Session, Session]:
    """Camille with a fountain that Inès has changed and Paul wants to go."""
    add(camille, "Fontaine")
    ines, paul = copy("Inès"), copy("Paul")
    ines.edit(view(ines, "Fontaine"), {"description": "Elle coule de nouveau."})
    paul.delete(view(paul, "Fontaine"), "Elle est à sec.")
    carry(ines, camille)
    carry(paul, camille)
    return camille, ines, paul


def test_a_delete_stands_against_an_edit_that_it_had_not_seen(
    torn: tuple[Session, Session, Session],
) -> None:
    item = the_item(torn[0])
    assert item.kind == "disagreement"
    [dispute] = item.disputes
    assert dispute.kind == "delete"
    assert [side.word for side in dispute.sides] == [KEEP, DELETE]
    keep, delete = dispute.sides
    assert (keep.voices[0].name, delete.voices[0].name) == ("Inès", "Paul")
    assert keep.details == (Detail("description", "Elle coule de nouveau."),)
    assert delete.voices[0].words == "Elle est à sec."


def test_among_many_it_is_left_for_a_look_by_itself(
    torn: tuple[Session, Session, Session],
) -> None:
    camille, _, _ = torn
    [row] = camille.reader.queue()
    seen = camille.reader.states([row.id])
    result = camille.decide_many("accept", seen, deletes=True)
    assert (result.done, result.left) == (0, {row.id: "disagreement"})
    assert places(camille) == {"Fontaine"}


def test_keeping_the_edit_refuses_the_delete(torn: tuple[Session, Session, Session]) -> None:
    camille, ines, paul = torn
    camille.settle(the_item(camille), {}, {})
    kept = view(camille, "Fontaine")
    assert (kept.state, kept.description) == (FeatureState.ACCEPTED, "Elle coule de nouveau.")
    assert camille.reader.queue() == []
    exchange(camille, ines, paul)
    assert places(paul) == {"Fontaine"}
    assert camille.undo().done
    assert the_dispute(camille).kind == "delete"


def test_accepting_the_delete_leaves_the_edit_unchosen(
    torn: tuple[Session, Session, Session],
) -> None:
    camille, ines, _ = torn
    camille.accept_delete(the_item(camille))
    assert places(camille) == set()
    assert camille.reader.queue() == []
    path = camille.give_back(camille.path.parent / "gone.cmbundle").path
    assert "accept" not in {verdict.word for verdict in ines.merge([path]).verdicts}
    assert places(ines) == set()
    assert camille.undo().done
    assert the_dispute(camille).kind == "delete"


def test_a_delete_that_has_seen_the_edit_is_a_deletion_like_any_other(
    camille: Session, copy: Copies
) -> None:
    add(camille, "Fontaine")
    ines, paul = copy("Inès"), copy("Paul")
    ines.edit(view(ines, "Fontaine"), {"description": "Elle coule."})
    carry(ines, camille, paul)
    paul.delete(view(paul, "Fontaine"), "À sec.")
    carry(paul, camille)
    item = the_item(camille)
    assert (item.kind, item.disputes) == ("delete", ())


def test_whether_a_place_goes_comes_before_what_it_is_called(
    disputed: tuple[Session, Session, Session],
) -> None:
    camille, aicha, _ = disputed
    carry(camille, aicha)
    aicha.delete(view(aicha, "Bassin"), "Elle n’est plus là.")
    carry(aicha, camille)
    item = the_item(camille)
    assert (item.kind, item.disputes) == ("delete", ())
    camille.reject(item, "Si.")
    assert [dispute.field for dispute in the_item(camille).disputes] == ["name"]


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_edit_that_outlived_a_coordinators_delete_is_decided_too(
    camille: Session, copy: Copies, is_kept: bool
) -> None:
    add(camille, "Fontaine")
    ines = copy("Inès")
    ines.edit(view(ines, "Fontaine"), {"description": "Elle coule."})
    assert camille.delete(view(camille, "Fontaine"), "À sec.")
    carry(ines, camille)
    item = the_item(camille)
    assert [side.word for side in item.disputes[0].sides] == [KEEP, DELETE]
    if is_kept:
        camille.settle(item, {}, {})
    else:
        camille.accept_delete(item)
    assert places(camille) == ({"Fontaine"} if is_kept else set())
    assert camille.reader.queue() == []
    exchange(camille, ines)
    # What was decided stays so, whatever comes later.
    if is_kept:
        ines.edit(view(ines, "Fontaine"), {"name": "Source"})
        carry(ines, camille)
        assert the_item(camille).kind == "change"


# --- decisions that contradict each other -------------------------------------------------------


def coordinator(camille: Session, copy: Copies, name: str) -> Session:
    """Return somebody else's laptop, made coordinator."""
    session = copy(name)
    add(session, f"Lieu de {name}")
    carry(session, camille)
    camille.accept(the_item(camille))
    camille.grant(session.rid, "coordinator")
    carry(camille, session)
    assert session.is_coordinator
    return session


@pytest.fixture
def three(camille: Session, copy: Copies) -> list[Session]:
    """Three coordinators before the same new fountain."""
    others = [coordinator(camille, copy, name) for name in ("Dora", "Éva")]
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille, *others)
    exchange(camille, *others)
    return [camille, *others]


def decide(session: Session, word: str, reason: str = "") -> None:
    item = the_item(session)
    if word == "accept":
        session.accept(item)
    else:
        session.reject(item, reason)


def test_decisions_that_contradict_each_other_stand_side_by_side(three: list[Session]) -> None:
    for session, word in zip(three, ("accept", "reject", "accept"), strict=True):
        decide(session, word, "Pas chez nous.")
    exchange(*three)
    for session in three:
        item = the_item(session)
        assert item.kind == "contested"
        [dispute] = item.disputes
        assert [side.word for side in dispute.sides] == [ACCEPTED, REFUSED]
        yes, no = dispute.sides
        assert [voice.name for voice in yes.voices] == ["Camille", "Éva"]
        assert [(v.name, v.words) for v in no.voices] == [("Dora", "Pas chez nous.")]
        assert Detail("name", "Fontaine") in dispute.about


@pytest.mark.parametrize("number", [0, 1])
def test_what_one_coordinator_settles_is_settled_for_all(three: list[Session], number: int) -> None:
    camille, dora, eva = three
    decide(camille, "accept")
    decide(dora, "reject", "Pas chez nous.")
    exchange(*three)
    eva.settle_verdicts(the_item(eva), the_dispute(eva).sides[number])
    exchange(*three)
    for session in three:
        assert session.reader.queue() == []
        assert ("Fontaine" in places(session)) is (number == 0)


def test_the_reason_that_was_chosen_reaches_the_author(camille: Session, copy: Copies) -> None:
    dora = coordinator(camille, copy, "Dora")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille, dora)
    decide(camille, "accept")
    decide(dora, "reject", "Pas chez nous.")
    exchange(camille, dora)
    camille.settle_verdicts(the_item(camille), the_dispute(camille).sides[1])
    carry(camille, aicha)
    assert aicha.person is not None
    [refused] = [r for r in aicha.reader.mine(aicha.person.id) if r.name == "Fontaine"]
    found = aicha.reader.place(refused.id)
    assert found is not None
    assert (found.state, found.reason) == (FeatureState.REJECTED, "Pas chez nous.")


def test_two_who_settle_differently_at_the_same_time_are_listed_again_until_one_has_seen_both(
    three: list[Session],
) -> None:
    camille, dora, eva = three
    decide(camille, "accept")
    decide(dora, "reject")
    exchange(*three)
    camille.settle_verdicts(the_item(camille), the_dispute(camille).sides[0])
    dora.settle_verdicts(the_item(dora), the_dispute(dora).sides[1])
    exchange(*three)
    # Both may have spoken in the same millisecond: either may come first.
    names = sorted(side.voices[0].name for side in the_dispute(eva).sides)
    assert names == ["Camille", "Dora"]
    eva.settle_verdicts(the_item(eva), the_dispute(eva).sides[0])
    exchange(*three)
    assert [session.reader.queue() for session in three] == [[], [], []]


def test_a_third_word_that_had_seen_one_only_does_not_settle_it(three: list[Session]) -> None:
    camille, dora, eva = three
    decide(camille, "accept")
    carry(camille, eva)
    # Éva takes back what Camille said, and has not heard of Dora.
    decide(dora, "reject")
    exchange(*three)
    assert all(the_item(session).kind == "contested" for session in three)


def test_two_who_chose_different_values_contradict_each_other(
    three: list[Session], copy: Copies
) -> None:
    camille, dora, eva = three
    decide(camille, "accept")
    exchange(*three)
    people = copy("Bruno"), copy("Zoé")
    for session, name in zip(people, ("Source", "Bassin"), strict=True):
        session.edit(view(session, "Fontaine"), {"name": name})
    for session in people:
        carry(session, camille, dora, eva)
    for session, number in ((camille, 0), (dora, 1)):
        chosen = the_dispute(session).sides[number].changes[0]
        session.accept(the_item(session), choose={"name": chosen})
    exchange(*three)
    dispute = the_dispute(eva)
    assert [(side.word, side.details) for side in dispute.sides] == [
        (MIXED, (Detail("name", "Source"),)),
        (MIXED, (Detail("name", "Bassin"),)),
    ]
    eva.settle_verdicts(the_item(eva), dispute.sides[0])
    exchange(*three)
    for session in three:
        assert session.reader.queue() == []
        assert "Source" in places(session)


def test_settling_can_be_undone(three: list[Session]) -> None:
    camille, dora, _ = three
    decide(camille, "accept")
    decide(dora, "reject")
    exchange(*three)
    camille.settle_verdicts(the_item(camille), the_dispute(camille).sides[1])
    assert camille.reader.queue() == []
    assert camille.undo().done
    assert the_item(camille).name == "Fontaine"
