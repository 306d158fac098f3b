"""What coordinators decided on a map: who, when, about which place, and whether it still counts.

All of it is in the signed log.  A book of decisions is read from there once; a later one takes over
what it can of the one before, so that after a decision only what is new is unpacked.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from collabmap.domain.change import ACCEPT, ASK, DIFFERENT, NOT_CHOSEN, OPEN, REJECT, SAME, Kind
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import ms_of
from collabmap.domain.roles import Role
from collabmap.domain.segment import HINT_VERDICT
from collabmap.store.ledger import OF_ALIASES
from collabmap.store.log import TAIL
from collabmap.store.project import Project
from collabmap.store.rows import ON_MAP, value_of
from collabmap.store.segments import APPLIED

Word = Literal["accept", "reject", "ask", "not-chosen", "open", "same", "different", "undecided"]
# In the order in which one is told where a coordinator said several things at once.
_WORDS: tuple[Word, ...] = ("accept", "reject", "ask", "not-chosen", "open")
_OF_VERDICTS: Mapping[str, Word] = {
    ACCEPT: "accept", REJECT: "reject", ASK: "ask", NOT_CHOSEN: "not-chosen", OPEN: "open",
}  # fmt: skip
_OF_PAIRS: Mapping[str, Word] = {SAME: "same", DIFFERENT: "different", OPEN: "undecided"}

# '' counts.  taken_back: by the same coordinator.  overruled: by another one, who knew of it.
# contested: by another one, who did not.  void: its key may not decide any more.
Fate = Literal["", "taken_back", "overruled", "contested", "void"]

# A hand that decides one by one needs longer (the window ignores a second key within 150 ms).
BULK_GAP_MS = 100
# So many at once no hand decides.
PORTION = 100
PORTION_GAP_MS = 10_000
_CHUNK = 500


class Said(NamedTuple):
    """One word of a coordinator as the log holds it.  over: the words that it replaces."""

    id: ChangeId
    time: int
    rid: bytes
    person: bytes
    word: Word
    subject: bytes
    reason: str
    over: frozenset[ChangeId]
    other: bytes = b""


class Subject(NamedTuple):
    """The place of a decision as it is now.  is_there: not deleted and not refused."""

    name: str
    category: str
    author: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.  place: the id it goes by now, to go there.  other: of a word on a pair.

    bulk: what it was decided together with, None where it was decided by itself.
    """

    id: ChangeId
    at_ms: int
    person: bytes
    person_name: str
    word: Word
    place: bytes
    subject: Subject
    reason: str
    fate: Fate
    other: bytes = b""
    other_name: str = ""
    bulk: ChangeId | None = None


