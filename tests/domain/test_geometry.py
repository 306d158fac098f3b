"""Shapes: what is read, refused, repaired, cut and measured."""

import json
import math
import struct
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from collabmap.domain.antimeridian import atoms, cut
from collabmap.domain.extent import Extent, bbox_of
from collabmap.domain.geo import MAX_LAT, Bbox
from collabmap.domain.geometry import (
    MAX_VERTICES,
    MAX_WKB_BYTES,
    Flaw,
    check_position,
    from_geojson,
    from_wkb,
    point_of_wkb,
    point_wkb,
    prepare,
    repair,
    representative_point,
    to_geojson,
)
from collabmap.errors import (
    GeometryCollapsed,
    GeometryTooLarge,
    GeometryUnreadable,
    InputInvalid,
    PositionOutOfRange,
)

CASES = Path(__file__).parents[2].parent / "shared" / "data" / "geojson_cases"

lngs = st.floats(-180, 180)
lats = st.floats(-MAX_LAT, MAX_LAT)
points = st.builds(shapely.Point, lngs, lats)


@st.composite
def zones(draw: st.DrawFn, centre_lng: float | None = None) -> shapely.Polygon:
    """A zone with a hole: star-shaped around a centre, so it never crosses itself."""
    lng = draw(st.floats(-170, 170)) if centre_lng is None else centre_lng
    lat = draw(st.floats(-70, 70))
    radii = draw(st.lists(st.floats(0.5, 8), min_size=3, max_size=20))
    turn = 2 * math.pi / len(radii)

    def ring(scale: float) -> list[tuple[float, float]]:
        return [
            (lng + scale * r * math.cos(i * turn), lat + scale * r * math.sin(i * turn))
            for i, r in enumerate(radii)
        ]

    zone = shapely.Polygon(ring(1), [ring(0.3)])
    assume(zone.is_valid)
    return zone


def wrapped(zone: shapely.Polygon) -> dict[str, object]:
    """Return the zone as GeoJSON whose longitudes were folded into ±180 without a cut."""
    rings = [zone.exterior, *zone.interiors]
    return {
        "type": "Polygon",
        "coordinates": [[[(x + 180) % 360 - 180, y] for x, y in r.coords] for r in rings],
    }


def crossings(geometry: shapely.Geometry) -> list[float]:
    """Return the steps of more than half a turn in any part, and longitudes beyond ±180."""
    found = []
    for part in atoms(geometry):
        lines = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for line in lines:
            xs = [x for x, _ in line.coords]
            found += [x for x in xs if abs(x) > 180]
            found += [b - a for a, b in pairwise(xs) if 180 < abs(b - a) < 360]
    return found


# --- laws -------------------------------------------------------------------------------------


@given(st.one_of(points, zones()))
def test_a_shape_survives_geojson_to_seven_decimals(shape: shapely.Geometry) -> None:
    written = json.loads(json.dumps(to_geojson(shape)))
    read = from_geojson(written)
    assert read is not None
    assert not read.flaws
    # Normalised, because writing may start a ring elsewhere or turn it round.
    assert shapely.hausdorff_distance(read.geometry, shape) <= 1.5e-7


@given(zones())
def test_outer_rings_are_written_counter_clockwise_and_holes_clockwise(
    zone: shapely.Polygon,
) -> None:
    for given_way in (zone, zone.reverse()):
        rings = to_geojson(given_way)["coordinates"]
        assert shapely.LinearRing(rings[0]).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in rings[1:])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(zones(centre_lng=180.0))
def test_a_cut_at_the_antimeridian_keeps_the_area_and_leaves_no_crossing(
    zone: shapely.Polygon,
) -> None:
    read = from_geojson(wrapped(zone))
    assert read is not None
    assert read.geometry.area == pytest.approx(zone.area, rel=1e-9)
    assert crossings(read.geometry) == []
    assert all(part.is_valid for part in atoms(read.geometry))


