"""Questions that the links of a town answer."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collabmap.domain.ecosystem import Answer, Question, answers
from collabmap.domain.feature import FeatureState
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import Category, LinkType, Theme

THEME = Theme(
    "town",
    (
        Category("club", "", "Club", nature="actor"),
        Category("hall", "", "Hall"),
        Category("skill", "", "Skill", nature="skill"),
        Category("idea", "", "Idea", nature="idea"),
    ),
    link_types=(LinkType("runs", "", "runs"),),
)
KINDS = {"c": "club", "h": "hall", "s": "skill", "i": "idea"}


def town(at: dict[str, float], *links: tuple[str, str, str]) -> LinkGraph:
    """Return places by name, metres east of the first meridian; 'c-Anna' is of the kind c."""
    nodes = {
        name.encode(): LinkEnd(
            name.encode(),
            name[2:],
            KINDS[name[0]],
            FeatureState.ACCEPTED,
            metres / 111_320,
            0.0,
            True,
        )
        for name, metres in at.items()
    }
    rows = (
        LinkRow(bytes([n]), one.encode(), other.encode(), type_, b"", "", 0, True)
        for n, (one, type_, other) in enumerate(links)
    )
    return LinkGraph(nodes, tuple(rows))


def ask(
    graph: LinkGraph, question: Question, values: dict[str, dict[str, Any]] | None = None
) -> list[Answer]:
    by_id = {name.encode(): given for name, given in (values or {}).items()}
    return [answer for answer in answers(graph, THEME, by_id) if answer.question is question]


def pairs(found: list[Answer]) -> list[tuple[str, str]]:
    return [(each.one.name, each.other.name if each.other else "") for each in found]


def test_an_idea_has_somebody_once_an_actor_does_something_for_it() -> None:
    at = {"i-Fair": 0.0, "i-Choir": 0.0, "c-Anna": 0.0, "s-Song": 0.0}
    graph = town(at, ("c-Anna", "runs", "i-Choir"), ("i-Fair", "needs", "c-Anna"))
    assert pairs(ask(graph, Question.ALONE)) == [("Fair", "")]


def test_a_skill_that_one_offers_and_another_needs_lets_them_meet() -> None:
    at = {"c-Anna": 0.0, "c-Bob": 300.0, "s-Pruning": 0.0}
    graph = town(at, ("c-Anna", "offers", "s-Pruning"), ("c-Bob", "needs", "s-Pruning"))
    (found,) = ask(graph, Question.MEETING)
    assert (found.one.name, found.other and found.other.name) == ("Anna", "Bob")
    assert found.distance_m is not None
    assert round(found.distance_m) == 300


def test_alike_names_are_one_skill_and_others_are_not() -> None:
    at = {"c-Anna": 0.0, "c-Bob": 1.0, "c-Cem": 2.0}
    at |= {"s-Réparer des vélos": 0.0, "s-Réparation de vélos": 0.0, "s-Couture": 0.0}
    graph = town(
        at,
        ("c-Anna", "offers", "s-Réparer des vélos"),
        ("c-Bob", "needs", "s-Réparation de vélos"),
        ("c-Cem", "needs", "s-Couture"),
    )
    assert pairs(ask(graph, Question.MEETING)) == [("Anna", "Bob")]


def test_those_who_are_linked_have_met() -> None:
    at = {"c-Anna": 0.0, "c-Bob": 300.0, "s-Pruning": 0.0}
    links = (("c-Anna", "offers", "s-Pruning"), ("c-Bob", "needs", "s-Pruning"))
    assert not ask(town(at, *links, ("c-Bob", "uses", "c-Anna")), Question.MEETING)


def test_a_mark_of_a_skill_speaks_for_itself_where_nobody_is_linked_to_it() -> None:
    at = {"s-Piano": 0.0, "s-Piano lessons": 90.0}
    values = {
        "s-Piano": {"offered-or-sought": "offered"},
        "s-Piano lessons": {"offered-or-sought": "sought"},
    }
    assert pairs(ask(town(at), Question.MEETING, values)) == [("Piano", "Piano lessons")]


def test_room_is_found_near_a_need_and_large_enough() -> None:
    at = {"i-Choir": 0.0, "h-Small": 50.0, "h-Large": 400.0, "h-Far": 5000.0, "h-Full": 10.0}
    values: dict[str, dict[str, Any]] = {
        "i-Choir": {"capacity-needed": 30},
        "h-Small": {"free-capacity": 8},
        "h-Large": {"free-capacity": 60},
        "h-Far": {"free-capacity": 60},
        "h-Full": {"free-capacity": 0, "capacity": 300},
    }
    (found,) = ask(town(at), Question.ROOM, values)
    assert pairs([found]) == [("Choir", "Large")]
    assert (found.room, found.wanted) == (60, 30)


def test_a_place_that_stands_empty_has_room_though_nobody_said_how_much() -> None:
    at = {"c-Anna": 0.0, "h-Shop": 50.0, "h-Hall": 500.0}
    graph = town(at, ("c-Anna", "needs", "h-Hall"))
    (found,) = ask(graph, Question.ROOM, {"h-Shop": {"occupancy": "empty"}})
    assert pairs([found]) == [("Anna", "Shop")]
    assert found.room is None
    assert not ask(graph, Question.ROOM, {"h-Shop": {"occupancy": "full", "capacity": 9}})


WORDS = st.sampled_from(["c-A", "c-B", "h-A", "h-B", "s-A", "s-B", "i-A", "i-B"])


@given(
    st.lists(
        st.tuples(WORDS, st.sampled_from(["offers", "needs", "runs"]), WORDS).filter(
            lambda link: link[0] != link[2]
        ),
        max_size=14,
    ),
    st.dictionaries(
        WORDS,
        st.dictionaries(
            st.sampled_from(["free-capacity", "capacity-needed", "offered-or-sought", "capacity"]),
            st.one_of(st.integers(-5, 50), st.sampled_from(["offered", "sought"]), st.booleans()),
        ),
    ),
)
def test_answers_join_two_that_are_not_linked_and_a_link_answers_them(
    links: list[tuple[str, str, str]], values: dict[str, dict[str, Any]]
) -> None:
    at = {
        name: float(n) for n, name in enumerate(["c-A", "c-B", "h-A", "h-B", "s-A", "s-B", "i-A"])
    }
    links = [link for link in links if link[0] in at and link[2] in at]
    graph = town(at, *links)
    by_id = {name.encode(): given for name, given in values.items() if name in at}
    found = answers(graph, THEME, by_id)
    assert found == answers(graph, THEME, by_id)
    joined = {frozenset((link.source, link.target)) for link in graph.links}
    for answer in found:
        if answer.other is not None:
            assert answer.one.id != answer.other.id
            assert frozenset((answer.one.id, answer.other.id)) not in joined
            row = LinkRow(b"new", answer.one.id, answer.other.id, "runs", b"", "", 0, True)
            after = answers(LinkGraph(graph.nodes, (*graph.links, row)), THEME, by_id)
            assert (answer.question, answer.one.id, answer.other.id) not in {
                (each.question, each.one.id, each.other.id if each.other else b"") for each in after
            }
        else:
            row = LinkRow(b"new", b"c-A", answer.one.id, "runs", b"", "", 0, True)
            after = answers(LinkGraph(graph.nodes, (*graph.links, row)), THEME, by_id)
            assert answer not in after
