"""A copied laptop, a backup put back: each key is one laptop's, and nothing written is lost."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sharing import view

from collabmap.app.merging import MergeReport
from collabmap.app.session import Session
from collabmap.domain.change import Kind
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.segment import Segment
from collabmap.errors import NobodyHere, NotAllowed
from collabmap.store import machine, succession
from collabmap.store.device import Device
from collabmap.sync.bundle import read_bundle

FIRST = machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb01")])
SECOND = machine.fingerprint("1" * 32, [bytes.fromhex("3c5282aabb02")])


def draft(name: str) -> PlaceDraft:
    return PlaceDraft(name, "eau", 7.42, 43.73)


class Town:
    """A coordinator and a resident, whose laptop is copied or put back as it was."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self._count = 0
        (folder / "c").mkdir()
        (folder / "r").mkdir()
        device = Device(folder / "c" / "device", lambda: FIRST)
        self.coordinator = self.keep(
            Session.create(folder / "c" / "town", device, "Ville", "Camille")
        )
        kit = self.coordinator.hand_out(folder / "kit").path
        device = Device(folder / "r" / "device", lambda: FIRST)
        self.resident = self.keep(Session.open_kit(kit, folder / "r", device))
        self.resident.begin_person("Aïcha")

    def keep(self, session: Session) -> Session:
        self._opened.callback(session.device.close)
        return self._opened.enter_context(closing(session))

    def copied(self, session: Session, name: str) -> Path:
        """Copy a laptop's disk as it is now, switched off or not."""
        return Path(shutil.copytree(session.path.parent, self.folder / name))

    def opened(self, folder: Path, seen: machine.Fingerprint) -> Session:
        device = Device(folder / "device", lambda: seen)
        return self.keep(Session.open(next(folder.glob("*.collabmap")), device))

    def clone(self, session: Session, name: str = "clone") -> Session:
        return self.opened(self.copied(session, name), SECOND)

    def carry(self, source: Session, target: Session) -> MergeReport:
        self._count += 1
        return target.merge([source.give_back(self.folder / f"{self._count}.cmbundle").path])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as opened:
        yield Town(tmp_path, opened)


def names(session: Session) -> set[str]:
    return {row.name for row in session.reader.places()[0]}


def digest(session: Session) -> str:
    assert session.rebuild() == session.info().digest_hex
    return session.info().digest_hex


def open_tips(session: Session, rid: bytes) -> int:
    return sum(not tip.is_closed for tip in succession.tips(session.project, rid))


