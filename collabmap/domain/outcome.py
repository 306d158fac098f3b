"""What the rules of merge.py make of a feature, as values."""

from collections.abc import Mapping

import msgspec

from collabmap.domain.change import ASK, OPEN, Change
from collabmap.domain.feature import ChangeId, FeatureState

_NOTHING: frozenset[ChangeId] = frozenset()


class Ruling(msgspec.Struct, frozen=True):
    """What was decided about one change.  said: the verdicts in force, the greatest first."""

    word: str = ""
    said: tuple[Change, ...] = ()
    is_contested: bool = False

    @property
    def waits(self) -> bool:
        """Whether a coordinator has still to decide."""
        return self.word in ("", ASK, OPEN)


class Face(msgspec.Struct, frozen=True):
    """A feature seen through one set of changes: all in effect, or the accepted ones only.

    registers: per field the writes that nothing replaced, the shown one first.
    """

    is_alive: bool
    registers: Mapping[str, tuple[Change, ...]]
    elements: tuple[Change, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What the rules make of a feature's changes.

    shown: the draft that everybody sees.  published: what exports read.  birth: the create in
    effect, None while the feature waits for one.  marks: deletes that await a verdict.
    waiting: changes in effect that matter and have no verdict yet.  redacted: changes whose
    content nobody sees any more.  births: every create in effect, also of those that are one.
    """

    subject: bytes
    birth: Change | None
    shown: Face
    published: Face
    rulings: Mapping[ChangeId, Ruling]
    in_effect: frozenset[ChangeId]
    waiting: frozenset[ChangeId]
    marks: tuple[Change, ...]
    state: FeatureState | None
    redacted: frozenset[ChangeId] = _NOTHING
    digest: int = 0
    births: tuple[Change, ...] = ()
