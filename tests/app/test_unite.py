"""Places made one: the values chosen, all that is said of them, and what is said later."""

from itertools import count

import pytest
from pictures import encoded, telling
from sharing import Copies, carry, digest, view

from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.errors import NotAllowed, PlaceUnknown
from collabmap.store.ingest import now_ms

_LATER = count(1)


def add(session: Session, name: str, description: str = "", lng: float = 7.42) -> bytes:
    """Add a place whose id is larger than those before, whatever the clock's grain."""
    at_ms = now_ms() + next(_LATER)
    session.now = lambda: at_ms
    return session.add(PlaceDraft(name, "eau", lng, 43.73, description))


def views(session: Session, *places: bytes) -> list[PlaceView]:
    return [view(session, place) for place in places]


def marks(session: Session) -> dict[bytes, str]:
    return {mark.id: mark.name for mark in session.reader.marks()}


def test_the_chosen_values_are_the_place_s_and_undo_brings_both_back(camille: Session) -> None:
    one = add(camille, "Fontaine")
    two = add(camille, "Fontaine du marché", "Elle coule.", lng=7.4204)
    before = [(v.name, v.description, v.lng) for v in views(camille, one, two)]
    camille.unite(views(camille, one, two), {"name": two, "description": two, "geometry": one})
    shown = view(camille, two)
    assert (shown.id, shown.members) == (one, (one, two))
    assert (shown.name, shown.description, shown.lng) == ("Fontaine du marché", "Elle coule.", 7.42)
    assert shown.state == FeatureState.ACCEPTED
    assert camille.undo().done
    assert [(v.name, v.description, v.lng) for v in views(camille, one, two)] == before
    assert camille.redo().done
    assert view(camille, two).name == "Fontaine du marché"


