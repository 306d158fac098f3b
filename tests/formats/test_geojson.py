"""The GeoJSON that leaves the house."""

import errno
import json
import math
import os
import struct
import tracemalloc
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import rfc7946
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.geometry import point_wkb, prepare
from collabmap.domain.theme import Category
from collabmap.errors import (
    Cancelled,
    DiskFull,
    FileExists,
    FileMissing,
    FolderNotWritable,
)
from collabmap.formats.geojson import ExportFeature, ExportLink, write_geojson

NATURE = Category("nature", "Nature", "Nature", "tree", "#025D42", "disc", "place")
BORN = 1_795_459_325_678  # 2026-11-23 18:42:05 UTC


def place(
    wkb: bytes | None = None,
    *,
    number: int = 1,
    name: str = "Fontaine",
    category: Category = NATURE,
    description: str = "",
    tags: tuple[str, ...] = (),
    author: str | None = None,
    born_ms: int = BORN,
    state: FeatureState | None = None,
    place: str = "",
) -> ExportFeature:
    return ExportFeature(
        id=number.to_bytes(16, "big"),
        geometry_wkb=point_wkb(7.4203, 43.7311) if wkb is None else wkb,
        name=name,
        category=category,
        category_label=category.label("fr"),
        description=description,
        tags=tags,
        author=author,
        born_ms=born_ms,
        changed_ms=born_ms + 60_000,
        state=state,
        place=place,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "carte.geojson"


def written(path: Path, *features: ExportFeature, bbox: Bbox | None = None) -> dict[str, object]:
    write_geojson(path, features, bbox=bbox, title="La Condamine")
    assert rfc7946.problems(path.read_bytes()) == []
    value = json.loads(path.read_bytes())
    assert isinstance(value, dict)
    return value


def properties(path: Path, feature: ExportFeature) -> dict[str, object]:
    found = written(path, feature)["features"][0]["properties"]
    assert isinstance(found, dict)
    return found


# --- the law ----------------------------------------------------------------------------------

lngs = st.floats(-180, 180)
lats = st.floats(-MAX_LAT, MAX_LAT)
positions = st.tuples(st.floats(-200, 200), st.floats(-80, 80))
shapes = st.one_of(
    st.builds(lambda x, y: shapely.Point(x, y), lngs, lats),
    st.builds(shapely.LineString, st.lists(positions, min_size=2, max_size=9, unique=True)),
    st.builds(
        lambda x, y, r: shapely.Point(x, y).buffer(r, quad_segs=4),
        lngs,
        st.floats(-70, 70),
        st.floats(1e-6, 9),
    ),
    st.builds(
        lambda *xyr: shapely.union_all(
            [shapely.Point(x, y).buffer(r) for x, y, r in xyr]
        ).difference(shapely.Point(*xyr[0][:2]).buffer(0.1)),
        *[st.tuples(lngs, st.floats(-60, 60), st.floats(1, 5))] * 2,
    ),
)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(shapes, st.text(), st.lists(st.text(), max_size=3)), max_size=5),
    st.text(),
)
def test_whatever_is_on_the_map_the_file_keeps_to_the_rfc(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[shapely.Geometry, str, list[str]]],
    title: str,
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.geojson"
    features = [
        place(prepare(shape).wkb, number=number, name=words, tags=tuple(tags))
        for number, (shape, words, tags) in enumerate(rows)
    ]
    assert write_geojson(path, features, title=title) == len(rows)
    assert rfc7946.problems(path.read_bytes()) == []
    read = json.loads(path.read_bytes())
    assert [f["properties"]["name"] for f in read["features"]] == [row[1] for row in rows]


# --- what a feature says ----------------------------------------------------------------------


def test_a_place_has_flat_labelled_properties(path: Path) -> None:
    told = properties(
        path,
        place(
            description="Eau fraîche",
            tags=("ombre", "banc"),
            author="Aïcha B.",
            place="La Condamine, Monaco",
        ),
    )
    assert told == {
        "name": "Fontaine",
        "category": "nature",
        "category_label": "Nature",
        "nature": "place",
        "description": "Eau fraîche",
        "tags": "ombre;banc",
        "place": "La Condamine, Monaco",
        "author": "Aïcha B.",
        "created": "2026-11-23T18:42:05Z",
        "changed": "2026-11-23T18:43:05Z",
        "marker-color": "#025D42",
        "marker-symbol": "park",
        "_umap_options": {"color": "#025D42", "iconClass": "Circle"},
    }


def test_an_author_without_consent_and_a_state_of_no_draft_are_left_out(path: Path) -> None:
    assert properties(path, place()).keys().isdisjoint({"author", "state", "contact"})


def test_a_draft_says_what_awaits_review(path: Path) -> None:
    assert properties(path, place(state=FeatureState.PENDING))["state"] == "pending"


def test_a_line_has_a_stroke_and_a_zone_a_fill(path: Path) -> None:
    line = prepare(shapely.LineString([(7.41, 43.73), (7.42, 43.74)])).wkb
    assert "stroke" in properties(path, place(line))
    zone = prepare(shapely.box(7.41, 43.73, 7.42, 43.74)).wkb
    assert properties(path, place(zone)).keys() >= {"stroke", "fill"}