@given(st.lists(st.tuples(st.floats(160, 200), lats), min_size=2, max_size=30))
def test_a_cut_line_keeps_its_length(positions: list[tuple[float, float]]) -> None:
    line = shapely.LineString(positions)
    pieces = cut(line)
    assert sum(part.length for part in atoms(pieces)) == pytest.approx(line.length, abs=1e-9)
    assert crossings(pieces) == []


@given(st.one_of(points, zones(), zones(centre_lng=179.0)))
def test_what_is_stored_is_valid_and_its_mark_lies_on_it(shape: shapely.Geometry) -> None:
    stored = prepare(shape)
    geometry = from_wkb(stored.wkb)
    assert geometry.is_valid
    assert crossings(geometry) == [] if geometry.geom_type != "Point" else True
    assert geometry.distance(shapely.Point(stored.position)) == pytest.approx(0, abs=1e-9)


@given(st.lists(st.tuples(lngs, lats), min_size=1, max_size=8))
def test_a_box_holds_every_point_that_went_by(positions: list[tuple[float, float]]) -> None:
    extent = Extent()
    for lng, lat in positions:
        extent.add(lng, lat, lng, lat)
    box = extent.bbox()
    assert box is not None
    assert all(math.isfinite(edge) for edge in box)
    assert all(box.contains(lng, lat) for lng, lat in positions)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["type", "coordinates", "geometries"]), inner)
            | st.fixed_dictionaries(
                {
                    "type": st.sampled_from(
                        [
                            "Point",
                            "LineString",
                            "Polygon",
                            "MultiPolygon",
                            "GeometryCollection",
                            "Circle",
                        ]
                    ),
                    "coordinates": inner,
                    "geometries": inner,
                }
            )
        ),
    )
)
def test_whatever_is_offered_as_geojson_is_read_or_refused_in_words(value: object) -> None:
    try:
        read = from_geojson(value)
    except InputInvalid as error:
        words = str(error)
    else:
        words = "read" if read is None or read.geometry.is_valid else ""
    assert words


@given(st.binary(max_size=200))
def test_whatever_bytes_are_offered_as_wkb_are_read_or_refused_in_words(wkb: bytes) -> None:
    try:
        words = from_wkb(wkb).geom_type
    except InputInvalid as error:
        words = str(error)
    assert words


# --- points without shapely -------------------------------------------------------------------


@given(lngs, lats)
def test_a_point_packed_by_hand_is_what_shapely_packs(lng: float, lat: float) -> None:
    wkb = point_wkb(lng, lat)
    assert wkb == shapely.to_wkb(shapely.Point(lng, lat), byte_order=1)
    assert point_of_wkb(wkb) == (lng, lat)


@pytest.mark.parametrize(
    ("lng", "lat"),
    [(181, 0), (0, 86), (math.nan, 0), (0, math.nan), (math.inf, 0), (0, -math.inf)],
)
def test_a_position_off_the_map_is_refused(lng: float, lat: float) -> None:
    with pytest.raises(PositionOutOfRange):
        check_position(lng, lat)
    with pytest.raises(PositionOutOfRange):
        point_wkb(lng, lat)


def test_a_line_is_no_point() -> None:
    assert point_of_wkb(shapely.LineString([(0, 0), (1, 1)]).wkb) is None


# --- refused ----------------------------------------------------------------------------------


def test_a_shape_of_too_many_points_is_refused_with_the_limit() -> None:
    circle = shapely.Point(7.42, 43.73).buffer(0.01, quad_segs=1000)
    with pytest.raises(GeometryTooLarge, match=f"{MAX_VERTICES} at most"):
        from_geojson(
            shapely.geometry.mapping(circle)
            | {"coordinates": [[list(p) for p in circle.exterior.coords]]}
        )
    with pytest.raises(GeometryTooLarge, match="4001 points"):
        prepare(circle)
    with pytest.raises(GeometryTooLarge):
        from_wkb(circle.wkb)


