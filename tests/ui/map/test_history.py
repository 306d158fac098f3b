"""Back and forward through the views, as in a browser; what a hand threw; without a window."""

import math

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from collabmap.render.camera import Camera
from collabmap.ui.map.history import LIMIT, View, ViewHistory
from collabmap.ui.map.motion import COAST_MS, Throw, coasted
from collabmap.ui.map.touch import pinched

HERE = Camera(0.52, 0.36, 15.0, 800.0, 600.0)
# Views so far apart that none is the same as another.
VIEWS = st.integers(0, 200).map(lambda n: View(0.5 + n / 1000, 0.4, 14.0))


def looked_at(history: ViewHistory) -> list[View]:
    """All views from the first to the last."""
    while history.back() is not None:
        pass
    seen = []
    view = history.forward()
    while view is not None:
        seen.append(view)
        view = history.forward()
    return seen


@given(st.lists(VIEWS, min_size=1, max_size=80))
def test_back_and_forward_go_through_what_was_seen(views: list[View]) -> None:
    history = ViewHistory()
    for view in views:
        history.note(view)
    changes = [v for v, before in zip(views, [None, *views], strict=False) if v != before]
    kept = changes[-LIMIT:]
    assert len(history) == len(kept)
    assert [history.back() for _ in kept[1:]] == kept[-2::-1]
    assert history.back() is None
    assert not history.can_go_back
    assert [history.forward() for _ in kept[1:]] == kept[1:]
    assert history.forward() is None


@given(st.lists(VIEWS, min_size=3, max_size=20, unique=True), st.data())
def test_a_new_view_forgets_those_further_forward(views: list[View], data: st.DataObject) -> None:
    *old, new = views
    history = ViewHistory()
    for view in old:
        history.note(view)
    steps = data.draw(st.integers(0, len(old) - 1))
    for _ in range(steps):
        history.back()
    history.note(new)
    assert not history.can_go_forward
    assert looked_at(history) == [*old[1 : len(old) - steps], new]


def test_a_hand_that_trembles_makes_no_new_view() -> None:
    history = ViewHistory()
    history.note(View.of(HERE))
    history.note(View.of(HERE.moved(9, -7)))
    assert len(history) == 1
    history.note(View.of(HERE.moved(90, 0)))
    history.note(View.of(HERE._replace(zoom=16.0)))
    assert len(history) == 3


def test_a_view_comes_back_in_another_size_of_window() -> None:
    wide = HERE._replace(width=1300.0)
    assert View.of(HERE).on(wide) == wide


# --- letting go -------------------------------------------------------------------------------


def thrown(*seen: tuple[int, float, float], at_ms: int) -> tuple[float, float]:
    throw = Throw()
    throw.begin(seen[0][0], QPointF(*seen[0][1:]))
    for time_ms, x, y in seen[1:]:
        throw.move(time_ms, QPointF(x, y))
    return throw.velocity(at_ms)


def test_a_map_leaves_the_hand_at_the_hands_own_speed() -> None:
    velocity = thrown((0, 0, 0), (16, 16, 8), (32, 32, 16), at_ms=34)
    assert velocity == (1.0, 0.5)
    target = coasted(HERE, velocity)
    first = HERE.between(target, 1 - (1 - 1 / COAST_MS) ** 3)
    moved = [(end - start) * HERE.scale for start, end in ((first.x, HERE.x), (first.y, HERE.y))]
    assert math.dist(moved, velocity) < 0.01


def test_a_hand_that_rests_before_it_lets_go_throws_nothing() -> None:
    assert thrown((0, 0, 0), (16, 40, 0), at_ms=200) == (0.0, 0.0)
    assert thrown((0, 0, 0), (80, 4, 0), at_ms=81) == (0.0, 0.0)
    assert thrown((0, 0, 0), at_ms=4) == (0.0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(-2000, 2000)), min_size=1, max_size=30))
def test_no_throw_loses_sight_of_where_one_was(steps: list[tuple[int, float]]) -> None:
    """However a broken touch pad jumps: less than a screen."""
    at_ms, seen = 0, []
    for step_ms, x in steps:
        at_ms += step_ms
        seen.append((at_ms, x, -x))
    target = coasted(HERE, thrown(*seen, at_ms=at_ms))
    far = math.dist((target.x, target.y), (HERE.x, HERE.y)) * HERE.scale
    assert far <= 4.0 * COAST_MS / 3 + 1e-3


# --- two fingers ------------------------------------------------------------------------------

PIXELS = st.builds(QPointF, st.floats(0, 800), st.floats(0, 600))


@given(PIXELS, PIXELS, PIXELS, PIXELS)
def test_what_lies_between_two_fingers_stays_between_them(
    a: QPointF, b: QPointF, to_a: QPointF, to_b: QPointF
) -> None:
    after = pinched(HERE, (a, b), (to_a, to_b))
    start, end = (a + b) / 2, (to_a + to_b) / 2
    before = HERE.to_world(start.x(), start.y())
    now = after.to_world(end.x(), end.y())
    assert math.dist(before, now) * HERE.scale < 1e-3
    assert 0.0 <= after.zoom <= 19.0


def test_fingers_twice_as_far_apart_show_the_map_twice_as_large() -> None:
    near = (QPointF(300, 300), QPointF(400, 300))
    far = (QPointF(250, 300), QPointF(450, 300))
    assert pinched(HERE, near, far).zoom == 16.0
    assert pinched(HERE, far, near).zoom == 14.0
