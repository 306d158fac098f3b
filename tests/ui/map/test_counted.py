"""Density and numbers on the map, instead of the marks."""

import numpy as np
import pytest
from checkerboard import CENTRE, a_mark, show_marks
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from collabmap.app.numbers import Numbers
from collabmap.domain.geo import LngLat
from collabmap.domain.mark_columns import MarkColumns
from collabmap.render.tokens import LIGHT, contrast
from collabmap.ui.map.circle_layer import CircleLayer
from collabmap.ui.map.density_layer import DensityLayer, class_colours, ink_on
from collabmap.ui.map.view import MapView

LAND = QColor(LIGHT.base_map.land)
PLACES = MarkColumns.of_marks(
    [a_mark(f"m{n}", *CENTRE) for n in range(7)] + [a_mark("far", CENTRE[0] + 0.004, CENTRE[1])]
)


@pytest.fixture
def density(view: MapView) -> DensityLayer:
    """Hexagons over the view; work that would go beside the window is done at once."""
    layer = DensityLayer(view, lambda work, done: done(work()), lambda: None)  # type: ignore[arg-type]
    view.add_layer(layer, "ground")
    layer.is_shown = True
    layer.set_places(PLACES, None)
    view.set_counted(layer)
    view.grab()
    view.grab()
    return layer


def test_the_marks_give_way_to_hexagons_with_counts(view: MapView, density: DensityLayer) -> None:
    show_marks(view, [a_mark("m", *CENTRE)])
    view.grab()
    assert not len(view._features.shown.rows)
    at = density.hexagon_at(QPointF(400, 300))
    assert at is not None
    assert density.hexagons is not None
    assert density.hexagons.sizes[at] == 7
    view.set_counted(None)
    density.is_shown = False
    view.grab()
    assert len(view._features.shown.rows) == 1


def test_hexagons_move_with_the_map(view: MapView, density: DensityLayer) -> None:
    before = view.grab().toImage()
    view.pan_by(-40, 24)
    after = view.grab().toImage()
    spots = [(x, y) for x in range(330, 470, 7) for y in range(240, 360, 7)]
    colours = [before.pixelColor(x, y) for x, y in spots]
    assert any(colour != LAND for colour in colours)
    same = [
        colour == after.pixelColor(x - 40, y + 24)
        for (x, y), colour in zip(spots, colours, strict=True)
    ]
    # But for the edges, which fall between pixels otherwise.
    assert sum(same) > 0.9 * len(spots)


def test_only_what_the_filter_shows_is_counted(view: MapView, density: DensityLayer) -> None:
    density.set_places(PLACES, np.arange(len(PLACES)) < 3)
    view.grab()
    view.grab()
    assert density.hexagons is not None
    assert density.hexagons.sizes.tolist() == [3]


def test_a_click_on_a_hexagon_goes_nearer_and_one_beside_it_does_not(
    view: MapView, density: DensityLayer, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.empty_clicked):
        view.click_at(QPointF(60, 60))
    assert view.camera.zoom == 15
    view.click_at(QPointF(400, 300))
    assert view.camera.zoom == 16.5


def test_enter_goes_nearer_to_the_hexagon_under_the_cross(
    view: MapView, density: DensityLayer
) -> None:
    view.act_in_the_middle()
    assert view.camera.zoom == 16.5


@pytest.mark.parametrize("classes", range(1, 7))
def test_each_class_has_a_colour_of_its_own_with_a_readable_count(classes: int) -> None:
    colours = class_colours(classes, LIGHT)
    assert len(set(colours)) == classes
    assert all(contrast(colour, ink_on(colour)) >= 4.5 for colour in colours)


def numbers(*values: float) -> Numbers:
    return Numbers(
        np.array([CENTRE[0] + 0.002 * n for n in range(len(values))]),
        np.full(len(values), CENTRE[1]),
        np.array(values),
        np.arange(len(values)),
        ("",) * len(values),
        "µg/m³",
    )


@pytest.fixture
def picked() -> list[int]:
    return []


@pytest.fixture
def circles(view: MapView, picked: list[int]) -> CircleLayer:
    layer = CircleLayer(view, lambda index: f"number {index}", picked.append)
    view.add_layer(layer, "ground")
    layer.is_shown = True
    view.set_counted(layer)
    return layer


def test_a_circle_is_hit_where_it_is_drawn(
    view: MapView, circles: CircleLayer, picked: list[int]
) -> None:
    circles.set_numbers(numbers(100, 25), ["100", "25"])
    view.grab()
    large = QPointF(*view.camera.pixel_of(LngLat(*CENTRE)))
    small = QPointF(*view.camera.pixel_of(LngLat(CENTRE[0] + 0.002, CENTRE[1])))
    assert circles.circle_at(large - QPointF(30, 0)) == 0
    assert circles.circle_at(small + QPointF(0, 17)) == 1
    assert circles.circle_at(small + QPointF(0, 24)) is None
    view.click_at(small)
    assert picked == [1]


def test_the_pointer_is_told_what_a_number_is(view: MapView, circles: CircleLayer) -> None:
    circles.set_numbers(numbers(100), ["100"])
    view.grab()
    label = (400, 300 - 38 - 18)
    assert view.grab().toImage().pixelColor(*label) == LAND
    view.hover_at(QPointF(400, 300))
    assert circles.hovered == 0
    box = [(x, label[1]) for x in range(360, 440)]
    image = view.grab().toImage()
    assert QColor(LIGHT.text) in [image.pixelColor(*at) for at in box]
    view.hover_at(QPointF(30, 30))
    assert circles.hovered is None


def test_of_two_circles_on_one_spot_the_smaller_is_hit(view: MapView, circles: CircleLayer) -> None:
    both = numbers(100, 9)
    both.lng[:] = CENTRE[0]
    circles.set_numbers(both, ["100", "9"])
    view.grab()
    assert circles.circle_at(QPointF(400, 300)) == 1
    assert circles.circle_at(QPointF(425, 300)) == 0


def test_numbers_that_are_all_zero_are_small_circles(view: MapView, circles: CircleLayer) -> None:
    circles.set_numbers(numbers(0, 0), ["0", "0"])
    view.grab()
    assert circles.circle_at(QPointF(400, 300)) == 0
