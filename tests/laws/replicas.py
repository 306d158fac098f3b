"""Real laptops in one folder: sessions on real files, hand-turned clocks, a wire that misbehaves.

Beside each action it notes, in plain values, what its author could see on the screen; the laws are
checked against those notes and not against the program's own `over` and `seen`.
"""

import random
import shutil
import struct
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.authority import Standing, fold_roles
from collabmap.domain.cells import cell_of
from collabmap.domain.change import AUTH, COMMENT, TAG, Change
from collabmap.domain.digest import DIGEST_MODULUS
from collabmap.domain.feature import PlaceDraft, PlaceView
from collabmap.domain.merge import Outcome, merge_all
from collabmap.domain.segment import Segment
from collabmap.review.queue import ReviewItem
from collabmap.store.device import Device
from collabmap.store.log import TAIL

from .reference import cells_of

YEAR_MS = 365 * 24 * 3600 * 1000
START_MS = 1_773_000_000_000


class HandClock:
    """A clock that moves when it is told to.  skew_ms: how wrong this laptop is."""

    def __init__(self, skew_ms: int) -> None:
        self.now_ms = START_MS + skew_ms

    def __call__(self) -> int:
        self.now_ms += 7
        return self.now_ms


def laptop_of(folder: Path, number: int) -> Device:
    """Return a device with always the same key, so that a run can be played again."""
    home = folder / str(number)
    home.mkdir()
    (home / "device.key").write_text(f"{number + 1:02x}" * 32, encoding="ascii")
    return Device(home)


@dataclass
class Told:
    """What an action said, in plain values.  saw: values, tags or texts its author had on screen.

    author: (laptop, person).  word: the last verdict said on it.
    """

    subject: bytes
    kind: str
    value: str
    author: tuple[int, int]
    saw: frozenset[str] = frozenset()
    word: str = ""


