"""Redacted words leave every file of every laptop, and every laptop still counts the same."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import zstandard
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import Kind, encode
from collabmap.domain.feature import ChangeId, PlaceDraft, PlaceView
from collabmap.domain.geo import LngLat
from collabmap.domain.structure import redact_structure
from collabmap.errors import NotAllowed
from collabmap.store.device import Device
from collabmap.store.forgetting import GRACE_MS
from collabmap.store.ingest import now_ms

DAY_MS = 24 * 3600 * 1000
# Words that occur nowhere else, whatever is compressed, folded or split.
NAME, WORDS, TAG, CONTACT, COMMENT, PERSON = (
    "Zyxwanderbrunnen",
    "Qohelethgemurmel",
    "vqtagzunderholz",
    "Jyrkkontaktfaden",
    "Xummkommentarstein",
    "Wzepersonalname",
)


class Clock:
    """The wall clock of a laptop, with days added by hand."""

    def __init__(self) -> None:
        self.days = 0.0

    def __call__(self) -> int:
        return now_ms() + int(self.days * DAY_MS)


class Laptop:
    """A laptop with a folder of its own, opened and closed like one."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self.clock = Clock()
        self._opened = opened
        self.device = Device(folder / "device")
        opened.callback(self.device.close)
        self.session: Session

    def keep(self, session: Session) -> Session:
        self.session = session
        self._opened.callback(lambda: self.session.close())
        return session

    def open_again(self) -> Session:
        self.session.close()
        self.session = Session.open(self.session.path, self.device, now=self.clock)
        return self.session

    def passing(self, days: float) -> Session:
        self.clock.days += days
        return self.open_again()


