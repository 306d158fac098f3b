"""An evening in a town: real laptops on real files, wrong clocks, a wire that misbehaves.

Every action notes in plain values what its author had on the screen (witness.py), and counts what
it met.  A run without that case proves nothing about the law that is about it.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collabmap.app.desk import Desk
from collabmap.app.session import Session
from collabmap.domain import segment as wire
from collabmap.domain.change import CONTENT, Change, Kind
from collabmap.domain.feature import ChangeId, PlaceDraft, PlaceView
from collabmap.domain.roles import Role
from collabmap.domain.segment import Segment
from collabmap.domain.signing import SigningKey
from collabmap.errors import NotInvited, RoleTakenAway
from collabmap.store.device import Device
from collabmap.store.ingest import Received
from collabmap.store.log import TAIL

from .founding import FOUNDER, SECOND, SKEWS_MS, START_MS, HandClock, template
from .reference import features_of
from .witness import NOTHING, Deed, Leaf, Leaves, Scene, Witness, groups


@dataclass
class Laptop:
    """A session with its folder and clock, and what the test knows of it.

    came: per merge, the segments that it kept.  held: the merges that are on hold.  forms: places
    that somebody looks at.
    """

    session: Session
    folder: Path
    clock: HandClock
    came: list[tuple[bytes, ...]] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    forms: list[tuple[PlaceView, Scene]] = field(default_factory=list)
    backup: Path | None = None

    @property
    def rid(self) -> bytes:
        return self.session.rid

    @property
    def person(self) -> bytes:
        person = self.session.person
        return person.id if person else b""

    def last_done(self) -> tuple[int, dict[str, Any]] | None:
        """Return what this person can undo."""
        session = self.session
        return session.device.last_deed("undo", session.project.id, self.person)

    def last_undone(self) -> tuple[int, dict[str, Any]] | None:
        """Return what this person can do again."""
        session = self.session
        return session.device.last_deed("redo", session.project.id, self.person)

    def remember(self, leaves: list[Leaf]) -> None:
        """Hold what was just noted against what undo has noted of it."""
        last = self.last_done()
        if leaves and last is not None:
            assert {leaf for _, leaf in last[1]["deeds"]} == set(leaves)


class Town:
    """Five laptops or more, and everything that people do with them.

    is_app: after a merge each laptop does what the app does, and signs with another key where its
    own was copied.  Otherwise both ends go on, as far as the log alone allows.
    """

    def __init__(self, *, is_app: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="laws-"))
        self.witness = Witness()
        self.met: dict[str, int] = {}
        self.steps = 0
        self.is_app = is_app
        self.subjects: list[bytes] = []
        self.post: list[tuple[int, list[Segment]]] = []
        self.lost: set[Leaf] = set()
        self.forgotten: set[Leaf] = set()
        self.invitation: SigningKey | None = None
        self.future: list[Segment] = []
        self._count = 0
        self.laptops: list[Laptop] = []
        shutil.copytree(template(), self.folder / "t")
        for number, skew in enumerate(SKEWS_MS):
            self._open(self.folder / "t" / str(number), HandClock(skew))
        # Whoever may decide, as the test gave it out.
        self.witness.founders |= {self.laptops[n].rid for n in (FOUNDER, SECOND)}

    def _open(self, folder: Path, clock: HandClock, **known: Any) -> Laptop:
        path = next(folder.glob("*.collabmap"))
        session = Session.open(path, Device(folder), now=clock)
        session.project.connection.execute("PRAGMA synchronous = OFF")
        laptop = Laptop(session, folder, clock, **known)
        self.laptops.append(laptop)
        return laptop

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.session.project.close()
            laptop.session.device.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def count(self, case: str, times: int = 1) -> None:
        if times:
            self.met[case] = self.met.get(case, 0) + times

    def token(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def begin_with(self, places: int) -> None:
        """Add places that all know: people disagree only about what they share."""
        for number in range(places):
            self.add(self.laptops[number % 4], ("eau",))
        self.gather()

    # --- looking ------------------------------------------------------------------------------

    def scene(self, laptop: Laptop, subject: bytes) -> Scene:
        model = laptop.session.project.model
        top = model.canonical(subject)
        return self.witness.scene(top, model.changes(top), model.ledger.standing)

    def look(self, laptop: Laptop, subject: bytes) -> tuple[PlaceView, Scene] | None:
        """Return what the screen shows of a place, held against what it must show."""
        view = laptop.session.reader.place(subject)
        if view is None or view.state == "rejected":
            return None
        scene = replace(self.scene(laptop, subject), hidden=self._hidden(laptop))
        heads = (scene.heads if scene.is_alive else scene.public).get("name", ())
        texts = [scene.deeds[h].text for h in heads]
        names = [t.get("name") if isinstance(t, dict) else None for t in texts]
        if heads and heads[0] not in self.forgotten:
            assert view.name == ("" if heads[0] in scene.hidden else names[0])
        return view, scene

    def _hidden(self, laptop: Laptop) -> Leaves:
        model = laptop.session.project.model
        redactions = model.ledger.redactions
        if not redactions:
            return NOTHING
        return frozenset(
            c.leaf
            for s in self.subjects
            for c in model.changes(s)
            if redactions.hides(c.id, c.stamp.rid)
        )

    def names(self, laptop: Laptop, subject: bytes, leaves: Iterable[Leaf]) -> list[ChangeId]:
        """Return the names that a laptop has now for what the test knows by leaf."""
        by_leaf = {c.leaf: c.id for c in laptop.session.project.model.changes(subject)}
        return [by_leaf[leaf] for leaf in leaves if leaf in by_leaf]

    # --- writing ------------------------------------------------------------------------------

    def new_changes(self, laptop: Laptop) -> list[Change]:
        """Return what a laptop has just written, which nobody noted yet."""
        log = laptop.session.project.log
        return [c for c in log.changes_of(TAIL) if c.leaf not in self.witness.deeds]

    def note(
        self,
        laptop: Laptop,
        *,
        saw: dict[int, Leaves] | None = None,
        fields: dict[str, Leaves] | None = None,
        swept: Leaves = NOTHING,
        own: bool = False,
        leaf_of: dict[ChangeId, Leaf] | None = None,
    ) -> list[Leaf]:
        """Note as deeds what was just written.

        saw: per kind, what it is about.  fields: per field, what a set replaces.
        """
        leaves = []
        for change in self.new_changes(laptop):
            about = (saw or {}).get(change.kind, NOTHING)
            leaves += self.note_one(
                laptop, change, about, fields=fields, swept=swept, own=own, leaf_of=leaf_of
            )
        return leaves

    def note_one(
        self,
        laptop: Laptop,
        change: Change,
        saw: Leaves,
        *,
        fields: dict[str, Leaves] | None = None,
        swept: Leaves = NOTHING,
        own: bool = False,
        leaf_of: dict[ChangeId, Leaf] | None = None,
    ) -> list[Leaf]:
        """Note one change as a deed; return its leaf if it is about a place."""
        assert change.stamp.rid == laptop.rid
        said: dict[str, Leaves] = {"": saw}
        if change.kind == Kind.CREATE:
            said = dict.fromkeys(change.over, NOTHING)
        elif change.kind == Kind.SET:
            assert fields is not None
            said = {name: fields[name] for name in change.over}
        words = {(leaf_of or {})[name]: word for name, word in change.words.items()}
        other = change.keys[0] if change.kind == Kind.ALIAS else b""
        self.witness.deeds[change.leaf] = Deed(
            change.leaf, change.stamp.rid, change.person, change.stamp.time, change.subject,
            change.kind, change.element, own, said, words, swept, other, change.payload,
        )  # fmt: skip
        is_told = change.kind in CONTENT or change.kind in (Kind.VERDICT, Kind.ALIAS)
        return [change.leaf] if is_told else []

    def raw(self, laptop: Laptop, rows: list[tuple[int, bytes, bytes, bytes | None]]) -> bool:
        """Write rows that no verb writes yet, as whoever sits there."""
        session = laptop.session
        person = session.person
        assert person is not None
        with session.project.writing():
            session.ingest.write([*session.preface(person), *rows])
        return True

    def add(self, laptop: Laptop, tags: tuple[str, ...]) -> bytes | None:
        name = self.token("n")
        lng = 7.4 + self._count * 1e-4
        draft = PlaceDraft(name, "eau", lng, 43.73, description=self.token("d"), tags=tags)
        own = laptop.session.is_coordinator
        try:
            subject = laptop.session.add(draft)
        except (NotInvited, RoleTakenAway):
            return None
        laptop.remember(self.note(laptop, own=own))
        self.subjects.append(subject)
        return subject

    # --- the wire -----------------------------------------------------------------------------

    def segments(self, laptop: Laptop) -> list[Segment]:
        laptop.session.seal()
        return list(laptop.session.project.log.since({}))

    def deliver(
        self, laptop: Laptop, segments: Iterable[Segment], *, keep: bool = True
    ) -> Received:
        session = laptop.session
        segments = list(segments)
        before = {c.leaf for c in session.project.log.changes_of(TAIL)}
        with session.project.writing(keep=keep):
            received = session.ingest.receive(segments)
        if not keep:
            return received
        stripped = any(not s.is_whole for s in segments)
        self._note_arrival(laptop, received, any_stripped=stripped)
        if received.set_aside:
            aside = session.project.connection.execute("SELECT count(*) FROM tail_set_aside")
            assert aside.fetchone()[0] >= received.set_aside == len(before)
            # Not signed, so in nobody's log; kept until its author says what to do with it.
            self.lost |= before
            self.count("set aside")
            # The app does this when it signs with another key: the numbers are others' by now.
            session.device.forget_deeds(session.project.id)
        if self.is_app:
            self.settle_keys(laptop)
        if laptop.held:
            self.hold_again(laptop)
        return received

    def _note_arrival(self, laptop: Laptop, received: Received, *, any_stripped: bool) -> None:
        # A copy without payloads is refused until it is known who redacted them.
        if not any_stripped:
            assert not received.refused
        self.count("refused without its words", received.refused)
        if received.names:
            laptop.came.append(received.names)
        self.count("fork", len(received.forked))

    def settle_keys(self, laptop: Laptop) -> None:
        """Do what the app does after a merge: sign with another key if this one is shared."""
        before = laptop.rid
        tail = {c.leaf for c in laptop.session.project.log.changes_of(TAIL)}
        laptop.session.after_receiving()
        if laptop.rid != before:
            self._note_new_key(laptop, tail)

    def _note_new_key(self, laptop: Laptop, tail: set[Leaf]) -> None:
        """Note what is not signed any more with the key that was given up: it waits for a word."""
        self.count("re-keyed")
        aside = laptop.session.project.connection.execute("SELECT count(*) FROM tail_set_aside")
        gone = tail - self.leaves(laptop)
        assert aside.fetchone()[0] >= len(gone)
        self.count("set aside", bool(gone))
        self.lost |= gone
        self.note(laptop)

    def hold_again(self, laptop: Laptop) -> None:
        """Hold exactly the merges that are on hold here: more of them may have come."""
        names = {name for number in laptop.held for name in laptop.came[number]}
        with laptop.session.project.writing():
            laptop.session.ingest.hold_only(names)

    def gather(self) -> None:
        """Bring everything to everybody, until nobody has anything new to say."""
        for _ in range(4):
            every: dict[bytes, Segment] = {}
            for laptop in self.laptops:
                every |= {s.name: s for s in self.segments(laptop)}
            behind = [x for x in self.laptops if len(self.segments(x)) < len(every)]
            if not behind:
                return
            for laptop in behind:
                log = laptop.session.project.log
                # Whole ones first: a copy without payloads is taken only where that is allowed.
                self.deliver(laptop, [s for s in every.values() if not log.holds(s.name)])
        raise AssertionError("the laptops never come to the same log")

    # --- copies -------------------------------------------------------------------------------

    def clone(self, laptop: Laptop) -> Laptop:
        """Copy a laptop with its key, as the disk of one is copied to another."""
        laptop.session.seal()
        folder = self.folder / f"clone-{len(self.laptops)}"
        folder.mkdir()
        shutil.copy(laptop.folder / "device.key", folder)
        for key in laptop.folder.glob("project-*.key*"):
            shutil.copy(key, folder)
        _copy_database(laptop.folder / "device.sqlite", folder / "device.sqlite")
        self.save_copy(laptop, folder / laptop.session.path.name)
        clock = HandClock(laptop.clock.now_ms - START_MS + 3)
        came = list(laptop.came)
        copy = self._open(folder, clock, came=came, held=set(laptop.held))
        self.note(copy)
        return copy

    def save_copy(self, laptop: Laptop, path: Path) -> None:
        path.unlink(missing_ok=True)
        laptop.session.project.connection.execute("VACUUM INTO ?", (str(path),))

    def restore(self, laptop: Laptop) -> None:
        """Put a backup of a map back; what nobody else had is gone with the disk."""
        assert laptop.backup is not None
        number = self.laptops.index(laptop)
        mine = self._leaves(laptop)
        laptop.session.project.close()
        laptop.session.device.close()
        path = laptop.session.path
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(laptop.backup, path)
        known = {"came": [], "backup": laptop.backup}
        again = self._open(laptop.folder, laptop.clock, **known)
        self.laptops.pop()
        self.laptops[number] = again
        again.session.device._all("DELETE FROM undo")
        with again.session.project.writing():
            again.session.ingest.hold_only([])
        elsewhere = set().union(*(self._leaves(x) for x in self.laptops))
        for _, segments in self.post:
            elsewhere |= {leaf for s in segments if s.is_readable for leaf in _leaves_in(s)}
        self.lost |= mine - elsewhere
        kept = {s.name for _, segments in self.post for s in segments}
        self.future = [
            s
            for s in self.future
            if s.name in kept or any(x.session.project.log.holds(s.name) for x in self.laptops)
        ]
        self.note(again)

    def _leaves(self, laptop: Laptop) -> set[Leaf]:
        log = laptop.session.project.log
        rows = laptop.session.project.connection.execute(
            "SELECT id FROM segment WHERE state <> 2"
        ).fetchall()
        return {c.leaf for (i,) in [*rows, (TAIL,)] for c in log.changes_of(i)}

    def leaves(self, laptop: Laptop) -> set[Leaf]:
        """Return all that lies on a laptop: applied, parked, held or waiting."""
        return self._leaves(laptop)

    def groups_of(self, laptop: Laptop) -> dict[bytes, bytes]:
        """Return which places are one on a laptop, as the test knows it."""
        model = laptop.session.project.model
        aliases = [
            self.witness.deeds[c.leaf]
            for c in model.ledger.changes(-1)
            if model.ledger.standing.role(c) == Role.COORDINATOR
        ]
        return groups(aliases)

    def reopen(self, laptop: Laptop) -> None:
        """Close the map and open it again."""
        session = laptop.session
        session.close()
        laptop.session = Session.open(session.path, session.device, now=laptop.clock)
        laptop.session.project.connection.execute("PRAGMA synchronous = OFF")
        if laptop.rid != session.rid:
            self.count("re-keyed")
        self.note(laptop)


def _leaves_in(segment: Segment) -> tuple[Leaf, ...]:
    return wire.open_body(segment).leaves


def _copy_database(source: Path, target: Path) -> None:
    one = sqlite3.connect(source)
    one.execute("VACUUM INTO ?", (str(target),))
    one.close()


def published_rows(session: Desk) -> list[Any]:
    """Return all that an export of the published map would read."""
    rows = features_of(session.project).items()
    # Published as shown, or otherwise: the columns from the category on, the times left out.
    return sorted((uuid, row[9:15] if row[4] == 1 else row[16:22]) for uuid, row in rows if row[4])
