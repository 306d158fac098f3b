"""Pictures of the map without a window."""

from pathlib import Path

import pytest
from checkerboard import CENTRE, HERE, Checkerboard, a_mark, tile_colour
from PySide6.QtGui import QColor, QGuiApplication, QImage

from collabmap.app.settings import resource
from collabmap.basemap.cartography import PALETTES
from collabmap.basemap.overview import Overview
from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import Bbox, LngLat
from collabmap.domain.theme import Theme
from collabmap.domain.theme_file import parse_theme
from collabmap.domain.tiles import tile_at
from collabmap.render.camera import Camera
from collabmap.render.map_picture import MARGIN_PX, Layer, attributions, map_picture
from collabmap.render.tokens import CLUSTER_RING, DARK, LIGHT

THEME_FILE = Path(__file__).parents[2] / "resources" / "themes" / "territoire.json"
AROUND = Bbox(7.415, 43.731, 7.425, 43.739)
EAU = QColor("#0C8296")


@pytest.fixture(scope="module")
def theme() -> Theme:
    return parse_theme(THEME_FILE.read_text(encoding="utf-8"))


def camera_of(bbox: Bbox, size: tuple[int, int]) -> Camera:
    return Camera(0.5, 0.5, 0.0, *size).fitted(bbox, margin_px=MARGIN_PX).crisp()


def count(image: QImage, colour: QColor) -> int:
    found = 0
    for x in range(image.width()):
        found += sum(image.pixelColor(x, y) == colour for y in range(image.height()))
    return found


def test_tiles_and_marks_lie_on_their_positions(qapp: QGuiApplication, theme: Theme) -> None:
    mark = a_mark("fountain", 7.4222, 43.7365)
    image = map_picture([Layer(Checkerboard())], [mark], theme, bbox=AROUND, size=(800, 600))
    camera = camera_of(AROUND, (800, 600))
    x, y = camera.pixel_of(LngLat(mark.lng, mark.lat))
    assert image.pixelColor(round(x - 11), round(y + 2)) == EAU
    position = camera.position_at(200, 200)
    wanted = tile_colour(tile_at(position.lng, position.lat, round(camera.zoom)))
    assert image.pixelColor(200, 200) == wanted


def test_the_whole_box_is_in_the_picture() -> None:
    for size in ((1366, 768), (400, 900), (256, 256)):
        shown = camera_of(HERE, size).bbox
        assert shown.contains(HERE.west, HERE.south)
        assert shown.contains(HERE.east, HERE.north)


def test_a_finer_picture_has_the_same_content(qapp: QGuiApplication, theme: Theme) -> None:
    mark = a_mark("fountain")
    plain = map_picture([Layer(Checkerboard())], [mark], theme, bbox=AROUND, size=(400, 300))
    fine = map_picture(
        [Layer(Checkerboard())], [mark], theme, bbox=AROUND, size=(400, 300), scale=2.0
    )
    assert (fine.width(), fine.height()) == (800, 600)
    x, y = camera_of(AROUND, (400, 300)).pixel_of(LngLat(*CENTRE))
    assert plain.pixelColor(round(x - 11), round(y + 2)) == EAU
    assert fine.pixelColor(round(2 * (x - 11)), round(2 * (y + 2))) == EAU
    assert plain.pixelColor(50, 50) == fine.pixelColor(100, 100)


def test_without_a_base_map_the_land_is_painted_and_nothing_is_owed(
    qapp: QGuiApplication, theme: Theme
) -> None:
    image = map_picture([], [], theme, bbox=AROUND, size=(400, 300), tokens=DARK)
    assert image.pixelColor(200, 100) == QColor(DARK.base_map.land)
    assert image.pixelColor(395, 295) == QColor(DARK.base_map.land)


def test_the_attribution_and_the_scale_are_painted(qapp: QGuiApplication, theme: Theme) -> None:
    image = map_picture([Layer(Checkerboard())], [], theme, bbox=AROUND, size=(800, 600))
    for corner in (image.copy(600, 580, 200, 20), image.copy(0, 576, 200, 24)):
        pixels = [
            corner.pixelColor(x, y).lightness()
            for x in range(corner.width())
            for y in range(corner.height())
        ]
        assert sum(lightness < 110 for lightness in pixels) > 60


