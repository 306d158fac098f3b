"""Lines and zones on the map: painted beside the window, redrawn where an effect says, clicked."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import shapely
from checkerboard import CENTRE, colour_at
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shapely.geometry.base import BaseGeometry
from sharing import founder

from collabmap.app.reader import Reader
from collabmap.app.session import Session
from collabmap.domain.effect import Effect
from collabmap.domain.feature import PlaceDraft
from collabmap.domain.geo import Bbox
from collabmap.domain.geometry import prepare
from collabmap.errors import CollabMapError, ProjectReadOnly
from collabmap.ui.map.layers import MapTool
from collabmap.ui.map.shape_layer import ShapeLayer
from collabmap.ui.map.view import MapView

NATURE, WATER = QColor("#025D42"), QColor("#0C8296")


class Question(NamedTuple):
    work: Callable[[Reader], Any]
    done: Callable[[Any], object]
    failed: Callable[[Any], object]


class Desk:
    """A read lane that answers when it is told to.  most: as many questions waited at once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.waiting: list[Question] = []
        self.most = 0
        self.boxes: list[Bbox] = []

    def ask(
        self,
        work: Callable[[Reader], Any],
        done: Callable[[Any], object],
        failed: Callable[[Any], object],
    ) -> None:
        self.waiting.append(Question(work, done, failed))
        self.most = max(self.most, len(self.waiting))

    def answer(self) -> None:
        """Answer the oldest question."""
        question = self.waiting.pop(0)
        question.done(question.work(self))  # type: ignore[arg-type]

    def fail(self, error: CollabMapError) -> None:
        self.waiting.pop(0).failed(error)

    def settle(self) -> None:
        """Answer until nothing more is asked."""
        QApplication.processEvents()
        while self.waiting:
            self.answer()
            QApplication.processEvents()

    # --- as a reader, which notes where it was asked about ----------------------------------

    def shapes(self, bbox: Bbox, *, smallest_deg: float = 0.0, limit: int) -> Any:
        self.boxes.append(bbox)
        return self.session.reader.shapes(bbox, smallest_deg=smallest_deg, limit=limit)

    def shapes_of(self, ids: frozenset[bytes]) -> Any:
        return self.session.reader.shapes_of(ids)

    def shape_boxes(self, ids: frozenset[bytes] | None, bbox: Bbox | None) -> Any:
        return self.session.reader.shape_boxes(ids, bbox)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    session = founder(tmp_path)
    yield Desk(session)
    session.close()


@pytest.fixture
def layer(view: MapView, desk: Desk) -> ShapeLayer:
    made = ShapeLayer(view, desk.ask)
    view.shapes = made
    view.add_layer(made, "ground")
    return made


def at(view: MapView, px: float, py: float) -> tuple[float, float]:
    return view.camera.position_at(px, py)


def zone(view: MapView, left: float, top: float, right: float, bottom: float) -> BaseGeometry:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return shapely.Polygon([at(view, *corner) for corner in corners])


def add(desk: Desk, shape: BaseGeometry, category: str = "nature", name: str = "Parc") -> bytes:
    made = prepare(shape)
    draft = PlaceDraft(name, category, *made.position, geometry_wkb=made.wkb)
    return desk.session.add(draft)


def move(desk: Desk, shape_id: bytes, shape: BaseGeometry) -> Effect:
    place = desk.session.reader.place(shape_id)
    assert place is not None
    return desk.session.edit(place, {"geometry_wkb": prepare(shape).wkb})


def is_near(colour: QColor, wanted: QColor) -> bool:
    pairs = zip(colour.getRgb(), wanted.getRgb(), strict=True)
    return all(abs(one - other) <= 3 for one, other in pairs)  # type: ignore[operator]


def has_line(view: MapView, px: int, py: int, colour: QColor) -> bool:
    """Whether a line goes through here: a shape lies between whole pixels."""
    image = view.grab().toImage()
    ratio = round(view.devicePixelRatioF())
    return any(
        is_near(image.pixelColor(x * ratio, py * ratio), colour) for x in range(px - 2, px + 3)
    )