def test_an_id_is_the_uuid_as_text(path: Path) -> None:
    assert written(path, place(number=7))["features"][0]["id"] == str(uuid.UUID(int=7))


def test_accents_are_written_as_they_are(path: Path) -> None:
    written(path, place(name="Théâtre à l’ombre des cyprès 🌲"))
    assert "Théâtre à l’ombre des cyprès 🌲".encode() in path.read_bytes()


def test_a_category_that_nobody_knows_still_has_a_colour(path: Path) -> None:
    grey = Category("x", "x", "x", "help-circle-outline", "#767D87", "disc", "place")
    told = properties(path, place(category=grey))
    assert told["marker-color"] == "#767D87"
    assert "marker-symbol" not in told


def test_a_clock_of_the_year_twelve_thousand_gives_a_date_that_can_be_read(path: Path) -> None:
    assert properties(path, place(born_ms=2**48 - 1))["created"] == "9999-12-31T23:59:59Z"


# --- where it lies ----------------------------------------------------------------------------


def test_a_position_has_seven_decimals_and_no_negative_zero(path: Path) -> None:
    feature = written(path, place(point_wkb(7.123456789, -1e-9)))["features"][0]
    assert feature["geometry"]["coordinates"] == [7.1234568, 0.0]
    assert b"-0.0" not in path.read_bytes()


def test_an_empty_or_unreadable_geometry_is_null(path: Path) -> None:
    nan = struct.pack("<BIdd", 1, 1, math.nan, math.nan)
    broken = place(b"\x01\x02", number=3)
    features = written(path, place(shapely.Point().wkb), place(nan, number=2), broken)["features"]
    assert [feature["geometry"] for feature in features] == [None, None, None]


def test_the_box_stands_at_the_end_unless_it_was_known(path: Path) -> None:
    found = written(path, place(), place(point_wkb(7.5, 43.0), number=2))
    assert list(found)[-1] == "bbox"
    assert found["bbox"] == [7.4203, 43.0, 7.5, 43.7311]
    known = written(path, place(), bbox=Bbox(7, 43, 8, 44))
    assert list(known)[-1] == "features"
    assert known["bbox"] == [7, 43, 8, 44]


def test_a_map_on_both_sides_of_the_antimeridian_has_a_box_across_it(path: Path) -> None:
    west = prepare(shapely.box(179.5, -17, 180.5, -16)).wkb
    found = written(path, place(west), place(point_wkb(178.4, -18.1), number=2))
    assert found["bbox"] == [178.4, -18.1, -179.5, -16]


def test_a_map_without_places_is_an_empty_collection(path: Path) -> None:
    assert written(path)["features"] == []


# --- the file itself --------------------------------------------------------------------------


def test_links_stand_after_the_features(path: Path) -> None:
    links = [ExportLink(bytes(15) + b"\x01", bytes(15) + b"\x02", "runs", "anime")]
    write_geojson(path, [place(), place(number=2)], links=links, title="Ville")
    (link,) = rfc7946.read(path.read_bytes())["links"]
    assert list(link.values()) == [
        "00000000-0000-0000-0000-000000000001",
        "runs",
        "anime",
        "00000000-0000-0000-0000-000000000002",
    ]


def test_memory_does_not_grow_with_the_map(path: Path) -> None:
    def many(count: int) -> Iterator[ExportFeature]:
        return (place(number=number) for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        write_geojson(path, many(count), title="")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(10_000) < peak(1_000) + 50_000


def test_stopping_leaves_the_old_file_and_no_other(path: Path) -> None:
    path.write_text("before")

    class Token:
        def check(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_geojson(path, (place(number=n) for n in range(2000)), title="", cancel=Token())
    assert path.read_text() == "before"
    assert list(path.parent.glob("**/*.part")) == []


def test_progress_ends_with_the_number_of_features(path: Path) -> None:
    said: list[int] = []
    write_geojson(path, (place(number=n) for n in range(1200)), title="", progress=said.append)
    assert said == [500, 1000, 1200]


def test_a_fault_while_reading_the_map_leaves_the_old_file(path: Path) -> None:
    path.write_text("before")

    def failing() -> Iterator[ExportFeature]:
        yield place()
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        write_geojson(path, failing(), title="")
    assert path.read_text() == "before"
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == [path.name]


def test_a_full_disk_is_said(path: Path) -> None:
    def filling() -> Iterator[ExportFeature]:
        yield place()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull, match=r"carte\.geojson"):
        write_geojson(path, filling(), title="")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_really_full_device_is_said(tmp_path: Path) -> None:
    path = tmp_path / "full.geojson"
    # Writing goes to the temporary name beside, so that is what must lie on the full device.
    (tmp_path / f".full.geojson.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        write_geojson(path, (place(number=n) for n in range(2000)), title="")
    assert not path.exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="nowhere"):
        write_geojson(tmp_path / "nowhere" / "x.geojson", [place()], title="")


def test_a_name_that_a_folder_has_is_said(tmp_path: Path) -> None:
    (tmp_path / "carte.geojson").mkdir()
    with pytest.raises(FileExists):
        write_geojson(tmp_path / "carte.geojson", [place()], title="")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_where_one_may_not_write_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FolderNotWritable):
            write_geojson(tmp_path / "carte.geojson", [place()], title="")
    finally:
        tmp_path.chmod(0o700)
