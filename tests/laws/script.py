"""Stories told once and played everywhere: on the pure model, and on real files in many orders.

Each word of a story is signed as a segment of its own by whoever says it, with what its author
had seen written out by the test, so nothing here leans on the program's own `over` and `seen`.
"""

import functools
import hashlib
import itertools
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collabmap.app.settings import DEFAULT_THEME
from collabmap.domain import segment as wire
from collabmap.domain.authority import Standing, fold_roles
from collabmap.domain.change import AUTH, SAME, Change, Kind, WireChange, decode, encode
from collabmap.domain.digest import DIGEST_MODULUS
from collabmap.domain.feature import ChangeId
from collabmap.domain.hlc import Stamp
from collabmap.domain.ids import replica_id
from collabmap.domain.merge import merge_all
from collabmap.domain.outcome import Outcome
from collabmap.domain.roles import Genesis, Role, enrolment_words, found
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.domain.structure import (
    add_structure,
    alias_structure,
    close_structure,
    create_structure,
    delete_structure,
    keys_structure,
    read_structure,
    redact_structure,
    remove_structure,
    role_structure,
    set_structure,
    successor_structure,
    verdict_structure,
)
from collabmap.store.ingest import Ingest
from collabmap.store.project import Project

from .reference import assert_rows_follow

GUEST, RESIDENT, COORDINATOR = Role.GUEST, Role.RESIDENT, Role.COORDINATOR
PLACE, OTHER, THIRD = (bytes([n]) * 16 for n in (1, 2, 3))
TEN_YEARS = 10 * 365 * 24 * 3600 * 1000 << 16
BEGIN = 1_773_000_000_000 << 16
ORDERS = 6


@functools.cache
def key_of(who: str) -> SigningKey:
    """Return always the same key for a name; both copies of a laptop (R1, R1') have one."""
    return SigningKey(hashlib.blake2b(who.rstrip("'").encode(), digest_size=32).digest())


def rid_of(who: str) -> bytes:
    return replica_id(key_of(who).public)


@functools.cache
def genesis() -> Genesis:
    return found("Town", key_of("F"), b"n" * 16, DEFAULT_THEME, recovery=key_of("paper").public)


@dataclass(frozen=True)
class Said:
    """One word of the story.  over: what it replaces, with all that those had replaced."""

    who: str
    subject: bytes
    segment: Segment
    over: frozenset[ChangeId] = frozenset()

    @property
    def id(self) -> ChangeId:
        return ChangeId(self.segment.name, 0)

    @property
    def head(self) -> bytes:
        return self.segment.name


@dataclass
class Branch:
    next: int = 0
    previous: bytes = b""
    time: int = 0


def _joined(over: Iterable[Said]) -> frozenset[ChangeId]:
    """Return what a writer who sees these has seen replaced, and these."""
    over = list(over)
    return frozenset(s.id for s in over).union(*(s.over for s in over))


