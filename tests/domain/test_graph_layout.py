"""Where the nodes of a graph stand: laws, and that it resembles the town."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.graph_layout import NEAREST_PX, Floats, Ints, scaled, settled


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Floats, Ints]:
    count = draw(st.integers(1, 60))
    degrees = st.floats(-0.02, 0.02, allow_nan=False)
    at = draw(st.lists(st.tuples(degrees, degrees), min_size=count, max_size=count))
    ends = st.integers(0, count - 1)
    links = draw(st.lists(st.tuples(ends, ends).filter(lambda p: p[0] != p[1]), max_size=90))
    lng, lat = np.array(at).T
    return scaled(7.4 + lng, 43.7 + lat), np.array(links, np.int64).reshape(-1, 2)


def distances(place: Floats) -> Floats:
    gap = place[:, None] - place[None]
    far = np.hypot(gap[..., 0], gap[..., 1])
    np.fill_diagonal(far, np.inf)
    return far


@given(graphs())
def test_the_same_graph_always_ends_the_same_and_no_mark_touches_another(
    graph: tuple[Floats, Ints],
) -> None:
    start, links = graph
    place = settled(start, links, steps=40)
    assert place is not None
    assert np.isfinite(place).all()
    assert np.array_equal(place, settled(start, links, steps=40))
    if len(place) > 1:
        assert distances(place).min() >= NEAREST_PX


@given(graphs(), st.data())
def test_what_may_not_move_stays_where_it_is(
    graph: tuple[Floats, Ints], data: st.DataObject
) -> None:
    start, links = graph
    start = settled(start, np.empty((0, 2), np.int64), steps=1) if len(start) > 1 else start
    assert start is not None
    count = len(start)
    movable = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    place = settled(start, links, movable, steps=30)
    assert place is not None
    assert np.array_equal(place[~movable], start[~movable])


def test_a_graph_of_a_town_resembles_the_town() -> None:
    """Neighbours are linked along a coast: the graph runs the same way."""
    lng = 7.40 + np.arange(40) * 0.0005
    lat = 43.73 + 0.0004 * np.sin(np.arange(40))
    links = np.stack((np.arange(39), np.arange(1, 40)), 1)
    place = settled(scaled(lng, lat), links)
    assert place is not None
    assert np.corrcoef(place[:, 0], lng)[0, 1] > 0.95


def test_linked_nodes_stand_nearer_than_others() -> None:
    rng = np.random.default_rng(3)
    lng, lat = 7.4 + rng.normal(0, 0.01, 120), 43.7 + rng.normal(0, 0.01, 120)
    links = np.array([(n, n + 1) for n in range(0, 120, 2)])
    place = settled(scaled(lng, lat), links)
    assert place is not None
    far = distances(place)
    linked = far[links[:, 0], links[:, 1]]
    assert np.median(linked) < 0.4 * np.median(far[np.isfinite(far)])


def test_layout_tells_each_step_and_stops_when_it_is_told_to() -> None:
    told: list[tuple[int, int]] = []

    def tell(place: Floats, done: int, whole: int) -> bool:
        assert place.shape == (3, 2)
        told.append((done, whole))
        return done < 4

    start = np.array([(0.0, 0.0), (10.0, 0.0), (0.0, 10.0)])
    assert settled(start, np.array([(0, 1)]), steps=9, told=tell) is None
    assert told == [(1, 9), (2, 9), (3, 9), (4, 9)]


def test_what_lies_far_off_does_not_press_the_others_together() -> None:
    lng = np.append(7.42 + np.linspace(-0.01, 0.01, 30), 12.0)
    lat = np.append(43.73 + np.linspace(0.008, -0.008, 30), 41.0)
    place = scaled(lng, lat)
    assert np.ptp(place[:30, 0]) > 300
    assert np.abs(place[30]).max() < 3 * np.abs(place[:30]).max()
