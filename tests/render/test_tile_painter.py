"""What is painted, looked at pixel by pixel; no file, no extract."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

from collabmap.domain.geo import Bbox
from collabmap.domain.tiles import count_tiles
from collabmap.render import fonts, labels, tile_painter
from collabmap.render.labels import LineText, PointText, TextStyle
from collabmap.render.shapes import Shapes
from collabmap.render.tile_painter import Fill, Metatile, Sheet, Stroke

# A corner of the world where a pixel of zoom 14 is far from round in binary.
ZOOM = 14
X, Y = 8528, 5976
BLOCK = Metatile(ZOOM, X, Y, 4, 4)
SCALE = 256.0 * 2**ZOOM
STREET = TextStyle(11, 400, "#5F656C", "#FFFFFF")


@pytest.fixture(autouse=True)
def _qt(qapp: object) -> None:
    fonts.load()


def place_at(x: float, y: float) -> tuple[float, float]:
    """Return a position of the unit square for pixels of the block."""
    return (X * 256 + x) / SCALE, (Y * 256 + y) / SCALE


def polygons(*shapes: shapely.Polygon) -> Shapes:
    moved = [shapely.transform(s, lambda p: np.array([place_at(*q) for q in p])) for s in shapes]
    return Shapes.of(moved, are_closed=True)


def lines(*points: list[tuple[float, float]]) -> Shapes:
    moved = [shapely.LineString([place_at(*p) for p in line]) for line in points]
    return Shapes.of(moved, are_closed=False)


def pixels(image: QImage) -> npt.NDArray[np.int16]:
    """Return (height, width, 3) red, green, blue."""
    flat = np.frombuffer(image.constBits(), dtype=np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(np.int16)


def colour(image: QImage, x: int, y: int) -> str:
    return image.pixelColor(x, y).name().upper()


def street_scene() -> tuple[Sheet, list[labels.Placed]]:
    """Return a bit of everything, all over a block of 4 x 4 tiles."""
    rng = np.random.default_rng(7)
    houses = [shapely.box(x, y, x + 20, y + 14) for x, y in rng.uniform(0, 1000, (60, 2))]
    sea = shapely.Polygon([(-9000, 700), (9000, 640.3), (9000, 9000), (-9000, 9000)])
    streets = [list(map(tuple, line)) for line in rng.uniform(-200, 1200, (14, 4, 2))]
    sheet = Sheet(
        "#F3F1EC",
        (
            Fill(polygons(sea), "#CFE0EA", "#B3CBD9"),
            Fill(polygons(*houses), "#E6E2DA", "#D9D4CA"),
            Stroke((lines(*streets),), "#DAD5CB", 9.0),
            Stroke((lines(*streets),), "#FFFFFF", 7.0),
            Stroke((lines(*streets[:4]),), "#B9B4AA", 2.0, (5.0, 3.5), is_round=False),
        ),
    )
    texts = [
        LineText(f"Avenue {n} de la Gare", np.array([place_at(*p) for p in line]), STREET, 1)
        for n, line in enumerate(streets)
    ]
    return sheet, labels.place(ZOOM, texts, BLOCK.box_px)


def test_land_sea_and_hole_have_their_colours() -> None:
    lake = shapely.Polygon(
        [(10, 10), (200, 10), (200, 200), (10, 200)], [[(90, 90), (120, 90), (120, 120), (90, 120)]]
    )
    image = tile_painter.paint(Sheet("#F3F1EC", (Fill(polygons(lake), "#CFE0EA"),)), BLOCK)
    assert colour(image, 50, 50) == "#CFE0EA"
    assert colour(image, 105, 105) == "#F3F1EC"
    assert colour(image, 300, 300) == "#F3F1EC"


def test_polygons_that_overlap_do_not_cut_each_other_out() -> None:
    one, two = shapely.box(10, 10, 100, 100), shapely.box(50, 50, 150, 150).reverse()
    image = tile_painter.paint(Sheet("#FFFFFF", (Fill(polygons(one, two), "#E6E2DA"),)), BLOCK)
    assert colour(image, 75, 75) == "#E6E2DA"


def test_a_sheet_without_anything_near_is_its_ground() -> None:
    far = Fill(polygons(shapely.box(50_000, 50_000, 50_100, 50_100)), "#000000")
    image = tile_painter.paint(Sheet("#F3F1EC", (far,)), BLOCK)
    assert (pixels(image) == pixels(image)[0, 0]).all()


def test_small_blocks_show_what_the_large_block_shows() -> None:
    sheet, names = street_scene()
    assert len(names) >= 5
    whole = pixels(tile_painter.paint(sheet, BLOCK, names))
    quarters = np.zeros_like(whole)
    for column, row in itertools.product((0, 2), (0, 2)):
        block = Metatile(ZOOM, X + column, Y + row, 2, 2)
        part = pixels(tile_painter.paint(sheet, block, names))
        quarters[row * 256 : row * 256 + 512, column * 256 : column * 256 + 512] = part
    # Qt clips a hairline that runs far out of the picture: one level of 256 along the sea's edge.
    assert np.abs(whole - quarters).max() <= 1
    assert (whole != quarters).mean() < 0.001


def test_a_sharp_corner_of_a_thin_line_is_the_same_from_the_next_block() -> None:
    # The tips reach over the edge at 512, though no point of any line does.
    tips = [
        [(490, 60 * n), (510, 60 * n + rise), (490, 60 * n + 2 * rise)]
        for n, rise in enumerate((1, 2, 4, 7, 11, 16, 20, 25))
    ]
    sheet = Sheet("#FFFFFF", (Stroke((lines(*tips),), "#000000", 4.0),))
    whole = pixels(tile_painter.paint(sheet, BLOCK))
    right = pixels(tile_painter.paint(sheet, Metatile(ZOOM, X + 2, Y, 2, 4)))
    assert (right < 255).any()
    assert np.array_equal(whole[:, 512:], right)


def test_thinning_changes_no_pixel_inside() -> None:
    rng = np.random.default_rng(3)
    angles = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    # In and out by turns: no point lies on the line between its neighbours and may go for that.
    radius = 3000 + rng.uniform(20, 300, 4000) * np.tile([-1, 1], 2000)
    coast = shapely.Polygon(
        np.column_stack([3300 + radius * np.cos(angles), 500 + radius * np.sin(angles)])
    )
    shapes = polygons(coast)
    image = tile_painter.paint(Sheet("#FFFFFF", (Fill(shapes, "#CFE0EA"),)), BLOCK)
    points, _ = shapes.runs(np.array([0]))
    points = np.round(points * SCALE * 64) / 64 - (X * 256, Y * 256)
    plain = QImage(1024, 1024, QImage.Format.Format_RGB32)
    plain.fill("#FFFFFF")
    painter = QPainter(plain)
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    painter.fillPath(path, QColor("#CFE0EA"))
    painter.end()
    assert 0.1 < (pixels(image)[:, :, 0] < 255).mean() < 0.9
    assert np.array_equal(pixels(image), pixels(plain))


@pytest.mark.parametrize("width", [0.8, 1.1, 3.0, 9.0])
def test_a_line_is_as_wide_as_asked_and_its_end_reaches_half_as_far(width: float) -> None:
    sheet = Sheet("#FFFFFF", (Stroke((lines([(100, 200), (300, 200)]),), "#000000", width),))
    dark = 255 - pixels(tile_painter.paint(sheet, BLOCK))[:, :, 0].astype(float)
    assert dark[:, 200].sum() / 255 == pytest.approx(width, abs=0.15)
    reach = dark[199:201, 300:320].max(axis=0).sum() / 255
    assert reach == pytest.approx(max(width, 1) / 2, abs=0.6)


def test_with_twice_the_pixels_an_end_that_was_thin_is_round() -> None:
    sheet = Sheet("#FFFFFF", (Stroke((lines([(100, 200), (300, 200)]),), "#000000", 3.0),))
    fine = pixels(tile_painter.paint(sheet, BLOCK, (), 2))[:, :, 0]
    assert fine[400, 500] == 0
    assert fine[400, 601] == 0
    assert fine[402, 602] > 128


def test_blocks_are_alike_in_size_and_cover_an_area_once() -> None:
    area = Bbox(west=7.409205, south=43.72335, east=7.448637, north=43.75169)
    blocks = list(tile_painter.metatiles(area, 16))
    sizes = {(block.columns, block.rows) for block in blocks}
    for side in zip(*sizes, strict=True):
        assert max(side) - min(side) <= 1
    tiles = [tile for block in blocks for tile in block.tiles()]
    assert len(set(tiles)) == len(tiles) == count_tiles(area, 16)
    assert max(map(max, sizes)) <= tile_painter.METATILE


def test_a_block_is_cut_into_its_tiles_row_by_row() -> None:
    image = tile_painter.paint(street_scene()[0], BLOCK)
    parts = list(tile_painter.cut(image, BLOCK))
    assert [tile for tile, _ in parts] == list(BLOCK.tiles())
    assert np.array_equal(pixels(parts[5][1]), pixels(image)[256:512, 256:512])


@pytest.mark.parametrize("format", ["webp", "png"])
def test_a_tile_can_be_read_back(format: str) -> None:
    assert tile_painter.can_write(format)
    tile = next(iter(tile_painter.cut(tile_painter.paint(street_scene()[0], BLOCK), BLOCK)))[1]
    back = QImage.fromData(tile_painter.encode(tile, format, 90))
    assert np.abs(pixels(back.convertToFormat(tile.format())) - pixels(tile)).mean() < 3


def test_a_tile_of_one_colour_is_encoded_once() -> None:
    sea = tile_painter.paint(Sheet("#CFE0EA", ()), Metatile(ZOOM, X, Y, 1, 1))
    also = tile_painter.paint(Sheet("#CFE0EA", ()), Metatile(ZOOM, X + 9, Y, 1, 1))
    assert tile_painter.encode(sea) is tile_painter.encode(also)
    assert colour(QImage.fromData(tile_painter.encode(sea, "png")), 3, 3) == "#CFE0EA"


# --- names ------------------------------------------------------------------------------------


def street(*points: tuple[float, float], text: str = "Rue Grimaldi", rank: int = 1) -> LineText:
    return LineText(text, np.array([place_at(*p) for p in points]), STREET, rank)


def test_a_name_reads_upright_whichever_way_its_street_was_drawn() -> None:
    there = labels.place(ZOOM, [street((100, 500), (600, 480))], BLOCK.box_px)
    back = labels.place(ZOOM, [street((600, 480), (100, 500))], BLOCK.box_px)
    for found in (there, back):
        assert len(found) == 1
        assert np.abs(found[0].at[:, 2]).max() < np.pi / 2
        assert (np.diff(found[0].at[:, 0]) > 0).all()


def test_a_street_shorter_than_its_name_stays_without() -> None:
    assert labels.place(ZOOM, [street((100, 500), (140, 500))], BLOCK.box_px) == []


def test_a_street_that_bends_too_hard_stays_without() -> None:
    hairpin = ((300.0, 300.0), (350.0, 300.0), (350.0, 330.0), (300.0, 330.0))
    assert labels.place(ZOOM, [street(*hairpin, text="Boulevard Albert")], BLOCK.box_px) == []


def test_the_more_important_of_two_names_in_one_place_wins() -> None:
    minor = street((100, 500), (300, 500), text="Impasse du Four", rank=5)
    major = street((100, 502), (300, 502), text="Avenue de Monaco", rank=1)
    found = labels.place(ZOOM, [minor, major], BLOCK.box_px)
    assert ["".join(name.letters) for name in found] == ["Avenue de Monaco"]


def test_a_long_street_says_its_name_again_and_a_double_one_does_not() -> None:
    long = labels.place(ZOOM, [street((10, 500), (1010, 500))], BLOCK.box_px)
    assert len(long) == 2
    double = [street((10, 500), (410, 500)), street((10, 520), (410, 520))]
    assert len(labels.place(ZOOM, double, BLOCK.box_px)) == 1


def test_a_name_wider_than_its_garden_stays_unwritten() -> None:
    x, y = place_at(500, 500)
    assert not labels.place(
        ZOOM, [PointText("Jardin Exotique", x, y, STREET, 1, room_px=20)], BLOCK.box_px
    )


def test_a_long_place_name_stands_on_two_lines() -> None:
    assert labels.break_in_two("Ravin de Sainte-Dévote", STREET) == ["Ravin de", "Sainte-Dévote"]
    assert labels.break_in_two("Monaco", STREET) == ["Monaco"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 1074), st.floats(-50, 1074)), min_size=1, max_size=60))
def test_names_never_cover_each_other_nor_leave_the_picture(
    spots: list[tuple[float, float]],
) -> None:
    texts = [
        PointText(f"Lieu {n}", *place_at(x, y), STREET, n % 3) for n, (x, y) in enumerate(spots)
    ]
    found = labels.place(ZOOM, texts, BLOCK.box_px)
    left, top, right, bottom = BLOCK.box_px
    for name in found:
        assert name.box[0] >= left
        assert name.box[1] >= top
        assert name.box[2] <= right
        assert name.box[3] <= bottom
    for one, other in itertools.combinations(found, 2):
        core_one, core_other = ink_of(one), ink_of(other)
        assert not core_one.intersects(core_other)


def ink_of(name: labels.Placed) -> shapely.Polygon:
    """Return about where the letters are: the box less the room kept clear around them."""
    left, top, right, bottom = name.box
    clear = name.style.clear_px + name.style.size_px * 0.5
    return shapely.box(left + clear, top + clear - 4, right - clear, bottom - clear + 4)


def test_writing_that_joins_its_letters_is_set_in_one_piece() -> None:
    name = PointText("موناكو", *place_at(500, 500), STREET, 1)
    assert labels.place(ZOOM, [name], BLOCK.box_px)[0].letters == ("موناكو",)


def test_a_halo_keeps_a_name_readable_on_any_ground() -> None:
    x, y = place_at(128, 128)
    style = TextStyle(16, 600, "#000000", "#FFFFFF")
    names = labels.place(ZOOM, [PointText("Monaco", x, y, style, 1)], BLOCK.box_px)
    image = tile_painter.paint(Sheet("#404040", ()), Metatile(ZOOM, X, Y, 1, 1), names)
    seen = pixels(image)[:, :, 0]
    assert (seen == 0).any()
    assert (seen == 255).any()


def test_the_bundled_font_has_what_french_needs() -> None:
    assert fonts.load() == "Inter"
    assert fonts.narrow_space() == "\u202f"
