"""Pictures of lines and zones: what is seen of each state, and that nothing breaks them."""

import itertools
import math
import struct
from collections.abc import Iterable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from shapely.geometry.base import BaseGeometry

from collabmap.domain.feature import FeatureState, ShapeRow
from collabmap.domain.geo import from_world
from collabmap.render.shape_painter import TILE_PX, Picture, ShapeLook, paint_tile
from collabmap.render.shape_set import ShapeSet
from collabmap.render.tokens import DARK, LIGHT

Z, X, Y = 15, 16_384, 11_300
HUE = "#D43E06"
LOOK = ShapeLook({"eau": HUE}, LIGHT)
ME, OTHER = b"m" * 16, b"o" * 16

pytestmark = pytest.mark.usefixtures("qapp")


def degrees(x: float, y: float) -> tuple[float, float]:
    """The position of a pixel of the tile."""
    across = 1 << Z
    return from_world((X + x / TILE_PX) / across, (Y + y / TILE_PX) / across)


def zone(points: Iterable[tuple[float, float]], *holes: list[tuple[float, float]]) -> BaseGeometry:
    return shapely.Polygon([degrees(*p) for p in points], [[degrees(*p) for p in h] for h in holes])


def square(left: float, top: float, side: float) -> list[tuple[float, float]]:
    right, bottom = left + side, top + side
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def row(
    shape: BaseGeometry | bytes,
    state: FeatureState = FeatureState.ACCEPTED,
    author: bytes = OTHER,
    disagreement: bool = False,
    number: int = 1,
) -> ShapeRow:
    wkb = shape if isinstance(shape, bytes) else shapely.to_wkb(shape)
    return ShapeRow(
        number, bytes([number]) * 16, wkb, "eau", state, author, disagreement, "", 0.0, 0.0
    )


def pixels(picture: Picture | None) -> np.ndarray:
    """The tile, (side, side, 4): blue, green, red, alpha."""
    assert picture is not None
    found = np.zeros((picture.side, picture.side, 4), np.uint8)
    image = picture.image
    part = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    found[picture.top : picture.top + image.height(), picture.left :][:, : image.width()] = part
    return found


def paint(*rows: ShapeRow, look: ShapeLook = LOOK) -> np.ndarray:
    return pixels(paint_tile(ShapeSet.of(rows), look, Z, X, Y))


def test_an_accepted_zone_is_tinted_and_its_outline_full() -> None:
    found = paint(row(zone(square(100, 100, 200))))
    assert 40 < found[200, 200, 3] < 80
    edge = found[150:250, 100]
    assert (edge == edge[0]).all()
    assert QColor(*(int(part) for part in edge[0][2::-1])) == QColor(HUE)
    assert not found[:80].any()


def test_a_hole_stays_clear() -> None:
    found = paint(row(zone(square(100, 100, 200), square(150, 150, 100))))
    assert found[200, 200, 3] == 0
    assert found[130, 130, 3] > 0


def test_every_state_is_told_without_colour() -> None:
    states = [
        (FeatureState.ACCEPTED, False),
        (FeatureState.PENDING, False),
        (FeatureState.CHANGE_PROPOSED, False),
        (FeatureState.DELETE_PROPOSED, False),
        (FeatureState.PENDING, True),
    ]
    grey = LOOK._replace(hues={})
    for shape in (
        zone(square(100, 100, 200)),
        shapely.LineString([degrees(50, 50), degrees(400, 300)]),
    ):
        seen = [paint(row(shape, state, disagreement=two), look=grey) for state, two in states]
        for one, other in itertools.combinations(seen, 2):
            assert (np.abs(one.astype(int) - other).max(axis=2) > 60).sum() > 100


def test_what_is_yours_has_a_ring_outside_its_band() -> None:
    shape = zone(square(100, 100, 200))
    look = LOOK._replace(person=ME)
    ring = QColor(LIGHT.states["yours"].mark)
    blue = [ring.blue(), ring.green(), ring.red(), 255]
    mine, others = paint(row(shape, author=ME), look=look), paint(row(shape), look=look)
    assert (mine[200, :100] == blue).all(axis=1).any()
    assert not (others == blue).all(axis=2).any()


def test_what_the_filter_leaves_out_is_pale() -> None:
    shape = row(zone(square(100, 100, 200)))
    other = row(zone(square(350, 100, 100)), number=2)
    for look in (
        LOOK._replace(clear_rows=np.array([2])),
        LOOK._replace(clear_ids=frozenset([other.id])),
    ):
        found = paint(shape, other, look=look)
        assert found[:, :320, 3].max() == pytest.approx(0.38 * 255, abs=2)
        assert found[:, 330:, 3].max() == 255


def test_a_speck_is_a_dot_and_a_small_zone_has_no_band() -> None:
    speck = paint(row(zone(square(100, 100, 4))))
    assert speck[102, 102, 3] > 120
    assert not (speck[:, :, :3] == 255).all(axis=2).any()
    small = paint(row(zone(square(100, 100, 12))))
    assert not (small[:, :, :3] == 255).all(axis=2).any()