class Source(NamedTuple):
    """What was read of one segment, and whether its payloads were all there then."""

    is_whole: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All decisions of a map, the latest first.  sources: what the next book takes over."""

    decisions: tuple[Decision, ...] = ()
    sources: Mapping[bytes, Source] | None = None


def read_book(project: Project, before: Book | None = None) -> Book:
    """Return every decision in the log that is in effect here.  before: an earlier book of it.

    Inside `project.reading`.  Words of those who never were coordinators are left out.
    """
    sources = _sources(project, (before.sources if before else None) or {})
    ledger = project.model.ledger
    standing = ledger.standing
    said = [word for source in sources.values() for word in source.said]
    said += [*_of_run(project, TAIL), *_on_pairs(project)]
    known = [word for word in said if word.rid in standing.ranks]
    known.sort(key=lambda word: (word.rid, word.time))
    facts = _Facts(project, known)
    groups = _together(known, facts.canonical)
    found = [decision for together in groups for decision in facts.decisions(together)]
    found.sort(key=lambda each: (each.at_ms, each.id), reverse=True)
    return Book(tuple(found), sources)


# --- reading ----------------------------------------------------------------------------------


def _sources(project: Project, before: Mapping[bytes, Source]) -> dict[bytes, Source]:
    rows = project.connection.execute(
        "SELECT id, name, whole FROM segment WHERE state = ? AND hint & ? ORDER BY id",
        (APPLIED, HINT_VERDICT),
    ).fetchall()
    found = {}
    for segment_id, name, whole in rows:
        kept = before.get(name)
        if kept is None or kept.is_whole != bool(whole):
            kept = Source(bool(whole), tuple(_of_run(project, segment_id)))
        found[name] = kept
    return found


def _of_run(project: Project, segment_id: int) -> Iterable[Said]:
    """Yield the verdicts of a segment, or of the tail."""
    outline = project.log.outline(segment_id)
    refs = project.log.refs_of(segment_id)
    wanted = [ref for ref, (kind, _) in zip(refs, outline, strict=True) if kind == Kind.VERDICT]
    for change in project.log.changes_at(wanted):
        words = {_OF_VERDICTS[word] for word in change.words.values() if word in _OF_VERDICTS}
        word = next((each for each in _WORDS if each in words), None)
        if change.kind == Kind.VERDICT and word is not None:
            reason = change.payload if isinstance(change.payload, str) else ""
            over = change.over.get("") or frozenset()
            yield Said(change.id, *change.stamp, change.person, word, change.subject, reason, over)


def _on_pairs(project: Project) -> Iterable[Said]:
    for change in project.model.ledger.changes(OF_ALIASES):
        word = _OF_PAIRS.get(change.element)
        if word is not None and change.keys:
            over = change.over.get("") or frozenset()
            yield Said(
                change.id, *change.stamp, change.person, word, change.subject, "", over,
                change.keys[0],
            )  # fmt: skip


# --- what was decided together ----------------------------------------------------------------


def _together(said: Iterable[Said], canonical: Callable[[bytes], bytes]) -> Iterable[list[Said]]:
    """Yield words in the groups in which they were said at once, as a bulk is.

    said: by replica and time.  A place that several features are one counts once.
    """
    group: list[Said] = []
    for word in said:
        if group and _is_with(group[-1], word, len(group)):
            if canonical(group[-1].subject) != canonical(word.subject) or word.other:
                group.append(word)
            continue
        if group:
            yield group
        group = [word]
    if group:
        yield group


def _is_with(before: Said, word: Said, size: int) -> bool:
    """Whether a word was said at once with the one before, the last of so many."""
    # A large bulk is written in portions, and the computer settles each before the next.
    gap_ms = PORTION_GAP_MS if size >= PORTION else BULK_GAP_MS
    return (before.rid, before.person, before.word, before.reason) == (
        word.rid,
        word.person,
        word.word,
        word.reason,
    ) and ms_of(word.time) - ms_of(before.time) <= gap_ms


# --- what became of it ------------------------------------------------------------------------


class _Facts:
    """What is known of the places, the people and the fate of decisions."""

    def __init__(self, project: Project, said: Sequence[Said]) -> None:
        self._project = project
        self._ledger = project.model.ledger
        self._standing = self._ledger.standing
        self._names: dict[tuple[bytes, bytes], str] = {
            (person, rid): name
            for person, rid, name in project.connection.execute(
                "SELECT uuid, rid, name FROM person"
            )
        }
        self._subjects = self._read_subjects(said)
        counting = [word for word in said if self._counts(word)]
        self._replaced: dict[ChangeId, Said] = {}
        for word in counting:
            for name in word.over:
                other = self._replaced.get(name)
                if other is None or (other.time, other.rid) < (word.time, word.rid):
                    self._replaced[name] = word
        self._contested = self._find_contested(counting)

    def canonical(self, subject: bytes) -> bytes:
        """Return the id that a feature goes by."""
        return self._ledger.groups.get(subject, subject)

    def decisions(self, together: Sequence[Said]) -> Iterator[Decision]:
        """Yield the decisions of words that were said at once."""
        bulk = together[0].id if len(together) > 1 else None
        for word in together:
            place = self.canonical(word.subject)
            other = word.other
            yield Decision(
                word.id,
                self._ledger.shown_ms(word.time, word.rid),
                word.person,
                self._names.get((word.person, word.rid), ""),
                word.word,
                place,
                self._subject(place),
                "" if self._ledger.redactions.hides(word.id, word.rid) else word.reason,
                self._fate(word),
                other,
                self._own_name(other) if other else "",
                bulk,
            )

    # --- places -----------------------------------------------------------------------------

    def _read_subjects(self, said: Iterable[Said]) -> dict[bytes, Subject]:
        wanted = {self.canonical(word.subject) for word in said}
        wanted |= {word.other for word in said if word.other}
        found = {}
        for part in _chunks(sorted(wanted)):
            rows = self._project.connection.execute(
                "SELECT f.uuid, f.name, f.category, p.name, f.life FROM shown f"
                " LEFT JOIN person p ON p.id = f.author"
                f" WHERE f.uuid IN ({','.join('?' * len(part))})",
                part,
            )
            for uuid, name, category, author, life in rows:
                found[uuid] = Subject(name or "", category or "", author or "", life == ON_MAP)
        return found

    def _subject(self, place: bytes) -> Subject:
        found = self._subjects.get(place, _UNKNOWN)
        if found.name or found.is_there:
            return found
        # What is gone has no row that says anything; what it was called stands in the log.
        self._subjects[place] = found = self._as_it_was(place, found)
        return found

    def _as_it_was(self, place: bytes, found: Subject) -> Subject:
        values = {"name": "", "category": ""}
        author = found.author
        for change in sorted(self._project.model.changes(place), key=lambda c: c.rank):
            if self._ledger.redactions.hides(change.id, change.stamp.rid):
                continue
            if change.kind == Kind.CREATE and not author:
                author = self._names.get((change.person, change.stamp.rid), "")
            if change.kind in (Kind.CREATE, Kind.SET):
                for field in values:
                    if isinstance(value := value_of(change, field), str):
                        values[field] = value
        return Subject(values["name"], values["category"], author, False)

    def _own_name(self, feature: bytes) -> str:
        """Return the name that a feature had before it was one with another."""
        found = self._subjects.get(feature, _UNKNOWN)
        if found.name:
            return found.name
        own = [c for c in self._project.model.changes(feature) if c.subject == feature]
        for change in sorted(own, key=lambda c: c.rank, reverse=True):
            is_hidden = self._ledger.redactions.hides(change.id, change.stamp.rid)
            if not is_hidden and isinstance(value := value_of(change, "name"), str):
                return value
        return ""

    # --- what became of it ------------------------------------------------------------------

    def _counts(self, word: Said) -> bool:
        extent = self._standing.extents.get(word.rid)
        return extent is not None and extent.role(word.id.segment) == Role.COORDINATOR

    def _fate(self, word: Said) -> Fate:
        if not self._counts(word):
            return "void"
        later = self._replaced.get(word.id)
        if later is None:
            return "contested" if word.id in self._contested else ""
        is_own = (later.rid, later.person) == (word.rid, word.person)
        return "taken_back" if is_own else "overruled"

    def _find_contested(self, said: Collection[Said]) -> set[ChangeId]:
        """Return the words beside which another one is in force that says otherwise."""
        heads: dict[bytes, list[Said]] = {}
        found: set[ChangeId] = set()
        for word in said:
            if word.id not in self._replaced and not word.other:
                heads.setdefault(word.subject, []).append(word)
        # A laptop that was copied may contradict itself.
        copied = {rid for rid in {w.rid for w in said} if self._project.log.tips_of(rid) > 1}
        for subject, words in heads.items():
            # A place is decided about again as more is said of it: the rules tell the two apart.
            speakers = {(word.rid, word.person) for word in words}
            if len(speakers) > 1 or (len(words) > 1 and words[0].rid in copied):
                rulings = self._project.model.outcome(subject).rulings.values()
                found |= {v.id for r in rulings if r.is_contested for v in r.said}
        for pair in self._ledger.pairs.values():
            if len({word.element for word in pair}) > 1:
                found |= {word.id for word in pair}
        return found


_UNKNOWN = Subject("", "", "", False)


def _chunks(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
