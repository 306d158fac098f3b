"""What became of a person's contributions: place by place, in the words that a coordinator gave.

Whose a change is is judged by person and laptop, as the rules do: nobody makes another's words
theirs by using the same id.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from collabmap.domain.change import (
    ACCEPT,
    ANSWER,
    ASK,
    COMMENT,
    CONTENT,
    LINK,
    MARK,
    NOT_CHOSEN,
    PHOTO,
    READING,
    REJECT,
    RESTORED,
    TAG,
    Change,
    Kind,
)
from collabmap.domain.feature import ChangeId, Question
from collabmap.domain.outcome import Face, Outcome, Ruling
from collabmap.store.elements import questions_of
from collabmap.store.features import person_name
from collabmap.store.project import Project
from collabmap.store.rows import refused_face, shape_of

State = Literal["asked", "waiting", "accepted", "refused", "replaced", "withdrawn", "gone"]
What = Literal[
    "place", "change", "delete", "restore", "comment", "answer", "photo", "link",
    "remove_photo", "remove_link", "reading", "remove_reading",
]  # fmt: skip
# What needs its author first comes first.
ORDER: tuple[State, ...] = (
    "asked", "waiting", "accepted", "refused", "replaced", "withdrawn", "gone",
)  # fmt: skip
_WHAT: tuple[What, ...] = (
    "place", "change", "delete", "restore", "photo", "link", "reading", "remove_photo",
    "remove_link", "remove_reading", "comment", "answer",
)  # fmt: skip
# A person's own places are few; an import by a coordinator may be a hundred thousand.
LIMIT = 500


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a person did about one place, as far as it has come equally far.

    id: of the place.  what: place for one that was added, change with its fields, and so on.
    text: of one's own last comment or answer.  at_ms: of the last of it.  question: a
    coordinator's, with its answers, where one was asked about this.  reason: why it was refused,
    or what of it was left out.
    word: of the verdict in force, '' without one.  by_name, by_ms: whose it is and from when.
    key: tells this verdict from all others, empty without one and for one's own.  edited:
    fields that read otherwise by now, as edited_by wrote them.  is_placed: lng, lat hold.
    may_withdraw: something of it waits and is one's own to take back.  may_restore: one's own
    taking back can be taken back.  is_there: the place is on the map.
    """

    id: bytes
    name: str
    category: str
    state: State
    what: tuple[What, ...]
    fields: tuple[str, ...]
    text: str
    at_ms: int
    question: Question | None = None
    reason: str = ""
    word: str = ""
    by_name: str = ""
    by_ms: int = 0
    key: bytes = b""
    edited: tuple[str, ...] = ()
    edited_by: str = ""
    lng: float = 0.0
    lat: float = 0.0
    is_placed: bool = False
    may_withdraw: bool = False
    may_restore: bool = False
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Who somebody is in this map.  rids: of their laptop, now and before.  rid: now."""

    rids: frozenset[bytes]
    rid: bytes
    person: bytes

    def wrote(self, change: Change) -> bool:
        return change.person == self.person and change.stamp.rid in self.rids

    def may_take_back(self, change: Change) -> bool:
        """Whether a change was made under the key in force: no other key takes it back."""
        return change.person == self.person and change.stamp.rid == self.rid


def subjects_of(project: Project, own: Own) -> list[bytes]:
    """Return the places that a person has touched, the last one first."""
    log, canonical = project.log, project.model.canonical
    found: dict[bytes, None] = {}
    segments = sorted(
        (segment_id or 1 << 62, segment_id)
        for rid in own.rids
        for segment_id, _name in log.segments_of(rid)
    )
    for _order, segment_id in segments:
        rows = zip(log.outline(segment_id), log.authors(segment_id), strict=True)
        for (kind, subject), (_kind, person) in rows:
            if person == own.person and kind in CONTENT:
                place = canonical(subject)
                found.pop(place, None)
                found[place] = None
    return list(found)[::-1]


def read_contributions(project: Project, own: Own) -> tuple[Contribution, ...]:
    """Return what a person contributed: what needs them first, then the latest first.

    At most those to LIMIT places: of more, first the ones that wait.
    """
    subjects = subjects_of(project, own)
    if len(subjects) > LIMIT:
        waiting = _waiting_among(project)
        subjects = sorted(subjects, key=lambda subject: subject not in waiting)[:LIMIT]
    found = [one for subject in subjects for one in read_of_place(project, own, subject)]
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.state), -one.at_ms, one.id)))


def read_of_place(project: Project, own: Own, subject: bytes) -> tuple[Contribution, ...]:
    """Return what a person contributed to one place, one for each state of it."""
    changes = project.model.changes(subject)
    outcome = project.model.outcome(subject, changes)
    judge = _Judge(outcome, changes, own)
    by_state: dict[State, list[Change]] = {}
    for change in changes:
        if own.wrote(change) and (state := judge.state(change)) is not None:
            by_state.setdefault(state, []).append(change)
    answers = [c for found in by_state.values() for c in found if c.element == ANSWER]
    _fold_answers(by_state, answers)
    return tuple(_contribution(project, judge, *found) for found in by_state.items())


def _fold_answers(by_state: dict[State, list[Change]], answers: Collection[Change]) -> None:
    """Leave an answer out where what was asked about stands itself."""
    for state in list(by_state):
        by_state[state] = [c for c in by_state[state] if c not in answers]
        if not by_state[state]:
            del by_state[state]
    if answers and not by_state:
        by_state["waiting"] = list(answers)


def _waiting_among(project: Project) -> set[bytes]:
    rows = project.connection.execute("SELECT uuid FROM shown WHERE waiting OR life = 2")
    return {uuid for (uuid,) in rows}


class _Judge:
    """Says how far a person's changes to one place have come."""

    def __init__(self, outcome: Outcome, changes: Sequence[Change], own: Own) -> None:
        self.outcome, self.changes, self.own = outcome, changes, own
        self.taken_back = taken_back_names(outcome, changes)
        self._marks = {mark.id for mark in outcome.marks}
        self._present = {element.id for element in outcome.shown.elements}
        shown = outcome.shown.registers.values()
        self._heads = {write.id for writes in shown for write in writes}
        self._is_dead = not outcome.shown.is_alive and not outcome.published.is_alive
        # A place that somebody else has written about stays; what its author withdrew is withdrawn.
        self._withdrawn = frozenset[ChangeId]().union(
            *(c.seen for c in changes if own.wrote(c) and self._is_withdrawal(c))
        )

    def _is_withdrawal(self, change: Change) -> bool:
        is_mark = change.id in self._marks or change.id in self.taken_back
        is_delete = change.kind == Kind.DELETE and change.id in self.outcome.in_effect
        return is_delete and not is_mark and self.ruling(change).word != ACCEPT

    def ruling(self, change: Change) -> Ruling:
        return self.outcome.rulings[change.id]

    def state(self, change: Change) -> State | None:
        """Return how far a change has come, None where it does not stand for itself."""
        if change.kind not in CONTENT or change.element == MARK:
            return None
        ruling = self.ruling(change)
        if ruling.word in (REJECT, NOT_CHOSEN):
            return "refused"
        if change.id in self.taken_back:
            is_act = change.kind == Kind.DELETE and not is_suggestion(self.outcome, change)
            return None if is_act else "withdrawn"
        if change.kind == Kind.DELETE:
            return self._of_delete(change, ruling)
        if change.id in self._withdrawn and ruling.waits:
            return "withdrawn"
        if self._is_dead:
            return "gone"
        if change.kind == Kind.ADD and change.id not in self._present:
            return "withdrawn" if self._was_removed_by_author(change) else "gone"
        if ruling.word == ACCEPT:
            return "accepted"
        if change.kind == Kind.SET and change.id not in self._heads:
            return None if self._is_replaced_by_author(change) else "replaced"
        if change.kind == Kind.REMOVE and not change.seen & self._present:
            return None
        return "asked" if ruling.word == ASK else "waiting"

    def _of_delete(self, delete: Change, ruling: Ruling) -> State | None:
        if ruling.word == ACCEPT:
            return "accepted" if self._is_dead else "replaced"
        # A mark on what a coordinator has refused meanwhile is about nothing any more.
        if delete.id in self._marks and not self._is_dead:
            return "asked" if ruling.word == ASK else "waiting"
        # A withdrawal: what was withdrawn says so.
        return None

    def _was_removed_by_author(self, element: Change) -> bool:
        removes = (c for c in self.changes if c.kind == Kind.REMOVE and element.id in c.seen)
        return any(self.own.wrote(c) for c in removes)

    def _is_replaced_by_author(self, write: Change) -> bool:
        later = (c for c in self.changes if c.kind == Kind.SET and c.id != write.id)
        return all(
            self.own.wrote(c) for c in later if any(write.id in (o or ()) for o in c.over.values())
        )

    def edited(self, mine: Iterable[Change]) -> tuple[list[str], Change | None]:
        """Return the fields that somebody else has written since, of what was accepted."""
        fields: list[str] = []
        by: Change | None = None
        registers = self.outcome.published.registers
        for change in mine:
            # Of a place that was added all of it was its author's.
            names = registers if change.kind == Kind.CREATE else change.over
            for name in names if change.kind in (Kind.CREATE, Kind.SET) else ():
                heads = registers.get(name, ())
                if heads and not self.own.wrote(heads[0]) and heads[0].rank > change.rank:
                    fields.append(name)
                    by = heads[0]
        return sorted(set(fields) - {RESTORED}), by


