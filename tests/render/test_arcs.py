"""Arcs between linked features: where they bow, point, lie and are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.render.arcs import (
    ARROW_LENGTH_PX,
    BOW,
    SHORTEST_ARROW_PX,
    TIP_GAP_PX,
    along,
    arcs_of,
    arrows,
    bowed,
    nearest,
)

A, B, C = (bytes([n]) * 16 for n in range(1, 4))
coordinates = st.floats(-1000, 1000)


def end(id_: bytes, lng: float | None, lat: float | None = 43.7) -> LinkEnd:
    return LinkEnd(id_, "", "eau", FeatureState.ACCEPTED, lng, lat, True)


def link(source: bytes, target: bytes, type_: str) -> LinkRow:
    return LinkRow(source + target, source, target, type_, b"", "", 0, True)


def arc(x0: float, y0: float, x1: float, y1: float) -> tuple[np.ndarray, np.ndarray]:
    return bowed(*(np.array([value]) for value in (x0, y0, x1, y1)))


def test_an_arc_says_all_that_one_does_for_the_other_and_one_back_stands_apart() -> None:
    nodes = {node.id: node for node in (end(A, 7.41), end(B, 7.42), end(C, None, None))}
    links = (link(A, B, "runs"), link(A, B, "needs"), link(B, A, "offers"), link(A, C, "runs"))
    arcs = arcs_of(LinkGraph(nodes, links))
    assert arcs.ends == ((A, B), (B, A))
    assert arcs.types == (("runs", "needs"), ("offers",))
    # East on the way there bows north, the way back south.
    assert arcs.y[0, 1] < arcs.y[0, 0] < arcs.y[1, 1]
    assert arcs.of(B).tolist() == [0, 1]
    assert arcs.of(C).tolist() == []


def test_no_links_are_no_arcs() -> None:
    arcs = arcs_of(LinkGraph())
    assert len(arcs) == 0
    assert arcs.within((0, 0, 1, 1)).tolist() == []


@given(coordinates, coordinates, coordinates, coordinates)
def test_the_middle_of_an_arc_stands_off_by_its_bow(
    x0: float, y0: float, x1: float, y1: float
) -> None:
    px, py = arc(x0, y0, x1, y1)
    off = np.hypot(along(px, 0.5) - (x0 + x1) / 2, along(py, 0.5) - (y0 + y1) / 2)
    assert off == pytest.approx(BOW / 2 * np.hypot(x1 - x0, y1 - y0), abs=1e-9)
    assert along(px, 0.0) == pytest.approx(x0)
    assert along(py, 1.0) == pytest.approx(y1)


@given(coordinates, coordinates, coordinates, coordinates, st.floats(0, 1))
def test_every_point_of_an_arc_is_in_the_box_by_which_it_is_left_out(
    x0: float, y0: float, x1: float, y1: float, t: float
) -> None:
    px, py = arc(x0, y0, x1, y1)
    for points in (px, py):
        at = along(points, t)
        assert points.min(1) - 1e-6 <= at <= points.max(1) + 1e-6


@given(coordinates, coordinates, coordinates, coordinates)
def test_an_arrow_points_at_the_mark_from_a_gap_before_it(
    x0: float, y0: float, x1: float, y1: float
) -> None:
    px, py = arc(x0, y0, x1, y1)
    found = arrows(px, py)
    is_long = np.hypot(x1 - x0, y1 - y0) >= SHORTEST_ARROW_PX
    assert len(found.which) == int(is_long)
    if is_long:
        far = np.hypot(found.px[0] - x1, found.py[0] - y1)
        assert far[0] == pytest.approx(TIP_GAP_PX)
        assert (far[1:] > TIP_GAP_PX + ARROW_LENGTH_PX / 2).all()


@given(coordinates, coordinates, coordinates, coordinates, st.floats(0, 1))
def test_an_arc_is_found_where_it_runs(
    x0: float, y0: float, x1: float, y1: float, t: float
) -> None:
    px, py = arc(x0, y0, x1, y1)
    at = float(along(px, t)[0]), float(along(py, t)[0])
    assert nearest(px, py, at, 6.0) == 0


def test_nothing_is_found_beside_all_arcs_and_the_nearer_of_two_wins() -> None:
    px, py = bowed(*(np.array(v, float) for v in ([0, 0], [0, 30], [100, 100], [0, 30])))
    assert nearest(px, py, (50.0, 200.0), 6.0) == -1
    assert nearest(px, py, (50.0, 24.0), 60.0) == 1
    assert nearest(px[:0], py[:0], (0.0, 0.0), 6.0) == -1
