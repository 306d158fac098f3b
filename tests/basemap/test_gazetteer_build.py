import sqlite3
from pathlib import Path

import pytest
from basemap.gazetteers import (
    ANDORRA,
    DEMO,
    extract,
    gazetteer,
    node,
    pack,
    relation,
    shared,
    way,
)

from collabmap.basemap import gazetteer_read
from collabmap.basemap.gazetteer import Gazetteer, add_to, contains_index
from collabmap.domain.geo import Bbox, LngLat
from collabmap.errors import Cancelled, ExtractUnreadable, FileMissing, TilesUnreadable
from collabmap.store.mbtiles import MBTilesReader

HERE = LngLat(7.40, 43.73)


def rows(db: sqlite3.Connection) -> list[object]:
    tables = ("about", "entry", "spot", "number", "word", "area", "text_data")
    return [db.execute(f"SELECT * FROM gazetteer_{table}").fetchall() for table in tables]


def test_the_same_extract_gives_the_same_rows(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        path = pack(tmp_path / f"{name}.mbtiles")
        add_to(path, [DEMO], None)
        with sqlite3.connect(path) as db:
            made.append(rows(db))
        db.close()
    assert made[0] == made[1]
    assert len(made[0][1]) > 1_500


def test_a_pack_with_an_index_is_a_base_map_as_before(tmp_path: Path) -> None:
    path = pack(tmp_path / "town.mbtiles")
    with MBTilesReader(path) as reader:
        before = (dict(reader.metadata), reader.count(), reader.bounds)
    assert not contains_index(path)
    assert add_to(path, [DEMO], None) > 1_500
    assert contains_index(path)
    with MBTilesReader(path) as reader:
        assert (dict(reader.metadata), reader.count(), reader.bounds) == before
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql <> ''")}
    db.close()
    others = {"metadata", "images", "map", "tiles", "metadata_name"}
    assert {name for name in tables if not name.startswith("gazetteer_")} == others
    # Once more: the old index is replaced, not added to.
    size = path.stat().st_size
    add_to(path, [DEMO], None)
    assert abs(path.stat().st_size - size) < 100_000


def test_what_lies_in_a_log_beside_a_pack_is_kept(tmp_path: Path) -> None:
    path = pack(tmp_path / "town.mbtiles")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO metadata VALUES ('legend', 'written last')")
    writer.commit()
    add_to(path, [DEMO], None)
    writer.close()
    with MBTilesReader(path) as reader:
        assert reader.metadata["legend"] == "written last"
    assert contains_index(path)


def test_the_pieces_of_a_street_are_one_entry_with_a_box(tmp_path: Path) -> None:
    source = extract(
        tmp_path / "town.osm",
        [
            *(node(i, 7.40 + i / 1000, 43.73) for i in range(5)),
            node(8, 7.60, 43.73),
            node(9, 7.601, 43.73),
            way(1, [0, 1], highway="residential", name="Rue Longue"),
            way(2, [1, 2], highway="residential", name="Rue Longue"),
            way(3, [2, 3, 4], highway="steps", name="rue longue"),
            way(4, [8, 9], highway="residential", name="Rue Longue"),
        ],
    )
    with gazetteer(source) as index:
        near, far = index.find("rue longue", HERE)
    assert near.box == Bbox(7.40, 43.73, 7.404, 43.73)
    assert near.kind == "street"
    # The middle of a street lies on it.
    assert near.position == LngLat(7.402, 43.73)
    assert far.box == Bbox(7.60, 43.73, 7.601, 43.73)


def test_houses_find_their_street(tmp_path: Path) -> None:
    source = extract(
        tmp_path / "town.osm",
        [
            node(0, 7.400, 43.73),
            node(1, 7.404, 43.73),
            node(2, 7.4001, 43.7301, addr__housenumber="1", addr__street="rue longue"),
            node(3, 7.4010, 43.7301, addr__housenumber="11 bis", addr__street="R. Longue"),
            node(4, 7.4020, 43.7301, addr__housenumber="21-23", addr__street="Rue Longue"),
            node(5, 7.4030, 43.7301, addr__housenumber="33"),
            node(6, 7.4035, 43.7301, addr__housenumber="5", addr__place="Les Moulins"),
            node(7, 7.4000, 43.7299, addr__housenumber="2", addr__street="Rue Longue"),
            node(8, 7.4040, 43.7299, addr__housenumber="10", addr__street="Rue Longue"),
            way(1, [0, 1], highway="residential", name="Rue Longue"),
            way(2, [7, 8], addr__interpolation="even"),
            relation(1, [("node", 5, "house")], type="associatedStreet", name="Rue Longue"),
        ],
    )
    with gazetteer(source) as index:

        def at(text: str) -> tuple[str, LngLat]:
            hit = index.find(text, HERE)[0]
            return hit.kind, hit.position

        assert at("1 rue longue") == ("address", LngLat(7.4001, 43.7301))
        assert at("rue longue 11bis") == ("address", LngLat(7.4010, 43.7301))
        assert at("23, rue longue") == ("address", LngLat(7.4020, 43.7301))
        assert at("33 rue longue") == ("address", LngLat(7.4030, 43.7301))
        # A letter that nobody mapped: the house without it.
        assert at("21 c rue longue") == ("address", LngLat(7.4020, 43.7301))
        # Between two numbers that a line connects.
        assert at("6 rue longue") == ("address", LngLat(7.402, 43.7299))
        # A house that belongs to no street but to a hamlet.
        assert at("5 les moulins") == ("address", LngLat(7.4035, 43.7301))
        # A number that there is not: the street.
        assert at("99 rue longue")[0] == "street"


def test_communes_part_streets_of_one_name(tmp_path: Path) -> None:
    def square(first: int, west: float) -> list[str]:
        corners = [(west, 43.70), (west + 0.1, 43.70), (west + 0.1, 43.80), (west, 43.80)]
        return [node(first + i, *corner) for i, corner in enumerate(corners)]

    def commune(number: int, first: int, name: str) -> str:
        refs = [first, first + 1, first + 2, first + 3, first]
        return way(number, refs, boundary="administrative", admin_level="8", name=name)

    source = extract(
        tmp_path / "town.osm",
        [
            *square(10, 7.4),
            *square(20, 7.5),
            node(30, 7.4990, 43.75),
            node(31, 7.4998, 43.75),
            node(32, 7.5002, 43.75),
            node(33, 7.5010, 43.75),
            commune(1, 10, "Ouestville"),
            commune(2, 20, "Estville"),
            way(3, [30, 31], highway="residential", name="Rue du Pont"),
            way(4, [32, 33], highway="residential", name="Rue du Pont"),
        ],
    )
    with gazetteer(source) as index:
        hits = index.find("rue du pont", HERE)
        assert [hit.commune for hit in hits] == ["Ouestville", "Estville"]
        assert index.find("pont estville", HERE)[0].commune == "Estville"
        # A commune of which there is only the border is found too.
        assert index.find("estville", HERE)[0].kind == "village"


def test_only_what_lies_in_the_area_is_kept() -> None:
    rock = Bbox(7.4185, 43.7285, 7.4280, 43.7335)
    with gazetteer(DEMO, area=rock) as small, gazetteer(DEMO) as whole:
        assert 50 < small.count < whole.count / 3
        assert small.find("palais princier")
        assert not small.find("boulevard des moulins")


def test_several_extracts_make_one_index() -> None:
    with gazetteer(DEMO, shared(ANDORRA)) as both:
        assert both.find("rue grimaldi")[0].commune == "Monaco"
        assert both.find("avinguda carlemany")[0].commune == "Escaldes-Engordany"


def test_positions_may_wait_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with gazetteer(DEMO) as index:
        expected = rows(index._db)
    monkeypatch.setattr(gazetteer_read, "LARGE_BYTES", 0)
    with gazetteer(DEMO) as index:
        assert rows(index._db) == expected


def test_extracts_whose_objects_are_in_no_order(tmp_path: Path) -> None:
    parts = [
        *(node(i, 7.40 + i / 1000, 43.73) for i in range(4)),
        way(2, [0, 1], highway="residential", name="Rue Courte"),
        way(1, [2, 3], highway="residential", name="Rue Brève"),
    ]
    with gazetteer(extract(tmp_path / "town.osm", parts)) as index:
        assert index.find("courte")[0].name == "Rue Courte"
        assert index.find("breve")[0].name == "Rue Brève"


def test_stopping_leaves_the_pack_as_it_was(tmp_path: Path) -> None:
    path = pack(tmp_path / "town.mbtiles")
    before = path.read_bytes()

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        add_to(path, [DEMO], None, cancel=stop)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_bad_input(tmp_path: Path) -> None:
    path = pack(tmp_path / "town.mbtiles")
    before = path.read_bytes()
    text = tmp_path / "words.osm.pbf"
    text.write_text("these are only words")
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(DEMO.read_bytes()[:200_000])
    with pytest.raises(FileMissing):
        add_to(path, [tmp_path / "none.osm.pbf"], None)
    with pytest.raises(ExtractUnreadable):
        add_to(path, [text], None)
    with pytest.raises(ExtractUnreadable):
        add_to(path, [cut], None)
    with pytest.raises(FileMissing):
        add_to(tmp_path / "none.mbtiles", [DEMO], None)
    with pytest.raises(TilesUnreadable):
        add_to(text, [DEMO], None)
    assert path.read_bytes() == before
    assert Gazetteer.open(path) is None
    assert Gazetteer.open(text) is None
    assert Gazetteer.open(tmp_path / "none.mbtiles") is None
