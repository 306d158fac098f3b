"""The card beside what the pointer rests on, and the line that says where that is."""

import pytest
from checkerboard import CENTRE, a_mark, pixel, show_marks
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from collabmap.domain.feature import FeatureState, Mark
from collabmap.domain.lambert import lambert_93
from collabmap.ui.map.view import MapView

FOUNTAIN = a_mark("Fontaine", state=FeatureState.PENDING)
LIBRARY = a_mark("Bibliothèque", CENTRE[0] + 0.006, category="culture", author=b"me")


def rest_at(view: MapView, point: QPoint) -> None:
    """Move the pointer there, also from there: the one of the test before may be on that pixel."""
    QTest.mouseMove(view.viewport(), point + QPoint(2, 2))
    QTest.mouseMove(view.viewport(), point)


def point_at(view: MapView, mark: Mark) -> None:
    rest_at(view, pixel(view, mark).toPoint())


def until_shown(view: MapView, qtbot: QtBot) -> str:
    qtbot.waitUntil(view.cards.card.isVisible)
    return view.cards.card.accessibleName()


@pytest.fixture
def marked(view: MapView) -> MapView:
    view.set_person(b"me")
    show_marks(view, [FOUNTAIN, LIBRARY])
    view.grab()
    rest_at(view, QPoint(5, 5))
    return view


