"""Which places may be one: found on this computer, kept in the file, signed by nobody."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from pictures import encoded, telling
from sharing import Copies, carry, view

from collabmap.app import duplicates
from collabmap.app.progress import CancelToken, Progress
from collabmap.app.session import Session
from collabmap.domain.duplicates import ReasonKind
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.errors import Cancelled
from collabmap.review.bulk import sort_rows
from collabmap.store.ingest import now_ms

FOUNTAIN, TWIN, THIRD = "Fontaine St Michel", "fontaine Saint-Michel", "Fontaine Saint Michel"
_LATER = count(1)


@pytest.fixture(params=["whole", "around"])
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what looks for duplicates, through all of the map or around what has changed."""
    if request.param == "around":
        monkeypatch.setattr(duplicates, "_SMALL", 0)
        monkeypatch.setattr(duplicates, "_GROWN", 100.0)
        monkeypatch.setattr(duplicates, "_CHANGED", 100.0)
    return lambda session: duplicates.refresh(session.project, session.theme)


def add(session: Session, name: str, lng: float = 7.42, category: str = "eau") -> bytes:
    at_ms = now_ms() + next(_LATER)
    session.now = lambda: at_ms
    return session.add(PlaceDraft(name, category, lng, 43.73))


def found(session: Session) -> list[tuple[bytes, ...]]:
    return [group.ids for group in session.reader.duplicates()]


def test_two_names_of_one_place_are_found_with_the_reasons(
    camille: Session, look: Callable[..., None]
) -> None:
    look(camille)
    one = add(camille, FOUNTAIN)
    look(camille)
    assert found(camille) == []
    two = add(camille, TWIN, 7.4204)
    add(camille, "Boulangerie Costa", 7.4202, "commerces")
    assert found(camille) == []
    look(camille)
    (group,) = camille.reader.duplicates()
    assert group.ids == (one, two)
    (pair,) = group.pairs
    kinds = {reason.kind: reason for reason in pair.reasons}
    assert set(kinds) == {
        ReasonKind.DISTANCE, ReasonKind.SAME_CATEGORY, ReasonKind.LIKE_NAMES,
    }  # fmt: skip
    assert kinds[ReasonKind.DISTANCE].value == pytest.approx(32, abs=1)
    assert kinds[ReasonKind.LIKE_NAMES].texts == (FOUNTAIN, TWIN)


def test_what_changes_is_looked_at_again_and_nothing_else(
    camille: Session, look: Callable[..., None]
) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN, 7.4204)
    look(camille)
    assert camille.reader.find_duplicates(camille.theme) is None
    camille.edit(view(camille, two), {"position": LngLat(7.46, 43.73)})
    look(camille)
    assert found(camille) == []
    camille.undo()
    look(camille)
    assert found(camille) == [(one, two)]
    camille.edit(view(camille, two), {"name": "Lavoir"})
    assert camille.reader.find_duplicates(camille.theme, frozenset({two})) is not None
    look(camille)
    assert found(camille) == []


def test_a_pair_goes_and_comes_with_its_places(camille: Session, look: Callable[..., None]) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN)
    look(camille)
    camille.delete(view(camille, two))
    assert found(camille) == []
    look(camille)
    camille.undo()
    look(camille)
    assert found(camille) == [(one, two)]
    camille.hide_place(two)
    assert found(camille) == []
    camille.unhide(two)
    assert camille.person is not None
    camille.hide_person(camille.person.id)
    assert found(camille) == []


def test_a_merge_on_hold_takes_its_pairs_along(
    camille: Session, copy: Copies, look: Callable[..., None]
) -> None:
    aicha = copy("Aïcha")
    one, two = add(camille, FOUNTAIN), add(aicha, TWIN)
    look(camille)
    carry(aicha, camille)
    look(camille)
    assert found(camille) == [(one, two)]
    (merge,) = camille.merges()
    camille.hold(merge.id)
    assert found(camille) == []
    look(camille)
    camille.release(merge.id)
    look(camille)
    assert found(camille) == [(one, two)]


def test_what_was_decided_of_a_pair_is_asked_no_more_on_any_laptop(
    camille: Session, copy: Copies, look: Callable[..., None]
) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN)
    aicha = copy("Aïcha")
    for session in (camille, aicha):
        look(session)
        assert found(session) == [(one, two)]
    camille.different(one, two)
    assert found(camille) == []
    carry(camille, aicha)
    # Also once it has changed: what was said is remembered.
    camille.edit(view(camille, two), {"name": FOUNTAIN})
    for session in (camille, aicha):
        look(session)
        assert found(session) == []
    camille.undo()
    camille.undo()
    look(camille)
    assert found(camille) == [(one, two)]
    camille.unite([view(camille, one), view(camille, two)], {})
    look(camille)
    assert found(camille) == []


def test_three_that_may_be_one_are_a_group_that_two_told_apart_are_not_in(
    camille: Session, look: Callable[..., None]
) -> None:
    one, two, three = add(camille, FOUNTAIN), add(camille, TWIN), add(camille, THIRD)
    look(camille)
    assert found(camille) == [(one, two, three)]
    camille.different(one, two)
    assert sorted(found(camille)) == [(one, three), (two, three)]
    # What was said of a part holds for the whole.
    camille.same(one, three)
    look(camille)
    assert found(camille) == []