@dataclass
class Town:
    """A coordinator (laptop 0) and residents, each with a copy that was handed out."""

    laptops: list[Session]
    folder: Path
    told: list[Told] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    turn: list[int] = field(default_factory=list)
    subjects: list[bytes] = field(default_factory=list)

    @classmethod
    def found(cls, residents: int, skews_ms: Iterable[int]) -> "Town":
        folder = Path(tempfile.mkdtemp(prefix="laws-"))
        skews = iter(skews_ms)
        founder = Session.create(
            folder / "town", laptop_of(folder, 0), "Town", "Camille", now=HandClock(next(skews))
        )
        founder.project.connection.execute("PRAGMA synchronous = OFF")
        kit = founder.hand_out(folder / "kit")
        laptops = [founder]
        for number in range(1, residents + 1):
            inside = folder / f"map-{number}"
            inside.mkdir()
            device = laptop_of(folder, number)
            session = Session.open_kit(kit.path, inside, device, now=HandClock(next(skews)))
            session.project.connection.execute("PRAGMA synchronous = OFF")
            session.begin_person(f"P{number}-0")
            laptops.append(session)
        return cls(laptops, folder, turn=[0] * len(laptops))

    def close(self) -> None:
        for session in self.laptops:
            session.close()
            session.device.close()
        shutil.rmtree(self.folder)

    def count(self, case: str) -> None:
        self.met[case] = self.met.get(case, 0) + 1

    def begin_with(self, places: int) -> None:
        """Add places that all know from the start: people disagree only about what they share."""
        self.subjects = [self.add(laptop, ("eau",)) for laptop in range(places)]
        self.gather()

    # --- people act ---------------------------------------------------------------------------

    def author(self, laptop: int) -> tuple[int, int]:
        return laptop, self.turn[laptop]

    def switch_person(self, laptop: int) -> None:
        session = self.laptops[laptop]
        people = sorted(p.name for p in session.people_here())
        if len(people) < 2:
            session.begin_person(f"P{laptop}-1")
            self.turn[laptop] = 1
            return
        self.turn[laptop] = 1 - self.turn[laptop]
        name = (
            "Camille" if (laptop, self.turn[laptop]) == (0, 0) else f"P{laptop}-{self.turn[laptop]}"
        )
        session.switch_person(next(p.id for p in session.people_here() if p.name == name))

    def add(self, laptop: int, tags: tuple[str, ...]) -> bytes:
        value = f"n{len(self.told)}"
        subject = self.laptops[laptop].add(PlaceDraft(value, "eau", 7.42, 43.73, tags=tags))
        self.told.append(Told(subject, "create", value, self.author(laptop)))
        for tag in tags:
            self.told.append(Told(subject, "tag", tag, self.author(laptop)))
        return subject

    def view(self, laptop: int, subject: bytes) -> PlaceView | None:
        view = self.laptops[laptop].reader.place(subject)
        return view if view is not None and view.state != "rejected" else None

    def rename(self, laptop: int, view: PlaceView) -> None:
        value = f"n{len(self.told)}"
        saw = frozenset({view.name} | {str(s.value) for s in view.siblings if s.field == "name"})
        self.laptops[laptop].edit(view, {"name": value})
        self.told.append(Told(view.id, "set", value, self.author(laptop), saw))

    def retag(self, laptop: int, view: PlaceView, tags: tuple[str, ...]) -> None:
        removed = frozenset(view.tags) - frozenset(tags)
        known = self.elements(laptop, view.id, TAG)
        self.laptops[laptop].edit(view, {"tags": tags})
        for tag in tags:
            if tag not in view.tags:
                self.told.append(Told(view.id, "tag", tag, self.author(laptop)))
        if removed:
            saw = frozenset(leaf for leaf, text, _ in known if text in removed)
            self.told.append(Told(view.id, "untag", "", self.author(laptop), saw))

    def delete(self, laptop: int, view: PlaceView) -> None:
        saw = frozenset(self.known_values(laptop, view.id))
        self.laptops[laptop].delete(view)
        self.count("delete")
        self.told.append(Told(view.id, "delete", "", self.author(laptop), saw))

    def decide(self, word: str, item: ReviewItem) -> None:
        coordinator = self.laptops[0]
        known = set(self.known_values(0, item.id))
        if word == "accept":
            coordinator.accept(item)
        else:
            coordinator.reject(item, "doublon")
        self.count(f"{word} {item.kind}")
        for said in self.told:
            if said.subject == item.id and (said.value in known or said.kind == "delete"):
                said.word = "decided"

    def known_values(self, laptop: int, subject: bytes) -> list[str]:
        """Return the names and texts that a laptop holds about a place, in effect or not."""
        changes = self.laptops[laptop].project.model.changes(subject)
        names = [c.payload["name"] for c in changes if isinstance(c.payload, dict)]
        return names + [leaf for leaf, _, _ in self.elements(laptop, subject, None)]

    def elements(
        self, laptop: int, subject: bytes, kind: str | None
    ) -> list[tuple[str, str, Change]]:
        changes = self.laptops[laptop].project.model.changes(subject)
        return [
            (c.leaf.hex(), str(c.payload), c)
            for c in changes
            if c.element in (TAG, COMMENT) and not c.seen and kind in (None, c.element)
        ]

    # --- the wire -----------------------------------------------------------------------------

    def segments(self, laptop: int) -> list[Segment]:
        session = self.laptops[laptop]
        session.seal()
        return list(session.project.log.since({}))

    def deliver(self, laptop: int, segments: Iterable[Segment]) -> None:
        session = self.laptops[laptop]
        with session.project.writing():
            session.ingest.receive(segments)

    def sync(self, source: int, to: int, chance: random.Random, share: float) -> None:
        """Deliver some segments, in any order, some of them twice: there are gaps."""
        segments = self.segments(source)
        chance.shuffle(segments)
        some = segments[: max(1, round(share * len(segments)))]
        self.deliver(to, some + some[:2])
        if self.laptops[to].reader.counts().disagreements:
            self.count("disagreement")

    def gather(self) -> None:
        """Bring everything to everybody."""
        for source in range(len(self.laptops)):
            segments = self.segments(source)
            for target in range(len(self.laptops)):
                self.deliver(target, segments)
        assert all(s.project.log.unapplied() == 0 for s in self.laptops)


# --- what a laptop holds, two ways ------------------------------------------------------------


def digest(session: Session) -> str:
    return session.project.model.digest()


def all_changes(session: Session) -> list[Change]:
    log = session.project.log
    rows = session.project.connection.execute("SELECT id FROM segment WHERE state = 1").fetchall()
    changes = [c for (segment_id,) in rows for c in log.changes_of(segment_id)]
    return changes + list(log.changes_of(TAIL))


