"""Marks on the canvas: where they are, what hides what, what a click means."""

import pytest
from checkerboard import CENTRE, LEFT, a_mark, an_id, colour_at, pixel, show_marks
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from collabmap.domain.feature import FeatureState
from collabmap.domain.geo import LngLat
from collabmap.domain.mark_columns import NO_MARKS, MarkColumns
from collabmap.render.tokens import CLUSTER_RING, LIGHT
from collabmap.ui.map.view import MapView

EAU, NATURE, CULTURE = QColor("#0C8296"), QColor("#025D42"), QColor("#7421BC")
LAND = QColor(LIGHT.base_map.land)


def near(a: QColor, b: QColor, within: int = 24) -> bool:
    return all(abs(x - y) <= within for x, y in zip(a.getRgb(), b.getRgb(), strict=True))  # type: ignore[operator]


def beside(point: QPointF, dx: float = -11, dy: float = 2) -> tuple[float, float]:
    return point.x() + dx, point.y() + dy


def test_a_mark_is_drawn_on_its_position(view: MapView) -> None:
    mark = a_mark("fountain", 7.4235, 43.7362)
    show_marks(view, [mark])
    assert colour_at(view, *beside(pixel(view, mark))) == EAU


def test_yours_wear_the_ring(view: MapView) -> None:
    mark = a_mark("fountain", author=b"me")
    show_marks(view, [mark])
    assert colour_at(view, *beside(pixel(view, mark), -17.8, 0)) == LAND
    view.set_person(b"me")
    assert near(colour_at(view, *beside(pixel(view, mark), -17.8, 0)), QColor(LIGHT.primary))


def test_an_update_moves_adds_and_removes_marks(view: MapView) -> None:
    stays, goes = a_mark("stays", 7.4160), a_mark("goes", 7.4220)
    show_marks(view, [stays, goes])
    moved, fresh = stays._replace(lng=7.4190), a_mark("fresh", 7.4250, category="nature")
    view.update_marks(MarkColumns.of_marks([moved, fresh]), {goes.id})
    image = view.grab().toImage()

    def colour(x: float, y: float) -> QColor:
        return image.pixelColor(round(x), round(y))

    assert colour(*beside(pixel(view, moved))) == EAU
    assert colour(*beside(pixel(view, fresh))) == NATURE
    assert colour(*beside(pixel(view, stays))) == LAND
    assert colour(*beside(pixel(view, goes))) == LAND


def test_many_updates_leave_what_the_last_one_said(view: MapView) -> None:
    show_marks(view, [a_mark(f"m{i}", 7.40 + i * 1e-5) for i in range(400)])
    view.update_marks(NO_MARKS, [an_id(f"m{i}") for i in range(390)])
    table = view._features.table
    assert len(table) == 10
    view.update_marks(MarkColumns.of_marks([a_mark("m395", 7.43)]), [])
    assert table.get(an_id("m395")) == a_mark("m395", 7.43)
    x, _y = table.positions(table.rows_of([an_id("m395")]))
    assert x[0] == pytest.approx(7.43 / 360 + 0.5)


def test_a_click_picks_the_topmost(view: MapView, qtbot: QtBot) -> None:
    south = a_mark("south", CENTRE[0], CENTRE[1] - 0.00008)
    north = a_mark("north", CENTRE[0], CENTRE[1] + 0.00008)
    show_marks(view, [south, north])
    view.fly_to(*CENTRE, 17.0)
    view.grab()
    with qtbot.waitSignal(view.mark_clicked) as told:
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(400, 300))
    assert told.args == [an_id("south")]


def test_pending_lies_above_accepted_and_yours_above_both(view: MapView, qtbot: QtBot) -> None:
    view.set_person(b"me")
    accepted = a_mark("accepted", lat=CENTRE[1] - 0.0001)
    pending = a_mark("pending", state=FeatureState.PENDING)
    mine = a_mark("mine", lat=CENTRE[1] + 0.0001, author=b"me")
    show_marks(view, [mine, accepted, pending])
    view.fly_to(*CENTRE, 17.0)
    view.grab()
    assert [view._features.table.mark(row).name for row in view._features.shown.rows] == [
        "accepted",
        "pending",
        "mine",
    ]


def test_a_target_is_wider_than_its_drawing(view: MapView, qtbot: QtBot) -> None:
    show_marks(view, [a_mark("fountain")])
    view.grab()
    with qtbot.waitSignal(view.mark_clicked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(420, 300))
    with qtbot.waitSignal(view.empty_clicked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(430, 300))


def test_what_the_filter_hides_fades_and_cannot_be_clicked(view: MapView, qtbot: QtBot) -> None:
    hidden, kept = a_mark("hidden"), a_mark("kept", 7.4240)
    show_marks(view, [hidden, kept])
    view.set_faded({kept.id})
    faint = colour_at(view, *beside(pixel(view, hidden)))
    assert EAU.lightness() < faint.lightness() < LAND.lightness()
    assert colour_at(view, *beside(pixel(view, kept))) == EAU
    with qtbot.waitSignal(view.empty_clicked):
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(400, 300))
    view.set_faded(None)
    assert colour_at(view, *beside(pixel(view, hidden))) == EAU


def test_the_selected_place_becomes_a_pin_on_its_position(view: MapView) -> None:
    mark = a_mark("museum", category="culture")
    show_marks(view, [mark])
    view.select(mark.id)
    x, y = 400, 300
    image = view.grab().toImage()
    assert image.pixelColor(x - 12, y - 38) == CULTURE
    assert image.pixelColor(x, y).lightness() < 90
    assert image.pixelColor(x, y + 12) == LAND
    view.select(None)
    assert colour_at(view, *beside(pixel(view, mark))) == CULTURE