class Town:
    """Camille's laptop, the coordinator's, and as many others as a test needs."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened
        self._sent = self._made = 0
        self.camille = self._laptop()
        made = Session.create(
            self.camille.folder / "town", self.camille.device, "Ville", "Camille",
            now=self.camille.clock,
        )  # fmt: skip
        self.camille.keep(made)
        self.kit = made.hand_out(folder / "kit").path
        self.laptops = [self.camille]

    def _laptop(self) -> Laptop:
        self._made += 1
        folder = self.folder / f"laptop-{self._made}"
        folder.mkdir()
        return Laptop(folder, self._opened)

    def resident(self, name: str) -> Laptop:
        laptop = self._laptop()
        opened = Session.open_kit(self.kit, laptop.folder, laptop.device, now=laptop.clock)
        laptop.keep(opened).begin_person(name)
        self.laptops.append(laptop)
        return laptop

    def bundle(self, source: Laptop) -> Path:
        self._sent += 1
        return source.session.give_back(self.folder / f"{self._sent}.cmbundle").path

    def carry(self, source: Laptop, *targets: Laptop) -> None:
        path = self.bundle(source)
        for target in targets:
            target.session.merge([path])

    def meet(self) -> None:
        """Let everybody have everything."""
        for _ in range(2):
            for source in self.laptops:
                self.carry(source, *(other for other in self.laptops if other is not source))

    def is_one_map(self) -> bool:
        return len({laptop.session.info().digest_hex for laptop in self.laptops}) == 1


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as opened:
        yield Town(tmp_path, opened)


def files_with(laptop: Laptop, *words: str | bytes) -> list[str]:
    """Return the files of a laptop in which any of these words lies, packed or not."""
    needles = [word.encode() if isinstance(word, str) else word for word in words]
    needles += [word.encode("utf-16-le") for word in words if isinstance(word, str)]
    needles += [word.lower().encode() for word in words if isinstance(word, str)]
    found = []
    for path in sorted(laptop.folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes() + _unpacked(path)
            found += [path.name for needle in needles if needle in data]
    return found


def _unpacked(path: Path) -> bytes:
    """Return what the compressed segments of a project file hold."""
    if not path.read_bytes()[:16].startswith(b"SQLite format 3"):
        return b""
    with closing(sqlite3.connect(path)) as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        if "segment" not in tables:
            return b""
        rows = [row[0] for row in db.execute("SELECT data FROM segment")]
    unpacked = b""
    for data in rows:
        at = data.find(b"\x28\xb5\x2f\xfd")
        assert at >= 0, "a body is a zstandard frame"
        unpacked += zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])
    return unpacked


def picture(colour: str) -> bytes:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    kept = QBuffer()
    image.save(kept, "JPEG")  # type: ignore[call-overload]
    return bytes(kept.data().data())


def view(laptop: Laptop, place: bytes) -> PlaceView:
    found = laptop.session.reader.place(place)
    assert found is not None
    return found


def spoken(laptop: Laptop) -> bytes:
    """Add a place with words of every kind; return its id."""
    draft = PlaceDraft(NAME, "eau", 7.42, 43.73, WORDS, (TAG,), CONTACT)
    place = laptop.session.add(draft)
    laptop.session.comment(view(laptop, place), COMMENT)
    return place


ALL = (NAME, WORDS, TAG, CONTACT, COMMENT)


def test_the_search_through_the_files_finds_what_is_there(town: Town) -> None:
    aicha = town.resident(PERSON)
    spoken(aicha)
    aicha.open_again()
    town.meet()
    for word in (NAME, WORDS, TAG, COMMENT, PERSON):
        assert files_with(aicha, word), word
        assert files_with(town.camille, word), word
    assert files_with(aicha, CONTACT)
    assert files_with(town.camille, CONTACT) == []


def test_ones_own_words_leave_all_disks_at_once(town: Town) -> None:
    aicha, bruno = town.resident(PERSON), town.resident("Bruno")
    place = spoken(aicha)
    town.meet()
    aicha.session.redact_place(place)
    town.meet()
    for laptop in town.laptops:
        laptop.open_again()
        assert files_with(laptop, *ALL) == []
        assert laptop.session.reader.marks() == []
    assert bruno.session.reader.places(text=NAME) == ([], 0)
    assert town.is_one_map()


def test_unsigned_words_can_be_taken_back_too(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    aicha.session.redact_place(place)
    aicha.open_again()
    assert files_with(aicha, *ALL) == []


def test_a_coordinators_redact_hides_at_once_and_forgets_after_seven_days(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    town.meet()
    town.camille.session.redact_place(place, "insult")
    town.meet()
    for laptop in town.laptops:
        assert laptop.session.reader.marks() == []
        laptop.passing(6.9)
        assert files_with(laptop, NAME)
        laptop.passing(0.2)
        assert files_with(laptop, *ALL) == []
    assert town.is_one_map()
    assert GRACE_MS == 7 * DAY_MS


def test_a_clock_that_was_ahead_does_not_put_it_off(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    town.meet()
    town.camille.session.redact_place(place)
    aicha.clock.days = 3650
    aicha.open_again()
    town.carry(town.camille, aicha)
    aicha.clock.days = 0
    aicha.open_again()
    assert files_with(aicha, NAME)
    aicha.passing(7.1)
    assert files_with(aicha, *ALL) == []


def test_words_come_back_if_the_coordinator_is_revoked_within_the_days(town: Town) -> None:
    aicha, thief = town.resident(PERSON), town.resident("Dora")
    place = spoken(aicha)
    town.meet()
    town.camille.session.grant(thief.session.rid, "coordinator")
    town.meet()
    thief.session.redact_place(place)
    town.meet()
    assert aicha.session.reader.marks() == []
    town.camille.session.revoke(thief.session.rid, keep=False)
    town.meet()
    assert [mark.name for mark in aicha.session.reader.marks()] == [NAME]
    aicha.passing(8)
    assert [mark.name for mark in aicha.session.reader.marks()] == [NAME]
    assert view(aicha, place).comments[0].text == COMMENT
    assert town.is_one_map()


def test_what_all_have_forgotten_stops_nobodys_later_words(town: Town) -> None:
    """The coordinator who said so is revoked; nobody has the words any more."""
    aicha, thief = town.resident(PERSON), town.resident("Dora")
    place = spoken(aicha)
    town.meet()
    town.camille.session.grant(thief.session.rid, "coordinator")
    town.meet()
    thief.session.redact_place(place)
    town.meet()
    for laptop in town.laptops:
        laptop.passing(8)
        assert files_with(laptop, WORDS) == []
    town.camille.session.revoke(thief.session.rid, keep=False)
    later = aicha.session.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
    town.meet()
    newcomer = town.resident("Zoe")
    town.carry(town.camille, newcomer)
    assert newcomer.session.project.log.unapplied() == 0
    assert later in {mark.id for mark in newcomer.session.reader.marks()}
    town.meet()
    assert town.is_one_map()


def test_who_was_made_coordinator_later_forgets_the_founders_early_words(town: Town) -> None:
    """Who may redact is said in the same log, behind what was redacted: a new laptop gets both."""
    dora = town.resident("Dora")
    place = spoken(town.camille)
    town.meet()
    town.camille.session.grant(dora.session.rid, "coordinator")
    later = town.camille.session.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
    town.meet()
    dora.session.redact_place(place)
    town.meet()
    for laptop in town.laptops:
        laptop.passing(8)
        assert files_with(laptop, WORDS) == []
    newcomer = town.resident("Zoe")
    town.carry(town.camille, newcomer)
    assert newcomer.session.project.log.unapplied() == 0
    assert [mark.id for mark in newcomer.session.reader.marks()] == [later]
    town.meet()
    assert town.is_one_map()


def test_a_map_of_which_words_were_forgotten_is_handed_out_by_any_coordinator(
    town: Town,
) -> None:
    aicha, dora = town.resident("Aicha"), town.resident("Dora")
    place = spoken(aicha)
    town.meet()
    town.camille.session.grant(dora.session.rid, "coordinator")
    aicha.session.redact_place(place)
    later = aicha.session.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
    town.meet()
    kits = [
        laptop.session.hand_out(town.folder / f"kit-{number}").path
        for number, laptop in enumerate((town.camille, dora))
    ]
    for kit in kits:
        laptop = town._laptop()
        session = Session.open_kit(kit, laptop.folder, laptop.device, now=laptop.clock)
        laptop.keep(session)
        assert session.project.log.unapplied() == 0
        assert later in {mark.id for mark in session.reader.marks()}
        # And once more, into the map that is there by now.
        session.close()
        laptop.keep(Session.open_kit(kits[1], laptop.folder, laptop.device, now=laptop.clock))
        assert laptop.session.project.log.unapplied() == 0
        assert later in {mark.id for mark in laptop.session.reader.marks()}
        assert laptop.session.project.log.holds(
            dora.session.project.log.branch(dora.session.rid).previous
        )


def test_what_nobody_redacted_may_not_be_missing_whatever_comes_with_it(town: Town) -> None:
    """A resident says so of the founder's words, and passes the founder's log on without them."""
    mallory = town.resident("Mallory")
    place = spoken(town.camille)
    town.carry(town.camille, mallory)
    project = mallory.session.project
    names = [change.id for change in project.model.changes(place)]
    mallory.session.write([(Kind.REDACT, b"", redact_structure(names), None)])
    mallory.session.seal()
    segments = [
        wire.forget(segment, [name.ordinal for name in names if name.segment == segment.name])
        for segment in project.log.since({})
    ]
    late = town.resident("Zoe")
    with late.session.project.writing():
        received = late.session.ingest.receive(segments)
    assert received.refused == 1
    assert late.session.reader.marks() == []
    town.carry(town.camille, late)
    assert [mark.name for mark in late.session.reader.marks()] == [NAME]
    assert view(late, place).description == WORDS


def test_a_bundle_from_before_restores_nothing(town: Town) -> None:
    aicha, late = town.resident(PERSON), town.resident("Zoe")
    place = spoken(aicha)
    old = town.bundle(aicha)
    town.carry(aicha, town.camille)
    aicha.session.redact_place(place)
    town.carry(aicha, town.camille)
    for laptop in (aicha, town.camille):
        laptop.session.merge([old])
        laptop.open_again()
        assert files_with(laptop, *ALL) == []
    # Who gets the redact first has nothing to forget yet; then the words come whole.
    town.carry(town.camille, late)
    late.session.merge([old])
    late.open_again()
    assert files_with(late, *ALL) == []
    town.meet()
    assert town.is_one_map()


def test_a_person_is_forgotten_with_all_that_was_written(town: Town) -> None:
    aicha, bruno = town.resident(PERSON), town.resident("Bruno")
    place = spoken(aicha)
    shared = aicha.session.add(PlaceDraft(NAME, "eau", 7.44, 43.73))
    other = bruno.session.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
    town.meet()
    bruno.session.comment(view(bruno, shared), "oui")
    aicha.session.comment(view(aicha, other), COMMENT)
    person = aicha.session.person
    assert person is not None
    town.meet()
    aicha.session.redact_person(person.id)
    assert aicha.session.person is None
    assert aicha.session.people_here() == ()
    town.meet()
    for laptop in town.laptops:
        laptop.open_again()
        assert files_with(laptop, PERSON, *ALL) == []
        assert [mark.name for mark in laptop.session.reader.marks()] == ["Lavoir"]
        assert laptop.session.reader.place(place) is None
        assert view(laptop, other).comments == ()
        # What somebody else has said about it stays, on a place of nobody.
        left = view(laptop, shared)
        assert (left.name, left.author_name) == ("", "")
        assert [comment.text for comment in left.comments] == ["oui"]
    assert town.is_one_map()


def test_a_coordinator_forgets_a_person_on_every_laptop(town: Town) -> None:
    aicha = town.resident(PERSON)
    spoken(aicha)
    person = aicha.session.person
    assert person is not None
    town.meet()
    town.camille.session.redact_person(person.id, "asked by letter")
    town.meet()
    for laptop in town.laptops:
        laptop.passing(7.1)
        assert files_with(laptop, PERSON, *ALL) == []
    assert aicha.session.people_here() == ()


def test_a_photo_goes_with_its_picture_unless_another_place_shows_it(town: Town) -> None:
    aicha = town.resident(PERSON)
    one = aicha.session.add(PlaceDraft("A", "eau", 7.42, 43.73))
    two = aicha.session.add(PlaceDraft("B", "eau", 7.43, 43.73))
    for place, colour in ((one, "red"), (one, "blue"), (two, "blue")):
        aicha.session.add_photo(view(aicha, place), picture(colour), "x")
    red, blue = view(aicha, one).photos
    town.meet()
    names = view(aicha, one).basis.photos
    aicha.session.redact_change([*names[red.element], *names[blue.element]])
    town.meet()
    for laptop in town.laptops:
        assert laptop.session.photo_bytes(red.blob) is None
        assert laptop.session.photo_bytes(blue.blob) is not None
        assert view(laptop, one).photos == ()
        assert len(view(laptop, two).photos) == 1
        assert files_with(laptop, red.thumbnail) == []


def test_nobody_but_a_coordinator_takes_away_what_others_wrote(town: Town) -> None:
    aicha, bruno = town.resident("Aïcha"), town.resident("Bruno")
    place = spoken(aicha)
    town.meet()
    change = view(bruno, place).comments[0].change
    with pytest.raises(NotAllowed):
        bruno.session.redact_change([change])
    with pytest.raises(NotAllowed):
        bruno.session.redact_place(place)
    aicha.session.begin_person("Chloé")
    with pytest.raises(NotAllowed):
        aicha.session.redact_change([change])
    assert view(aicha, place).comments[0].text == COMMENT


def test_a_revoked_resident_takes_back_own_words(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    town.meet()
    town.camille.session.revoke(aicha.session.rid, keep=True)
    town.meet()
    aicha.session.redact_place(place)
    town.meet()
    for laptop in town.laptops:
        laptop.open_again()
        assert files_with(laptop, *ALL) == []


def test_one_word_goes_and_the_rest_of_the_place_stays(town: Town) -> None:
    aicha = town.resident("Aïcha")
    place = aicha.session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73))
    aicha.session.edit(view(aicha, place), {"description": WORDS})
    town.meet()
    item = town.camille.session.reader.review_items()[0]
    town.camille.session.accept(item)
    heads = view(town.camille, place).basis.heads["description"]
    town.camille.session.redact_change(heads, "private")
    town.meet()
    for laptop in town.laptops:
        shown = view(laptop, place)
        assert (shown.name, shown.description, shown.removed) == ("Fontaine", "", ("description",))
        assert shown.is_published
        laptop.passing(7.1)
        assert files_with(laptop, WORDS) == []
        assert view(laptop, place).removed == ("description",)
    assert town.is_one_map()


def test_a_field_goes_and_what_was_written_with_it_stays(town: Town) -> None:
    aicha = town.resident("Aïcha")
    place = spoken(aicha)
    town.meet()
    aicha.session.redact_field(place, "description")
    town.meet()
    for laptop in town.laptops:
        laptop.open_again()
        shown = view(laptop, place)
        assert (shown.name, shown.description, shown.removed) == (NAME, "", ("description",))
        # The very contact that was sealed before: its writer reads it here as ever.
        assert shown.contact == (CONTACT if laptop in (aicha, town.camille) else None)
        assert files_with(laptop, WORDS) == []
    assert town.is_one_map()


def test_drafts_and_names_that_this_computer_kept_go_as_well(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    person = aicha.session.person
    assert person is not None
    other = aicha.session.begin_person("Bruno")
    device, project = aicha.device, aicha.session.project.id
    drafts = {person.id.hex(): {"name": WORDS}, other.id.hex(): {"name": "Lavoir"}}
    device.set_note(project, "drafts", drafts)
    aicha.session.hide_place(place)
    aicha.session.hide_person(person.id)
    aicha.session.switch_person(person.id)
    aicha.session.redact_person(person.id)
    assert device.note(project, "drafts") == {other.id.hex(): {"name": "Lavoir"}}
    assert [hidden.name for hidden in aicha.session.hidden()] == ["", ""]
    assert [here.name for here in aicha.session.people_here()] == ["Bruno"]
    aicha.open_again()
    assert files_with(aicha, PERSON, *ALL) == []


def test_changes_that_this_computer_kept_of_a_redacted_place_go_as_well(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    other = aicha.session.add(PlaceDraft("Lavoir", "eau", 7.42, 43.73))
    person = aicha.session.person
    assert person is not None
    device, project = aicha.device, aicha.session.project.id
    kept = {"mine": {"name": "Neuf"}, "was": {"description": WORDS}}
    edits = {person.id.hex(): {place.hex(): kept, other.hex(): kept}}
    device.set_note(project, "edits", edits)
    said = {f"{person.id.hex()} {each.hex()} comment": WORDS for each in (place, other)}
    device.set_note(project, "words", said)
    aicha.session.redact_place(place)
    assert device.note(project, "edits") == {person.id.hex(): {other.hex(): kept}}
    assert list(device.note(project, "words")) == [f"{person.id.hex()} {other.hex()} comment"]
    aicha.session.redact_person(person.id)
    assert device.note(project, "words") == {}


def test_what_is_not_ones_own_stays_in_ones_own_place(town: Town) -> None:
    aicha, bruno = town.resident("Aïcha"), town.resident("Bruno")
    place = spoken(aicha)
    town.meet()
    bruno.session.comment(view(bruno, place), "Rien à moi")
    town.meet()
    aicha.session.redact_place(place)
    town.meet()
    for laptop in town.laptops:
        left = view(laptop, place)
        assert (left.name, left.tags) == ("", ())
        assert set(left.removed) == {"category", "contact", "description", "geometry", "name"}
        assert [comment.text for comment in left.comments] == ["Rien à moi"]
    assert town.is_one_map()


def test_a_removed_name_is_null_in_exports(town: Town, tmp_path: Path) -> None:
    session = town.camille.session
    place = session.add(PlaceDraft(NAME, "eau", 7.42, 43.73, WORDS))
    session.edit(view(town.camille, place), {"position": LngLat(7.5, 43.7)})
    before = view(town.camille, place)
    session.redact_change(before.basis.heads["name"])
    session.export_geojson(tmp_path / "out.geojson")
    text = (tmp_path / "out.geojson").read_text(encoding="utf-8")
    assert '"name":null,"category":null,"category_label":null' in text
    assert '"description":null' in text
    assert '"coordinates":[7.5,43.7]' in text
    assert NAME not in text


def test_old_copies_beside_the_map_are_taken_away_too(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    # Closed, so that all of it lies in the one file.
    path = aicha.open_again().path
    aicha.session.project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for kind in ("schema-2", "damaged-2026-01-01-000000"):
        shutil.copy(path, path.with_name(f"{path.stem}-{kind}{path.suffix}.backup"))
    aicha.session.redact_place(place)
    aicha.open_again()
    assert files_with(aicha, *ALL) == []


def test_a_copy_that_was_put_aside_unsigned_is_emptied(town: Town) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    project = aicha.session.project
    rows = project.connection.execute(
        "SELECT seq, kind, time, subject, structure, payload FROM tail ORDER BY seq"
    ).fetchall()
    with project.writing():
        # As where a copy of this laptop has signed the same words.
        for seq, *row in rows:
            values = (aicha.session.rid, seq, encode(row))
            project.connection.execute("INSERT INTO tail_set_aside VALUES (?, ?, ?)", values)
    aicha.session.redact_place(place)
    aicha.open_again()
    assert files_with(aicha, *ALL) == []
    count = "SELECT count(*) FROM tail_set_aside"
    assert aicha.session.project.connection.execute(count).fetchone() == (len(rows),)


def test_undo_brings_no_redacted_word_back(town: Town) -> None:
    aicha = town.resident("Aïcha")
    place = aicha.session.add(PlaceDraft("Fontaine", "eau", 7.42, 43.73, tags=(TAG,)))
    aicha.session.edit(view(aicha, place), {"tags": ()})
    aicha.session.redact_place(place)
    aicha.open_again()
    assert files_with(aicha, TAG) == []
    assert aicha.session.undo_words()[0] is None


def test_redacts_count_from_where_they_are_parked_or_wait(town: Town) -> None:
    aicha, bruno = town.resident(PERSON), town.resident("Bruno")
    place = spoken(aicha)
    town.meet()
    before = aicha.session.project.log.vector()
    aicha.session.add(PlaceDraft("Puits", "eau", 7.44, 43.73))
    aicha.session.seal()
    middle = [s.name for s in aicha.session.project.log.since(before)]
    aicha.session.redact_place(place)
    late = [s for s in aicha.session.project.log.since(before) if s.name not in middle]
    with bruno.session.project.writing():
        bruno.session.ingest.receive(late)
    assert bruno.session.project.log.unapplied() > 0
    bruno.session.rebuild()
    bruno.open_again()
    assert files_with(bruno, *ALL) == []
    town.meet()
    assert town.is_one_map()


def test_a_redact_on_hold_counts(town: Town) -> None:
    aicha, bruno = town.resident(PERSON), town.resident("Bruno")
    place = spoken(aicha)
    town.meet()
    aicha.session.redact_place(place)
    town.carry(aicha, bruno)
    merge = bruno.session.merges()[0]
    bruno.session.hold(merge.id)
    bruno.open_again()
    assert files_with(bruno, *ALL) == []
    assert bruno.session.reader.marks() == []


def test_many_changes_are_named_in_several_portions(town: Town) -> None:
    from collabmap.app.redacting import _portions
    from collabmap.domain.change import MAX_CHANGE_BYTES
    from collabmap.domain.structure import redact_structure

    names = [ChangeId(bytes([n % 256, n // 256]) * 16, at) for n in range(900) for at in range(20)]
    portions = list(_portions(names))
    assert sorted(name for portion in portions for name in portion) == sorted(names)
    assert 1 < len(portions) < 6
    assert all(len(redact_structure(portion)) < MAX_CHANGE_BYTES - 4500 for portion in portions)


def test_what_a_crash_left_is_finished_at_the_next_opening(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    aicha.session.seal()
    failing: Callable[..., None] = lambda *_: (_ for _ in ()).throw(OSError(28, "full"))  # noqa: E731
    monkeypatch.setattr("collabmap.store.forgetting._index_anew", failing)
    aicha.session.redact_place(place)
    monkeypatch.undo()
    aicha.open_again()
    assert files_with(aicha, *ALL) == []


def test_outlines_that_this_computer_kept_go_with_the_words(town: Town) -> None:
    """As the window keeps them: with the name and the shape that were seen when they began."""
    aicha = town.resident(PERSON)
    place = spoken(aicha)
    lavoir = aicha.session.add(PlaceDraft("Lavoir", "eau", 7.43, 43.73))
    person = aicha.session.person
    assert person is not None
    device, project = aicha.device, aicha.session.project.id
    begun, other = (
        {"place": each, "name": name, "geometry": view(aicha, each).geometry_wkb}
        for each, name in ((place, NAME), (lavoir, "Lavoir"))
    )
    device.set_note(project, "outlines", {person.id.hex(): [begun, other]})
    aicha.session.redact_place(place)
    assert device.note(project, "outlines") == {person.id.hex(): [other]}
    aicha.session.comment(view(aicha, lavoir), COMMENT)
    said = view(aicha, lavoir).comments[0]
    aicha.session.redact_change((said.change,))
    assert device.note(project, "outlines") == {person.id.hex(): [other]}
    aicha.session.redact_person(person.id)
    assert device.note(project, "outlines") == {}
