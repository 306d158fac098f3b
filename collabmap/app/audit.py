"""Looking through the decisions of a map: by words, by coordinator, by day; and as a table."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collabmap.app.decision_words import decision_word, fate_words
from collabmap.app.history_words import evening_words
from collabmap.app.words import _, language
from collabmap.domain.feature import ChangeId
from collabmap.domain.name_words import fold
from collabmap.domain.theme import Theme
from collabmap.review.decisions import Book, Decision, Word

if TYPE_CHECKING:
    from collabmap.app.progress import CancelToken

Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Query:
    """text: words, or parts of words, of a place, a category, a person, a reason or a decision.

    people, words: only theirs, only these; empty for all.  since_ms, until_ms: from, until before.
    """

    text: str = ""
    people: frozenset[bytes] = frozenset()
    words: frozenset[Word] = frozenset()
    since_ms: int | None = None
    until_ms: int | None = None


class Row(NamedTuple):
    """A line of the list.  size: of a bulk, how many of it were found; 0 for one decision.

    is_part: a decision of the bulk that is unfolded above it.
    """

    decision: Decision
    size: int = 0
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """decisions: that were found, the latest first.

    people, words: how many decisions were found by whom and of which kind, the choice of people
    and kinds left aside; people by id with their names.
    """

    decisions: tuple[Decision, ...] = ()
    people: Mapping[bytes, tuple[str, int]] = field(default_factory=dict)
    words: Mapping[Word, int] = field(default_factory=dict)

    def rows(self, unfolded: frozenset[ChangeId] = frozenset()) -> list[Row]:
        """Return the lines of a list: what was decided at once is one, unless it is unfolded."""
        sizes = Counter(each.bulk for each in self.decisions if each.bulk is not None)
        told: set[ChangeId] = set()
        rows = []
        for decision in self.decisions:
            bulk = decision.bulk
            if bulk is None or sizes[bulk] < 2:
                rows.append(Row(decision))
                continue
            if bulk not in told:
                told.add(bulk)
                rows.append(Row(decision, sizes[bulk]))
            if bulk in unfolded:
                rows.append(Row(decision, is_part=True))
        return rows


class Decisions:
    """A book of decisions made ready to be searched.  labels: what categories are called."""

    def __init__(self, book: Book, labels: Mapping[str, str]) -> None:
        self.book = book
        self._fold: Fold = fold
        self._labels = {category: fold(label) for category, label in labels.items()}
        known: dict[str, str] = {}

        def folded(text: str) -> str:
            found = known.get(text)
            if found is None:
                found = known[text] = fold(text)
            return found

        self._texts = [
            "\n".join(
                folded(part)
                for part in (
                    each.subject.name, each.other_name, each.subject.author, each.person_name,
                    each.reason, decision_word(each.word), fate_words(each.fate),
                )
                if part
            )
            for each in book.decisions
        ]  # fmt: skip

    def find(self, query: Query) -> Found:
        """Return the decisions that answer to a query, the latest first."""
        matching = list(self._matching(query))
        people: dict[bytes, tuple[str, int]] = {}
        words: Counter[Word] = Counter()
        for each in matching:
            name, count = people.get(each.person, ("", 0))
            people[each.person] = name or each.person_name, count + 1
            words[each.word] += 1
        chosen = tuple(
            each
            for each in matching
            if (not query.people or each.person in query.people)
            and (not query.words or each.word in query.words)
        )
        return Found(chosen, people, words)

    def _matching(self, query: Query) -> Iterator[Decision]:
        wanted = [
            (word, {c for c, label in self._labels.items() if word in label})
            for word in self._fold(query.text).split()
        ]
        since = -1 if query.since_ms is None else query.since_ms
        until = query.until_ms
        for decision, text in zip(self.book.decisions, self._texts, strict=True):
            if decision.at_ms < since or (until is not None and decision.at_ms >= until):
                continue
            category = decision.subject.category
            if all(word in text or category in labels for word, labels in wanted):
                yield decision


def labels_of(theme: Theme) -> dict[str, str]:
    """Return what the categories of a theme are called, in the language in use."""
    return {category.id: category.label(language()) for category in theme.categories}


# --- as a table -------------------------------------------------------------------------------


def write_decisions(
    path: Path, decisions: Iterable[Decision], theme: Theme, cancel: "CancelToken | None" = None
) -> int:
    """Write decisions as CSV, in the language in use; return how many.

    Raises what `whole_file` raises, and Cancelled.
    """
    from collabmap.formats.csv_table import write_csv

    header = [
        _("When"), _("Evening"), _("Decided by"), _("Decision"), _("Place"), _("Other place"),
        _("Category"), _("Added by"), _("Reason"), _("What became of it"), _("Decided at once"),
        _("Number of the place"),
    ]  # fmt: skip
    # Excel parts cells by the sign that the system's language parts lists by.
    delimiter = ";" if language() == "fr" else ","
    rows = (_cells(each, theme) for each in decisions)
    return write_csv(path, header, rows, delimiter=delimiter, cancel=cancel)


def _cells(decision: Decision, theme: Theme) -> list[str]:
    at = datetime.fromtimestamp(decision.at_ms / 1000)
    subject, bulk = decision.subject, decision.bulk
    category = theme.category(subject.category).label(language()) if subject.category else ""
    return [
        f"{at:%Y-%m-%d %H:%M:%S}",
        evening_words(decision.at_ms),
        decision.person_name,
        decision_word(decision.word),
        subject.name,
        decision.other_name,
        category,
        subject.author,
        decision.reason,
        fate_words(decision.fate),
        f"{bulk.segment.hex()[:8]}.{bulk.ordinal}" if bulk is not None else "",
        decision.place.hex(),
    ]
