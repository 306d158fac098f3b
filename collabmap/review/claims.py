"""Which parts of what waits are taken by whom, as people see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from collabmap.domain.claims import ClaimMade, Part, Waiting
from collabmap.domain.geo import Bbox
from collabmap.store.features import name_anywhere, person_name
from collabmap.store.project import Project


class Quarter(NamedTuple):
    """A quarter of a commune by name; the whole commune where `quarter` is ''."""

    commune: str
    quarter: str

    @property
    def words(self) -> str:
        """Return « La Condamine, Monaco »."""
        return ", ".join(name for name in (self.quarter, self.commune) if name)


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of what waits that somebody reviews.

    person, person_name: who took it.  is_mine: the person in force here, on this computer.
    author_names: of `part.authors`, in the order of names.
    """

    id: bytes
    person: bytes
    person_name: str
    is_mine: bool
    part: Part
    at_ms: int
    author_names: tuple[str, ...] = ()

    @property
    def area(self) -> Bbox | Quarter | None:
        """Return where it lies: a box in degrees or a quarter, None for everywhere."""
        if self.part.box is not None:
            return self.part.box
        return Quarter(self.part.commune, self.part.quarter) if self.part.commune else None

    @property
    def authors(self) -> frozenset[bytes]:
        """Return whose contributions it is about, empty for everybody's."""
        return self.part.authors

    def covers(self, row: Waiting) -> bool:
        """Whether something that waits is part of it."""
        return self.part.covers(row)


def read_claims(project: Project, person: bytes | None) -> tuple[Claim, ...]:
    """Return the claims in force, the earliest first; inside `reading`.

    person: in force here.
    """
    return tuple(_view(project, claim, person) for claim in project.model.ledger.claims)


def _view(project: Project, claim: ClaimMade, person: bytes | None) -> Claim:
    opened = claim.opened
    names = {name_anywhere(project, author) for author in claim.part.authors}
    return Claim(
        id=claim.id,
        person=opened.person,
        person_name=person_name(project, opened.stamp.rid, opened.person),
        is_mine=opened.person == person,
        part=claim.part,
        at_ms=project.model.ledger.shown_ms(opened.stamp.time, opened.stamp.rid),
        author_names=tuple(sorted(names, key=str.casefold)),
    )


# --- what waits, by who has taken it ----------------------------------------------------------


class Shares(NamedTuple):
    """How much of what waits is whose.

    waiting: all of it.  mine, free: of the person in force, of nobody.  of: by claim, mine too.
    twice: by pairs of claims of different people, how much both cover.
    """

    waiting: int
    mine: int
    free: int
    of: dict[bytes, int]
    twice: dict[tuple[bytes, bytes], int]


def shares(rows: Iterable[Waiting], claims: Sequence[Claim]) -> Shares:
    """Count what waits by who has taken it."""
    waiting = mine = free = 0
    of = dict.fromkeys((claim.id for claim in claims), 0)
    twice: dict[tuple[bytes, bytes], int] = {}
    for row in rows:
        covering = [claim for claim in claims if claim.covers(row)]
        waiting += 1
        mine += any(claim.is_mine for claim in covering)
        free += not covering
        for number, claim in enumerate(covering):
            of[claim.id] += 1
            for other in covering[number + 1 :]:
                if other.person != claim.person:
                    pair = claim.id, other.id
                    twice[pair] = twice.get(pair, 0) + 1
    return Shares(waiting, mine, free, of, twice)


class Offer(NamedTuple):
    """A part that somebody may take.  waiting: how much of it waits; mine, free: as in Shares.

    others: claims of others on some of it, and on how much.
    """

    part: Part
    waiting: int
    mine: int
    free: int
    others: tuple[tuple[Claim, int], ...] = ()


# Which parts are offered: one a quarter, a category or a person.
Way = Literal["quarter", "category", "author"]


def offers(rows: Iterable[Waiting], claims: Sequence[Claim], way: Way) -> list[Offer]:
    """Return the parts that hold what waits, the largest first; whole communes last."""
    groups: dict[Part, list[Waiting]] = {}
    for row in rows:
        for part in _parts_of(row, way):
            groups.setdefault(part, []).append(row)
    # A commune of which but one quarter is known to wait is offered once.
    alone = {(p.commune, len(of)) for p, of in groups.items() if p.quarter}
    found = [
        offer(part, of, claims)
        for part, of in groups.items()
        if part.quarter or (part.commune, len(of)) not in alone
    ]
    return sorted(found, key=_rank)


def _rank(one: Offer) -> tuple[bool, int, str, str]:
    part = one.part
    return bool(part.commune and not part.quarter), -one.waiting, part.commune, part.quarter


def offer(part: Part, rows: Sequence[Waiting], claims: Sequence[Claim]) -> Offer:
    """Return how a part stands.  rows: what it covers of what waits."""
    found = shares(rows, claims)
    others = tuple((c, found.of[c.id]) for c in claims if not c.is_mine and found.of[c.id])
    return Offer(part, len(rows), found.mine, found.free, others)


def _parts_of(row: Waiting, way: Way) -> list[Part]:
    if way == "category":
        return [Part(category=row.category)] if row.category else []
    if way == "author":
        return [Part(authors=frozenset({row.author}))] if row.author else []
    quarter, _, commune = row.where.rpartition(", ")
    if not commune:
        return []
    whole = Part(commune=commune)
    return [whole, whole._replace(quarter=quarter)] if quarter else [whole]
