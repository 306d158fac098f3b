"""What happened on the map through one evening, from the log: each place as it was at each moment.

A place that nobody has touched since it was added is in the read model as it was then.  Of every
other one the rules are asked what they made of its changes up to each minute in which there was
one: so a word that came late takes effect when it came, and the clocks of computers that were off
are put right as everywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from collabmap.domain import evenings
from collabmap.domain.change import CONTENT, LINK, MARK, SAME, Change, Kind
from collabmap.domain.feature import FeatureState
from collabmap.domain.mark_columns import STATES, IdIndex, Ints, MarkColumns, Numbers, ids_of
from collabmap.domain.merge import merge_feature
from collabmap.domain.replay import FOREVER, Replay
from collabmap.review.evening_figures import touched
from collabmap.store import marks
from collabmap.store.features import NOTHING_HIDDEN, Hidden
from collabmap.store.project import Project
from collabmap.store.rows import shape_of

_MINUTE_MS = 60_000


class EveningStory(NamedTuple):
    """people: who contributed.  computers: on which they did.

    links: made during the evening and there at its end.  linked: places at their ends.
    """

    day: date
    replay: Replay
    people: int = 0
    computers: int = 0
    links: int = 0
    linked: int = 0


class _Version(NamedTuple):
    """What is shown of a place from a moment on; None for nothing."""

    since_ms: int
    shown: "_Shown | None"


class _Shown(NamedTuple):
    lng: float
    lat: float
    category: str
    state: int


@dataclass(slots=True)
class _Pages:
    """The columns of a replay as they grow."""

    begins_ms: int
    ends_ms: int
    places: Numbers[bytes] = field(default_factory=Numbers)
    categories: Numbers[str] = field(default_factory=Numbers)
    rows: list[tuple[int, int, int, int, float, float, int, int]] = field(default_factory=list)
    # By the place it goes from and its own id: target, since, until.
    links: dict[int, dict[bytes, list[int]]] = field(default_factory=dict)
    people: set[bytes] = field(default_factory=set)
    rids: set[bytes] = field(default_factory=set)

    def add(self, place: bytes, born_ms: int, versions: Sequence[_Version], end_ms: int) -> None:
        """Add what was shown of a place, until `end_ms`."""
        number = self.places[place]
        ends = [*(version.since_ms for version in versions[1:]), end_ms]
        for (since_ms, shown), until_ms in zip(versions, ends, strict=True):
            if shown is not None and since_ms < until_ms:
                category = self.categories[shown.category]
                self.rows.append(
                    (number, since_ms, until_ms, born_ms, shown.lng, shown.lat, category,
                     shown.state)
                )  # fmt: skip

    def all_links(self) -> Ints:
        """Return source, target, since, until of each link, (n, 4)."""
        rows = [(place, *link) for place, found in self.links.items() for link in found.values()]
        return np.array(rows, np.int64).reshape(-1, 4)

    def is_of_evening(self, at_ms: int) -> bool:
        return self.begins_ms <= at_ms < self.ends_ms


def read_story(project: Project, day: date, hidden: Hidden = NOTHING_HIDDEN) -> EveningStory:
    """Return what happened through the evening of a day.  Inside `project.reading`."""
    begins, ends = (round(each.timestamp() * 1000) for each in evenings.bounds_of(day))
    pages = _Pages(begins, ends)
    known: set[bytes] = set()
    groups = project.model.ledger.groups
    for place, changes, _waits in touched(project):
        if _take(project, pages, place, changes, hidden):
            known.add(place)
            known.update(member for member, top in groups.items() if top == place)
    base = marks.columns(project.connection, project.model.ledger.shifts, hidden)
    untouched = _untouched(project, base, pages, known)
    replay = _columns(pages, base, untouched)
    made = replay.links_at(ends)
    made = made[replay.link_since_ms[made] >= begins]
    linked = np.union1d(replay.link_source[made], replay.link_target[made])
    return EveningStory(day, replay, len(pages.people), len(pages.rids), len(made), len(linked))


# --- places of which more is known than their create ------------------------------------------


def _take(
    project: Project, pages: _Pages, place: bytes, changes: Sequence[Change], hidden: Hidden
) -> bool:
    """Take in one place and those that are one with it; False: it is as the read model says."""
    ledger = project.model.ledger
    timed = sorted((ledger.shown_ms(*c.stamp), c.rank, c) for c in changes)
    if timed[-1][0] < pages.begins_ms:
        return False
    for at_ms, _rank, change in timed:
        is_content = change.kind in CONTENT and change.element != MARK
        if is_content and pages.is_of_evening(at_ms):
            pages.people.add(change.person)
            pages.rids.add(change.stamp.rid)
    if place in hidden.places or any(
        c.kind == Kind.CREATE and c.person in hidden.people for c in changes
    ):
        return True
    moments = [(at_ms, change) for at_ms, _rank, change in timed if at_ms < pages.ends_ms]
    united_ms = _united_since(project, place, {c.subject for c in changes})
    if united_ms is None:
        _tell(project, pages, place, moments, FOREVER)
        return True
    for member in {change.subject for _at, change in moments}:
        own = [one for one in moments if one[1].subject == member and one[0] < united_ms]
        _tell(project, pages, member, own, united_ms)
    if united_ms < pages.ends_ms:
        _tell(project, pages, place, moments, FOREVER, united_ms)
    return True


def _united_since(project: Project, canonical: bytes, members: set[bytes]) -> int | None:
    """Return when the last word was said by which features are one, None for a single one."""
    ledger = project.model.ledger
    if canonical not in ledger.groups:
        return None
    words = (said[0] for pair, said in ledger.pairs.items() if said and members >= set(pair))
    return max(
        (ledger.shown_ms(*word.stamp) for word in words if word.element == SAME), default=None
    )


def _tell(
    project: Project,
    pages: _Pages,
    place: bytes,
    moments: Sequence[tuple[int, Change]],
    end_ms: int,
    from_ms: int = 0,
) -> None:
    """Add what the rules made of a place's changes by each minute.

    from_ms: since when these count.  end_ms: until when they do.
    """
    births = [at_ms for at_ms, change in moments if change.kind == Kind.CREATE]
    if not births:
        return
    ledger = project.model.ledger
    versions: list[_Version] = []
    links = pages.links.setdefault(pages.places[place], {})
    for since_ms, count in _cuts([at for at, _change in moments], max(pages.begins_ms, from_ms)):
        part = [change for _at, change in moments[:count]]
        outcome = merge_feature(place, part, ledger.standing, ledger.redactions)
        is_there = outcome.state not in (None, FeatureState.REJECTED)
        face = outcome.shown if outcome.shown.is_alive else outcome.published
        shape = shape_of(face) if is_there else None
        shown = None
        if shape is not None and shape.lng is not None and shape.lat is not None:
            assert outcome.state is not None
            state = STATES.index(outcome.state)
            shown = _Shown(shape.lng, shape.lat, shape.category, state)
        if not versions or versions[-1].shown != shown:
            versions.append(_Version(max(since_ms, from_ms), shown))
        elements = face.elements if is_there else ()
        _follow_links(project, pages, links, elements, max(since_ms, from_ms))
    pages.add(place, births[0], versions, end_ms)
    for link in links.values():
        # Told from then on under the id of those that are one.
        link[2] = min(link[2], end_ms)


def _cuts(at_ms: Sequence[int], first_ms: int) -> Iterator[tuple[int, int]]:
    """Yield since when each state of a place holds, and how many of its changes make it.

    at_ms: when each was made, ascending.  What came before `first_ms` is taken at once, and then
    what came within one minute.
    """
    start = 0
    for end in range(1, len(at_ms) + 1):
        if end == len(at_ms) or _minute(at_ms[end], first_ms) != _minute(at_ms[start], first_ms):
            yield at_ms[start], end
            start = end


def _minute(at_ms: int, first_ms: int) -> int:
    return at_ms // _MINUTE_MS if at_ms > first_ms else -1


def _follow_links(
    project: Project,
    pages: _Pages,
    links: dict[bytes, list[int]],
    elements: Iterable[Change],
    at_ms: int,
) -> None:
    """Note which links a place has from a moment on, and which it has no more.

    A link that goes and comes again, as when a word is taken back, counts from the first time.
    """
    here: set[bytes] = set()
    for element in elements:
        if element.element == LINK and len(element.keys) == 2:
            name, target = element.keys
            here.add(name)
            number = pages.places[project.model.canonical(target)]
            links.setdefault(name, [number, at_ms, FOREVER])[2] = FOREVER
    for name, link in links.items():
        if name not in here:
            link[2] = min(link[2], at_ms)


# --- places of which nothing is known but that they were added --------------------------------


def _untouched(project: Project, base: MarkColumns, pages: _Pages, known: Iterable[bytes]) -> Ints:
    """Return the entries of the read model that stand for what nobody has touched since.

    What was added after the evening is not among them.
    """
    is_here = base.born_s * 1000 < pages.ends_ms
    found = IdIndex(base.ids).find(ids_of(known))
    is_here[found[found >= 0]] = False
    rows = np.flatnonzero(is_here)
    born_ms = base.born_s[rows] * 1000
    authors = np.unique(base.author[rows[born_ms >= pages.begins_ms]])
    people = {base.authors[author] for author in authors.tolist()}
    pages.people |= people
    for person in people:
        rids = project.connection.execute("SELECT rid FROM person WHERE uuid = ?", (person,))
        pages.rids.update(rid for (rid,) in rids)
    return rows


def _columns(pages: _Pages, base: MarkColumns, untouched: Ints) -> Replay:
    """Return what was told, and after it what nobody has touched."""
    told = list(zip(*pages.rows, strict=True)) or [()] * 8
    place, since, until, born, lng, lat, category, state = told
    born_ms = base.born_s[untouched] * 1000
    numbers = np.arange(len(base)) + len(pages.places)
    found = IdIndex(base.ids).find(ids_of(pages.places))
    numbers[found[found >= 0]] = np.flatnonzero(found >= 0)
    words = np.array([pages.categories[word] for word in base.categories], np.int32)
    links = pages.all_links()

    def joined(of_told: Sequence[float], of_others: np.ndarray, dtype: type) -> np.ndarray:
        return np.concatenate((np.array(of_told, dtype), of_others.astype(dtype)))

    return Replay(
        begins_ms=pages.begins_ms,
        ends_ms=pages.ends_ms,
        place=joined(place, numbers[untouched], np.int32),
        since_ms=joined(since, born_ms, np.int64),
        until_ms=joined(until, np.full(len(untouched), FOREVER), np.int64),
        born_ms=joined(born, born_ms, np.int64),
        lng=joined(lng, base.lng[untouched], np.float64),
        lat=joined(lat, base.lat[untouched], np.float64),
        category=joined(category, words[base.category[untouched]], np.int32),
        state=joined(state, base.state[untouched], np.int8),
        link_source=links[:, 0].astype(np.int32),
        link_target=links[:, 1].astype(np.int32),
        link_since_ms=links[:, 2],
        link_until_ms=links[:, 3],
        categories=tuple(pages.categories),
    )
