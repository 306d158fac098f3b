from pathlib import Path

import numpy as np
import pytest
import shapely

from collabmap.basemap import drawing, tags
from collabmap.basemap.extract import Layers, frames_of, own_box, read
from collabmap.domain.geo import Bbox, to_world
from collabmap.errors import AreaNotCovered, Cancelled, ExtractUnreadable, FileMissing
from collabmap.render import fonts, labels, tile_painter

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "monaco-2023-12-25.osm.pbf"
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
AREA = Bbox(7.395, 43.715, 7.455, 43.760)


def shared(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"the real file {name} is not on this machine (../shared/data)")
    return SHARED / name


@pytest.fixture(scope="module")
def monaco() -> Layers:
    return read(DEMO, AREA)


def holds(layers: Layers, kind: str, lng: float, lat: float) -> bool:
    """Whether a position lies in an area of a kind, holes respected."""
    shapes = layers.areas[kind]
    x, y = to_world(lng, lat)
    inside = 0
    for run in shapes.touching((x, y, x, y)):
        ring = shapely.Polygon(shapes.points[shapes.starts[run] : shapes.starts[run + 1]])
        inside += ring.contains(shapely.Point(x, y))
    return inside % 2 == 1


def osm(path: Path, body: str) -> Path:
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{body}</osm>')
    return path


def nodes(*spots: tuple[float, float]) -> str:
    return "".join(
        f'<node id="{n}" version="1" lon="{lng}" lat="{lat}"/>'
        for n, (lng, lat) in enumerate(spots, start=1)
    )


def way(number: int, refs: list[int], **said: str) -> str:
    inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    inside += "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in said.items())
    return f'<way id="{number}" version="1">{inside}</way>'


SQUARE = ((7.40, 43.72), (7.41, 43.72), (7.41, 43.73), (7.40, 43.73))
HERE = Bbox(7.39, 43.71, 7.42, 43.74)


# --- Monaco -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "lng", "lat", "is_sea"),
    [
        ("the middle of the harbour", 7.4255, 43.7352, True),
        ("the basin of Fontvieille", 7.4214, 43.7288, True),
        ("the open sea", 7.4500, 43.7200, True),
        ("the beach of the Larvotto, offshore", 7.4345, 43.7450, True),
        ("the Rock", 7.4255, 43.7310, False),
        ("the casino", 7.4283, 43.7393, False),
        ("the mountain behind", 7.4000, 43.7500, False),
        ("the mole of the harbour", 7.4306, 43.73526, False),
        ("the heliport", 7.4194, 43.7256, False),
    ],
)
def test_the_sea_ends_where_the_town_begins(
    monaco: Layers, where: str, lng: float, lat: float, is_sea: bool
) -> None:
    assert holds(monaco, "sea", lng, lat) is is_sea, where


def test_no_railway_runs_through_the_sea_that_is_guessed(monaco: Layers) -> None:
    rails = monaco.lines["rail", "tunnel"]
    sea = monaco.areas["sea"]
    water = shapely.union_all(
        [shapely.Polygon(sea.points[a:b]) for a, b in zip(sea.starts, sea.starts[1:], strict=False)]
    )
    for start, stop in zip(rails.starts, rails.starts[1:], strict=False):
        assert not shapely.LineString(rails.points[start:stop]).intersects(water)


def test_the_layers_of_a_town_are_there(monaco: Layers) -> None:
    assert len(monaco.areas["building"]) > 1000
    assert {"green", "wood", "water", "pier", "sand", "plaza", "pitch"} <= set(monaco.areas)
    roads = {kind for kind, _ in monaco.lines}
    assert {"primary", "secondary", "tertiary", "street", "path", "steps", "rail"} <= roads
    assert {where for _, where in monaco.lines} == {"ground", "tunnel", "bridge"}


def test_streets_and_quarters_have_their_names(monaco: Layers) -> None:
    streets = {street.name for street in monaco.streets}
    assert {"Rue Grimaldi", "Boulevard Albert 1er", "Avenue d'Ostende"} <= streets
    places = {(spot.name, spot.kind) for spot in monaco.spots}
    assert {("Monaco", "city"), ("La Condamine", "suburb"), ("Port Hercule de Monaco", "bay")} <= (
        places
    )


def test_the_pieces_of_a_street_are_joined(monaco: Layers) -> None:
    pieces = [street for street in monaco.streets if street.name == "Rue Grimaldi"]
    assert len(pieces) < 6
    assert max(len(street.points) for street in pieces) > 10


def test_a_small_area_leaves_the_rest_of_the_town_out(monaco: Layers) -> None:
    rock = read(DEMO, Bbox(7.424, 43.730, 7.427, 43.732))
    assert 0 < len(rock.areas["building"]) < len(monaco.areas["building"]) / 3


def test_an_area_elsewhere_is_not_covered() -> None:
    with pytest.raises(AreaNotCovered):
        read(DEMO, Bbox(2.3, 48.8, 2.4, 48.9))