def test_photos_added_at_the_same_time_are_a_hint(
    camille: Session, look: Callable[..., None]
) -> None:
    places = add(camille, FOUNTAIN), add(camille, TWIN, 7.4204)
    look(camille)
    before = camille.reader.duplicates()[0].pairs[0].score
    for place in places:
        camille.add_photo(view(camille, place), encoded(telling(32, 24)))
    look(camille)
    (pair,) = camille.reader.duplicates()[0].pairs
    assert pair.score > before
    assert ReasonKind.PHOTOS in {reason.kind for reason in pair.reasons}


def test_a_look_through_a_whole_map_tells_how_far_it_is_and_can_be_stopped(
    camille: Session,
) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN)
    assert camille.reader.places_to_compare() == 2
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        camille.reader.find_duplicates(camille.theme, cancel=token)
    told: list[Progress] = []
    look = camille.reader.find_duplicates(camille.theme, progress=told.append)
    assert look is not None
    assert (told[-1].done, told[-1].total) == (2, 2)
    camille.keep_duplicates(look)
    assert camille.reader.places_to_compare() == 0
    assert found(camille) == [(one, two)]


def test_what_changed_during_a_look_is_looked_at_again(camille: Session) -> None:
    add(camille, FOUNTAIN)
    two = add(camille, TWIN)
    look = camille.reader.find_duplicates(camille.theme)
    assert look is not None
    camille.edit(view(camille, two), {"name": "Lavoir"})
    camille.keep_duplicates(look)
    duplicates.refresh(camille.project, camille.theme)
    assert found(camille) == []


def test_pairs_change_no_digest_and_outlive_a_rebuild(camille: Session) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN)
    before = camille.info()
    duplicates.refresh(camille.project, camille.theme)
    assert camille.info().digest_hex == before.digest_hex
    assert camille.rebuild() == before.digest_hex
    assert found(camille) == [(one, two)]
    assert camille.verify().ok


def as_before(path: Path) -> None:
    """Turn a project file into one of the version before pairs were kept."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE duplicate")
        db.execute("DROP TABLE duplicate_seen")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%duplicates'")
        db.execute("PRAGMA user_version = 5")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_file_from_before_is_read_and_brought_up_to_date(camille: Session) -> None:
    one, two = add(camille, FOUNTAIN), add(camille, TWIN)
    camille.close()
    as_before(camille.path)
    with closing(Session.open(camille.path, camille.device, read_only=True)) as looked_at:
        assert found(looked_at) == []
    with closing(Session.open(camille.path, camille.device)) as again:
        duplicates.refresh(again.project, again.theme)
        assert found(again) == [(one, two)]
    assert list(camille.path.parent.glob("*-schema-5*.backup"))


def test_words_do_not_outlive_what_was_taken_away(camille: Session) -> None:
    add(camille, FOUNTAIN)
    two = add(camille, TWIN)
    duplicates.refresh(camille.project, camille.theme)
    camille.close()
    with closing(Session.open(camille.path, camille.device)) as again:
        again.redact_place(two)
    with closing(sqlite3.connect(camille.path)) as db:
        assert db.execute("SELECT count(*) FROM duplicate").fetchone() == (0,)
        assert db.execute("SELECT 1 FROM meta WHERE key = 'duplicates'").fetchone() is None


def test_a_preview_tells_which_of_what_comes_may_be_there_already(
    camille: Session, copy: Copies
) -> None:
    aicha = copy("Aïcha")
    one = add(camille, FOUNTAIN)
    add(camille, "Lavoir")
    add(camille, "lavoir")
    duplicates.refresh(camille.project, camille.theme)
    two = add(aicha, TWIN)
    add(aicha, "Boulangerie Costa", category="commerces")
    bundle = aicha.send(aicha.path.parent / "aicha.cmbundle").path
    seen = camille.preview([bundle])
    assert seen.duplicates is not None
    assert [(found.mark.id, found.other) for found in seen.duplicates] == [(two, one)]
    # Nothing was written, and what was known before is not told again.
    assert len(found(camille)) == 1
    # Who does not review is not asked.
    assert aicha.preview([camille.give_back(camille.path.parent / "back").path]).duplicates is None


def test_a_group_is_a_line_of_the_queue_with_its_card(camille: Session, copy: Copies) -> None:
    aicha = copy("Aïcha")
    one, two = add(camille, FOUNTAIN), add(aicha, TWIN, 7.4204)
    carry(aicha, camille)
    assert [row.kind for row in camille.reader.queue()] == ["new"]
    duplicates.refresh(camille.project, camille.theme)
    row = next(row for row in camille.reader.queue() if row.kind == "duplicate")
    assert (row.features, set(row.names)) == ((one, two), {FOUNTAIN, TWIN})
    # Nor is the new place itself accepted among many others, before somebody has looked at them.
    assert sort_rows(camille.reader.queue()).ready == ()
    for asked in (one, two, row.id):
        looked = camille.reader.queue_rows(frozenset({asked}))
        assert [each for each in looked if each.kind == "duplicate"] == [row]
    assert camille.reader.queue_rows(frozenset({bytes(16)})) == []
    item = camille.reader.duplicate_item(row.id)
    assert item is not None
    assert (item.id, item.kind, item.name) == (row.id, row.kind, TWIN)
    assert [member.place.id for member in item.members] == [one, two]
    camille.delete(view(camille, one))
    assert [row.kind for row in camille.reader.queue()] == ["new"]
    assert camille.reader.duplicate_item(row.id) is None
