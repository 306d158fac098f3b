"""Names and verbs of the graph: over no mark, over no other words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collabmap.render.graph_words import Placed, Verb, placed
from collabmap.render.name_placing import Box, Name

VIEW = (0.0, 0.0, 600.0, 400.0)
RADIUS = 16.0


def words_of(
    spots: list[tuple[float, float]], links: list[tuple[int, int]], chosen: int = 0
) -> tuple[Placed, np.ndarray]:
    px = np.array(spots, np.float64).reshape(-1, 2)
    marks = np.concatenate((px - RADIUS, px + RADIUS), axis=1)
    names = [
        Name(n, x, y, RADIUS, 80.0, 16.0, int(n == chosen)) for n, (x, y) in enumerate(px.tolist())
    ]
    ends = np.array(links, np.int64).reshape(-1, 2)
    lines = np.concatenate((px[ends[:, 0]], px[ends[:, 1]]), axis=1)
    verbs = [
        Verb(n, *map(float, line), 60.0, 14.0, chosen in links[n])  # type: ignore[call-arg]
        for n, line in enumerate(lines)
    ]
    return placed(names, verbs, marks, VIEW, dict.fromkeys(range(len(px)), lines)), marks


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


POINTS = st.tuples(st.integers(20, 580), st.integers(20, 380))


@given(st.lists(POINTS, min_size=2, max_size=14, unique=True), st.data())
def test_words_stand_over_no_mark_over_no_other_words_and_whole_in_view(
    points: list[tuple[int, int]], data: st.DataObject
) -> None:
    number = st.integers(0, len(points) - 1)
    pairs = st.tuples(number, number).filter(lambda pair: pair[0] != pair[1])
    links = data.draw(st.lists(pairs, max_size=10, unique=True))
    found, marks = words_of([(float(x), float(y)) for x, y in points], links)
    boxes = [*found.names.values(), *found.verbs.values()]
    for n, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[n + 1 :])
        assert not any(overlap(box, tuple(mark)) for mark in marks.tolist())
        assert box[0] >= VIEW[0]
        assert box[1] >= VIEW[1]
        assert box[2] <= VIEW[2]
        assert box[3] <= VIEW[3]


def test_a_name_leaves_the_side_where_its_link_passes() -> None:
    found, _marks = words_of([(300.0, 100.0), (300.0, 300.0)], [(0, 1)])
    assert found.names[0][3] < 100
    assert found.names[1][1] > 300
    assert 0 in found.verbs


def test_a_verb_as_long_as_its_link_is_not_said() -> None:
    found, _marks = words_of([(200.0, 200.0), (270.0, 200.0)], [(0, 1)])
    assert not found.verbs
