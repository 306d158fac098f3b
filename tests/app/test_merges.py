"""Merges that were kept: what each brought, and putting one on hold here and only here."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sharing import add, carry, digest, places

from collabmap.app import folders
from collabmap.app.session import Session
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceView
from collabmap.errors import MergeCannotBeUndone, MergeUnknown, ProjectReadOnly
from collabmap.store.device import Device


def view(session: Session, name: str) -> PlaceView:
    mark = next(mark for mark in session.reader.marks() if mark.name == name)
    found = session.reader.place(mark.id)
    assert found is not None
    return found


def test_a_merge_is_remembered_with_what_each_person_did(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    add(camille, "Marché")
    aicha = copy("Aïcha")
    bruno = copy("Bruno")
    add(aicha, "Fontaine")
    aicha.edit(view(aicha, "Fontaine"), {"tags": ("frais",)})
    aicha.comment(view(aicha, "Marché"), "le samedi")
    bruno.delete(view(bruno, "Marché"), "déplacé")
    carry(aicha, bruno)
    carry(bruno, camille)
    (merge,) = camille.merges()
    assert merge.names == ("Aïcha", "Bruno")
    assert (merge.changes, merge.is_held, merge.can_undo, merge.later) == (4, False, True, 0)
    deeds = {(d.name, d.what, d.person, d.fields) for d in camille.merge_details(merge.id)}
    assert deeds == {
        ("Fontaine", "added", "Aïcha", ("tags",)),
        ("Marché", "changed", "Aïcha", ("comments",)),
        ("Marché", "marked", "Bruno", ()),
    }
    assert {d.subject for d in camille.merge_details(merge.id)} == {
        mark.id for mark in camille.reader.marks()
    }


def test_a_merge_that_brought_nothing_is_not_remembered(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    carry(aicha, camille)
    assert len(camille.merges()) == 1


def test_verdicts_are_told_as_what_they_change(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.accept(camille.reader.review_items()[0])
    carry(camille, aicha)
    (deed,) = aicha.merge_details(aicha.merges()[0].id)
    assert (deed.name, deed.what, deed.person, deed.fields) == (
        "Fontaine",
        "changed",
        "Camille",
        ("state",),
    )


def test_an_exchange_through_a_folder_is_remembered_too(
    camille: Session, copy: Callable[[str], Session], tmp_path: Path
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    (tmp_path / "shared").mkdir()
    folders.sync_folder(aicha, tmp_path / "shared")
    folders.sync_folder(camille, tmp_path / "shared")
    (merge,) = camille.merges()
    assert merge.names == ("Aïcha",)
    camille.hold(merge.id)
    assert places(camille) == set()


def test_what_is_on_hold_counts_nowhere_here_and_comes_back_when_let_in(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    add(camille, "Marché")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    aicha.edit(view(aicha, "Marché"), {"description": "le samedi"})
    before = digest(camille)
    carry(aicha, camille)
    merged = digest(camille)
    told: list[Effect] = []
    camille.effects.subscribe(told.append)
    merge = camille.merges()[0]
    camille.hold(merge.id)
    assert places(camille) == {"Marché"}
    assert view(camille, "Marché").description == ""
    assert told[-1].features == {d.subject for d in camille.merge_details(merge.id)}
    held = digest(camille)
    # Receipts were written since: but for those, as if it had never come.
    assert held != merged
    assert camille.rebuild() == held
    camille.release(merge.id)
    assert places(camille) == {"Marché", "Fontaine"}
    assert digest(camille) == merged
    assert before != merged


def test_a_merge_on_hold_still_says_what_it_brought(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    before = camille.merge_details(1)
    camille.hold(1)
    (merge,) = camille.merges()
    assert (merge.names, merge.is_held, merge.can_undo) == (("Aïcha",), True, False)
    assert camille.merge_details(1) == before


def test_what_comes_later_from_there_waits_behind_it(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.hold(1)
    add(aicha, "Lavoir")
    add(bruno, "Puits")
    carry(aicha, camille)
    carry(bruno, camille)
    assert places(camille) == {"Puits"}
    first = camille.merges()[-1]
    assert (first.id, first.is_held, first.later) == (1, True, 1)
    camille.release(1)
    assert places(camille) == {"Fontaine", "Lavoir", "Puits"}


def test_two_merges_on_hold_are_let_in_one_by_one(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    add(aicha, "Fontaine")
    add(bruno, "Puits")
    carry(aicha, camille)
    carry(bruno, camille)
    camille.hold(1)
    camille.hold(2)
    assert places(camille) == set()
    camille.release(1)
    assert places(camille) == {"Fontaine"}
    camille.release(2)
    assert places(camille) == {"Fontaine", "Puits"}


def test_ones_own_words_are_never_put_on_hold(
    camille: Session, copy: Callable[[str], Session], tmp_path: Path
) -> None:
    """A backup that was put back gets its own words again, and those of nobody else."""
    aicha = copy("Aïcha")
    aicha.close()
    shutil.copy(aicha.path, tmp_path / "backup")
    with closing(Session.open(aicha.path, aicha.device)) as before:
        add(before, "Fontaine")
        sent = before.send(tmp_path / "sent.cmbundle").path
    shutil.copy(tmp_path / "backup", aicha.path)
    with closing(Session.open(aicha.path, aicha.device)) as after:
        after.merge([sent])
        merge = after.merges()[0]
        assert not merge.can_undo
        with pytest.raises(MergeCannotBeUndone):
            after.hold(merge.id)
        assert places(after) == {"Fontaine"}


def test_an_unknown_merge_is_told(camille: Session) -> None:
    for verb in (camille.hold, camille.release, camille.merge_details):
        with pytest.raises(MergeUnknown):
            verb(7)


def test_a_map_for_looking_only_holds_nothing(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.close()
    with closing(Session.open(camille.path, camille.device, read_only=True)) as looking:
        assert looking.merges()[0].names == ("Aïcha",)
        with pytest.raises(ProjectReadOnly):
            looking.hold(1)
    with closing(Session.open(camille.path, camille.device)) as again:
        assert not again.merges()[0].is_held


def test_a_hold_outlives_closing(camille: Session, copy: Callable[[str], Session]) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.hold(1)
    camille.close()
    with closing(Session.open(camille.path, camille.device)) as again:
        assert places(again) == set()
        again.release(1)
        assert places(again) == {"Fontaine"}


def test_the_file_follows_the_device_when_the_two_differ(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    before = camille.path.with_name("before.collabmap")
    camille.close()
    shutil.copy(camille.path, before)
    with closing(Session.open(camille.path, camille.device)) as session:
        session.hold(1)
    # A copy from before the hold is opened on the laptop that holds, and one with it elsewhere.
    with closing(Session.open(before, camille.device)) as session:
        assert places(session) == set()
    other = Device(camille.path.parent / "other")
    with closing(Session.open(camille.path, other)) as session:
        assert places(session) == {"Fontaine"}


def test_a_kit_and_a_bundle_carry_what_is_on_hold_and_it_counts_there(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha, bruno = copy("Aïcha"), copy("Bruno")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.hold(1)
    carry(camille, bruno)
    assert places(bruno) == {"Fontaine"}
    assert places(copy("Chloé")) == {"Fontaine"}
    assert places(camille) == set()


def test_undo_of_ones_own_deeds_works_after_a_merge_and_its_hold(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    add(camille, "Marché")
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    camille.edit(view(camille, "Marché"), {"name": "Halle"})
    carry(aicha, camille)
    assert camille.undo_words()[0] == ("edit", "Halle")
    assert camille.undo().done
    assert places(camille) == {"Marché", "Fontaine"}
    camille.edit(view(camille, "Marché"), {"name": "Halle"})
    camille.hold(1)
    assert camille.undo().done
    assert places(camille) == {"Marché"}


def test_the_latest_hundred_merges_are_remembered_and_all_that_are_held(
    camille: Session, copy: Callable[[str], Session]
) -> None:
    aicha = copy("Aïcha")
    add(aicha, "Fontaine")
    carry(aicha, camille)
    camille.hold(1)
    key = "merges"
    kept = camille.device.note(camille.project.id, key)
    more = [[n, 0, [], 0, []] for n in range(2, 150)]
    camille.device.set_note(camille.project.id, key, [*kept, *more])
    bruno = copy("Bruno")
    add(bruno, "Puits")
    carry(bruno, camille)
    ids = [merge.id for merge in camille.merges()]
    assert ids == [*range(150, 50, -1), 1]