def test_a_zone_is_painted_where_it_lies(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    add(desk, zone(view, 200, 150, 400, 350))
    before = colour_at(view, 300, 200)
    layer.open()
    desk.settle()
    assert layer.is_complete
    assert has_line(view, 200, 250, NATURE)
    assert colour_at(view, 300, 200) != before
    assert colour_at(view, 500, 200) == before


def test_it_stays_in_its_place_when_the_map_moves(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    view.pan_by(37, 21)
    assert has_line(view, 237, 271, NATURE)
    assert not has_line(view, 200, 250, NATURE)


def test_nearer_the_former_picture_is_shown_until_the_new_one_is_there(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    add(desk, zone(view, 200, 150, 600, 450))
    layer.open()
    desk.settle()
    before = colour_at(view, 400, 400)
    view.fly_to(*CENTRE, 16.0)
    assert is_near(colour_at(view, 400, 400), before)
    assert not layer.is_complete
    desk.settle()
    assert layer.is_complete
    assert is_near(colour_at(view, 400, 400), before)
    assert is_near(colour_at(view, 400, 560), before)


def test_one_question_at_a_time_is_asked(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    add(desk, zone(view, 200, 150, 600, 450))
    layer.open()
    view.fly_to(*CENTRE, 16.0)
    view.pan_by(300, 0)
    desk.settle()
    assert desk.most == 1
    assert layer.is_complete


def test_the_middle_comes_first(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    layer.open()
    desk.settle()
    (west, south, east, north), (lng, lat) = desk.boxes[0], CENTRE
    assert west <= lng <= east
    assert south <= lat <= north


def test_after_an_effect_only_where_something_changed_is_painted_again(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    changed = add(desk, zone(view, 30, 30, 60, 60))
    add(desk, zone(view, 700, 500, 760, 560))
    layer.open()
    desk.settle()
    tiles = [box for box in desk.boxes if box.east - box.west < 0.03]
    desk.boxes.clear()
    effect = move(desk, changed, zone(view, 100, 30, 130, 60))
    layer.follow(effect)
    desk.settle()
    again = [box for box in desk.boxes if box in tiles]
    here, there = at(view, 30, 30), at(view, 700, 500)
    assert 1 <= len(again) < len(tiles)
    assert any(box.contains(*here) for box in again)
    assert not any(box.contains(*there) for box in again)
    assert has_line(view, 100, 45, NATURE)
    assert not has_line(view, 30, 45, NATURE)


def test_the_old_picture_stays_until_the_new_one_is_there(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    changed = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    layer.follow(move(desk, changed, zone(view, 500, 150, 600, 350)))
    # Where it lies now has been told; its picture is asked for.
    desk.answer()
    assert has_line(view, 200, 250, NATURE)
    assert not layer.is_complete
    assert desk.waiting
    desk.settle()
    assert not has_line(view, 200, 250, NATURE)
    assert has_line(view, 500, 250, NATURE)


def test_a_picture_read_before_a_write_is_painted_again(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    changed = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    QApplication.processEvents()
    question = desk.waiting.pop(0)
    old = question.work(desk)  # type: ignore[arg-type]
    layer.follow(move(desk, changed, zone(view, 500, 150, 600, 350)))
    question.done(old)
    desk.settle()
    assert layer.is_complete
    assert not has_line(view, 200, 250, NATURE)
    assert has_line(view, 500, 250, NATURE)


def test_more_changes_than_an_effect_lists_are_found_by_their_box(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    changed = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    effect = move(desk, changed, zone(view, 500, 150, 600, 350))
    layer.follow(effect._replace(features=None))
    desk.settle()
    assert not has_line(view, 200, 250, NATURE)
    assert has_line(view, 500, 250, NATURE)


def test_another_category_is_another_colour(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    changed = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    place = desk.session.reader.place(changed)
    assert place is not None
    layer.follow(desk.session.edit(place, {"category": "eau"}))
    desk.settle()
    assert has_line(view, 200, 250, WATER)


def test_a_shape_that_a_tool_shows_is_left_out_until_it_is_done(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    park = add(desk, zone(view, 300, 200, 500, 400))
    add(desk, zone(view, 100, 200, 250, 400))
    layer.open()
    desk.settle()
    whole = view.grab().toImage()
    layer.hide(park)
    desk.settle()
    without = view.grab().toImage()
    assert without.pixelColor(400, 300) != whole.pixelColor(400, 300)
    assert without.pixelColor(175, 300) == whole.pixelColor(175, 300)
    layer.hide(None)
    desk.settle()
    assert view.grab().toImage() == whole


def test_a_click_in_a_zone_opens_it(
    view: MapView, desk: Desk, layer: ShapeLayer, qtbot: QtBot
) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    way = add(desk, shapely.LineString([at(view, 450, 100), at(view, 650, 400)]))
    layer.open()
    desk.settle()
    with qtbot.waitSignal(view.mark_clicked) as told:
        view.click_at(QPointF(300, 250))
    assert told.args == [park]
    with qtbot.waitSignal(view.mark_clicked) as told:
        view.click_at(QPointF(552, 250))
    assert told.args == [way]
    with qtbot.waitSignal(view.empty_clicked):
        view.click_at(QPointF(100, 500))


def test_what_is_under_the_pointer_is_lit(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    plain = colour_at(view, 300, 200)
    view.hover_at(QPointF(300, 250))
    assert view.hovered == park
    view.grab()
    desk.settle()
    assert has_line(view, 200, 250, QColor(view.ground.primary))
    assert colour_at(view, 300, 200) != plain
    view.hover_at(QPointF(100, 500))
    view.grab()
    assert has_line(view, 200, 250, NATURE)


def test_what_is_chosen_stays_lit_far_away_and_follows_changes(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    view.select(park)
    view.grab()
    desk.settle()
    blue = QColor(view.ground.primary)
    assert has_line(view, 200, 250, blue)
    layer.follow(move(desk, park, zone(view, 500, 150, 600, 350)))
    desk.settle()
    assert has_line(view, 500, 250, blue)
    assert not has_line(view, 200, 250, blue)


def test_what_is_lit_moves_with_the_map_however_far(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    view.select(park)
    desk.settle()
    blue = QColor(view.ground.primary)
    for step in range(8):
        assert has_line(view, 200 + 50 * step, 250, blue)
        view.pan_by(50, 0)
    view.pan_by(2000, 0)
    view.grab()
    view.pan_by(-2000, 0)
    assert has_line(view, 600, 250, blue)


def test_a_lit_shape_is_painted_once_a_frame(
    view: MapView, desk: Desk, layer: ShapeLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    view.select(park)
    desk.settle()
    painted: list[QPainter] = []
    real = layer._item.paint

    def paint(painter: QPainter, *args: Any) -> None:
        painted.append(painter)
        real(painter, *args)

    monkeypatch.setattr(layer._item, "paint", paint)
    before = view.item.paint_count
    for _ in range(10):
        view.pan_by(3, 1)
        QApplication.processEvents()
    assert view.item.paint_count - before == 10
    assert len(painted) == 10


def test_what_the_filter_leaves_out_is_pale_and_not_hit(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    (row,) = desk.session.reader.shapes_of(frozenset([park]))
    for fade, clear in (
        (lambda: view.set_faded(()), lambda: view.set_faded(None)),
        (
            lambda: view.set_clear_rows(np.array([row.row + 1])),
            lambda: view.set_clear_rows(None),
        ),
    ):
        fade()
        desk.settle()
        assert layer.hit(300, 250) is None
        assert not has_line(view, 200, 250, NATURE)
        clear()
        desk.settle()
        assert layer.hit(300, 250) is not None
        assert has_line(view, 200, 250, NATURE)


def test_while_a_tool_draws_nothing_is_lit(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    park = add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    view.select(park)
    desk.settle()
    assert not has_line(view, 200, 250, NATURE)
    view.set_tool(MapTool())
    view.grab()
    desk.settle()
    assert has_line(view, 200, 250, NATURE)


def test_another_look_paints_anew(view: MapView, desk: Desk, layer: ShapeLayer) -> None:
    add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    asked = len(desk.boxes)
    view.set_tokens("dark")
    desk.settle()
    assert len(desk.boxes) > asked
    assert layer.is_complete


def test_a_project_that_is_left_leaves_nothing(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    before = colour_at(view, 200, 250)
    add(desk, zone(view, 200, 150, 400, 350))
    layer.open()
    desk.settle()
    layer.forget()
    assert colour_at(view, 200, 250) == before
    assert layer.hit(300, 250) is None


def test_a_tile_that_cannot_be_read_is_not_asked_for_ever(
    view: MapView, desk: Desk, layer: ShapeLayer
) -> None:
    layer.open()
    QApplication.processEvents()
    for _ in range(40):
        if not desk.waiting:
            break
        desk.fail(ProjectReadOnly(name="x"))
        QApplication.processEvents()
        view.grab()
    assert not desk.waiting