def test_a_copied_laptop_signs_with_a_key_of_its_own(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    town.resident.seal()
    clone = town.clone(town.resident)
    assert clone.rid != town.resident.rid
    assert clone.former == {town.resident.rid}
    assert clone.role == "resident"
    assert clone.person is not None
    assert clone.person.name == "Aïcha"
    clone.add(draft("Lavoir"))
    town.resident.add(draft("Puits"))
    town.carry(clone, town.coordinator)
    town.carry(town.resident, town.coordinator)
    assert names(town.coordinator) == {"Fontaine", "Lavoir", "Puits"}
    for laptop in (clone, town.resident):
        town.carry(town.coordinator, laptop)
    assert digest(clone) == digest(town.resident) == digest(town.coordinator)


def test_the_coordinator_is_told_that_a_laptop_was_copied(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    assert town.carry(town.resident, town.coordinator).copied == ()
    clone = town.clone(town.resident)
    clone.add(draft("Lavoir"))
    bundle = clone.send(town.folder / "copy").path
    assert town.coordinator.preview([bundle]).copied == ("Aïcha",)
    assert town.coordinator.merge([bundle]).copied == ("Aïcha",)
    clone.add(draft("Puits"))
    assert town.carry(clone, town.coordinator).copied == ()


def test_the_old_key_names_its_successor_once(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    town.resident.seal()
    clone = town.clone(town.resident)
    clone.close()
    again = town.opened(clone.path.parent, SECOND)
    log = again.project.log
    said = [
        change.keys
        for segment, _ in log.segments_of(town.resident.rid)
        for change in log.changes_of(segment)
        if change.kind == Kind.SUCCESSOR
    ]
    assert said == [(again.key.public,)]


def test_a_copy_of_a_coordinators_laptop_is_a_residents(town: Town) -> None:
    town.coordinator.add(draft("Fontaine"))
    town.coordinator.seal()
    clone = town.clone(town.coordinator)
    assert (clone.role, clone.is_coordinator) == ("resident", False)
    place = clone.add(draft("Lavoir"))
    town.carry(clone, town.coordinator)
    assert view(town.coordinator, place).state == "pending"
    assert town.coordinator.is_coordinator
    assert town.coordinator.rid not in town.coordinator.former


@pytest.mark.parametrize("is_signed", [True, False])
@pytest.mark.parametrize("written_since", [0, 1, 4])
def test_the_original_keeps_its_key_when_it_hears_of_the_copy(
    town: Town, written_since: int, is_signed: bool
) -> None:
    town.coordinator.add(draft("Fontaine"))
    town.coordinator.seal()
    rid = town.coordinator.rid
    clone = town.clone(town.coordinator)
    clone.add(draft("Lavoir"))
    for number in range(written_since):
        town.coordinator.add(draft(f"Puits {number}"))
    if is_signed:
        town.coordinator.seal()
    town.carry(clone, town.coordinator)
    for _ in range(2):
        town.coordinator.add(draft("Source"))
        town.coordinator.seal()
        town.carry(clone, town.coordinator)
    # Fontaine, Lavoir, two Sources and the wells: nothing was put aside.
    assert len(town.coordinator.reader.places()[0]) == 4 + written_since
    assert town.coordinator.set_aside().changes == 0
    assert town.coordinator.rid == rid
    assert open_tips(town.coordinator, rid) == 1
    assert town.coordinator.is_coordinator
    town.carry(town.coordinator, clone)
    assert digest(clone) == digest(town.coordinator)


# --- what was not signed ----------------------------------------------------------------------


def unsigned_copy(town: Town, act: Callable[[Session], object]) -> Session:
    town.resident.seal()
    act(town.resident)
    return town.clone(town.resident)


def test_what_was_not_signed_waits_for_a_word_in_the_copy(town: Town) -> None:
    clone = unsigned_copy(town, lambda session: session.add(draft("Fontaine")))
    assert names(clone) == set()
    waiting = clone.set_aside()
    assert (waiting.changes, waiting.names) == (1, ("Fontaine",))
    assert clone.adopt_set_aside() == 1
    assert names(clone) == {"Fontaine"}
    assert clone.set_aside().changes == 0
    town.carry(clone, town.coordinator)
    assert names(town.coordinator) == {"Fontaine"}
    assert town.coordinator.reader.places()[0][0].author_name == "Aïcha"


def test_a_place_signed_by_both_copies_is_one_place(town: Town) -> None:
    clone = unsigned_copy(town, lambda session: session.add(draft("Fontaine")))
    clone.adopt_set_aside()
    town.carry(clone, town.coordinator)
    town.carry(town.resident, town.coordinator)
    assert len(town.coordinator.reader.places()[0]) == 1
    town.carry(town.coordinator, clone)
    assert digest(clone) == digest(town.coordinator)


def test_what_the_original_has_signed_meanwhile_is_not_written_again(town: Town) -> None:
    clone = unsigned_copy(town, lambda session: session.add(draft("Fontaine")))
    town.carry(town.resident, clone)
    assert clone.set_aside().changes == 0
    assert clone.adopt_set_aside() == 0
    assert open_tips(clone, clone.rid) == 0


def test_what_nobody_wants_is_dropped(town: Town) -> None:
    clone = unsigned_copy(town, lambda session: session.add(draft("Fontaine")))
    clone.drop_set_aside()
    assert clone.set_aside().changes == 0
    assert clone.adopt_set_aside() == 0
    assert names(clone) == set()


def test_words_about_earlier_unsigned_words_still_mean_them(town: Town) -> None:
    before = town.resident.add(PlaceDraft("Lavoir", "eau", 7.42, 43.73, tags=("vieux", "eau")))

    def act(session: Session) -> None:
        place = session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=("tari",)))
        session.edit(view(session, place), {"name": "Grande fontaine", "tags": ("frais",)})
        session.edit(view(session, place), {"name": "Fontaine de la place"})
        session.comment(view(session, place), "elle coule")
        session.edit(view(session, before), {"name": "Vieux lavoir", "tags": ("eau",)})
        session.edit(view(session, before), {"name": "Lavoir neuf"})
        gone = session.add(draft("Erreur"))
        session.delete(view(session, gone))

    clone = unsigned_copy(town, act)
    # Other numbers than those the words were written with.
    clone.add(draft("Source"))
    clone.adopt_set_aside()
    clone.rebuild()
    shown = {v.name: v for v in (view(clone, row.id) for row in clone.reader.places()[0])}
    assert set(shown) == {"Fontaine de la place", "Lavoir neuf", "Source"}
    place = shown["Fontaine de la place"]
    assert (place.tags, place.siblings) == (("frais",), ())
    assert [comment.text for comment in place.comments] == ["elle coule"]
    # Taking away a tag that another key had added waits for a coordinator.
    assert (shown["Lavoir neuf"].tags, shown["Lavoir neuf"].siblings) == (("eau", "vieux"), ())


def test_each_change_taken_up_stays_its_persons(town: Town) -> None:
    def act(session: Session) -> None:
        session.begin_person("Bruno")
        session.add(draft("Fontaine"))
        session.begin_person("Chloé")
        session.add(draft("Lavoir"))

    town.resident.add(draft("Puits"))
    clone = unsigned_copy(town, act)
    clone.begin_person("Djamel")
    clone.adopt_set_aside()
    clone.add(draft("Source"))
    authors = {row.name: row.author_name for row in clone.reader.places()[0]}
    assert authors == {
        "Puits": "Aïcha",
        "Fontaine": "Bruno",
        "Lavoir": "Chloé",
        "Source": "Djamel",
    }


def test_nobody_takes_up_what_was_put_aside(town: Town) -> None:
    clone = unsigned_copy(town, lambda session: session.add(draft("Fontaine")))
    clone.close()
    clone.device.set_note(clone.project.id, "person", b"")
    again = town.opened(clone.path.parent, SECOND)
    with pytest.raises(NobodyHere):
        again.adopt_set_aside()
    assert again.set_aside().changes == 1


def test_what_another_laptop_left_unsigned_is_not_offered(town: Town, tmp_path: Path) -> None:
    town.resident.add(draft("Fontaine"))
    copy = town.copied(town.resident, "stick")
    shutil.rmtree(copy / "device")
    other = town.keep(Session.open(next(copy.glob("*.collabmap")), Device(tmp_path / "other")))
    assert other.set_aside().changes == 0


# --- a backup that was put back ---------------------------------------------------------------


def put_back(town: Town, session: Session) -> Session:
    """Return the session opened on a copy made before something more was written and sent."""
    session.seal()
    backup = town.copied(session, "backup")
    session.add(draft("Lavoir"))
    town.carry(session, town.coordinator)
    session.close()
    session.device.close()
    return town.opened(backup, FIRST)


def test_a_backup_put_back_and_written_on_goes_on_with_another_key(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    again = put_back(town, town.resident)
    old = again.rid
    assert old == town.resident.rid
    again.add(draft("Puits"))
    again.seal()
    assert town.carry(town.coordinator, again).copied == ("Aïcha",)
    assert again.rid != old
    assert again.former == {old}
    assert again.role == "resident"
    again.add(draft("Source"))
    assert town.carry(again, town.coordinator).copied == ("Aïcha",)
    assert names(town.coordinator) == {"Fontaine", "Lavoir", "Puits", "Source"} == names(again)
    town.carry(town.coordinator, again)
    assert digest(again) == digest(town.coordinator)
    assert {row.author_name for row in again.reader.places()[0]} == {"Aïcha"}


def test_a_backup_put_back_and_not_written_on_goes_on_with_its_key(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    again = put_back(town, town.resident)
    town.carry(town.coordinator, again)
    assert (again.rid, again.former) == (town.resident.rid, frozenset())
    again.add(draft("Puits"))
    town.carry(again, town.coordinator)
    assert names(town.coordinator) == {"Fontaine", "Lavoir", "Puits"} == names(again)
    assert open_tips(again, again.rid) == 1


def test_what_was_not_signed_in_a_backup_waits_for_a_word(town: Town) -> None:
    town.resident.add(draft("Fontaine"))
    again = put_back(town, town.resident)
    again.add(draft("Puits"))
    again.add(draft("Source"))
    with again.project.writing():
        again.ingest.receive(bundle_segments(town, again))
    again.after_receiving()
    assert again.rid == town.resident.rid
    assert names(again) == {"Fontaine", "Lavoir"}
    assert again.set_aside().names == ("Puits", "Source")
    # The last thing that can be undone would be another one now, by its number.
    assert again.undo_words()[0] is None
    again.adopt_set_aside()
    town.carry(again, town.coordinator)
    assert names(town.coordinator) == {"Fontaine", "Lavoir", "Puits", "Source"} == names(again)
    assert open_tips(again, again.rid) == 1


def bundle_segments(town: Town, target: Session) -> Sequence[Segment]:
    path = town.coordinator.give_back(town.folder / "back").path
    return read_bundle(path, target.project.id).segments


def test_other_maps_of_the_laptop_keep_their_key(town: Town) -> None:
    again = put_back(town, town.resident)
    again.add(draft("Puits"))
    again.seal()
    town.carry(town.coordinator, again)
    assert again.device.signing_key(bytes(16)).public == again.device.key.public
    assert again.key.public != again.device.key.public


def test_the_new_key_is_there_even_if_the_power_went_after_receiving(town: Town) -> None:
    again = put_back(town, town.resident)
    again.add(draft("Puits"))
    again.seal()
    with again.project.writing():
        again.ingest.receive(bundle_segments(town, again))
    again.project.close()
    once_more = town.opened(again.path.parent, FIRST)
    assert once_more.rid != again.rid
    assert once_more.former == {again.rid}


def test_what_can_be_undone_ends_with_the_key(town: Town) -> None:
    again = put_back(town, town.resident)
    again.add(draft("Puits"))
    assert again.undo_words()[0] is not None
    again.seal()
    town.carry(town.coordinator, again)
    assert again.undo_words()[0] is None
    again.add(draft("Source"))
    assert again.undo().done
    assert names(again) == {"Lavoir", "Puits"}


def test_undo_never_takes_back_what_a_copy_of_the_laptop_did(town: Town) -> None:
    subject = town.resident.add(draft("Fontaine"))
    town.resident.seal()
    copy = town.opened(town.copied(town.resident, "copy"), FIRST)
    for name in ("Lavoir", "Puits", "Mare"):
        copy.add(draft(name))
    copy.seal()
    town.resident.delete(view(town.resident, subject))
    town.resident.seal()
    # Its own numbers are those of the copy's longer log from here on, until it signs anew.
    with town.resident.project.writing():
        town.resident.ingest.receive(copy.project.log.since({}))
    before = town.resident.info().digest_hex
    assert not town.resident.undo().done
    assert town.resident.info().digest_hex == before
    assert names(town.resident) == {"Lavoir", "Puits", "Mare"}


# --- a form that is open meanwhile ------------------------------------------------------------


def rekeyed_with_a_form_open(town: Town) -> tuple[Session, PlaceView]:
    """Return a laptop that got another key, and a form opened when its words were not signed."""
    place = town.resident.add(draft("Fontaine"))
    again = put_back(town, town.resident)
    old = again.rid
    again.edit(view(again, place), {"name": "Grande fontaine", "tags": ("tari",)})
    again.comment(view(again, place), "elle coule")
    form = view(again, place)
    assert form.basis.tail is not None
    assert form.basis.tail.rid == old
    again.seal()
    town.carry(town.coordinator, again)
    assert again.rid != old
    # The new key has numbers of its own, which those on the form must not be taken for.
    for number in range(6):
        again.add(draft(f"Puits {number}"))
    return again, form


def test_a_form_open_while_the_key_changes_is_saved_over_what_it_showed(town: Town) -> None:
    again, form = rekeyed_with_a_form_open(town)
    again.edit(form, {"name": "Fontaine de la place", "tags": ("frais",)})
    place = view(again, form.id)
    assert (place.name, place.siblings) == ("Fontaine de la place", ())
    town.carry(again, town.coordinator)
    place = view(town.coordinator, form.id)
    assert (place.name, place.siblings) == ("Fontaine de la place", ())
    town.carry(town.coordinator, again)
    assert digest(again) == digest(town.coordinator)


def test_a_place_deleted_from_such_a_form_is_gone(town: Town) -> None:
    again, form = rekeyed_with_a_form_open(town)
    again.delete(form)
    town.carry(again, town.coordinator)
    (mark,) = town.coordinator.project.model.outcome(form.id).marks
    outcome = town.coordinator.project.model.outcome(form.id)
    assert mark.seen == outcome.in_effect - {mark.id}


def test_what_is_erased_on_such_a_form_is_what_it_showed(town: Town) -> None:
    again, form = rekeyed_with_a_form_open(town)
    (comment,) = form.comments
    town.carry(again, town.coordinator)
    people = {p.id for p in again.people_here()}
    assert comment.author in people
    with pytest.raises(NotAllowed):
        # The old key's words are another key's now: a coordinator erases them.
        again.redact_change([comment.change], "", form.basis.tail)
    assert "Puits 0" in names(again)
    assert len(view(again, form.id).comments) == 1


def test_a_form_of_words_that_were_put_aside_replaces_nothing_it_did_not_show(town: Town) -> None:
    place = town.resident.add(draft("Fontaine"))
    town.resident.seal()
    backup = town.copied(town.resident, "backup")
    # What the backup lacks, under the very numbers that it gives to words of its own.
    for name in ("Fontaine du marché", "Fontaine de la halle"):
        town.resident.edit(view(town.resident, place), {"name": name})
    town.carry(town.resident, town.coordinator)
    town.resident.close()
    town.resident.device.close()
    again = town.opened(backup, FIRST)
    for name in ("Grande fontaine", "Fontaine tarie"):
        again.edit(view(again, place), {"name": name})
    form = view(again, place)
    with again.project.writing():
        again.ingest.receive(bundle_segments(town, again))
    again.after_receiving()
    assert view(again, place).name == "Fontaine de la halle"
    again.edit(form, {"name": "Fontaine de la place"})
    found = view(again, place)
    values = {found.name, *(sibling.value for sibling in found.siblings)}
    assert values == {"Fontaine de la place", "Fontaine de la halle"}


def test_a_form_is_saved_over_what_it_showed_although_something_of_it_was_erased(
    town: Town,
) -> None:
    place = town.resident.add(draft("Fontaine"))
    town.resident.edit(view(town.resident, place), {"description": "Elle coule."})
    form = view(town.resident, place)
    town.resident.redact_field(place, "description")
    town.resident.edit(form, {"name": "Fontaine de la place"})
    found = view(town.resident, place)
    assert (found.name, found.siblings) == ("Fontaine de la place", ())
