"""Links between features: what one does for another, and all of them as a graph."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collabmap.domain.feature import FeatureState


class LinkRow(NamedTuple):
    """A link on the map.  source, target: ids of features, those under which they go now.

    element: id, to take it away by.  type: id of a kind of link of the theme, or words of old; ''
    where they were taken away.  author: person id.  is_published: whether it was accepted.
    """

    element: bytes
    source: bytes
    target: bytes
    type: str
    author: bytes
    author_name: str
    at_ms: int
    is_published: bool


class LinkEnd(NamedTuple):
    """A feature that may be linked.  lng, lat: WGS84, None where it has no position."""

    id: bytes
    name: str
    category: str
    state: FeatureState
    lng: float | None
    lat: float | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """nodes: the features at the ends of `links`, by id; and others where they were asked for."""

    nodes: Mapping[bytes, LinkEnd] = field(default_factory=dict)
    links: tuple[LinkRow, ...] = ()