def test_a_count_is_taken_before_anything_is_built() -> None:
    million = {"type": "LineString", "coordinates": [[7.0, 43.0]] * 1_000_000}
    with pytest.raises(GeometryTooLarge):
        from_geojson(million)
    with pytest.raises(GeometryTooLarge):
        from_wkb(b"\x01" * (MAX_WKB_BYTES + 1))


def _curve(kind: int, *numbers: float) -> bytes:
    return struct.pack(f"<BII{len(numbers)}d", 1, kind, len(numbers) // 2, *numbers)


_ARC = _curve(8, 0, 0, 1, 1, 2, 0)


@pytest.mark.parametrize(
    "wkb",
    [
        _ARC,
        struct.pack("<BII", 1, 9, 1) + _ARC,
        struct.pack("<BII", 1, 10, 1) + _curve(8, 0, 0, 1, 1, 2, 0, 1, -1, 0, 0),
        struct.pack("<BII", 1, 11, 1) + _ARC,
        struct.pack("<BII", 1, 7, 1) + _ARC,
        struct.pack("<BII", 1, 7, 1) * 5000 + struct.pack("<BIdd", 1, 1, 7, 43),
    ],
)
def test_curves_and_collections_without_end_are_refused(wkb: bytes) -> None:
    with pytest.raises(GeometryUnreadable):
        from_wkb(wkb)


def test_a_shape_without_extent_is_refused() -> None:
    for coordinates in ([[7.0, 43.0], [7.0, 43.0]], [[7.0, 43.0]]):
        with pytest.raises(GeometryCollapsed):
            from_geojson({"type": "LineString", "coordinates": coordinates})
    flat = [[[7.0, 43.0], [7.1, 43.0], [7.2, 43.0], [7.0, 43.0]]]
    with pytest.raises(GeometryCollapsed):
        from_geojson({"type": "Polygon", "coordinates": flat})


def test_wkb_with_a_nan_in_a_line_is_refused() -> None:
    wkb = struct.pack("<BII4d", 1, 2, 2, 7.0, 43.0, math.nan, 43.1)
    with pytest.raises(PositionOutOfRange):
        from_wkb(wkb)


# --- repaired ---------------------------------------------------------------------------------


def test_a_bow_tie_is_untangled_into_two_zones() -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    read = from_geojson(bow_tie)
    assert read is not None
    assert read.flaws == {Flaw.SELF_CROSSING}
    assert read.geometry.area == pytest.approx(2)
    assert len(list(atoms(read.geometry))) == 2


def test_an_open_ring_is_closed_and_a_height_left_out_and_both_are_said() -> None:
    read = from_geojson(
        {"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 1, 5]]]}
    )
    assert read is not None
    assert read.flaws == {Flaw.UNCLOSED_RING, Flaw.HEIGHT}
    assert read.geometry.area == pytest.approx(1)
    assert not read.geometry.has_z


def test_a_hole_outside_its_zone_is_named() -> None:
    zone = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [[(3, 3), (4, 3), (4, 4), (3, 4)]])
    assert repair(zone).flaws == {Flaw.HOLE_OUTSIDE}


def test_a_sliver_thinner_than_seven_decimals_is_written_as_null() -> None:
    sliver = shapely.Polygon([(7, 43), (7.1, 43), (7.1, 43.00000001)])
    assert to_geojson(sliver) is None


# --- cut and boxed ----------------------------------------------------------------------------


def test_a_line_that_touches_the_antimeridian_and_goes_on_is_cut_there() -> None:
    pieces = cut(shapely.LineString([(170, 0), (180, 5), (-170, 0)]))
    assert [list(part.coords) for part in atoms(pieces)] == [
        [(170, 0), (180, 5)],
        [(-180, 5), (-170, 0)],
    ]


def test_a_box_of_islands_on_both_sides_crosses_the_antimeridian() -> None:
    taveuni, suva = shapely.Point(-179.95, -16.8), shapely.Point(178.44, -18.14)
    assert bbox_of([taveuni, suva]) == Bbox(178.44, -18.14, -179.95, -16.8)


def test_a_box_of_a_zone_that_was_cut_crosses_the_antimeridian() -> None:
    zone = shapely.box(177, -19, 181, -16)
    assert bbox_of([zone]) == Bbox(177, -19, -179, -16)


def test_a_box_around_nothing_is_none() -> None:
    assert bbox_of([]) is None


# --- where the mark goes ----------------------------------------------------------------------


def test_the_mark_of_a_line_lies_halfway() -> None:
    assert representative_point(shapely.LineString([(0, 0), (4, 0)])) == (2, 0)


def test_the_mark_of_a_horseshoe_lies_on_it() -> None:
    horseshoe = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 3))
    assert horseshoe.contains(shapely.Point(representative_point(horseshoe)))