def is_suggestion(outcome: Outcome, delete: Change) -> bool:
    """Whether a delete is one that a coordinator has to agree to, not the taking of one's own."""
    owner = delete.stamp.rid, delete.person
    is_own = any(
        (birth.stamp.rid, birth.person) == owner and outcome.rulings[birth.id].word != ACCEPT
        for birth in outcome.births
        if birth.subject == delete.subject
    )
    return not is_own and outcome.rulings[delete.id].word != ACCEPT


def taken_back_names(outcome: Outcome, changes: Iterable[Change]) -> frozenset[ChangeId]:
    """Return the changes that their own authors have taken back, as domain/merge.py has it."""
    # Of marks only those are in effect that were not themselves taken back.
    marks = [c for c in changes if c.element == MARK and c.id in outcome.in_effect]
    by_name = {c.id: c for c in changes}
    return frozenset(
        name
        for mark in marks
        for name in mark.seen
        if (named := by_name.get(name)) is not None
        and named.person == mark.person
        and named.stamp.rid == mark.stamp.rid
        and name in outcome.rulings
        and (not outcome.rulings[name].said or outcome.rulings[name].waits)
    )


def _contribution(
    project: Project, judge: _Judge, state: State, mine: list[Change]
) -> Contribution:
    outcome, own = judge.outcome, judge.own
    name, category, at, is_there = face_of(outcome, judge.changes)
    last = max(mine, key=lambda change: change.rank)
    ledger = project.model.ledger
    question = None
    if any(judge.ruling(change).word == ASK for change in mine):
        questions = questions_of(project, outcome, judge.changes)
        question = questions[-1] if questions else None
    if state == "asked" and (question is None or question.answers):
        state = "waiting"
    verdict, word = _verdict(judge, mine)
    edited, by = judge.edited(mine) if state == "accepted" else ([], None)
    is_hidden = verdict is not None and ledger.redactions.hides(verdict.id, verdict.stamp.rid)
    reason = (
        verdict.payload
        if verdict is not None and word in (ACCEPT, REJECT) and not is_hidden
        else ""
    )
    is_own_word = verdict is not None and own.wrote(verdict)
    said = [
        c.payload for c in mine if c.element in (COMMENT, ANSWER) and isinstance(c.payload, str)
    ]
    return Contribution(
        id=outcome.subject,
        name=name,
        category=category,
        state=state,
        what=_what(mine),
        fields=_fields(mine),
        text="" if last.id in outcome.redacted or not said else said[-1],
        at_ms=ledger.shown_ms(*last.stamp),
        question=question,
        reason=reason if isinstance(reason, str) else "",
        word=word,
        by_name=_author(project, verdict),
        by_ms=ledger.shown_ms(*verdict.stamp) if verdict is not None else 0,
        key=verdict.leaf[:8] if verdict is not None and not is_own_word else b"",
        edited=tuple(edited),
        edited_by=_author(project, by),
        lng=at[0] if at else 0.0,
        lat=at[1] if at else 0.0,
        is_placed=at is not None,
        may_withdraw=state in ("asked", "waiting") and any(map(own.may_take_back, mine)),
        may_restore=state == "withdrawn" and any(map(own.may_take_back, mine)),
        is_there=is_there,
    )


