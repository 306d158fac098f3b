"""Claims: which part of what waits a coordinator has taken, so that nobody does it twice.

A claim is a register of its own, written by `claim` changes under an id.  The word that opens it,
over nothing, says which part and whose it is; what follows leaves it or takes it up again, and may
be any coordinator's: who went home must not keep a part for ever.  Claims are shown and decide
nothing: two that overlap both stand, and what a verdict says never depends on them.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from collabmap.domain import ids
from collabmap.domain.authority import Standing
from collabmap.domain.change import TAKE, Change
from collabmap.domain.geo import Bbox
from collabmap.domain.redaction import NONE, Redactions
from collabmap.domain.roles import Role

MAX_AUTHORS = 500
_MAX_NAME = 200


class Waiting(Protocol):
    """What waits, as far as a claim looks at it: see review/queue.py.

    where: 'quarter, commune', the commune alone, or '' where it is not known.  author: a person.
    """

    @property
    def lng(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def where(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def author(self) -> bytes: ...


class Part(NamedTuple):
    """A part of what waits.  What is given must all hold; an empty part holds nothing.

    box: WGS84 degrees.  quarter: '' for the whole commune.  authors: ids of persons.
    """

    box: Bbox | None = None
    commune: str = ""
    quarter: str = ""
    category: str = ""
    authors: frozenset[bytes] = frozenset()

    @property
    def is_empty(self) -> bool:
        return self == Part()

    def covers(self, row: Waiting) -> bool:
        """Whether something that waits belongs to this part."""
        if self.box is not None and not self.box.contains(row.lng, row.lat):
            return False
        if self.commune and not self._holds(row.where):
            return False
        if self.category and row.category != self.category:
            return False
        if self.authors and row.author not in self.authors:
            return False
        return not self.is_empty

    def _holds(self, where: str) -> bool:
        if self.quarter:
            return where == f"{self.quarter}, {self.commune}"
        return where == self.commune or where.endswith(f", {self.commune}")

    def payload(self) -> dict[str, Any]:
        """Return it as a change carries it: what is not given is left out."""
        box = list(self.box) if self.box is not None else None
        found = {**self._asdict(), "box": box, "authors": sorted(self.authors)}
        return {name: value for name, value in found.items() if value}


def read_part(payload: object) -> Part | None:
    """Return the part in a payload, None for what nobody of this version writes.

    A key that is not known narrows the part in a way that cannot be told: then it is nobody's.
    """
    if not isinstance(payload, Mapping) or not payload or payload.keys() - set(Part._fields):
        return None
    box, authors = payload.get("box"), payload.get("authors", [])
    names = {name: payload.get(name, "") for name in ("commune", "quarter", "category")}
    if not all(isinstance(name, str) and len(name) <= _MAX_NAME for name in names.values()):
        return None
    if not isinstance(authors, list) or len(authors) > MAX_AUTHORS:
        return None
    if not all(isinstance(a, bytes) and len(a) == ids.ID_BYTES for a in authors):
        return None
    if box is not None and not _is_box(box):
        return None
    part = Part(Bbox(*box) if box else None, **names, authors=frozenset(authors))
    return None if part.is_empty or (part.quarter and not part.commune) else part


def _is_box(box: object) -> bool:
    if not isinstance(box, list) or len(box) != 4:
        return False
    if not all(isinstance(n, (int, float)) and math.isfinite(n) for n in box):
        return False
    west, south, east, north = box
    return max(abs(west), abs(east)) <= 180 and bool(-90 <= south <= north <= 90)


class ClaimMade(NamedTuple):
    """A claim in force.  opened: the word that says whose it is.  heads: the words in force."""

    id: bytes
    part: Part
    opened: Change
    heads: tuple[Change, ...]


def find_claims(
    words: Iterable[Change], standing: Standing, redactions: Redactions = NONE
) -> tuple[ClaimMade, ...]:
    """Return the claims in force, the earliest first; only what coordinators say counts.

    One whose words were redacted says of no part that it is taken.
    """
    said = words_of_each(words, standing)
    found = []
    for claim, of_it in said.items():
        opened = of_it.opening
        if opened is None or of_it.latest[0].element != TAKE:
            continue
        is_hidden = redactions.hides(opened.id, opened.stamp.rid)
        part = None if is_hidden else read_part(opened.payload)
        if part is not None:
            found.append(ClaimMade(claim, part, opened, of_it.latest))
    return tuple(sorted(found, key=lambda claim: claim.opened.rank))


class Words(NamedTuple):
    """What is said of one claim.  latest: what nothing replaces, the word in force first."""

    every: tuple[Change, ...]
    latest: tuple[Change, ...]

    @property
    def opening(self) -> Change | None:
        """Return the word that opens the claim, the earliest over nothing; None: not here."""
        openings = [word for word in self.every if word.element == TAKE and not word.over.get("")]
        return min(openings, key=lambda word: word.rank, default=None)


def words_of_each(words: Iterable[Change], standing: Standing) -> dict[bytes, Words]:
    """Return what coordinators said of each claim."""
    said: dict[bytes, list[Change]] = {}
    for word in words:
        if standing.role(word) == Role.COORDINATOR:
            said.setdefault(word.subject, []).append(word)
    found = {}
    for claim, every in said.items():
        replaced = frozenset().union(*(word.over.get("") or () for word in every))
        heads = [word for word in every if word.id not in replaced]
        latest = sorted(heads, key=lambda word: word.rank, reverse=True)
        if latest:
            found[claim] = Words(tuple(every), tuple(latest))
    return found