def test_an_extract_says_which_box_it_covers() -> None:
    assert own_box(DEMO) == pytest.approx((7.409205, 43.72335, 7.448637, 43.75169))


@pytest.mark.parametrize(
    ("where", "box", "is_sea"),
    [
        ("off the harbour", Bbox(7.445, 43.728, 7.450, 43.733), True),
        ("in the town", Bbox(7.4262, 43.7388, 7.4275, 43.7398), False),
    ],
)
def test_an_area_that_no_coast_runs_through_is_sea_or_land(
    where: str, box: Bbox, is_sea: bool
) -> None:
    layers = read(DEMO, box)
    assert ("sea" in layers.areas) is is_sea, where


def test_reading_stops_when_asked() -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(DEMO, AREA, cancel=stop)


# --- small extracts, written here -------------------------------------------------------------


def test_a_house_with_a_court_keeps_its_hole(tmp_path: Path) -> None:
    inner = ((7.404, 43.724), (7.406, 43.724), (7.406, 43.726), (7.404, 43.726))
    relation = (
        '<relation id="9" version="1"><member type="way" ref="1" role="outer"/>'
        '<member type="way" ref="2" role="inner"/><tag k="type" v="multipolygon"/>'
        '<tag k="building" v="yes"/></relation>'
    )
    path = osm(
        tmp_path / "court.osm",
        nodes(*SQUARE, *inner) + way(1, [1, 2, 3, 4, 1]) + way(2, [5, 6, 7, 8, 5]) + relation,
    )
    layers = read(path, HERE)
    assert holds(layers, "building", 7.402, 43.722)
    assert not holds(layers, "building", 7.405, 43.725)


def test_a_closed_street_is_a_line_unless_it_says_it_is_an_area(tmp_path: Path) -> None:
    ring = [1, 2, 3, 4, 1]
    path = osm(
        tmp_path / "ring.osm",
        nodes(*SQUARE)
        + way(1, ring, highway="pedestrian")
        + way(2, ring, highway="pedestrian", area="yes"),
    )
    layers = read(path, HERE)
    assert len(layers.lines["pedestrian", "ground"]) == 1
    assert len(layers.areas["plaza"]) == 1


def test_the_french_name_comes_before_the_local_one(tmp_path: Path) -> None:
    path = osm(
        tmp_path / "names.osm",
        nodes(*SQUARE)
        + way(1, [1, 2], highway="primary", name="Via Roma", name__fr="Rue de Rome")
        + way(2, [2, 3], highway="primary", name="Via Dante"),
    )
    assert [street.name for street in read(path, HERE).streets] == ["Rue de Rome", "Via Dante"]


def test_a_way_whose_nodes_are_not_all_there_is_drawn_as_far_as_it_goes(tmp_path: Path) -> None:
    path = osm(tmp_path / "torn.osm", nodes(*SQUARE) + way(1, [1, 2, 77, 3, 4], highway="primary"))
    shapes = read(path, HERE).lines["primary", "ground"]
    assert [int(count) for count in np.diff(shapes.starts)] == [2, 2]


def test_parts_of_houses_and_what_lies_underground_are_left_out(tmp_path: Path) -> None:
    ring = [1, 2, 3, 4, 1]
    path = osm(
        tmp_path / "parts.osm",
        nodes(*SQUARE)
        + way(1, ring, building__part="yes")
        + way(2, ring, building="no")
        + way(3, ring, building="yes", location="underground")
        + way(4, [1, 2], highway="service"),
    )
    assert "building" not in read(path, HERE).areas


def test_an_area_over_the_antimeridian_takes_both_sides(tmp_path: Path) -> None:
    path = osm(
        tmp_path / "taveuni.osm",
        nodes((179.98, -16.8), (179.99, -16.8), (-179.99, -16.8), (-179.98, -16.8), (0.0, -16.8))
        + way(1, [1, 2], highway="primary")
        + way(2, [3, 4], highway="primary"),
    )
    layers = read(path, Bbox(179.9, -17.0, -179.9, -16.5))
    assert len(layers.lines["primary", "ground"]) == 2
    assert len(frames_of(Bbox(179.9, -17.0, -179.9, -16.5))) == 2


def test_objects_in_no_order_are_put_in_order(tmp_path: Path) -> None:
    ring = [1, 2, 3, 4, 1]
    path = osm(
        tmp_path / "mixed.osm",
        way(5, ring, building="yes") + way(2, [1, 2], highway="primary") + nodes(*SQUARE),
    )
    layers = read(path, HERE)
    assert len(layers.areas["building"]) == 1
    assert len(layers.lines["primary", "ground"]) == 1


# --- files that are none ----------------------------------------------------------------------


