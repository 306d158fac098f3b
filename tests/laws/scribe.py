"""Writes changes by hand for the merge model: who, when, over what, having seen what."""

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from collabmap.domain.authority import Standing
from collabmap.domain.change import ACCEPT, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.merge import merge_feature
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Role

PLACE = b"\x01" * 16
TEN_YEARS = 10 * 365 * 24 * 3600 * 1000 << 16


@dataclass
class Town:
    """A town whose people have roles and clocks; everything they say about one place."""

    roles: dict[str, Role]
    ahead: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._count = itertools.count(1)

    def _say(self, who: str, kind: Kind, **parts: object) -> Change:
        number = next(self._count)
        name = hashlib.blake2b(f"{who}{number}".encode(), digest_size=32).digest()
        rid = hashlib.blake2b(who.encode(), digest_size=16).digest()
        stamp = Stamp((number << 16) + self.ahead.get(who, 0), rid)
        is_own = self.roles.get(who) == Role.COORDINATOR and kind != Kind.VERDICT
        parts.setdefault("own_accept", is_own)
        change = Change(ChangeId(name, 0), stamp, name, rid, kind, PLACE, **parts)  # type: ignore[arg-type]
        self.changes.append(change)
        return change

    def create(self, who: str, name: str = "v1", **parts: object) -> Change:
        return self._say(
            who, Kind.CREATE, over={"name": frozenset()}, payload={"name": name}, **parts
        )

    def set(self, who: str, name: str, over: Iterable[Change], **parts: object) -> Change:
        """Write over these values, and over all that they had replaced."""
        over = list(over)
        names = frozenset(c.id for c in over).union(
            *(c.over.get("name") or frozenset() for c in over)
        )
        return self._say(who, Kind.SET, over={"name": names}, payload={"name": name}, **parts)

    def delete(self, who: str, seen: Iterable[Change]) -> Change:
        return self._say(who, Kind.DELETE, seen=frozenset(c.id for c in seen))

    def add(self, who: str, text: str, element: str = "tag") -> Change:
        return self._say(who, Kind.ADD, element=element, payload=text)

    def remove(self, who: str, seen: Iterable[Change], element: str = "tag") -> Change:
        return self._say(who, Kind.REMOVE, element=element, seen=frozenset(c.id for c in seen))

    def verdict(
        self,
        who: str,
        word: str,
        targets: Iterable[Change],
        over: Iterable[Change] = (),
        seen: Iterable[Change] = (),
    ) -> Change:
        return self._say(
            who,
            Kind.VERDICT,
            words={c.id: word for c in targets},
            over={"": frozenset(c.id for c in over)},
            seen=frozenset(c.id for c in seen),
        )

    def accept(self, who: str, *targets: Change, seen: Iterable[Change] = ()) -> Change:
        return self.verdict(who, ACCEPT, targets, seen=seen)

    def outcome(self, **roles: Role) -> Outcome:
        """Return what the rules make of it, whatever the order: two are tried."""
        by_rid = {
            hashlib.blake2b(who.encode(), digest_size=16).digest(): role
            for who, role in {**self.roles, **roles}.items()
        }
        forwards = merge_feature(PLACE, self.changes, Standing.of(by_rid))
        backwards = merge_feature(PLACE, self.changes[::-1], Standing.of(by_rid))
        assert forwards.digest == backwards.digest
        assert forwards.state == backwards.state
        return forwards


def shown(outcome: Outcome) -> list[str]:
    """Return the values of the name: the one shown, then its siblings."""
    return [w.payload["name"] for w in outcome.shown.registers.get("name", ())]


def published(outcome: Outcome) -> list[str]:
    if not outcome.published.is_alive:
        return []
    return [w.payload["name"] for w in outcome.published.registers.get("name", ())]
