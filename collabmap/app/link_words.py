"""Links in words: what the first does for the other, as the theme calls it.

Links of old have words of their own where the theme's kind stands now; they are shown as they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collabmap.app.words import _, language
from collabmap.domain.links import LinkEnd, LinkGraph, LinkRow
from collabmap.domain.theme import LinkType, Nature, Theme

# How often a kind of link goes from one nature to another.
Used = Mapping[tuple[str, Nature, Nature], int]

# Links of old, and of strangers, have words of any length; and there may be any number of kinds.
_LONGEST, _MOST_SAID = 80, 3


class Way(NamedTuple):
    """A link that may be made between two places.  is_back: from the second to the first."""

    kind: LinkType
    is_back: bool
    fits: bool


class Group(NamedTuple):
    """What one place does for others, or they for it.  ends: a link and the place at its other end.

    words: 'runs', or 'is run by'.
    """

    words: str
    is_incoming: bool
    ends: tuple[tuple[LinkRow, LinkEnd], ...]


def link_words(theme: Theme, type_: str) -> str:
    """Return what the first does for the other: 'runs'; 'Link' where that was taken away."""
    said = theme.link_type(type_).label(language()) if type_ else _("Link")
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}\u2026"


def kinds_words(theme: Theme, types: Iterable[str]) -> str:
    """Return all that one does for another: 'runs, needs'; the first few of many."""
    said = list(dict.fromkeys(link_words(theme, type_) for type_ in types))
    return ", ".join(said if len(said) <= _MOST_SAID else [*said[:_MOST_SAID], "\u2026"])


def inverse_words(theme: Theme, type_: str) -> str:
    """Return the same as the other end says it: 'is run by', '← runs' without a word for it."""
    said = theme.link_type(type_).inverse(language()) if type_ else ""
    return said or f"← {link_words(theme, type_)}"


def sentence(theme: Theme, graph: LinkGraph, link: LinkRow) -> str:
    """Return a link as a sentence: 'Association runs Shared garden'."""
    names = (graph.nodes[end].name or _("(removed)") for end in (link.source, link.target))
    return _("{one} {verb} {other}").format(
        one=next(names), verb=link_words(theme, link.type), other=next(names)
    )


def groups(theme: Theme, graph: LinkGraph, place: bytes) -> list[Group]:
    """Return the links of a place by what they say, its own first, as the theme orders them."""
    order = {kind.id: number for number, kind in enumerate(theme.link_types)}
    found: dict[tuple[bool, int, str], list[tuple[LinkRow, LinkEnd]]] = {}
    for link in graph.links:
        is_incoming = link.target == place
        other = graph.nodes[link.source if is_incoming else link.target]
        key = (is_incoming, order.get(link.type, len(order)), link.type)
        found.setdefault(key, []).append((link, other))
    return [
        Group(
            (inverse_words if is_incoming else link_words)(theme, type_),
            is_incoming,
            tuple(sorted(ends, key=lambda end: end[1].name.casefold())),
        )
        for (is_incoming, _order, type_), ends in sorted(found.items())
    ]


def ways(theme: Theme, one: str, other: str, used: Used) -> list[Way]:
    """Return the links that may be made between places of two categories, the likeliest first.

    Those that the theme makes for such places come first; then the others, which are offered all
    the same: the theme may not have thought of it.  used: how often a kind is used on this map
    between two natures.
    """
    first, second = theme.category(one).nature, theme.category(other).nature
    offered = [kind for kind in theme.link_types if not kind.is_hidden]
    found = [
        Way(kind, is_back, kind.joins(*(ends[::-1] if is_back else ends)))
        for kind in offered
        for is_back in (False, True)
        for ends in ((first, second),)
    ]
    place = {kind.id: number for number, kind in enumerate(offered)}

    def rank(way: Way) -> tuple[object, ...]:
        # A kind made for just these natures is likelier than one that joins anything.
        strict = bool(way.kind.sources) + bool(way.kind.targets)
        ends = (second, first) if way.is_back else (first, second)
        often = used.get((way.kind.id, *ends), 0)
        return (not way.fits, -often, -strict, place[way.kind.id], way.is_back)

    return sorted(found, key=rank)


def used_by(theme: Theme, graph: LinkGraph) -> Used:
    """Return how often each kind is used between which natures."""
    return Counter(
        (
            link.type,
            theme.category(graph.nodes[link.source].category).nature,
            theme.category(graph.nodes[link.target].category).nature,
        )
        for link in graph.links
    )