# --- real files -------------------------------------------------------------------------------


def _case(name: str) -> object:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} lies in ../shared, which is absent here")
    return json.loads(path.read_text(encoding="utf-8-sig"))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "planar_area"),
    [
        ("complex-split", 20 * (120 + 30 + 120 + 30 + 120)),
        ("over-180", 200),
        ("split", 200),
        ("north-pole", 360 * 50),
        ("cw-only", 100),
    ],
)
def test_a_known_case_of_the_antimeridian_keeps_its_area(name: str, planar_area: float) -> None:
    read = from_geojson(_case(f"antimeridian/{name}.json"))
    assert read is not None
    assert crossings(read.geometry) == []
    assert read.geometry.area == pytest.approx(planar_area)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["issues-124", "line", "multi-line", "point-on-antimeridian"])
def test_a_known_case_of_the_antimeridian_is_written_without_a_crossing(name: str) -> None:
    read = from_geojson(_case(f"antimeridian/{name}.json"))
    assert read is not None
    written = from_geojson(to_geojson(read.geometry))
    assert written is not None
    assert written.geometry.is_valid
    assert crossings(written.geometry) == []


def _geometries(value: object) -> list[object]:
    """Return what a file offers as geometries, whatever else it is."""
    if (
        isinstance(value, dict)
        and isinstance(value.get("features"), list)
        and (value.get("type") == "FeatureCollection")
    ):
        return [f.get("geometry", f) if isinstance(f, dict) else f for f in value["features"]]
    if isinstance(value, dict) and value.get("type") == "Feature":
        return [value.get("geometry")]
    return [value]


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["geojsonhint_good", "geojsonhint_bad"])
def test_every_real_file_is_read_or_refused_in_words(folder: str) -> None:
    _case(f"{folder}/{'good-point' if folder.endswith('good') else 'point'}.geojson")
    refused = {}
    for path in sorted((CASES / folder).iterdir()):
        for geometry in _geometries(_case(f"{folder}/{path.name}")):
            try:
                from_geojson(geometry)
            except InputInvalid as error:
                refused[path.stem] = error.code
    if folder == "geojsonhint_good":
        assert refused == {}
    else:
        assert (
            refused.items()
            >= {
                "badcoord": "geometry-unreadable",
                "multipoint-multidimension": "geometry-unreadable",
                "point-string": "geometry-unreadable",
                "point-toofew": "geometry-unreadable",
                "short-line": "geometry-collapsed",
                "stringcoord": "geometry-unreadable",
                "unknowntype": "geometry-unreadable",
                "false": "geometry-unreadable",
                "notype": "geometry-unreadable",
            }.items()
        )


def test_an_outline_that_goes_along_an_edge_twice_is_put_right_as_one_zone() -> None:
    twice = shapely.Polygon([(1, 1), (0, 0), (0, 1), (1, 1), (0, 2), (0, 1)])
    repaired = repair(twice).geometry
    assert repaired.is_valid
    assert repaired.equals(shapely.Polygon([(0, 0), (1, 1), (0, 2)]))
