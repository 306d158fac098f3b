"""Questions that the links of a town answer: who is missing, who could meet, where there is room.

Three kinds of answer.  An idea that no person or association has anything to do with.  A skill that
one offers and another looks for.  A place with room to spare, near somebody who needs one.  They
are found in what people said (links, and a few fields that ready themes ask about), never guessed
from places alone.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from collabmap.domain.geo import LngLat, distance_m
from collabmap.domain.graph_scope import neighbours
from collabmap.domain.links import LinkEnd, LinkGraph
from collabmap.domain.name_words import words_of
from collabmap.domain.theme import Nature, Theme

OFFERS, NEEDS = frozenset({"offers", "passes-on"}), "needs"
# Fields of ready themes, and what they say.
SOUGHT_FIELD, OFFERED, SOUGHT = (
    "offered-or-sought", ("offered", "both"), ("sought", "both"),
)  # fmt: skip
FREE_FIELD, CAPACITY_FIELD, USE_FIELD, UNUSED_FIELD = (
    "free-capacity", "capacity", "occupancy", "under-used",
)  # fmt: skip
ROOM_LEFT, FULL = ("empty", "little", "some-days"), "full"
NEEDED_FIELD, MISSING_FIELD, A_PLACE = "capacity-needed", "looking-for", "place"
FIELDS = (
    SOUGHT_FIELD, FREE_FIELD, CAPACITY_FIELD, USE_FIELD, UNUSED_FIELD, NEEDED_FIELD, MISSING_FIELD,
)  # fmt: skip
# How far people walk to a room: a quarter of an hour.
NEAR_M = 1_000.0
# Of rooms near one need, and of meetings about one wanted skill.
MOST_EACH = 3
# Of 100: "Réparer les vélos" and "Réparation de vélos" are alike, "Cuisine" and "Couture" are not.
ALIKE = 72.0
# From so many kinds of skill on, two of one kind are about the same thing.
_TELLING_KINDS = 3

Values = Mapping[bytes, Mapping[str, Any]]


class Question(StrEnum):
    """In the order in which they are asked."""

    ALONE = "idea_without_anybody"
    MEETING = "skills_that_could_meet"
    ROOM = "room_near_a_need"


class Answer(NamedTuple):
    """one: the idea; who offers; who needs a place.  other: who looks for it; the place with room.

    skills: what is offered and what is wanted, the same twice where both named one skill.
    distance_m: between the two, None where one has no position.  room, wanted: how many people fit
    and how many come, None where nobody said.
    """

    question: Question
    one: LinkEnd
    other: LinkEnd | None = None
    skills: tuple[LinkEnd, ...] = ()
    distance_m: float | None = None
    room: float | None = None
    wanted: float | None = None


def answers(graph: LinkGraph, theme: Theme, values: Values) -> tuple[Answer, ...]:
    """Return all answers, question by question, the nearest first.

    graph: with what has no link, too.  values: of the fields FIELDS, by feature.
    """
    town = _Town(graph, theme, values)
    return (*_alone(town), *_meetings(town), *_rooms(town))


class _Town:
    def __init__(self, graph: LinkGraph, theme: Theme, values: Values) -> None:
        self.graph, self.theme, self.values = graph, theme, values
        self._linked = neighbours(graph.links)
        self._natures = {
            node: theme.category(end.category).nature for node, end in graph.nodes.items()
        }

    def nature(self, node: bytes) -> Nature:
        return self._natures[node]

    def value(self, node: bytes, field: str) -> Any:
        return self.values.get(node, {}).get(field)

    def of(self, nature: Nature) -> list[bytes]:
        return [node for node in self.graph.nodes if self.nature(node) == nature]

    def are_linked(self, one: bytes, other: bytes) -> bool:
        return other in self._linked.get(one, ())

    def distance_m(self, one: bytes, other: bytes) -> float | None:
        ends = self.graph.nodes[one], self.graph.nodes[other]
        at = [
            LngLat(end.lng, end.lat) for end in ends if end.lng is not None and end.lat is not None
        ]
        return distance_m(*at) if len(at) == 2 else None


def _name(end: LinkEnd) -> tuple[str, bytes]:
    return end.name.casefold(), end.id


def _alone(town: _Town) -> Iterable[Answer]:
    """Ideas that nobody runs, proposes or takes part in.

    An idea that needs somebody has not found them by saying so.
    """
    nodes = town.graph.nodes
    has_somebody = {
        link.target
        for link in town.graph.links
        if town.nature(link.source) == "actor" and link.type != NEEDS
    }
    found = [nodes[node] for node in town.of("idea") if node not in has_somebody]
    return [Answer(Question.ALONE, end) for end in sorted(found, key=_name)]


# --- skills ---------------------------------------------------------------------------------------


class _Said(NamedTuple):
    """who: the skill itself where it is not said who has it."""

    who: bytes
    skill: bytes


def _meetings(town: _Town) -> Iterable[Answer]:
    offered, wanted = _said(town)
    alike = _alike(town, {said.skill for said in (*offered, *wanted)})
    found: list[Answer] = []
    for need in wanted:
        near = [
            Answer(
                Question.MEETING,
                town.graph.nodes[offer.who],
                town.graph.nodes[need.who],
                (town.graph.nodes[offer.skill], town.graph.nodes[need.skill]),
                town.distance_m(offer.who, need.who),
            )
            for offer in offered
            if offer.who != need.who
            and not town.are_linked(offer.who, need.who)
            and alike(offer.skill, need.skill)
        ]
        found += sorted(near, key=_nearest)[:MOST_EACH]
    return sorted(found, key=_nearest)


def _nearest(answer: Answer) -> tuple[Any, ...]:
    far = answer.distance_m
    is_same = len({skill.id for skill in answer.skills}) <= 1
    names = (_name(answer.one), _name(answer.other) if answer.other else ())
    return (not is_same, far is None, far or 0.0, *names)


def _said(town: _Town) -> tuple[list[_Said], list[_Said]]:
    """Return which skills are offered and which are wanted, and by whom."""
    skills = frozenset(town.of("skill"))
    offered = {
        _Said(link.source, link.target)
        for link in town.graph.links
        if link.type in OFFERS and link.target in skills
    }
    wanted = {
        _Said(link.source, link.target)
        for link in town.graph.links
        if link.type == NEEDS and link.target in skills
    }
    for skill in skills:
        said = town.value(skill, SOUGHT_FIELD)
        # Who offers or looks for it may be said by a link; else its mark speaks for them.
        if said in OFFERED and not any(each.skill == skill for each in offered):
            offered.add(_Said(skill, skill))
        if said in SOUGHT and not any(each.skill == skill for each in wanted):
            wanted.add(_Said(skill, skill))
    return sorted(offered), sorted(wanted)


def _alike(town: _Town, skills: Iterable[bytes]) -> Callable[[bytes, bytes], bool]:
    """Return whether two skills are about the same: one node, alike names, or of one telling kind.

    Where the theme has one category for all skills, the category says nothing.
    """
    from rapidfuzz.fuzz import token_set_ratio

    nodes = town.graph.nodes
    kinds = [c.id for c in town.theme.offered if c.nature == "skill"]
    words = {
        skill: " ".join(w for w in words_of(nodes[skill].name) if len(w) > 2) for skill in skills
    }

    def are_alike(one: bytes, other: bytes) -> bool:
        if one == other:
            return True
        if nodes[one].category == nodes[other].category and len(kinds) >= _TELLING_KINDS:
            return True
        first, second = words[one], words[other]
        return bool(first and second) and token_set_ratio(first, second) >= ALIKE

    return are_alike


# --- room -----------------------------------------------------------------------------------------


def _rooms(town: _Town) -> Iterable[Answer]:
    spare = {place: room for place in town.of("place") if (room := _room(town, place)) is not None}
    found: list[Answer] = []
    for who, wanted in _needs(town).items():
        near = []
        for place, room in spare.items():
            far = town.distance_m(who, place)
            if place == who or far is None or far > NEAR_M or town.are_linked(who, place):
                continue
            if wanted is None or not room or room >= wanted:
                ends = town.graph.nodes[who], town.graph.nodes[place]
                near.append(Answer(Question.ROOM, *ends, (), far, room or None, wanted))
        found += sorted(near, key=_nearest)[:MOST_EACH]
    return sorted(found, key=_nearest)


def _room(town: _Town, place: bytes) -> float | None:
    """Return how many people more fit into a place; 0 for 'some', None for no room known."""
    free, whole = _number(town.value(place, FREE_FIELD)), _number(town.value(place, CAPACITY_FIELD))
    if free is not None:
        return free if free > 0 else None
    use = town.value(place, USE_FIELD)
    if use == FULL or town.value(place, UNUSED_FIELD) is False:
        return None
    if use in ROOM_LEFT or town.value(place, UNUSED_FIELD) is True:
        return whole or 0.0
    return whole if whole is not None and whole > 0 else None


def _needs(town: _Town) -> dict[bytes, float | None]:
    """Return who needs a place, and for how many people."""
    found: dict[bytes, float | None] = {
        link.source: None
        for link in town.graph.links
        if link.type == NEEDS and town.nature(link.target) == "place"
    }
    for node in town.graph.nodes:
        wanted, missing = _number(town.value(node, NEEDED_FIELD)), town.value(node, MISSING_FIELD)
        is_said = wanted is not None or (isinstance(missing, list) and A_PLACE in missing)
        if is_said or node in found:
            found[node] = wanted
    return found


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None
