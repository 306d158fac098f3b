"""The parts of a proposal beside its values: keywords, photos, links and readings.

A part has a name: that of its field, or 'tag:' and the word, 'photo:', 'link:' or 'reading:' and
the id in hexadecimal.  By these names a coordinator leaves parts out (app/leaving_out.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collabmap.domain.change import LINK, PHOTO, READING, TAG, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.value_text import is_of_theme, text_of_value
from collabmap.store.features import Unseal, readable
from collabmap.store.rows import is_private


@dataclass(frozen=True, slots=True)
class Parts:
    """added, going: names of parts.

    private_before: by private field what is published of it, '' for nothing; without those that
    cannot be read here.  replica: of the laptop on which it was proposed last.
    """

    added: frozenset[str] = frozenset()
    going: frozenset[str] = frozenset()
    private_before: Mapping[str, str] = field(default_factory=dict)
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
    before = {
        name: private_text(value, name)
        for name, writes in outcome.published.registers.items()
        if writes and is_private(name, writes)
        if (value := readable(writes[0], name, unseal)) is not None
    }
    return Parts(named[Kind.ADD], named[Kind.REMOVE], before, latest.stamp.rid)


def private_text(value: Any, name: str) -> str:
    """Return a private value in clear as text; see domain/value_text.py."""
    return text_of_value(value) if is_of_theme(name) else str(value or "")


def part_names(element: Change, by_name: Mapping[ChangeId, Change]) -> frozenset[str]:
    """Return the names of the parts that an add or a remove is about."""
    if element.kind == Kind.REMOVE:
        adds = (by_name[name] for name in element.seen if name in by_name)
        return frozenset().union(*(part_names(add, by_name) for add in adds))
    if element.element == TAG and isinstance(element.payload, str):
        return frozenset({f"tag:{element.payload}"})
    if element.element in (PHOTO, LINK, READING) and element.keys:
        return frozenset({f"{element.element}:{element.keys[0].hex()}"})
    return frozenset()