def _author(project: Project, change: Change | None) -> str:
    return person_name(project, change.stamp.rid, change.person) if change is not None else ""


def face_of(
    outcome: Outcome, changes: Iterable[Change]
) -> tuple[str, str, tuple[float, float] | None, bool]:
    """Return name, category, position (lng, lat) and whether it is on the map, also of what is
    gone or refused.
    """
    face: Face = outcome.shown if outcome.shown.is_alive else outcome.published
    is_there = face.is_alive
    if not is_there:
        is_born = bool(outcome.births)
        face = outcome.shown if is_born else refused_face(changes, outcome.redacted)
    shape = shape_of(face)
    at = None if shape.lng is None or shape.lat is None else (shape.lng, shape.lat)
    return shape.name, shape.category, at, is_there


def _verdict(judge: _Judge, mine: Iterable[Change]) -> tuple[Change | None, str]:
    """Return the latest verdict in force on some changes, and what it says of them."""
    said = [
        (ruling.said[0], ruling.word)
        for ruling in map(judge.ruling, mine)
        if ruling.said and ruling.word in (ACCEPT, REJECT, ASK, NOT_CHOSEN)
    ]
    return max(said, key=lambda one: one[0].rank, default=(None, ""))


def _what(mine: Iterable[Change]) -> tuple[What, ...]:
    found = {_what_of(change) for change in mine}
    if "place" in found:
        # Who adds a place and writes on adds a place.
        found.discard("change")
    return tuple(what for what in _WHAT if what in found)


def _what_of(change: Change) -> What:
    if change.kind == Kind.CREATE:
        return "place"
    if change.kind == Kind.DELETE:
        return "delete"
    if change.kind == Kind.SET:
        return "restore" if set(change.over) == {RESTORED} else "change"
    of_element: dict[str, What] = {
        COMMENT: "comment",
        ANSWER: "answer",
        PHOTO: "photo" if change.kind == Kind.ADD else "remove_photo",
        LINK: "link" if change.kind == Kind.ADD else "remove_link",
        READING: "reading" if change.kind == Kind.ADD else "remove_reading",
    }
    return of_element.get(change.element, "change")


def _fields(mine: Iterable[Change]) -> tuple[str, ...]:
    fields: set[str] = set()
    for change in mine:
        if change.kind == Kind.SET:
            fields |= set(change.over) - {RESTORED}
        elif change.element == TAG:
            fields.add("tags")
    return tuple(sorted(fields))
