"""More marks than are grouped between two frames: what a worker makes, and what is shown until."""

from dataclasses import replace

import numpy as np
import pytest
from checkerboard import CENTRE, LEFT, a_mark, an_id
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.app.words import set_language
from collabmap.domain.mark_cells import MarkCells
from collabmap.domain.mark_columns import MarkColumns
from collabmap.ui.map.discs import short_count
from collabmap.ui.map.mark_table import FEW
from collabmap.ui.map.view import MapView

MANY = FEW + 1000
# So far from the middle that it is in nobody's cell.
ALONE = (7.4300, 43.7400)


def crowd(count: int = MANY, spread: float = 4e-3) -> MarkColumns:
    """Marks in a square around the middle, and one beside them: the first."""
    random = np.random.default_rng(1)
    places = np.array(CENTRE) + (random.random((count, 2)) - 0.5) * spread
    places[0] = ALONE
    columns = MarkColumns.of_marks([a_mark(f"m{i}", *places[i].tolist()) for i in range(count)])
    return replace(columns, row=np.arange(count) + 1)


@pytest.fixture(scope="module")
def many() -> MarkColumns:
    return crowd()


@pytest.fixture
def crowded(view: MapView, many: MarkColumns, qtbot: QtBot) -> MapView:
    """A map with many marks, in order."""
    view.set_columns(many)
    settle(view, qtbot)
    return view


def settle(view: MapView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view._features.scenes.builder.is_busy)
    view.grab()


def sizes(view: MapView) -> list[int]:
    view.grab()
    return sorted(group.size for group in view._features.shown_groups)


def shown(view: MapView) -> set[str]:
    view.grab()
    return {view._features.table.mark(row).name for row in view._features.shown.rows.tolist()}


def drawn(view: MapView) -> int:
    return sum(sizes(view)) + len(shown(view))


def test_all_are_drawn_in_a_group_or_by_themselves(crowded: MapView) -> None:
    assert len(sizes(crowded)) > 3
    assert shown(crowded) >= {"m0"}
    assert drawn(crowded) == MANY


def test_a_frame_is_painted_once(crowded: MapView, qtbot: QtBot) -> None:
    before = crowded.item.paint_count
    crowded.pan_by(3, 2)
    qtbot.waitUntil(lambda: crowded.item.paint_count > before)
    QApplication.processEvents()
    assert crowded.item.paint_count == before + 1