@dataclass
class Script:
    """What everybody says.  F founds; whoever's name begins with C marks own work as accepted."""

    ahead: dict[str, int] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    branches: dict[str, Branch] = field(default_factory=dict)
    turns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._count = itertools.count(1)

    # --- saying -------------------------------------------------------------------------------

    def say(
        self,
        who: str,
        kind: int,
        subject: bytes,
        structure: bytes,
        payload: object = None,
        over: frozenset[ChangeId] = frozenset(),
        at: int | None = None,
    ) -> Said:
        """Sign a word.  at: its time, to make two copies say something at the same moment."""
        branch = self.branches.setdefault(who, Branch())
        time = at or BEGIN + (next(self._count) << 16) + self.ahead.get(who, 0)
        time = max(time, branch.time + 1)
        person = self.turns.get(who, who.rstrip("'"))
        packed = None if payload is None else encode(payload)
        segment = wire.seal(
            key_of(who),
            genesis().project,
            first=branch.next,
            previous=branch.previous,
            person=hashlib.blake2b(person.encode(), digest_size=16).digest(),
            seed=hashlib.blake2b(f"{who}{next(self._count)}".encode(), digest_size=16).digest(),
            changes=[WireChange(kind, time, subject, structure, packed)],
        )
        self.branches[who] = Branch(branch.next + 1, segment.name, time)
        word = Said(who, subject, segment, over)
        self.said.append(word)
        return word

    def fork(self, who: str) -> str:
        """Copy a laptop as it is now; return the name of the copy."""
        copy = who + "'"
        self.branches[copy] = self.branches.get(who, Branch())
        return copy

    def _own(self, who: str, own: bool | None) -> bool:
        return who[0] in "CF" if own is None else own

    def create(
        self,
        who: str,
        name: str = "v1",
        subject: bytes = PLACE,
        own: bool | None = None,
        at: int | None = None,
        **values: Any,
    ) -> Said:
        point = b"\x01\x01\x00\x00\x00" + bytes(16)
        payload = {"name": name, "category": "eau", "geometry": point, **values}
        structure = create_structure(payload, own_accept=self._own(who, own))
        return self.say(who, Kind.CREATE, subject, structure, payload, at=at)

    def set(
        self,
        who: str,
        value: Any,
        over: Iterable[Said],
        subject: bytes = PLACE,
        name: str = "name",
        own: bool | None = None,
    ) -> Said:
        """Write over these values, and over all that they had replaced."""
        names = _joined(over)
        structure = set_structure({name: names}, own_accept=self._own(who, own))
        return self.say(who, Kind.SET, subject, structure, {name: value}, names)

    def delete(self, who: str, seen: Iterable[Said], subject: bytes = PLACE) -> Said:
        structure = delete_structure([s.id for s in seen], own_accept=self._own(who, None))
        return self.say(who, Kind.DELETE, subject, structure)

    def add(
        self,
        who: str,
        text: Any,
        element: str = "tag",
        subject: bytes = PLACE,
        target: bytes = b"",
        at: int | None = None,
    ) -> Said:
        element_id = hashlib.blake2b(f"{next(self._count)}".encode(), digest_size=16).digest()
        own = self._own(who, None)
        structure = add_structure(element, element_id, own_accept=own, target=target)
        return self.say(who, Kind.ADD, subject, structure, text, at=at)

    def remove(
        self, who: str, seen: Iterable[Said], element: str = "tag", subject: bytes = PLACE
    ) -> Said:
        own = self._own(who, None)
        structure = remove_structure(element, [s.id for s in seen], own_accept=own)
        return self.say(who, Kind.REMOVE, subject, structure)

    def verdict(
        self,
        who: str,
        words: Mapping[str, Iterable[Said]],
        over: Iterable[Said] = (),
        seen: Iterable[Said] = (),
        subject: bytes = PLACE,
        reason: str | None = None,
    ) -> Said:
        names = _joined(over)
        said = {word: [s.id for s in targets] for word, targets in words.items()}
        structure = verdict_structure(said, over=names, seen=[s.id for s in seen])
        return self.say(who, Kind.VERDICT, subject, structure, reason, names)

    def accept(
        self, who: str, *targets: Said, over: Iterable[Said] = (), seen: Iterable[Said] = ()
    ) -> Said:
        return self.verdict(who, {"accept": targets}, over, seen, targets[0].subject)

    def reject(self, who: str, *targets: Said, over: Iterable[Said] = ()) -> Said:
        return self.verdict(who, {"reject": targets}, over, (), targets[0].subject, "non")

    def role(
        self,
        by: str,
        of: str,
        role: Role,
        heads: Iterable[Said] | None = None,
        over: Iterable[Said] = (),
    ) -> Said:
        """Grant or revoke.  heads: the tips named; None for where that laptop's log ends now."""
        names = _joined(over)
        if heads is None:
            end = self.branches.get(of, Branch()).previous
            named = [end] if end else []
        else:
            named = [head.head for head in heads]
        structure = role_structure(rid_of(of), role, named, names)
        return self.say(by, Kind.ROLE, rid_of(of), structure, None, names)

    def admit(self, *residents: str, by: str = "F") -> None:
        for who in residents:
            self.role(by, who, RESIDENT, [])

    def promote(self, *coordinators: str, by: str = "F") -> None:
        for who in coordinators:
            self.role(by, who, COORDINATOR)

    def alias(
        self, who: str, first: bytes, second: bytes, word: str = SAME, over: Iterable[Said] = ()
    ) -> Said:
        names = _joined(over)
        low, high = sorted((first, second))
        return self.say(who, Kind.ALIAS, low, alias_structure(high, word, names), None, names)

    def invite(self, who: str, name: str) -> Said:
        return self.say(who, Kind.INVITE, b"", keys_structure(key_of(name).public))

    def enrol(self, who: str, name: str) -> Said:
        key = key_of(name)
        signature = key.sign(enrolment_words(genesis().project, rid_of(who)))
        return self.say(who, Kind.ENROL, b"", keys_structure(key.public, signature))

    def close(self, who: str, name: str, came: Iterable[str]) -> Said:
        structure = close_structure(key_of(name).public, [rid_of(each) for each in came])
        return self.say(who, Kind.CLOSE, b"", structure)

    def succeed(self, who: str, heir: str) -> Said:
        return self.say(who, Kind.SUCCESSOR, b"", successor_structure(key_of(heir).public))

    def redact(self, who: str, *targets: Said) -> Said:
        subject = targets[0].subject
        return self.say(who, Kind.REDACT, subject, redact_structure([t.id for t in targets]))

    # --- playing ------------------------------------------------------------------------------

    def everywhere(
        self,
        look: Callable[["Look"], None],
        hold: Iterable[Said] = (),
        without: Iterable[Said] = (),
    ) -> None:
        """Look at the end of the story on the pure model and on real files, in several orders.

        hold: put on hold, with all that follows it.  without: never arrives.
        """
        told = [s.segment for s in self.said if s not in list(without)]
        held = frozenset(s.head for s in hold)
        pure = self.pure(told, held)
        look(pure)
        digests = set()
        for order in range(ORDERS):
            with copy() as here:
                _play(here, told, held, random.Random(order))
                real = Look(here.project.model.outcome, here.project.model.ledger.standing, here)
                assert_rows_follow(here.project)
                look(real)
                digests.add(here.project.model.digest())
                assert here.project.model.feature_digest() == pure.digest
                before = here.project.model.digest()
                with here.project.writing():
                    here.project.model.rebuild()
                assert here.project.model.digest() == before
        assert len(digests) == 1

    def pure(self, told: list[Segment], held: frozenset[bytes]) -> "Look":
        """Return what the pure rules make of these segments, held or not."""
        out = set(held)
        for segment in told:
            if segment.head.previous in out:
                out.add(segment.name)
        changes = [change for s in told for change in changes_of(s)]
        branches: dict[bytes, dict[bytes, bytes]] = {}
        for segment in told:
            branches.setdefault(segment.rid, {})[segment.name] = segment.head.previous
        is_held = {c.id for c in changes if c.id.segment in out}
        said = [c for c in changes if c.kind in AUTH]
        standing = fold_roles(genesis(), said, lambda rid: branches.get(rid, {}), is_held)
        kept = [c for c in changes if c.id not in is_held or c.kind == Kind.REDACT]
        outcomes = merge_all(kept, standing)
        assert merge_all(kept[::-1], standing).keys() == outcomes.keys()
        digest = sum(o.digest for o in merge_all(kept[::-1], standing).values())
        assert digest == sum(o.digest for o in outcomes.values())

        def outcome(subject: bytes) -> Outcome:
            return next(o for s, o in outcomes.items() if s == subject)

        return Look(outcome, standing, None, digest % DIGEST_MODULUS)


