"""The world under every base map: what is land, what is sea, and where names stand."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage

from collabmap.app.settings import resource
from collabmap.basemap import overview
from collabmap.basemap.cartography import PALETTES, Style
from collabmap.basemap.overview import Overview, countries, read
from collabmap.domain.geo import to_world
from collabmap.domain.tiles import Tile
from collabmap.render.ground import ground_tile, paint_ground

FOLDER = resource("overview")
LIGHT = PALETTES["light"]


def world(zoom: int, style: Style = "light", *, scale: int = 1, names_until: int = -1) -> QImage:
    """The whole world at a zoom."""
    made = Overview(FOLDER, style, "fr", names_until=names_until, scale=scale)
    return paint_ground(made, zoom, range(1 << zoom), range(1 << zoom))


def colour_at(image: QImage, lng: float, lat: float) -> QColor:
    x, y = to_world(lng, lat)
    return image.pixelColor(
        min(image.width() - 1, int(x * image.width())),
        min(image.height() - 1, int(y * image.height())),
    )


@pytest.mark.parametrize("style", ["light", "dark", "contrast"])
@pytest.mark.parametrize(
    ("lng", "lat", "kind"),
    [
        (2.0, 47.0, "land"),  # France
        (-40.0, 40.0, "water"),  # the Atlantic
        (51.0, 42.0, "water"),  # the Caspian Sea, a hole in the land
        (100.0, 65.0, "land"),  # Siberia
        (179.5, 68.0, "land"),  # Chukotka, on this side of the antimeridian
        (-179.0, 68.0, "land"),  # and on the other
        (178.0, -18.0, "land"),  # Fiji
        (0.0, -84.0, "land"),  # Antarctica down to the map's edge
        (-60.0, -84.9, "land"),
        (179.9, -75.0, "water"),  # the Ross Sea
        (0.0, 84.9, "water"),  # the Arctic Ocean
    ],
)
def test_land_is_land_and_sea_is_sea(
    qapp: QGuiApplication, style: Style, lng: float, lat: float, kind: str
) -> None:
    assert colour_at(world(3, style), lng, lat) == QColor(getattr(PALETTES[style], kind))


def test_both_details_agree_on_what_is_land(qapp: QGuiApplication) -> None:
    far = world(2).scaled(256, 256)
    near = world(3).scaled(256, 256)
    land = [
        np.frombuffer(image.constBits(), np.uint32).reshape(256, 256) == QColor(LIGHT.land).rgb()
        for image in (far, near)
    ]
    assert (land[0] != land[1]).mean() < 0.03


def test_no_line_runs_along_the_antimeridian_or_the_map_s_lower_edge(
    qapp: QGuiApplication,
) -> None:
    image = world(4)
    plain = {QColor(LIGHT.land).name(), QColor(LIGHT.water).name()}
    side = image.width()
    for x in (0, side - 1):
        column = [image.pixelColor(x, y).name() for y in range(side)]
        assert sum(name not in plain for name in column) < 0.01 * side
    row = [image.pixelColor(x, side - 1).name() for x in range(side)]
    assert sum(name not in plain for name in row) < 0.01 * side


def test_countries_are_parted_but_a_coast_is_no_border(qapp: QGuiApplication) -> None:
    borders = read(FOLDER, "near").borders
    # The Rhine between France and Germany is one, the shore of Brittany is none.
    at_the_rhine = to_world(7.6, 48.3)
    in_brittany = to_world(-4.7, 48.4)
    near = [
        np.hypot(*(borders.points - position).T).min() for position in (at_the_rhine, in_brittany)
    ]
    assert near[0] < 0.001
    assert near[1] > 0.01


def test_a_tile_is_the_same_alone_or_in_a_block(qapp: QGuiApplication) -> None:
    made = Overview(FOLDER, "light", "fr")
    block = paint_ground(made, 4, range(6, 10), range(4, 8))
    alone = ground_tile(made, Tile(4, 8, 5))
    of_block = block.copy(2 * 256, 256, 256, 256)
    assert np.abs(_pixels(of_block) - _pixels(alone)).max() <= 2


def test_a_finer_picture_shows_the_same(qapp: QGuiApplication) -> None:
    made = Overview(FOLDER, "light", "fr", scale=2)
    fine = ground_tile(made, Tile(4, 8, 5))
    assert (fine.width(), fine.height()) == (512, 512)
    plain = ground_tile(Overview(FOLDER, "light", "fr"), Tile(4, 8, 5))
    smooth = Qt.TransformationMode.SmoothTransformation
    small = [_pixels(image.scaled(64, 64, mode=smooth)) for image in (fine, plain)]
    assert np.abs(small[0] - small[1]).mean() < 3


def _pixels(image: QImage) -> NDArray[np.int16]:
    """The colours of an image, channel by channel."""
    held = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(held.constBits(), np.uint8).astype(np.int16)


def test_far_countries_are_named_in_both_languages_and_sharpness_has_an_end(
    qapp: QGuiApplication,
) -> None:
    french, english = (Overview(FOLDER, "light", language) for language in ("fr", "en"))
    written = {"".join(name.letters) for name in french.names(4)}
    assert {"France", "Allemagne", "Espagne"} <= written
    assert {"Germany", "Spain"} <= {"".join(name.letters) for name in english.names(4)}
    assert "Monaco" in {"".join(name.letters) for name in french.names(7)}
    assert "Monaco" not in written
    assert french.names(overview.LAST_NAME_ZOOM + 1) == ()
    assert Overview(FOLDER, "light", "fr", names_until=5).names(6) == ()


def test_every_country_has_one_name_and_a_place_of_its_own() -> None:
    for language in ("fr", "en"):
        found = countries(FOLDER, language)
        assert len(found) > 230
        assert max(Counter(country.name for country in found).values()) == 1
        assert all(country.name.strip() for country in found)
        assert all(0 < country.x < 1 and 0 < country.y < 1 for country in found)


def test_names_keep_apart(qapp: QGuiApplication) -> None:
    boxes = [name.box for name in Overview(FOLDER, "light", "fr").names(5)]
    assert len(boxes) > 100
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = (
                one[2] <= other[0] + 8
                or other[2] <= one[0] + 8
                or one[3] <= other[1] + 8
                or other[3] <= one[1] + 8
            )
            assert apart


def test_near_a_town_the_coarse_coast_pales_away(qapp: QGuiApplication) -> None:
    made = Overview(FOLDER, "light", "fr")
    assert made.sheet(overview.FULL_ZOOM).ground == LIGHT.water
    paler = QColor(made.sheet(made.last_zoom).ground)
    assert QColor(LIGHT.water).lightness() < paler.lightness() < QColor(LIGHT.land).lightness()
    assert len(made.sheet(made.last_zoom).inks) == 1