def reference(session: Session) -> dict[bytes, Outcome]:
    """Return what the pure model makes of all that a laptop holds."""
    changes = all_changes(session)
    return merge_all(changes, standing_of(session, changes))


def standing_of(session: Session, changes: Iterable[Change]) -> Standing:
    """Return everybody's standing, folded from all changes at once."""
    rows = session.project.connection.execute(
        "SELECT rid, name, previous FROM segment WHERE state = 1"
    )
    branches: dict[bytes, dict[bytes, bytes]] = {}
    for rid, name, previous in rows:
        branches.setdefault(rid, {})[name] = previous
    head = session.project.log.tail_head()
    if head is not None:
        branches.setdefault(head.rid, {})[b""] = head.previous
    said = [c for c in changes if c.kind in AUTH]
    return fold_roles(session.project.genesis, said, lambda rid: branches.get(rid, {}))


def rows(session: Session) -> dict[bytes, tuple[object, ...]]:
    """Return the read model's rows, without local numbers."""
    found = session.project.connection.execute(
        "SELECT f.uuid, f.life, f.state, f.waiting, f.disagreement, min(f.published, 2), a.uuid,"
        " f.category, f.name, f.lng, f.lat, f.fields, f.digest,"
        " coalesce(p.name, o.name), coalesce(p.fields, o.fields),"
        " b.west, a.rid, f.born, f.changed FROM shown f"
        " LEFT JOIN published p ON p.feature = f.id LEFT JOIN person a ON a.id = f.author"
        " LEFT JOIN feature o ON o.id = f.id AND f.published = 3"
        " LEFT JOIN feature_box b ON b.id = f.id"
    )
    return {row[0]: row[1:] for row in found}


def assert_equals_reference(session: Session) -> None:
    """Law 11: the rows and where they are found are what the pure model says."""
    outcomes = reference(session)
    assert cells_of(session.project) == sorted(
        (cell_of(*position), subject)
        for subject, outcome in outcomes.items()
        if (position := _position(outcome)) is not None
    )
    total = sum(o.digest for o in outcomes.values()) % DIGEST_MODULUS
    assert session.project.model.feature_digest() == total
    held = rows(session)
    assert held.keys() == outcomes.keys()
    for subject, outcome in outcomes.items():
        life, state, waiting, disagreement, published, author, _, name = held[subject][:8]
        assert state == (str(outcome.state) if outcome.state else None)
        assert life == (0 if outcome.state is None else 2 if outcome.birth is None else 1)
        names = outcome.shown.registers.get("name", ())
        if life == 1:
            assert name == names[0].payload["name"]
            assert author == (outcome.birth.person if outcome.birth else None)
            assert bool(waiting) == bool(outcome.waiting or disagreement)
            assert bool(disagreement) == (len({w.payload["name"] for w in names}) > 1)
        assert bool(published) == outcome.published.is_alive
        if published == 2:
            public = outcome.published.registers["name"][0]
            assert held[subject][12] == public.payload["name"]


def _position(outcome: Outcome) -> tuple[float, float] | None:
    """Return where a place is on the map, None if it is not; these towns hold points only."""
    if outcome.state is None or outcome.birth is None:
        return None
    face = outcome.shown if outcome.shown.is_alive else outcome.published
    lng, lat = struct.unpack_from("<dd", face.registers["geometry"][0].payload["geometry"], 5)
    return lng, lat


def assert_equals_rebuild(session: Session) -> None:
    """Law 3: what grew change by change is what a rebuild from the log gives."""
    before, digest_before = rows(session), digest(session)
    cells_before = cells_of(session.project)
    session.rebuild()
    assert rows(session) == before
    assert cells_of(session.project) == cells_before
    assert digest(session) == digest_before


def fresh_copies(town: Town) -> list[Segment]:
    """Return every segment of the town, as read back from its bytes."""
    town.gather()
    return [wire.parse(s.data) for s in town.segments(0)]


def empty(town: Town, laptop: int) -> None:
    """Make a laptop forget every change, as if its copy were new."""
    project = town.laptops[laptop].project
    with project.writing():
        project.connection.execute("DELETE FROM segment")
        project.model.rebuild()