def test_hovering_a_mark_tells_and_leaving_it_tells(view: MapView, qtbot: QtBot) -> None:
    show_marks(view, [a_mark("fountain")])
    view.grab()
    with qtbot.waitSignal(view.mark_hovered) as told:
        qtbot.mouseMove(view.viewport(), QPoint(401, 301))
    assert told.args == [an_id("fountain")]
    with qtbot.waitSignal(view.mark_hovered) as told:
        qtbot.mouseMove(view.viewport(), QPoint(100, 100))
    assert told.args == [None]


def test_the_list_can_light_a_mark_without_an_echo(view: MapView, qtbot: QtBot) -> None:
    mark = a_mark("fountain")
    show_marks(view, [mark])
    plain = view.grab().toImage()
    with qtbot.assertNotEmitted(view.mark_hovered):
        view.hover(mark.id)
    assert view.grab().toImage() != plain


def test_what_crowds_becomes_a_group_and_a_click_opens_it(view: MapView, qtbot: QtBot) -> None:
    crowd = [
        a_mark(f"m{i}", CENTRE[0] + i % 4 * 5e-5, CENTRE[1] + i // 4 * 5e-5) for i in range(12)
    ]
    alone = a_mark("alone", 7.4260)
    show_marks(view, [*crowd, alone])
    image = view.grab().toImage()
    (found,) = view._features.shown_groups
    assert found.size == 12
    ring = image.pixelColor(round(found.px - found.radius + 2.5), round(found.py))
    assert near(ring, QColor(CLUSTER_RING))
    assert [view._features.table.mark(row).name for row in view._features.shown.rows] == ["alone"]
    for _ in range(6):
        if view._features.shown_groups:
            group = view._features.shown_groups[0]
            qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(round(group.px), round(group.py)))
            view.grab()
    assert not view._features.shown_groups
    assert len(view._features.shown.rows) == 12


def test_the_selected_place_leaves_its_group(view: MapView) -> None:
    crowd = [a_mark(f"m{i}", CENTRE[0] + i * 2e-5) for i in range(8)]
    show_marks(view, crowd)
    view.grab()
    assert view._features.shown_groups[0].size == 8
    view.select(an_id("m3"))
    view.grab()
    assert view._features.shown_groups[0].size == 7


def test_places_on_one_spot_stand_in_a_ring_when_near(view: MapView) -> None:
    show_marks(view, [a_mark(f"m{i}") for i in range(5)])
    view.fly_to(*CENTRE, 19.0)
    view.grab()
    shown = view._features.shown
    spots = {(round(x), round(y)) for x, y in zip(shown.px, shown.py, strict=True)}
    assert len(spots) == 5
    middle = QPointF(shown.px.mean(), shown.py.mean())
    assert (middle - QPointF(400, 300)).manhattanLength() < 1


def test_a_merge_preview_says_what_would_happen_to_each(view: MapView) -> None:
    new = a_mark("new", 7.4180, state=FeatureState.PENDING)
    deleted = a_mark("deleted", 7.4220)
    show_marks(view, [new, deleted])
    view.set_badges({new.id: "new", deleted.id: "deleted"})
    image = view.grab().toImage()
    at = pixel(view, new)
    badge = image.pixelColor(round(at.x() + 0.76 * 12 - 5), round(at.y() - 0.76 * 12 + 3))
    assert near(badge, QColor(LIGHT.states["new"].mark), 40)
    assert image.pixelColor(*(round(v) for v in beside(pixel(view, deleted), 0, -10))) == QColor(
        "#FFFFFF"
    )
    view.set_badges({})
    assert colour_at(view, *beside(pixel(view, deleted))) == EAU


def test_a_proposed_move_shows_both_ends_and_their_words(view: MapView) -> None:
    before, after = LngLat(7.4180, 43.7345), LngLat(7.4215, 43.7355)
    view.show_move(before, after, "nature", "Before", "After: 74 m away")
    image = view.grab().toImage()
    x, y = view.camera.pixel_of(after)
    assert image.pixelColor(round(x - 13), round(y + 3)) == NATURE
    assert near(
        image.pixelColor(round(x), round(y - 52)), QColor(LIGHT.states["change_proposed"].text), 60
    )
    old_x, old_y = view.camera.pixel_of(before)
    assert image.pixelColor(round(old_x - 18), round(old_y + 24)) == QColor(LIGHT.muted)
    middle = image.pixelColor(round((x + old_x) / 2), round((y + old_y) / 2))
    assert middle != LAND
    view.clear_overlays()
    assert colour_at(view, x - 13, y + 3) == LAND


def test_dark_marks_stand_on_dark_land(view: MapView) -> None:
    from collabmap.render.tokens import DARK

    show_marks(view, [a_mark("fountain")])
    view.set_tokens("dark")
    assert colour_at(view, 100, 300) == QColor(DARK.base_map.land)
    assert colour_at(view, 400 - 11, 302) == EAU


def test_a_theme_that_changes_changes_the_marks(view: MapView, theme: object) -> None:
    from collabmap.domain.theme import Category, Theme

    show_marks(view, [a_mark("fountain")])
    view.set_theme(
        Theme("other", (Category("eau", "Eau", "Water", "water", "#D43E06", "disc", "place"),))
    )
    assert colour_at(view, 400 - 11, 302) == QColor("#D43E06")


def test_marks_are_larger_in_event_mode(view: MapView) -> None:
    from collabmap.render.symbology import SIZE, SIZE_EVENT

    show_marks(view, [a_mark("fountain")])
    assert colour_at(view, 400 - 17, 302) != EAU
    view.set_mark_size(SIZE_EVENT)
    assert colour_at(view, 400 - 17, 302) == EAU
    view.set_mark_size(SIZE)
    assert colour_at(view, 400 - 17, 302) != EAU