def test_the_map_stays_as_it_was_until_another_is_in_order(
    crowded: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    before = sizes(crowded)
    crowded.set_columns(crowd(MANY + 500))
    assert sizes(crowded) == before
    settle(crowded, qtbot)
    assert drawn(crowded) == MANY + 500


def test_what_changes_is_shown_at_once_and_stays(
    crowded: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    moved = MarkColumns.of_marks([a_mark("m7", 7.4302, 43.7380), a_mark("fresh", 7.4304, 43.7360)])
    gone = [many.id(0)]
    crowded.update_marks(moved, gone)
    assert shown(crowded) >= {"m7", "fresh"}
    assert "m0" not in shown(crowded)
    assert drawn(crowded) == MANY
    crowded.set_columns(many.patched(moved, gone))
    settle(crowded, qtbot)
    assert shown(crowded) >= {"m7", "fresh"}
    assert "m0" not in shown(crowded)
    assert drawn(crowded) == MANY
    assert not len(crowded._features.table.newer)


def test_what_changed_while_the_rest_was_put_in_order_is_newer(
    crowded: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    crowded.set_columns(crowd(MANY + 500))
    crowded.update_marks(MarkColumns.of_marks([a_mark("late", 7.4304, 43.7360)]), [many.id(0)])
    settle(crowded, qtbot)
    assert "late" in shown(crowded)
    assert "m0" not in shown(crowded)
    assert drawn(crowded) == MANY + 500


def test_the_selected_place_leaves_its_group_of_a_large_map(crowded: MapView) -> None:
    before = drawn(crowded)
    crowded.select(an_id("m9"))
    assert drawn(crowded) == before - 1
    crowded.select(None)
    assert drawn(crowded) == before


def test_marks_of_a_preview_are_in_no_group_and_stay_while_it_is_shown(
    crowded: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    come = MarkColumns.of_marks([a_mark("new", 7.4303, 43.7365)])
    crowded.update_marks(come, [])
    crowded.set_badges({an_id("new"): "new", an_id("m5"): "changed"})
    assert shown(crowded) >= {"new", "m5"}
    crowded.set_columns(replace(many))
    settle(crowded, qtbot)
    assert shown(crowded) >= {"new", "m5"}
    crowded.set_badges({})
    assert "m5" not in shown(crowded)


def test_a_few_clear_ones_stand_out_at_once(crowded: MapView, many: MarkColumns) -> None:
    crowded.set_clear_rows(many.row[[0, 3]])
    assert shown(crowded) | {"m3"} == {"m0", "m3"}
    assert drawn(crowded) == 2
    crowded.set_faded([many.id(0)])
    assert shown(crowded) == {"m0"}
    crowded.set_faded([])
    assert drawn(crowded) == 0
    crowded.set_faded(None)
    assert drawn(crowded) == MANY


def test_many_clear_ones_are_grouped_apart_from_the_faded(view: MapView, qtbot: QtBot) -> None:
    columns = crowd(3 * FEW)
    view.set_columns(columns)
    settle(view, qtbot)
    clear = columns.row[: 2 * FEW]
    view.set_clear_rows(clear)
    assert drawn(view) == 3 * FEW
    settle(view, qtbot)
    assert drawn(view) == 2 * FEW
    view.set_columns(replace(columns))
    settle(view, qtbot)
    assert drawn(view) == 2 * FEW
    view.set_clear_rows(None)
    assert drawn(view) == 3 * FEW


def test_a_click_on_a_group_of_a_large_map_goes_nearer(crowded: MapView, qtbot: QtBot) -> None:
    group = max(crowded._features.shown_groups, key=lambda group: group.size)
    box = crowded._features.box_of(group)
    assert box is not None
    zoom = crowded.zoom()
    qtbot.mouseClick(crowded.viewport(), LEFT, pos=QPoint(round(group.px), round(group.py)))
    assert crowded.zoom() >= zoom + 1
    assert crowded.bbox().contains(box.west, box.south)
    assert crowded.bbox().contains(box.east, box.north)


def test_too_many_on_one_spot_are_a_disc_however_near(view: MapView, qtbot: QtBot) -> None:
    view.set_columns(crowd(6_000, spread=1e-7))
    settle(view, qtbot)
    view.fly_to(*CENTRE, 19.0)
    assert sizes(view) == [5_999]


def test_cells_stand_in_for_marks_that_are_not_read_yet(
    view: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    cells = MarkCells(np.array([CENTRE[0]]), np.array([CENTRE[1]]), np.array([MANY - 1]))
    view.set_cells(cells)
    assert sizes(view) == [MANY - 1]
    (group,) = view._features.shown_groups
    zoom = view.zoom()
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(round(group.px), round(group.py)))
    assert view.zoom() == zoom + 1
    view.fly_to(*CENTRE, 15.0)
    view.set_columns(many)
    assert sizes(view) == [MANY - 1]
    settle(view, qtbot)
    assert len(sizes(view)) > 1
    view.set_cells(cells)
    assert drawn(view) == MANY


def test_an_emptied_map_stays_empty_whatever_was_under_way(
    view: MapView, many: MarkColumns, qtbot: QtBot
) -> None:
    view.set_columns(many)
    view.set_columns(MarkColumns.of_marks([]))
    settle(view, qtbot)
    assert drawn(view) == 0


def test_numbers_are_short_enough_for_their_disc() -> None:
    assert [short_count(n) for n in (57, 9_999, 12_999)] == ["57", "9,999", "12\u202fk"]
    assert [short_count(n) for n in (1_290_000, 123_400_000)] == ["1.2\u202fM", "123\u202fM"]
    set_language("fr")
    assert [short_count(n) for n in (9_999, 1_290_000)] == ["9\u202f999", "1,2\u202fM"]
