"""Decisions as lines of a list, made as they come into view."""

from collections.abc import Sequence
from typing import overload

from collabmap.app.audit import Row
from collabmap.app.decision_words import (
    bulk_words,
    decision_word,
    fate_words,
    place_words,
)
from collabmap.app.words import _, format_time
from collabmap.domain.feature import ChangeId
from collabmap.review.decisions import Word
from collabmap.ui.people_words import day_or_time
from collabmap.ui.widgets.line_list import Line

# Whose colours of tokens.states a word has, and its sign.
SIGNS: dict[Word, tuple[str, str]] = {
    "accept": ("accepted", "check-bold"),
    "reject": ("rejected", "close-thick"),
    "ask": ("pending", "comment-question-outline"),
    "not-chosen": ("disagreement", "not-equal-variant"),
    "open": ("pending", "undo"),
    "same": ("duplicate", "set-merge"),
    "different": ("duplicate", "call-split"),
    "undecided": ("duplicate", "help-circle-outline"),
}


class DecisionLines(Sequence[Line]):
    """The lines of rows.  unfolded: the bulks whose decisions stand under them.

    is_one_evening: all of them are of one, so that the time says when.
    """

    def __init__(
        self, rows: Sequence[Row], unfolded: frozenset[ChangeId], *, is_one_evening: bool
    ) -> None:
        self._rows = rows
        self._says_time = is_one_evening
        self._unfolded = unfolded
        self._made: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, rank: int) -> Line: ...
    @overload
    def __getitem__(self, rank: slice) -> Sequence[Line]: ...
    def __getitem__(self, rank: int | slice) -> Line | Sequence[Line]:
        if isinstance(rank, slice):
            return [self[each] for each in range(*rank.indices(len(self)))]
        line = self._made.get(rank)
        if line is None:
            line = self._made[rank] = self._line(self._rows[rank])
        return line

    def _line(self, row: Row) -> Line:
        decision = row.decision
        state, sign = SIGNS[decision.word]
        by = decision.person_name or _("somebody")
        reason = _("“{words}”").format(words=decision.reason) if decision.reason else ""
        word = decision_word(decision.word)
        has_time = self._says_time or row.is_part
        at = format_time(decision.at_ms) if has_time else day_or_time(decision.at_ms)
        said = _("{word} by {name}").format(word=word, name=by)
        if row.size:
            is_open = decision.bulk in self._unfolded
            title = bulk_words(row.size)
            parts = [said, reason, _("unfolded") if is_open else _("folded")]
            icon = "chevron-down" if is_open else "chevron-right"
            return Line(title, _joined(parts), at, row, icon=icon, state=state)
        fate, author = fate_words(decision.fate), decision.subject.author
        added = _("added by {name}").format(name=author) if author else ""
        parts = [word if row.is_part else said, fate, reason, added]
        if decision.fate == "contested":
            state, sign = "disagreement", "not-equal-variant"
        return Line(
            place_words(decision),
            _joined(parts),
            at,
            row,
            category=decision.subject.category,
            icon=sign,
            state=state,
            is_pale=decision.fate not in ("", "contested"),
            is_inner=row.is_part,
        )


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
