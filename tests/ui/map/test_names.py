"""Names beside the marks: when they appear, and that they stay where they stand."""

from itertools import combinations

import pytest
from checkerboard import CENTRE, a_mark, an_id, show_marks
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from collabmap.domain.feature import Mark
from collabmap.ui.map.view import MapView


def crowd() -> list[Mark]:
    """Marks in rows, closer to each other than their names are long."""
    return [
        a_mark(f"Fontaine {row}-{column}", CENTRE[0] + column * 3e-4, CENTRE[1] + row * 1.2e-4)
        for row in range(-3, 4)
        for column in range(-2, 3)
    ]


def offsets(view: MapView) -> dict[object, tuple[int, int]]:
    """Return where each name stands from its mark."""
    found = {}
    for key, box in view.names.shown.items():
        assert isinstance(key, bytes)
        place = view._features.place_of(key)
        assert place is not None
        found[key] = (round(box[0] - place[0]), round(box[1] - place[1]))
    return found


def test_names_appear_once_one_stands_in_a_street(view: MapView) -> None:
    show_marks(view, [a_mark("Fontaine")])
    view.fly_to(*CENTRE, 17.5)
    view.grab()
    assert not view.names.shown
    view.fly_to(*CENTRE, 18.0)
    image = view.grab().toImage()
    left, top, right, bottom = view.names.shown[an_id("Fontaine")]
    pixels = [(x, y) for x in range(int(left), int(right)) for y in range(int(top), int(bottom))]
    assert min(image.pixelColor(x, y).lightness() for x, y in pixels) < 90


def test_a_long_name_is_cut_and_one_without_letters_is_left_out(view: MapView) -> None:
    show_marks(view, [a_mark("Très " * 30 + "long"), a_mark("", CENTRE[0] + 1e-4)])
    view.fly_to(*CENTRE, 18.0)
    view.grab()
    (box,) = view.names.shown.values()
    assert box[2] - box[0] < 200


def test_names_stay_beside_their_marks_while_the_map_moves(view: MapView) -> None:
    show_marks(view, crowd())
    view.fly_to(*CENTRE, 18.3)
    view.grab()
    before = offsets(view)
    assert 5 < len(before) < 35
    assert len(set(before.values())) > 1
    for _step in range(6):
        view.pan_by(-21, 13)
        view.grab()
        after = offsets(view)
        assert all(after[key] == before[key] for key in after.keys() & before.keys())
        assert len(after.keys() & before.keys()) > 3
        boxes = view.names.shown.values()
        assert not any(
            a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
            for a, b in combinations(boxes, 2)
        )


def test_one_s_own_place_is_named_before_another_s(view: MapView) -> None:
    view.set_person(b"me")
    # Two crowds in a ring each: those inside find no room.
    ours = [a_mark(f"m{n}")._replace(name=f"Un banc au soleil {n}") for n in range(40)]
    show_marks(view, [*ours[:-1], ours[-1]._replace(author=b"me")])
    view.fly_to(*CENTRE, 18.0)
    view.grab()
    assert ours[-1].id in view.names.shown
    assert len(view.names.shown) < len(ours)


def test_a_name_that_stands_there_is_not_said_again_by_the_pointer(view: MapView) -> None:
    show_marks(view, [a_mark("Fontaine")])
    view.fly_to(*CENTRE, 18.0)
    before = view.grab().toImage()
    view.hover_at(QPointF(400, 300))
    after = view.grab().toImage()
    above = [(x, y) for x in range(340, 460, 3) for y in range(230, 270, 3)]
    assert [before.pixelColor(*at) for at in above] == [after.pixelColor(*at) for at in above]


def test_no_names_stand_in_the_way_while_a_place_is_chosen(view: MapView) -> None:
    show_marks(view, crowd())
    view.fly_to(*CENTRE, 18.3)
    view.start_placing()
    view.place_pin(view.centre())
    view.grab()
    assert not view.names.shown


@pytest.mark.parametrize("size", [28.0, 14.0])
def test_larger_text_takes_more_room(
    view: MapView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: float
) -> None:
    from collabmap.ui import look

    monkeypatch.setattr(look.signals(), "base_px", size)
    show_marks(view, [a_mark("Fontaine")])
    view.fly_to(*CENTRE, 18.0)
    view.grab()
    ((_left, top, _right, bottom),) = view.names.shown.values()
    assert bottom - top == pytest.approx(size * 12 / 14 * 1.2, rel=0.2)
