"""Deciding many at once: one write, one deed, one undo; what changed meanwhile is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collabmap.app.desk import Desk, Report, WriteRow
from collabmap.app.entry import MAX_REASON, checked_text
from collabmap.app.progress import CancelToken, stepper
from collabmap.domain.change import Kind, encode
from collabmap.domain.effect import Effect
from collabmap.domain.feature import ChangeId
from collabmap.errors import NameMissing, NotAllowed
from collabmap.review.bulk import LeftOut, Word, decide, states_of

# Deeds of the undo stack whose label is a number.
DEEDS: Mapping[str, str] = {"accept": "accept_many", "reject": "reject_many", "ask": "ask_many"}
PART = "decisions"
# Read and written together: the log is signed at as many changes.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class BulkResult:
    """done: how many features were decided.  left: why others need a look one by one, by id."""

    done: int
    effect: Effect
    left: Mapping[bytes, LeftOut] = field(default_factory=dict)


def decide_many(
    desk: Desk,
    word: Word,
    seen: Mapping[bytes, bytes],
    reason: str = "",
    *,
    deletes: bool = False,
    progress: Report | None = None,
    cancel: CancelToken | None = None,
) -> BulkResult:
    """Say one word about many features, in one transaction.

    seen: of each the state that was shown (Reader.states): another one by now leaves it out.
    """
    if not desk.is_coordinator:
        raise NotAllowed
    text = checked_text(reason, MAX_REASON)
    if word == "ask" and not text:
        raise NameMissing
    payload = encode(text) if text and word != "accept" else None
    person = desk.writer()
    left: dict[bytes, LeftOut] = {}
    decided: list[bytes] = []
    names: list[ChangeId] = []
    effect = Effect()
    step = stepper(progress, cancel, PART, len(seen))
    with desk.project.writing():
        states = states_of(desk.project.connection, seen)
        # As they lie in the log: each of its segments is unpacked once.
        wanted = sorted(seen)
        before = desk.preface(person)
        for start in range(0, len(wanted), _BATCH):
            step(start)
            rows: list[WriteRow] = []
            for feature in wanted[start : start + _BATCH]:
                said = (
                    decide(desk.project, feature, word, deletes=deletes)
                    if states.get(feature) == seen[feature]
                    else "changed"
                )
                if isinstance(said, str):
                    left[feature] = said
                    continue
                decided.append(feature)
                rows += [(Kind.VERDICT, one.subject, one.structure, payload) for one in said]
            if rows:
                written, named = desk.ingest.write([*before, *rows])
                names += named[len(before) :]
                effect, before = effect.joined(written), []
        step(len(wanted))
    if decided:
        desk.effects.tell(effect)
        desk.remember(DEEDS[word], decided[0], names=names, count=len(decided))
    return BulkResult(len(decided), effect, left)
