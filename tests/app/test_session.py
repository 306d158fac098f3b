"""What one laptop does alone: add, edit, delete, undo, people, private fields."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictures import encoded, telling
from sharing import view

from collabmap.app import editing
from collabmap.app.session import Session
from collabmap.domain.feature import FeatureState, PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.errors import (
    CategoryUnknown,
    FileExists,
    GeometryUnreadable,
    NameMissing,
    NobodyHere,
    NotAllowed,
    NothingToRedo,
    NotInvited,
    PositionOutOfRange,
    ProjectGone,
    ProjectLocked,
    ProjectReadOnly,
    RedoOvertaken,
    TextTooLong,
    UndoOvertaken,
)
from collabmap.store.device import Device

DRAFT = PlaceDraft("Fontaine", "eau", 7.42, 43.73, "fraîche", ("eau",), "06 12 34 56 78")


@pytest.fixture
def coordinator(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    yield session
    session.close()


@pytest.fixture
def resident(coordinator: Session, tmp_path: Path) -> Iterator[Session]:
    kit = coordinator.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    session = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    session.begin_person("Aïcha")
    yield session
    session.close()


def carry(source: Session, target: Session, folder: Path) -> None:
    target.merge([source.give_back(folder / f"{source.device.rid.hex()}.cmbundle").path])


def test_a_place_is_saved_with_all_its_words(coordinator: Session) -> None:
    place = view(coordinator, coordinator.add(DRAFT))
    assert (place.name, place.category, place.description) == ("Fontaine", "eau", "fraîche")
    assert place.tags == ("eau",)
    assert (place.lng, place.lat) == (7.42, 43.73)
    assert place.author_name == "Camille"
    assert place.state == FeatureState.ACCEPTED


def test_a_place_is_still_there_after_closing(coordinator: Session, tmp_path: Path) -> None:
    place = coordinator.add(DRAFT)
    digest = coordinator.info().digest_hex
    coordinator.close()
    again = Session.open(coordinator.path, coordinator.device)
    assert view(again, place).name == "Fontaine"
    assert again.rebuild() == again.info().digest_hex == digest
    again.close()


def test_a_residents_place_waits_for_a_coordinator(resident: Session) -> None:
    assert view(resident, resident.add(DRAFT)).state == FeatureState.PENDING
    assert resident.role == "resident"
    with pytest.raises(NotAllowed):
        resident.hand_out(resident.path.with_suffix(".cmkit"))


def test_search_finds_beginnings_of_words_without_accents(coordinator: Session) -> None:
    coordinator.add(DRAFT)
    coordinator.add(PlaceDraft("Marché", "commerces", 7.43, 43.74))
    for text, names in [("font", ["Fontaine"]), ("FRAICHE", ["Fontaine"]), ("marche", ["Marché"])]:
        rows, total = coordinator.reader.places(text=text)
        assert [r.name for r in rows] == names
        assert total == 1
    assert coordinator.reader.places(text='"*') == ([], 0)
    near = coordinator.reader.places(near=LngLat(7.43, 43.74))[0]
    assert [r.name for r in near] == ["Marché", "Fontaine"]


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (PlaceDraft("  ", "eau", 7, 43), NameMissing),
        (PlaceDraft("x", "lune", 7, 43), CategoryUnknown),
        (PlaceDraft("x", "eau", 200, 43), PositionOutOfRange),
        (PlaceDraft("x", "eau", float("nan"), 43), PositionOutOfRange),
        (PlaceDraft("x", "eau", 7, 43, description="é" * 1_000_000), TextTooLong),
        (PlaceDraft("x" * 201, "eau", 7, 43), TextTooLong),
    ],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(
    coordinator: Session, draft: PlaceDraft, error: type[Exception]
) -> None:
    digest = coordinator.info().digest_hex
    with pytest.raises(error):
        coordinator.add(draft)
    assert coordinator.info().digest_hex == digest
    assert coordinator.undo_words()[0] is None


def test_control_characters_and_lone_surrogates_are_left_out(coordinator: Session) -> None:
    place = coordinator.add(PlaceDraft("Fon\x00tai\ud800ne\x1b", "eau", 7, 43))
    assert view(coordinator, place).name == "Fontaine"


# --- private fields ---------------------------------------------------------------------------


def test_a_name_is_one_line_and_a_few_words_may_be_several(coordinator: Session) -> None:
    draft = PlaceDraft("Banc\r\ndu\tport", "eau", 7.42, 43.73, "Deux places.\r\nÀ l’ombre.")
    place = view(coordinator, coordinator.add(draft))
    assert (place.name, place.description) == ("Banc du port", "Deux places.\nÀ l’ombre.")


def test_a_contact_is_read_by_its_writer_and_the_coordinator_alone(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    assert view(resident, place).contact == DRAFT.contact
    resident.begin_person("Marcel")
    assert view(resident, place).contact is None
    assert view(resident, place).contact_hidden
    carry(resident, coordinator, tmp_path)
    assert view(coordinator, place).contact == DRAFT.contact
    assert DRAFT.contact.encode() not in resident.path.read_bytes()


def test_a_form_that_shows_no_contact_does_not_empty_it(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Fontaine bleue", "contact": ""})
    carry(resident, coordinator, tmp_path)
    assert view(coordinator, place).contact == DRAFT.contact
    assert view(coordinator, place).name == "Fontaine bleue"


# --- undo -------------------------------------------------------------------------------------


def test_undo_takes_back_an_add_an_edit_a_move_and_a_delete(coordinator: Session) -> None:
    place = coordinator.add(DRAFT)
    coordinator.edit(view(coordinator, place), {"name": "Puits", "tags": ("ombre",)})
    coordinator.edit(view(coordinator, place), {"position": LngLat(7.5, 43.8)})
    assert coordinator.delete(view(coordinator, place))
    assert coordinator.reader.place(place) is None
    kinds = []
    expected = [
        ("Puits", 7.5, ("ombre",)),
        ("Puits", 7.42, ("ombre",)),
        ("Fontaine", 7.42, ("eau",)),
    ]
    for name, lng, tags in expected:
        kinds.append(coordinator.undo().kind)
        now = view(coordinator, place)
        assert (now.name, now.lng, now.tags) == (name, lng, tags)
    kinds.append(coordinator.undo().kind)
    assert kinds == ["delete", "move", "edit", "add"]
    assert coordinator.reader.place(place) is None
    assert coordinator.undo_words()[0] is None


def test_undo_works_after_the_change_was_sealed_and_the_map_reopened(
    coordinator: Session,
) -> None:
    place = coordinator.add(DRAFT)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    coordinator.close()
    again = Session.open(coordinator.path, coordinator.device)
    assert again.undo().done
    assert view(again, place).name == "Fontaine"
    again.close()


def test_undo_never_overwrites_what_somebody_else_wrote_since(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Source"})
    carry(resident, coordinator, tmp_path)
    result = coordinator.undo()
    assert not result.done
    assert isinstance(result.why_not, UndoOvertaken)
    assert view(coordinator, place).name == "Source"


def test_undo_of_an_edit_leaves_the_value_that_another_wrote_meanwhile(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    resident.edit(view(resident, place), {"name": "Source"})
    carry(resident, coordinator, tmp_path)
    assert coordinator.undo().done
    now = view(coordinator, place)
    assert (now.name, now.siblings) == ("Source", ())
    (item,) = coordinator.reader.review_items()
    assert [(f.field, f.before, f.after) for f in item.fields] == [("name", "Fontaine", "Source")]


def test_a_resident_takes_back_the_mark_on_anothers_place(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    assert not resident.delete(view(resident, place), "elle a disparu")
    assert view(resident, place).state == FeatureState.DELETE_PROPOSED
    assert resident.undo().done
    assert view(resident, place).state == FeatureState.ACCEPTED


def test_a_person_never_undoes_what_the_neighbour_did_on_the_same_laptop(
    resident: Session,
) -> None:
    resident.add(DRAFT)
    first = resident.person
    resident.begin_person("Marcel")
    assert resident.undo_words()[0] is None
    assert not resident.undo().done
    assert first is not None
    resident.switch_person(first.id)
    assert resident.undo_words()[0] == ("add", "Fontaine")


def test_a_coordinator_takes_a_verdict_back(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    coordinator.accept(coordinator.reader.review_items()[0])
    assert view(coordinator, place).state == FeatureState.ACCEPTED
    assert coordinator.undo().done
    assert view(coordinator, place).state == FeatureState.PENDING
    coordinator.reject(coordinator.reader.review_items()[0], "doublon")
    assert coordinator.reader.marks() == []
    assert coordinator.undo().done
    assert view(coordinator, place).state == FeatureState.PENDING


def test_undo_of_an_edit_leaves_nothing_to_review(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Puits"})
    assert resident.undo().done
    carry(resident, coordinator, tmp_path)
    assert coordinator.reader.review_items() == []
    assert view(coordinator, place).state == FeatureState.ACCEPTED


def test_undo_brings_back_a_contact_that_its_undoer_cannot_read(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"contact": "04 00 00 00 00"})
    assert resident.undo().done
    assert view(resident, place).contact_hidden
    carry(resident, coordinator, tmp_path)
    assert view(coordinator, place).contact == DRAFT.contact


def test_undo_of_an_edit_that_settled_a_disagreement_brings_it_back(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    resident.edit(view(resident, place), {"name": "Source"})
    carry(resident, coordinator, tmp_path)
    coordinator.edit(view(coordinator, place), {"name": "Bassin"})
    assert coordinator.undo().done
    now = view(coordinator, place)
    assert {now.name, *(s.value for s in now.siblings)} == {"Puits", "Source"}


@pytest.mark.parametrize("chosen", ["Puits", "Source"])
def test_undo_of_a_choice_brings_the_disagreement_back(
    coordinator: Session, resident: Session, tmp_path: Path, chosen: str
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    resident.edit(view(resident, place), {"name": "Source"})
    carry(resident, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    (field,) = item.fields
    change = next(value.change for value in field.values if value.text == chosen)
    coordinator.accept(item, choose={"name": change})
    assert view(coordinator, place).name == chosen
    assert coordinator.undo().done
    now = view(coordinator, place)
    assert {now.name, *(s.value for s in now.siblings)} == {"Puits", "Source"}
    assert [item.kind for item in coordinator.reader.review_items()] == ["disagreement"]


def test_an_edit_that_a_coordinator_accepted_is_no_longer_undone_by_its_author(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Puits"})
    carry(resident, coordinator, tmp_path)
    coordinator.accept(coordinator.reader.review_items()[0])
    carry(coordinator, resident, tmp_path)
    assert isinstance(resident.undo().why_not, UndoOvertaken)
    assert view(resident, place).name == "Puits"


# --- redo -------------------------------------------------------------------------------------


def test_redo_never_overwrites_what_somebody_else_wrote_since_the_undo(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    coordinator.undo()
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Source"})
    carry(resident, coordinator, tmp_path)
    result = coordinator.redo()
    assert not result.done
    assert isinstance(result.why_not, RedoOvertaken)
    now = view(coordinator, place)
    assert (now.name, now.siblings) == ("Source", ())
    assert coordinator.undo_words() == (("add", "Source"), None)


def test_redo_of_a_delete_leaves_what_was_written_to_the_place_meanwhile(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    assert resident.delete(view(resident, place), "")
    assert resident.undo().done
    coordinator.comment(view(coordinator, place), "Elle est belle.")
    carry(coordinator, resident, tmp_path)
    assert isinstance(resident.redo().why_not, RedoOvertaken)
    assert [c.text for c in view(resident, place).comments] == ["Elle est belle."]


def test_a_new_deed_ends_what_can_be_done_again(coordinator: Session) -> None:
    place = coordinator.add(DRAFT)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    coordinator.undo()
    assert coordinator.undo_words() == (("add", "Fontaine"), ("edit", "Fontaine"))
    coordinator.comment(view(coordinator, place), "Elle fuit.")
    assert coordinator.undo_words() == (("comment", "Fontaine"), None)
    assert isinstance(coordinator.redo().why_not, NothingToRedo)


def test_what_one_person_undid_another_on_the_same_laptop_does_not_do_again(
    resident: Session,
) -> None:
    resident.add(DRAFT)
    resident.undo()
    first = resident.person
    resident.begin_person("Marcel")
    assert resident.undo_words() == (None, None)
    resident.add(PlaceDraft("Puits", "eau", 7.42, 43.73))
    assert first is not None
    resident.switch_person(first.id)
    assert resident.undo_words() == (None, ("add", "Fontaine"))
    assert resident.redo().done


def test_a_deed_about_several_places_is_undone_whole_or_not_at_all(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    one, two, three = (coordinator.add(DRAFT) for _ in range(3))
    coordinator.different(one, two)
    coordinator.same(one, two)
    coordinator.same(two, three)
    coordinator.different(one, three)
    # Two pairs in one deed: `one` and `three` are two, and no place between them is both.
    assert len(coordinator.reader.marks()) == 2
    assert coordinator.undo().done
    assert len(coordinator.reader.marks()) == 1
    assert coordinator.redo().done
    assert len(coordinator.reader.marks()) == 2


def test_a_photo_that_a_coordinator_took_away_comes_back_as_its_authors(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.add_photo(view(resident, place), encoded(telling(16, 12), "jpg"), "de face")
    carry(resident, coordinator, tmp_path)
    (photo,) = view(coordinator, place).photos
    coordinator.remove_photo(view(coordinator, place), photo.element)
    assert view(coordinator, place).photos == ()
    assert coordinator.undo().done
    assert view(coordinator, place).photos == (photo,)
    carry(coordinator, resident, tmp_path)
    assert [p.author_name for p in view(resident, place).photos] == ["Aïcha"]


# --- review -----------------------------------------------------------------------------------


def test_a_refused_place_stays_visible_to_its_author_with_the_reason(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    coordinator.reject(coordinator.reader.review_items()[0], "déjà sur la carte")
    carry(coordinator, resident, tmp_path)
    person = resident.person
    assert person is not None
    assert [(r.id, r.state) for r in resident.reader.mine(person.id)] == [(place, "refused")]
    assert view(resident, place).reason == "déjà sur la carte"
    assert resident.reader.marks() == []


def test_a_choice_between_two_values_publishes_the_one_chosen(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"name": "Source", "description": "tiède"})
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    carry(resident, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    assert item.kind == "disagreement"
    heads = item.place.basis.heads["name"]
    others = {s.change: s.value for s in item.place.siblings}
    puits = next(h for h in heads if others.get(h, item.place.name) == "Puits")
    coordinator.accept(item, choose={"name": puits})
    now = view(coordinator, place)
    assert (now.name, now.description, now.siblings) == ("Puits", "tiède", ())
    assert coordinator.reader.review_items() == []
    assert now.state == FeatureState.ACCEPTED


def test_accepting_a_place_that_an_edit_saved_from_its_delete_keeps_it(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    coordinator.comment(view(coordinator, place), "j’y vais souvent")
    resident.delete(view(resident, place))
    carry(resident, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    assert item.kind == "new"
    coordinator.accept(item)
    assert view(coordinator, place).is_published
    assert coordinator.reader.review_items() == []


# --- opening ----------------------------------------------------------------------------------


def test_nothing_is_written_before_somebody_said_a_name(
    coordinator: Session, tmp_path: Path
) -> None:
    kit = coordinator.hand_out(tmp_path / "kit").path
    (tmp_path / "copy").mkdir()
    session = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "r"))
    with pytest.raises(NobodyHere):
        session.add(DRAFT)
    session.close()


def test_a_copy_without_an_invitation_says_so_instead_of_swallowing_words(
    coordinator: Session, tmp_path: Path
) -> None:
    """The file itself was copied, as one does with a stick; a kit opened later helps."""
    coordinator.add(DRAFT)
    coordinator.seal()
    (tmp_path / "stick").mkdir()
    copied = tmp_path / "stick" / "Ville.collabmap"
    coordinator.project.copy_to(copied)
    session = Session.open(copied, Device(tmp_path / "g"))
    session.begin_person("Aïcha")
    with pytest.raises(NotInvited):
        session.add(DRAFT)
    session.close()
    kit = coordinator.hand_out(tmp_path / "kit").path
    again = Session.open_kit(kit, tmp_path / "stick", session.device)
    assert view(again, again.add(DRAFT)).state == FeatureState.PENDING
    again.close()


def test_a_deed_that_is_saved_is_done_even_if_undo_cannot_be_noted(coordinator: Session) -> None:
    database = sqlite3.connect(coordinator.device.folder / "device.sqlite")
    database.execute("DROP TABLE undo")
    database.close()
    assert view(coordinator, coordinator.add(DRAFT)).name == "Fontaine"


def test_undo_in_another_copy_of_the_map_does_not_say_done(
    coordinator: Session, tmp_path: Path
) -> None:
    kit = coordinator.hand_out(tmp_path / "kit").path
    (tmp_path / "other").mkdir()
    copy = Session.open_kit(kit, tmp_path / "other", coordinator.device)
    place = coordinator.add(DRAFT)
    assert not copy.undo().done
    assert copy.project.log.tail_head() is None
    assert view(coordinator, place).name == "Fontaine"
    copy.close()


def test_a_second_window_is_told_who_writes_and_may_look(coordinator: Session) -> None:
    place = coordinator.add(DRAFT)
    with pytest.raises(ProjectLocked) as locked:
        Session.open(coordinator.path, coordinator.device)
    assert locked.value.details["holder"] != "?"
    window = Session.open(coordinator.path, coordinator.device, read_only=True)
    assert view(window, place).name == "Fontaine"
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    assert view(window, place).name == "Puits"
    with pytest.raises(ProjectReadOnly):
        window.add(DRAFT)
    window.close()


def test_a_map_is_never_written_over(coordinator: Session) -> None:
    with pytest.raises(FileExists):
        Session.create(coordinator.path, coordinator.device, "Autre", "Jo")


def test_a_pulled_stick_is_told_and_nothing_is_written_to_nowhere(
    coordinator: Session,
) -> None:
    place = coordinator.add(DRAFT)
    away = coordinator.path.with_name("away.collabmap")
    coordinator.path.rename(away)
    with pytest.raises(ProjectGone):
        coordinator.add(DRAFT)
    away.rename(coordinator.path)
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    assert view(coordinator, place).name == "Puits"


def test_a_kit_opened_twice_brings_what_is_new_and_keeps_what_was_added(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    mine = resident.add(DRAFT)
    resident.close()
    theirs = coordinator.add(PlaceDraft("Marché", "commerces", 7.43, 43.74))
    kit = coordinator.hand_out(tmp_path / "kit2").path
    again = Session.open_kit(kit, tmp_path / "copy", resident.device)
    assert {view(again, mine).name, view(again, theirs).name} == {"Fontaine", "Marché"}
    again.close()


def test_the_key_is_readable_by_its_owner_only_and_never_in_the_project(
    coordinator: Session,
) -> None:
    key = coordinator.device.folder / "device.key"
    assert key.stat().st_mode & 0o077 == 0
    seed = coordinator.device.key.seed
    assert seed not in coordinator.path.read_bytes()
    assert seed.hex().encode() not in coordinator.path.read_bytes()


def test_accepting_what_was_shown_decides_nothing_about_what_came_since(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    """A third value arrives between the look and the decision, with a greater stamp."""
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    (tmp_path / "third").mkdir()
    kit = coordinator.hand_out(tmp_path / "kit3").path
    third = Session.open_kit(kit, tmp_path / "third", Device(tmp_path / "d3"))
    third.begin_person("Inès")
    resident.edit(view(resident, place), {"name": "Source"})
    coordinator.edit(view(coordinator, place), {"name": "Puits"})
    third.edit(view(third, place), {"name": "Bassin"})
    carry(resident, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    carry(third, coordinator, tmp_path)
    shown = item.place.name
    coordinator.accept(item)
    now = view(coordinator, place)
    assert {now.name, *(s.value for s in now.siblings)} == {shown, "Bassin"}
    (item,) = coordinator.reader.review_items()
    assert item.kind == "disagreement"
    third.close()


def test_who_wrote_the_same_as_another_is_accepted_with_them(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    (tmp_path / "third").mkdir()
    kit = coordinator.hand_out(tmp_path / "kit3").path
    third = Session.open_kit(kit, tmp_path / "third", Device(tmp_path / "d3"))
    third.begin_person("Inès")
    for session in (resident, third):
        session.edit(view(session, place), {"name": "Source"})
        carry(session, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    assert item.kind == "change"
    coordinator.accept(item)
    assert coordinator.reader.review_items() == []
    words = {r.word for r in coordinator.project.model.outcome(place).rulings.values()}
    assert words == {"accept"}
    third.close()


# --- two copies, two windows ------------------------------------------------------------------


def test_what_one_copy_sent_does_not_count_as_sent_from_another(
    coordinator: Session, tmp_path: Path
) -> None:
    """The coordinator opens the own kit in another folder: two copies, one device."""
    kit = coordinator.hand_out(tmp_path / "kit").path
    (tmp_path / "other").mkdir()
    copy = Session.open_kit(kit, tmp_path / "other", coordinator.device)
    for session in (coordinator, copy):
        session.add(DRAFT)
        assert session.unsent() == 1
    coordinator.send(tmp_path / "sent")
    assert (coordinator.unsent(), copy.unsent()) == (0, 1)
    coordinator.add(DRAFT)
    assert [place.is_new for place in coordinator.unsent_places()] == [True]
    carry(copy, coordinator, tmp_path)
    carry(coordinator, copy, tmp_path)
    assert coordinator.info().digest_hex == copy.info().digest_hex
    copy.close()


def test_a_window_that_only_looks_does_not_change_who_writes_in_the_other(
    coordinator: Session,
) -> None:
    camille = coordinator.person
    window = Session.open(coordinator.path, coordinator.device, read_only=True)
    assert window.begin_person("Marcel") == window.person
    place = coordinator.add(DRAFT)
    assert coordinator.person == camille
    assert view(coordinator, place).author_name == "Camille"
    window.close()


def test_a_keyword_that_a_resident_wants_to_take_away_is_shown_to_the_coordinator(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = coordinator.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=("eau", "ombre")))
    carry(coordinator, resident, tmp_path)
    resident.edit(view(resident, place), {"tags": ("ombre",)})
    carry(resident, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    (field,) = item.fields
    assert (field.before, field.after, field.author_name) == ("eau, ombre", "ombre", "Aïcha")
    coordinator.accept(item)
    assert view(coordinator, place).tags == ("ombre",)


# --- private values that differ ---------------------------------------------------------------


@pytest.fixture
def third(coordinator: Session, resident: Session, tmp_path: Path) -> Iterator[Session]:
    """A second resident, on a laptop of her own; all three have the same place."""
    coordinator.add(DRAFT)
    carry(coordinator, resident, tmp_path)
    (tmp_path / "third").mkdir()
    kit = coordinator.hand_out(tmp_path / "kit3").path
    session = Session.open_kit(kit, tmp_path / "third", Device(tmp_path / "d3"))
    session.begin_person("Inès")
    yield session
    session.close()


def test_contacts_that_differ_are_decided_like_any_other_value(
    coordinator: Session, resident: Session, third: Session, tmp_path: Path
) -> None:
    (mark,) = coordinator.reader.marks()
    for session, contact in ((resident, "04 11"), (third, "04 22")):
        session.edit(view(session, mark.id), {"contact": contact})
        carry(session, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    (field,) = item.fields
    assert (item.kind, field.field, field.before) == ("disagreement", "contact", DRAFT.contact)
    assert [(v.text, v.author_name) for v in field.values] == [
        ("04 11", "Aïcha"),
        ("04 22", "Inès"),
    ]
    coordinator.accept(item, choose={"contact": field.values[0].change})
    assert view(coordinator, mark.id).contact == "04 11"
    assert coordinator.reader.review_items() == []
    carry(coordinator, third, tmp_path)
    assert third.reader.counts().disagreements == 0


def test_the_same_contact_written_twice_is_no_disagreement(
    coordinator: Session, resident: Session, third: Session, tmp_path: Path
) -> None:
    (mark,) = coordinator.reader.marks()
    for session in (resident, third):
        session.edit(view(session, mark.id), {"contact": "04 11"})
        carry(session, coordinator, tmp_path)
    (item,) = coordinator.reader.review_items()
    assert (item.kind, item.private_changed) == ("change", ("contact",))
    coordinator.accept(item)
    words = {r.word for r in coordinator.project.model.outcome(mark.id).rulings.values()}
    assert words == {"accept"}
    assert coordinator.reader.counts().pending == 0


def test_contacts_that_differ_are_not_read_by_those_who_did_not_write_them(
    coordinator: Session, resident: Session, third: Session, tmp_path: Path
) -> None:
    (mark,) = coordinator.reader.marks()
    for session, contact in ((resident, "04 11"), (third, "04 22")):
        session.edit(view(session, mark.id), {"contact": contact})
        carry(session, coordinator, tmp_path)
    carry(coordinator, third, tmp_path)
    item = third.reader.review_item(mark.id)
    assert "04 11" not in repr((item, view(third, mark.id)))
    assert "04 11" not in repr(third.reader.places())


# --- what a merge tells -----------------------------------------------------------------------


def test_what_waited_for_an_earlier_part_is_told_when_that_comes(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    resident.add(DRAFT)
    resident.seal()
    first = list(resident.project.log.since({}))
    resident.add(PlaceDraft("Marché", "commerces", 7.43, 43.74))
    resident.seal()
    later = [s for s in resident.project.log.since({}) if s not in first]
    with coordinator.project.writing():
        coordinator.ingest.receive(later)
    assert coordinator.reader.marks() == []
    report = coordinator.merge([resident.give_back(tmp_path / "all").path])
    assert report.added == 2
    assert sum(count for _, count in report.by_person) > 2


def test_a_place_whose_position_cannot_be_read_is_not_told_as_deleted(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    # As another version might have written it: what people enter here is checked.
    basis = view(coordinator, place).basis
    coordinator.write([editing.set_row(coordinator, place, basis, {"geometry": b"nowhere"})])
    resident.comment(view(resident, place), "Belle")
    report = coordinator.merge([resident.give_back(tmp_path / "all").path])
    assert report.deleted == 0


def test_what_was_sent_once_is_sent_again_to_a_coordinator_who_went_back_to_an_older_copy(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    older = tmp_path / "older.collabmap"
    coordinator.seal()
    coordinator.project.copy_to(older)
    place = resident.add(DRAFT)
    carry(resident, coordinator, tmp_path)
    carry(coordinator, resident, tmp_path)
    again = Session.open(older, coordinator.device)
    again.merge([resident.send(tmp_path / "again").path])
    assert view(again, place).name == DRAFT.name
    again.close()


def test_a_shape_that_is_none_is_refused(coordinator: Session) -> None:
    broken = PlaceDraft("Zone", "nature", 7.4, 43.7, geometry_wkb=b"no shape")
    with pytest.raises(GeometryUnreadable):
        coordinator.add(broken)
    assert coordinator.reader.marks() == []


def test_an_export_holds_what_is_published_and_names_only_who_agreed(
    coordinator: Session, resident: Session, tmp_path: Path
) -> None:
    coordinator.add(DRAFT)
    resident.begin_person("Marcel", consent=True)
    for number in range(2):
        resident.add(PlaceDraft(f"Banc {number}", "nature", 7.4, 43.7, contact="06 98 76 54 32"))
    carry(resident, coordinator, tmp_path)
    accepted = next(i for i in coordinator.reader.review_items() if i.name == "Banc 0")
    coordinator.accept(accepted)
    coordinator.export_geojson(tmp_path / "map.geojson")
    text = (tmp_path / "map.geojson").read_text(encoding="utf-8")
    exported = {f["properties"]["name"]: f["properties"] for f in json.loads(text)["features"]}
    assert exported.keys() == {"Fontaine", "Banc 0"}
    assert exported["Banc 0"]["author"] == "Marcel"
    assert "Camille" not in text
    assert "06 98 76" not in text
    assert "06 12 34" not in text
    draft = coordinator.export_geojson(tmp_path / "draft.geojson", draft=True)
    assert draft.features == 3