def changes_of(segment: Segment) -> list[Change]:
    """Return the changes of a story's segment as the rules see them."""
    body = wire.open_body(segment)
    found = []
    for place, row in enumerate(body.changes):
        parts = read_structure(row.kind, row.subject, row.structure, lambda number: None)
        payload = decode(row.payload) if row.payload else None
        name, stamp = ChangeId(segment.name, place), Stamp(row.time, segment.rid)
        leaf = body.leaves[place]
        found.append(Change(name, stamp, leaf, body.person, row.kind, row.subject, *parts, payload))
    return found


def _play(here: "Copy", told: list[Segment], held: frozenset[bytes], chance: random.Random) -> None:
    """Deliver the story: as told, backwards, or shuffled, in parts and some of it twice."""
    told = told.copy()
    order = chance.randrange(4)
    if order == 1:
        told.reverse()
    elif order > 1:
        chance.shuffle(told)
    parts = []
    while told:
        cut = chance.choice([1, 1, 2, len(told)])
        parts.append(told[:cut])
        told = told[cut:]
    early = chance.random() < 0.5
    for part in parts:
        here.deliver(part + part[:1])
        if held and early:
            here.hold(held)
    if held:
        here.hold(held)


# --- real files -------------------------------------------------------------------------------


@dataclass
class Copy:
    """A real project file of the story's town, on a laptop that says nothing itself."""

    project: Project
    ingest: Ingest

    def deliver(self, segments: Iterable[Segment]) -> None:
        with self.project.writing():
            # As from a file: read again from its bytes.
            self.ingest.receive([wire.parse_received(s.data) for s in segments])

    def hold(self, names: Iterable[bytes]) -> None:
        with self.project.writing():
            self.ingest.hold_only(list(names))


