"""In which quarter and commune places lie: found by the base map, kept here, signed by nobody."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from basemap.gazetteers import DEMO, pack

from collabmap.app import place_tags
from collabmap.app.session import Session
from collabmap.basemap.gazetteer import add_to
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import LngLat
from collabmap.store.device import Device

HARBOUR, CASINO, AT_SEA = (7.4203, 43.7345), (7.4285, 43.7395), (7.60, 43.50)
FOUNTAIN = PlaceDraft("Fontaine", "eau", *HARBOUR)


@pytest.fixture(scope="module")
def monaco(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = pack(tmp_path_factory.mktemp("packs") / "monaco.mbtiles")
    add_to(path, [DEMO], None)
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Session]:
    """A map without a base map."""
    session = Session.create(tmp_path / "town", Device(tmp_path / "c"), "Ville", "Camille")
    yield session
    session.close()


@pytest.fixture
def session(bare: Session, monaco: Path) -> Session:
    """A map whose base map knows where things lie."""
    bare.path.with_suffix(".mbtiles").write_bytes(monaco.read_bytes())
    return bare


def where(session: Session, place: bytes) -> str:
    view = session.reader.place(place)
    assert view is not None
    return view.where


def exported(session: Session, folder: Path, *, draft: bool = False) -> dict[str, str]:
    session.export_geojson(folder / "out.geojson", draft=draft)
    found = json.loads((folder / "out.geojson").read_text(encoding="utf-8"))["features"]
    return {each["properties"]["name"]: each["properties"]["place"] for each in found}


def test_a_place_knows_its_quarter_and_its_town(session: Session) -> None:
    place = session.add(FOUNTAIN)
    assert where(session, place) == ""
    session.keep_place_tags(session.reader.find_place_tags(frozenset({place})))
    assert where(session, place) == "La Condamine, Monaco"
    # Nothing is left to look for.
    assert session.reader.find_place_tags().rows == ()


def test_a_place_that_moves_is_looked_for_anew(session: Session) -> None:
    place = session.add(FOUNTAIN)
    place_tags.refresh(session.project)
    view = session.reader.place(place)
    assert view is not None
    session.edit(view, {"position": LngLat(*CASINO)})
    assert where(session, place) == ""
    place_tags.refresh(session.project)
    assert where(session, place) == "Monte-Carlo, Monaco"


def test_tags_change_no_digest_and_outlive_a_rebuild(session: Session) -> None:
    place = session.add(FOUNTAIN)
    before = session.info()
    place_tags.refresh(session.project)
    assert session.info().digest_hex == before.digest_hex
    assert session.info().changes == before.changes
    assert session.rebuild() == before.digest_hex
    assert where(session, place) == "La Condamine, Monaco"
    assert session.verify().ok


def test_another_base_map_makes_all_anew(bare: Session, monaco: Path) -> None:
    place = bare.add(FOUNTAIN)
    place_tags.refresh(bare.project)
    # Without a base map the list of towns knows the nearest one.
    assert where(bare, place) in ("Monaco", "La Condamine")
    bare.path.with_suffix(".mbtiles").write_bytes(monaco.read_bytes())
    place_tags.refresh(bare.project)
    assert where(bare, place) == "La Condamine, Monaco"


def test_where_nobody_knows_nothing_is_said(session: Session) -> None:
    place = session.add(PlaceDraft("Épave", "patrimoine", *AT_SEA))
    place_tags.refresh(session.project)
    assert where(session, place) == ""
    assert session.reader.find_place_tags().rows == ()


def test_places_are_counted_by_where_they_lie(session: Session) -> None:
    session.add(FOUNTAIN)
    opera = session.add(PlaceDraft("Opéra", "culture", *CASINO))
    session.add(PlaceDraft("Épave", "patrimoine", *AT_SEA))
    place_tags.refresh(session.project)
    assert [tuple(count) for count in session.reader.place_counts()] == [
        ("", "", 1),
        ("Monaco", "La Condamine", 1),
        ("Monaco", "Monte-Carlo", 1),
    ]
    view = session.reader.place(opera)
    assert view is not None
    session.delete(view)
    assert [tuple(count) for count in session.reader.place_counts()] == [
        ("", "", 1),
        ("Monaco", "La Condamine", 1),
    ]


def test_an_export_says_where_places_lie(session: Session, tmp_path: Path) -> None:
    session.add(FOUNTAIN)
    session.add(PlaceDraft("Épave", "patrimoine", *AT_SEA))
    expected = {"Fontaine": "La Condamine, Monaco", "Épave": ""}
    assert exported(session, tmp_path) == expected
    # Also of a map that is only looked at, and whose base map is another than before.
    session.close()
    only_looked_at = Session.open(session.path, session.device, read_only=True)
    with closing(only_looked_at):
        assert exported(only_looked_at, tmp_path) == expected
        only_looked_at.path.with_suffix(".mbtiles").unlink()
        assert exported(only_looked_at, tmp_path)["Fontaine"] in ("Monaco", "La Condamine")


def test_a_published_place_is_exported_where_it_is_published(
    session: Session, tmp_path: Path
) -> None:
    kit = session.hand_out(tmp_path / "kit").path
    place = session.add(FOUNTAIN)
    (tmp_path / "copy").mkdir()
    aicha = Session.open_kit(kit, tmp_path / "copy", Device(tmp_path / "a"))
    with closing(aicha):
        aicha.begin_person("Aïcha")
        aicha.merge([session.give_back(tmp_path / "town.cmbundle").path])
        view = aicha.reader.place(place)
        assert view is not None
        aicha.edit(view, {"position": LngLat(*CASINO)})
        session.merge([aicha.send(tmp_path / "aicha.cmbundle").path])
    assert exported(session, tmp_path)["Fontaine"] == "La Condamine, Monaco"
    assert exported(session, tmp_path, draft=True)["Fontaine"] == "Monte-Carlo, Monaco"


def as_before_tags(path: Path) -> None:
    """Turn a project file into one of the version before there were tags."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TABLE place_tag")
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%place_tags'")
        db.execute("PRAGMA user_version = 3")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_file_from_before_is_read_and_brought_up_to_date(session: Session) -> None:
    place = session.add(FOUNTAIN)
    session.close()
    as_before_tags(session.path)
    looked_at = Session.open(session.path, session.device, read_only=True)
    with closing(looked_at):
        assert where(looked_at, place) == ""
        assert looked_at.reader.place_counts() == []
    again = Session.open(session.path, session.device)
    with closing(again):
        place_tags.refresh(again.project)
        assert where(again, place) == "La Condamine, Monaco"
    assert list(session.path.parent.glob("*-schema-3*.backup"))


def test_positions_do_not_outlive_what_was_taken_away(session: Session) -> None:
    place = session.add(FOUNTAIN)
    place_tags.refresh(session.project)
    session.close()
    again = Session.open(session.path, session.device)
    with closing(again):
        assert where(again, place)
        again.redact_place(place)
    with closing(sqlite3.connect(session.path)) as db:
        assert db.execute("SELECT count(*) FROM place_tag").fetchone() == (0,)