def test_nothing_in_a_tile_is_no_picture() -> None:
    assert paint_tile(ShapeSet.of([row(zone(square(5000, 5000, 9)))]), LOOK, Z, X, Y) is None
    # A zone around the tile fills it all, without any line.
    filled = paint(row(zone(square(-900_000, -900_000, 1_800_000))))
    assert (filled == filled[0, 0]).all()
    assert filled[0, 0, 3] > 40


def test_a_finer_screen_has_the_same_picture_in_more_pixels() -> None:
    shape = row(zone(square(100, 100, 200)))
    fine = paint(shape, look=LOOK._replace(dpr=2.0))
    assert fine.shape == (2 * TILE_PX, 2 * TILE_PX, 4)
    assert fine[400, 400, 3] == paint(shape)[200, 200, 3]
    assert fine[:150, :].max() == 0


def test_a_dark_hue_is_seen_on_a_dark_ground() -> None:
    shape = row(zone(square(100, 100, 200)))
    look = ShapeLook({"eau": "#191389"}, DARK)
    dark, light = paint(shape, look=look), paint(shape, look=look._replace(tokens=LIGHT))
    assert dark[200, 200, :3].sum() > light[200, 200, :3].sum()


def test_neighbouring_tiles_meet() -> None:
    shape = ShapeSet.of([row(zone([(300, 60), (760, 200), (500, 400)]), FeatureState.PENDING)])
    west, east = (pixels(paint_tile(shape, LOOK, Z, x, Y)) for x in (X, X + 1))
    edge = np.abs(west[:, -1].astype(int) - east[:, 0]).max(axis=1)
    assert (edge > 128).sum() < 8
    assert west[:, -1].any()


# --- what nobody should have written ----------------------------------------------------------


def ring_wkb(positions: Iterable[tuple[float, float]]) -> bytes:
    ring = list(positions)
    head = struct.pack("<BIII", 1, 3, 1, len(ring))
    return head + b"".join(struct.pack("<dd", *position) for position in ring)


def test_what_cannot_be_read_hides_nothing_else() -> None:
    good = row(zone(square(100, 100, 200)))
    alone = paint(good)
    bad = [
        row(b""),
        row(b"\x01\x03"),
        row(shapely.Polygon()),
        row(shapely.Point(*degrees(10, 10))),
        row(shapely.GeometryCollection()),
        row(ring_wkb([(math.nan, math.nan)] * 5)),
        row(ring_wkb([(math.inf, 0), (-math.inf, 3), (1e300, -1e300), (math.inf, 0)])),
    ]
    assert (paint(*bad, good, *bad) == alone).all()


def test_one_position_that_is_no_number_costs_one_corner() -> None:
    corners = [degrees(*p) for p in square(100, 100, 200)]
    broken = ring_wkb([*corners[:3], (math.nan, 1.0), corners[3], corners[0]])
    assert (paint(row(broken)) == paint(row(zone(square(100, 100, 200))))).all()


def test_a_zone_that_crosses_itself_shows_both_of_its_halves() -> None:
    bow = ring_wkb(
        [degrees(*p) for p in ((100, 100), (300, 300), (300, 100), (100, 300), (100, 100))]
    )
    found = paint(row(bow))
    assert found[200, 120, 3] > 40
    assert found[200, 280, 3] > 40


def test_a_hundred_thousand_corners_are_painted() -> None:
    turns = np.linspace(0, 2 * np.pi, 100_000)
    radius = 200 + 20 * np.sin(300 * turns)
    points = zip(256 + radius * np.cos(turns), 256 + radius * np.sin(turns), strict=True)
    found = paint(row(zone(points)))
    assert found[256, 256, 3] > 40
    assert (found[256, 440:480, 3] == 255).any()


def test_collections_are_painted_whole() -> None:
    line = shapely.LineString([degrees(20, 20), degrees(60, 20)])
    nested = shapely.GeometryCollection(
        [
            shapely.GeometryCollection([zone(square(100, 100, 50)), line]),
            shapely.MultiPolygon([zone(square(200, 200, 50)), zone(square(300, 300, 50))]),
            shapely.Point(*degrees(400, 400)),
        ]
    )
    found = paint(row(nested))
    for x, y in ((125, 125), (225, 225), (325, 325), (40, 20)):
        assert found[y, x, 3] > 40
    assert found[400, 400, 3] == 0


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-200, 200)


@settings(max_examples=60)
@given(st.lists(st.lists(st.tuples(numbers, numbers), max_size=8), max_size=4), st.integers(0, 18))
def test_no_numbers_whatsoever_break_a_picture(
    rings: list[list[tuple[float, float]]], zoom: int
) -> None:
    rows = [row(ring_wkb([*ring, *ring[:1]])) for ring in rings]
    side = (1 << zoom) // 2
    paint_tile(ShapeSet.of(rows), LOOK, zoom, side, side)


@given(st.binary(max_size=80))
def test_no_bytes_whatsoever_break_a_picture(wkb: bytes) -> None:
    paint_tile(ShapeSet.of([row(wkb)]), LOOK, 0, 0, 0)
