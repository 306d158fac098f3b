"""What of the graph is in view."""

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.feature import FeatureState
from collabmap.domain.graph_scope import EVERYTHING, GraphScope, neighbours, shown
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import Nature

NATURES: dict[str, Nature] = {"club": "actor", "park": "place", "idea": "idea"}


def nature_of(category: str) -> Nature:
    return NATURES[category]


def graph(*links: tuple[str, str, str], kinds: dict[str, str] | None = None) -> LinkGraph:
    names = {end for one, _type, other in links for end in (one, other)}
    nodes = {
        name.encode(): LinkEnd(
            name.encode(), name, (kinds or {}).get(name, "park"), FeatureState.ACCEPTED, 7.4, 43.7,
            True,
        )
        for name in names
    }  # fmt: skip
    rows = (
        LinkRow(
            f"{one}{type_}{other}".encode(), one.encode(), other.encode(), type_, b"", "", 0, True
        )
        for one, type_, other in links
    )
    return LinkGraph(nodes, tuple(rows))


CHAIN = graph(("a", "runs", "b"), ("b", "uses", "c"), ("d", "runs", "c"), ("d", "needs", "e"))


def names(scope: GraphScope, of: LinkGraph = CHAIN) -> str:
    return "".join(sorted(node.decode() for node in shown(of, scope, nature_of).depth))


def test_steps_count_from_the_middle_whichever_way_links_go() -> None:
    assert names(GraphScope(b"b", 1)) == "abc"
    assert names(GraphScope(b"b", 2)) == "abcd"
    assert names(GraphScope(b"b", EVERYTHING)) == "abcde"


def test_opening_a_node_adds_its_neighbours_and_takes_nothing_away() -> None:
    assert names(GraphScope(b"b", 1, opened=frozenset({b"c"}))) == "abcd"
    assert names(GraphScope(b"b", 1, opened=frozenset({b"c", b"d"}))) == "abcde"


def test_a_kind_that_is_left_out_leads_nowhere() -> None:
    assert names(GraphScope(b"b", 3, no_kinds=frozenset({"uses"}))) == "ab"


def test_a_nature_that_is_left_out_hides_all_but_the_middle() -> None:
    mixed = graph(("a", "runs", "b"), ("c", "runs", "b"), kinds={"a": "club", "b": "club"})
    scope = GraphScope(b"b", 1, no_natures=frozenset({"actor"}))
    assert names(scope, mixed) == "bc"
    assert shown(mixed, scope, nature_of).hidden == 1


def test_a_middle_without_links_is_shown_alone() -> None:
    alone = LinkGraph({b"a": CHAIN.nodes[b"a"]}, ())
    assert names(GraphScope(b"a", 2), alone) == "a"


NAMES = "abcdef"


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.just("runs"), st.sampled_from(NAMES)).filter(
        lambda link: link[0] != link[2]
    ), min_size=1, max_size=12),
    st.integers(1, 3),
)  # fmt: skip
def test_links_in_view_have_both_ends_in_view_and_all_are_reached(
    links: list[tuple[str, str, str]], steps: int
) -> None:
    made = graph(*links)
    middle = links[0][0].encode()
    found = shown(made, GraphScope(middle, steps), nature_of)
    beside = neighbours(found.links)
    assert all(depth <= steps for depth in found.depth.values())
    for node, depth in found.depth.items():
        if node != middle:
            assert min(found.depth[other] for other in beside[node]) == depth - 1
