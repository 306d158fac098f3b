"""One place or two: what a coordinator says of them, and what is said of them afterwards."""

from itertools import count

import pytest
from sharing import Copies, carry, digest, view

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.errors import NotAllowed, PlaceUnknown
from collabmap.store.ingest import now_ms

_LATER = count(1)


def add(session: Session, name: str, description: str = "") -> bytes:
    """Add a place whose id is larger than those before, whatever the clock's grain."""
    at_ms = now_ms() + next(_LATER)
    session.now = lambda: at_ms
    return session.add(PlaceDraft(name, "eau", 7.42, 43.73, description))


def marks(session: Session) -> dict[bytes, str]:
    return {mark.id: mark.name for mark in session.reader.marks()}


def test_two_places_that_are_one_go_under_the_smaller_id(camille: Session) -> None:
    one, two = add(camille, "Fontaine"), add(camille, "Fontaine du marché")
    camille.same(two, one)
    assert marks(camille) == {one: "Fontaine"}
    shown = view(camille, two)
    assert (shown.id, shown.members) == (one, (one, two))
    assert [(s.field, s.value) for s in shown.siblings] == [("name", "Fontaine du marché")]
    camille.different(one, two)
    assert marks(camille) == {one: "Fontaine", two: "Fontaine du marché"}
    assert view(camille, one).members == ()


def test_what_was_said_of_two_places_can_be_taken_back_and_undone(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.same(one, two)
    camille.undecided(one, two)
    assert marks(camille) == {one: "A", two: "B"}
    assert camille.undo().done
    assert marks(camille) == {one: "A"}
    assert camille.undo().done
    assert marks(camille) == {one: "A", two: "B"}
    assert camille.same(one, two) != camille.same(one, two)


def test_a_third_place_between_two_does_not_keep_them_together(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in "ABC")
    camille.same(one, two)
    camille.same(two, three)
    assert marks(camille) == {one: "A"}
    camille.different(one, three)
    assert marks(camille) == {one: "A", three: "C"}


def test_only_a_coordinator_says_so_and_only_of_places_that_are_there(
    camille: Session, copy: Copies
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    aicha = copy("Aïcha")
    with pytest.raises(NotAllowed):
        aicha.same(one, two)
    with pytest.raises(PlaceUnknown):
        camille.same(one, bytes(16))


def test_a_verdict_on_a_united_place_holds_when_it_parts_again(
    camille: Session, copy: Copies
) -> None:
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    one, two = add(aicha, "A"), add(bruno, "B")
    carry(aicha, camille)
    carry(bruno, camille)
    camille.same(one, two)
    (item,) = camille.reader.review_items()
    assert item.kind == "new"
    camille.accept(item)
    assert camille.reader.review_items() == []
    camille.different(one, two)
    states = {mark.name: mark.state for mark in camille.reader.marks()}
    assert states == {"A": FeatureState.ACCEPTED, "B": FeatureState.ACCEPTED}
    carry(camille, aicha, bruno)
    assert marks(aicha) == marks(bruno) == {one: "A", two: "B"}


def test_undo_of_a_verdict_on_a_united_place_opens_all_of_it(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    one, two = add(aicha, "A"), add(aicha, "B")
    carry(aicha, camille)
    camille.same(one, two)
    camille.reject(camille.reader.review_items()[0], "no")
    assert marks(camille) == {}
    assert camille.undo().done
    camille.different(one, two)
    assert {mark.state for mark in camille.reader.marks()} == {FeatureState.PENDING}


def test_undo_of_a_delete_brings_back_all_of_a_place_that_has_parted_since(
    camille: Session, copy: Copies
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.same(one, two)
    aicha = copy("Aïcha")
    aicha.delete(view(aicha, one))
    carry(aicha, camille)
    camille.different(one, two)
    carry(camille, aicha)
    states = {mark.name: mark.state for mark in aicha.reader.marks()}
    assert states == dict.fromkeys("AB", FeatureState.DELETE_PROPOSED)
    assert aicha.undo().done
    states = {mark.name: mark.state for mark in aicha.reader.marks()}
    assert states == dict.fromkeys("AB", FeatureState.ACCEPTED)


def test_a_keyword_removed_in_an_old_form_goes_from_places_that_have_parted(
    camille: Session,
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    for place in (one, two):
        camille.edit(view(camille, place), {"tags": ("ombre",)})
    camille.same(one, two)
    form = view(camille, one)
    camille.different(one, two)
    camille.edit(form, {"tags": ()})
    assert (view(camille, one).tags, view(camille, two).tags) == ((), ())
    camille.same(one, two)
    assert view(camille, one).tags == ()


def test_deleting_a_united_place_deletes_all_that_it_was_made_of(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.same(one, two)
    assert camille.delete(view(camille, one))
    camille.different(one, two)
    assert marks(camille) == {}


def test_an_edit_and_keywords_go_to_the_part_that_is_shown(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.edit(view(camille, two), {"tags": ("frais",)})
    camille.delete(view(camille, one))
    camille.same(one, two)
    assert marks(camille) == {one: "B"}
    camille.edit(view(camille, one), {"name": "Bé", "tags": ()})
    shown = view(camille, one)
    assert (shown.name, shown.tags, shown.siblings) == ("Bé", (), ())
    camille.comment(shown, "oui")
    assert view(camille, one).description == ""
    camille.different(one, two)
    assert marks(camille) == {two: "Bé"}
    assert view(camille, two).tags == ()
    assert view(camille, two).comments[0].text == "oui"


def test_a_place_united_elsewhere_is_the_same_everywhere(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    one = add(camille, "A")
    two = add(aicha, "B", "mots")
    carry(aicha, camille)
    camille.same(one, two)
    carry(camille, aicha)
    assert marks(aicha) == {one: "A"}
    assert view(aicha, two).description == "mots"
    carry(aicha, camille)
    assert digest(aicha) == digest(camille)


def test_a_link_shows_while_its_other_end_is_on_the_map(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in "ABC")
    camille.add_link(view(camille, one), two, "serves")
    (link,) = view(camille, one).links
    assert (link.target, link.name, link.type, link.author_name) == (two, "B", "serves", "Camille")
    camille.delete(view(camille, two))
    assert view(camille, one).links == ()
    camille.undo()
    assert len(view(camille, one).links) == 1
    # Of places that are one, the one that is shown is linked to.
    camille.same(two, three)
    camille.delete(view(camille, one))
    camille.undo()
    assert view(camille, one).links[0].target == two
    camille.remove_link(view(camille, one), link.element)
    assert view(camille, one).links == ()


def test_a_link_can_be_undone_and_leads_nowhere_unknown(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.add_link(view(camille, one), two, "runs")
    # A coordinator's own link is accepted at once, and undone all the same.
    assert camille.undo().done
    assert view(camille, one).links == ()
    with pytest.raises(PlaceUnknown):
        camille.add_link(view(camille, one), bytes(16), "runs")
