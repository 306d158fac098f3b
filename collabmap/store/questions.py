"""What coordinators asked about a feature, and who has answered."""

from collections.abc import Iterable

from collabmap.domain.change import ANSWER, ASK, OPEN, Change, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Role
from collabmap.store.ledger import Ledger


def asked(
    ledger: Ledger, outcome: Outcome, changes: Iterable[Change]
) -> list[tuple[Change, list[Change]]]:
    """Return the questions about what is not decided yet, each with its answers, in order."""
    verdicts = [c for c in changes if c.kind == Kind.VERDICT]
    taken_back: set[ChangeId] = set()
    for verdict in verdicts:
        if OPEN in verdict.words.values():
            taken_back |= _over(verdict)
    told: list[Change] = []
    asking = [v for v in verdicts if _is_asking(ledger, outcome, v)]
    for verdict in sorted(asking, key=lambda verdict: verdict.rank):
        # Whoever takes back what was said after a question asks the same again.
        here = (each for each in told if each.id not in taken_back)
        earlier = next((each for each in here if _is_same(verdict, each)), None)
        if earlier is None:
            told.append(verdict)
        else:
            taken_back |= _over(verdict) - _over(earlier) - {earlier.id}
    told = [verdict for verdict in told if verdict.id not in taken_back]
    answers = [e for e in outcome.shown.elements if is_text(e, ANSWER)]
    found = []
    for place, verdict in enumerate(told):
        # One that a slow clock dates before every question answers the first.
        first = place == 0
        after = told[place + 1].rank if place + 1 < len(told) else None
        own = [
            answer
            for answer in answers
            if (first or answer.rank > verdict.rank) and (after is None or answer.rank < after)
        ]
        found.append((verdict, own))
    return found


def open_question(ledger: Ledger, outcome: Outcome, changes: Iterable[Change]) -> bool:
    """Whether there is a last question that nobody has answered."""
    found = asked(ledger, outcome, changes)
    return bool(found) and not found[-1][1]


def is_text(element: Change, kind: str) -> bool:
    """Whether an element is of a kind and has words."""
    return element.element == kind and isinstance(element.payload, str)


def _is_same(question: Change, earlier: Change) -> bool:
    """Whether a question is an earlier one, asked again by the same person."""
    said, before = ((q.stamp.rid, q.person, q.payload) for q in (question, earlier))
    return said == before and earlier.id in _over(question)


def _over(verdict: Change) -> frozenset[ChangeId]:
    return verdict.over.get("") or frozenset()


def _is_asking(ledger: Ledger, outcome: Outcome, verdict: Change) -> bool:
    """Whether a coordinator's verdict asks, in words, about something that waits as asked."""
    return (
        ledger.standing.role(verdict) == Role.COORDINATOR
        and isinstance(verdict.payload, str)
        and not ledger.redactions.hides(verdict.id, verdict.stamp.rid)
        and any(
            word == ASK and name in outcome.rulings and outcome.rulings[name].word == ASK
            for name, word in verdict.words.items()
        )
    )
