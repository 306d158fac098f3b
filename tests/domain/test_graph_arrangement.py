"""Where the shown part of a graph stands, and what happens when more of it is shown."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState
from collabmap.domain.graph_arrangement import Wanted, arranged
from collabmap.domain.links import LinkEnd


def end(name: str, lng: float | None = 7.42, lat: float | None = 43.73) -> LinkEnd:
    return LinkEnd(name.encode(), name, "park", FeatureState.ACCEPTED, lng, lat, True)


def wanted(depth: dict[str, int], pairs: list[str], **more: object) -> Wanted:
    nodes = {name.encode(): end(name, 7.42 + 0.001 * n) for n, name in enumerate(sorted(depth))}
    return Wanted(
        {name.encode(): steps for name, steps in depth.items()},
        tuple((pair[0].encode(), pair[1].encode()) for pair in pairs),
        nodes,
        **more,  # type: ignore[arg-type]
    )


@given(st.integers(1, 12), st.booleans())
def test_what_stands_somewhere_stays_there_when_a_node_is_opened(count: int, rings: bool) -> None:
    names = "bcdefghijklmnopq"[:count]
    before = wanted(
        {"a": 0} | dict.fromkeys(names, 1),
        ["a" + name for name in names],
        middle=b"a" if rings else None,
    )
    first = arranged(before)
    assert first is not None
    more = "rstuvwxyz"
    after = wanted(
        {"a": 0} | dict.fromkeys(names, 1) | dict.fromkeys(more, 2),
        [*("a" + name for name in names), *(names[0] + name for name in more)],
        middle=b"a" if rings else None,
        kept=first,
    )
    then = arranged(after)
    assert then is not None
    assert {node: then[node] for node in first} == first
    assert then.keys() == after.depth.keys()
    for node in more:
        nearest = min(math.dist(then[node.encode()], then[o]) for o in then if o != node.encode())
        assert nearest > 40


def test_what_lies_nowhere_on_the_map_stands_beside_what_it_is_linked_with() -> None:
    nodes = {b"a": end("a"), b"b": end("b", None, None)}
    found = arranged(Wanted({b"a": 0, b"b": 1}, ((b"a", b"b"),), nodes, middle=b"a"))
    assert found is not None
    assert 60 < math.dist(found[b"a"], found[b"b"]) < 400


def test_many_around_one_are_laid_out_without_rings() -> None:
    names = [f"n{n:03}" for n in range(150)]
    nodes = {name.encode(): end(name, 7.42 + 0.0001 * n) for n, name in enumerate(names)}
    depth = {name.encode(): int(n > 0) for n, name in enumerate(names)}
    pairs = tuple((b"n000", name.encode()) for name in names[1:])
    found = arranged(Wanted(depth, pairs, nodes, middle=b"n000"))
    assert found is not None
    assert min(math.dist(*pair) for pair in itertools.combinations(found.values(), 2)) > 55


def test_arranging_stops_when_told_to() -> None:
    many = wanted(dict.fromkeys("abcdef", 1), ["ab", "cd"])
    assert arranged(many, lambda _place, _done, _whole: False) is None