def test_an_extract_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        own_box(tmp_path / "gone.osm.pbf")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.osm.pbf", b""),
        ("letter.osm.pbf", b"Dear mayor, here is the map you asked for. " * 40),
        ("track.osm", b'<?xml version="1.0"?><gpx version="1.1"></gpx>'),
        ("broken.osm", b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="abc"'),
        ("half.osm.pbf", DEMO.read_bytes()[:100_000]),
        ("noise.osm.pbf", DEMO.read_bytes()[:40] + bytes(range(256)) * 20),
        ("half.osm.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(50)),
    ],
)
def test_a_file_that_is_no_extract_says_so(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ExtractUnreadable):
        read(path, AREA)
    with pytest.raises(ExtractUnreadable):
        own_box_and_all(path)


def own_box_and_all(path: Path) -> None:
    """A torn file may still have a whole header: then reading it is what fails."""
    read(path, own_box(path))


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "mbtiles/plain_1.mbtiles",
        "mbtiles/corrupt.mbtiles",
        "dedupe/monaco/monaco_poi_2012.geojson",
    ],
)
def test_a_real_file_of_another_kind_is_no_extract(name: str) -> None:
    with pytest.raises(ExtractUnreadable):
        own_box(shared(name))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "buildings", "has_sea"),
    [
        ("osm/monaco_planetiler.osm.pbf", 1205, True),
        ("osm/monaco_graphhopper_old.osm.gz", 965, True),
        ("osm/andorra_graphhopper.osm.pbf", 292, False),
        ("osm/tiny_pyogrio_sample.osm.pbf", 2, False),  # Ways in no order.
    ],
)
def test_a_real_extract_of_another_time_or_place_is_read(
    name: str, buildings: int, has_sea: bool
) -> None:
    path = shared(name)
    layers = read(path, own_box(path))
    assert len(layers.areas["building"]) == buildings
    assert ("sea" in layers.areas) is has_sea


@pytest.mark.shared
def test_the_old_harbour_is_water_too() -> None:
    layers = read(shared("osm/monaco_graphhopper_old.osm.gz"), AREA)
    assert holds(layers, "sea", 7.4255, 43.7352)
    assert not holds(layers, "sea", 7.4255, 43.7310)


# --- tags -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"building": "yes", "leisure": "park"}, "building"),
        ({"building": "no", "leisure": "park"}, ""),
        ({"leisure": "swimming_pool"}, "water"),
        ({"landuse": "residential"}, "built_up"),
        ({"landuse": "farmland"}, ""),
        ({"natural": "cliff", "landuse": "forest"}, "wood"),
    ],
)
def test_tags_decide_the_layer(said: dict[str, str], kind: str) -> None:
    assert tags.kind_of(said, tags.AREAS) == kind


@pytest.mark.parametrize(
    ("said", "structure"),
    [
        ({}, "ground"),
        ({"tunnel": "no"}, "ground"),
        ({"tunnel": "building_passage"}, "tunnel"),
        ({"bridge": "viaduct"}, "bridge"),
        ({"covered": "yes"}, "tunnel"),
        ({"covered": "arcade"}, "ground"),
    ],
)
def test_tags_decide_what_runs_under_or_over(said: dict[str, str], structure: str) -> None:
    assert tags.structure_of(said) == structure


@pytest.mark.parametrize(("said", "heads_east"), [("yes", False), ("-1", True)])
def test_an_arrow_points_the_way_one_may_drive(tmp_path: Path, said: str, heads_east: bool) -> None:
    # Two pieces, both drawn from east to west: joined, they must not turn round.
    east_to_west = ((7.420, 43.725), (7.410, 43.725), (7.400, 43.725))
    pieces = way(1, [2, 3], highway="residential", oneway=said)
    pieces += way(2, [1, 2], highway="residential", oneway=said)
    layers = read(osm(tmp_path / "a.osm", nodes(*east_to_west) + pieces), HERE)
    tile_painter.start()
    fonts.load(fonts.folder())
    found = list(drawing.names(layers, "light", 17))
    placed = labels.place(17, found, (0.0, 0.0, 256.0 * 2**17, 256.0 * 2**17))
    assert placed
    for arrow in placed:
        points_east = (arrow.letters == ("→",)) == bool(abs(arrow.at[0, 2]) < 1)
        assert points_east == heads_east


def test_a_house_has_its_number_at_its_door_or_in_its_middle(tmp_path: Path) -> None:
    door = '<node id="9" version="1" lon="7.4001" lat="43.7201">'
    door += '<tag k="addr:housenumber" v="12"/></node>'
    house = way(1, [1, 2, 3, 4, 1], building="yes", addr__housenumber="14")
    layers = read(osm(tmp_path / "a.osm", nodes(*SQUARE) + door + house), HERE)
    assert {spot.name for spot in layers.spots if spot.kind == "house_number"} == {"12", "14"}


def test_the_border_along_a_street_is_drawn_with_the_street(tmp_path: Path) -> None:
    border = {"boundary": "administrative", "admin_level": "8", "highway": "residential"}
    layers = read(osm(tmp_path / "a.osm", nodes(*SQUARE) + way(1, [1, 2, 3], **border)), HERE)
    assert {("border_commune", "ground"), ("street", "ground")} == set(layers.lines)
