"""The scale, whom the base map is from, and labels."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from collabmap.render.camera import Camera
from collabmap.render.furniture import (
    BETWEEN_CREDITS,
    paint_attribution,
    paint_furniture,
    paint_scale,
    scale_length,
    scale_text,
)
from collabmap.render.tokens import DARK, LIGHT, Tokens


@given(st.floats(0.01, 100_000))
def test_the_scale_is_a_round_length_that_fits(metres_per_pixel: float) -> None:
    metres, pixels = scale_length(metres_per_pixel)
    assert pixels <= 120.001
    assert pixels > 120 / 2.6
    assert metres == pytest.approx(pixels * metres_per_pixel)
    assert f"{metres:e}"[0] in "125"


@pytest.mark.parametrize(
    ("metres", "text"),
    [(0.5, "50\u00a0cm"), (1, "1\u00a0m"), (200, "200\u00a0m"), (5000, "5\u00a0km")],
)
def test_a_length_reads_the_same_in_both_languages(metres: float, text: str) -> None:
    assert scale_text(metres) == text


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_furniture_stays_in_its_corner(qapp: QGuiApplication, tokens: Tokens) -> None:
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#FF00FF"))
    painter = QPainter(image)
    left = paint_scale(painter, 600, 1.0, tokens)
    right = paint_attribution(painter, 800, 600, "© OpenStreetMap contributors", tokens)
    painter.end()
    assert left.left() == 0
    assert left.bottom() == 600
    assert (right.right(), right.bottom()) == (800, 600)
    assert not left.intersects(right)
    assert image.pixelColor(400, 300) == QColor("#FF00FF")
    assert image.pixelColor(400, 595) == QColor("#FF00FF")


def test_a_long_attribution_leaves_half_of_the_map(qapp: QGuiApplication) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    box = paint_attribution(painter, 400, 300, "© somebody " * 40, LIGHT)
    painter.end()
    assert box.left() > 180


def test_whom_the_map_is_from_stays_whole_on_a_narrow_map(qapp: QGuiApplication) -> None:
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    narrow = paint_attribution(painter, 300, 300, "© contributeurs OpenStreetMap", LIGHT)
    wide = paint_attribution(painter, 1000, 300, "© contributeurs OpenStreetMap", LIGHT)
    painter.end()
    assert narrow.width() == wide.width()


def test_several_credits_take_more_lines_where_one_is_too_narrow(qapp: QGuiApplication) -> None:
    image = QImage(1000, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    credits = ("© contributeurs OpenStreetMap", "Fait avec Natural Earth", "© la commune")
    narrow = paint_attribution(painter, 300, 300, BETWEEN_CREDITS.join(credits), LIGHT)
    wide = paint_attribution(painter, 1000, 300, BETWEEN_CREDITS.join(credits), LIGHT)
    one = paint_attribution(painter, 300, 300, credits[0], LIGHT)
    painter.end()
    assert wide.height() == one.height()
    assert narrow.height() > one.height() + 10
    assert narrow.width() < wide.width()
    assert (narrow.right(), narrow.bottom()) == (300, 300)


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(300, 1400),
    factor=st.sampled_from([1.0, 1.45, 2.0]),
    zoom=st.floats(0, 19),
    credits=st.lists(
        st.sampled_from(["© contributeurs OpenStreetMap", "Fait avec Natural Earth", "© Ville"]),
        max_size=3,
        unique=True,
    ),
)
def test_nothing_on_the_edge_of_a_map_lies_on_anything_else(
    qapp: QGuiApplication, width: int, factor: float, zoom: float, credits: list[str]
) -> None:
    image = QImage(width, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    camera = Camera(0.5, 0.35, zoom, width, 600.0)
    scale, owed, room = paint_furniture(
        painter, camera, LIGHT, BETWEEN_CREDITS.join(credits), factor
    )
    painter.end()
    assert (owed is not None) == bool(credits)
    assert room.width() >= 150
    boxes = [scale, room] if owed is None else [scale, room, owed]
    for rank, box in enumerate(boxes):
        assert QRectF(-0.01, 0, width + 0.02, 600.01).contains(box)
        others = boxes[rank + 1 :]
        assert not any(box.adjusted(0.01, 0.01, -0.01, -0.01).intersects(o) for o in others)


def test_north_stands_left_of_the_scale(qapp: QGuiApplication) -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    box = paint_scale(painter, 300, 1.0, LIGHT)
    painter.end()
    inked = [
        x
        for x in range(28)
        for y in range(int(box.top()) + 2, 298)
        if image.pixelColor(x, y).lightness() < 160
    ]
    assert min(inked) >= 3
    assert max(inked) >= 15
