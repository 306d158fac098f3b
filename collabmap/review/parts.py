"""The parts of a proposal beside its values: keywords, photos and links that come or go.

A part has a name: that of its field, or 'tag:' and the word, 'photo:' or 'link:' and the id in
hexadecimal.  By these names a coordinator leaves parts out (app/leaving_out.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collabmap.domain.change import LINK, PHOTO, TAG, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.store.features import Unseal, readable


@dataclass(frozen=True, slots=True)
class Parts:
    """added, going: names of parts.  contact_before: published, None where none can be read.

    replica: of the laptop on which it was proposed last.
    """

    added: frozenset[str] = frozenset()
    going: frozenset[str] = frozenset()
    contact_before: str | None = None
    replica: bytes = b""

    def words(self, names: Iterable[str]) -> list[str]:
        """Return the keywords among some parts, in order."""
        return sorted(
            (n.partition(":")[2] for n in names if n.startswith("tag:")), key=str.casefold
        )


NO_PARTS = Parts()


def read_parts(
    outcome: Outcome, changes: Iterable[Change], latest: Change, unseal: Unseal
) -> Parts:
    """Return the parts of what waits about a feature.  latest: what was proposed last."""
    by_name = {change.id: change for change in changes}
    waiting = [by_name[name] for name in outcome.waiting if name in by_name]
    named: dict[int, frozenset[str]] = {
        kind: frozenset().union(*(part_names(c, by_name) for c in waiting if c.kind == kind))
        for kind in (Kind.ADD, Kind.REMOVE)
    }
    accepted = outcome.published.registers.get("contact", ())
    before = readable(accepted[0], "contact", unseal) if accepted else None
    return Parts(named[Kind.ADD], named[Kind.REMOVE], before, latest.stamp.rid)


def part_names(element: Change, by_name: Mapping[ChangeId, Change]) -> frozenset[str]:
    """Return the names of the parts that an add or a remove is about."""
    if element.kind == Kind.REMOVE:
        adds = (by_name[name] for name in element.seen if name in by_name)
        return frozenset().union(*(part_names(add, by_name) for add in adds))
    if element.element == TAG and isinstance(element.payload, str):
        return frozenset({f"tag:{element.payload}"})
    if element.element in (PHOTO, LINK) and element.keys:
        return frozenset({f"{element.element}:{element.keys[0].hex()}"})
    return frozenset()