@functools.cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="laws-template-"))
    project = Project.create(folder / "map.collabmap", genesis())
    with project.writing():
        project.model.rebuild()
    project.close()
    return folder / "map.collabmap"


@contextmanager
def copy() -> Iterator[Copy]:
    """Lend an empty copy of the town's map."""
    with tempfile.TemporaryDirectory(prefix="laws-") as folder:
        path = Path(folder) / "map.collabmap"
        shutil.copyfile(_template(), path)
        project = Project.open(path)
        project.connection.execute("PRAGMA synchronous = OFF")
        try:
            yield Copy(project, Ingest(project, key_of("reader"), rid_of("reader")))
        finally:
            project.close()


# --- looking ----------------------------------------------------------------------------------


@dataclass
class Look:
    """The town at the end of a story.  here: the real file, None on the pure model."""

    outcome_of: Callable[[bytes], Outcome]
    standing: Standing
    here: Copy | None
    digest: int = 0

    def outcome(self, subject: bytes = PLACE) -> Outcome:
        return self.outcome_of(subject)

    def shown(self, subject: bytes = PLACE, name: str = "name") -> list[Any]:
        """Return the value shown, then its siblings; nothing for a place that is not there."""
        face = self.outcome(subject).shown
        writes = face.registers.get(name, ()) if face.is_alive else ()
        return [w.payload[name] if w.payload else None for w in writes]

    def published(self, subject: bytes = PLACE, name: str = "name") -> list[Any]:
        face = self.outcome(subject).published
        writes = face.registers.get(name, ()) if face.is_alive else ()
        return [w.payload[name] if w.payload else None for w in writes]

    def texts(self, element: str = "tag", subject: bytes = PLACE) -> list[Any]:
        return [e.payload for e in self.outcome(subject).shown.elements if e.element == element]

    def state(self, subject: bytes = PLACE) -> str | None:
        state = self.outcome(subject).state
        return str(state) if state else None

    def role(self, who: str) -> Role:
        return self.standing.of_key(rid_of(who))

    def word(self, said: Said) -> str:
        return self.outcome(said.subject).rulings[said.id].word

    def waits(self, said: Said) -> bool:
        return said.id in self.outcome(said.subject).waiting