def test_places_that_part_again_have_each_its_own_values(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.unite(views(camille, one, two), {"name": two})
    assert marks(camille) == {one: "B"}
    camille.different(one, two)
    assert marks(camille) == {one: "A", two: "B"}


def test_a_union_without_choices_is_one_change(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    before = camille.info().changes
    camille.unite(views(camille, one, two), {"name": one})
    assert camille.info().changes == before + 1
    assert marks(camille) == {one: "A"}


def test_of_a_place_that_says_nothing_nothing_is_taken_where_that_was_chosen(
    camille: Session,
) -> None:
    one, two = add(camille, "A"), add(camille, "B", "Fermé pour toujours.")
    camille.unite(views(camille, one, two), {"description": one})
    assert view(camille, one).description == ""
    assert [sibling.field for sibling in view(camille, one).siblings] == ["name"]
    assert camille.reader.queue() == []
    camille.undo()
    assert [v.description for v in views(camille, one, two)] == ["", "Fermé pour toujours."]


def test_what_is_said_of_both_comes_along_and_goes_back(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in ("A", "B", "Boulangerie"))
    camille.comment(view(camille, one), "un")
    camille.comment(view(camille, two), "deux")
    camille.add_photo(view(camille, two), encoded(telling(64, 48)), "vue")
    camille.edit(view(camille, two), {"tags": ("frais",)})
    camille.add_link(view(camille, three), two, "serves")
    camille.unite(views(camille, one, two), {})
    shown = view(camille, one)
    assert [comment.text for comment in shown.comments] == ["un", "deux"]
    assert ([p.text for p in shown.photos], shown.tags) == (["vue"], ("frais",))
    assert [link.target for link in view(camille, three).links] == [one]
    assert camille.undo().done
    first, second = views(camille, one, two)
    assert ([c.text for c in first.comments], first.photos, first.tags) == (["un"], (), ())
    assert [c.text for c in second.comments] == ["deux"]
    assert ([p.text for p in second.photos], second.tags) == (["vue"], ("frais",))
    assert [link.target for link in view(camille, three).links] == [two]


def test_a_contribution_that_is_a_reviewed_place_is_reviewed_with_it(
    camille: Session, copy: Copies
) -> None:
    one = add(camille, "A")
    aicha = copy("Aïcha")
    two = add(aicha, "B", "mots")
    aicha.comment(view(aicha, two), "de moi")
    carry(aicha, camille)
    seen = views(camille, one, two)
    # What comes after somebody looked is not published with it.
    aicha.edit(view(aicha, two), {"tags": ("tard",)})
    carry(aicha, camille)
    camille.unite(seen, {"description": two}, settle=True)
    (item,) = camille.reader.review_items()
    assert (item.kind, [field.field for field in item.fields]) == ("change", ["tags"])
    assert (item.fields[0].before, item.fields[0].after) == ("", "tard")
    assert camille.undo().done
    states = {place: view(camille, place).state for place in (one, two)}
    assert states == {one: FeatureState.ACCEPTED, two: FeatureState.PENDING}


def test_two_contributions_that_are_one_still_wait(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    one, two = add(aicha, "A"), add(aicha, "B")
    carry(aicha, camille)
    camille.unite(views(camille, one, two), {"name": two}, settle=True)
    (item,) = camille.reader.review_items()
    assert (item.kind, item.name) == ("new", "B")
    assert not item.place.is_published
    camille.accept(item)
    assert camille.reader.review_items() == []
    assert view(camille, one).state == FeatureState.ACCEPTED


@pytest.mark.parametrize("role", ["resident", "coordinator"])
@pytest.mark.parametrize("choose", [True, False])
def test_an_edit_made_without_knowing_reaches_the_survivor_for_review(
    camille: Session, copy: Copies, role: str, choose: bool
) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    bruno = copy("Bruno")
    if role == "coordinator":
        camille.grant(bruno.key.public, "coordinator")
        carry(camille, bruno)
    camille.unite(views(camille, one, two), {"name": two if choose else one})
    bruno.edit(view(bruno, two), {"name": "B corrigé"})
    carry(bruno, camille)
    carry(camille, bruno)
    assert digest(bruno) == digest(camille)
    assert set(marks(camille)) == {one}
    (item,) = camille.reader.review_items()
    (field,) = item.fields
    texts = {value.text: value for value in field.values}
    assert set(texts) == {"B" if choose else "A", "B corrigé"}
    camille.accept(item, choose={"name": texts["B corrigé"].change})
    assert (camille.reader.review_items(), marks(camille)) == ([], {one: "B corrigé"})
    assert view(camille, one).state == FeatureState.ACCEPTED


def test_who_knows_of_the_union_writes_over_it(camille: Session, copy: Copies) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.unite(views(camille, one, two), {"name": two})
    aicha = copy("Aïcha")
    aicha.edit(view(aicha, two), {"name": "C"})
    carry(aicha, camille)
    (item,) = camille.reader.review_items()
    assert (item.id, item.kind) == (one, "change")
    assert [(f.field, f.before, f.after) for f in item.fields] == [("name", "B", "C")]


def test_three_become_one_in_any_order_on_any_laptop(camille: Session, copy: Copies) -> None:
    places = [add(camille, name) for name in "ABC"]
    bruno = copy("Bruno")
    camille.grant(bruno.key.public, "coordinator")
    carry(camille, bruno)
    digests, names = set(), set()
    one, two, three = places
    camille.unite(views(camille, three, two), {"name": three})
    bruno.unite(views(bruno, two, one), {"name": two})
    carry(camille, bruno)
    carry(bruno, camille)
    for session in (camille, bruno):
        digests.add(digest(session))
        names.add(tuple(marks(session)))
        assert session.rebuild() == digest(session)
    assert (len(digests), names) == (1, {(places[0],)})


def test_a_group_leaves_out_who_is_another(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in "ABC")
    camille.unite(views(camille, one, two), {"name": two}, [(one, three), (two, three)])
    assert marks(camille) == {one: "B", three: "C"}
    camille.same(one, three)
    assert marks(camille) == {one: "B"}
    for _ in range(2):
        assert camille.undo().done
    assert marks(camille) == {one: "A", two: "B", three: "C"}


def test_several_pairs_are_told_apart_in_one_deed(camille: Session) -> None:
    one, two, three = (add(camille, name) for name in "ABC")
    camille.same(one, two)
    camille.are_different([(one, two), (one, three)])
    assert marks(camille) == {one: "A", two: "B", three: "C"}
    assert camille.undo().done
    assert marks(camille) == {one: "A", three: "C"}


def test_a_union_that_somebody_wrote_over_since_is_not_undone(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.unite(views(camille, one, two), {"name": two})
    camille.edit(view(camille, one), {"name": "C"})
    assert camille.undo().done
    assert camille.undo().done
    assert marks(camille) == {one: "A", two: "B"}


def test_a_united_place_that_was_deleted_comes_back_as_it_was(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    camille.unite(views(camille, one, two), {"name": two})
    camille.delete(view(camille, one))
    assert marks(camille) == {}
    assert camille.undo().done
    assert marks(camille) == {one: "B"}


def test_what_was_redacted_is_not_written_again(camille: Session) -> None:
    one, two = add(camille, "A", "un"), add(camille, "B", "deux")
    seen = views(camille, one, two)
    camille.redact_field(two, "description")
    camille.unite(seen, {"description": two})
    assert view(camille, one).description == "un"


def test_a_place_that_has_moved_since_is_moved_again_only_by_choice(camille: Session) -> None:
    one, two = add(camille, "A"), add(camille, "B", lng=7.43)
    seen = views(camille, one, two)
    camille.edit(view(camille, two), {"position": LngLat(7.44, 43.73)})
    camille.unite(seen, {"geometry": two})
    # The value that was shown is taken; what came since stands beside it for somebody to look at.
    (item,) = camille.reader.review_items()
    assert {value.text for value in item.fields[0].values} == {
        "7.43000, 43.73000",
        "7.44000, 43.73000",
    }


def test_only_a_coordinator_unites_places_that_are_there(camille: Session, copy: Copies) -> None:
    one, two = add(camille, "A"), add(camille, "B")
    aicha = copy("Aïcha")
    with pytest.raises(NotAllowed):
        aicha.unite(views(aicha, one, two), {})
    with pytest.raises(NotAllowed):
        aicha.are_different([(one, two)])
    with pytest.raises(PlaceUnknown):
        camille.are_different([(one, bytes(16))])
