"""The history of one feature: who did what to it and when, as plain values.

Read from the signed log, so nothing of it can be lost or made up; what was redacted is told
without its content.  app/history_words.py makes sentences of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from msgspec import structs

from collabmap.domain.change import (
    ACCEPT,
    ANSWER,
    ASK,
    COMMENT,
    DIFFERENT,
    LINK,
    MARK,
    NOT_CHOSEN,
    OPEN,
    PHOTO,
    READING,
    REJECT,
    RESTORED,
    SAME,
    TAG,
    Change,
    Kind,
)
from collabmap.domain.feature import ChangeId
from collabmap.domain.geo import LngLat
from collabmap.domain.merge import WORDS
from collabmap.domain.outcome import Outcome
from collabmap.domain.reading_batch import ReadingSum
from collabmap.domain.roles import Role
from collabmap.domain.value_text import is_of_theme, text_of_value
from collabmap.review.deeds import deeds
from collabmap.review.measured import measured
from collabmap.store.features import person_name
from collabmap.store.ledger import OF_ALIASES, OF_REDACTS
from collabmap.store.project import Project
from collabmap.store.references import names_of_references
from collabmap.store.rows import place_of, value_of

StepKind = Literal[
    "created", "changed", "moved", "redrawn", "keyword", "comment", "photo", "link", "answer",
    "reading", "keyword_gone", "comment_gone", "photo_gone", "link_gone", "reading_gone",
    "deleted", "delete_proposed",
    "withdrawn", "restored", "taken_back",
    "accept", "reject", "ask", "not-chosen", "open", "same", "different", "undecided", "redacted",
]  # fmt: skip

# Who has written more to one place is believed without replaying each step of its life.
_REPLAYED = 300

_ADDED: Mapping[str, StepKind] = {
    TAG: "keyword", COMMENT: "comment", PHOTO: "photo", LINK: "link", ANSWER: "answer",
    READING: "reading",
}  # fmt: skip
_GONE: Mapping[str, StepKind] = {
    TAG: "keyword_gone", COMMENT: "comment_gone", PHOTO: "photo_gone", LINK: "link_gone",
    READING: "reading_gone",
}  # fmt: skip
_SAID: Mapping[str, StepKind] = {
    ACCEPT: "accept", REJECT: "reject", ASK: "ask", NOT_CHOSEN: "not-chosen", OPEN: "open",
}  # fmt: skip
_PAIRS: Mapping[str, StepKind] = {SAME: "same", DIFFERENT: "different", OPEN: "undecided"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done.

    field, before, after: of a value; before '' where nothing was known.  text: the words of a
    comment, a keyword, a verb or a reason.  start, end: of a move.  place: the other feature of a
    link or a pair, and its name.  about: what a verdict, or a taking back, is said of: fields and
    kinds of steps.  is_hidden: its content is not shown to anybody.  is_contested: another
    coordinator has said otherwise, neither knowing of the other's word.  is_private: what it says
    is for coordinators only.  names: of the features that before and after refer to, by id in
    hexadecimal.  readings: those that came or went.
    """

    kind: StepKind
    field: str = ""
    before: str = ""
    after: str = ""
    text: str = ""
    start: LngLat | None = None
    end: LngLat | None = None
    place: bytes = b""
    place_name: str = ""
    about: tuple[str, ...] = ()
    is_hidden: bool = False
    is_contested: bool = False
    is_private: bool = False
    names: tuple[tuple[str, str], ...] = ()
    readings: tuple[ReadingSum, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did in one go.  author, replica: ids.  at_ms: as shown, clocks corrected.

    changes: the names of what was written.
    """

    at_ms: int
    author: bytes
    author_name: str
    replica: bytes
    steps: tuple[Step, ...]
    changes: tuple[ChangeId, ...] = ()


class _Told(NamedTuple):
    """changes: of the feature, by name.  content: without what was redacted."""

    project: Project
    changes: Mapping[ChangeId, Change]
    content: Mapping[ChangeId, Change]
    outcome: Outcome
    members: frozenset[bytes]


def read_history(project: Project, subject: bytes) -> tuple[Entry, ...]:
    """Return the history of a feature, and of those that are one with it, the first thing first.

    Nothing for one that nobody here has heard of.
    """
    changes = project.model.changes(subject)
    if not changes:
        return ()
    outcome = project.model.outcome(subject, changes)
    by_name = {change.id: change for change in changes}
    content = {
        name: structs.replace(c, payload=None) if name in outcome.redacted else c
        for name, c in by_name.items()
    }
    members = frozenset(project.model.ledger.members(outcome.subject)) | {subject}
    told = _Told(project, by_name, content, outcome, members)
    # Words on pairs are told of both places, and noted with one of them.
    own = [change for change in changes if change.kind != Kind.ALIAS]
    entries = [_entry(told, deed) for deed in deeds(own)]
    if any(c.kind == Kind.DELETE for c in changes) and len(entries) <= _REPLAYED:
        entries = _with_life(told, entries)
    entries += [_entry(told, [word]) for word in _words_on_all(told)]
    known = [entry for entry in entries if entry.steps]
    return tuple(sorted(known, key=lambda entry: (entry.at_ms, entry.changes)))


def _words_on_all(told: _Told) -> Iterable[Change]:
    """Yield what coordinators said of this feature and another, and what hides words of it."""
    ledger = told.project.model.ledger
    for alias in ledger.changes(OF_ALIASES):
        is_here = told.members & {alias.subject, *alias.keys[:1]}
        if is_here and ledger.standing.role(alias) == Role.COORDINATOR:
            yield alias
    if told.outcome.redacted:
        for redact in ledger.changes(OF_REDACTS):
            named = redact.seen & told.outcome.redacted
            is_heard = ledger.standing.role(redact) == Role.COORDINATOR
            if any(is_heard or told.changes[n].stamp.rid == redact.stamp.rid for n in named):
                yield redact


# --- what belongs together --------------------------------------------------------------------


def _entry(told: _Told, deed: Sequence[Change]) -> Entry:
    first = deed[0]
    steps = [step for change in deed for step in _steps(told, change)]
    steps += _measured(told, deed)
    return Entry(
        told.project.model.ledger.shown_ms(*first.stamp),
        first.person,
        person_name(told.project, first.stamp.rid, first.person),
        first.stamp.rid,
        tuple(_joined(dict.fromkeys(steps))),
        tuple(change.id for change in deed),
    )


def _joined(steps: Iterable[Step]) -> Iterable[Step]:
    """Yield steps, keywords that came or went together as one."""
    texts: dict[StepKind, list[str]] = {"keyword": [], "keyword_gone": []}
    for step in steps:
        if step.kind in texts and step.text:
            texts[step.kind].append(step.text)
        else:
            yield step
    for kind, found in texts.items():
        if found:
            yield Step(kind, text=", ".join(found))


# --- whether it was there ---------------------------------------------------------------------


def _with_life(told: _Told, entries: Sequence[Entry]) -> list[Entry]:
    """Return entries that say when the feature left the map, and when it came back.

    What a delete did hangs on what it had seen and on who agreed: the rules are asked, entry by
    entry.
    """
    found = []
    seen: list[Change] = []
    was_there = False
    has_left = False
    for entry in sorted(entries, key=lambda each: (each.at_ms, each.changes)):
        seen += [told.changes[name] for name in entry.changes]
        is_there = told.project.model.outcome(told.outcome.subject, seen).shown.is_alive
        has_deleted = any(step.kind == "delete_proposed" for step in entry.steps)
        if was_there and not is_there and has_deleted:
            entry = _renamed(entry, "delete_proposed", _leaving(told, entry))
        if is_there and has_left and not was_there:
            # Whoever took a delete back has restored it: one thing, told once.
            by_this = ("taken_back", "open", "reject", "restored")
            others = [step for step in entry.steps if step.kind not in by_this]
            entry = _with_steps(entry, [Step("restored"), *others])
        has_left |= was_there and not is_there
        was_there = is_there
        found.append(entry)
    return found


def _leaving(told: _Told, entry: Entry) -> StepKind:
    delete = next(c for n in entry.changes if (c := told.changes[n]).kind == Kind.DELETE)
    is_own_word = told.project.model.ledger.standing.accepts_own(delete)
    return "deleted" if is_own_word else "withdrawn"


def _renamed(entry: Entry, kind: StepKind, other: StepKind) -> Entry:
    return _with_steps(
        entry, [Step(other, text=s.text) if s.kind == kind else s for s in entry.steps]
    )


def _with_steps(entry: Entry, steps: Iterable[Step]) -> Entry:
    return Entry(
        entry.at_ms, entry.author, entry.author_name, entry.replica, tuple(steps), entry.changes
    )


# --- one change -------------------------------------------------------------------------------


def _steps(told: _Told, change: Change) -> Iterable[Step]:
    shown = told.content.get(change.id, change)
    is_hidden = change.id in told.outcome.redacted
    match change.kind:
        case Kind.CREATE:
            name = value_of(shown, "name")
            yield Step("created", after=name if isinstance(name, str) else "", is_hidden=is_hidden)
        case Kind.SET:
            if RESTORED in change.over:
                yield Step("restored")
            for field in sorted(change.over.keys() - {RESTORED}):
                yield _written(told, shown, field, is_hidden=is_hidden)
        case Kind.DELETE:
            yield Step("delete_proposed", text=_text(shown), is_hidden=is_hidden)
        case Kind.ADD | Kind.REMOVE if change.element == READING:
            # Told of all that was written with it: see review/measured.py.
            return
        case Kind.ADD if change.element in _ADDED:
            yield _added(told, shown, _ADDED[change.element], is_hidden=is_hidden)
        case Kind.REMOVE if change.element == MARK:
            yield Step("taken_back", about=_about(told, change.seen))
        case Kind.REMOVE if change.element in _GONE:
            gone = [told.content[name] for name in change.seen if name in told.content]
            if change.element == LINK:
                yield from _links_gone(told, gone)
                return
            texts = {_text(each) for each in gone}
            yield Step(_GONE[change.element], text=", ".join(sorted(texts - {""})))
        case Kind.VERDICT:
            yield from _said(told, change)
        case Kind.ALIAS if change.element in _PAIRS:
            pair = (change.subject, *change.keys[:1])
            other = next((each for each in pair if each != told.outcome.subject), pair[-1])
            yield Step(_PAIRS[change.element], place=other, place_name=_name_of(told, other))
        case Kind.REDACT:
            names = change.seen & told.outcome.redacted
            yield Step("redacted", text=_text(change), about=_about(told, names))


def _text(change: Change) -> str:
    return change.payload if isinstance(change.payload, str) else ""


def _added(told: _Told, change: Change, kind: StepKind, *, is_hidden: bool) -> Step:
    if kind == "link" and len(change.keys) == 2:
        target = change.keys[1]
        name = _name_of(told, target)
        return Step(kind, text=_text(change), place=target, place_name=name, is_hidden=is_hidden)
    text = _text(change)
    if kind == "photo" and isinstance(change.payload, dict):
        words = change.payload.get("text")
        text = words if isinstance(words, str) else ""
    return Step(kind, text=text, is_hidden=is_hidden)


def _links_gone(told: _Told, gone: Iterable[Change]) -> Iterable[Step]:
    """Yield a step for each link that goes; the same one may have been made by two people."""
    links = {(_text(each), each.keys[1]) for each in gone if len(each.keys) == 2}
    for text, target in sorted(links) or [("", b"")]:
        yield Step("link_gone", text=text, place=target, place_name=_name_of(told, target))


def _measured(told: _Told, deed: Iterable[Change]) -> Iterable[Step]:
    found = measured(deed, told.content)
    if found.is_hidden:
        yield Step("reading", is_hidden=True)
    if found.came:
        yield Step("reading", readings=found.came)
    if found.went:
        yield Step("reading_gone", readings=found.went)


def _name_of(told: _Told, feature: bytes) -> str:
    """Return the name of another feature; of one that is this one, the name it had of its own."""
    for change in sorted(told.content.values(), key=lambda c: c.rank, reverse=True):
        if change.subject == feature and isinstance(name := value_of(change, "name"), str):
            return name
    row = told.project.connection.execute(
        "SELECT name FROM shown WHERE uuid = ?", (feature,)
    ).fetchone()
    return (row[0] or "") if row else ""


def _said(told: _Told, verdict: Change) -> Iterable[Step]:
    if told.project.model.ledger.standing.role(verdict) != Role.COORDINATOR:
        return
    rulings = told.outcome.rulings
    for word in sorted(set(verdict.words.values()) & WORDS):
        names = frozenset(name for name, said in verdict.words.items() if said == word)
        is_contested = any(
            name in rulings and rulings[name].is_contested and verdict in rulings[name].said
            for name in names
        )
        text = _text(verdict) if word in (REJECT, ASK, ACCEPT) else ""
        yield Step(_SAID[word], text=text, about=_about(told, names), is_contested=is_contested)


def _about(told: _Told, names: Iterable[ChangeId]) -> tuple[str, ...]:
    """Return what changes were of, each once: fields, and kinds of steps."""
    found: dict[str, None] = {}
    for change in sorted((told.changes[n] for n in names if n in told.changes), key=_order):
        if change.kind == Kind.SET:
            found |= dict.fromkeys(change.over)
        elif change.kind == Kind.ADD:
            found[_ADDED.get(change.element, "keyword")] = None
        elif change.kind == Kind.REMOVE:
            found[_GONE.get(change.element, "taken_back")] = None
        else:
            found["created" if change.kind == Kind.CREATE else "delete_proposed"] = None
    return tuple(found)


def _order(change: Change) -> Any:
    return change.rank


# --- values -----------------------------------------------------------------------------------


def _written(told: _Told, change: Change, field: str, *, is_hidden: bool) -> Step:
    after = value_of(change, field)
    replaced = _replaced(told, change, field)
    if field == "geometry":
        return _moved(after, replaced[0] if replaced else None)
    if field == "contact" or any(isinstance(v, bytes) for v in (after, *replaced)):
        # Sealed: that it was changed is no secret, what it says is.
        return Step("changed", field, is_hidden=is_hidden, is_private=True)
    if is_of_theme(field):
        known = next((value for value in replaced if value is not None), None)
        names = names_of_references(told.project, (known, after))
        return Step(
            "changed",
            field,
            text_of_value(known),
            text_of_value(after),
            is_hidden=is_hidden,
            names=tuple(names.items()),
        )
    before = " / ".join(dict.fromkeys(v for v in replaced if isinstance(v, str) and v))
    new = after if isinstance(after, str) else ""
    return Step("changed", field, before, new, is_hidden=is_hidden)


def _replaced(told: _Told, change: Change, field: str) -> list[Any]:
    """Return the values that a write was shown and replaced, the greatest stamp first."""
    over = change.over[field]
    if over is None:
        born = (c for c in told.content.values() if c.kind == Kind.CREATE)
        # "Just the create" may be said of a field that the create did not have.
        writes = [c for c in born if c.subject == change.subject and field in c.over]
    else:
        found = (told.content.get(name) for name in over)
        writes = [write for write in found if write is not None and field in write.over]
    gone = {
        name
        for write in writes
        for name in (_births(told, write) if write.over[field] is None else write.over[field] or ())
    }
    heads = sorted((w for w in writes if w.id not in gone), key=_order, reverse=True)
    return [value_of(write, field) for write in heads]


def _births(told: _Told, write: Change) -> Iterable[ChangeId]:
    changes = told.changes.values()
    return [c.id for c in changes if c.kind == Kind.CREATE and c.subject == write.subject]


def _moved(after: Any, before: Any) -> Step:
    """Return where something went; a line or a zone is drawn anew, also where its middle stays."""
    start, end = place_of(before), place_of(after)
    is_outline = start.geometry is not None or end.geometry is not None
    if start.lng is None or start.lat is None or end.lng is None or end.lat is None:
        return Step("redrawn" if is_outline else "moved", "geometry")
    ends = LngLat(start.lng, start.lat), LngLat(end.lng, end.lat)
    if is_outline:
        return Step("redrawn", "geometry", start=ends[0], end=ends[1])
    return Step("moved", "geometry", start=ends[0], end=ends[1])