def test_a_pointer_at_rest_is_told_what_lies_under_it(marked: MapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(marked.cards.details_wanted) as wanted:
        point_at(marked, FOUNTAIN)
    assert wanted.args == [FOUNTAIN.id]
    assert until_shown(marked, qtbot) == "Fontaine, Water · awaiting review"
    marked.cards.set_details(FOUNTAIN.id, "Inès")
    assert marked.cards.card.accessibleName() == "Fontaine, Water · awaiting review, Inès"
    marked.cards.set_details(LIBRARY.id, "Paul")
    assert "Paul" not in marked.cards.card.accessibleName()


def test_what_is_yours_says_so(marked: MapView, qtbot: QtBot) -> None:
    point_at(marked, LIBRARY)
    assert until_shown(marked, qtbot) == "Bibliothèque, Culture · reviewed, Yours"


def test_a_card_is_gone_at_once_when_the_pointer_leaves(marked: MapView, qtbot: QtBot) -> None:
    point_at(marked, FOUNTAIN)
    until_shown(marked, qtbot)
    rest_at(marked, QPoint(20, 20))
    assert not marked.cards.card.isVisible()
    point_at(marked, FOUNTAIN)
    until_shown(marked, qtbot)
    marked.pan_by(3, 0)
    assert not marked.cards.card.isVisible()


def test_a_card_takes_neither_focus_nor_pointer(marked: MapView, qtbot: QtBot) -> None:
    marked.setFocus()
    point_at(marked, FOUNTAIN)
    until_shown(marked, qtbot)
    card = marked.cards.card
    assert QApplication.focusWidget() is marked
    assert card.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert marked.childAt(card.geometry().center()) is marked.viewport()


@pytest.mark.parametrize("corner", [(-370, -270), (320, -270), (-370, 270), (370, 270), (0, 0)])
def test_a_card_lies_on_the_map_and_never_on_its_mark(
    marked: MapView, qtbot: QtBot, corner: tuple[int, int]
) -> None:
    marked.pan_by(*corner)
    marked.grab()
    point_at(marked, FOUNTAIN)
    until_shown(marked, qtbot)
    box = QRectF(marked.cards.card.geometry())
    at = pixel(marked, FOUNTAIN)
    assert QRectF(marked.rect()).contains(box)
    assert not box.intersects(QRectF(at - QPointF(14, 14), at + QPointF(14, 14)))


def test_a_group_says_how_many_and_mostly_what(view: MapView, qtbot: QtBot) -> None:
    kinds = ["eau"] * 5 + ["culture"] * 4 + ["sport"] * 2 + ["nature"]
    marks = [
        a_mark(f"{kind}{n}", CENTRE[0] + n * 1e-6, category=kind) for n, kind in enumerate(kinds)
    ]
    show_marks(view, marks)
    view.fly_to(*CENTRE, 12.0)
    view.grab()
    point_at(view, marks[0])
    assert until_shown(view, qtbot).startswith("12 places, Water · 5, Culture · 4, Sport, play · 2")
    assert "Nature" not in view.cards.card.accessibleName()


def test_the_list_and_the_cross_bring_the_card_too(marked: MapView, qtbot: QtBot) -> None:
    marked.hover(LIBRARY.id)
    assert until_shown(marked, qtbot).startswith("Bibliothèque")
    marked.hover(None)
    assert not marked.cards.card.isVisible()
    QApplication.sendEvent(marked, QEvent(QEvent.Type.Leave))
    marked.setFocus(Qt.FocusReason.TabFocusReason)
    assert until_shown(marked, qtbot).startswith("Fontaine")


def test_the_card_of_the_cross_goes_with_the_keyboard(marked: MapView, qtbot: QtBot) -> None:
    QApplication.sendEvent(marked, QEvent(QEvent.Type.Leave))
    marked.setFocus(Qt.FocusReason.TabFocusReason)
    until_shown(marked, qtbot)
    marked.clearFocus()
    assert not marked.cards.card.isVisible()


def test_no_card_covers_a_place_that_is_being_placed(marked: MapView, qtbot: QtBot) -> None:
    point_at(marked, FOUNTAIN)
    until_shown(marked, qtbot)
    marked.start_placing("eau")
    assert not marked.cards.card.isVisible()
    point_at(marked, FOUNTAIN)
    assert marked.rested() is None


# --- where ------------------------------------------------------------------------------------


def test_the_readout_says_where_the_pointer_is(marked: MapView, qtbot: QtBot) -> None:
    assert not marked.readout.isVisible()
    marked.readout.set_wanted(True)
    point_at(marked, FOUNTAIN)
    qtbot.waitUntil(marked.readout.isVisible)
    assert marked.readout.text == "43.7350° N  7.4200° E"
    marked.readout.lambert = lambert_93
    rest_at(marked, QPoint(300, 300))
    assert "   Lambert-93 1,05" in marked.readout.text
    QApplication.sendEvent(marked, QEvent(QEvent.Type.Leave))
    assert not marked.readout.isVisible()


def test_for_the_keyboard_it_is_where_the_cross_is(marked: MapView, qtbot: QtBot) -> None:
    marked.readout.set_wanted(True)
    marked.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(marked.readout.isVisible)
    assert marked.readout.text == "43.7350° N  7.4200° E"
    qtbot.keyClick(marked, Qt.Key.Key_Right)
    assert marked.readout.text != "43.7350° N  7.4200° E"


@pytest.mark.parametrize("width", [300, 480, 800])
def test_scale_readout_and_credits_lie_beside_each_other(
    tiled: MapView, qtbot: QtBot, width: int
) -> None:
    tiled.readout.lambert = lambert_93
    tiled.readout.set_wanted(True)
    tiled.resize(width, 500)
    tiled.grab()
    rest_at(tiled, QPoint(100, 100))
    qtbot.waitUntil(tiled.readout.isVisible)
    boxes = tiled.furniture_boxes()
    assert len(boxes) == 6
    for rank, box in enumerate(boxes):
        assert QRectF(tiled.rect()).contains(box)
        assert not any(box.intersects(other) for other in boxes[rank + 1 :])


def test_a_pointer_that_moves_paints_only_the_readout(tiled: MapView, qtbot: QtBot) -> None:
    tiled.readout.set_wanted(True)
    rest_at(tiled, QPoint(100, 100))
    qtbot.waitUntil(tiled.readout.isVisible)
    QApplication.processEvents()
    before = tiled.item.paint_count
    for x in range(110, 160, 10):
        QTest.mouseMove(tiled.viewport(), QPoint(x, 100))
        QApplication.processEvents()
    assert tiled.item.paint_count == before