def test_a_missing_tile_shows_its_parent(qapp: QGuiApplication, theme: Theme) -> None:
    source = Checkerboard(missing=lambda tile: tile.z > 13)
    image = map_picture([Layer(source)], [], theme, bbox=AROUND, size=(800, 600))
    position = camera_of(AROUND, (800, 600)).position_at(300, 250)
    wanted = tile_colour(tile_at(position.lng, position.lat, 13))
    assert image.pixelColor(300, 250) == wanted


def test_rejected_places_are_left_out_and_yours_wear_their_ring(
    qapp: QGuiApplication, theme: Theme
) -> None:
    mine = a_mark("mine", author=b"me")
    gone = a_mark("gone", 7.4170, state=FeatureState.REJECTED)
    image = map_picture(
        [], [mine, gone], theme, bbox=AROUND, size=(800, 600), is_mine=lambda m: m == mine
    )
    x, y = camera_of(AROUND, (800, 600)).pixel_of(LngLat(*CENTRE))
    ring = image.pixelColor(round(x - 18), round(y))
    assert abs(ring.blue() - QColor(LIGHT.primary).blue()) < 30
    assert count(image, EAU) < 700


@pytest.mark.parametrize("with_groups", [True, False])
def test_what_crowds_is_grouped_unless_every_mark_is_wanted(
    qapp: QGuiApplication, theme: Theme, with_groups: bool
) -> None:
    crowd = [a_mark(f"m{i}", CENTRE[0] + i * 1e-5) for i in range(9)]
    image = map_picture([], crowd, theme, bbox=AROUND, size=(400, 300), groups=with_groups)
    assert (count(image, QColor(CLUSTER_RING)) > 50) == with_groups


def test_base_maps_are_painted_in_order_each_as_clear_as_it_is(
    qapp: QGuiApplication, theme: Theme
) -> None:
    red, blue = (Checkerboard(colour=QColor(name)) for name in ("#ff0000", "#0000ff"))

    def middle(*layers: Layer) -> QColor:
        image = map_picture(layers, [], theme, bbox=AROUND, size=(400, 300), attribution="")
        return image.pixelColor(200, 100)

    assert middle(Layer(red), Layer(blue)) == QColor("#0000ff")
    assert middle(Layer(blue), Layer(red)) == QColor("#ff0000")
    mixed = middle(Layer(red), Layer(blue, 0.25))
    assert abs(mixed.red() - 191) < 4
    assert abs(mixed.blue() - 64) < 4


def test_whoever_made_the_base_maps_is_named_once_each() -> None:
    mine = Checkerboard()
    mine.attribution = "© IGN"
    layers = [Layer(Checkerboard()), Layer(mine), Layer(Checkerboard())]
    assert attributions(layers) == "© OpenStreetMap contributors · © IGN"


def test_under_and_around_the_base_maps_lies_the_world(qapp: QGuiApplication, theme: Theme) -> None:
    world = Overview(resource("overview"), "light", "fr")
    image = map_picture(
        [Layer(Checkerboard())],
        [],
        theme,
        bbox=Bbox(-20, 35, 20, 55),
        size=(800, 600),
        ground=world,
        ground_credit="Made with Natural Earth",
    )
    camera = camera_of(Bbox(-20, 35, 20, 55), (800, 600))
    for position, kind in ((LngLat(-15, 45), "water"), (LngLat(2.5, 46), "land")):
        x, y = camera.pixel_of(position)
        wanted = getattr(PALETTES["light"], kind)
        assert image.pixelColor(round(x), round(y)) == QColor(wanted)


def test_a_picture_of_the_world_does_not_ask_for_all_tiles_of_a_town(
    qapp: QGuiApplication, theme: Theme
) -> None:
    source = Checkerboard()
    everywhere = Bbox(-170, -60, 170, 75)
    world = Overview(resource("overview"), "dark", "en")
    image = map_picture([Layer(source)], [], theme, bbox=everywhere, size=(800, 600), ground=world)
    assert source.asked == []
    assert image.pixelColor(2, 2) in (QColor(world.outside), QColor(PALETTES["dark"].water))


def test_near_a_town_the_ground_is_plain_and_owes_nothing(
    qapp: QGuiApplication, theme: Theme
) -> None:
    world = Overview(resource("overview"), "light", "fr")
    how = {"bbox": AROUND, "size": (400, 300), "attribution": ""}
    plain = map_picture([], [], theme, ground=world, ground_credit="Somebody", **how)  # type: ignore[arg-type]
    assert plain == map_picture([], [], theme, **how)  # type: ignore[arg-type]
