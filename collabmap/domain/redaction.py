"""Redaction: whose word takes the content of a change away, for everybody and for good.

A redact is read wherever it lies, also in segments that are parked or held: who wants words of
their own forgotten waits for nobody.  What the rules read of the change stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from collabmap.domain.authority import Standing
from collabmap.domain.change import Change
from collabmap.domain.feature import ChangeId
from collabmap.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Redactions:
    """Which changes are shown without their content.

    by_coordinators: whosever they are.  by_authors: each with the replica that said so, which
    counts only for what it wrote itself.  by_former: by keys that were coordinators somewhere.
    """

    by_coordinators: frozenset[ChangeId] = frozenset()
    by_authors: frozenset[tuple[ChangeId, bytes]] = frozenset()
    by_former: frozenset[ChangeId] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.by_coordinators or self.by_authors)

    @property
    def names(self) -> frozenset[ChangeId]:
        """Return all that is named, also by who may not."""
        return self.by_coordinators | {name for name, _ in self.by_authors}

    def hides(self, name: ChangeId, rid: bytes) -> bool:
        """Whether the content of a change that this replica wrote is hidden."""
        return name in self.by_coordinators or (name, rid) in self.by_authors

    def excuses(self, name: ChangeId, rid: bytes) -> bool:
        """Whether the content of a change may be missing in what comes from elsewhere.

        Also where a coordinator said so whose word has fallen since: nobody may have it any more,
        and what its author wrote after it must not wait for ever.
        """
        return self.hides(name, rid) or name in self.by_former


NONE = Redactions()


def find_redactions(redacts: Iterable[Change], standing: Standing) -> Redactions:
    """Return what is redacted, by the author's own computer or by a coordinator."""
    by_coordinators: set[ChangeId] = set()
    by_authors: set[tuple[ChangeId, bytes]] = set()
    by_former: set[ChangeId] = set()
    for redact in redacts:
        if standing.role(redact) == Role.COORDINATOR:
            by_coordinators |= redact.seen
        elif redact.stamp.rid in standing.ranks:
            by_former |= redact.seen
        by_authors |= {(name, redact.stamp.rid) for name in redact.seen}
    return Redactions(frozenset(by_coordinators), frozenset(by_authors), frozenset(by_former))
